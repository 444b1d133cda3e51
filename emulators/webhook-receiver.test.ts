import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startWebhookReceiver, type WebhookReceiver } from './webhook-receiver.ts'

const secret = `whsec_${Buffer.alloc(32, 5).toString('base64')}`
let receiver: WebhookReceiver
beforeEach(async () => {
  receiver = await startWebhookReceiver({ secrets: [secret], hangMs: 100 })
})
afterEach(() => receiver.stop())

const message = JSON.stringify({ type: 'edition.published', data: { title: 'Łódź' } })
const send = (id: string, { body = message, key = secret, at = new Date() } = {}) =>
  fetch(receiver.url, {
    method: 'POST',
    body,
    redirect: 'manual',
    headers: {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(key).sign(id, at, message),
    },
  })

test('takes a right message once, however often it comes', async () => {
  expect((await send('a')).status).toBe(204)
  expect((await send('a')).status).toBe(204)
  expect(receiver.log()).toMatchObject([
    { id: 'a', attempt: 1, type: 'edition.published', isEffect: true },
    { id: 'a', attempt: 2, isEffect: false, isTaken: true },
  ])
  expect([...receiver.effects().keys()]).toEqual(['a'])
})

test('refuses a wrong key, changed bytes, an old message and missing headers, and takes nothing', async () => {
  const answers = [
    await send('a', { key: `whsec_${Buffer.alloc(32, 6).toString('base64')}` }),
    await send('b', { body: `${message} ` }),
    await send('c', { at: new Date(Date.now() - 10 * 60_000) }),
    await fetch(receiver.url, { method: 'POST', body: message }),
  ]
  expect(answers.map((answer) => answer.status)).toEqual([401, 401, 401, 401])
  expect(receiver.log().map((entry) => entry.problem)).toEqual([
    'no matching signature',
    'no matching signature',
    'too old or too new',
    'missing headers',
  ])
  expect(receiver.effects().size).toBe(0)
})

test('after trusting another secret the old one is wrong', async () => {
  receiver.trust(`whsec_${Buffer.alloc(32, 6).toString('base64')}`)
  expect((await send('a')).status).toBe(401)
})

test('each fault is what it says, once', async () => {
  receiver.faults.next([
    'accept-then-reset',
    'accept-then-500',
    'accept-then-hang',
    'reset',
    'garbage',
    'slow-body',
    { status: 410 },
    { status: 302, location: 'http://127.0.0.1:1/' },
  ])
  await expect(send('reset after')).rejects.toThrow()
  expect((await send('500 after')).status).toBe(500)
  await expect(send('hang after')).rejects.toThrow()
  await expect(send('reset before')).rejects.toThrow()
  await expect(send('garbage')).rejects.toThrow()
  expect(await (await send('slow')).text()).toMatch(/^\.+$/)
  expect((await send('gone')).status).toBe(410)
  expect((await send('elsewhere')).headers.get('location')).toBe('http://127.0.0.1:1/')
  expect((await send('fine')).status).toBe(204)
  expect([...receiver.effects().keys()]).toEqual(['reset after', '500 after', 'hang after', 'garbage', 'slow', 'fine'])
})

test('Retry-After comes as seconds or as a date', async () => {
  receiver.faults.next([
    { status: 429, retryAfter: 7 },
    { status: 503, retryAfter: 60, asDate: true },
  ])
  expect((await send('a')).headers.get('retry-after')).toBe('7')
  const aheadMs = Date.parse((await send('b')).headers.get('retry-after') ?? '') - Date.now()
  expect(Math.abs(aheadMs - 60_000)).toBeLessThan(5_000)
})

test('chooses by itself what is not said for the next requests', async () => {
  receiver.faults.always(({ attempt }) => (attempt === 1 ? { status: 503 } : 'ok'))
  expect([(await send('a')).status, (await send('a')).status]).toEqual([503, 204])
  expect(await receiver.received(2)).toHaveLength(2)
  await expect(receiver.received(3, 20)).rejects.toThrow('2 of 3')
})
