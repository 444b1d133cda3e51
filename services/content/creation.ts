/** New articles: from nothing, from a template's text, as a copy. */
import type { Body } from '@floowe/contracts/body'
import type { ArticleType, EditorialStatus } from '@floowe/contracts/content'
import type { ArticleId, EditionId, Language, VersionId } from '@floowe/contracts/vocabulary'
import { found, type Host, type NewEvent } from '@floowe/platform'
import type { Slugs } from './slugs.ts'
import type { ArticleFields, ArticleRecord, ContentStore, Creation, NewEdition, Reason } from './store/port.ts'
import type { By, Terms } from './terms.ts'
import { emptyMeta, slugFor, textOf } from './texts.ts'

export type NewArticle = {
  type: ArticleType
  language: Language
  title: string
  lead: string
  body: Body
  slug?: string
  status: EditorialStatus
  tags: readonly string[]
  categories: readonly string[]
}

/** A slug made by us may be taken by another request in the same moment. */
const slugTriesMax = 5
const titleMax = 300

export function createCreation(
  host: Host,
  { store, terms, slugs }: { store: ContentStore; terms: Terms; slugs: Slugs },
) {
  const { clock, ids } = host
  /** Writes all; again with other slugs when one made by us was taken meanwhile. A slug that was asked for is refused. */
  const write = async (workspaceId: string, creation: Creation, wish: string | null, by: By): Promise<void> => {
    for (let attempt = 1; attempt <= slugTriesMax; attempt++) {
      const outcome = await store.create(
        workspaceId,
        creation,
        creationEvents(workspaceId, creation.articleId, creation.editions, by),
      )
      if (outcome === 'created') return
      for (const edition of creation.editions) {
        if (wish !== null) await slugs.refuseTaken(workspaceId, edition.language, wish, edition.id)
        edition.slug = await slugs.another(workspaceId, edition.language, edition.slug, edition.id, attempt)
      }
    }
    throw new Error('no free slug was found')
  }
  return {
    /** @param articleId the id it gets */
    create: async (
      workspaceId: string,
      given: NewArticle,
      by: By,
      articleId: ArticleId = ids.next<ArticleId>(),
    ): Promise<{ articleId: ArticleId; editionId: EditionId }> => {
      const { language, slug: wish } = given
      const id = ids.next<EditionId>()
      const text = textOf(
        {
          title: given.title,
          slug: wish ?? slugFor(given.title, language, id),
          lead: given.lead,
          meta: emptyMeta(),
          body: given.body,
        },
        host,
      )
      if (wish === undefined) text.slug = await slugs.free(workspaceId, language, text.slug, id)
      const tags = await terms.resolve(
        workspaceId,
        'tag',
        given.tags.map((name) => ({ name })),
        by,
      )
      const categories = await terms.resolve(
        workspaceId,
        'category',
        given.categories.map((name) => ({ name })),
        by,
      )
      const edition: NewEdition = {
        ...text,
        id,
        versionId: ids.next<VersionId>(),
        language,
        status: given.status,
        keepsSlug: wish !== undefined,
        permalinks: [],
        imported: null,
        reason: 'created',
        note: '',
      }
      const article: ArticleFields = {
        type: given.type,
        tags,
        categories,
        authors: [],
        coverId: null,
        source: null,
        extra: {},
        importedRevision: null,
      }
      await write(
        workspaceId,
        { articleId, article, editions: [edition], at: clock.instant(), by: by.actor },
        wish ?? null,
        by,
      )
      return { articleId, editionId: id }
    },

    /** All editions as drafts, under addresses of their own. */
    duplicate: async (
      workspaceId: string,
      record: ArticleRecord,
      by: By,
      articleId: ArticleId = ids.next(),
    ): Promise<ArticleId> => {
      const editions: NewEdition[] = []
      for (const original of record.editions) {
        const { body } = found(await store.getEdition(workspaceId, original.id), 'edition')
        const { language } = original
        const id = ids.next<EditionId>()
        const title = original.title === '' ? '' : copyTitle(original.title, language)
        const slug = await slugs.free(workspaceId, language, slugFor(title, language, id), id)
        const text = textOf(
          { title, slug, lead: original.lead, meta: { ...original.meta, canonicalUrl: null }, body },
          host,
        )
        editions.push({
          ...text,
          id,
          versionId: ids.next<VersionId>(),
          language,
          status: 'draft',
          keepsSlug: false,
          permalinks: [],
          imported: null,
          reason: 'created',
          note: '',
        })
      }
      const { type, tags, categories, authors, coverId, extra } = record
      const article: ArticleFields = {
        type,
        tags,
        categories,
        authors,
        coverId,
        extra,
        source: null,
        importedRevision: null,
      }
      await write(workspaceId, { articleId, article, editions, at: clock.instant(), by: by.actor }, null, by)
      return articleId
    },
  }
}

/** What is said of new editions: each of them was saved, and the article was made if it is new. */
export function creationEvents(
  workspaceId: string,
  articleId: ArticleId,
  editions: readonly NewEdition[],
  by: By,
  isNewArticle = true,
): NewEvent[] {
  const saved = editions.map(
    (edition): NewEvent => savedEvent(workspaceId, articleId, edition.id, { ...edition, revision: 1 }, by),
  )
  const [first] = editions
  if (!isNewArticle || !first) return saved
  return [
    {
      name: 'content.article-created',
      workspaceId,
      key: articleId,
      ...by,
      data: { articleId, editionId: first.id, title: first.title },
    },
    ...saved,
  ]
}

export const savedEvent = (
  workspaceId: string,
  articleId: ArticleId,
  editionId: EditionId,
  saved: { title: string; language: Language; versionId: VersionId; revision: number; reason: Reason },
  by: By,
): NewEvent => ({
  name: 'content.edition-saved',
  workspaceId,
  key: articleId,
  ...by,
  data: {
    articleId,
    editionId,
    title: saved.title,
    language: saved.language,
    versionId: saved.versionId,
    revision: saved.revision,
    reason: saved.reason,
  },
})

const copyTitle = (title: string, language: string): string => {
  const mark = language.startsWith('pl') ? ' (kopia)' : ' (copy)'
  return `${title
    .slice(0, titleMax - mark.length)
    .toWellFormed()
    .replace(/\uFFFD$/, '')}${mark}`
}
