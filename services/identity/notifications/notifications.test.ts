/** Through the door: exactly once, to those it concerns, as they chose, and nobody else's. */
import { randomUUID } from 'node:crypto'
import type { Notification } from '@floowe/contracts/notifications'
import type { EventEnvelope } from '@floowe/contracts/events'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dayMs, type IdentityWorld, identityWorld } from '../identity-world.ts'
import { approvalFacts, deliveryFacts } from './test-events.ts'

let world: IdentityWorld
let owner: Awaited<ReturnType<IdentityWorld['setUp']>>
let editor: { session: string; userId: string }
beforeAll(async () => {
  world = await identityWorld()
  owner = await world.setUp()
  editor = await world.join(owner.session, 'editor@example.com', 'editor')
  await world.drain()
})
afterAll(() => world.stop())

const refusal = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: { code: string }) => error.code,
  )
const eventOf = (name: string, data: object, more: Partial<EventEnvelope> = {}): EventEnvelope => ({
  id: randomUUID(),
  name,
  workspaceId: owner.workspaceId,
  key: 'k',
  at: world.clock.instant(),
  actor: 'service:publishing',
  requestId: null,
  data,
  ...more,
})
const publish = async (...events: EventEnvelope[]): Promise<void> => {
  await world.ground.bus.publish(events)
  await world.drain()
}
const missed = (createdBy: string, more: Partial<EventEnvelope> = {}) =>
  eventOf('publishing.delivery-missed', { ...deliveryFacts(createdBy), state: 'missed' }, more)
const inbox = async (session: string, input: { unread?: boolean; limit?: number; offset?: number } = {}) =>
  (await world.as(session, owner.workspaceId)).listNotifications(input)
const empty = () => world.sql('delete from notifications')
const inboxChanges = () => world.events.filter(({ name }) => name === 'identity.inbox-changed')

describe('a notification', () => {
  test('is kept once for each event and person, however often the event arrives', async () => {
    await empty()
    const event = missed(editor.userId)
    const before = inboxChanges().length
    await publish(event, event)
    // The inbox of events forgets after some days; the row itself still knows.
    await world.sql('delete from inbox')
    await publish(event)
    const { items, total, unread } = await inbox(editor.session)
    expect({ total, unread }).toEqual({ total: 1, unread: 1 })
    expect(items).toEqual([
      expect.objectContaining({
        kind: 'missed',
        at: event.at,
        readAt: null,
        data: expect.objectContaining({ title: 'Rzeka', network: 'webhook' }),
      }),
    ])
    expect((await inbox(owner.session)).total).toBe(0)
    expect(inboxChanges().slice(before)).toEqual([
      expect.objectContaining({ key: editor.userId, data: { userId: editor.userId } }),
    ])
  })

  test('is there with the note that its event was handled, or not at all', async () => {
    await empty()
    await world.sql(`create function break() returns trigger language plpgsql as $$ begin raise 'broken'; end $$`)
    await world.sql('create trigger broken before insert on outbox for each row execute function break()')
    const event = missed(editor.userId)
    await world.ground.bus.publish([event])
    const attempts = async () =>
      (await world.sql<{ attempts: number }>('select attempts from inbox where event_id = $1', [event.id]))[0]?.attempts
    await expect.poll(attempts).toBe(1)
    expect(await world.sql('select from notifications')).toEqual([])
    expect(await world.sql('select from audit_entries where event_id = $1', [event.id])).toEqual([])
    await world.sql('drop trigger broken on outbox')
    world.clock.advance(1_000)
    await world.drain()
    expect((await inbox(editor.session)).total).toBe(1)
    expect(await world.sql('select from audit_entries where event_id = $1', [event.id])).toHaveLength(1)
  })

  test('names who asked as they are called now, and who decided without an account as the event did', async () => {
    await empty()
    const { asked, decided } = approvalFacts(editor.userId)
    await publish(eventOf('publishing.approval-requested', asked, { actor: editor.userId }))
    await (await world.as(editor.session)).updateMe({ name: 'Ewa Nowa' })
    const [toApprove] = (await inbox(owner.session)).items
    expect(toApprove).toMatchObject({ kind: 'to-approve', data: { byName: 'Ewa Nowa', message: 'Rzuć okiem' } })
    const byLink = { ...decided, by: `approver:${randomUUID()}`, byName: 'Mecenas Lis', comment: 'Zgoda' }
    await publish(eventOf('publishing.approval-decided', byLink))
    expect((await inbox(editor.session)).items).toMatchObject([
      { kind: 'decided', data: { outcome: 'approved', byName: 'Mecenas Lis', comment: 'Zgoda' } },
    ])
    // Nothing is left to approve.
    expect(await inbox(owner.session, { unread: true })).toMatchObject({ items: [], total: 0, unread: 0 })
    expect((await inbox(owner.session)).items).toMatchObject([{ kind: 'to-approve', readAt: world.clock.instant() }])
  })

  test('goes with the membership, and is not made for those who have left', async () => {
    await empty()
    const guest = await world.join(owner.session, 'guest@example.com', 'editor')
    await publish(missed(guest.userId))
    expect((await inbox(guest.session)).total).toBe(1)
    await (await world.as(owner.session)).removeMember({ userId: guest.userId })
    await publish(missed(guest.userId))
    expect(await world.sql('select from notifications where user_id = $1', [guest.userId])).toEqual([])
    // Somebody hears of it all the same.
    expect((await inbox(owner.session)).total).toBe(1)
  })
})

describe('the inbox', () => {
  test('pages newest first, and marks some, or all until an instant', async () => {
    await empty()
    const events = Array.from({ length: 5 }, (_, n) =>
      missed(editor.userId, { at: new Date(world.clock.now() - n * 60_000).toISOString() }),
    )
    await publish(...events)
    const page = await inbox(editor.session, { limit: 2, offset: 1 })
    expect(page.items.map(({ at }) => at)).toEqual([events[1]?.at, events[2]?.at])
    expect(page).toMatchObject({ total: 5, unread: 5, asOf: world.clock.instant() })
    const ewa = await world.as(editor.session)
    expect(await ewa.markRead({ ids: page.items.map(({ id }) => id) })).toEqual({ unread: 3 })
    expect(await inbox(editor.session, { unread: true })).toMatchObject({ total: 3, unread: 3 })
    world.clock.advance(1_000)
    await publish(missed(editor.userId))
    const changes = inboxChanges().length
    expect(await ewa.markRead({ until: page.asOf })).toEqual({ unread: 1 })
    await world.drain()
    // Other windows of the same person hear of it; marking again changes nothing and tells nobody.
    expect(inboxChanges()).toHaveLength(changes + 1)
    await ewa.markRead({ until: page.asOf })
    await world.drain()
    expect(inboxChanges()).toHaveLength(changes + 1)
  })

  test('is the person’s own: not of others, not of another workspace, not of a key', async () => {
    await empty()
    await publish(missed(editor.userId))
    const [own] = (await inbox(editor.session)).items as Notification[]
    const ola = await world.as(owner.session)
    await ola.markRead({ ids: [String(own?.id)] })
    await ola.markRead({ until: world.clock.instant() })
    expect((await inbox(editor.session)).unread).toBe(1)
    const elsewhere = await (await world.as(editor.session)).createWorkspace({
      name: 'Elsewhere',
      language: 'en',
      zone: 'UTC',
    })
    const there = await world.as(editor.session, elsewhere.id)
    expect(await there.listNotifications({})).toMatchObject({ items: [], unread: 0 })
    await there.markRead({ ids: [String(own?.id)] })
    await there.updateNotificationSettings({ choices: [{ kind: 'missed', way: 'app', isOn: false }] })
    expect((await inbox(editor.session)).unread).toBe(1)
    expect((await (await world.as(editor.session)).getNotificationSettings(undefined)).kinds).toContainEqual(
      expect.objectContaining({ kind: 'missed', app: true }),
    )
    const { secret } = await ola.createKey({ name: 'Robot', permissions: ['members:read'] })
    const key = await world.asKey(secret)
    expect(await refusal(key.listNotifications({}))).toBe('not-allowed')
    expect(await refusal(key.getNotificationSettings(undefined))).toBe('not-allowed')
  })

  test('is nobody’s outside of a workspace', async () => {
    const lone = await world.join(owner.session, 'lone@example.com', 'viewer')
    await (await world.as(owner.session)).removeMember({ userId: lone.userId })
    const caller = await world.as(lone.session)
    for (const work of [
      caller.listNotifications({}),
      caller.markRead({ until: world.clock.instant() }),
      caller.getNotificationSettings(undefined),
      caller.updateNotificationSettings({ choices: [{ kind: 'failed', way: 'app', isOn: true }] }),
    ])
      expect(await refusal(work)).toBe('not-allowed')
  })

  test('of someone who left within the minute of their token, takes no choices', async () => {
    const quick = await world.join(owner.session, 'quick@example.com', 'viewer')
    const caller = await world.as(quick.session)
    await (await world.as(owner.session)).removeMember({ userId: quick.userId })
    expect(
      await refusal(caller.updateNotificationSettings({ choices: [{ kind: 'failed', way: 'app', isOn: true }] })),
    ).toBe('not-allowed')
  })

  test('keeps a thousand, and nothing older than 180 days', async () => {
    await empty()
    const old = missed(editor.userId, { at: new Date(world.clock.now() - 181 * dayMs).toISOString() })
    await publish(old, missed(editor.userId))
    await world.sql(
      `insert into notifications (workspace_id, user_id, id, event_id, kind, about, data, at, made_at, in_app, in_letter)
       select workspace_id, $1, gen_random_uuid(), gen_random_uuid(), kind, about, data, at - n * interval '1 second', made_at, true, false
       from notifications, generate_series(1, 1100) n where event_id <> $2`,
      [editor.userId, old.id],
    )
    const kept = async () => (await inbox(editor.session)).total
    expect(await kept()).toBe(1102)
    world.clock.advance(dayMs)
    await expect.poll(kept, { timeout: 10_000 }).toBe(1000)
    // The newest are those that stay.
    expect(await world.sql('select from notifications where event_id = $1', [old.id])).toEqual([])
    editor = {
      ...editor,
      session: (await world.signIn('editor@example.com')).session?.token ?? '',
    }
  })
})

describe('choices', () => {
  test('begin as the contract says, are kept per kind and way, and the last of a repetition counts', async () => {
    await empty()
    const ewa = await world.as(editor.session, owner.workspaceId)
    const begun = await ewa.getNotificationSettings(undefined)
    expect(begun).toMatchObject({ hasMail: false, webhook: null })
    expect(Object.fromEntries(begun.kinds.map(({ kind, app, mail, webhook }) => [kind, [app, mail, webhook]]))).toEqual(
      {
        'to-approve': [true, true, true],
        decided: [true, false, true],
        failed: [true, true, true],
        'needs-human': [true, true, true],
        missed: [true, true, true],
        gone: [true, true, true],
        connection: [true, true, true],
        mentioned: [true, true, true],
      },
    )
    const changed = await ewa.updateNotificationSettings({
      choices: [
        { kind: 'missed', way: 'app', isOn: true },
        { kind: 'missed', way: 'app', isOn: false },
        { kind: 'decided', way: 'mail', isOn: true },
      ],
    })
    expect(changed.kinds).toContainEqual({ kind: 'missed', app: false, mail: true, webhook: true })
    expect(changed.kinds).toContainEqual({ kind: 'decided', app: true, mail: true, webhook: true })
    const before = inboxChanges().length
    await publish(
      missed(editor.userId),
      eventOf('publishing.delivery-failed', { ...deliveryFacts(editor.userId), code: 'refused' }),
    )
    expect((await inbox(editor.session)).items.map(({ kind }) => kind)).toEqual(['failed'])
    expect(inboxChanges()).toHaveLength(before + 1)
    // Without a mail server and an address of one's own, nothing would read it.
    expect(await world.sql("select from notifications where kind = 'missed'")).toEqual([])
    await ewa.updateNotificationSettings({ choices: [{ kind: 'missed', way: 'app', isOn: true }] })
    await publish(missed(editor.userId))
    expect((await inbox(editor.session)).total).toBe(2)
  })

  test('are refused for kinds without a choice, and for those that do not exist', async () => {
    const ewa = await world.as(editor.session, owner.workspaceId)
    const wrong = (kind: string) =>
      refusal(ewa.updateNotificationSettings({ choices: [{ kind: kind as 'failed', way: 'app', isOn: false }] }))
    expect(await wrong('webhook-off')).toBe('invalid-input')
    expect(await wrong('assigned')).toBe('invalid-input')
    expect(await refusal(ewa.updateNotificationSettings({ choices: [] }))).toBe('invalid-input')
    expect(await refusal(ewa.markRead({ ids: [] }))).toBe('invalid-input')
  })
})

test('an event that was kept when the process died is told after the next start, once', async () => {
  const event = missed(editor.userId)
  await empty()
  // Accepted by the inbox, not handled: as a process leaves it that dies in between.
  await world.sql(
    `insert into inbox (event_id, workspace_id, key, name, envelope, next_at) values ($1, $2, 'k', $3, $4, $5)`,
    [event.id, event.workspaceId, event.name, JSON.stringify(event), event.at],
  )
  await world.crash()
  const { databaseUrl, folder } = world
  world = await identityWorld({ reopen: { databaseUrl, folder } })
  world.clock.set(event.at)
  await publish(event)
  expect(await world.sql('select from notifications where event_id = $1', [event.id])).toHaveLength(1)
})
