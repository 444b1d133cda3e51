/**
 * People of a workspace. Whoever changes them holds the workspace's row, so "at least one owner" is true after any two
 * changes at once. What a role gave goes with it: cached tokens at once, open invitations beyond the new role, reset links the
 * person handed out, and with membership also the keys the person made.
 */
import type { Role } from '@floowe/contracts/identity'
import { type Call, found, refuse, type Transaction } from '@floowe/platform'
import { type By, by, type Means, tell } from './means.ts'
import { beyond, mustManage, standingOf } from './standing.ts'
import { deleteInvitations } from './store/invitations.ts'
import { keysMadeBy, revokeKeys } from './store/keys.ts'
import { dropResetLinksMadeBy, dropResetLinksOf } from './store/people.ts'
import {
  countOwners,
  deleteMember,
  findMember,
  insertMember,
  listMembers as list,
  lockWorkspace,
  type MemberRow,
  setRole,
} from './store/workspaces.ts'

const shownMember = (row: MemberRow) => ({
  userId: row.user_id,
  name: row.name,
  email: row.email,
  role: row.role,
  joinedAt: row.joined_at.toISOString(),
})

export const listMembers = async ({ db }: Means, call: Call) => (await list(db, call.workspaceId)).map(shownMember)

async function memberHeld(tx: Transaction, call: Call, userId: string): Promise<MemberRow> {
  found(await lockWorkspace(tx, call.workspaceId), 'workspace')
  return found(await findMember(tx, call.workspaceId, userId), 'member')
}

async function mustNotBeLast(tx: Transaction, workspaceId: string, member: MemberRow): Promise<void> {
  if (member.role === 'owner' && (await countOwners(tx, workspaceId)) === 1) refuse('last-owner')
}

/** False when the person is a member already. Links that others may hold to the account end: they must not open this workspace too. */
export async function join(
  { clock }: Means,
  tx: Transaction,
  who: By,
  workspaceId: string,
  userId: string,
  role: Role,
): Promise<boolean> {
  if (!(await insertMember(tx, workspaceId, userId, role, clock.instant()))) return false
  await dropResetLinksOf(tx, userId)
  await tell(tx, who, workspaceId, 'identity.member-joined', { key: userId, data: { userId, role } })
  return true
}

export const updateMember = ({ db }: Means, { userId, role }: { userId: string; role: Role }, call: Call) =>
  db.transaction(async (tx) => {
    const { workspaceId } = call
    const member = await memberHeld(tx, call, userId)
    mustManage(await standingOf(tx, call), member.role, role)
    if (member.role === role) return shownMember(member)
    await mustNotBeLast(tx, workspaceId, member)
    await setRole(tx, workspaceId, userId, role)
    await tell(tx, by(call), workspaceId, 'identity.member-changed', { key: userId, data: { userId, role } })
    await dropInvitationsOf(tx, call, userId, beyond(role))
    await dropResetLinksMadeBy(tx, userId)
    await tell(tx, by(call), workspaceId, 'identity.credential-revoked', { key: userId, data: { userId } })
    for (const keyId of await keysMadeBy(tx, workspaceId, userId)) {
      await tell(tx, by(call), workspaceId, 'identity.credential-revoked', { key: keyId, data: { keyId, userId } })
    }
    return shownMember({ ...member, role })
  })

export const removeMember = ({ db, clock }: Means, userId: string, call: Call) =>
  db.transaction(async (tx) => {
    const { workspaceId } = call
    const member = await memberHeld(tx, call, userId)
    mustManage(await standingOf(tx, call), member.role)
    await mustNotBeLast(tx, workspaceId, member)
    await deleteMember(tx, workspaceId, userId)
    await tell(tx, by(call), workspaceId, 'identity.member-removed', { key: userId, data: { userId } })
    // An invitation kept in a drawer must not lead back in.
    await dropInvitationsOf(tx, call, userId)
    await dropResetLinksMadeBy(tx, userId)
    await tell(tx, by(call), workspaceId, 'identity.credential-revoked', { key: userId, data: { userId } })
    for (const keyId of await revokeKeys(tx, workspaceId, { createdBy: userId }, clock.instant())) {
      await tell(tx, by(call), workspaceId, 'identity.credential-revoked', { key: keyId, data: { keyId } })
    }
    return {}
  })

async function dropInvitationsOf(tx: Transaction, call: Call, userId: string, roles?: readonly Role[]): Promise<void> {
  for (const id of await deleteInvitations(tx, call.workspaceId, { createdBy: userId, roles })) {
    await tell(tx, by(call), call.workspaceId, 'identity.invitation-revoked', { key: id, data: { id } })
  }
}
