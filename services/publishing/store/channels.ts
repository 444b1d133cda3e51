/** Rows of channels and of a workspace's publishing settings. */
import type { Network } from '@floowe/contracts/networks'
import type { Sql } from '@floowe/platform'

export type ChannelRow = {
  id: string
  network: Network
  name: string
  state: 'connected' | 'paused' | 'attention'
  stateReason: string | null
  url: string | null
  /** What the far side said of it at connecting: `id`, `name`, and what else is no secret. */
  account: Readonly<Record<string, string>>
  secretSealed: string | null
  oldSecretSealed: string | null
  oldSecretUntil: Date | null
  createdAt: Date
  lastDeliveryAt: Date | null
}

const columns = `c.id, c.network, c.name, c.state, c.state_reason as "stateReason", c.url, c.account, c.secret_sealed as "secretSealed",
  c.old_secret_sealed as "oldSecretSealed", c.old_secret_until as "oldSecretUntil", c.created_at as "createdAt",
  c.last_delivery_at as "lastDeliveryAt"`

/** In the order they were made; removed ones are left out. */
export const listChannels = (sql: Sql, workspaceId: string): Promise<ChannelRow[]> =>
  sql.query<ChannelRow>(
    `select ${columns} from channels c where workspace_id = $1 and removed_at is null order by created_at, id limit 10000`,
    [workspaceId],
  )

export const getChannel = (sql: Sql, workspaceId: string, id: string): Promise<ChannelRow | null> =>
  sql.one<ChannelRow>(`select ${columns} from channels c where workspace_id = $1 and id = $2 and removed_at is null`, [
    workspaceId,
    id,
  ])

/** The channel is not removed before the transaction ends; plans are made against it. */
export const holdChannel = (
  sql: Sql,
  workspaceId: string,
  id: string,
): Promise<Pick<ChannelRow, 'id' | 'network' | 'state'> | null> =>
  sql.one(
    'select id, network, state from channels where workspace_id = $1 and id = $2 and removed_at is null for key share',
    [workspaceId, id],
  )

export const countChannels = async (sql: Sql, workspaceId: string): Promise<number> =>
  (
    await sql.one<{ n: number }>(
      'select count(*)::int as n from channels where workspace_id = $1 and removed_at is null',
      [workspaceId],
    )
  )?.n ?? 0

export type NewChannel = {
  id: string
  network: Network
  name: string
  url: string | null
  account: Readonly<Record<string, string>>
  secretSealed: string | null
  createdAt: string
}

/** @throws unique violation `channels_name`, `channels_account` */
export const insertChannel = (sql: Sql, workspaceId: string, channel: NewChannel): Promise<unknown> =>
  sql.query(
    'insert into channels (workspace_id, id, network, name, url, account, secret_sealed, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8)',
    [
      workspaceId,
      channel.id,
      channel.network,
      channel.name,
      channel.url,
      JSON.stringify(channel.account),
      channel.secretSealed,
      channel.createdAt,
    ],
  )

export const channelOfAccount = async (
  sql: Sql,
  workspaceId: string,
  network: Network,
  accountId: string,
): Promise<string | null> =>
  (
    await sql.one<{ id: string }>(
      "select id from channels where workspace_id = $1 and network = $2 and account ->> 'id' = $3 and account ? 'id' and removed_at is null",
      [workspaceId, network, accountId],
    )
  )?.id ?? null

/** The name, with a number behind it when another channel has it. */
export const freeName = async (sql: Sql, workspaceId: string, name: string): Promise<string> =>
  (
    await sql.one<{ name: string }>(
      `select x.name from (select $2::text as name, 1 as n union all select $2 || ' ' || n, n from generate_series(2, 200) n) x
       where not exists (select from channels c where c.workspace_id = $1 and lower(c.name) = lower(x.name) and c.removed_at is null) order by x.n limit 1`,
      [workspaceId, name],
    )
  )?.name ?? name

/** New credentials; whatever was wrong with the old ones is over. */
export const reconnectChannel = (
  sql: Sql,
  workspaceId: string,
  id: string,
  { url, account, secretSealed }: Pick<NewChannel, 'url' | 'account'> & { secretSealed: string },
): Promise<unknown> =>
  sql.query(
    `update channels set url = $3, account = $4, secret_sealed = $5, state_reason = null,
       state = case when state = 'attention' then 'connected' else state end where workspace_id = $1 and id = $2 and removed_at is null`,
    [workspaceId, id, url, JSON.stringify(account), secretSealed],
  )

/** Makes the built-in channel unless there is one. A name that a person's channel has taken gets a number. */
export const insertSiteChannel = (
  sql: Sql,
  workspaceId: string,
  id: string,
  name: string,
  createdAt: string,
): Promise<unknown> =>
  sql.query(
    `insert into channels (workspace_id, id, network, name, created_at)
     select $1::uuid, $2::uuid, 'floowe-site', case when exists (select from channels where workspace_id = $1 and lower(name) = lower($3::text) and removed_at is null) then $3 || ' 2' else $3 end, $4::timestamptz
     on conflict do nothing`,
    [workspaceId, id, name, createdAt],
  )

export const hasSiteChannel = async (sql: Sql, workspaceId: string): Promise<boolean> =>
  (await sql.one("select from channels where workspace_id = $1 and network = 'floowe-site'", [workspaceId])) !== null

export type ChannelChange = { name: string; url: string | null; state: ChannelRow['state']; stateReason: string | null }

/** @throws unique violation `channels_name` */
export const updateChannel = (sql: Sql, workspaceId: string, id: string, change: ChannelChange): Promise<unknown> =>
  sql.query(
    'update channels set name = $3, url = $4, state = $5, state_reason = $6 where workspace_id = $1 and id = $2',
    [workspaceId, id, change.name, change.url, change.state, change.stateReason],
  )

/** The secret until now signs too, until `oldUntil`. */
export const rotateSecret = (
  sql: Sql,
  workspaceId: string,
  id: string,
  secretSealed: string,
  oldUntil: string,
): Promise<unknown> =>
  sql.query(
    'update channels set old_secret_sealed = secret_sealed, old_secret_until = $4, secret_sealed = $3 where workspace_id = $1 and id = $2 and removed_at is null',
    [workspaceId, id, secretSealed, oldUntil],
  )

/** One at a time renews the tokens of an account; nobody else waits. */
export const lockAccount = (tx: Sql, workspaceId: string, id: string): Promise<unknown> =>
  tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`publishing:account:${workspaceId}:${id}`])

/** The tokens until now stay beside the new ones. */
export const renewSecret = (sql: Sql, workspaceId: string, id: string, secretSealed: string): Promise<unknown> =>
  sql.query(
    'update channels set old_secret_sealed = secret_sealed, secret_sealed = $3 where workspace_id = $1 and id = $2 and removed_at is null',
    [workspaceId, id, secretSealed],
  )

/** Waits for transactions that are making plans on it. */
export const lockChannel = (
  sql: Sql,
  workspaceId: string,
  id: string,
): Promise<Pick<ChannelRow, 'id' | 'name' | 'network'> | null> =>
  sql.one(
    'select id, name, network from channels where workspace_id = $1 and id = $2 and removed_at is null for update',
    [workspaceId, id],
  )

/** The row stays for the history of its deliveries; its secrets and its address are gone. */
export const removeChannel = (sql: Sql, workspaceId: string, id: string, at: string): Promise<unknown> =>
  sql.query(
    `update channels set removed_at = $3, secret_sealed = null, old_secret_sealed = null, url = null, account = '{}' where workspace_id = $1 and id = $2`,
    [workspaceId, id, at],
  )

/** True when the channel was connected until now. */
export const markAttention = async (sql: Sql, workspaceId: string, id: string, reason: string): Promise<boolean> =>
  (await sql.one(
    "update channels set state = 'attention', state_reason = $3 where workspace_id = $1 and id = $2 and state = 'connected' and removed_at is null returning id",
    [workspaceId, id, reason],
  )) !== null

export type WorkspaceSettings = { missed: 'hold' | 'send-late'; lateMinutesMax: number }
export const standardSettings: WorkspaceSettings = { missed: 'hold', lateMinutesMax: 120 }

export const readSettings = async (sql: Sql, workspaceId: string): Promise<WorkspaceSettings> =>
  (await sql.one<WorkspaceSettings>(
    'select missed, late_minutes_max as "lateMinutesMax" from workspace_settings where workspace_id = $1',
    [workspaceId],
  )) ?? standardSettings

export const writeSettings = (
  sql: Sql,
  workspaceId: string,
  { missed, lateMinutesMax }: WorkspaceSettings,
): Promise<unknown> =>
  sql.query(
    `insert into workspace_settings (workspace_id, missed, late_minutes_max) values ($1, $2, $3)
     on conflict (workspace_id) do update set missed = excluded.missed, late_minutes_max = excluded.late_minutes_max`,
    [workspaceId, missed, lateMinutesMax],
  )

export type Ending = { workspaceId: string; id: string; name: string; network: Network; endsAt: string }
/**
 * Connections that end within so many days and of which nobody was warned so far ahead, over all workspaces; from now on they count as
 * warned of.
 */
export const markEnding = async (sql: Sql, nowMs: number, days: number, rowsMax: number): Promise<Ending[]> =>
  (
    await sql.query<Omit<Ending, 'endsAt'> & { endsMs: string }>(
      `with ending as (
         select workspace_id, id from channels
         where removed_at is null and account ? 'endsMs' and state <> 'attention' and (account ->> 'endsMs')::bigint between $1 and $1 + $2::bigint * 86400000
           and (warned_of is null or split_part(warned_of, ':', 1) <> account ->> 'endsMs' or split_part(warned_of, ':', 2)::int > $2)
         order by workspace_id, id limit $3 for update skip locked)
       update channels c set warned_of = (c.account ->> 'endsMs') || ':' || $2 from ending where c.workspace_id = ending.workspace_id and c.id = ending.id
       returning c.workspace_id as "workspaceId", c.id, c.name, c.network, c.account ->> 'endsMs' as "endsMs"`,
      [nowMs, days, rowsMax],
    )
  ).map(({ endsMs, ...row }) => ({ ...row, endsAt: new Date(Number(endsMs)).toISOString() }))

/** Everything of a workspace that is no more. */
export async function forgetWorkspace(sql: Sql, workspaceId: string): Promise<void> {
  for (const table of [
    'recipients',
    'mailings',
    'subscribers',
    'calendar_import_keys',
    'calendar_import_rows',
    'calendar_imports',
    'calendar_links',
    'calendar_views',
    'calendar_settings',
    'embargoes',
    'campaign_articles',
    'campaigns',
    'channel_slots',
    'approval_links',
    'approval_decisions',
    'approvals',
    'approvers',
    'approval_policies',
    'attempts',
    'deliveries',
    'series',
    'snapshots',
    'variants',
    'connections',
    'channels',
    'workspace_settings',
  ]) {
    await sql.query(`delete from ${table} where workspace_id = $1`, [workspaceId])
  }
}
