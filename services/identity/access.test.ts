/** Every operation against everyone who may not call it, and better-auth against the tables it is given. */
import { identity, permissionsOf } from '@floowe/contracts/identity'
import type { OperationMeta } from '@floowe/contracts/operation'
import { getMigrations } from 'better-auth/db/migration'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { authOptions } from './accounts.ts'
import { networkOf } from './attempts.ts'
import { type IdentityWorld, identityWorld } from './identity-world.ts'

let world: IdentityWorld
let owner: Awaited<ReturnType<IdentityWorld['setUp']>>
beforeAll(async () => {
  world = await identityWorld()
  owner = await world.setUp()
})
afterAll(() => world.stop())

type Anyone = Record<string, (input: unknown) => Promise<unknown>>
const refusal = async (work: Promise<unknown> | undefined): Promise<string> =>
  work
    ? work.then(
        () => 'done',
        (error: { code: string }) => error.code,
      )
    : 'missing'
const operations = Object.entries(identity).map(
  ([name, procedure]) =>
    [name, (procedure as unknown as { '~orpc': { meta: OperationMeta } })['~orpc'].meta.needs] as const,
)

test.each(operations.filter(([, needs]) => needs !== 'anyone'))('%s asks who calls', async (name) => {
  expect(await refusal((world.anonymous as unknown as Anyone)[name]?.({}))).toBe('not-signed-in')
})

test('every role may do what the table says, and nothing else', async () => {
  const people = { owner: owner.session } as Record<string, string>
  for (const role of ['admin', 'editor', 'author', 'viewer'] as const)
    people[role] = (await world.join(owner.session, `${role}@example.com`, role)).session
  for (const [role, session] of Object.entries(people)) {
    const caller = (await world.as(session)) as unknown as Anyone
    for (const [name, needs] of operations) {
      if (needs === 'anyone' || needs === 'signed-in' || needs === 'service') continue
      const may = permissionsOf[role as keyof typeof permissionsOf].includes(needs)
      // The input is wrong on purpose: whoever may call is told so, whoever may not is not.
      const answer = await refusal(caller[name]?.({ limit: 'x', userId: 'x', id: 'x', confirm: 1, name: 1, email: 1 }))
      expect([role, name, answer === 'not-allowed']).toEqual([role, name, !may])
    }
  }
})

test('the tables are the ones better-auth expects', async () => {
  const url = world.ground.databaseOf('identity')
  const pool = new pg.Pool({ ...url, options: '-c search_path=identity,public' })
  const { ground } = world
  const missing = await getMigrations({
    ...authOptions({
      ids: ground.ids,
      sealer: ground.sealer,
      log: ground.log,
      publicUrl: ground.publicUrl,
      db: {} as never,
    }),
    database: pool,
  }) // only its shape is asked for
  expect(missing.toBeCreated).toEqual([])
  expect(missing.toBeAdded).toEqual([])
  await pool.end()
})

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8:1:2:ffff::1', '2001:db8:1:2'],
  ['2001:0DB8:0001:0002::', '2001:db8:1:2'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
])('%s counts as %s', (address, network) => {
  expect(networkOf(address)).toBe(network)
})
