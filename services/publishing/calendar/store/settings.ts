/** Rows of what holds for all plans of a workspace, of embargoes, and of slots. */
import type { Blackout, CalendarSettings, SkippedDays, Slot } from '@floowe/contracts/calendar'
import type { Sql } from '@floowe/platform'

export type SettingsRow = { spacingMinutes: number; zone: string; blackouts: Blackout[] }
export const spacingStandard = 15

export const readCalendarSettings = (sql: Sql, workspaceId: string): Promise<SettingsRow | null> =>
  sql.one<SettingsRow>(
    'select spacing_minutes as "spacingMinutes", zone, blackouts from calendar_settings where workspace_id = $1',
    [workspaceId],
  )

export const writeCalendarSettings = (
  sql: Sql,
  workspaceId: string,
  { spacingMinutes, blackouts }: CalendarSettings,
  zone: string,
): Promise<unknown> =>
  sql.query(
    `insert into calendar_settings (workspace_id, spacing_minutes, zone, blackouts) values ($1, $2, $3, $4)
     on conflict (workspace_id) do update set spacing_minutes = excluded.spacing_minutes, zone = excluded.zone, blackouts = excluded.blackouts`,
    [workspaceId, spacingMinutes, zone, JSON.stringify(blackouts)],
  )

/** Blackouts are on the wall clocks of the workspace's zone, whichever that is. */
export const moveSettings = (sql: Sql, workspaceId: string, zone: string): Promise<unknown> =>
  sql.query('update calendar_settings set zone = $2 where workspace_id = $1', [workspaceId, zone])

export type EmbargoRow = { wallTime: string; zone: string; pick: 'earlier' | 'later' | null; until: Date }
const embargoColumns = 'wall_time as "wallTime", zone, pick, until'

export const readEmbargo = (sql: Sql, workspaceId: string, articleId: string): Promise<EmbargoRow | null> =>
  sql.one<EmbargoRow>(`select ${embargoColumns} from embargoes where workspace_id = $1 and article_id = $2`, [
    workspaceId,
    articleId,
  ])

/** Both at once, for each plan that is made or moved. */
export async function readLimits(
  sql: Sql,
  workspaceId: string,
  articleId: string,
): Promise<{ embargo: EmbargoRow | null; settings: SettingsRow | null }> {
  const row = await sql.one<{ [Key in keyof EmbargoRow]: EmbargoRow[Key] | null } & { settings: SettingsRow | null }>(
    `select e.wall_time as "wallTime", e.zone, e.pick, e.until,
       (select jsonb_build_object('spacingMinutes', s.spacing_minutes, 'zone', s.zone, 'blackouts', s.blackouts) from calendar_settings s where s.workspace_id = $1) as settings
     from (select) one left join embargoes e on e.workspace_id = $1 and e.article_id = $2`,
    [workspaceId, articleId],
  )
  const { wallTime = null, zone = null, pick = null, until = null, settings = null } = row ?? {}
  return {
    embargo: wallTime !== null && zone !== null && until !== null ? { wallTime, zone, pick, until } : null,
    settings,
  }
}

export const embargoesOf = async (
  sql: Sql,
  workspaceId: string,
  articleIds: readonly string[],
): Promise<ReadonlyMap<string, string>> => {
  const rows = await sql.query<{ articleId: string; until: Date }>(
    'select article_id as "articleId", until from embargoes where workspace_id = $1 and article_id = any($2)',
    [workspaceId, articleIds],
  )
  return new Map(rows.map(({ articleId, until }) => [articleId, until.toISOString()]))
}

export const writeEmbargo = (
  sql: Sql,
  workspaceId: string,
  articleId: string,
  embargo: Omit<EmbargoRow, 'until'> & { until: string; at: string; by: string },
): Promise<unknown> =>
  sql.query(
    `insert into embargoes (workspace_id, article_id, wall_time, zone, pick, until, set_at, set_by) values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (workspace_id, article_id) do update set wall_time = excluded.wall_time, zone = excluded.zone, pick = excluded.pick, until = excluded.until,
       set_at = excluded.set_at, set_by = excluded.set_by`,
    [workspaceId, articleId, embargo.wallTime, embargo.zone, embargo.pick, embargo.until, embargo.at, embargo.by],
  )
export const removeEmbargo = (sql: Sql, workspaceId: string, articleId: string): Promise<unknown> =>
  sql.query('delete from embargoes where workspace_id = $1 and article_id = $2', [workspaceId, articleId])

/** Who plans an article and who sets its embargo do it one after another; plans do not wait for each other. */
export const lockEmbargo = (sql: Sql, workspaceId: string, articleId: string, isSetting: boolean): Promise<unknown> =>
  sql.query(`select pg_advisory_xact_lock${isSetting ? '' : '_shared'}(hashtextextended($1, 0))`, [
    `publishing:embargo:${workspaceId}:${articleId}`,
  ])

/** Open plans that would leave before an instant. */
export const plansBefore = (
  sql: Sql,
  workspaceId: string,
  articleId: string,
  until: string,
  limit: number,
): Promise<{ id: string }[]> =>
  sql.query(
    `select id from deliveries where workspace_id = $1 and article_id = $2 and due_at < $3 and kind <> 'unpublish'
       and state in ('planned', 'failed', 'missed', 'on-hold') order by due_at, id limit $4`,
    [workspaceId, articleId, until, limit],
  )

export type ZonedEmbargo = EmbargoRow & { workspaceId: string; articleId: string }
export const zonedEmbargoes = (sql: Sql, after: ZonedEmbargo | null, limit: number): Promise<ZonedEmbargo[]> =>
  sql.query<ZonedEmbargo>(
    `select workspace_id as "workspaceId", article_id as "articleId", ${embargoColumns} from embargoes
     where $1::uuid is null or (workspace_id, article_id) > ($1, $2::uuid) order by workspace_id, article_id limit $3 for update`,
    [after?.workspaceId ?? null, after?.articleId ?? null, limit],
  )
export const moveEmbargo = (sql: Sql, workspaceId: string, articleId: string, until: string): Promise<unknown> =>
  sql.query('update embargoes set until = $3 where workspace_id = $1 and article_id = $2', [
    workspaceId,
    articleId,
    until,
  ])

export type SlotsRow = {
  channelId: string
  ownZone: string | null
  slots: Slot[]
  skip: SkippedDays
  revision: number
}
const slotColumns = 's.channel_id as "channelId", s.own_zone as "ownZone", s.slots, s.skip, s.revision'

export const readSlots = (sql: Sql, workspaceId: string, channelId: string): Promise<SlotsRow | null> =>
  sql.one<SlotsRow>(`select ${slotColumns} from channel_slots s where s.workspace_id = $1 and s.channel_id = $2`, [
    workspaceId,
    channelId,
  ])
export const listSlots = (sql: Sql, workspaceId: string): Promise<SlotsRow[]> =>
  sql.query<SlotsRow>(`select ${slotColumns} from channel_slots s where s.workspace_id = $1 limit 10000`, [workspaceId])

/** @returns false: somebody else was quicker */
export const writeSlots = async (
  sql: Sql,
  workspaceId: string,
  row: Omit<SlotsRow, 'revision'> & { basedOn: number; at: string; by: string },
): Promise<boolean> =>
  (await sql.one(
    `insert into channel_slots as s (workspace_id, channel_id, own_zone, slots, skip, updated_at, updated_by) select $1, $2, $3, $4, $5, $6, $7 where $8 = 0
     on conflict (workspace_id, channel_id) do nothing returning revision`,
    [
      workspaceId,
      row.channelId,
      row.ownZone,
      JSON.stringify(row.slots),
      JSON.stringify(row.skip),
      row.at,
      row.by,
      row.basedOn,
    ],
  )) !== null ||
  (await sql.one(
    `update channel_slots set own_zone = $3, slots = $4, skip = $5, updated_at = $6, updated_by = $7, revision = revision + 1
     where workspace_id = $1 and channel_id = $2 and revision = $8 returning revision`,
    [
      workspaceId,
      row.channelId,
      row.ownZone,
      JSON.stringify(row.slots),
      JSON.stringify(row.skip),
      row.at,
      row.by,
      row.basedOn,
    ],
  )) !== null

/** Two who take the next slot of a channel take two slots. */
export const lockSlots = (sql: Sql, workspaceId: string, channelId: string): Promise<unknown> =>
  sql.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`publishing:slots:${workspaceId}:${channelId}`])

/** Everything on a channel that takes its instant: what waits, and what went out then. */
export const takenInstants = async (
  sql: Sql,
  workspaceId: string,
  channelId: string,
  range: { from: string; to: string },
  exceptId: string | null,
): Promise<ReadonlyMap<string, string>> => {
  const rows = await sql.query<{ id: string; dueAt: Date }>(
    `select id, due_at as "dueAt" from deliveries where workspace_id = $1 and channel_id = $2 and due_at >= $3 and due_at <= $4
       and state not in ('cancelled', 'failed', 'missed') and kind <> 'unpublish' and ($5::uuid is null or id <> $5) order by due_at, id limit 20000`,
    [workspaceId, channelId, range.from, range.to, exceptId],
  )
  return new Map(rows.map(({ id, dueAt }) => [dueAt.toISOString(), id]))
}

/** What is close to an instant on a channel. */
export const neighboursOf = (
  sql: Sql,
  workspaceId: string,
  channelId: string,
  range: { from: string; to: string },
): Promise<{ id: string; channelId: string; state: string; dueAt: Date }[]> =>
  sql.query(
    `select id, channel_id as "channelId", state, due_at as "dueAt" from deliveries where workspace_id = $1 and channel_id = $2 and due_at > $3 and due_at < $4
       and state <> 'cancelled' order by due_at, id limit 1000`,
    [workspaceId, channelId, range.from, range.to],
  )
