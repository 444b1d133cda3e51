/** What is Mastodon's own: a key for an hour and a look at the list behind it, slow pictures, threads, edits. The emulator judges. */
import { type MastodonOptions, startMastodon } from '@floowe/emulators/mastodon'
import type { Fault } from '@floowe/emulators/vendor'
import { fakeClock } from '@floowe/platform/testing'
import { afterEach, expect, test } from 'vitest'
import { accountOf, drive, parcelOf, partsFor, type Pictures, picture, postOf, timeoutMs } from '../testing/network.ts'
import { mastodon } from './mastodon.ts'
import type { Frozen, Parcel, Remote } from './network.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function stage(options: MastodonOptions = {}) {
  const clock = fakeClock('2026-11-22T10:00:00.000Z')
  const pictures: Pictures = new Map()
  const vendor = await startMastodon({ nowMs: clock.now, hangMs: timeoutMs * 3, ...options })
  const { parts, close } = partsFor(clock, {}, pictures)
  closing.push(async () => close(), vendor.stop)
  const network = mastodon(parts)
  const fields = { url: `${vendor.url}/`, token: vendor.token }
  const connected = await network.connect?.(fields)
  if (!connected || 'kind' in connected) throw new Error(`not connected: ${JSON.stringify(connected)}`)
  vendor.faults.concerns(({ method, path }) => method !== 'GET' && path.includes('/statuses'))
  return {
    clock,
    vendor,
    network,
    fields,
    connected,
    account: accountOf(connected),
    picture: (alt?: string) => picture(pictures, alt),
    uploads: () => vendor.log().filter(({ method, path }) => method === 'POST' && path.endsWith('/media')).length,
    effects: () => vendor.effects().map(({ kind, text }) => [kind, text]),
  }
}
type Stage = Awaited<ReturnType<typeof stage>>
const publish = ({ network, account, clock }: Stage, content: Frozen = postOf(['Zażółć gęślą jaźń'])) =>
  drive(network, parcelOf(content), account, clock)
/** One attempt, and what it leaves. */
async function attempt({ network, account }: Stage, parcel: Parcel, remote: Remote = {}) {
  let kept = remote
  const keep = async (next: Remote): Promise<void> => void (kept = next)
  const verdict = await network.send(parcel, account, { signal: new AbortController().signal, remote, keep })
  return { verdict, remote: kept }
}

test('connects by address and token, and keeps the id of the account', async () => {
  const { connected, vendor, network } = await stage()
  const { host } = new URL(vendor.url)
  expect(connected).toEqual({
    accountId: `${vendor.accountId}@${host}`,
    accountName: `@${vendor.username}@${host}`,
    url: `https://${vendor.domain}/@${vendor.username}`,
    credentials: { url: vendor.url, token: vendor.token, account: vendor.accountId },
  })
  expect(await network.connect?.({ url: `${vendor.url}/about`, token: ` ${vendor.token}\n` })).toEqual(connected)
})

test('connects with nothing else, says why, and nothing secret', async () => {
  const { network, fields, vendor } = await stage({ scopes: ['read:accounts'] })
  const refused = [
    await network.connect?.({ ...fields, token: 'wrong-token' }),
    await network.connect?.({ ...fields, url: 'http://' }),
    await network.connect?.({ ...fields, url: 'http://127.0.0.1:1' }),
  ]
  expect(refused).toMatchObject([
    { kind: 'reconnect', code: 'token-refused', detail: 'The access token is invalid' },
    { kind: 'permanent', code: 'bad-address' },
    { kind: 'transient', code: 'unreachable' },
  ])
  vendor.faults.concerns(() => true)
  vendor.faults.next(['html-error'])
  const page = await network.connect?.(fields)
  expect(page).toMatchObject({ kind: 'ambiguous', code: 'bad-answer' })
  expect(JSON.stringify([...refused, page])).not.toMatch(new RegExp(`wrong-token|${vendor.token}`))
})

test('a post goes out with its picture, its words and its language', async () => {
  const on = await stage()
  const { end, verdicts } = await publish(on, postOf(['Zażółć gęślą jaźń'], [on.picture()]))
  expect(end).toBe('accepted')
  const [made] = on.vendor.posts()
  expect(made).toMatchObject({
    text: 'Zażółć gęślą jaźń',
    language: 'pl',
    inReplyToId: null,
    media: [{ description: 'Kamienica o świcie', type: 'image/png' }],
  })
  expect(verdicts).toEqual([
    { kind: 'accepted', url: `https://${on.vendor.domain}/@${on.vendor.username}/${made?.id}` },
  ])
})

test.each([1, 2, 3, 4, 5, 6])('a thread of three is whole though the process dies at its %i. note', async (dies) => {
  const on = await stage()
  const { end } = await drive(on.network, parcelOf(postOf(['Raz', 'Dwa', 'Trzy'])), on.account, on.clock, { dies })
  expect(end).toBe('accepted')
  expect(on.effects()).toEqual([
    ['created', 'Raz'],
    ['created', 'Dwa'],
    ['created', 'Trzy'],
  ])
  const [first, second, third] = on.vendor.posts()
  expect([first, second, third].map((post) => post?.inReplyToId)).toEqual([null, first?.id, second?.id])
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
  expect(on.effects()).toEqual([
    ['created', 'Raz'],
    ['created', 'Dwa'],
  ])
  expect(on.vendor.posts()).toMatchObject([{ media: [{ type: 'image/png' }] }, { media: [] }])
})

test('the right answer under a wrong type is the right answer', async () => {
  const on = await stage()
  on.vendor.faults.next(['wrong-type'])
  expect((await publish(on)).verdicts).toHaveLength(1)
})

/** The instance has forgotten the key by then. */
const late = 65 * 60_000
test.each([
  ['a lost answer', 'accept-then-reset'],
  ['a request that never arrived', 'reset'],
] as const)('%s an hour ago: the list says what became of it', async (_, fault) => {
  const on = await stage()
  const words =
    '@ania@inna.example Zażółć <gęślą> & "jaźń"\n\nhttps://wisla.example/bardzo/dluga/droga/do/kamienicy #kamienica'
  const parcel = parcelOf(postOf([words], [on.picture()]))
  on.vendor.faults.next([fault])
  const first = await attempt(on, parcel)
  expect(first.verdict.kind).toBe('ambiguous')
  on.clock.advance(late)
  await publish(on, postOf(['Coś innego']))
  const before = on.effects().length
  const { end, remote } = await drive(on.network, parcel, on.account, on.clock, { remote: first.remote })
  expect(end).toBe('accepted')
  expect(on.effects().length - before).toBe(fault === 'reset' ? 1 : 0)
  const [id] = on.vendor.posts().flatMap((post) => (post.media.length > 0 ? [post.id] : []))
  expect(remote['part-0']).toMatchObject({ id, url: expect.stringContaining(String(id)) as string })
  // What was found can be changed without bringing its picture again.
  const uploads = on.uploads()
  const update = parcelOf(postOf(['Inaczej'], [on.picture()]), { kind: 'update', standing: remote })
  expect((await drive(on.network, update, on.account, on.clock)).end).toBe('accepted')
  expect(on.uploads()).toBe(uploads)
})

test('the same words in an answer, under a picture, or of an earlier day are not it', async () => {
  const on = await stage()
  await publish(on, postOf(['Raz']))
  on.clock.advance(24 * 60 * 60_000)
  const parcel = parcelOf(postOf(['Raz']))
  on.vendor.faults.next(['reset'])
  const first = await attempt(on, parcel)
  await publish(on, postOf(['Coś innego', 'Raz']))
  await publish(on, postOf(['Raz'], [on.picture()]))
  on.clock.advance(late)
  expect((await attempt(on, parcel, first.remote)).verdict.kind).toBe('accepted')
  expect(on.effects()).toHaveLength(5)
})

test('an instance that tells no source is asked for what it shows', async () => {
  const on = await stage()
  const parcel = parcelOf(postOf(['Zażółć <gęślą> & "jaźń"\n\nhttps://wisla.example/bardzo/dluga/droga/do/kamienicy']))
  on.vendor.faults.next(['accept-then-reset'])
  const first = await attempt(on, parcel)
  on.clock.advance(late)
  on.vendor.faults.concerns(({ path }) => path.endsWith('/source'))
  on.vendor.faults.always(() => ({ status: 404 }))
  expect((await attempt(on, parcel, first.remote)).verdict.kind).toBe('accepted')
  expect(on.effects()).toHaveLength(1)
})

test('it is found behind sixty others', async () => {
  const on = await stage()
  const parcel = parcelOf(postOf(['Raz']))
  await publish(on, postOf(['Nr 0']))
  on.vendor.faults.next(['accept-then-reset'])
  const first = await attempt(on, parcel)
  for (let time = 1; time < 60; time++) {
    on.clock.advance(1_000)
    await publish(on, postOf([`Nr ${time}`]))
  }
  on.clock.advance(late)
  expect((await attempt(on, parcel, first.remote)).verdict.kind).toBe('accepted')
  expect(on.effects().filter(([, text]) => text === 'Raz')).toHaveLength(1)
})

test('where too much was posted since to see all of it, nothing is made', async () => {
  const on = await stage()
  const parcel = parcelOf(postOf(['Raz']))
  on.vendor.faults.next(['reset'])
  const first = await attempt(on, parcel)
  for (let time = 0; time < 200; time++) await publish(on, postOf([`Nr ${time}`]))
  on.clock.advance(late)
  expect((await attempt(on, parcel, first.remote)).verdict).toMatchObject({ kind: 'transient', code: 'not-listed-yet' })
  expect(on.effects()).toHaveLength(200)
})

test('a list that is no list says nothing about what is there', async () => {
  const on = await stage()
  const parcel = parcelOf(postOf(['Raz']))
  on.vendor.faults.next(['accept-then-reset'])
  const first = await attempt(on, parcel)
  on.clock.advance(late)
  on.vendor.faults.concerns(({ path }) => path.includes('/accounts/'))
  on.vendor.faults.next([{ status: 200, body: { error: 'maintenance' } }, 'html-error', { status: 503 }])
  const { end, verdicts } = await drive(on.network, parcel, on.account, on.clock, { remote: first.remote })
  expect([end, ...verdicts.map(({ kind }) => kind)]).toEqual([
    'accepted',
    'transient',
    'transient',
    'transient',
    'accepted',
  ])
  expect(on.effects()).toHaveLength(1)
})

test('a refusal behind a lost answer leaves it under its key', async () => {
  const on = await stage()
  on.vendor.faults.next(['accept-then-reset', { status: 429 }])
  const parcel = parcelOf(postOf(['Raz']))
  const first = await attempt(on, parcel)
  on.clock.advance(45 * 60_000)
  const second = await attempt(on, parcel, first.remote)
  expect(second.verdict.kind).toBe('rate-limited')
  // Were it armed anew by the refusal, it would be repeated now, under a key that the instance forgot.
  on.clock.advance(16 * 60_000)
  expect((await attempt(on, parcel, second.remote)).verdict.kind).toBe('accepted')
  expect(on.effects()).toHaveLength(1)
})

test('a slow picture is waited for, and uploaded once', async () => {
  const on = await stage({ slowMedia: 5 })
  const { verdicts } = await publish(on, postOf(['Raz'], [on.picture()]))
  expect(verdicts).toMatchObject([{ kind: 'transient', code: 'receiver-busy' }, { kind: 'accepted' }])
  expect([on.uploads(), on.effects().length]).toEqual([1, 1])
})

test('pictures that the instance has forgotten are brought again', async () => {
  const on = await stage()
  const parcel = parcelOf(postOf(['Raz'], [on.picture()]))
  on.vendor.faults.next([{ status: 503 }])
  const first = await attempt(on, parcel)
  on.vendor.forgetMedia()
  expect((await attempt(on, parcel, first.remote)).verdict.kind).toBe('accepted')
  expect([on.uploads(), on.vendor.posts()[0]?.media.length]).toEqual([2, 1])
})

test('a picture that is not ready after all is a matter of time', async () => {
  const on = await stage()
  const error = 'Cannot attach files that have not finished processing. Try again in a moment!'
  on.vendor.faults.next([{ status: 422, body: { error } }])
  expect((await publish(on)).verdicts).toMatchObject([
    { kind: 'transient', code: 'receiver-busy' },
    { kind: 'accepted' },
  ])
})

test('is changed in place, parts are added and taken away, and a lost answer changes nothing twice', async () => {
  const on = await stage()
  const shot = on.picture()
  const first = await publish(on, postOf(['Raz', 'Dwa'], [shot]))
  const change = async (texts: string[], standing: Remote, media = [shot]) => {
    on.vendor.faults.next(['accept-then-reset'])
    const parcel = parcelOf(postOf(texts, media), { kind: 'update', standing })
    return drive(on.network, parcel, on.account, on.clock)
  }
  const more = await change(['Raz!', 'Dwa', 'Trzy'], first.remote)
  expect(more.end).toBe('accepted')
  const [one, two, three] = on.vendor.posts()
  expect([one, two, three].map((post) => [post?.text, post?.inReplyToId, post?.media.length])).toEqual([
    ['Raz!', null, 1],
    ['Dwa', one?.id, 0],
    ['Trzy', two?.id, 0],
  ])
  const less = await change(['Raz!'], more.remote, [on.picture('Inny opis')])
  expect(less.end).toBe('accepted')
  expect(on.vendor.posts()).toMatchObject([{ id: one?.id, media: [{ description: 'Inny opis' }] }])
  expect(Object.keys(less.remote)).toEqual(['part-0'])
  expect(on.effects().slice(2)).toEqual([
    ['changed', 'Raz!'],
    ['created', 'Trzy'],
    ['changed', 'Raz!'],
    ['removed', 'Trzy'],
    ['removed', 'Dwa'],
  ])
  // The second change brought a new description, so a new picture; the first one none.
  expect(on.uploads()).toBe(2)
})

test('a thread is taken down from its end, also when a part is gone already', async () => {
  const on = await stage()
  const { remote: standing } = await publish(on, postOf(['Raz', 'Dwa', 'Trzy']))
  on.vendor.faults.next(['accept-then-500', 'ok', 'empty-body'])
  const { end } = await drive(on.network, parcelOf(null, { standing }), on.account, on.clock)
  expect([end, on.vendor.posts()]).toEqual(['accepted', []])
  expect(
    on
      .effects()
      .slice(3)
      .map(([, text]) => text),
  ).toEqual(['Trzy', 'Dwa', 'Raz'])
})

test('an answer to a part that somebody has deleted is refused for good', async () => {
  const on = await stage()
  const parcel = parcelOf(postOf(['Raz', 'Dwa']))
  on.vendor.faults.next(['ok', { status: 503 }])
  const first = await attempt(on, parcel)
  await drive(
    on.network,
    parcelOf(null, { standing: { 'part-0': first.remote['part-0'] ?? { key: 'k', armedMs: 0 } } }),
    on.account,
    on.clock,
  )
  expect((await attempt(on, parcel, first.remote)).verdict).toMatchObject({ kind: 'permanent', status: 404 })
})

test('too many characters are refused for good, and nothing is there', async () => {
  const on = await stage()
  const { end, verdicts, remote } = await publish(on, postOf(['ż'.repeat(501)]))
  expect([end, verdicts[0]]).toMatchObject(['failed', { kind: 'permanent', code: 'receiver-refused' }])
  expect(verdicts[0]?.detail).toBe('Validation failed: Text character limit of 500 exceeded')
  expect([remote, on.effects()]).toEqual([{}, []])
})

test('a token that was taken back, or may not write, asks for a person and tells nobody', async () => {
  for (const scopes of [undefined, ['read']]) {
    const on = await stage(scopes ? { scopes } : {})
    expect(await on.network.test(on.account, 'x')).toMatchObject({ kind: 'accepted' })
    if (!scopes) on.vendor.revoke()
    const { end, verdicts } = await publish(on)
    expect([end, verdicts[0]]).toMatchObject(['reconnect', { code: scopes ? 'not-allowed-there' : 'token-refused' }])
    expect(JSON.stringify(verdicts)).not.toContain(on.vendor.token)
    expect(on.effects()).toEqual([])
  }
})

test('when too much was asked, it waits until the instance begins anew', async () => {
  const on = await stage({ limits: true })
  for (let time = 0; time < 300; time++) await on.network.test(on.account, 'x')
  const { verdict } = await attempt(on, parcelOf(postOf(['Raz'])))
  expect(verdict).toMatchObject({ kind: 'rate-limited', retryAtMs: Date.parse('2026-11-22T10:05:00.000Z') })
})

test('a part whose answer was lost is taken over by an update, under the key it was armed with', async () => {
  const on = await stage()
  const { network, account, clock, vendor } = on
  let asked = 0
  vendor.faults.concerns(({ method, path }) => method === 'POST' && path === '/api/v1/statuses' && (asked += 1) === 2)
  vendor.faults.next(['accept-then-reset'])
  const first = parcelOf(postOf(['Pierwsza', 'Druga']))
  let remote = {}
  const keep = async (next: object): Promise<void> => void (remote = next)
  const run = { signal: new AbortController().signal, remote, keep }
  expect(await network.send(first, account, run)).toMatchObject({ kind: 'ambiguous' })
  const update = parcelOf(postOf(['Pierwsza', 'Druga, inaczej']), { kind: 'update', standing: remote })
  expect((await drive(network, update, account, clock)).end).toBe('accepted')
  expect(vendor.posts()).toHaveLength(2)
  expect(vendor.posts().map(({ text }) => text)).toEqual(['Pierwsza', 'Druga, inaczej'])
})
