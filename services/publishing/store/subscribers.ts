/** Rows of who reads a newsletter. An address is kept in lower case. */
import type { Subscriber, SubscriberState } from '@floowe/contracts/newsletters'
import type { Sql } from '@floowe/platform'

export type SubscriberRow = {
  id: string
  channelId: string
  email: string | null
  state: SubscriberState | 'removed'
  locale: 'pl' | 'en'
  source: Subscriber['source']
  askedAt: Date
  askedBy: string
  declaration: string | null
  confirmedAt: Date | null
  endedAt: Date | null
  confirmUntil: Date | null
  letterSent: boolean
  softBounces: number
}
const columns = `s.id, s.channel_id as "channelId", s.email, s.state, s.locale, s.source, s.asked_at as "askedAt", s.asked_by as "askedBy", s.declaration,
  s.confirmed_at as "confirmedAt", s.ended_at as "endedAt", s.confirm_until as "confirmUntil", s.letter_sent as "letterSent", s.soft_bounces as "softBounces"`

export const getSubscriber = (sql: Sql, workspaceId: string, id: string): Promise<SubscriberRow | null> =>
  sql.one<SubscriberRow>(`select ${columns} from subscribers s where workspace_id = $1 and id = $2`, [workspaceId, id])

/** Additions to one newsletter happen one after another, so that its limit and its addresses hold. */
export const lockNewsletter = (tx: Sql, workspaceId: string, channelId: string): Promise<unknown> =>
  tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
    `publishing:newsletter:${workspaceId}:${channelId}`,
  ])

/**
 * Those of these addresses that the newsletter knows: by the address, or by one of its hashes where that was erased.
 * @param asked `hashes`: of the address, under every key there ever was
 */
export const knownAddresses = (
  sql: Sql,
  workspaceId: string,
  channelId: string,
  asked: readonly { email: string; hashes: readonly string[] }[],
): Promise<(SubscriberRow & { asked: string })[]> =>
  sql.query(
    `select ${columns}, a.email as asked from unnest($3::text[], $4::text[]) a(email, hash)
     join subscribers s on s.workspace_id = $1 and s.channel_id = $2 and (s.email = a.email or (s.email is null and s.email_hash = a.hash))`,
    [
      workspaceId,
      channelId,
      asked.flatMap(({ email, hashes }) => hashes.map(() => email)),
      asked.flatMap(({ hashes }) => hashes),
    ],
  )

/** Stops counting at the limit. */
export const countSubscribers = async (
  sql: Sql,
  workspaceId: string,
  channelId: string,
  limit: number,
): Promise<number> =>
  (
    await sql.one<{ n: number }>(
      'select count(*)::int as n from (select from subscribers where workspace_id = $1 and channel_id = $2 and email is not null limit $3) x',
      [workspaceId, channelId, limit],
    )
  )?.n ?? 0

export type NewSubscriber = {
  id: string
  email: string
  emailHash: string
  state: 'pending' | 'confirmed'
  locale: 'pl' | 'en'
  source: Subscriber['source']
  askedBy: string
  declaration: string | null
  confirmHash: string | null
  confirmUntil: string | null
}

/** New rows, and rows that begin anew: an address that was erased or had left, and is entered again. */
export const writeSubscribers = (
  sql: Sql,
  workspaceId: string,
  channelId: string,
  subscribers: readonly NewSubscriber[],
  at: string,
): Promise<unknown> =>
  sql.query(
    `insert into subscribers (workspace_id, channel_id, id, email, email_hash, state, locale, source, asked_at, asked_by, declaration, confirmed_at, confirm_hash, confirm_until)
     select $1, $2, n.id, n.email, n."emailHash", n.state, n.locale, n.source, $4, n."askedBy", n.declaration, case when n.state = 'confirmed' then $4::timestamptz end, n."confirmHash", n."confirmUntil"
     from jsonb_to_recordset($3::jsonb) as n(id uuid, email text, "emailHash" text, state text, locale text, source text, "askedBy" text, declaration text, "confirmHash" text, "confirmUntil" timestamptz)
     on conflict (workspace_id, id) do update set email = excluded.email, email_hash = excluded.email_hash, state = excluded.state, locale = excluded.locale, source = excluded.source,
       asked_at = excluded.asked_at, asked_by = excluded.asked_by, declaration = excluded.declaration, confirmed_at = excluded.confirmed_at, ended_at = null,
       confirm_hash = excluded.confirm_hash, confirm_until = excluded.confirm_until, letter_sent = false, soft_bounces = 0`,
    [workspaceId, channelId, JSON.stringify(subscribers), at],
  )

/** Who opened the link of a confirmation letter. */
export const subscriberOfLetter = (sql: Sql, workspaceId: string, confirmHash: string): Promise<SubscriberRow | null> =>
  sql.one<SubscriberRow>(`select ${columns} from subscribers s where workspace_id = $1 and confirm_hash = $2`, [
    workspaceId,
    confirmHash,
  ])

/** True when it waited for that, and the link still counts. */
export const confirm = async (sql: Sql, workspaceId: string, id: string, at: string): Promise<boolean> =>
  (await sql.one(
    `update subscribers set state = 'confirmed', confirmed_at = $3 where workspace_id = $1 and id = $2 and state = 'pending' and confirm_until > $3 returning id`,
    [workspaceId, id, at],
  )) !== null

/** Ends what they get. Complaints stand above all, and a person's own word above bounces. */
export const endSubscription = async (
  sql: Sql,
  workspaceId: string,
  id: string,
  state: 'unsubscribed' | 'bounced' | 'complained',
  at: string,
): Promise<boolean> =>
  (await sql.one(
    `update subscribers set state = $3, ended_at = $4 where workspace_id = $1 and id = $2
       and state = any(case $3 when 'bounced' then array['pending', 'confirmed'] when 'unsubscribed' then array['pending', 'confirmed', 'bounced']
         else array['pending', 'confirmed', 'bounced', 'unsubscribed'] end) returning id`,
    [workspaceId, id, state, at],
  )) !== null

/** Takes a leaving back that was made by hand not long ago. */
export const takeBack = async (sql: Sql, workspaceId: string, id: string, endedAfter: string): Promise<boolean> =>
  (await sql.one(
    `update subscribers set state = 'confirmed', ended_at = null where workspace_id = $1 and id = $2 and state = 'unsubscribed' and confirmed_at is not null and ended_at > $3 returning id`,
    [workspaceId, id, endedAfter],
  )) !== null

/** Five in a row are as good as a hard one. @returns how many it is now */
export const countSoftBounce = async (sql: Sql, workspaceId: string, id: string, isInARow: boolean): Promise<number> =>
  (
    await sql.one<{ n: number }>(
      `update subscribers set soft_bounces = case when $3 then soft_bounces + 1 else 1 end where workspace_id = $1 and id = $2 and state = 'confirmed' returning soft_bounces as n`,
      [workspaceId, id, isInARow],
    )
  )?.n ?? 0

/** The address is gone, its keyed hash stays. */
export const eraseSubscriber = (
  sql: Sql,
  workspaceId: string,
  channelId: string,
  id: string,
  emailHash: string | null,
  at: string,
): Promise<unknown> =>
  sql.query(
    `update subscribers set email = null, email_hash = coalesce($4, email_hash), state = 'removed', ended_at = coalesce(ended_at, $5), declaration = null, asked_by = '', confirm_hash = null, confirm_until = null
     where workspace_id = $1 and channel_id = $2 and id = $3 and state <> 'removed'`,
    [workspaceId, channelId, id, emailHash, at],
  )

export const markLetterSent = (sql: Sql, workspaceId: string, id: string): Promise<unknown> =>
  sql.query('update subscribers set letter_sent = true where workspace_id = $1 and id = $2', [workspaceId, id])

export type SubscriberFilter = { state?: SubscriberState | undefined; search?: string | undefined }
const filtered = `s.workspace_id = $1 and s.channel_id = $2 and s.email is not null and ($3::text is null or s.state = $3) and ($4::text is null or s.email like $4)`
const likeOf = (search: string | undefined): string | null =>
  search === undefined ? null : `%${search.toLowerCase().replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`

export async function listSubscribers(
  sql: Sql,
  workspaceId: string,
  channelId: string,
  { state, search }: SubscriberFilter,
  page: { limit: number; offset: number },
): Promise<{ items: SubscriberRow[]; total: number }> {
  const values = [workspaceId, channelId, state ?? null, likeOf(search)]
  const total = await sql.one<{ n: number }>(`select count(*)::int as n from subscribers s where ${filtered}`, values)
  const items = await sql.query<SubscriberRow>(
    `select ${columns} from subscribers s where ${filtered} order by s.asked_at desc, s.id desc limit $5 offset $6`,
    [...values, page.limit, page.offset],
  )
  return { items, total: total?.n ?? 0 }
}

/** In the order of their ids. */
export const subscribersAfter = (
  sql: Sql,
  workspaceId: string,
  channelId: string,
  after: string | null,
  limit: number,
): Promise<SubscriberRow[]> =>
  sql.query<SubscriberRow>(
    `select ${columns} from subscribers s where workspace_id = $1 and channel_id = $2 and email is not null and ($3::uuid is null or id > $3) order by id limit $4`,
    [workspaceId, channelId, after, limit],
  )

export const countByState = async (sql: Sql, workspaceId: string, channelId: string): Promise<Record<string, number>> =>
  Object.fromEntries(
    (
      await sql.query<{ state: string; n: number }>(
        'select state, count(*)::int as n from subscribers where workspace_id = $1 and channel_id = $2 and email is not null group by state',
        [workspaceId, channelId],
      )
    ).map(({ state, n }) => [state, n]),
  )

/** All of a newsletter that is no more; with them who got what. */
export const forgetSubscribers = (sql: Sql, workspaceId: string, channelId: string): Promise<unknown> =>
  sql.query('delete from subscribers where workspace_id = $1 and channel_id = $2', [workspaceId, channelId])

/** Whoever never confirmed, and never got anything, is forgotten. Over all workspaces; each row by its key. */
export const forgetUnconfirmed = async (sql: Sql, askedBefore: string, rowsMax: number): Promise<number> =>
  (
    await sql.query(
      `delete from subscribers s using (select workspace_id, id from subscribers p where state = 'pending' and asked_at < $1
         and not exists (select from recipients r where r.workspace_id = p.workspace_id and r.subscriber_id = p.id) order by asked_at limit $2) o
       where s.workspace_id = o.workspace_id and s.id = o.id returning s.id`,
      [askedBefore, rowsMax],
    )
  ).length
