/** The main job by hand: write, save, publish, read, measure; and what must never happen on the way. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { openContext, signIn } from './browser.ts'

const workspace = '/w/studio-wisla'
let page: Page
let problems: string[]
beforeAll(async () => {
  const opened = await openContext({ locale: 'en' })
  page = opened.page
  problems = opened.problems
  await signIn(page)
  await page.request.patch('/api/v1/me', {
    data: { locale: 'en', theme: 'light' },
    headers: { origin: inject('access').url },
  })
})
afterAll(() => page.context().close())

const api = async <Result>(target: string): Promise<Result> =>
  (await (await page.request.get(`/api/v1${target}`)).json()) as Result
type Article = {
  id: string
  editions: { id: string; language: string; title: string; revision: number; slug: string }[]
}

test('sign in with the password that start printed, and out', async () => {
  const { page: fresh, context } = await openContext({ locale: 'en' })
  const { email, password } = inject('access')
  await fresh.goto('/')
  await fresh.getByLabel('E-mail').fill(email)
  await fresh.getByLabel('Password', { exact: true }).fill('not the password')
  await fresh.getByRole('button', { name: 'Sign in' }).click()
  await fresh.getByRole('alert').first().waitFor()
  await fresh.getByLabel('Password', { exact: true }).fill(password)
  await fresh.getByRole('button', { name: 'Sign in' }).click()
  await fresh.waitForURL(/\/w\/studio-wisla\/content/)
  await context.close()
})

test('write, publish, read, and see the visit within five seconds', async () => {
  await page.goto(`${workspace}/content`)
  await page.getByRole('button', { name: 'New article' }).first().click()
  await page.getByRole('dialog').getByLabel('Language').selectOption('en')
  await page.getByRole('button', { name: 'Begin on a blank page' }).click()
  await page.waitForURL(/\/content\/[0-9a-f-]+\/en$/)
  const articleId = page.url().split('/').at(-2) ?? ''
  const title = `A letter from the river ${Date.now()}`
  await page.getByRole('textbox', { name: /title/i }).first().fill(title)
  const manuscript = page.locator('.ProseMirror').first()
  await manuscript.click()
  await page.keyboard.type('The water was higher than last year.')
  await expect
    .poll(async () => (await api<Article>(`/articles/${articleId}`)).editions[0]?.title, { timeout: 5_000 })
    .toBe(title)
  await expect
    .poll(
      async () =>
        JSON.stringify(await api(`/editions/${(await api<Article>(`/articles/${articleId}`)).editions[0]?.id}`)),
      { timeout: 5_000 },
    )
    .toContain('higher than last year')

  await page
    .getByRole('button', { name: /^(Publish|Schedule|Plan)$/ })
    .first()
    .click()
  await page.getByRole('dialog').getByRole('button', { name: 'Publish' }).click()
  await expect
    .poll(async () => (await api<{ url: string }[]>(`/site/articles/${articleId}`))[0]?.url, { timeout: 10_000 })
    .toBeTruthy()
  const [live] = await api<{ url: string }[]>(`/site/articles/${articleId}`)

  const { page: reader, context, problems: readerProblems } = await openContext({ locale: 'en' })
  await reader.goto(`${live?.url}?utm_source=letter&utm_medium=email&utm_campaign=spring`)
  expect(await reader.locator('h1').innerText()).toContain('A letter from the river')
  expect(await reader.locator('body').innerText()).toContain('higher than last year')
  const today = new Date().toISOString().slice(0, 10)
  const from = new Date(Date.now() - 2 * 86_400_000).toISOString().slice(0, 10)
  const to = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)
  await expect
    .poll(
      async () =>
        (await api<{ total: { views: number } }>(`/analytics/articles/${articleId}?from=${from}&to=${to}`)).total.views,
      { timeout: 5_000 },
    )
    .toBe(1)
  expect(await api(`/analytics/articles/${articleId}?from=${today}&to=${to}`)).toMatchObject({
    campaigns: [{ source: 'letter', medium: 'email', campaign: 'spring', views: 1 }],
  })
  expect(readerProblems).toEqual([])
  await context.close()

  await page.goto(`${workspace}/articles/${articleId}`)
  await page.getByText('letter / email / spring').waitFor()
  // A member who is signed in is not counted.
  await page.goto(live?.url ?? '')
  await page.waitForLoadState('networkidle')
  expect(
    (await api<{ total: { views: number } }>(`/analytics/articles/${articleId}?from=${from}&to=${to}`)).total.views,
  ).toBe(1)
  expect(problems).toEqual([])
})

test('what is saved elsewhere while one writes joins what one writes', async () => {
  const made = await page.request.post('/api/v1/articles', {
    data: { language: 'en', title: 'Two windows' },
    headers: { origin: inject('access').url },
  })
  const { article, edition } = (await made.json()) as { article: { id: string }; edition: { id: string } }
  await page.goto(`${workspace}/content/${article.id}/en`)
  await page.locator('.ProseMirror').first().waitFor()
  const elsewhere = await page.request.put(`/api/v1/editions/${edition.id}`, {
    data: {
      basedOn: 1,
      title: 'Changed elsewhere',
      lead: '',
      body: { type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text: 'Theirs' }] }] },
    },
    headers: { origin: inject('access').url },
  })
  expect(elsewhere.status()).toBe(200)
  await page.locator('.ProseMirror').first().click()
  await page.keyboard.type('Mine')
  const text = async (): Promise<string> => JSON.stringify(await api(`/editions/${edition.id}`))
  await expect.poll(text).toContain('Mine')
  expect(await text()).toContain('Theirs')
  expect(await text()).toContain('Changed elsewhere')
  await expect.poll(() => page.getByRole('textbox', { name: 'Title' }).inputValue()).toBe('Changed elsewhere')
})

test('on a narrow screen a version is compared and restored', async () => {
  const headers = { origin: inject('access').url }
  const bodyOf = (text: string) => ({
    type: 'doc',
    content: [{ type: 'paragraph', content: [{ type: 'text', text }] }],
  })
  const made = await page.request.post('/api/v1/articles', {
    data: { language: 'en', title: 'Two versions', body: bodyOf('The first words') },
    headers,
  })
  const { article, edition } = (await made.json()) as { article: { id: string }; edition: { id: string } }
  await page.request.put(`/api/v1/editions/${edition.id}`, {
    data: { basedOn: 1, title: 'Two versions', lead: '', body: bodyOf('Something else') },
    headers,
  })
  const { page: narrow, context, problems: narrowProblems } = await openContext({ locale: 'en', width: 360 })
  await signIn(narrow)
  await narrow.goto(`${workspace}/content/${article.id}/en`)
  await narrow.locator('main header').getByRole('button', { name: 'More' }).click()
  await narrow.getByRole('menuitem', { name: 'Versions' }).click()
  await narrow.getByRole('dialog').getByRole('listitem').last().getByRole('button').click()
  await narrow.getByRole('button', { name: 'Restore this version' }).click()
  await expect
    .poll(async () => JSON.stringify((await api<{ body: unknown }>(`/editions/${edition.id}`)).body))
    .toContain('The first words')
  expect(narrowProblems).toEqual([])
  await context.close()
})

test('a plan is moved in the calendar by keys and by dragging, undone, and opened from the list', async () => {
  const origin = { origin: inject('access').url }
  const made = await page.request.post('/api/v1/articles', {
    data: {
      language: 'en',
      title: 'Move me',
      body: { type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text: 'Text' }] }] },
    },
    headers: origin,
  })
  const { edition } = (await made.json()) as { edition: { id: string } }
  const channels = await api<{ id: string; network: string }[]>('/channels')
  const month = new Date(Date.now() + 32 * 86_400_000).toISOString().slice(0, 7)
  const planned = await page.request.post('/api/v1/deliveries', {
    data: {
      editionId: edition.id,
      channelId: channels.find(({ network }) => network === 'floowe-site')?.id,
      when: { wallTime: `${month}-15T10:00`, zone: 'Europe/Warsaw' },
    },
    headers: origin,
  })
  const { id } = (await planned.json()) as { id: string }
  const wallTime = async (): Promise<string> => (await api<{ wallTime: string }>(`/deliveries/${id}`)).wallTime
  await page.goto(`${workspace}/calendar?month=${month}`)
  const entry = page.locator('table').getByRole('button', { name: /Move me/ })
  const entryInList = page.locator('main section').getByRole('button', { name: /Move me/ })
  await entry.focus()
  await page.keyboard.press('Alt+ArrowRight')
  await expect.poll(wallTime).toContain(`${month}-16T10:00`)
  // the focus went with it: the next keys move it on
  await page.keyboard.press('Alt+ArrowDown')
  await expect.poll(wallTime).toContain(`${month}-23T10:00`)
  await page.keyboard.press('Control+z')
  await expect.poll(wallTime).toContain(`${month}-16T10:00`)
  await page.keyboard.press('Control+z')
  await expect.poll(wallTime).toContain(`${month}-15T10:00`)
  const day = page.locator(`td:has(time[datetime="${month}-18"])`)
  // The move before this one may just be drawn anew.
  await expect.poll(async () => Boolean((await entry.boundingBox()) && (await day.boundingBox()))).toBe(true)
  const [from, to] = [await entry.boundingBox(), await day.boundingBox()]
  if (!from || !to) throw new Error('the calendar shows neither the entry nor the day')
  await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2)
  await page.mouse.down()
  await page.mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 12 })
  await page.mouse.up()
  await expect.poll(wallTime).toContain(`${month}-18T10:00`)

  // a press in the list opens it, and the focus comes back
  await page.goto(`${workspace}/calendar?month=${month}&view=list`)
  await entryInList.click()
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel the plan' }).waitFor()
  await page.keyboard.press('Escape')
  await expect.poll(() => entryInList.evaluate((button) => button === document.activeElement)).toBe(true)
})

test('a full day of the calendar folds, and opens with all of it', async () => {
  const origin = { origin: inject('access').url }
  const channels = await api<{ id: string; network: string }[]>('/channels')
  const month = new Date(Date.now() + 64 * 86_400_000).toISOString().slice(0, 7)
  for (const hour of ['08', '09', '10', '11', '12']) {
    const made = await page.request.post('/api/v1/articles', {
      data: {
        language: 'en',
        title: `At ${hour}`,
        body: { type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text: 'Text' }] }] },
      },
      headers: origin,
    })
    const { edition } = (await made.json()) as { edition: { id: string } }
    const planned = await page.request.post('/api/v1/deliveries', {
      data: {
        editionId: edition.id,
        channelId: channels.find(({ network }) => network === 'floowe-site')?.id,
        when: { wallTime: `${month}-15T${hour}:00`, zone: 'Europe/Warsaw' },
      },
      headers: origin,
    })
    expect(planned.status()).toBe(201)
  }
  await page.goto(`${workspace}/calendar?month=${month}`)
  const day = page.locator(`td:has(time[datetime="${month}-15"])`)
  await day.getByRole('button', { name: '+3 more' }).press('Enter')
  const whole = day.getByRole('dialog')
  await expect
    .poll(() => whole.getByRole('button').allInnerTexts())
    .toEqual(['08', '09', '10', '11', '12'].map((hour) => expect.stringContaining(`At ${hour}`)))
  await page.keyboard.press('Enter')
  await page.getByRole('dialog', { name: 'At 08' }).waitFor()
  await page.keyboard.press('Escape')
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toMatch(/^\+3 more/)
})
