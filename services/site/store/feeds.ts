/** Rows of feeds of their own, and of their entries. Entries are newest first. */
import type { Sql, Transaction } from '@floowe/platform'

export type FeedRow = {
  channel_id: string
  slug: string
  name: string
  state: 'reserved' | 'open' | 'closed'
  created_at: Date
  changed_at: Date
}
const columns = 'channel_id, slug, name, state, created_at, changed_at'

export const findFeed = (sql: Sql, workspaceId: string, channelId: string): Promise<FeedRow | null> =>
  sql.one(`select ${columns} from feeds where workspace_id = $1 and channel_id = $2`, [workspaceId, channelId])

export const findFeedBySlug = (sql: Sql, workspaceId: string, slug: string): Promise<FeedRow | null> =>
  sql.one(`select ${columns} from feeds where workspace_id = $1 and slug = $2`, [workspaceId, slug])

/** Under the slug, or under the first number behind it that is free. Nothing happens when the channel has its feed. */
export const reserveFeed = (
  tx: Transaction,
  workspaceId: string,
  feed: { channelId: string; slug: string; name: string; at: string },
): Promise<unknown> =>
  tx.query(
    `insert into feeds (workspace_id, channel_id, slug, name, state, created_at, changed_at)
     select $1, $2, x.slug, $4, 'reserved', $5, $5
     from (select $3::text as slug, 1 as n union all select $3 || '-' || n, n from generate_series(2, 1000) n) x
     where not exists (select from feeds f where f.workspace_id = $1 and f.slug = x.slug) order by x.n limit 1
     on conflict (workspace_id, channel_id) do nothing`,
    [workspaceId, feed.channelId, feed.slug, feed.name, feed.at],
  )

/** Readers ask by whole seconds, so each change is dated another one. */
const changed = (at: string): string =>
  `changed_at = greatest(${at}, date_trunc('second', changed_at) + interval '1 second')`

/** @returns whether a reader could see it */
export const changeFeed = async (
  tx: Transaction,
  workspaceId: string,
  channelId: string,
  change: { name: string; state: 'open' | 'closed'; at: string },
): Promise<boolean> =>
  (await tx.one(
    `update feeds set name = $3, state = $4, ${changed('$5::timestamptz')}
     where workspace_id = $1 and channel_id = $2 and (name <> $3 or state <> $4) returning channel_id`,
    [workspaceId, channelId, change.name, change.state, change.at],
  )) !== null

export type Entry = {
  state: 'live' | 'gone'
  sequence: number
  delivery_id: string
  language: string
  published_at: Date
}
export const findEntry = (sql: Sql, workspaceId: string, channelId: string, editionId: string): Promise<Entry | null> =>
  sql.one(
    'select state, sequence, delivery_id, language, published_at from feed_entries where workspace_id = $1 and channel_id = $2 and edition_id = $3',
    [workspaceId, channelId, editionId],
  )

export type NewEntry = {
  editionId: string
  state: 'live' | 'gone'
  sequence: number
  deliveryId: string
  language: string
  publishedAt: string
  answer: string
}
export async function writeEntry(
  tx: Transaction,
  workspaceId: string,
  channelId: string,
  entry: NewEntry,
  at: string,
): Promise<void> {
  await tx.query(
    `insert into feed_entries (workspace_id, channel_id, edition_id, state, sequence, delivery_id, language, published_at, answer)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (workspace_id, channel_id, edition_id) do update set state = excluded.state, sequence = excluded.sequence,
       delivery_id = excluded.delivery_id, language = excluded.language, published_at = excluded.published_at, answer = excluded.answer`,
    [
      workspaceId,
      channelId,
      entry.editionId,
      entry.state,
      entry.sequence,
      entry.deliveryId,
      entry.language,
      entry.publishedAt,
      entry.answer,
    ],
  )
  await tx.query(`update feeds set ${changed('$3::timestamptz')} where workspace_id = $1 and channel_id = $2`, [
    workspaceId,
    channelId,
    at,
  ])
}

/** Live ones with where they stand on the site, if they do. */
export const newestEntries = (
  sql: Sql,
  workspaceId: string,
  channelId: string,
  limit: number,
): Promise<{ answer: string; language: string | null; slug: string | null }[]> =>
  sql.query(
    `select f.answer, e.language, e.slug from feed_entries f
     left join editions e on e.workspace_id = f.workspace_id and e.edition_id = f.edition_id and e.state = 'live'
     where f.workspace_id = $1 and f.channel_id = $2 and f.state = 'live' order by f.published_at desc, f.edition_id desc limit $3`,
    [workspaceId, channelId, limit],
  )
