/** Rows of the tables and the records of the port. */
import type { Body } from '@floowe/contracts/body'
import type { ArticleType, EditorialStatus } from '@floowe/contracts/content'
import type { ArticleId, EditionId, Language, MediaId, VersionId } from '@floowe/contracts/vocabulary'
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

export type ArticleDoc = Omit<ArticleFields, 'type' | 'coverId'>
export type ArticleRow = {
  id: ArticleId
  type: ArticleType
  revision: number
  cover_id: MediaId | null
  doc: ArticleDoc
  created_at: Date
  updated_at: Date
  trashed_at: Date | null
}
export type EditionDoc = {
  lead: string
  meta: MetaFields
  keepsSlug: boolean
  permalinks: string[]
  imported: Imported | null
  newest: EditionRecord['newest']
  updatedBy: string
}
export type EditionRow = {
  id: EditionId
  article_id: ArticleId
  language: Language
  slug: string
  title: string
  status: EditorialStatus
  revision: number
  version_id: VersionId
  words: number
  refs: string[]
  doc: EditionDoc
  created_at: Date
  updated_at: Date
}
export type FoundRow = EditionRow & {
  article_type: ArticleType
  article_revision: number
  article_imported: number | null
  article_trashed_at: Date | null
}
export type VersionDoc = { slug: string; lead: string; meta: MetaFields; note: string; createdBy: string }
export type VersionRow = {
  id: VersionId
  edition_id: EditionId
  number: number
  reason: Reason
  title: string
  words: number
  doc: VersionDoc
  created_at: Date
}

export const editionColumns =
  'e.id, e.article_id, e.language, e.slug, e.title, e.status, e.revision, e.version_id, e.words, e.refs, e.doc, e.created_at, e.updated_at'
export const foundColumns = `${editionColumns}, a.type as article_type, a.revision as article_revision, (a.doc->>'importedRevision')::int as article_imported, a.trashed_at as article_trashed_at`
export const versionColumns = 'v.id, v.edition_id, v.number, v.reason, v.title, v.words, v.doc, v.created_at'

export const articleOf = (row: ArticleRow, editions: EditionRecord[]): ArticleRecord => ({
  ...row.doc,
  id: row.id,
  type: row.type,
  revision: row.revision,
  coverId: row.cover_id,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
  trashedAt: row.trashed_at?.toISOString() ?? null,
  editions,
})

export const editionOf = (row: EditionRow): EditionRecord => ({
  ...row.doc,
  id: row.id,
  articleId: row.article_id,
  language: row.language,
  slug: row.slug,
  title: row.title,
  status: row.status,
  revision: row.revision,
  versionId: row.version_id,
  words: row.words,
  refs: row.refs,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
})

export const foundOf = (row: FoundRow): FoundEdition => ({
  ...editionOf(row),
  article: {
    type: row.article_type,
    revision: row.article_revision,
    importedRevision: row.article_imported,
    trashedAt: row.article_trashed_at?.toISOString() ?? null,
  },
})

export const versionOf = (row: VersionRow): VersionRecord => ({
  id: row.id,
  editionId: row.edition_id,
  number: row.number,
  title: row.title,
  words: row.words,
  reason: row.reason,
  note: row.doc.note,
  createdAt: row.created_at.toISOString(),
  createdBy: row.doc.createdBy,
})

export const versionTextOf = (row: VersionRow & { body: Body }): VersionText => ({
  ...versionOf(row),
  slug: row.doc.slug,
  lead: row.doc.lead,
  meta: row.doc.meta,
  body: row.body,
})
