import { type Devto, startDevto } from '@floowe/emulators/devto'
import type { Fault, VendorOptions } from '@floowe/emulators/vendor'
import { fakeClock } from '@floowe/platform/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { accountOf, drive, pageFor, parcelOf, partsFor, timeoutMs } from '../testing/network.ts'
import { devto } from './devto.ts'
import type { Account, Connected, Failure, Remote } from './network.ts'

const clock = fakeClock('2026-11-22T10:00:00.000Z')
let vendor: Devto
let outside: ReturnType<typeof partsFor>
let account: Account

const network = () => devto(outside.parts)
async function open(options: VendorOptions = {}): Promise<Connected | Failure> {
  vendor = await startDevto({ nowMs: clock.now, hangMs: timeoutMs * 3, ...options })
  outside = partsFor(clock, { devto: vendor.url })
  const connected = await network().connect?.({ token: vendor.token })
  if (connected && !('kind' in connected)) account = accountOf(connected)
  return connected ?? { kind: 'permanent', code: 'no-connect' }
}
async function close(): Promise<void> {
  await outside.close()
  await vendor.stop()
}
const publish = (content = pageFor()) => drive(network(), parcelOf(content), account, clock)
const term = (name: string) => ({ id: crypto.randomUUID(), name, slug: 'x' })
const withCanonical = (canonicalUrl: string) => pageFor({ meta: { ...pageFor().meta, canonicalUrl } })
const codes = (verdicts: readonly object[]) =>
  verdicts.map((verdict) => ('code' in verdict ? verdict.code : 'accepted'))

describe('an account', () => {
  beforeEach(async () => void (await open()))
  afterEach(close)

  test('what was published since may hide it: then it is not known, and nothing is made again', async () => {
    vendor.faults.next(['accept-then-reset'])
    const parcel = parcelOf(pageFor())
    let remote: Remote = {}
    const keep = async (next: Remote): Promise<void> => void (remote = next)
    const run = { signal: new AbortController().signal, remote, keep }
    expect(await network().send(parcel, account, run)).toMatchObject({ kind: 'ambiguous' })
    clock.advance(60_000)
    for (let n = 0; n < 410; n++) vendor.write({ title: `Inny ${n}`, body_markdown: 'x', isOurs: true })
    const { end, verdicts } = await drive(network(), parcel, account, clock, { remote })
    expect([end, new Set(codes(verdicts))]).toEqual(['failed', new Set(['not-listed-yet'])])
    expect(vendor.posts().filter(({ title }) => title === 'Kamienica')).toHaveLength(1)
  })

  test('connects as who it is', async () => {
    expect(account).toMatchObject({ name: 'studio_wisla', url: new URL('/studio_wisla', vendor.url).href })
    expect(await network().test(account, 'x')).toMatchObject({ kind: 'accepted' })
  })

  test('a whole text arrives: each block a line of its own, nothing of it taken for Markdown or Liquid', async () => {
    const content = pageFor({
      html: '<p>Zażółć <a href="/studio/inny">inny</a>, `{{ x }}`</p>\n<pre><code>a {% if %}\n\n--- b\n</code></pre>\n<ul>\n<li>c\n<ul>\n<li>d</li>\n</ul>\n</li>\n</ul>\n',
      tags: [term('Cegła'), term('sztuka ludowa'), term('Łódź'), term('???')],
      categories: [term('Architektura'), term('Piąta')],
      cover: {
        ...{ url: '/media/cover.png', alt: '', caption: 'Podpis', credit: 'fot. <A>', width: 1, height: 1 },
        ...{ variants: [], focalPoint: null },
      },
    })
    const { end, remote } = await publish(content)
    expect(end).toBe('accepted')
    const [article, ...others] = vendor.posts()
    expect(others).toEqual([])
    expect(article).toMatchObject({
      title: 'Kamienica',
      description: 'O cegle.',
      main_image: 'https://floowe.example/media/cover.png',
      canonical_url: null,
      tags: ['cegla', 'sztukaludowa', 'lodz', 'architektura'],
    })
    expect(article?.body_markdown.split('\n')).toEqual([
      '<p><em>O cegle.</em></p>',
      '',
      '<p><em>Podpis · fot. &lt;A&gt;</em></p>',
      '',
      '<p>Zażółć <a href="https://floowe.example/studio/inny">inny</a>, &#96;{% raw %}{{{% endraw %} x }}&#96;</p>',
      '',
      '<pre><code>a {% raw %}{%{% endraw %} if %}&#10;&#10;--- b&#10;</code></pre>',
      '',
      '<ul> <li>c <ul> <li>d</li> </ul> </li> </ul>',
      '',
      expect.stringMatching(/^<!-- floowe:[\w-]+ -->$/),
    ])
    expect(remote['part-0']).toMatchObject({ id: String(article?.id) })
    expect(remote['part-0']?.url).toContain(`/studio_wisla/${article?.slug}`)
  })

  test('what Forem has no room for is refused before anything is sent', async () => {
    const long = await publish(pageFor({ title: 'ą'.repeat(129) }))
    expect(long.verdicts).toMatchObject([
      { kind: 'permanent', code: 'receiver-refused', detail: 'characters of the title: 129, Dev.to takes 128' },
    ])
    const large = await publish(pageFor({ html: `<p>${'ą'.repeat(450_000)}</p>` }))
    expect(large.verdicts).toMatchObject([{ kind: 'permanent', code: 'receiver-refused' }])
    expect(vendor.log().filter(({ method }) => method === 'POST')).toEqual([])
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
  ])('%j on the request that makes it: one article', async (fault) => {
    vendor.faults.next([fault])
    expect((await publish()).end).toBe('accepted')
    expect(vendor.posts()).toHaveLength(1)
    expect(vendor.effects().filter(({ kind }) => kind === 'created')).toHaveLength(1)
  })

  test('what every attempt loses is there once', async () => {
    vendor.faults.always(() => 'accept-then-reset')
    expect((await publish()).end).toBe('accepted')
    expect(vendor.posts()).toHaveLength(1)
  })

  test('drafts do not hide what is published', async () => {
    for (let count = 0; count < 120; count++) {
      const article = { title: `D${count}`, body_markdown: 'x', published: false }
      await fetch(`${vendor.url}/articles`, {
        method: 'POST',
        headers: { 'api-key': vendor.token, 'content-type': 'application/json' },
        body: JSON.stringify({ article }),
      })
    }
    vendor.faults.next(['accept-then-reset'])
    expect((await publish()).end).toBe('accepted')
    expect(vendor.posts()).toHaveLength(1)
  })

  test('an article with the same words and canonical address is not ours because of them', async () => {
    const canonical = 'https://example.com/kamienica'
    vendor.write({ title: 'Kamienica', body_markdown: '<p>Zażółć gęślą jaźń.</p>', canonical_url: canonical })
    const before = vendor.posts()
    clock.advance(6 * 60_000)
    const first = await publish(withCanonical(canonical))
    expect(first.verdicts).toMatchObject([{ kind: 'permanent', code: 'duplicate', status: 422 }])
    // After a lost answer as well.
    vendor.faults.next([{ status: 500 }])
    const { end, verdicts } = await publish(withCanonical(canonical))
    expect(end).toBe('failed')
    expect(verdicts.at(-1)).toMatchObject({ kind: 'permanent', code: 'duplicate' })
    expect(vendor.posts()).toEqual(before)
  })

  test('the same title within five minutes waits', async () => {
    await publish()
    const { end, verdicts } = await publish()
    expect(verdicts[0]).toMatchObject({ kind: 'rate-limited', retryAtMs: expect.any(Number) as number })
    expect(end).toBe('accepted')
    expect(vendor.posts()).toHaveLength(2)
  })

  test('an update changes the same article', async () => {
    const { remote: standing } = await publish()
    const [before] = vendor.posts()
    const update = parcelOf(pageFor({ title: 'Inne słowa' }), { kind: 'update', standing })
    expect((await drive(network(), update, account, clock)).end).toBe('accepted')
    expect(vendor.posts()).toMatchObject([{ id: before?.id, title: 'Inne słowa' }])
    const gone = { 'part-0': { key: 'k', armedMs: 0, id: '99' } }
    const { verdicts } = await drive(network(), parcelOf(pageFor(), { kind: 'update', standing: gone }), account, clock)
    expect(verdicts).toMatchObject([{ kind: 'permanent', code: 'cannot-find', status: 404 }])
  })

  test('taken down twice it is a draft once, and its canonical address is free again', async () => {
    const { remote: standing } = await publish(withCanonical('https://example.com/kamienica'))
    for (let time = 0; time < 2; time++)
      expect((await drive(network(), parcelOf(null, { standing }), account, clock)).end).toBe('accepted')
    expect(vendor.posts()).toEqual([])
    expect(vendor.effects().filter(({ kind }) => kind === 'removed')).toHaveLength(1)
    expect((await publish(withCanonical('https://example.com/kamienica'))).end).toBe('accepted')
    expect(vendor.posts()).toHaveLength(1)
  })

  test('a key that is gone or wrong asks for a person and says nothing secret', async () => {
    const wrong = await network().connect?.({ token: `${vendor.token}x` })
    vendor.revoke()
    const { end, verdicts } = await publish()
    expect(end).toBe('reconnect')
    const refused = [wrong, verdicts[0], await network().test(account, 'x')]
    for (const verdict of refused)
      expect(verdict).toMatchObject({ kind: 'reconnect', code: 'token-refused', status: 401, detail: 'unauthorized' })
    expect(JSON.stringify(refused)).not.toContain(vendor.token)
  })
})

test('what is not listed yet is waited for, not posted again', async () => {
  await open({ listingDelayMs: 120_000 })
  vendor.faults.next(['accept-then-reset'])
  const { end, verdicts } = await publish()
  expect(codes(verdicts)).toEqual(['connection-lost', 'not-listed-yet', 'accepted'])
  expect(end).toBe('accepted')
  expect(vendor.posts()).toHaveLength(1)
  await close()
})

test.each([null, 'https://example.com/kamienica'])(
  'what is listed later than we wait for is not made twice where Forem refuses it: canonical %j',
  async (canonicalUrl) => {
    await open({ listingDelayMs: 300_000 })
    vendor.faults.next(['accept-then-reset'])
    const { end, verdicts } = await publish(canonicalUrl === null ? pageFor() : withCanonical(canonicalUrl))
    expect(verdicts[3]).toMatchObject({ kind: 'ambiguous', code: 'not-listed-yet', status: 422 })
    expect(end).toBe('accepted')
    expect(vendor.posts()).toHaveLength(1)
    await close()
  },
)
