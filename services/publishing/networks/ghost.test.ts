import { type Ghost, startGhost } from '@floowe/emulators/ghost'
import type { Fault, VendorOptions } from '@floowe/emulators/vendor'
import { fakeClock } from '@floowe/platform/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { accountOf, drive, pageFor, parcelOf, partsFor, timeoutMs } from '../testing/network.ts'
import { ghost } from './ghost.ts'
import type { Account, Connected, Failure } from './network.ts'

const clock = fakeClock('2026-11-22T10:00:00.000Z')
let site: Ghost
let outside: ReturnType<typeof partsFor>
let account: Account

const network = () => ghost(outside.parts)
const fields = () => ({ url: site.url, token: site.token })
async function open(options: VendorOptions = {}): Promise<Connected | Failure> {
  site = await startGhost({ nowMs: clock.now, hangMs: timeoutMs * 3, ...options })
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
const cover = {
  ...{ url: '/media/cover.png', alt: 'Okładka', caption: 'Podpis', credit: 'fot. <A>', width: 1, height: 1 },
  ...{ variants: [], focalPoint: null },
}

describe('a site', () => {
  beforeEach(async () => void (await open()))
  afterEach(close)

  test('connects as the site that it says it is', async () => {
    expect(account).toMatchObject({ name: 'Studio Wisła', url: site.url })
    expect(await network().test(account, 'x')).toMatchObject({ kind: 'accepted' })
    for (const url of [`${site.url}/ghost/`, `${site.url}/ghost/#/settings`, `${site.url}/`])
      expect(await network().connect?.({ ...fields(), url })).toMatchObject({ accountId: site.url })
  })

  test('a whole text arrives: words, picture, excerpt, tags, addresses made whole; a table keeps its form', async () => {
    const html =
      '<p>Zażółć <a href="/studio/inny">inny</a></p>\n<table>\n<tbody>\n<tr>\n<td>1</td>\n</tr>\n</tbody>\n</table>\n<hr>\n<p>Koniec</p>\n'
    const meta = { title: 'M', description: 'D', canonicalUrl: 'https://a.example/x', keyphrase: '', isHidden: false }
    const content = pageFor({ html, meta, cover, tags: [term('Cegła'), term('#Szkło')], categories: [term('Sztuka')] })
    const { end, remote } = await publish(content)
    expect(end).toBe('accepted')
    const [post, ...others] = site.posts()
    expect(others).toEqual([])
    expect(post).toMatchObject({
      slug: 'kamienica',
      title: 'Kamienica',
      custom_excerpt: 'O cegle.',
      tags: ['Sztuka', 'Cegła', 'Szkło'],
      feature_image: 'https://floowe.example/media/cover.png',
      canonical_url: 'https://a.example/x',
    })
    expect(post?.html).toBe(
      '<p>Zażółć <a href="https://floowe.example/studio/inny">inny</a></p>\n<!--kg-card-begin: html-->\n<table>\n<tbody>\n<tr>\n<td>1</td>\n</tr>\n</tbody>\n</table>\n<!--kg-card-end: html-->\n<hr>\n<p>Koniec</p>',
    )
    expect(remote['part-0']).toMatchObject({ id: post?.id, url: `${site.url}/kamienica/` })
  })

  test('what is too long for its place goes into the text; a title has no other place', async () => {
    const lead = 'Ł'.repeat(301)
    const content = pageFor({ lead, cover: { ...cover, alt: 'ż'.repeat(192) } })
    expect((await publish(content)).end).toBe('accepted')
    expect(site.posts()).toMatchObject([{ custom_excerpt: null, feature_image: null }])
    expect(site.posts()[0]?.html).toContain(`<p>${lead}</p>`)
    expect(site.posts()[0]?.html).toContain(`alt="${'ż'.repeat(192)}"`)
    const { verdicts } = await publish(pageFor({ slug: 'druga', title: 'ą'.repeat(256) }))
    expect(verdicts).toMatchObject([
      { kind: 'permanent', code: 'receiver-refused', detail: 'title: 256 characters, Ghost takes 255' },
    ])
    expect(site.posts()).toHaveLength(1)
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
    const theirs = { slug: 'kamienica', title: 'Kamienica', html: '<p>Zażółć gęślą jaźń.</p>' }
    site.write(theirs)
    site.faults.next([{ status: 500 }, 'accept-then-reset'])
    const { end, remote } = await publish()
    expect(end).toBe('accepted')
    const [first, ours, ...others] = site.posts()
    expect(others).toEqual([])
    expect(first).toMatchObject(theirs)
    expect(ours).toMatchObject({ slug: 'kamienica-2' })
    expect(remote['part-0']?.id).toBe(ours?.id)
  })

  test('ours is found where no number of the slug leads to it', async () => {
    for (let count = 0; count < 25; count++) site.write({ slug: 'kamienica', title: 'Inna', html: 'x' })
    site.faults.next(['accept-then-reset'])
    expect((await publish()).end).toBe('accepted')
    expect(site.posts().filter(({ title }) => title === 'Kamienica')).toHaveLength(1)
  })

  test('an update changes the same post where it stands, and what the site has put around it stays', async () => {
    const { remote: standing } = await publish(pageFor({ cover }))
    const before = site.posts()[0]
    const update = parcelOf(pageFor({ title: 'Inne słowa', slug: 'inny' }), { kind: 'update', standing })
    expect((await drive(network(), update, account, clock)).end).toBe('accepted')
    expect(site.posts()).toMatchObject([
      { id: before?.id, slug: 'kamienica', title: 'Inne słowa', feature_image: null },
    ])
    expect(site.posts()[0]?.codeinjection_foot).toBe(before?.codeinjection_foot)
  })

  test('somebody who is quicker once is read again; who is quicker every time lets it wait', async () => {
    const { remote: standing } = await publish()
    const id = standing['part-0']?.id ?? ''
    const collide = () => {
      site.touch(id)
      return 'ok' as const
    }
    site.faults.always((_, count) => (count % 2 === 0 ? collide() : 'ok'))
    const update = () => parcelOf(pageFor({ title: 'Inne słowa' }), { kind: 'update', standing })
    const once = await drive(network(), update(), account, clock)
    expect(once.verdicts.map(({ kind }) => kind)).toEqual(['accepted'])
    expect(site.log().filter(({ method, status }) => method === 'PUT' && status === 409)).toHaveLength(1)
    site.faults.always(collide)
    const always = await drive(network(), update(), account, clock)
    expect(always.verdicts[0]).toMatchObject({ kind: 'transient', code: 'receiver-error', status: 409 })
  })

  test('taken down twice it is a draft once, and published again it stands where it stood', async () => {
    const { remote: standing } = await publish()
    for (let time = 0; time < 2; time++)
      expect((await drive(network(), parcelOf(null, { standing }), account, clock)).end).toBe('accepted')
    expect(site.posts()).toEqual([])
    expect(site.effects().map(({ kind }) => kind)).toEqual(['created', 'removed'])
    await publish()
    expect(site.posts()).toMatchObject([{ slug: 'kamienica' }])
  })

  test('what the site has deleted is taken down already, and cannot be changed', async () => {
    const standing = { 'part-0': { key: 'k', armedMs: 0, id: 'a'.repeat(24) } }
    expect((await drive(network(), parcelOf(null, { standing }), account, clock)).end).toBe('accepted')
    const { verdicts } = await drive(network(), parcelOf(pageFor(), { kind: 'update', standing }), account, clock)
    expect(verdicts).toMatchObject([{ kind: 'permanent', code: 'cannot-find', status: 404 }])
  })

  test('a key that is gone asks for a person and says nothing secret', async () => {
    site.revoke()
    const { end, verdicts } = await publish()
    expect(end).toBe('reconnect')
    expect(verdicts).toMatchObject([{ code: 'token-refused', status: 401 }])
    const refused = [await network().test(account, 'x'), await network().connect?.(fields())]
    for (const verdict of refused) expect(verdict).toMatchObject({ kind: 'reconnect', code: 'token-refused' })
    const secret = site.token.split(':')[1] ?? ''
    expect(JSON.stringify([verdicts, refused])).not.toContain(secret)
  })

  test('a key that is unknown, or none, does not connect', async () => {
    const unknown = `0123456789abcdef01234567:${'ab'.repeat(32)}`
    const refused = await network().connect?.({ ...fields(), token: unknown })
    expect(refused).toMatchObject({ kind: 'reconnect', code: 'token-refused', status: 401 })
    expect(JSON.stringify(refused)).not.toContain('ababab')
    const asked = site.log().length
    const none = await network().connect?.({ ...fields(), token: 'not a key' })
    expect(none).toMatchObject({ kind: 'reconnect', code: 'token-refused' })
    expect(JSON.stringify(none)).not.toContain('not a key')
    expect(site.log()).toHaveLength(asked)
  })

  test('a site without Ghost does not connect', async () => {
    const refused = await network().connect?.({ ...fields(), url: `${site.url}/elsewhere` })
    expect(refused).toMatchObject({ kind: 'reconnect', code: 'account-not-found' })
    expect(await network().connect?.({ ...fields(), url: 'ftp://a.example' })).toMatchObject({ code: 'bad-address' })
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
