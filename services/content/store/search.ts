/** The search index: derived rows, fed by events. */
import type { ArticleId, EditionId } from '@floowe/contracts/vocabulary'
import type { Database, Sql } from '@floowe/platform'
import type { Indexed, Query } from '../search-index.ts'

export type EntryKey = {
  editionId: EditionId
  articleId: ArticleId
  language: string
  revision: number
  isTrashed: boolean
}
export type Match = { edition_id: EditionId; score: number }
export type Filter = { language: string | null; isTrashed: boolean }

/** Up to this many matches are ranked by their whole text. */
const wholeMax = 100
/** Up to this many are ranked by title, lead and weightiest words; more of them by title and lead, then by age. */
const rankedMax = 2_000
/** Among so many of the newest texts a common word is looked for one by one. */
const lookedAtMax = 1_000
const articlesMax = 5_000
/** A word of the index that stands for the workspace, so that a common word of other workspaces costs nothing. */
const workspaceTerm = (workspaceId: string): string => `'\u0001${workspaceId}'`
const inWorkspace = (workspaceId: string, query: string): string => `${workspaceTerm(workspaceId)} & (${query})`

export async function putEntry(
  sql: Sql,
  workspaceId: string,
  key: EntryKey,
  { text, terms, salient }: Indexed,
): Promise<void> {
  await sql.query(
    `with entry as (
       insert into search_entries (workspace_id, edition_id, article_id, language, revision, is_trashed, terms, text) values ($1, $2, $3, $4, $5, $6, $8::tsvector, $9)
       on conflict (workspace_id, edition_id) do update set article_id = excluded.article_id, language = excluded.language, revision = excluded.revision,
         is_trashed = excluded.is_trashed, terms = excluded.terms, text = excluded.text)
     insert into search_headings (workspace_id, edition_id, language, is_trashed, terms) values ($1, $2, $4, $6, $7::tsvector)
     on conflict (workspace_id, edition_id) do update set language = excluded.language, is_trashed = excluded.is_trashed, terms = excluded.terms`,
    [
      workspaceId,
      key.editionId,
      key.articleId,
      key.language,
      key.revision,
      key.isTrashed,
      `${workspaceTerm(workspaceId)} ${salient}`,
      `${workspaceTerm(workspaceId)} ${terms}`,
      text,
    ],
  )
}

/** The revisions the index has of these editions. */
export const entryRevisions = async (
  sql: Sql,
  workspaceId: string,
  editionIds: readonly EditionId[],
): Promise<Map<EditionId, number>> =>
  new Map(
    (
      await sql.query<{ edition_id: EditionId; revision: number }>(
        'select edition_id, revision from search_entries where workspace_id = $1 and edition_id = any($2)',
        [workspaceId, editionIds],
      )
    ).map((row) => [row.edition_id, row.revision]),
  )

export const deleteEntry = (sql: Sql, workspaceId: string, editionId: EditionId) =>
  sql.query('delete from search_entries where workspace_id = $1 and edition_id = $2', [workspaceId, editionId])
export const deleteEntriesOf = (sql: Sql, workspaceId: string, articleId: ArticleId) =>
  sql.query('delete from search_entries where workspace_id = $1 and article_id = $2', [workspaceId, articleId])
export const trashEntries = (sql: Sql, workspaceId: string, articleId: ArticleId, isTrashed: boolean) =>
  sql.query(
    `with entry as (update search_entries set is_trashed = $3 where workspace_id = $1 and article_id = $2 returning edition_id)
     update search_headings h set is_trashed = $3 from entry where h.workspace_id = $1 and h.edition_id = entry.edition_id`,
    [workspaceId, articleId, isTrashed],
  )

const weights = "'{0.1, 0.2, 0.5, 1.0}'"
const own = (alias: string): string =>
  `${alias}.workspace_id = $1 and ${alias}.is_trashed = $2 and ($3::text is null or ${alias}.language = $3)`

/**
 * The planner does not know that reading a vector from outside its row costs more than any index, nor, of a plan made once for
 * all, how many texts a word stands in.
 */
const preferIndex = (sql: Sql) =>
  sql.query(
    "select set_config('enable_seqscan', 'off', true), set_config('plan_cache_mode', 'force_custom_plan', true)",
  )

/** Best first, at most `wanted`; `total` counts all matches. */
export async function findEntries(
  db: Database,
  workspaceId: string,
  query: Query,
  filter: Filter,
  wanted: number,
): Promise<{ matches: Match[]; total: number }> {
  const all = inWorkspace(workspaceId, query.all)
  const base = [workspaceId, filter.isTrashed, filter.language]
  return db.transaction(async (sql) => {
    await preferIndex(sql)
    const total = await countMatches(sql, base, all)
    if (total === 0) return { matches: [], total }
    if (total <= wholeMax) return { matches: await rankWhole(sql, base, all, query, wanted), total }
    const best = await rankHeadings(sql, base, total > rankedMax ? null : all, query, wanted)
    return { matches: [...best, ...(await others(sql, base, all, best, wanted - best.length))], total }
  })
}

const countMatches = async (sql: Sql, base: readonly unknown[], all: string): Promise<number> =>
  (
    await sql.one<{ total: number }>(
      `select count(*)::int as total from search_entries s where ${own('s')} and s.terms @@ $4::tsquery`,
      [...base, all],
    )
  )?.total ?? 0

/** Matches that are not among the known ones, newest first. Words that most texts have are found among the newest of all. */
async function others(
  sql: Sql,
  base: readonly unknown[],
  all: string,
  known: readonly Match[],
  wanted: number,
): Promise<Match[]> {
  if (wanted <= 0) return []
  const values = [...base, all, known.map((match) => match.edition_id), wanted]
  const rest = 's.terms @@ $4::tsquery and s.edition_id <> all($5) order by s.edition_id desc limit $6'
  const near = await sql.query<Match>(
    `select s.edition_id, 0::float8 as score
     from (select * from search_entries where workspace_id = $1 order by edition_id desc limit ${lookedAtMax}) s where ${own('s')} and ${rest}`,
    values,
  )
  if (near.length === wanted) return near
  return sql.query<Match>(
    `with s as materialized (select s.edition_id from search_entries s where ${own('s')} and s.terms @@ $4::tsquery)
     select s.edition_id, 0::float8 as score from s where s.edition_id <> all($5) order by s.edition_id desc limit $6`,
    values,
  )
}

/**
 * By title, lead and weightiest words. Where so many texts match that looking at each takes long (`all` is null), only those
 * that have all the words in title and lead are: an index of its own finds them.
 */
const rankHeadings = (
  sql: Sql,
  base: readonly unknown[],
  all: string | null,
  query: Query,
  wanted: number,
): Promise<Match[]> => {
  const having = all === null ? `ts_filter(h.terms, '{a,b}') @@ $4::tsquery` : 'h.terms @@ $4::tsquery'
  return sql.query<Match>(
    `select h.edition_id, ts_rank(${weights}, h.terms, $5::tsquery)::float8 as score from search_headings h
     where ${own('h')} and ${having} order by score desc, h.edition_id desc limit $6`,
    [...base, all ?? query.all, query.any, wanted],
  )
}

/** How near the words stand to each other counts too, and what is only a guess at a misspelt word counts little. */
const rankWhole = (sql: Sql, base: readonly unknown[], all: string, query: Query, wanted: number): Promise<Match[]> =>
  sql.query<Match>(
    `select s.edition_id, (ts_rank(${weights}, s.terms, $5::tsquery) + ts_rank_cd(${weights}, s.terms, $6::tsquery))::float8 as score
     from search_entries s where ${own('s')} and s.terms @@ $4::tsquery order by score desc, s.edition_id desc limit $7`,
    [...base, all, query.any, query.sure, wanted],
  )

/** The newest, at most {@link articlesMax}. */
export const matchingArticles = (
  db: Database,
  workspaceId: string,
  query: Query,
  isTrashed: boolean,
): Promise<ArticleId[]> =>
  db.transaction(async (sql) => {
    await preferIndex(sql)
    const rows = await sql.query<{ article_id: ArticleId }>(
      `with matching as materialized (select s.article_id from search_entries s where s.workspace_id = $1 and s.is_trashed = $2 and s.terms @@ $3::tsquery)
       select m.article_id from matching m order by m.article_id desc limit ${articlesMax}`,
      [workspaceId, isTrashed, inWorkspace(workspaceId, query.all)],
    )
    return rows.map((row) => row.article_id)
  })

export const readTexts = (
  sql: Sql,
  workspaceId: string,
  editionIds: readonly EditionId[],
): Promise<{ edition_id: EditionId; text: string }[]> =>
  sql.query('select s.edition_id, s.text from search_entries s where s.workspace_id = $1 and s.edition_id = any($2)', [
    workspaceId,
    editionIds,
  ])
