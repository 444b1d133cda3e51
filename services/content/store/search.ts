/** The search index: one row per edition, derived, fed by events. */
import type { ArticleId, EditionId } from '@floowe/contracts/vocabulary'
import type { Sql } from '@floowe/platform'
import type { Indexed, Query } from '../search-index.ts'

export type EntryKey = { editionId: EditionId; articleId: ArticleId; language: string; revision: number; isTrashed: boolean }
export type Match = { edition_id: EditionId; article_id: ArticleId; score: number; total: number }

/** Of this many of the best by title, lead and weightiest words, the whole text is ranked. */
const rankedMax = 200
/** A word of the index that stands for the workspace, so that a common word of other workspaces costs nothing. */
const workspaceTerm = (workspaceId: string): string => `'\u0001${workspaceId}'`

export async function putEntry(sql: Sql, workspaceId: string, key: EntryKey, { text, terms, salient }: Indexed): Promise<void> {
  await sql.query(
    `insert into search_entries (workspace_id, edition_id, article_id, language, revision, is_trashed, salient, terms, text)
     values ($1, $2, $3, $4, $5, $6, $7::tsvector, $8::tsvector, $9)
     on conflict (workspace_id, edition_id) do update set article_id = excluded.article_id, language = excluded.language, revision = excluded.revision,
       is_trashed = excluded.is_trashed, salient = excluded.salient, terms = excluded.terms, text = excluded.text`,
    [workspaceId, key.editionId, key.articleId, key.language, key.revision, key.isTrashed, salient, `${workspaceTerm(workspaceId)} ${terms}`, text],
  )
}

export const entryRevision = async (sql: Sql, workspaceId: string, editionId: EditionId): Promise<number> =>
  (await sql.one<{ revision: number }>('select revision from search_entries where workspace_id = $1 and edition_id = $2', [workspaceId, editionId]))?.revision ?? 0

export const deleteEntry = (sql: Sql, workspaceId: string, editionId: EditionId) => sql.query('delete from search_entries where workspace_id = $1 and edition_id = $2', [workspaceId, editionId])
export const deleteEntriesOf = (sql: Sql, workspaceId: string, articleId: ArticleId) => sql.query('delete from search_entries where workspace_id = $1 and article_id = $2', [workspaceId, articleId])
export const trashEntries = (sql: Sql, workspaceId: string, articleId: ArticleId, isTrashed: boolean) =>
  sql.query('update search_entries set is_trashed = $3 where workspace_id = $1 and article_id = $2', [workspaceId, articleId, isTrashed])

/** Best first. `total` counts all matches. */
export const findEntries = (sql: Sql, workspaceId: string, query: Query, filter: { language: string | null; isTrashed: boolean }, { limit, offset }: { limit: number; offset: number }): Promise<Match[]> =>
  sql.query<Match>(
    `with matching as materialized (
       select s.edition_id, ts_rank('{0.1, 0.2, 0.5, 1.0}', s.salient, $3::tsquery) as heading, count(*) over () as total
       from search_entries s
       where s.workspace_id = $1 and s.is_trashed = $5 and ($6::text is null or s.language = $6) and s.terms @@ $2::tsquery),
     best as (select * from matching order by heading desc, edition_id desc limit $9)
     select b.edition_id, s.article_id, b.total,
            (b.heading + ts_rank_cd('{0.1, 0.2, 0.5, 1.0}', s.terms, $4::tsquery) + 0.2 * ts_rank_cd('{0.1, 0.2, 0.5, 1.0}', s.terms, $2::tsquery))::float8 as score
     from best b join search_entries s on s.workspace_id = $1 and s.edition_id = b.edition_id
     order by score desc, b.edition_id desc limit $7 offset $8`,
    [workspaceId, `${workspaceTerm(workspaceId)} & (${query.all})`, query.any, query.sure, filter.isTrashed, filter.language, limit, offset, Math.max(rankedMax, offset + limit)],
  )

/** At most 5,000, in no order. */
export const matchingArticles = (sql: Sql, workspaceId: string, query: Query, isTrashed: boolean): Promise<{ article_id: ArticleId }[]> =>
  sql.query(
    'select distinct s.article_id from search_entries s where s.workspace_id = $1 and s.is_trashed = $3 and s.terms @@ $2::tsquery limit 5000',
    [workspaceId, `${workspaceTerm(workspaceId)} & (${query.all})`, isTrashed],
  )

/** Texts of a page, and the places of the words that were found. */
export const readEntries = (sql: Sql, workspaceId: string, editionIds: readonly EditionId[], query: Query): Promise<{ edition_id: EditionId; text: string; places: number[] | null }[]> =>
  sql.query(
    `select s.edition_id, s.text,
            (select array_agg(distinct place) from unnest(s.terms) as t(lexeme, positions, weights) cross join lateral unnest(t.positions) as place
             where t.lexeme = any($3) or ($4 <> '' and starts_with(t.lexeme, $4))) as places
     from search_entries s where s.workspace_id = $1 and s.edition_id = any($2)`,
    [workspaceId, editionIds, query.terms, query.prefix],
  )
