import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Refusal } from '@floowe/platform'
import { fakeClock, testService, type World } from '@floowe/platform/testing'
import { service } from './service.ts'

const workspaceId = '0190bbbb-0000-7000-8000-000000000001'
const otherWorkspaceId = '0190bbbb-0000-7000-8000-000000000002'
const article = '0190cccc-0000-7001-8000-000000000001'
const edition = '0190cccc-0000-7002-8000-000000000001'
const english = '0190cccc-0000-7002-8000-000000000002'
const secondArticle = '0190cccc-0000-7001-8000-000000000009'
const agent = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'
const today = { from: '2026-11-22', to: '2026-11-22' }

let world: World<'analytics'>
let clock: ReturnType<typeof fakeClock>
const worlds: World<'analytics'>[] = []
const zones: Record<string, string> = { [workspaceId]: 'Europe/Warsaw', [otherWorkspaceId]: 'Pacific/Kiritimati' }
const neighbours = {
  identity: {
    getWorkspace: async ({ workspace }: { workspace: string }) =>
      zones[workspace]
        ? ({
            id: workspace,
            slug: 'studio',
            name: 'Studio',
            language: 'pl',
            zone: zones[workspace],
            isDemo: false,
            createdAt: '2026-01-01T00:00:00.000Z',
          } as never)
        : null,
  },
  site: {
    getLiveEditions: async ({ articleId }: { articleId: string }) =>
      articleId === secondArticle
        ? ([
            {
              articleId,
              editionId: '0190cccc-0000-7002-8000-000000000009',
              language: 'pl',
              title: 'Znany stronie',
              url: 'https://x.example/',
              snapshotId: edition,
              versionId: 'v',
              publishedAt: '2026-01-01T00:00:00.000Z',
              updatedAt: '2026-01-01T00:00:00.000Z',
            },
          ] as never)
        : [],
  },
}
const open = async (options: Partial<Parameters<typeof testService>[1]> = {}): Promise<World<'analytics'>> => {
  const made = await testService(
    service,
    { clock, neighbours, env: { FLOOWE_ANALYTICS_VIEWS_PER_MINUTE: '40' }, ...options },
    'analytics',
  )
  worlds.push(made)
  return made
}
beforeEach(async () => {
  clock = fakeClock('2026-11-22T10:00:00.000Z')
  world = await open()
  await published(article, edition, 'pl', 'Jak powstaje atlas')
})
afterEach(async () => {
  for (const made of worlds.splice(0)) await made.stop()
})
afterAll(() => expect(worlds).toEqual([]))

const published = (articleId: string, editionId: string, language: string, title: string) =>
  world.tell({
    name: 'publishing.delivery-published',
    workspaceId,
    key: editionId,
    actor: 'service:publishing',
    data: {
      deliveryId: edition,
      articleId,
      editionId,
      channelId: edition,
      network: 'floowe-site',
      state: 'published',
      url: null,
      title,
      language,
    } as never,
  })
type Sent = {
  address?: string
  agent?: string
  headers?: Record<string, string>
  workspace?: string
  in?: World<'analytics'>
}
const view = async (body: object | string, sent: Sent = {}) =>
  (sent.in ?? world).http.inject({
    method: 'POST',
    url: `/t/${sent.workspace ?? workspaceId}/v`,
    payload: typeof body === 'string' ? body : JSON.stringify(body),
    remoteAddress: sent.address ?? '192.0.2.1',
    headers: { 'content-type': 'text/plain', 'user-agent': sent.agent ?? agent, ...sent.headers },
  })
const page = { p: '/site/studio/atlas', a: article, e: edition, l: 'pl' }
const viewer = (inside = world) => inside.as({ workspaceId, role: 'viewer' })
const figures = (range = today, inside = world) =>
  viewer(inside).getArticleFigures({ articleId: article as never, ...range })
const refusalOf = async (work: Promise<unknown>): Promise<Refusal> => {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (error instanceof Refusal) return error
  throw error ?? new Error('it was not refused')
}

describe('the tracker', () => {
  test('is small, whole and kept by its hash', async () => {
    const answer = await world.http.inject('/t/tracker.js')
    expect(answer.statusCode).toBe(200)
    expect(gzipSync(answer.rawPayload).length).toBeLessThan(2_000)
    expect(() => new Function(answer.body)).not.toThrow()
    expect(answer.body).not.toMatch(/cookie|localStorage|sessionStorage|indexedDB/)
    expect(answer.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'access-control-allow-origin': '*',
    })
    expect(
      (await world.http.inject({ url: '/t/tracker.js', headers: { 'if-none-match': String(answer.headers.etag) } }))
        .statusCode,
    ).toBe(304)
  })
})

describe('counting', () => {
  test('views and visits, by day, referrer, campaign and language', async () => {
    expect((await view({ ...page, r: 'www.news.example', s: 'newsletter', m: 'email', c: 'jesien' })).statusCode).toBe(
      204,
    )
    await view(page)
    await view({ ...page, r: 'news.example' }, { address: '192.0.2.2' })
    await view(page, { agent: `${agent} Other/1` })
    const answer = await figures({ from: '2026-11-20', to: '2026-11-23' })
    expect(answer).toMatchObject({
      total: { views: 4, visits: 3 },
      days: [
        { day: '2026-11-20', views: 0, visits: 0 },
        { day: '2026-11-21', views: 0, visits: 0 },
        { day: '2026-11-22', views: 4, visits: 3 },
        { day: '2026-11-23', views: 0, visits: 0 },
      ],
      referrers: [
        { name: '', views: 2, visits: 1 },
        { name: 'news.example', views: 2, visits: 2 },
      ],
      campaigns: [{ source: 'newsletter', medium: 'email', campaign: 'jesien', views: 1, visits: 1 }],
      languages: [{ name: 'pl', views: 4, visits: 3 }],
      countedSince: '2026-11-21T23:00:00.000Z',
      freshAt: '2026-11-22T10:00:00.000Z',
    })
  })

  test('the overview holds every page and the most read articles, each by its most read edition', async () => {
    await published(article, english, 'en', 'The making of an atlas')
    await view({ p: '/site/studio/', l: 'pl' })
    await view(page)
    await view({ ...page, e: english, l: 'pl' })
    await view({ ...page, e: english, l: 'en' })
    await view({ p: '/site/studio/znany', a: secondArticle }, { address: '192.0.2.7' })
    const overview = await viewer().getOverview(today)
    expect(overview.total).toEqual({ views: 5, visits: 2 })
    expect(overview.articles).toEqual([
      { articleId: article, title: 'The making of an atlas', language: 'en', views: 3, visits: 0 },
      { articleId: secondArticle, title: 'Znany stronie', language: 'pl', views: 1, visits: 1 },
    ])
    // The language is the edition's, whatever the page said.
    expect(overview.languages).toEqual([
      { name: 'en', views: 2, visits: 0 },
      { name: 'pl', views: 2, visits: 1 },
      { name: '', views: 1, visits: 1 },
    ])
  })

  test('days are of the workspace’s zone, and a new day counts its readers anew', async () => {
    clock.set('2026-11-22T22:59:00.000Z')
    await view(page)
    clock.set('2026-11-22T23:01:00.000Z')
    await view(page)
    expect((await figures({ from: '2026-11-22', to: '2026-11-23' })).days).toEqual([
      { day: '2026-11-22', views: 1, visits: 1 },
      { day: '2026-11-23', views: 1, visits: 1 },
    ])
  })

  test('what tells readers apart is thrown away with the day, and nothing kept names anybody', async () => {
    await view({ ...page, r: 'news.example' }, { address: '203.0.113.77', agent: `${agent} Rare/9.9` })
    await figures()
    expect(await world.sql('select from day_salts')).toHaveLength(1)
    expect(await world.sql('select from day_visitors')).toHaveLength(1)
    const kept = JSON.stringify(
      await Promise.all(
        ['day_counts', 'day_visitors', 'day_salts', 'editions', 'outbox', 'inbox'].map((table) =>
          world.sql(`select t::text from ${table} t`),
        ),
      ),
    )
    expect(kept).not.toMatch(/203\.0\.113\.77|Rare|Mozilla/)
    clock.set('2026-11-23T10:00:00.000Z')
    // The clock passed the hour of the sweep; it runs by itself.
    for (let turn = 0; turn < 500 && (await world.sql('select from day_salts')).length > 0; turn++)
      await new Promise(setImmediate)
    expect(await world.sql('select from day_salts')).toEqual([])
    expect(await world.sql('select from day_visitors')).toEqual([])
    expect((await figures({ from: '2026-11-22', to: '2026-11-23' })).total).toEqual({ views: 1, visits: 1 })
  })

  test('an event tells of an article at most every two seconds, and once more at the end', async () => {
    const told = () => world.events.filter((event) => event.name === 'analytics.article-visited').length
    await view(page)
    await figures()
    await view(page)
    await figures()
    await world.drain()
    expect(told()).toBe(1)
    clock.advance(2_000)
    for (let turn = 0; turn < 200 && told() < 2; turn++) await world.drain()
    expect(told()).toBe(2)
    clock.advance(10_000)
    await world.drain()
    expect(told()).toBe(2)
  })

  test('views leave memory by themselves within a second', async () => {
    await view(page)
    clock.advance(1_000)
    for (let turn = 0; turn < 500 && (await world.sql('select from day_counts')).length === 0; turn++)
      await new Promise(setImmediate)
    expect(await world.sql('select from day_counts')).toHaveLength(1)
  })

  test('nothing is lost when it stops, and a reader is known again after a restart', async () => {
    await view(page)
    await world.stopKeeping()
    const again = await open({ reopen: { databaseUrl: world.databaseUrl, folder: world.folder } })
    await view(page, { in: again })
    expect((await figures(today, again)).total).toEqual({ views: 2, visits: 1 })
  })

  test('two processes count one reader once', async () => {
    const second = await open({ reopen: { databaseUrl: world.databaseUrl, folder: world.folder } })
    await Promise.all([view(page), view(page, { in: second })])
    await figures(today, second)
    expect((await figures()).total).toEqual({ views: 2, visits: 1 })
    await second.stopKeeping()
  })

  test('whoever invents addresses fills no disk', async () => {
    await world.sql(
      `insert into day_counts select $1, '2026-11-22', gen_random_uuid(), '00000000-0000-0000-0000-000000000000', '', '/p' || n, 'pl', 'r' || n || '.example', 's' || n, '', '', 1, 0 from generate_series(1, 6000) n`,
      [workspaceId],
    )
    await view({ p: '/neu', r: 'neu.example', s: 'neu' })
    await view({ p: '/p1', r: 'r1.example', s: 's1' })
    await figures()
    expect(
      await world.sql("select path, referrer, source, views from day_counts where path in ('other', '/neu')"),
    ).toEqual([{ path: 'other', referrer: 'other', source: 'other', views: 1 }])
  })
})

describe('what is not counted', () => {
  test.each([
    ['robots', { agent: 'Googlebot/2.1' }],
    ['a wish for privacy', { headers: { 'sec-gpc': '1' } }],
    ['previews', { headers: { 'sec-purpose': 'prefetch' } }],
    ['members', { headers: { cookie: 'floowe-4800=abc' } }],
  ])('%s', async (_name, sent) => {
    expect((await view(page, sent)).statusCode).toBe(204)
    expect((await figures()).total).toEqual({ views: 0, visits: 0 })
  })
  test('unknown workspaces and articles, broken and large bodies are refused', async () => {
    const codes = async (answer: Awaited<ReturnType<typeof view>>) => [
      answer.statusCode,
      (answer.json() as { code?: string }).code,
    ]
    expect(await codes(await view(page, { workspace: '0190bbbb-0000-7000-8000-00000000dead' }))).toEqual([
      404,
      'not-found',
    ])
    expect(await codes(await view(page, { workspace: 'studio' }))).toEqual([404, 'not-found'])
    expect(await codes(await view({ ...page, a: '0190cccc-0000-7001-8000-00000000dead' }))).toEqual([404, 'not-found'])
    expect(await codes(await view('not json'))).toEqual([400, 'invalid-input'])
    expect(
      await codes(await view('{"p":"/","a":{"$gt":""}}', { headers: { 'content-type': 'application/json' } })),
    ).toEqual([400, 'invalid-input'])
    expect((await view({ ...page, x: 'a'.repeat(3_000) })).statusCode).toBe(413)
    expect(
      (await world.http.inject({ method: 'POST', url: `/t/${workspaceId}/v`, headers: { 'user-agent': agent } }))
        .statusCode,
    ).toBe(400)
    expect((await figures()).total).toEqual({ views: 0, visits: 0 })
  })
  test('an article of another workspace', async () => {
    expect((await view(page, { workspace: otherWorkspaceId })).statusCode).toBe(404)
  })
  test('more than an address may', async () => {
    const answers = []
    for (let turn = 0; turn < 42; turn++) answers.push((await view(page, { address: '192.0.2.50' })).statusCode)
    expect(answers.filter((status) => status === 204)).toHaveLength(40)
    expect(answers.at(-1)).toBe(429)
    expect((await view(page, { address: '192.0.2.51' })).statusCode).toBe(204)
  })
})

describe('asking', () => {
  test('a range that is too long or turned round is refused', async () => {
    expect((await refusalOf(figures({ from: '2025-01-01', to: '2026-11-22' }))).code).toBe('range-too-long')
    expect((await refusalOf(viewer().getOverview({ from: '2025-01-01', to: '2026-11-22' }))).code).toBe(
      'range-too-long',
    )
    expect((await refusalOf(figures({ from: '2026-11-22', to: '2026-11-21' }))).code).toBe('invalid-input')
    expect((await figures({ from: '2025-10-19', to: '2026-11-22' })).days).toHaveLength(400)
  })
  test('nothing counted is nothing, not an error', async () => {
    expect(await figures()).toMatchObject({ total: { views: 0, visits: 0 }, referrers: [], countedSince: null })
  })
  test('one workspace never sees another', async () => {
    await view(page)
    const stranger = world.as({ workspaceId: otherWorkspaceId, role: 'owner' })
    expect((await stranger.getArticleFigures({ articleId: article as never, ...today })).total).toEqual({
      views: 0,
      visits: 0,
    })
    expect((await stranger.getOverview(today)).articles).toEqual([])
  })
  test('who may', async () => {
    const asked = { articleId: article as never, ...today }
    for (const run of [
      () => world.anonymous.getArticleFigures(asked),
      () => world.anonymous.getOverview(today),
      () => world.anonymous.addHistory({ rows: [] }),
    ])
      expect((await refusalOf(run())).code).toBe('not-signed-in')
    const nobody = world.as({ workspaceId, permissions: [] })
    for (const run of [() => nobody.getArticleFigures(asked), () => nobody.getOverview(today)])
      expect((await refusalOf(run())).code).toBe('not-allowed')
    expect((await refusalOf(world.as({ workspaceId, role: 'owner' }).addHistory({ rows: [] }))).code).toBe(
      'not-allowed',
    )
    expect(
      (await world.rest('POST', '/analytics/addHistory', { as: { workspaceId, role: 'owner' }, body: { rows: [] } }))
        .status,
    ).toBe(404)
  })
})

describe('history', () => {
  const row = {
    day: '2026-10-01',
    path: '/site/studio/atlas',
    articleId: article as never,
    editionId: edition,
    language: 'pl',
    title: 'Jak powstaje atlas',
    referrer: 'news.example',
    source: '',
    medium: '',
    campaign: '',
    views: 10,
    visits: 7,
  }
  test('stands beside what is counted here', async () => {
    await world
      .asService(workspaceId, 'launch')
      .addHistory({ rows: [row, { ...row, day: '2026-10-02', views: 5, visits: 5, title: '' }, row] })
    await view({ ...page, r: 'news.example' })
    const answer = await figures({ from: '2026-10-01', to: '2026-11-22' })
    expect(answer.total).toEqual({ views: 26, visits: 20 })
    expect(answer).toMatchObject({
      referrers: [{ name: 'news.example', views: 26 }],
      countedSince: '2026-09-30T22:00:00.000Z',
    })
    expect((await viewer().getOverview({ from: '2026-10-01', to: '2026-10-31' })).articles).toEqual([
      { articleId: article, title: 'Jak powstaje atlas', language: 'pl', views: 25, visits: 19 },
    ])
  })
})

test('a workspace that is removed takes its numbers with it', async () => {
  await view(page)
  await figures()
  await view(page)
  await world.tell({
    name: 'identity.workspace-removed',
    workspaceId,
    key: workspaceId,
    actor: 'service:identity',
    data: { id: workspaceId as never },
  })
  clock.advance(5_000)
  await world.drain()
  for (const table of ['day_counts', 'day_visitors', 'day_salts', 'editions'])
    expect(await world.sql(`select from ${table} where workspace_id = $1`, [workspaceId])).toEqual([])
})
