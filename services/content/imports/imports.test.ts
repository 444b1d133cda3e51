import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import yazl from 'yazl'
import { codeOf, contentWorld, fileOf, nobody, paragraphs, refusalOf, workspace } from '../testing.ts'

const png = await sharp({ create: { width: 20, height: 10, channels: 3, background: '#356f43' } })
  .png()
  .toBuffer()
const jpeg = await sharp({ create: { width: 30, height: 10, channels: 3, background: '#b83e2a' } })
  .jpeg()
  .toBuffer()

const painted = (background: string) =>
  sharp({ create: { width: 9, height: 9, channels: 3, background } })
    .png()
    .toBuffer()
const [moved, unused] = [await painted('#123456'), await painted('#654321')]

/** The old blog's server, with the kinds of trouble such servers have. */
const old = { server: undefined as Server | undefined, asked: [] as string[], isBroken: true }
const address = (path: string): string =>
  `http://127.0.0.1:${(old.server?.address() as AddressInfo | undefined)?.port}${path}`
beforeAll(async () => {
  old.server = createServer((request, response) => {
    old.asked.push(request.url ?? '')
    if (request.url === '/good.png') return void response.writeHead(200, { 'content-type': 'image/png' }).end(png)
    if (request.url === '/lies.png')
      return void response.writeHead(200, { 'content-type': 'image/png' }).end('<html><script>alert(1)</script>')
    if (request.url === '/moved.png')
      return void (old.isBroken ? response.writeHead(404).end() : response.writeHead(200).end(moved))
    if (request.url === '/unused.png') return void response.writeHead(200).end(unused)
    if (request.url === '/later.jpg')
      return void (old.isBroken ? response.writeHead(503).end() : response.writeHead(200).end(jpeg))
    response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => old.server?.listen(4893, '127.0.0.1', resolve))
})
const world = await contentWorld({ outboundAllow: ['127.0.0.1:4893'] })
afterAll(async () => {
  await world.stop()
  await new Promise((resolve) => old.server?.close(resolve))
})
const { ewa: me, other } = world

async function zipOf(files: Record<string, string | Buffer>): Promise<Buffer> {
  const zip = new yazl.ZipFile()
  for (const [name, content] of Object.entries(files)) zip.addBuffer(Buffer.from(content as string), name)
  zip.end()
  const parts: Buffer[] = []
  const sink = new Writable({ write: (part: Buffer, _encoding, done) => (parts.push(part), done()) })
  zip.outputStream.pipe(sink)
  await finished(sink)
  return Buffer.concat(parts)
}
const run = async (name: string, content: string | Uint8Array, as = me, more: { language?: string } = {}) => {
  const started = await as.startImport({ file: fileOf(name, content), ...more })
  await world.drain()
  const done = await as.getImport({ id: started.id })
  const { items } = await as.listImportItems({ id: started.id, limit: 100 })
  return { started, done, items }
}
const runZip = async (files: Record<string, string | Buffer>, as = me, more: { language?: string } = {}) =>
  run('blog.zip', await zipOf(files), as, more)
const editionOf = (items: Awaited<ReturnType<typeof run>>['items'], position = 1) =>
  me.getEdition({ id: items.find((item) => item.position === position)?.editionId as never })

const folder = {
  'posts/first.md':
    '---\ntitle: Pierwszy wpis\ndate: 2021-05-04\ntags: [Kot, Pies]\ncategories: Dom\nauthor: Anna Nowak\ncover: ../img/cover.jpg\naliases: [/stary/adres/]\nmood: dobry\n---\n\nTekst z ![obrazek](../img/a.png) i [linkiem](https://x.example).\n',
  'posts/second.md':
    '+++\ntitle = "Second post"\nlanguage = "en"\ndraft = true\nslug = "second-one"\n+++\n\n# Heading\n\nWords.\n',
  'img/a.png': png,
  'img/cover.jpg': jpeg,
}

describe('a folder of Markdown', () => {
  test('becomes articles with their dates, names, pictures and paths, and a report', async () => {
    const { started, done, items } = await runZip(folder)
    expect(started).toMatchObject({ format: 'markdown', itemsTotal: 2, name: 'blog.zip' })
    expect(done).toMatchObject({ state: 'done', itemsDone: 2, counts: { created: 2, skipped: 0 }, error: null })
    expect(items.map(({ position, outcome, title }) => ({ position, outcome, title }))).toEqual([
      { position: 1, outcome: 'created', title: 'Pierwszy wpis' },
      { position: 2, outcome: 'created', title: 'Second post' },
    ])
    const edition = await editionOf(items)
    expect(edition).toMatchObject({ language: 'pl', slug: 'first', status: 'approved', revision: 1 })
    const shown = edition.body.content
      .flatMap((node) => [node, ...(node.content ?? [])])
      .find((node) => String(node.attrs?.['src']).startsWith('media:'))
    expect(shown).toBeDefined()
    const article = await me.getArticle({ id: edition.articleId })
    expect(article).toMatchObject({
      createdAt: '2021-05-04T00:00:00.000Z',
      source: { system: 'markdown', status: 'published', date: '2021-05-04T00:00:00.000Z', permalink: '/stary/adres/' },
    })
    expect(article.tags.map((tag) => tag.name)).toEqual(['Kot', 'Pies'])
    expect(article.authors.map((author) => author.name)).toEqual(['Anna Nowak'])
    expect(article.cover).toMatchObject({ type: 'image/jpeg', width: 30, state: 'ready' })
    const second = await editionOf(items, 2)
    expect(second).toMatchObject({ language: 'en', slug: 'second-one', status: 'draft' })
    const snapshot = await world.inner.renderSnapshot({ editionId: edition.id })
    expect(snapshot.permalinks).toEqual(['/stary/adres/'])
    expect(snapshot.html).toContain('/media/')
    expect((await me.search({ query: 'wpis' })).items[0]?.articleId).toBe(article.id)
    expect(
      world.events
        .filter((event) => event.name === 'content.import-progressed')
        .map((event) => (event.data as { state: string }).state),
    ).toEqual(expect.arrayContaining(['waiting', 'reading', 'writing', 'done']))
    // What was uploaded is not kept.
    expect((await world.ground.blobs.within('content').list(`${workspace}/imports`)).items).toEqual([])
  })

  test('imported again changes nothing, and never what was edited here', async () => {
    const before = (await me.listArticles({})).total
    expect((await runZip(folder)).done.counts).toEqual({ created: 0, updated: 0, unchanged: 2, kept: 0, skipped: 0 })
    const changed = {
      ...folder,
      'posts/first.md': folder['posts/first.md'].replace('Tekst', 'Nowy tekst'),
      'posts/second.md': folder['posts/second.md'].replace('Words', 'Other words'),
    }
    const { items } = await runZip(folder)
    const second = await editionOf(items, 2)
    await me.saveEdition({
      id: second.id,
      basedOn: second.revision,
      title: 'Mine now',
      lead: '',
      body: paragraphs('mine'),
    })
    const again = await runZip(changed)
    expect(again.items.map((item) => item.outcome)).toEqual(['updated', 'kept'])
    expect(again.items[1]?.notes.map((note) => note.code)).toContain('edited-here')
    expect(await editionOf(again.items, 2)).toMatchObject({ title: 'Mine now' })
    const first = await editionOf(again.items)
    expect(first.revision).toBe(2)
    expect(JSON.stringify(first.body)).toContain('Nowy tekst')
    expect((await me.listVersions({ id: first.id })).items[0]).toMatchObject({ reason: 'imported' })
    expect((await runZip(changed)).items.map((item) => item.outcome)).toEqual(['unchanged', 'kept'])
    expect((await me.listArticles({})).total).toBe(before)
  })

  test('changed here only in its tags, or lying in the trash, is kept as it is too', async () => {
    const files = { 'x/a.md': '---\ntitle: Tagged\n---\nOne', 'x/b.md': '---\ntitle: Trashed\n---\nOne' }
    const { items } = await runZip(files)
    const [a, b] = [await editionOf(items), await editionOf(items, 2)]
    await me.updateArticle({ id: a.articleId, basedOn: 1, tags: ['mine'] })
    await me.trashArticle({ id: b.articleId })
    const again = await runZip({
      'x/a.md': files['x/a.md'].replace('One', 'Two'),
      'x/b.md': files['x/b.md'].replace('One', 'Two'),
    })
    expect(again.items.map((item) => [item.outcome, item.notes.at(-1)?.code])).toEqual([
      ['kept', 'edited-here'],
      ['kept', 'in-trash-here'],
    ])
  })

  test('in two languages becomes one article', async () => {
    const { items } = await runZip({
      'about.pl.md': '---\ntitle: O nas\n---\nTekst',
      'about.en.md': '---\ntitle: About us\n---\nText',
    })
    expect(new Set(items.map((item) => item.articleId)).size).toBe(1)
    const article = await me.getArticle({ id: items[0]?.articleId as never })
    expect(article.editions.map((edition) => edition.language).sort()).toEqual(['en', 'pl'])
  })

  test('skips what cannot be taken, saying why and where, and takes the rest', async () => {
    const { done, items } = await runZip({
      'ok.md': '---\ntitle: Fine\n---\nText',
      'broken.md': '---\ntitle: [unclosed\n---\nText',
      'huge.md': `---\ntitle: Huge\n---\n${'word '.repeat(600_000)}`,
      'missing.md': '---\ntitle: Missing picture\n---\n![](nowhere.png)',
      'svg.md': '---\ntitle: Bomb\n---\n![](bomb.svg)',
      'bomb.svg': '<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg"/>',
      'tags.md': `---\ntitle: Many\ntags: [${Array.from({ length: 1000 }, (_, index) => `t${index}`).join(', ')}]\n---\nText`,
    })
    expect(done.state).toBe('done')
    const of = (title: string) => items.find((item) => item.title.startsWith(title))
    expect(of('Fine')?.outcome).toBe('created')
    expect(of('broken')).toMatchObject({ outcome: 'skipped', notes: [{ code: 'front-matter-broken' }] })
    expect(items.find((item) => item.sourceId.endsWith('huge.md'))?.outcome).toBe('skipped')
    expect(of('Missing')).toMatchObject({ outcome: 'created', notes: [{ code: 'file-missing' }] })
    expect(of('Bomb')).toMatchObject({ outcome: 'created', notes: [{ code: 'unsupported-type' }] })
    expect(of('Many')?.outcome).toBe('created')
    const tagged = await me.getArticle({ id: of('Many')?.articleId as never })
    expect(tagged.tags).toHaveLength(100)
    expect(done.counts).toMatchObject({ created: 4, skipped: 2 })
    const skipped = await me.listImportItems({ id: done.id, outcome: 'skipped' })
    expect(skipped.total).toBe(2)
  })

  test('whose slug is taken here gets a free one and a note', async () => {
    await me.createArticle({ language: 'pl', title: 'x', slug: 'wanted' })
    const { items } = await runZip({ 'wanted.md': '---\ntitle: Wanted\n---\nText' })
    expect(await editionOf(items)).toMatchObject({ slug: 'wanted-2' })
    expect(items[0]?.notes.map((note) => note.code)).toContain('slug-changed')
  })

  test('with paths that lead out of the archive takes nothing from there', async () => {
    const zip = await zipOf({
      'aaaaaaaaaa.md': '---\ntitle: Outside\n---\nx',
      'inside.md': '---\ntitle: Inside\n---\nText',
    })
    const evil = Buffer.from(
      zip.toString('latin1').replaceAll('aaaaaaaaaa.md', '../../../a.md'.padEnd(13, 'x')),
      'latin1',
    )
    const outcome = await run('evil.zip', evil).then(
      ({ items }) => items.map((item) => [item.title, item.outcome]),
      (error: { code: string }) => error.code,
    )
    expect(
      typeof outcome === 'string' ? outcome : outcome.filter(([, how]) => how === 'created').map(([title]) => title),
    ).toEqual(typeof outcome === 'string' ? 'unreadable-file' : ['Inside'])
  })
})

describe('other systems', () => {
  const item = (id: number, title: string, body: string) =>
    `<item><title>${title}</title><link>https://old.example/2020/${id}/</link><content:encoded><![CDATA[${body}]]></content:encoded><excerpt:encoded></excerpt:encoded><wp:post_id>${id}</wp:post_id><wp:post_date_gmt>2020-01-0${id} 10:00:00</wp:post_date_gmt><wp:post_name>p${id}</wp:post_name><wp:status>publish</wp:status><wp:post_type>post</wp:post_type><dc:creator>ewa</dc:creator><category domain="post_tag" nicename="kot"><![CDATA[Kot]]></category></item>`
  const wxr = (items: string) =>
    `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>Old</title><link>https://old.example</link><language>pl-PL</language><wp:wxr_version>1.2</wp:wxr_version><wp:base_site_url>https://old.example</wp:base_site_url><wp:base_blog_url>https://old.example</wp:base_blog_url>${items}</channel></rss>`

  test('WordPress: texts at once, pictures later; the report says which came', async () => {
    old.isBroken = false
    const body = `<p>Tekst</p><img src="${address('/good.png')}" alt="dobry"/><img src="${address('/missing.png')}"/><img src="${address('/lies.png')}"/><img src="http://10.0.0.1/private.png"/>`
    const { done, items } = await run(
      'old.xml',
      wxr(item(1, 'Z obrazkami', body) + item(2, 'Drugi', `<img src="${address('/good.png')}"/>`)),
    )
    expect(done).toMatchObject({
      state: 'done',
      format: 'wordpress',
      counts: { created: 2 },
      media: { total: 4, fetched: 1, failed: 3 },
    })
    expect(
      items
        .filter((line) => line.outcome.startsWith('media'))
        .map((line) => [line.sourceId.replace(/^http:\/\/[^/]+/, ''), line.outcome, line.notes[0]?.code ?? null]),
    ).toEqual([
      ['/good.png', 'media-fetched', null],
      ['/missing.png', 'media-failed', 'bad-status'],
      ['/lies.png', 'media-failed', 'unsupported-type'],
      ['/private.png', 'media-failed', 'blocked-address'],
    ])
    const edition = await editionOf(items)
    const snapshot = await world.inner.renderSnapshot({ editionId: edition.id })
    expect(snapshot.html).toContain(`/media/${workspace}/`)
    expect(snapshot.permalinks).toEqual(['/2020/1/'])
    // What never came stands there as a link to where it was.
    expect(snapshot.html).toContain(address('/missing.png'))
    expect(snapshot.html).not.toMatch(/<img[^>]+missing/)
    expect(old.asked.filter((path) => path === '/good.png')).toHaveLength(1)
    const again = await run('old.xml', wxr(item(1, 'Z obrazkami', body)))
    expect(again.done.counts).toMatchObject({ unchanged: 1 })
    expect((await other.listArticles({})).total).toBe(0)
  })

  test('what could not be had is asked for again by the next import, though its article is unchanged', async () => {
    old.isBroken = true
    const export_ = wxr(item(5, 'Czeka na obrazek', `<img src="${address('/moved.png')}"/>`))
    expect((await run('old.xml', export_)).done.media).toEqual({ total: 1, fetched: 0, failed: 1 })
    old.isBroken = false
    const { done, items } = await run('old.xml', export_)
    expect(done).toMatchObject({ counts: { unchanged: 1 }, media: { total: 1, fetched: 1, failed: 0 } })
    const { body } = await editionOf(items)
    const shown = body.content.find((node) => node.type === 'image')?.attrs?.['src']
    expect(await me.getMedia({ id: String(shown).replace('media:', '') as never })).toMatchObject({ state: 'ready' })
    // What is there is not asked for a third time.
    expect((await run('old.xml', export_)).done.media.total).toBe(0)
  })

  test('files that no article shows come into the library, once', async () => {
    const url = address('/unused.png')
    const library = `<item><title>Zapas</title><wp:post_id>90</wp:post_id><wp:post_type>attachment</wp:post_type><wp:attachment_url>${url}</wp:attachment_url></item>`
    const { done, items } = await run('old.xml', wxr(item(6, 'Bez obrazka', 'Tekst') + library))
    expect(done).toMatchObject({ itemsTotal: 1, counts: { created: 1 }, media: { total: 1, fetched: 1, failed: 0 } })
    expect(items.map(({ sourceId, outcome }) => [sourceId, outcome])).toContainEqual([url, 'media-fetched'])
    expect((await me.listMedia({ query: 'unused' })).items).toMatchObject([
      { caption: 'Zapas', state: 'ready', usedBy: 0 },
    ])
    expect((await run('old.xml', wxr(item(6, 'Bez obrazka', 'Tekst') + library))).done.media.total).toBe(0)
  })

  test('what was scheduled, private or unfinished there waits here for a person', async () => {
    const of = (id: number, status: string, date: string) =>
      item(id, status, 'a')
        .replace('publish', status)
        .replace(/<wp:post_date_gmt>[^<]*/, `<wp:post_date_gmt>${date}`)
    const { items } = await run(
      'old.xml',
      wxr(
        [
          of(21, 'future', '2031-01-01 10:00:00'),
          of(22, 'private', '2020-01-01 10:00:00'),
          of(23, 'draft', '2020-01-01 10:00:00'),
          of(24, 'pending', '2020-01-01 10:00:00'),
          of(25, 'publish', '2020-01-01 10:00:00'),
        ].join(''),
      ),
    )
    const statuses = await Promise.all(items.map(async ({ position }) => (await editionOf(items, position)).status))
    expect(statuses).toEqual(['approved', 'on-hold', 'draft', 'in-review', 'approved'])
  })

  test('a text that its source closed is closed here, unless someone here has decided', async () => {
    const [open, closed] = ['publish', 'private'].map((status) =>
      wxr((item(7, 'Zamknięty', 'a') + item(8, 'Rozstrzygnięty', 'b')).replaceAll('publish', status)),
    )
    const { items } = await run('old.xml', open ?? '')
    const decided = await editionOf(items, 2)
    await me.setStatus({ id: decided.id, status: 'in-review' })
    expect((await run('old.xml', closed ?? '')).done.counts).toMatchObject({ updated: 2 })
    expect((await editionOf(items)).status).toBe('on-hold')
    expect((await editionOf(items, 2)).status).toBe('in-review')
  })

  test('a picture whose server is busy is tried again later', { timeout: 60_000 }, async () => {
    old.isBroken = true
    const started = await me.startImport({
      file: fileOf('busy.xml', wxr(item(3, 'Zajęty', `<img src="${address('/later.jpg')}"/>`))),
    })
    await world.drain()
    expect(await me.getImport({ id: started.id })).toMatchObject({
      state: 'fetching-media',
      media: { total: 1, fetched: 0, failed: 0 },
    })
    old.isBroken = false
    await expect.poll(async () => (await me.getImport({ id: started.id })).state, { timeout: 40_000 }).toBe('done')
    expect(await me.getImport({ id: started.id })).toMatchObject({ media: { total: 1, fetched: 1, failed: 0 } })
  })

  test('Ghost: from its HTML', async () => {
    const ghost = JSON.stringify({
      db: [
        {
          meta: { version: '5.0.0' },
          data: {
            posts: [
              {
                id: 'a1',
                uuid: 'u',
                title: 'Duch',
                slug: 'duch',
                html: '<p>Treść</p>',
                status: 'published',
                type: 'post',
                published_at: '2022-01-01T00:00:00.000Z',
              },
            ],
            tags: [],
            posts_tags: [],
            users: [],
          },
        },
      ],
    })
    const { done, items } = await run('ghost.json', ghost)
    expect(done).toMatchObject({ format: 'ghost', counts: { created: 1 } })
    expect(await editionOf(items)).toMatchObject({ title: 'Duch', slug: 'duch' })
  })
})

describe('what is refused whole', () => {
  test.each([
    ['broken.xml', '<?xml version="1.0"?>\n<rss>\n<channel>\n<item></rss>', 'unreadable-file'],
    ['broken.json', '{"db": [{"data": {', 'unreadable-file'],
    ['not-a.zip', Buffer.from('504b03040000000000000000', 'hex'), 'unreadable-file'],
    ['picture.png', png, 'unsupported-type'],
    ['empty.md', '', 'created'],
  ])('%s', async (name, content, expected) => {
    const before = (await me.listArticles({})).total
    const outcome = await refusalOf(me.startImport({ file: fileOf(name, content) })).catch(() => ({
      code: 'created',
      data: null,
    }))
    await world.drain()
    expect(outcome.code).toBe(expected)
    if (expected === 'unreadable-file') expect(outcome.data).toMatchObject({ file: name })
    if (expected !== 'created') expect((await me.listArticles({})).total).toBe(before)
  })
  test('broken XML names its line', async () => {
    const { data } = await refusalOf(
      me.startImport({ file: fileOf('broken.xml', '<?xml version="1.0"?>\n<rss>\n<channel>\n<item></rss>') }),
    )
    expect(data).toMatchObject({ line: 4 })
  })
  test('a file that is something else than it was said to be', async () => {
    expect(await codeOf(me.startImport({ file: fileOf('a.md', '# x'), format: 'ghost' }))).toBe('unsupported-type')
  })
})

describe('an interrupted import', () => {
  const many = (count: number) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => [
        `n/${String(index).padStart(3, '0')}.md`,
        `---\ntitle: Item ${index}\ntags: [a, b${index % 7}]\n---\nText number ${index}.\n`,
      ]),
    )

  test.each([
    // Killed with articles that stand in no report yet, and with some that do.
    { count: 120, until: 'articles' as const, more: 20 },
    { count: 500, until: 'reported' as const, more: 0 },
  ])('goes on where it was, without duplicates and with an honest report ($until)', async ({ count, until, more }) => {
    const apart = `0190aaaa-0000-7000-8000-000000000${count}`
    const doomed = await contentWorld()
    const author = doomed.as({ workspaceId: apart, role: 'owner' })
    const started = await author.startImport({ file: fileOf('many.zip', await zipOf(many(count))) })
    const done = {
      articles: async () => (await author.listArticles({ limit: 1 })).total,
      reported: async () => (await author.getImport({ id: started.id })).itemsDone,
    }
    await expect.poll(done[until], { interval: 5, timeout: 20_000 }).toBeGreaterThan(more)
    expect((await author.getImport({ id: started.id })).state).toBe('writing')
    await doomed.crash()
    const reborn = await contentWorld({ reopen: { databaseUrl: doomed.databaseUrl, folder: doomed.folder } })
    try {
      const again = reborn.as({ workspaceId: apart, role: 'owner' })
      await reborn.drain()
      expect(await again.getImport({ id: started.id })).toMatchObject({
        state: 'done',
        itemsDone: count,
        counts: { created: count, updated: 0, unchanged: 0, kept: 0, skipped: 0 },
      })
      expect((await again.listArticles({ limit: 1 })).total).toBe(count)
      expect((await again.listImportItems({ id: started.id, outcome: 'created' })).total).toBe(count)
      const tags = (await again.listTerms({ kind: 'tag' })).items.map((term) => term.name)
      expect(tags).toEqual(['a', 'b0', 'b1', 'b2', 'b3', 'b4', 'b5', 'b6'])
    } finally {
      await reborn.stop()
    }
  })

  test('that a person cancels keeps what it took and takes no more', async () => {
    const apart = '0190aaaa-0000-7000-8000-0000000000ab'
    const author = world.as({ workspaceId: apart, role: 'owner' })
    const large = Object.fromEntries(
      Array.from({ length: 600 }, (_, index) => [`c/${index}.md`, `---\ntitle: Item ${index}\n---\nText ${index}\n`]),
    )
    const started = await author.startImport({ file: fileOf('large.zip', await zipOf(large)) })
    await expect
      .poll(async () => (await author.listArticles({ limit: 1 })).total, { interval: 5, timeout: 20_000 })
      .toBeGreaterThan(5)
    expect((await author.cancelImport({ id: started.id })).state).toBe('cancelled')
    await world.drain()
    const { total } = await author.listArticles({ limit: 1 })
    expect(total).toBeLessThan(600)
    expect(await author.cancelImport({ id: started.id })).toMatchObject({ state: 'cancelled' })
    expect((await author.listImports({})).items.map((one) => one.id)).toEqual([started.id])
  })
})

describe('an export', () => {
  test('imported again here is found unchanged; changed in the file, it updates; changed here, it is kept', async () => {
    const { items } = await runZip(
      {
        ...folder,
        'posts/first.md': folder['posts/first.md'].replace('Pierwszy wpis', 'Do eksportu'),
        'posts/second.md': '---\ntitle: Other\n---\nx',
      },
      me,
    )
    const edition = await editionOf(items)
    const exported = await me.exportEdition({ id: edition.id })
    expect(exported.path).toBe('pl/first.md')
    expect(exported.markdown).toContain(`id: floowe:${edition.id}`)
    const files: Record<string, string | Buffer> = { [exported.path]: exported.markdown }
    for (const media of exported.media) {
      const { rawPayload } = await world.http.inject({ method: 'GET', url: media.url })
      files[media.path] = rawPayload
    }
    expect(Object.keys(files)).toHaveLength(3)
    expect((await runZip(files)).items.map((item) => item.outcome)).toEqual(['unchanged'])
    // Alone, without its pictures, it is still the same text.
    expect((await run('first.md', exported.markdown)).items.map((item) => item.outcome)).toEqual(['unchanged'])
    const edited = exported.markdown.replace('Tekst', 'Tekst po redakcji')
    expect((await run('first.md', edited)).items.map((item) => item.outcome)).toEqual(['updated'])
    const now = await me.getEdition({ id: edition.id })
    expect(JSON.stringify(now.body)).toContain('Tekst po redakcji')
    expect(JSON.stringify(now.body)).toContain('media:')
    expect((await run('first.md', edited)).items.map((item) => item.outcome)).toEqual(['unchanged'])
    const third = exported.markdown.replace('Tekst', 'Zupełnie inny')
    expect((await run('first.md', third)).items.map((item) => item.outcome)).toEqual(['kept'])
  })

  test('of a text written here makes a new article elsewhere, once, with its pictures', async () => {
    const media = await me.uploadMedia({ file: fileOf('p.png', png) })
    const { article, edition } = await me.createArticle({
      language: 'pl',
      title: 'Własny: tekst',
      lead: 'Wstęp',
      tags: ['Jeden', 'Dwa: trzy'],
      body: {
        type: 'doc',
        content: [
          { type: 'heading', attrs: { level: 2 }, content: [{ type: 'text', text: 'Śródtytuł' }] },
          { type: 'image', attrs: { src: `media:${media.id}`, alt: 'a' } },
        ],
      },
    })
    await me.saveEdition({
      id: edition.id,
      basedOn: 1,
      title: edition.title,
      lead: edition.lead,
      body: edition.body,
      meta: { ...edition.meta, title: 'Dla wyszukiwarek', keyphrase: 'własny tekst', isHidden: true },
    })
    const english = await me.addEdition({ id: article.id, language: 'en', copyFrom: edition.id })
    const files: Record<string, string | Buffer> = {}
    for (const id of [edition.id, english.id]) {
      const exported = await me.exportEdition({ id })
      files[exported.path] = exported.markdown
      for (const one of exported.media) files[one.path] = png
    }
    expect((await runZip(files)).items.map((item) => item.outcome)).toEqual(['unchanged', 'unchanged'])
    const made = await runZip(files, other)
    expect(made.items.map((item) => item.outcome)).toEqual(['created', 'created'])
    expect(new Set(made.items.map((item) => item.articleId)).size).toBe(1)
    const copy = await other.getArticle({ id: made.items[0]?.articleId as never })
    expect(copy.tags.map((tag) => tag.name)).toEqual(['Jeden', 'Dwa: trzy'])
    const polish = await other.getEdition({ id: copy.editions.find((one) => one.language === 'pl')?.id as never })
    expect(polish).toMatchObject({
      title: 'Własny: tekst',
      lead: 'Wstęp',
      slug: edition.slug,
      meta: { title: 'Dla wyszukiwarek', keyphrase: 'własny tekst', isHidden: true },
    })
    expect((await runZip(files, other)).items.map((item) => item.outcome)).toEqual(['unchanged', 'unchanged'])
    // And out again: the same text but for the ids it is known under.
    const back = await other.exportEdition({ id: polish.id })
    const plain = (markdown: string) =>
      markdown
        .replace(/^(id|translationKey|lastmod|floowe-.*|status):.*\n/gm, '')
        .replace(/media\/[0-9a-f-]{36}/g, 'media/ID')
    expect(plain(back.markdown)).toBe(plain(String(files['pl/wlasny-tekst.md'])))
  })

  test('of nothing is not found', async () => {
    expect(await codeOf(me.exportEdition({ id: nobody as never }))).toBe('not-found')
    expect(await codeOf(me.getImport({ id: nobody as never }))).toBe('not-found')
    expect(await codeOf(me.cancelImport({ id: nobody as never }))).toBe('not-found')
    expect(await codeOf(me.listImportItems({ id: nobody as never }))).toBe('not-found')
  })
})
