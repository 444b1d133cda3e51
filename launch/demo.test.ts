/** The story told for real: an empty folder, the bundled database, all services, and what a visitor finds then. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { demoOwner } from './demo.ts'
import { type Ask, cookieOf, startTestInstallation, type TestInstallation } from './testing.ts'

let world: TestInstallation
let owner: Ask
beforeAll(async () => {
  world = await startTestInstallation({ FLOOWE_DEMO: 'on' })
  const { demo } = world.installation
  expect(demo?.email).toBe(demoOwner)
  owner = world.as({ cookie: cookieOf(await world.ask('POST', '/session', { body: demo })), origin: world.url })
}, 120_000)
afterAll(() => world.stop())

const count = <Item>(items: readonly Item[], name: (item: Item) => string): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const item of items) counts[name(item)] = (counts[name(item)] ?? 0) + 1
  return counts
}

test('the workspace is a demo with people of every role', async () => {
  const { body } = await owner('GET', '/me')
  expect(body).toMatchObject({
    role: 'owner',
    workspace: { slug: 'studio-wisla', isDemo: true, zone: 'Europe/Warsaw' },
  })
  const members = await owner('GET', '/members')
  expect(count(members.body, ({ role }: { role: string }) => role)).toEqual({
    owner: 1,
    admin: 1,
    editor: 1,
    author: 2,
    viewer: 1,
  })
})

test('texts stand in every status, with histories of several hands', async () => {
  const { body } = await owner('GET', '/articles?limit=100')
  const editions = body.items.flatMap((article: { editions: object[] }) => article.editions)
  expect(Object.keys(count(editions, ({ status }: { status: string }) => status)).sort()).toEqual([
    'approved',
    'archived',
    'changes-requested',
    'draft',
    'idea',
    'in-review',
    'on-hold',
  ])
  const atlas = editions.find(({ slug }: { slug: string }) => slug === 'atlas-ktorego-nikt-nie-zamawial')
  const versions = (await owner('GET', `/editions/${atlas.id}/versions`)).body.items
  expect(versions.map(({ createdByName }: { createdByName: string }) => createdByName)).toEqual([
    'Anna Zawada',
    'Joanna Lipska',
    'Marek Czyż',
    'Joanna Lipska',
  ])
  const days = versions.map(({ createdAt }: { createdAt: string }) => createdAt.slice(0, 10))
  expect(new Set(days).size).toBe(4)
  // The last one brings everything back.
  const [last, first] = await Promise.all(
    [versions[0], versions[3]].map(async ({ id }) => (await owner('GET', `/versions/${id}`)).body),
  )
  expect({ title: last.title, lead: last.lead, body: last.body }).toEqual({
    title: first.title,
    lead: first.lead,
    body: first.body,
  })
  expect((await owner('GET', '/templates')).body).toHaveLength(2)
})

test('deliveries were made, failed, missed and cancelled, and others are planned', async () => {
  const { body } = await owner('GET', '/deliveries?limit=100')
  const states = count(body.items, ({ state }: { state: string }) => state)
  expect(states).toMatchObject({ published: 20, replaced: 1, failed: 1, cancelled: 1 })
  // Without a name server there is no newsletter to miss.
  const newsletter = (await owner('GET', '/channels')).body.some(({ name }: { name: string }) => name === 'Newsletter')
  expect({ planned: states['planned'], missed: states['missed'] ?? 0 }).toEqual(
    newsletter ? { planned: 9, missed: 1 } : { planned: 6, missed: 0 },
  )
  const now = new Date().toISOString()
  for (const { state, dueAt, publishedAt, title } of body.items) {
    if (state === 'planned') expect(dueAt > now, title).toBe(true)
    if (state === 'published' || state === 'replaced')
      expect(publishedAt >= dueAt && Date.parse(publishedAt) - Date.parse(dueAt) < 60_000, title).toBe(true)
  }
  expect(body.items.find(({ state }: { state: string }) => state === 'failed')).toMatchObject({
    problem: { code: 'slug-taken' },
  })
})

test('the magazine can be read in both languages, with the sizes of its pictures', async () => {
  const polish = await fetch(`${world.url}/site/studio-wisla/`)
  const page = await polish.text()
  expect(polish.status).toBe(200)
  expect(page).toContain('Jak powstaje atlas')
  const english = await (await fetch(`${world.url}/site/studio-wisla/en/categories/reportaze`)).text()
  expect(english).toContain('Reports')
  expect(english).not.toContain('Reportaże')
  const [, picture = ''] = /srcset="([^" ]+-480\.webp) 480w/.exec(page) ?? []
  // Made after the story: whoever comes first waits for it, and on a very busy machine asks twice.
  await expect
    .poll(
      async () => {
        const shown = await fetch(picture)
        await shown.arrayBuffer()
        return [shown.status, shown.headers.get('content-type')]
      },
      { timeout: 40_000 },
    )
    .toEqual([200, 'image/webp'])
}, 60_000)

test('readers were counted day by day, more in the end than in the beginning', async () => {
  const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10)
  const { body } = await owner(
    'GET',
    `/analytics/overview?from=${day(Date.now() - 40 * 86_400_000)}&to=${day(Date.now())}`,
  )
  const counted = body.days.filter(({ views }: { views: number }) => views > 0)
  expect(counted.length).toBeGreaterThanOrEqual(25)
  const sum = (days: { visits: number }[]): number => days.reduce((all, { visits }) => all + visits, 0)
  expect(sum(counted.slice(-10))).toBeGreaterThan(sum(counted.slice(0, 10)))
  expect(body.referrers.map(({ name }: { name: string }) => name)).toEqual(
    expect.arrayContaining(['google.com', 'facebook.com']),
  )
  expect(body.campaigns[0]).toMatchObject({ source: 'newsletter', medium: 'email' })
  expect(body.articles[0].title).not.toBe('')
})

test('what follows from the story comes after it: search, pictures, the log of who did what', async () => {
  await world.installation.composed.idle()
  const found = await owner('GET', '/search?query=przewoźnika')
  expect(found.body.items[0]).toMatchObject({ title: 'Prom, który nie ma silnika' })
  const media = (await owner('GET', '/media?limit=100')).body.items
  expect(count(media, ({ state }: { state: string }) => state)).toEqual({ ready: 20 })
  expect(media.filter(({ alt }: { alt: string }) => alt === '')).toEqual([])
  const audit = (await owner('GET', '/audit?limit=100')).body.items
  expect(new Set(audit.map(({ actorName }: { actorName: string }) => actorName)).size).toBeGreaterThanOrEqual(4)
}, 120_000)
