/** One statement for each kind of credential: this runs for every caller whom the gateway does not remember. */
import type { Role } from '@floowe/contracts/identity'
import type { Permission } from '@floowe/contracts/vocabulary'
import type { Sql } from '@floowe/platform'
import { idOrSlug } from './workspaces.ts'

export type SessionHolder = { user_id: string; expires_at: Date; workspace_id: string | null; role: Role | null }

/** Who holds a session, and their place in the workspace that was named, or in the first one. */
export const holderOfSession = (
  sql: Sql,
  tokenHash: string,
  workspace: string | null,
  now: string,
): Promise<SessionHolder | null> =>
  sql.one<SessionHolder>(
    `select s.user_id, s.expires_at, p.workspace_id, p.role
     from sessions s left join lateral (
       select m.workspace_id, m.role from members m join workspaces w on w.workspace_id = m.workspace_id
       where m.user_id = s.user_id and ($3::uuid is null or w.workspace_id = $3) and ($4::text is null or w.slug = $4)
       order by m.joined_at, m.workspace_id limit 1
     ) p on true
     where s.token = $1 and s.expires_at > $2`,
    [tokenHash, now, ...idOrSlug(workspace)],
  )

export type KeyHolder = {
  id: string
  workspace_id: string
  slug: string
  permissions: Permission[]
  role: Role
  last_used_at: Date | null
}

/** A live key, with the present role of the person who made it; none when that person has left. */
export const holderOfKey = (sql: Sql, secretHash: string, now: string): Promise<KeyHolder | null> =>
  sql.one<KeyHolder>(
    `select k.id, k.workspace_id, w.slug, k.permissions, m.role, k.last_used_at
     from api_keys k join workspaces w on w.workspace_id = k.workspace_id join members m on m.workspace_id = k.workspace_id and m.user_id = k.created_by
     where k.secret_hash = $1 and k.revoked_at is null and (k.expires_at is null or k.expires_at > $2)`,
    [secretHash, now],
  )

/** The oldest owner of the named workspace, or of the oldest one. */
export const firstOwner = (
  sql: Sql,
  workspace: string | null,
): Promise<{ user_id: string; workspace_id: string } | null> =>
  sql.one(
    `select m.user_id, w.workspace_id from workspaces w join members m on m.workspace_id = w.workspace_id and m.role = 'owner'
     where ($1::uuid is null or w.workspace_id = $1) and ($2::text is null or w.slug = $2)
     order by w.created_at, w.workspace_id, m.joined_at, m.user_id limit 1`,
    idOrSlug(workspace),
  )

export const firstPerson = async (sql: Sql): Promise<string | null> =>
  (await sql.one<{ id: string }>('select id from users order by created_at, id limit 1'))?.id ?? null

export type SigningKeyRow = {
  id: string
  public_key: Record<string, unknown>
  sealed_private_key: string
  created_at: Date
}

/** Newest first. */
export const listSigningKeys = (sql: Sql): Promise<SigningKeyRow[]> =>
  sql.query(
    'select id, public_key, sealed_private_key, created_at from signing_keys order by created_at desc, id desc limit 20',
  )

export async function insertSigningKey(sql: Sql, row: SigningKeyRow, kept: readonly string[]): Promise<void> {
  await sql.query('insert into signing_keys (id, public_key, sealed_private_key, created_at) values ($1, $2, $3, $4)', [
    row.id,
    JSON.stringify(row.public_key),
    row.sealed_private_key,
    row.created_at,
  ])
  await sql.query('delete from signing_keys where id <> all($1)', [[row.id, ...kept]])
}
