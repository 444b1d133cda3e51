/** Articles as rows. */
import { type Database, isUniqueViolation, type NewEvent, type Sql, type Transaction } from '@floowe/platform'
import {
  type ArticleDoc,
  articleOf,
  type ArticleRow,
  type EditionDoc,
  editionColumns,
  editionOf,
  type EditionRow,
  type VersionDoc,
} from './jsonb-rows.ts'
import type { ArticleChange, ArticleFields, ArticleFilter, ContentStore, Creation, NewEdition } from './port.ts'

type Articles = Pick<
  ContentStore,
  'create' | 'changeArticle' | 'deleteArticle' | 'replaceTerm' | 'listArticles' | 'countArticles'
>

export const articlesIn = (db: Database): Articles => ({
  create: async (workspaceId, creation, events) => {
    try {
      await db.transaction(async (tx) => {
        if (creation.article) await insertArticle(tx, workspaceId, creation, creation.article)
        else
          await tx.query('update articles set updated_at = $3 where workspace_id = $1 and id = $2', [
            workspaceId,
            creation.articleId,
            creation.at,
          ])
        for (const edition of creation.editions) await insertEdition(tx, workspaceId, creation, edition)
        await tx.emit(...events)
      })
      return 'created'
    } catch (error) {
      if (isUniqueViolation(error, 'editions_slug')) return 'slug-taken'
      if (isUniqueViolation(error, 'editions_language')) return 'language-taken'
      if (isUniqueViolation(error, 'editions_source') || isUniqueViolation(error, 'articles_source'))
        return 'source-taken'
      throw error
    }
  },

  changeArticle: (workspaceId, id, change, events) =>
    db.transaction((tx) => changeArticle(tx, workspaceId, id, change, events)),

  deleteArticle: (workspaceId, id, events) =>
    db.transaction(async (tx) => {
      const gone = await tx.query('delete from articles where workspace_id = $1 and id = $2 returning id', [
        workspaceId,
        id,
      ])
      if (gone.length > 0) await tx.emit(...events)
      return gone.length > 0
    }),

  replaceTerm: (workspaceId, term, by, events) =>
    db.transaction(async (tx) => {
      const rows = await tx.query<ArticleRow>(
        'select * from articles where workspace_id = $1 and term_ids @> array[$2::uuid] order by id for update',
        [workspaceId, term],
      )
      for (const row of rows) {
        const replaced = (ids: ArticleDoc['tags']): ArticleDoc['tags'] => [
          ...new Set(ids.flatMap((id) => (id === term ? (by ? [by] : []) : [id]))),
        ]
        const doc: ArticleDoc = {
          ...row.doc,
          tags: replaced(row.doc.tags),
          categories: replaced(row.doc.categories),
          authors: replaced(row.doc.authors),
        }
        await tx.query('update articles set doc = $3, term_ids = $4 where workspace_id = $1 and id = $2', [
          workspaceId,
          row.id,
          JSON.stringify(doc),
          termsOf(doc),
        ])
      }
      await tx.emit(...events)
    }),

  listArticles: async (workspaceId, filter) => {
    const { where, values } = conditions(workspaceId, filter)
    const order = {
      updated: 'a.updated_at desc, a.id desc',
      created: 'a.created_at desc, a.id desc',
      title: 'a.title collate "pl-x-icu", a.id',
    }[filter.sort ?? 'updated']
    const page = [...values, filter.limit, filter.offset]
    const [rows, total] = await Promise.all([
      db.query<ArticleRow>(
        `select a.* from articles a where ${where} order by ${order} limit $${values.length + 1} offset $${values.length + 2}`,
        page,
      ),
      db.one<{ total: number }>(`select count(*) as total from articles a where ${where}`, values),
    ])
    const editions = await db.query<EditionRow>(
      `select ${editionColumns} from editions e where e.workspace_id = $1 and e.article_id = any($2) order by e.created_at, e.id`,
      [workspaceId, rows.map((row) => row.id)],
    )
    return {
      items: rows.map((row) =>
        articleOf(row, editions.filter((edition) => edition.article_id === row.id).map(editionOf)),
      ),
      total: total?.total ?? 0,
    }
  },

  countArticles: async (workspaceId, by) => {
    const rows =
      'terms' in by ? await countByTerm(db, workspaceId, by.terms) : await countByMedia(db, workspaceId, by.media)
    return new Map(rows.map((row) => [row.id, row.articles]))
  },
})

const termsOf = (fields: Pick<ArticleFields, 'tags' | 'categories' | 'authors'>): string[] => [
  ...new Set([...fields.tags, ...fields.categories, ...fields.authors]),
]

function docOf(fields: ArticleFields): string {
  const { type: _type, coverId: _cover, ...doc } = fields
  return JSON.stringify(doc satisfies ArticleDoc)
}

async function insertArticle(
  tx: Transaction,
  workspaceId: string,
  creation: Creation,
  fields: ArticleFields,
): Promise<void> {
  const [first] = creation.editions
  await tx.query(
    `insert into articles (workspace_id, id, type, revision, title, title_edition_id, term_ids, cover_id, source_system, source_id, doc, created_at, updated_at)
     values ($1, $2, $3, 1, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      workspaceId,
      creation.articleId,
      fields.type,
      first?.title ?? '',
      first?.id ?? creation.articleId,
      termsOf(fields),
      fields.coverId,
      fields.source?.system ?? null,
      fields.source?.id ?? null,
      docOf(fields),
      creation.madeAt ?? creation.at,
      creation.at,
    ],
  )
}

/** The edition and its first version in one statement. */
async function insertEdition(
  tx: Transaction,
  workspaceId: string,
  { articleId, at, by }: Creation,
  edition: NewEdition,
): Promise<void> {
  const doc: EditionDoc = {
    lead: edition.lead,
    meta: edition.meta,
    keepsSlug: edition.keepsSlug,
    permalinks: edition.permalinks,
    imported: edition.imported,
    newest: { reason: edition.reason, by, at },
    updatedBy: by,
  }
  const versionDoc: VersionDoc = {
    slug: edition.slug,
    lead: edition.lead,
    meta: edition.meta,
    note: edition.note,
    createdBy: by,
  }
  await tx.query(
    `with edition as (
       insert into editions (workspace_id, id, article_id, language, slug, title, status, revision, version_id, words, source_system, source_id, refs, doc, created_at, updated_at)
       values ($1, $2, $3, $4, $5, $6, $7, 1, $8, $9, $10, $11, $12, $13, $14, $14))
     insert into versions (workspace_id, id, edition_id, number, reason, title, words, refs, doc, body, created_at)
     values ($1, $8, $2, 1, $15, $6, $9, $12, $16, $17, $14)`,
    [
      workspaceId,
      edition.id,
      articleId,
      edition.language,
      edition.slug,
      edition.title,
      edition.status,
      edition.versionId,
      edition.words,
      edition.imported?.system ?? null,
      edition.imported?.id ?? null,
      edition.refs,
      JSON.stringify(doc),
      at,
      edition.reason,
      JSON.stringify(versionDoc),
      JSON.stringify(edition.body),
    ],
  )
}

async function changeArticle(
  tx: Transaction,
  workspaceId: string,
  id: string,
  change: ArticleChange,
  events: NewEvent[],
): ReturnType<ContentStore['changeArticle']> {
  const { basedOn, trashedAt, at, ...fields } = change
  const row = await tx.one<ArticleRow>('select * from articles where workspace_id = $1 and id = $2 for update', [
    workspaceId,
    id,
  ])
  if (!row) return null
  if (basedOn !== undefined && row.revision !== basedOn)
    return { stale: { current: row.revision, updatedAt: row.updated_at.toISOString(), updatedBy: '' } }
  const next: ArticleFields = { ...row.doc, type: row.type, coverId: row.cover_id, ...fields }
  const isChanged = Object.keys(fields).length > 0
  await tx.query(
    `update articles set type = $3, cover_id = $4, term_ids = $5, doc = $6, revision = revision + $7, updated_at = $8, trashed_at = $9,
            source_system = $10, source_id = $11
     where workspace_id = $1 and id = $2`,
    [
      workspaceId,
      id,
      next.type,
      next.coverId,
      termsOf(next),
      docOf(next),
      isChanged ? 1 : 0,
      at,
      trashedAt === undefined ? row.trashed_at : trashedAt,
      next.source?.system ?? null,
      next.source?.id ?? null,
    ],
  )
  await tx.emit(...events)
  return 'changed'
}

/** The WHERE of a list. Every value is a parameter; the texts are few, so they stay prepared. */
function conditions(workspaceId: string, filter: ArticleFilter): { where: string; values: unknown[] } {
  const values: unknown[] = [workspaceId]
  const value = (given: unknown): string => `$${values.push(given)}`
  const parts = ['a.workspace_id = $1']
  if (filter.ids) parts.push(`a.id = any(${value(filter.ids)})`)
  else if (filter.source)
    parts.push(`a.source_system = ${value(filter.source.system)} and a.source_id = ${value(filter.source.id)}`)
  else parts.push(`a.trashed_at is ${filter.trashed ? 'not ' : ''}null`)
  if (filter.type) parts.push(`a.type = ${value(filter.type)}`)
  if (filter.terms && filter.terms.length > 0) parts.push(`a.term_ids @> ${value(filter.terms)}::uuid[]`)
  const edition: string[] = []
  if (filter.status) edition.push(`e.status = ${value(filter.status)}`)
  if (filter.language) edition.push(`e.language = ${value(filter.language)}`)
  const inEdition = (more: string[]): string =>
    `exists (select from editions e where e.workspace_id = a.workspace_id and e.article_id = a.id and ${more.join(' and ')})`
  if (edition.length > 0) parts.push(inEdition(edition))
  if (filter.words) {
    const pattern = `%${filter.words.inTitle.replace(/[\\%_]/g, '\\$&')}%`
    parts.push(`(a.id = any(${value(filter.words.ids)}) or ${inEdition([`e.title ilike ${value(pattern)}`])})`)
  }
  return { where: parts.join(' and '), values }
}

type Count = { id: string; articles: number }
const countByTerm = (sql: Sql, workspaceId: string, terms: readonly string[]): Promise<Count[]> =>
  sql.query(
    `select t.id, count(*) as articles from articles a cross join lateral unnest(a.term_ids) as t(id)
     where a.workspace_id = $1 and a.trashed_at is null and a.term_ids && $2::uuid[] and t.id = any($2) group by t.id`,
    [workspaceId, terms],
  )

const countByMedia = (sql: Sql, workspaceId: string, media: readonly string[]): Promise<Count[]> =>
  sql.query(
    `select u.id, count(distinct u.article_id) as articles from (
       select substring(r.ref from 7)::uuid as id, e.article_id from editions e cross join lateral unnest(e.refs) as r(ref)
         where e.workspace_id = $1 and cardinality(e.refs) > 0 and e.refs && $2::text[] and r.ref = any($2)
       union all
       select a.cover_id, a.id from articles a where a.workspace_id = $1 and a.cover_id = any($3)
     ) u join articles a on a.workspace_id = $1 and a.id = u.article_id where a.trashed_at is null group by u.id`,
    [workspaceId, media.map((id) => `media:${id}`), media],
  )
