/** Rows of deliveries and snapshots: reading them, and what people change. The sending job's own SQL is in `ledger.ts`. */
import type { ApprovalMode } from '@floowe/contracts/approvals'
import type { Network } from '@floowe/contracts/networks'
import type { Standing } from '../approvals/gate.ts'
import type { Remote } from '../networks/network.ts'
import type { Delivery, DeliveryState } from '@floowe/contracts/publishing'
import type { Sql } from '@floowe/platform'
import type { Pick as WallPick, Slot } from '../schedule.ts'
import type { Frozen } from '../snapshots.ts'
import type { AttemptOutcome } from './ledger.ts'

export type DeliveryRow = {
  id: string
  kind: Delivery['kind']
  state: DeliveryState
  articleId: string
  editionId: string
  versionId: string
  snapshotId: string | null
  snapshotHash: string | null
  frozenAt: Date
  title: string
  slug: string
  language: string
  channelId: string
  channelName: string
  channelAccount: string | null
  channelIsRemoved: boolean
  network: Network
  wallTime: string | null
  zone: string | null
  pick: WallPick | null
  dueAt: Date
  wakeAt: Date | null
  armedAt: Date | null
  attempts: number
  maybeOut: boolean
  publishedAt: Date | null
  url: string | null
  problemCode: string | null
  problemDetail: string | null
  cancelledBy: CancelledBy | null
  isOutdated: boolean
  revision: number
  createdAt: Date
  createdBy: string
  remote: Remote
  /** Of what people will see, where approvals are asked for; see approvals/payload.ts. */
  verification: 'pending' | 'verified' | 'gone' | 'unknown' | null
  verifiedAt: Date | null
  payloadHash: string | null
  /** The series that made it, and for which of its days; detached: a person moved or cancelled this one alone. */
  seriesId: string | null
  seriesDay: string | null
  seriesDetached: boolean
  approvalMode: ApprovalMode
  approval: ApprovalSeen | null
}
/** The approval that was asked for it, else the one that counts for its place. */
export type ApprovalSeen = Pick<
  Standing,
  'id' | 'state' | 'deliveryId' | 'payloadHash' | 'windowFrom' | 'windowUntil'
> & { stepName: string | null }
export type CancelledBy = 'person' | 'channel' | 'article' | 'newer' | 'series'

/** The policy, and the approval that was asked for it, else the one that counts for its place. */
const approvalColumns = `coalesce((select p.mode from approval_policies p where p.workspace_id = d.workspace_id), 'none') as "approvalMode",
  (select jsonb_build_object('id', a.id, 'state', a.state, 'deliveryId', a.delivery_id, 'payloadHash', a.payload_hash, 'windowFrom', a.window_from, 'windowUntil', a.window_until,
     'stepName', nullif(a.steps -> a.step ->> 'name', ''))
   from approvals a where a.workspace_id = d.workspace_id and a.edition_id = d.edition_id and a.channel_id = d.channel_id and (a.is_current or a.delivery_id = d.id)
   order by a.delivery_id = d.id desc, a.is_current desc, a.id desc limit 1) as approval`
/** What everybody is shown of a delivery. */
const shown = `d.id, d.kind, d.state, d.article_id as "articleId", d.edition_id as "editionId", d.version_id as "versionId", d.snapshot_id as "snapshotId", d.snapshot_hash as "snapshotHash",
  d.title, d.language, d.channel_id as "channelId", c.name as "channelName", c.account ->> 'name' as "channelAccount", c.network, d.wall_time as "wallTime", d.zone, d.due_at as "dueAt", d.wake_at as "wakeAt", d.attempts,
  d.published_at as "publishedAt", d.url, d.problem_code as "problemCode", d.problem_detail as "problemDetail", d.is_outdated as "isOutdated", d.revision, d.created_at as "createdAt",
  d.created_by as "createdBy", d.verification, d.verified_at as "verifiedAt", d.payload_hash as "payloadHash", d.series_id as "seriesId", d.series_day::text as "seriesDay",
  d.series_detached as "seriesDetached", ${approvalColumns}`
const columns = `${shown}, d.frozen_at as "frozenAt", d.slug, c.removed_at is not null as "channelIsRemoved", d.pick, d.armed_at as "armedAt", d.maybe_out as "maybeOut", d.cancelled_by as "cancelledBy", d.remote`
/** What only we look at ourselves; a page of two thousand goes without. */
type Hidden = 'frozenAt' | 'slug' | 'channelIsRemoved' | 'pick' | 'armedAt' | 'maybeOut' | 'cancelledBy' | 'remote'
export type ShownDelivery = Omit<DeliveryRow, Hidden>
const from = 'from deliveries d join channels c on c.workspace_id = d.workspace_id and c.id = d.channel_id'
/** For other questions that are answered with deliveries; `d` is the delivery, `c` its channel. */
export const deliveryColumns = shown
export const deliveryFrom = from
/** Waits for its time, for an attempt or for a person. */
const open = "d.state in ('planned', 'sending', 'retrying', 'failed', 'needs-human', 'missed', 'on-hold')"

export const getDelivery = (sql: Sql, workspaceId: string, id: string): Promise<DeliveryRow | null> =>
  sql.one<DeliveryRow>(`select ${columns} ${from} where d.workspace_id = $1 and d.id = $2`, [workspaceId, id])

export const getDeliveries = (sql: Sql, workspaceId: string, ids: readonly string[]): Promise<DeliveryRow[]> =>
  sql.query<DeliveryRow>(`select ${columns} ${from} where d.workspace_id = $1 and d.id = any($2) order by d.id`, [
    workspaceId,
    ids,
  ])

/** Nobody else changes it until the transaction ends. */
export const lockDelivery = (sql: Sql, workspaceId: string, id: string): Promise<DeliveryRow | null> =>
  sql.one<DeliveryRow>(`select ${columns} ${from} where d.workspace_id = $1 and d.id = $2 for update of d`, [
    workspaceId,
    id,
  ])

/** Plans, removals and releases of one edition on one channel happen one after another. */
export const lockPlace = (sql: Sql, workspaceId: string, editionId: string, channelId: string): Promise<unknown> =>
  sql.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
    `publishing:${workspaceId}:${editionId}:${channelId}`,
  ])

/** All that is open or live for an edition on a channel, locked. At most three rows, and the days of its series. */
export const lockOpen = (sql: Sql, workspaceId: string, editionId: string, channelId: string): Promise<DeliveryRow[]> =>
  sql.query<DeliveryRow>(
    `select ${columns} ${from} where d.workspace_id = $1 and d.edition_id = $2 and d.channel_id = $3 and (${open} or d.state = 'published') order by d.id for update of d`,
    [workspaceId, editionId, channelId],
  )

/** The plan of an edition on a channel that a person made, if one waits. */
export const openPlan = (
  sql: Sql,
  workspaceId: string,
  editionId: string,
  channelId: string,
): Promise<{ id: string } | null> =>
  sql.one(
    `select id from deliveries where workspace_id = $1 and edition_id = $2 and channel_id = $3 and kind <> 'unpublish' and series_id is null
       and state in ('planned', 'sending', 'retrying', 'needs-human', 'on-hold')`,
    [workspaceId, editionId, channelId],
  )

/** Editions of these articles that go somewhere, or went. */
export const goingEditions = async (
  sql: Sql,
  workspaceId: string,
  articleIds: readonly string[],
): Promise<ReadonlySet<string>> => {
  const rows = await sql.query<{ id: string }>(
    "select distinct edition_id as id from deliveries where workspace_id = $1 and article_id = any($2) and kind <> 'unpublish' and state <> 'cancelled'",
    [workspaceId, articleIds],
  )
  return new Set(rows.map(({ id }) => id))
}

/** The latest that may stand on the channel although nobody said so. */
export const lastMaybeOut = (
  sql: Sql,
  workspaceId: string,
  editionId: string,
  channelId: string,
): Promise<DeliveryRow | null> =>
  sql.one<DeliveryRow>(
    `select ${columns} ${from} where d.workspace_id = $1 and d.edition_id = $2 and d.channel_id = $3 and d.kind <> 'unpublish' and d.maybe_out
       and d.state in ('retrying', 'failed', 'needs-human', 'missed', 'on-hold', 'cancelled')
       and not exists (select from deliveries n where n.workspace_id = $1 and n.edition_id = $2 and n.channel_id = $3 and n.state = 'unpublished' and n.id > d.id)
     order by d.id desc limit 1`,
    [workspaceId, editionId, channelId],
  )

/** Stops counting at the limit. */
export const countPlans = async (sql: Sql, workspaceId: string, limit: number): Promise<number> =>
  (
    await sql.one<{ n: number }>(
      "select count(*)::int as n from (select from deliveries where workspace_id = $1 and state = 'planned' limit $2) x",
      [workspaceId, limit],
    )
  )?.n ?? 0

export type NewDelivery = Slot & {
  id: string
  kind: Delivery['kind']
  articleId: string
  editionId: string
  versionId: string
  snapshot: { id: string; hash: string } | null
  frozenAt: string
  title: string
  slug: string
  language: string
  channelId: string
  isOutdated: boolean
  createdAt: string
  createdBy: string
  payloadHash: string | null
  series: { id: string; day: string } | null
}

export const insertDelivery = (sql: Sql, workspaceId: string, row: NewDelivery): Promise<unknown> =>
  sql.query(
    `insert into deliveries (workspace_id, id, kind, state, article_id, edition_id, version_id, snapshot_id, snapshot_hash, frozen_at, title, slug, language,
       channel_id, wall_time, zone, pick, due_at, wake_at, is_outdated, created_at, created_by, payload_hash, series_id, series_day)
     values ($1, $2, $3, 'planned', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $17, $18, $19, $20, $21, $22, $23)`,
    [
      workspaceId,
      row.id,
      row.kind,
      row.articleId,
      row.editionId,
      row.versionId,
      row.snapshot?.id ?? null,
      row.snapshot?.hash ?? null,
      row.frozenAt,
      row.title,
      row.slug,
      row.language,
      row.channelId,
      row.wallTime,
      row.zone,
      row.pick,
      row.dueAt,
      row.isOutdated,
      row.createdAt,
      row.createdBy,
      row.payloadHash,
      row.series?.id ?? null,
      row.series?.day ?? null,
    ],
  )

/** Keeps frozen content once per workspace. @returns the id under which it is kept */
export async function keepSnapshot(
  sql: Sql,
  workspaceId: string,
  id: string,
  editionId: string,
  frozen: Frozen,
  at: string,
): Promise<string> {
  // The no-op update takes the row's lock, so that nobody clears it away before the delivery points to it.
  const row = await sql.one<{ id: string }>(
    `insert into snapshots (workspace_id, id, edition_id, hash, content, created_at) values ($1, $2, $3, $4, $5, $6)
     on conflict (workspace_id, hash) do update set hash = excluded.hash returning id`,
    [workspaceId, id, editionId, frozen.hash, frozen.text, at],
  )
  return row?.id ?? id
}

/** Clears a snapshot away when no delivery carries it any more, and nobody was asked about it. */
export const dropSnapshot = (sql: Sql, workspaceId: string, id: string): Promise<unknown> =>
  sql.query(
    `delete from snapshots s where workspace_id = $1 and id = $2 and not exists (select from deliveries d where d.workspace_id = $1 and d.edition_id = s.edition_id and d.snapshot_id = $2)
       and not exists (select from approvals a where a.workspace_id = $1 and a.snapshot_id = $2)`,
    [workspaceId, id],
  )

export const refreeze = (
  sql: Sql,
  workspaceId: string,
  id: string,
  frozen: Pick<NewDelivery, 'versionId' | 'frozenAt' | 'title' | 'slug' | 'language' | 'payloadHash'> & {
    snapshot: { id: string; hash: string }
  },
): Promise<unknown> =>
  sql.query(
    `update deliveries set version_id = $3, snapshot_id = $4, snapshot_hash = $5, frozen_at = $6, title = $7, slug = $8, language = $9, payload_hash = $10, is_outdated = false, revision = revision + 1
     where workspace_id = $1 and id = $2`,
    [
      workspaceId,
      id,
      frozen.versionId,
      frozen.snapshot.id,
      frozen.snapshot.hash,
      frozen.frozenAt,
      frozen.title,
      frozen.slug,
      frozen.language,
      frozen.payloadHash,
    ],
  )

/** What a plan from before approvals were asked for carries. */
export const notePayload = (sql: Sql, workspaceId: string, id: string, payloadHash: string): Promise<unknown> =>
  sql.query('update deliveries set payload_hash = $3 where workspace_id = $1 and id = $2', [
    workspaceId,
    id,
    payloadHash,
  ])

/** Nobody wakes it until it is approved. */
export const waitsForApproval = async (sql: Sql, workspaceId: string, id: string): Promise<boolean> =>
  (await sql.one(
    "select from deliveries where workspace_id = $1 and id = $2 and state = 'planned' and wake_at is null",
    [workspaceId, id],
  )) !== null

/** Back to the plan, at a new time. */
export const replan = (sql: Sql, workspaceId: string, id: string, slot: Slot): Promise<unknown> =>
  sql.query(
    `update deliveries set state = 'planned', wall_time = $3, zone = $4, pick = $5, due_at = $6, wake_at = $6, tries = 0, round_at = null, problem_code = null, problem_detail = null,
       cancelled_by = null, revision = revision + 1
     where workspace_id = $1 and id = $2`,
    [workspaceId, id, slot.wallTime, slot.zone, slot.pick, slot.dueAt],
  )

/** Of a day of a series, whether a person moved or cancelled it alone. */
export const detach = (sql: Sql, workspaceId: string, id: string, isDetached: boolean): Promise<unknown> =>
  sql.query(
    'update deliveries set series_detached = $3 where workspace_id = $1 and id = $2 and series_id is not null',
    [workspaceId, id, isDetached],
  )

/** A new round of attempts begins now; the plan's own time stays in the calendar. */
export const release = (sql: Sql, workspaceId: string, id: string, at: string): Promise<unknown> =>
  sql.query(
    `update deliveries set state = case when attempts > 0 then 'retrying' else 'planned' end, wake_at = $3, tries = 0, round_at = null, problem_code = null, problem_detail = null,
       cancelled_by = null, revision = revision + 1
     where workspace_id = $1 and id = $2`,
    [workspaceId, id, at],
  )

/** A person has seen that it is there, or gone. What was live in its place steps back. */
export async function declarePublished(
  sql: Sql,
  workspaceId: string,
  { id, editionId, channelId, kind }: Pick<DeliveryRow, 'id' | 'editionId' | 'channelId' | 'kind'>,
  url: string | null,
  at: string,
): Promise<void> {
  await sql.query(
    `update deliveries set state = case when $5 = 'unpublish' then 'unpublished' else 'replaced' end, remote = '{}', verify_at = null, verification = null, verified_at = null, revision = revision + 1
     where workspace_id = $1 and edition_id = $3 and channel_id = $4 and id <> $2 and state = 'published'`,
    [workspaceId, id, editionId, channelId, kind],
  )
  await sql.query(
    `update deliveries set state = case when kind = 'unpublish' then 'unpublished' else 'published' end, wake_at = null, published_at = $3, url = coalesce($4, url),
       maybe_out = false, problem_code = null, problem_detail = null, revision = revision + 1 where workspace_id = $1 and id = $2`,
    [workspaceId, id, at, url],
  )
}

/** Pieces that were armed and are not there, as a person has seen. Those with an id stay. */
export const forgetArmed = (sql: Sql, workspaceId: string, id: string): Promise<unknown> =>
  sql.query(
    `update deliveries set remote = coalesce((select jsonb_object_agg(p.key, p.value) from jsonb_each(remote) p where p.value ? 'id'), '{}')
     where workspace_id = $1 and id = $2`,
    [workspaceId, id],
  )

/** Where readers find the edition: on the site, else on another channel that gave an address of its own. */
export const liveAddress = async (sql: Sql, workspaceId: string, editionId: string): Promise<string | null> =>
  (
    await sql.one<{ url: string }>(
      `select d.url from deliveries d join channels c on c.workspace_id = d.workspace_id and c.id = d.channel_id
       where d.workspace_id = $1 and d.edition_id = $2 and d.state = 'published' and d.url is not null and c.network in ('floowe-site', 'wordpress', 'ghost', 'devto')
       order by c.network = 'floowe-site' desc, d.published_at limit 1`,
      [workspaceId, editionId],
    )
  )?.url ?? null

/** Plans that carry an older variant. */
export const markOutdatedOn = (sql: Sql, workspaceId: string, editionId: string, channelId: string): Promise<unknown> =>
  sql.query(
    `update deliveries d set is_outdated = true where d.workspace_id = $1 and d.edition_id = $2 and d.channel_id = $3
       and not is_outdated and kind <> 'unpublish' and (${open} or d.state = 'published')`,
    [workspaceId, editionId, channelId],
  )

export const cancel = (
  sql: Sql,
  workspaceId: string,
  id: string,
  by: CancelledBy,
  problemCode: string | null,
): Promise<unknown> =>
  sql.query(
    `update deliveries set state = 'cancelled', cancelled_by = $3, problem_code = $4, problem_detail = null, wake_at = null, revision = revision + 1 where workspace_id = $1 and id = $2`,
    [workspaceId, id, by, problemCode],
  )

/** Open ones of a channel or an article, locked. What is being sent cannot be called back: it is marked, so that no further attempt follows. */
export async function lockOpenOf(
  sql: Sql,
  workspaceId: string,
  of: { channelId: string } | { articleId: string },
  limit: number,
): Promise<DeliveryRow[]> {
  const [column, value, by, kinds] =
    'channelId' in of
      ? ['channel_id', of.channelId, 'channel', '']
      : ['article_id', of.articleId, 'article', "and d.kind <> 'unpublish'"]
  await sql.query(
    `update deliveries d set cancelled_by = $3 where workspace_id = $1 and ${column} = $2 and state = 'sending' ${kinds}`,
    [workspaceId, value, by],
  )
  return sql.query<DeliveryRow>(
    `select ${columns} ${from} where d.workspace_id = $1 and d.${column} = $2 and ${open} and d.state <> 'sending' ${kinds} order by d.id limit $3 for update of d`,
    [workspaceId, value, limit],
  )
}

/**
 * The text was saved after these were frozen. A save is dated a moment before its commit, so one that made a newer version
 * counts even when it is dated shortly before the freezing.
 */
export const markOutdated = (
  sql: Sql,
  workspaceId: string,
  editionId: string,
  saved: { versionId: string; at: string },
): Promise<unknown> =>
  sql.query(
    `update deliveries d set is_outdated = true
     where workspace_id = $1 and edition_id = $2 and (frozen_at < $3 or (version_id < $4::uuid and frozen_at < $3::timestamptz + interval '5 seconds'))
       and not is_outdated and kind <> 'unpublish' and (${open} or d.state = 'published')`,
    [workspaceId, editionId, saved.at, saved.versionId],
  )

/** The frozen texts of an article that was deleted for good; that something went out is still told. */
export async function forgetTexts(sql: Sql, workspaceId: string, articleId: string): Promise<void> {
  const rows = await sql.query<{ id: string }>(
    `with freed as (select id, snapshot_id from deliveries d where workspace_id = $1 and article_id = $2 and snapshot_id is not null and d.state not in ('published', 'sending'))
     update deliveries d set snapshot_id = null from freed where d.workspace_id = $1 and d.id = freed.id returning freed.snapshot_id as id`,
    [workspaceId, articleId],
  )
  for (const id of new Set(rows.map((row) => row.id))) await dropSnapshot(sql, workspaceId, id)
}

export type DeliveryFilter = {
  state?: string | undefined
  channel?: string | undefined
  edition?: string | undefined
  article?: string | undefined
}

export async function listDeliveries(
  sql: Sql,
  workspaceId: string,
  filter: DeliveryFilter,
  limit: number,
  offset: number,
): Promise<{ items: DeliveryRow[]; total: number }> {
  const values: unknown[] = [workspaceId]
  const where = ['d.workspace_id = $1']
  const wanted = {
    'd.state': filter.state,
    'd.channel_id': filter.channel,
    'd.edition_id': filter.edition,
    'd.article_id': filter.article,
  }
  for (const [column, value] of Object.entries(wanted))
    if (value !== undefined) where.push(`${column} = $${values.push(value)}`)
  const total = await sql.one<{ n: number }>(
    `select count(*)::int as n from deliveries d where ${where.join(' and ')}`,
    values,
  )
  const items = await sql.query<DeliveryRow>(
    `select ${columns} ${from} where ${where.join(' and ')} order by d.due_at desc, d.id desc limit $${values.length + 1} offset $${values.length + 2}`,
    [...values, limit, offset],
  )
  return { items, total: total?.n ?? 0 }
}

export type SummaryRow = Pick<
  DeliveryRow,
  | 'articleId'
  | 'editionId'
  | 'channelId'
  | 'channelName'
  | 'id'
  | 'kind'
  | 'state'
  | 'dueAt'
  | 'publishedAt'
  | 'url'
  | 'isOutdated'
  | 'payloadHash'
  | 'approvalMode'
  | 'approval'
>

/**
 * Per edition and channel the newest delivery that was not cancelled or replaced, of the days that a series plans the next one; beside a plan, address and date of what is
 * live now.
 */
export const summarise = (
  sql: Sql,
  workspaceId: string,
  articleIds: readonly string[],
  limit: number,
): Promise<SummaryRow[]> =>
  sql.query<SummaryRow>(
    `select d.article_id as "articleId", d.edition_id as "editionId", d.channel_id as "channelId", c.name as "channelName", d.id, d.kind, d.state, d.due_at as "dueAt",
       coalesce(d.published_at, live.published_at) as "publishedAt", coalesce(d.url, live.url) as url, d.is_outdated as "isOutdated", d.payload_hash as "payloadHash", ${approvalColumns}
     from (select distinct on (edition_id, channel_id) * from deliveries
           where workspace_id = $1 and article_id = any($2) and state not in ('cancelled', 'replaced')
           order by edition_id, channel_id, (series_id is not null and state = 'planned'), case when series_id is not null and state = 'planned' then due_at end, id desc) d
     join channels c on c.workspace_id = d.workspace_id and c.id = d.channel_id
     left join deliveries live on live.workspace_id = d.workspace_id and live.edition_id = d.edition_id and live.channel_id = d.channel_id and live.state = 'published'
     order by d.article_id, d.edition_id, c.created_at, c.id limit $3`,
    [workspaceId, articleIds, limit],
  )

export const publishedChannels = (
  sql: Sql,
  workspaceId: string,
  articleId: string,
): Promise<{ channelId: string; name: string }[]> =>
  sql.query(
    `select distinct c.id as "channelId", c.name ${from} where d.workspace_id = $1 and d.article_id = $2 and d.state = 'published' and c.removed_at is null order by c.name limit 1000`,
    [workspaceId, articleId],
  )

export type AttemptRow = {
  number: number
  startedAt: Date
  finishedAt: Date
  outcome: AttemptOutcome
  code: string | null
  detail: string | null
  status: number | null
  answer: string | null
  retryAt: Date | null
}
/** Those that ended, oldest first. */
export const attemptsOf = (sql: Sql, workspaceId: string, deliveryId: string): Promise<AttemptRow[]> =>
  sql.query<AttemptRow>(
    `select number, started_at as "startedAt", finished_at as "finishedAt", outcome, code, detail, status, answer, retry_at as "retryAt"
     from attempts where workspace_id = $1 and delivery_id = $2 order by number limit 1000`,
    [workspaceId, deliveryId],
  )
