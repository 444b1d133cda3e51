import { afterAll, describe, expect, test } from 'vitest'
import { codeOf, contentWorld, nobody, paragraphs, refusalOf } from './testing.ts'
import { termsMax } from './terms.ts'

const world = await contentWorld()
afterAll(() => world.stop())
const { ewa: me, other } = world

describe('terms', () => {
  test('are unique by name without regard to case, per kind', async () => {
    const tag = await me.createTerm({ kind: 'tag', name: 'Łódź', description: 'Miasto' })
    expect(tag).toMatchObject({ slug: 'lodz', description: 'Miasto', articles: 0 })
    expect(await codeOf(me.createTerm({ kind: 'tag', name: 'łÓDŹ' }))).toBe('name-taken')
    expect(await me.createTerm({ kind: 'category', name: 'Łódź' })).toMatchObject({ slug: 'lodz' })
    expect(await other.createTerm({ kind: 'tag', name: 'Łódź' })).toMatchObject({ slug: 'lodz' })
    // Another name with the same slug gets a number; a slug that was asked for does not.
    expect(await me.createTerm({ kind: 'tag', name: 'Lodz' })).toMatchObject({ slug: 'lodz-2' })
    expect(await codeOf(me.createTerm({ kind: 'tag', name: 'Miasto włókniarzy', slug: 'lodz' }))).toBe('name-taken')
    expect((await me.createTerm({ kind: 'tag', name: '日本' })).slug).toMatch(/^tag-[0-9a-f]{8}$/)
  })

  test('are renamed and described, but not to a name or slug of another', async () => {
    const term = await me.createTerm({ kind: 'author', name: 'Jan Nowak' })
    await me.createTerm({ kind: 'author', name: 'Ewa Nowak' })
    expect(await me.updateTerm({ id: term.id, name: 'Jan K. Nowak', description: 'Pisze.' })).toMatchObject({
      name: 'Jan K. Nowak',
      slug: 'jan-nowak',
      description: 'Pisze.',
    })
    expect(await codeOf(me.updateTerm({ id: term.id, name: 'EWA NOWAK' }))).toBe('name-taken')
    expect(await codeOf(me.updateTerm({ id: term.id, slug: 'ewa-nowak' }))).toBe('name-taken')
    expect(await codeOf(me.updateTerm({ id: nobody as never, name: 'x' }))).toBe('not-found')
  })

  test('have names for readers of other languages', async () => {
    const term = await me.createTerm({ kind: 'tag', name: 'Książki', names: { en: 'Books' } })
    expect(term.names).toEqual({ en: 'Books' })
    const { article, edition } = await me.createArticle({
      language: 'en',
      title: 'On books',
      tags: ['Książki'],
      body: paragraphs('x'),
    })
    expect(article.tags[0]?.name).toBe('Książki')
    expect((await world.inner.renderSnapshot({ editionId: edition.id })).tags).toMatchObject([
      { name: 'Books', slug: 'ksiazki' },
    ])
    expect((await me.updateTerm({ id: term.id, names: { de: 'Bücher' } })).names).toEqual({ de: 'Bücher' })
    expect(await codeOf(me.updateTerm({ id: term.id, names: { nonsense: 'x' } }))).toBe('invalid-input')
  })

  test('are listed in Polish order with the number of articles outside the trash', async () => {
    for (const name of ['Żaba', 'Zebra', 'Ćma', 'Cyklon']) await me.createTerm({ kind: 'category', name })
    const { article } = await me.createArticle({ language: 'pl', title: 'a', categories: ['Ćma', 'Zebra'] })
    await me.createArticle({ language: 'pl', title: 'b', categories: ['ćma'] })
    const listed = async () =>
      (await me.listTerms({ kind: 'category' })).items
        .filter((term) => term.name !== 'Łódź')
        .map(({ name, articles }) => [name, articles])
    expect(await listed()).toEqual([
      ['Cyklon', 0],
      ['Ćma', 2],
      ['Zebra', 1],
      ['Żaba', 0],
    ])
    await me.trashArticle({ id: article.id })
    expect(await listed()).toEqual([
      ['Cyklon', 0],
      ['Ćma', 1],
      ['Zebra', 0],
      ['Żaba', 0],
    ])
    expect((await me.listTerms({ kind: 'category', query: 'ŻA' })).items.map((term) => term.name)).toEqual(['Żaba'])
    expect(await me.listTerms({ kind: 'category', query: '%' })).toEqual({ items: [], total: 0 })
  })

  test('are taken off all articles, or give way to another', async () => {
    const { article } = await me.createArticle({
      language: 'pl',
      title: 'Merged',
      tags: ['Stary', 'Nowy', 'Zbędny'],
      body: paragraphs('x'),
    })
    const [old, fresh, needless] = article.tags
    const category = await me.createTerm({ kind: 'category', name: 'Inny rodzaj' })
    expect(await codeOf(me.deleteTerm({ id: old?.id as never, mergeInto: category.id }))).toBe('invalid-input')
    expect(await codeOf(me.deleteTerm({ id: old?.id as never, mergeInto: old?.id as never }))).toBe('invalid-input')
    await me.deleteTerm({ id: old?.id as never, mergeInto: fresh?.id as never })
    await me.deleteTerm({ id: needless?.id as never })
    expect((await me.getArticle({ id: article.id })).tags.map((tag) => tag.name)).toEqual(['Nowy'])
    expect((await me.listArticles({ tag: fresh?.id as never })).total).toBe(1)
    expect(await codeOf(me.deleteTerm({ id: old?.id as never }))).toBe('not-found')
  })

  test('made by many at once are made once', async () => {
    const made = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        me.createArticle({
          language: 'pl',
          title: `t${index}`,
          tags: ['Wspólny', `Własny ${index}`, 'Drugi wspólny'].sort(() => (index % 2 ? 1 : -1)),
        }),
      ),
    )
    const ids = made.map(({ article }) => article.tags.find((tag) => tag.name === 'Wspólny')?.id)
    expect(new Set(ids).size).toBe(1)
  })

  test('a thousand on one article, or more than a workspace may have, are refused', async () => {
    expect(
      await codeOf(me.createArticle({ language: 'pl', tags: Array.from({ length: 1000 }, (_, index) => `t${index}`) })),
    ).toBe('invalid-input')
    const full = '0190aaaa-0000-7000-8000-000000000777'
    await world.sql(
      `insert into terms (workspace_id, id, kind, name, name_key, slug, description, created_at)
       select $1, gen_random_uuid(), 'tag', 'n' || n, 'n' || n, 'n' || n, '', now() from generate_series(1, $2::int) n`,
      [full, termsMax],
    )
    const there = world.as({ workspaceId: full, role: 'owner' })
    expect(await refusalOf(there.createArticle({ language: 'pl', tags: ['One more'] }))).toMatchObject({
      code: 'invalid-input',
    })
    expect((await there.createArticle({ language: 'pl', tags: ['N17'] })).article.tags[0]?.name).toBe('n17')
  })
})

describe('templates', () => {
  test('are made from nothing or from an edition, changed and deleted', async () => {
    const { edition } = await me.createArticle({
      language: 'en',
      title: 'Pattern',
      lead: 'Lead',
      body: paragraphs('one', 'two'),
    })
    const template = await me.createTemplate({ name: 'From edition', language: 'en', fromEdition: edition.id })
    expect(template).toMatchObject({ title: 'Pattern', lead: 'Lead', body: paragraphs('one', 'two') })
    expect(await me.updateTemplate({ id: template.id, name: 'Renamed', body: paragraphs('three') })).toMatchObject({
      name: 'Renamed',
      title: 'Pattern',
      body: paragraphs('three'),
    })
    expect((await me.listTemplates(undefined)).map((one) => one.name)).toEqual(['Renamed'])
    await me.deleteTemplate({ id: template.id })
    expect(await me.listTemplates(undefined)).toEqual([])
    expect(await codeOf(me.deleteTemplate({ id: template.id }))).toBe('not-found')
    expect(await codeOf(me.updateTemplate({ id: template.id, name: 'x' }))).toBe('not-found')
    expect(await codeOf(me.createTemplate({ name: 'x', language: 'en', fromEdition: nobody as never }))).toBe(
      'not-found',
    )
    expect(
      await codeOf(me.createTemplate({ name: 'x', language: 'en', body: paragraphs('x'.repeat(2 * 1024 * 1024 + 1)) })),
    ).toBe('too-large')
  })
})
