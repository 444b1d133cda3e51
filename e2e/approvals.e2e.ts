/**
 * From "nothing goes out without approval" to what goes out: a client without an account gets a link by mail, asks for changes, sees
 * what became of them, and approves. A whole text in one language, a post in the other.
 */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { violations } from './axe.ts'
import { openContext, signIn } from './browser.ts'
import { lettersTo, messagesOnTelegram } from './networks.ts'

const words = {
  pl: {
    always: 'Zawsze',
    inSteps: 'Krok po kroku',
    addStep: 'Dodaj krok',
    stepName: /^Nazwa kroku/,
    addWho: 'Dodaj osobę lub rolę',
    editors: 'redaktorzy',
    save: 'Zapisz',
    saved: 'Zapisano',
    addPerson: 'Dodaj osobę',
    name: 'Imię i nazwisko',
    email: 'E-mail',
    language: 'Język',
    add: 'Dodaj',
    plan: 'Zaplanuj',
    publication: 'Publikacja',
    channel: 'Kanał',
    waits: 'W tej przestrzeni nic nie wychodzi bez akceptacji: wysyłka poczeka na zgodę.',
    askAtOnce: 'Od razu poproś o akceptację',
    message: 'Wiadomość',
    publish: 'Opublikuj po akceptacji',
    asked: 'Poproszono o akceptację. Potem od razu wyjdzie w kanale',
    awaiting: 'Czeka na akceptację',
    toChange: 'Do poprawy',
    seeApproval: 'Zobacz akceptację',
    own: 'To Twoja treść albo Twoja prośba: decyduje ktoś inny.',
    title: 'Akceptacje',
    mine: 'Nic nie czeka na Ciebie',
    open: 'Otwarte',
    asks: 'prosi o Twoją akceptację',
    approve: 'Akceptuję',
    askChanges: 'Poproś o zmiany',
    what: 'Co ma się zmienić?',
    missing: 'Napisz, co ma się zmienić. Wystarczy kilka słów.',
    send: 'Wyślij uwagę',
    onItsWay: 'Dziękujemy, uwaga jest w drodze',
    newest: 'Użyj najnowszego tekstu',
    again: 'Poproś ponownie',
    ask: 'Poproś',
    theirs: 'Twoja uwaga:',
    changes: 'Co się zmieniło',
    thanks: 'Dziękujemy, zaakceptowano',
    recorded: 'Twoja decyzja jest zapisana',
    outOfDate: 'Ta wersja jest już nieaktualna',
    isOut: 'Opublikowane.',
    exactly: 'Wyszło dokładnie to, co zaakceptowano.',
    byLink: 'Anna Kowal: zgoda przez link',
    headline: 'Rzeka wraca do miasta',
    lead: 'Woda stała wyżej niż rok temu.',
    mended: 'Rzeka wraca nad miasto',
    went: ['do miasta', 'rzeka-wraca-do-miasta'],
    came: ['nad miasto', 'rzeka-wraca-nad-miasto'],
    remark: 'Tytuł: nad miasto, nie do miasta',
    note: 'Proszę o zgodę do piątku',
    alt: 'Rzeka o świcie',
    day: 'Dzień',
    wouldVoid:
      'Prośba o akceptację nie obejmuje tego dnia: po przeniesieniu straci ważność i trzeba będzie poprosić ponownie.',
    move: 'Przenieś',
  },
  en: {
    always: 'Always',
    inSteps: 'In steps',
    addStep: 'Add a step',
    stepName: /^Name of the step/,
    addWho: 'Add a person or role',
    editors: 'editors',
    save: 'Save',
    saved: 'Saved',
    addPerson: 'Add a person',
    name: 'Name',
    email: 'E-mail',
    language: 'Language',
    add: 'Add',
    plan: 'Plan',
    publication: 'Publish',
    channel: 'Channel',
    waits: 'In this workspace nothing goes out without an approval: the delivery waits for it.',
    askAtOnce: 'Ask for approval at once',
    message: 'Message',
    publish: 'Publish once approved',
    asked: 'Approval was asked for. Then it goes out on',
    awaiting: 'Waits for approval',
    toChange: 'Changes requested',
    seeApproval: 'See the approval',
    own: 'This is your own text or request: somebody else decides.',
    title: 'Approvals',
    mine: 'Nothing waits for you',
    open: 'Open',
    asks: 'asks for your approval',
    approve: 'Approve',
    askChanges: 'Ask for changes',
    what: 'What should change?',
    missing: 'Say what should change. A few words are enough.',
    send: 'Send the remark',
    onItsWay: 'Thank you, your remark is on its way',
    newest: 'Use the newest text',
    again: 'Ask again',
    ask: 'Ask',
    theirs: 'You asked for changes on',
    changes: 'What has changed',
    thanks: 'Thank you, it is approved',
    recorded: 'Your decision is recorded',
    outOfDate: 'This version is out of date',
    isOut: 'It is out.',
    exactly: 'What went out is exactly what was approved.',
    byLink: 'Anna Kowal agreed by link',
    headline: 'The river comes back to town',
    lead: 'The water was higher than last year.',
    mended: 'The river comes back above town',
    went: ['to'],
    came: ['above'],
    remark: 'Title: above town, not to town',
    note: 'Please agree by Friday',
    alt: 'The river at dawn',
    day: 'Day',
    wouldVoid: 'The request for approval is not for this day: moved there it is void, and has to be made again.',
    move: 'Move',
  },
} as const

/** One pixel, as a PNG. */
const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=='
type Edition = { id: string; revision: number; title: string; lead: string; body: unknown }

describe.each(['pl', 'en'] as const)('approvals, %s', (locale) => {
  const say = words[locale]
  const networks = inject('networks')
  const isPost = locale === 'en'
  const slug = `approvals-${locale}-${Date.now()}`
  const workspace = `/w/${slug}`
  const client = `anna-${slug}@client.example`
  let page: Page
  let problems: string[]
  let editor: string
  let editionId: string
  let delivery: string

  beforeAll(async () => {
    const opened = await openContext({ locale })
    page = opened.page
    problems = opened.problems
    await signIn(page)
    const made = { name: 'Studio Rzeka', slug, language: locale, zone: 'Europe/Warsaw' }
    await ask('post', '/workspaces', made, null)
    await ask('patch', '/me', { locale, theme: 'light' })
    if (isPost) {
      const { token, room } = networks.telegram
      await ask('post', '/channels', { network: 'telegram', fields: { token, chat: room } })
    }
    const { id: mediaId } = await uploadPicture()
    const { article, edition } = await ask<{ article: { id: string }; edition: { id: string } }>('post', '/articles', {
      language: locale,
      title: say.headline,
      lead: say.lead,
      body: { type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text: say.lead }] }] },
    })
    editionId = edition.id
    if (isPost) {
      const channels = await ask<{ id: string; network: string }[]>('get', '/channels', undefined)
      const telegram = channels.find(({ network }) => network === 'telegram')?.id
      const fields = { mediaIds: [mediaId] }
      await ask('put', `/editions/${editionId}/variants/${telegram}`, { fields, basedOn: 0 })
    }
    editor = `${workspace}/content/${article.id}/${locale}`
  })
  afterAll(async () => {
    await ask('delete', '/workspace', { confirm: slug })
    await page.context().close()
  })

  const within = (other: string | null = slug) => ({
    origin: inject('access').url,
    ...(other !== null && { 'floowe-workspace': other }),
  })
  async function ask<Result>(
    method: 'get' | 'post' | 'patch' | 'put' | 'delete',
    target: string,
    data: object | undefined,
    of: string | null = slug,
  ): Promise<Result> {
    const answer = await page.request[method](`/api/v1${target}`, { ...(data && { data }), headers: within(of) })
    if (!answer.ok()) throw new Error(`${target} answered ${answer.status()}: ${await answer.text()}`)
    return (await answer.json()) as Result
  }
  async function uploadPicture(): Promise<{ id: string }> {
    const buffer = Buffer.from(pixel, 'base64')
    const multipart = { file: { name: 'rzeka.png', mimeType: 'image/png', buffer }, alt: say.alt }
    const answer = await page.request.post('/api/v1/media', { multipart, headers: within() })
    if (!answer.ok()) throw new Error(`the picture was answered ${answer.status()}: ${await answer.text()}`)
    return (await answer.json()) as { id: string }
  }
  const button = (name: string, of: Page = page) => of.getByRole('button', { name, exact: true })
  const readsWell = (of: Page = page): Promise<void> =>
    expect.poll(() => violations(of), { timeout: 15_000 }).toEqual([])
  /** The address in the newest letter to the client, once there are so many. */
  async function link(count: number): Promise<string> {
    const letters = () => lettersTo(networks, client)
    await expect.poll(async () => (await letters()).length, { timeout: 20_000 }).toBe(count)
    const text = ((await letters()).at(-1) ?? '').replaceAll(/=\r\n/g, '').replaceAll('=3D', '=')
    return /(\/approval\/fla_[\w-]+)/.exec(text)?.[1] ?? ''
  }
  /** In a browser that knows nobody here, and prefers the other language. */
  async function asClient<Result>(address: string, act: (page: Page) => Promise<Result>): Promise<Result> {
    const opened = await openContext({ locale: locale === 'pl' ? 'en' : 'pl', width: 360, height: 780 })
    try {
      await opened.page.goto(address)
      await opened.page.getByRole('heading', { level: 1 }).waitFor()
      const result = await act(opened.page)
      expect(opened.problems).toEqual([])
      return result
    } finally {
      await opened.context.close()
    }
  }
  const heading = (of: Page, name: string) => of.getByRole('heading', { level: 1, name })

  test('an owner says that nothing goes out without approval, and registers a client', async () => {
    await page.goto(`${workspace}/settings/approvals`)
    await page.getByRole('radio', { name: say.inSteps }).check({ force: true })
    await button(say.addStep).click()
    const names = page.getByLabel(say.stepName)
    await names.nth(0).fill('A')
    await names.nth(1).fill('B')
    await names.nth(1).press('Alt+ArrowUp')
    await expect.poll(() => names.nth(0).inputValue()).toBe('B')
    expect(await names.nth(0).evaluate((field) => field === document.activeElement)).toBe(true)
    await button(say.addWho).first().click()
    await page.getByRole('menuitem', { name: say.editors }).click()
    await readsWell()
    await button(say.save).click()
    await page.getByText(say.saved, { exact: true }).waitFor()
    expect(await ask('get', '/approvals/policy', undefined)).toMatchObject({
      mode: 'steps',
      steps: [
        { name: 'B', roles: ['editor'] },
        { name: 'A', roles: [] },
      ],
    })
    await page.getByRole('radio', { name: say.always }).check({ force: true })
    await readsWell()
    await button(say.save).click()
    await expect.poll(() => ask('get', '/approvals/policy', undefined)).toEqual({ mode: 'required', steps: [] })
    await button(say.addPerson).click()
    const form = page.getByRole('dialog', { name: say.addPerson })
    await form.getByLabel(say.name).fill('Anna Kowal')
    await form.getByLabel(say.email).fill(client)
    await form.getByLabel(say.language).selectOption(locale)
    await readsWell()
    await button(say.add).click()
    await form.waitFor({ state: 'hidden' })
    await page.getByRole('cell', { name: /^Anna Kowal/ }).waitFor()
    expect(problems).toEqual([])
  })

  test('what is published now waits, and the client is asked with it', async () => {
    await page.goto(editor)
    await button(say.plan).first().click()
    const dialog = page.getByRole('dialog', { name: say.publication })
    if (isPost) await dialog.getByLabel(say.channel, { exact: true }).selectOption({ label: networks.telegram.title })
    await dialog.getByText(say.waits).waitFor()
    expect(await dialog.getByLabel(say.askAtOnce).isChecked()).toBe(true)
    await dialog.getByLabel(say.message).fill(say.note)
    await dialog.getByLabel('Anna Kowal').check()
    await readsWell()
    await dialog.getByRole('button', { name: say.publish }).click()
    await dialog.waitFor({ state: 'hidden' })
    await page.getByText(say.asked).waitFor()
    const { items } = await ask<{ items: { id: string; state: string }[] }>('get', '/deliveries', undefined)
    expect(items).toMatchObject([{ state: 'planned', approval: { state: 'open' } }])
    delivery = `${workspace}/deliveries/${items[0]?.id}`
    await page.goto(`${workspace}/content`)
    await page.getByText(say.awaiting).waitFor()
    await page.goto(delivery)
    await page.getByText(say.awaiting).first().waitFor()
    await readsWell()
    expect(problems).toEqual([])
  })

  test('nobody approves their own: not on the page, and not past it', async () => {
    await page.goto(delivery)
    await page.getByRole('link', { name: say.seeApproval }).click()
    await heading(page, say.headline).waitFor()
    await page.getByText(say.own).waitFor()
    expect(await button(say.approve).count()).toBe(0)
    await readsWell()
    const id = page.url().split('/').at(-1) ?? ''
    const { hash } = await ask<{ hash: string }>('get', `/approvals/${id}`, undefined)
    const answer = await page.request.post(`/api/v1/approvals/${id}/decision`, {
      data: { decision: 'approved', hash },
      headers: within(),
    })
    expect([answer.status(), await answer.json()]).toMatchObject([
      403,
      { code: 'may-not-decide', data: { because: 'own' } },
    ])
    await page.goto(`${workspace}/approvals`)
    await page.getByText(say.mine).waitFor()
    await readsWell()
    await page.getByRole('radio', { name: say.open }).check({ force: true })
    await page.getByRole('link', { name: say.headline }).waitFor()
    await readsWell()
    expect(problems).toEqual([])
  })

  test('the client opens the link in their own language, and asks for changes', async () => {
    const address = await link(1)
    const headers = (await page.request.get(address)).headers()
    expect(headers).toMatchObject({ 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' })
    expect(headers['x-robots-tag']).toContain('noindex')
    await asClient(address, async (theirs) => {
      await heading(theirs, say.asks).waitFor()
      expect(await theirs.locator('html').getAttribute('lang')).toBe(locale)
      await theirs.getByText(say.note).waitFor()
      if (isPost) {
        await theirs.getByRole('listitem').filter({ hasText: say.lead }).waitFor()
        // Shown to whoever has its address, without a session.
        const width = () => theirs.locator('main img').evaluate((image) => (image as HTMLImageElement).naturalWidth)
        await expect.poll(width).toBeGreaterThan(0)
      } else await theirs.frameLocator('iframe').getByRole('heading', { name: say.headline }).waitFor()
      await readsWell(theirs)
      // Opened, and looked at, it is as open as before.
      expect(await ask('get', '/approvals?state=open', undefined)).toMatchObject({ total: 1 })
      await button(say.askChanges, theirs).click()
      await button(say.send, theirs).click()
      await theirs.getByText(say.missing).waitFor()
      await readsWell(theirs)
      await theirs.getByLabel(say.what).fill(say.remark)
      await button(say.send, theirs).click()
      await heading(theirs, say.onItsWay).waitFor()
      await readsWell(theirs)
      await theirs.reload()
      await heading(theirs, say.recorded).waitFor()
      await readsWell(theirs)
    })
  })

  test('the editor reads the remark, changes the text, and asks again', async () => {
    await page.goto(delivery)
    await page.getByText(say.toChange).first().waitFor()
    await page.getByText(say.remark).waitFor()
    const { revision, lead, body } = await ask<Edition>('get', `/editions/${editionId}`, undefined)
    await ask('put', `/editions/${editionId}`, { basedOn: revision, title: say.mended, lead, body })
    await button(say.newest).click()
    await heading(page, say.mended).waitFor()
    await button(say.again).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Anna Kowal').check()
    await readsWell()
    await dialog.getByRole('button', { name: say.ask, exact: true }).click()
    await dialog.waitFor({ state: 'hidden' })
    await page.getByText(say.awaiting).first().waitFor()
    expect(problems).toEqual([])
  })

  test('the client sees what became of the remark, and approves; exactly that goes out', async () => {
    const address = await link(2)
    await asClient(address, async (theirs) => {
      await theirs.getByText(say.theirs).waitFor()
      await theirs.getByText(say.remark).waitFor()
      expect(await theirs.getByRole('radio', { name: say.changes }).isChecked()).toBe(true)
      // The first of each says what the mark means.
      expect((await theirs.getByRole('insertion').allInnerTexts()).slice(1)).toEqual(say.came)
      expect((await theirs.getByRole('deletion').allInnerTexts()).slice(1)).toEqual(say.went)
      await readsWell(theirs)
      await button(say.approve, theirs).click()
      await heading(theirs, say.thanks).waitFor()
      await readsWell(theirs)
    })
    await page.goto(delivery)
    await page.getByText(say.isOut, { exact: true }).waitFor()
    await page.getByText(say.exactly).waitFor()
    await readsWell()
    if (isPost) {
      const sent = (await messagesOnTelegram(networks)).filter(({ text }) => text.includes(say.lead))
      expect(sent.map(({ text }) => text.includes(say.mended))).toEqual([true])
    } else {
      const href = await page.getByRole('link', { name: 'Otwórz' }).getAttribute('href')
      expect(await (await page.request.get(href ?? '')).text()).toContain(say.mended)
    }
    await page.getByRole('link', { name: say.seeApproval }).click()
    await page.getByText(say.byLink).waitFor()
    await readsWell()
    expect(problems).toEqual([])
  })

  test('a link to what has changed since says so, calmly', async () => {
    const { revision, lead, body } = await ask<Edition>('get', `/editions/${editionId}`, undefined)
    await ask('put', `/editions/${editionId}`, { basedOn: revision, title: say.headline, lead, body })
    const { items } = await ask<{ items: { channelId: string }[] }>('get', '/deliveries', undefined)
    const next = await ask<{ id: string }>('post', '/deliveries', {
      editionId,
      channelId: items[0]?.channelId,
      when: { wallTime: '2031-05-06T09:00', zone: 'Europe/Warsaw' },
    })
    const approvers = await ask<{ id: string }[]>('get', '/approvals/approvers', undefined)
    await ask('post', `/deliveries/${next.id}/approval`, { approverIds: approvers.map(({ id }) => id) })
    const address = await link(3)
    await page.goto(`${workspace}/calendar?month=2031-05`)
    await page.locator(`[data-delivery="${next.id}"]`).click()
    const dialog = page.getByRole('dialog', { name: say.headline })
    expect(await dialog.getByText(say.wouldVoid).count()).toBe(0)
    await dialog.getByLabel(say.day).fill('2031-05-07')
    await dialog.getByText(say.wouldVoid).waitFor()
    await readsWell()
    await dialog.getByRole('button', { name: say.move }).click()
    await expect
      .poll(async () => ask('get', `/deliveries/${next.id}`, undefined))
      .toMatchObject({ approval: { state: 'void' } })
    await asClient(address, async (theirs) => {
      await heading(theirs, say.outOfDate).waitFor()
      expect(await button(say.approve, theirs).count()).toBe(0)
      await readsWell(theirs)
    })
    expect(problems).toEqual([])
  })
})
