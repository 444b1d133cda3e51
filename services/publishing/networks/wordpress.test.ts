import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { startWordpress, type WordpressOptions } from '@floowe/emulators/wordpress'
import type { Fault } from '@floowe/emulators/vendor'
import { fakeClock } from '@floowe/platform/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { accountOf, drive, pageFor, parcelOf, partsFor, timeoutMs } from '../testing/network.ts'
import type { Account, Connected, Failure, Remote } from './network.ts'
import { wordpress } from './wordpress.ts'

const clock = fakeClock('2026-11-22T10:00:00.000Z')
let site: Awaited<ReturnType<typeof startWordpress>>
let outside: ReturnType<typeof partsFor>
let account: Account

const network = () => wordpress(outside.parts)
const fields = () => ({ url: site.url, handle: site.handle, password: site.password })
async function open(options: WordpressOptions = {}): Promise<Connected | Failure> {
  site = await startWordpress({ nowMs: clock.now, hangMs: timeoutMs * 3, ...options })
  site.faults.concerns(({ method, path }) => method === 'POST' && path.endsWith('/posts'))
  outside = partsFor(clock)
  const connected = await network().connect?.(fields())
  if (connected && !('kind' in connected)) account = accountOf(connected)
  return connected ?? { kind: 'permanent', code: 'no-connect' }
}
async function close(): Promise<void> {
  await outside.close()
  await site.stop()
}
const publish = (content = pageFor()) => drive(network(), parcelOf(content), account, clock)
const term = (name: string) => ({ id: crypto.randomUUID(), name, slug: 'x' })

describe('a site with everything on', () => {
  beforeEach(async () => void (await open()))
  afterEach(close)

  test('a whole text arrives: words, picture, lead, terms, addresses made whole', async () => {
    const content = pageFor({
      title: 'Cegła < kamień & "szkło"',
      html: '<p>Zażółć <a href="/studio/inny">inny</a> [gallery]</p>\n<pre><code>&lt;img src="/a"></code></pre>\n<p><img src="/media/a.png" srcset="/media/a-1.webp 1w, /media/a-2.webp 2w" alt="a > b"></p>\n',
      tags: [term('Cegła'), term('Kamień & szkło')],
      categories: [term('Architektura')],
      cover: {
        ...{ url: '/media/cover.png', alt: 'Okładka', caption: 'Podpis', credit: 'fot. A', width: 1, height: 1 },
        ...{ variants: [], focalPoint: null },
      },
    })
    const { end, remote, verdicts } = await publish(content)
    expect(end).toBe('accepted')
    const [post, ...others] = site.posts()
    expect(others).toEqual([])
    expect(post).toMatchObject({
      slug: 'kamienica',
      title: 'Cegła &lt; kamień &amp; &quot;szkło&quot;',
      excerpt: 'O cegle.',
      tags: ['Cegła', 'Kamień & szkło'],
      categories: ['Architektura'],
    })
    expect(post?.content).toContain('<a href="https://floowe.example/studio/inny">inny</a> &#91;gallery]')
    expect(post?.content).toContain('<code>&lt;img src="/a"></code>')
    expect(post?.content).toContain(
      'src="https://floowe.example/media/a.png" srcset="https://floowe.example/media/a-1.webp 1w, https://floowe.example/media/a-2.webp 2w"',
    )
    expect(post?.content).toContain(
      '<figure><img src="https://floowe.example/media/cover.png" alt="Okładka"><figcaption>Podpis · fot. A</figcaption></figure>',
    )
    expect(remote['part-0']).toMatchObject({ id: String(post?.id), url: `${site.url}/kamienica/` })
    expect(verdicts.at(-1)).toMatchObject({ kind: 'accepted', url: `${site.url}/kamienica/` })
  })

  test('terms there are already are used, whatever their case', async () => {
    await publish(pageFor({ tags: [term('Cegła & S-ka')] }))
    await publish(pageFor({ slug: 'druga', tags: [term('cegła & s-ka')] }))
    expect(site.posts().map(({ tags }) => tags)).toEqual([['Cegła & S-ka'], ['Cegła & S-ka']])
  })

  test.each<Fault>([
    'accept-then-reset',
    'accept-then-500',
    'accept-then-hang',
    'slow-body',
    'html-error',
    'wrong-type',
    'empty-body',
    'reset',
    { status: 429, retryAfter: 2 },
    { status: 500 },
    { status: 503 },
  ])('%j on the request that makes it: one post', async (fault) => {
    site.faults.next([fault])
    expect((await publish()).end).toBe('accepted')
    expect(site.posts()).toHaveLength(1)
    expect(site.effects().filter(({ kind }) => kind === 'created')).toHaveLength(1)
  })

  test('what every attempt loses is there once', async () => {
    site.faults.always(() => 'accept-then-reset')
    expect((await publish()).end).toBe('accepted')
    expect(site.posts()).toHaveLength(1)
  })

  test("somebody else's post at the same slug is neither taken for ours nor touched", async () => {
    const theirs = { slug: 'kamienica', title: 'Kamienica', content: '<p>Zażółć gęślą jaźń.</p>' }
    site.write(theirs)
    site.faults.next([{ status: 500 }, 'accept-then-reset'])
    const { end, remote } = await publish()
    expect(end).toBe('accepted')
    const [first, ours, ...others] = site.posts()
    expect(others).toEqual([])
    expect(first).toMatchObject(theirs)
    expect(ours).toMatchObject({ slug: 'kamienica-2' })
    expect(remote['part-0']?.id).toBe(String(ours?.id))
  })

  test('ours is found where no number of the slug leads to it', async () => {
    for (let count = 0; count < 12; count++) site.write({ slug: 'kamienica', title: 'Inna', content: 'x' })
    site.faults.next(['accept-then-reset'])
    expect((await publish()).end).toBe('accepted')
    expect(site.posts().filter(({ title }) => title === 'Kamienica')).toHaveLength(1)
  })

  test('ours is found where the account has written more since', async () => {
    for (let count = 0; count < 12; count++) site.write({ slug: 'kamienica', title: 'Inna', content: 'x' })
    site.faults.next(['accept-then-reset'])
    const parcel = parcelOf(pageFor())
    let remote: Remote = {}
    const keep = async (kept: Remote) => void (remote = kept)
    const lost = await network().send(parcel, account, { signal: new AbortController().signal, remote, keep })
    expect(lost).toMatchObject({ kind: 'ambiguous' })
    for (let count = 0; count < 25; count++) await publish(pageFor({ slug: `s-${count}`, title: 'Nowa' }))
    expect((await drive(network(), parcel, account, clock, { remote })).end).toBe('accepted')
    expect(site.posts().filter(({ title }) => title === 'Kamienica')).toHaveLength(1)
  })

  test('a full last page of newest posts is the end of the search, not an error', async () => {
    for (let count = 0; count < 10; count++) await publish(pageFor({ slug: `s-${count}` }))
    site.faults.next([{ status: 500 }])
    expect((await publish()).end).toBe('accepted')
    expect(site.posts()).toHaveLength(11)
  })

  test('an update changes the same post where it stands', async () => {
    const { remote: standing } = await publish()
    const update = parcelOf(pageFor({ title: 'Inne słowa', slug: 'inny' }), { kind: 'update', standing })
    expect((await drive(network(), update, account, clock)).end).toBe('accepted')
    expect(site.posts()).toMatchObject([{ slug: 'kamienica', title: 'Inne słowa' }])
  })

  test('an update of a post that is gone says that it cannot be found', async () => {
    const update = parcelOf(pageFor(), { kind: 'update', standing: { 'part-0': { key: 'k', armedMs: 0, id: '99' } } })
    const { verdicts } = await drive(network(), update, account, clock)
    expect(verdicts).toMatchObject([{ kind: 'permanent', code: 'cannot-find', status: 404 }])
  })

  test('taken down twice it is in the trash once, and published again it stands where it stood', async () => {
    const { remote: standing } = await publish()
    for (let time = 0; time < 2; time++)
      expect((await drive(network(), parcelOf(null, { standing }), account, clock)).end).toBe('accepted')
    expect(site.posts()).toEqual([])
    expect(site.effects().filter(({ kind }) => kind === 'removed')).toHaveLength(1)
    await publish()
    expect(site.posts()).toMatchObject([{ slug: 'kamienica' }])
  })

  test('a password that is gone asks for a person and says nothing secret', async () => {
    site.revoke()
    const { end, verdicts } = await publish()
    expect(end).toBe('reconnect')
    expect(verdicts).toMatchObject([{ code: 'token-refused', status: 401 }])
    expect(await network().test(account, 'x')).toMatchObject({ kind: 'reconnect', code: 'token-refused' })
    const refused = await network().connect?.(fields())
    expect(refused).toMatchObject({ kind: 'reconnect', code: 'token-refused' })
    const basic = Buffer.from(`${site.handle}:${site.password}`).toString('base64')
    for (const secret of [site.password, basic]) expect(JSON.stringify([verdicts, refused])).not.toContain(secret)
  })

  test('a wrong password does not connect', async () => {
    const refused = await network().connect?.({ ...fields(), password: 'zzzz zzzz zzzz' })
    expect(refused).toMatchObject({ kind: 'reconnect', code: 'token-refused' })
    expect(JSON.stringify(refused)).not.toContain('zzzz')
  })

  test('a page of a firewall is no refusal', async () => {
    site.faults.next([{ status: 403, body: '<!doctype html><title>Blocked</title>' }])
    const { end, verdicts } = await publish()
    expect(verdicts[0]).toMatchObject({ kind: 'transient', code: 'blocked-page' })
    expect(end).toBe('accepted')
    expect(site.posts()).toHaveLength(1)
  })
})

test('what is not listed yet is waited for, not posted again', async () => {
  await open({ listingDelayMs: 120_000 })
  site.faults.next(['accept-then-reset'])
  const { end, verdicts } = await publish()
  expect(verdicts.map((verdict) => ('code' in verdict ? verdict.code : verdict.kind))).toEqual([
    'connection-lost',
    'not-listed-yet',
    'accepted',
  ])
  expect(end).toBe('accepted')
  expect(site.posts()).toHaveLength(1)
  await close()
})

test.each<[string, WordpressOptions]>([
  ['/wp-json/', { hasPermalinks: true, isAnnounced: true }],
  ['/wp-json/', { hasPermalinks: true, isAnnounced: false }],
  ['/index.php?rest_route=/', { hasPermalinks: false, isAnnounced: true }],
  ['/?rest_route=/', { hasPermalinks: false, isAnnounced: false }],
])('the API is found at %s, and used there: %j', async (place, options) => {
  const connected = await open(options)
  expect(connected).toMatchObject({
    accountId: `${site.url}#1`,
    accountName: 'Studio Wisła & S-ka',
    url: site.url,
    credentials: { url: site.url, handle: site.handle, user: '1', api: `${site.url}${place}` },
  })
  expect((await publish(pageFor({ tags: [term('Cegła')] }))).end).toBe('accepted')
  expect(site.posts()).toMatchObject([{ tags: ['Cegła'] }])
  await close()
})

/** Another site that answers its home page with this, and nothing else. */
async function withPage(
  status: number,
  headers: Record<string, string>,
  work: (url: string, passwords: () => number) => Promise<void>,
): Promise<void> {
  let passwords = 0
  const server = createServer((request, response) => {
    if (request.headers.authorization !== undefined) passwords += 1
    response.writeHead(request.url === '/' ? status : 404, request.url === '/' ? headers : {}).end('<!doctype html>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, () => passwords) // it listens on a port
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

test('the password goes where the address leads, and not where another site says its API is', async () => {
  await open()
  await withPage(301, { location: site.url }, async (url, passwords) => {
    expect(await network().connect?.({ ...fields(), url })).toMatchObject({ accountId: `${site.url}#1` })
    expect(passwords()).toBe(0)
  })
  const asked = site.log().length
  await withPage(200, { link: `<${site.url}/wp-json/>; rel="https://api.w.org/"` }, async (url) => {
    expect(await network().connect?.({ ...fields(), url })).toMatchObject({
      kind: 'permanent',
      code: 'account-not-found',
    })
  })
  expect(site.log()).toHaveLength(asked)
  await close()
})

test('who may not publish does not connect, and whose rights are gone asks for a person', async () => {
  expect(await open({ role: 'subscriber' })).toMatchObject({ kind: 'reconnect', code: 'not-allowed-there' })
  const credentials = { ...fields(), api: `${site.url}/wp-json/`, user: '1' }
  account = accountOf({ accountId: '1', accountName: 'x', url: null, credentials })
  const { verdicts } = await publish()
  expect(verdicts).toMatchObject([
    {
      kind: 'reconnect',
      code: 'not-allowed-there',
      status: 403,
      detail: expect.stringContaining('rest_cannot_create'),
    },
  ])
  await close()
})

test('who may not make categories still uses those there are, and is told of another', async () => {
  await open({ role: 'author', categories: ['Sztuka'] })
  expect((await publish(pageFor({ categories: [term('sztuka')], tags: [term('Cegła')] }))).end).toBe('accepted')
  expect(site.posts()).toMatchObject([{ categories: ['Sztuka'], tags: ['Cegła'] }])
  const { verdicts } = await publish(pageFor({ categories: [term('Inna')] }))
  expect(verdicts).toMatchObject([
    {
      kind: 'reconnect',
      code: 'not-allowed-there',
      detail: expect.stringContaining('terms in this taxonomy') as string,
    },
  ])
  expect(site.posts()).toHaveLength(1)
  await close()
})

test.each([
  ['', 'bad-address'],
  ['ftp://example.com', 'bad-address'],
  ['http://10.0.0.1', 'blocked-address'],
])('the address %j does not connect', async (url, code) => {
  await open()
  expect(await network().connect?.({ ...fields(), url })).toMatchObject({ kind: 'permanent', code })
  await close()
})
