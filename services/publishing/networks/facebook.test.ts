/** What is Facebook's own: sign-in without a verifier, tokens of pages, photos before the post, its codes. The emulator judges. */
import { type FacebookOptions, startFacebook } from '@floowe/emulators/facebook'
import type { Fault } from '@floowe/emulators/vendor'
import { fakeClock } from '@floowe/platform/testing'
import { afterEach, expect, test } from 'vitest'
import { accountOf, drive, parcelOf, partsFor, type Pictures, picture, postOf, timeoutMs } from '../testing/network.ts'
import { facebook } from './facebook.ts'
import type { Account, Granted, Network, Remote } from './network.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const redirect = 'https://floowe.example/connect'

async function stage(options: FacebookOptions = {}) {
  const clock = fakeClock('2026-11-22T10:00:00.000Z')
  const pictures: Pictures = new Map()
  const vendor = await startFacebook({ nowMs: clock.now, hangMs: timeoutMs * 3, needsProof: true, ...options })
  const { parts, close } = partsFor(clock, { facebook: vendor.url, facebookSignIn: vendor.signInUrl }, pictures)
  closing.push(async () => close(), vendor.stop)
  vendor.faults.concerns(({ method, path }) => method === 'POST' && path.endsWith('/feed'))
  const network = facebook(parts)
  const granted = await signIn(network)
  const [chosen] = granted
  if (!chosen) throw new Error('nothing was granted')
  const account = accountOf(chosen)
  const created = () => vendor.effects().filter(({ kind }) => kind === 'created')
  return { clock, vendor, parts, network, granted, account, created, picture: (alt?: string) => picture(pictures, alt) }
}
type Stage = Awaited<ReturnType<typeof stage>>

/** As a person's browser would. */
async function answerOf({ oauth }: Network): Promise<URLSearchParams> {
  const address = oauth?.authorize({ state: 'state-1', challenge: 'c', redirect }) ?? ''
  const answer = await fetch(address, { redirect: 'manual' })
  return new URL(answer.headers.get('location') ?? 'about:blank').searchParams
}
async function exchange(network: Network, code?: string) {
  const given = code ?? (await answerOf(network)).get('code') ?? ''
  return network.oauth?.exchange({ code: given, verifier: 'v', redirect })
}
async function signIn(network: Network): Promise<readonly Granted[]> {
  const answer = await exchange(network)
  if (!Array.isArray(answer)) throw new Error(`not connected: ${JSON.stringify(answer)}`)
  return answer as readonly Granted[] // a list was answered
}
const words = 'Zażółć gęślą jaźń'
const publish = (
  { network, account, clock }: Stage,
  content = postOf([words]),
  more: Parameters<typeof drive>[4] = {},
) => drive(network, parcelOf(content, { at: clock.instant() }), account, clock, more)
const sendOnce = ({ network, account, clock }: Stage, content = postOf([words]), remote: Remote = {}) =>
  network.send(parcelOf(content, { at: clock.instant() }), account, {
    signal: new AbortController().signal,
    remote,
    keep: async () => undefined,
  })
const saysNoSecret = ({ credentials }: Account, said: unknown): void => {
  expect(JSON.stringify(said)).not.toContain(credentials['token'])
  expect(JSON.stringify(said)).not.toContain('floowe-secret')
}
const armedNow = ({ clock }: Stage): Remote => ({ 'part-0': { key: 'k', armedMs: clock.now() } })

test('asks for what it needs, and offers the pages that the person may post on', async () => {
  const others = Array.from({ length: 110 }, (_, at) => ({ id: `20${at}`, name: `Nr ${at}`, tasks: ['ANALYZE'] }))
  const mine = [
    { id: '1', name: 'Studio Wisła', tasks: ['CREATE_CONTENT'] },
    { id: '2', name: 'Kamienica', tasks: ['MODERATE', 'CREATE_CONTENT'] },
  ]
  const { network, granted, parts, vendor } = await stage({ pages: [...mine.slice(0, 1), ...others, ...mine.slice(1)] })
  const address = new URL(network.oauth?.authorize({ state: 's', challenge: 'c', redirect }) ?? '')
  expect([address.pathname, Object.fromEntries(address.searchParams)]).toEqual([
    '/v26.0/dialog/oauth',
    {
      ...{ response_type: 'code', client_id: vendor.client.id, redirect_uri: redirect, state: 's' },
      scope: 'pages_show_list,pages_manage_posts,pages_read_engagement,pages_manage_engagement,business_management',
    },
  ])
  expect(granted).toEqual(
    mine.map(({ id, name }) => ({
      ...{ kind: 'page', accountId: id, accountName: name, url: `https://www.facebook.com/${id}` },
      credentials: { token: expect.any(String) as string, page: id },
    })),
  )
  expect(network.facts).toMatchObject({ network: 'facebook', threads: false, edits: true, afterLostAnswer: 'find' })
  const bare = facebook({ ...parts, clients: { ...parts.clients, facebook: null } })
  expect([network.oauth?.isReady, bare.oauth?.isReady]).toEqual([true, false])
  expect(await exchange(bare, 'x')).toMatchObject({ kind: 'reconnect', code: 'token-refused' })
})

test('no, a code that nobody gave, another secret: nothing, and nothing secret is said', async () => {
  const { network, vendor, parts } = await stage()
  const refused = await exchange(network, 'a-code-of-nobody')
  const other = { id: vendor.client.id, secret: 'another-secret-of-nobody' }
  const wrong = facebook({ ...parts, clients: { ...parts.clients, facebook: other } })
  const secret = await exchange(wrong)
  for (const said of [refused, secret]) expect(said).toMatchObject({ kind: 'reconnect', code: 'token-refused' })
  expect(JSON.stringify([refused, secret])).not.toMatch(/a-code-of-nobody|-secret-/)
  vendor.faults.concerns(({ path }) => path.endsWith('/access_token'))
  vendor.faults.next(['accept-then-reset'])
  expect(await exchange(network)).toMatchObject({ kind: 'transient' })
  vendor.answer('deny')
  expect((await answerOf(network)).get('error')).toBe('access_denied')
})

test('a token of a page outlasts the person’s', async () => {
  const on = await stage()
  on.clock.advance(400 * 86_400_000)
  expect((await publish(on)).end).toBe('accepted')
})

test('a post with pictures, and one with a card', async () => {
  const on = await stage()
  expect(await on.network.test(on.account, 'x')).toEqual({ kind: 'accepted', url: on.account.url })
  const link = { url: 'https://wisla.pl/kamienica', title: 'Kamienica', description: 'O cegle.' }
  const { remote } = await publish(on, postOf(['Zdjęcia'], [on.picture(), on.picture('')], link))
  await publish(on, postOf(['Odnośnik'], [], link))
  const [first, second] = on.vendor.posts()
  expect(remote['part-0']).toMatchObject({
    id: first?.id,
    url: `https://www.facebook.com/${first?.page}/posts/${first?.id.split('_')[1]}`,
  })
  expect([first?.link, first?.photos.map(({ alt }) => alt)]).toEqual([null, ['Kamienica o świcie', '']])
  expect([second?.link, second?.photos]).toEqual([link.url, []])
})

const faults: readonly Fault[] = [
  ...(['accept-then-reset', 'accept-then-500', 'accept-then-hang', 'slow-body'] as const),
  ...(['html-error', 'wrong-type', 'empty-body', 'reset'] as const),
  ...[{ status: 429, retryAfter: 2 }, { status: 503 }, { status: 500 }],
  { status: 500, body: { error: { message: 'Please retry your request later', code: 2, is_transient: true } } },
  { status: 400, body: { error: { message: 'Too fast', code: 1, error_subcode: 1_390_008 } } },
]
test.each(faults)('%j on the way, and a list two minutes behind: there once', async (fault) => {
  for (const hasPictures of [true, false]) {
    const on = await stage({ listingDelayMs: 120_000 })
    on.vendor.faults.next([fault])
    const text = 'Cegła  & „wapno” \n\nhttps://wisla.pl/kamienica/  zazo\u0301łć '
    const content = postOf([text], hasPictures ? [on.picture(), on.picture()] : [])
    const { end, verdicts, remote } = await publish(on, content)
    expect([end, on.created().length, remote['part-0']?.id]).toEqual(['accepted', 1, on.vendor.posts()[0]?.id])
    saysNoSecret(on.account, verdicts)
  }
})

test.each([1, 2])('a process that dies behind the %i. thing it wrote down leaves nothing twice', async (dies) => {
  const on = await stage()
  const { end } = await publish(on, postOf([words], [on.picture()]), { dies })
  expect([end, on.created().length]).toEqual(['accepted', 1])
})

test('Facebook says that the server failed, and has the post: it is found and not made again', async () => {
  const on = await stage()
  on.vendor.faults.next(['accept-then-500'])
  expect((await publish(on, postOf([words], [on.picture()]))).verdicts).toMatchObject([
    { kind: 'ambiguous' },
    { kind: 'accepted' },
  ])
  const failed = { error: { message: 'An unexpected error has occurred.', code: 2, is_transient: true } }
  on.vendor.faults.next([{ status: 500, body: failed }])
  expect(await sendOnce(on)).toMatchObject({ kind: 'ambiguous', code: 'receiver-error' })
})

test('listed later than ever: Facebook refuses the second one, and the first is found', async () => {
  const on = await stage({ listingDelayMs: 400_000 })
  on.vendor.faults.next(['accept-then-reset'])
  const { end, remote } = await publish(on)
  expect([end, on.created().length, remote['part-0']?.id]).toEqual(['accepted', 1, on.vendor.posts()[0]?.id])
})

test('the same words from before are never taken for ours, answer lost or not', async () => {
  const on = await stage()
  await publish(on)
  on.clock.advance(5 * 60_000)
  expect((await publish(on)).verdicts).toMatchObject([{ kind: 'permanent', code: 'duplicate' }])
  on.vendor.faults.next(['reset'])
  const lost = await publish(on)
  expect([lost.remote['part-0']?.id, lost.verdicts.some(({ kind }) => kind === 'accepted')]).toEqual([undefined, false])
  expect([on.created().length, lost.verdicts[3]]).toMatchObject([1, { kind: 'ambiguous', code: 'not-listed-yet' }])

  // With pictures Facebook takes the same words twice, and both are told apart by their time.
  on.clock.advance(5 * 60_000)
  const first = await publish(on, postOf([words], [on.picture()]))
  on.clock.advance(5 * 60_000)
  on.vendor.faults.next(['accept-then-reset'])
  const second = await publish(on, postOf([words], [on.picture()]))
  expect([second.end, on.created().length]).toEqual(['accepted', 3])
  expect(second.remote['part-0']?.id).not.toBe(first.remote['part-0']?.id)
})

test('a list that cannot be read says nothing; a long one is read further', async () => {
  const on = await stage()
  on.vendor.faults.next(['accept-then-reset'])
  const content = postOf([words])
  const armed = armedNow(on)
  await sendOnce(on, content)
  for (let at = 0; at < 60; at++) await sendOnce(on, postOf([`Inny ${at}`]))
  on.vendor.faults.concerns(({ path }) => path.endsWith('/published_posts'))
  on.vendor.faults.next([{ status: 503 }, 'html-error', { status: 200, body: {} }])
  for (let time = 0; time < 3; time++) expect(await sendOnce(on, content, armed)).toMatchObject({ kind: 'transient' })
  expect(await sendOnce(on, content, armed)).toMatchObject({ kind: 'accepted' })
  expect(on.created()).toHaveLength(61)
})

test('is changed and taken down, twice without harm', async () => {
  const on = await stage()
  const { remote: standing } = await publish(on, postOf(['Raz'], [on.picture()]))
  const update = parcelOf(postOf(['Inne słowa'], [on.picture()]), { kind: 'update', standing })
  const uploads = () => on.vendor.log().filter(({ path }) => path.endsWith('/photos')).length
  expect((await drive(on.network, update, on.account, on.clock)).end).toBe('accepted')
  expect([on.vendor.posts()[0]?.message, uploads()]).toEqual(['Inne słowa', 1])
  for (let time = 0; time < 2; time++)
    expect((await drive(on.network, parcelOf(null, { standing }), on.account, on.clock)).end).toBe('accepted')
  expect(on.vendor.effects().map(({ kind }) => kind)).toEqual(['created', 'changed', 'removed'])
  const gone = await drive(on.network, update, on.account, on.clock)
  expect(gone.verdicts).toMatchObject([{ kind: 'permanent', code: 'cannot-find' }])
})

test('a token that died asks for a person, and leaves open what is open', async () => {
  const on = await stage()
  on.vendor.faults.next(['accept-then-reset'])
  await sendOnce(on)
  const armed = armedNow(on)
  on.vendor.revoke()
  let kept = armed
  const verdict = await on.network.send(parcelOf(postOf([words])), on.account, {
    signal: new AbortController().signal,
    remote: armed,
    keep: async (remote) => void (kept = remote),
  })
  expect([verdict, kept]).toMatchObject([{ kind: 'reconnect', code: 'token-refused' }, armed])
  saysNoSecret(on.account, verdict)
  expect(await on.network.test(on.account, 'x')).toMatchObject({ kind: 'reconnect', code: 'token-refused' })
})

const error = (code: number, subcode?: number, status = 400) => ({
  status,
  body: { error: { message: 'x', type: 'OAuthException', code, error_subcode: subcode, fbtrace_id: 'A' } },
})
test.each([
  [error(190, 463), 'reconnect', 'token-refused'],
  [error(102), 'reconnect', 'token-refused'],
  [error(10, undefined, 403), 'reconnect', 'not-allowed-there'],
  [error(200, undefined, 403), 'reconnect', 'not-allowed-there'],
  [error(3), 'reconnect', 'not-allowed-there'],
  [error(100, 1_404_078), 'reconnect', 'not-allowed-there'],
  [error(4, undefined, 403), 'rate-limited', 'rate-limited'],
  [error(80_001), 'rate-limited', 'rate-limited'],
  [error(368), 'rate-limited', 'rate-limited'],
  [error(506, 1_455_006), 'permanent', 'duplicate'],
  [error(100, 1_609_005), 'transient', 'receiver-refused'],
  [error(100, 1_363_047), 'ambiguous', 'receiver-error'],
  [error(1, undefined, 500), 'ambiguous', 'receiver-error'],
  [error(100), 'permanent', 'receiver-refused'],
  [error(100, 2_061_006, 403), 'permanent', 'receiver-refused'],
  [error(9_999, undefined, 500), 'ambiguous', 'receiver-error'],
  [{ status: 403, body: '<!doctype html><title>Just a moment</title>' }, 'transient', 'blocked-page'],
] as const)('%j is %s, %s', async (fault, kind, code) => {
  const on = await stage()
  on.vendor.faults.next([fault])
  expect(await sendOnce(on)).toMatchObject({ kind, code })
  expect(on.created()).toHaveLength(0)
})

test('a picture that Facebook cannot read is told in Facebook’s words', async () => {
  const on = await stage()
  const bad = { ...on.picture(), type: 'image/png' }
  const network = facebook({ ...on.parts, read: async () => new Uint8Array(Buffer.from('no picture')) })
  expect(await sendOnce({ ...on, network }, postOf([words], [bad]))).toMatchObject({
    ...{ kind: 'permanent', code: 'receiver-refused' },
    detail: expect.stringContaining('324/1366046 Your photos') as string,
  })
})
