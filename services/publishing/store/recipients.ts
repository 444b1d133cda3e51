/** The ledger of an issue: one row for each person it goes to. Who they are is fixed when the issue is first armed. */
import { RecipientState } from '@floowe/contracts/newsletters'
import type { Sql } from '@floowe/platform'

export type MailingOf = {
  workspaceId: string
  channelId: string
  deliveryId: string
  editionId: string
  /** Of the attempt that holds the delivery. */
  fence: number
}
export type Tally = {
  counts: Record<RecipientState, number>
  undecided: number
  /** The soonest moment at which somebody may be tried; null: nobody waits, or somebody may be tried at once. */
  nextAt: Date | null
  begunAt: Date
  viewUrl: string | null
  /** What its letters say as their date: when it first left. Null: it has not, or the delivery is gone. */
  datedAt: Date | null
}

const isHeld = `exists (select from deliveries d where d.workspace_id = $1 and d.id = $2 and d.fence = $3 and d.state = 'sending')`

/** Nobody takes the delivery over before the transaction ends. @returns whether it is still held */
export const holdDelivery = async (
  tx: Sql,
  { workspaceId, deliveryId, fence }: Pick<MailingOf, 'workspaceId' | 'deliveryId' | 'fence'>,
): Promise<boolean> =>
  (await tx.one(
    "select id from deliveries where workspace_id = $1 and id = $2 and fence = $3 and state = 'sending' for no key update",
    [workspaceId, deliveryId, fence],
  )) !== null

/** @returns whether the mailing begins with this */
export const beginMailing = async (
  tx: Sql,
  { workspaceId, deliveryId, channelId, editionId }: MailingOf,
  viewUrl: string | null,
  at: string,
): Promise<boolean> =>
  (await tx.one(
    `insert into mailings (workspace_id, delivery_id, channel_id, edition_id, view_url, begun_at) values ($1, $2, $3, $4, $5, $6) on conflict do nothing returning delivery_id`,
    [workspaceId, deliveryId, channelId, editionId, viewUrl, at],
  )) !== null

/** Another delivery of this edition has reached somebody of this newsletter, or may have. */
export const wentOutBefore = async (
  sql: Sql,
  { workspaceId, deliveryId, channelId, editionId }: MailingOf,
): Promise<boolean> =>
  (await sql.one(
    `select from mailings m where m.workspace_id = $1 and m.edition_id = $2 and m.channel_id = $3 and m.delivery_id <> $4
       and (coalesce((m.totals ->> 'accepted')::int, 0) + coalesce((m.totals ->> 'unknown')::int, 0) > 0
         or exists (select from recipients r where r.workspace_id = $1 and r.delivery_id = m.delivery_id and r.state in ('armed', 'accepted', 'unknown'))) limit 1`,
    [workspaceId, editionId, channelId, deliveryId],
  )) !== null

export const addRecipients = (tx: Sql, { workspaceId, deliveryId, channelId }: MailingOf): Promise<unknown> =>
  tx.query(
    `insert into recipients (workspace_id, delivery_id, subscriber_id)
     select workspace_id, $2, id from subscribers where workspace_id = $1 and channel_id = $3 and state = 'confirmed'`,
    [workspaceId, deliveryId, channelId],
  )

/** Who was armed by an attempt that is over: nobody will say what became of them. */
export const loseArmed = (
  sql: Sql,
  { workspaceId, deliveryId, fence }: Pick<MailingOf, 'workspaceId' | 'deliveryId' | 'fence'>,
): Promise<unknown> =>
  sql.query(
    `update recipients set state = 'unknown', code = 'interrupted' where workspace_id = $1 and delivery_id = $2 and fence < $3 and state = 'armed'`,
    [workspaceId, deliveryId, fence],
  )

/** An issue that nobody took, sent again by a person: whoever was refused for another reason than their address is asked once more. */
export const reopenRefused = (tx: Sql, workspaceId: string, deliveryId: string): Promise<unknown> =>
  tx.query(
    `update recipients set state = 'waiting', next_at = null, attempts = 0, first_armed_at = null where workspace_id = $1 and delivery_id = $2 and state = 'refused' and code <> 'no-mailbox'
       and not exists (select from recipients o where o.workspace_id = $1 and o.delivery_id = $2 and o.state in ('waiting', 'armed', 'accepted', 'deferred', 'unknown'))`,
    [workspaceId, deliveryId],
  )

export async function tallyOf(sql: Sql, workspaceId: string, deliveryId: string): Promise<Tally | null> {
  const mailing = await sql.one<
    Pick<Tally, 'begunAt' | 'viewUrl' | 'datedAt'> & { totals: Record<string, number> | null }
  >(
    `select m.begun_at as "begunAt", m.view_url as "viewUrl", m.totals, d.first_armed_at as "datedAt"
     from mailings m left join deliveries d on d.workspace_id = m.workspace_id and d.id = m.delivery_id where m.workspace_id = $1 and m.delivery_id = $2`,
    [workspaceId, deliveryId],
  )
  if (!mailing) return null
  const { begunAt, viewUrl, datedAt, totals } = mailing
  const rows = totals
    ? []
    : await sql.query<{ state: string; n: number; undecided: number; nextAt: Date | null; isNow: boolean }>(
        `select state, count(*)::int as n, (count(*) filter (where state = 'unknown' and coalesce(code, '') <> 'left'))::int as undecided, min(next_at) as "nextAt", bool_or(next_at is null) as "isNow"
         from recipients where workspace_id = $1 and delivery_id = $2 group by state`,
        [workspaceId, deliveryId],
      )
  const known = totals ?? Object.fromEntries(rows.map(({ state, n }) => [state, n]))
  const waiting = rows.filter(({ state }) => state === 'waiting' || state === 'deferred')
  const times = waiting.map(({ nextAt }) => nextAt?.getTime() ?? 0)
  return {
    counts: Object.fromEntries(RecipientState.options.map((state) => [state, known[state] ?? 0])) as Tally['counts'], // every state
    undecided: rows.reduce((sum, { undecided }) => sum + undecided, 0),
    nextAt: waiting.length === 0 || waiting.some(({ isNow }) => isNow) ? null : new Date(Math.min(...times)),
    begunAt,
    viewUrl,
    datedAt,
  }
}

export type Taken = {
  id: string
  email: string | null
  locale: 'pl' | 'en'
  state: RecipientState
  attempts: number
  firstArmedAt: Date
  bounceId: string
}

/**
 * The next who may be tried, armed when this answers; or dropped, when they have left meanwhile. Null: nobody may be tried now, or
 * the delivery is another's.
 */
export const takeRecipient = (sql: Sql, of: MailingOf, now: string): Promise<Taken | null> =>
  sql.one<Taken>(
    `with next as materialized (
       select r.subscriber_id from recipients r where r.workspace_id = $1 and r.delivery_id = $2 and r.state in ('waiting', 'deferred') and (r.next_at is null or r.next_at <= $4)
       order by r.next_at nulls first, r.subscriber_id limit 1 for update skip locked)
     update recipients r set state = case when s.state = 'confirmed' then 'armed' else 'dropped' end, code = case when s.state = 'confirmed' then null else 'no-subscriber' end,
       fence = $3, attempts = r.attempts + (s.state = 'confirmed')::int, armed_at = $4, first_armed_at = coalesce(r.first_armed_at, $4), next_at = null
     from next, subscribers s where r.workspace_id = $1 and r.delivery_id = $2 and r.subscriber_id = next.subscriber_id and s.workspace_id = $1 and s.id = next.subscriber_id and ${isHeld}
     returning r.subscriber_id as id, s.email, s.locale, r.state, r.attempts, r.first_armed_at as "firstArmedAt", r.bounce_id as "bounceId"`,
    [of.workspaceId, of.deliveryId, of.fence, now],
  )

export type Settled = {
  state: Exclude<RecipientState, 'armed'>
  code: string | null
  answer: string | null
  messageId: string | null
  nextAt: string | null
}

/**
 * What became of an attempt. Also when the delivery is another's by now: it is the truth, and whoever took over has called it
 * unknown; but never over a later attempt.
 */
export const settleRecipient = async (
  sql: Sql,
  { workspaceId, deliveryId }: Pick<MailingOf, 'workspaceId' | 'deliveryId'>,
  { id, attempts }: Pick<Taken, 'id' | 'attempts'>,
  settled: Settled,
): Promise<boolean> =>
  (await sql.one(
    `update recipients set state = $5, code = $6, answer = $7, message_id = coalesce($8, message_id), next_at = $9, attempts = attempts - ($5 = 'waiting')::int
     where workspace_id = $1 and delivery_id = $2 and subscriber_id = $3 and attempts = $4 and state in ('armed', 'unknown') returning subscriber_id`,
    [
      workspaceId,
      deliveryId,
      id,
      attempts,
      settled.state,
      settled.code,
      settled.answer,
      settled.messageId,
      settled.nextAt,
    ],
  )) !== null

/** Nobody else gets it. */
export const dropWaiting = (sql: Sql, workspaceId: string, deliveryId: string): Promise<unknown> =>
  sql.query(
    `update recipients set state = 'dropped', code = 'stopped', next_at = null where workspace_id = $1 and delivery_id = $2 and state in ('waiting', 'deferred')`,
    [workspaceId, deliveryId],
  )

export type RecipientRow = {
  subscriberId: string
  email: string | null
  locale: 'pl' | 'en'
  subscriberState: string
  state: RecipientState
  attempts: number
  armedAt: Date | null
  firstArmedAt: Date | null
  nextAt: Date | null
  messageId: string | null
  code: string | null
  answer: string | null
  bounceId: string
}
const columns = `r.subscriber_id as "subscriberId", s.email, s.locale, s.state as "subscriberState", r.state, r.attempts, r.armed_at as "armedAt", r.first_armed_at as "firstArmedAt", r.next_at as "nextAt",
  r.message_id as "messageId", r.code, r.answer, r.bounce_id as "bounceId"`
const from = 'from recipients r join subscribers s on s.workspace_id = r.workspace_id and s.id = r.subscriber_id'

export const getRecipient = (
  sql: Sql,
  workspaceId: string,
  deliveryId: string,
  subscriberId: string,
): Promise<RecipientRow | null> =>
  sql.one<RecipientRow>(
    `select ${columns} ${from} where r.workspace_id = $1 and r.delivery_id = $2 and r.subscriber_id = $3`,
    [workspaceId, deliveryId, subscriberId],
  )

/** Those whom a person may have to look at first. */
export async function listRecipients(
  sql: Sql,
  workspaceId: string,
  deliveryId: string,
  state: RecipientState | null,
  page: { limit: number; offset: number },
): Promise<{ items: RecipientRow[]; total: number }> {
  const where = 'where r.workspace_id = $1 and r.delivery_id = $2 and ($3::text is null or r.state = $3)'
  const values = [workspaceId, deliveryId, state]
  const total = await sql.one<{ n: number }>(`select count(*)::int as n from recipients r ${where}`, values)
  const items = await sql.query<RecipientRow>(
    `select ${columns} ${from} ${where} order by array_position(array['unknown', 'refused', 'deferred', 'armed', 'waiting', 'dropped', 'accepted'], r.state), r.subscriber_id limit $4 offset $5`,
    [...values, page.limit, page.offset],
  )
  return { items, total: total?.n ?? 0 }
}

/** A person lets it be, or it goes out once more: unknown until that is answered, so that a second click or a crash changes nothing. */
export const decideUnknown = async (
  sql: Sql,
  workspaceId: string,
  deliveryId: string,
  { subscriberId, attempts }: Pick<RecipientRow, 'subscriberId' | 'attempts'>,
  decided: { code: 'left' | 'sent-again'; at: string },
): Promise<boolean> =>
  (await sql.one(
    `update recipients set code = $5, attempts = attempts + ($5 = 'sent-again')::int, armed_at = case when $5 = 'sent-again' then $6 else armed_at end
     where workspace_id = $1 and delivery_id = $2 and subscriber_id = $3 and attempts = $4 and state = 'unknown' returning subscriber_id`,
    [workspaceId, deliveryId, subscriberId, attempts, decided.code, decided.at],
  )) !== null

/** After a restore nobody knows how far what was under way has come since. */
export const forgetProgress = (sql: Sql): Promise<unknown> =>
  sql.query(
    `update recipients r set state = 'unknown', code = 'after-restore', next_at = null from deliveries d
     where d.workspace_id = r.workspace_id and d.id = r.delivery_id and d.state = 'on-hold' and d.problem_code = 'after-restore' and r.state in ('waiting', 'armed', 'deferred')`,
  )

export type Bounced = { subscriberId: string; deliveryId: string; channelId: string; wasBounced: boolean }
/** To whom a letter that came back had gone. */
export const recipientOfBounce = (sql: Sql, workspaceId: string, bounceId: string): Promise<Bounced | null> =>
  sql.one<Bounced>(
    `select r.subscriber_id as "subscriberId", r.delivery_id as "deliveryId", m.channel_id as "channelId", r.has_bounced as "wasBounced"
     from recipients r join mailings m on m.workspace_id = r.workspace_id and m.delivery_id = r.delivery_id where r.workspace_id = $1 and r.bounce_id = $2`,
    [workspaceId, bounceId],
  )

/** Notes it once. @returns whether the issue before came back from them as well; null: it was noted already */
export const noteBounce = async (
  sql: Sql,
  workspaceId: string,
  { subscriberId, deliveryId }: Bounced,
  { code, answer }: { code: string; answer: string },
): Promise<boolean | null> => {
  const noted = await sql.one(
    `update recipients set has_bounced = true, code = $4, answer = $5 where workspace_id = $1 and delivery_id = $2 and subscriber_id = $3 and not has_bounced returning subscriber_id`,
    [workspaceId, deliveryId, subscriberId, code, answer],
  )
  if (noted === null) return null
  const before = await sql.one<{ bounced: boolean }>(
    `select o.has_bounced as bounced from recipients o join recipients r on r.workspace_id = o.workspace_id and r.subscriber_id = o.subscriber_id
     where r.workspace_id = $1 and r.delivery_id = $2 and r.subscriber_id = $3 and o.delivery_id <> $2 and o.first_armed_at < r.first_armed_at order by o.first_armed_at desc limit 1`,
    [workspaceId, deliveryId, subscriberId],
  )
  return before?.bounced ?? false
}

const totalsSql = `(select jsonb_object_agg(t.state, t.n) from (select state, count(*) as n from recipients r where r.workspace_id = m.workspace_id and r.delivery_id = m.delivery_id group by state) t)`

/** How many it were stays; who they were is forgotten with their newsletter. */
export const closeMailings = (sql: Sql, workspaceId: string, channelId: string): Promise<unknown> =>
  sql.query(
    `update mailings m set totals = coalesce(${totalsSql}, '{}') where workspace_id = $1 and channel_id = $2 and totals is null`,
    [workspaceId, channelId],
  )

/** The same for old issues. Over all workspaces; each row by its key. @returns how many issues */
export async function forgetOldRecipients(tx: Sql, begunBefore: string, mailingsMax: number): Promise<number> {
  const closed = await tx.query<{ workspaceId: string; deliveryId: string }>(
    `update mailings m set totals = coalesce(${totalsSql}, '{}')
     from (select workspace_id, delivery_id from mailings where begun_at < $1 and totals is null order by begun_at limit $2) o
     where m.workspace_id = o.workspace_id and m.delivery_id = o.delivery_id returning m.workspace_id as "workspaceId", m.delivery_id as "deliveryId"`,
    [begunBefore, mailingsMax],
  )
  for (const { workspaceId, deliveryId } of closed)
    await tx.query('delete from recipients where workspace_id = $1 and delivery_id = $2', [workspaceId, deliveryId])
  return closed.length
}
