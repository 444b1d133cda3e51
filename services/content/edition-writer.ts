/**
 * Writes a new text over an edition: the one way in which a text becomes a version. The address follows the title until readers
 * know it or somebody set it; autosaves of one sitting share a version.
 */
import type { Body } from '@floowe/contracts/body'
import type { VersionId } from '@floowe/contracts/vocabulary'
import { found, type Host } from '@floowe/platform'
import { savedEvent } from './creation.ts'
import type { Slugs } from './slugs.ts'
import type { ContentStore, EditionRecord, MetaFields, Reason, Save, Stale, Text } from './store/port.ts'
import type { By } from './terms.ts'
import { slugFor, textOf } from './texts.ts'

/** Autosaves within this time of the version's first text share the version. */
const foldMs = 10 * 60 * 1000
const slugTriesMax = 5

export type Saved = { record: EditionRecord; body: Body }
/** What is to be written. Left out: as it is. */
export type Wish = { title: string; lead: string; body: Body; slug?: string; meta?: MetaFields }
export type How = {
  reason: Reason
  note: string
  /** Whose autosave it joins: one of the same person, or of anyone who writes in the same document. */
  joins: 'own' | 'any'
  /** The id that the version gets, where somebody has to know it before. */
  versionId?: VersionId
}
export type EditionWriter = ReturnType<typeof createEditionWriter>

export function createEditionWriter(host: Host, { store, slugs }: { store: ContentStore; slugs: Slugs }) {
  const { clock, ids } = host
  return {
    /** @throws Refusal too-large */
    textFor: async (
      workspaceId: string,
      current: EditionRecord,
      wish: Wish,
    ): Promise<{ text: Text; isWish: boolean }> => {
      const isWish = wish.slug !== undefined && wish.slug !== current.slug
      const follows = !isWish && !current.keepsSlug && wish.title !== current.title
      const { title, lead, body } = wish
      const text = textOf({ title, lead, body, slug: wish.slug ?? current.slug, meta: wish.meta ?? current.meta }, host)
      if (follows)
        text.slug = await slugs.free(
          workspaceId,
          current.language,
          slugFor(title, current.language, current.id),
          current.id,
        )
      return { text, isWish }
    },

    /**
     * @param isWish the slug was asked for by name and is not replaced by another
     * @throws Refusal slug-taken, not-found
     */
    write: async (
      workspaceId: string,
      current: EditionRecord,
      { text, isWish }: { text: Text; isWish: boolean },
      how: How,
      by: By,
    ): Promise<Saved | Stale> => {
      const { id: editionId, articleId, language, revision } = current
      const folds = how.reason === 'autosaved' && joins(current, how.joins === 'own' ? by.actor : null, clock.now())
      for (let attempt = 1; attempt <= slugTriesMax; attempt++) {
        const versionId = how.versionId ?? ids.next<VersionId>()
        const save: Save = {
          ...text,
          editionId,
          basedOn: revision,
          versionId,
          keepsSlug: isWish || undefined,
          reason: how.reason,
          note: how.note,
          at: clock.instant(),
          by: by.actor,
          folds: folds ? current.versionId : null,
        }
        const event = savedEvent(
          workspaceId,
          articleId,
          editionId,
          { title: text.title, language, versionId, revision: revision + 1, reason: how.reason },
          by,
        )
        const outcome = found(await store.save(workspaceId, save, [event]), 'edition')
        if (outcome !== 'slug-taken') return 'stale' in outcome ? outcome : { record: outcome, body: text.body }
        if (isWish) return slugs.refuseTaken(workspaceId, language, text.slug, editionId)
        text.slug = await slugs.another(workspaceId, language, text.slug, editionId, attempt)
      }
      throw new Error('no free slug was found')
    },
  }
}

const joins = ({ newest }: EditionRecord, actor: string | null, nowMs: number): boolean =>
  newest.reason === 'autosaved' && (actor === null || newest.by === actor) && nowMs - Date.parse(newest.at) <= foldMs

export const staleness = ({ revision, updatedAt, updatedBy }: EditionRecord): Stale => ({
  stale: { current: revision, updatedAt, updatedBy },
})
