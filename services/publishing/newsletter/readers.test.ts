/** Who reads a newsletter: by their own word, confirmed; through the public pages and through the door. */
import { afterEach, describe, expect, test } from 'vitest'
import {
  declaration,
  linksIn,
  type NewsletterStage,
  openNewsletterStage,
  plainText,
} from '../testing/newsletter-stage.ts'
import { editorId, otherWorkspaceId, startClock } from '../testing/stage.ts'

let on: NewsletterStage
afterEach(() => on.close())

const open = async (options: Parameters<typeof openNewsletterStage>[0] = {}): Promise<string> => {
  on = await openNewsletterStage(options)
  return on.connectNewsletter()
}
const refusalOf = async (work: Promise<unknown>): Promise<{ code: string; data?: unknown }> =>
  work.then(
    () => ({ code: 'it was done' }),
    (error: { code: string; data?: unknown }) => error,
  )
const formOf = async (channelId: string): Promise<string> => (await on.me.getNewsletter({ channelId })).formUrl
const stateOf = async (channelId: string, email: string) =>
  (await on.me.listSubscribers({ channelId, search: email })).items[0]?.state
/** Everything of a page that a reader could tell two of them apart by. */
const seen = ({ status, text }: { status: number; text: string }): string => `${status} ${text}`

/** Through the form and the letter. */
async function subscribed(channelId: string, email: string): Promise<{ confirmUrl: string }> {
  await on.open(await formOf(channelId), { email })
  await on.world.drain()
  const letter = on.smtp.letters().findLast(({ to }) => to === email)
  const confirmUrl = linksIn(letter?.content ?? '').find((link) => link.includes('/confirm/')) ?? ''
  return { confirmUrl }
}

describe('subscribing', () => {
  test('takes a letter, a link and a button', async () => {
    const channelId = await open()
    const { confirmUrl } = await subscribed(channelId, 'Ola@Example.org'.toLowerCase())
    const [letter] = on.smtp.letters()
    expect(plainText(letter?.content ?? '')).toContain('Listy znad Wisły')
    expect(await stateOf(channelId, 'ola@example.org')).toBe('pending')
    const page = await on.open(confirmUrl)
    expect(page.status).toBe(200)
    // A scanner that opens links confirms nothing.
    expect(await stateOf(channelId, 'ola@example.org')).toBe('pending')
    expect(page.text).toContain('<form method="post"')
    const done = await on.open(confirmUrl, {})
    expect(done.text).toContain('Zapisano')
    expect(await stateOf(channelId, 'ola@example.org')).toBe('confirmed')
    expect(seen(await on.open(confirmUrl, {}))).toBe(seen(done))
  })

  test('answers the same whether the address is known, confirmed, gone or new', async () => {
    const channelId = await open()
    await on.addReaders(channelId, ['known@example.org'])
    await on.me.addSubscriber({ channelId, email: 'pending@example.org' })
    await on.world.sql(
      "insert into subscribers select workspace_id, gen_random_uuid(), channel_id, 'left@example.org', 'x', 'complained', locale, source, asked_at, asked_by from subscribers limit 1",
    )
    const form = await formOf(channelId)
    const pages = []
    for (const email of ['new@example.org', 'known@example.org', 'pending@example.org', 'left@example.org'])
      pages.push(seen(await on.open(form, { email })))
    expect(new Set(pages).size).toBe(1)
    expect(pages[0]).toContain('200')
    await on.world.drain()
    expect(on.smtp.letters().map(({ to }) => to)).not.toContain('known@example.org')
  })

  test('is held back: per address, per reader, and for programs that fill in everything', async () => {
    const channelId = await open()
    const form = await formOf(channelId)
    await on.open(form, { email: 'robot@example.org', website: 'https://spam.example' })
    for (let time = 0; time < 5; time++) await on.open(form, { email: 'ola@example.org' })
    await on.world.drain()
    const to = on.smtp.letters().map((letter) => letter.to)
    expect(to).not.toContain('robot@example.org')
    expect(to.filter((one) => one === 'ola@example.org').length).toBeLessThanOrEqual(3)
    for (let time = 0; time < 4; time++) await on.open(form, { email: `a${time}@example.org` })
    const last = await on.open(form, { email: 'late@example.org' })
    expect(last.status).toBe(429)
    expect(last.headers['retry-after']).toMatch(/^\d+$/)
    expect(await stateOf(channelId, 'late@example.org')).toBeUndefined()
  })

  test('what is no address, no newsletter, no link', async () => {
    const channelId = await open()
    const form = await formOf(channelId)
    expect((await on.open(form, { email: 'nobody' })).status).toBe(400)
    expect((await on.open(form, {})).status).toBe(400)
    const origin = 'https://floowe.example/newsletter'
    for (const path of [
      'subscribe/x',
      `subscribe/${'A'.repeat(43)}`,
      'confirm/x',
      'unsubscribe/x',
      `unsubscribe/${'A'.repeat(86)}`,
    ])
      expect((await on.open(`${origin}/${path}`)).status, path).toBe(404)
    expect((await on.open(`${origin}/sample`)).status).toBe(200)
  })

  test('a link counts for a week, and only the newest one', async () => {
    const clock = startClock()
    const channelId = await open({ clock })
    const first = await subscribed(channelId, 'ola@example.org')
    const second = await subscribed(channelId, 'ola@example.org')
    expect(second.confirmUrl).not.toBe(first.confirmUrl)
    expect((await on.open(first.confirmUrl, {})).status).toBe(404)
    clock.advance(7 * 24 * 3_600_000 + 1)
    expect((await on.open(second.confirmUrl, {})).status).toBe(410)
    expect(await stateOf(channelId, 'ola@example.org')).toBe('pending')
  })

  test('pages are kept by nobody, framed by nobody, and run nothing', async () => {
    const channelId = await open()
    const { headers, text } = await on.open(await formOf(channelId))
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex, nofollow',
    })
    const policy = String(headers['content-security-policy'])
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/unsafe|script-src|allow-scripts|allow-same-origin/)
    expect(text).not.toMatch(/<script|https?:\/\/(?!floowe\.example)/)
  })
})

describe('leaving', () => {
  const leaveUrlOf = async (channelId: string): Promise<string> => {
    const id = await on.plan(channelId)
    await on.reaches(id, 'published')
    return linksIn(on.smtp.letters().at(-1)?.content ?? '').find((link) => link.includes('/unsubscribe/')) ?? ''
  }

  test('takes a button, and can be taken back for a while', async () => {
    const clock = startClock()
    const channelId = await open({ clock })
    await on.addReaders(channelId, ['ola@example.org'])
    const url = await leaveUrlOf(channelId)
    expect((await on.open(url)).text).toContain('Wypisać Cię?')
    expect(await stateOf(channelId, 'ola@example.org')).toBe('confirmed')
    const left = await on.open(url, {})
    expect(left.text).toContain('Wypisano')
    expect(await stateOf(channelId, 'ola@example.org')).toBe('unsubscribed')
    const back = url.replace('/unsubscribe/', '/resubscribe/')
    expect(left.text).toContain(back)
    expect((await on.open(back, {})).text).toContain('Zapisano z powrotem')
    expect(await stateOf(channelId, 'ola@example.org')).toBe('confirmed')
    await on.open(url, {})
    clock.advance(3_600_001)
    await on.open(back, {})
    expect(await stateOf(channelId, 'ola@example.org')).toBe('unsubscribed')
  })

  test('is one click for mail programs (RFC 8058), in either form, also twice', async () => {
    const channelId = await open()
    await on.addReaders(channelId, ['ola@example.org'])
    const { pathname } = new URL(await leaveUrlOf(channelId))
    const multipart = '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n'
    for (const [type, payload] of [
      ['application/x-www-form-urlencoded', 'List-Unsubscribe=One-Click'],
      ['multipart/form-data; boundary=x', multipart],
    ]) {
      const answer = await on.world.http.inject({
        method: 'POST',
        url: pathname,
        headers: { 'content-type': type },
        payload: payload ?? '',
      })
      expect(answer.statusCode).toBe(200)
      expect(await stateOf(channelId, 'ola@example.org')).toBe('unsubscribed')
    }
    const big = await on.world.http.inject({
      method: 'POST',
      url: pathname,
      headers: { 'content-type': 'text/plain' },
      payload: 'x'.repeat(20_000),
    })
    expect(big.statusCode).toBe(413)
  })

  test('works in letters that are older than the address’ erasure, and then says nothing of it', async () => {
    const channelId = await open()
    await on.addReaders(channelId, ['ola@example.org'])
    const url = await leaveUrlOf(channelId)
    const [reader] = (await on.me.listSubscribers({ channelId })).items
    await on.me.removeSubscriber({ channelId, subscriberId: reader?.id ?? '' })
    const page = await on.open(url)
    expect(page.status).toBe(404)
    expect(page.text).not.toContain('ola@example.org')
  })
})

describe('people who look after a newsletter', () => {
  test('enter one address, by a letter or by a declaration that is kept', async () => {
    const channelId = await open()
    expect(await on.me.addSubscriber({ channelId, email: 'ola@example.org' })).toMatchObject({
      state: 'pending',
      locale: 'pl',
      source: 'person',
      declaration: null,
    })
    expect(await on.me.addSubscriber({ channelId, email: 'jan@example.org', locale: 'en', declaration })).toMatchObject(
      {
        state: 'confirmed',
        locale: 'en',
        declaration,
        askedBy: editorId,
      },
    )
    expect((await refusalOf(on.me.addSubscriber({ channelId, email: 'jan@example.org' }))).code).toBe(
      'already-subscribed',
    )
    await on.world.drain()
    expect(on.smtp.letters().map(({ to }) => to)).toEqual(['ola@example.org'])
    expect((await on.me.getNewsletter({ channelId })).subscribers).toMatchObject({ pending: 1, confirmed: 1 })
  })

  test('import lines, and never bring anybody back who has left', async () => {
    const channelId = await open()
    await on.addReaders(channelId, ['left@example.org', 'erased@example.org', 'known@example.org'])
    const { items } = await on.me.listSubscribers({ channelId })
    const idOf = (email: string): string => items.find((one) => one.email === email)?.id ?? ''
    await on.world.sql("update subscribers set state = 'unsubscribed' where email = 'left@example.org'")
    await on.me.removeSubscriber({ channelId, subscriberId: idOf('erased@example.org') })
    const csv =
      'email;język\nleft@example.org;pl\nerased@example.org;pl\nKNOWN@example.org;pl\nnew@example.org;en\nnew@example.org;en\nbad line\n'
    expect(await on.me.importSubscribers({ channelId, csv, declaration })).toEqual({
      added: 1,
      known: 1,
      skipped: 2,
      invalid: 1,
      invalidLines: [{ line: 7, text: 'bad line' }],
    })
    expect(await stateOf(channelId, 'left@example.org')).toBe('unsubscribed')
    expect(await on.me.listSubscribers({ channelId, search: 'erased' })).toMatchObject({ total: 0 })
    expect(await on.me.listSubscribers({ channelId, state: 'confirmed', search: 'NEW@' })).toMatchObject({
      total: 1,
      items: [{ locale: 'en' }],
    })
    expect((await refusalOf(on.me.addSubscriber({ channelId, email: 'erased@example.org', declaration }))).code).toBe(
      'has-left',
    )
    // Their own word brings them back.
    const { confirmUrl } = await subscribed(channelId, 'erased@example.org')
    await on.open(confirmUrl, {})
    expect(await stateOf(channelId, 'erased@example.org')).toBe('confirmed')
  })

  test('import without a declaration: each is asked by a letter, over few connections', async () => {
    const channelId = await open()
    const emails = Array.from({ length: 60 }, (_, at) => `r${at}@example.org`)
    const before = on.smtp.connections()
    expect(await on.me.importSubscribers({ channelId, csv: emails.join('\n') })).toMatchObject({ added: 60 })
    await on.world.drain()
    expect(on.smtp.letters()).toHaveLength(60)
    expect(new Set(on.smtp.letters().map(({ to }) => to)).size).toBe(60)
    expect(on.smtp.connections() - before).toBeLessThanOrEqual(2)
    expect((await on.me.getNewsletter({ channelId })).subscribers).toMatchObject({ pending: 60, confirmed: 0 })
  })

  test('a letter that bounces at once ends the pending subscription', async () => {
    const channelId = await open()
    on.smtp.answers.recipient(() => ({ code: 550, text: '5.1.1 No such user' }))
    await on.me.addSubscriber({ channelId, email: 'ola@example.org' })
    await on.world.drain()
    expect(await stateOf(channelId, 'ola@example.org')).toBe('bounced')
  })

  test('export and erase: the address is gone from every table', async () => {
    const channelId = await open()
    await on.addReaders(channelId, ['ola@example.org', 'jan@example.org'])
    const id = await on.plan(channelId)
    await on.reaches(id, 'published')
    const { csv, next } = await on.me.exportSubscribers({ channelId })
    expect(csv.split('\r\n')).toHaveLength(4)
    expect(csv).toContain('"ola@example.org","confirmed","pl","import"')
    expect(next).toBeNull()
    const [ola] = (await on.me.listSubscribers({ channelId, search: 'ola' })).items
    await on.me.removeSubscriber({ channelId, subscriberId: ola?.id ?? '' })
    await on.me.removeSubscriber({ channelId, subscriberId: ola?.id ?? '' })
    const texts = await on.world.sql<{ text: string }>(
      'select s::text as text from subscribers s union all select r::text from recipients r union all select j.input::text from jobs j',
    )
    expect(texts.filter(({ text }) => text.includes('ola@'))).toEqual([])
    expect(await on.me.listRecipients({ id })).toMatchObject({ total: 2 })
    expect((await on.me.listRecipients({ id })).items.map(({ email }) => email).toSorted()).toEqual([
      'jan@example.org',
      null,
    ])
  })

  test('with the newsletter go its readers; how many got an issue is still told', async () => {
    const channelId = await open()
    await on.addReaders(channelId, ['ola@example.org'])
    const id = await on.plan(channelId)
    await on.reaches(id, 'published')
    await on.me.removeChannel({ id: channelId })
    expect(await on.world.sql('select * from subscribers')).toEqual([])
    expect(await on.world.sql('select * from recipients')).toEqual([])
    expect(await on.me.getMailing({ id })).toMatchObject({ recipients: { accepted: 1 } })
  })

  test('there is an end to how many', async () => {
    const channelId = await open({ env: { FLOOWE_PUBLISHING_SUBSCRIBERS_MAX: '2' } })
    await on.addReaders(channelId, ['a@example.org'])
    const csv = 'a@example.org\nb@example.org\nc@example.org'
    expect(await refusalOf(on.me.importSubscribers({ channelId, csv, declaration }))).toMatchObject({
      code: 'too-many-subscribers',
      data: { max: 2 },
    })
    // All or nothing; and the form says nothing of it.
    expect((await on.me.getNewsletter({ channelId })).subscribers.confirmed).toBe(1)
    await on.addReaders(channelId, ['b@example.org'])
    expect((await on.open(await formOf(channelId), { email: 'c@example.org' })).status).toBe(200)
  })

  test('of another workspace see none of it', async () => {
    const channelId = await open()
    await on.addReaders(channelId, ['ola@example.org'])
    const stranger = on.world.as({ workspaceId: otherWorkspaceId, role: 'owner', userId: editorId })
    for (const ask of [
      () => stranger.getNewsletter({ channelId }),
      () => stranger.listSubscribers({ channelId }),
      () => stranger.exportSubscribers({ channelId }),
      () => stranger.updateNewsletter({ channelId, imprint: 'Stolen' }),
    ])
      expect((await refusalOf(ask())).code).toBe('not-found')
    const viewer = on.world.as({
      workspaceId: '0190aaaa-0000-7000-8000-0000000000aa',
      role: 'viewer',
      userId: editorId,
    })
    expect((await refusalOf(viewer.listSubscribers({ channelId }))).code).toBe('not-allowed')
  })
})

describe('the newsletter itself', () => {
  test('is changed without its server, and with one that is asked first', async () => {
    const channelId = await open()
    const changed = await on.me.updateNewsletter({
      channelId,
      senderName: 'Redakcja',
      replyTo: 'redakcja@example.com',
      perSecond: 50,
    })
    expect(changed).toMatchObject({
      senderName: 'Redakcja',
      replyTo: 'redakcja@example.com',
      perSecond: 50,
      hasOwnServer: true,
    })
    const wrong = on.smtp.url.replace('@', 'x@')
    expect(await refusalOf(on.me.updateNewsletter({ channelId, server: wrong }))).toMatchObject({
      code: 'connection-refused',
      data: { code: 'key-refused' },
    })
    expect(await refusalOf(on.me.updateNewsletter({ channelId, server: null }))).toMatchObject({
      code: 'connection-refused',
      data: { code: 'mail-not-set-up' },
    })
    expect(await refusalOf(on.me.updateNewsletter({ channelId, server: 'smtp://10.0.0.1' }))).toMatchObject({
      code: 'connection-refused',
    })
    expect((await on.me.getNewsletter({ channelId })).hasOwnServer).toBe(true)
    const [row] = await on.world.sql<{ account: Record<string, string>; secret: string }>(
      "select account, secret_sealed as secret from channels where network = 'newsletter'",
    )
    expect(JSON.stringify(row)).not.toContain(on.smtp.password)
  })

  test('without a server of its own it goes through the operator’s, where there is one', async () => {
    await open({ isOperators: true })
    const channelId = await on.connectNewsletter('Bez serwera', { server: '' })
    expect(await on.me.getNewsletter({ channelId })).toMatchObject({ hasOwnServer: false, isMailReady: true })
    await on.addReaders(channelId, ['ola@example.org'])
    await on.reaches(await on.plan(channelId), 'published')
    expect(on.smtp.letters().map(({ to }) => to)).toEqual(['ola@example.org'])
    await on.close()
    await open()
    expect(await refusalOf(on.connectNewsletter('Bez serwera', { server: '' }))).toMatchObject({
      code: 'connection-refused',
      data: { code: 'mail-not-set-up' },
    })
  })
})
