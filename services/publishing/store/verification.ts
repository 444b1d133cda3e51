/** SQL of looking whether what was accepted is there. Over all workspaces; every row it changes is named by workspace and id. */
import type { Network } from '@floowe/contracts/networks'
import type { Sql } from '@floowe/platform'
import type { ParcelKind, Remote } from '../networks/network.ts'

export type Looked = {
  workspaceId: string
  id: string
  kind: ParcelKind
  sequence: number
  articleId: string
  editionId: string
  channelId: string
  channelName: string
  network: Network
  url: string | null
  account: Readonly<Record<string, string>>
  secretSealed: string | null
  oldSecretSealed: string | null
  oldSecretUntil: Date | null
  snapshotId: string | null
  snapshotHash: string | null
  title: string
  slug: string
  language: string
  createdBy: string
  remote: Remote
  firstArmedAt: Date
  publishedAt: Date
  tries: number
}

/** Takes rows that are due for a look; whoever dies with them leaves them until `leaseUntil`. */
export const claimLooks = (sql: Sql, now: string, leaseUntil: string, rowsMax: number): Promise<Looked[]> =>
  sql.query<Looked>(
    `with due as (
       select d.workspace_id, d.id from deliveries d join channels c on c.workspace_id = d.workspace_id and c.id = d.channel_id
       where d.verify_at <= $1 and c.state = 'connected' and c.removed_at is null order by d.verify_at, d.id limit $3 for update of d skip locked)
     update deliveries d set verify_at = $2 from due join channels c on c.workspace_id = due.workspace_id
     where d.workspace_id = due.workspace_id and d.id = due.id and c.id = d.channel_id
     returning d.workspace_id as "workspaceId", d.id, d.kind, d.sequence, d.article_id as "articleId", d.edition_id as "editionId", d.channel_id as "channelId", c.name as "channelName", c.network,
       c.url, c.account, c.secret_sealed as "secretSealed", c.old_secret_sealed as "oldSecretSealed", c.old_secret_until as "oldSecretUntil", d.snapshot_id as "snapshotId",
       d.snapshot_hash as "snapshotHash", d.title, d.slug, d.language, d.created_by as "createdBy", d.remote, d.first_armed_at as "firstArmedAt", d.published_at as "publishedAt", d.verify_tries as tries`,
    [now, leaseUntil, rowsMax],
  )

export type Look = {
  verification: 'pending' | 'verified' | 'gone' | 'unknown'
  nextAt: string | null
  seenAt: string | null
}
/** Of a delivery that is no longer what is live nothing is said, and nobody looks any more. @returns whether it was written */
export const writeLook = async (
  sql: Sql,
  { workspaceId, id }: Pick<Looked, 'workspaceId' | 'id'>,
  { verification, nextAt, seenAt }: Look,
): Promise<boolean> =>
  (
    await sql.one<{ isLive: boolean }>(
      `update deliveries set verification = case when state = 'published' then $3 else verification end, verify_at = case when state = 'published' then $4::timestamptz end,
         verified_at = case when state = 'published' then coalesce($5, verified_at) else verified_at end, verify_tries = verify_tries + 1, revision = revision + 1
       where workspace_id = $1 and id = $2 and verify_at is not null returning state = 'published' as "isLive"`,
      [workspaceId, id, verification, nextAt, seenAt],
    )
  )?.isLive ?? false

export const nextLook = async (sql: Sql): Promise<Date | null> =>
  (
    await sql.one<{ at: Date | null }>(
      `select min(d.verify_at) as at from deliveries d join channels c on c.workspace_id = d.workspace_id and c.id = d.channel_id
       where d.verify_at is not null and c.state = 'connected' and c.removed_at is null`,
    )
  )?.at ?? null
