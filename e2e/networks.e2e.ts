/** From connecting an account on a network to the delivery that explains itself, on the pages, in both languages. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { violations } from './axe.ts'
import { openContext, signIn } from './browser.ts'
import { messagesOnTelegram, nextOnTelegram, postsOnX } from './networks.ts'

const words = {
  pl: {
    add: 'Dodaj kanał',
    where: 'Dokąd mają trafiać teksty?',
    token: 'Token bota',
    room: 'Kanał lub grupa',
    connect: 'Podłącz',
    refused: 'Sieć nas nie wpuściła: Sieć nie przyjmuje tego klucza lub nazwy.',
    advice: 'Zajrzyj na konto w tej sieci, popraw pola i połącz ponownie.',
    connected: 'Połączony',
    plan: 'Zaplanuj',
    publication: 'Publikacja',
    channel: 'Kanał',
    post: 'Wpis w takiej postaci, w jakiej wyjdzie',
    change: 'Zmień treść na tym kanale',
    postWords: 'Treść wpisu',
    keep: 'Zachowaj dla tego kanału',
    publish: 'Opublikuj',
    needsHuman: 'Czeka na Ciebie',
    question: 'Czy jest już na kanale Studio Wisła?',
    means: 'Mogło już wyjść: sieć przyjęła żądanie, a odpowiedź nie dotarła. Sprawdzić może tylko człowiek.',
    lost: 'bez odpowiedzi, wynik nieznany',
    why: 'Nie wiadomo, czy wiadomość dotarła',
    address: 'Adres wpisu',
    posted: 'Jest tam',
    published: 'Opublikowana',
    isOut: 'Opublikowane.',
    open: 'Otwórz',
    goToX: 'Przejdź do X',
    which: 'Które konto?',
    title: 'List znad rzeki, wydanie dla sieci',
    lead: 'Woda stała wyżej niż rok temu.',
    changed: 'Tylko dla kanału: rzeka opadła dziś w nocy.',
  },
  en: {
    add: 'Add a channel',
    where: 'Where should your texts go?',
    token: 'Token of the bot',
    room: 'Channel or group',
    connect: 'Connect',
    refused: 'The network did not let us in: The network does not accept this key or name.',
    advice: 'Look at the account there, correct the fields and connect again.',
    connected: 'Connected',
    plan: 'Plan',
    publication: 'Publish',
    channel: 'Channel',
    post: 'The post as it will go out',
    change: 'Change the words here',
    postWords: 'Words of the post',
    keep: 'Keep for this channel',
    publish: 'Publish',
    needsHuman: 'Needs you',
    question: 'Is it on Studio Wisła?',
    means: 'It may have gone out: the network took the request and no answer came back. Only a person can look.',
    lost: 'no answer, outcome unknown',
    why: 'It is not known whether the message arrived',
    address: 'Its address there',
    posted: 'It is there',
    published: 'Published',
    isOut: 'It is out.',
    open: 'Open',
    goToX: 'Go to X',
    which: 'Which account?',
    title: 'A letter from the river, for the networks',
    lead: 'The water was higher than last year.',
    changed: 'For this channel only: the river fell tonight.',
  },
} as const

describe.each(['pl', 'en'] as const)('networks, %s', (locale) => {
  const say = words[locale]
  const networks = inject('networks')
  // Of its own: the other journeys' workspace has the channels that those count on.
  const slug = `networks-${locale}-${Date.now()}`
  const workspace = `/w/${slug}`
  let page: Page
  let problems: string[]
  let editor: string

  beforeAll(async () => {
    const opened = await openContext({ locale })
    page = opened.page
    problems = opened.problems
    await signIn(page)
    const made = { name: `Networks ${locale}`, slug, language: locale, zone: 'Europe/Warsaw' }
    await ask('post', '/workspaces', made, null)
    await ask('patch', '/me', { locale, theme: 'light' })
    const { article } = await ask<{ article: { id: string } }>('post', '/articles', {
      language: locale,
      title: say.title,
      lead: say.lead,
      body: { type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text: say.lead }] }] },
    })
    editor = `${workspace}/content/${article.id}/${locale}`
  })
  afterAll(async () => {
    await ask('delete', '/workspace', { confirm: slug })
    await page.context().close()
  })

  /** @param within none for what belongs to no workspace, such as a new one */
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
  const button = (name: string) => page.getByRole('button', { name, exact: true })
  const dialog = (name: string) => page.getByRole('dialog', { name })
  /** What opens or goes away is measured when it has. */
  const readsWell = (): Promise<void> => expect.poll(() => violations(page), { timeout: 15_000 }).toEqual([])
  const openPlan = async (channel: string) => {
    await page.goto(editor)
    await button(say.plan).first().click()
    const plan = dialog(say.publication)
    await plan.getByLabel(say.channel, { exact: true }).selectOption({ label: channel })
    const post = plan.getByRole('region', { name: say.post })
    await post.waitFor()
    return { plan, post }
  }
  /** Published or not, the list says it without being asked again. */
  const openDelivery = async (channel: string, state: string): Promise<void> => {
    await page.goto(`${workspace}/deliveries`)
    const row = page.getByRole('row').filter({ hasText: channel }).filter({ hasText: state })
    await row.waitFor()
    await readsWell()
    await row.getByRole('link', { name: say.title }).click()
    await page.getByRole('heading', { level: 1, name: say.title }).waitFor()
  }

  test('Telegram is connected, after a wrong token was refused and said so', async () => {
    await page.goto(`${workspace}/channels`)
    await button(say.add).click()
    await dialog(say.where).getByRole('button', { name: 'Telegram' }).click()
    const form = dialog('Telegram')
    await form.getByLabel(say.token).fill('110201543:not-the-token')
    await form.getByLabel(say.room).fill(networks.telegram.room)
    await readsWell()
    await form.getByRole('button', { name: say.connect }).click()
    const refusal = form.getByRole('alert')
    await refusal.getByText(say.refused).waitFor()
    await refusal.getByText(say.advice).waitFor()
    await readsWell()
    await form.getByLabel(say.token).fill(networks.telegram.token)
    await form.getByRole('button', { name: say.connect }).click()
    await form.waitFor({ state: 'hidden' })
    const card = page
      .getByRole('listitem')
      .filter({ has: page.getByRole('heading', { name: networks.telegram.title }) })
    await card.getByText(say.connected).waitFor()
    await readsWell()
    // The token is nobody's to read any more.
    expect(await page.content()).not.toContain(networks.telegram.token)
    expect(problems).toEqual([])
  })

  test('words for one channel go out once, though the answer is lost and a person has to look', async () => {
    const { plan, post } = await openPlan(networks.telegram.title)
    expect(await post.innerText()).toContain(say.title)
    await readsWell()
    await post.getByRole('button', { name: say.change }).click()
    await post.getByLabel(say.postWords).fill(say.changed)
    await readsWell()
    // In one language they are kept first; in the other they go out as they stand in the field.
    if (locale === 'pl') {
      await post.getByRole('button', { name: say.keep }).click()
      await post.getByRole('listitem').getByText(say.changed, { exact: true }).waitFor()
    }
    await nextOnTelegram(networks, ['accept-then-reset'])
    await plan.getByRole('button', { name: say.publish }).click()
    await plan.waitFor({ state: 'hidden' })

    await openDelivery(networks.telegram.title, say.needsHuman)
    const question = page.getByRole('region', { name: say.question })
    await page.getByText(say.means).waitFor()
    await page.getByRole('status').getByText(say.why).waitFor()
    await page.getByRole('listitem').getByText(say.lost).waitFor()
    await readsWell()
    const sent = (await messagesOnTelegram(networks)).filter(({ text }) => text.includes(say.changed))
    expect(sent).toHaveLength(1)
    const address = `https://t.me/studio_wisla/${sent[0]?.id}`
    await question.getByLabel(say.address).fill(address)
    await question.getByRole('button', { name: say.posted }).click()
    await question.waitFor({ state: 'hidden' })
    await page.getByText(say.isOut, { exact: true }).waitFor()
    expect(await page.getByRole('link', { name: say.open }).getAttribute('href')).toBe(address)
    await readsWell()
    const standing = (await messagesOnTelegram(networks)).filter(({ text }) => text.includes(say.changed))
    expect(standing).toEqual(sent)
    expect(problems).toEqual([])
  })

  test('X is connected on a page of its own, and a post is linked from its delivery', async () => {
    const { handle, signInUrl } = networks.x
    await page.goto(`${workspace}/channels`)
    await button(say.add).click()
    await dialog(say.where).getByRole('button', { name: /^X/ }).click()
    await dialog('X').getByRole('button', { name: say.goToX }).waitFor()
    await readsWell()
    const asked = page.waitForRequest((request) => request.url().startsWith(signInUrl))
    await dialog('X').getByRole('button', { name: say.goToX }).click()
    const { searchParams } = new URL((await asked).url())
    expect(searchParams.get('redirect_uri')).toBe(`${inject('access').url}/connect`)
    await page.getByRole('heading', { level: 1, name: say.which }).waitFor()
    const account = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: `@${handle}` }) })
    await account.waitFor()
    await readsWell()
    await account.getByRole('button', { name: say.connect }).click()
    await page.waitForURL(new RegExp(`${workspace}/channels$`))
    await page
      .getByRole('listitem')
      .filter({ has: page.getByRole('heading', { name: `@${handle}` }) })
      .getByText(say.connected)
      .waitFor()
    await readsWell()

    const { plan, post } = await openPlan(`@${handle}`)
    // The words for Telegram are Telegram's.
    expect(await post.innerText()).toContain(say.title)
    expect(await post.innerText()).not.toContain(say.changed)
    await readsWell()
    await plan.getByRole('button', { name: say.publish }).click()
    await plan.waitFor({ state: 'hidden' })
    await openDelivery(`@${handle}`, say.published)
    const posts = (await postsOnX(networks)).filter(({ text }) => text.includes(say.title))
    expect(posts).toHaveLength(1)
    const link = page.getByRole('link', { name: say.open })
    expect(await link.getAttribute('href')).toBe(`https://x.com/${handle}/status/${posts[0]?.id}`)
    await readsWell()
    expect(problems).toEqual([])
  })
})
