/**
 * A link that sets a new password: 256 bits, an hour, once. Stored as SHA-256 in better-auth's verifications.
 *
 * By mail, whoever asks learns nothing: the answer comes before anyone looks whether the address is known. Handed over by an
 * owner, the link opens a whole account, so it is made only for people all of whose workspaces the owner owns too; anything
 * else would be a way from one workspace into another.
 */
import { noWorkspace } from '@floowe/contracts/identity'
import {
  type Call,
  enqueueSealed,
  found,
  hashToken,
  type JobRun,
  newToken,
  postLetter,
  refuse,
  type Transaction,
  unsealed,
} from '@floowe/platform'
import { resetLetter } from './letters.ts'
import { by, hourMs, later, type Means, type Nothing, tell } from './means.ts'
import { setPassword } from './people.ts'
import { mustManage, standingOf } from './standing.ts'
import {
  dropResetLinksOf,
  findPersonByEmail,
  isResetLink,
  type ResetLink,
  resetRow,
  takeResetLink,
} from './store/people.ts'
import { findMember, ownsAllOf } from './store/workspaces.ts'

export const resetJobKind = 'identity.password-reset'

type Link = { url: string; expiresAt: string }

async function makeLink({ accounts, clock, publicUrl }: Means, tx: Transaction, link: ResetLink): Promise<Link> {
  const token = newToken('')
  const expiresAt = later(clock.now(), hourMs)
  const at = new Date(clock.now())
  await accounts.within(tx, (store) =>
    store.createVerificationValue({
      ...resetRow(hashToken(token), link),
      expiresAt: new Date(expiresAt),
      createdAt: at,
      updatedAt: at,
    }),
  )
  return { url: `${publicUrl}/reset/${token}`, expiresAt }
}

export async function requestPasswordReset(means: Means, email: string): Promise<Nothing> {
  const { db, mail, rateLimits } = means
  if (!mail.isOn) return {}
  // Past the limit the answer stays the same: who asks must not learn that someone else asked.
  const answer = await rateLimits.consume(`identity:reset:${hashToken(email)}`, { limit: 4, windowSeconds: 3600 })
  if (answer.allowed)
    await db.transaction((tx) => enqueueSealed(means.sealer, tx, resetJobKind, noWorkspace, { email }))
  return {}
}

/** Each attempt makes its own link: what an earlier one made may have reached the person or not. */
export async function mailResetLink(means: Means, job: JobRun): Promise<void> {
  const { email } = unsealed<{ email: string }>(means.sealer, job)
  const person = await findPersonByEmail(means.db, email)
  if (!person) return
  const link = await means.db.transaction((tx) => makeLink(means, tx, { userId: person.id, madeBy: null }))
  await postLetter(
    means,
    { to: person.email, ...resetLetter(person.locale, { ...person, ...link }) },
    `${job.id}.${job.attempt}`,
  )
}

export async function resetPassword(
  means: Means,
  input: { token: string; password: string },
  call: Call,
): Promise<Nothing> {
  const { db, clock, accounts } = means
  const tokenHash = hashToken(input.token)
  // Hashing costs; only whoever holds a good link makes us do it.
  if (!(await isResetLink(db, tokenHash, clock.instant()))) refuse('link-expired')
  const passwordHash = await accounts.hashPassword(input.password)
  await db.transaction(async (tx) => {
    const userId = (await takeResetLink(tx, tokenHash, clock.instant())) ?? refuse('link-expired')
    await dropResetLinksOf(tx, userId)
    await setPassword(means, tx, { actor: userId, requestId: call.requestId }, userId, passwordHash, null)
  })
  return {}
}

/** For oneself only with the local credential: a session alone must not be enough to take an account over for good. */
export const createResetLink = (means: Means, userId: string, call: Call) =>
  means.db.transaction(async (tx) => {
    const { workspaceId, caller } = call
    found(await findMember(tx, workspaceId, userId), 'member')
    const owner = await standingOf(tx, call)
    mustManage(owner, 'owner')
    if (caller.kind !== 'local' && userId === owner.userId) refuse('not-allowed')
    if (!(await ownsAllOf(tx, owner.userId, userId))) refuse('not-allowed', { needs: 'owner' })
    const link = await makeLink(means, tx, { userId, madeBy: owner.userId })
    await tell(tx, by(call), workspaceId, 'identity.reset-link-created', { key: userId, data: { userId } })
    return { ...link, mailed: false }
  })
