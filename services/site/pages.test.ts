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
      env: { FLOOWE_SITE_SEARCHES_PER_MINUTE: '12' },
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
                  zone: 'Pacific/Kiritimati',
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
const admin = () => world.as({ workspaceId, role: 'admin' })
const get = (path: string, headers: Record<string, string> = {}) =>
  world.http.inject({ url: encodeURI(`/site/brzegi${path}`), headers })
const base = 'https://floowe.example/site/brzegi'
const linksOf = (html: string): string[] =>
  [...html.matchAll(/<link rel="(canonical|alternate" hreflang="[^"]+|prev|next)" href="([^"]+)"/g)].map(
    (match) => `${match[1]?.replace('alternate" hreflang="', '')} ${match[2]?.replace(base, '')}`,
  )

describe('an article', () => {
  test('is set in Polish, dated in the workspace’s zone, with its facts', async () => {
    const { body } = await get('/jak-powstaje-atlas')
    expect(body).toContain('<html lang="pl"')
    expect(body).toContain('<h1>Jak powstaje atlas, którego nikt nie zamawiał</h1>')
    expect(body).toContain('jeden rower i\u00a0214 kilometrów')
    expect(body).toContain('9\u00a0minut czytania')
    expect(body).toContain('<time datetime="2026-11-01T08:09:00.000Z">1 listopada 2026</time>')
    expect(body).toContain(
      'Także po <a href="https://floowe.example/site/brzegi/en/an-atlas-nobody-ordered" hreflang="en">angielsku</a>',
    )
    expect(body).toContain('<p class="opening">')
    expect(body).toContain(
      '<a class="prev" rel="prev" href="https://floowe.example/site/brzegi/prom-o-piatej-czterdziesci">',
    )
    // Half past twelve in London is long after midnight there.
    await publisher().putSnapshot({
      ...delivery(snapshot(39, { slug: 'po-polnocy' }), 38),
      publishedAt: '2026-11-01T12:30:00.000Z',
    })
    expect((await get('/po-polnocy')).body).toContain(
      '<time datetime="2026-11-01T12:30:00.000Z">2 listopada 2026</time>',
    )
    await publisher().removeSnapshot({ deliveryId: idOf(4, 39), sequence: 39, editionId: snapshot(39).editionId })
  })
  test('names its languages and so do they', async () => {
    const expected = ['pl /jak-powstaje-atlas', 'en /en/an-atlas-nobody-ordered', 'x-default /jak-powstaje-atlas']
    expect(linksOf((await get('/jak-powstaje-atlas')).body)).toEqual(['canonical /jak-powstaje-atlas', ...expected])
    const english = (await get('/en/an-atlas-nobody-ordered')).body
    expect(linksOf(english)).toEqual(['canonical /en/an-atlas-nobody-ordered', ...expected])
    expect(english).toContain('Also in <a')
    expect(english).toContain('ferry\u00a0– the second')
    expect(linksOf((await get('/szum')).body)).toEqual(['canonical /szum'])
  })
  test('its picture comes in the right size and never moves the page', async () => {
    const { body } = await get('/jak-powstaje-atlas')
    expect(body).toMatch(
      /<source type="image\/webp" srcset="https:\/\/floowe\.example\/media\/atlas-480\.webp 480w, [^"]+ 1600w" sizes="[^"]+"><img src="https:\/\/floowe\.example\/media\/atlas\.jpeg" srcset="[^"]+\.jpeg 480w[^"]+" sizes="[^"]+" width="1800" height="1200" fetchpriority="high" decoding="async" alt="Mgła nad Zatoką Pucką o świcie" class="fx-5 fy-4">/,
    )
    expect(body).toContain('<meta property="og:image" content="https://floowe.example/media/atlas-1600.jpeg">')
  })
  test('tells machines what it is', async () => {
    const { body } = await get('/jak-powstaje-atlas')
    const data = [...body.matchAll(/<script type="application\/ld\+json">(.*?)<\/script>/g)].map(
      (match) => JSON.parse(match[1] ?? '') as Record<string, unknown>,
    )
    expect(data[0]).toMatchObject({
      '@type': 'Article',
      headline: 'Jak powstaje atlas, którego nikt nie zamawiał',
      inLanguage: 'pl',
      author: [{ name: 'Anna Zawada', url: `${base}/authors/anna-zawada` }],
      publisher: { name: 'Brzegi' },
      wordCount: 1480,
      datePublished: '2026-11-01T08:09:00.000Z',
    })
    expect(data[1]).toMatchObject({
      '@type': 'BreadcrumbList',
      itemListElement: [{ position: 1 }, { name: 'Reportaże' }, { item: `${base}/jak-powstaje-atlas` }],
    })
  })
  test('offers what shares its tags, not itself in another language', async () => {
    const more = (await get('/jak-powstaje-atlas')).body.split('class="more"')[1] ?? ''
    expect([...more.matchAll(/<h3><a href="[^"]+\/([a-z-]+)"/g)].map((match) => match[1])).toEqual([
      'granica-ktora-sie-rusza',
      'prom-o-piatej-czterdziesci',
      'co-zostaje-po-sezonie',
    ])
  })
  test('an original elsewhere is named; one that hides asks not to be listed', async () => {
    await publisher().putSnapshot(
      delivery(
        snapshot(40, { slug: 'przedruk', meta: { canonicalUrl: 'https://original.example/a', isHidden: true } }),
        40,
      ),
    )
    const { body } = await get('/przedruk')
    expect(linksOf(body)).toEqual(['canonical https://original.example/a'])
    expect(body).toContain('<meta name="robots" content="noindex">')
    expect((await get('/sitemap.xml')).body).not.toContain('/przedruk<')
    await publisher().removeSnapshot({ deliveryId: idOf(4, 41), sequence: 41, editionId: snapshot(40).editionId })
  })
  test('a text that looks like markup stays text', async () => {
    await publisher().putSnapshot(
      delivery(
        snapshot(42, {
          slug: 'znaki',
          title: '</title><script>alert(1)</script>',
          lead: '"><img src=x onerror=alert(1)>',
          html: '<p><script>alert(1)</script>x</p>',
          authors: [],
        }),
        42,
      ),
    )
    for (const path of ['/znaki', '/', '/feed.xml', '/atom.xml', '/search?q=znaki']) {
      const { body } = await get(path)
      expect(body).not.toMatch(/<script>alert|<img src=x/)
    }
    expect((await get('/feed.json')).headers['x-content-type-options'] ?? 'by the gateway').toBeTruthy()
    await publisher().removeSnapshot({ deliveryId: idOf(4, 43), sequence: 43, editionId: snapshot(42).editionId })
  })
})

describe('lists', () => {
  test('the front is paged; pages that are not there are not found', async () => {
    await admin().updateSiteSettings({ articlesPerPage: 4 })
    const first = (await get('/')).body
    expect(linksOf(first)).toEqual(['canonical /', 'pl /', 'en /en/', 'x-default /', 'next /?page=2'])
    expect(first).toContain('Strona 1 z\u00a02')
    const second = (await get('/?page=2')).body
    expect(second).toContain('Latarnik na pół etatu')
    expect(second).toContain('<h1>Starsze artykuły</h1>')
    expect(linksOf(second)).toEqual(['canonical /?page=2', 'prev /'])
    for (const page of ['3', '0', '-1', 'x', '99999999999'])
      expect([page, (await get(`/?page=${page}`)).statusCode]).toEqual([page, 404])
    await admin().updateSiteSettings({ articlesPerPage: 10 })
  })
  test('sections, tags and authors', async () => {
    const section = (await get('/categories/reportaze')).body
    expect(section).toContain('<h1>Reportaże</h1>')
    expect(section).toContain('4\u00a0artykuły')
    expect(section).not.toContain('Szum')
    expect(linksOf(section)).toEqual([
      'canonical /categories/reportaze',
      'pl /categories/reportaze',
      'en /en/categories/reportaze',
      'x-default /categories/reportaze',
    ])
    expect((await get('/authors/anna-zawada')).body).toContain('Reporterka.')
    expect((await get('/tags/morze')).statusCode).toBe(200)
    for (const path of ['/tags/nieznany', '/tags/Morze', '/en/authors/piotr-lis'])
      expect([path, (await get(path)).statusCode]).toEqual([path, 404])
  })
  test('a site without articles says so', async () => {
    const quiet = '0190bbbb-0000-7000-8000-000000000009'
    await world.tell({
      name: 'identity.workspace-created',
      workspaceId: quiet,
      key: quiet,
      actor: 'service:identity',
      data: {
        id: quiet as never,
        slug: 'cisza' as never,
        name: 'Cisza',
        language: 'pl',
        zone: 'Europe/Warsaw',
        isDemo: false,
        createdAt: '2026-01-01T00:00:00.000Z',
      },
    })
    const home = await world.http.inject('/site/cisza/')
    expect(home.statusCode).toBe(200)
    expect(home.body).toContain('Jeszcze nic tu nie ma')
  })
})

describe('search', () => {
  test('finds inflected forms, with and without marks, and marks them', async () => {
    for (const query of ['mapa', 'mapy', 'mapą', 'serwetki', 'zatokę']) {
      const { body } = await get(`/search?q=${query}`)
      expect([query, body.includes('Jak powstaje atlas')]).toEqual([query, true])
      expect(body).toMatch(/<mark>[^<]+<\/mark>/)
    }
    expect((await get('/search?q=inzynier dzwieku')).body).toContain('Szum')
    expect((await get('/en/search?q=napkins')).body).toContain('nobody ordered')
  })
  test('says when there is nothing, and never counts as a page to list', async () => {
    const { body, statusCode } = await get('/search?q=kwaterunek')
    expect([statusCode, body.includes('Nic nie znaleźliśmy dla „kwaterunek”')]).toEqual([200, true])
    expect(body).toContain('<meta name="robots" content="noindex">')
    expect(body).toContain('Może zainteresuje cię')
  })
  test.each(["'", "a' | b", '\\', '!!!', ':*', '<->', "x'::tsquery", '🦆', '"'])('survives %s', async (query) => {
    expect((await world.http.inject(`/site/brzegi/search?q=${encodeURIComponent(query)}`)).statusCode).toBeLessThan(500)
  })
  test('is limited for each address', async () => {
    const answers = []
    for (let turn = 0; turn < 14; turn++) answers.push((await get(`/search?q=slowo${turn}`)).statusCode)
    expect(answers.at(-1)).toBe(429)
    expect((await get('/')).statusCode).toBe(200)
  })
})

describe('headers', () => {
  test('a page may run nothing but the tracker and be framed by nobody', async () => {
    const { headers } = await get('/szum')
    expect(headers['content-security-policy']).toBe(
      "default-src 'none'; img-src https://floowe.example https: http: data:; style-src https://floowe.example/site-assets/; font-src https://floowe.example/site-assets/; script-src https://floowe.example/t/tracker.js; connect-src https://floowe.example/t/ https://floowe.example/robots.txt; form-action https://floowe.example; base-uri 'none'; frame-ancestors 'none'",
    )
    expect(headers).toMatchObject({
      'cache-control': 'public, max-age=0, must-revalidate',
      vary: 'accept-encoding, cookie',
      'surrogate-key': `site-${workspaceId} article-${magazine[4]?.articleId}`,
    })
    expect((await get('/szum', { 'if-none-match': String(headers.etag) })).statusCode).toBe(304)
  })
  test('members are not counted, and their page is theirs', async () => {
    const reader = await get('/szum')
    expect(reader.body).toContain(
      `<script defer src="https://floowe.example/t/tracker.js" data-w="${workspaceId}" data-a="${magazine[4]?.articleId}" data-e="${magazine[4]?.editionId}" data-l="pl"></script>`,
    )
    for (const cookie of ['floowe-4800=abc', 'a=b; __Host-floowe-443=abc']) {
      const member = await get('/szum', { cookie, 'if-none-match': String(reader.headers.etag) })
      expect([member.statusCode, member.body.includes('tracker.js'), member.headers['cache-control']]).toEqual([
        200,
        false,
        'private, max-age=0, must-revalidate',
      ])
    }
    expect((await get('/szum', { cookie: 'not-floowe-4800=abc; theme=dark' })).body).toContain('tracker.js')
  })
  test('style and fonts may be read from anywhere and kept for good', async () => {
    const { body } = await get('/')
    const files = [...body.matchAll(/https:\/\/floowe\.example(\/site-assets\/[^"]+)/g)].map((match) => match[1] ?? '')
    expect(files.length).toBe(4)
    for (const file of files) {
      const answer = await world.http.inject({ url: file, headers: { 'accept-encoding': 'br' } })
      expect([
        answer.statusCode,
        answer.headers['access-control-allow-origin'],
        answer.headers['cache-control'],
      ]).toEqual([200, '*', 'public, max-age=31536000, immutable'])
    }
    expect((await world.http.inject('/site-assets/../settings.ts')).statusCode).toBe(404)
    expect((await world.http.inject('/site-assets/site.css')).statusCode).toBe(404)
  })
  test('a site that does not want to be found says so everywhere', async () => {
    await admin().updateSiteSettings({ isListed: false })
    const { body, headers } = await get('/szum')
    expect([body.includes('content="noindex"'), headers['x-robots-tag']]).toEqual([true, 'noindex'])
    expect((await get('/robots.txt')).body).toBe('User-agent: *\nDisallow: /\n')
    await admin().updateSiteSettings({ isListed: true })
    expect((await world.http.inject('/robots.txt')).body).toBe(
      'User-agent: *\nAllow: /site/\nAllow: /site-assets/\nAllow: /media/\nDisallow: /\n',
    )
    expect((await get('/robots.txt')).body).toContain(`Sitemap: ${base}/sitemap.xml`)
  })
})

test('the sitemap names every page in all its languages', async () => {
  const { body, headers } = await get('/sitemap.xml')
  expect(headers['content-type']).toBe('application/xml; charset=utf-8')
  const places = [...body.matchAll(/<loc>([^<]+)<\/loc>/g)].map((match) => match[1]?.replace(base, ''))
  expect(places).toHaveLength(magazine.length + 2)
  for (const place of ['/', '/en/', '/o-nas', '/jak-powstaje-atlas', '/en/an-atlas-nobody-ordered'])
    expect(places).toContain(place)
  expect(
    body.split('<loc>https://floowe.example/site/brzegi/en/an-atlas-nobody-ordered</loc>')[1]?.split('</url>')[0],
  ).toContain(`<xhtml:link rel="alternate" hreflang="pl" href="${base}/jak-powstaje-atlas"/>`)
})

describe('what is not there', () => {
  test('a missing page helps in its language', async () => {
    const missing = await get('/nie-ma')
    expect([missing.statusCode, missing.headers['cache-control']]).toEqual([404, 'public, max-age=0, must-revalidate'])
    for (const part of ['Nie ma takiej strony', 'role="search"', 'Wróć na stronę główną', 'Jak powstaje atlas'])
      expect(missing.body).toContain(part)
    expect(missing.body).not.toContain('tracker.js')
    expect((await get('/en/nothing')).body).toContain('There is no such page')
  })
  test('other spellings lead to the right one', async () => {
    expect((await world.http.inject('/site/brzegi')).headers.location).toBe(`${base}/`)
    expect((await get('/szum/')).headers.location).toBe(`${base}/szum`)
    expect((await get('/en')).headers.location).toBe(`${base}/en/`)
    expect((await get('/an-atlas-nobody-ordered')).headers.location).toBe(`${base}/en/an-atlas-nobody-ordered`)
    expect((await get('/tags/morze/?page=1')).headers.location).toBe(`${base}/tags/morze?page=1`)
  })
  test.each(['/%00', '/a%00b', '/?a%00b', '/tags/%00', '/en/%00', '/search?q=%00', `/${'a'.repeat(9_000)}`])(
    'an address that nobody can have written is no failure of ours: %s',
    async (odd) => {
      expect((await world.http.inject(`/site/brzegi${odd}`)).statusCode).toBeLessThan(500)
    },
  )
  test('an unknown workspace', async () => {
    const answer = await world.http.inject({ url: '/site/nobody/', headers: { 'accept-language': 'pl' } })
    expect([answer.statusCode, answer.body.includes('Nie ma takiej strony')]).toEqual([404, true])
    for (const odd of ['/site/%00/', '/site/%zz/', '/site//x', '/site/nobody', `/site/${'a'.repeat(3_000)}/`, '/site/'])
      expect((await world.http.inject(odd)).statusCode).toBeLessThan(500)
  })
})
