/**
 * Who stands how in a workspace, and whom they may touch.
 *
 * Owners may do everything to everyone; admins manage everyone but owners and make nobody an owner. A key stands as the
 * person who made it, never above admin: owners are made and unmade by people only. The role is read from the table, not
 * from the token, which may be a minute old.
 */
import { permissionsOf, type Role } from '@floowe/contracts/identity'
import { type Call, refuse, type Sql } from '@floowe/platform'
import { findKey } from './store/keys.ts'
import { roleOf } from './store/workspaces.ts'

export type Standing = { userId: string; role: Role }

/** Refuses not-allowed for services and for whoever has left. */
export async function standingOf(sql: Sql, call: Call): Promise<Standing> {
  const { caller, workspaceId } = call
  if (caller.kind === 'key') {
    const key = await findKey(sql, workspaceId, caller.id)
    const role = key && (await roleOf(sql, workspaceId, key.created_by))
    if (!key || !role) return refuse('not-signed-in')
    return { userId: key.created_by, role: role === 'owner' ? 'admin' : role }
  }
  const role = isPerson(call) ? await roleOf(sql, workspaceId, caller.id) : null
  if (!role) return refuse('not-allowed')
  return { userId: caller.id, role }
}

/** A person at the keyboard: by session, or by the installation's own local credential. */
export const isPerson = ({ caller }: Call): boolean => caller.kind === 'person' || caller.kind === 'local'

/** Keys and services have no account of their own to change. */
export function personOf(call: Call): string {
  if (!isPerson(call)) refuse('not-allowed')
  return call.caller.id
}

const manages = (role: Role): boolean => permissionsOf[role].includes('members:manage')

/** Refuses not-allowed unless `who` manages people, and is an owner where owners are concerned. */
export function mustManage(who: Standing, ...roles: Role[]): void {
  if (!manages(who.role)) refuse('not-allowed', { needs: 'members:manage' })
  if (roles.includes('owner') && who.role !== 'owner') refuse('not-allowed', { needs: 'owner' })
}

/** Roles that someone of this role may not hand out: their open invitations to them fall when the role does. */
export const beyond = (role: Role): Role[] =>
  manages(role) ? (role === 'owner' ? [] : ['owner']) : ['owner', 'admin', 'editor', 'author', 'viewer']
