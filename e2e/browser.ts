/** A browser and signed-in pages for the journeys, in both languages and themes. */
import { launchBrowser } from '@floowe/testbed/chromium'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { inject } from 'vitest'

export type Look = { locale?: 'pl' | 'en'; theme?: 'light' | 'dark'; width?: number; height?: number }

let opened: Promise<Browser> | null = null // one browser for the whole run; vitest ends the process after it
export async function browser(): Promise<Browser> {
  // One that ended under the pressure of a busy machine takes one file's pages with it, not those of all that follow.
  if (opened && !(await opened).isConnected()) opened = null
  return (opened ??= launchBrowser())
}

/** A fresh context; every error of the page's own code fails the test that looks at `problems`. */
export async function openContext(
  look: Look = {},
): Promise<{ context: BrowserContext; page: Page; problems: string[] }> {
  const opener = await browser()
  const context = await opener.newContext({
    // a person's: what says it is headless is a robot, and not counted
    userAgent: `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${opener.version().split('.')[0]}.0.0.0 Safari/537.36`,
    baseURL: inject('access').url,
    locale: look.locale === 'en' ? 'en-GB' : 'pl-PL',
    colorScheme: look.theme ?? 'light',
    viewport: { width: look.width ?? 1440, height: look.height ?? 900 },
    timezoneId: 'Europe/Warsaw',
    acceptDownloads: true,
  })
  context.setDefaultTimeout(15_000)
  const page = await context.newPage()
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(`${error.name}: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of (4\d\d|503)/.test(message.text())) problems.push(message.text())
  })
  return { context, page, problems }
}

/** Signs the demo's owner in by the form's own request, so that journeys start where their story does. */
export async function signIn(page: Page, who?: { email: string; password: string }): Promise<void> {
  const access = inject('access')
  const answer = await page.request.post('/api/v1/session', {
    data: { email: who?.email ?? access.email, password: who?.password ?? access.password },
    headers: { origin: access.url },
  })
  if (!answer.ok()) throw new Error(`sign-in answered ${answer.status()}: ${await answer.text()}`)
}
