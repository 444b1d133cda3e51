/**
 * Guessing passwords is slow. Each account and address together has {@link freeAttempts} tries; then they wait, twice as
 * long after each further failure, up to 15 minutes. A right password forgets the count, a day without tries too.
 *
 * A try is counted before the password is looked at, so a hundred at once are still one after the other. Counts are rows, not
 * the shared limits: a restart or a flushed Redis must not give new tries. The subject is a keyed hash, so the table holds no
 * address of a person or a machine.
 */
import { createHmac } from 'node:crypto'
import { isIPv6 } from 'node:net'
import { type Call, refuse, type Sql } from '@floowe/platform'
import { dayMs, later, type Means } from './means.ts'

const freeAttempts = 5
const firstPauseSeconds = 30
const pauseSecondsMax = 900
export const attemptsKeptMs = dayMs

export type Attempt = { succeeded: () => Promise<void> }

/** @param code the refusal while waiting: `locked` where the contract knows it, else `too-many-requests`. */
export async function beginAttempt(
  means: Means,
  email: string,
  call: Call,
  code: 'locked' | 'too-many-requests',
): Promise<Attempt> {
  const { db, clock, sealer } = means
  const [subject, ...earlier] = sealer
    .deriveKeys('sign-in attempts')
    .map(({ key }) => subjectOf(key, `${email.toLowerCase()} ${networkOf(call.clientAddress)}`))
  const now = clock.instant()
  if (earlier.length > 0) await takeOver(db, subject, earlier)
  const counted = await db.one(
    `insert into sign_in_attempts as a (subject, failures, last_at) values ($1, 1, $2)
     on conflict (subject) do update set
       failures = case when a.last_at < $3 then 1 else least(a.failures + 1, 1000) end,
       locked_until = case when a.last_at >= $3 and a.failures + 1 >= $4 then $2::timestamptz + least($6, $5 * power(2, least(a.failures + 1 - $4, 10))) * interval '1 second' end,
       last_at = $2
     where a.locked_until is null or a.locked_until <= $2
     returning failures`,
    [subject, now, later(clock.now(), -attemptsKeptMs), freeAttempts, firstPauseSeconds, pauseSecondsMax],
  )
  if (!counted) {
    const row = await db.one<{ locked_until: Date | null }>(
      'select locked_until from sign_in_attempts where subject = $1',
      [subject],
    )
    refuse(code, {
      retryAfterSeconds: Math.max(1, Math.ceil(((row?.locked_until?.getTime() ?? clock.now()) - clock.now()) / 1000)),
    })
  }
  return { succeeded: async () => void (await db.query('delete from sign_in_attempts where subject = $1', [subject])) }
}

const subjectOf = (key: Buffer, about: string): string => createHmac('sha256', key).update(about).digest('base64url')

/** What was counted before the secret was changed, or by a process that still has the one before, goes on counting. */
const takeOver = (db: Sql, subject: string | undefined, earlier: readonly string[]): Promise<unknown> =>
  db.query(
    `with old as (delete from sign_in_attempts where subject = any($2) returning failures, last_at, locked_until)
     insert into sign_in_attempts as a (subject, failures, last_at, locked_until)
       select $1, max(failures), max(last_at), max(locked_until) from old having count(*) > 0
     on conflict (subject) do update set
       failures = greatest(a.failures, excluded.failures), last_at = greatest(a.last_at, excluded.last_at),
       locked_until = greatest(a.locked_until, excluded.locked_until)`,
    [subject, earlier],
  )

/** A home or a data centre has a whole /64 to itself, so there the network counts. */
export function networkOf(address: string | null): string {
  if (address === null) return 'local'
  if (!isIPv6(address)) return address
  const plain = address.replace(/%.*$/, '').toLowerCase()
  const [head = '', tail] = plain.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  // ::ffff:1.2.3.4 is the IPv4 address itself.
  if (right.at(-1)?.includes('.') || left.at(-1)?.includes('.')) return plain.slice(plain.lastIndexOf(':') + 1)
  const groups =
    tail === undefined
      ? left
      : [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right]
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')
}
