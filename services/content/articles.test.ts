import { afterAll, describe, expect, test } from 'vitest'
import { codeOf, contentWorld, ewa, nobody, paragraphs, refusalOf, workspace } from './testing.ts'

const world = await contentWorld()
afterAll(() => world.stop())
const { ewa: me, other } = world

describe('an article', () => {
  test('is made with its first edition: ids for blocks, a slug from the title, counted words, terms by name', async () => {
    const { article, edition } = await me.createArticle({
      language: 'pl',
      title: 'Żółw & ślimak',
      lead: 'Krótko o tym.',
      body: paragraphs('Raz dwa trzy.'),
      tags: ['Przyroda', 'przyroda', 'Zwierzęta'],
      categories: ['Nauka'],
    })
    expect(edition).toMatchObject({
      slug: 'zolw-i-slimak',
      revision: 1,
      status: 'draft',
      words: 6,
      updatedBy: ewa,
      updatedByName: 'Person e1',
    })
    expect(edition.body.content[0]?.attrs?.['id']).toMatch(/^[0-9a-f-]{36}$/)
    expect(article.tags.map((tag) => tag.name)).toEqual(['Przyroda', 'Zwierzęta'])
    expect(article.categories.map((category) => category.slug)).toEqual(['nauka'])
    expect(await me.getArticle({ id: article.id })).toEqual(article)
    await world.drain()
    const names = world.events.filter((event) => event.key === article.id).map((event) => event.name)
    expect(names).toEqual(['content.article-created', 'content.edition-saved'])
  })

  test('takes over what a template says, unless it says otherwise itself', async () => {
    const template = await me.createTemplate({
      name: 'Recenzja',
      language: 'pl',
      title: 'Recenzja:',
      lead: 'Ocena',
      body: paragraphs('Za', 'Przeciw'),
    })
    const { edition } = await me.createArticle({ language: 'pl', templateId: template.id, title: 'Recenzja książki' })
    expect(edition).toMatchObject({ title: 'Recenzja książki', lead: 'Ocena' })
    expect(edition.body.content).toHaveLength(2)
    expect(await codeOf(me.createArticle({ language: 'pl', templateId: nobody as never }))).toBe('not-found')
  })

  test('gets another slug when its own is taken, and is refused with a suggestion when it insists', async () => {
    await me.createArticle({ language: 'en', title: 'Same title' })
    const second = await me.createArticle({ language: 'en', title: 'Same title' })
    expect(second.edition.slug).toBe('same-title-2')
    const german = await me.createArticle({ language: 'de', title: 'Same title' })
    expect(german.edition.slug).toBe('same-title')
    expect(await refusalOf(me.createArticle({ language: 'en', title: 'x', slug: 'same-title' }))).toEqual({
      code: 'slug-taken',
      data: { suggestion: 'same-title-3' },
    })
    expect((await other.createArticle({ language: 'en', title: 'x', slug: 'same-title' })).edition.slug).toBe(
      'same-title',
    )
  })

  test('made ten times at once with one title gets ten slugs', async () => {
    const made = await Promise.all(
      Array.from({ length: 10 }, () => me.createArticle({ language: 'en', title: 'At once' })),
    )
    expect(new Set(made.map(({ edition }) => edition.slug)).size).toBe(10)
  })

  test('is changed by whoever saw its latest state', async () => {
    const { article } = await me.createArticle({ language: 'en', title: 'Terms' })
    const changed = await me.updateArticle({
      id: article.id,
      basedOn: 1,
      tags: ['One', 'Two'],
      authors: ['Anna Nowak'],
      type: 'page',
    })
    expect(changed).toMatchObject({ revision: 2, type: 'page' })
    expect(changed.authors.map((author) => author.slug)).toEqual(['anna-nowak'])
    const stale = await refusalOf(me.updateArticle({ id: article.id, basedOn: 1, tags: [] }))
    expect(stale).toMatchObject({ code: 'stale-revision', data: { current: 2 } })
    expect(await codeOf(me.updateArticle({ id: article.id, basedOn: 2, coverId: nobody as never }))).toBe('not-found')
    expect(await me.updateArticle({ id: article.id, basedOn: 2 })).toMatchObject({ revision: 2 })
  })

  test('changed by two at once keeps one change and refuses the other', async () => {
    const { article } = await me.createArticle({ language: 'en', title: 'Race' })
    const both = await Promise.allSettled([
      me.updateArticle({ id: article.id, basedOn: 1, tags: ['a'] }),
      world.jan.updateArticle({ id: article.id, basedOn: 1, tags: ['b'] }),
    ])
    expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected'])
  })

  test('is copied as a draft with addresses of its own', async () => {
    const { article, edition } = await me.createArticle({
      language: 'pl',
      title: 'Oryginał',
      status: 'approved',
      tags: ['Kopia'],
      body: paragraphs('Treść.'),
    })
    await me.addEdition({ id: article.id, language: 'en', copyFrom: edition.id })
    const copy = await me.duplicateArticle({ id: article.id })
    expect(copy.editions.map(({ title, status, language, slug }) => ({ title, status, language, slug }))).toEqual([
      { title: 'Oryginał (kopia)', status: 'draft', language: 'pl', slug: 'oryginal-kopia' },
      { title: 'Oryginał (copy)', status: 'draft', language: 'en', slug: 'oryginal-copy' },
    ])
    expect(copy.tags.map((tag) => tag.name)).toEqual(['Kopia'])
    expect(copy.editions[0]?.words).toBe(1)
  })
})

describe('the trash', () => {
  test('takes an article, gives it back, and lets it go only from there', async () => {
    const { article, edition } = await me.createArticle({ language: 'en', title: 'Short life' })
    expect(await codeOf(me.deleteArticle({ id: article.id }))).toBe('not-in-trash')
    const trashed = await me.trashArticle({ id: article.id })
    expect(trashed.trashedAt).not.toBeNull()
    expect(await me.trashArticle({ id: article.id })).toEqual(trashed)
    expect((await me.listArticles({ query: 'Short life' })).total).toBe(0)
    expect((await me.listArticles({ trashed: true })).items.map((one) => one.id)).toContain(article.id)
    expect(await codeOf(world.inner.renderSnapshot({ editionId: edition.id }))).toBe('in-trash')
    expect(await codeOf(me.addEdition({ id: article.id, language: 'pl' }))).toBe('not-found')
    expect((await me.restoreArticle({ id: article.id })).trashedAt).toBeNull()
    await me.trashArticle({ id: article.id })
    await me.deleteArticle({ id: article.id })
    expect(await codeOf(me.getArticle({ id: article.id }))).toBe('not-found')
    expect(await codeOf(me.getEdition({ id: edition.id }))).toBe('not-found')
    expect(await codeOf(me.listVersions({ id: edition.id }))).toBe('not-found')
  })

  test('refuses what readers can see', async () => {
    const { article } = await me.createArticle({ language: 'en', title: 'Live' })
    world.published.set(article.id, ['Magazine'])
    expect(await refusalOf(me.trashArticle({ id: article.id }))).toEqual({
      code: 'still-published',
      data: { channels: ['Magazine'] },
    })
    world.published.delete(article.id)
    expect((await me.trashArticle({ id: article.id })).trashedAt).not.toBeNull()
  })

  test('keeps a text that is saved meanwhile', async () => {
    const { article, edition } = await me.createArticle({ language: 'en', title: 'Open elsewhere' })
    await me.trashArticle({ id: article.id })
    expect(
      await me.saveEdition({
        id: edition.id,
        basedOn: 1,
        title: 'Open elsewhere',
        lead: '',
        body: paragraphs('Not lost.'),
      }),
    ).toMatchObject({ revision: 2 })
  })
})

describe('the list', () => {
  test('filters by type, status, language, term and words, in any order asked for', async () => {
    const world2 = world.as({ workspaceId: '0190aaaa-0000-7000-8000-000000000003', role: 'owner' })
    const one = await world2.createArticle({
      language: 'pl',
      title: 'Zupa z dyni',
      tags: ['Kuchnia'],
      status: 'approved',
    })
    const two = await world2.createArticle({
      language: 'en',
      title: 'Łosoś',
      type: 'page',
      body: paragraphs('Pieczona dynia obok.'),
    })
    await world2.createArticle({ language: 'pl', title: 'Ćwikła', categories: ['Kuchnia'] })
    await world.drain()
    const titles = async (filter: Parameters<typeof world2.listArticles>[0]) =>
      (await world2.listArticles(filter)).items.map((article) => article.editions[0]?.title)
    expect(await titles({ type: 'page' })).toEqual(['Łosoś'])
    expect(await titles({ status: 'approved', language: 'pl' })).toEqual(['Zupa z dyni'])
    expect(await titles({ status: 'approved', language: 'en' })).toEqual([])
    expect(await titles({ tag: one.article.tags[0]?.id })).toEqual(['Zupa z dyni'])
    expect(await titles({ sort: 'title' })).toEqual(['Ćwikła', 'Łosoś', 'Zupa z dyni'])
    expect(await titles({ sort: 'created' })).toEqual(['Ćwikła', 'Łosoś', 'Zupa z dyni'])
    // In a title as written, anywhere as a word.
    expect(await titles({ query: 'upa z' })).toEqual(['Zupa z dyni'])
    expect((await titles({ query: 'dynia' })).sort()).toEqual(['Zupa z dyni', 'Łosoś'].sort())
    expect(await titles({ query: '%' })).toEqual([])
    expect(await titles({ query: '\u0000 \uD800' })).toHaveLength(3)
    await world2.saveEdition({ id: one.edition.id, basedOn: 1, title: 'Zupa', lead: '', body: paragraphs() })
    expect((await world2.listArticles({ limit: 1 })).items[0]?.id).toBe(one.article.id)
    expect(await world2.listArticles({ limit: 1, offset: 1 })).toMatchObject({ total: 3, items: [{ type: 'article' }] })
    expect(two.article.editions).toHaveLength(1)
  })
})

describe('references', () => {
  test('lead to articles by id, by address of the editor and by slug, both ways', async () => {
    const target = await me.createArticle({ language: 'pl', title: 'Cel podróży', slug: 'cel-podrozy' })
    const link = (href: string) => ({
      type: 'text' as const,
      text: 'tu',
      marks: [{ type: 'link' as const, attrs: { href } }],
    })
    const from = async (href: string) =>
      (
        await me.createArticle({
          language: 'pl',
          title: `Przez ${href}`,
          body: { type: 'doc', content: [{ type: 'paragraph', content: [link(href)] }] },
        })
      ).article
    const byId = await from(`article:${target.article.id}`)
    const byAddress = await from(`https://floowe.example/articles/${target.article.id}`)
    const bySlug = await from('/site/studio/cel-podrozy#dalej')
    await from('https://elsewhere.example/cel-podrozy')
    const references = await me.getReferences({ id: target.article.id })
    expect(references.from.map((one) => one.articleId).sort()).toEqual([byId.id, byAddress.id, bySlug.id].sort())
    for (const article of [byId, byAddress, bySlug]) {
      expect((await me.getReferences({ id: article.id })).to).toEqual([
        { articleId: target.article.id, title: 'Cel podróży' },
      ])
    }
    await me.trashArticle({ id: byId.id })
    expect((await me.getReferences({ id: target.article.id })).from).toHaveLength(2)
  })
})

test('deleting a workspace takes everything with it, and nothing of others', async () => {
  const doomedId = '0190aaaa-0000-7000-8000-00000000dead'
  const doomed = world.as({ workspaceId: doomedId, role: 'owner' })
  const { edition } = await doomed.createArticle({
    language: 'en',
    title: 'Doomed',
    tags: ['t'],
    body: paragraphs('text'),
  })
  await doomed.createTemplate({ name: 'n', language: 'en' })
  await doomed.createPreviewLink({ id: edition.id })
  await doomed.uploadMedia({ file: new File(['%PDF-1.4 x'], 'a.pdf') })
  await world.drain()
  await world.tell({
    name: 'identity.workspace-removed',
    workspaceId: doomedId,
    key: doomedId,
    actor: 'service:identity',
    data: { id: doomedId },
  })
  await world.drain()
  const tables = await world.sql<{ name: string }>(
    "select table_name as name from information_schema.columns where table_schema = 'content' and column_name = 'workspace_id'",
  )
  for (const { name } of tables) {
    if (['outbox', 'inbox', 'jobs'].includes(name)) continue
    expect({ name, rows: await world.sql(`select 1 from ${name} where workspace_id = $1`, [doomedId]) }).toEqual({
      name,
      rows: [],
    })
  }
  expect(
    (await world.ground.blobs.within('content').list('')).items.filter((blob) => blob.key.startsWith(doomedId)),
  ).toEqual([])
  expect((await me.listArticles({})).total).toBeGreaterThan(0)
  expect(workspace).not.toBe(doomedId)
})
