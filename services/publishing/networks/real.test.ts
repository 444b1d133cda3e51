/** Against the servers themselves: an answer that is lost makes no second post. What the emulators say of them is checked here too. */
import { request } from 'node:http'
import type { SnapshotContent } from '@floowe/contracts/content'
import { type Answer, type Asked, type Fault, startVendor, type Vendor } from '@floowe/emulators/vendor'
import { createLog, createOutbound, fakeClock } from '@floowe/platform/testing'
import { type Bluesky, program as blueskyProgram, startBluesky } from '@floowe/testbed/bluesky'
import type { Program } from '@floowe/testbed/programs'
import { isListening } from '@floowe/testbed/server'
import { startWordpress, type Wordpress, program as wordpressProgram } from '@floowe/testbed/wordpress'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { accountOf, drive, pageFor, parcelOf, partsFor, type Pictures, picture, postOf } from '../testing/network.ts'
import { createAsk, fieldOf, textAt } from './asking.ts'
import { bluesky } from './bluesky.ts'
import type { Account, Frozen, Network, NetworkParts, Parcel, Remote } from './network.ts'
import { wordpress } from './wordpress.ts'

function isHere({ name, find }: Program): boolean {
  if (find() !== null) return true
  console.warn(`publishing to a real server is not tested: npm run testbed -- install ${name}`)
  if (process.env['CI']) throw new Error(`CI tests publishing to ${name}`)
  return false
}

const startWithinMs = 90_000
const answerWithinMs = 15_000
/** How long a lost answer is waited for. */
const hangMs = 300

/** Stands before the server: each request is done there, and its answer may be lost on the way back. */
const cutBefore = (url: string): Promise<Vendor> => startVendor((asked) => passOn(url, asked), { hangMs })

const ofTheWay = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'accept-encoding'])
const across = (headers: object): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !ofTheWay.has(name))
      .map(([name, value]) => [name, String(value)]),
  )

function passOn(url: string, { method, path, query, headers, body }: Asked): Promise<Answer> {
  return new Promise((resolve, reject) => {
    // The name it was asked under stays: WordPress makes its addresses of it.
    const more = body.length > 0 ? { 'content-length': String(body.length) } : {}
    const address = query.size > 0 ? `${url}${path}?${query.toString()}` : `${url}${path}`
    const asking = request(address, { method, headers: { ...across(headers), ...more }, agent: false }, (answer) => {
      void answer.toArray().then((chunks: Buffer[]) => {
        resolve({ status: answer.statusCode ?? 0, headers: across(answer.headers), body: Buffer.concat(chunks) })
      }, reject)
    })
    asking.setTimeout(answerWithinMs, () => asking.destroy(new Error('no answer')))
    asking.once('error', reject)
    asking.end(body)
  })
}

const clock = fakeClock('2026-11-22T10:00:00.000Z')
const pictures: Pictures = new Map()
const closing: (() => Promise<unknown> | undefined)[] = []

/** A server of the machine is not as quick as an emulator. */
function patientParts(): NetworkParts {
  const { parts, close } = partsFor(clock, {}, pictures)
  const outbound = createOutbound({
    allow: ['127.0.0.1/32'],
    userAgent: 'Floowe test',
    log: createLog({ service: 'test', level: 'error' }),
  })
  closing.push(
    async () => close(),
    async () => outbound.close(),
  )
  return { ...parts, ask: createAsk({ outbound, clock, timeoutMs: answerWithinMs }) }
}

async function connected(network: Network, fields: Record<string, string>): Promise<Account> {
  const found = await network.connect?.(fields)
  if (!found || 'kind' in found) throw new Error(`not connected: ${JSON.stringify(found)}`)
  return accountOf(found)
}

async function jsonAt(address: string): Promise<unknown> {
  const answer = await fetch(address, { signal: AbortSignal.timeout(answerWithinMs) })
  return { status: answer.status, json: (await answer.json()) as unknown }
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
let count = 0
/** Words that nothing else of this run has. */
const unique = (words: string): string => `${words} ${(count += 1)}`
const kindsOf = (verdicts: readonly { kind: string }[]): string[] => verdicts.map(({ kind }) => kind)

/** One attempt whose answer is lost; answers what it kept. */
async function lostOnce(network: Network, content: Parcel, account: Account): Promise<{ remote: Remote }> {
  let remote: Remote = {}
  const keep = async (kept: Remote): Promise<void> => void (remote = kept)
  const first = await network.send(content, account, { signal: new AbortController().signal, remote, keep })
  expect(first).toMatchObject({ kind: 'ambiguous' })
  return { remote }
}

/** As the sending job asks afterwards. */
const seen = (network: Network, account: Account, remote: Remote) =>
  network.verify?.(parcelOf(null), account, { signal: new AbortController().signal, remote })

const lost: readonly Fault[] = ['accept-then-reset', 'accept-then-500', 'accept-then-hang', 'empty-body', 'html-error']

afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

describe.skipIf(!isHere(wordpressProgram))('WordPress', () => {
  let site: Wordpress
  let cut: Vendor
  let network: Network
  let account: Account
  const fields = () => ({ url: cut.url, handle: site.handle, password: site.password })
  const publish = (content: Frozen, more: { dies?: number } = {}) =>
    drive(network, parcelOf(content), account, clock, more)
  /** As the administrator, at the site itself. */
  async function asked(route: string, json?: object): Promise<unknown> {
    const basic = Buffer.from(`${site.handle}:${site.password}`).toString('base64')
    const answer = await fetch(`${site.url}/wp-json/wp/v2/${route}`, {
      headers: { authorization: `Basic ${basic}`, 'content-type': 'application/json' },
      ...(json && { method: 'POST', body: JSON.stringify(json) }),
      signal: AbortSignal.timeout(answerWithinMs),
    })
    expect(answer.ok).toBe(true)
    return answer.json()
  }
  /** As the site itself has them, the newest first. */
  async function posts(title: string): Promise<unknown[]> {
    const all = listOf(await asked('posts?status=any&context=edit&per_page=100'))
    return all.filter((post) => textAt(post, 'title', 'raw') === title)
  }
  const page = (more: Partial<SnapshotContent> = {}) => {
    const title = unique('Kamienica')
    return pageFor({ title, slug: title.toLowerCase().replace(' ', '-'), ...more })
  }

  beforeAll(async () => void (site = await startWordpress()), startWithinMs)
  afterAll(async () => {
    await site.stop()
    // Its workers share the port: nobody is left.
    expect(await isListening(Number(new URL(site.url).port))).toBe(false)
  })
  beforeEach(async () => {
    cut = await cutBefore(site.url)
    closing.push(cut.stop)
    cut.faults.concerns(({ method, path }) => method === 'POST' && path.endsWith('/posts'))
    network = wordpress(patientParts())
    account = await connected(network, fields())
  })

  test('a site is found, and its account', () => {
    expect(account).toMatchObject({
      name: 'Studio Wisła',
      url: cut.url,
      credentials: { user: '1', api: `${cut.url}/wp-json/` },
    })
  })

  test('a text arrives whole, with its picture and its terms', async () => {
    const content = page({
      html: '<p>Zażółć [gallery] <a href="/studio/inny">inny</a></p>\n<p>C:\\temp</p>\n',
      tags: [{ id: crypto.randomUUID(), name: 'Kamień & szkło', slug: 'x' }],
      categories: [{ id: crypto.randomUUID(), name: 'Architektura', slug: 'y' }],
      cover: {
        ...{ url: '/media/cover.png', alt: 'Okładka', caption: 'Podpis', credit: 'fot. A', width: 1, height: 1 },
        ...{ variants: [], focalPoint: null },
      },
    })
    const { end, verdicts } = await publish(content)
    expect(end).toBe('accepted')
    expect(verdicts).toMatchObject([{ kind: 'accepted', url: `${cut.url}/${content.slug}/` }])
    const [post, ...others] = await posts(content.title)
    expect(others).toEqual([])
    expect(post).toMatchObject({ status: 'publish', slug: content.slug, excerpt: { raw: 'O cegle.' } })
    const raw = textAt(post, 'content', 'raw') ?? ''
    expect(raw).toContain('<figure><img src="https://floowe.example/media/cover.png" alt="Okładka">')
    expect(raw).toContain('C:\\temp')
    const shown = textAt(post, 'content', 'rendered') ?? ''
    expect(shown).toContain('Zażółć &#91;gallery] <a href="https://floowe.example/studio/inny">inny</a>')
    // The same terms once more are the same terms.
    const again = page({ tags: content.tags, categories: content.categories })
    expect((await publish(again)).end).toBe('accepted')
    const [second] = await posts(again.title)
    expect(fieldOf(second, 'tags')).toEqual(fieldOf(post, 'tags'))
    expect(fieldOf(second, 'categories')).toEqual(fieldOf(post, 'categories'))
    expect(listOf(fieldOf(post, 'tags'))).toHaveLength(1)
  })

  test.each(lost)('%j on the request that makes it: one post', async (fault) => {
    cut.faults.next([fault])
    const content = page()
    const { end, verdicts } = await publish(content)
    expect([end, ...kindsOf(verdicts)]).toEqual(['accepted', 'ambiguous', 'accepted'])
    expect(await posts(content.title)).toHaveLength(1)
  })

  test('what every attempt loses is there once, and so is what never arrived', async () => {
    cut.faults.always(() => 'accept-then-reset')
    const content = page()
    expect((await publish(content)).end).toBe('accepted')
    expect(await posts(content.title)).toHaveLength(1)
    cut.faults.always(() => 'ok')
    cut.faults.next(['reset', { status: 503 }])
    const late = page()
    expect((await publish(late)).end).toBe('accepted')
    expect(await posts(late.title)).toHaveLength(1)
  })

  test('ours is found beside posts of the same slug', async () => {
    const first = page()
    for (let time = 0; time < 12; time++) await publish(page({ slug: first.slug }))
    cut.faults.next(['accept-then-reset'])
    expect((await publish(first)).end).toBe('accepted')
    expect(await posts(first.title)).toMatchObject([{ slug: `${first.slug}-13` }])
  })

  test.each([1, 2])('the process dies at its %i. note: one post', async (dies) => {
    const content = page()
    expect((await publish(content, { dies })).end).toBe('accepted')
    expect(await posts(content.title)).toHaveLength(1)
  })

  test('an update changes it where it stands, its answer lost or not', async () => {
    const content = page()
    const { remote: standing } = await publish(content)
    const title = unique('Inne słowa')
    const update = parcelOf({ ...content, title, slug: 'inny' }, { kind: 'update', standing })
    cut.faults.concerns(({ method, path }) => method === 'POST' && /\/posts\/\d+$/.test(path))
    cut.faults.next(['accept-then-reset', 'accept-then-500'])
    const { end, verdicts } = await drive(network, update, account, clock)
    expect([end, ...kindsOf(verdicts)]).toEqual(['accepted', 'transient', 'transient', 'accepted'])
    expect(await posts(content.title)).toEqual([])
    expect(await posts(title)).toMatchObject([{ slug: content.slug, id: Number(standing['part-0']?.id) }])
  })

  test('taken down it is in the trash, its answer lost or not, and an update finds nothing at a place that is none', async () => {
    const content = page()
    const { remote: standing } = await publish(content)
    cut.faults.concerns(({ method }) => method === 'DELETE')
    cut.faults.next(['accept-then-reset'])
    const gone = await drive(network, parcelOf(null, { standing }), account, clock)
    expect([gone.end, ...kindsOf(gone.verdicts)]).toEqual(['accepted', 'transient', 'accepted'])
    // `any` leaves the trash out.
    expect(await posts(content.title)).toEqual([])
    const twice = await drive(network, parcelOf(null, { standing }), account, clock)
    expect(kindsOf(twice.verdicts)).toEqual(['accepted'])
    const none = { 'part-0': { key: 'k', armedMs: 0, id: '99999' } }
    const { verdicts } = await drive(network, parcelOf(content, { kind: 'update', standing: none }), account, clock)
    expect(verdicts).toMatchObject([{ kind: 'permanent', code: 'cannot-find', status: 404 }])
  })

  test('asked afterwards it is there; as a draft, in the trash or deleted it is gone', async () => {
    const { remote } = await publish(page())
    const id = remote['part-0']?.id ?? ''
    const basic = Buffer.from(`${site.handle}:${site.password}`).toString('base64')
    const remove = async (query: string): Promise<void> => {
      const headers = { authorization: `Basic ${basic}` }
      const signal = AbortSignal.timeout(answerWithinMs)
      await fetch(`${site.url}/wp-json/wp/v2/posts/${id}${query}`, { method: 'DELETE', headers, signal })
    }
    expect(await seen(network, account, remote)).toBe('there')
    for (const status of ['draft', 'private']) {
      await asked(`posts/${id}`, { status })
      expect([status, await seen(network, account, remote)]).toEqual([status, 'gone'])
    }
    await asked(`posts/${id}`, { status: 'publish' })
    expect(await seen(network, account, remote)).toBe('there')
    const nobody = { ...account, credentials: { ...account.credentials, password: 'zzzz zzzz' } }
    expect(await seen(network, nobody, remote)).toMatchObject({ kind: 'reconnect' })
    await remove('')
    expect(await seen(network, account, remote)).toBe('gone')
    await remove('?force=true')
    expect(await seen(network, account, remote)).toBe('gone')
  })

  test('published, taken down, and published again it has its slug', async () => {
    const content = page()
    const { remote: standing } = await publish(content)
    await drive(network, parcelOf(null, { standing }), account, clock)
    await publish(content)
    expect(await posts(content.title)).toMatchObject([{ slug: content.slug }])
  })

  test('an update of what lies in the trash puts it back where it stood', async () => {
    const content = page()
    const { remote: standing } = await publish(content)
    await drive(network, parcelOf(null, { standing }), account, clock)
    const update = parcelOf(content, { kind: 'update', standing })
    expect((await drive(network, update, account, clock)).end).toBe('accepted')
    expect(await posts(content.title)).toMatchObject([{ status: 'publish', slug: content.slug }])
  })

  // Names are kept with `&amp;`, and searched for as they are kept. Who may not make a category then cannot use this one.
  test('an author uses a category there is, whatever signs its name has', async () => {
    await asked('categories', { name: 'Sztuka & kultura' })
    const who = { username: 'bob', email: 'bob@example.com', password: 'of-the-account', roles: ['author'] }
    const id = textAt(await asked('users', who), 'id') ?? ''
    const password = textAt(await asked(`users/${id}/application-passwords`, { name: 'Floowe' }), 'password') ?? ''
    const bob = await connected(network, { ...fields(), handle: 'bob', password })
    const content = page({ categories: [{ id: crypto.randomUUID(), name: 'Sztuka & kultura', slug: 'x' }] })
    expect((await drive(network, parcelOf(content), bob, clock)).verdicts).toMatchObject([{ kind: 'accepted' }])
  })

  // WordPress looks at `status=any` before it looks who asks, and refuses it with 400.
  test('a password that is gone after a lost answer asks for a person', async () => {
    cut.faults.next(['accept-then-reset'])
    const content = parcelOf(page())
    const begun = await lostOnce(network, content, account)
    const nobody = { ...account, credentials: { ...account.credentials, password: 'zzzz zzzz' } }
    const { verdicts } = await drive(network, content, nobody, clock, begun)
    expect(verdicts).toMatchObject([{ kind: 'reconnect', code: 'token-refused' }])
  })

  test('a wrong password asks for a person', async () => {
    const password = 'zzzz zzzz zzzz zzzz zzzz zzzz'
    const refused = await network.connect?.({ ...fields(), password })
    expect(refused).toMatchObject({ kind: 'reconnect', code: 'token-refused', status: 401 })
    const nobody = { ...account, credentials: { ...account.credentials, password } }
    expect(await network.test(nobody, 'x')).toMatchObject({ kind: 'reconnect', code: 'token-refused' })
    const content = page()
    const { end, verdicts } = await drive(network, parcelOf(content), nobody, clock)
    expect([end, ...kindsOf(verdicts)]).toEqual(['reconnect', 'reconnect'])
    expect(JSON.stringify([refused, verdicts])).not.toContain('zzzz')
    expect(await posts(content.title)).toEqual([])
  })
})

describe.skipIf(!isHere(blueskyProgram))('Bluesky', () => {
  let server: Bluesky
  let cut: Vendor
  let parts: NetworkParts
  let network: Network
  let account: Account
  const fields = () => ({ url: cut.url, handle: `@${server.handle}`, password: server.password })
  const publish = (content: Frozen, more: { dies?: number } = {}) =>
    drive(network, parcelOf(content), account, clock, more)
  /** As the repository of the account has them, in this order: its own follows keys, which two of one moment leave to chance. */
  async function posts(...texts: string[]): Promise<unknown[]> {
    const query = `repo=${server.did}&collection=app.bsky.feed.post&limit=100`
    const answer = await jsonAt(`${server.url}/xrpc/com.atproto.repo.listRecords?${query}`)
    expect(fieldOf(answer, 'status')).toBe(200)
    const all = listOf(fieldOf(answer, 'json', 'records'))
    return texts.flatMap((text) => all.filter((post) => textAt(post, 'value', 'text') === text))
  }

  beforeAll(async () => void (server = await startBluesky()), startWithinMs)
  afterAll(async () => {
    await server.stop()
    expect(await isListening(Number(new URL(server.url).port))).toBe(false)
  })
  beforeEach(async () => {
    cut = await cutBefore(server.url)
    closing.push(cut.stop)
    cut.faults.concerns(({ path }) => path.endsWith('putRecord'))
    parts = patientParts()
    network = bluesky(parts)
    account = await connected(network, fields())
  })

  test('connects by handle and app password, and keeps the DID', () => {
    expect(account).toMatchObject({ name: `@${server.handle}`, credentials: { did: server.did, url: cut.url } })
  })

  test('a post goes out with its picture, its words, and what can be clicked', async () => {
    const text = `${unique('Zażółć gęślą')} https://wisla.example/a #kamienica`
    const { end, verdicts } = await publish(postOf([text], [picture(pictures)]))
    expect([end, ...kindsOf(verdicts)]).toEqual(['accepted', 'accepted'])
    const [made, ...others] = await posts(text)
    expect(others).toEqual([])
    expect(made).toMatchObject({
      value: {
        langs: ['pl'],
        createdAt: new Date(clock.now()).toISOString(),
        embed: { images: [{ alt: 'Kamienica o świcie', image: { mimeType: 'image/png' } }] },
      },
    })
    expect(listOf(fieldOf(made, 'value', 'facets'))).toHaveLength(2)
    const image = textAt(made, 'value', 'embed', 'images', 0, 'image', 'ref', '$link') ?? ''
    const address = `${server.url}/xrpc/com.atproto.sync.getBlob?did=${server.did}&cid=${image}`
    const blob = await fetch(address, { signal: AbortSignal.timeout(answerWithinMs) })
    const [bytes] = pictures.values()
    expect(new Uint8Array(await blob.arrayBuffer())).toEqual(new Uint8Array(bytes ?? []))
  })

  test.each(lost)('%j on each request that makes one: every part is there once', async (fault) => {
    cut.faults.next([fault, fault, 'ok', fault])
    const texts = [unique('Raz'), unique('Dwa')]
    const { end, verdicts } = await publish(postOf(texts, [picture(pictures)]))
    expect([end, ...kindsOf(verdicts)]).toEqual(['accepted', 'ambiguous', 'ambiguous', 'ambiguous', 'accepted'])
    const made = await posts(...texts)
    expect(made.map((post) => textAt(post, 'value', 'text'))).toEqual(texts)
    const { uri, cid } = { uri: textAt(made[0], 'uri'), cid: textAt(made[0], 'cid') }
    expect(fieldOf(made[1], 'value', 'reply')).toEqual({ root: { uri, cid }, parent: { uri, cid } })
  })

  test('what never arrived goes out once', async () => {
    cut.faults.next(['reset', { status: 503 }, { status: 429, retryAfter: 1 }])
    const text = unique('Raz')
    expect((await publish(postOf([text]))).end).toBe('accepted')
    expect(await posts(text)).toHaveLength(1)
  })

  test('put again it changes nothing: the repository makes no new revision', async () => {
    const address = `${server.url}/xrpc/com.atproto.sync.getLatestCommit?did=${server.did}`
    const text = unique('Raz')
    cut.faults.next(['accept-then-reset'])
    const content = parcelOf(postOf([text]))
    const begun = await lostOnce(network, content, account)
    const before = await jsonAt(address)
    expect((await drive(network, content, account, clock, begun)).end).toBe('accepted')
    expect(await jsonAt(address)).toEqual(before)
  })

  test.each([1, 2, 3, 4])('a thread of two is whole though the process dies at its %i. note', async (dies) => {
    const texts = [unique('Raz'), unique('Dwa')]
    expect((await publish(postOf(texts), { dies })).end).toBe('accepted')
    expect((await posts(...texts)).map((post) => textAt(post, 'value', 'text'))).toEqual(texts)
  })

  test('another process, which knows no session, finds what the one before has made', async () => {
    cut.faults.next(['accept-then-reset'])
    const text = unique('Raz')
    const content = parcelOf(postOf([text]))
    const begun = await lostOnce(network, content, account)
    expect((await drive(bluesky(parts), content, account, clock, begun)).end).toBe('accepted')
    expect(await posts(text)).toHaveLength(1)
  })

  test('taken down, its answer lost, and once more: it is gone', async () => {
    const texts = [unique('Raz'), unique('Dwa')]
    const { remote: standing } = await publish(postOf(texts))
    cut.faults.concerns(({ path }) => path.endsWith('deleteRecord'))
    cut.faults.next(['accept-then-reset', 'ok', 'accept-then-500'])
    expect((await drive(network, parcelOf(null, { standing }), account, clock)).end).toBe('accepted')
    expect(await posts(...texts)).toEqual([])
    expect((await drive(network, parcelOf(null, { standing }), account, clock)).end).toBe('accepted')
  })

  test('asked afterwards it is there; without one of its parts it is gone', async () => {
    const { remote } = await publish(postOf([unique('Raz'), unique('Dwa')]))
    expect(await seen(network, account, remote)).toBe('there')
    const call = async (nsid: string, body: object, token?: string): Promise<unknown> => {
      const headers = {
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      }
      const signal = AbortSignal.timeout(answerWithinMs)
      const answer = await fetch(`${server.url}/xrpc/${nsid}`, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
        signal,
      })
      expect(answer.status).toBe(200)
      return answer.json()
    }
    const { handle: identifier, password, did: repo } = server
    const session = await call('com.atproto.server.createSession', { identifier, password })
    const place = { repo, collection: 'app.bsky.feed.post', rkey: remote['part-1']?.id }
    await call('com.atproto.repo.deleteRecord', place, textAt(session, 'accessJwt') ?? '')
    expect(await seen(network, account, remote)).toBe('gone')
  })

  test('an update says that there is none', async () => {
    const text = unique('Raz')
    const { remote: standing } = await publish(postOf([text]))
    const update = parcelOf(postOf(['Inaczej']), { kind: 'update', standing })
    const { verdicts } = await drive(network, update, account, clock)
    expect(verdicts).toMatchObject([{ kind: 'permanent', code: 'cannot-change' }])
    expect(await posts(text)).toHaveLength(1)
  })

  test('a wrong password asks for a person', async () => {
    const password = 'zzzz-zzzz-zzzz-zzzz'
    const refused = await network.connect?.({ ...fields(), password })
    expect(refused).toMatchObject({ kind: 'reconnect', code: 'token-refused' })
    const nobody = { ...account, credentials: { ...account.credentials, password } }
    const text = unique('Raz')
    const { end, verdicts } = await drive(network, parcelOf(postOf([text])), nobody, clock)
    expect([end, ...kindsOf(verdicts)]).toEqual(['reconnect', 'reconnect'])
    expect(JSON.stringify([refused, verdicts])).not.toContain('zzzz')
    expect(await posts(text)).toEqual([])
  })

  test('a session that the server no longer takes is renewed', async () => {
    const text = unique('Raz')
    cut.faults.next([{ status: 400, body: { error: 'ExpiredToken', message: 'Token has expired' } }])
    const { verdicts } = await publish(postOf([text]))
    expect(kindsOf(verdicts)).toEqual(['accepted'])
    expect(await posts(text)).toHaveLength(1)
  })
})
