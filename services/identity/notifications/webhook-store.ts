import type { Sql } from '@floowe/platform'

export type WebhookRow = {
  url: string
  sealed_secret: string
  sealed_old_secret: string | null
  old_secret_until: Date | null
  is_on: boolean
  failures: number
  failing_since: Date | null
  problem: string | null
  last_taken_at: Date | null
}
const columns =
  'url, sealed_secret, sealed_old_secret, old_secret_until, is_on, failures, failing_since, problem, last_taken_at'

export const findWebhook = (sql: Sql, workspaceId: string, userId: string): Promise<WebhookRow | null> =>
  sql.one(`select ${columns} from notification_webhooks where workspace_id = $1 and user_id = $2`, [
    workspaceId,
    userId,
  ])

/** Which of these people have an address that is on. */
export const takers = async (sql: Sql, workspaceId: string, userIds: readonly string[]): Promise<string[]> =>
  (
    await sql.query<{ user_id: string }>(
      'select user_id from notification_webhooks where workspace_id = $1 and user_id = any($2::uuid[]) and is_on',
      [workspaceId, userIds],
    )
  ).map((row) => row.user_id)

/** A new address, or the same again, is a new try. An address that is there keeps its secret. @returns whether there was none */
export const putWebhook = async (
  sql: Sql,
  workspaceId: string,
  userId: string,
  { url, sealedSecret, now }: { url: string; sealedSecret: string; now: string },
): Promise<boolean> =>
  (
    await sql.one<{ is_new: boolean }>(
      `insert into notification_webhooks (workspace_id, user_id, url, sealed_secret, is_on, created_at) values ($1, $2, $3, $4, true, $5)
       on conflict (workspace_id, user_id) do update set url = excluded.url, is_on = true, failures = 0, failing_since = null, problem = null
       returning xmax = 0 as is_new`,
      [workspaceId, userId, url, sealedSecret, now],
    )
  )?.is_new ?? false

/** False when there is none. */
export const rotateSecret = async (
  sql: Sql,
  workspaceId: string,
  userId: string,
  { sealedSecret, oldUntil }: { sealedSecret: string; oldUntil: string },
): Promise<boolean> =>
  (await sql.one(
    `update notification_webhooks set sealed_old_secret = sealed_secret, old_secret_until = $4, sealed_secret = $3
     where workspace_id = $1 and user_id = $2 returning user_id`,
    [workspaceId, userId, sealedSecret, oldUntil],
  )) !== null

export const deleteWebhook = (sql: Sql, workspaceId: string, userId: string): Promise<unknown> =>
  sql.query('delete from notification_webhooks where workspace_id = $1 and user_id = $2', [workspaceId, userId])

export const noteTaken = (sql: Sql, workspaceId: string, userId: string, now: string): Promise<unknown> =>
  sql.query(
    `update notification_webhooks set failures = 0, failing_since = null, problem = null, last_taken_at = $3
     where workspace_id = $1 and user_id = $2`,
    [workspaceId, userId, now],
  )

/** Counts a message that was given up, if the address is still that one. Off after `failuresMax`. @returns whether it was on and is off now */
export const noteGivenUp = async (
  sql: Sql,
  workspaceId: string,
  userId: string,
  { url, problem, now, failuresMax }: { url: string; problem: string; now: string; failuresMax: number },
): Promise<boolean> =>
  (
    await sql.one<{ is_on: boolean }>(
      `update notification_webhooks set failures = failures + 1, failing_since = coalesce(failing_since, $5), problem = $4, is_on = failures + 1 < $6
       where workspace_id = $1 and user_id = $2 and url = $3 and is_on returning is_on`,
      [workspaceId, userId, url, problem, now, failuresMax],
    )
  )?.is_on === false
