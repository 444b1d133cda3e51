import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dayMs, type IdentityWorld, identityWorld } from './identity-world.ts'

let world: IdentityWorld
let owner: Awaited<ReturnType<IdentityWorld['setUp']>>
beforeAll(async () => {
  world = await identityWorld()
  owner = await world.setUp()
})
afterAll(() => world.stop())

describe('the audit log', () => {
  test('holds what every service tells, in order, with names as they are now', async () => {
    const ola = await world.as(owner.session)
    const { key, secret } = await ola.createKey({ name: 'Robot', permissions: ['members:manage', 'members:read'] })
    await (await world.asKey(secret)).createInvitation({ email: 'x@example.com', role: 'viewer' })
    await ola.revokeKey({ id: key.id })
    await ola.updateMe({ name: 'Aleksandra' })
    await world.drain()
    const articleId = randomUUID()
    await world.tell({
      name: 'content.article-trashed',
      workspaceId: owner.workspaceId,
      key: articleId,
      actor: owner.userId,
      data: { articleId } as never,
    })
    await world.tell({
      name: 'publishing.delivery-missed',
      workspaceId: owner.workspaceId,
      key: 'd',
      actor: 'service:publishing',
      data: {} as never,
    })
    await world.drain()
    const { items, total } = await ola.listAudit({ limit: 100 })
    expect(items.map(({ event, actorName }) => [event, actorName])).toEqual([
      ['publishing.delivery-missed', null],
      ['content.article-trashed', 'Aleksandra'],
      ['identity.credential-revoked', 'Aleksandra'],
      ['identity.invitation-created', 'Robot'],
      ['identity.key-created', 'Aleksandra'],
      ['identity.member-joined', 'Aleksandra'],
      ['identity.workspace-created', 'Aleksandra'],
    ])
    expect(total).toBe(7)
    expect(items[1]).toMatchObject({ subject: articleId, data: { articleId } })
    expect((await ola.listAudit({ limit: 2, offset: 2 })).items.map(({ event }) => event)).toEqual([
      'identity.credential-revoked',
      'identity.invitation-created',
    ])
  })

  test('leaves noise out and writes a repeated event once', async () => {
    const before = (await (await world.as(owner.session)).listAudit({})).total
    const tell = (name: string, data: object) =>
      world.tell({ name, workspaceId: owner.workspaceId, key: 'k', actor: owner.userId, data } as never)
    await tell('analytics.article-visited', { articleId: randomUUID() })
    await tell('content.import-progressed', {})
    await tell('content.edition-saved', { reason: 'autosaved' })
    await tell('identity.credential-revoked', { sessionHash: 'x' })
    expect((await (await world.as(owner.session)).listAudit({})).total).toBe(before)
    await tell('content.edition-saved', { reason: 'saved' })
    const id = randomUUID()
    await world.ground.bus.publish(
      [1, 2].map(() => ({
        id,
        name: 'site.settings-changed',
        workspaceId: owner.workspaceId,
        key: 'k',
        at: world.clock.instant(),
        actor: owner.userId,
        requestId: null,
        data: {},
      })),
    )
    await world.drain()
    expect((await (await world.as(owner.session)).listAudit({})).total).toBe(before + 2)
  })

  test('stays with its workspace and is for those who may read it', async () => {
    const editor = await world.join(owner.session, 'editor@example.com', 'editor')
    await expect((await world.as(editor.session)).listAudit({})).rejects.toMatchObject({ code: 'not-allowed' })
    const own = await (await world.as(editor.session)).createWorkspace({
      name: 'Own',
      language: 'en',
      zone: 'Europe/London',
    })
    await world.drain()
    const { items } = await (await world.as(editor.session, own.id)).listAudit({})
    expect(items.map(({ event }) => event)).toEqual(['identity.member-joined', 'identity.workspace-created'])
  })
})

test('once a day what has ended is swept away', async () => {
  await world.signIn('ola@example.com', 'wrong', '192.0.2.1')
  await (await world.as(owner.session)).createInvitation({ email: 'late@example.com', role: 'viewer' })
  world.clock.advance(40 * dayMs)
  await expect
    .poll(
      async () =>
        (
          await world.sql(
            'select from sessions union all select from invitations union all select from sign_in_attempts',
          )
        ).length,
    )
    .toBe(0)
})
