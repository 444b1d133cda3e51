/** Feeds of their own, read by an independent parser. */
import Parser from 'rss-parser'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fakeClock, testService, type World } from '@floowe/platform/testing'
import { author, delivery, idOf, otherWorkspaceId, snapshot, workspaceId } from './samples.ts'
import { service } from './service.ts'

const clock = fakeClock('2026-11-22T10:00:00.000Z')
let world: World<'site'>
beforeAll(async () => {
  world = await testService(
    service,
    {
      clock,
      neighbours: {
        identity: {
          getWorkspace: async ({ workspace }) => {
            const isOther = workspace === otherWorkspaceId || workspace === 'other'
            return {
              id: (isOther ? otherWorkspaceId : workspaceId) as never,
              slug: (isOther ? 'other' : 'studio') as never,
              name: isOther ? 'Other' : 'Studio & Wisła',
              language: 'pl',
              zone: 'Europe/Warsaw',
              isDemo: false,
              createdAt: '2026-01-01T00:00:00.000Z',
            }
          },
        },
      },
    },
    'site',
  )
})
afterAll(() => world.stop())

const publisher = (workspace = workspaceId) => world.asService(workspace, 'publishing')
const get = (path: string, headers: Record<string, string> = {}, workspace = 'studio') =>
  world.http.inject({ method: 'GET', url: `/site/${workspace}${path}`, headers })
let feeds = 0
/** A feed that is open, as when its channel was connected. */
async function openFeed(name: string, workspace = workspaceId): Promise<{ channelId: string; path: string }> {
  const channelId = idOf(7, (feeds += 1))
  const { url } = await publisher(workspace).openFeed({ channelId, name })
  await tellChannel(channelId, name, 'connected', workspace)
  return { channelId, path: new URL(url).pathname.replace(/^\/site\/[^/]+/, '') }
}
const tellChannel = (channelId: string, name: string, state: 'connected' | 'removed', workspace = workspaceId) =>
  world.tell({
    name: 'publishing.channel-changed',
    workspaceId: workspace,
    key: channelId,
    actor: 'service:publishing',
    requestId: null,
    data: { channelId: channelId as never, name, network: 'feed', state },
  })
const entry = (channelId: string, name: string, content: ReturnType<typeof snapshot>, sequence: number) => {
  const { snapshotId: _, ...put } = delivery(content, sequence)
  return { channelId, name, ...put }
}

describe('a feed', () => {
  test('has an address before anybody sees it, and is empty when it opens', async () => {
    const channelId = idOf(7, 900)
    const { url } = await publisher().openFeed({ channelId, name: 'Nowości z Łodzi & okolic' })
    expect(url).toBe('https://floowe.example/site/studio/feeds/nowosci-z-lodzi-okolic/rss.xml')
    expect((await publisher().openFeed({ channelId, name: 'Another name' })).url).toBe(url)
    expect((await get('/feeds/nowosci-z-lodzi-okolic/rss.xml')).statusCode).toBe(404)
    await tellChannel(channelId, 'Nowości z Łodzi & okolic', 'connected')
    const feed = await new Parser().parseString((await get('/feeds/nowosci-z-lodzi-okolic/rss.xml')).body)
    expect(feed).toMatchObject({ title: 'Nowości z Łodzi & okolic', items: [] })
  })

  test('of a name that is taken gets a number; the name alone decides nothing', async () => {
    const [one, two] = [await openFeed('Listy'), await openFeed('Listy!')]
    expect([one.path, two.path]).toEqual(['/feeds/listy/rss.xml', '/feeds/listy-2/rss.xml'])
    expect((await openFeed('日本')).path).toBe('/feeds/feed/rss.xml')
    expect((await openFeed('Listy', otherWorkspaceId)).path).toBe('/feeds/listy/rss.xml')
    await publisher().putFeedEntry(entry(one.channelId, 'Listy', snapshot(1), 1))
    expect((await get('/feeds/listy/rss.xml', {}, 'other')).body).not.toContain('Artykuł 1')
  })

  test('holds what was published there, in three forms, whether or not the site shows it', async () => {
    const { channelId, path } = await openFeed('Trzy formy')
    const onSite = snapshot(10, {
      title: 'Na stronie <b>',
      html: '<p>Zażółć ]]&gt; <a href="/inny">inny</a></p><script>x</script>',
      authors: [author(1, 'Anna Zawada', 'anna-zawada')],
    })
    const elsewhere = snapshot(11, { language: 'en', meta: { canonicalUrl: 'https://other.example/a?b=1&c=2' } })
    const nowhere = snapshot(12, { lead: '' })
    await publisher().putSnapshot(delivery(onSite, 1))
    for (const [index, content] of [onSite, elsewhere, nowhere].entries())
      expect(await publisher().putFeedEntry(entry(channelId, 'Trzy formy', content, index + 1))).toEqual({
        url: `https://floowe.example/site/studio${path}`,
      })
    const parser = new Parser()
    for (const [file, type] of [
      ['rss.xml', 'application/rss+xml'],
      ['atom.xml', 'application/atom+xml'],
    ]) {
      const address = path.replace('rss.xml', file ?? '')
      const answer = await get(address)
      expect(answer.headers['content-type']).toBe(`${type}; charset=utf-8`)
      expect(answer.headers['content-security-policy']).toContain("default-src 'none'")
      expect(answer.body).toContain(`href="https://floowe.example/site/studio${address}"`)
      const { items } = await parser.parseString(answer.body)
      expect(items.map(({ title }) => title)).toEqual(['Artykuł 12', 'Artykuł 11', 'Na stronie <b>'])
      expect(items.map(({ link }) => link)).toEqual([
        undefined,
        'https://other.example/a?b=1&c=2',
        'https://floowe.example/site/studio/artykul-10',
      ])
      const [last] = items.slice(-1) as { 'content:encoded'?: string; content?: string }[]
      const html = last?.['content:encoded'] ?? last?.content ?? ''
      expect(html).toContain('Zażółć')
      expect(html).not.toContain('<script')
    }
    const json = JSON.parse((await get(path.replace('rss.xml', 'feed.json'))).body) as {
      items: { id: string; url?: string; language: string }[]
    }
    expect(json).toMatchObject({ version: 'https://jsonfeed.org/version/1.1', title: 'Trzy formy', language: 'pl' })
    expect(json.items.map(({ id }) => id)).toEqual(
      [nowhere, elsewhere, onSite].map(({ editionId }) => `urn:uuid:${editionId}`),
    )
    expect(json.items.map(({ language }) => language)).toEqual(['pl', 'en', 'pl'])
    expect(json.items[0]).not.toHaveProperty('url')
  })

  test('follows an update under the same id, keeps its date, and drops what is older', async () => {
    const { channelId, path } = await openFeed('Zmiany')
    const content = snapshot(20)
    await publisher().putFeedEntry(entry(channelId, 'Zmiany', content, 2))
    await publisher().putFeedEntry(entry(channelId, 'Nowa nazwa', { ...content, title: 'Nowy tytuł' }, 4))
    await publisher().putFeedEntry(entry(channelId, 'Zmiany', { ...content, title: 'Spóźniony' }, 3))
    const feed = await new Parser().parseString((await get(path)).body)
    expect(feed).toMatchObject({
      title: 'Nowa nazwa',
      items: [{ title: 'Nowy tytuł', isoDate: '2026-11-01T08:02:00.000Z' }],
    })
    const removal = { channelId, deliveryId: idOf(4, 6), sequence: 6, editionId: content.editionId }
    expect(await publisher().removeFeedEntry(removal)).toEqual({ removed: true })
    expect(await publisher().removeFeedEntry(removal)).toEqual({ removed: true })
    await publisher().putFeedEntry(entry(channelId, 'Zmiany', content, 5))
    expect((await new Parser().parseString((await get(path)).body)).items).toEqual([])
    // Taken out before it came.
    const late = snapshot(21)
    const first = { channelId, deliveryId: idOf(4, 8), sequence: 8, editionId: late.editionId }
    expect(await publisher().removeFeedEntry(first)).toEqual({ removed: false })
    await publisher().putFeedEntry(entry(channelId, 'Zmiany', late, 7))
    expect((await new Parser().parseString((await get(path)).body)).items).toEqual([])
  })

  test('holds the thirty newest', async () => {
    const { channelId, path } = await openFeed('Długi')
    for (let number = 1; number <= 35; number++)
      await publisher().putFeedEntry(entry(channelId, 'Długi', snapshot(100 + number), number))
    const { items } = await new Parser().parseString((await get(path)).body)
    expect(items).toHaveLength(30)
    expect(items[0]?.title).toBe('Artykuł 135')
  })

  test('is not sent again to whoever has it, by tag or by date; a change within the same second is', async () => {
    const { channelId, path } = await openFeed('Znaczniki')
    await publisher().putFeedEntry(entry(channelId, 'Znaczniki', snapshot(30), 1))
    const { headers } = await get(path)
    const [etag, changed] = [String(headers['etag']), String(headers['last-modified'])]
    expect((await get(path, { 'if-none-match': etag })).statusCode).toBe(304)
    expect((await get(path, { 'if-modified-since': changed })).statusCode).toBe(304)
    expect((await get(path, { 'if-modified-since': 'not a date' })).statusCode).toBe(200)
    // A tag that differs wins over a date that does not.
    expect((await get(path, { 'if-none-match': '"x"', 'if-modified-since': changed })).statusCode).toBe(200)
    await publisher().putFeedEntry(entry(channelId, 'Znaczniki', snapshot(31), 2))
    expect((await get(path, { 'if-modified-since': changed })).statusCode).toBe(200)
    expect((await get(path, { 'if-none-match': etag })).statusCode).toBe(200)
  })

  test('is gone with its channel, and its address stays its own', async () => {
    const { channelId, path } = await openFeed('Krótki')
    await publisher().putFeedEntry(entry(channelId, 'Krótki', snapshot(40), 1))
    await tellChannel(channelId, 'Krótki', 'removed')
    expect((await get(path)).statusCode).toBe(410)
    expect((await openFeed('Krótki')).path).toBe('/feeds/krotki-2/rss.xml')
  })

  test('stands on a host of the site’s own too', async () => {
    await world.as({ workspaceId, role: 'admin' }).updateSiteSettings({ host: 'magazyn.example.com' })
    const channelId = idOf(7, 950)
    expect((await publisher().openFeed({ channelId, name: 'Na hoście' })).url).toBe(
      'https://magazyn.example.com/feeds/na-hoscie/rss.xml',
    )
    await world.as({ workspaceId, role: 'admin' }).updateSiteSettings({ host: '' })
  })

  test.each([
    '/feeds',
    '/feeds/',
    '/feeds/nothing/rss.xml',
    '/feeds/listy/other.xml',
    '/feeds/listy',
    '/feeds/listy/rss.xml/x',
    '/en/feeds/listy/rss.xml',
  ])('%s is no feed', async (path) => {
    expect((await get(path)).statusCode).toBe(404)
  })
})
