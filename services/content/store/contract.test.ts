/** What every place for articles must do. A further adapter adds itself to the list. */
import type { ArticleId, MediaId, TermId, VersionId } from '@floowe/contracts/vocabulary'
import { hasMongodb, openMongodb } from '@floowe/testbed/mongodb'
import { afterAll, describe, expect, test } from 'vitest'
import { paragraphs } from '../testing.ts'
import type { EditionRecord } from './port.ts'
import { at, elsewhere, isSaved, later, storeWorld, type StoreWorld, workspace } from './testing.ts'

const mongodb = hasMongodb() ? await openMongodb() : null
if (!mongodb) console.warn('the content store on MongoDB is not tested: npm run testbed -- install mongodb')
const adapters = [
  { name: 'jsonb', world: await storeWorld(null) },
  ...(mongodb ? [{ name: 'mongodb', world: await storeWorld(mongodb.url) }] : []),
]
afterAll(async () => {
  for (const { world } of adapters) await world.stop()
  await mongodb?.stop()
})

test.skipIf(mongodb === null && !process.env['CI'])('MongoDB is here', () =>
  expect(adapters.map(({ name }) => name)).toEqual(['jsonb', 'mongodb']),
)

describe.each(adapters)('$name', ({ world }: { world: StoreWorld }) => {
  const { id, edition, creation, save, event } = world
  const { content, templates, upkeep } = world.store
  const emitted = async (key: string): Promise<number> => {
    await world.drain()
    return world.events.filter((one) => one.key === key).length
  }
  const numbers = async (of: { id: EditionRecord['id'] }): Promise<number[]> =>
    (await content.listVersions(workspace, of.id, { limit: 50, offset: 0 })).items.map((version) => version.number)

  test('gives back what was put in', async () => {
    const made = edition({ refs: ['article:x'], permalinks: ['/old/'] })
    const one = creation([made], { madeAt: '2020-01-01T00:00:00.000Z' })
    expect(await content.create(workspace, one, [])).toBe('created')
    const read = await content.getEdition(workspace, made.id)
    expect(read).toMatchObject({
      id: made.id,
      articleId: one.articleId,
      title: 'Title',
      lead: 'Lead',
      body: made.body,
      words: 2,
      revision: 1,
      refs: ['article:x'],
      permalinks: ['/old/'],
      createdAt: at,
      updatedAt: at,
      updatedBy: 'someone',
      newest: { reason: 'created', by: 'someone', at },
      article: { type: 'article', revision: 1, trashedAt: null },
    })
    const { items, total } = await content.listArticles(workspace, { ids: [one.articleId], limit: 5, offset: 0 })
    expect([total, items[0]?.createdAt, items[0]?.editions.map((each) => each.id)]).toEqual([
      1,
      '2020-01-01T00:00:00.000Z',
      [made.id],
    ])
    expect(await content.getEdition(elsewhere, made.id)).toBeNull()
  })

  test('changes all or nothing, events included', async () => {
    const first = edition({ slug: 'taken' })
    await content.create(workspace, creation([first]), [])
    const second = creation(
      [edition(), edition({ slug: 'taken', language: 'en' })].map((each, index) => ({
        ...each,
        language: index ? 'en' : 'de',
      })),
    )
    expect(await content.create(workspace, second, [event(second.articleId)])).toBe('slug-taken')
    expect((await content.listArticles(workspace, { ids: [second.articleId], limit: 1, offset: 0 })).total).toBe(0)
    expect(await emitted(second.articleId)).toBe(0)
    const twice = creation([edition(), edition()])
    expect(await content.create(workspace, twice, [])).toBe('language-taken')
    const third = edition()
    await content.create(workspace, creation([third]), [])
    const key = id<string>()
    expect(await content.save(workspace, save(third, 7), [event(key)])).toMatchObject({
      stale: { current: 1, updatedBy: 'someone' },
    })
    expect(await content.save(workspace, save(third, 1, { slug: 'taken' }), [event(key)])).toBe('slug-taken')
    expect(await emitted(key)).toBe(0)
    expect(await content.save(workspace, save(third, 1), [event(key)])).toMatchObject({
      revision: 2,
      title: 'New title',
    })
    expect(await emitted(key)).toBe(1)
    expect(await content.save(workspace, save(edition(), 1), [])).toBeNull()
  })

  test('lets one of many saves of the same revision through', async () => {
    const made = edition()
    await content.create(workspace, creation([made]), [])
    for (const revision of [1, 2, 3]) {
      const outcomes = await Promise.all(
        Array.from({ length: 50 }, () => content.save(workspace, save(made, revision), [])),
      )
      expect(outcomes.filter(isSaved)).toHaveLength(1)
    }
    expect((await content.listVersions(workspace, made.id, { limit: 50, offset: 0 })).total).toBe(4)
    expect(await numbers(made)).toEqual([4, 3, 2, 1])
  })

  test('folds a version into another, unless it was frozen', async () => {
    const made = edition()
    await content.create(workspace, creation([made]), [])
    const first = save(made, 1, { reason: 'autosaved' })
    await content.save(workspace, first, [])
    const second = save(made, 2, { reason: 'autosaved', folds: first.versionId, body: paragraphs('folded') })
    await content.save(workspace, second, [])
    expect(
      (await content.listVersions(workspace, made.id, { limit: 9, offset: 0 })).items.map((version) => version.number),
    ).toEqual([2, 1])
    expect(await content.getVersion(workspace, second.versionId, { freeze: true })).toMatchObject({
      number: 2,
      body: paragraphs('folded'),
    })
    await content.save(workspace, save(made, 3, { reason: 'autosaved', folds: second.versionId }), [])
    expect(
      (await content.listVersions(workspace, made.id, { limit: 9, offset: 0 })).items.map((version) => version.number),
    ).toEqual([3, 2, 1])
    expect(await content.getVersion(workspace, second.versionId)).toMatchObject({ body: paragraphs('folded') })
  })

  test('finds editions by id, source, slug and what they point to, now and once', async () => {
    const target = id<string>()
    const imported = {
      system: 'test',
      id: `t-${target}`,
      hash: 'h',
      importId: target,
      outcome: 'created' as const,
      revision: 1,
      status: 'draft' as const,
    }
    const made = edition({ slug: `find-${target}`, imported, refs: [`media:${target}`, 'slug:x'] })
    await content.create(workspace, creation([made]), [])
    const ids = async (query: Parameters<typeof content.findEditions>[1]) =>
      (await content.findEditions(workspace, query)).map((found) => found.id)
    expect(await ids({ ids: [made.id] })).toEqual([made.id])
    expect(await ids({ system: 'test', sourceIds: [imported.id, 'none'] })).toEqual([made.id])
    expect(await ids({ language: 'en', slugs: [made.slug] })).toEqual([made.id])
    expect(await ids({ language: 'pl', slugs: [made.slug] })).toEqual([])
    expect(await ids({ pointingTo: `media:${target}` })).toEqual([made.id])
    await content.save(workspace, save(made, 1), [])
    expect(await ids({ pointingTo: `media:${target}` })).toEqual([])
    expect(await ids({ oncePointingTo: `media:${target}` })).toEqual([made.id])
    expect(await content.findEditions(elsewhere, { ids: [made.id] })).toEqual([])
    expect(await content.create(workspace, creation([edition({ imported })]), [])).toBe('source-taken')
  })

  test('changes articles by revision, and their place in the trash without one', async () => {
    const one = creation([edition()])
    await content.create(workspace, one, [])
    const tag = id<TermId>()
    expect(await content.changeArticle(workspace, one.articleId, { basedOn: 1, tags: [tag], at: later }, [])).toBe(
      'changed',
    )
    expect(
      await content.changeArticle(workspace, one.articleId, { basedOn: 1, tags: [], at: later }, []),
    ).toMatchObject({ stale: { current: 2 } })
    expect(await content.changeArticle(workspace, id<ArticleId>(), { at: later }, [])).toBeNull()
    expect(await content.countArticles(workspace, { terms: [tag] })).toEqual(new Map([[tag, 1]]))
    await content.changeArticle(workspace, one.articleId, { trashedAt: later, at: later }, [])
    const { items } = await content.listArticles(workspace, { trashed: true, terms: [tag], limit: 9, offset: 0 })
    expect(items[0]).toMatchObject({ revision: 2, trashedAt: later })
    expect(await content.countArticles(workspace, { terms: [tag] })).toEqual(new Map())
    expect(await upkeep.trashedBefore('2026-11-22T12:00:00.000Z')).toContainEqual({
      workspaceId: workspace,
      articleId: one.articleId,
    })
    expect(await upkeep.trashedBefore(later)).not.toContainEqual({ workspaceId: workspace, articleId: one.articleId })
    expect(await content.deleteArticle(elsewhere, one.articleId, [])).toBe(false)
    expect(await content.deleteArticle(workspace, one.articleId, [])).toBe(true)
  })

  test('replaces a term everywhere, once where both stood', async () => {
    const [old, fresh] = [id<TermId>(), id<TermId>()]
    const both = creation([edition()])
    if (both.article) both.article.tags = [old, fresh]
    const only = creation([edition()])
    if (only.article) only.article.authors = [old]
    for (const one of [both, only]) await content.create(workspace, one, [])
    await content.replaceTerm(workspace, old, fresh, [])
    expect(await content.countArticles(workspace, { terms: [old, fresh] })).toEqual(new Map([[fresh, 2]]))
    await content.replaceTerm(workspace, fresh, null, [])
    expect(await content.countArticles(workspace, { terms: [fresh] })).toEqual(new Map())
  })

  test('keeps templates by workspace, and forgets a workspace as a whole', async () => {
    const one = creation([edition()])
    await content.create(elsewhere, one, [])
    const template = {
      id: id<string>() as never,
      name: 'T',
      description: '',
      language: 'en' as const,
      title: '',
      lead: '',
      body: paragraphs('x'),
      createdAt: at,
    }
    await templates.put(elsewhere, template, ['media:a'])
    expect(await templates.list(workspace)).toEqual([])
    expect(await templates.list(elsewhere)).toEqual([template])
    expect(await templates.isUsing(elsewhere, 'media:a')).toBe(true)
    await upkeep.removeWorkspace(elsewhere)
    expect(await templates.list(elsewhere)).toEqual([])
    expect((await content.listArticles(elsewhere, { limit: 9, offset: 0 })).total).toBe(0)
    expect((await content.listArticles(workspace, { limit: 1, offset: 0 })).total).toBeGreaterThan(0)
  })

  test('a save that comes twice is one save', async () => {
    const made = edition()
    const one = creation([made])
    await content.create(workspace, one, [])
    const first = save(made, 1)
    const key = id<string>()
    const outcomes = [
      await content.save(workspace, first, [event(key)]),
      await content.save(workspace, first, [event(key)]),
      ...(await Promise.all([content.save(workspace, first, []), content.save(workspace, first, [])])),
    ]
    for (const outcome of outcomes) expect(outcome).toMatchObject({ revision: 2, versionId: first.versionId })
    expect(await numbers(made)).toEqual([2, 1])
    expect((await content.getEdition(workspace, made.id))?.body).toEqual(first.body)
    expect(await emitted(key)).toBe(1)
  })

  test('of many that want a slug or a source one gets it', async () => {
    const imported = (source: string) => ({
      system: 'race',
      id: source,
      hash: 'h',
      importId: source,
      outcome: 'created' as const,
      revision: 1,
      status: 'draft' as const,
    })
    const many = <Result>(work: (index: number) => Promise<Result>): Promise<Result[]> =>
      Promise.all(Array.from({ length: 10 }, (_, index) => work(index)))
    const slug = `race-${id<string>()}`
    const created = await many(() => content.create(workspace, creation([edition({ slug })]), []))
    expect(created.toSorted()).toEqual(['created', ...Array.from({ length: 9 }, () => 'slug-taken')])
    const source = id<string>()
    const taken = await many(() => content.create(workspace, creation([edition({ imported: imported(source) })]), []))
    expect(taken.toSorted()).toEqual(['created', ...Array.from({ length: 9 }, () => 'source-taken')])
    const editions = await many(async () => {
      const made = edition()
      await content.create(workspace, creation([made]), [])
      return made
    })
    const wanted = `race-${id<string>()}`
    const saved = await many(async (index) =>
      content.save(workspace, save(editions[index] ?? edition(), 1, { slug: wanted }), []),
    )
    expect(saved.filter(isSaved)).toHaveLength(1)
    expect(saved.filter((outcome) => outcome === 'slug-taken')).toHaveLength(9)
    for (const each of editions) expect((await numbers(each)).length).toBeLessThanOrEqual(2)
    // The same words in another language are another address.
    expect(await content.create(workspace, creation([edition({ slug: wanted, language: 'pl' })]), [])).toBe('created')
  })

  test('adds editions to an article, each language once', async () => {
    const first = edition({ language: 'pl', title: 'Pierwszy' })
    const one = creation([first])
    await content.create(workspace, one, [])
    const more = (language: string) =>
      content.create(
        workspace,
        { ...one, article: null, editions: [edition({ language: language as 'en' })], at: later },
        [event(one.articleId)],
      )
    expect(await more('pl')).toBe('language-taken')
    const outcomes = await Promise.all(['en', 'en', 'en', 'de'].map(more))
    expect(outcomes.toSorted()).toEqual(['created', 'created', 'language-taken', 'language-taken'])
    const { items } = await content.listArticles(workspace, { ids: [one.articleId], limit: 1, offset: 0 })
    expect(items[0]?.editions.map((each) => each.language).toSorted()).toEqual(['de', 'en', 'pl'])
    expect(items[0]).toMatchObject({ updatedAt: later, revision: 1 })
    expect(await emitted(one.articleId)).toBe(2)
  })

  test('a version that is frozen while it is being folded stays, or is gone for both', async () => {
    for (let round = 0; round < 15; round++) {
      const made = edition()
      await content.create(workspace, creation([made]), [])
      const first = save(made, 1, { reason: 'autosaved', body: paragraphs('handed out') })
      await content.save(workspace, first, [])
      const [saved, frozen] = await Promise.all([
        content.save(workspace, save(made, 2, { reason: 'autosaved', folds: first.versionId }), []),
        content.getVersion(workspace, first.versionId, { freeze: true }),
      ])
      expect(isSaved(saved)).toBe(true)
      expect(await content.getVersion(workspace, first.versionId)).toEqual(frozen)
      if (frozen) expect(frozen.body).toEqual(paragraphs('handed out'))
      expect(await numbers(made)).toEqual(frozen ? [3, 2, 1] : [2, 1])
      await content.save(workspace, save(made, 3), [])
      expect(await numbers(made)).toEqual(frozen ? [4, 3, 2, 1] : [3, 2, 1])
    }
  })

  test('a folded version keeps the time and number of its first text', async () => {
    const made = edition()
    await content.create(workspace, creation([made]), [])
    const first = save(made, 1, { reason: 'autosaved' })
    await content.save(workspace, first, [])
    const second = save(made, 2, { reason: 'autosaved', folds: first.versionId, at: '2026-11-22T11:05:00.000Z' })
    const saved = await content.save(workspace, second, [])
    expect(saved).toMatchObject({
      updatedAt: '2026-11-22T11:05:00.000Z',
      newest: { reason: 'autosaved', by: 'someone', at: later },
    })
    expect(await content.getVersion(workspace, second.versionId)).toMatchObject({ number: 2, createdAt: later })
    expect(await content.getVersion(workspace, first.versionId)).toBeNull()
  })

  test('a deleted article leaves its addresses and takes its versions with it; what is told of it arrives', async () => {
    const made = edition({ slug: `free-${id<string>()}` })
    const one = creation([made])
    await content.create(workspace, one, [event(one.articleId)])
    await content.save(workspace, save(made, 1), [event(one.articleId)])
    expect(await content.deleteArticle(workspace, one.articleId, [event(one.articleId)])).toBe(true)
    expect(await content.deleteArticle(workspace, one.articleId, [event(one.articleId)])).toBe(false)
    expect(await content.getEdition(workspace, made.id)).toBeNull()
    expect(await content.getVersion(workspace, made.versionId)).toBeNull()
    expect(await content.listVersions(workspace, made.id, { limit: 9, offset: 0 })).toEqual({ items: [], total: 0 })
    expect(await content.save(workspace, save(made, 2), [])).toBeNull()
    expect(await content.mark(workspace, made.id, { status: 'approved', at: later }, [])).toBeNull()
    expect(await emitted(one.articleId)).toBe(3)
    expect(await content.create(workspace, creation([edition({ slug: made.slug })]), [])).toBe('created')
  })

  test('marks without a version, and by revision where one is named', async () => {
    const made = edition()
    const one = creation([made])
    await content.create(workspace, one, [])
    const mark = (more: { basedOn?: number; keepsSlug?: true; status?: 'approved' }) =>
      content.mark(workspace, made.id, { at: later, ...more }, [event(one.articleId)])
    expect(await mark({ status: 'approved', basedOn: 2 })).toBeNull()
    expect(await mark({ keepsSlug: true })).toMatchObject({ keepsSlug: true, status: 'draft', revision: 1 })
    const article = async () =>
      (await content.listArticles(workspace, { ids: [one.articleId], limit: 1, offset: 0 })).items[0]
    expect((await article())?.updatedAt).toBe(at)
    expect(await mark({ status: 'approved', basedOn: 1 })).toMatchObject({ status: 'approved', updatedAt: at })
    expect((await article())?.updatedAt).toBe(later)
    // A save that was prepared before the mark was set does not take it away.
    expect(await content.save(workspace, save(made, 1), [])).toMatchObject({ keepsSlug: true, status: 'approved' })
    expect(await numbers(made)).toEqual([2, 1])
    expect(await emitted(one.articleId)).toBe(2)
  })

  test('lists by what is asked for, in the order of a Polish index', async () => {
    const apart = id<string>()
    const titles = [
      'żaba',
      'Zebra',
      'Ćma',
      'cma',
      'Ärger',
      'azot',
      'Łoś',
      'lot',
      '2 koty',
      '„Cytat”',
      'Ósmy',
      'osa',
      'źle',
    ]
    const made = titles.map((title, index) =>
      creation(
        [
          edition({ title, language: 'pl', status: index % 2 ? 'approved' : 'draft' }),
          edition({ title: `EN ${title}`, language: 'en', status: index % 2 ? 'draft' : 'approved' }),
        ],
        { madeAt: new Date(Date.parse(at) - index * 1000).toISOString() },
      ),
    )
    for (const each of made) await content.create(apart, each, [])
    const list = async (more: Partial<Parameters<typeof content.listArticles>[1]>) => {
      const { items, total } = await content.listArticles(apart, { limit: 50, offset: 0, ...more })
      expect(items).toHaveLength(total)
      return items.map((item) => item.editions.find((each) => each.language === 'pl')?.title)
    }
    expect(await list({ sort: 'title' })).toEqual(titles.toSorted(new Intl.Collator('pl').compare))
    expect(await list({ sort: 'created' })).toEqual(titles)
    expect((await list({ status: 'approved', language: 'pl' })).toSorted()).toEqual(
      titles.filter((_, index) => index % 2).toSorted(),
    )
    expect((await list({ words: { inTitle: 'ĆM', ids: [] } })).toSorted()).toEqual(['Ćma'])
    expect((await list({ words: { inTitle: 'en o', ids: [made[1]?.articleId as ArticleId] } })).toSorted()).toEqual(
      ['Zebra', 'osa'].toSorted(),
    )
    expect(await list({ words: { inTitle: '.*%_', ids: [] } })).toEqual([])
    const page = await content.listArticles(apart, { sort: 'title', limit: 3, offset: 2 })
    expect(page.total).toBe(titles.length)
    expect(page.items.map((item) => item.editions.find((each) => each.language === 'pl')?.title)).toEqual(
      titles.toSorted(new Intl.Collator('pl').compare).slice(2, 5),
    )
    const renamed = made[0]?.editions[0]
    if (renamed) await content.save(apart, save(renamed, 1, { title: 'Aaa' }), [])
    expect((await list({ sort: 'title' })).indexOf('Aaa')).toBeLessThan((await list({ sort: 'title' })).indexOf('azot'))
    await upkeep.removeWorkspace(apart)
  })

  test('counts an article once for each file it shows, in texts or as its cover', async () => {
    const [shown, cover, none] = [id<MediaId>(), id<MediaId>(), id<MediaId>()]
    const both = creation([
      edition({ refs: [`media:${shown}`], language: 'pl' }),
      edition({ refs: [`media:${shown}`, `media:${cover}`, 'slug:x'] }),
    ])
    if (both.article) both.article.coverId = cover
    const only = creation([edition()])
    if (only.article) only.article.coverId = cover
    const trashed = creation([edition({ refs: [`media:${shown}`] })])
    for (const one of [both, only, trashed]) await content.create(workspace, one, [])
    await content.changeArticle(workspace, trashed.articleId, { trashedAt: later, at: later }, [])
    expect(await content.countArticles(workspace, { media: [shown, cover, none] })).toEqual(
      new Map([
        [shown, 1],
        [cover, 2],
      ]),
    )
    const pointing = await content.findEditions(workspace, { pointingTo: `media:${cover}` })
    expect(pointing.map((found) => found.articleId).toSorted()).toEqual(
      [both.articleId, both.articleId, only.articleId].toSorted(),
    )
  })

  test('keeps whatever front matter and sources say', async () => {
    const one = creation([edition()], {})
    const extra = { 'a.b': 1, $set: { $x: [null, 'ż'] }, '': true, long: 'x'.repeat(5_000) }
    const source = { system: 'https://a.example/?b=[1]', id: '"7"', permalink: null, status: null, date: null }
    if (one.article) Object.assign(one.article, { extra, source })
    await content.create(workspace, one, [])
    const { items } = await content.listArticles(workspace, { source, limit: 2, offset: 0 })
    expect(items).toMatchObject([{ id: one.articleId, extra, source }])
    const other = creation([edition()])
    if (other.article) other.article.source = source
    expect(await content.create(workspace, other, [])).toBe('source-taken')
  })

  test('loses no change of an article when many come at once', async () => {
    const one = creation([edition()])
    await content.create(workspace, one, [])
    const terms = Array.from({ length: 4 }, () => id<TermId>())
    const [tag, category, author, other] = terms
    if (!tag || !category || !author || !other) throw new Error('four terms')
    if (one.article) await content.changeArticle(workspace, one.articleId, { tags: [tag], at: later }, [])
    await Promise.all([
      content.changeArticle(workspace, one.articleId, { categories: [category], at: later }, []),
      content.changeArticle(workspace, one.articleId, { authors: [author], at: later }, []),
      content.replaceTerm(workspace, tag, other, []),
      content.changeArticle(workspace, one.articleId, { type: 'page', at: later }, []),
    ])
    const { items } = await content.listArticles(workspace, { terms: [category, author, other], limit: 2, offset: 0 })
    expect(items).toMatchObject([
      { id: one.articleId, revision: 5, tags: [other], categories: [category], authors: [author], type: 'page' },
    ])
  })

  test('thins autosaves to the last of each day, and leaves what was handed out', async () => {
    const made = edition()
    await content.create(workspace, creation([made]), [])
    const kept: VersionId[] = []
    let revision = 1
    for (const day of ['2026-01-01', '2026-01-02'])
      for (const hour of ['08', '12', '20', '23']) {
        const one = save(made, revision++, { reason: 'autosaved', at: `${day}T${hour}:30:00.000Z` })
        await content.save(workspace, one, [])
        if (hour === '23') kept.push(one.versionId)
        if (day === '2026-01-01' && hour === '08') {
          kept.push(one.versionId)
          await content.getVersion(workspace, one.versionId, { freeze: true })
        }
      }
    expect(await upkeep.thinVersions('2026-01-01T00:00:00.000Z')).toBe(0)
    expect(await upkeep.thinVersions('2026-01-03T00:00:00.000Z')).toBe(5)
    const { items, total } = await content.listVersions(workspace, made.id, { limit: 50, offset: 0 })
    expect(total).toBe(4)
    expect(items.map((version) => version.id).toSorted()).toEqual([made.versionId, ...kept].toSorted())
    await content.save(workspace, save(made, revision), [])
    expect((await numbers(made))[0]).toBe(10)
  })

  test('lists templates in the order of a Polish index', async () => {
    const apart = id<string>()
    const names = ['Żal', 'Zamek', 'łza', 'lis', 'ćwierć', 'cel']
    for (const name of names)
      await templates.put(
        apart,
        {
          id: id<string>() as never,
          name,
          description: '',
          language: 'pl',
          title: '',
          lead: '',
          body: paragraphs(name),
          createdAt: at,
        },
        [],
      )
    expect((await templates.list(apart)).map((template) => template.name)).toEqual(
      names.toSorted(new Intl.Collator('pl').compare),
    )
    const [first] = await templates.list(apart)
    if (first) await templates.put(apart, { ...first, name: 'zzz', createdAt: later }, ['media:q'])
    expect(await templates.get(apart, first?.id as never)).toMatchObject({ name: 'zzz', createdAt: at })
    expect(await templates.isUsing(apart, 'media:q')).toBe(true)
    expect(await templates.delete(apart, first?.id as never)).toBe(true)
    expect(await templates.delete(apart, first?.id as never)).toBe(false)
  })
})
