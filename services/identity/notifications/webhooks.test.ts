/** A person's own address: signed messages, tried again, and left alone when it does not take them. */
import { randomUUID } from 'node:crypto'
import { startWebhookReceiver, type WebhookReceiver } from '@floowe/emulators/webhook-receiver'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { dayMs, type IdentityWorld, identityWorld } from '../identity-world.ts'
import { approvalFacts, deliveryFacts } from './test-events.ts'

let world: IdentityWorld
let owner: Awaited<ReturnType<IdentityWorld['setUp']>>
/** Her tokens last a minute, the story longer. */
const ola = () => world.as(owner.session)
let receiver: WebhookReceiver
let secret: string
beforeAll(async () => {
  world = await identityWorld({ outboundAllow: ['127.0.0.1/32'] })
  receiver = await startWebhookReceiver({ nowMs: () => world.clock.now() })
  owner = await world.setUp()
})
afterAll(async () => {
  await world.stop()
  await receiver.stop()
})
beforeEach(async () => {
  await (await ola()).removeNotificationWebhook(undefined)
  const made = await (await ola()).setNotificationWebhook({ url: receiver.url })
  secret = made.secret ?? ''
  receiver.trust(secret)
  receiver.faults.always(() => 'ok')
})

const refusal = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: { code: string }) => error.code,
  )
const publish = async (count = 1, title = 'Rzeka'): Promise<void> => {
  await world.ground.bus.publish(
    Array.from({ length: count }, () => ({
      id: randomUUID(),
      name: 'publishing.delivery-missed',
      workspaceId: owner.workspaceId,
      key: 'k',
      at: world.clock.instant(),
      actor: 'service:publishing',
      requestId: null,
      data: { ...deliveryFacts(owner.userId, title), state: 'missed' },
    })),
  )
  await world.drain()
}
const webhook = async () => (await (await ola()).getNotificationSettings(undefined)).webhook

test('gets each notification once, signed, in the person’s words, with a link', async () => {
  const before = receiver.log().length
  await publish()
  const [message] = receiver.log().slice(before)
  const [notification] = (await (await ola()).listNotifications({ limit: 1 })).items
  expect(message).toMatchObject({
    id: notification?.id,
    type: 'notification.missed',
    problem: null,
    body: {
      timestamp: notification?.at,
      data: {
        notification: notification?.id,
        kind: 'missed',
        workspace: { id: owner.workspaceId, slug: 'studio-zolw', name: 'Studio Żółw' },
        text: 'Wysyłka pominięta: „Rzeka” (webhook)',
        title: 'Rzeka',
        url: expect.stringMatching(/^https:\/\/floowe\.example\/w\/studio-zolw\/deliveries\/[0-9a-f-]{36}$/),
      },
    },
  })
  expect(receiver.log()).toHaveLength(before + 1)
  expect(await webhook()).toMatchObject({ isOn: true, failingSince: null, lastTakenAt: world.clock.instant() })
})

test('says who asked for an approval, and leads to it', async () => {
  const editor = await world.join(owner.session, 'editor@example.com', 'editor')
  const { asked } = approvalFacts(editor.userId)
  const before = receiver.log().length
  await world.tell({
    name: 'publishing.approval-requested',
    workspaceId: owner.workspaceId,
    key: 'k',
    actor: editor.userId,
    data: asked as never, // branded ids
  })
  expect(receiver.log().slice(before)).toMatchObject([
    {
      type: 'notification.to-approve',
      body: { data: { byName: 'editor', url: `https://floowe.example/w/studio-zolw/approvals/${asked.approvalId}` } },
    },
  ])
})

test('shows its secret once and keeps it sealed; another address keeps it', async () => {
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
  expect(JSON.stringify(await (await ola()).getNotificationSettings(undefined))).not.toContain(secret)
  expect(JSON.stringify(await world.sql('select * from notification_webhooks'))).not.toContain(secret)
  expect(await (await ola()).setNotificationWebhook({ url: `${receiver.url}/other` })).toMatchObject({
    secret: null,
    webhook: { url: `${receiver.url}/other`, isOn: true },
  })
})

test('a new secret signs beside the old one for a day', async () => {
  const { secret: next } = await (await ola()).rotateNotificationSecret(undefined)
  expect(next).not.toBe(secret)
  for (const trusted of [secret, next]) {
    receiver.trust(trusted)
    expect(await (await ola()).testNotificationWebhook(undefined)).toEqual({ ok: true, status: 204, problem: null })
  }
  world.clock.advance(dayMs + 1)
  receiver.trust(secret)
  expect(await (await ola()).testNotificationWebhook(undefined)).toEqual({ ok: false, status: 401, problem: 'refused' })
  receiver.trust(next)
  expect((await (await ola()).testNotificationWebhook(undefined)).ok).toBe(true)
  expect(receiver.log().at(-1)).toMatchObject({ type: 'notification.test' })
})

test('a message that is not taken comes again under the same id', async () => {
  const before = receiver.log().length
  receiver.faults.next([{ status: 503 }, 'accept-then-500'])
  await publish()
  for (const pauseMs of [10_000, 40_000]) {
    world.clock.advance(pauseMs)
    await expect.poll(() => receiver.log().length, { timeout: 10_000 }).toBe(before + (pauseMs === 10_000 ? 2 : 3))
    await world.drain()
  }
  const messages = receiver.log().slice(before)
  expect(new Set(messages.map(({ id }) => id)).size).toBe(1)
  expect(messages.map(({ problem }) => problem)).toEqual([null, null, null])
  expect(messages.filter(({ isEffect }) => isEffect)).toHaveLength(1)
  expect(await webhook()).toMatchObject({ isOn: true, failingSince: null, problem: null })
})

test('after ten messages in a row that were refused it is off, and the inbox says so; set again it is on', async () => {
  receiver.faults.always(() => ({ status: 404 }))
  await publish(9)
  expect(await webhook()).toMatchObject({ isOn: true, problem: 'refused', failingSince: world.clock.instant() })
  receiver.faults.next(['ok'])
  await publish()
  expect(await webhook()).toMatchObject({ isOn: true, problem: null, failingSince: null })
  await publish(12)
  expect(await webhook()).toMatchObject({ isOn: false, problem: 'refused' })
  const off = (await (await ola()).listNotifications({ limit: 100 })).items.filter(({ kind }) => kind === 'webhook-off')
  expect(off).toMatchObject([{ data: { problem: 'refused' } }])
  const before = receiver.log().length
  await publish()
  expect(receiver.log()).toHaveLength(before)
  // A test may be sent to an address that is off: that is how one sees whether it is well again.
  receiver.faults.always(() => 'ok')
  expect((await (await ola()).testNotificationWebhook(undefined)).ok).toBe(true)
  expect((await (await ola()).setNotificationWebhook({ url: receiver.url })).secret).toBeNull()
  await publish()
  expect(receiver.log()).toHaveLength(before + 2)
})

test('a receiver that says it is gone is left alone at once', async () => {
  receiver.faults.always(() => ({ status: 410 }))
  const before = receiver.log().length
  await publish()
  await publish()
  expect(receiver.log()).toHaveLength(before + 1)
  expect(await webhook()).toMatchObject({ isOn: false, problem: 'gone' })
})

test('redirects are not followed', async () => {
  receiver.faults.next([{ status: 302, location: 'http://127.0.0.1:1/' }])
  expect(await (await ola()).testNotificationWebhook(undefined)).toEqual({
    ok: false,
    status: 302,
    problem: 'redirected',
  })
})

test('private networks are refused when the address is typed, and when a message leaves', async () => {
  for (const url of ['http://10.0.0.1/hook', 'http://169.254.169.254/latest', 'http://[::1]:9/', 'http://localhost/'])
    expect(await refusal((await ola()).setNotificationWebhook({ url })), url).toBe('blocked-address')
  expect(await refusal((await ola()).setNotificationWebhook({ url: 'ftp://example.com/' }))).toBe('invalid-input')
  await world.sql("update notification_webhooks set url = 'http://10.0.0.1/hook'")
  expect(await (await ola()).testNotificationWebhook(undefined)).toEqual({
    ok: false,
    status: null,
    problem: 'blocked-address',
  })
})

test('a secret that this installation cannot open any more is said, and a new one helps', async () => {
  await world.sql(
    "update notification_webhooks set sealed_secret = 'v1.aaaaaaaa.' || split_part(sealed_secret, '.', 3) || '.' || split_part(sealed_secret, '.', 4)",
  )
  expect(await (await ola()).testNotificationWebhook(undefined)).toMatchObject({
    ok: false,
    problem: 'secret-unreadable',
  })
  const { secret: next } = await (await ola()).rotateNotificationSecret(undefined)
  receiver.trust(next)
  expect((await (await ola()).testNotificationWebhook(undefined)).ok).toBe(true)
})

test('is the person’s own', async () => {
  const viewer = await world.join(owner.session, 'viewer@example.com', 'viewer')
  const caller = await world.as(viewer.session)
  expect((await caller.getNotificationSettings(undefined)).webhook).toBeNull()
  expect(await refusal(caller.rotateNotificationSecret(undefined))).toBe('not-found')
  expect(await refusal(caller.testNotificationWebhook(undefined))).toBe('not-found')
  await caller.removeNotificationWebhook(undefined)
  expect(await webhook()).not.toBeNull()
  await (await world.as(owner.session)).removeMember({ userId: viewer.userId })
  expect(await refusal(caller.setNotificationWebhook({ url: receiver.url }))).toBe('not-allowed')
})

test('is removed with what it knew, and nothing more is sent', async () => {
  await (await ola()).removeNotificationWebhook(undefined)
  const before = receiver.log().length
  await publish()
  expect(receiver.log()).toHaveLength(before)
  expect(await world.sql('select from notification_webhooks')).toEqual([])
})
