/** An issue on its way to its readers, through the door: a real ledger, a mail server that misbehaves. */
import { afterEach, describe, expect, test } from 'vitest'
import {
  declaration,
  linksIn,
  type NewsletterStage,
  openNewsletterStage,
  plainText,
  readerOf,
} from '../testing/newsletter-stage.ts'
import { until } from '../testing/stage.ts'

let on: NewsletterStage
afterEach(() => on.close())

const env = { FLOOWE_PUBLISHING_RETRY_PAUSE_MS: '20', FLOOWE_PUBLISHING_LETTER_PAUSE_MS: '20' }
const open = async (options: Parameters<typeof openNewsletterStage>[0] = {}): Promise<NewsletterStage> => {
  on = await openNewsletterStage({ ...options, env: { ...env, ...options.env } })
  return on
}
const refusalOf = async (work: Promise<unknown>): Promise<{ code: string; data?: unknown }> =>
  work.then(
    () => ({ code: 'it was done' }),
    (error: { code: string; data?: unknown }) => error,
  )

describe('an issue', () => {
  test('goes to each confirmed reader once, with links of their own', async () => {
    await open()
    const channelId = await on.connectNewsletter()
    await on.addReaders(channelId, [1, 2, 3].map(readerOf))
    await on.me.addSubscriber({ channelId, email: 'pending@example.org' })
    await on.world.drain()
    const before = on.smtp.letters().length
    const id = await on.plan(channelId, 'Kamienica nad Wisłą')
    await on.reaches(id, 'published')
    const letters = on.smtp.letters().slice(before)
    expect(letters.map(({ to }) => to).toSorted()).toEqual([1, 2, 3].map(readerOf))
    expect(new Set(letters.map(({ messageId }) => messageId)).size).toBe(3)
    const leave = letters.map(({ content }) => linksIn(content).find((link) => link.includes('/unsubscribe/')))
    expect(new Set(leave).size).toBe(3)
    for (const [index, { content, from }] of letters.entries()) {
      expect(from).toBe('listy@example.com')
      const unfolded = content.replace(/\r?\n[ \t]+/g, ' ')
      expect(unfolded).toContain(`List-Unsubscribe: <${leave[index]}>, <mailto:listy@example.com?subject=unsubscribe>`)
      expect(unfolded).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click')
      expect(unfolded).toContain(`List-ID: <${channelId}.floowe.example>`)
      expect(content).toContain('multipart/alternative')
      expect(plainText(content)).toContain('Kamienica nad Wisłą')
      expect(plainText(content)).toContain('ul. Nadrzeczna 7')
    }
    expect(await on.me.getMailing({ id })).toMatchObject({ recipients: { accepted: 3, waiting: 0 }, undecided: 0 })
    expect((await on.me.listRecipients({ id })).items[0]).toMatchObject({ state: 'accepted', attempts: 1 })
  })

  test('is not sent again, neither as an update nor by another plan', async () => {
    await open()
    const channelId = await on.connectNewsletter()
    await on.addReaders(channelId, [readerOf(1)])
    const content = on.content.write({ title: 'Raz' })
    const { id } = await on.me.planDelivery({ editionId: content.editionId, channelId, when: { now: true } })
    await on.reaches(id, 'published')
    on.content.rewrite(content, { title: 'Dwa' })
    const again = await on.me.planDelivery({ editionId: content.editionId, channelId, when: { now: true } })
    await on.reaches(again.id, 'failed')
    expect((await on.me.getDelivery({ id: again.id })).problem?.code).toBe('cannot-change')
    expect(await refusalOf(on.me.unpublish({ editionId: content.editionId, channelId }))).toMatchObject({
      code: 'cannot-take-down',
      data: { network: 'newsletter' },
    })
    expect(on.smtp.letters()).toHaveLength(1)
  })

  test('without readers fails and says so, and goes out once there are some', async () => {
    await open()
    const channelId = await on.connectNewsletter()
    const id = await on.plan(channelId)
    await on.reaches(id, 'failed')
    expect((await on.me.getDelivery({ id })).problem?.code).toBe('no-subscribers')
    await on.addReaders(channelId, [readerOf(1)])
    const other = await on.plan(channelId, 'Drugie')
    await on.reaches(other, 'published')
    expect(on.smtp.letters()).toHaveLength(1)
  })

  test('takes several attempts when it takes long, and they do not count', async () => {
    await open()
    const channelId = await on.connectNewsletter()
    await on.addReaders(channelId, [1, 2].map(readerOf))
    on.smtp.answers.recipient((address, time) =>
      address === readerOf(2) && time < 4 ? { code: 451, text: '4.7.1 Greylisted' } : null,
    )
    const id = await on.plan(channelId)
    await on.reaches(id, 'published')
    const { attempts, history } = await on.me.getDelivery({ id })
    expect(history.map(({ outcome }) => outcome)).toEqual(['accepted'])
    expect(attempts).toBeLessThanOrEqual(2)
    expect(on.smtp.letters().map(({ to }) => to)).toEqual([readerOf(1), readerOf(2)])
  })
})

describe('a reader', () => {
  test.each([
    [{ code: 550, text: '5.1.1 No such user' }, 'refused', 'no-mailbox', 'bounced'],
    [{ code: 553, text: 'Mailbox name not allowed' }, 'refused', 'no-mailbox', 'bounced'],
    [{ code: 550, text: '5.7.1 Blocked by policy' }, 'refused', 'mail-refused', 'confirmed'],
    [{ code: 552, text: '5.2.2 Mailbox full' }, 'refused', 'mailbox-full', 'confirmed'],
  ] as const)('of whom the server says %j', async (answer, state, code, becomes) => {
    await open()
    const channelId = await on.connectNewsletter()
    await on.addReaders(channelId, [1, 2].map(readerOf))
    on.smtp.answers.recipient((address) => (address === readerOf(2) ? answer : null))
    const id = await on.plan(channelId)
    await on.reaches(id, 'published')
    const { items } = await on.me.listRecipients({ id, state })
    expect(items).toMatchObject([{ email: readerOf(2), state, code }])
    const { items: readers } = await on.me.listSubscribers({ channelId, search: readerOf(2) })
    expect(readers).toMatchObject([{ state: becomes }])
    expect(on.smtp.letters().map(({ to }) => to)).toEqual([readerOf(1)])
  })

  test('whose answer was lost is not sent to again, until a person says so', async () => {
    await open()
    const channelId = await on.connectNewsletter()
    await on.addReaders(channelId, [1, 2, 3].map(readerOf))
    on.smtp.faults.always(({ path }) => (path === readerOf(2) ? 'accept-then-reset' : 'ok'))
    const id = await on.plan(channelId)
    await on.reaches(id, 'published')
    expect(await on.me.getMailing({ id })).toMatchObject({ recipients: { accepted: 2, unknown: 1 }, undecided: 1 })
    const [unknown] = (await on.me.listRecipients({ id, state: 'unknown' })).items
    const asked = { id, subscriberId: unknown?.subscriberId ?? '' }
    const [letter] = on.smtp.letters().filter(({ to }) => to === readerOf(2))
    expect(letter?.messageId).toBe(unknown?.messageId)

    expect(await refusalOf(on.me.decideRecipient({ ...asked, decision: 'send-again' }))).toMatchObject({
      code: 'mail-refused',
    })
    expect((await on.me.listRecipients({ id, state: 'unknown' })).items).toMatchObject([{ code: 'sent-again' }])
    on.smtp.faults.always(() => 'ok')
    expect(await on.me.decideRecipient({ ...asked, decision: 'send-again' })).toMatchObject({ state: 'accepted' })
    expect(await refusalOf(on.me.decideRecipient({ ...asked, decision: 'send-again' }))).toMatchObject({
      code: 'recipient-settled',
      data: { state: 'accepted' },
    })
    const copies = on.smtp.letters().filter(({ to }) => to === readerOf(2))
    expect(copies).toHaveLength(3)
    // Whoever gets it twice can tell: the very same bytes.
    expect(new Set(copies.map(({ content }) => content)).size).toBe(1)
  })

  test('of whom nobody knows may be left as they are', async () => {
    await open()
    const channelId = await on.connectNewsletter()
    await on.addReaders(channelId, [readerOf(1)])
    on.smtp.faults.next(['accept-then-reset'])
    const id = await on.plan(channelId)
    await on.reaches(id, 'published')
    const [unknown] = (await on.me.listRecipients({ id, state: 'unknown' })).items
    const asked = { id, subscriberId: unknown?.subscriberId ?? '', decision: 'leave' as const }
    expect(await on.me.decideRecipient(asked)).toMatchObject({ state: 'unknown', code: 'left' })
    expect(await on.me.getMailing({ id })).toMatchObject({ recipients: { unknown: 1 }, undecided: 0 })
    expect(on.smtp.letters()).toHaveLength(1)
  })

  test('who leaves while it is going out gets nothing more', async () => {
    await open()
    const channelId = await on.connectNewsletter()
    await on.addReaders(channelId, [1, 2].map(readerOf))
    on.smtp.answers.recipient((address) => (address === readerOf(2) ? { code: 451, text: '4.7.1 Later' } : null))
    const id = await on.plan(channelId)
    await on.smtp.received(1)
    await on.world.sql("update subscribers set state = 'unsubscribed' where email = $1", [readerOf(2)])
    on.smtp.answers.recipient(() => null)
    await on.reaches(id, 'published')
    expect((await on.me.listRecipients({ id, state: 'dropped' })).items).toMatchObject([
      { email: readerOf(2), code: 'no-subscriber' },
    ])
    expect(on.smtp.letters()).toHaveLength(1)
  })
})

describe('trouble with the server', () => {
  test('a password that no longer works asks for a person; whoever has it does not get it again', async () => {
    await open()
    const channelId = await on.connectNewsletter()
    await on.addReaders(channelId, [1, 2].map(readerOf))
    on.smtp.revoke()
    const id = await on.plan(channelId)
    await on.reaches(id, 'failed')
    const [channel] = (await on.me.listChannels(undefined)).filter((one) => one.id === channelId)
    expect(channel).toMatchObject({ state: 'attention' })
    expect(on.smtp.letters()).toEqual([])
  })

  test('a sender it does not take stops the issue before its readers are used up', async () => {
    await open()
    const channelId = await on.connectNewsletter()
    await on.addReaders(channelId, [1, 2, 3].map(readerOf))
    on.smtp.answers.sender(() => ({ code: 550, text: '5.7.1 Sender not allowed' }))
    const id = await on.plan(channelId)
    await on.reaches(id, 'failed')
    expect((await on.me.getDelivery({ id })).problem).toMatchObject({ code: 'sender-refused' })
    expect(await on.me.getMailing({ id })).toMatchObject({ recipients: { waiting: 3, refused: 0 } })
    on.smtp.answers.sender(() => null)
    await on.me.updateChannel({ id: channelId, paused: false })
    await on.me.sendDelivery({ id })
    await on.reaches(id, 'published')
    expect(on.smtp.letters()).toHaveLength(3)
  })

  test('a server that refuses every letter fails the issue, and a second try asks everybody again', async () => {
    await open()
    const channelId = await on.connectNewsletter()
    await on.addReaders(channelId, [1, 2].map(readerOf))
    on.smtp.answers.content(() => ({ code: 554, text: '5.7.1 Looks like spam' }))
    const id = await on.plan(channelId)
    await on.reaches(id, 'failed')
    expect((await on.me.getDelivery({ id })).problem?.code).toBe('nobody-took-it')
    on.smtp.answers.content(() => null)
    await on.me.sendDelivery({ id })
    await on.reaches(id, 'published')
    expect(on.smtp.letters()).toHaveLength(2)
  })
})

test('an issue that is stopped reaches nobody else', async () => {
  await open()
  const channelId = await on.connectNewsletter()
  await on.addReaders(channelId, [1, 2, 3].map(readerOf))
  on.smtp.answers.recipient((address) => (address === readerOf(1) ? null : { code: 451, text: '4.7.1 Later' }))
  const id = await on.plan(channelId)
  await on.smtp.received(1)
  await until(async () => (await on.me.getMailing({ id }))?.recipients.deferred === 2)
  expect(await on.me.stopMailing({ id })).toMatchObject({ recipients: { dropped: 2 } })
  on.smtp.answers.recipient(() => null)
  await on.reaches(id, 'published')
  expect(on.smtp.letters()).toHaveLength(1)
})

test('a restore leaves nobody to be sent to without a person’s word', async () => {
  await open({ env: { FLOOWE_PUBLISHING_LETTER_PAUSE_MS: '3600000' } })
  const channelId = await on.connectNewsletter()
  await on.addReaders(channelId, [1, 2].map(readerOf))
  on.smtp.answers.recipient((address) => (address === readerOf(2) ? { code: 451, text: '4.7.1 Later' } : null))
  const id = await on.plan(channelId)
  await on.reaches(id, 'retrying')
  await on.world.asService(null, 'launch').holdOpen({ since: new Date().toISOString() })
  expect(await on.stateOf(id)).toBe('on-hold')
  on.smtp.answers.recipient(() => null)
  await on.me.sendDelivery({ id })
  await on.reaches(id, 'published')
  expect(await on.me.getMailing({ id })).toMatchObject({ recipients: { accepted: 1, unknown: 1 }, undecided: 1 })
  expect(on.smtp.letters()).toHaveLength(1)
})

describe('before it goes out', () => {
  test('it is shown as the mail it would be, and sent to whoever asks, and to nobody else', async () => {
    await open()
    const channelId = await on.connectNewsletter()
    await on.addReaders(channelId, [readerOf(1)])
    const { editionId } = on.content.write({ title: 'Zapowiedź' })
    const shown = await on.me.previewNewsletter({ editionId, channelId })
    expect(shown).toMatchObject({ from: 'Studio Wisła <listy@example.com>', subject: 'Zapowiedź' })
    expect(shown.html).toContain('https://floowe.example/newsletter/sample')
    const { to } = await on.me.sendTestLetter({ editionId, channelId })
    expect(to).toMatch(/@example\.com$/)
    expect(on.smtp.letters().map((letter) => letter.to)).toEqual([to])
    expect(await on.me.listDeliveries({})).toMatchObject({ total: 0 })
  })

  test('whoever approves it sees the very mail, under the head it has', async () => {
    await open()
    await on.me.updateApprovalPolicy({ mode: 'required', steps: [] })
    const channelId = await on.connectNewsletter()
    const { editionId } = on.content.write({ title: 'Do akceptacji' })
    const when = { wallTime: '2031-11-23T09:00', zone: 'Europe/Warsaw' }
    const { id } = await on.me.planDelivery({ editionId, channelId, when })
    const approval = await on.me.requestApproval({ deliveryId: id })
    const { payload } = await on.me.getApproval({ id: approval.id })
    const { text: _, ...letter } = await on.me.previewNewsletter({ editionId, channelId })
    expect(letter.html).toContain('https://floowe.example/newsletter/sample')
    expect(payload).toMatchObject({ post: null, page: { title: 'Do akceptacji' } })
    expect(payload.letter).toEqual(letter)
  })

  test('what is no newsletter is refused', async () => {
    await open()
    const channelId = await on.connect('Hook')
    const { editionId } = on.content.write()
    for (const ask of [
      () => on.me.getNewsletter({ channelId }),
      () => on.me.previewNewsletter({ editionId, channelId }),
      () => on.me.listSubscribers({ channelId }),
      () => on.me.importSubscribers({ channelId, csv: 'a@b.pl', declaration }),
    ])
      expect(await refusalOf(ask())).toMatchObject({ code: 'not-a-newsletter' })
  })
})
