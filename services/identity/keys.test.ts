import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dayMs, type IdentityWorld, identityWorld } from './identity-world.ts'

let world: IdentityWorld
let owner: Awaited<ReturnType<IdentityWorld['setUp']>>
let admin: { session: string; userId: string }
beforeAll(async () => {
  world = await identityWorld()
  owner = await world.setUp()
  admin = await world.join(owner.session, 'admin@example.com', 'admin')
})
afterAll(() => world.stop())

const refusal = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: { code: string }) => error.code,
  )

describe('an API key', () => {
  test('is shown once, kept as a hash, known by its first letters', async () => {
    const { key, secret } = await (await world.as(owner.session)).createKey({
      name: 'Deploy',
      permissions: ['content:read', 'content:write', 'content:read'],
    })
    expect(secret).toMatch(/^flo_[\w-]{43}$/)
    expect(key).toMatchObject({
      name: 'Deploy',
      start: secret.slice(0, 8),
      permissions: ['content:read', 'content:write'],
      expiresAt: null,
      lastUsedAt: null,
    })
    expect(await (await world.as(owner.session)).listKeys(undefined)).toEqual([key])
    await world.drain()
    expect(JSON.stringify([await world.sql('select * from api_keys'), world.events])).not.toContain(secret.slice(8))
    expect(world.events.at(-1)).toMatchObject({ name: 'identity.key-created', data: { id: key.id, name: 'Deploy' } })
  })

  test('acts in its workspace with its permissions, for the person who made it', async () => {
    const { key, secret } = await (await world.as(admin.session)).createKey({
      name: 'Reader',
      permissions: ['content:read', 'members:read'],
    })
    const answer = await world.anonymous.exchange({ kind: 'key', credential: secret, workspace: null })
    expect(answer).toMatchObject({ caller: `key:${key.id}`, workspaceId: owner.workspaceId })
    const reader = world.withToken(answer.token)
    expect(await reader.me(undefined)).toMatchObject({
      via: 'key',
      role: null,
      permissions: ['content:read', 'members:read'],
      person: { email: 'admin@example.com' },
      workspaces: [{ id: owner.workspaceId }],
    })
    expect(await reader.listMembers(undefined)).toHaveLength(2)
    expect(await refusal(reader.listKeys(undefined))).toBe('not-allowed')
    for (const workspace of [owner.workspaceId, owner.slug])
      await world.anonymous.exchange({ kind: 'key', credential: secret, workspace })
  })

  test('stays in its workspace, also when its maker has others', async () => {
    const other = await (await world.as(owner.session)).createWorkspace({
      name: 'Other',
      language: 'pl',
      zone: 'Europe/Warsaw',
    })
    const { key, secret } = await (await world.as(owner.session)).createKey({
      name: 'Bound',
      permissions: ['content:read'],
    })
    for (const workspace of [other.id, other.slug, crypto.randomUUID(), '__proto__']) {
      expect(await refusal(world.anonymous.exchange({ kind: 'key', credential: secret, workspace }))).toBe('not-found')
    }
    expect((await (await world.asKey(secret)).me(undefined)).workspaces.map(({ id }) => id)).toEqual([
      owner.workspaceId,
    ])
    const there = await world.as(owner.session, other.id)
    expect(await there.listKeys(undefined)).toEqual([])
    expect(await refusal(there.revokeKey({ id: key.id }))).toBe('not-found')
    await world.asKey(secret)
  })

  test('never has more than its maker may do', async () => {
    const own = await world.as(admin.session)
    await expect(
      own.createKey({ name: 'Up', permissions: ['content:read', 'workspace:manage'] }),
    ).rejects.toMatchObject({ code: 'not-allowed', data: { needs: 'workspace:manage' } })
    expect(await refusal(own.createKey({ name: 'Up', permissions: ['service' as never] }))).toBe('invalid-input')
    expect(await refusal(own.createKey({ name: 'Up', permissions: ['__proto__' as never] }))).toBe('invalid-input')
    expect(await refusal(own.createKey({ name: 'Up', permissions: [] }))).toBe('invalid-input')
  })

  test('neither makes keys, nor owners, nor touches its maker’s account', async () => {
    const { secret } = await (await world.as(owner.session)).createKey({
      name: 'Manager',
      permissions: ['keys:manage', 'members:manage', 'members:read', 'workspace:manage'],
    })
    const key = await world.asKey(secret)
    expect(await refusal(key.createKey({ name: 'Child', permissions: ['members:read'] }))).toBe('not-allowed')
    expect(await refusal(key.updateMember({ userId: admin.userId, role: 'owner' }))).toBe('not-allowed')
    expect(await refusal(key.updateMember({ userId: owner.userId, role: 'viewer' }))).toBe('not-allowed')
    expect(await refusal(key.createInvitation({ email: 'x@example.com', role: 'owner' }))).toBe('not-allowed')
    expect(await refusal(key.createResetLink({ userId: admin.userId }))).toBe('not-allowed')
    expect(await refusal(key.updateMe({ name: 'Hacked' }))).toBe('not-allowed')
    expect(await refusal(key.changePassword({ current: 'x', next: 'a completely new one' }))).toBe('not-allowed')
    expect(await refusal(key.listSessions(undefined))).toBe('not-allowed')
    expect(await refusal(key.revokeSession({ id: crypto.randomUUID() }))).toBe('not-allowed')
    expect(await refusal(key.createWorkspace({ name: 'W', language: 'en', zone: 'Europe/London' }))).toBe('not-allowed')
    expect(await refusal(key.createInvitation({ email: 'by-key@example.com', role: 'viewer' }))).toBe('done')
  })

  test('ends when revoked, at once and for good; the gateway hears of it', async () => {
    const ola = await world.as(owner.session)
    const { key, secret } = await ola.createKey({ name: 'Short', permissions: ['content:read'] })
    const used = await world.asKey(secret)
    await ola.revokeKey({ id: key.id })
    expect(await refusal(world.asKey(secret))).toBe('not-signed-in')
    expect(await refusal(used.me(undefined))).toBe('not-signed-in')
    await ola.revokeKey({ id: key.id })
    expect(await refusal(ola.revokeKey({ id: crypto.randomUUID() }))).toBe('not-found')
    await world.drain()
    expect(
      world.events.filter(
        ({ name, data }) => name === 'identity.credential-revoked' && (data as { keyId?: string }).keyId === key.id,
      ),
    ).toHaveLength(1)
    expect((await ola.listKeys(undefined)).some(({ id }) => id === key.id)).toBe(false)
  })

  test('ends when its time is over; its last use is written at most once a minute', async () => {
    const ola = await world.as(owner.session)
    const { key, secret } = await ola.createKey({ name: 'Day', permissions: ['content:read'], expiresInDays: 1 })
    const lastUse = async () =>
      (await (await world.as(owner.session)).listKeys(undefined)).find(({ id }) => id === key.id)?.lastUsedAt
    await world.asKey(secret)
    const first = world.clock.instant()
    expect(await lastUse()).toBe(first)
    world.clock.advance(59_000)
    await world.asKey(secret)
    expect(await lastUse()).toBe(first)
    world.clock.advance(2_000)
    await world.asKey(secret)
    expect(await lastUse()).toBe(world.clock.instant())
    world.clock.advance(dayMs)
    expect(await refusal(world.asKey(secret))).toBe('not-signed-in')
  })

  test.each(['', 'flo_', `flo_${'A'.repeat(43)}`, '__proto__', 'A'.repeat(512), 'flo_\u0000'])(
    '%j is none',
    async (credential) => {
      expect(await refusal(world.anonymous.exchange({ kind: 'key', credential, workspace: null }))).toBe(
        'not-signed-in',
      )
    },
  )
})
