/** What is X's own: sign-in and tokens, threads, its own links and escapes, duplicates, its two kinds of limits. The emulator judges. */
import { createHash } from 'node:crypto'
import type { Fault } from '@floowe/emulators/vendor'
import { startX, type XOptions } from '@floowe/emulators/x'
import { fakeClock } from '@floowe/platform/testing'
import { afterEach, expect, test } from 'vitest'
import { accountOf, drive, parcelOf, partsFor, type Pictures, picture, postOf, timeoutMs } from '../testing/network.ts'
import type { Account, Granted, Network, Verdict } from './network.ts'
import { x } from './x.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const redirect = 'https://floowe.example/connect'
const verifier = 'a-verifier-of-more-than-forty-three-characters-0123456789'
const challenge = createHash('sha256').update(verifier).digest('base64url')

async function stage(options: XOptions = {}) {
  const clock = fakeClock('2026-11-22T10:00:00.000Z')
  const pictures: Pictures = new Map()
  const vendor = await startX({ nowMs: clock.now, hangMs: timeoutMs * 3, ...options })
  const { parts, close } = partsFor(clock, { x: vendor.url, xSignIn: vendor.signInUrl }, pictures)
  closing.push(async () => close(), vendor.stop)
  vendor.faults.concerns(({ method, path }) => method === 'POST' && path === '/2/tweets')
  const network = x(parts)
  const account = accountOf(granted(await signIn(network)))
  const created = () => vendor.effects().filter(({ kind }) => kind === 'created')
  return { clock, vendor, parts, network, account, created, picture: (alt?: string) => picture(pictures, alt) }
}
type Stage = Awaited<ReturnType<typeof stage>>

/** As a person's browser would. */
async function codeOf({ oauth }: Network): Promise<URLSearchParams> {
  const address = oauth?.authorize({ state: 'state-1', challenge, redirect }) ?? ''
  const answer = await fetch(address, { redirect: 'manual' })
  return new URL(answer.headers.get('location') ?? 'about:blank').searchParams
}
async function signIn(network: Network, code?: string) {
  const given = code ?? (await codeOf(network)).get('code') ?? ''
  return network.oauth?.exchange({ code: given, verifier, redirect })
}
function granted(answer: Awaited<ReturnType<typeof signIn>>): Granted {
  if (!Array.isArray(answer)) throw new Error(`not connected: ${JSON.stringify(answer)}`)
  const [first] = answer as readonly Granted[] // a list was answered
  if (!first) throw new Error('nothing was granted')
  return first
}
const publish = ({ network, account, clock }: Stage, content = postOf(['Zażółć gęślą jaźń'])) =>
  drive(network, parcelOf(content), account, clock)
const sendOnce = ({ network, account, clock }: Stage, content = postOf(['Zażółć gęślą jaźń']), remote = {}) =>
  network.send(parcelOf(content, { at: clock.instant() }), account, {
    signal: new AbortController().signal,
    remote,
    keep: async () => undefined,
  })
const saysNoSecret = (account: Account, said: unknown): void => {
  const text = JSON.stringify(said)
  for (const name of ['token', 'refresh']) expect(text).not.toContain(account.credentials[name])
  expect(text).not.toContain('floowe-secret')
}

test('declares what it takes, and is ready where a client is registered', async () => {
  const { network, parts } = await stage()
  expect(network.facts).toMatchObject({
    ...{ network: 'x', form: 'post', threads: true, edits: false, removes: true, afterLostAnswer: 'find' },
    connection: { kind: 'oauth', fields: [] },
    text: { max: 280, counting: 'weighted' },
  })
  expect(network.oauth?.isReady).toBe(true)
  const bare = x({ ...parts, clients: { ...parts.clients, x: null } })
  expect(bare.oauth?.isReady).toBe(false)
  expect(await bare.refresh?.({ refresh: 'r' })).toMatchObject({ kind: 'reconnect', code: 'token-refused' })
})

test('asks the person for what it needs, and connects the account that they grant', async () => {
  const { network, vendor, account, clock } = await stage()
  const { searchParams } = new URL(network.oauth?.authorize({ state: 's', challenge, redirect }) ?? '')
  expect(Object.fromEntries(searchParams)).toEqual({
    ...{ response_type: 'code', client_id: vendor.client.id, redirect_uri: redirect, state: 's' },
    ...{ code_challenge: challenge, code_challenge_method: 'S256' },
    scope: 'tweet.read tweet.write users.read media.write offline.access',
  })
  expect(granted(await signIn(network))).toEqual({
    kind: 'person',
    accountId: vendor.userId,
    accountName: `@${vendor.handle}`,
    url: `https://x.com/${vendor.handle}`,
    credentials: {
      ...{ token: expect.any(String) as string, refresh: expect.any(String) as string },
      ...{ handle: vendor.handle, userId: vendor.userId, expiresMs: String(clock.now() + 7_200_000) },
    },
  })
  expect(await network.test(account, 'x')).toEqual({ kind: 'accepted', url: account.url })
  const refused = await signIn(network, 'a-code-that-nobody-gave')
  expect(refused).toMatchObject({ kind: 'reconnect', code: 'token-refused', status: 400 })
  expect(JSON.stringify(refused)).not.toContain('a-code-that-nobody-gave')
  vendor.answer('deny')
  expect((await codeOf(network)).get('error')).toBe('access_denied')
})

test('a post with a picture, its words and a link', async () => {
  const on = await stage()
  const text = 'Cegła & <wapno>: https://wisla.pl/kamienica?a=1&b=2'
  const { end, remote } = await publish(on, postOf([text], [on.picture(), on.picture('')]))
  const [post] = on.vendor.posts()
  expect([end, post?.text, post?.media.map(({ alt }) => alt)]).toEqual(['accepted', text, ['Kamienica o świcie', '']])
  const url = `https://x.com/${on.vendor.handle}/status/${post?.id}`
  expect(remote['part-0']).toMatchObject({ id: post?.id, url })
})

const parts = ['Pierwsza część', 'Druga część', 'Trzecia część']
test.each([1, 2, 3, 4, 5, 6])(
  'a thread of three whose process dies behind the %i. thing it wrote down',
  async (dies) => {
    const on = await stage()
    const { end } = await drive(on.network, parcelOf(postOf(parts, [on.picture()])), on.account, on.clock, { dies })
    expect(end).toBe('accepted')
    const posts = on.vendor.posts()
    expect(posts.map(({ text }) => text)).toEqual(parts)
    expect(posts.map(({ before }) => before)).toEqual([null, posts[0]?.id, posts[1]?.id])
    expect(on.created()).toHaveLength(3)
  },
)

const faults: readonly Fault[] = [
  ...(['accept-then-reset', 'accept-then-500', 'accept-then-hang', 'slow-body'] as const),
  ...(['html-error', 'wrong-type', 'empty-body', 'reset'] as const),
  { status: 429, retryAfter: 2 },
  { status: 503 },
  { status: 500 },
  // A success that says only what went wrong leaves open whether there is a post.
  { status: 200, body: { errors: [{ title: 'Partial', type: 'about:blank' }] } },
]
test.each(faults)('%j on the way: there once', async (fault) => {
  const on = await stage()
  on.vendor.faults.next([fault])
  // With everything that X shows otherwise than it was sent.
  const text = 'Cegła & „wapno” &amp; <b>\n\nhttps://wisla.pl/kamienica/  oraz www.wisla.pl zazo\u0301łć'
  const { end, verdicts } = await publish(on, postOf([text], [on.picture()]))
  expect([end, on.created().length]).toEqual(['accepted', 1])
  saysNoSecret(on.account, verdicts)
})

test.each(['accept-then-reset', 'accept-then-hang', 'reset'] as const)(
  '%s with a list that is two minutes behind: there once, and so are the parts behind it',
  async (fault) => {
    const on = await stage({ listingDelayMs: 120_000 })
    on.vendor.faults.next([fault, fault])
    const { end, verdicts } = await publish(on, postOf(parts))
    expect([end, on.vendor.posts().map(({ text }) => text), on.created().length]).toEqual(['accepted', parts, 3])
    expect(verdicts).toContainEqual({
      kind: 'ambiguous',
      code: 'not-listed-yet',
      lookAtMs: expect.any(Number) as number,
    })
  },
)

test('listed later than ever: X itself refuses the second one, and the first is found', async () => {
  const on = await stage({ listingDelayMs: 400_000 })
  on.vendor.faults.next(['accept-then-reset'])
  const { end, verdicts, remote } = await publish(on)
  expect([end, on.created().length, remote['part-0']?.id]).toEqual(['accepted', 1, on.vendor.posts()[0]?.id])
  expect(verdicts).toContainEqual(
    expect.objectContaining({ kind: 'ambiguous', code: 'not-listed-yet', status: 403 }) as Verdict,
  )
})

test('it is looked for in its own minutes, whatever came later', async () => {
  const on = await stage()
  const content = postOf(['Kamienica'])
  const armed = { 'part-0': { key: 'k', armedMs: on.clock.now() } }
  on.vendor.faults.next(['accept-then-reset'])
  await sendOnce(on, content)
  // As many as X takes in its quarters of an hour.
  for (let at = 0; at < 150; at++) {
    if (at % 75 === 0) on.clock.advance(20 * 60_000)
    await sendOnce(on, postOf([`Inny ${at}`]))
  }
  on.clock.advance(20 * 60_000)
  const looks = (): number =>
    on.vendor.log().filter(({ method, path }) => method === 'GET' && /tweets/.test(path)).length
  const before = looks()
  expect(await sendOnce(on, content, armed)).toMatchObject({ kind: 'accepted' })
  expect([looks() - before, on.vendor.posts().filter(({ text }) => text === 'Kamienica').length]).toEqual([1, 1])
})

test('a list that cannot be read says nothing of what is there', async () => {
  const on = await stage()
  on.vendor.faults.concerns(({ path }) => path.endsWith('/tweets'))
  on.vendor.faults.next(['accept-then-reset', 'html-error', { status: 503 }, 'empty-body', { status: 200, body: {} }])
  expect((await publish(on)).end).toBe('accepted')
  expect(on.created()).toHaveLength(1)
})

test('what is armed for long is not made again before a list that can be read says that it is not there', async () => {
  const on = await stage()
  const armed = { 'part-0': { key: 'k', armedMs: on.clock.now() - 600_000 } }
  on.vendor.faults.concerns(({ method, path }) => method === 'GET' && path.endsWith('/tweets'))
  for (const fault of ['html-error', 'empty-body', { status: 200, body: { errors: [] } }, { status: 503 }] as const) {
    on.vendor.faults.next([fault])
    expect(await sendOnce(on, postOf(['Kamienica']), armed)).toMatchObject({ kind: 'transient' })
  }
  expect(on.vendor.log().filter(({ path }) => path === '/2/tweets')).toEqual([])
})

test('a duplicate of what may be ours stays open while the list cannot be read', async () => {
  const on = await stage()
  const content = postOf(['Kamienica'])
  await sendOnce(on, content)
  on.vendor.faults.concerns(({ path }) => path.endsWith('/tweets'))
  on.vendor.faults.next([{ status: 200, body: { meta: { result_count: 0 } } }, 'ok', { status: 429 }])
  const armed = { 'part-0': { key: 'k', armedMs: on.clock.now() - 600_000 } }
  expect(await sendOnce(on, content, armed)).toMatchObject({ kind: 'ambiguous', code: 'not-listed-yet' })
})

test.each(['https://wisla.pl/', 'http://wisla.pl', 'HTTPS://WISLA.PL'])(
  'a link that is shown as %s is the one that was sent',
  async (expanded) => {
    const on = await stage()
    const url = 'https://t.co/aBcDeFgHiJ'
    const entities = { urls: [{ url, expanded_url: expanded }, { url: 'https://t.co/xxxxxxxxxx' }] }
    const data = [{ id: '7', text: `Zob. ${url} &amp; dalej`, entities }]
    on.vendor.faults.concerns(({ path }) => path.endsWith('/tweets'))
    on.vendor.faults.next([{ status: 200, body: { data, meta: { result_count: 1 } } }])
    const armed = { 'part-0': { key: 'k', armedMs: on.clock.now() } }
    const verdict = await sendOnce(on, postOf(['Zob. https://wisla.pl & dalej']), armed)
    expect(verdict).toEqual({ kind: 'accepted', url: `https://x.com/${on.vendor.handle}/status/7` })
  },
)

test.each([
  ['https://wisla.pl/żyć', 'https://wisla.pl/zyc', false],
  ['https://wisla.pl/żyć', 'https://wisla.pl/%C5%BCy%C4%87', true],
  ['https://wisla.pl/100%', 'https://wisla.pl/100%', true],
])('%s and %s: the same is %s', async (sent, expanded, isSame) => {
  const on = await stage()
  const url = 'https://t.co/aBcDeFgHiJ'
  const data = [{ id: '7', text: url, entities: { urls: [{ url, expanded_url: expanded }] } }]
  on.vendor.faults.concerns(({ path }) => path.endsWith('/tweets'))
  on.vendor.faults.next([{ status: 200, body: { data, meta: { result_count: 1 } } }])
  const verdict = await sendOnce(on, postOf([sent]), { 'part-0': { key: 'k', armedMs: on.clock.now() } })
  expect(verdict.kind).toBe(isSame ? 'accepted' : 'ambiguous')
})

test('found on a later page of the list', async () => {
  const on = await stage()
  on.vendor.faults.next(['accept-then-reset'])
  const content = postOf(['Kamienica'])
  const armed = { 'part-0': { key: 'k', armedMs: on.clock.now() } }
  await sendOnce(on, content)
  for (let at = 0; at < 60; at++) await sendOnce(on, postOf([`Inny ${at}`]))
  const [first] = on.vendor.posts()
  expect(await sendOnce(on, content, armed)).toMatchObject({
    kind: 'accepted',
    url: `https://x.com/${on.vendor.handle}/status/${first?.id}`,
  })
})

test('the same words from before are refused as a duplicate and never taken for ours', async () => {
  const on = await stage()
  await publish(on)
  on.clock.advance(5 * 60_000)
  const { end, verdicts, remote } = await publish(on)
  expect([end, verdicts, remote]).toMatchObject(['failed', [{ kind: 'permanent', code: 'duplicate', status: 403 }], {}])

  // Not even when an answer was lost: nothing of this delivery is that old.
  on.vendor.faults.next(['reset'])
  const parcel = parcelOf(postOf(['Zażółć gęślą jaźń']), { at: on.clock.instant() })
  const lost = await drive(on.network, parcel, on.account, on.clock)
  expect([lost.end, on.created().length, lost.remote['part-0']?.id]).toEqual(['failed', 1, undefined])
  expect(lost.verdicts.at(-1)).toMatchObject({ kind: 'ambiguous', code: 'not-listed-yet' })
})

test('the same words under another post are not taken for the part that is missing', async () => {
  const on = await stage()
  const thread = postOf(['Kamienica', 'Zob. niżej'])
  const { remote } = await publish(on, postOf(['Kamienica']))
  await publish(on, postOf(['Zob. niżej']))
  const begun = { ...remote, 'part-1': { key: 'k', armedMs: on.clock.now() } }
  // X takes them for a duplicate, wherever they stand.
  const verdict = await sendOnce(on, thread, begun)
  expect(verdict).toMatchObject({ kind: 'ambiguous', code: 'not-listed-yet' })
})

test('an access token that ran out asks to be renewed, and then it is sent once', async () => {
  const on = await stage()
  on.clock.advance(2 * 3_600_000)
  const stale = await sendOnce(on)
  expect(stale).toMatchObject({ kind: 'transient', code: 'token-expired', status: 401 })
  saysNoSecret(on.account, stale)
  expect(await on.network.test(on.account, 'x')).toMatchObject({ kind: 'transient', code: 'token-expired' })

  const renewed = await on.network.refresh?.(on.account.credentials)
  expect(renewed).toMatchObject({ handle: on.vendor.handle, userId: on.vendor.userId })
  const credentials = renewed as Account['credentials'] // they have a handle
  expect(credentials['refresh']).not.toBe(on.account.credentials['refresh'])
  expect(credentials['expiresMs']).toBe(String(on.clock.now() + 7_200_000))
  expect((await publish({ ...on, account: { ...on.account, credentials } })).end).toBe('accepted')
  expect(on.created()).toHaveLength(1)
})

test('a token that runs out between the parts leaves what is out, and what was armed and lost is looked for', async () => {
  const on = await stage()
  on.vendor.faults.next(['ok', 'accept-then-reset'])
  const parcel = parcelOf(postOf(parts))
  const kept: { remote: Parameters<Network['send']>[2]['remote'] } = { remote: {} }
  const send = (account: Account) =>
    on.network.send(parcel, account, {
      signal: new AbortController().signal,
      remote: kept.remote,
      keep: async (remote) => void (kept.remote = remote),
    })
  expect(await send(on.account)).toMatchObject({ kind: 'ambiguous' })
  on.vendor.expireAccess()
  expect(await send(on.account)).toMatchObject({ kind: 'transient', code: 'token-expired' })
  expect(Object.keys(kept.remote)).toEqual(['part-0', 'part-1'])
  const credentials = (await on.network.refresh?.(on.account.credentials)) as Account['credentials'] // just granted
  expect(await send({ ...on.account, credentials })).toMatchObject({ kind: 'accepted' })
  expect(on.vendor.posts().map(({ text }) => text)).toEqual(parts)
})

test('a refresh token works once; one that was taken back asks for a person', async () => {
  const { network, account, vendor } = await stage()
  const { credentials } = account
  await network.refresh?.(credentials)
  const again = await network.refresh?.(credentials)
  expect(again).toMatchObject({
    kind: 'reconnect',
    code: 'token-refused',
    detail: expect.stringContaining('invalid') as string,
  })
  const other = granted(await signIn(network)).credentials
  vendor.revoke()
  expect(await network.refresh?.(other)).toMatchObject({ kind: 'reconnect', code: 'token-refused' })
  expect(await network.refresh?.({ token: 't' })).toMatchObject({ kind: 'reconnect', code: 'token-refused' })
  saysNoSecret(account, again)
})

test.each(['reset', 'accept-then-500', 'html-error', { status: 429 }, { status: 503 }] as const)(
  '%j at the renewal: no secret is said, and it may be tried again',
  async (fault) => {
    const { network, account, vendor } = await stage()
    vendor.faults.concerns(({ path }) => path.endsWith('/token'))
    vendor.faults.next([fault])
    const failure = await network.refresh?.(account.credentials)
    expect(failure).toMatchObject({
      kind: typeof fault === 'object' && fault.status === 429 ? 'rate-limited' : 'transient',
    })
    expect(failure).not.toHaveProperty('answer')
    saysNoSecret(account, failure)
  },
)

test('waits for the quarter of an hour, or for the day when nothing is left of it', async () => {
  const on = await stage({ limits: { postsPerDay: 101 } })
  for (let at = 0; at < 100; at++) await sendOnce(on, postOf([`Wpis ${at}`]))
  const beganMs = on.clock.now()
  expect(await sendOnce(on)).toMatchObject({ kind: 'rate-limited', retryAtMs: beganMs + 24 * 3_600_000 })
  const other = await stage({ limits: true })
  for (let at = 0; at < 100; at++) await sendOnce(other, postOf([`Wpis ${at}`]))
  expect(await sendOnce(other)).toMatchObject({ kind: 'rate-limited', retryAtMs: beganMs + 15 * 60_000 })
})

const problem = (status: number, detail: string, more: object = {}) => ({
  status,
  body: { title: 'Forbidden', detail, type: 'about:blank', status, ...more },
})
test.each([
  [problem(403, 'You are not permitted to perform this action.'), 'permanent', 'receiver-refused'],
  [problem(403, 'Your Tweet text is too long.'), 'permanent', 'receiver-refused'],
  [problem(403, '', { type: 'https://api.x.com/2/problems/user-suspended' }), 'permanent', 'receiver-refused'],
  [problem(403, 'Unsupported Authentication'), 'reconnect', 'not-allowed-there'],
  [
    problem(403, 'You attempted to reply to a Tweet that is deleted or not visible to you.'),
    'transient',
    'receiver-refused',
  ],
  [problem(403, 'Spend cap', { type: 'https://api.twitter.com/2/problems/credits' }), 'reconnect', 'quota'],
  [problem(402, 'No credits'), 'reconnect', 'quota'],
  [problem(429, '', { type: 'https://api.x.com/2/problems/usage-capped', period: 'Monthly' }), 'reconnect', 'quota'],
  [
    problem(429, '', { type: 'https://api.x.com/2/problems/usage-capped', period: 'Daily' }),
    'rate-limited',
    'rate-limited',
  ],
  [{ status: 429, body: { errors: [{ code: 88, message: 'Rate limit exceeded' }] } }, 'rate-limited', 'rate-limited'],
  [{ status: 403, body: { errors: [{ code: 187, message: 'Status is a duplicate.' }] } }, 'permanent', 'duplicate'],
  [{ status: 403, body: '<!doctype html><title>Just a moment</title>' }, 'transient', 'blocked-page'],
  [{ status: 400, body: { errors: [{ message: 'Your media IDs are invalid.' }] } }, 'transient', 'receiver-busy'],
  [{ status: 400, body: { title: 'Invalid Request' } }, 'permanent', 'receiver-refused'],
] as const)('%j is %s, %s', async (fault, kind, code) => {
  const on = await stage()
  on.vendor.faults.next([fault])
  expect(await sendOnce(on)).toMatchObject({ kind, code })
  expect(on.created()).toHaveLength(0)
})

test('without credits a person has to act', async () => {
  const on = await stage()
  on.vendor.credits('depleted')
  const { end, verdicts } = await publish(on, postOf(['Kamienica'], [on.picture()]))
  expect([end, verdicts[0]]).toMatchObject(['reconnect', { code: 'quota', status: 402 }])
})

test('cannot be changed; is taken down from its end, and what is gone already is no failure', async () => {
  const on = await stage()
  const { remote: standing } = await publish(on, postOf(parts))
  const update = parcelOf(postOf(['Inaczej']), { kind: 'update', standing })
  expect((await drive(on.network, update, on.account, on.clock)).verdicts).toMatchObject([{ code: 'cannot-change' }])
  on.vendor.faults.concerns(({ method }) => method === 'DELETE')
  on.vendor.faults.next(['html-error', 'accept-then-reset'])
  const removed = await drive(on.network, parcelOf(null, { standing }), on.account, on.clock)
  expect([removed.end, on.vendor.posts()]).toEqual(['accepted', []])
  expect(on.vendor.effects().flatMap(({ kind, text }) => (kind === 'removed' ? [text] : []))).toEqual(
    parts.toReversed(),
  )
})
