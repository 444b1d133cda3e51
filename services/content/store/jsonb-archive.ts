/** Out of the tables and into them again; see `archive.ts`. The caller is inside a transaction, one that sees a single moment when it reads. */
import type { Body } from '@floowe/contracts/body'
import type { ArticleId, TemplateId } from '@floowe/contracts/vocabulary'
import type { Sql } from '@floowe/platform'
import {
  type ArchivedArticle,
  type ArchivedEdition,
  type ArchivedTemplate,
  type ArchivedVersion,
  byId,
  lineOf,
  sorted,
  type StoreArchive,
} from './archive.ts'
import {
  type ArticleRow,
  editionColumns,
  editionOf,
  type EditionRow,
  versionColumns,
  type VersionRow,
  versionTextOf,
} from './jsonb-rows.ts'
import type { TemplateRecord } from './port.ts'

type FullArticle = ArticleRow & { workspace_id: string; title_edition_id: string }
type FullEdition = EditionRow & { workspace_id: string; number: number; version_at: Date }
type FullVersion = VersionRow & {
  workspace_id: string
  article_id: ArticleId
  refs: string[]
  is_frozen: boolean
  body: Body
}
type FullTemplate = {
  workspace_id: string
  id: TemplateId
  doc: Omit<TemplateRecord, 'id' | 'body' | 'createdAt'>
  body: Body
  refs: string[]
  created_at: Date
}

const articlesMax = 100
/** A body has at most 2 MiB. */
const bodiesMax = 20
/** Far beyond what one server holds. */
const pagesMax = 100_000_000

/** @param sql the tables are named with their schema */
export const jsonbArchive = (sql: Sql): StoreArchive => ({
  lines: async function* () {
    const articles = pages<FullArticle>(
      sql,
      'archive_articles',
      `select workspace_id, id, type, revision, title_edition_id, cover_id, doc, created_at, updated_at, trashed_at
       from content.articles order by workspace_id, id`,
      articlesMax,
    )
    for await (const page of articles) {
      const editions = await editionsOf(sql, page)
      const texts = versionsOf(sql, page)[Symbol.asyncIterator]()
      let text = await texts.next()
      for (const article of page) {
        const isOwn = (one: { workspace_id: string; article_id: string }): boolean =>
          one.article_id === article.id && one.workspace_id === article.workspace_id
        yield lineOf(archivedArticle(article, editions.filter(isOwn)))
        while (!text.done && isOwn(text.value)) {
          yield lineOf(archivedVersion(text.value))
          text = await texts.next()
        }
      }
    }
    const templates = pages<FullTemplate>(
      sql,
      'archive_templates',
      'select workspace_id, id, doc, body, refs, created_at from content.templates order by workspace_id, id',
      bodiesMax,
    )
    for await (const page of templates) for (const template of page) yield lineOf(archivedTemplate(template))
  },

  write: async (lines) => {
    const { articles, versions, templates } = sorted(lines)
    await insert(sql, 'articles', articles.map(articleRow))
    await insert(
      sql,
      'editions',
      articles.flatMap((article) => article.editions.map((edition) => editionRow(article, edition))),
    )
    await insert(sql, 'versions', versions.map(versionRow))
    await insert(sql, 'templates', templates.map(templateRow))
  },

  isEmpty: async () =>
    (await sql.one('select from content.articles union all select from content.templates limit 1')) === null,
})

async function* pages<Row extends object>(
  sql: Sql,
  cursor: string,
  text: string,
  rowsMax: number,
  values: readonly unknown[] = [],
): AsyncGenerator<Row[]> {
  await sql.query(`declare ${cursor} no scroll cursor for ${text}`, values)
  for (let page = 0; page < pagesMax; page++) {
    const rows = await sql.query<Row>(`fetch ${rowsMax} from ${cursor}`)
    if (rows.length > 0) yield rows
    if (rows.length < rowsMax) break
  }
  await sql.query(`close ${cursor}`)
}

const keysOf = (page: readonly FullArticle[]): [string[], string[]] => [
  page.map((article) => article.workspace_id),
  page.map((article) => article.id),
]
const ofPage = 'unnest($1::uuid[], $2::uuid[]) as page(workspace_id, article_id)'

const editionsOf = (sql: Sql, page: readonly FullArticle[]): Promise<FullEdition[]> =>
  sql.query<FullEdition>(
    `select e.workspace_id, ${editionColumns}, v.number, v.created_at as version_at
     from ${ofPage} join content.editions e on e.workspace_id = page.workspace_id and e.article_id = page.article_id
       join content.versions v on v.workspace_id = e.workspace_id and v.id = e.version_id`,
    keysOf(page),
  )

async function* versionsOf(sql: Sql, page: readonly FullArticle[]): AsyncGenerator<FullVersion> {
  // A parameter of a cursor would have to be sent with each fetch; ids are harmless as text.
  const list = page.map(({ workspace_id, id }) => `('${workspace_id}'::uuid, '${id}'::uuid)`).join(', ')
  const texts = pages<FullVersion>(
    sql,
    'archive_versions',
    `select v.workspace_id, page.article_id, v.refs, v.is_frozen, v.body, ${versionColumns}
     from (values ${list}) as page(workspace_id, article_id)
       join content.editions e on e.workspace_id = page.workspace_id and e.article_id = page.article_id
       join content.versions v on v.workspace_id = e.workspace_id and v.edition_id = e.id
     order by v.workspace_id, page.article_id, v.edition_id, v.number`,
    bodiesMax,
  )
  for await (const some of texts) yield* some
}

const archivedArticle = (row: FullArticle, editions: readonly FullEdition[]): ArchivedArticle => ({
  ...row.doc,
  kind: 'article',
  workspaceId: row.workspace_id,
  id: row.id,
  type: row.type,
  coverId: row.cover_id,
  revision: row.revision,
  titleEditionId: row.title_edition_id,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
  trashedAt: row.trashed_at?.toISOString() ?? null,
  editions: editions
    .map((edition): ArchivedEdition => {
      const { articleId: _article, ...record } = editionOf(edition)
      return { ...record, number: edition.number, versionAt: edition.version_at.toISOString() }
    })
    .sort(byId),
})

const archivedVersion = (row: FullVersion): ArchivedVersion => ({
  ...versionTextOf(row),
  kind: 'version',
  workspaceId: row.workspace_id,
  articleId: row.article_id,
  refs: row.refs,
  isFrozen: row.is_frozen,
})

const archivedTemplate = ({ workspace_id, id, doc, body, refs, created_at }: FullTemplate): ArchivedTemplate => ({
  ...doc,
  kind: 'template',
  workspaceId: workspace_id,
  id,
  body,
  refs,
  createdAt: created_at.toISOString(),
})

async function insert(sql: Sql, table: string, rows: readonly object[]): Promise<void> {
  if (rows.length === 0) return
  await sql.query(
    `insert into content.${table} select * from jsonb_populate_recordset(null::content.${table}, $1::jsonb)`,
    [JSON.stringify(rows)],
  )
}

const articleRow = (article: ArchivedArticle): object => ({
  workspace_id: article.workspaceId,
  id: article.id,
  type: article.type,
  revision: article.revision,
  title: article.editions.find(({ id }) => id === article.titleEditionId)?.title ?? '',
  title_edition_id: article.titleEditionId,
  term_ids: [...new Set([...article.tags, ...article.categories, ...article.authors])],
  cover_id: article.coverId,
  source_system: article.source?.system ?? null,
  source_id: article.source?.id ?? null,
  doc: {
    tags: article.tags,
    categories: article.categories,
    authors: article.authors,
    source: article.source,
    extra: article.extra,
    importedRevision: article.importedRevision,
  },
  created_at: article.createdAt,
  updated_at: article.updatedAt,
  trashed_at: article.trashedAt,
})

const editionRow = (article: ArchivedArticle, edition: ArchivedEdition): object => ({
  workspace_id: article.workspaceId,
  id: edition.id,
  article_id: article.id,
  language: edition.language,
  slug: edition.slug,
  title: edition.title,
  status: edition.status,
  revision: edition.revision,
  version_id: edition.versionId,
  words: edition.words,
  source_system: edition.imported?.system ?? null,
  source_id: edition.imported?.id ?? null,
  refs: edition.refs,
  doc: {
    lead: edition.lead,
    meta: edition.meta,
    keepsSlug: edition.keepsSlug,
    permalinks: edition.permalinks,
    imported: edition.imported,
    newest: edition.newest,
    updatedBy: edition.updatedBy,
  },
  created_at: edition.createdAt,
  updated_at: edition.updatedAt,
})

const versionRow = (version: ArchivedVersion): object => ({
  workspace_id: version.workspaceId,
  id: version.id,
  edition_id: version.editionId,
  number: version.number,
  reason: version.reason,
  is_frozen: version.isFrozen,
  title: version.title,
  words: version.words,
  refs: version.refs,
  doc: {
    slug: version.slug,
    lead: version.lead,
    meta: version.meta,
    note: version.note,
    createdBy: version.createdBy,
  },
  body: version.body,
  created_at: version.createdAt,
})

const templateRow = ({ kind: _kind, workspaceId, id, body, refs, createdAt, ...doc }: ArchivedTemplate): object => ({
  workspace_id: workspaceId,
  id,
  doc,
  body,
  refs,
  created_at: createdAt,
})
