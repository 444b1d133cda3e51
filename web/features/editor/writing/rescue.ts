/**
 * Text that an earlier time left in this browser and that cannot simply be written on: drafts of the editor before texts were
 * shared, and documents that the server no longer has. Each joins the edition where the server knows what it stands on, else it
 * becomes a version of its own, so that it is found and nothing newer is replaced.
 */
import type { Edition } from '@floowe/contracts/content'
import type { EditionId } from '@floowe/contracts/vocabulary'
import { getSchema } from '@tiptap/core'
import { yXmlFragmentToProseMirrorRootNode } from '@tiptap/y-tiptap'
import { client } from '../../../api/client.ts'
import { isRefusal } from '../../../api/refusals.ts'
import { bodyOf } from '../manuscript/body-json.ts'
import { schemaExtensions } from '../manuscript/schema.ts'
import { withWornMarks } from '../manuscript/worn-marks.ts'
import { type Draft, type EditionText, fingerprint, textOfEdition } from './text.ts'
import type { Writing } from './writing.ts'

type OldDraft = { key: string; basedOn: number | null; draft: Draft }

/** @returns true when something was taken over. */
export async function takeOldDrafts(edition: Edition, person: string, note: string): Promise<boolean> {
  let isTaken = false
  for (const old of oldDrafts(person, edition.id)) {
    try {
      if (fingerprint(old.draft) !== fingerprint(textOfEdition(edition))) {
        await takeOver(edition.id, old, note)
        isTaken = true
      }
      localStorage.removeItem(old.key)
    } catch {
      // it stays here for the next visit
    }
  }
  return isTaken
}

async function takeOver(id: EditionId, { basedOn, draft }: OldDraft, note: string): Promise<void> {
  const { slug: _, ...text } = draft
  if (basedOn !== null) {
    try {
      await client.content.saveEdition({ id, basedOn, ...text, reason: 'autosaved', note: '' })
      return
    } catch (error) {
      if (!isRefusal(error, 'stale-revision')) throw error
    }
  }
  await keepAsVersion(id, text, note)
}

/** Makes a version of it, and the text that was the newest the newest again. */
export async function keepAsVersion(id: EditionId, text: EditionText, note: string): Promise<void> {
  const current = await client.content.getEdition({ id })
  if (fingerprint(text) === fingerprint(textOfEdition(current))) return
  // a version of its own, so that there is one to come back to
  const now = textOfEdition(current)
  const before = await client.content.saveEdition({ id, basedOn: current.revision, ...now, reason: 'saved', note: '' })
  const kept = await client.content.saveEdition({ id, basedOn: before.revision, ...text, reason: 'saved', note })
  await client.content.restoreVersion({ id, versionId: before.versionId, basedOn: kept.revision })
}

/** The words of a document that is not shown in any editor. */
export function textOfDocument(writing: Writing, edition: Edition): EditionText {
  const schema = withWornMarks(getSchema(schemaExtensions()))
  return {
    title: writing.title.toString().trim(),
    lead: writing.lead.toString().trim(),
    body: bodyOf(yXmlFragmentToProseMirrorRootNode(writing.body, schema)),
    meta: edition.meta,
  }
}

function oldDrafts(person: string, editionId: string): OldDraft[] {
  const found: OldDraft[] = []
  try {
    const keys = Array.from({ length: localStorage.length }, (_, place) => localStorage.key(place) ?? '')
    for (const key of keys) {
      const isDraft = key.startsWith(`floowe-draft:${person}:${editionId}:`)
      if (!isDraft && !key.startsWith(`floowe-aside:${person}:`)) continue
      const value: unknown = JSON.parse(localStorage.getItem(key) ?? 'null')
      if (!isRecord(value) || value.editionId !== editionId || !isDraftText(value.draft)) continue
      found.push({ key, basedOn: typeof value.basedOn === 'number' ? value.basedOn : null, draft: value.draft })
    }
  } catch {
    // closed to us, or not ours: what cannot be read is left alone
  }
  return found
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
const isDraftText = (value: unknown): value is Draft =>
  isRecord(value) &&
  typeof value.title === 'string' &&
  typeof value.lead === 'string' &&
  isRecord(value.meta) &&
  isRecord(value.body) &&
  Array.isArray(value.body.content)
