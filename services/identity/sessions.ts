/**
 * Sessions of people. The browser holds a secret of 256 bits, the table its SHA-256. A session slides: used within its
 * days it goes on. Every end is told, so that the gateway forgets it at once.
 */
import { noWorkspace } from '@floowe/contracts/identity'
import { type Call, hashToken, newToken, refuse, type Transaction } from '@floowe/platform'
import { type By, by, dayMs, later, type Means, type Nothing, tell } from './means.ts'
import { personOf } from './standing.ts'
import { deleteSessions, findSession, liveSessions, renewSession } from './store/people.ts'

/** More than this and the oldest ends: a script that signs in each time must not fill the table. */
const sessionsMax = 50

export type NewSession = { token: string; expiresAt: string }

/** A session always begins with a new secret; the one the browser came with, whoever's it was, ends. */
export async function startSession(means: Means, tx: Transaction, userId: string, call: Call): Promise<NewSession> {
  const { clock, accounts } = means
  const token = newToken('')
  const expiresAt = later(clock.now(), means.sessionDays * dayMs)
  const at = new Date(clock.now())
  await accounts.within(tx, (store) =>
    store.createSession(
      userId,
      false,
      {
        token: hashToken(token),
        expiresAt: new Date(expiresAt),
        createdAt: at,
        updatedAt: at,
        ipAddress: null,
        userAgent: call.userAgent,
      },
      true,
    ),
  )
  await endSessions(tx, { actor: userId, requestId: call.requestId }, userId, { keep: sessionsMax })
  if (call.credential) {
    const before = await findSession(tx, hashToken(call.credential), clock.instant())
    if (before)
      await endSessions(tx, { actor: userId, requestId: call.requestId }, before.user_id, {
        token: hashToken(call.credential),
      })
  }
  return { token, expiresAt }
}

/** Ends sessions of one person and says which. */
export async function endSessions(
  tx: Transaction,
  who: By,
  userId: string,
  which: Parameters<typeof deleteSessions>[2],
): Promise<number> {
  const ended = await deleteSessions(tx, userId, which)
  for (const sessionHash of ended)
    await tell(tx, who, noWorkspace, 'identity.credential-revoked', { key: userId, data: { sessionHash } })
  return ended.length
}

export async function signOut(means: Means, call: Call): Promise<Nothing> {
  const { credential, caller } = call
  if (caller.kind === 'person' && credential)
    await means.db.transaction((tx) => endSessions(tx, by(call), caller.id, { token: hashToken(credential) }))
  call.setSession(null)
  return {}
}

export async function listSessions(means: Means, call: Call) {
  const current = call.credential && hashToken(call.credential)
  const rows = await liveSessions(means.db, personOf(call), means.clock.instant())
  return rows.map((row) => ({
    id: row.id,
    current: row.token === current,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    userAgent: row.user_agent,
  }))
}

const uuidForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export async function revokeSession(means: Means, id: string, call: Call): Promise<Nothing> {
  const userId = personOf(call)
  if (!uuidForm.test(id)) refuse('not-found', { what: 'session' })
  const isOwn =
    call.credential !== null &&
    (await liveSessions(means.db, userId, means.clock.instant())).some(
      (row) => row.id === id && row.token === hashToken(call.credential ?? ''),
    )
  const ended = await means.db.transaction((tx) => endSessions(tx, by(call), userId, { id }))
  if (ended === 0) refuse('not-found', { what: 'session' })
  if (isOwn) call.setSession(null)
  return {}
}

/** When a day of a session's time is used up, its time begins anew. @returns the end that stands now */
export async function slide(means: Means, tokenHash: string, expiresAt: Date): Promise<string> {
  const { clock, db, sessionDays } = means
  if (expiresAt.getTime() - clock.now() > (sessionDays - 1) * dayMs) return expiresAt.toISOString()
  const renewed = later(clock.now(), sessionDays * dayMs)
  await renewSession(db, tokenHash, renewed, clock.instant())
  return renewed
}

/** Gives the browser's cookie the present end of its session. The app asks who it is at each start, so the cookie slides along. */
export async function prolongCookie(means: Means, call: Call): Promise<void> {
  const { credential, caller } = call
  if (caller.kind !== 'person' || !credential) return
  const session = await findSession(means.db, hashToken(credential), means.clock.instant())
  if (session?.user_id === caller.id)
    call.setSession({ token: credential, expiresAt: await slide(means, hashToken(credential), session.expires_at) })
}
