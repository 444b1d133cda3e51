import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifyAudit } from './audit.ts'
import { dayMs, type IdentityWorld, identityWorld } from './identity-world.ts'

let world: IdentityWorld
let owner: Awaited<ReturnType<IdentityWorld['setUp']>>
beforeAll(async () => {
  world = await identityWorld()
  owner = await world.setUp()
})
afterAll(() => world.stop())

/** Reads the log as the service itself does: whole numbers of 64 bits are numbers. */
const read = async (text: string, values: readonly unknown[] = []) =>
  (await world.sql<{ seq?: unknown }>(text, [...values])).map((row) => ({ ...row, seq: Number(row.seq) }))
const verify = (workspaceId = owner.workspaceId) =>
  verifyAudit(
    {
      sealer: world.ground.sealer,
      db: {
        query: read,
        one: async (text: string, values?: readonly unknown[]) => (await read(text, values))[0] ?? null,
      } as never,
    },
    workspaceId,
  ) // only reading is asked of it

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

  test('a hundred events at once make one chain', async () => {
    await world.ground.bus.publish(
      Array.from({ length: 100 }, (_, n) => ({
        id: randomUUID(),
        name: 'site.settings-changed',
        workspaceId: owner.workspaceId,
        key: `k${n % 7}`,
        at: world.clock.instant(),
        actor: owner.userId,
        requestId: null,
        data: { n, nested: { z: 1, a: [n, 'ż', null, 1.5, -0, 1e21] } },
      })),
    )
    await world.drain()
    expect(await verify()).toEqual({ damage: null, notCheckable: 0 })
  })

  test.each([
    [
      'a changed value',
      "update audit_entries set data = jsonb_build_object('n', 999) where workspace_id = $1 and seq = 20",
      { seq: 20, problem: 'changed' },
    ],
    [
      'another actor',
      "update audit_entries set actor = 'service:site' where workspace_id = $1 and seq = 21",
      { seq: 21, problem: 'changed' },
    ],
    [
      'a moved time',
      "update audit_entries set at = at + interval '1 millisecond' where workspace_id = $1 and seq = 22",
      { seq: 22, problem: 'changed' },
    ],
    [
      'a missing row',
      'delete from audit_entries where workspace_id = $1 and seq = 23',
      { seq: 23, problem: 'missing' },
    ],
    [
      'a missing end',
      'delete from audit_entries where workspace_id = $1 and seq > 100',
      { seq: 101, problem: 'missing' },
    ],
    [
      'a row with its hash made anew',
      "update audit_entries set subject = 'other', hash = split_part(hash, '.', 1) || '.' || encode(sha256('guess'), 'hex') where workspace_id = $1 and seq = 24",
      { seq: 24, problem: 'changed' },
    ],
    [
      'a row made anew under a secret of one’s own',
      "update audit_entries set subject = 'other', hash = 'aaaaaaaa.' || encode(sha256('guess'), 'hex') where workspace_id = $1 and seq = 27",
      { seq: 28, problem: 'changed' },
    ],
    [
      'a copied row',
      'update audit_entries e set (event_id, at, actor, event, subject, data, hash) = (select gen_random_uuid(), at, actor, event, subject, data, hash from audit_entries s where s.workspace_id = $1 and s.seq = 25) where workspace_id = $1 and seq = 26',
      { seq: 26, problem: 'changed' },
    ],
  ])('finds %s', async (_, damage, found) => {
    await world.sql('create table kept as select * from audit_entries')
    await world.sql(damage, [owner.workspaceId])
    expect(await verify()).toMatchObject({ damage: found })
    await world.sql('delete from audit_entries')
    await world.sql('insert into audit_entries select * from kept')
    await world.sql('drop table kept')
    expect(await verify()).toEqual({ damage: null, notCheckable: 0 })
  })
})

test('entries from before a change of the secret keep their place and are counted', async () => {
  const rows = await world.sql<{ seq: string; hash: string }>(
    'select seq, hash from audit_entries where workspace_id = $1 order by seq',
    [owner.workspaceId],
  )
  await world.sql(
    "update audit_entries set hash = 'aaaaaaaa.' || split_part(hash, '.', 2) where workspace_id = $1 and seq <= 10",
    [owner.workspaceId],
  )
  // The eleventh is bound to the tenth as it was.
  expect(await verify()).toEqual({ damage: { seq: 11, problem: 'changed' }, notCheckable: 10 })
  await world.sql("update audit_entries set hash = 'aaaaaaaa.' || split_part(hash, '.', 2) where workspace_id = $1", [
    owner.workspaceId,
  ])
  await world.sql(
    'update audit_heads set hash = (select hash from audit_entries e where e.workspace_id = $1 and e.seq = $2) where workspace_id = $1',
    [owner.workspaceId, rows.length],
  )
  expect(await verify()).toEqual({ damage: null, notCheckable: rows.length })
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
