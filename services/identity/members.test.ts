import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type IdentityWorld, identityWorld, password } from './identity-world.ts'

type Person = { session: string; userId: string }
let world: IdentityWorld
let owner: Awaited<ReturnType<IdentityWorld['setUp']>>
const people: Record<'admin' | 'editor' | 'viewer', Person> = {
  admin: { session: '', userId: '' },
  editor: { session: '', userId: '' },
  viewer: { session: '', userId: '' },
}
beforeAll(async () => {
  world = await identityWorld()
  owner = await world.setUp()
  for (const role of ['admin', 'editor', 'viewer'] as const)
    people[role] = await world.join(owner.session, `${role}@example.com`, role)
})
afterAll(() => world.stop())

const refusal = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: { code: string }) => error.code,
  )

describe('roles', () => {
  test('are listed with people, by name', async () => {
    const members = await (await world.as(people.viewer.session)).listMembers(undefined)
    expect(members.map(({ name, role }) => [name, role])).toEqual([
      ['admin', 'admin'],
      ['editor', 'editor'],
      ['Ola Nowak', 'owner'],
      ['viewer', 'viewer'],
    ])
  })

  test('are changed by admins, but owners neither made nor touched', async () => {
    const admin = await world.as(people.admin.session)
    expect(await admin.updateMember({ userId: people.editor.userId, role: 'author' })).toMatchObject({
      role: 'author',
      email: 'editor@example.com',
    })
    expect(await refusal(admin.updateMember({ userId: people.editor.userId, role: 'owner' }))).toBe('not-allowed')
    expect(await refusal(admin.updateMember({ userId: people.admin.userId, role: 'owner' }))).toBe('not-allowed')
    expect(await refusal(admin.updateMember({ userId: owner.userId, role: 'viewer' }))).toBe('not-allowed')
    expect(await refusal(admin.removeMember({ userId: owner.userId }))).toBe('not-allowed')
    expect(await refusal(admin.createInvitation({ email: 'new@example.com', role: 'owner' }))).toBe('not-allowed')
    expect(await refusal(admin.updateMember({ userId: crypto.randomUUID(), role: 'viewer' }))).toBe('not-found')
    expect(await refusal(admin.updateMember({ userId: people.editor.userId, role: 'god' as never }))).toBe(
      'invalid-input',
    )
    expect(await refusal(admin.updateMember({ userId: people.editor.userId, role: '__proto__' as never }))).toBe(
      'invalid-input',
    )
  })

  test('of an editor do not reach people at all', async () => {
    const editor = await world.as(people.editor.session)
    expect(await refusal(editor.updateMember({ userId: people.viewer.userId, role: 'viewer' }))).toBe('not-allowed')
    expect(await refusal(editor.listInvitations(undefined))).toBe('not-allowed')
  })

  test('count as they are now, not as the token says', async () => {
    const admin = await world.as(people.admin.session)
    await (await world.as(owner.session)).updateMember({ userId: people.admin.userId, role: 'viewer' })
    expect(await refusal(admin.updateMember({ userId: people.viewer.userId, role: 'admin' }))).toBe('not-allowed')
    expect(await refusal(admin.createInvitation({ email: 'x@example.com', role: 'viewer' }))).toBe('not-allowed')
    expect(await refusal(admin.createKey({ name: 'x', permissions: ['content:read'] }))).toBe('not-allowed')
    await (await world.as(owner.session)).updateMember({ userId: people.admin.userId, role: 'admin' })
    await world.drain()
    expect(
      world.events.filter(
        ({ name, data }) =>
          name === 'identity.credential-revoked' && (data as { userId?: string }).userId === people.admin.userId,
      ),
    ).toHaveLength(2)
  })
})

describe('the last owner', () => {
  test('can neither go nor be made less', async () => {
    const ola = await world.as(owner.session)
    expect(await refusal(ola.updateMember({ userId: owner.userId, role: 'admin' }))).toBe('last-owner')
    expect(await refusal(ola.removeMember({ userId: owner.userId }))).toBe('last-owner')
  })

  test.each([0, 1, 2, 3, 4])('stays when two owners unmake each other at once (%i)', async () => {
    const second = await world.join(owner.session, `owner${crypto.randomUUID()}@example.com`, 'owner')
    const [one, two] = [await world.as(owner.session), await world.as(second.session)]
    await Promise.all([
      refusal(one.updateMember({ userId: second.userId, role: 'admin' })),
      refusal(two.updateMember({ userId: owner.userId, role: 'admin' })),
      refusal(one.updateMember({ userId: owner.userId, role: 'viewer' })),
      refusal(two.removeMember({ userId: second.userId })),
    ])
    const owners = await world.sql<{ user_id: string }>(
      "select user_id from members where workspace_id = $1 and role = 'owner'",
      [owner.workspaceId],
    )
    expect(owners).toHaveLength(1)
    if (owners[0]?.user_id === second.userId) await two.updateMember({ userId: owner.userId, role: 'owner' })
    await refusal((await world.as(owner.session)).removeMember({ userId: second.userId }))
  })
})

describe('who leaves', () => {
  test('leaves nothing behind: no access, no keys, no invitations, no links', async () => {
    const leaver = await world.join(owner.session, 'leaver@example.com', 'owner')
    const own = await world.as(leaver.session)
    const { secret } = await own.createKey({ name: 'Backdoor', permissions: ['content:read', 'members:manage'] })
    const { link } = await own.createInvitation({ email: 'drawer@example.com', role: 'admin' })
    const reset = await own.createResetLink({ userId: people.viewer.userId })
    await (await world.as(owner.session)).removeMember({ userId: leaver.userId })
    expect(await refusal(world.asKey(secret))).toBe('not-signed-in')
    expect(await refusal(world.anonymous.getInvitation({ token: link.url.split('/').at(-1) ?? '' }))).toBe(
      'link-expired',
    )
    expect(await refusal(world.anonymous.resetPassword({ token: reset.url.split('/').at(-1) ?? '', password }))).toBe(
      'link-expired',
    )
    expect(await refusal(world.as(leaver.session, owner.workspaceId))).toBe('not-found')
    expect(await (await world.as(leaver.session)).me(undefined)).toMatchObject({
      workspace: null,
      role: null,
      permissions: [],
      workspaces: [],
    })
    expect(await refusal(own.updateMember({ userId: people.viewer.userId, role: 'admin' }))).toBe('not-allowed')
    await world.drain()
    expect(world.events.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['identity.member-removed', 'identity.invitation-revoked', 'identity.credential-revoked']),
    )
  })

  test('loses with a role what only that role could offer', async () => {
    const second = await world.join(owner.session, 'second@example.com', 'owner')
    const own = await world.as(second.session)
    const offer = await own.createInvitation({ email: 'future-owner@example.com', role: 'owner' })
    const plain = await own.createInvitation({ email: 'future-editor@example.com', role: 'editor' })
    const { secret } = await own.createKey({ name: 'Wide', permissions: ['workspace:manage', 'content:read'] })
    await (await world.as(owner.session)).updateMember({ userId: second.userId, role: 'admin' })
    expect(await refusal(world.anonymous.getInvitation({ token: offer.link.url.split('/').at(-1) ?? '' }))).toBe(
      'link-expired',
    )
    expect(await world.anonymous.getInvitation({ token: plain.link.url.split('/').at(-1) ?? '' })).toMatchObject({
      role: 'editor',
    })
    expect((await (await world.asKey(secret)).me(undefined)).permissions).toEqual(['content:read'])
    await (await world.as(owner.session)).updateMember({ userId: second.userId, role: 'viewer' })
    expect(await refusal(world.anonymous.getInvitation({ token: plain.link.url.split('/').at(-1) ?? '' }))).toBe(
      'link-expired',
    )
  })
})

describe('another workspace', () => {
  test('does not reach in with its own rights', async () => {
    const stranger = await world.join(owner.session, 'stranger@example.com', 'viewer')
    const elsewhere = await (await world.as(stranger.session)).createWorkspace({
      name: 'Elsewhere',
      language: 'en',
      zone: 'Europe/London',
    })
    const there = await world.as(stranger.session, elsewhere.slug)
    expect((await there.me(undefined)).role).toBe('owner')
    expect(await refusal(there.updateMember({ userId: people.editor.userId, role: 'viewer' }))).toBe('not-found')
    expect(await refusal(there.removeMember({ userId: owner.userId }))).toBe('not-found')
    expect(await refusal(there.createResetLink({ userId: owner.userId }))).toBe('not-found')
    expect((await there.listMembers(undefined)).map(({ userId }) => userId)).toEqual([stranger.userId])
    // Owner there, viewer here: the workspace of the token decides.
    expect(
      await refusal(
        (await world.as(stranger.session, owner.slug)).updateMember({ userId: people.editor.userId, role: 'viewer' }),
      ),
    ).toBe('not-allowed')
  })

  test('without members in common is not told from one that is not there', async () => {
    const other = await (await world.as(people.editor.session)).createWorkspace({
      name: 'Private',
      language: 'en',
      zone: 'Europe/London',
    })
    const [hidden, missing] = await Promise.all([
      world.as(owner.session, other.id).catch((error: unknown) => error),
      world.as(owner.session, crypto.randomUUID()).catch((error: unknown) => error),
    ])
    expect(hidden).toMatchObject({ code: 'not-found' })
    expect(missing).toEqual(hidden)
    for (const name of ['__proto__', 'constructor', '', "' or 1=1 --", 'żółw', '%', `${other.slug}%`])
      expect(await refusal(world.as(owner.session, name))).toBe('not-found')
  })
})
