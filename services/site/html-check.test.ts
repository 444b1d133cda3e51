/** Every kind of page in the Nu HTML checker, feeds in an independent parser. */
import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import Parser from 'rss-parser'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fakeClock, testService, type World } from '@floowe/platform/testing'
import { delivery, idOf, snapshot, workspaceId } from './samples.ts'
import { magazine } from './samples-magazine.ts'
import { service } from './service.ts'

let world: World<'site'>
beforeAll(async () => {
  world = await testService(
    service,
    {
      clock: fakeClock(),
      neighbours: {
        identity: {
          getWorkspace: async () => ({
            id: workspaceId as never,
            slug: 'brzegi' as never,
            name: 'Brzegi & <spółka>',
            language: 'pl',
            zone: 'Europe/Warsaw',
            isDemo: false,
            createdAt: '2026-01-01T00:00:00.000Z',
          }),
        },
      },
    },
    'site',
  )
  const publisher = world.asService(workspaceId, 'publishing')
  for (const [index, content] of magazine.entries()) await publisher.putSnapshot(delivery(content, index + 1))
  await publisher.putSnapshot(delivery(snapshot(300, { slug: 'znikajacy' }), 300))
  await publisher.removeSnapshot({ deliveryId: idOf(4, 301), sequence: 301, editionId: snapshot(300).editionId })
  await publisher.putSnapshot(
    delivery(
      snapshot(310, {
        title: 'O <b>& "cudzysłowach"',
        slug: 'znaki',
        lead: 'A < B && C > D',
        html: '<h1 id="x">Nagłówek</h1><p id="x">Dwa razy</p><table><caption>Tytuł</caption><tbody><tr><td>1</td></tr></tbody></table>',
      }),
      310,
    ),
  )
  await world.as({ workspaceId, role: 'admin' }).updateSiteSettings({
    tagline: 'Magazyn & <b>',
    footers: { pl: 'Pierwszy wiersz\ndrugi\n\nakapit & <i>' },
    articlesPerPage: 4,
  })
})
afterAll(() => world.stop())

const pages = {
  front: ['/', 200],
  second: ['/?page=2', 200],
  english: ['/en/', 200],
  article: ['/jak-powstaje-atlas', 200],
  translated: ['/en/an-atlas-nobody-ordered', 200],
  'no-cover': ['/szum', 200],
  signs: ['/znaki', 200],
  fixed: ['/o-nas', 200],
  category: ['/categories/reportaze', 200],
  tag: ['/tags/morze?page=2', 200],
  author: ['/authors/anna-zawada', 200],
  search: ['/search', 200],
  found: ['/search?q=mapą', 200],
  'not-found-words': ['/search?q=<script>', 200],
  missing: ['/nie-ma', 404],
  gone: ['/znikajacy', 410],
} as const

const hasJava = spawnSync('java', ['-version']).status === 0
if (!hasJava) console.warn('SKIPPED: the Nu HTML checker needs Java, which this machine does not have')

test.skipIf(!hasJava)('pages are valid HTML', { timeout: 120_000 }, async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'floowe-pages-'))
  try {
    for (const [name, [target, status]] of Object.entries(pages)) {
      const answer = await world.http.inject(encodeURI(`/site/brzegi${target}`))
      expect([name, answer.statusCode]).toEqual([name, status])
      await writeFile(path.join(folder, `${name}.html`), answer.body)
    }
    await writeFile(
      path.join(folder, 'unknown.html'),
      (await world.http.inject({ url: '/site/brzegi-nieznane/', headers: { 'accept-language': 'pl' } })).body,
    )
    // The checker must be seen to complain.
    await writeFile(path.join(folder, 'broken.html'), '<!doctype html><html lang="en"><title>x</title><p><div></p>')
    const jar = fileURLToPath(new URL('build/dist/vnu.jar', import.meta.resolve('vnu-jar/package.json')))
    const report = await new Promise<string>((resolve) =>
      execFile(
        'java',
        ['-jar', jar, '--format', 'json', '--exit-zero-always', folder],
        { maxBuffer: 10_000_000 },
        (_error, _out, said) => resolve(said),
      ),
    )
    const { messages } = JSON.parse(report) as {
      messages: { type: string; url: string; message: string; extract?: string }[]
    }
    const complaints = (isBroken: boolean) => messages.filter(({ url }) => url.endsWith('/broken.html') === isBroken)
    expect(complaints(true).length).toBeGreaterThan(0)
    expect(
      complaints(false).map(
        ({ type, url, message, extract }) => `${path.basename(url)} ${type}: ${message} | ${extract ?? ''}`,
      ),
    ).toEqual([])
  } finally {
    await rm(folder, { recursive: true })
  }
})

describe('feeds', () => {
  const parser = new Parser()
  const bodyOf = async (target: string) => {
    const answer = await world.http.inject(`/site/brzegi${target}`)
    expect(answer.statusCode).toBe(200)
    return {
      text: answer.body,
      type: answer.headers['content-type'],
      origin: answer.headers['access-control-allow-origin'],
    }
  }
  test.each([
    ['/feed.xml', 'application/rss+xml; charset=utf-8'],
    ['/atom.xml', 'application/atom+xml; charset=utf-8'],
  ])('%s holds the newest articles in full', async (target, type) => {
    const { text, type: given, origin } = await bodyOf(target)
    expect([given, origin]).toEqual([type, '*'])
    const feed = await parser.parseString(text)
    expect(feed).toMatchObject({ title: 'Brzegi & <spółka>', link: 'https://floowe.example/site/brzegi/' })
    expect(feed.items).toHaveLength(magazine.length - 1)
    const [first, atlas] = feed.items
    expect(first?.title).toBe('O <b>& "cudzysłowach"')
    expect(atlas).toMatchObject({
      title: 'Jak powstaje atlas, którego nikt nie zamawiał',
      link: 'https://floowe.example/site/brzegi/jak-powstaje-atlas',
      isoDate: '2026-11-01T08:09:00.000Z',
    })
    expect([atlas?.guid, (atlas as { id?: string } | undefined)?.id]).toContain(`urn:uuid:${magazine[8]?.editionId}`)
    const html = (atlas as { 'content:encoded'?: string } | undefined)?.['content:encoded'] ?? atlas?.content ?? ''
    expect(html).toContain('src="https://floowe.example/media/szkic.jpeg"')
    expect(html).toContain('Atlas ukaże się wiosną')
  })
  test('JSON Feed 1.1', async () => {
    const feed = JSON.parse((await bodyOf('/feed.json')).text) as {
      version: string
      feed_url: string
      items: { id: string; url: string; tags: string[]; authors: { name: string }[] }[]
    }
    expect(feed).toMatchObject({
      version: 'https://jsonfeed.org/version/1.1',
      feed_url: 'https://floowe.example/site/brzegi/feed.json',
      language: 'pl',
    })
    expect(feed.items[1]).toMatchObject({
      id: `urn:uuid:${magazine[8]?.editionId}`,
      tags: ['Reportaże', 'Morze', 'Mapy'],
      authors: [{ name: 'Anna Zawada' }],
    })
  })
  test('each language has its own', async () => {
    const feed = await parser.parseString((await bodyOf('/en/feed.xml')).text)
    expect(feed.items.map((item) => item.title)).toEqual(['The making of an atlas nobody ordered'])
  })
  test('an id stays when the address changes', async () => {
    const before = await parser.parseString((await bodyOf('/feed.xml')).text)
    const moved = { ...snapshot(310), slug: 'znaki-przeniesione', title: 'Przeniesione' } as (typeof magazine)[number]
    await world.asService(workspaceId, 'publishing').putSnapshot(delivery(moved, 320))
    const after = await parser.parseString((await bodyOf('/feed.xml')).text)
    expect(after.items.map((item) => item.guid).sort()).toEqual(before.items.map((item) => item.guid).sort())
    expect(after.items[0]?.link).toBe('https://floowe.example/site/brzegi/znaki-przeniesione')
  })
})
