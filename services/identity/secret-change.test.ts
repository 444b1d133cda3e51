/** What hangs on the secret of the installation goes on when that is changed: `old`, then `new,old` in every process, then `new`. */
import { serviceProof, setupCode } from '@floowe/platform'
import { createSealer } from '@floowe/platform/ground'
import { testSecret } from '@floowe/platform/testing'
import { expect, test } from 'vitest'
import { type IdentityWorld, identityWorld, password } from './identity-world.ts'

const next = Buffer.alloc(32, 8)
const [before, after] = [createSealer(testSecret), createSealer(next)]

/** The same database under another ring. */
async function restarted(world: IdentityWorld, secrets: readonly Buffer[]): Promise<IdentityWorld> {
  const { databaseUrl, folder } = world
  await world.drain()
  await world.stopKeeping()
  return identityWorld({ secrets, reopen: { databaseUrl, folder } })
}
const statusOf = async (world: IdentityWorld, address: string, given = 'wrong password') =>
  (await world.signIn('ola@example.com', given, address)).status

test('the code of the first run may be one that was printed before', async () => {
  const world = await restarted(await identityWorld(), [next, testSecret])
  expect(setupCode(world.ground.sealer)).not.toBe(setupCode(before))
  const setUp = (code: string) =>
    world.request('POST', '/setup', {
      body: {
        code,
        owner: { name: 'Ola', email: 'ola@example.com', password, locale: 'pl' },
        workspace: { name: 'Studio', language: 'pl', zone: 'Europe/Warsaw' },
      },
    })
  expect((await setUp(setupCode(createSealer(Buffer.alloc(32, 9))))).status).toBe(403)
  expect((await setUp(setupCode(before))).status).toBe(200)
  await world.stop()
})

test('failures go on counting, whichever process they reach', async () => {
  let world = await identityWorld()
  await world.setUp()
  for (let n = 0; n < 3; n++) expect(await statusOf(world, '192.0.2.7')).toBe(401)
  world = await restarted(world, [next, testSecret])
  expect(await statusOf(world, '192.0.2.7')).toBe(401)
  // Another process is behind with the order.
  world = await restarted(world, [testSecret, next])
  expect(await statusOf(world, '192.0.2.7')).toBe(401)
  world = await restarted(world, [next, testSecret])
  expect(await statusOf(world, '192.0.2.7', password)).toBe(429)
  expect(await statusOf(world, '192.0.2.8', password)).toBe(200)
  expect(await world.sql('select count(*)::int as n from sign_in_attempts')).toEqual([{ n: 1 }])
  await world.stop()
})

test('services and the command line are known by either secret, and by none that is gone', async () => {
  let world = await identityWorld()
  await world.setUp()
  const isKnown = async (sealer: typeof before): Promise<boolean[]> => {
    const credentials = [
      ['service', serviceProof('gateway', sealer.deriveKey('service proof'))],
      ['local', sealer.deriveKey('local credential').toString('base64url')],
    ] as const
    return Promise.all(
      credentials.map(([kind, credential]) =>
        world.anonymous.exchange({ kind, credential, workspace: null }).then(
          () => true,
          () => false,
        ),
      ),
    )
  }
  expect([await isKnown(before), await isKnown(after)]).toEqual([
    [true, true],
    [false, false],
  ])
  for (const ring of [
    [testSecret, next],
    [next, testSecret],
  ]) {
    world = await restarted(world, ring)
    expect([await isKnown(before), await isKnown(after)]).toEqual([
      [true, true],
      [true, true],
    ])
  }
  world = await restarted(world, [next])
  expect([await isKnown(before), await isKnown(after)]).toEqual([
    [false, false],
    [true, true],
  ])
  await world.stop()
})

test('the audit log is one chain under both, and says how much of it cannot be checked without the old one', async () => {
  let world = await identityWorld()
  const { session } = await world.setUp()
  const check = async () => (await world.as(session)).verifyAudit({})
  const entriesOf = async () => (await (await world.as(session)).listAudit({})).total
  const invite = async (email: string) => {
    await (await world.as(session)).createInvitation({ email, role: 'viewer' })
    await world.drain()
  }
  await world.drain()
  const first = await entriesOf()
  expect(first).toBeGreaterThan(0)
  for (const ring of [
    [testSecret, next],
    [next, testSecret],
    [testSecret, next],
    [next, testSecret],
  ]) {
    world = await restarted(world, ring)
    await invite(`guest-${ring[0]?.[0]}-${Math.random()}@example.com`)
    expect(await check()).toEqual({ checked: await entriesOf(), notCheckable: 0, damage: null, next: null })
  }
  expect(await entriesOf()).toBe(first + 4)
  world = await restarted(world, [next])
  // The third entry behind the first ones is under the old secret again, behind others: nobody can tell it from a forged one.
  expect(await check()).toMatchObject({ notCheckable: first + 1, damage: { seq: first + 3, problem: 'foreign' } })
  await world.stop()
})
