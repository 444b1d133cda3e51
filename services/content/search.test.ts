import { afterAll, describe, expect, test } from 'vitest'
import { markEnd, markStart } from './search-index.ts'
import { contentWorld, paragraphs } from './testing.ts'

const world = await contentWorld()
afterAll(() => world.stop())
const { ewa: me, other } = world

const turtle = await me.createArticle({
  language: 'pl',
  title: 'Żółwie nad Bałtykiem',
  lead: 'Mieszkańcy pomagają zwierzętom.',
  body: paragraphs('Każdej wiosny człowiek staje się strażnikiem plaży.', 'W Łodzi otwarto wystawę o gadach.'),
})
const cat = await me.createArticle({
  language: 'pl',
  title: 'Kot',
  body: paragraphs(`${'Zdanie o niczym. '.repeat(60)}Nad morzem widziano żółwia.`),
})
const english = await me.createArticle({
  language: 'en',
  title: 'Running shoes',
  body: paragraphs('She ran along the beach with the dogs.'),
})
const strange = await other.createArticle({ language: 'pl', title: 'Żółw obcej przestrzeni' })
await world.drain()

const titles = async (query: string, more: { language?: string } = {}) =>
  (await me.search({ query, ...more })).items.map((hit) => hit.title)

describe('search', () => {
  test.each(['żółw', 'żółwiami', 'ZOLWIE', 'zolw', 'bałtyk', 'Baltykiem'])(
    'finds Polish forms, with and without marks: %s',
    async (query) => {
      expect(await titles(query)).toContain('Żółwie nad Bałtykiem')
    },
  )
  test.each([
    ['ludzie', 'człowiek'],
    ['plaża', 'plaży'],
    ['lodz', 'Łodzi'],
    ['wystawa gady', 'gadach'],
  ])('finds %s where the text says %s, and marks it', async (query, shown) => {
    const { items } = await me.search({ query })
    expect(items[0]?.articleId).toBe(turtle.article.id)
    expect(items[0]?.snippet).toContain(`${markStart}${shown}${markEnd}`)
  })
  test('finds English forms', async () => {
    expect(await titles('run shoe')).toEqual(['Running shoes'])
    expect((await me.search({ query: 'dog' })).items[0]?.snippet).toContain(`${markStart}dogs${markEnd}`)
  })
  test('puts a word of the title before the same word deep in a body', async () => {
    expect(await titles('żółw')).toEqual(['Żółwie nad Bałtykiem', 'Kot'])
  })
  test('shows the passage where the words stand', async () => {
    const hit = (await me.search({ query: 'morze' })).items[0]
    expect(hit?.snippet).toMatch(/^… /)
    expect(hit?.snippet).toContain(`${markStart}morzem${markEnd}`)
    expect(hit?.snippet.length).toBeLessThan(300)
  })
  test('wants all words, and takes the last one as a beginning', async () => {
    expect(await titles('żółw plaża')).toEqual(['Żółwie nad Bałtykiem'])
    expect(await titles('żółwie nad bał')).toEqual(['Żółwie nad Bałtykiem'])
  })
  test('shows what has some of the words when nothing has all', async () => {
    expect(await titles('żółw w ogrodzie zoologicznym')).toEqual(['Żółwie nad Bałtykiem', 'Kot'])
    expect(await titles('samolot odrzutowy')).toEqual([])
  })
  test('keeps to a language when asked, and always to the workspace', async () => {
    expect(await titles('beach', { language: 'en' })).toEqual(['Running shoes'])
    expect(await titles('beach', { language: 'pl' })).toEqual([])
    expect((await other.search({ query: 'żółw' })).items.map((hit) => hit.articleId)).toEqual([strange.article.id])
  })
  test('pages, and counts all matches on every page', async () => {
    const first = await me.search({ query: 'żółw', limit: 1 })
    const second = await me.search({ query: 'żółw', limit: 1, offset: 1 })
    expect([first.total, second.total]).toEqual([2, 2])
    expect(first.items[0]?.articleId).not.toBe(second.items[0]?.articleId)
    expect(await me.search({ query: 'żółw', limit: 1, offset: 9 })).toEqual({ items: [], total: 2 })
  })
  test('follows saves, the trash and deletion', async () => {
    const { article, edition } = await me.createArticle({
      language: 'pl',
      title: 'Zmienny',
      body: paragraphs('jabłko'),
    })
    await world.drain()
    expect(await titles('jabłka')).toEqual(['Zmienny'])
    await me.saveEdition({ id: edition.id, basedOn: 1, title: 'Zmienny', lead: '', body: paragraphs('gruszka') })
    await world.drain()
    expect(await titles('jabłka')).toEqual([])
    expect(await titles('gruszki')).toEqual(['Zmienny'])
    await me.trashArticle({ id: article.id })
    await world.drain()
    expect(await titles('gruszki')).toEqual([])
    expect((await me.listArticles({ query: 'gruszki', trashed: true })).total).toBe(1)
    await me.restoreArticle({ id: article.id })
    await world.drain()
    expect(await titles('gruszki')).toEqual(['Zmienny'])
    await me.trashArticle({ id: article.id })
    await me.deleteArticle({ id: article.id })
    await world.drain()
    expect(await world.sql('select 1 from search_entries where article_id = $1', [article.id])).toEqual([])
  })
  test.each([
    "'; drop table articles; --",
    '&|!():*<->',
    '\\',
    "it's",
    '\u0000',
    '\uD800',
    '…',
    'a'.repeat(200),
    '\uE000',
  ])('takes any question as words: %j', async (query) => {
    const { items } = await me.search({ query })
    expect(Array.isArray(items)).toBe(true)
  })
  test('indexes a very long text without failing', async () => {
    const words = Array.from(
      { length: 60_000 },
      (_, index) => `w${index.toString(36)}x${(index * 7919).toString(36)}`,
    ).join(' ')
    const { edition } = await me.createArticle({ language: 'pl', title: 'Bardzo długi', body: paragraphs(words) })
    await world.drain()
    expect(await titles('długi')).toEqual(['Bardzo długi'])
    expect(await titles('w5x')).toEqual(['Bardzo długi'])
    expect(edition.words).toBe(60_000)
  })
  test('an index that fell behind catches up with the newest text, once', async () => {
    const { edition } = await me.createArticle({ language: 'en', title: 'Catch up', body: paragraphs('alpha') })
    await me.saveEdition({ id: edition.id, basedOn: 1, title: 'Catch up', lead: '', body: paragraphs('omega') })
    await world.drain()
    expect(await titles('omega')).toEqual(['Catch up'])
    expect(await world.sql('select revision from search_entries where edition_id = $1', [edition.id])).toEqual([
      { revision: 2 },
    ])
  })
})

test('what is not there is not found', () => {
  expect([cat, english].every((made) => made.article.id !== turtle.article.id)).toBe(true)
})
