import sharp from 'sharp'
import { fakeClock } from '@floowe/platform/testing'
import { afterAll, describe, expect, test } from 'vitest'
import { codeOf, contentWorld, fileOf, nobody, paragraphs, workspace } from './testing.ts'

const clock = fakeClock()
const world = await contentWorld({ clock })
afterAll(() => world.stop())
const { ewa: me, inner } = world

const picture = async () => {
  const media = await me.uploadMedia({
    file: fileOf(
      'most.jpg',
      await sharp({ create: { width: 1200, height: 800, channels: 3, background: '#0c6b80' } })
        .jpeg()
        .toBuffer(),
    ),
    alt: 'Most',
  })
  await world.drain()
  return me.getMedia({ id: media.id })
}
const hostile = {
  type: 'source' as const,
  attrs: { format: 'html', value: '<script>fetch("/api")</script><img src=x onerror=alert(1)><b>bold</b>' },
}

describe('a snapshot', () => {
  test.each([
    ['published', '2019-05-04T00:00:00.000Z'],
    ['draft', null],
  ])('of an imported article that was %s says when readers first saw it: %s', async (status, expected) => {
    const file = `---\ntitle: Z innego miejsca (${status})\ndate: 2019-05-04\nstatus: ${status}\n---\nTekst.\n`
    const started = await me.startImport({ file: fileOf(`${status}.md`, Buffer.from(file)), language: 'pl' })
    await world.drain()
    const report = await me.listImportItems({ id: started.id })
    const { editionId } = report.items[0] ?? {}
    const content = await inner.renderSnapshot({ editionId: editionId ?? ('' as never) }) // refused as not found
    expect(content.firstPublishedAt).toBe(expected)
  })

  test('leads to other articles where readers find them', async () => {
    const goal = await me.createArticle({ language: 'pl', title: 'Dokąd', body: paragraphs('tam') })
    const english = await me.addEdition({ id: goal.article.id, language: 'en' })
    const lost = await me.createArticle({ language: 'pl', title: 'W koszu', body: paragraphs('nie ma') })
    await me.trashArticle({ id: lost.article.id })
    const linked = (...hrefs: string[]) => ({
      type: 'doc' as const,
      content: hrefs.map((href) => ({
        type: 'paragraph' as const,
        content: [{ type: 'text' as const, text: 'tam', marks: [{ type: 'link' as const, attrs: { href } }] }],
      })),
    })
    const hrefs = [
      `article:${goal.article.id}`,
      `article:${goal.article.id}#t`,
      '/blog/dokad/',
      '../dokad.md',
      `article:${lost.article.id}`,
      'https://else.example/dokad',
    ]
    const linksOf = async (language: 'pl' | 'en') => {
      const { edition } = await me.createArticle({ language, title: 'Skąd', body: linked(...hrefs) })
      const { html } = await inner.renderSnapshot({ editionId: edition.id })
      return [...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href)
    }
    expect(await linksOf('pl')).toEqual([
      'https://site.example/pl/dokad',
      'https://site.example/pl/dokad#t',
      'https://site.example/pl/dokad',
      'https://site.example/pl/dokad',
      'https://else.example/dokad',
    ])
    expect((await linksOf('en'))[0]).toBe(`https://site.example/en/${english.slug}`)
  })
  test('is everything a reader sees, with public addresses and names', async () => {
    const media = await picture()
    const { article, edition } = await me.createArticle({
      language: 'pl',
      title: 'O moście',
      lead: 'Krótko.',
      tags: ['Mosty'],
      categories: ['Miasto'],
      body: {
        type: 'doc',
        content: [
          { type: 'image', attrs: { src: `media:${media.id}`, alt: 'Nocą' } },
          { type: 'paragraph', content: [{ type: 'text', text: 'Stoi w mieście.' }] },
          hostile,
        ],
      },
    })
    await me.updateArticle({ id: article.id, basedOn: 1, authors: ['Ewa Lis'], coverId: media.id })
    const author = (await me.getArticle({ id: article.id })).authors[0]
    await me.updateTerm({ id: author?.id as never, description: 'Pisze o mostach.' })
    await me.updateMedia({ id: media.id, credit: 'fot. Jan', focalPoint: { x: 0.25, y: 0.5 } })
    const snapshot = await inner.renderSnapshot({ editionId: edition.id })
    expect(snapshot).toMatchObject({
      articleId: article.id,
      editionId: edition.id,
      versionId: edition.versionId,
      type: 'article',
      language: 'pl',
      slug: 'o-moscie',
      title: 'O moście',
      lead: 'Krótko.',
      readingMinutes: 1,
      authors: [{ name: 'Ewa Lis', slug: 'ewa-lis', description: 'Pisze o mostach.' }],
      tags: [{ name: 'Mosty' }],
      categories: [{ name: 'Miasto' }],
      cover: { alt: 'Most', credit: 'fot. Jan', width: 1200, height: 800, focalPoint: { x: 0.25, y: 0.5 } },
    })
    expect(snapshot.html).toContain(media.url)
    expect(snapshot.html).toContain(`${media.variants[0]?.url} 480w`)
    // Set as in a book: no line ends after a one-letter word.
    expect(snapshot.html).toContain('Stoi w\u00a0mieście.')
    expect(snapshot.text).toContain('Stoi w mieście.')
    expect(snapshot.html).toContain('<b>bold</b>')
    expect(snapshot.html).not.toMatch(/<script|onerror|fetch\(/)
    expect(snapshot.cover?.variants.map((variant) => variant.width)).toEqual([480, 960, 1200])
  })

  test('names the sizes of a picture while they are being made', async () => {
    await world.drain()
    await world.ground.jobs.pause()
    const media = await me.uploadMedia({
      file: fileOf(
        'brzeg.png',
        await sharp({ create: { width: 1301, height: 803, channels: 3, background: '#8c590c' } })
          .png()
          .toBuffer(),
      ),
      alt: 'Brzeg',
    })
    const { article, edition } = await me.createArticle({
      language: 'pl',
      title: 'O brzegu',
      body: { type: 'doc', content: [{ type: 'image', attrs: { src: `media:${media.id}` } }] },
    })
    await me.updateArticle({ id: article.id, basedOn: 1, coverId: media.id })
    expect(media.state).toBe('processing')
    const early = await inner.renderSnapshot({ editionId: edition.id })
    await world.ground.jobs.resume()
    await world.drain()
    expect((await me.getMedia({ id: media.id })).state).toBe('ready')
    const late = await inner.renderSnapshot({ editionId: edition.id })
    const known = (snapshot: typeof late) =>
      snapshot.cover?.variants.map(({ url, width, height, type }) => ({ url, width, height, type }))
    expect(known(early)).toEqual(known(late))
    expect(early.html).toBe(late.html)
    expect(early.cover?.variants).toHaveLength(3)
  })

  test('names tags, sections and authors as readers of its language know them', async () => {
    await me.createTerm({ kind: 'category', name: 'Reportaże', names: { en: 'Reports' } })
    const names = { tags: ['Rzeki'], categories: ['Reportaże'] }
    const polish = await me.createArticle({ language: 'pl', title: 'O rzece', body: paragraphs('Płynie.'), ...names })
    const english = await me.createArticle({
      language: 'en-GB',
      title: 'Of a river',
      body: paragraphs('It flows.'),
      ...names,
    })
    const { items } = await me.listTerms({ kind: 'tag', query: 'Rzeki' })
    expect(
      await me.updateTerm({ id: items[0]?.id as never, names: { en: 'Rivers', 'en-GB': 'Rivers and burns' } }),
    ).toMatchObject({ name: 'Rzeki', names: { en: 'Rivers' } })
    expect(await inner.renderSnapshot({ editionId: polish.edition.id })).toMatchObject({
      tags: [{ name: 'Rzeki', slug: 'rzeki' }],
      categories: [{ name: 'Reportaże' }],
    })
    expect(await inner.renderSnapshot({ editionId: english.edition.id })).toMatchObject({
      tags: [{ name: 'Rivers and burns', slug: 'rzeki' }],
      categories: [{ name: 'Reports' }],
    })
  })

  test('of a named version is that version’s text', async () => {
    const { edition } = await me.createArticle({ language: 'en', title: 'One', body: paragraphs('first') })
    await me.saveEdition({ id: edition.id, basedOn: 1, title: 'Two', lead: '', body: paragraphs('second') })
    expect(await inner.renderSnapshot({ editionId: edition.id })).toMatchObject({ title: 'Two', text: 'second' })
    expect(await inner.renderSnapshot({ editionId: edition.id, versionId: edition.versionId })).toMatchObject({
      title: 'One',
      text: 'first',
    })
    const other = await me.createArticle({ language: 'en', title: 'Other', body: paragraphs('x') })
    expect(await codeOf(inner.renderSnapshot({ editionId: other.edition.id, versionId: edition.versionId }))).toBe(
      'not-found',
    )
    expect(await codeOf(inner.renderSnapshot({ editionId: nobody as never }))).toBe('not-found')
  })

  test('needs a title and something to read or see', async () => {
    const untitled = await me.createArticle({ language: 'en', body: paragraphs('text') })
    expect(await codeOf(inner.renderSnapshot({ editionId: untitled.edition.id }))).toBe('nothing-to-publish')
    const empty = await me.createArticle({
      language: 'en',
      title: 'Empty',
      body: { type: 'doc', content: [{ type: 'paragraph' }] },
    })
    expect(await codeOf(inner.renderSnapshot({ editionId: empty.edition.id }))).toBe('nothing-to-publish')
    const seen = await me.createArticle({
      language: 'en',
      title: 'Only a film',
      body: {
        type: 'doc',
        content: [{ type: 'embed', attrs: { src: 'https://www.youtube.com/watch?v=abc', provider: 'youtube' } }],
      },
    })
    expect((await inner.renderSnapshot({ editionId: seen.edition.id })).title).toBe('Only a film')
  })

  test('never shows a file of another workspace, and survives one that is gone', async () => {
    const foreign = await world.other.uploadMedia({
      file: fileOf(
        'a.png',
        await sharp({ create: { width: 9, height: 9, channels: 3, background: '#fff' } })
          .png()
          .toBuffer(),
      ),
    })
    const { edition } = await me.createArticle({
      language: 'en',
      title: 'Gone',
      body: { type: 'doc', content: [{ type: 'image', attrs: { src: `media:${foreign.id}`, alt: 'words instead' } }] },
    })
    const { html } = await inner.renderSnapshot({ editionId: edition.id })
    expect(html).not.toContain('/media/')
    expect(html).toContain('words instead')
  })
})

describe('a preview link', () => {
  const open = (url: string, language = 'pl') =>
    world.http.inject({ method: 'GET', url: new URL(url).pathname, headers: { 'accept-language': language } })
  test('shows the latest text to whoever has it, and nothing can act there', async () => {
    const media = await picture()
    const { article, edition } = await me.createArticle({
      language: 'pl',
      title: 'Szkic <o> "czymś"',
      lead: 'Wstęp',
      body: { type: 'doc', content: [hostile, { type: 'image', attrs: { src: `media:${media.id}` } }] },
    })
    await me.updateArticle({ id: article.id, basedOn: 1, coverId: media.id })
    const link = await me.createPreviewLink({ id: edition.id })
    expect(link.url).toMatch(/^https:\/\/floowe\.example\/preview\/[A-Za-z0-9_-]{64}$/)
    const page = await open(link.url)
    expect(page.statusCode).toBe(200)
    expect(page.headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    })
    expect(page.headers['x-robots-tag']).toContain('noindex')
    expect(page.headers['content-security-policy']).toMatch(/default-src 'none'.*sandbox allow-popups/)
    expect(page.headers['content-security-policy']).not.toMatch(/allow-scripts|allow-same-origin/)
    expect(page.body).toContain('Szkic &#60;o&#62; „czymś”')
    expect(page.body).toContain('Podgląd.')
    expect(page.body).not.toMatch(/<script|onerror/)
    expect(page.body).toContain(media.url)
    expect((await open(link.url, 'en-GB')).body).toContain('Preview.')
    await me.saveEdition({ id: edition.id, basedOn: 1, title: 'Nowszy', lead: '', body: paragraphs('nowszy tekst') })
    expect((await open(link.url)).body).toContain('nowszy tekst')
    expect((await me.listPreviewLinks({ id: edition.id }))[0]).toMatchObject({
      id: link.id,
      lastOpenedAt: clock.instant(),
    })
    expect(JSON.stringify(await world.sql('select * from preview_links'))).not.toContain(link.url.split('/').at(-1))
  })

  test('ends by itself, by hand, and with its article', async () => {
    const { article, edition } = await me.createArticle({ language: 'en', title: 'Ends', body: paragraphs('x') })
    const short = await me.createPreviewLink({ id: edition.id, days: 1 })
    const long = await me.createPreviewLink({ id: edition.id, days: 90 })
    clock.advance(25 * 60 * 60 * 1000)
    const gone = await open(short.url)
    expect(gone.statusCode).toBe(410)
    expect(gone.body).toContain('Ten link do podglądu już nie działa')
    expect((await me.listPreviewLinks({ id: edition.id })).map((link) => link.id)).toEqual([long.id])
    await me.trashArticle({ id: article.id })
    expect((await open(long.url)).statusCode).toBe(410)
    await me.restoreArticle({ id: article.id })
    expect((await open(long.url)).statusCode).toBe(200)
    await me.revokePreviewLink({ id: long.id })
    expect((await open(long.url)).statusCode).toBe(404)
    expect(await codeOf(me.revokePreviewLink({ id: long.id }))).toBe('not-found')
    clock.advance(40 * 24 * 60 * 60 * 1000)
    await expect.poll(async () => (await open(short.url)).statusCode).toBe(404)
  })

  test.each(['x', 'a'.repeat(64), `${'A'.repeat(63)}%00`, '..%2f..%2fmedia'])('is not found for %s', async (token) => {
    const page = await world.http.inject({ method: 'GET', url: `/preview/${token}` })
    expect([400, 404]).toContain(page.statusCode)
  })

  test('is made for an edition that exists, for one to ninety days', async () => {
    expect(await codeOf(me.createPreviewLink({ id: nobody as never }))).toBe('not-found')
    const { edition } = await me.createArticle({ language: 'en', title: 'Days' })
    expect(await codeOf(me.createPreviewLink({ id: edition.id, days: 91 }))).toBe('invalid-input')
    expect(await codeOf(me.listPreviewLinks({ id: nobody as never }))).toBe('not-found')
    expect(workspace).toBeTruthy()
  })
})
