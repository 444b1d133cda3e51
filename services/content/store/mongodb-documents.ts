/**
 * Documents of the collections and the records of the port.
 *
 * An article is one document with its editions in it, without their bodies; a version is a document with the body. So whatever
 * must change together (revision, slug, which version is the newest, what is to be told of it) lies in one document.
 */
import type { Body } from '@floowe/contracts/body'
import type { EditorialStatus } from '@floowe/contracts/content'
import type { ArticleId, EditionId, Language, VersionId } from '@floowe/contracts/vocabulary'
import type {
  ArticleFields,
  ArticleRecord,
  EditionRecord,
  FoundEdition,
  Imported,
  MetaFields,
  Reason,
  VersionRecord,
  VersionText,
} from './port.ts'

/** What is still to be done elsewhere after a change of the article, oldest first; see `mongodb-aftermath.ts`. */
export type Pending = {
  id: string
  since: Date
  /** An event that the outbox has not taken yet, as JSON. */
  event?: string
  /** A version that became an edition's newest, and the one whose place it takes. */
  version?: { id: VersionId; editionId: EditionId; folds: VersionId | null; at: Date }
}

export type ArticleDoc = Omit<ArticleFields, 'extra'> & {
  _id: string
  workspaceId: string
  id: ArticleId
  /** As JSON: names of front matter are free, and MongoDB reads something into dots and dollars. */
  extra: string
  /** All of tags, categories and authors. */
  terms: string[]
  /** Unique: the source, or the own key where there is none. */
  sourceKey: string
  /** Sorts like the title of the first edition. */
  titleKey: string
  titleEditionId: string
  revision: number
  /** Counts changes of the fields. What was worked out from older fields is not written. */
  changes: number
  createdAt: Date
  updatedAt: Date
  trashedAt: Date | null
  /** Is gone for everybody; waits for its events to be taken. */
  isDeleted: boolean
  editions: EditionDoc[]
  pending: Pending[]
}

export type EditionDoc = {
  id: EditionId
  language: Language
  slug: string
  title: string
  lead: string
  meta: MetaFields
  status: EditorialStatus
  revision: number
  versionId: VersionId
  words: number
  refs: string[]
  keepsSlug: boolean
  permalinks: string[]
  imported: Imported | null
  newest: EditionRecord['newest']
  createdAt: Date
  updatedAt: Date
  updatedBy: string
  /** Of the newest version. */
  number: number
  versionAt: Date
  /** Unique: workspace, language and slug. */
  slugKey: string
  /** Unique: the source, or the own key where there is none. */
  sourceKey: string
  /** In lower case, to find words in. */
  titleFolded: string
}

export type VersionDoc = {
  _id: string
  workspaceId: string
  id: VersionId
  articleId: ArticleId
  editionId: EditionId
  number: number
  reason: Reason
  title: string
  slug: string
  lead: string
  meta: MetaFields
  note: string
  words: number
  refs: string[]
  /** As JSON: a body may be 40 levels deep, which MongoDB's 100 levels of objects and lists would just hold; and nobody looks inside. */
  body: string
  isFrozen: boolean
  createdAt: Date
  createdBy: string
  /** There while no edition has been moved to it, or nobody has noted that yet. Such a version is shown to nobody. */
  unsettledSince?: Date
}

export type TemplateDoc = {
  _id: string
  workspaceId: string
  id: string
  name: string
  description: string
  language: Language
  title: string
  lead: string
  body: string
  refs: string[]
  createdAt: Date
}

/** Ids are unique in their workspace, and what is looked for by one is looked for in a workspace. */
export const keyOf = (workspaceId: string, id: string): string => `${workspaceId}/${id}`
export const slugKeyOf = (workspaceId: string, language: string, slug: string): string =>
  `${workspaceId}/${language}/${slug}`
/** As JSON, since both parts come from elsewhere and may hold any sign. */
export const sourceKeyOf = (workspaceId: string, source: { system: string; id: string } | null, own: string): string =>
  source ? JSON.stringify([workspaceId, source.system, source.id]) : keyOf(workspaceId, own)

export const termsOf = ({ tags, categories, authors }: Pick<ArticleFields, 'tags' | 'categories' | 'authors'>) => [
  ...new Set<string>([...tags, ...categories, ...authors]),
]

export const fieldsOf = (doc: ArticleDoc): ArticleFields => ({
  type: doc.type,
  tags: doc.tags,
  categories: doc.categories,
  authors: doc.authors,
  coverId: doc.coverId,
  source: doc.source,
  extra: JSON.parse(doc.extra) as Record<string, unknown>, // written from one
  importedRevision: doc.importedRevision,
})

export const articleOf = (doc: ArticleDoc): ArticleRecord => ({
  ...fieldsOf(doc),
  id: doc.id,
  revision: doc.revision,
  createdAt: doc.createdAt.toISOString(),
  updatedAt: doc.updatedAt.toISOString(),
  trashedAt: doc.trashedAt?.toISOString() ?? null,
  editions: doc.editions.toSorted(byAge).map((edition) => editionOf(doc, edition)),
})

export const editionOf = (article: Pick<ArticleDoc, 'id'>, doc: EditionDoc): EditionRecord => ({
  id: doc.id,
  articleId: article.id,
  language: doc.language,
  slug: doc.slug,
  title: doc.title,
  lead: doc.lead,
  meta: doc.meta,
  status: doc.status,
  revision: doc.revision,
  versionId: doc.versionId,
  words: doc.words,
  refs: doc.refs,
  keepsSlug: doc.keepsSlug,
  permalinks: doc.permalinks,
  imported: doc.imported,
  newest: doc.newest,
  createdAt: doc.createdAt.toISOString(),
  updatedAt: doc.updatedAt.toISOString(),
  updatedBy: doc.updatedBy,
})

export const foundOf = (article: ArticleDoc, doc: EditionDoc): FoundEdition => ({
  ...editionOf(article, doc),
  article: {
    type: article.type,
    revision: article.revision,
    importedRevision: article.importedRevision,
    trashedAt: article.trashedAt?.toISOString() ?? null,
  },
})

/** Oldest first. */
export const byAge = (a: Pick<EditionDoc, 'createdAt' | 'id'>, b: Pick<EditionDoc, 'createdAt' | 'id'>): number =>
  a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1)

export const versionOf = (doc: Omit<VersionDoc, 'body'>): VersionRecord => ({
  id: doc.id,
  editionId: doc.editionId,
  number: doc.number,
  title: doc.title,
  words: doc.words,
  reason: doc.reason,
  note: doc.note,
  createdAt: doc.createdAt.toISOString(),
  createdBy: doc.createdBy,
})

export const versionTextOf = (doc: VersionDoc): VersionText => ({
  ...versionOf(doc),
  slug: doc.slug,
  lead: doc.lead,
  meta: doc.meta,
  body: bodyOf(doc.body),
})

export const bodyOf = (json: string): Body => JSON.parse(json) as Body // written from one
