/**
 * Editions as this process wrote them last, so that a save on top of its own last one need not read the edition first. Nothing
 * rests on it being up to date: a save names the revision it is based on, and the store refuses it if that is no longer the newest.
 * What may change without a new revision (the editorial status, whether the slug is kept) a save never takes from here.
 */
import type { EditionId } from '@floowe/contracts/vocabulary'
import { LRUCache } from 'lru-cache'
import type { EditionRecord } from './store/port.ts'

const keptMax = 1_000

type Wish = { id: EditionId; basedOn: number; title: string; slug?: string }

export function createRecent() {
  const kept = new LRUCache<string, EditionRecord>({ max: keptMax })
  const keyOf = (workspaceId: string, id: EditionId): string => `${workspaceId} ${id}`
  return {
    keep: (workspaceId: string, record: EditionRecord): void => void kept.set(keyOf(workspaceId, record.id), record),
    /** The edition of the revision that this save is based on; null: not known here, or its slug may follow the new title. */
    basisOf: (workspaceId: string, { id, basedOn, title, slug }: Wish): EditionRecord | null => {
      const record = kept.get(keyOf(workspaceId, id))
      if (record?.revision !== basedOn) return null
      const isSlugAsked = slug !== undefined && slug !== record.slug
      return isSlugAsked || (title !== record.title && !record.keepsSlug) ? null : record
    },
  }
}
