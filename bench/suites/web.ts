/** What a browser loads and how soon it shows something: sign-in and content list of the app, and a public article with the demo on. */
import { gzipSync } from 'node:zlib'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { launchBrowser } from '@floowe/testbed/chromium'
import lighthouse from 'lighthouse'
import type { Browser, Page } from 'playwright-core'
import { clientOf, freePort, type Started, startFloowe } from '../floowe.ts'
import { round } from '../measure.ts'
import { figure, type Figure, type Suite } from '../suite.ts'

const categories = ['performance', 'accessibility', 'best-practices', 'seo'] as const
const quietMs = 1_000

export const suite: Suite = {
  about: 'JavaScript of sign-in and content list (gzip), LCP of the content list, Lighthouse of a public article',
  run: async ({ rounds, tell }) => {
    const floowe = await startFloowe({ variables: { FLOOWE_DEMO: 'on' }, isPinned: false })
    const port = await freePort()
    const browser = await launchBrowser({ args: [`--remote-debugging-port=${port}`] })
    try {
      return [...(await app(floowe, browser, rounds, tell)), ...(await article(floowe, port, rounds, tell))]
    } finally {
      await browser.close()
      await floowe.stop()
    }
  },
}

async function app(floowe: Started, browser: Browser, rounds: number, tell: (line: string) => void): Promise<Figure[]> {
  const [, email = '', password = ''] = /sign in as (\S+) with (.+)/.exec(floowe.lines.join('\n')) ?? []
  const signIn: number[] = []
  const list: number[] = []
  const lcp: number[] = []
  for (let turn = 0; turn < rounds; turn++) {
    // A context of its own each time: nothing is in the cache.
    const context = await browser.newContext({ locale: 'en', viewport: { width: 1280, height: 900 } })
    try {
      const page = await context.newPage()
      signIn.push(await scriptKilobytes(page, `${floowe.url}/sign-in`, 'input[type="password"]'))
      const answer = await page.request.post(`${floowe.url}/api/v1/session`, {
        data: { email, password: password.trim() },
        headers: { origin: floowe.url },
      })
      if (!answer.ok()) throw new Error(`sign-in answered ${answer.status()}`)
      const me = (await (await page.request.get(`${floowe.url}/api/v1/me`)).json()) as {
        workspaces: { slug: string }[]
      } // the contract's Me
      const fresh = await browser.newContext({
        locale: 'en',
        viewport: { width: 1280, height: 900 },
        storageState: await context.storageState(),
      })
      const shown = await fresh.newPage()
      list.push(
        await scriptKilobytes(
          shown,
          `${floowe.url}/w/${me.workspaces[0]?.slug}/content`,
          'main a[href*="/content/"], main a[href*="/articles/"]',
        ),
      )
      lcp.push(round((await largestPaint(shown)) / 1000))
      await fresh.close()
      tell(`round ${turn + 1}: sign-in ${signIn.at(-1)} kB, list ${list.at(-1)} kB, LCP ${lcp.at(-1)} s`)
    } finally {
      await context.close()
    }
  }
  return [
    figure('JavaScript of sign-in, gzip', 'kB', signIn, { atMost: 160 }),
    figure('JavaScript of the content list, gzip', 'kB', list, { atMost: 250 }),
    figure('LCP of the content list, nothing cached', 's', lcp, { atMost: 1.5 }),
  ]
}

/** All scripts the page asked for until it stood still, each packed with gzip as the server would. `shown`: what must be there then. */
async function scriptKilobytes(page: Page, address: string, shown: string): Promise<number> {
  const sizes: Promise<number>[] = []
  page.on('response', (response) => {
    if (response.request().resourceType() === 'script' && response.ok())
      sizes.push(response.body().then((body) => gzipSync(body, { level: 9 }).length))
  })
  await page.goto(address)
  await page.locator(shown).first().waitFor({ timeout: 30_000 })
  // What is loaded once the page is idle counts as well.
  await page.waitForLoadState('networkidle')
  await page.waitForTimeout(quietMs)
  return round((await Promise.all(sizes)).reduce((sum, size) => sum + size, 0) / 1000)
}

/** The last candidate so far, ms since navigation. */
const largestPaint = (page: Page): Promise<number> =>
  page.evaluate(
    () =>
      new Promise<number>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error('no paint was noted')), 5_000)
        new PerformanceObserver((entries) => {
          clearTimeout(timer)
          resolve(entries.getEntries().at(-1)?.startTime ?? Number.NaN)
        }).observe({ type: 'largest-contentful-paint', buffered: true })
      }),
  )

async function article(floowe: Started, port: number, rounds: number, tell: (line: string) => void): Promise<Figure[]> {
  const ask = clientOf(floowe.url, (await readFile(path.join(floowe.folder, 'local-credential'), 'utf8')).trim())
  const me: { workspaces: { slug: string }[] } = await ask('GET', '/me')
  const published = (await (
    await fetch(`${floowe.url}/api/content/v1/${me.workspaces[0]?.slug}/articles?limit=1`)
  ).json()) as { items: { url: string }[] } // the content API's list
  const url = published.items[0]?.url
  if (!url) throw new Error('the demo has published nothing')
  const scores: Record<string, number[]> = {}
  for (let turn = 0; turn < rounds; turn++) {
    const result = await lighthouse(url, { port, logLevel: 'error', onlyCategories: [...categories] })
    if (!result || result.lhr.runtimeError)
      throw new Error(`Lighthouse: ${result?.lhr.runtimeError?.message ?? 'no result'}`)
    for (const category of categories)
      (scores[category] ??= []).push(Math.round((result.lhr.categories[category]?.score ?? 0) * 100))
    const failing = Object.values(result.lhr.audits).filter(
      (audit) => audit.score !== null && audit.score < 0.9 && audit.scoreDisplayMode === 'binary',
    )
    tell(
      `round ${turn + 1}: ${categories.map((category) => `${category} ${scores[category]?.at(-1)}`).join(', ')}${failing.length > 0 ? `; failing: ${failing.map((audit) => audit.id).join(', ')}` : ''}`,
    )
  }
  return categories.map((category) =>
    figure(`Lighthouse of a public article: ${category}`, '', scores[category] ?? [], { atLeast: 95 }),
  )
}
