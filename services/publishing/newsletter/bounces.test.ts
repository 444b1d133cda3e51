/** What comes back: reports as mail servers write them, brought to the port that hears them by a real mail client. */
import type { Database, Log } from '@floowe/platform'
import { createSealer } from '@floowe/platform/ground'
import { createTransport } from 'nodemailer'
import { freePort } from '@floowe/testbed/server'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type NewsletterStage, openNewsletterStage } from '../testing/newsletter-stage.ts'
import { fakeClock } from '../testing/stage.ts'
import { listenForBounces } from './bounce-listener.ts'
import { reportIn } from './bounces.ts'

/** A report in three parts (RFC 3464), as Postfix, Exim and others write it. */
const dsn = (fields: string, more = ''): string =>
  [
    'From: Mail Delivery System <MAILER-DAEMON@mx.example.org>',
    'To: <b@bounces.example.com>',
    'Subject: Undelivered Mail Returned to Sender',
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary="B"',
    '',
    '--B',
    'Content-Type: text/plain; charset=us-ascii',
    '',
    'I am sorry to have to inform you that your message could not be delivered.',
    '',
    '--B',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.example.org',
    'Arrival-Date: Sun, 22 Nov 2026 10:00:00 +0000',
    '',
    ...fields.split('\n'),
    '',
    '--B',
    'Content-Type: message/rfc822',
    '',
    'Subject: Kamienica',
    'To: ola@example.org',
    '',
    `words ${more}`,
    '--B--',
    '',
  ].join('\r\n')

const failed = (status: string, diagnosis: string): string =>
  `Final-Recipient: rfc822; ola@example.org\nAction: failed\nStatus: ${status}\nDiagnostic-Code: smtp; ${diagnosis}`

const complaint = (type: string): string =>
  dsn('')
    .replace('report-type=delivery-status', 'report-type=feedback-report')
    .replace('message/delivery-status', 'message/feedback-report')
    .replace('Reporting-MTA: dns; mx.example.org', `Feedback-Type: ${type}\r\nUser-Agent: Example/1.0\r\nVersion: 1`)

describe('a report', () => {
  test.each<[string, object]>([
    [failed('5.1.1', '550 5.1.1 <ola@example.org>: Recipient address rejected: User unknown'), { bounce: 'hard' }],
    [failed('5.2.1', '550 5.2.1 The account is disabled'), { bounce: 'hard' }],
    [failed('5.1.2', '550 5.1.2 Bad destination system'), { bounce: 'hard' }],
    // Exim's general status; the diagnosis says what it was.
    [failed('5.0.0', '550 5.1.1 No such user'), { bounce: 'hard' }],
    [failed('5.0.0', '550 unrouteable address'), { bounce: 'hard' }],
    [failed('5.0.0', '554 5.7.1 Spam'), { bounce: 'soft' }],
    [failed('5.2.2', '552 5.2.2 Mailbox full'), { bounce: 'soft' }],
    [failed('5.7.1', '550 5.7.1 Blocked by policy'), { bounce: 'soft' }],
    [failed('4.4.7', '451 4.4.7 Delivery time expired'), { bounce: 'soft' }],
    // Folded lines.
    [failed('5.1.1', '550\n 5.1.1 No such\n user'), { bounce: 'hard', answer: '550 5.1.1 No such user' }],
  ])('%j', async (fields, expected) => {
    expect(await reportIn(Buffer.from(dsn(fields)))).toMatchObject({ kind: 'bounce', ...expected })
  })

  test.each([
    'Final-Recipient: rfc822; ola@example.org\nAction: delayed\nStatus: 4.4.1',
    'Final-Recipient: rfc822; ola@example.org\nAction: delivered\nStatus: 2.0.0',
    'Action: failed? no: relayed',
    '',
  ])('that is no failure: %j', async (fields) => {
    expect(await reportIn(Buffer.from(dsn(fields)))).toEqual({ kind: 'nothing' })
  })

  test('of a reader who called it unwanted (RFC 5965)', async () => {
    expect(await reportIn(Buffer.from(complaint('abuse')))).toEqual({ kind: 'complaint', answer: 'abuse' })
    expect(await reportIn(Buffer.from(complaint('fraud')))).toEqual({ kind: 'nothing' })
  })

  test('that is none: an answer of a robot, junk, nothing', async () => {
    const robot = 'Subject: Out of office\r\nAuto-Submitted: auto-replied\r\n\r\nI am away. 550 5.1.1 No such user'
    for (const text of [robot, '', '\0\0\0', `Content-Type: multipart/report; boundary="${'x'.repeat(500)}"\r\n\r\n`])
      expect(await reportIn(Buffer.from(text))).toEqual({ kind: 'nothing' })
    const deep = `${'Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n'.repeat(30)}x`
    expect(await reportIn(Buffer.from(deep)).catch((error: Error) => error.message)).toBeTruthy()
  })
})

/** @param from empty: as mail servers send reports */
const bringTo = (port: number, to: string, raw: string, from = ''): Promise<string> =>
  createTransport({ host: '127.0.0.1', port, ignoreTLS: true })
    .sendMail({ envelope: { from, to: [to] }, raw })
    .then(
      ({ response }) => response,
      (error: Error & { response?: string }) => error.response ?? error.message,
    )

test('the port goes from the process that has it to the one that waits for it', async () => {
  const bounces = { host: '127.0.0.1', port: await freePort(), domain: 'bounces.example.com' }
  const clock = fakeClock()
  const warnings: string[] = []
  const log: Log = {
    ...{ debug: () => undefined, info: () => undefined, error: () => undefined, child: () => log },
    warn: (text) => void warnings.push(text),
  }
  // Nothing gets as far as the database: nobody's address.
  const parts = { bounces, clock, log, sealer: createSealer(Buffer.alloc(32, 7)), db: {} as Database }
  const first = await listenForBounces(parts)
  const second = await listenForBounces(parts)
  expect(warnings).toEqual(['another process has the port for bounces; this one waits for it'])
  const answer = () => bringTo(bounces.port, 'nobody@bounces.example.com', dsn(''))
  expect(await answer()).toMatch(/^550/)
  clock.advance(5_000)
  await first.stop()
  await expect
    .poll(() => {
      clock.advance(5_000)
      return answer()
    })
    .toMatch(/^550/)
  await second.stop()
  expect(await answer()).toMatch(/ECONNREFUSED/)
  await expect(listenForBounces({ ...parts, bounces: { ...bounces, host: '192.0.2.1' } })).rejects.toThrow(
    'EADDRNOTAVAIL',
  )
})

describe('the port', () => {
  let on: NewsletterStage
  let port: number
  let channelId: string
  beforeEach(async () => {
    port = await freePort()
    const bounces = {
      FLOOWE_PUBLISHING_BOUNCE_PORT: String(port),
      FLOOWE_PUBLISHING_BOUNCE_DOMAIN: 'bounces.example.com',
    }
    on = await openNewsletterStage({ env: bounces })
    channelId = await on.connectNewsletter()
    await on.addReaders(channelId, ['ola@example.org', 'jan@example.org'])
  })
  afterEach(() => on.close())

  /** Where bounces of the newest letter to somebody go, and where mails to leave do. */
  async function addressesFor(email: string): Promise<{ bounces: string; leave: string }> {
    const id = await on.plan(channelId)
    await on.reaches(id, 'published')
    const letter = on.smtp.letters().findLast(({ to }) => to === email)
    const [, leave = ''] = /mailto:([^?>]+)\?/.exec(letter?.content ?? '') ?? []
    return { bounces: letter?.from ?? '', leave }
  }
  const bring = (to: string, raw: string, from = '') => bringTo(port, to, raw, from)
  const stateOf = async (email: string) => (await on.me.listSubscribers({ channelId, search: email })).items[0]?.state

  test('a mailbox that does not exist ends the subscription at once', async () => {
    const { bounces } = await addressesFor('ola@example.org')
    expect(bounces).toMatch(/^b[a-z2-7]{60}@bounces\.example\.com$/)
    const report = dsn(failed('5.1.1', '550 5.1.1 User unknown'))
    expect(await bring(bounces, report)).toMatch(/^250/)
    expect(await stateOf('ola@example.org')).toBe('bounced')
    expect(await stateOf('jan@example.org')).toBe('confirmed')
    // In capitals, and twice: mail servers do both.
    expect(await bring(bounces.toUpperCase(), report)).toMatch(/^250/)
    const [recipient] = (
      await on.me.listRecipients({ id: (await on.me.listDeliveries({})).items[0]?.id ?? '' })
    ).items.filter(({ email }) => email === 'ola@example.org')
    expect(recipient).toMatchObject({ code: 'no-mailbox', answer: '550 5.1.1 User unknown' })
  })

  test('five issues in a row that come back softly end it; one that arrives between them begins the count anew', async () => {
    const soft = dsn(failed('5.2.2', '552 5.2.2 Mailbox full'))
    const states = []
    for (const comesBack of [true, true, false, true, true, true, true, true]) {
      const { bounces } = await addressesFor('ola@example.org')
      if (comesBack) {
        await bring(bounces, soft)
        await bring(bounces, soft)
      }
      states.push(await stateOf('ola@example.org'))
    }
    expect(states).toEqual([...Array<string>(7).fill('confirmed'), 'bounced'])
  })

  test('a complaint ends it for good; a mail to leave as well; an answer of a robot changes nothing', async () => {
    const { bounces } = await addressesFor('ola@example.org')
    const robot = 'Subject: Out of office\r\nAuto-Submitted: auto-replied\r\n\r\nI am away.'
    expect(await bring(bounces, robot, 'ola@example.org')).toMatch(/^250/)
    expect(await stateOf('ola@example.org')).toBe('confirmed')
    await bring(bounces, complaint('abuse'))
    expect(await stateOf('ola@example.org')).toBe('complained')
    const { leave } = await addressesFor('jan@example.org')
    expect(leave).toMatch(/^u[a-z2-7]{60}@bounces\.example\.com$/)
    await bring(leave, robot)
    expect(await stateOf('jan@example.org')).toBe('confirmed')
    expect(await bring(leave, 'Subject: unsubscribe\r\n\r\n', 'jan@example.org')).toMatch(/^250/)
    expect(await stateOf('jan@example.org')).toBe('unsubscribed')
  })

  test('takes nothing else: other addresses, made-up ones, large or many', async () => {
    const { bounces } = await addressesFor('ola@example.org')
    const report = dsn(failed('5.1.1', '550 User unknown'))
    const [name = '', domain = ''] = bounces.split('@')
    const changed = (at: number): string => `${name.slice(0, at)}${name[at] === 'a' ? 'b' : 'a'}${name.slice(at + 1)}`
    for (const to of [
      'ola@example.org',
      `postmaster@${domain}`,
      `${name}@example.org`,
      `${changed(5)}@${domain}`,
      `${changed(40)}@${domain}`,
      `${changed(57)}@${domain}`,
    ])
      expect(await bring(to, report), to).toMatch(/^550/)
    expect(await bring(bounces, dsn(failed('5.1.1', '550 x'), 'x'.repeat(1_100_000)))).toMatch(
      /55[02]|larger than allowed/,
    )
    expect(await stateOf('ola@example.org')).toBe('confirmed')
  })
})
