/** From a newsletter that is connected to a reader who confirms, gets an issue and leaves; and a feed beside it. In both languages. */
import { startSmtp, type Smtp } from '@floowe/emulators/smtp'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { violations } from './axe.ts'
import { openContext, signIn } from './browser.ts'

const words = {
  pl: {
    add: 'Dodaj kanał',
    where: 'Dokąd mają trafiać teksty?',
    newsletter: 'Newsletter e-mail',
    feed: 'Kanał RSS (także Atom i JSON)',
    name: 'Nazwa',
    senderName: 'Nazwa nadawcy',
    sender: 'Adres nadawcy',
    imprint: 'Kim jesteś i gdzie, na dole każdego listu',
    server: /^Własny serwer poczty/,
    connect: 'Podłącz',
    connected: 'Połączony',
    readers: 'Czytelnicy',
    nobody: 'Nikt go jeszcze nie czyta',
    addReader: 'Dodaj adres',
    email: 'Adres e-mail',
    addSubmit: 'Dodaj',
    pending: 'Niepotwierdzony',
    subscribe: 'Zapisz mnie',
    formPage: 'Strona zapisu',
    asked: 'Sprawdź pocztę',
    confirm: 'Potwierdzam zapis',
    confirmed: 'Zapisano',
    plan: 'Zaplanuj',
    publication: 'Publikacja',
    channel: 'Kanał',
    letter: 'List',
    test: 'Wyślij mi próbę',
    publish: 'Opublikuj',
    published: 'Opublikowana',
    who: 'Kto je ma',
    sent: 'Wysłano',
    leave: 'Wypisz mnie',
    left: 'Wypisano',
    title: 'List znad rzeki, wydanie pierwsze',
    lead: 'Woda stała wyżej niż rok temu.',
  },
  en: {
    add: 'Add a channel',
    where: 'Where should your texts go?',
    newsletter: 'E-mail newsletter',
    feed: 'Feed (RSS, Atom, JSON)',
    name: 'Name',
    senderName: 'Sender’s name',
    sender: 'Sender’s address',
    imprint: 'Who you are and where, at the foot of each letter',
    server: /^Mail server of its own/,
    connect: 'Connect',
    connected: 'Connected',
    readers: 'Readers',
    nobody: 'Nobody reads it yet',
    addReader: 'Add an address',
    email: 'E-mail address',
    addSubmit: 'Add',
    pending: 'Not confirmed',
    subscribe: 'Subscribe',
    formPage: 'Page to subscribe',
    asked: 'Look into your mail',
    confirm: 'Confirm my subscription',
    confirmed: 'You are subscribed',
    plan: 'Plan',
    publication: 'Publish',
    channel: 'Channel',
    letter: 'The letter',
    test: 'Send me a test',
    publish: 'Publish',
    published: 'Published',
    who: 'Who has it',
    sent: 'Sent',
    leave: 'Unsubscribe',
    left: 'You are unsubscribed',
    title: 'A letter from the river, the first issue',
    lead: 'The water was higher than last year.',
  },
} as const

describe.each(['pl', 'en'] as const)('a newsletter, %s', (locale) => {
  const say = words[locale]
  const slug = `letters-${locale}-${Date.now()}`
  const workspace = `/w/${slug}`
  const name = 'Listy znad Wisły'
  const [byHand, byForm] = ['ada@example.com', 'ben@example.org']
  let smtp: Smtp
  let page: Page
  let problems: string[]
  let reader: Page
  let mirror: Page
  let readersProblems: string[]
  let articleId: string

  beforeAll(async () => {
    smtp = await startSmtp()
    ;({ page, problems } = await openContext({ locale }))
    ;({ page: reader, problems: readersProblems } = await openContext({ locale }))
    mirror = await reader.context().newPage()
    await signIn(page)
    await ask('post', '/workspaces', { name: `Letters ${locale}`, slug, language: locale, zone: 'Europe/Warsaw' }, null)
    await ask('patch', '/me', { locale, theme: 'light' })
    const { article } = await ask<{ article: { id: string } }>('post', '/articles', {
      language: locale,
      title: say.title,
      lead: say.lead,
      body: { type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text: say.lead }] }] },
    })
    articleId = article.id
  })
  afterAll(async () => {
    await ask('delete', '/workspace', { confirm: slug })
    await page.context().close()
    await reader.context().close()
    await smtp.stop()
  })

  async function ask<Result>(
    method: 'post' | 'patch' | 'delete',
    target: string,
    data: object,
    within: string | null = slug,
  ): Promise<Result> {
    const headers = { origin: inject('access').url, ...(within !== null && { 'floowe-workspace': within }) }
    const answer = await page.request[method](`/api/v1${target}`, { data, headers })
    if (!answer.ok()) throw new Error(`${target} answered ${answer.status()}: ${await answer.text()}`)
    return (await answer.json()) as Result
  }
  const button = (label: string) => page.getByRole('button', { name: label, exact: true })
  const dialog = (label: string) => page.getByRole('dialog', { name: label })
  const readsWell = (of = page): Promise<void> => expect.poll(() => violations(of), { timeout: 15_000 }).toEqual([])
  /** The pages for readers run no script at all, not even the one that looks: it looks at the same page elsewhere. */
  const readsWellThere = async (): Promise<void> => {
    await mirror.setContent(await reader.content())
    await readsWell(mirror)
  }
  const card = (of: string) => page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: of }) })
  const beginAdding = async (network: string) => {
    await page.goto(`${workspace}/channels`)
    await button(say.add).click()
    await dialog(say.where).getByRole('button', { name: network }).click()
    return dialog(network)
  }
  /** The whole addresses in the plain text of what came for somebody, the newest letter last. */
  const linksFor = async (to: string, letters: number): Promise<string[]> => {
    await smtp.received(letters, 30_000)
    const content = smtp.letters().findLast((letter) => letter.to === to)?.content ?? ''
    return [
      ...content
        .replaceAll('=\r\n', '')
        .replaceAll('=3D', '=')
        .matchAll(/https?:\/\/[^\s<>"]+/g),
    ].map(String)
  }
  const press = async (address: string | undefined, label: string, then: string): Promise<void> => {
    await reader.goto(address ?? '')
    await readsWellThere()
    await reader.getByRole('button', { name: label, exact: true }).click()
    await reader.getByRole('heading', { level: 1, name: then, exact: true }).waitFor()
    await readsWellThere()
  }

  test('is connected with a mail server of its own, and shows an empty list that teaches', async () => {
    const form = await beginAdding(say.newsletter)
    await form.getByLabel(say.name, { exact: true }).fill(name)
    await form.getByLabel(say.senderName, { exact: true }).fill('Studio Wisła')
    await form.getByLabel(say.sender, { exact: true }).fill('listy@example.com')
    await form.getByLabel(say.imprint, { exact: true }).fill('Studio Wisła, ul. Nadrzeczna 7, 00-390 Warszawa')
    await form.getByLabel(say.server).fill(smtp.url)
    await readsWell()
    await form.getByRole('button', { name: say.connect }).click()
    await form.waitFor({ state: 'hidden' })
    await card(name).getByText(say.connected).waitFor()
    expect(await page.content()).not.toContain(smtp.password)
    await card(name).getByRole('link', { name: say.readers }).click()
    await page.getByRole('heading', { level: 1, name }).waitFor()
    await page.getByText(say.nobody).waitFor()
    await readsWell()
    expect(problems).toEqual([])
  })

  test('readers come by hand and by the form, and count once they have pressed the button', async () => {
    await button(say.addReader).first().click()
    const form = dialog(say.addReader)
    await form.getByLabel(say.email).fill(byHand)
    await readsWell()
    await form.getByRole('button', { name: say.addSubmit, exact: true }).click()
    await form.waitFor({ state: 'hidden' })
    await page.getByRole('row').filter({ hasText: byHand }).getByText(say.pending).waitFor()
    await readsWell()
    await page.setViewportSize({ width: 360, height: 780 })
    await readsWell()
    const { scrollWidth, clientWidth } = await page.evaluate<{ scrollWidth: number; clientWidth: number }>(
      '(({ scrollWidth, clientWidth }) => ({ scrollWidth, clientWidth }))(document.documentElement)',
    )
    expect(scrollWidth, 'the page scrolls sideways').toBeLessThanOrEqual(clientWidth)
    await page.setViewportSize({ width: 1440, height: 900 })
    const [confirmByHand] = (await linksFor(byHand, 1)).filter((link) => link.includes('/confirm/'))
    await press(confirmByHand, say.confirm, say.confirmed)

    const address = await page.getByLabel(say.formPage, { exact: true }).inputValue()
    await reader.goto(address)
    await readsWellThere()
    await reader.getByLabel(say.email).fill(byForm)
    await reader.getByRole('button', { name: say.subscribe }).click()
    await reader.getByRole('heading', { level: 1, name: say.asked }).waitFor()
    await readsWellThere()
    const [confirmByForm] = (await linksFor(byForm, 2)).filter((link) => link.includes('/confirm/'))
    await press(confirmByForm, say.confirm, say.confirmed)
    expect([problems, readersProblems]).toEqual([[], []])
  })

  test('an issue is seen before it goes out, goes to both, and one of them leaves by its link', async () => {
    await page.goto(`${workspace}/content/${articleId}/${locale}`)
    await button(say.plan).first().click()
    const plan = dialog(say.publication)
    await plan.getByLabel(say.channel, { exact: true }).selectOption({ label: name })
    const letter = plan.getByRole('region', { name: say.letter })
    await letter.frameLocator('iframe').getByRole('heading', { name: say.title }).waitFor()
    await readsWell()
    await letter.getByRole('button', { name: say.test }).click()
    await smtp.received(3, 30_000)
    await plan.getByRole('button', { name: say.publish }).click()
    await plan.waitFor({ state: 'hidden' })

    await page.goto(`${workspace}/deliveries`)
    const row = page.getByRole('row').filter({ hasText: name }).filter({ hasText: say.published })
    await row.waitFor()
    await row.getByRole('link', { name: say.title }).click()
    const who = page.locator('section').filter({ has: page.getByRole('heading', { name: say.who }) })
    await expect.poll(() => who.getByRole('term').filter({ hasText: say.sent }).count()).toBe(1)
    expect(await who.locator('dd').allInnerTexts()).toEqual([expect.stringMatching(/^2\b/)])
    await readsWell()
    const issues = smtp
      .letters()
      .filter(({ to }) => to === byHand || to === byForm)
      .slice(2)
    expect(issues.map(({ to }) => to).sort()).toEqual([byHand, byForm])

    const [leave] = (await linksFor(byForm, 5)).filter((link) => link.includes('/unsubscribe/'))
    await press(leave, say.leave, say.left)
    expect([problems, readersProblems]).toEqual([[], []])
  })

  test('a feed is connected by its name, and what is published stands in it', async () => {
    const form = await beginAdding(say.feed)
    await form.getByLabel(say.name, { exact: true }).fill('Rzeka')
    await readsWell()
    await form.getByRole('button', { name: say.connect }).click()
    await form.waitFor({ state: 'hidden' })
    await card('Rzeka').getByText(say.connected).waitFor()
    await readsWell()
    await page.goto(`${workspace}/content/${articleId}/${locale}`)
    await button(say.plan).first().click()
    const plan = dialog(say.publication)
    await plan.getByLabel(say.channel, { exact: true }).selectOption({ label: 'Rzeka' })
    await plan.getByRole('button', { name: say.publish }).click()
    await plan.waitFor({ state: 'hidden' })
    const feed = async () => (await page.request.get(`/site/${slug}/feeds/rzeka/rss.xml`)).text()
    await expect.poll(feed, { timeout: 30_000 }).toContain(`<title>${say.title}</title>`)
    expect(problems).toEqual([])
  })
})
