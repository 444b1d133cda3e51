/** From a delivery that fails to the person who planned it: the bell, the page, their choices, their own webhook; both languages. */
import { startWebhookReceiver, type WebhookReceiver } from '@floowe/emulators/webhook-receiver'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { violations } from './axe.ts'
import { openContext, signIn } from './browser.ts'

const words = {
  pl: {
    bell: 'Powiadomienia',
    oneUnread: 'Powiadomienia: 1 nieprzeczytane',
    empty: 'Na razie cisza',
    failed: 'Wysyłka nieudana',
    all: 'Wszystkie powiadomienia',
    unread: 'Nieprzeczytane',
    markAll: 'Oznacz wszystkie jako przeczytane',
    markOne: /^Oznacz jako przeczytane: Wysyłka nieudana/,
    everythingRead: 'Wszystko przeczytane',
    failedInApp: 'Twoja wysyłka się nie udała: W aplikacji',
    failedByHook: 'Twoja wysyłka się nie udała: Webhook, najpierw podaj adres webhooka',
    url: 'Adres webhooka',
    save: 'Zapisz adres',
    secret: 'Klucz podpisu',
    gotIt: 'Mam go',
    test: 'Wyślij test',
    answered: 'Odbiorca odpowiedział: 204',
    text: (title: string) => `Wysyłka nieudana: „${title}” (webhook)`,
    title: 'Wieści znad rzeki',
  },
  en: {
    bell: 'Notifications',
    oneUnread: 'Notifications: 1 unread',
    empty: 'All quiet so far',
    failed: 'Delivery failed',
    all: 'All notifications',
    unread: 'Unread',
    markAll: 'Mark all as read',
    markOne: /^Mark as read: Delivery failed/,
    everythingRead: 'Everything is read',
    failedInApp: 'Your delivery failed: In the app',
    failedByHook: 'Your delivery failed: Webhook, enter the address of a webhook first',
    url: 'Address of the webhook',
    save: 'Save the address',
    secret: 'Signing secret',
    gotIt: 'I have it',
    test: 'Send a test',
    answered: 'The receiver answered 204',
    text: (title: string) => `Delivery failed: “${title}” (webhook)`,
    title: 'News from the river',
  },
} as const

describe.each(['pl', 'en'] as const)('notifications, %s', (locale) => {
  const say = words[locale]
  const slug = `notified-${locale}-${Date.now()}`
  const workspace = `/w/${slug}`
  const channelName = 'Gazeta'
  let page: Page
  let problems: string[]
  /** Refuses what is published to it. */
  let refusing: WebhookReceiver
  /** The person's own. */
  let hook: WebhookReceiver
  let deliveryId: string

  beforeAll(async () => {
    refusing = await startWebhookReceiver({})
    refusing.faults.always(() => ({ status: 400 }))
    hook = await startWebhookReceiver({})
    const opened = await openContext({ locale })
    page = opened.page
    problems = opened.problems
    await signIn(page)
    await ask(
      'post',
      '/workspaces',
      { name: `Notified ${locale}`, slug, language: locale, zone: 'Europe/Warsaw' },
      null,
    )
    await ask('patch', '/me', { locale, theme: 'light' })
  })
  afterAll(async () => {
    await ask('delete', '/workspace', { confirm: slug })
    await page.context().close()
    await refusing.stop()
    await hook.stop()
  })

  /** @param within none for what belongs to no workspace, such as a new one */
  async function ask<Result>(
    method: 'get' | 'post' | 'patch' | 'delete',
    target: string,
    data?: object,
    within: string | null = slug,
  ): Promise<Result> {
    const headers = { origin: inject('access').url, ...(within !== null && { 'floowe-workspace': within }) }
    const answer = await page.request[method](`/api/v1${target}`, { data, headers })
    if (!answer.ok()) throw new Error(`${target} answered ${answer.status()}: ${await answer.text()}`)
    return (await answer.json()) as Result
  }
  const bell = (name: string) => page.getByRole('button', { name, exact: true })
  const panel = () => page.getByRole('dialog', { name: say.bell })
  /** What opens or goes away is measured when it has. */
  const readsWell = (): Promise<void> => expect.poll(() => violations(page), { timeout: 15_000 }).toEqual([])
  const failAgain = () => ask('post', `/deliveries/${deliveryId}/send`, {})
  /** The log is written together with the notifications. */
  const failuresInLog = async (): Promise<number> =>
    (await ask<{ items: { event: string }[] }>('get', '/audit?limit=100')).items.filter(
      ({ event }) => event === 'publishing.delivery-failed',
    ).length

  test('the bell teaches while it is empty, and tells of a failure while the page stands open', async () => {
    await page.goto(`${workspace}/content`)
    await bell(say.bell).click()
    await panel().getByRole('heading', { name: say.empty }).waitFor()
    await readsWell()
    await page.keyboard.press('Escape')
    await panel().waitFor({ state: 'hidden' })

    const { edition } = await ask<{ edition: { id: string } }>('post', '/articles', {
      language: locale,
      title: say.title,
      body: { type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text: say.title }] }] },
    })
    const channel = await ask<{ id: string }>('post', '/channels', {
      network: 'webhook',
      name: channelName,
      url: refusing.url,
    })
    const delivery = await ask<{ id: string }>('post', '/deliveries', {
      editionId: edition.id,
      channelId: channel.id,
      when: { now: true },
    })
    deliveryId = delivery.id
    await bell(say.oneUnread).waitFor()
    expect(await page.getByRole('status').filter({ hasText: say.oneUnread }).count()).toBe(1)
    expect(problems).toEqual([])
  })

  test('the panel opens by a key, says what happened and leads there; then it is read', async () => {
    await page.keyboard.press('b')
    const link = panel().getByRole('link', { name: say.failed })
    await link.waitFor()
    for (const part of [say.title, channelName]) await link.getByText(part).waitFor()
    await readsWell()
    await page.keyboard.press('Escape')
    await panel().waitFor({ state: 'hidden' })
    // The keyboard goes on where it was.
    await bell(say.oneUnread).click()
    await link.waitFor()
    await page.keyboard.press('ArrowDown')
    await expect.poll(() => link.evaluate((element) => element === document.activeElement)).toBe(true)
    await page.keyboard.press('Escape')
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(say.oneUnread)
    await page.keyboard.press('Enter')
    await link.click()
    await page.waitForURL(new RegExp(`${workspace}/deliveries/${deliveryId}$`))
    await panel().waitFor({ state: 'hidden' })
    await bell(say.bell).waitFor()
    expect(problems).toEqual([])
  })

  test('the page shows all or the unread, and marks them', async () => {
    await failAgain()
    await bell(say.oneUnread).click()
    await panel().getByRole('link', { name: say.all }).click()
    await page.getByRole('heading', { level: 1, name: say.bell }).waitFor()
    const items = page.locator('main').getByRole('listitem')
    await expect.poll(() => items.count()).toBe(2)
    await readsWell()
    await page.getByRole('radio', { name: say.unread }).check()
    await page.waitForURL(/show=unread/)
    await expect.poll(() => items.count()).toBe(1)
    await page.getByRole('button', { name: say.markOne }).click()
    await page.getByRole('heading', { name: say.everythingRead }).waitFor()
    await readsWell()
    await failAgain()
    await expect.poll(() => items.count()).toBe(1)
    await page.getByRole('button', { name: say.markAll }).click()
    await page.getByRole('heading', { name: say.everythingRead }).waitFor()
    await bell(say.bell).waitFor()
    expect(problems).toEqual([])
  })

  test('a kind that is switched off is not told, and a way that cannot work says why', async () => {
    await page.goto(`${workspace}/account`)
    const inApp = page.getByRole('switch', { name: say.failedInApp })
    expect(await inApp.getAttribute('aria-checked')).toBe('true')
    await readsWell()
    await inApp.click()
    await expect.poll(() => inApp.getAttribute('aria-checked')).toBe('false')
    expect(await page.getByRole('switch', { name: say.failedByHook }).getAttribute('aria-disabled')).toBe('true')
    type Settings = { kinds: { kind: string; app: boolean }[] }
    await expect
      .poll(async () => (await ask<Settings>('get', '/me/notification-settings')).kinds)
      .toContainEqual(expect.objectContaining({ kind: 'failed', app: false }))
    const before = await failuresInLog()
    const { total } = await ask<{ total: number }>('get', '/notifications')
    await failAgain()
    await expect.poll(failuresInLog, { timeout: 10_000 }).toBe(before + 1)
    expect(await ask('get', '/notifications')).toMatchObject({ total, unread: 0 })
    expect(problems).toEqual([])
  })

  test('a webhook of one’s own is sent the same, signed', async () => {
    await page.getByRole('textbox', { name: say.url }).fill(hook.url)
    await page.getByRole('button', { name: say.save }).click()
    const dialog = page.getByRole('dialog', { name: say.secret })
    const secret = await dialog.getByLabel(say.secret).inputValue()
    await readsWell()
    hook.trust(secret)
    await dialog.getByRole('button', { name: say.gotIt }).click()
    await page.getByRole('button', { name: say.test }).click()
    await page.getByText(say.answered).waitFor()
    // The secret is nobody's to read any more.
    await page.reload()
    await page.getByRole('button', { name: say.test }).waitFor()
    expect(await page.content()).not.toContain(secret)
    await readsWell()
    await failAgain()
    await expect
      .poll(() => hook.log().map(({ type, problem }) => [type, problem]), { timeout: 15_000 })
      .toEqual([
        ['notification.test', null],
        ['notification.failed', null],
      ])
    expect(hook.log().at(-1)?.body).toMatchObject({
      data: {
        text: say.text(say.title),
        url: `${inject('access').url}${workspace}/deliveries/${deliveryId}`,
      },
    })
    expect(problems).toEqual([])
  })
})
