/** Rows of series, and the days they have made. */
import type { SeriesPlan } from '@floowe/contracts/calendar'
import type { Network } from '@floowe/contracts/networks'
import type { Sql } from '@floowe/platform'

export type SeriesRow = {
  id: string
  state: 'active' | 'ended'
  articleId: string
  editionId: string
  title: string
  language: string
  channelId: string
  channelName: string
  network: Network
  plan: SeriesPlan
  problemCode: string | null
  problemDetail: string | null
  problemDay: string | null
  made: number
  nextDueAt: Date | null
  revision: number
  createdAt: Date
  createdBy: string
}

const columns = `s.id, s.state, s.article_id as "articleId", s.edition_id as "editionId", s.title, s.language, s.channel_id as "channelId", c.name as "channelName", c.network, s.plan,
  s.problem_code as "problemCode", s.problem_detail as "problemDetail", s.problem_day::text as "problemDay", s.revision, s.created_at as "createdAt", s.created_by as "createdBy",
  (select count(*)::int from deliveries d where d.workspace_id = s.workspace_id and d.series_id = s.id and d.state <> 'cancelled') as made,
  (select min(d.due_at) from deliveries d where d.workspace_id = s.workspace_id and d.series_id = s.id and d.state = 'planned') as "nextDueAt"`
const from = 'from series s join channels c on c.workspace_id = s.workspace_id and c.id = s.channel_id'

export const getSeries = (sql: Sql, workspaceId: string, id: string): Promise<SeriesRow | null> =>
  sql.one<SeriesRow>(`select ${columns} ${from} where s.workspace_id = $1 and s.id = $2`, [workspaceId, id])
export const lockSeries = (sql: Sql, workspaceId: string, id: string): Promise<SeriesRow | null> =>
  sql.one<SeriesRow>(`select ${columns} ${from} where s.workspace_id = $1 and s.id = $2 for update of s`, [
    workspaceId,
    id,
  ])

/** Active, and as it was when its days were reckoned; it stays so until the transaction ends. */
export const isStill = async (
  sql: Sql,
  workspaceId: string,
  { id, revision }: { id: string; revision: number },
): Promise<boolean> =>
  (await sql.one(
    "select id from series where workspace_id = $1 and id = $2 and revision = $3 and state = 'active' for share",
    [workspaceId, id, revision],
  )) !== null

export type SeriesFilter = {
  state?: 'active' | 'ended' | undefined
  channel?: string | undefined
  article?: string | undefined
}
export async function listSeries(
  sql: Sql,
  workspaceId: string,
  { state, channel, article }: SeriesFilter,
  limit: number,
  offset: number,
): Promise<{ items: SeriesRow[]; total: number }> {
  const where =
    's.workspace_id = $1 and ($2::text is null or s.state = $2) and ($3::uuid is null or s.channel_id = $3) and ($4::uuid is null or s.article_id = $4)'
  const values = [workspaceId, state ?? null, channel ?? null, article ?? null]
  const counted = await sql.one<{ n: number }>(`select count(*)::int as n from series s where ${where}`, values)
  const items = await sql.query<SeriesRow>(
    `select ${columns} ${from} where ${where} order by s.id desc limit $5 offset $6`,
    [...values, limit, offset],
  )
  return { items, total: counted?.n ?? 0 }
}

export const countActive = async (sql: Sql, workspaceId: string): Promise<number> =>
  (
    await sql.one<{ n: number }>("select count(*)::int as n from series where workspace_id = $1 and state = 'active'", [
      workspaceId,
    ])
  )?.n ?? 0

export type NewSeries = Pick<
  SeriesRow,
  'id' | 'articleId' | 'editionId' | 'title' | 'language' | 'channelId' | 'plan' | 'createdBy'
> & { at: string }
export const insertSeries = (sql: Sql, workspaceId: string, row: NewSeries): Promise<unknown> =>
  sql.query(
    `insert into series (workspace_id, id, state, article_id, edition_id, title, language, channel_id, plan, look_at, created_at, created_by)
     values ($1, $2, 'active', $3, $4, $5, $6, $7, $8, $9, $9, $10)`,
    [
      workspaceId,
      row.id,
      row.articleId,
      row.editionId,
      row.title,
      row.language,
      row.channelId,
      JSON.stringify(row.plan),
      row.at,
      row.createdBy,
    ],
  )

/** From now on; the upkeep looks at it at once. */
export const replanSeries = (
  sql: Sql,
  workspaceId: string,
  id: string,
  plan: SeriesPlan,
  at: string,
): Promise<unknown> =>
  sql.query(
    `update series set plan = $3, state = 'active', look_at = $4, problem_code = null, problem_detail = null, problem_day = null, revision = revision + 1
     where workspace_id = $1 and id = $2`,
    [workspaceId, id, JSON.stringify(plan), at],
  )

/** @returns which ended now */
export const endSeries = (
  sql: Sql,
  workspaceId: string,
  of: { id: string } | { channelId: string } | { articleId: string },
): Promise<{ id: string }[]> => {
  const [column, value] =
    'id' in of ? ['id', of.id] : 'channelId' in of ? ['channel_id', of.channelId] : ['article_id', of.articleId]
  return sql.query(
    `update series set state = 'ended', look_at = null, problem_code = null, problem_detail = null, problem_day = null, revision = revision + 1
     where workspace_id = $1 and ${column} = $2 and state = 'active' returning id`,
    [workspaceId, value],
  )
}

export type Claimed = { workspaceId: string; id: string }
/**
 * One that is due to be looked at, over all workspaces, for whoever asks first; nobody else gets it before `until`, and if its holder
 * dies somebody does then.
 */
export const claimSeries = (sql: Sql, now: string, until: string): Promise<Claimed | null> =>
  sql.one<Claimed>(
    `update series s set look_at = $2 from (select workspace_id, id from series where look_at <= $1 order by look_at, id limit 1 for update skip locked) due
     where s.workspace_id = due.workspace_id and s.id = due.id returning s.workspace_id as "workspaceId", s.id`,
    [now, until],
  )
/** One of a person who waits for it. */
export const claimOne = (sql: Sql, workspaceId: string, id: string, until: string): Promise<unknown> =>
  sql.query("update series set look_at = $3 where workspace_id = $1 and id = $2 and state = 'active'", [
    workspaceId,
    id,
    until,
  ])

export type Looked = {
  revision: number
  lookAt: string | null
  problem: { code: string; detail: string | null; day: string } | null
}
/** Says nothing of a series that was changed meanwhile; whoever changed it has it looked at again. */
export const noteLook = (
  sql: Sql,
  workspaceId: string,
  id: string,
  { revision, lookAt, problem }: Looked,
): Promise<unknown> =>
  sql.query(
    `update series set look_at = $4, problem_code = $5, problem_detail = $6, problem_day = $7 where workspace_id = $1 and id = $2 and revision = $3 and state = 'active'`,
    [workspaceId, id, revision, lookAt, problem?.code ?? null, problem?.detail ?? null, problem?.day ?? null],
  )

export const nextLook = async (sql: Sql): Promise<Date | null> =>
  (await sql.one<{ at: Date | null }>('select min(look_at) as at from series where look_at is not null', []))?.at ??
  null

export type MadeDay = {
  id: string
  day: string
  state: string
  isDetached: boolean
  wallTime: string | null
  dueAt: Date
}
/** Days that were made and are not to be made again, those that a person cancelled among them. */
export const madeDays = (sql: Sql, workspaceId: string, seriesId: string): Promise<MadeDay[]> =>
  sql.query<MadeDay>(
    `select id, series_day::text as day, state, series_detached as "isDetached", wall_time as "wallTime", due_at as "dueAt" from deliveries
     where workspace_id = $1 and series_id = $2 and cancelled_by is distinct from 'series' order by series_day, id limit 2000`,
    [workspaceId, seriesId],
  )

/** Planned ones that follow their series, in the order of ids. Locked when asked again by id. */
export const followingIds = (sql: Sql, workspaceId: string, seriesId: string): Promise<{ id: string }[]> =>
  sql.query(
    "select id from deliveries where workspace_id = $1 and series_id = $2 and state = 'planned' and attempts = 0 and not series_detached order by id limit 2000",
    [workspaceId, seriesId],
  )
