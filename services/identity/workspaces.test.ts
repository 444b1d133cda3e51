import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type IdentityWorld, identityWorld } from './identity-world.ts'

let world: IdentityWorld
let owner: Awaited<ReturnType<IdentityWorld['setUp']>>
beforeAll(async () => {
  world = await identityWorld()
  owner = await world.setUp()
})
afterAll(() => world.stop())

const refusal = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: { code: string }) => error.code,
  )
const plain = { language: 'pl', zone: 'Europe/Warsaw' }

describe('a workspace', () => {
  test('takes its address from its name; clashes get a number, an address asked for is refused', async () => {
    const ola = await world.as(owner.session)
    const slugs = []
    for (const name of ['Żółta Łódź & Syn', 'Żółta łódź & syn', 'zolta-lodz-i-syn', '株式会社', '!!!'])
      slugs.push((await ola.createWorkspace({ name, ...plain })).slug)
    expect(slugs).toEqual(['zolta-lodz-i-syn', 'zolta-lodz-i-syn-2', 'zolta-lodz-i-syn-3', 'workspace', 'workspace-2'])
    expect(await refusal(ola.createWorkspace({ name: 'X', slug: 'workspace', ...plain }))).toBe('slug-taken')
    expect(await refusal(ola.createWorkspace({ name: 'X', slug: 'Not A Slug', ...plain }))).toBe('invalid-input')
    // A slug in the form of an id could stand for another workspace.
    expect(await refusal(ola.createWorkspace({ name: 'X', slug: owner.workspaceId, ...plain }))).toBe('slug-taken')
    expect(await refusal(ola.createWorkspace({ name: 'X', slug: crypto.randomUUID(), ...plain }))).toBe('slug-taken')
  })

  test('of two with one name at once both are made', async () => {
    const ola = await world.as(owner.session)
    const made = await Promise.all([1, 2, 3].map(() => ola.createWorkspace({ name: 'Wyścig', ...plain })))
    expect(made.map(({ slug }) => slug).sort()).toEqual(['wyscig', 'wyscig-2', 'wyscig-3'])
    const asked = await Promise.all(
      [1, 2, 3].map(() => refusal(ola.createWorkspace({ name: 'W', slug: 'one-only', ...plain }))),
    )
    expect(asked.toSorted()).toEqual(['done', 'slug-taken', 'slug-taken'])
  })

  test('is changed by its owner; the change is told, no change is not', async () => {
    const ola = await world.as(owner.session)
    expect(await ola.updateWorkspace({ name: 'Studio', zone: 'Europe/London' })).toMatchObject({
      name: 'Studio',
      zone: 'Europe/London',
      slug: owner.slug,
      isDemo: false,
    })
    await ola.updateWorkspace({ name: 'Studio' })
    await ola.updateWorkspace({ isDemo: true, slug: 'stolen' } as never)
    expect(await refusal(ola.updateWorkspace({ zone: 'Nowhere/At-all' }))).toBe('invalid-input')
    const admin = await world.join(owner.session, 'admin@example.com', 'admin')
    expect(await refusal((await world.as(admin.session)).updateWorkspace({ name: 'Mine' }))).toBe('not-allowed')
    await world.drain()
    expect(world.events.filter(({ name }) => name === 'identity.workspace-updated')).toHaveLength(1)
    expect((await ola.me(undefined)).workspace).toMatchObject({ name: 'Studio', isDemo: false, slug: owner.slug })
  })

  test('is marked as the demo by services only', async () => {
    const { serviceProof } = await import('@floowe/platform')
    const proof = serviceProof('gateway', world.ground.sealer.deriveKey('service proof'))
    const { token } = await world.anonymous.exchange({
      kind: 'service',
      credential: proof,
      workspace: owner.workspaceId,
    })
    await world.withToken(token).markDemo(undefined)
    await world.withToken(token).markDemo(undefined)
    expect((await world.anonymous.getSetup(undefined)).demo).toBe(true)
    expect((await (await world.as(owner.session)).me(undefined)).workspace?.isDemo).toBe(true)
  })

  test('goes with its people, keys, invitations and log when its address is typed, and leaves the persons', async () => {
    const ola = await world.as(owner.session)
    const gone = await ola.createWorkspace({ name: 'Gone', ...plain })
    const there = await world.as(owner.session, gone.id)
    const member = await world.join(owner.session, 'member@example.com', 'editor', gone.id)
    const { secret } = await there.createKey({ name: 'K', permissions: ['content:read'] })
    const { link } = await there.createInvitation({ email: 'late@example.com', role: 'viewer' })
    await world.drain()
    expect((await there.listAudit({})).total).toBeGreaterThan(3)
    expect(await refusal(there.removeWorkspace({ confirm: 'Gone' }))).toBe('not-confirmed')
    expect(await refusal((await world.as(member.session, gone.id)).removeWorkspace({ confirm: 'gone' }))).toBe(
      'not-allowed',
    )
    await there.removeWorkspace({ confirm: 'gone' })
    expect(await refusal(world.as(owner.session, gone.id))).toBe('not-found')
    expect(await refusal(world.asKey(secret))).toBe('not-signed-in')
    expect(await refusal(world.anonymous.getInvitation({ token: link.url.split('/').at(-1) ?? '' }))).toBe(
      'link-expired',
    )
    expect(await refusal(there.updateWorkspace({ name: 'Ghost' }))).toBe('not-found')
    expect((await (await world.as(member.session)).me(undefined)).workspaces).toEqual([])
    await world.drain()
    expect(world.events.find(({ name }) => name === 'identity.workspace-removed')).toMatchObject({
      workspaceId: gone.id,
      data: { id: gone.id },
    })
    for (const table of ['members', 'api_keys', 'invitations', 'audit_heads', 'audit_entries'])
      expect(await world.sql(`select from ${table} where workspace_id = $1`, [gone.id])).toHaveLength(0)
    expect(await world.sql("select from inbox where state = 'parked'")).toHaveLength(0)
  })

  test('is not made without end', async () => {
    const ola = await world.as(owner.session)
    const answers: string[] = []
    for (let count = 0; count < 25 && !answers.includes('too-many-requests'); count++)
      answers.push(await refusal(ola.createWorkspace({ name: `Mass ${count}`, ...plain })))
    expect(answers.at(-1)).toBe('too-many-requests')
  })
})
