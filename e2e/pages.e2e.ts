/** Every page in both languages: opens without an error, reads well for those who cannot see it, fits a narrow screen. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { violations } from './axe.ts'
import { browser, type Look, openContext, signIn } from './browser.ts'

const workspace = '/w/studio-wisla'
const fixed = [
  'content',
  'calendar',
  ...['week', 'day', 'list', 'board'].map((view) => `calendar?view=${view}`),
  'deliveries',
  'approvals',
  'analytics',
  'media',
  'imports',
  'channels',
  'site',
  'members',
  'keys',
  'audit',
  'settings',
  'settings/approvals',
  'account',
  'notifications',
].map((name) => `${workspace}/${name}`)

/** The page has its title and its content, and nothing is on its way any more. */
async function settled(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle')
  await page.locator('main h1').first().waitFor()
}

async function setPolicy(page: Page, mode: 'none' | 'optional'): Promise<void> {
  const data = { mode, steps: [] }
  await page.request.put('/api/v1/approvals/policy', { data, headers: { origin: inject('access').url } })
}

/** One that is open: of a plan of the demo's. */
async function approvalOn(page: Page): Promise<string> {
  await setPolicy(page, 'optional')
  const headers = { origin: inject('access').url }
  const plans = (await (await page.request.get('/api/v1/deliveries?state=planned&limit=1')).json()) as {
    items: { id: string }[]
  }
  const asked = await page.request.post(`/api/v1/deliveries/${plans.items[0]?.id}/approval`, { data: {}, headers })
  const answer = (await asked.json()) as { id?: string; data?: { approvalId: string } }
  return answer.id ?? answer.data?.approvalId ?? ''
}

const looks: [string, Look][] = [
  ['Polish, light, wide', { locale: 'pl', theme: 'light' }],
  ['English, dark, wide', { locale: 'en', theme: 'dark' }],
  ['Polish, dark, narrow', { locale: 'pl', theme: 'dark', width: 360, height: 780 }],
]

describe.each(looks)('%s', (_name, look) => {
  let page: Page
  let problems: string[]
  let more: string[] = []
  beforeAll(async () => {
    const opened = await openContext(look)
    page = opened.page
    problems = opened.problems
    await signIn(page)
    const origin = inject('access').url
    await page.request.patch('/api/v1/me', { data: { locale: look.locale, theme: look.theme }, headers: { origin } })
    const { items } = (await (await page.request.get('/api/v1/articles?limit=5')).json()) as {
      items: { id: string; editions: { language: string }[] }[]
    }
    const deliveries = (await (await page.request.get('/api/v1/deliveries?limit=1')).json()) as {
      items: { id: string }[]
    }
    const imports = (await (await page.request.get('/api/v1/imports?limit=1')).json()) as { items: { id: string }[] }
    const [article] = items
    more = [
      `${workspace}/articles/${article?.id}`,
      `${workspace}/content/${article?.id}/${article?.editions[0]?.language}`,
      `${workspace}/deliveries/${deliveries.items[0]?.id}`,
      `${workspace}/imports/${imports.items[0]?.id}`,
      `${workspace}/approvals/${await approvalOn(page)}`,
    ]
  })
  afterAll(async () => {
    await setPolicy(page, 'none')
    await page.context().close()
  })

  const visit = async (address: string): Promise<void> => {
    problems.length = 0
    await page.goto(address)
    await settled(page)
    expect(await page.title()).toMatch(/ · Floowe$/)
    expect(await page.locator('html').getAttribute('lang')).toBe(look.locale)
    expect(await violations(page)).toEqual([])
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    )
    expect(overflow, 'the page scrolls sideways').toBeLessThanOrEqual(0)
    expect(problems).toEqual([])
  }
  test.each(fixed)('%s', visit)
  test.each(['article', 'editor', 'delivery', 'import', 'approval'])('%s', async (kind) => {
    await visit(more[['article', 'editor', 'delivery', 'import', 'approval'].indexOf(kind)] ?? '')
  })
})

describe.each(['pl', 'en'] as const)('before signing in, %s', (locale) => {
  test.each([
    ...['/sign-in', '/forgot', '/reset/not-a-real-token-at-all', '/invitation/not-a-real-token-at-all'],
    ...['/approval/not-a-real-token-at-all', '/calendar/shared/not-a-real-token-at-all'],
  ])('%s', async (address) => {
    const { page, context } = await openContext({ locale })
    await page.goto(address)
    await page.waitForLoadState('networkidle')
    expect(await page.locator('html').getAttribute('lang')).toBe(locale)
    expect(await violations(page)).toEqual([])
    await context.close()
  })
})

describe('the public site', () => {
  const root = '/site/studio-wisla'
  test.each(['light', 'dark'] as const)('reads well, %s', async (theme) => {
    const { page, context, problems } = await openContext({ theme })
    await page.goto(`${root}/`)
    const articles = await page
      .locator('main article a, main h2 a')
      .evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).href))
    for (const address of [`${root}/`, articles[0] ?? '', `${root}/szukaj`, `${root}/search`].filter(Boolean)) {
      const answer = await page.goto(address)
      if (answer?.status() === 404) continue
      expect(await violations(page), address).toEqual([])
    }
    expect(problems).toEqual([])
    await context.close()
  })
})

afterAll(async () => (await browser()).close())
