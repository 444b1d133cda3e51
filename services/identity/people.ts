/** Persons and their passwords. */
import { noWorkspace } from '@floowe/contracts/identity'
import { type Call, hashToken, refuse, type Sql, type Transaction } from '@floowe/platform'
import { beginAttempt } from './attempts.ts'
import { type By, by, type Means, type Nothing, tell } from './means.ts'
import { endSessions } from './sessions.ts'
import { personOf } from './standing.ts'
import { findPassword, findPerson } from './store/people.ts'
import { membershipsOf } from './store/workspaces.ts'

export type NewPerson = { name: string; email: string; passwordHash: string; locale: 'pl' | 'en'; zone: string }

/** @returns the id. A second person with this e-mail fails with the unique violation `users_email`. */
export async function createPerson({ accounts, clock }: Means, tx: Transaction, person: NewPerson): Promise<string> {
  const at = { createdAt: new Date(clock.now()), updatedAt: new Date(clock.now()) }
  const { name, email, locale, zone } = person
  return accounts.within(tx, async (store) => {
    const user = await store.createUser(
      { name, email, emailVerified: false, locale, zone, theme: 'system', density: 'comfortable', ...at },
      { method: 'email-password' },
    )
    await store.createAccount({
      userId: user.id,
      providerId: 'credential',
      accountId: user.id,
      password: person.passwordHash,
      ...at,
    })
    return user.id
  })
}

export type Credentials = { userId: string; passwordHash: string | null }

export async function findByEmail({ accounts }: Means, sql: Sql, email: string): Promise<Credentials | null> {
  const found = await accounts.within(sql, (store) => store.findUserByEmail(email, { includeAccounts: true }))
  return (
    found && {
      userId: found.user.id,
      passwordHash: found.accounts.find(({ providerId }) => providerId === 'credential')?.password ?? null,
    }
  )
}

/** Takes the same time whether the password is wrong, missing or belongs to nobody: something is always hashed. */
export async function isPasswordOf(
  { accounts }: Means,
  passwordHash: string | null,
  password: string,
): Promise<boolean> {
  if (passwordHash !== null) return accounts.isPassword(password, passwordHash)
  await accounts.hashPassword(password)
  return false
}

/** Tells something that happened to a person in each workspace the person belongs to. */
export async function tellOfPerson(
  tx: Transaction,
  who: By,
  userId: string,
  name: 'identity.signed-in' | 'identity.password-changed',
): Promise<void> {
  const memberships = await membershipsOf(tx, userId)
  const places = memberships.length > 0 ? memberships.map((membership) => membership.workspace_id) : [noWorkspace]
  for (const place of places) await tell(tx, who, place, name, { key: userId, data: { userId } })
}

/** A new password ends every session but the one it was made in. */
export async function setPassword(
  { accounts }: Means,
  tx: Transaction,
  who: By,
  userId: string,
  passwordHash: string,
  keptSession: string | null,
): Promise<void> {
  await accounts.within(tx, (store) => store.updatePassword(userId, passwordHash))
  await endSessions(tx, who, userId, { except: keptSession })
  await tellOfPerson(tx, who, userId, 'identity.password-changed')
}

export async function changePassword(
  means: Means,
  input: { current: string; next: string },
  call: Call,
): Promise<Nothing> {
  const { db, accounts } = means
  const userId = personOf(call)
  const person = (await findPerson(db, userId)) ?? refuse('not-signed-in')
  const attempt = await beginAttempt(means, person.email, call, 'too-many-requests')
  if (!(await isPasswordOf(means, await findPassword(db, userId), input.current))) refuse('wrong-credentials')
  await attempt.succeeded()
  const passwordHash = await accounts.hashPassword(input.next)
  await db.transaction((tx) =>
    setPassword(means, tx, by(call), userId, passwordHash, call.credential && hashToken(call.credential)),
  )
  return {}
}
