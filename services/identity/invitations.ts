/** Invitations: a link of 256 bits, seven days, once. Whoever holds it may join under the invited address. */
import { Password, type Role } from '@floowe/contracts/identity'
import {
  type Call,
  enqueueSealed,
  found,
  hashToken,
  isUniqueViolation,
  type Letter,
  newToken,
  refuse,
} from '@floowe/platform'
import { beginAttempt } from './attempts.ts'
import { invitationLetter } from './letters.ts'
import { allow } from './limits.ts'
import { meOf } from './me.ts'
import { by, dayMs, later, type Means, tell } from './means.ts'
import { join } from './members.ts'
import { createPerson, findByEmail, isPasswordOf, tellOfPerson } from './people.ts'
import { startSession } from './sessions.ts'
import { mustManage, standingOf } from './standing.ts'
import {
  deleteInvitations,
  findByToken,
  insertInvitation,
  type InvitationRow,
  listInvitations as list,
  type OpenInvitation,
  takeByToken,
} from './store/invitations.ts'
import { findPerson, findPersonByEmail } from './store/people.ts'
import { isMemberByEmail, lockWorkspace } from './store/workspaces.ts'

const validDays = 7
export const letterJobKind = 'identity.letter'

const shownInvitation = (row: InvitationRow) => ({
  id: row.id,
  email: row.email,
  role: row.role,
  expiresAt: row.expires_at.toISOString(),
  createdAt: row.created_at.toISOString(),
})

export const listInvitations = async ({ db, clock }: Means, call: Call) =>
  (await list(db, call.workspaceId, clock.instant())).map(shownInvitation)

/** A second invitation to the same address takes the place of the first. */
export async function createInvitation(means: Means, { email, role }: { email: string; role: Role }, call: Call) {
  const { db, clock, ids, mail, publicUrl } = means
  const { workspaceId } = call
  await allow(means, `invitations:${workspaceId}`, 100, 3600)
  return db.transaction(async (tx) => {
    const workspace = found(await lockWorkspace(tx, workspaceId), 'workspace')
    const inviter = await standingOf(tx, call)
    mustManage(inviter, role)
    if (await isMemberByEmail(tx, workspaceId, email)) refuse('already-member')
    for (const id of await deleteInvitations(tx, workspaceId, { email }))
      await tell(tx, by(call), workspaceId, 'identity.invitation-revoked', { key: id, data: { id } })
    const token = newToken('')
    const expiresAt = later(clock.now(), validDays * dayMs)
    const row: InvitationRow = {
      workspace_id: workspaceId,
      id: ids.next(),
      email,
      role,
      created_by: inviter.userId,
      created_at: new Date(clock.now()),
      expires_at: new Date(expiresAt),
    }
    await insertInvitation(tx, row, hashToken(token))
    await tell(tx, by(call), workspaceId, 'identity.invitation-created', {
      key: row.id,
      data: { id: row.id, email, role },
    })
    const url = `${publicUrl}/invitation/${token}`
    if (mail.isOn) {
      const person = await findPerson(tx, inviter.userId)
      const locale = (await findPersonByEmail(tx, email))?.locale ?? (workspace.language === 'pl' ? 'pl' : 'en')
      const letter: Letter = {
        to: email,
        ...invitationLetter(locale, {
          inviter: person?.name ?? workspace.name,
          workspace: workspace.name,
          role,
          url,
          expiresAt,
          zone: workspace.zone,
        }),
      }
      await enqueueSealed(means.sealer, tx, letterJobKind, workspaceId, letter)
    }
    return { ...shownInvitation(row), link: { url, expiresAt, mailed: mail.isOn } }
  })
}

/** An admin may not take back what an owner offered to a future owner. */
export const revokeInvitation = ({ db, clock }: Means, id: string, call: Call) =>
  db.transaction(async (tx) => {
    const invitation = found(
      (await list(tx, call.workspaceId, clock.instant())).find((row) => row.id === id),
      'invitation',
    )
    mustManage(await standingOf(tx, call), invitation.role)
    const revoked = await deleteInvitations(tx, call.workspaceId, { id })
    if (revoked.length === 0) refuse('not-found', { what: 'invitation' })
    await tell(tx, by(call), call.workspaceId, 'identity.invitation-revoked', { key: id, data: { id } })
    return {}
  })

const open = async ({ db, clock }: Means, token: string): Promise<OpenInvitation> =>
  (await findByToken(db, hashToken(token), clock.instant())) ?? refuse('link-expired')

export async function getInvitation(means: Means, token: string) {
  const { email, workspace_name: workspaceName, role } = await open(means, token)
  return { email, workspaceName, role, hasAccount: (await findPersonByEmail(means.db, email)) !== null }
}

type Acceptance = { token: string; name?: string; password: string; locale?: 'pl' | 'en' }

export async function acceptInvitation(means: Means, input: Acceptance, call: Call) {
  try {
    return await accept(means, input, call)
  } catch (error) {
    if (!isUniqueViolation(error, 'users_email')) throw error
    // The same person accepted another invitation in this moment and has an account now.
    return accept(means, input, call)
  }
}

async function accept(means: Means, input: Acceptance, call: Call) {
  const { db, clock, accounts } = means
  const { workspace_id: workspaceId, role, email, workspace_zone: zone } = await open(means, input.token)
  const known = await findByEmail(means, db, email)
  const { name } = input
  let passwordHash = ''
  if (known) {
    const attempt = await beginAttempt(means, email, call, 'too-many-requests')
    if (!(await isPasswordOf(means, known.passwordHash, input.password))) refuse('wrong-credentials')
    await attempt.succeeded()
  } else {
    mustSuit(input)
    passwordHash = await accounts.hashPassword(input.password)
  }
  const { session, answer } = await db.transaction(async (tx) => {
    if (!(await takeByToken(tx, workspaceId, hashToken(input.token), clock.instant()))) refuse('link-expired')
    const userId =
      known?.userId ??
      (await createPerson(means, tx, {
        name: name ?? email,
        email,
        passwordHash,
        locale: input.locale ?? call.locale,
        zone,
      }))
    const who = { actor: userId, requestId: call.requestId }
    await join(means, tx, who, workspaceId, userId, role)
    const session = await startSession(means, tx, userId, call)
    await tellOfPerson(tx, who, userId, 'identity.signed-in')
    return { session, answer: await meOf(tx, userId, workspaceId) }
  })
  call.setSession(session)
  return answer
}

/** A new account needs a name and a password by our rules; for an account that exists any password is only compared. */
function mustSuit({ name, password }: Acceptance): void {
  const issues = [
    ...(name === undefined ? [{ path: 'name', problem: 'a new account needs a name' }] : []),
    ...(Password.safeParse(password).error?.issues ?? []).map(({ message }) => ({
      path: 'password',
      problem: message,
    })),
  ]
  if (issues.length > 0) refuse('invalid-input', { issues })
}
