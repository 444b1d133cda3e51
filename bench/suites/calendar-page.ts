/** The calendar in a browser: how soon a month of 2,000 is seen, and whether what is carried follows the pointer without a gap. */
import { launchBrowser } from '@floowe/testbed/chromium'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { articleText } from '../data.ts'
import { type Ask, setUp, type Started, startFloowe } from '../floowe.ts'
import { quantile, round } from '../measure.ts'
import { figure, type Suite } from '../suite.ts'

const items = 2_000
const atOnce = 8
/** It lies ahead, so that everything in it can be moved, and has 31 days. */
const month = `${new Date().getUTCFullYear() + 1}-05`
const days = 31
const carriedMs = 3_000

export const suite: Suite = {
  about: `a month of ${items} in the browser: first painted, and the frames while an entry is carried over all of it`,
  run: async ({ rounds, tell }) => {
    const floowe = await startFloowe({ isPinned: false })
    const browser = await launchBrowser()
    try {
      await fill(await setUp(floowe), tell)
      const [painted, frames, long]: [number[], number[], number[]] = [[], [], []]
      for (let turn = -1; turn < rounds; turn++) {
        const shown = await open(browser, floowe)
        try {
          const seconds = await firstPainted(shown.page, floowe.url)
          const gaps = await carry(shown.page)
          // the first turn warms the server up
          if (turn < 0) continue
          painted.push(round(seconds))
          frames.push(round(quantile(gaps, 0.95)))
          long.push(Math.max(...gaps.map(round)))
          tell(
            `round ${turn + 1}: painted ${painted.at(-1)} s, ${gaps.length} frames, p95 ${frames.at(-1)} ms, longest ${long.at(-1)} ms`,
          )
        } finally {
          await shown.context.close()
        }
      }
      return [
        figure(`a month of ${items}, first painted, nothing cached`, 's', painted, { atMost: 1 }),
        figure('work in a frame while an entry is carried, p95', 'ms', frames, { atMost: 16 }),
        figure('work in a frame while an entry is carried, longest', 'ms', long),
      ]
    } finally {
      await browser.close()
      await floowe.stop()
    }
  },
}

async function fill(ask: Ask, tell: (line: string) => void): Promise<void> {
  const [{ id: channelId }] = await ask('GET', '/channels')
  const plan = async (n: number): Promise<void> => {
    const { edition } = await ask('POST', '/articles', {
      language: 'en',
      title: `Plan ${n}: ${articleText(n, 40)}`,
      body: { type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text: 'Text' }] }] },
    })
    const day = String((n % days) + 1).padStart(2, '0')
    const minute = Math.floor(n / days) * 20
    const time = `${String(Math.floor(minute / 60) % 24).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
    await ask('POST', '/deliveries', {
      editionId: edition.id,
      channelId,
      when: { wallTime: `${month}-${day}T${time}`, zone: 'UTC' },
    })
  }
  let next = 0
  const worker = async (): Promise<void> => {
    for (let n = next++; n < items; n = next++) {
      await plan(n)
      if (n > 0 && n % 500 === 0) tell(`${n} planned`)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}

/** Signed in, with nothing in the cache. */
async function open(browser: Browser, { url }: Started): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({ locale: 'en', viewport: { width: 1440, height: 900 }, timezoneId: 'UTC' })
  const page = await context.newPage()
  const answer = await page.request.post(`${url}/api/v1/session`, {
    data: { email: 'bench@example.com', password: 'a long enough password' },
    headers: { origin: url },
  })
  if (!answer.ok()) throw new Error(`sign-in answered ${answer.status()}`)
  return { context, page }
}

/** From the navigation to the frame in which the month's entries are drawn, s. All 2,000 must be in it, shown or counted. */
async function firstPainted(page: Page, url: string): Promise<number> {
  await page.addInitScript(() => {
    const look = (): void => {
      if (document.querySelectorAll('td [data-delivery]').length === 0) return void requestAnimationFrame(look)
      // the frame behind the one that drew them
      requestAnimationFrame(() => Object.assign(globalThis, { paintedMs: performance.now() }))
    }
    requestAnimationFrame(look)
  })
  await page.goto(`${url}/w/bench/calendar?month=${month}`)
  await page.waitForFunction(() => 'paintedMs' in globalThis, undefined, { timeout: 30_000 })
  const seen = await page.evaluate(
    () =>
      document.querySelectorAll('td [data-delivery]').length +
      [...document.querySelectorAll('td [data-folds]')].reduce(
        (sum, button) => sum + (button.getAttribute('data-folds') ?? '').split(' ').length,
        0,
      ),
  )
  if (seen !== items) throw new Error(`the month shows ${seen} of ${items}`)
  return (await page.evaluate(() => (globalThis as unknown as { paintedMs: number }).paintedMs)) / 1000 // set above
}

/**
 * Carries an entry over the whole month and back, and puts it back. @returns of each frame, ms from its beginning until its work was
 * done: pointer events, hit test, drawing; the pause until the next frame is not counted
 */
async function carry(page: Page): Promise<number[]> {
  await page.waitForLoadState('networkidle')
  const box = await page.locator('td [data-delivery]').first().boundingBox()
  if (!box) throw new Error('no entry is seen')
  await page.mouse.move(box.x + 20, box.y + 8)
  await page.mouse.down()
  await page.evaluate(() => {
    const gaps: number[] = []
    const channel = new MessageChannel()
    let begun = 0
    // a message that is sent in a frame comes when the frame has been drawn
    channel.port1.onmessage = () => gaps.push(performance.now() - begun)
    const look = (at: number): void => {
      begun = at
      channel.port2.postMessage(null)
      requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
    Object.assign(globalThis, { gaps })
  })
  const untilMs = performance.now() + carriedMs
  for (let step = 0; performance.now() < untilMs; step++) {
    const share = (step % 200) / 200
    await page.mouse.move(260 + 900 * Math.abs(Math.sin(share * 40)), 130 + 700 * share)
  }
  const gaps = await page.evaluate(() => (globalThis as unknown as { gaps: number[] }).gaps) // set above
  if ((await page.locator('html[data-carrying]').count()) === 0) throw new Error('nothing was carried')
  await page.keyboard.press('Escape')
  await page.mouse.up()
  return gaps
}
