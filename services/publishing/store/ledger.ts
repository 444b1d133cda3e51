/**
 * The sending job's SQL, over all workspaces: claim and arm, renew, settle, and what to look at next. Every row it changes is
 * named by workspace and id.
 */
import type { ApprovalMode } from '@floowe/contracts/approvals'
import type { Network } from '@floowe/contracts/networks'
import type { Sql, Transaction } from '@floowe/platform'
import type { Standing } from '../approvals/gate.ts'
import type { ParcelKind, Remote } from '../networks/network.ts'

export type Armed = {
  workspaceId: string
  id: string
  kind: ParcelKind
  /** When the schedule wanted it; for one taken over, the end of the dead holder's lease. */
  wakeAt: Date
  wasSending: boolean
  fence: number
  sequence: number
  firstArmedAt: Date
  attempts: number
  tries: number
  roundAt: Date
  articleId: string
  editionId: string
  channelId: string
  network: Network
  channelName: string
  url: string | null
  account: Readonly<Record<string, string>>
  secretSealed: string | null
  oldSecretSealed: string | null
  oldSecretUntil: Date | null
  snapshotId: string | null
  snapshotHash: string | null
  title: string
  createdBy: string
  slug: string
  language: string
  /** What earlier attempts have left there, and what stands there of the delivery before. */
  remote: Remote
  standing: Remote | null
  approvalMode: ApprovalMode
  /** The one that counts for its place. */
  approval: Standing | null
  /** Another delivery of the same edition and channel waits for its next attempt; this one takes its place. */
  hasWaitingSibling: boolean
}

export type Claim = {
  now: string
  /** Rows due until then are taken: a moment ahead, so that the mark is durable before the request leaves on time. */
  until: string
  leaseUntil: string
  /** At most so many rows, and of one channel at most `perChannel`, unless `rooms` says otherwise. */
  rowsMax: number
  perChannel: number
  rooms: readonly { channelId: string; room: number }[]
}

/** More rows than can be sent are looked at, so that one full channel does not hide the others. */
const candidatesMax = 400

/**
 * Claims and arms in one statement, so in one commit: when it answers, the mark is on the disk. Rows that another process
 * holds are skipped. A delivery waits while another of its edition and channel is being sent, or was due before it. What a series
 * sends is said again, and changes nothing that stands there.
 */
const claimSql = `
with room as materialized (select * from unnest($3::uuid[], $4::int[]) as r(channel_id, room)),
candidate as materialized (
  select workspace_id, id, channel_id, wake_at from deliveries
  where wake_at <= $1 and channel_id not in (select channel_id from room where room <= 0)
    and channel_id not in (select id from channels where state <> 'connected' or removed_at is not null)
  order by wake_at, id limit ${candidatesMax}
),
ranked as (select candidate.*, row_number() over (partition by channel_id order by wake_at, id) as place from candidate),
chosen as (
  select workspace_id, id from ranked left join room using (channel_id) where place <= coalesce(room.room, $5) order by wake_at, id limit $6
),
taken as materialized (
  select d.workspace_id, d.id, d.channel_id, d.state, d.sequence, d.wake_at, d.attempts, d.armed_at, coalesce(near.waits, false) as waits
  from deliveries d join chosen using (workspace_id, id)
  cross join lateral (
    select bool_or(o.state = 'sending' or (o.state = d.state and o.wake_at <= $1 and (o.wake_at, o.id) < (d.wake_at, d.id))) as is_before, bool_or(o.state = 'retrying') as waits
    from deliveries o
    where o.workspace_id = d.workspace_id and o.edition_id = d.edition_id and o.channel_id = d.channel_id and o.id <> d.id and o.wake_at is not null) near
  where d.wake_at <= $1 and near.is_before is not true
  for update of d skip locked
),
numbered as (
  select workspace_id, id, channel_id, row_number() over (partition by workspace_id, channel_id order by wake_at, id) as place from taken where sequence is null
),
asked as (select workspace_id, channel_id, count(*) as rows from numbered group by 1, 2),
held as materialized (
  select c.workspace_id, c.id, a.rows from channels c join asked a on a.workspace_id = c.workspace_id and a.channel_id = c.id
  order by c.workspace_id, c.id for no key update of c
),
counted as (
  update channels c set sequence = c.sequence + n.rows from held n
  where c.workspace_id = n.workspace_id and c.id = n.id
  returning c.workspace_id, c.id, c.sequence - n.rows as base
),
interrupted as (
  insert into attempts (workspace_id, delivery_id, number, started_at, finished_at, outcome, code)
  select workspace_id, id, attempts, armed_at, $2::timestamptz, 'unknown', 'interrupted' from taken where state = 'sending'
),
armed as (
  update deliveries d set state = 'sending', wake_at = $7, fence = d.fence + 1, sequence = coalesce(d.sequence, counted.base + n.place), armed_at = greatest($2, t.wake_at),
    first_armed_at = coalesce(d.first_armed_at, greatest($2, t.wake_at)), round_at = coalesce(d.round_at, $2), attempts = d.attempts + 1, tries = d.tries + 1,
    maybe_out = d.maybe_out or t.state = 'sending', revision = d.revision + 1,
    kind = case when d.kind = 'unpublish' or d.sequence is not null or d.series_id is not null then d.kind
      when exists (select from deliveries l where l.workspace_id = d.workspace_id and l.edition_id = d.edition_id and l.channel_id = d.channel_id and l.id <> d.id
        and (l.state = 'published' or l.remote @? '$.*.id')) then 'update'
      else 'publish' end
  from taken t
    left join numbered n on n.workspace_id = t.workspace_id and n.id = t.id
    left join counted on counted.workspace_id = n.workspace_id and counted.id = n.channel_id
  where d.workspace_id = t.workspace_id and d.id = t.id
  returning d.*, t.wake_at as was_wake_at, t.state as was_state, t.waits
)
select a.workspace_id as "workspaceId", a.id, a.kind, a.was_wake_at as "wakeAt", a.was_state = 'sending' as "wasSending", a.fence, a.sequence, a.first_armed_at as "firstArmedAt",
  a.attempts, a.tries, a.round_at as "roundAt", a.article_id as "articleId", a.edition_id as "editionId", a.channel_id as "channelId", c.network, c.name as "channelName", c.url, c.account,
  c.secret_sealed as "secretSealed", c.old_secret_sealed as "oldSecretSealed", c.old_secret_until as "oldSecretUntil", a.snapshot_id as "snapshotId", a.snapshot_hash as "snapshotHash",
  a.title, a.created_by as "createdBy", a.slug, a.language, a.remote, a.waits as "hasWaitingSibling",
  case when a.kind <> 'publish' then (select l.remote from deliveries l where l.workspace_id = a.workspace_id and l.edition_id = a.edition_id and l.channel_id = a.channel_id and l.id <> a.id
    and l.remote <> '{}' order by l.state = 'published' desc, l.id desc limit 1) end as standing,
  coalesce(p.mode, 'none') as "approvalMode",
  case when p.mode <> 'none' then (select jsonb_build_object('id', y.id, 'state', y.state, 'deliveryId', y.delivery_id, 'payloadHash', y.payload_hash, 'targetHash', y.target_hash, 'hash', y.hash,
    'windowFrom', y.window_from, 'windowUntil', y.window_until, 'signature', y.signature)
    from approvals y where y.workspace_id = a.workspace_id and y.edition_id = a.edition_id and y.channel_id = a.channel_id and y.is_current) end as approval
from armed a join channels c on c.workspace_id = a.workspace_id and c.id = a.channel_id left join approval_policies p on p.workspace_id = a.workspace_id
order by a.was_wake_at, a.id`

export const claim = (sql: Sql, { now, until, leaseUntil, rowsMax, perChannel, rooms }: Claim): Promise<Armed[]> =>
  sql.query<Armed>(claimSql, [
    until,
    now,
    rooms.map((room) => room.channelId),
    rooms.map((room) => room.room),
    perChannel,
    rowsMax,
    leaseUntil,
  ])

/** A sign of life for what is under way. @returns the ids of those that are still held; the others stay as they are */
export const renew = async (
  sql: Sql,
  held: readonly Pick<Armed, 'workspaceId' | 'id' | 'fence'>[],
  leaseUntil: string,
): Promise<ReadonlySet<string>> => {
  const rows = await sql.query<{ id: string }>(
    `update deliveries d set wake_at = $4 from unnest($1::uuid[], $2::uuid[], $3::bigint[]) as h(workspace_id, id, fence)
     where d.workspace_id = h.workspace_id and d.id = h.id and d.fence = h.fence and d.state = 'sending' returning d.id`,
    [held.map((row) => row.workspaceId), held.map((row) => row.id), held.map((row) => row.fence), leaseUntil],
  )
  return new Set(rows.map((row) => row.id))
}

/** What is at the far side, as long as the delivery is still ours. @returns whether it is */
export const keepRemote = async (
  sql: Sql,
  { workspaceId, id, fence }: Pick<Armed, 'workspaceId' | 'id' | 'fence'>,
  remote: Remote,
): Promise<boolean> =>
  (await sql.one(
    "update deliveries set remote = $4 where workspace_id = $1 and id = $2 and fence = $3 and state = 'sending' returning id",
    [workspaceId, id, fence, JSON.stringify(remote)],
  )) !== null

type Place = Pick<Armed, 'workspaceId' | 'id' | 'editionId' | 'channelId'>

/** Those of the same edition and channel that wait for another attempt, given up for a newer one. */
export const supersedeWaiting = (
  tx: Sql,
  { workspaceId, id, editionId, channelId }: Place,
): Promise<{ id: string }[]> =>
  tx.query(
    `update deliveries set state = 'cancelled', cancelled_by = 'newer', problem_code = 'superseded', problem_detail = null, wake_at = null, revision = revision + 1
     where workspace_id = $1 and edition_id = $3 and channel_id = $4 and id <> $2 and state = 'retrying' returning id`,
    [workspaceId, id, editionId, channelId],
  )

export type Settlement = {
  state: 'published' | 'unpublished' | 'retrying' | 'failed' | 'needs-human' | 'cancelled'
  wakeAt: string | null
  publishedAt: string | null
  url: string | null
  maybeOut: boolean
  problem: { code: string; detail: string | null } | null
  /** When to look whether it is there. */
  verifyAt: string | null
  /** It goes on where it stopped: neither an attempt nor a line in the history. */
  isStep?: boolean
  /** Nothing of this round has left: it begins when something does. */
  isUntried?: boolean
}
/** How an attempt ended: the far side has it, said no, was not reached, or nobody knows. */
export type AttemptOutcome = 'accepted' | 'refused' | 'failed' | 'unknown'
export type AttemptEnd = {
  number: number
  startedAt: string
  finishedAt: string
  outcome: AttemptOutcome
  code: string | null
  detail: string | null
  status: number | null
  answer: string | null
  retryAt: string | null
}
export type Ended = { armed: Armed; settlement: Settlement; attempt: AttemptEnd }
export type Held = { id: string; cancelledBy: string | null; hasOpenRemoval: boolean }

/**
 * Which of these are still ours? A worker that was believed dead finds someone else's fence, and writes nothing. Locks them
 * and what is live in their places, in the order of ids, as everybody does who needs several.
 */
export const lockEnded = (tx: Sql, ended: readonly Ended[]): Promise<Held[]> =>
  tx.query<Held>(
    `with asked as materialized (select * from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::uuid[], $5::uuid[]) as a(workspace_id, id, fence, edition_id, channel_id)),
     locked as materialized (
       select d.workspace_id, d.id, d.fence, d.state, d.cancelled_by from deliveries d join asked a on a.workspace_id = d.workspace_id and a.edition_id = d.edition_id and a.channel_id = d.channel_id
       where d.id = a.id or d.state = 'published' or d.remote <> '{}' order by d.workspace_id, d.id for update of d)
     select l.id, l.cancelled_by as "cancelledBy",
       exists (select from deliveries r where r.workspace_id = a.workspace_id and r.edition_id = a.edition_id and r.channel_id = a.channel_id and r.id <> a.id and r.kind = 'unpublish'
         and r.state in ('planned', 'sending', 'retrying', 'failed', 'needs-human', 'missed', 'on-hold')) as "hasOpenRemoval"
     from locked l join asked a on a.workspace_id = l.workspace_id and a.id = l.id and a.fence = l.fence where l.state = 'sending'`,
    [
      ended.map(({ armed }) => armed.workspaceId),
      ended.map(({ armed }) => armed.id),
      ended.map(({ armed }) => armed.fence),
      ended.map(({ armed }) => armed.editionId),
      ended.map(({ armed }) => armed.channelId),
    ],
  )

/** What was live in the places of accepted deliveries steps back; what stands there is the accepted one's from now on, or nothing. */
export const retireLive = (tx: Sql, accepted: readonly Ended[]): Promise<unknown> =>
  tx.query(
    `update deliveries d set remote = '{}', verify_at = null, verification = null, verified_at = null, revision = d.revision + 1,
       state = case when d.state <> 'published' then d.state when a.kind = 'unpublish' then 'unpublished' else 'replaced' end
     from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[]) as a(workspace_id, id, edition_id, channel_id, kind)
     where d.workspace_id = a.workspace_id and d.edition_id = a.edition_id and d.channel_id = a.channel_id and d.id <> a.id and (d.state = 'published' or d.remote <> '{}')`,
    [
      accepted.map(({ armed }) => armed.workspaceId),
      accepted.map(({ armed }) => armed.id),
      accepted.map(({ armed }) => armed.editionId),
      accepted.map(({ armed }) => armed.channelId),
      accepted.map(({ armed }) => armed.kind),
    ],
  )

/** Writes what became of them, their attempts, and, to the second, when their channels last took something. Rows locked by {@link lockEnded}. */
export const writeEnded = (tx: Sql, ended: readonly Ended[]): Promise<unknown> =>
  tx.query(
    `with e as materialized (
       select * from jsonb_to_recordset($1::jsonb) as e("workspaceId" uuid, id uuid, "channelId" uuid, state text, "wakeAt" timestamptz, "publishedAt" timestamptz, url text, "maybeOut" boolean,
         problem text, "problemDetail" text, number int, "startedAt" timestamptz, "finishedAt" timestamptz, outcome text, code text, detail text, status int, answer text, "retryAt" timestamptz, "verifyAt" timestamptz, "isStep" boolean, "isUntried" boolean)),
     written as (
       update deliveries d set state = e.state, wake_at = e."wakeAt", published_at = coalesce(e."publishedAt", d.published_at), url = coalesce(e.url, d.url),
         maybe_out = e.state not in ('published', 'unpublished') and (d.maybe_out or e."maybeOut" or d.remote @? '$.*.id'), problem_code = e.problem, problem_detail = e."problemDetail", verify_at = e."verifyAt", verify_tries = 0,
         verified_at = null, verification = case when e."verifyAt" is not null then 'pending' end, cancelled_by = case when e.state = 'cancelled' then coalesce(d.cancelled_by, 'newer') else d.cancelled_by end, revision = d.revision + 1,
         tries = d.tries - coalesce(e."isStep", false)::int, attempts = greatest(case when e."isUntried" then 0 else 1 end, d.attempts - coalesce(e."isStep", false)::int),
         round_at = case when e."isUntried" then null else d.round_at end
       from e where d.workspace_id = e."workspaceId" and d.id = e.id),
     noted as (
       insert into attempts (workspace_id, delivery_id, number, started_at, finished_at, outcome, code, detail, status, answer, retry_at)
       select "workspaceId", id, number, "startedAt", "finishedAt", outcome, code, detail, status, answer, "retryAt" from e where not coalesce("isStep", false)),
     last as (select "workspaceId", "channelId", max("publishedAt") as at from e where "publishedAt" is not null group by 1, 2),
     held as materialized (select c.workspace_id, c.id, l.at from channels c join last l on l."workspaceId" = c.workspace_id and l."channelId" = c.id
       where c.last_delivery_at is null or c.last_delivery_at < l.at - interval '1 second' order by c.workspace_id, c.id for no key update of c)
     update channels c set last_delivery_at = greatest(c.last_delivery_at, held.at) from held where c.workspace_id = held.workspace_id and c.id = held.id`,
    [
      JSON.stringify(
        ended.map(({ armed, settlement: { problem, ...settlement }, attempt }) => ({
          ...settlement,
          ...attempt,
          workspaceId: armed.workspaceId,
          id: armed.id,
          channelId: armed.channelId,
          problem: problem?.code ?? null,
          problemDetail: problem?.detail ?? null,
        })),
      ),
    ],
  )

/** When the next row behind `after` wants to be looked at. */
export const nextWake = async (sql: Sql, after: string): Promise<Date | null> =>
  (await sql.one<{ at: Date | null }>('select min(wake_at) as at from deliveries where wake_at > $1', [after]))?.at ??
  null

export type Kept = { content: string; hash: string }
export const readSnapshot = (sql: Sql, workspaceId: string, id: string): Promise<Kept | null> =>
  sql.one<Kept>('select content, hash from snapshots where workspace_id = $1 and id = $2', [workspaceId, id])

/** Frozen contents of plans due soon, the earliest first, as many as fit. */
export const readAhead = (
  sql: Sql,
  after: string,
  until: string,
  rowsMax: number,
  bytesMax: number,
): Promise<(Kept & { deliveryId: string; snapshotId: string })[]> =>
  sql.query(
    `select "deliveryId", "snapshotId", content, hash from (
       select d.id as "deliveryId", s.id as "snapshotId", s.content, s.hash, d.wake_at, sum(octet_length(s.content)) over (order by d.wake_at, d.id) as bytes
       from deliveries d join snapshots s on s.workspace_id = d.workspace_id and s.id = d.snapshot_id
       where d.wake_at > $1 and d.wake_at <= $2 and d.state = 'planned' order by d.wake_at, d.id limit $3) x
     where bytes <= $4`,
    [after, until, rowsMax, bytesMax],
  )

/** The attempt of a delivery that is taken out of the way while it runs: nobody will say how it ended. */
const interruptedSql = (rows: string, now: string): string =>
  `interrupted as (
       insert into attempts (workspace_id, delivery_id, number, started_at, finished_at, outcome, code)
       select workspace_id, id, attempts, armed_at, ${now}::timestamptz, 'unknown', 'interrupted' from ${rows} where state = 'sending')`

export type Changed = Place & { articleId: string; network: Network; state: string; title: string; createdBy: string }
const changedColumns = `d.workspace_id as "workspaceId", d.id, d.edition_id as "editionId", d.channel_id as "channelId", d.article_id as "articleId", c.network, d.state, d.title, d.created_by as "createdBy"`

/**
 * Plans whose time passed more than the grace ago while nothing was running: missed, unless the workspace sends late and they
 * are not too old. Taking something down is never too late.
 */
export const markMissed = (
  tx: Sql,
  now: string,
  before: string,
  standardLateMinutes: number,
  rowsMax: number,
): Promise<Changed[]> =>
  tx.query<Changed>(
    `with late as (
       select d.workspace_id, d.id from deliveries d left join workspace_settings s on s.workspace_id = d.workspace_id
       where d.wake_at < $2 and d.state = 'planned' and d.kind <> 'unpublish'
         and (coalesce(s.missed, 'hold') = 'hold' or d.wake_at < $1::timestamptz - make_interval(mins => coalesce(s.late_minutes_max, $3)))
       order by d.wake_at, d.id limit $4 for update of d skip locked)
     update deliveries d set state = 'missed', wake_at = null, problem_code = 'was-off', problem_detail = null, revision = revision + 1
     from late join channels c on c.workspace_id = late.workspace_id where d.workspace_id = late.workspace_id and d.id = late.id and c.id = d.channel_id returning ${changedColumns}`,
    [now, before, standardLateMinutes, rowsMax],
  )

/** Plans whose time has passed without the approval they needed. What was to go out at once waits on. */
export const markUnapproved = (tx: Sql, before: string, rowsMax: number): Promise<Changed[]> =>
  tx.query<Changed>(
    `with late as (
       select workspace_id, id from deliveries where state = 'planned' and wake_at is null and wall_time is not null and due_at < $1
       order by due_at, id limit $2 for update skip locked)
     update deliveries d set state = 'missed', problem_code = 'not-approved', problem_detail = null, revision = revision + 1
     from late join channels c on c.workspace_id = late.workspace_id where d.workspace_id = late.workspace_id and d.id = late.id and c.id = d.channel_id returning ${changedColumns}`,
    [before, rowsMax],
  )

/** What was due on a channel that was not connected, and still is not after the grace. */
export const markUnsendable = (tx: Sql, now: string, before: string, rowsMax: number): Promise<Changed[]> =>
  tx.query<Changed>(
    `with stuck as (
       select d.workspace_id, d.id, d.state, d.attempts, d.armed_at from deliveries d join channels c on c.workspace_id = d.workspace_id and c.id = d.channel_id
       where d.wake_at < $1 and d.state in ('planned', 'retrying', 'sending') and (c.state <> 'connected' or c.removed_at is not null)
       order by d.wake_at, d.id limit $2 for update of d skip locked),
     ${interruptedSql('stuck', '$3')}
     update deliveries d set state = 'missed', wake_at = null, fence = d.fence + 1, maybe_out = d.maybe_out or d.state = 'sending', problem_code = case when c.removed_at is null then 'channel-' || c.state else 'channel-removed' end, problem_detail = null, revision = revision + 1
     from stuck join channels c on c.workspace_id = stuck.workspace_id where d.workspace_id = stuck.workspace_id and d.id = stuck.id and c.id = d.channel_id returning ${changedColumns}`,
    [before, rowsMax, now],
  )

/** See the operation `holdOpen`. The fence moves on, so that whoever was sending cannot write over it. */
export const holdOpen = async (tx: Sql, now: string, dueUntil: string, rowsMax: number): Promise<number> =>
  (
    await tx.query(
      `with opened as (
         select workspace_id, id, state, attempts, armed_at from deliveries where wake_at is not null and (state in ('sending', 'retrying') or wake_at <= $1 or due_at <= $1)
         order by workspace_id, id limit $2 for update),
       ${interruptedSql('opened', '$3')}
       update deliveries d set state = 'on-hold', wake_at = null, fence = d.fence + 1, maybe_out = d.maybe_out or d.state = 'sending', problem_code = 'after-restore', problem_detail = null, revision = d.revision + 1
       from opened where d.workspace_id = opened.workspace_id and d.id = opened.id returning d.id`,
      [dueUntil, rowsMax, now],
    )
  ).length

export const countOnHold = async (sql: Sql): Promise<number> =>
  (await sql.one<{ n: number }>("select count(*)::int as n from deliveries where state = 'on-hold'"))?.n ?? 0

/** Deliveries first sent from now on bear higher numbers than any that was given before. */
export const skipSequences = (tx: Sql, by: number): Promise<unknown> =>
  tx.query('update channels set sequence = sequence + $1::bigint where removed_at is null', [by])

export type Pulse = { seenAt: Date; zoneData: string }
const noWorkspace = '00000000-0000-0000-0000-000000000000'

/** One process at a time looks after the pulse. */
export const lockPulse = async (tx: Transaction): Promise<Pulse | null> => {
  await tx.query("select pg_advisory_xact_lock(hashtext('publishing:pulse'))")
  return tx.one<Pulse>('select seen_at as "seenAt", zone_data as "zoneData" from pulse where workspace_id = $1', [
    noWorkspace,
  ])
}
export const writePulse = (sql: Sql, seenAt: string, zoneData: string): Promise<unknown> =>
  sql.query(
    `insert into pulse (workspace_id, seen_at, zone_data) values ($1, $2, $3) on conflict (workspace_id) do update set seen_at = excluded.seen_at, zone_data = excluded.zone_data`,
    [noWorkspace, seenAt, zoneData],
  )

export type ZonedPlan = Changed & { wallTime: string; zone: string; pick: 'earlier' | 'later' | null; dueAt: Date }
/** Plans that keep a wall clock, in the order of their ids. */
export const zonedPlans = (tx: Sql, afterId: string, rowsMax: number): Promise<ZonedPlan[]> =>
  tx.query<ZonedPlan>(
    `select ${changedColumns}, d.wall_time as "wallTime", d.zone, d.pick, d.due_at as "dueAt" from deliveries d join channels c on c.workspace_id = d.workspace_id and c.id = d.channel_id
     where d.state = 'planned' and d.zone is not null and d.wall_time is not null and (d.wake_at = d.due_at or d.wake_at is null) and d.id > $1 order by d.id limit $2 for update of d`,
    [afterId, rowsMax],
  )
export const moveDue = (tx: Sql, workspaceId: string, id: string, dueAt: string): Promise<unknown> =>
  tx.query(
    'update deliveries set due_at = $3, wake_at = case when wake_at is not null then $3::timestamptz end, revision = revision + 1 where workspace_id = $1 and id = $2',
    [workspaceId, id, dueAt],
  )

/** How many wait, by state. */
export const countWaiting = async (sql: Sql): Promise<Record<string, number>> =>
  Object.fromEntries(
    (
      await sql.query<{ state: string; n: number }>(
        'select state, count(*)::int as n from deliveries where wake_at is not null group by state',
      )
    ).map((row) => [row.state, row.n]),
  )
