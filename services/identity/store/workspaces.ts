import type { Role, Workspace } from '@floowe/contracts/identity'
import type { Sql } from '@floowe/platform'

export type WorkspaceRow = {
  workspace_id: string
  slug: string
  name: string
  language: string
  zone: string
  is_demo: boolean
  created_at: Date
}

const columns = 'w.workspace_id, w.slug, w.name, w.language, w.zone, w.is_demo, w.created_at'

export const shown = (row: WorkspaceRow) => ({
  id: row.workspace_id,
  slug: row.slug,
  name: row.name,
  language: row.language,
  zone: row.zone,
  isDemo: row.is_demo,
  createdAt: row.created_at.toISOString(),
})
export type ShownWorkspace = ReturnType<typeof shown> & { id: string } & Omit<Workspace, 'id'>

const uuidForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** A text in the form of an id names a workspace by id only; no slug has that form (see `workspaces.ts`). */
export const isIdForm = (text: string): boolean => uuidForm.test(text)
export const idOrSlug = (text: string | null): [id: string | null, slug: string | null] =>
  text === null ? [null, null] : isIdForm(text) ? [text, null] : [null, text]

export const findWorkspace = (sql: Sql, workspace: string): Promise<WorkspaceRow | null> =>
  sql.one<WorkspaceRow>(
    `select ${columns} from workspaces w where w.workspace_id = $1 or w.slug = $2`,
    idOrSlug(workspace),
  )

/** Holds the workspace until the transaction ends: whoever changes its people waits here for the other. */
export const lockWorkspace = (sql: Sql, workspaceId: string): Promise<WorkspaceRow | null> =>
  sql.one<WorkspaceRow>(`select ${columns} from workspaces w where w.workspace_id = $1 for update`, [workspaceId])

/** False when the slug is taken; nothing is written then, and the transaction lives on. */
export const insertWorkspace = async (sql: Sql, row: WorkspaceRow): Promise<boolean> =>
  (await sql.one(
    `insert into workspaces (workspace_id, slug, name, language, zone, is_demo, created_at) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (slug) do nothing returning workspace_id`,
    [row.workspace_id, row.slug, row.name, row.language, row.zone, row.is_demo, row.created_at],
  )) !== null

export const updateWorkspace = (
  sql: Sql,
  workspaceId: string,
  change: { name?: string; language?: string; zone?: string; isDemo?: boolean },
): Promise<WorkspaceRow | null> =>
  sql.one<WorkspaceRow>(
    `update workspaces w set name = coalesce($2, name), language = coalesce($3, language), zone = coalesce($4, zone), is_demo = coalesce($5, is_demo)
     where w.workspace_id = $1 returning ${columns}`,
    [workspaceId, change.name ?? null, change.language ?? null, change.zone ?? null, change.isDemo ?? null],
  )

/** Members, invitations, keys and the audit log go with it. */
export const deleteWorkspace = (sql: Sql, workspaceId: string): Promise<unknown> =>
  sql.query('delete from workspaces where workspace_id = $1', [workspaceId])

export const isDemoHere = async (sql: Sql): Promise<boolean> =>
  (await sql.one('select from workspaces where is_demo limit 1')) !== null

export const workspaceIds = async (sql: Sql, after: string | null, limit: number): Promise<string[]> =>
  (
    await sql.query<{ workspace_id: string }>(
      'select workspace_id from workspaces where $1::uuid is null or workspace_id > $1 order by workspace_id limit $2',
      [after, limit],
    )
  ).map((row) => row.workspace_id)

export type MemberRow = { user_id: string; name: string; email: string; role: Role; joined_at: Date }
const memberColumns = 'm.user_id, u.name, u.email, m.role, m.joined_at'

export const listMembers = (sql: Sql, workspaceId: string): Promise<MemberRow[]> =>
  sql.query<MemberRow>(
    `select ${memberColumns} from members m join users u on u.id = m.user_id where m.workspace_id = $1 order by u.name collate "pl-x-icu", m.user_id`,
    [workspaceId],
  )

export const findMember = (sql: Sql, workspaceId: string, userId: string): Promise<MemberRow | null> =>
  sql.one<MemberRow>(
    `select ${memberColumns} from members m join users u on u.id = m.user_id where m.workspace_id = $1 and m.user_id = $2`,
    [workspaceId, userId],
  )

export const roleOf = async (sql: Sql, workspaceId: string, userId: string): Promise<Role | null> =>
  (
    await sql.one<{ role: Role }>('select role from members where workspace_id = $1 and user_id = $2', [
      workspaceId,
      userId,
    ])
  )?.role ?? null

export const isMemberByEmail = async (sql: Sql, workspaceId: string, email: string): Promise<boolean> =>
  (await sql.one('select from members m join users u on u.id = m.user_id where m.workspace_id = $1 and u.email = $2', [
    workspaceId,
    email,
  ])) !== null

export const countOwners = async (sql: Sql, workspaceId: string): Promise<number> =>
  (
    await sql.one<{ count: number }>(
      "select count(*)::int as count from members where workspace_id = $1 and role = 'owner'",
      [workspaceId],
    )
  )?.count ?? 0

/** Whether someone owns every workspace a person belongs to. */
export const ownsAllOf = async (sql: Sql, ownerId: string, userId: string): Promise<boolean> =>
  (await sql.one(
    `select from members m where m.user_id = $2 and not exists (
       select from members o where o.workspace_id = m.workspace_id and o.user_id = $1 and o.role = 'owner') limit 1`,
    [ownerId, userId],
  )) === null

/** False when the person is a member already. */
export const insertMember = async (
  sql: Sql,
  workspaceId: string,
  userId: string,
  role: Role,
  joinedAt: string,
): Promise<boolean> =>
  (await sql.one(
    'insert into members (workspace_id, user_id, role, joined_at) values ($1, $2, $3, $4) on conflict (workspace_id, user_id) do nothing returning user_id',
    [workspaceId, userId, role, joinedAt],
  )) !== null

export const setRole = (sql: Sql, workspaceId: string, userId: string, role: Role): Promise<unknown> =>
  sql.query('update members set role = $3 where workspace_id = $1 and user_id = $2', [workspaceId, userId, role])

export const deleteMember = (sql: Sql, workspaceId: string, userId: string): Promise<unknown> =>
  sql.query('delete from members where workspace_id = $1 and user_id = $2', [workspaceId, userId])

export type Membership = WorkspaceRow & { role: Role }

/** Where a person belongs, the first joined first: the one that is meant when none is named. */
export const membershipsOf = (sql: Sql, userId: string): Promise<Membership[]> =>
  sql.query<Membership>(
    `select ${columns}, m.role from members m join workspaces w on w.workspace_id = m.workspace_id where m.user_id = $1 order by m.joined_at, m.workspace_id limit 500`,
    [userId],
  )
