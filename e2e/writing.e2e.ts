/**
 * Writing together: two people in one text at once, offline and back, words by the API joining them, comments that survive edits,
 * suggestions; in both languages, with axe.
 */
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { violations } from './axe.ts'
import { openContext, signIn } from './browser.ts'

type Said = Record<
  | 'title'
  | 'alsoHere'
  | 'offline'
  | 'saved'
  | 'comments'
  | 'write'
  | 'send'
  | 'resolve'
  | 'suggesting'
  | 'suggestions'
  | 'accept'
  | 'more'
  | 'showWriters'
  | 'legend'
  | 'rescued'
  | 'address',
  string
>
const words: Record<'pl' | 'en', Said> = {
  pl: {
    title: 'Tytuł',
    alsoHere: 'Są tu też',
    offline: 'Brak internetu, zachowano tutaj',
    saved: 'Zapisano',
    comments: 'Komentarze',
    write: 'Napisz komentarz, znakiem @ powiadomisz osobę',
    send: 'Skomentuj',
    resolve: 'Oznacz jako rozwiązany',
    suggesting: 'Sugestie',
    suggestions: '1 sugestia',
    accept: 'Przyjmij sugestię',
    more: 'Więcej',
    showWriters: 'Pokaż, kto co napisał',
    legend: 'Kto co napisał',
    rescued: 'Tekst zachowany w przeglądarce',
    address: 'Adres',
  },
  en: {
    title: 'Title',
    alsoHere: 'Also here',
    offline: 'Offline, kept here',
    saved: 'Saved',
    comments: 'Comments',
    write: 'Write a comment, @ to tell a person',
    send: 'Comment',
    resolve: 'Mark as resolved',
    suggesting: 'Suggesting',
    suggestions: '1 suggestion',
    accept: 'Accept the suggestion',
    more: 'More',
    showWriters: 'Show who wrote what',
    legend: 'Who wrote what',
    rescued: 'Text kept in a browser',
    address: 'Address',
  },
}

describe.each(['pl', 'en'] as const)('writing together, %s', (locale) => {
  const say = words[locale]
  const slug = `writing-${locale}-${Date.now()}`
  const email = `ola-${slug}@example.com`
  const password = 'a long enough password'
  let mine: Page
  let hers: Page
  let her: BrowserContext
  let problems: string[][]
  let articleId = ''
  let editionId = ''

  beforeAll(async () => {
    const [one, two] = [await openContext({ locale }), await openContext({ locale })]
    ;[mine, hers, her] = [one.page, two.page, two.context]
    problems = [one.problems, two.problems]
    await signIn(mine)
    await ask('post', '/workspaces', { name: 'Together', slug, language: locale, zone: 'Europe/Warsaw' }, null)
    await ask('patch', '/me', { locale, theme: 'light' }, null)
    const { link } = await ask<{ link: { url: string } }>('post', '/invitations', { email, role: 'editor' })
    const token = link.url.split('/').at(-1) ?? ''
    const joined = await hers.request.post(`/api/v1/invitation-links/${token}`, {
      data: { name: 'Ola Nowak', password, locale },
      headers: { origin: inject('access').url },
    })
    expect(joined.status()).toBe(200)
    await signIn(hers, { email, password })
  })
  afterAll(async () => {
    await ask('delete', '/workspace', { confirm: slug })
    await mine.context().close()
    await her.close()
  })

  async function ask<Result>(
    method: 'get' | 'post' | 'patch' | 'put' | 'delete',
    target: string,
    data?: object,
    of: string | null = slug,
  ): Promise<Result> {
    const answer = await mine.request[method](`/api/v1${target}`, {
      ...(data && { data }),
      headers: { origin: inject('access').url, ...(of !== null && { 'floowe-workspace': of }) },
    })
    if (!answer.ok()) throw new Error(`${target} answered ${answer.status()}: ${await answer.text()}`)
    return (await answer.json()) as Result
  }
  const paragraph = (text: string) => ({ type: 'paragraph', content: [{ type: 'text', text }] })
  async function begin(title: string, ...lines: string[]): Promise<void> {
    const made = await ask<{ article: { id: string }; edition: { id: string } }>('post', '/articles', {
      language: locale,
      title,
      body: { type: 'doc', content: lines.map(paragraph) },
    })
    articleId = made.article.id
    editionId = made.edition.id
    for (const page of [mine, hers]) await open(page)
  }
  async function open(page: Page): Promise<void> {
    await page.goto(`/w/${slug}/content/${articleId}/${locale}`)
    await page.locator('.ProseMirror').first().waitFor()
  }
  const manuscript = (page: Page) => page.locator('.ProseMirror').first()
  /** The words of the manuscript without carets and their names. */
  const textIn = (page: Page): Promise<string> =>
    manuscript(page).evaluate((dom) => {
      const copy = dom.cloneNode(true) as HTMLElement // of an element
      for (const caret of copy.querySelectorAll('[aria-hidden="true"]')) caret.remove()
      return [...copy.children].map((block) => block.textContent).join('\n')
    })
  const edition = () => ask<{ revision: number; title: string; body: unknown }>('get', `/editions/${editionId}`)
  const stored = async (): Promise<string> => JSON.stringify((await edition()).body)
  const titleOf = (page: Page) => page.getByRole('textbox', { name: say.title, exact: true })

  test('two people type at once, in one paragraph and in the title, and both see it', async () => {
    await begin('River', 'The water', 'The bank')
    await expect.poll(() => hers.getByRole('list', { name: say.alsoHere }).isVisible()).toBe(true)
    await manuscript(mine).locator('p').first().click()
    await mine.keyboard.press('End')
    await manuscript(hers).locator('p').first().click()
    await hers.keyboard.press('Home')
    await Promise.all([
      mine.keyboard.type(' was high that year', { delay: 15 }),
      hers.keyboard.type('In the spring: ', { delay: 15 }),
    ])
    await expect.poll(() => textIn(mine)).toMatch(/^In the spring: The water was high that year\nThe bank/)
    await expect.poll(() => textIn(hers)).toBe(await textIn(mine))
    // a caret with her name stands in my text
    await expect.poll(() => manuscript(mine).getByText('Ola Nowak').count()).toBe(1)

    await titleOf(mine).press('End')
    await titleOf(hers).press('Home')
    await Promise.all([mine.keyboard.type(' and bank', { delay: 15 }), hers.keyboard.type('Old ', { delay: 15 })])
    await expect.poll(() => titleOf(mine).inputValue()).toBe('Old River and bank')
    await expect.poll(() => titleOf(hers).inputValue()).toBe('Old River and bank')
    await expect.poll(async () => (await edition()).title).toBe('Old River and bank')
    await expect.poll(stored).toContain('In the spring: The water was high that year')
    expect(await violations(mine)).toEqual([])
  })

  test('undo takes back only one’s own', async () => {
    await begin('Undo', 'Middle')
    await manuscript(mine).locator('p').first().click()
    await mine.keyboard.press('End')
    await mine.keyboard.type(' mine')
    await expect.poll(() => textIn(hers)).toContain('Middle mine')
    await manuscript(hers).locator('p').first().click()
    await hers.keyboard.press('Home')
    await hers.keyboard.type('hers ')
    await expect.poll(() => textIn(mine)).toContain('hers Middle mine')
    await manuscript(mine).click()
    await mine.keyboard.press('Control+z')
    await expect.poll(() => textIn(hers)).toMatch(/^hers Middle\s*$/)
    await mine.keyboard.press('Control+Shift+z')
    await expect.poll(() => textIn(hers)).toContain('hers Middle mine')
  })

  test('keys of all kinds at random places end in one text everywhere', async () => {
    await begin('Random', ...Array.from({ length: 8 }, (_, n) => `Line number ${n} of the text`))
    const third = await her.newPage()
    await open(third)
    const pages = [mine, hers, third]
    const keys = [
      ...[
        'a',
        'z',
        'Space',
        'Enter',
        'Enter',
        'Backspace',
        'Backspace',
        'Delete',
        'Control+b',
        'Home',
        'End',
        'ArrowUp',
      ],
      ...['ArrowDown', 'ArrowDown', 'ArrowLeft', 'Shift+ArrowRight', 'Control+z', 'Alt+ArrowUp', 'Control+Shift+8'],
    ]
    await Promise.all(
      pages.map(async (page, who) => {
        await manuscript(page)
          .locator('p')
          .nth(who * 2)
          .click()
        let seed = 7 + who
        for (let step = 0; step < 90; step++) {
          seed = (seed * 48_271) % 2_147_483_647
          await page.keyboard.press(keys[seed % keys.length] ?? 'a')
        }
      }),
    )
    const texts = async () => new Set(await Promise.all(pages.map(textIn)))
    await expect.poll(async () => (await texts()).size).toBe(1)
    const shown = [...(await texts())][0]?.replaceAll(/\s/g, '')
    const words = (node: { text?: string; content?: unknown[] }): string =>
      (node.text ?? '') + (node.content ?? []).map((child) => words(child as typeof node)).join('')
    await expect.poll(async () => words((await edition()).body as object).replaceAll(/\s/g, '')).toBe(shown)
    // what was drawn piece by piece is what is drawn anew
    await third.reload()
    await manuscript(third).waitFor()
    await expect.poll(async () => (await textIn(third)).replaceAll(/\s/g, '')).toBe(shown)
    await third.close()
  })

  test('offline one goes on writing, closes the tab, and it arrives', async () => {
    await begin('Offline', 'Together')
    await manuscript(hers).locator('p').first().click()
    await hers.keyboard.press('End')
    await hers.keyboard.type('.')
    await expect.poll(() => textIn(mine)).toContain('Together.')
    await her.setOffline(true)
    await hers.keyboard.type(' Written in a tunnel.')
    await expect.poll(() => hers.getByText(say.offline).first().isVisible()).toBe(true)
    await manuscript(mine).locator('p').first().click()
    await mine.keyboard.press('Home')
    await mine.keyboard.type('Meanwhile: ')
    await expect.poll(stored).toContain('Meanwhile: Together.')
    // the tab closes without a network, and opens again with one
    await hers.close()
    await her.setOffline(false)
    hers = await her.newPage()
    await open(hers)
    await expect.poll(() => textIn(hers)).toContain('Meanwhile: Together. Written in a tunnel.')
    await expect.poll(() => textIn(mine)).toContain('Meanwhile: Together. Written in a tunnel.')
    await expect.poll(stored).toContain('Meanwhile: Together. Written in a tunnel.')
  })

  test('a reload in the middle of a word loses none of it', async () => {
    await begin('Reload', 'Start')
    await manuscript(mine).locator('p').first().click()
    await mine.keyboard.press('End')
    await mine.keyboard.type(' and then everything went on')
    await mine.reload()
    await manuscript(mine).waitFor()
    await expect.poll(() => textIn(mine)).toContain('Start and then everything went on')
    await expect.poll(() => textIn(hers)).toContain('Start and then everything went on')
  })

  test('what the API saves joins what is being typed', async () => {
    await begin('API', 'First', 'Second')
    const { revision } = await edition()
    await manuscript(mine).locator('p').first().click()
    await mine.keyboard.press('End')
    await mine.keyboard.type(' typed')
    await ask('put', `/editions/${editionId}`, {
      basedOn: revision,
      title: 'API',
      lead: '',
      body: { type: 'doc', content: [paragraph('First'), paragraph('Second by the API')] },
    })
    await mine.keyboard.type(' on')
    await expect.poll(() => textIn(mine)).toMatch(/^First typed on\nSecond by the API/)
    await expect.poll(() => textIn(hers)).toMatch(/^First typed on\nSecond by the API/)
    await expect.poll(stored).toContain('First typed on')
  })

  test('a comment stays with its words while others write', async () => {
    await begin('Comments', 'A quiet morning by the river')
    await manuscript(mine).locator('p').first().click()
    await mine.keyboard.press('Home')
    for (let letter = 0; letter < 2; letter++) await mine.keyboard.press('ArrowRight')
    for (let letter = 0; letter < 13; letter++) await mine.keyboard.press('Shift+ArrowRight')
    await mine.keyboard.press('Control+Alt+m')
    await mine.getByLabel(say.write).fill('Which one?')
    await mine.getByRole('button', { name: say.send, exact: true }).click()
    await mine.getByText('Which one?').waitFor()
    const marked = (page: Page) => manuscript(page).locator('[class*="commented"]')
    await expect.poll(() => marked(hers).allInnerTexts()).toEqual(['quiet morning'])
    await manuscript(hers).locator('p').first().click()
    await hers.keyboard.press('Home')
    await hers.keyboard.type('It was: ')
    await expect.poll(async () => (await marked(mine).allInnerTexts()).join('')).toBe('quiet morning')
    await expect.poll(() => textIn(mine)).toContain('It was: A quiet morning')
    expect(await violations(mine)).toEqual([])
    // a notice leads to it by its address
    const { items } = await ask<{ items: { id: string }[] }>('get', `/editions/${editionId}/comments`)
    await hers.goto(`/w/${slug}/content/${articleId}/${locale}#${items[0]?.id}`)
    await hers.reload()
    await hers.getByText('Which one?').waitFor()
    // she answers and resolves it
    await marked(hers).first().click()
    await hers.getByText('Which one?').waitFor()
    await hers.getByRole('button', { name: say.resolve }).click()
    await expect.poll(() => marked(mine).count()).toBe(0)
  })

  test('a suggestion waits, is not published, and becomes text when it is accepted', async () => {
    await begin('Suggestions', 'The river is wide')
    await hers.getByRole('radio', { name: say.suggesting }).check({ force: true })
    await manuscript(hers).locator('p').first().click()
    await hers.keyboard.press('End')
    await hers.keyboard.type(' and deep')
    await expect.poll(() => mine.locator('ins[data-suggestion]').allInnerTexts()).toEqual([' and deep'])
    await expect.poll(() => mine.getByRole('button', { name: say.suggestions }).isVisible()).toBe(true)
    expect(await stored()).not.toContain('and deep')
    expect(await violations(mine)).toEqual([])
    await mine.locator('ins[data-suggestion]').click()
    await mine.getByRole('button', { name: say.accept }).click()
    await expect.poll(() => hers.locator('ins[data-suggestion]').count()).toBe(0)
    await expect.poll(stored).toContain('The river is wide and deep')
  })

  test('who wrote what is told by colours and a legend', async () => {
    await begin('Writers', 'Before')
    await manuscript(hers).locator('p').first().click()
    await hers.keyboard.press('End')
    await hers.keyboard.type(' by Ola')
    await expect.poll(() => textIn(mine)).toContain('Before by Ola')
    await mine.locator('main header').getByRole('button', { name: say.more }).click()
    await mine.getByRole('menuitem', { name: say.showWriters }).click()
    const legend = mine.getByRole('list', { name: say.legend })
    await expect.poll(() => legend.innerText()).toContain('Ola Nowak')
    await expect.poll(() => manuscript(mine).locator('[title="Ola Nowak"]').allInnerTexts()).toEqual([' by Ola'])
    expect(await violations(mine)).toEqual([])
  })

  test('a version is kept on purpose, brought back for everybody, and an address is changed meanwhile', async () => {
    await begin('Versions', 'First words')
    await manuscript(mine).locator('p').first().click()
    await mine.keyboard.press('End')
    await mine.keyboard.type(' and second')
    await mine.keyboard.press('Control+s')
    type Versions = { items: { id: string; reason: string; words: number }[] }
    const versions = async () => (await ask<Versions>('get', `/editions/${editionId}/versions`)).items
    const kept = async () => (await versions()).find(({ reason, words: count }) => reason === 'saved' && count >= 4)
    await expect.poll(async () => (await kept()) !== undefined).toBe(true)
    // her address is saved while my words go on
    await hers.getByLabel(say.address, { exact: true }).fill('chosen-address')
    await mine.keyboard.type(' and third')
    await expect
      .poll(async () => (await ask<{ slug: string }>('get', `/editions/${editionId}`)).slug)
      .toBe('chosen-address')
    await expect.poll(() => textIn(hers)).toContain('First words and second and third')
    await expect.poll(() => mine.getByLabel(say.address, { exact: true }).inputValue()).toBe('chosen-address')
    const { revision } = await edition()
    await ask('post', `/editions/${editionId}/restore`, { versionId: (await kept())?.id, basedOn: revision })
    for (const page of [mine, hers]) await expect.poll(() => textIn(page)).toMatch(/^First words and second$/)
  })

  test('on a narrow screen people, suggestions and comments have their places', async () => {
    await begin('Narrow', 'A small screen shows it all')
    await hers.getByRole('radio', { name: say.suggesting }).check({ force: true })
    await manuscript(hers).locator('p').first().click()
    await hers.keyboard.press('End')
    await hers.keyboard.type(' too')
    await ask('post', `/editions/${editionId}/comments`, { quote: 'small screen', text: 'How small?' })
    const { page: narrow, context, problems: own } = await openContext({ locale, width: 360, height: 740 })
    await signIn(narrow)
    await open(narrow)
    await narrow.locator('ins[data-suggestion]').waitFor()
    const overflow = () =>
      narrow.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    await expect.poll(() => narrow.getByRole('list', { name: say.alsoHere }).isVisible()).toBe(true)
    expect(await overflow()).toBeLessThanOrEqual(0)
    expect(await violations(narrow)).toEqual([])
    await manuscript(narrow).locator('[class*="commented"]').first().click()
    await narrow.getByRole('dialog').getByText('How small?').waitFor()
    await expect.poll(() => violations(narrow), { timeout: 15_000 }).toEqual([])
    expect(await overflow()).toBeLessThanOrEqual(0)
    for (const width of [900, 1110, 1260]) {
      await narrow.setViewportSize({ width, height: 800 })
      await expect.poll(overflow, { message: `${width} px` }).toBeLessThanOrEqual(0)
    }
    expect(own).toEqual([])
    await context.close()
  })

  test('who may only read sees the words come, and changes none', async () => {
    await begin('Reader', 'For everybody')
    const reader = `eva-${slug}@example.com`
    const { link } = await ask<{ link: { url: string } }>('post', '/invitations', { email: reader, role: 'viewer' })
    const { page, context } = await openContext({ locale })
    const joined = await page.request.post(`/api/v1/invitation-links/${link.url.split('/').at(-1)}`, {
      data: { name: 'Ewa Widz', password, locale },
      headers: { origin: inject('access').url },
    })
    expect(joined.status()).toBe(200)
    await signIn(page, { email: reader, password })
    await open(page)
    await expect.poll(() => manuscript(page).getAttribute('contenteditable')).toBe('false')
    await manuscript(mine).locator('p').first().click()
    await mine.keyboard.press('End')
    await mine.keyboard.type(' and for Eva')
    await expect.poll(() => textIn(page)).toContain('For everybody and for Eva')
    await manuscript(page).click()
    await page.keyboard.type('nothing')
    expect(await textIn(page)).not.toContain('nothing')
    expect(await violations(page)).toEqual([])
    // the session ends elsewhere: the page is left as everywhere in the app
    await page.request.delete('/api/v1/session', { headers: { origin: inject('access').url } })
    await page.waitForURL(/sign-in/)
    await context.close()
  })

  test('a draft that an older editor left in this browser is not lost', async () => {
    await begin('Old draft', 'On the server')
    await mine.evaluate(
      ({ edition, article, language }) => {
        const known = JSON.parse(localStorage.getItem('floowe-writing') ?? '{}') as Record<string, unknown>
        const owner = Object.keys(known)
          .find((name) => name.endsWith(edition))
          ?.split(':')[1]
        const draft = {
          title: 'Old draft',
          lead: '',
          meta: {},
          body: { type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text: 'Left behind' }] }] },
        }
        localStorage.setItem(
          `floowe-draft:${owner}:${edition}:tab`,
          JSON.stringify({
            editionId: edition,
            articleId: article,
            language,
            basedOn: 99,
            at: 1,
            draft,
            sent: null,
            tab: 'tab',
          }),
        )
      },
      { edition: editionId, article: articleId, language: locale },
    )
    await mine.reload()
    await manuscript(mine).waitFor()
    await expect.poll(() => textIn(mine)).toContain('On the server')
    const versions = () => ask<{ items: { note: string; words: number }[] }>('get', `/editions/${editionId}/versions`)
    await expect.poll(async () => (await versions()).items.some(({ note }) => note === say.rescued)).toBe(true)
    expect(
      await mine.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('floowe-draft'))),
    ).toEqual([])
    expect(await stored()).toContain('On the server')
  })

  test('no page had a mistake of its own', () => {
    // offline a browser says so of every request
    const own = problems.flat().filter((problem) => !/ERR_INTERNET_DISCONNECTED|WebSocket connection/.test(problem))
    expect(own).toEqual([])
  })
})
