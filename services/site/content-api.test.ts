import { brotliDecompressSync, gunzipSync } from 'node:zlib'
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
      env: { FLOOWE_SITE_SHARED_CACHE_SECONDS: '30' },
      neighbours: {
        identity: {
          getWorkspace: async ({ workspace }) =>
            workspace === 'nobody'
              ? null
              : {
                  id: workspaceId as never,
                  slug: 'brzegi' as never,
                  name: 'Brzegi',
                  language: 'pl',
                  zone: 'Europe/Warsaw',
                  isDemo: false,
                  createdAt: '2026-01-01T00:00:00.000Z',
                },
        },
      },
    },
    'site',
  )
  for (const [index, content] of magazine.entries()) await publisher().putSnapshot(delivery(content, index + 1))
})
afterAll(() => world.stop())

const publisher = () => world.asService(workspaceId, 'publishing')
type Item = {
  title: string
  slug: string
  url: string
  html: string
  language: string
  publishedAt: string
  hash: string
}
const ask = async (path: string, headers: Record<string, string> = {}, workspace = 'brzegi') =>
  world.http.inject({ url: `/api/content/v1/${workspace}${path}`, headers })
const list = async (path: string): Promise<{ items: Item[]; total: number; limit: number; offset: number }> => {
  const answer = await ask(path)
  expect(answer.statusCode).toBe(200)
  return answer.json()
}

describe('articles', () => {
  test('newest first, in full, with total', async () => {
    const { items, total, limit, offset } = await list('/articles')
    expect([items.length, total, limit, offset]).toEqual([9, 9, 10, 0])
    expect(items[0]?.title).toBe('The making of an atlas nobody ordered')
    expect(items[1]).toMatchObject({
      articleId: magazine[8]?.articleId,
      editionId: magazine[8]?.editionId,
      versionId: magazine[8]?.versionId,
      language: 'pl',
      slug: 'jak-powstaje-atlas',
      url: 'https://floowe.example/site/brzegi/jak-powstaje-atlas',
      html: magazine[8]?.html,
      readingMinutes: 9,
      words: 1480,
      tags: [
        { name: 'Morze', slug: 'morze' },
        { name: 'Mapy', slug: 'mapy' },
      ],
      authors: [{ name: 'Anna Zawada', slug: 'anna-zawada' }],
      cover: { width: 1800 },
      publishedAt: '2026-11-01T08:09:00.000Z',
      updatedAt: '2026-11-01T08:09:00.000Z',
    })
    expect(items.map((item) => item.publishedAt)).toEqual([...items.map((item) => item.publishedAt)].sort().reverse())
    expect(items.every((item) => !('text' in item) && !('permalinks' in item))).toBe(true)
  })

  test('by language, tag, section, author; paged', async () => {
    expect((await list('/articles?language=en')).items.map((item) => item.slug)).toEqual(['an-atlas-nobody-ordered'])
    expect(await list('/articles?tag=mapy')).toMatchObject({ total: 3 })
    expect(await list('/articles?tag=mapy&category=reportaze&author=anna-zawada')).toMatchObject({
      total: 1,
      items: [{ slug: 'jak-powstaje-atlas' }],
    })
    const paged = [
      ...(await list('/articles?limit=4')).items,
      ...(await list('/articles?limit=4&offset=4')).items,
      ...(await list('/articles?limit=4&offset=8')).items,
    ]
    expect(paged.map((item) => item.slug)).toEqual((await list('/articles')).items.map((item) => item.slug))
    expect(await list('/articles?tag=nieznany')).toMatchObject({ items: [], total: 0 })
  })

  test('one by slug with its languages; an old slug leads on; nothing is nothing', async () => {
    const one = await ask('/articles/jak-powstaje-atlas')
    expect(one.json()).toMatchObject({
      title: 'Jak powstaje atlas, którego nikt nie zamawiał',
      editions: [
        { language: 'en', slug: 'an-atlas-nobody-ordered' },
        { language: 'pl', slug: 'jak-powstaje-atlas' },
      ],
    })
    expect(one.headers['surrogate-key']).toBe(`site-${workspaceId} article-${magazine[8]?.articleId}`)
    expect((await ask('/articles/an-atlas-nobody-ordered?language=en')).json()).toMatchObject({ language: 'en' })
    expect((await ask('/articles/o-nas')).json()).toMatchObject({ type: 'page' })
    await publisher().putSnapshot(delivery(snapshot(50, { slug: 'bylo' }), 50))
    await publisher().putSnapshot(delivery(snapshot(50, { slug: 'jest' }), 51))
    const old = await ask('/articles/bylo')
    expect([old.statusCode, old.headers.location]).toEqual([
      301,
      'https://floowe.example/api/content/v1/brzegi/articles/jest?language=pl',
    ])
    for (const path of [
      '/articles/nie-ma',
      '/articles/jak-powstaje-atlas?language=en',
      '/articles/Nie_Ma',
      `/articles/${'a'.repeat(99)}`,
    ])
      expect([path, (await ask(path)).statusCode]).toEqual([path, 404])
  })

  test('what was taken down is gone from every list', async () => {
    const content = snapshot(60, { title: 'Zniknie', tags: magazine[8]?.tags ?? [] })
    await publisher().putSnapshot(delivery(content, 60))
    expect(await list('/articles?tag=mapy')).toMatchObject({ total: 4 })
    await publisher().removeSnapshot({ deliveryId: idOf(4, 61), sequence: 61, editionId: content.editionId })
    expect(await list('/articles?tag=mapy')).toMatchObject({ total: 3 })
    expect((await list('/articles?limit=100')).items.map((item) => item.slug)).not.toContain('artykul-60')
    expect((await ask('/articles/artykul-60')).statusCode).toBe(404)
  })
})

test('terms, pages and the site', async () => {
  expect((await ask('/categories')).json()).toMatchObject({
    items: [
      { slug: 'praktyka', name: 'Praktyka', articles: 2 },
      { slug: 'reportaze', articles: 5 },
      { slug: 'rozmowy', articles: 2 },
    ],
    total: 3,
  })
  expect((await ask('/tags?language=en')).json()).toEqual({
    items: [{ slug: 'morze', name: 'Morze', description: '', articles: 1 }],
    total: 1,
  })
  expect((await ask('/authors')).json()).toMatchObject({
    items: [{ slug: 'anna-zawada', description: expect.stringContaining('Reporterka') }, { slug: 'piotr-lis' }],
  })
  expect((await ask('/pages')).json()).toMatchObject({ items: [{ slug: 'o-nas', type: 'page' }], total: 1 })
  expect((await ask('/site')).json()).toMatchObject({
    name: 'Brzegi',
    language: 'pl',
    languages: ['pl', 'en'],
    url: 'https://floowe.example/site/brzegi/',
    feeds: [
      { language: 'pl', rss: 'https://floowe.example/site/brzegi/feed.xml' },
      { language: 'en', atom: 'https://floowe.example/site/brzegi/en/atom.xml' },
    ],
  })
})

describe('for machines', () => {
  test('an ETag answers 304, packed or not, and changes with the content', async () => {
    const first = await ask('/articles')
    const etag = String(first.headers.etag)
    expect(first.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'cache-control': 'public, max-age=0, must-revalidate, s-maxage=30',
      'content-type': 'application/json; charset=utf-8',
      vary: 'accept-encoding',
    })
    expect((await ask('/articles', { 'if-none-match': etag })).statusCode).toBe(304)
    expect((await ask('/articles', { 'if-none-match': `"x", ${etag}`, 'accept-encoding': 'br' })).statusCode).toBe(304)
    expect((await ask('/articles', { 'if-none-match': etag })).body).toBe('')
    await publisher().putSnapshot(delivery(snapshot(70), 70))
    const changed = await ask('/articles', { 'if-none-match': etag })
    expect(changed.statusCode).toBe(200)
    expect(changed.headers.etag).not.toBe(etag)
  })

  test('packed as the reader takes it, the same bytes inside', async () => {
    const plain = (await ask('/articles')).body
    for (let turn = 0; turn < 2; turn++) {
      const brotli = await ask('/articles', { 'accept-encoding': 'gzip, br' })
      expect(brotli.headers['content-encoding']).toBe('br')
      expect(brotliDecompressSync(brotli.rawPayload).toString()).toBe(plain)
      const gzip = await ask('/articles', { 'accept-encoding': 'gzip, br;q=0' })
      expect(gzip.headers['content-encoding']).toBe('gzip')
      expect(gunzipSync(gzip.rawPayload).toString()).toBe(plain)
    }
    expect((await ask('/articles', { 'accept-encoding': 'identity' })).headers['content-encoding']).toBeUndefined()
  })

  test('HEAD and OPTIONS', async () => {
    const head = await world.http.inject({ method: 'HEAD', url: '/api/content/v1/brzegi/articles' })
    expect([head.statusCode, head.body]).toEqual([200, ''])
    const options = await world.http.inject({ method: 'OPTIONS', url: '/api/content/v1/brzegi/articles' })
    expect([options.statusCode, options.headers['access-control-allow-origin']]).toEqual([204, '*'])
  })
})

describe('what it refuses', () => {
  test.each([
    ['/articles?limit=0', 'limit'],
    ['/articles?limit=101', 'limit'],
    ['/articles?limit=abc', 'limit'],
    ['/articles?offset=-1', 'offset'],
    ['/articles?offset=100001', 'offset'],
    ['/articles?language=polski', 'language'],
    ['/articles?tag=%00', 'tag'],
    ['/articles?tag=Morze', 'tag'],
    ['/articles?limit=1&limit=2', 'limit'],
    ['/articles?_=1', '_'],
    ['/tags?limit=1', 'limit'],
    ['/articles?__proto__=1', '__proto__'],
  ])('%s', async (path, parameter) => {
    const answer = await ask(path)
    expect(answer.statusCode).toBe(400)
    expect(answer.json()).toMatchObject({
      code: 'invalid-input',
      status: 400,
      message: expect.any(String),
      data: { issues: [{ path: parameter }] },
    })
    expect(answer.headers['cache-control']).toBe('no-store')
  })
  test('an unknown workspace, in the reader’s language', async () => {
    const answer = await ask('/articles', { 'accept-language': 'pl-PL' }, 'nobody')
    expect([answer.statusCode, answer.json()]).toEqual([
      404,
      expect.objectContaining({ code: 'not-found', message: 'To nie istnieje albo nie masz do tego dostępu.' }),
    ])
  })
})
