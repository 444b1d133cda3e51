/** What one store writes out for a backup, the other takes in. */
import type { ArticleId, TemplateId, TermId, VersionId } from '@floowe/contracts/vocabulary'
import type { NewEvent } from '@floowe/platform'
import { hasMongodb, openMongodb } from '@floowe/testbed/mongodb'
import { afterAll, describe, expect, test } from 'vitest'
import { paragraphs } from '../testing.ts'
import type { StoreArchive } from './archive.ts'
import { catchUp } from './archive-aftermath.ts'
import { jsonbArchive } from './jsonb-archive.ts'
import { mongodbArchive } from './mongodb-archive.ts'
import type { ArticleDoc } from './mongodb-documents.ts'
import type { NewEdition } from './port.ts'
import { at, elsewhere, later, storeWorld, type StoreWorld, workspace } from './testing.ts'

const mongodb = hasMongodb() ? await openMongodb() : null
if (!mongodb) console.warn('backups of texts in MongoDB are not tested: npm run testbed -- install mongodb')
if (!mongodb && process.env['CI']) throw new Error('CI tests MongoDB')
const worlds: StoreWorld[] = []
const newWorld = async (kind: string): Promise<StoreWorld> => {
  const world = await storeWorld(kind === 'mongodb' ? (mongodb?.url ?? '') : null)
  worlds.push(world)
  return world
}
afterAll(async () => {
  for (const world of worlds) await world.stop()
  await mongodb?.stop()
})

/** Inside a transaction, as a backup is. */
const within = <Result>({ host }: StoreWorld, work: (archive: StoreArchive) => Promise<Result>): Promise<Result> =>
  host.documents ? work(mongodbArchive(host.documents)) : host.db.transaction((tx) => work(jsonbArchive(tx)))
async function linesOf(world: StoreWorld): Promise<{ lines: string[]; pending: string[] }> {
  const pending: string[] = []
  const lines: string[] = []
  await within(world, async (archive) => {
    for await (const line of archive.lines((event) => pending.push(event))) lines.push(line)
  })
  return { lines, pending }
}

/** The mark of a published edition, taken away as a backup from before it was published would. */
async function forgetItsReaders({ host }: StoreWorld, editionId: string): Promise<void> {
  if (host.documents)
    await host.documents
      .collection<ArticleDoc>('articles')
      .updateOne({ 'editions.id': editionId }, { $set: { 'editions.0.keepsSlug': false } })
  else
    await host.db.query(`update editions set doc = jsonb_set(doc, '{keepsSlug}', 'false') where id = $1`, [editionId])
}

/** Two languages, saved, folded and frozen versions, something imported, something in the trash, templates, two workspaces. */
async function fill(world: StoreWorld) {
  const { id, edition, creation, save, store } = world
  const { content, templates } = store
  const [pl, en] = [
    edition({ language: 'pl', title: 'Zażółć „gęślą” jaźń', slug: 'zazolc' }),
    edition({ slug: 'second', refs: ['article:x', 'media:y'], permalinks: ['/old/'] }),
  ]
  const imported = { system: 'ghost', id: '7', hash: 'h', importId: 'i', outcome: 'created', revision: 1 } as const
  const one = creation([{ ...pl, imported: { ...imported, status: 'draft' } }, en], {
    madeAt: '2020-01-01T00:00:00.000Z',
    article: {
      type: 'article',
      tags: [id<TermId>(), id<TermId>()],
      categories: [id<TermId>()],
      authors: [],
      coverId: null,
      source: { system: 'ghost', id: '7', permalink: '/7/', status: null, date: null },
      extra: { 'a.b': { $dollar: [1, 1.5, null, { z: 'ż', a: true }] }, zz: 1, b: [] },
      importedRevision: 1,
    },
  })
  await content.create(workspace, one, [])
  const versions = Array.from({ length: 5 }, () => id<VersionId>())
  const words = (n: number) => ({ slug: 'second', title: `Second ${n}`, body: paragraphs(`body ${n}`, 'more') })
  const [first, second, third, fourth, fifth] = versions as [VersionId, VersionId, VersionId, VersionId, VersionId]
  await content.save(workspace, save(en, 1, { versionId: first, reason: 'autosaved', ...words(1) }), [])
  await content.save(workspace, save(en, 2, { versionId: second, reason: 'autosaved', folds: first, ...words(2) }), [])
  await content.getVersion(workspace, second, { freeze: true })
  await content.save(workspace, save(en, 3, { versionId: third, reason: 'autosaved', folds: second, ...words(3) }), [])
  await content.save(workspace, save(en, 4, { versionId: fourth, note: 'kept', ...words(4) }), [])
  await content.mark(workspace, en.id, { status: 'approved', keepsSlug: true, at: later }, [])
  await content.save(workspace, save(pl, 1, { versionId: fifth, slug: 'zazolc', title: 'Żółw' }), [])
  const old = creation([edition({ title: 'Old' })])
  await content.create(workspace, old, [])
  await content.changeArticle(workspace, old.articleId, { trashedAt: later, at: later }, [])
  const gone = creation([edition({ title: 'Gone', slug: 'gone' })])
  await content.create(workspace, gone, [])
  await content.deleteArticle(workspace, gone.articleId, [])
  const far = creation([edition({ slug: 'second' })])
  await content.create(elsewhere, far, [])
  const template = {
    id: id<TemplateId>(),
    name: 'Review',
    description: 'd',
    language: 'en' as const,
    title: 't',
    lead: 'l',
    body: paragraphs('template'),
    createdAt: at,
  }
  await templates.put(workspace, template, ['media:z'])
  return { one, en, pl, old, far, template, frozen: second }
}

/** What people see of it, through the store. */
const seen = async ({ store }: StoreWorld, filled: Awaited<ReturnType<typeof fill>>) => ({
  listed: await store.content.listArticles(workspace, { sort: 'title', limit: 50, offset: 0 }),
  trashed: await store.content.listArticles(workspace, { trashed: true, limit: 50, offset: 0 }),
  elsewhere: await store.content.listArticles(elsewhere, { limit: 50, offset: 0 }),
  bySource: await store.content.findEditions(workspace, { system: 'ghost', sourceIds: ['7'] }),
  pointing: await store.content.findEditions(workspace, { oncePointingTo: 'media:y' }),
  texts: await Promise.all([filled.en, filled.pl].map(({ id }) => store.content.getEdition(workspace, id))),
  versions: await store.content.listVersions(workspace, filled.en.id, { limit: 50, offset: 0 }),
  frozen: await store.content.getVersion(workspace, filled.frozen),
  templates: await store.templates.list(workspace),
  isUsed: await store.templates.isUsing(workspace, 'media:z'),
})

const kinds = mongodb ? ['jsonb', 'mongodb'] : ['jsonb']
describe.each(kinds.flatMap((from) => kinds.map((to) => ({ from, to }))))('$from to $to', ({ from, to }) => {
  test('everything arrives, the lines are the same, and work goes on with it', async () => {
    const [source, target] = [await newWorld(from), await newWorld(to)]
    expect(await within(target, (archive) => archive.isEmpty())).toBe(true)
    const filled = await fill(source)
    await source.drain()
    const { lines, pending } = await linesOf(source)
    expect(pending).toEqual([])
    expect(lines.map((line) => (JSON.parse(line) as { kind: string }).kind).toSorted()).toEqual([
      ...Array.from({ length: 3 }, () => 'article'),
      'template',
      ...Array.from({ length: 8 }, () => 'version'),
    ])
    // In pieces, as an archive holds them.
    for (let from = 0; from < lines.length; from += 3)
      await within(target, (archive) => archive.write(lines.slice(from, from + 3)))
    expect((await linesOf(target)).lines).toEqual(lines)
    expect(await within(target, (archive) => archive.isEmpty())).toBe(false)
    expect(await seen(target, filled)).toEqual(await seen(source, filled))

    const { content } = target.store
    const { save, edition, creation } = target
    expect(await content.save(workspace, save(filled.en, 4), [])).toMatchObject({ stale: { current: 5 } })
    expect(await content.save(workspace, save({ ...filled.en, slug: 'second' }, 5), [])).toMatchObject({ revision: 6 })
    const { items } = await content.listVersions(workspace, filled.en.id, { limit: 50, offset: 0 })
    expect(items.map(({ number }) => number)).toEqual([5, 4, 3, 2, 1])
    expect(await content.create(workspace, creation([edition({ slug: 'second' })]), [])).toBe('slug-taken')
    expect(await content.create(workspace, creation([edition({ slug: 'gone' })]), [])).toBe('created')
  })
})

describe.skipIf(!mongodb)('articles in MongoDB that something is still to be done for', () => {
  test('versions are as they will be, and events that the outbox has not taken are told', async () => {
    const world = await newWorld('mongodb')
    const { edition, creation, save, event, id, host, store } = world
    const made = edition()
    const one = creation([made])
    await store.content.create(workspace, one, [])
    const [first, second] = [id<VersionId>(), id<VersionId>()]
    await store.content.save(workspace, save(made, 1, { versionId: first, reason: 'autosaved' }), [])
    await store.content.getVersion(workspace, first, { freeze: true })
    await store.content.save(workspace, save(made, 2, { versionId: second, reason: 'autosaved', folds: first }), [])
    const whole = await linesOf(world)
    // As a process leaves it that was killed between the save and what follows from it.
    const pendingEvent = JSON.stringify(host.db.formEvents([event(one.articleId)])[0])
    const since = new Date()
    const articles = host.documents?.collection<ArticleDoc>('articles')
    const versions = host.documents?.collection<{ _id: string }>('versions')
    await versions?.updateOne({ _id: `${workspace}/${second}` }, { $set: { number: 0, unsettledSince: since } })
    const at2 = new Date(later)
    await articles?.updateOne(
      { _id: `${workspace}/${one.articleId}` },
      {
        $push: {
          pending: {
            $each: [
              { id: second, since, version: { id: second, editionId: made.id, folds: first, at: at2 } },
              { id: 'e', since, event: pendingEvent },
            ],
          },
        },
      },
    )
    // One that was written for nothing is nobody's.
    await versions?.insertOne({
      ...(await versions.findOne({ _id: `${workspace}/${first}` })),
      _id: `${workspace}/${id<VersionId>()}`,
      ...{ id: id<VersionId>(), unsettledSince: since },
    })
    const { lines, pending } = await linesOf(world)
    expect(lines).toEqual(whole.lines)
    expect(pending).toEqual([pendingEvent])
  })

  test('a deleted one tells its events and is gone', async () => {
    const world = await newWorld('mongodb')
    const one = world.creation([world.edition()])
    await world.store.content.create(workspace, one, [])
    const pendingEvent = JSON.stringify(world.host.db.formEvents([world.event(one.articleId)])[0])
    await world.host.documents
      ?.collection<ArticleDoc>('articles')
      .updateOne(
        { _id: `${workspace}/${one.articleId}` },
        { $set: { isDeleted: true }, $push: { pending: { id: 'e', since: new Date(), event: pendingEvent } } },
      )
    expect(await linesOf(world)).toEqual({ lines: [], pending: [pendingEvent] })
  })

  test('so many long versions that they are not held at once, and articles saved while they are read', async () => {
    const world = await newWorld('mongodb')
    const { creation, edition, store, save, id } = world
    const long = { words: 250_000 }
    const [made, other] = [edition(long), edition()]
    await store.content.create(workspace, creation([made]), [])
    await store.content.create(workspace, creation([other]), [])
    for (let n = 1; n <= 8; n++)
      await store.content.save(workspace, save(made, n, { ...long, body: paragraphs(`long ${n}`) }), [])
    const before = (await linesOf(world)).lines
    expect(before).toHaveLength(2 + 9 + 1)
    if (!world.host.documents) throw new Error('this world has its texts in MongoDB')
    // An autosave that is folded away behind its reader's back: the article is read again.
    const first = id<VersionId>()
    await store.content.save(workspace, save(other, 1, { versionId: first, reason: 'autosaved' }), [])
    const lines: string[] = []
    for await (const line of mongodbArchive(world.host.documents).lines(() => undefined)) {
      lines.push(line)
      const folds = save(other, 2, { reason: 'autosaved', folds: first, title: 'Folded' })
      if (lines.length === 1) await store.content.save(workspace, folds, [])
    }
    const target = await newWorld('jsonb')
    await within(target, (into) => into.write(lines))
    expect((await linesOf(target)).lines).toEqual(lines)
    expect(lines).toEqual((await linesOf(world)).lines)
    const kept = await target.store.content.listVersions(workspace, made.id, { limit: 50, offset: 0 })
    expect(kept.items.map(({ number }) => number)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1])
  })

  test('an address given on while articles are read is not there twice', async () => {
    const world = await newWorld('mongodb')
    const { creation, edition, store, save } = world
    const [early, late] = [edition({ slug: 'wanted' }), edition({ slug: 'other' })]
    const [first, second] = [creation([early]), creation([late])]
    await store.content.create(workspace, first, [])
    await store.content.create(workspace, second, [])
    const lines: string[] = []
    if (!world.host.documents) throw new Error('this world has its texts in MongoDB')
    const archive = mongodbArchive(world.host.documents, { pageMax: 1 })
    for await (const line of archive.lines(() => undefined)) {
      lines.push(line)
      if (lines.length > 1) continue
      await store.content.save(workspace, save({ ...early, slug: 'moved' }, 1), [])
      await store.content.save(workspace, save({ ...late, slug: 'wanted' }, 1), [])
    }
    const slugs = lines.flatMap((line) => {
      const record = JSON.parse(line) as { kind: string; editions?: { slug: string }[] }
      return record.editions?.map(({ slug }) => slug) ?? []
    })
    expect(slugs).toEqual(['wanted', `wanted-${late.id}`])
    const target = await newWorld('jsonb')
    await within(target, (into) => into.write(lines))
    expect((await linesOf(target)).lines).toEqual(lines)
  })
})

test.each(kinds)('%s: after a restore whose rows are ahead of its texts, all is made right', async (kind) => {
  const world = await newWorld(kind)
  const { store, host, creation, edition, save } = world
  const hearPublished = (editionId: string): Promise<void> =>
    world.ground.bus.publish([
      {
        ...{ id: world.id<string>(), name: 'publishing.delivery-published', workspaceId: workspace, key: editionId },
        ...{ at: later, actor: 'someone', requestId: null, data: { editionId } },
      },
    ])
  const make = async (title: string) => {
    const made = edition({ title, slug: title })
    const one = creation([made])
    await store.content.create(workspace, one, [savedEvent(one.articleId, made, 1)])
    return { ...made, articleId: one.articleId }
  }
  const [ahead, behind, lost, published] = [
    await make('ahead'),
    await make('behind'),
    await make('lost'),
    await make('out'),
  ]
  await store.content.changeArticle(workspace, lost.articleId, { trashedAt: later, at: later }, [])
  await hearPublished(published.id)
  await world.drain()
  expect(await store.content.findEditions(workspace, { ids: [published.id] })).toMatchObject([{ keepsSlug: true }])

  // Texts from before the rows: as they were before it was published, not saved yet, and of an article made since.
  const since = new Date(Date.now() - 1_000).toISOString()
  await store.content.save(workspace, save({ ...published, slug: 'out' }, 1, { title: 'out' }), [])
  await forgetItsReaders(world, published.id)
  await store.content.save(workspace, save({ ...behind, slug: 'behind' }, 1, { title: 'behind again' }), [])
  await host.db.query('update search_entries set revision = 7 where edition_id = $1', [ahead.id])
  await host.db.query(
    `insert into search_entries (workspace_id, edition_id, article_id, language, revision, is_trashed, terms, text)
     values ($1, $2, $2, 'en', 1, false, ''::tsvector, '')`,
    [workspace, world.id<string>()],
  )
  const { lines } = await linesOf(world)
  // May be repeated: whoever was killed behind it comes again.
  for (let time = 0; time < 2; time++) await host.db.transaction((tx) => catchUp(tx, from(lines), since))
  // The next event wakes whoever hears.
  await hearPublished(ahead.id)
  const heard = world.events.length
  await world.drain()
  const entries = await host.db.query(
    'select edition_id as id, revision, is_trashed as "isTrashed" from search_entries order by edition_id',
  )
  const wanted = [
    { id: ahead.id, revision: 1, isTrashed: false },
    { id: behind.id, revision: 2, isTrashed: false },
    { id: lost.id, revision: 1, isTrashed: true },
    { id: published.id, revision: 2, isTrashed: false },
  ]
  expect(entries).toEqual(wanted.toSorted((a, b) => (a.id < b.id ? -1 : 1)))
  expect(await store.content.findEditions(workspace, { ids: [published.id] })).toMatchObject([{ keepsSlug: true }])
  // Nobody else hears of it.
  expect(world.events).toHaveLength(heard)
})

async function* from(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines
}

const savedEvent = (
  articleId: ArticleId,
  { id, title, language, versionId, reason }: NewEdition,
  revision: number,
): NewEvent => ({
  ...{ name: 'content.edition-saved', workspaceId: workspace, key: articleId, actor: 'someone' },
  data: { articleId, editionId: id, title, language, versionId, revision, reason },
})
