/** Rows of editions as readers see them, their terms and totals. Lists are newest first. */
import type { Sql, Transaction } from '@floowe/platform'
import type { TermKind } from '../addresses.ts'

export type EditionRow = {
  edition_id: string
  article_id: string
  language: string
  type: string
  slug: string
  state: 'live' | 'gone'
  sequence: number
  delivery_id: string
  snapshot_id: string | null
  snapshot_hash: string
  version_id: string | null
  title: string
  is_hidden: boolean
  published_at: Date
  updated_at: Date
  card: string
  answer: string
}
export type NewEdition = Omit<EditionRow, 'published_at' | 'updated_at' | 'state'> & {
  published_at: string
  updated_at: string
}
export type EditionState = Omit<EditionRow, 'card' | 'answer'>

const stateColumns =
  'edition_id, article_id, language, type, slug, state, sequence, delivery_id, snapshot_id, snapshot_hash, version_id, title, is_hidden, published_at, updated_at'

export const editionState = (sql: Sql, workspaceId: string, editionId: string): Promise<EditionState | null> =>
  sql.one(`select ${stateColumns} from editions where workspace_id = $1 and edition_id = $2`, [workspaceId, editionId])

export const liveEditionsOf = (sql: Sql, workspaceId: string, articleId: string): Promise<EditionState[]> =>
  sql.query(
    `select ${stateColumns} from editions where workspace_id = $1 and article_id = $2 and state = 'live' order by language limit 100`,
    [workspaceId, articleId],
  )

/** Who stands at an address, whatever the state; a live one first, else the one taken down last. */
export const editionAt = (sql: Sql, workspaceId: string, language: string, slug: string): Promise<EditionRow | null> =>
  sql.one(
    `select * from editions where workspace_id = $1 and language = $2 and slug = $3 order by state = 'live' desc, updated_at desc limit 1`,
    [workspaceId, language, slug],
  )

/** The same with the languages in which its article is live, in one question. */
export const editionWithSiblings = (
  sql: Sql,
  workspaceId: string,
  language: string,
  slug: string,
): Promise<
  | (Pick<EditionRow, 'answer' | 'state' | 'language' | 'slug' | 'article_id' | 'snapshot_hash'> & {
      siblings: { language: string; slug: string }[]
    })
  | null
> =>
  sql.one(
    `select e.answer, e.state, e.language, e.slug, e.article_id, e.snapshot_hash,
       (select coalesce(json_agg(json_build_object('language', s.language, 'slug', s.slug) order by s.language), '[]') from editions s where s.workspace_id = $1 and s.article_id = e.article_id and s.state = 'live') as siblings
     from editions e where e.workspace_id = $1 and e.language = $2 and e.slug = $3 order by e.state = 'live' desc, e.updated_at desc limit 1`,
    [workspaceId, language, slug],
  )

/** The live edition of that slug in any other language, when there is only one. */
export async function onlyLiveWithSlug(sql: Sql, workspaceId: string, slug: string): Promise<EditionState | null> {
  const rows = await sql.query<EditionState>(
    `select ${stateColumns} from editions where workspace_id = $1 and slug = $2 and state = 'live' limit 2`,
    [workspaceId, slug],
  )
  return rows.length === 1 ? (rows[0] ?? null) : null
}

export async function writeLive(tx: Transaction, workspaceId: string, edition: NewEdition): Promise<void> {
  await tx.query(
    `insert into editions (workspace_id, edition_id, article_id, language, type, slug, state, sequence, delivery_id, snapshot_id, snapshot_hash, version_id, title, is_hidden, published_at, updated_at, card, answer)
     values ($1, $2, $3, $4, $5, $6, 'live', $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
     on conflict (workspace_id, edition_id) do update set article_id = excluded.article_id, language = excluded.language, type = excluded.type, slug = excluded.slug, state = 'live',
       sequence = excluded.sequence, delivery_id = excluded.delivery_id, snapshot_id = excluded.snapshot_id, snapshot_hash = excluded.snapshot_hash, version_id = excluded.version_id,
       title = excluded.title, is_hidden = excluded.is_hidden, published_at = excluded.published_at, updated_at = excluded.updated_at, card = excluded.card, answer = excluded.answer`,
    [
      workspaceId,
      edition.edition_id,
      edition.article_id,
      edition.language,
      edition.type,
      edition.slug,
      edition.sequence,
      edition.delivery_id,
      edition.snapshot_id,
      edition.snapshot_hash,
      edition.version_id,
      edition.title,
      edition.is_hidden,
      edition.published_at,
      edition.updated_at,
      edition.card,
      edition.answer,
    ],
  )
}

/** Leaves the address and the sequence; the text goes. */
export async function writeGone(
  tx: Transaction,
  workspaceId: string,
  editionId: string,
  by: { sequence: number; deliveryId: string; at: string },
): Promise<void> {
  await tx.query(
    `update editions set state = 'gone', sequence = $3, delivery_id = $4, updated_at = $5, title = '', card = '', answer = '', snapshot_hash = '', snapshot_id = null, version_id = null
     where workspace_id = $1 and edition_id = $2`,
    [workspaceId, editionId, by.sequence, by.deliveryId, by.at],
  )
}

/** A removal that came before what it removes: only the order is kept. */
export async function writeNeverShown(
  tx: Transaction,
  workspaceId: string,
  editionId: string,
  by: { sequence: number; deliveryId: string; at: string },
): Promise<void> {
  await tx.query(
    `insert into editions (workspace_id, edition_id, article_id, language, type, slug, state, sequence, delivery_id, snapshot_hash, title, published_at, updated_at, card, answer)
     values ($1, $2, $2, '', '', '', 'gone', $3, $4, '', '', $5, $5, '', '')`,
    [workspaceId, editionId, by.sequence, by.deliveryId, by.at],
  )
}

export async function addToTotal(
  tx: Transaction,
  workspaceId: string,
  type: string,
  language: string,
  by: 1 | -1,
): Promise<void> {
  await tx.query(
    `insert into totals (workspace_id, type, language, live) values ($1, $2, $3, greatest($4, 0))
     on conflict (workspace_id, type, language) do update set live = totals.live + $4`,
    [workspaceId, type, language, by],
  )
}

export type NewTerm = { kind: TermKind; slug: string; name: string; description: string }
export async function replaceTerms(
  tx: Transaction,
  workspaceId: string,
  editionId: string,
  terms: readonly NewTerm[],
): Promise<void> {
  await tx.query('delete from edition_terms where workspace_id = $1 and edition_id = $2', [workspaceId, editionId])
  if (terms.length === 0) return
  await tx.query(
    `insert into edition_terms (workspace_id, edition_id, kind, slug, name, description, position)
     select $1, $2, t->>'kind', t->>'slug', t->>'name', t->>'description', n from jsonb_array_elements($3::jsonb) with ordinality as x(t, n)
     on conflict (workspace_id, kind, slug, edition_id) do nothing`,
    [workspaceId, editionId, JSON.stringify(terms)],
  )
}

export type Filter = {
  type: 'article' | 'page'
  language?: string | undefined
  terms?: readonly { kind: TermKind; slug: string }[]
}

/** The same filter in a `where`; values begin at $2. */
function whereOf(filter: Filter): { where: string; values: unknown[] } {
  const values: unknown[] = [filter.type]
  let where = `e.workspace_id = $1 and e.state = 'live' and e.type = $2`
  if (filter.language !== undefined) {
    values.push(filter.language)
    where += ` and e.language = $${values.length + 1}`
  }
  for (const { kind, slug } of filter.terms ?? []) {
    values.push(kind, slug)
    where += ` and exists (select from edition_terms t where t.workspace_id = $1 and t.edition_id = e.edition_id and t.kind = $${values.length} and t.slug = $${values.length + 1})`
  }
  return { where, values }
}

export type Column = 'card' | 'answer' | 'place'
const columnsOf: Readonly<Record<Column, string>> = {
  card: 'e.card as json, e.language, e.slug, e.snapshot_hash',
  answer: 'e.answer as json, e.language, e.slug, e.snapshot_hash',
  place: "'' as json, e.language, e.slug, e.snapshot_hash",
}
export type Listed = { json: string; language: string; slug: string; snapshot_hash: string }

export function listEditions(
  sql: Sql,
  workspaceId: string,
  filter: Filter,
  column: Column,
  page: { limit: number; offset: number },
): Promise<Listed[]> {
  const { where, values } = whereOf(filter)
  return sql.query(
    `select ${columnsOf[column]} from editions e where ${where} order by e.published_at desc, e.edition_id desc limit $${values.length + 2} offset $${values.length + 3}`,
    [workspaceId, ...values, page.limit, page.offset],
  )
}

export async function countEditions(sql: Sql, workspaceId: string, filter: Filter): Promise<number> {
  if (!filter.terms || filter.terms.length === 0) {
    const row = await sql.one<{ n: number }>(
      `select coalesce(sum(live), 0)::int as n from totals where workspace_id = $1 and type = $2${filter.language === undefined ? '' : ' and language = $3'}`,
      [workspaceId, filter.type, ...(filter.language === undefined ? [] : [filter.language])],
    )
    return row?.n ?? 0
  }
  const { where, values } = whereOf(filter)
  const row = await sql.one<{ n: number }>(`select count(*)::int as n from editions e where ${where}`, [
    workspaceId,
    ...values,
  ])
  return row?.n ?? 0
}

export type ListedTerm = { slug: string; name: string; description: string; articles: number }
/** By name; named as the article published last names it. At most 1,000. */
export const listTerms = (
  sql: Sql,
  workspaceId: string,
  kind: TermKind,
  language: string | null,
): Promise<ListedTerm[]> =>
  sql.query(
    `select t.slug, (array_agg(t.name order by e.updated_at desc))[1] as name, (array_agg(t.description order by e.updated_at desc))[1] as description, count(*)::int as articles
     from edition_terms t join editions e on e.workspace_id = t.workspace_id and e.edition_id = t.edition_id
     where t.workspace_id = $1 and t.kind = $2 and e.type = 'article' and e.state = 'live' and ($3::text is null or e.language = $3)
     group by t.slug order by (array_agg(t.name order by e.updated_at desc))[1] collate "pl-x-icu", t.slug limit 1000`,
    [workspaceId, kind, language],
  )

export const findTerm = (
  sql: Sql,
  workspaceId: string,
  kind: TermKind,
  slug: string,
  language: string,
): Promise<{ name: string; description: string } | null> =>
  sql.one(
    `select t.name, t.description from edition_terms t join editions e on e.workspace_id = t.workspace_id and e.edition_id = t.edition_id
     where t.workspace_id = $1 and t.kind = $2 and t.slug = $3 and e.language = $4 order by e.updated_at desc limit 1`,
    [workspaceId, kind, slug, language],
  )

/** Languages in which the term has articles. */
export const languagesOfTerm = async (
  sql: Sql,
  workspaceId: string,
  kind: TermKind,
  slug: string,
): Promise<string[]> => {
  const rows = await sql.query<{ language: string }>(
    `select distinct e.language from edition_terms t join editions e on e.workspace_id = t.workspace_id and e.edition_id = t.edition_id
     where t.workspace_id = $1 and t.kind = $2 and t.slug = $3 and e.type = 'article' order by e.language limit 50`,
    [workspaceId, kind, slug],
  )
  return rows.map((row) => row.language)
}

/** Languages with at least one live article. */
export const liveLanguages = async (sql: Sql, workspaceId: string): Promise<string[]> => {
  const rows = await sql.query<{ language: string }>(
    "select distinct language from totals where workspace_id = $1 and type = 'article' and live > 0 order by language limit 50",
    [workspaceId],
  )
  return rows.map((row) => row.language)
}

/** Cards of articles that share tags or categories with this one, those that share most first. */
export const relatedCards = async (
  sql: Sql,
  workspaceId: string,
  edition: { edition_id: string; article_id: string; language: string },
  limit: number,
): Promise<Listed[]> =>
  sql.query(
    `select e.card as json, e.language, e.slug, e.snapshot_hash from edition_terms mine
     join edition_terms theirs on theirs.workspace_id = mine.workspace_id and theirs.kind = mine.kind and theirs.slug = mine.slug and theirs.edition_id <> mine.edition_id
     join editions e on e.workspace_id = theirs.workspace_id and e.edition_id = theirs.edition_id
     where mine.workspace_id = $1 and mine.edition_id = $2 and mine.kind <> 'author' and e.language = $3 and e.type = 'article' and e.state = 'live' and e.article_id <> $4
     group by e.workspace_id, e.edition_id order by sum(case when mine.kind = 'tag' then 2 else 1 end) desc, e.published_at desc, e.edition_id desc limit $5`,
    [workspaceId, edition.edition_id, edition.language, edition.article_id, limit],
  )

/** The articles just before and after this one in time, in its language. */
export async function neighbourCards(
  sql: Sql,
  workspaceId: string,
  edition: EditionRow,
): Promise<{ newer: Listed | null; older: Listed | null }> {
  const beside = (sign: '<' | '>', order: 'asc' | 'desc'): Promise<Listed | null> =>
    sql.one(
      `select card as json, language, slug, snapshot_hash from editions where workspace_id = $1 and type = 'article' and language = $2 and state = 'live'
       and (published_at, edition_id) ${sign} ($3, $4) order by published_at ${order}, edition_id ${order} limit 1`,
      [workspaceId, edition.language, edition.published_at, edition.edition_id],
    )
  const [newer, older] = await Promise.all([beside('>', 'asc'), beside('<', 'desc')])
  return { newer, older }
}

export type MapEntry = { article_id: string; language: string; slug: string; updated_at: Date }
/** For the sitemap: pages and articles, those of one article together. */
export const mapEntries = (
  sql: Sql,
  workspaceId: string,
  page: { limit: number; offset: number },
): Promise<MapEntry[]> =>
  sql.query(
    `select article_id, language, slug, updated_at from editions where workspace_id = $1 and state = 'live' and not is_hidden
     order by article_id, language limit $2 offset $3`,
    [workspaceId, page.limit, page.offset],
  )
