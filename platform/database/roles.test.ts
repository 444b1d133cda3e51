/** Roles whose passwords hang on a secret that is changed, while processes with the old and the new one run. */
import { createHash, randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterEach, expect, inject, test } from 'vitest'
import { systemClock } from '../clock.ts'
import { createIds } from '../ids.ts'
import { type Database, type DatabaseAddress, openDatabase } from './database.ts'
import { createPasswords } from './passwords.ts'
import { prepareRoles, roleOf } from './roles.ts'

const secrets = { old: randomBytes(32), next: randomBytes(32) }
/** Roles belong to the whole server: one of this test's own. */
const service = `secrets${createHash('sha256').update(String(process.pid)).digest('hex').replace(/\d/g, '').slice(0, 8)}`
const opened: Database[] = []

function addressOf(text: string): DatabaseAddress {
  const url = new URL(text)
  return {
    host: url.searchParams.get('host') ?? url.hostname,
    port: Number(url.port || 5432),
    database: url.pathname.slice(1),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
  }
}
async function asAdmin<Result>(work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client(addressOf(inject('databaseUrl')))
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
/** As a process that was started with this ring. */
async function open(...ring: Buffer[]): Promise<Database> {
  const passwords = await asAdmin((client) => prepareRoles(client, [service], ring))
  const clock = systemClock()
  const db = openDatabase({
    address: { ...addressOf(inject('databaseUrl')), user: roleOf(service), ...passwords(service) },
    schema: service,
    connectionsMax: 4,
    clock,
    ids: createIds(clock.now),
    onEvents: () => undefined,
    onJobs: () => undefined,
  })
  opened.push(db)
  return db
}
const isLetIn = (db: Database): Promise<boolean> =>
  db.query('select 1').then(
    () => true,
    () => false,
  )
/** All its connections are gone: the next question needs a new one. */
const cutOff = () =>
  asAdmin((client) =>
    client.query('select pg_terminate_backend(pid) from pg_stat_activity where usename = $1', [roleOf(service)]),
  )

afterEach(async () => {
  for (const db of opened.splice(0)) await db.close()
  await asAdmin((client) =>
    client.query(`drop schema if exists ${service} cascade; drop role if exists ${roleOf(service)}`),
  )
})

test('a role keeps the password of any secret of the ring, and gets that of the first when it has none of them', async () => {
  const [first, both, turned] = [
    await open(secrets.old),
    await open(secrets.old, secrets.next),
    await open(secrets.next, secrets.old),
  ]
  expect(await Promise.all([first, both, turned].map(isLetIn))).toEqual([true, true, true])
  const last = await open(secrets.next)
  await cutOff()
  // Those that know the new secret find the new password, many at once; the one that does not is out.
  await expect.poll(() => isLetIn(turned)).toBe(true)
  const many = await Promise.all(Array.from({ length: 20 }, (_, n) => isLetIn(n % 2 === 0 ? both : turned)))
  expect(new Set(many)).toEqual(new Set([true]))
  expect(await both.transaction(async (tx) => tx.one('select 1 as one'))).toEqual({ one: 1 })
  expect([await isLetIn(last), await isLetIn(first)]).toEqual([true, false])
})

test('a password is given up only for being wrong, and no more often than there are others', async () => {
  const tried: string[] = []
  const passwords = createPasswords(['a', 'b', 'c'])
  const wrong = Object.assign(new Error('no'), { code: '28P01' })
  const need = (right: string) => async (): Promise<string> => {
    tried.push(passwords.current())
    if (passwords.current() !== right) throw wrong
    return passwords.current()
  }
  expect(await passwords.within(need('c'))).toBe('c')
  expect(await passwords.within(need('c'))).toBe('c')
  expect(tried.splice(0)).toEqual(['a', 'b', 'c', 'c'])
  await expect(passwords.within(need('d'))).rejects.toBe(wrong)
  expect(tried.splice(0)).toHaveLength(4)
  const away = new Error('connection refused')
  await expect(passwords.within(() => Promise.reject(away))).rejects.toBe(away)
  let calls = 0
  await expect(createPasswords(['a']).within(() => Promise.reject(calls++ === 0 ? wrong : away))).rejects.toBe(wrong)
})
