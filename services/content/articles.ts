/**
 * Articles and their life: described by terms and a cover, put into the trash, taken out of it, deleted. An article in the
 * trash can still be read and saved, so that nobody loses a text; it cannot be published.
 */
import type { ArticleType } from '@floowe/contracts/content'
import type { ArticleId, EditionId, MediaId } from '@floowe/contracts/vocabulary'
import { found, type Host, type NewEvent, once, refuse } from '@floowe/platform'
import { createCreation, type NewArticle } from './creation.ts'
import type { Shapes } from './shapes.ts'
import type { Slugs } from './slugs.ts'
import type { ArticleFields, ArticleRecord, ContentStore, Stale } from './store/port.ts'
import type { By, Terms } from './terms.ts'

export type ArticlePatch = {
  type?: ArticleType
  tags?: readonly string[]
  categories?: readonly string[]
  authors?: readonly string[]
  coverId?: MediaId | null
}
export type Articles = ReturnType<typeof createArticles>

type Parts = {
  store: ContentStore
  terms: Terms
  slugs: Slugs
  shapes: Shapes
  hasMedia: (workspaceId: string, id: MediaId) => Promise<boolean>
  /** Brings editions that are written together up to what was written. */
  settleAll: (workspaceId: string, editionIds: readonly EditionId[]) => Promise<void>
}

export function createArticles(host: Host, parts: Parts) {
  const { store, shapes } = parts
  const { clock, call } = host
  const creation = createCreation(host, parts)
  const lookFor = async (workspaceId: string, id: ArticleId): Promise<ArticleRecord | null> =>
    (await store.listArticles(workspaceId, { ids: [id], limit: 1, offset: 0 })).items[0] ?? null
  const get = async (workspaceId: string, id: ArticleId): Promise<ArticleRecord> =>
    found(await lookFor(workspaceId, id), 'article')

  return {
    get,
    /** @param onceId what was made under it before is answered again */
    create: (
      workspaceId: string,
      given: NewArticle,
      by: By,
      onceId: string | null,
    ): Promise<{ articleId: ArticleId; editionId: EditionId }> =>
      once(
        onceId,
        async (id) => {
          const made = await lookFor(workspaceId, id as ArticleId) // made below, or nothing's
          return made?.editions[0] ? { articleId: made.id, editionId: made.editions[0].id } : null
        },
        () => creation.create(workspaceId, given, by, (onceId ?? undefined) as ArticleId | undefined), // the id of its first try, or any
      ),

    update: async (
      workspaceId: string,
      id: ArticleId,
      basedOn: number,
      patch: ArticlePatch,
      by: By,
    ): Promise<ArticleRecord> => {
      const current = await get(workspaceId, id)
      // Terms are made before the change is known to fit; a name too many does no harm, a change without its terms would.
      if (current.revision !== basedOn)
        await refuseStale(
          workspaceId,
          { stale: { current: current.revision, updatedAt: current.updatedAt, updatedBy: '' } },
          shapes,
        )
      const fields = await fieldsOf(parts, workspaceId, patch, by)
      if (Object.keys(fields).length === 0) return current
      const outcome = await store.changeArticle(workspaceId, id, { ...fields, basedOn, at: clock.instant() }, [
        happened(workspaceId, id, by, 'content.article-updated'),
      ])
      if (outcome !== 'changed') await refuseStale(workspaceId, found(outcome, 'article'), shapes)
      return get(workspaceId, id)
    },

    /** @param onceId as in `create` */
    duplicate: (workspaceId: string, id: ArticleId, by: By, onceId: string | null): Promise<ArticleRecord> =>
      once(
        onceId,
        (made) => lookFor(workspaceId, made as ArticleId), // made below, or nothing's
        async () => {
          const copyId = (onceId ?? undefined) as ArticleId | undefined // the id of its first try, or any
          const { editions } = await get(workspaceId, id)
          const written = editions.map((edition) => edition.id)
          await parts.settleAll(workspaceId, written)
          return get(workspaceId, await creation.duplicate(workspaceId, await get(workspaceId, id), by, copyId))
        },
      ),

    trash: async (workspaceId: string, id: ArticleId, by: By): Promise<ArticleRecord> => {
      const record = await get(workspaceId, id)
      if (record.trashedAt !== null) return record
      const channels = await call.publishing.publishedChannels(
        { articleId: id },
        { workspaceId, requestId: by.requestId ?? undefined },
      )
      if (channels.length > 0) refuse('still-published', { channels: channels.map((channel) => channel.name) })
      const at = clock.instant()
      await store.changeArticle(workspaceId, id, { trashedAt: at, at }, [
        happened(workspaceId, id, by, 'content.article-trashed'),
      ])
      return get(workspaceId, id)
    },

    restore: async (workspaceId: string, id: ArticleId, by: By): Promise<ArticleRecord> => {
      const record = await get(workspaceId, id)
      if (record.trashedAt === null) return record
      await store.changeArticle(workspaceId, id, { trashedAt: null, at: clock.instant() }, [
        happened(workspaceId, id, by, 'content.article-restored'),
      ])
      return get(workspaceId, id)
    },

    /** For good. */
    delete: async (workspaceId: string, id: ArticleId, by: By): Promise<void> => {
      const record = await get(workspaceId, id)
      if (record.trashedAt === null) refuse('not-in-trash')
      await store.deleteArticle(workspaceId, id, [happened(workspaceId, id, by, 'content.article-deleted')])
    },
  }
}

type Happened =
  | 'content.article-updated'
  | 'content.article-trashed'
  | 'content.article-restored'
  | 'content.article-deleted'
const happened = (workspaceId: string, articleId: ArticleId, by: By, name: Happened): NewEvent => ({
  name,
  workspaceId,
  key: articleId,
  ...by,
  data: { articleId },
})

async function fieldsOf(
  { terms, hasMedia }: Parts,
  workspaceId: string,
  patch: ArticlePatch,
  by: By,
): Promise<Partial<ArticleFields>> {
  if (patch.coverId && !(await hasMedia(workspaceId, patch.coverId))) refuse('not-found', { what: 'media' })
  const fields: Partial<ArticleFields> = {}
  if (patch.type) fields.type = patch.type
  if (patch.coverId !== undefined) fields.coverId = patch.coverId
  if (patch.tags)
    fields.tags = await terms.resolve(
      workspaceId,
      'tag',
      patch.tags.map((name) => ({ name })),
      by,
    )
  if (patch.categories)
    fields.categories = await terms.resolve(
      workspaceId,
      'category',
      patch.categories.map((name) => ({ name })),
      by,
    )
  if (patch.authors)
    fields.authors = await terms.resolve(
      workspaceId,
      'author',
      patch.authors.map((name) => ({ name })),
      by,
    )
  return fields
}

export async function refuseStale(workspaceId: string, { stale }: Stale, shapes: Shapes): Promise<never> {
  return refuse('stale-revision', {
    current: stale.current,
    updatedAt: stale.updatedAt,
    updatedByName: await shapes.nameOf(workspaceId, stale.updatedBy),
  })
}
