/** Who of a cluster is there, and who has to go when it is moved. */
import { createLog, type DatabaseAddress } from '@floowe/platform/ground'
import pg from 'pg'
import { afterAll, beforeEach, expect, inject, test } from 'vitest'
import { databaseAddress } from './embedded.ts'
import { prepareState, withClient, writeState } from './installation-state.ts'
import { beAlone, enter, type Presence, ringsOf } from './presence.ts'

const log = createLog({ service: 'test', level: 'silent', format: 'terse' })
const retired = { at: '2026-11-22T10:00:00.000Z', archive: 'a.tar.gz', to: null }
let admin: DatabaseAddress
const here: Presence[] = []
const come = async (...keyIds: string[]): Promise<Presence> => {
  const presence = await enter(admin, log, keyIds.length > 0 ? keyIds : ['aaaaaaaa'])
  here.push(presence)
  return presence
}
const isEnded = ({ ended }: Presence): Promise<boolean> =>
  Promise.race([ended.then(() => true), Promise.resolve().then(() => false)])

beforeEach(async () => {
  for (const presence of here.splice(0)) await presence.leave()
  const server = databaseAddress(inject('databaseUrl'))
  admin = { ...server, database: `presence_${process.pid}_${Date.now()}` }
  await withClient(server, (client) => client.query(`create database ${admin.database}`))
  await withClient(admin, prepareState)
})
afterAll(async () => {
  for (const presence of here.splice(0)) await presence.leave()
})

test('a move ends those that are there, but not the one that left to make it', async () => {
  const [mover, other, third] = [await come(), await come(), await come()]
  await withClient(admin, async (client) => {
    await mover.leave()
    await writeState(client, 'retired', retired)
    expect(await other.ended).toContain('This installation was moved on 2026-11-22 at 10:00 UTC into a.tar.gz')
    await third.ended
    expect(await isEnded(mover)).toBe(false)
    expect(await beAlone(client, 0)).toBe(false)
    await other.leave()
    expect(await beAlone(client, 0)).toBe(false)
    await third.leave()
    expect(await beAlone(client, 5_000)).toBe(true)
    expect(await isEnded(mover)).toBe(false)
    await expect(enter(admin, log, ['aaaaaaaa'])).rejects.toMatchObject({ code: 'not-alone' })
  })
  await expect(enter(admin, log, ['aaaaaaaa'])).rejects.toMatchObject({ code: 'retired' })
  await withClient(admin, (client) => writeState(client, 'retired', null))
  await expect(come()).resolves.toBeDefined()
})

test('whoever was cut off comes back, and is counted again', async () => {
  const one = await come()
  const present =
    "select pid from pg_locks where locktype = 'advisory' and mode = 'ShareLock' and granted and database = (select oid from pg_database where datname = $1)"
  await withClient(admin, async (client) => {
    const cut = await client.query(`select pid, pg_terminate_backend(pid) from (${present}) p`, [admin.database])
    expect(cut.rowCount).toBe(1)
    const others = `${present} and pid <> $2`
    await expect
      .poll(async () => (await client.query(others, [admin.database, cut.rows[0].pid])).rowCount, { timeout: 10_000 })
      .toBe(1)
    expect(await beAlone(client, 0)).toBe(false)
    expect(await isEnded(one)).toBe(false)
    await writeState(client, 'retired', retired)
    expect(await one.ended).toContain('moved')
  })
})

test('whoever was cut off while it was moved ends when it comes back', async () => {
  const one = await come()
  const client = new pg.Client(admin)
  await client.connect()
  try {
    // Nobody hears of it: as if the notice had been lost with the connection.
    await client.query(`insert into installation.state (name, value) values ('retired', $1)`, [JSON.stringify(retired)])
    expect(await isEnded(one)).toBe(false)
    await client.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where starts_with(application_name, 'floowe-presence') and datname = $1",
      [admin.database],
    )
    expect(await one.ended).toContain('moved')
  } finally {
    await client.end()
  }
})

test('a half restored one takes no process', async () => {
  const restoring = { archive: 'x', of: '2026-11-22T10:00:00.000Z', entries: 1, phase: 'filling' } as const
  await withClient(admin, (client) => writeState(client, 'restoring', restoring))
  await expect(enter(admin, log, ['aaaaaaaa'])).rejects.toMatchObject({ code: 'half-restored' })
})

test('the secret is changed in two steps, each process in its turn; whoever would not be understood is refused', async () => {
  const [old, next] = ['aaaaaaaa', 'bbbbbbbb']
  const first = await come(old)
  await expect(come(next)).rejects.toMatchObject({ code: 'secret-not-shared' })
  await expect(come(next, old)).rejects.toMatchObject({ code: 'secret-not-shared' })
  const second = await come(old, next)
  // Not before the last one knows it.
  await expect(come(next, old)).rejects.toMatchObject({ code: 'secret-not-shared' })
  await first.leave()
  const third = await come(next, old)
  const rings = await withClient(admin, async (client) => {
    await expect.poll(async () => (await ringsOf(client)).length).toBe(2)
    return ringsOf(client)
  })
  expect(rings).toEqual([
    [old, next],
    [next, old],
  ])
  await expect(come(next)).rejects.toMatchObject({ code: 'secret-not-shared' })
  await expect(come(old)).rejects.toMatchObject({ code: 'secret-not-shared' })
  await second.leave()
  await come(next)
  await third.leave()
  await expect(come(old, next)).rejects.toMatchObject({ code: 'secret-not-shared' })
  await expect(come(old)).rejects.toMatchObject({ code: 'secret-not-shared' })
})
