/** The vendor's own SDK is the judge: what it can do with the emulator, it can do with the real server. */
import { AtpAgent, RichText } from '@atproto/api'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Bluesky, startBluesky } from './bluesky.ts'

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
)
const collection = 'app.bsky.feed.post'
let nowMs: number
let bluesky: Bluesky
let agent: AtpAgent

const open = async (options: Parameters<typeof startBluesky>[0] = {}): Promise<void> => {
  nowMs = Date.parse('2026-11-22T10:00:00.000Z')
  bluesky = await startBluesky({ nowMs: () => nowMs, ...options })
  agent = new AtpAgent({ service: bluesky.url })
}
const login = () => agent.login({ identifier: bluesky.handle, password: bluesky.password })
beforeEach(() => open())
afterEach(() => bluesky.stop())

const restart = async (options: Parameters<typeof startBluesky>[0]): Promise<void> => {
  await bluesky.stop()
  await open(options)
}
const post = { $type: collection, text: 'Zażółć', createdAt: '2026-11-22T10:00:00.000Z' }
const put = (record: object, rkey = '3mfh2qzc2d22a') =>
  agent.com.atproto.repo.putRecord({ repo: bluesky.did, collection, rkey, record: record as Record<string, unknown> }) // any JSON
const list = async () =>
  (await agent.com.atproto.repo.listRecords({ repo: bluesky.did, collection })).data.records.map(({ uri }) => uri)

test('the SDK signs in, uploads a picture, posts, answers, lists, reads and deletes', async () => {
  await login()
  expect(agent.session).toMatchObject({ did: bluesky.did, handle: bluesky.handle })
  const { data } = await agent.uploadBlob(png, { encoding: 'image/png' })
  expect(data.blob).toMatchObject({ mimeType: 'image/png', size: png.length })

  const words = new RichText({ text: 'Zażółć gęślą https://wisla.example/a #kamienica' })
  words.detectFacetsWithoutResolution()
  const root = await agent.post({
    text: words.text,
    facets: words.facets,
    langs: ['pl'],
    embed: {
      $type: 'app.bsky.embed.images',
      images: [{ image: data.blob, alt: 'Kamienica', aspectRatio: { width: 1, height: 1 } }],
    },
  })
  nowMs += 1_000
  const answer = await agent.post({ text: 'A dalej tak', reply: { root, parent: root } })
  expect(await list()).toEqual([answer.uri, root.uri])
  const rkey = root.uri.split('/').at(-1) ?? ''
  const read = await agent.com.atproto.repo.getRecord({ repo: bluesky.did, collection, rkey })
  expect(read.data).toMatchObject({ uri: root.uri, cid: root.cid, value: { text: words.text } })

  await agent.deletePost(root.uri)
  await agent.deletePost(root.uri)
  expect(await list()).toEqual([answer.uri])
  expect(bluesky.posts().map(({ record }) => record['text'])).toEqual(['A dalej tak'])
  expect(bluesky.effects().map(({ kind, id }) => [kind, id])).toEqual([
    ['created', root.uri],
    ['created', answer.uri],
    ['removed', root.uri],
  ])
})

test('a record that is put again is no effect; with other words it is changed; one that exists is not created again', async () => {
  await login()
  const first = await put(post)
  const again = await put({ createdAt: post.createdAt, text: post.text })
  expect(again.data).toMatchObject({ uri: first.data.uri, cid: first.data.cid })
  expect([first.data.commit === undefined, again.data.commit === undefined]).toEqual([false, true])
  expect((await put({ ...post, text: 'Inaczej' })).data.cid).not.toBe(first.data.cid)
  expect(bluesky.effects().map(({ kind }) => kind)).toEqual(['created', 'changed'])
  const twice = agent.com.atproto.repo.createRecord({
    repo: bluesky.did,
    collection,
    rkey: '3mfh2qzc2d22a',
    record: post,
  })
  await expect(twice).rejects.toMatchObject({ status: 500 })
})

const strange = { index: { byteStart: 0, byteEnd: 2 }, features: [{ $type: 'app.bsky.richtext.facet#tag', tag: 'a' }] }
const blob = {
  $type: 'blob',
  ref: { $link: 'bafkreibme22gw2h7y2h7tg2fhqotaqjucnbc24deqo72b6mkl2egezxhvy' },
  mimeType: 'image/png',
  size: 3,
}
const shows = (image: object) => ({
  ...post,
  embed: { $type: 'app.bsky.embed.images', images: [image] },
})
const refused: readonly (readonly [string, object, RegExp])[] = [
  ['301 graphemes', { ...post, text: 'ż'.repeat(301) }, /grapheme too big \(maximum 300, got 301\)/],
  ['3,001 bytes', { ...post, text: '👨‍👩‍👧‍👦'.repeat(121) }, /string too big \(maximum 3000, got 3025\)/],
  ['no text', { createdAt: post.createdAt }, /"text"/],
  ['no date', { text: 'a' }, /"createdAt"/],
  ['a date in words', { ...post, createdAt: 'today' }, /datetime/],
  ['four languages', { ...post, langs: ['pl', 'en', 'de', 'fr'] }, /array too big/],
  ['a facet behind the text', { ...post, facets: [{ ...strange, index: { byteStart: 0, byteEnd: 20 } }] }, /no part/],
  ['a facet that cuts a letter', { ...post, facets: [{ ...strange, index: { byteStart: 0, byteEnd: 3 } }] }, /no part/],
  ['a facet of nothing', { ...post, facets: [{ ...strange, index: { byteStart: 2, byteEnd: 2 } }] }, /no part/],
  ['an answer to nothing', { ...post, reply: { root: { uri: '', cid: '' } } }, /reply\.root/],
  ['an unknown blob', shows({ image: blob, alt: '' }), /Could not find blob/],
  ['a picture without words', shows({ image: blob }), /"alt"/],
  [
    'a card without a title',
    { ...post, embed: { $type: 'app.bsky.embed.external', external: { uri: 'https://a.pl' } } },
    /"title"/,
  ],
]

test.each(refused)('refuses %s', async (_, record, says) => {
  await login()
  await expect(put(record)).rejects.toMatchObject({ status: 400, message: expect.stringMatching(says) as string })
  expect(bluesky.effects()).toEqual([])
})

test('refuses five pictures, one of more than two million bytes, and a key that is no TID', async () => {
  await login()
  const { data } = await agent.uploadBlob(Buffer.concat([png, Buffer.alloc(2_000_000)]), { encoding: 'image/png' })
  await expect(put(shows({ image: data.blob.ipld(), alt: '' }))).rejects.toThrow(/blob too big/)
  const small = (await agent.uploadBlob(png, { encoding: 'image/png' })).data.blob
  const five = Array.from({ length: 5 }, () => ({ image: small.ipld(), alt: '' }))
  const embed = { $type: 'app.bsky.embed.images', images: five }
  await expect(put({ ...post, embed })).rejects.toThrow(/array too big/)
  await expect(put(post, 'kamienica')).rejects.toThrow(/record key/)
  // A key of its own for what is fine otherwise.
  await expect(put({ ...post, embed: { ...embed, images: five.slice(1) } })).resolves.toBeTruthy()
})

test('a wrong password, no token, a strange one, and a refresh token in its place are refused', async () => {
  await expect(agent.login({ identifier: bluesky.handle, password: 'x' })).rejects.toMatchObject({ status: 401 })
  await expect(put(post)).rejects.toMatchObject({ status: 401, error: 'AuthMissing' })
  await login()
  const { refreshJwt = '' } = agent.session ?? {}
  for (const token of ['x', refreshJwt]) {
    const headers = { authorization: `Bearer ${token}` }
    const answer = await fetch(`${bluesky.url}/xrpc/com.atproto.server.getSession`, { headers })
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: 'InvalidToken' }])
  }
})

test('an access token runs out after two hours; the SDK refreshes it, and the old refresh token works for a while', async () => {
  await login()
  const old = agent.session
  nowMs += 2 * 3_600_000
  await put(post)
  expect(agent.session?.accessJwt).not.toBe(old?.accessJwt)
  const refresh = () =>
    fetch(`${bluesky.url}/xrpc/com.atproto.server.refreshSession`, {
      method: 'POST',
      headers: { authorization: `Bearer ${old?.refreshJwt}` },
    })
  expect((await refresh()).status).toBe(200)
  nowMs += 2 * 3_600_000 + 1
  expect(await (await refresh()).json()).toMatchObject({ error: 'ExpiredToken' })
})

test('without its app password nobody refreshes or signs in, though the access token lives on', async () => {
  await login()
  bluesky.revoke()
  await put(post)
  bluesky.expireAccess()
  await expect(put(post, '3mfh2qzc2d22b')).rejects.toMatchObject({ error: 'ExpiredToken' })
  await expect(login()).rejects.toMatchObject({ status: 401 })
  expect(bluesky.effects()).toHaveLength(1)
})

test('counts sign-ins where limits are on, and says when they begin anew', async () => {
  await restart({ limits: true })
  for (let time = 0; time < 30; time++) await login()
  await expect(login()).rejects.toMatchObject({
    status: 429,
    error: 'RateLimitExceeded',
    headers: { 'ratelimit-reset': String(nowMs / 1000 + 300) },
  })
  nowMs += 300_000
  await login()
})

test('what was put is listed with a delay where that is wanted', async () => {
  await restart({ listingDelayMs: 5_000 })
  await login()
  await put(post)
  expect(await list()).toEqual([])
  nowMs += 5_000
  expect(await list()).toHaveLength(1)
})
