/** What is Bluesky's own: keys and dates that follow from the piece, sessions, places in bytes, threads. The emulator judges. */
import { type BlueskyOptions, startBluesky } from '@floowe/emulators/bluesky'
import type { Fault } from '@floowe/emulators/vendor'
import { fakeClock } from '@floowe/platform/testing'
import { afterEach, expect, test } from 'vitest'
import { accountOf, drive, parcelOf, partsFor, type Pictures, picture, postOf, timeoutMs } from '../testing/network.ts'
import { bluesky, facetsOf, tidOf } from './bluesky.ts'
import type { Network } from './network.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function stage(options: BlueskyOptions = {}) {
  const clock = fakeClock('2026-11-22T10:00:00.000Z')
  const pictures: Pictures = new Map()
  const vendor = await startBluesky({ nowMs: clock.now, hangMs: timeoutMs * 3, ...options })
  const { parts, close } = partsFor(clock, {}, pictures)
  closing.push(async () => close(), vendor.stop)
  const network = bluesky(parts)
  const fields = { url: vendor.url, handle: `@${vendor.handle}`, password: vendor.password }
  const connected = await network.connect?.(fields)
  if (!connected || 'kind' in connected) throw new Error(`not connected: ${JSON.stringify(connected)}`)
  vendor.faults.concerns(({ path }) => path.endsWith('putRecord'))
  return {
    clock,
    vendor,
    network,
    fields,
    connected,
    account: accountOf(connected),
    picture: (alt?: string) => picture(pictures, alt),
    /** Another process: it knows no session. */
    restarted: (): Network => bluesky(parts),
    asked: (method: string) => vendor.log().filter(({ path }) => path.endsWith(method)).length,
    created: () => vendor.effects().filter(({ kind }) => kind === 'created'),
  }
}
type Stage = Awaited<ReturnType<typeof stage>>
const publish = ({ network, account, clock }: Stage, content = postOf(['Zażółć gęślą jaźń'])) =>
  drive(network, parcelOf(content), account, clock)
const send = (network: Network, { account }: Stage, content = postOf(['Zażółć gęślą jaźń'])) =>
  network.send(parcelOf(content), account, {
    signal: new AbortController().signal,
    remote: {},
    keep: async () => undefined,
  })

test('connects by handle and app password, and keeps the DID', async () => {
  const { connected, vendor } = await stage()
  const { handle, did, password, url } = vendor
  expect(connected).toEqual({
    accountId: did,
    accountName: `@${handle}`,
    url: `https://bsky.app/profile/${handle}`,
    credentials: { url, handle, did, password },
  })
})

test('connects with nothing else, says why, and nothing secret', async () => {
  const { network, fields, vendor } = await stage()
  const refused = [
    await network.connect?.({ ...fields, password: 'abcd-wrong' }),
    await network.connect?.({ ...fields, handle: 'nobody.bsky.social' }),
    await network.connect?.({ ...fields, url: 'http://' }),
    await network.connect?.({ ...fields, url: 'http://127.0.0.1:1' }),
  ]
  expect(refused).toMatchObject([
    { kind: 'reconnect', code: 'token-refused', detail: expect.stringContaining('Invalid identifier') as string },
    { kind: 'reconnect', code: 'token-refused' },
    { kind: 'permanent', code: 'bad-address' },
    { kind: 'transient', code: 'unreachable' },
  ])
  // Half a session.
  vendor.faults.concerns(({ path }) => path.endsWith('createSession'))
  vendor.faults.next([{ status: 200, body: { accessJwt: 'half-a-secret' } }])
  const half = await network.connect?.(fields)
  expect(half).toMatchObject({ kind: 'transient', code: 'bad-answer' })
  expect(JSON.stringify([...refused, half])).not.toMatch(/abcd-wrong|abcd-efgh|half-a-secret/)
})

test('a post goes out with its picture, its words, and what can be clicked', async () => {
  const on = await stage()
  const post = postOf(['Zażółć gęślą https://wisla.example/a #kamienica'], [on.picture()])
  const { end, verdicts } = await publish(on, { ...post, link: { url: 'https://x.pl/', title: 'a', description: 'b' } })
  expect(end).toBe('accepted')
  const [made] = on.vendor.posts()
  expect(verdicts).toEqual([
    { kind: 'accepted', url: `https://bsky.app/profile/${on.vendor.handle}/post/${made?.rkey}` },
  ])
  expect(made?.record).toEqual({
    $type: 'app.bsky.feed.post',
    text: 'Zażółć gęślą https://wisla.example/a #kamienica',
    langs: ['pl'],
    createdAt: '2026-11-22T10:00:00.000Z',
    facets: [
      {
        index: { byteStart: 20, byteEnd: 43 },
        features: [{ $type: 'app.bsky.richtext.facet#link', uri: 'https://wisla.example/a' }],
      },
      {
        index: { byteStart: 44, byteEnd: 54 },
        features: [{ $type: 'app.bsky.richtext.facet#tag', tag: 'kamienica' }],
      },
    ],
    embed: {
      $type: 'app.bsky.embed.images',
      images: [
        {
          alt: 'Kamienica o świcie',
          aspectRatio: { width: 1, height: 1 },
          image: expect.objectContaining({ $type: 'blob', mimeType: 'image/png' }) as object,
        },
      ],
    },
  })
})

test('without pictures the link is a card, on the first part only', async () => {
  const on = await stage()
  const link = { url: 'https://wisla.example/a', title: 'Kamienica', description: 'O cegle.' }
  await publish(on, postOf(['Raz', 'Dwa'], [], link))
  const external = { uri: link.url, title: link.title, description: link.description }
  const cards = on.vendor.posts().map(({ record }) => [record['text'], record['embed']])
  expect(Object.fromEntries(cards)).toEqual({ Raz: { $type: 'app.bsky.embed.external', external }, Dwa: undefined })
})

test.each([1, 2, 3, 4, 5, 6])('a thread of three is whole though the process dies at its %i. note', async (dies) => {
  const on = await stage()
  const { end } = await drive(on.network, parcelOf(postOf(['Raz', 'Dwa', 'Trzy'])), on.account, on.clock, { dies })
  expect(end).toBe('accepted')
  expect(on.created().map(({ text }) => text)).toEqual(['Raz', 'Dwa', 'Trzy'])
  expect(on.vendor.effects()).toHaveLength(3)
  const posts = on.vendor.posts()
  const byText = (text: string) => {
    const { uri, cid } = posts.find(({ record }) => record['text'] === text) ?? {}
    return { uri, cid }
  }
  expect(Object.fromEntries(posts.map(({ record }) => [record['text'], record['reply']]))).toEqual({
    Raz: undefined,
    Dwa: { root: byText('Raz'), parent: byText('Raz') },
    Trzy: { root: byText('Raz'), parent: byText('Dwa') },
  })
})

const faults: readonly Fault[] = [
  'accept-then-reset',
  'accept-then-500',
  'accept-then-hang',
  'slow-body',
  'html-error',
  'empty-body',
  'reset',
  { status: 429, retryAfter: 2 },
  { status: 500 },
  { status: 502, body: '<html>Bad Gateway</html>' },
  { status: 503 },
]
test.each(faults)('%j, and once more: each part is there once', async (fault) => {
  const on = await stage()
  on.vendor.faults.next([fault, fault, 'ok', fault])
  const { end, verdicts } = await publish(on, postOf(['Raz', 'Dwa'], [on.picture()]))
  expect([end, verdicts.length]).toEqual(['accepted', 4])
  expect(on.vendor.effects().map(({ kind, text }) => [kind, text])).toEqual([
    ['created', 'Raz'],
    ['created', 'Dwa'],
  ])
})

test('the right answer under a wrong type is the right answer', async () => {
  const on = await stage()
  on.vendor.faults.next(['wrong-type'])
  expect((await publish(on)).verdicts).toHaveLength(1)
})

test('a refusal behind a lost answer does not make it anew', async () => {
  const on = await stage()
  on.vendor.faults.next(['accept-then-reset', { status: 429 }])
  const { verdicts } = await publish(on)
  expect(verdicts.map(({ kind }) => kind)).toEqual(['ambiguous', 'rate-limited', 'accepted'])
  expect(on.vendor.effects()).toHaveLength(1)
})

test('signs in once, refreshes what ran out, signs in again when that is refused', async () => {
  const on = await stage()
  const before = on.asked('createSession')
  await publish(on)
  await publish(on)
  expect([on.asked('createSession') - before, on.asked('refreshSession')]).toEqual([1, 0])
  on.vendor.expireAccess()
  expect((await publish(on)).verdicts).toMatchObject([{ kind: 'accepted' }])
  expect([on.asked('createSession') - before, on.asked('refreshSession')]).toEqual([1, 1])
  on.vendor.expireAccess()
  on.vendor.expireRefresh()
  expect((await publish(on)).verdicts).toMatchObject([{ kind: 'accepted' }])
  expect([on.asked('createSession') - before, on.asked('refreshSession')]).toEqual([2, 2])
  expect(on.created()).toHaveLength(4)
})

test('a session that runs out between upload and post is renewed, and the post goes out once', async () => {
  const on = await stage()
  on.vendor.faults.next([{ status: 400, body: { error: 'ExpiredToken', message: 'Token has expired' } }])
  expect((await publish(on, postOf(['Raz'], [on.picture()]))).verdicts).toMatchObject([{ kind: 'accepted' }])
  expect([on.asked('refreshSession'), on.created().length]).toEqual([1, 1])
})

test('a renewal that fails leaves nothing open: nothing was posted', async () => {
  const on = await stage()
  on.vendor.faults.concerns(({ path }) => /putRecord|refreshSession/.test(path))
  const expired: Fault = { status: 400, body: { error: 'ExpiredToken', message: 'Token has expired' } }
  on.vendor.faults.next([expired, 'accept-then-reset', 'ok', expired, 'accept-then-500'])
  expect((await publish(on)).verdicts).toMatchObject([{ kind: 'transient' }, { kind: 'accepted' }])
  expect((await publish(on)).verdicts).toMatchObject([{ kind: 'transient' }, { kind: 'accepted' }])
  expect(on.created()).toHaveLength(2)
})

test('several at once share one session, and one renewal', async () => {
  const on = await stage()
  const before = on.asked('createSession')
  const three = () => Promise.all([1, 2, 3].map(() => send(on.network, on)))
  await three()
  on.vendor.expireAccess()
  const verdicts = await three()
  expect(verdicts.map(({ kind }) => kind)).toEqual(['accepted', 'accepted', 'accepted'])
  expect([on.asked('createSession') - before, on.asked('refreshSession')]).toEqual([1, 1])
  expect(on.created()).toHaveLength(6)
})

test('a sign-in that failed is tried again by the next attempt', async () => {
  const on = await stage()
  on.vendor.faults.concerns(({ path }) => path.endsWith('createSession'))
  on.vendor.faults.next(['accept-then-500', 'accept-then-hang'])
  const { end, verdicts } = await publish(on)
  expect([end, ...verdicts.map(({ kind }) => kind)]).toEqual(['accepted', 'transient', 'transient', 'accepted'])
  expect(on.created()).toHaveLength(1)
})

test('when too many sign in, it waits until it may', async () => {
  const on = await stage({ limits: true })
  // Each process signs in for itself.
  for (let time = 0; time < 30; time++) await send(on.restarted(), on)
  expect(await send(on.restarted(), on)).toMatchObject({
    kind: 'rate-limited',
    retryAtMs: on.clock.now() + 300_000,
  })
  on.clock.advance(300_000)
  expect(await send(on.restarted(), on)).toMatchObject({ kind: 'accepted' })
})

test('an app password that was taken back asks for a person, and tells nobody', async () => {
  const on = await stage()
  await publish(on)
  on.vendor.revoke()
  on.vendor.expireAccess()
  const { end, verdicts } = await publish(on)
  expect([end, verdicts[0]]).toMatchObject(['reconnect', { code: 'token-refused' }])
  const tested = await on.network.test(on.account, 'x')
  expect(tested).toMatchObject({ kind: 'reconnect' })
  expect(JSON.stringify([verdicts, tested])).not.toMatch(/abcd-efgh|eyJ/)
  expect(on.created()).toHaveLength(1)
})

test('a suspended account asks for a person', async () => {
  const on = await stage()
  on.vendor.faults.next([{ status: 401, body: { error: 'AccountTakedown', message: 'Account has been taken down' } }])
  expect((await publish(on)).verdicts).toMatchObject([{ kind: 'reconnect', code: 'not-allowed-there' }])
})

test.each([
  ['graphemes', 'ż'.repeat(301)],
  ['bytes', '👨‍👩‍👧‍👦'.repeat(130)],
])('too many %s are refused for good, and nothing is there', async (_, text) => {
  const on = await stage()
  const { end, verdicts, remote } = await publish(on, postOf([text]))
  expect([end, verdicts[0]]).toMatchObject(['failed', { kind: 'permanent', detail: /too big/ }])
  expect(remote).toEqual({})
  expect(on.vendor.effects()).toEqual([])
})

test('a picture that the server has lost is brought again', async () => {
  const on = await stage()
  on.vendor.faults.next([{ status: 400, body: { error: 'BlobNotFound', message: 'Could not find blob: x' } }])
  const { verdicts } = await publish(on, postOf(['Raz'], [on.picture()]))
  expect(verdicts).toMatchObject([{ kind: 'transient', code: 'receiver-busy' }, { kind: 'accepted' }])
  expect([on.asked('uploadBlob'), on.created().length]).toEqual([2, 1])
})

test('a thread is taken down from its end, also when a part is gone already; nothing is changed', async () => {
  const on = await stage()
  const { remote: standing } = await publish(on, postOf(['Raz', 'Dwa', 'Trzy']))
  const update = parcelOf(postOf(['Inaczej']), { kind: 'update', standing })
  expect((await drive(on.network, update, on.account, on.clock)).verdicts).toMatchObject([{ code: 'cannot-change' }])
  on.vendor.faults.concerns(({ path }) => path.endsWith('deleteRecord'))
  on.vendor.faults.next(['accept-then-reset', 'ok', 'empty-body'])
  const { end } = await drive(on.network, parcelOf(null, { standing }), on.account, on.clock)
  expect([end, on.vendor.posts()]).toEqual(['accepted', []])
  const removed = on.vendor.effects().filter(({ kind }) => kind === 'removed')
  expect(removed.map(({ text }) => text)).toEqual(['Trzy', 'Dwa', 'Raz'])
})

test('a key is the same at every attempt, another for every piece, and sorts by time', () => {
  const atMs = Date.parse('2026-11-22T10:00:00.000Z')
  expect(tidOf(atMs, 'a-0')).toBe(tidOf(atMs, 'a-0'))
  const keys = Array.from({ length: 2_000 }, (_, at) => tidOf(atMs + at, `${at % 7}-0`))
  expect(keys.every((key) => /^[2-7a-j][2-7a-z]{12}$/.test(key))).toBe(true)
  expect(keys.toSorted()).toEqual(keys)
  expect(new Set(Array.from({ length: 500 }, (_, at) => tidOf(atMs, `${at}-0`))).size).toBe(500)
  // As the official library writes 2023-01-01T00:00:00.000Z.
  expect(tidOf(1_672_531_200_000, 'a').slice(0, 8)).toBe('3jl7442u')
})

test.each([
  ['zob. https://x.pl/a, i', ['https://x.pl/a']],
  ['(zob. https://x.pl/a_(b)).', ['https://x.pl/a_(b)']],
  ['https://. a https://x.pl/#b', ['https://x.pl/#b']],
  ['#jaźń, #2026 #a1! ab#c # #️⃣', ['#jaźń', '#a1']],
  ['＃szeroki #dwa-słowa', ['＃szeroki', '#dwa-słowa']],
  [`#${'a'.repeat(65)} #${'b'.repeat(64)}`, [`#${'b'.repeat(64)}`]],
])('of %j people can click what they expect', (text, expected) => {
  const bytes = Buffer.from(text)
  const found = facetsOf(text).map(({ index }) => bytes.subarray(index.byteStart, index.byteEnd).toString())
  expect(found).toEqual(expected)
})
