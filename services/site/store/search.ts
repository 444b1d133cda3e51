/** The search index: words and their lemmas as a tsvector, the title weighing most. */
import type { Sql, Transaction } from '@floowe/platform'

export type Weighted = { term: string; weight: 'A' | 'B' | 'D'; position: number }

/** PostgreSQL keeps 256 positions of a word, up to 16,383. */
const positionsMax = 200
const positionMax = 16_383

export async function writeSearchText(
  tx: Transaction,
  workspaceId: string,
  edition: { editionId: string; language: string; text: string; words: readonly Weighted[] },
): Promise<void> {
  const { editionId, language, text, words } = edition
  await tx.query(
    `insert into search_texts (workspace_id, edition_id, language, words, text) values ($1, $2, $3, $4::tsvector, $5)
     on conflict (workspace_id, edition_id) do update set language = excluded.language, words = excluded.words, text = excluded.text`,
    [workspaceId, editionId, language, vectorOf(words), text],
  )
}

export async function deleteSearchText(tx: Transaction, workspaceId: string, editionId: string): Promise<void> {
  await tx.query('delete from search_texts where workspace_id = $1 and edition_id = $2', [workspaceId, editionId])
}

function vectorOf(words: readonly Weighted[]): string {
  const places = new Map<string, string[]>()
  for (const { term, weight, position } of words) {
    if (term === '' || position >= positionMax) continue
    const known = places.get(term)
    if (!known) places.set(term, [`${position + 1}${weight}`])
    else if (known.length < positionsMax) known.push(`${position + 1}${weight}`)
  }
  return [...places].map(([term, positions]) => `${quoted(term)}:${positions.join(',')}`).join(' ')
}

/** A word as the text forms of tsvector and tsquery want it. */
const quoted = (term: string): string => `'${term.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`

/** All groups must be found, any word of a group will do. */
export const queryOf = (groups: readonly (readonly string[])[]): string =>
  groups
    .filter((group) => group.length > 0)
    .map((group) => `(${group.map(quoted).join(' | ')})`)
    .join(' & ')

export type Hit = { card: string; text: string; total: number }

/** @param strict what was asked; `wide` also holds guesses, which rank below. Both as {@link queryOf} writes them. */
export const searchEditions = (
  sql: Sql,
  workspaceId: string,
  asked: { language: string; strict: string; wide: string; limit: number; offset: number },
): Promise<Hit[]> =>
  sql.query(
    `select e.card, s.text, count(*) over ()::int as total
     from search_texts s join editions e on e.workspace_id = s.workspace_id and e.edition_id = s.edition_id
     where s.workspace_id = $1 and s.language = $2 and s.words @@ $4::tsquery
     order by (s.words @@ $3::tsquery) desc, ts_rank_cd('{0.1, 0.2, 0.4, 1.0}', s.words, $4::tsquery, 1) desc, e.published_at desc, e.edition_id desc limit $5 offset $6`,
    [workspaceId, asked.language, asked.strict, asked.wide, asked.limit, asked.offset],
  )
