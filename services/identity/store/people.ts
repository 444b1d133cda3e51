/** Reading persons and their sessions. Writing them is better-auth's, see `accounts.ts`; both work on the same tables. */
import type { Person } from '@floowe/contracts/identity'
import type { Sql } from '@floowe/platform'

export type PersonRow = Omit<Person, 'id'> & { id: string }

export const findPerson = (sql: Sql, userId: string): Promise<PersonRow | null> =>
  sql.one<PersonRow>('select id, name, email, locale, zone, theme, density from users where id = $1', [userId])

export const namesOf = (sql: Sql, userIds: readonly string[]): Promise<{ id: string; name: string }[]> =>
  sql.query('select id, name from users where id = any($1::uuid[])', [userIds])

export const findPersonByEmail = (sql: Sql, email: string): Promise<PersonRow | null> =>
  sql.one<PersonRow>('select id, name, email, locale, zone, theme, density from users where email = $1', [email])

export const isAnyoneHere = async (sql: Sql): Promise<boolean> => (await sql.one('select from users limit 1')) !== null

/** With the password's hash, for checking it. */
export const findPassword = async (sql: Sql, userId: string): Promise<string | null> =>
  (
    await sql.one<{ password: string | null }>(
      "select password from accounts where user_id = $1 and provider_id = 'credential'",
      [userId],
    )
  )?.password ?? null

export type SessionRow = { id: string; token: string; created_at: Date; expires_at: Date; user_agent: string | null }

export const liveSessions = (sql: Sql, userId: string, now: string): Promise<SessionRow[]> =>
  sql.query(
    'select id, token, created_at, expires_at, user_agent from sessions where user_id = $1 and expires_at > $2 order by created_at desc, id desc',
    [userId, now],
  )

export const findSession = (
  sql: Sql,
  tokenHash: string,
  now: string,
): Promise<{ user_id: string; expires_at: Date } | null> =>
  sql.one('select user_id, expires_at from sessions where token = $1 and expires_at > $2', [tokenHash, now])

export const renewSession = (sql: Sql, tokenHash: string, expiresAt: string, now: string): Promise<unknown> =>
  sql.query('update sessions set expires_at = $2, updated_at = $3 where token = $1', [tokenHash, expiresAt, now])

/**
 * Ends sessions of one person: one by id or token, all but one, or all but the newest `keep`. One statement, so that exactly
 * those are told as ended that were ended; better-auth's own call reads first and deletes then.
 */
export async function deleteSessions(
  sql: Sql,
  userId: string,
  which: { id?: string; token?: string; except?: string | null; keep?: number },
): Promise<string[]> {
  const rows = await sql.query<{ token: string }>(
    `delete from sessions where user_id = $1 and ($2::uuid is null or id = $2) and ($3::text is null or token = $3) and ($4::text is null or token <> $4)
       and ($5::int is null or id in (select id from sessions where user_id = $1 order by created_at desc, id desc offset $5))
     returning token`,
    [userId, which.id ?? null, which.token ?? null, which.except ?? null, which.keep ?? null],
  )
  return rows.map((row) => row.token)
}

/** Whose password a one-time link sets, and who handed it over; mailed ones nobody did. */
export type ResetLink = { userId: string; madeBy: string | null }

const resetIdentifier = (tokenHash: string): string => `password-reset:${tokenHash}`
const resetValue = ({ userId, madeBy }: ResetLink): string => (madeBy === null ? userId : `${userId} ${madeBy}`)
export const resetRow = (tokenHash: string, link: ResetLink) => ({
  identifier: resetIdentifier(tokenHash),
  value: resetValue(link),
})

export const isResetLink = async (sql: Sql, tokenHash: string, now: string): Promise<boolean> =>
  (await sql.one('select from verifications where identifier = $1 and expires_at > $2', [
    resetIdentifier(tokenHash),
    now,
  ])) !== null

/** Spends a link: of any number at once, one learns whose it is. better-auth's own call asks the system's clock and opens a transaction. */
export async function takeResetLink(sql: Sql, tokenHash: string, now: string): Promise<string | null> {
  const row = await sql.one<{ value: string }>(
    'delete from verifications where identifier = $1 and expires_at > $2 returning value',
    [resetIdentifier(tokenHash), now],
  )
  return row?.value.split(' ')[0] ?? null
}

export const dropResetLinksOf = (sql: Sql, userId: string): Promise<unknown> =>
  sql.query(
    "delete from verifications where identifier like 'password-reset:%' and (value = $1 or value like $1 || ' %')",
    [userId],
  )

export const dropResetLinksMadeBy = (sql: Sql, userId: string): Promise<unknown> =>
  sql.query("delete from verifications where identifier like 'password-reset:%' and value like '% ' || $1", [userId])

/** What time has ended; nothing reads these rows any more. */
export async function sweepPeople(sql: Sql, now: string, attemptsBefore: string): Promise<void> {
  await sql.query('delete from sessions where expires_at <= $1', [now])
  await sql.query('delete from verifications where expires_at <= $1', [now])
  await sql.query('delete from sign_in_attempts where last_at < $1 and (locked_until is null or locked_until <= $2)', [
    attemptsBefore,
    now,
  ])
}
