/** Where a change and what follows from it are not one transaction: what is found after a process was killed in between. */
import type { VersionId } from '@floowe/contracts/vocabulary'
import type { Documents, NewEvent } from '@floowe/platform'
import { hasMongodb, openMongodb, startMongodb } from '@floowe/testbed/mongodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { codeOf, paragraphs } from '../testing.ts'
import { mongodbStore } from './mongodb.ts'
import type { Store } from './port.ts'
import { isSaved, storeWorld, type StoreWorld, workspace } from './testing.ts'

const isHere = hasMongodb() || Boolean(process.env['CI'])
if (!isHere) console.warn('crashes of the content store are not tested: npm run testbed -- install mongodb')

describe.skipIf(!isHere)('the content store on MongoDB', () => {
  let mongodb: Awaited<ReturnType<typeof openMongodb>>
  let world: StoreWorld
  beforeAll(async () => {
    mongodb = await openMongodb()
    world = await storeWorld(mongodb.url)
  })
  afterAll(async () => {
    await world.stop()
    await mongodb.stop()
  })

  /** A process of its own; it may be told to fail at a step, as one that is killed there. */
  const another = (
    more: {
      documents?: Documents
      db?: Partial<StoreWorld['host']['db']>
      clock?: Partial<StoreWorld['host']['clock']>
    } = {},
  ) =>
    mongodbStore(more.documents ?? documents(), {
      db: { ...world.host.db, ...more.db },
      clock: { ...world.host.clock, ...more.clock },
      log: world.host.log,
    })
  const documents = (): Documents => {
    if (!world.host.documents) throw new Error('this world keeps no documents')
    return world.host.documents
  }
  /** The documents, with one function of a collection replaced. */
  const changed = (collection: string, name: string, make: (real: (...given: unknown[]) => unknown) => unknown) => ({
    ...documents(),
    collection: (wanted: string) => {
      const real = documents().collection(wanted)
      if (wanted !== collection) return real
      return new Proxy(real, {
        get: (target, property) => {
          const value = Reflect.get(target, property) as unknown
          if (typeof value !== 'function') return value
          const bound = (value as (...given: unknown[]) => unknown).bind(target) // any function of the driver
          return property === name ? make(bound) : bound
        },
      })
    },
  })
  const killed = () => Promise.reject(new Error('killed'))
  const lost = () => Promise.reject(Object.assign(new Error('gone'), { name: 'MongoNetworkError' }))
  const made = async (events: NewEvent[] = []) => {
    const edition = world.edition()
    const creation = world.creation([edition])
    await world.store.content.create(workspace, creation, events)
    return { edition, articleId: creation.articleId }
  }
  const versionsOf = (editionId: string) =>
    documents().collection('versions').find({ editionId }).project({ _id: 0, id: 1, unsettledSince: 1 }).toArray()
  const pendingOf = async (articleId: string) =>
    (await documents().collection('articles').findOne({ id: articleId }))?.['pending'] as unknown[] | undefined
  const saved = (articleId: string, editionId: string, revision: number): NewEvent => ({
    name: 'content.edition-saved',
    workspaceId: workspace,
    key: articleId,
    actor: 'someone',
    data: {
      articleId: articleId as never,
      editionId: editionId as never,
      title: 't',
      language: 'en',
      versionId: world.id<VersionId>(),
      revision,
      reason: 'saved',
    },
  })
  const heard = async (key: string): Promise<string[]> => {
    await world.drain()
    return world.events.filter((event) => event.key === key).map((event) => event.id)
  }
  const numbers = async (store: Store, editionId: string): Promise<number[]> =>
    (await store.content.listVersions(workspace, editionId as never, { limit: 50, offset: 0 })).items.map(
      (version) => version.number,
    )

  test('killed before the save: a version was written, and nobody ever sees it', async () => {
    const { edition, articleId } = await made()
    const doomed = await another({ documents: changed('articles', 'findOneAndUpdate', () => killed) as Documents })
    const save = world.save(edition, 1)
    await expect(doomed.content.save(workspace, save, [world.event(articleId)])).rejects.toThrow('killed')
    expect(await versionsOf(edition.id)).toHaveLength(2)
    const { content, upkeep } = world.store
    expect(await numbers(world.store, edition.id)).toEqual([1])
    expect(await content.getVersion(workspace, save.versionId, { freeze: true })).toBeNull()
    expect(await content.getEdition(workspace, edition.id)).toMatchObject({ revision: 1, title: 'Title' })
    await upkeep.finish?.(0)
    // It may still be on its way to its article.
    expect(await versionsOf(edition.id)).toHaveLength(2)
    const tomorrow = await another({ clock: { now: () => world.host.clock.now() + 86_400_000 } })
    await tomorrow.upkeep.finish?.(0)
    expect(await versionsOf(edition.id)).toEqual([{ id: edition.versionId }])
    expect(isSaved(await content.save(workspace, world.save(edition, 1), []))).toBe(true)
    expect(await numbers(world.store, edition.id)).toEqual([2, 1])
    expect(await heard(articleId)).toEqual([])
  })

  test('the same save, tried again after that, holds', async () => {
    const { edition, articleId } = await made()
    const doomed = await another({ documents: changed('articles', 'findOneAndUpdate', () => killed) as Documents })
    const save = world.save(edition, 1)
    await expect(doomed.content.save(workspace, save, [])).rejects.toThrow('killed')
    expect(await world.store.content.save(workspace, save, [world.event(articleId)])).toMatchObject({ revision: 2 })
    expect(await numbers(world.store, edition.id)).toEqual([2, 1])
    expect(await heard(articleId)).toHaveLength(1)
  })

  test('killed after the save: the version is there for everybody, and its events arrive', async () => {
    const { edition, articleId } = await made()
    const doomed = await another({
      documents: changed('versions', 'updateOne', () => killed) as Documents,
      db: { takeEvents: killed },
    })
    const save = world.save(edition, 1)
    expect(await doomed.content.save(workspace, save, [world.event(articleId)])).toMatchObject({ revision: 2 })
    expect(await versionsOf(edition.id)).toContainEqual({ id: save.versionId, unsettledSince: expect.any(Date) })
    expect(await world.store.content.getEdition(workspace, edition.id)).toMatchObject({ body: save.body })
    expect(await world.store.content.getVersion(workspace, save.versionId)).toMatchObject({ number: 2 })
    expect(await numbers(world.store, edition.id)).toEqual([2, 1])
    expect(await world.store.upkeep.finish?.(60_000)).toBe(0)
    expect(await heard(articleId)).toEqual([])
    expect(await world.store.upkeep.finish?.(0)).toBe(1)
    expect(await heard(articleId)).toHaveLength(1)
    expect(await pendingOf(articleId)).toEqual([])
  })

  test('killed after the save: the list of versions has it too', async () => {
    const { edition } = await made()
    const doomed = await another({ documents: changed('versions', 'updateOne', () => killed) as Documents })
    const save = world.save(edition, 1)
    await doomed.content.save(workspace, save, [])
    const { items, total } = await world.store.content.listVersions(workspace, edition.id, { limit: 1, offset: 0 })
    expect({ items: items.map(({ id }) => id), total }).toEqual({ items: [save.versionId], total: 2 })
  })

  test('killed while folding: the folded version is gone, once', async () => {
    const { edition } = await made()
    const first = world.save(edition, 1, { reason: 'autosaved' })
    await world.store.content.save(workspace, first, [])
    const doomed = await another({ documents: changed('versions', 'deleteOne', () => killed) as Documents })
    const second = world.save(edition, 2, { reason: 'autosaved', folds: first.versionId, body: paragraphs('second') })
    expect(await doomed.content.save(workspace, second, [])).toMatchObject({ revision: 3 })
    expect(await versionsOf(edition.id)).toHaveLength(3)
    await world.store.content.save(workspace, world.save(edition, 3), [])
    expect(await numbers(world.store, edition.id)).toEqual([3, 2, 1])
    expect(await world.store.content.getVersion(workspace, second.versionId)).toMatchObject({
      number: 2,
      body: paragraphs('second'),
    })
    expect(await world.store.content.getVersion(workspace, first.versionId)).toBeNull()
  })

  test('PostgreSQL away: saves hold, and their events follow in order', async () => {
    const { edition, articleId } = await made()
    const cut = await another({ db: { takeEvents: () => Promise.reject(new Error('connect ECONNREFUSED')) } })
    for (let revision = 1; revision <= 5; revision++)
      expect(
        isSaved(
          await cut.content.save(workspace, world.save(edition, revision), [
            saved(articleId, edition.id, revision + 1),
          ]),
        ),
      ).toBe(true)
    expect(await numbers(cut, edition.id)).toEqual([6, 5, 4, 3, 2, 1])
    expect(await heard(articleId)).toEqual([])
    expect(await pendingOf(articleId)).toHaveLength(5)
    await world.store.upkeep.finish?.(0)
    await heard(articleId)
    const revisions = world.events
      .filter((event) => event.key === articleId)
      .map((event) => (event.data as { revision: number }).revision)
    expect(revisions).toEqual([2, 3, 4, 5, 6])
  })

  test('an outbox that does not answer holds nobody up', async () => {
    const { edition, articleId } = await made()
    const answer = Promise.withResolvers<void>()
    const slow = await another({
      db: { takeEvents: (events) => answer.promise.then(() => world.host.db.takeEvents(events)) },
      // Its patience ends at once.
      clock: {
        at: (_at, work) => {
          setImmediate(work)
          return () => undefined
        },
      },
    })
    expect(isSaved(await slow.content.save(workspace, world.save(edition, 1), [world.event(articleId)]))).toBe(true)
    expect(await pendingOf(articleId)).not.toEqual([])
    // Not even who saves upon it, or wants to see it.
    expect(isSaved(await slow.content.save(workspace, world.save(edition, 2), [world.event(articleId)]))).toBe(true)
    expect(await numbers(slow, edition.id)).toEqual([3, 2, 1])
    answer.resolve()
    await expect.poll(() => pendingOf(articleId)).toEqual([])
    expect(await heard(articleId)).toHaveLength(2)
  })

  test('killed between the outbox and the note of it: the event comes again and is handled once', async () => {
    const { edition, articleId } = await made()
    const doomed = await another({
      db: {
        takeEvents: async (events) => {
          await world.host.db.takeEvents(events)
          await killed()
        },
      },
    })
    await doomed.content.save(workspace, world.save(edition, 1), [saved(articleId, edition.id, 2)])
    const [first] = await heard(articleId)
    expect(await pendingOf(articleId)).toHaveLength(1)
    await world.store.upkeep.finish?.(0)
    expect(await heard(articleId)).toEqual([first, first])
    expect(await world.sql('select state from inbox where event_id = $1', [first])).toEqual([{ state: 'done' }])
    expect(await pendingOf(articleId)).toEqual([])
  })

  test('killed after a deletion: it is gone for everybody, its address is free, its event arrives', async () => {
    const { edition, articleId } = await made()
    const doomed = await another({ db: { takeEvents: killed } })
    expect(await doomed.content.deleteArticle(workspace, articleId, [world.event(articleId)])).toBe(true)
    const { content, upkeep } = world.store
    expect((await content.listArticles(workspace, { ids: [articleId], limit: 1, offset: 0 })).total).toBe(0)
    expect(await content.getVersion(workspace, edition.versionId)).toBeNull()
    expect(await content.create(workspace, world.creation([world.edition({ slug: edition.slug })]), [])).toBe('created')
    const other = await made()
    await doomed.content.deleteArticle(workspace, other.articleId, [])
    await upkeep.finish?.(0)
    expect(await heard(articleId)).toHaveLength(1)
    expect(await documents().collection('articles').countDocuments({ isDeleted: true })).toBe(0)
    expect(await versionsOf(edition.id)).toEqual([])
  })

  test('an answer that is lost on its way leaves no doubt when the save was done', async () => {
    const { edition } = await made()
    const deaf = await another({
      documents: changed('articles', 'findOneAndUpdate', (real) => async (...given: unknown[]) => {
        await real(...given)
        return lost()
      }) as Documents,
    })
    const save = world.save(edition, 1)
    expect(await deaf.content.save(workspace, save, [])).toMatchObject({ revision: 2, versionId: save.versionId })
    const unheard = await another({ documents: changed('articles', 'findOneAndUpdate', () => lost) as Documents })
    await expect(unheard.content.save(workspace, world.save(edition, 2), [])).rejects.toThrow('gone')
    // The text of a save that may yet be done is not thrown away.
    expect(await versionsOf(edition.id)).toHaveLength(3)
    expect(await numbers(world.store, edition.id)).toEqual([2, 1])
  })

  test('keeps the order of an article whoever carries its events', async () => {
    const editions = [world.edition(), world.edition({ language: 'pl' })]
    const { articleId } = { ...world.creation(editions) }
    await world.store.content.create(workspace, { ...world.creation(editions), articleId }, [])
    const processes = await Promise.all([another(), another(), another()])
    let isOver = false
    // Others look for what is left, all the time.
    const sweeping = processes.map(async ({ upkeep }) => {
      for (let turn = 0; turn < 10_000 && !isOver; turn++) await upkeep.finish?.(0)
    })
    await Promise.all(
      editions.map(async (edition, which) => {
        for (let revision = 1; revision <= 20; revision++) {
          const store = processes[(revision + which) % processes.length] ?? world.store
          await store.content.save(workspace, world.save(edition, revision), [
            saved(articleId, edition.id, revision + 1),
          ])
        }
      }),
    )
    isOver = true
    await Promise.all(sweeping)
    await world.drain()
    const own = world.events.filter((event) => event.key === articleId)
    const firsts = [...new Map(own.map((event) => [event.id, event])).values()]
    for (const edition of editions) {
      const revisions = firsts
        .map((event) => event.data as { editionId: string; revision: number })
        .filter(({ editionId }) => editionId === edition.id)
        .map(({ revision }) => revision)
      expect(revisions).toEqual(Array.from({ length: 20 }, (_, index) => index + 2))
      expect((await numbers(world.store, edition.id))[0]).toBe(21)
    }
    expect(await pendingOf(articleId)).toEqual([])
  })

  test('a server that is away is refused as unavailable, and everything is there when it is back', async () => {
    const server = await startMongodb({ keeps: true })
    const cut = await storeWorld(server.url)
    try {
      const person = cut.as({ workspaceId: workspace, role: 'owner' })
      const { edition } = await person.createArticle({ language: 'en', title: 'Kept' })
      await server.halt()
      expect(await codeOf(person.getEdition({ id: edition.id }))).toBe('unavailable')
      expect(await codeOf(person.createArticle({ language: 'en', title: 'Not now' }))).toBe('unavailable')
      await server.begin()
      await expect
        .poll(async () => (await person.getEdition({ id: edition.id }).catch(() => null))?.title, { timeout: 20_000 })
        .toBe('Kept')
    } finally {
      await cut.stop()
      await server.stop()
    }
  })

  test('has the indexes that hold what must be unique', async () => {
    const indexes = await documents().collection('articles').indexes()
    const unique = indexes.filter((index) => index.unique).map((index) => index.name)
    expect(unique).toEqual(expect.arrayContaining(['articles_source', 'editions_slug', 'editions_source']))
  })
})
