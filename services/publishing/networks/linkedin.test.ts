/** What is LinkedIn's own: sign-in for a person and pages, "little" text, posts that cannot be read, duplicates. The emulator judges. */
import fc from 'fast-check'
import { type LinkedinOptions, startLinkedin } from '@floowe/emulators/linkedin'
import type { Fault } from '@floowe/emulators/vendor'
import { fakeClock } from '@floowe/platform/testing'
import { afterEach, describe, expect, test } from 'vitest'
import { accountOf, drive, parcelOf, partsFor, type Pictures, picture, postOf, timeoutMs } from '../testing/network.ts'
import { linkedin, little, wordsOf } from './linkedin.ts'
import type { Account, Granted, Network, Remote } from './network.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const redirect = 'https://floowe.example/connect'
const dayMs = 86_400_000
type Kind = 'person' | 'organisation'

async function stage(kind: Kind = 'organisation', options: LinkedinOptions = {}) {
  const clock = fakeClock('2026-11-22T10:00:00.000Z')
  const pictures: Pictures = new Map()
  const vendor = await startLinkedin({ nowMs: clock.now, hangMs: timeoutMs * 3, ...options })
  const { parts, close } = partsFor(clock, { linkedin: vendor.url, linkedinSignIn: vendor.signInUrl }, pictures)
  closing.push(async () => close(), vendor.stop)
  vendor.faults.concerns(({ method, path }) => method === 'POST' && path === '/rest/posts')
  const network = linkedin(parts)
  const granted = await signIn(network)
  const chosen = granted.find((one) => one.kind === kind)
  if (!chosen) throw new Error('not granted')
  const account = accountOf(chosen)
  const created = () => vendor.effects().filter((effect) => effect.kind === 'created')
  return { clock, vendor, parts, network, granted, account, created, picture: (alt?: string) => picture(pictures, alt) }
}
type Stage = Awaited<ReturnType<typeof stage>>

/** As a person's browser would. */
async function answerOf({ oauth }: Network): Promise<URLSearchParams> {
  const address = oauth?.authorize({ state: 'state-1', challenge: 'c', redirect }) ?? ''
  const answer = await fetch(address, { redirect: 'manual' })
  return new URL(answer.headers.get('location') ?? 'about:blank').searchParams
}
async function signIn(network: Network): Promise<readonly Granted[]> {
  const code = (await answerOf(network)).get('code') ?? ''
  const answer = await network.oauth?.exchange({ code, verifier: 'v', redirect })
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
const armedNow = ({ clock }: Stage): Remote => ({ 'part-0': { key: 'k', armedMs: clock.now() } })
const saysNoSecret = (account: Account, said: unknown): void => {
  const text = JSON.stringify(said)
  for (const name of ['token', 'refresh'].filter((one) => account.credentials[one]))
    expect(text).not.toContain(account.credentials[name])
  expect(text).not.toContain('floowe-secret')
}

test('asks for what it needs, and offers the person and the pages that they may post on', async () => {
  const organisations = [
    { id: '1', name: 'Studio Wisła', role: 'ADMINISTRATOR' },
    { id: '2', name: 'Tylko liczby', role: 'ANALYST' },
    { id: '3', name: 'Kamienica', role: 'CONTENT_ADMINISTRATOR' },
    { id: '4', name: 'Zaproszona', role: 'ADMINISTRATOR', state: 'REQUESTED' },
  ]
  const { network, granted, parts, vendor, clock } = await stage('person', { organisations })
  const address = new URL(network.oauth?.authorize({ state: 's', challenge: 'c', redirect }) ?? '')
  expect(Object.fromEntries(address.searchParams)).toMatchObject({
    ...{ response_type: 'code', client_id: vendor.client.id, redirect_uri: redirect, state: 's' },
    scope: expect.stringContaining('openid profile w_member_social w_organization_social') as string,
  })
  const token = granted[0]?.credentials['token'] ?? ''
  const credentials = { token, endsMs: String(clock.now() + 60 * dayMs) }
  expect(granted).toEqual([
    {
      ...{ kind: 'person', accountId: vendor.person, accountName: 'Anna Wiśniewska', url: null },
      credentials: { ...credentials, author: vendor.person },
    },
    ...[organisations[0], organisations[2]].map((one) => ({
      ...{ kind: 'organisation', accountId: `urn:li:organization:${one?.id}`, accountName: one?.name },
      url: `https://www.linkedin.com/company/${one?.id}`,
      credentials: { ...credentials, author: `urn:li:organization:${one?.id}` },
    })),
  ])
  expect(network.facts).toMatchObject({ network: 'linkedin', threads: false, edits: true, afterLostAnswer: 'find' })
  const bare = linkedin({ ...parts, clients: { ...parts.clients, linkedin: null } })
  expect([network.oauth?.isReady, bare.oauth?.isReady]).toEqual([true, false])
})

test('no approval for pages: only the person; no, or a code that nobody gave: nothing', async () => {
  const { network, vendor } = await stage()
  vendor.faults.concerns(({ path }) => path === '/rest/organizationAcls')
  vendor.faults.next([{ status: 403 }])
  expect((await signIn(network)).map(({ kind }) => kind)).toEqual(['person'])
  const refused = await network.oauth?.exchange({ code: 'a-code-of-nobody', verifier: 'v', redirect })
  expect(refused).toMatchObject({ kind: 'reconnect', code: 'token-refused', status: 400 })
  expect(JSON.stringify(refused)).not.toMatch(/a-code-of-nobody|floowe-secret/)
  vendor.answer('deny')
  expect((await answerOf(network)).get('error')).toBe('user_cancelled_authorize')
})

const kinds = ['person', 'organisation'] as const
describe.each(kinds)('a post of a %s', (kind) => {
  test('with pictures, with one, with a card', async () => {
    const on = await stage(kind)
    expect(await on.network.test(on.account, 'x')).toMatchObject({ kind: 'accepted' })
    const { end, remote } = await publish(on, postOf(['Dwie'], [on.picture(), on.picture('')]))
    await publish(on, postOf(['Jedna'], [on.picture()]))
    const link = { url: 'https://wisla.pl/a_b', title: 'Kamienica', description: 'O cegle.' }
    await publish(on, postOf(['Żadna'], [], link))
    const urn = expect.stringMatching(/^urn:li:image:/) as string
    const [first, ...others] = on.vendor.posts()
    expect([end, remote['part-0']?.id, remote['part-0']?.url]).toEqual([
      'accepted',
      first?.urn,
      `https://www.linkedin.com/feed/update/${first?.urn}`,
    ])
    expect([first, ...others].map((post) => post?.content)).toEqual([
      { multiImage: { images: [{ id: urn, altText: 'Kamienica o świcie' }, { id: urn }] } },
      { media: { id: urn, altText: 'Kamienica o świcie' } },
      { article: { source: link.url, title: link.title, description: link.description } },
    ])
  })

  const faults: readonly Fault[] = [
    ...(['accept-then-reset', 'accept-then-500', 'accept-then-hang', 'slow-body'] as const),
    ...(['html-error', 'wrong-type', 'empty-body', 'reset'] as const),
    ...[{ status: 429, retryAfter: 2 }, { status: 503 }, { status: 500 }, { status: 409 }],
  ]
  test.each(faults)('%j on the way: there once, with its pictures', async (fault) => {
    const on = await stage(kind, { listingDelayMs: 120_000 })
    on.vendor.faults.next([fault])
    const text = 'Cegła (stara) & „wapno” #kamienica #1 a_b @ {x}\n\nhttps://wisla.pl/a_b~c#d  zazo\u0301łć'
    const { end, verdicts, remote } = await publish(on, postOf([text], [on.picture(), on.picture()]))
    expect([end, on.created().length, remote['part-0']?.id]).toEqual(['accepted', 1, on.vendor.posts()[0]?.urn])
    expect(on.vendor.posts()[0]?.text).toBe(text)
    saysNoSecret(on.account, verdicts)
  })

  test('two answers lost one after the other, and one that is refused for the time being: there once', async () => {
    const on = await stage(kind)
    on.vendor.faults.next(['accept-then-reset'])
    on.vendor.faults.always((_, count) => (count < 3 ? { status: 429 } : 'ok'))
    const { end } = await publish(on)
    expect([end, on.created().length]).toEqual(['accepted', 1])
  })

  test.each([1, 2])('a process that dies behind the %i. thing it wrote down leaves nothing twice', async (dies) => {
    const on = await stage(kind)
    const { end } = await publish(on, postOf([words], [on.picture()]), { dies })
    expect([end, on.created().length]).toEqual(['accepted', 1])
  })

  test('the same words from before are never taken for ours, answer lost or not', async () => {
    const on = await stage(kind)
    await publish(on)
    on.clock.advance(5 * 60_000)
    expect((await publish(on)).verdicts).toMatchObject([
      { kind: 'permanent', code: 'duplicate', detail: expect.stringContaining('urn:li:share:') as string },
    ])
    on.vendor.faults.next(['reset'])
    const lost = await publish(on)
    expect([lost.end, on.created().length, lost.remote['part-0']?.id]).toEqual(['failed', 1, undefined])
    expect(lost.verdicts.at(-1)).toMatchObject({ kind: 'permanent', code: 'duplicate' })
  })

  test('is changed and taken down, twice without harm', async () => {
    const on = await stage(kind)
    const { remote: standing } = await publish(on, postOf(['Raz'], [on.picture()]))
    const update = parcelOf(postOf(['Inne słowa (nowe)'], [on.picture()]), { kind: 'update', standing })
    const pictures = () => on.vendor.log().filter(({ path }) => path === '/rest/images').length
    const before = pictures()
    expect((await drive(on.network, update, on.account, on.clock)).end).toBe('accepted')
    expect([on.vendor.posts()[0]?.text, pictures()]).toEqual(['Inne słowa (nowe)', before])
    for (let time = 0; time < 2; time++)
      expect((await drive(on.network, parcelOf(null, { standing }), on.account, on.clock)).end).toBe('accepted')
    expect(on.vendor.effects().map((effect) => effect.kind)).toEqual(['created', 'changed', 'removed'])
    const gone = await drive(on.network, update, on.account, on.clock)
    expect(gone.verdicts).toMatchObject([{ kind: 'permanent', code: 'cannot-find' }])
  })

  test('after a deletion LinkedIn names ghosts: nothing is adopted, and it goes out when they are gone', async () => {
    const on = await stage(kind, { ghostsMs: 8 * 60_000 })
    const { remote: standing } = await publish(on)
    await drive(on.network, parcelOf(null, { standing }), on.account, on.clock)
    expect(await sendOnce(on)).toMatchObject({ kind: 'transient', code: 'duplicate' })
    on.vendor.faults.next(['reset'])
    const { end, remote } = await publish(on)
    expect([end, on.vendor.posts().length, remote['part-0']?.id]).toEqual(['accepted', 1, on.vendor.posts()[0]?.urn])
  })
})

test('a person’s pictures that another process has brought are not brought again: a person looks', async () => {
  const on = await stage('person')
  on.vendor.faults.next(['accept-then-reset'])
  const content = postOf([words], [on.picture()])
  await sendOnce(on, content)
  const armed = armedNow(on)
  on.clock.advance(200_000)
  const other = { ...on, network: linkedin(on.parts) }
  expect(await sendOnce(other, content, armed)).toMatchObject({ kind: 'ambiguous', code: 'outcome-unknown' })
  expect(on.created()).toHaveLength(1)
})

test('a page’s post that is listed later than ever: LinkedIn names it, and it is ours', async () => {
  const on = await stage('organisation', { listingDelayMs: 400_000 })
  on.vendor.faults.next(['accept-then-reset'])
  const { end, remote } = await publish(on)
  expect([end, on.created().length, remote['part-0']?.id]).toEqual(['accepted', 1, on.vendor.posts()[0]?.urn])
})

test('a list that cannot be read says nothing; a long one is read further', async () => {
  const on = await stage()
  on.vendor.faults.next(['accept-then-reset'])
  const content = postOf([words])
  const armed = armedNow(on)
  await sendOnce(on, content)
  for (let at = 0; at < 15; at++) await sendOnce(on, postOf([`Inny ${at}`]))
  on.vendor.faults.concerns(({ method, path }) => method === 'GET' && path === '/rest/posts')
  on.vendor.faults.next([{ status: 503 }, 'html-error'])
  for (let time = 0; time < 2; time++) expect(await sendOnce(on, content, armed)).toMatchObject({ kind: 'transient' })
  expect(await sendOnce(on, content, armed)).toMatchObject({ kind: 'accepted' })
  expect(on.created()).toHaveLength(16)
})

test('pictures that take their time are waited for and not brought twice', async () => {
  const on = await stage('organisation', { processingMs: 90_000 })
  const { end, verdicts } = await publish(on, postOf([words], [on.picture()]))
  expect([end, verdicts[0]]).toMatchObject(['accepted', { kind: 'transient', code: 'receiver-busy' }])
  expect(on.vendor.log().filter(({ method }) => method === 'PUT')).toHaveLength(1)
})

test('a token that ran out is renewed where that is allowed, else a person connects again', async () => {
  const on = await stage()
  expect(await on.network.refresh?.(on.account.credentials)).toMatchObject({ kind: 'reconnect', code: 'token-refused' })
  on.clock.advance(60 * dayMs)
  const stale = await sendOnce(on)
  expect(stale).toMatchObject({ kind: 'reconnect', code: 'token-refused', status: 401 })
  saysNoSecret(on.account, stale)

  const partner = await stage('organisation', { hasRefresh: true })
  const { credentials } = partner.account
  const endsMs = String(partner.clock.now() + 365 * dayMs)
  expect(credentials).toMatchObject({ endsMs, expiresMs: String(partner.clock.now() + 60 * dayMs) })
  partner.clock.advance(60 * dayMs)
  expect(await sendOnce(partner)).toMatchObject({ kind: 'transient', code: 'token-expired' })
  const renewed = await partner.network.refresh?.(credentials)
  expect(renewed).toMatchObject({ endsMs, author: credentials['author'], refresh: credentials['refresh'] })
  const account = { ...partner.account, credentials: renewed as Account['credentials'] } // it has an author
  expect((await publish({ ...partner, account })).end).toBe('accepted')
  partner.vendor.revoke()
  const revoked = await sendOnce({ ...partner, account })
  expect(revoked).toMatchObject({ kind: 'reconnect', code: 'token-refused' })
  const refused = await partner.network.refresh?.(account.credentials)
  expect(refused).toMatchObject({ kind: 'reconnect', code: 'token-refused' })
  saysNoSecret(account, [revoked, refused])
})

test.each(kinds)('a token of a %s taken back between the attempts leaves open what is open', async (kind) => {
  const on = await stage(kind)
  on.vendor.faults.next(['accept-then-reset'])
  await sendOnce(on)
  const armed = armedNow(on)
  on.clock.advance(200_000)
  on.vendor.revoke()
  let kept: Remote = armed
  const verdict = await on.network.send(parcelOf(postOf([words])), on.account, {
    signal: new AbortController().signal,
    remote: armed,
    keep: async (remote) => void (kept = remote),
  })
  expect([verdict, kept]).toMatchObject([{ kind: 'reconnect' }, armed])
})

const body = (message: string, code = 'X') => ({ status: 0, code, message })
test.each([
  [{ status: 400, body: body('/commentary is too long', 'FIELD_LENGTH_TOO_LONG') }, 'permanent', 'receiver-refused'],
  [{ status: 400, body: body('Organization permissions must be used') }, 'reconnect', 'not-allowed-there'],
  [{ status: 403, body: body('Not enough permissions') }, 'reconnect', 'not-allowed-there'],
  [{ status: 409, body: body('Conflict') }, 'transient', 'receiver-busy'],
  [{ status: 422, body: body('Something else') }, 'permanent', 'receiver-refused'],
  [{ status: 401, body: { ...body(''), serviceErrorCode: 65600 } }, 'reconnect', 'token-refused'],
] as const)('%j is %s, %s', async (fault, kind, code) => {
  const on = await stage()
  on.vendor.faults.next([fault])
  expect(await sendOnce(on)).toMatchObject({ kind, code })
})

test('waits for midnight when the day is used up, and names the version that is served no more', async () => {
  const on = await stage()
  const message = 'Resource level throttle APPLICATION DAY limit for calls to this resource is reached.'
  on.vendor.faults.next([{ status: 429, body: body(message) }])
  const retryAtMs = Date.parse('2026-11-23T00:00:00.000Z')
  expect(await sendOnce(on)).toMatchObject({ kind: 'rate-limited', retryAtMs })
  const old = linkedin({ ...on.parts, versions: { ...on.parts.versions, linkedin: '202510' } })
  expect(await sendOnce({ ...on, network: old })).toMatchObject({
    ...{ kind: 'permanent', code: 'receiver-refused', status: 426 },
    detail: expect.stringContaining('LinkedIn-Version 202510') as string,
  })
  expect(await old.test(on.account, 'x')).toMatchObject({ kind: 'permanent', status: 426 })
})

const piece = fc.oneof(
  fc.constantFrom(...'\\|{}@[]()<>#*_~ \n'),
  fc.constantFrom('#cegła', '#2026', 'C#', '@[Anna](urn:li:person:1)', '{hashtag|\\#|x}', 'https://wisla.pl/a_b?(c)#d'),
  fc.string({ unit: 'grapheme', maxLength: 6 }),
)
test('every text stands there as it was written', async () => {
  const on = await stage()
  let count = 0
  const texts = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''))
  await fc.assert(
    fc.asyncProperty(texts, async (text) => {
      const whole = `${(count += 1)} ${text}`
      expect(wordsOf(little(whole))).toBe(whole)
      await sendOnce(on, postOf([whole]))
      expect(on.vendor.posts().at(-1)?.text).toBe(whole)
      // As LinkedIn gives it out, hashtags as templates.
      const armed = armedNow(on)
      expect(await sendOnce(on, postOf([whole]), armed)).toMatchObject({ kind: 'accepted' })
    }),
    { numRuns: 60 },
  )
})

test('hashtags stay hashtags', () => {
  expect(little('#cegła, (#wapno) C#7 #a_b #1 a@b')).toBe('#cegła, \\(#wapno\\) C\\#7 \\#a\\_b \\#1 a\\@b')
})
