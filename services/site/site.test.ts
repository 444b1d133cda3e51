import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Refusal } from '@floowe/platform'
import { fakeClock, testService, type World } from '@floowe/platform/testing'
import { delivery, idOf, otherWorkspaceId, snapshot, workspaceId } from './samples.ts'
import { service } from './service.ts'

let world: World<'site'>
const slugOf = (workspace: string): string => (workspace === workspaceId ? 'studio' : 'other')
const workspaceOf = (workspace: string) => ({
  id: workspace === 'studio' ? workspaceId : workspace === 'other' ? otherWorkspaceId : workspace,
  slug: workspace === 'studio' || workspace === 'other' ? workspace : slugOf(workspace),
  name: 'Studio',
  language: 'pl',
  zone: 'Europe/Warsaw',
  isDemo: false,
  createdAt: '2026-01-01T00:00:00.000Z',
})
const known = [workspaceId, otherWorkspaceId, 'studio', 'other']
const media = {
  id: idOf(9, 1),
  name: 'logo.svg',
  type: 'image/svg+xml',
  bytes: 10,
  sha256: 'x',
  width: 200,
  height: 50,
  alt: '',
  caption: '',
  credit: '',
  focalPoint: null,
  state: 'ready' as const,
  url: '/media/logo.svg',
  variants: [],
  createdAt: '2026-01-01T00:00:00.000Z',
  usedBy: 0,
}

beforeAll(async () => {
  world = await testService(
    service,
    {
      clock: fakeClock(),
      neighbours: {
        identity: {
          getWorkspace: async ({ workspace }) => (known.includes(workspace) ? (workspaceOf(workspace) as never) : null),
        },
        content: {
          getMedia: async ({ id }) =>
            id === media.id ? (media as never) : Promise.reject(new Refusal('not-found', { what: 'media' })),
        },
      },
    },
    'site',
  )
})
afterAll(() => world.stop())

const publisher = () => world.asService(workspaceId, 'publishing')
const admin = () => world.as({ workspaceId, role: 'admin' })
const viewer = () => world.as({ workspaceId, role: 'viewer' })
const refusalOf = async (work: Promise<unknown>): Promise<Refusal> => {
  try {
    await work
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
  throw new Error('it was not refused')
}
const get = (path: string, headers: Record<string, string> = {}) =>
  world.http.inject({ method: 'GET', url: `/site/studio${path}`, headers })

describe('putSnapshot', () => {
  test('shows an edition, says where, and tells of it', async () => {
    const content = snapshot(1, { title: 'Jak powstaje atlas', slug: 'jak-powstaje-atlas' })
    expect(await publisher().putSnapshot(delivery(content, 1))).toEqual({
      url: 'https://floowe.example/site/studio/jak-powstaje-atlas',
    })
    const page = await get('/jak-powstaje-atlas')
    expect(page.statusCode).toBe(200)
    expect(page.body).toContain('Jak powstaje atlas')
    await world.drain()
    expect(world.events.find((event) => event.name === 'site.snapshot-shown')).toMatchObject({
      workspaceId,
      key: content.editionId,
      data: { url: 'https://floowe.example/site/studio/jak-powstaje-atlas' },
    })
    const [live] = await viewer().getLiveEditions({ articleId: content.articleId })
    expect(live).toMatchObject({
      editionId: content.editionId,
      language: 'pl',
      title: 'Jak powstaje atlas',
      versionId: content.versionId,
      publishedAt: '2026-11-01T08:01:00.000Z',
    })
  })

  test('the same delivery again changes nothing; an older one never replaces a newer one', async () => {
    const content = snapshot(2, { title: 'Druga wersja' })
    await publisher().putSnapshot(delivery(content, 12))
    const [before] = await world.sql<{ revision: number }>('select revision from sites where workspace_id = $1', [
      workspaceId,
    ])
    await publisher().putSnapshot(delivery(content, 12))
    const late = await publisher().putSnapshot(
      delivery(snapshot(2, { title: 'Pierwsza wersja', slug: 'stary-adres' }), 11),
    )
    expect(late.url).toBe('https://floowe.example/site/studio/artykul-2')
    const [after] = await world.sql<{ revision: number }>('select revision from sites where workspace_id = $1', [
      workspaceId,
    ])
    expect(after).toEqual(before)
    expect((await get('/artykul-2')).body).toContain('Druga wersja')
    expect((await get('/stary-adres')).statusCode).toBe(404)
  })

  test('an update keeps the first date and shows at once', async () => {
    await publisher().putSnapshot(delivery(snapshot(3, { title: 'Przed' }), 20))
    expect((await get('/artykul-3')).body).toContain('Przed')
    await publisher().putSnapshot(delivery(snapshot(3, { title: 'Po poprawkach' }), 21))
    expect((await get('/artykul-3')).body).toContain('Po poprawkach')
    const [live] = await viewer().getLiveEditions({ articleId: snapshot(3).articleId })
    expect(live).toMatchObject({ publishedAt: '2026-11-01T08:20:00.000Z', updatedAt: '2026-11-01T08:21:00.000Z' })
  })

  test('what readers knew elsewhere keeps its date there, and its changes here are dated', async () => {
    const content = snapshot(60, { firstPublishedAt: '2019-05-04T10:00:00.000Z' })
    await publisher().putSnapshot(delivery(content, 22))
    const shown = async () => (await viewer().getLiveEditions({ articleId: content.articleId }))[0]
    const old = '2019-05-04T10:00:00.000Z'
    expect(await shown()).toMatchObject({ publishedAt: old, updatedAt: old })
    await publisher().putSnapshot(delivery(snapshot(60, { firstPublishedAt: old, title: 'Dopisek' }), 23))
    expect(await shown()).toMatchObject({ publishedAt: old, updatedAt: '2026-11-01T08:23:00.000Z' })
  })

  test('a slug of another article in the same language is refused, in another language it is free', async () => {
    await publisher().putSnapshot(delivery(snapshot(4, { slug: 'zajety' }), 30))
    expect((await refusalOf(publisher().putSnapshot(delivery(snapshot(5, { slug: 'zajety' }), 31)))).code).toBe(
      'slug-taken',
    )
    await publisher().putSnapshot(delivery(snapshot(5, { slug: 'zajety', language: 'en', title: 'Taken' }), 31))
    expect((await get('/en/zajety')).body).toContain('Taken')
    expect((await refusalOf(publisher().putSnapshot(delivery(snapshot(6, { slug: 'search' }), 32)))).code).toBe(
      'slug-taken',
    )
  })

  test('a changed slug and imported permalinks lead to the edition, wherever it moves', async () => {
    const permalinks = ['https://old.example/2019/05/witaj/', '/?p=12', '/blog/witaj.html']
    await publisher().putSnapshot(delivery(snapshot(7, { slug: 'witaj' }), 40))
    await publisher().putSnapshot(delivery(snapshot(7, { slug: 'witaj-swiecie', permalinks }), 41))
    await publisher().putSnapshot(delivery(snapshot(7, { slug: 'witajcie', permalinks }), 42))
    for (const old of [
      '/witaj',
      '/witaj-swiecie',
      '/witaj/',
      '/2019/05/witaj',
      '/2019/05/witaj/',
      '/?p=12',
      '/?utm_source=x&p=12',
      '/blog/witaj.html',
    ]) {
      const answer = await get(old)
      expect([old, answer.statusCode, answer.headers.location]).toEqual([
        old,
        301,
        'https://floowe.example/site/studio/witajcie',
      ])
    }
    // Back to an address that leads on: the redirect gives way.
    await publisher().putSnapshot(delivery(snapshot(7, { slug: 'witaj' }), 43))
    expect((await get('/witaj')).statusCode).toBe(200)
    expect((await get('/witajcie')).headers.location).toBe('https://floowe.example/site/studio/witaj')
    expect((await get('/?p=13')).statusCode).toBe(200)
  })

  test('an unknown workspace is refused', async () => {
    const stranger = world.asService('0190bbbb-0000-7000-8000-00000000dead', 'publishing')
    expect((await refusalOf(stranger.putSnapshot(delivery(snapshot(1), 1)))).code).toBe('not-found')
  })

  test('one workspace never sees another', async () => {
    await world
      .asService(otherWorkspaceId, 'publishing')
      .putSnapshot(delivery(snapshot(1, { title: 'Obcy', slug: 'obcy' }), 1))
    expect((await get('/obcy')).statusCode).toBe(404)
    expect((await world.http.inject('/site/other/obcy')).body).toContain('Obcy')
    expect(
      await world
        .as({ workspaceId: otherWorkspaceId, role: 'viewer' })
        .getLiveEditions({ articleId: snapshot(3).articleId }),
    ).toEqual([])
  })
})

describe('removeSnapshot', () => {
  test('takes it down for good reasons: 410, gone from lists; a repeat is answered alike; it comes back', async () => {
    const content = snapshot(20, { title: 'Do zdjęcia', slug: 'do-zdjecia' })
    await publisher().putSnapshot(delivery(snapshot(20, { slug: 'dawniej' }), 49))
    await publisher().putSnapshot(delivery(content, 50))
    const removal = { deliveryId: idOf(4, 51), sequence: 51, editionId: content.editionId }
    expect(await publisher().removeSnapshot(removal)).toEqual({ removed: true })
    expect(await publisher().removeSnapshot(removal)).toEqual({ removed: true })
    const gone = await get('/do-zdjecia')
    expect(gone.statusCode).toBe(410)
    expect(gone.body).not.toContain('Do zdjęcia')
    expect((await get('/dawniej')).statusCode).toBe(410)
    expect((await get('/')).body).not.toContain('Do zdjęcia')
    expect(await viewer().getLiveEditions({ articleId: content.articleId })).toEqual([])
    await publisher().putSnapshot(delivery(content, 50))
    expect((await get('/do-zdjecia')).statusCode).toBe(410)
    await publisher().putSnapshot(delivery(content, 52))
    expect((await get('/do-zdjecia')).statusCode).toBe(200)
    await world.drain()
    expect(
      world.events.filter((event) => event.name === 'site.snapshot-removed' && event.key === content.editionId),
    ).toHaveLength(1)
  })

  test('an older removal leaves a newer edition alone; one that comes early holds back the older delivery', async () => {
    const content = snapshot(21)
    await publisher().putSnapshot(delivery(content, 61))
    expect(
      await publisher().removeSnapshot({ deliveryId: idOf(4, 60), sequence: 60, editionId: content.editionId }),
    ).toEqual({ removed: false })
    expect((await get('/artykul-21')).statusCode).toBe(200)
    const later = snapshot(22)
    expect(
      await publisher().removeSnapshot({ deliveryId: idOf(4, 71), sequence: 71, editionId: later.editionId }),
    ).toEqual({ removed: false })
    await publisher().putSnapshot(delivery(later, 70))
    expect((await get('/artykul-22')).statusCode).toBe(404)
    await publisher().putSnapshot(delivery(later, 72))
    expect((await get('/artykul-22')).statusCode).toBe(200)
  })
})

describe('settings', () => {
  test('begin as the workspace, change, and are told', async () => {
    expect(await world.as({ workspaceId: otherWorkspaceId, role: 'viewer' }).getSiteSettings(undefined)).toMatchObject({
      name: 'Studio',
      language: 'pl',
      languages: ['pl'],
      host: '',
      accent: 'river',
      isListed: true,
      url: 'https://floowe.example/site/other/',
    })
    const changed = await admin().updateSiteSettings({
      name: 'Brzegi',
      tagline: 'O wodzie i o ludziach',
      accent: 'moss',
      menus: {
        pl: [
          { label: 'Reportaże', href: '/categories/reportaze' },
          { label: 'Sklep', href: 'https://shop.example/' },
        ],
      },
      footers: { pl: 'Wydaje Studio.' },
      logoId: media.id as never,
    })
    expect(changed).toMatchObject({
      name: 'Brzegi',
      accent: 'moss',
      logo: { url: '/media/logo.svg', width: 200, height: 50 },
    })
    const home = await get('/')
    for (const part of [
      'O\u00a0wodzie i\u00a0o\u00a0ludziach',
      'href="https://floowe.example/site/studio/categories/reportaze"',
      'href="https://shop.example/"',
      'Wydaje Studio.',
      'data-accent="moss"',
      'src="https://floowe.example/media/logo.svg" alt="Brzegi" width="160" height="40"',
    ])
      expect(home.body).toContain(part)
    expect(await admin().updateSiteSettings({ logoId: null })).toMatchObject({ logo: null })
    await world.drain()
    expect(world.events.some((event) => event.name === 'site.settings-changed')).toBe(true)
  })

  test('a host of its own changes every address; it belongs to one site', async () => {
    await admin().updateSiteSettings({ host: 'brzegi.example.com' })
    const home = await get('/')
    expect(home.body).toContain('<link rel="canonical" href="https://brzegi.example.com/">')
    expect(home.headers['content-security-policy']).toContain('style-src https://brzegi.example.com/site-assets/')
    expect(home.body).not.toContain('floowe.example')
    expect(await world.asService(null, 'gateway').listHosts(undefined)).toEqual([
      { host: 'brzegi.example.com', workspace: 'studio' },
    ])
    const other = world.as({ workspaceId: otherWorkspaceId, role: 'admin' })
    expect((await refusalOf(other.updateSiteSettings({ host: 'brzegi.example.com' }))).code).toBe('host-taken')
    expect((await refusalOf(other.updateSiteSettings({ host: 'floowe.example' }))).code).toBe('host-taken')
    await admin().updateSiteSettings({ host: '' })
    expect(await world.asService(null, 'gateway').listHosts(undefined)).toEqual([])
  })

  test('another language becomes the site’s own: every old address still leads home', async () => {
    await admin().updateSiteSettings({ language: 'en' })
    expect((await get('/artykul-3')).headers.location).toBe('https://floowe.example/site/studio/pl/artykul-3')
    expect((await get('/pl/artykul-3')).statusCode).toBe(200)
    expect((await get('/en/zajety')).headers.location).toBe('https://floowe.example/site/studio/zajety')
    await admin().updateSiteSettings({ language: 'pl' })
    expect((await get('/pl/artykul-3')).headers.location).toBe('https://floowe.example/site/studio/artykul-3')
  })

  test('an unknown logo, a menu that is script and a broken host are refused', async () => {
    expect((await refusalOf(admin().updateSiteSettings({ logoId: idOf(9, 2) as never }))).code).toBe('not-found')
    expect(
      (await refusalOf(admin().updateSiteSettings({ menus: { pl: [{ label: 'x', href: 'javascript:alert(1)' }] } })))
        .code,
    ).toBe('invalid-input')
    expect((await refusalOf(admin().updateSiteSettings({ host: 'exa mple' }))).code).toBe('invalid-input')
  })
})

describe('redirects', () => {
  test('a person sends an old address elsewhere, sees it, forgets it', async () => {
    const added = await admin().addRedirect({ from: '/o-nas/', to: 'https://about.example/' })
    expect(added).toMatchObject({ from: '/o-nas', to: 'https://about.example/', origin: 'person' })
    expect((await get('/o-nas')).headers.location).toBe('https://about.example/')
    await admin().addRedirect({ from: '/stary', to: '/artykul-3' })
    expect((await get('/stary/?utm_source=mail')).headers.location).toBe('https://floowe.example/site/studio/artykul-3')
    const { items, total } = await viewer().listRedirects({})
    expect(total).toBe(items.length)
    expect(items.filter((item) => item.origin === 'person').map((item) => item.from)).toEqual(['/o-nas', '/stary'])
    expect(items).toContainEqual(expect.objectContaining({ from: '/?p=12', to: '/witaj', origin: 'import' }))
    await admin().removeRedirect({ from: '/o-nas' })
    await admin().removeRedirect({ from: '/o-nas' })
    expect((await get('/o-nas')).statusCode).toBe(404)
  })

  test('an address with a sign that no table keeps is refused', async () => {
    expect((await refusalOf(admin().addRedirect({ from: '/a%00b', to: '/szum' }))).code).toBe('invalid-input')
  })
  test('a page is not sent away, and nothing leads back to itself', async () => {
    expect((await refusalOf(admin().addRedirect({ from: '/artykul-3', to: '/witaj' }))).code).toBe('path-in-use')
    expect((await refusalOf(admin().addRedirect({ from: '/feed.xml', to: '/witaj' }))).code).toBe('path-in-use')
    expect((await refusalOf(admin().addRedirect({ from: '/kolo', to: '/kolo/' }))).data).toMatchObject({
      issues: [{ path: 'to' }],
    })
    await admin().addRedirect({ from: '/a', to: '/b' })
    await admin().addRedirect({ from: '/b', to: 'https://floowe.example/site/studio/c' })
    expect((await refusalOf(admin().addRedirect({ from: '/c', to: '/a' }))).code).toBe('invalid-input')
  })

  test('a page that is gone may lead elsewhere', async () => {
    const content = snapshot(30)
    await publisher().putSnapshot(delivery(content, 80))
    await publisher().removeSnapshot({ deliveryId: idOf(4, 81), sequence: 81, editionId: content.editionId })
    await admin().addRedirect({ from: '/artykul-30', to: '/artykul-3' })
    expect((await get('/artykul-30')).headers.location).toBe('https://floowe.example/site/studio/artykul-3')
  })
})

describe('who may', () => {
  const operations: [string, (who: ReturnType<typeof viewer>) => Promise<unknown>, 'read' | 'settings' | 'service'][] =
    [
      ['getSiteSettings', (who) => who.getSiteSettings(undefined), 'read'],
      ['getLiveEditions', (who) => who.getLiveEditions({ articleId: snapshot(1).articleId }), 'read'],
      ['listRedirects', (who) => who.listRedirects({}), 'read'],
      ['updateSiteSettings', (who) => who.updateSiteSettings({ tagline: 'x' }), 'settings'],
      ['addRedirect', (who) => who.addRedirect({ from: '/x', to: '/y' }), 'settings'],
      ['removeRedirect', (who) => who.removeRedirect({ from: '/x' }), 'settings'],
      ['putSnapshot', (who) => who.putSnapshot(delivery(snapshot(1), 1)), 'service'],
      [
        'removeSnapshot',
        (who) => who.removeSnapshot({ deliveryId: idOf(4, 1), sequence: 1, editionId: snapshot(1).editionId }),
        'service',
      ],
    ]
  test.each(operations)('%s', async (_name, run, needs) => {
    expect((await refusalOf(run(world.anonymous))).code).toBe('not-signed-in')
    if (needs !== 'service')
      expect((await refusalOf(run(world.as({ workspaceId, permissions: [] })))).code).toBe('not-allowed')
    if (needs === 'settings') expect((await refusalOf(run(viewer()))).code).toBe('not-allowed')
  })
  test('operations between services are closed at the front door', async () => {
    for (const path of ['/site/putSnapshot', '/site/listHosts'])
      expect((await world.rest('POST', path, { as: { workspaceId, role: 'owner' }, body: {} })).status).toBe(404)
  })
})

test('a workspace that is removed takes its site with it', async () => {
  await world.tell({
    name: 'identity.workspace-updated',
    workspaceId: otherWorkspaceId,
    key: otherWorkspaceId,
    actor: 'service:identity',
    data: { ...workspaceOf(otherWorkspaceId), slug: 'other', name: 'Nowa nazwa' } as never,
  })
  expect(await world.as({ workspaceId: otherWorkspaceId, role: 'viewer' }).getSiteSettings(undefined)).toMatchObject({
    name: 'Nowa nazwa',
  })
  known.splice(known.indexOf('other'), 1)
  known.splice(known.indexOf(otherWorkspaceId), 1)
  await world.tell({
    name: 'identity.workspace-removed',
    workspaceId: otherWorkspaceId,
    key: otherWorkspaceId,
    actor: 'service:identity',
    data: { id: otherWorkspaceId as never },
  })
  expect((await world.http.inject('/site/other/obcy')).statusCode).toBe(404)
  for (const table of ['editions', 'edition_terms', 'totals', 'search_texts', 'redirects', 'sites'])
    expect(await world.sql(`select from ${table} where workspace_id = $1`, [otherWorkspaceId])).toEqual([])
})
