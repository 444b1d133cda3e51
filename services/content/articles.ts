/**
 * Articles and their life: made with a first edition, described by terms and a cover, copied, put into the trash, taken out of
 * it, deleted. An article in the trash can still be read and saved, so that nobody loses a text; it cannot be published.
 */
import type { Body } from '@floowe/contracts/body'
import type { ArticleType, EditorialStatus } from '@floowe/contracts/content'
import type { ArticleId, EditionId, Language, MediaId, VersionId } from '@floowe/contracts/vocabulary'
import { found, type Host, type NewEvent, refuse } from '@floowe/platform'
import type { Shapes } from './shapes.ts'
import type { Slugs } from './slugs.ts'
import type { ArticleFields, ArticleRecord, ContentStore, Creation, MetaFields, NewEdition, Reason, Stale } from './store/port.ts'
import type { By, Terms } from './terms.ts'
import { emptyMeta, slugFor, textOf } from './texts.ts'

export type NewArticle = {
  type: ArticleType
  language: Language
  title: string
  lead: string
  body: Body
  meta?: MetaFields
  slug?: string
  status: EditorialStatus
  tags: readonly string[]
  categories: readonly string[]
}
export type ArticlePatch = { type?: ArticleType; tags?: readonly string[]; categories?: readonly string[]; authors?: readonly string[]; coverId?: MediaId | null }

/** A slug made by us may be taken by another request in the same moment. */
const slugTriesMax = 5
const titleMax = 300

export type Articles = ReturnType<typeof createArticles>

export function createArticles(host: Host, { store, terms, slugs, shapes, hasMedia }: {
  store: ContentStore
  terms: Terms
  slugs: Slugs
  shapes: Shapes
  hasMedia: (workspaceId: string, id: MediaId) => Promise<boolean>
}) {
  const { clock, ids, call } = host
  const get = async (workspaceId: string, id: ArticleId): Promise<ArticleRecord> =>
    found((await store.listArticles(workspaceId, { ids: [id], limit: 1, offset: 0 })).items[0], 'article')
  const event = (workspaceId: string, id: ArticleId, by: By, name: 'content.article-updated' | 'content.article-trashed' | 'content.article-restored' | 'content.article-deleted'): NewEvent =>
    ({ name, workspaceId, key: id, ...by, data: { articleId: id } })

  /** Gives every edition a free slug and writes all; again when a slug made by us was taken meanwhile. */
  const write = async (workspaceId: string, creation: Creation, wishes: ReadonlyMap<EditionId, string>, events: NewEvent[]): Promise<void> => {
    for (let attempt = 1; ; attempt++) {
      const outcome = await store.create(workspaceId, creation, events)
      if (outcome === 'created') return
      if (outcome === 'language-taken') refuse('language-taken')
      if (outcome === 'source-taken' || attempt === slugTriesMax) throw new Error(`an article could not be written: ${outcome}`)
      for (const edition of creation.editions) {
        const wish = wishes.get(edition.id)
        if (wish !== undefined) await slugs.refuseTaken(workspaceId, edition.language, wish, edition.id)
        edition.slug = await slugs.free(workspaceId, edition.language, edition.slug, edition.id)
      }
    }
  }

  const duplicateOf = async (workspaceId: string, record: ArticleRecord, by: By): Promise<{ creation: Creation; events: NewEvent[] }> => {
    const articleId = ids.next<ArticleId>()
    const at = clock.instant()
    const editions: NewEdition[] = []
    for (const original of record.editions) {
      const { body } = found(await store.getEdition(workspaceId, original.id), 'edition')
      const id = ids.next<EditionId>()
      const title = original.title === '' ? '' : copyTitle(original.title, original.language)
      const slug = await slugs.free(workspaceId, original.language, slugFor(title, original.language, id), id)
      const text = textOf({ title, slug, lead: original.lead, meta: { ...original.meta, canonicalUrl: null }, body }, host)
      editions.push({ ...text, id, versionId: ids.next<VersionId>(), language: original.language, status: 'draft', keepsSlug: false, imported: null, reason: 'created', note: '' })
    }
    const fields: ArticleFields = {
      type: record.type, tags: record.tags, categories: record.categories, authors: record.authors, coverId: record.coverId, source: null, permalinks: [], extra: record.extra, importedRevision: null,
    }
    return { creation: { articleId, article: fields, editions, at, by: by.actor }, events: creationEvents(workspaceId, articleId, editions, by) }
  }

  return {
    get,
    create: async (workspaceId: string, given: NewArticle, by: By): Promise<{ articleId: ArticleId; editionId: EditionId }> => {
      const articleId = ids.next<ArticleId>()
      const id = ids.next<EditionId>()
      const text = textOf({ title: given.title, slug: given.slug ?? slugFor(given.title, given.language, id), lead: given.lead, meta: given.meta ?? emptyMeta(), body: given.body }, host)
      if (given.slug === undefined) text.slug = await slugs.free(workspaceId, given.language, text.slug, id)
      const tags = await terms.resolve(workspaceId, 'tag', given.tags.map((name) => ({ name })), by)
      const categories = await terms.resolve(workspaceId, 'category', given.categories.map((name) => ({ name })), by)
      const edition: NewEdition = {
        ...text, id, versionId: ids.next<VersionId>(), language: given.language, status: given.status, keepsSlug: given.slug !== undefined, imported: null, reason: 'created', note: '',
      }
      const article: ArticleFields = { type: given.type, tags, categories, authors: [], coverId: null, source: null, permalinks: [], extra: {}, importedRevision: null }
      const wishes = new Map(given.slug === undefined ? [] : [[id, given.slug]])
      await write(workspaceId, { articleId, article, editions: [edition], at: clock.instant(), by: by.actor }, wishes, creationEvents(workspaceId, articleId, [edition], by))
      return { articleId, editionId: id }
    },

    update: async (workspaceId: string, id: ArticleId, basedOn: number, patch: ArticlePatch, by: By): Promise<ArticleRecord> => {
      const current = await get(workspaceId, id)
      // Terms are made before the change is known to fit; a name too many does no harm, a change without its terms would.
      if (current.revision !== basedOn) await refuseStale(workspaceId, { stale: { current: current.revision, updatedAt: current.updatedAt, updatedBy: '' } }, shapes)
      if (patch.coverId && !(await hasMedia(workspaceId, patch.coverId))) refuse('not-found', { what: 'media' })
      const fields: Partial<ArticleFields> = {}
      if (patch.type) fields.type = patch.type
      if (patch.coverId !== undefined) fields.coverId = patch.coverId
      if (patch.tags) fields.tags = await terms.resolve(workspaceId, 'tag', patch.tags.map((name) => ({ name })), by)
      if (patch.categories) fields.categories = await terms.resolve(workspaceId, 'category', patch.categories.map((name) => ({ name })), by)
      if (patch.authors) fields.authors = await terms.resolve(workspaceId, 'author', patch.authors.map((name) => ({ name })), by)
      if (Object.keys(fields).length === 0) return current
      const outcome = await store.changeArticle(workspaceId, id, { ...fields, basedOn, at: clock.instant() }, [event(workspaceId, id, by, 'content.article-updated')])
      if (outcome !== 'changed') await refuseStale(workspaceId, found(outcome, 'article'), shapes)
      return get(workspaceId, id)
    },

    duplicate: async (workspaceId: string, id: ArticleId, by: By): Promise<ArticleRecord> => {
      const { creation, events } = await duplicateOf(workspaceId, await get(workspaceId, id), by)
      await write(workspaceId, creation, new Map(), events)
      return get(workspaceId, creation.articleId)
    },

    trash: async (workspaceId: string, id: ArticleId, by: By): Promise<ArticleRecord> => {
      const record = await get(workspaceId, id)
      if (record.trashedAt !== null) return record
      const channels = await call.publishing.publishedChannels({ articleId: id }, { workspaceId, requestId: by.requestId ?? undefined })
      if (channels.length > 0) refuse('still-published', { channels: channels.map((channel) => channel.name) })
      const at = clock.instant()
      await store.changeArticle(workspaceId, id, { trashedAt: at, at }, [event(workspaceId, id, by, 'content.article-trashed')])
      return get(workspaceId, id)
    },

    restore: async (workspaceId: string, id: ArticleId, by: By): Promise<ArticleRecord> => {
      const record = await get(workspaceId, id)
      if (record.trashedAt === null) return record
      await store.changeArticle(workspaceId, id, { trashedAt: null, at: clock.instant() }, [event(workspaceId, id, by, 'content.article-restored')])
      return get(workspaceId, id)
    },

    /** For good. */
    delete: async (workspaceId: string, id: ArticleId, by: By): Promise<void> => {
      const record = await get(workspaceId, id)
      if (record.trashedAt === null) refuse('not-in-trash')
      await store.deleteArticle(workspaceId, id, [event(workspaceId, id, by, 'content.article-deleted')])
    },
  }
}

/** What is said of new editions: each of them was saved, and the article was made if it is new. */
export function creationEvents(workspaceId: string, articleId: ArticleId, editions: readonly NewEdition[], by: By, isNewArticle = true): NewEvent[] {
  const saved = editions.map((edition): NewEvent => savedEvent(workspaceId, articleId, edition.id, { ...edition, revision: 1 }, by))
  const [first] = editions
  if (!isNewArticle || !first) return saved
  return [{ name: 'content.article-created', workspaceId, key: articleId, ...by, data: { articleId, editionId: first.id, title: first.title } }, ...saved]
}

export const savedEvent = (
  workspaceId: string, articleId: ArticleId, editionId: EditionId, saved: { title: string; language: Language; versionId: VersionId; revision: number; reason: Reason }, by: By,
): NewEvent => ({
  name: 'content.edition-saved', workspaceId, key: articleId, ...by,
  data: { articleId, editionId, title: saved.title, language: saved.language, versionId: saved.versionId, revision: saved.revision, reason: saved.reason },
})

export async function refuseStale(workspaceId: string, { stale }: Stale, shapes: Shapes): Promise<never> {
  return refuse('stale-revision', { current: stale.current, updatedAt: stale.updatedAt, updatedByName: await shapes.nameOf(workspaceId, stale.updatedBy) })
}

const copyTitle = (title: string, language: string): string => {
  const mark = language.startsWith('pl') ? ' (kopia)' : ' (copy)'
  return `${title.slice(0, titleMax - mark.length).toWellFormed().replace(/\uFFFD$/, '')}${mark}`
}
