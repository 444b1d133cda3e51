/** Planning in the calendar: by pointer and keys in every view, with reasons before anything is let go; slots, series, campaigns, files, links. */
import type { BrowserContext, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { violations } from './axe.ts'
import { openContext, signIn } from './browser.ts'

const workspace = '/w/studio-wisla'
const zone = 'Europe/Warsaw'
/** Far enough ahead that nothing of the demo stands there, and without a holiday in its middle. */
const month = `${new Date().getUTCFullYear() + 3}-02`
const day = (number: number): string => `${month}-${String(number).padStart(2, '0')}`

let page: Page
let context: BrowserContext
let problems: string[]
let site: string
let hook: string

const headers = () => ({ origin: inject('access').url })
async function api<Answer>(path: string): Promise<Answer> {
  return (await (await page.request.get(`/api/v1${path}`)).json()) as Answer
}
async function send<Answer>(method: 'POST' | 'PUT' | 'PATCH', path: string, data: object): Promise<Answer> {
  const answer = await page.request.fetch(`/api/v1${path}`, { method, data, headers: headers() })
  if (!answer.ok()) throw new Error(`${method} ${path} answered ${answer.status()}: ${await answer.text()}`)
  return (await answer.json()) as Answer
}

const body = { type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text: 'Text' }] }] }
const write = (title: string, more: object = {}) =>
  send<{ article: { id: string }; edition: { id: string } }>('POST', '/articles', {
    language: 'en',
    title,
    body,
    ...more,
  })

async function plan(title: string, wallTime: string, channelId = site): Promise<{ id: string; articleId: string }> {
  const { edition, article } = await write(title)
  const { id } = await send<{ id: string }>('POST', '/deliveries', {
    editionId: edition.id,
    channelId,
    when: { wallTime, zone },
  })
  return { id, articleId: article.id }
}
const wallTimeOf = async (id: string): Promise<string> =>
  (await api<{ wallTime: string }>(`/deliveries/${id}`)).wallTime.slice(0, 16)

const open = async (search: string): Promise<void> => {
  await page.goto(`${workspace}/calendar?${search}`)
  await page.locator('main h1').first().waitFor()
  await page.waitForLoadState('networkidle')
}
const entry = (title: string): Locator =>
  page
    .locator('main')
    .getByRole('button', { name: new RegExp(title) })
    .first()
const field = (number: number): Locator => page.locator(`td:has(time[datetime="${day(number)}"])`)

/** Presses on one, moves over the other, and stays there. */
async function carryTo(from: Locator, to: Locator, at?: { x: number; y: number }): Promise<void> {
  await from.scrollIntoViewIfNeeded()
  const [start, end] = [await from.boundingBox(), await to.boundingBox()]
  if (!start || !end) throw new Error('nothing to carry, or nowhere to put it')
  await page.mouse.move(start.x + 20, start.y + 6)
  await page.mouse.down()
  await page.mouse.move(start.x + 40, start.y + 20, { steps: 4 })
  await page.mouse.move(end.x + (at?.x ?? end.width / 2), end.y + (at?.y ?? end.height / 2), { steps: 10 })
}

beforeAll(async () => {
  ;({ page, context, problems } = await openContext({ locale: 'en' }))
  await signIn(page)
  await send('PATCH', '/me', { locale: 'en', theme: 'light' })
  const channels = await api<{ id: string; network: string }[]>('/channels')
  site = channels.find(({ network }) => network === 'floowe-site')?.id ?? ''
  hook = channels.find(({ network }) => network === 'webhook')?.id ?? ''
})
afterAll(async () => {
  expect(problems).toEqual([])
  await context.close()
})

describe('carried with the pointer', () => {
  test('in the month by days, and undone', async () => {
    const { id } = await plan('Carry me', `${day(10)}T10:00`)
    await open(`month=${month}`)
    await carryTo(entry('Carry me'), field(12))
    await page
      .getByText(/12 Feb/)
      .first()
      .waitFor()
    await page.mouse.up()
    await expect.poll(() => wallTimeOf(id)).toBe(`${day(12)}T10:00`)
    await page.keyboard.press('Control+z')
    await expect.poll(() => wallTimeOf(id)).toBe(`${day(10)}T10:00`)
  })

  test('in the week by quarters of an hour', async () => {
    const { id } = await plan('By the hour', `${day(10)}T10:00`)
    await open(`view=week&day=${day(10)}`)
    const column = page.locator(`[data-hours="${day(11)}"]`)
    const { height } = (await column.boundingBox()) ?? { height: 0 }
    const grip = entry('By the hour')
    await grip.scrollIntoViewIfNeeded()
    // the pointer holds it 6 px below its top
    await carryTo(grip, column, { x: 60, y: (height * 13.25) / 24 + 6 })
    await page.mouse.up()
    await expect.poll(() => wallTimeOf(id)).toBe(`${day(11)}T13:15`)
  })

  test('an embargo and a taken time are said while it is carried', async () => {
    const held = await plan('Under embargo', `${day(20)}T10:00`)
    await plan('Taken', `${day(15)}T10:05`)
    await send('PATCH', `/articles/${held.articleId}/planning`, { embargo: { wallTime: `${day(18)}T00:00`, zone } })
    await plan('Comes close', `${day(21)}T10:00`)
    await open(`month=${month}`)
    await carryTo(entry('Under embargo'), field(17))
    await expect.poll(() => field(17).getAttribute('data-verdict')).toBe('refused')
    await page
      .locator('main')
      .getByText(/Embargo: it must not go out/)
      .first()
      .waitFor()
    await page.mouse.up()
    expect(await wallTimeOf(held.id)).toBe(`${day(20)}T10:00`)
    await carryTo(entry('Comes close'), field(15))
    await expect.poll(() => field(15).getAttribute('data-verdict')).toBe('warning')
    await page.keyboard.press('Escape')
    await page.mouse.up()
  })

  test('on the board statuses change, and what is computed says why it does not', async () => {
    const { edition } = await write('Board idea', { status: 'idea' })
    await plan('Board plan', `${day(22)}T10:00`)
    await open(`view=board&month=${month}`)
    await carryTo(entry('Board idea'), page.locator('section[aria-labelledby="column-draft"]'))
    await page.mouse.up()
    await expect.poll(async () => (await api<{ status: string }>(`/editions/${edition.id}`)).status).toBe('draft')
    await carryTo(entry('Board plan'), page.locator('section[aria-labelledby="column-under-way"]'))
    await page
      .locator('main')
      .getByText(/fills by itself/)
      .first()
      .waitFor()
    await page.mouse.up()
  })
})

describe('carried with the keys', () => {
  test('Space takes it up, arrows carry it, Enter drops it and Escape puts it back; each place is said', async () => {
    const { id } = await plan('Key me', `${day(13)}T09:00`)
    await open(`month=${month}`)
    const said = page.locator('[data-announcer]')
    await entry('Key me').focus()
    await page.keyboard.press('Space')
    await expect.poll(() => said.textContent()).toMatch(/^Picked up: Key me/)
    await page.keyboard.press('ArrowRight')
    await expect.poll(() => said.textContent()).toMatch(/14 Feb/)
    await page.keyboard.press('Escape')
    await expect.poll(() => said.textContent()).toBe('')
    expect(await wallTimeOf(id)).toBe(`${day(13)}T09:00`)
    await entry('Key me').focus()
    await page.keyboard.press('Space')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await expect.poll(() => wallTimeOf(id)).toBe(`${day(20)}T09:00`)
  })

  test('a day that is past says so before it is let go, and takes nothing', async () => {
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)
    const { id } = await plan('Near', `${tomorrow}T10:00`)
    await open(`day=${tomorrow}`)
    await entry('Near').focus()
    await page.keyboard.press('Space')
    for (let days = 0; days < 3; days++) await page.keyboard.press('ArrowLeft')
    await expect.poll(() => page.locator('[data-announcer]').textContent()).toMatch(/That time has passed/)
    await page.keyboard.press('Enter')
    await page.getByRole('region', { name: 'Notices' }).getByText('That time has passed.').waitFor()
    expect(await wallTimeOf(id)).toBe(`${tomorrow}T10:00`)
  })

  test('in the week by quarters, and past the edge the view follows', async () => {
    const { id } = await plan('Key hours', `${day(9)}T09:00`)
    await open(`view=week&day=${day(9)}`)
    await entry('Key hours').focus()
    await page.keyboard.press('Space')
    for (const key of ['ArrowDown', 'ArrowDown', 'PageDown']) await page.keyboard.press(key)
    await expect.poll(() => page.url()).toContain(day(16))
    await page.keyboard.press('Enter')
    await expect.poll(() => wallTimeOf(id)).toBe(`${day(16)}T09:30`)
  })

  test('the letters choose views, and the arrows step through them', async () => {
    await open(`day=${day(10)}`)
    const heading = page.locator('main h1')
    for (const [key, view] of [
      ['w', 'week'],
      ['d', 'day'],
      ['l', 'list'],
      ['b', 'board'],
    ]) {
      await page.keyboard.press(key ?? '')
      await expect.poll(() => page.url()).toContain(`view=${view}`)
    }
    await page.keyboard.press('m')
    await expect.poll(() => page.url()).not.toContain('view=')
    await page.keyboard.press('ArrowRight')
    await expect.poll(() => heading.textContent()).toMatch(/March/)
    await page.keyboard.press('f')
    await page.getByRole('searchbox', { name: 'Words in the title' }).waitFor()
  })
})

test('all views show the same deliveries of a month', async () => {
  await open(`month=${month}&text=me`)
  const idsIn = async (): Promise<string[]> =>
    (
      await page
        .locator('main [data-delivery]')
        .evaluateAll((all) => all.map((one) => one.getAttribute('data-delivery') ?? ''))
    ).sort()
  const inMonth = await idsIn()
  expect(inMonth.length).toBeGreaterThan(0)
  for (const view of ['list', 'board']) {
    await open(`month=${month}&text=me&view=${view}`)
    expect(await idsIn(), view).toEqual(inMonth)
  }
})

test('filters are kept as a view, and a campaign as a bar that filters', async () => {
  await open(`month=${month}`)
  await page.getByRole('button', { name: 'More', exact: true }).last().click()
  await page.getByRole('menuitem', { name: 'New campaign' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('Winter')
  await dialog.getByLabel('First day').fill(day(3))
  await dialog.getByLabel('Last day').fill(day(19))
  await dialog.getByRole('button', { name: 'Save' }).click()
  await page
    .getByRole('button', { name: /^Winter/ })
    .first()
    .waitFor()
  expect(await page.getByRole('button', { name: /^Winter/ }).count()).toBeGreaterThan(1)
  await page.keyboard.press('f')
  await page.getByRole('searchbox', { name: 'Words in the title' }).fill('carry')
  await expect.poll(() => page.locator('td [data-delivery]').count()).toBe(1)
  await page.getByRole('button', { name: 'Saved views' }).click()
  await page.getByRole('menuitem', { name: 'Save this view' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill('Carried')
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
  await page.getByRole('button', { name: 'Carried' }).waitFor()
  await page.getByRole('button', { name: 'Clear filters' }).click()
  await page.getByRole('button', { name: 'Saved views' }).click()
  await page.getByRole('menuitemradio', { name: 'Carried' }).click()
  await expect.poll(() => page.url()).toContain('text=carry')
})

test('slots stand in the calendar, and a text without a date is put into one', async () => {
  await write('For a slot')
  await send('PUT', `/channels/${site}/slots`, { slots: [{ weekday: 3, time: '15:00' }], basedOn: 0 })
  await open(`view=week&day=${day(12)}`)
  const ghost = page.locator('[data-target*="slot"]').first()
  await ghost.scrollIntoViewIfNeeded()
  await carryTo(entry('For a slot'), ghost)
  await page.mouse.up()
  const dialog = page.getByRole('dialog')
  await expect.poll(() => dialog.getByLabel('Time', { exact: true }).inputValue()).toBe('15:00')
  await dialog.getByRole('button', { name: 'Schedule' }).click()
  await expect.poll(() => ghost.count()).toBe(0)
})

test('a series shows its next days, with what is left out and why, before it begins', async () => {
  await send('PATCH', `/channels/${hook}`, { paused: false })
  const { id } = await plan('Again and again', `${day(6)}T08:00`, hook)
  await open(`month=${month}`)
  await entry('Again and again').click()
  await page.getByRole('dialog').getByRole('button', { name: 'Repeat' }).click()
  const dialog = page.getByRole('dialog', { name: /Repeat/ })
  await dialog.getByLabel('From').fill(`${month.slice(0, 4)}-11-01`)
  await dialog.getByLabel('Unit').selectOption('days')
  await dialog
    .getByText(/All Saints|public holiday/)
    .first()
    .waitFor()
  expect(await violations(page)).toEqual([])
  await dialog.getByRole('button', { name: /^Plan \d+ times/ }).click()
  await expect.poll(async () => (await api<{ total: number }>('/calendar/series')).total).toBe(1)
  expect(await wallTimeOf(id)).toBe(`${day(6)}T08:00`)
  await send('PATCH', `/channels/${hook}`, { paused: true })
})

test('a file is looked at row by row before it makes anything', async () => {
  await open(`month=${month}`)
  await page.getByRole('button', { name: 'More', exact: true }).last().click()
  await page.getByRole('menuitem', { name: 'Import from a file' }).click()
  const dialog = page.getByRole('dialog')
  const csv = 'Tytuł;Data;Godzina\nZ arkusza;;\n;;\n'
  await dialog.getByLabel('File').setInputFiles({ name: 'plan.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) })
  await dialog.getByText('Z arkusza').waitFor()
  await dialog.getByRole('button', { name: /^Import 1 row/ }).click()
  await dialog.getByText(/The import is done/).waitFor()
  await dialog.getByRole('button', { name: 'Done' }).click()
  await entry('Z arkusza').waitFor()
})

test('a link shows the calendar to somebody without an account, without titles unless chosen', async () => {
  await open(`month=${month}&text=carry`)
  await page.getByRole('button', { name: 'More', exact: true }).last().click()
  await page.getByRole('menuitem', { name: 'Share and iCal' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('For the client')
  await dialog.getByRole('button', { name: 'Make the link' }).click()
  const address = await dialog.getByLabel('Address').inputValue()
  const reader = await openContext({ locale: 'en', width: 360, height: 780 })
  await reader.page.goto(`${address}?month=${month}`)
  await reader.page.getByRole('heading', { name: 'For the client' }).waitFor()
  await reader.page.getByText('Planned publication').first().waitFor()
  expect(await reader.page.getByText('Carry me').count()).toBe(0)
  expect(await violations(reader.page)).toEqual([])
  expect(reader.problems).toEqual([])
  await reader.context.close()
})

test.each(['month', 'week', 'day', 'list', 'board'])('%s reads well for those who cannot see it', async (view) => {
  await open(`view=${view}&day=${day(12)}`)
  expect(await violations(page)).toEqual([])
})
