import type { Role } from '@floowe/contracts/identity'
import type { Sql } from '@floowe/platform'

export type InvitationRow = {
  workspace_id: string
  id: string
  email: string
  role: Role
  created_by: string
  created_at: Date
  expires_at: Date
}
const columns = 'i.workspace_id, i.id, i.email, i.role, i.created_by, i.created_at, i.expires_at'

export const listInvitations = (sql: Sql, workspaceId: string, now: string): Promise<InvitationRow[]> =>
  sql.query<InvitationRow>(
    `select ${columns} from invitations i where i.workspace_id = $1 and i.expires_at > $2 order by i.created_at desc, i.id desc`,
    [workspaceId, now],
  )

export const insertInvitation = (sql: Sql, row: InvitationRow, tokenHash: string): Promise<unknown> =>
  sql.query(
    'insert into invitations (workspace_id, id, email, role, token_hash, created_by, created_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8)',
    [row.workspace_id, row.id, row.email, row.role, tokenHash, row.created_by, row.created_at, row.expires_at],
  )

/** Takes back invitations of a workspace by one of their marks, and answers which. */
export async function deleteInvitations(
  sql: Sql,
  workspaceId: string,
  which: { id?: string; email?: string; createdBy?: string; roles?: readonly Role[] },
): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `delete from invitations where workspace_id = $1 and ($2::uuid is null or id = $2) and ($3::text is null or email = $3)
       and ($4::uuid is null or created_by = $4) and ($5::text[] is null or role = any($5)) returning id`,
    [workspaceId, which.id ?? null, which.email ?? null, which.createdBy ?? null, which.roles ?? null],
  )
  return rows.map((row) => row.id)
}

export type OpenInvitation = InvitationRow & { workspace_name: string; workspace_zone: string }

/** By the link's token, which alone leads to it: whoever holds the link belongs to no workspace yet. */
export const findByToken = (sql: Sql, tokenHash: string, now: string): Promise<OpenInvitation | null> =>
  sql.one<OpenInvitation>(
    `select ${columns}, w.name as workspace_name, w.zone as workspace_zone from invitations i join workspaces w on w.workspace_id = i.workspace_id
     where i.token_hash = $1 and i.expires_at > $2`,
    [tokenHash, now],
  )

/** Spends the link: of two at once, one gets true. */
export const takeByToken = async (sql: Sql, workspaceId: string, tokenHash: string, now: string): Promise<boolean> =>
  (await sql.one(
    'delete from invitations where workspace_id = $1 and token_hash = $2 and expires_at > $3 returning id',
    [workspaceId, tokenHash, now],
  )) !== null

export const sweepInvitations = (sql: Sql, now: string): Promise<unknown> =>
  sql.query('delete from invitations where expires_at <= $1', [now])
