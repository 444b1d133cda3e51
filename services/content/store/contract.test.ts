/** What every place for articles must do. A further adapter adds itself to the list. */
import type { ArticleId, EditionId, TermId, VersionId } from '@floowe/contracts/vocabulary'
import type { NewEvent } from '@floowe/platform'
import { testService } from '@floowe/platform/testing'
import { afterAll, describe, expect, test } from 'vitest'
import { service } from '../service.ts'
import { paragraphs } from '../testing.ts'
import { emptyMeta } from '../texts.ts'
import { jsonbStore } from './jsonb.ts'
import type { Creation, NewEdition, Save, Store } from './port.ts'

const opened: { store?: Store } = {}
const world = await testService(
  {
    ...service,
    start: async (host, settings) => {
      opened.store = jsonbStore(host.db)
      return service.start(host, settings)
    },
  },
  {},
  'content',
)
afterAll(() => world.stop())

const adapters: { name: string; store: Store }[] = opened.store ? [{ name: 'jsonb', store: opened.store }] : []
const workspace = '0190aaaa-0000-7000-8000-000000000001'
const elsewhere = '0190aaaa-0000-7000-8000-000000000002'
const at = '2026-11-22T10:00:00.000Z'
const later = '2026-11-22T11:00:00.000Z'
const id = <Id extends string>() => world.ground.ids.next<Id>()

const edition = (more: Partial<NewEdition> = {}): NewEdition => ({
  id: id<EditionId>(),
  versionId: id<VersionId>(),
  language: 'en',
  status: 'draft',
  keepsSlug: false,
  permalinks: [],
  imported: null,
  reason: 'created',
  note: '',
  title: 'Title',
  slug: `s-${id<string>()}`,
  lead: 'Lead',
  meta: emptyMeta(),
  body: paragraphs('body'),
  words: 2,
  refs: [],
  ...more,
})
const creation = (editions: NewEdition[], more: Partial<Creation> = {}): Creation => ({
  articleId: id<ArticleId>(),
  editions,
  at,
  by: 'someone',
  article: {
    type: 'article',
    tags: [],
    categories: [],
    authors: [],
    coverId: null,
    source: null,
    extra: {},
    importedRevision: null,
  },
  ...more,
})
const save = (from: NewEdition, basedOn: number, more: Partial<Save> = {}): Save => ({
  editionId: from.id,
  basedOn,
  versionId: id<VersionId>(),
  keepsSlug: false,
  reason: 'saved',
  note: '',
  folds: null,
  at: later,
  by: 'someone',
  title: 'New title',
  slug: from.slug,
  lead: 'New lead',
  meta: emptyMeta(),
  body: paragraphs('new body'),
  words: 4,
  refs: [],
  ...more,
})
const event = (key: string): NewEvent => ({
  name: 'content.article-updated',
  workspaceId: workspace,
  key,
  actor: 'someone',
  data: { articleId: key },
})
const emitted = async (key: string): Promise<number> => {
  await world.drain()
  return world.events.filter((one) => one.key === key).length
}

test('there is a place to test', () => expect(adapters.map((adapter) => adapter.name)).toEqual(['jsonb']))

describe.each(adapters)('$name', ({ store: { content, templates, upkeep } }) => {
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
    const outcomes = await Promise.all(Array.from({ length: 12 }, () => content.save(workspace, save(made, 1), [])))
    expect(
      outcomes.filter((outcome) => outcome !== null && typeof outcome === 'object' && 'revision' in outcome),
    ).toHaveLength(1)
    expect((await content.listVersions(workspace, made.id, { limit: 50, offset: 0 })).total).toBe(2)
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
})
