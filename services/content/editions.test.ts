import { fakeClock } from '@floowe/platform/testing'
import { afterAll, describe, expect, test } from 'vitest'
import { codeOf, contentWorld, ewa, jan, nobody, paragraphs, refusalOf, workspace } from './testing.ts'

const clock = fakeClock()
const world = await contentWorld({ clock })
afterAll(() => world.stop())
const { ewa: me, jan: him } = world
const minute = 60_000
/** A round of tidying up that was under way when the clock moved has seen nothing of it; the next one comes six hours later. */
const nextRound = (): void => clock.advance(6 * 60 * minute)

const article = async (title = 'Draft') =>
  (await me.createArticle({ language: 'en', title, body: paragraphs('first') })).edition
const save = (
  id: string,
  basedOn: number,
  text: string,
  more: { reason?: 'saved' | 'autosaved'; title?: string; slug?: string } = {},
) => ({ id: id as never, basedOn, title: more.title ?? 'Draft', lead: '', body: paragraphs(text), ...more })

describe('a save', () => {
  test('leaves a version and says so', async () => {
    const edition = await article()
    const saved = await me.saveEdition({ ...save(edition.id, 1, 'second words'), note: 'a reason' })
    expect(saved).toMatchObject({ revision: 2, words: 2, updatedBy: ewa })
    expect(saved.versionId).not.toBe(edition.versionId)
    const { items, total } = await me.listVersions({ id: edition.id })
    expect(total).toBe(2)
    expect(items.map(({ number, reason, note, createdByName }) => ({ number, reason, note, createdByName }))).toEqual([
      { number: 2, reason: 'saved', note: 'a reason', createdByName: 'Person e1' },
      { number: 1, reason: 'created', note: '', createdByName: 'Person e1' },
    ])
    await world.drain()
    expect(world.events.findLast((event) => event.name === 'content.edition-saved')).toMatchObject({
      key: edition.articleId,
      workspaceId: workspace,
      actor: ewa,
      data: { editionId: edition.id, revision: 2, versionId: saved.versionId, reason: 'saved' },
    })
  })

  test('based on an older revision is refused, naming who was faster, and changes nothing', async () => {
    const edition = await article()
    await him.saveEdition(save(edition.id, 1, 'his'))
    const refused = await refusalOf(me.saveEdition(save(edition.id, 1, 'mine')))
    expect(refused).toEqual({
      code: 'stale-revision',
      data: { current: 2, updatedAt: clock.instant(), updatedByName: 'Person b2' },
    })
    const now = await me.getEdition({ id: edition.id })
    expect(now.body).toMatchObject(paragraphs('his'))
    expect((await me.listVersions({ id: edition.id })).total).toBe(2)
  })

  test('on top of one’s own last save knows what happened meanwhile: a status, a text brought back, the end of the article', async () => {
    const edition = await article()
    await me.saveEdition(save(edition.id, 1, 'mine'))
    await him.setStatus({ id: edition.id, status: 'approved', basedOn: 2 })
    expect(await me.saveEdition(save(edition.id, 2, 'again'))).toMatchObject({ revision: 3, status: 'approved' })
    await him.restoreVersion({ id: edition.id, versionId: edition.versionId, basedOn: 3 })
    expect(await refusalOf(me.saveEdition(save(edition.id, 3, 'too late')))).toMatchObject({ data: { current: 4 } })
    const { revision } = await me.saveEdition(save(edition.id, 4, 'now'))
    await him.trashArticle({ id: edition.articleId })
    await him.deleteArticle({ id: edition.articleId })
    expect(await codeOf(me.saveEdition(save(edition.id, revision, 'nowhere')))).toBe('not-found')
  })

  test('made twice in the same moment succeeds once', async () => {
    const edition = await article()
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, (_, index) => (index % 2 ? me : him).saveEdition(save(edition.id, 1, `text ${index}`))),
    )
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1)
    expect(await me.getEdition({ id: edition.id })).toMatchObject({ revision: 2 })
  })

  test('gives an id to every block that has none and keeps those that are there', async () => {
    const edition = await article()
    const body = {
      type: 'doc' as const,
      content: [
        { type: 'paragraph' as const, attrs: { id: 'mine' } },
        { type: 'paragraph' as const },
        { type: 'paragraph' as const, attrs: { id: 'mine' } },
      ],
    }
    const saved = await me.saveEdition({ ...save(edition.id, 1, ''), body })
    const ids = saved.body.content.map((node) => node.attrs?.['id'])
    expect(ids[0]).toBe('mine')
    expect(new Set(ids).size).toBe(3)
  })

  test('keeps of a link what the contract names', async () => {
    const edition = await article()
    const mark = { type: 'link' as const, attrs: { href: 'https://a.example', title: 'T', target: '_blank', rel: 'x' } }
    const saved = await me.saveEdition({
      ...save(edition.id, 1, ''),
      body: { type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text: 'x', marks: [mark] }] }] },
    })
    expect(saved.body.content[0]?.content?.[0]?.marks).toEqual([
      { type: 'link', attrs: { href: 'https://a.example', title: 'T' } },
    ])
  })
})

describe('autosaves', () => {
  test('of one sitting share a version; a save, another person and a pause of ten minutes begin a new one', async () => {
    const edition = await article()
    const numbers = async () => (await me.listVersions({ id: edition.id })).items.map((version) => version.number)
    const first = await me.saveEdition(save(edition.id, 1, 'a', { reason: 'autosaved' }))
    clock.advance(minute)
    const second = await me.saveEdition(save(edition.id, 2, 'ab', { reason: 'autosaved' }))
    expect(await numbers()).toEqual([2, 1])
    expect(second.versionId).not.toBe(first.versionId)
    expect(await me.getVersion({ id: second.versionId })).toMatchObject({ number: 2, body: paragraphs('ab') })
    expect(await codeOf(me.getVersion({ id: first.versionId }))).toBe('not-found')
    await him.saveEdition(save(edition.id, 3, 'abc', { reason: 'autosaved' }))
    expect(await numbers()).toEqual([3, 2, 1])
    await him.saveEdition(save(edition.id, 4, 'abcd', { reason: 'autosaved' }))
    expect(await numbers()).toEqual([3, 2, 1])
    await him.saveEdition(save(edition.id, 5, 'abcd', { reason: 'saved' }))
    expect(await numbers()).toEqual([4, 3, 2, 1])
    await him.saveEdition(save(edition.id, 6, 'abcde', { reason: 'autosaved' }))
    clock.advance(11 * minute)
    await him.saveEdition(save(edition.id, 7, 'abcdef', { reason: 'autosaved' }))
    expect(await numbers()).toEqual([6, 5, 4, 3, 2, 1])
  })

  test('never overwrite a version that was handed out to be published', async () => {
    const edition = await article('Frozen')
    const autosaved = await me.saveEdition(save(edition.id, 1, 'going out', { reason: 'autosaved' }))
    await world.inner.renderSnapshot({ editionId: edition.id })
    await me.saveEdition(save(edition.id, 2, 'later', { reason: 'autosaved' }))
    expect(await me.getVersion({ id: autosaved.versionId })).toMatchObject({ body: paragraphs('going out') })
    expect((await world.inner.renderSnapshot({ editionId: edition.id, versionId: autosaved.versionId })).text).toBe(
      'going out',
    )
  })

  test('older than thirty days thin out to the last of each day; saves stay', async () => {
    const edition = await article('History')
    let revision = 1
    for (const day of [1, 2]) {
      for (let hour = 0; hour < 4; hour++) {
        await me.saveEdition(save(edition.id, revision++, `day ${day} hour ${hour}`, { reason: 'autosaved' }))
        clock.advance(60 * minute)
      }
      clock.advance(20 * 60 * minute)
    }
    await me.saveEdition(save(edition.id, revision++, 'kept by hand'))
    expect((await me.listVersions({ id: edition.id })).total).toBe(10)
    clock.advance(31 * 24 * 60 * minute)
    await expect
      .poll(
        async () => {
          nextRound()
          return (await me.listVersions({ id: edition.id })).items.map((version) => version.reason)
        },
        { timeout: 15_000 },
      )
      .toEqual(['saved', 'autosaved', 'autosaved', 'created'])
    const versions = (await me.listVersions({ id: edition.id })).items
    expect(await me.getVersion({ id: versions[1]?.id as never })).toMatchObject({ body: paragraphs('day 2 hour 3') })
  })
})

describe('the trash', () => {
  test('is emptied of what lay in it for thirty days, and of nothing else', async () => {
    const [old, fresh, restored] = [
      await article('Old rubbish'),
      await article('Fresh rubbish'),
      await article('Taken out again'),
    ]
    await me.trashArticle({ id: old.articleId })
    await me.trashArticle({ id: restored.articleId })
    clock.advance(20 * 24 * 60 * minute)
    await me.trashArticle({ id: fresh.articleId })
    await me.restoreArticle({ id: restored.articleId })
    clock.advance(11 * 24 * 60 * minute)
    await expect
      .poll(() => {
        nextRound()
        return me.getArticle({ id: old.articleId }).then(
          () => 'there',
          (error: { code: string }) => error.code,
        )
      })
      .toBe('not-found')
    expect((await me.getArticle({ id: fresh.articleId })).trashedAt).not.toBeNull()
    expect((await me.getArticle({ id: restored.articleId })).trashedAt).toBeNull()
    await world.drain()
    expect(world.events.findLast((event) => event.name === 'content.article-deleted')).toMatchObject({
      key: old.articleId,
      actor: 'service:content',
    })
  })
})

describe('a slug', () => {
  test('follows the title until it is set by hand', async () => {
    const edition = await article('First title')
    expect(await me.saveEdition(save(edition.id, 1, 'x', { title: 'Second title' }))).toMatchObject({
      slug: 'second-title',
    })
    expect(await me.saveEdition(save(edition.id, 2, 'x', { title: 'Third title', slug: 'by-hand' }))).toMatchObject({
      slug: 'by-hand',
    })
    expect(await me.saveEdition(save(edition.id, 3, 'x', { title: 'Fourth title' }))).toMatchObject({ slug: 'by-hand' })
  })

  test('stays once readers know it, for one who has saved before as well', async () => {
    const [edition, saved] = [await article('Known to readers'), await article('Known, and saved')]
    await me.saveEdition(save(saved.id, 1, 'x', { title: 'Known, and saved' }))
    for (const { id, articleId } of [edition, saved])
      await world.tell({
        name: 'publishing.delivery-published',
        workspaceId: workspace,
        key: id,
        actor: ewa,
        data: {
          deliveryId: nobody,
          articleId,
          editionId: id,
          channelId: nobody,
          network: 'floowe-site',
          state: 'published',
          url: null,
          createdBy: 'service:demo',
          title: 't',
          language: 'en',
        },
      })
    expect(await me.saveEdition(save(edition.id, 1, 'x', { title: 'Quite another title' }))).toMatchObject({
      slug: 'known-to-readers',
    })
    // The text only, then the title: neither knows less than the store.
    expect(await me.saveEdition(save(saved.id, 2, 'y', { title: 'Known, and saved' }))).toMatchObject({ revision: 3 })
    expect(await me.saveEdition(save(saved.id, 3, 'z', { title: 'Another one' }))).toMatchObject({
      slug: 'known-and-saved',
      revision: 4,
    })
  })

  test('of another edition is refused with a free one beside it; sending one’s own back is no wish', async () => {
    const one = await article('Clash one')
    const two = await article('Clash two')
    expect(await refusalOf(me.saveEdition(save(two.id, 1, 'x', { slug: 'clash-one' })))).toEqual({
      code: 'slug-taken',
      data: { suggestion: 'clash-one-2' },
    })
    expect(await me.saveEdition(save(two.id, 1, 'x', { slug: 'clash-two', title: 'Moved on' }))).toMatchObject({
      slug: 'moved-on',
    })
    expect(one.slug).toBe('clash-one')
  })

  test('of a text without title is like no other', async () => {
    const first = (await me.createArticle({ language: 'pl' })).edition
    const second = (await me.createArticle({ language: 'pl' })).edition
    expect(first.slug).toMatch(/^bez-tytulu-[0-9a-f]{8}$/)
    expect(second.slug).not.toBe(first.slug)
    expect((await me.createArticle({ language: 'ja', title: '日本語' })).edition.slug).toMatch(/^untitled-[0-9a-f]{8}$/)
  })
})

describe('editions', () => {
  test('are added one per language, empty or as a copy of a sibling', async () => {
    const edition = await article('Two languages')
    const polish = await me.addEdition({ id: edition.articleId, language: 'pl', copyFrom: edition.id })
    expect(polish).toMatchObject({ language: 'pl', title: 'Two languages', revision: 1, body: paragraphs('first') })
    expect(await me.addEdition({ id: edition.articleId, language: 'de' })).toMatchObject({ title: '', words: 0 })
    expect(await codeOf(me.addEdition({ id: edition.articleId, language: 'pl' }))).toBe('language-taken')
    const stranger = await article('Stranger')
    expect(await codeOf(me.addEdition({ id: edition.articleId, language: 'fr', copyFrom: stranger.id }))).toBe(
      'not-found',
    )
    const both = await Promise.allSettled([
      me.addEdition({ id: edition.articleId, language: 'cs' }),
      him.addEdition({ id: edition.articleId, language: 'cs' }),
    ])
    expect(both.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1)
  })

  test('have a status of their own that neither makes a version nor disturbs who is writing', async () => {
    const edition = await article('Status')
    const reviewed = await me.setStatus({ id: edition.id, status: 'in-review', basedOn: 1 })
    expect(reviewed).toMatchObject({ status: 'in-review', revision: 1, versionId: edition.versionId })
    expect(await me.saveEdition(save(edition.id, 1, 'still fits'))).toMatchObject({ revision: 2, status: 'in-review' })
    expect(await refusalOf(me.setStatus({ id: edition.id, status: 'approved', basedOn: 1 }))).toMatchObject({
      code: 'stale-revision',
      data: { current: 2 },
    })
    expect(await me.setStatus({ id: edition.id, status: 'approved' })).toMatchObject({ status: 'approved' })
    await me.setStatus({ id: edition.id, status: 'approved' })
    await world.drain()
    const changes = world.events.filter(
      (event) =>
        event.name === 'content.edition-status-changed' &&
        (event.data as { editionId: string }).editionId === edition.id,
    )
    expect(changes.map((event) => event.data)).toMatchObject([
      { from: 'draft', to: 'in-review' },
      { from: 'in-review', to: 'approved' },
    ])
  })

  test('take back an old version as a new one, under the address of today', async () => {
    const edition = await article('Restore me')
    await me.saveEdition(save(edition.id, 1, 'worse', { title: 'Worse', slug: 'worse-address' }))
    expect(await codeOf(me.restoreVersion({ id: edition.id, versionId: edition.versionId, basedOn: 1 }))).toBe(
      'stale-revision',
    )
    const restored = await him.restoreVersion({ id: edition.id, versionId: edition.versionId, basedOn: 2 })
    expect(restored).toMatchObject({
      title: 'Restore me',
      slug: 'worse-address',
      revision: 3,
      body: paragraphs('first'),
    })
    expect((await me.listVersions({ id: edition.id })).items[0]).toMatchObject({
      number: 3,
      reason: 'restored',
      note: '#1',
      createdBy: jan,
    })
    const stranger = await article('Other')
    expect(await codeOf(me.restoreVersion({ id: stranger.id, versionId: edition.versionId, basedOn: 1 }))).toBe(
      'not-found',
    )
  })

  test('are described to other services by id; unknown ones are left out', async () => {
    const edition = await article('Described')
    expect(await world.inner.describeEditions({ ids: [edition.id, nobody as never] })).toEqual([
      {
        id: edition.id,
        articleId: edition.articleId,
        title: 'Described',
        language: 'en',
        versionId: edition.versionId,
        status: 'draft',
        type: 'article',
      },
    ])
  })
})

describe('bad bodies', () => {
  const body = (value: unknown) => value as never
  test.each([
    ['no document', { type: 'paragraph' }],
    ['an unknown node', { type: 'doc', content: [{ type: 'script' }] }],
    ['a key of its own', { type: 'doc', content: [{ type: 'paragraph', onclick: 'x' }] }],
    ['an attribute of its own', { type: 'doc', content: [{ type: 'paragraph', attrs: { constructor: 'x' } }] }],
    ['a lone surrogate', paragraphs('\uD800')],
    ['a NUL', paragraphs('a\u0000b')],
    [
      'a lone surrogate in a link’s title',
      {
        type: 'doc',
        content: [
          {
            type: 'paragraph',
            content: [{ type: 'text', text: 'x', marks: [{ type: 'link', attrs: { href: 'a', title: '\uDC00' } }] }],
          },
        ],
      },
    ],
    ['a paragraph in a paragraph', { type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'paragraph' }] }] }],
  ])('with %s are refused', async (_name, value) => {
    const edition = await article()
    expect(await codeOf(me.saveEdition({ ...save(edition.id, 1, ''), body: body(value) }))).toBe('invalid-input')
    expect(await codeOf(me.createArticle({ language: 'en', body: body(value) }))).toBe('invalid-input')
  })

  test('with __proto__ leave no trace', async () => {
    const edition = await article()
    const hostile: unknown = JSON.parse(
      `{"basedOn":1,"title":"t","lead":"","__proto__":{"polluted":1},"body":{"type":"doc","content":[{"type":"paragraph","attrs":{"__proto__":{"polluted":1}}}]}}`,
    )
    const answer = await world.rest('PUT', `/editions/${edition.id}`, {
      body: hostile,
      as: { workspaceId: workspace, role: 'owner' },
    })
    expect([200, 400]).toContain(answer.status)
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    expect(JSON.stringify(await me.getEdition({ id: edition.id }))).not.toContain('polluted')
  })

  test('over 2 MiB are refused and nothing of the old text is lost', async () => {
    const edition = await article()
    expect(await refusalOf(me.saveEdition(save(edition.id, 1, 'ż'.repeat(1024 * 1024 + 1))))).toEqual({
      code: 'too-large',
      data: { limitBytes: 2 * 1024 * 1024 },
    })
    expect(await me.getEdition({ id: edition.id })).toMatchObject({ revision: 1, body: paragraphs('first') })
    const large = await me.saveEdition(save(edition.id, 1, 'x'.repeat(2 * 1024 * 1024 - 500)))
    expect(large.revision).toBe(2)
    await world.drain()
  })

  test('deeper than forty levels are refused', async () => {
    let node: unknown = { type: 'paragraph' }
    for (let depth = 0; depth < 60; depth++) node = { type: 'blockquote', content: [node] }
    expect(await codeOf(me.createArticle({ language: 'en', body: body({ type: 'doc', content: [node] }) }))).toBe(
      'invalid-input',
    )
  })

  test.each(['zero\u200Bwidth', 'over\u202Eride', 'sur\uD800rogate', 'nul\u0000', 'line\nbreak'])(
    'a title %j is refused',
    async (title) => {
      expect(await codeOf(me.createArticle({ language: 'en', title }))).toBe('invalid-input')
    },
  )
})
