import type { Permission } from '@floowe/contracts/vocabulary'
import type { Sql } from '@floowe/platform'

export type KeyRow = {
  workspace_id: string
  id: string
  name: string
  start: string
  permissions: Permission[]
  created_by: string
  created_at: Date
  expires_at: Date | null
  last_used_at: Date | null
}
const columns =
  'k.workspace_id, k.id, k.name, k.start, k.permissions, k.created_by, k.created_at, k.expires_at, k.last_used_at'

export const listKeys = (sql: Sql, workspaceId: string): Promise<KeyRow[]> =>
  sql.query<KeyRow>(
    `select ${columns} from api_keys k where k.workspace_id = $1 and k.revoked_at is null order by k.created_at desc, k.id desc`,
    [workspaceId],
  )

export const findKey = (sql: Sql, workspaceId: string, id: string): Promise<KeyRow | null> =>
  sql.one<KeyRow>(
    `select ${columns} from api_keys k where k.workspace_id = $1 and k.id = $2 and k.revoked_at is null`,
    [workspaceId, id],
  )

/**
 * Asked again under the same id after a lost answer: nobody was given the first secret, so this one takes its place.
 * @returns whether the key is new
 */
export const putKey = async (sql: Sql, row: KeyRow, secretHash: string): Promise<boolean> =>
  (
    await sql.one<{ is_new: boolean }>(
      `insert into api_keys (workspace_id, id, name, start, secret_hash, permissions, created_by, created_at, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       on conflict (workspace_id, id) do update set start = excluded.start, secret_hash = excluded.secret_hash
       returning xmax = 0 as is_new`,
      [
        row.workspace_id,
        row.id,
        row.name,
        row.start,
        secretHash,
        row.permissions,
        row.created_by,
        row.created_at,
        row.expires_at,
      ],
    )
  )?.is_new ?? false

export const countKeys = async (sql: Sql, workspaceId: string): Promise<number> =>
  (
    await sql.one<{ count: number }>(
      'select count(*)::int as count from api_keys where workspace_id = $1 and revoked_at is null',
      [workspaceId],
    )
  )?.count ?? 0

/** Revokes one key, those one person made, or all of a workspace; answers which. */
export async function revokeKeys(
  sql: Sql,
  workspaceId: string,
  which: { id?: string; createdBy?: string },
  now: string,
): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `update api_keys set revoked_at = $4 where workspace_id = $1 and revoked_at is null and ($2::uuid is null or id = $2) and ($3::uuid is null or created_by = $3) returning id`,
    [workspaceId, which.id ?? null, which.createdBy ?? null, now],
  )
  return rows.map((row) => row.id)
}

/** Live keys one person made. */
export const keysMadeBy = async (sql: Sql, workspaceId: string, userId: string): Promise<string[]> =>
  (
    await sql.query<{ id: string }>(
      'select id from api_keys where workspace_id = $1 and created_by = $2 and revoked_at is null',
      [workspaceId, userId],
    )
  ).map((row) => row.id)

/** Names of keys, revoked ones too. */
export const keyNames = (
  sql: Sql,
  workspaceId: string,
  ids: readonly string[],
): Promise<{ id: string; name: string }[]> =>
  sql.query('select id, name from api_keys where workspace_id = $1 and id = any($2::uuid[])', [workspaceId, ids])

/** Several at once write it once. */
export const touchKey = (sql: Sql, workspaceId: string, id: string, now: string, before: string): Promise<unknown> =>
  sql.query(
    'update api_keys set last_used_at = $3 where workspace_id = $1 and id = $2 and (last_used_at is null or last_used_at < $4)',
    [workspaceId, id, now, before],
  )
