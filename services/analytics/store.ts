/** All SQL of counting. */
import type { Sql, Transaction } from '@floowe/platform'

export const noArticle = '00000000-0000-0000-0000-000000000000'

export type Dimensions = {
  articleId: string
  editionId: string
  path: string
  language: string
  referrer: string
  source: string
  medium: string
  campaign: string
}
export type CountRow = Dimensions & { workspaceId: string; day: string; key: string; views: number; visits: number }
export type KnownEdition = { editionId: string; articleId: string; language: string; title: string }

export const knownEditions = (sql: Sql, workspaceId: string, articleId: string): Promise<KnownEdition[]> =>
  sql.query(
    'select edition_id as "editionId", article_id as "articleId", language, title from editions where workspace_id = $1 and article_id = $2 order by learned_at desc limit 100',
    [workspaceId, articleId],
  )

export async function learnEdition(sql: Sql, workspaceId: string, edition: KnownEdition, now: string): Promise<void> {
  await sql.query(
    `insert into editions (workspace_id, edition_id, article_id, language, title, learned_at) values ($1, $2, $3, $4, $5, $6)
     on conflict (workspace_id, edition_id) do update set article_id = excluded.article_id, language = excluded.language, title = excluded.title, learned_at = excluded.learned_at`,
    [workspaceId, edition.editionId, edition.articleId, edition.language, edition.title, now],
  )
}

/** The day's salt; the first who needs one makes it. */
export async function saltOf(sql: Sql, workspaceId: string, day: string, fresh: Buffer): Promise<Buffer> {
  await sql.query('insert into day_salts (workspace_id, day, salt) values ($1, $2, $3) on conflict do nothing', [
    workspaceId,
    day,
    fresh,
  ])
  const row = await sql.one<{ salt: Buffer }>('select salt from day_salts where workspace_id = $1 and day = $2', [
    workspaceId,
    day,
  ])
  return row?.salt ?? fresh
}

export type Visitor = { workspaceId: string; day: string; hash: Buffer }
/** Which of these were not seen that day before; each once. In the order of their keys, so that two processes never wait for each other. */
export async function firstSeen(tx: Transaction, visitors: readonly Visitor[]): Promise<Set<string>> {
  const rows = await tx.query<{ workspace_id: string; day: string; hash: Buffer }>(
    `insert into day_visitors (workspace_id, day, hash)
     select w, d, h from unnest($1::uuid[], $2::date[], $3::bytea[]) as x(w, d, h) order by w, d, h
     on conflict do nothing returning workspace_id, day::text, hash`,
    [
      visitors.map((visitor) => visitor.workspaceId),
      visitors.map((visitor) => visitor.day),
      visitors.map((visitor) => visitor.hash),
    ],
  )
  return new Set(rows.map((row) => visitorName({ workspaceId: row.workspace_id, day: row.day, hash: row.hash })))
}
export const visitorName = ({ workspaceId, day, hash }: Visitor): string =>
  `${workspaceId} ${day} ${hash.toString('base64')}`

export async function addCounts(tx: Transaction, rows: readonly CountRow[]): Promise<void> {
  if (rows.length === 0) return
  const sorted = [...rows].sort((a, b) => (a.workspaceId + a.day + a.key < b.workspaceId + b.day + b.key ? -1 : 1))
  await tx.query(
    `insert into day_counts (workspace_id, day, row_key, article_id, edition_id, path, language, referrer, source, medium, campaign, views, visits)
     select * from unnest($1::uuid[], $2::date[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::int[], $13::int[])
     on conflict (workspace_id, day, row_key) do update set views = day_counts.views + excluded.views, visits = day_counts.visits + excluded.visits`,
    [
      sorted.map((row) => row.workspaceId),
      sorted.map((row) => row.day),
      sorted.map((row) => row.key),
      sorted.map((row) => row.articleId),
      sorted.map((row) => row.editionId),
      sorted.map((row) => row.path),
      sorted.map((row) => row.language),
      sorted.map((row) => row.referrer),
      sorted.map((row) => row.source),
      sorted.map((row) => row.medium),
      sorted.map((row) => row.campaign),
      sorted.map((row) => row.views),
      sorted.map((row) => row.visits),
    ],
  )
}

/** What a day holds already, so that a restart does not forget the bounds. */
export type DayVariety = { paths: string[]; referrers: string[]; campaigns: string[]; rows: number }
export async function varietyOf(
  sql: Sql,
  workspaceId: string,
  day: string,
  max: { paths: number; referrers: number; campaigns: number },
): Promise<DayVariety> {
  const [paths, referrers, campaigns, count] = await Promise.all([
    sql.query<{ name: string }>(
      'select distinct path as name from day_counts where workspace_id = $1 and day = $2 limit $3',
      [workspaceId, day, max.paths],
    ),
    sql.query<{ name: string }>(
      'select distinct referrer as name from day_counts where workspace_id = $1 and day = $2 limit $3',
      [workspaceId, day, max.referrers],
    ),
    sql.query<{ source: string; medium: string; campaign: string }>(
      'select distinct source, medium, campaign from day_counts where workspace_id = $1 and day = $2 limit $3',
      [workspaceId, day, max.campaigns],
    ),
    sql.one<{ n: number }>('select count(*)::int as n from day_counts where workspace_id = $1 and day = $2', [
      workspaceId,
      day,
    ]),
  ])
  return {
    paths: paths.map((row) => row.name),
    referrers: referrers.map((row) => row.name),
    rows: count?.n ?? 0,
    campaigns: campaigns.map((row) => `${row.source}\n${row.medium}\n${row.campaign}`),
  }
}

export type Range = { from: string; to: string; articleId: string | null }
const where = 'workspace_id = $1 and day between $2 and $3 and ($4::uuid is null or article_id = $4)'
const values = (workspaceId: string, range: Range): unknown[] => [workspaceId, range.from, range.to, range.articleId]
type Counted = { views: number; visits: number }
const sums = 'sum(views)::int as views, sum(visits)::int as visits'

export const byDay = (sql: Sql, workspaceId: string, range: Range): Promise<(Counted & { day: string })[]> =>
  sql.query(
    `select day::text, ${sums} from day_counts where ${where} group by day order by day`,
    values(workspaceId, range),
  )

export const byReferrer = (
  sql: Sql,
  workspaceId: string,
  range: Range,
  limit: number,
): Promise<(Counted & { name: string })[]> =>
  sql.query(
    `select referrer as name, ${sums} from day_counts where ${where} group by referrer order by views desc, referrer limit $5`,
    [...values(workspaceId, range), limit],
  )

export const byCampaign = (
  sql: Sql,
  workspaceId: string,
  range: Range,
  limit: number,
): Promise<(Counted & { source: string; medium: string; campaign: string })[]> =>
  sql.query(
    `select source, medium, campaign, ${sums} from day_counts where ${where} and (source <> '' or medium <> '' or campaign <> '')
     group by source, medium, campaign order by views desc, source, medium, campaign limit $5`,
    [...values(workspaceId, range), limit],
  )

export const byLanguage = (
  sql: Sql,
  workspaceId: string,
  range: Range,
  limit: number,
): Promise<(Counted & { name: string })[]> =>
  sql.query(
    `select language as name, ${sums} from day_counts where ${where} group by language order by views desc, language limit $5`,
    [...values(workspaceId, range), limit],
  )

/** Most read first, each under the title of its most read edition. */
export const byArticle = (
  sql: Sql,
  workspaceId: string,
  range: Range,
  limit: number,
): Promise<(Counted & { articleId: string; title: string; language: string })[]> =>
  sql.query(
    `with read as (select article_id, ${sums} from day_counts where ${where} and article_id <> '${noArticle}' group by article_id order by views desc, article_id limit $5)
     select read.article_id as "articleId", read.views, read.visits, coalesce(e.title, '') as title, coalesce(e.language, '') as language
     from read left join lateral (
       select title, language from editions where workspace_id = $1 and article_id = read.article_id
       order by (select coalesce(sum(d.views), 0) from day_counts d where d.workspace_id = $1 and d.article_id = read.article_id and d.edition_id = editions.edition_id::text and d.day between $2 and $3) desc, learned_at desc
       limit 1
     ) e on true
     order by read.views desc, read.article_id`,
    [...values(workspaceId, range), limit],
  )

export async function firstDay(sql: Sql, workspaceId: string, articleId: string | null): Promise<string | null> {
  const row = await sql.one<{ day: string | null }>(
    'select min(day)::text as day from day_counts where workspace_id = $1 and ($2::uuid is null or article_id = $2)',
    [workspaceId, articleId],
  )
  return row?.day ?? null
}

export const saltedDays = (sql: Sql): Promise<{ workspace_id: string; day: string }[]> =>
  sql.query('select workspace_id, day::text from day_salts order by day limit 10000')

/** Throws away what told readers of days before `day` apart. */
export async function forgetReadersBefore(sql: Sql, workspaceId: string, day: string): Promise<void> {
  await sql.query('delete from day_salts where workspace_id = $1 and day < $2', [workspaceId, day])
  await sql.query('delete from day_visitors where workspace_id = $1 and day < $2', [workspaceId, day])
}

export async function deleteWorkspace(tx: Transaction, workspaceId: string): Promise<void> {
  for (const table of ['day_counts', 'day_visitors', 'day_salts', 'editions'])
    await tx.query(`delete from ${table} where workspace_id = $1`, [workspaceId])
}
