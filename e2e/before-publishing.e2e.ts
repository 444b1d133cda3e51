/**
 * Between writing and going out: text pasted from office programs, the checklist that has to be done first, and what each channel makes
 * of the text. In both languages.
 */
import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { violations } from './axe.ts'
import { openContext, signIn } from './browser.ts'

const words = {
  pl: {
    blocks: 'Blokuje',
    addQuestion: 'Dodaj pytanie',
    question: 'Pytanie 1',
    asked: 'Czy ktoś inny to przeczytał?',
    save: 'Zapisz',
    saved: 'Zapisano',
    lead: 'Jest lead',
    list: 'Lista kontrolna',
    blocked: 'Publikację blokują 2 pozycje',
    plan: 'Zaplanuj',
    publication: 'Publikacja',
    publish: 'Opublikuj',
    first: 'Zanim to wyjdzie, trzeba jeszcze zrobić to, co blokuje.',
    done: 'Wszystko z listy kontrolnej jest zrobione.',
    title: 'Rzeka wraca do miasta',
    leadText: 'Woda stała wyżej niż rok temu.',
    leadField: 'Lead',
    searchTitle: 'Tytuł w wyszukiwarce',
    inherited: 'z tytułu tekstu',
    its: 'własny',
    wide: 'Zobacz w pełnej szerokości',
    looks: 'Jak to będzie wyglądać',
    phone: 'Telefon',
    variants: 'Warianty na kanałach',
    postWords: 'Treść wpisu',
    keep: 'Zachowaj dla tego kanału',
    own: 'Zmienione tutaj',
    back: 'Słowa znów jak w tekście',
    undo: 'Cofnij',
    again: 'bierze to znów z tekstu',
    changed: 'Tylko tutaj: rzeka opadła w nocy.',
  },
  en: {
    blocks: 'Blocks',
    addQuestion: 'Add a question',
    question: 'Question 1',
    asked: 'Has somebody else read it?',
    save: 'Save',
    saved: 'Saved',
    lead: 'There is a lead',
    list: 'Checklist',
    blocked: '2 items block publishing',
    plan: 'Plan',
    publication: 'Publish',
    publish: 'Publish',
    first: 'Before it can go out, what blocks has to be done.',
    done: 'Everything on the checklist is done.',
    title: 'The river comes back to town',
    leadText: 'The water was higher than last year.',
    leadField: 'Lead',
    searchTitle: 'Title in search results',
    inherited: 'from the title of the text',
    its: 'its own',
    wide: 'See it at full width',
    looks: 'How it will look',
    phone: 'Phone',
    variants: 'Variants on channels',
    postWords: 'Words of the post',
    keep: 'Keep for this channel',
    own: 'Changed here',
    back: 'Words as in the text again',
    undo: 'Undo',
    again: 'takes it from the text again',
    changed: 'Only here: the river fell tonight.',
  },
} as const

const clipboard = (name: string): string =>
  readFileSync(new URL(`../web/features/editor/manuscript/pasting/fixtures/${name}.html`, import.meta.url), 'utf8')
/** One pixel, as Word writes it into RTF. */
const rtf = `{\\rtf1{\\*\\shppict{\\pict\\picw26\\pich26\\pngblip ${Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
).toString('hex')}}}}`

type Node = { type: string; attrs?: Record<string, unknown>; content?: Node[]; text?: string }
const nodesIn = (nodes: readonly Node[] = []): Node[] => nodes.flatMap((node) => [node, ...nodesIn(node.content)])
const textOf = (node: Node): string => node.text ?? (node.content ?? []).map(textOf).join('')

describe.each(['pl', 'en'] as const)('before it goes out, %s', (locale) => {
  const say = words[locale]
  const networks = inject('networks')
  const slug = `writing-${locale}-${Date.now()}`
  const workspace = `/w/${slug}`
  let page: Page
  let problems: string[]
  let articleId: string
  let editionId: string
  let editor: string

  beforeAll(async () => {
    const opened = await openContext({ locale })
    page = opened.page
    problems = opened.problems
    await signIn(page)
    await ask('post', '/workspaces', { name: 'Studio Rzeka', slug, language: locale, zone: 'Europe/Warsaw' }, null)
    await ask('patch', '/me', { locale, theme: 'light' })
    const { token, room } = networks.telegram
    await ask('post', '/channels', { network: 'telegram', fields: { token, chat: room } })
    const made = await ask<{ article: { id: string }; edition: { id: string } }>('post', '/articles', {
      language: locale,
      title: say.title,
    })
    articleId = made.article.id
    editionId = made.edition.id
    editor = `${workspace}/content/${articleId}/${locale}`
  })
  afterAll(async () => {
    await ask('delete', '/workspace', { confirm: slug })
    await page.context().close()
  })

  async function ask<Result>(
    method: 'get' | 'post' | 'patch' | 'put' | 'delete',
    target: string,
    data?: object,
    within: string | null = slug,
  ): Promise<Result> {
    const headers = { origin: inject('access').url, ...(within !== null && { 'floowe-workspace': within }) }
    const answer = await page.request[method](`/api/v1${target}`, { ...(data && { data }), headers })
    if (!answer.ok()) throw new Error(`${target} answered ${answer.status()}: ${await answer.text()}`)
    return (await answer.json()) as Result
  }
  const button = (name: string) => page.getByRole('button', { name, exact: true })
  const readsWell = (): Promise<void> => expect.poll(() => violations(page), { timeout: 15_000 }).toEqual([])
  const body = async (): Promise<Node[]> =>
    nodesIn((await ask<{ body: Node }>('get', `/editions/${editionId}`)).body.content)
  /** What a browser hands over when a person pastes. */
  const paste = (html: string, beside = ''): Promise<void> =>
    page.locator('.ProseMirror').evaluate(
      (manuscript, given) => {
        const clipboardData = new DataTransfer()
        clipboardData.setData('text/html', given.html)
        clipboardData.setData('text/plain', 'text')
        if (given.beside) clipboardData.setData('text/rtf', given.beside)
        manuscript.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
      },
      { html, beside },
    )

  test('text from Word and Google Docs comes as text: lists, notes, tables and pictures in their places', async () => {
    await page.goto(editor)
    await page.locator('.ProseMirror').click()
    await paste(clipboard('word'), rtf)
    await expect.poll(async () => (await body()).map(({ type }) => type), { timeout: 20_000 }).toContain('image')
    const pasted = await body()
    const types = pasted.map(({ type }) => type)
    for (const type of ['heading', 'bulletList', 'orderedList', 'table', 'blockquote', 'footnote', 'footnoteReference'])
      expect(types).toContain(type)
    const image = pasted.find(({ type }) => type === 'image')
    expect(image?.attrs?.['src']).toMatch(/^media:/)
    // The picture stands where it stood: behind the numbered list, before the table.
    expect(types.indexOf('image')).toBeGreaterThan(types.indexOf('orderedList'))
    expect(types.indexOf('image')).toBeLessThan(types.indexOf('table'))
    const nested = pasted.find(({ type }) => type === 'bulletList')
    expect(nodesIn(nested?.content).some(({ type }) => type === 'bulletList')).toBe(true)
    expect(JSON.stringify(pasted)).not.toMatch(/mso|Sprawdzić|skreślone|file:|\uE000/)

    await page.locator('.ProseMirror').press('Control+End')
    await paste(clipboard('google-docs'))
    await expect.poll(async () => (await body()).some(({ type }) => type === 'taskList')).toBe(true)
    const both = await body()
    expect(JSON.stringify(both)).toContain('https://example.org/mapa?z=1&y=2')
    expect(JSON.stringify(both)).not.toMatch(/google\.com|googleusercontent|guid/)
    // What only Google can open is named instead.
    expect(both.map(textOf).some((text) => text.includes('Wodowskaz') && text.startsWith('['))).toBe(true)
    await readsWell()
    expect(problems).toEqual([])
  })

  test('how it looks in search results and on cards follows what is typed, and says what is inherited', async () => {
    await page.goto(editor)
    await page.getByRole('tab', { name: 'SEO' }).click()
    const panel = page.getByRole('tabpanel')
    await panel.getByText(say.inherited).waitFor()
    await readsWell()
    const own = `${say.title}, `.repeat(4)
    await panel.getByLabel(say.searchTitle).fill(own)
    await panel.getByText(say.its, { exact: true }).waitFor()
    // Cut where Google cuts: by pixels, with room for the dots.
    await expect.poll(() => panel.locator('strong').first().innerText()).toMatch(/^.{20,80} \.\.\.$/)
    await button(say.wide).click()
    const dialog = page.getByRole('dialog', { name: say.looks })
    await dialog.getByRole('region', { name: say.phone }).waitFor()
    for (const network of ['Facebook', 'LinkedIn', 'X'])
      await dialog.getByRole('region', { name: network, exact: true }).getByText(own.trim()).first().waitFor()
    await readsWell()
    await page.keyboard.press('Escape')
    await panel.getByLabel(say.searchTitle).fill('')
    await panel.getByText(say.inherited).waitFor()
    expect(problems).toEqual([])
  })

  test('an owner says what has to be done first', async () => {
    await page.goto(`${workspace}/settings/checklist`)
    await page
      .getByRole('radiogroup', { name: say.lead })
      .getByRole('radio', { name: say.blocks })
      .check({ force: true })
    await button(say.addQuestion).click()
    await page.getByLabel(say.question, { exact: true }).fill(say.asked)
    await page
      .getByRole('radiogroup', { name: new RegExp(`^${say.question}`) })
      .getByRole('radio', { name: say.blocks })
      .check({ force: true })
    await readsWell()
    await button(say.save).click()
    await page.getByText(say.saved, { exact: true }).waitFor()
    expect(await ask('get', '/checklist')).toMatchObject({
      items: [
        { rule: 'lead', severity: 'blocks' },
        { rule: null, text: say.asked, severity: 'blocks' },
      ],
    })
    expect(problems).toEqual([])
  })

  test('it does not go out before: not from the dialog, and not past it', async () => {
    await page.goto(editor)
    await page.getByText(say.blocked).waitFor()
    await readsWell()
    await button(say.plan).first().click()
    const dialog = page.getByRole('dialog', { name: say.publication })
    await dialog.getByText(say.first).waitFor()
    await readsWell()
    expect(await dialog.getByRole('button', { name: say.publish }).getAttribute('aria-disabled')).toBe('true')
    const [channel] = await ask<{ id: string }[]>('get', '/channels')
    const answer = await page.request.post('/api/v1/deliveries', {
      data: { editionId, channelId: channel?.id, when: { now: true } },
      headers: { origin: inject('access').url, 'floowe-workspace': slug },
    })
    expect([answer.status(), await answer.json()]).toMatchObject([409, { code: 'checklist-open' }])
    await page.keyboard.press('Escape')
    await page.getByRole('textbox', { name: say.leadField }).fill(say.leadText)
    await expect
      .poll(async () => (await ask<{ lead: string }>('get', `/editions/${editionId}`)).lead)
      .toBe(say.leadText)
    await button(say.plan).first().click()
    await dialog.getByLabel(say.asked).check()
    await dialog.getByText(say.done).waitFor()
    await readsWell()
    await expect.poll(() => dialog.getByRole('button', { name: say.publish }).getAttribute('aria-disabled')).toBeNull()
    await dialog.getByRole('button', { name: say.publish }).click()
    await dialog.waitFor({ state: 'hidden' })
    await expect
      .poll(async () => (await ask<{ items: { state: string }[] }>('get', '/deliveries')).items)
      .toMatchObject([{ state: 'published' }])
    expect(problems).toEqual([])
  })

  test('all channels beside each other: changed in place, and the text’s own again, with a way back', async () => {
    await page.goto(`${editor}/channels`)
    await page.getByRole('heading', { level: 1, name: say.variants }).waitFor()
    const telegram = page.getByRole('listitem', { name: networks.telegram.title })
    const field = telegram.getByLabel(say.postWords)
    await field.waitFor()
    await readsWell()
    await field.fill(say.changed)
    // Shown as it would go out before it is kept.
    await telegram.locator('[data-form]').getByText(say.changed).waitFor()
    await telegram.getByRole('button', { name: say.keep }).click()
    await telegram.getByText(say.own).waitFor()
    const variant = async () => {
      const channels = await ask<{ id: string; network: string }[]>('get', '/channels')
      const id = channels.find(({ network }) => network === 'telegram')?.id
      return (await ask<{ fields: { texts?: string[] } }>('get', `/editions/${editionId}/variants/${id}`)).fields.texts
    }
    expect(await variant()).toEqual([say.changed])
    await readsWell()
    await telegram.getByRole('button', { name: say.back }).click()
    await expect.poll(variant).toBeUndefined()
    const notice = page.locator('p', { hasText: say.again })
    await notice.locator('..').getByRole('button', { name: say.undo, exact: true }).click()
    await expect.poll(variant).toEqual([say.changed])
    expect(problems).toEqual([])
  })

  test('how Floowe looks stands in Floowe, and reads well', async () => {
    await page.goto(`${workspace}/design`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await readsWell()
    expect(problems).toEqual([])
  })
})
