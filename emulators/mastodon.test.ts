/** A client library that speaks to real instances is the judge: what it can do with the emulator, it can do with them. */
import { createRestAPIClient } from 'masto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Mastodon, startMastodon } from './mastodon.ts'

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
)
const file = new Blob([png], { type: 'image/png' })
let nowMs: number
let mastodon: Mastodon
let client: ReturnType<typeof createRestAPIClient>

const open = async (options: Parameters<typeof startMastodon>[0] = {}): Promise<void> => {
  nowMs = Date.parse('2026-11-22T10:00:00.000Z')
  mastodon = await startMastodon({ nowMs: () => nowMs, ...options })
  client = createRestAPIClient({ url: mastodon.url, accessToken: mastodon.token })
}
beforeEach(() => open())
afterEach(() => mastodon.stop())
const restart = async (options: Parameters<typeof startMastodon>[0]): Promise<void> => {
  await mastodon.stop()
  await open(options)
}

const { v1, v2 } = { v1: () => client.v1, v2: () => client.v2 }
const upload = (description = 'Kamienica') => v2().media.create({ file, description, skipPolling: true })
const list = async () => {
  const { id } = await v1().accounts.verifyCredentials()
  return (await v1().accounts.$select(id).statuses.list({ limit: 40 })).map((status) => status.id)
}

test('the library asks who it is, uploads a picture, posts, answers, edits, lists and deletes', async () => {
  expect(await v1().accounts.verifyCredentials()).toMatchObject({ id: mastodon.accountId, username: mastodon.username })
  const media = await upload()
  const status = 'Zażółć <gęślą> https://wisla.example/bardzo/dluga/droga/do/kamienicy #kamienica'
  const root = await v1().statuses.create({ status, mediaIds: [media.id], language: 'pl' })
  expect(root).toMatchObject({ language: 'pl', mediaAttachments: [{ id: media.id, description: 'Kamienica' }] })
  expect(root.url).toBe(`https://${mastodon.domain}/@${mastodon.username}/${root.id}`)
  expect(root.content).toContain('&lt;gęślą&gt;')
  nowMs += 1_000
  const answer = await v1().statuses.create({ status: 'A dalej tak', inReplyToId: root.id })
  expect(answer.inReplyToId).toBe(root.id)
  expect(await list()).toEqual([answer.id, root.id])
  expect(await v1().statuses.$select(root.id).source.fetch()).toMatchObject({ text: status })

  const edited = await v1()
    .statuses.$select(root.id)
    .update({ status: 'Inaczej', mediaIds: [media.id] })
  expect([edited.editedAt, edited.mediaAttachments.length]).toEqual([new Date(nowMs).toISOString(), 1])
  expect(await v1().statuses.$select(answer.id).remove()).toMatchObject({ text: 'A dalej tak' })
  await expect(v1().statuses.$select(answer.id).remove()).rejects.toMatchObject({ statusCode: 404 })
  expect(mastodon.posts()).toMatchObject([{ id: root.id, text: 'Inaczej', media: [{ description: 'Kamienica' }] }])
  expect(mastodon.effects().map(({ kind, id }) => [kind, id])).toEqual([
    ['created', root.id],
    ['created', answer.id],
    ['changed', root.id],
    ['removed', answer.id],
  ])
})

test('under one key a status is made once within an hour, also when its pictures are used up', async () => {
  const media = await upload()
  const make = () =>
    v1().statuses.create(
      { status: 'Raz', mediaIds: [media.id] },
      { requestInit: { headers: { 'Idempotency-Key': 'part-0' } } },
    )
  const first = await make()
  nowMs += 3_599_999
  expect((await make()).id).toBe(first.id)
  expect(mastodon.effects()).toHaveLength(1)
  nowMs += 1
  await expect(make()).rejects.toMatchObject({
    statusCode: 422,
    message: expect.stringMatching(/not found or already/) as string,
  })
  await v1().statuses.create({ status: 'Raz' }, { requestInit: { headers: { 'Idempotency-Key': 'part-0' } } })
  expect(mastodon.effects()).toHaveLength(2)
})

test('an edit to the same words is none, and one without its pictures loses them', async () => {
  const media = await upload()
  const { id } = await v1().statuses.create({ status: 'Raz', mediaIds: [media.id], language: 'pl' })
  await v1()
    .statuses.$select(id)
    .update({ status: 'Raz', mediaIds: [media.id] })
  expect(mastodon.effects()).toHaveLength(1)
  await v1().statuses.$select(id).update({ status: 'Raz' })
  expect(mastodon.posts()).toMatchObject([{ media: [], language: 'pl' }])
})

const long = `${'ż'.repeat(476)} https://wisla.example/${'a'.repeat(100)}`
test('counts graphemes, 23 for a link, and of a mention only the name', async () => {
  await v1().statuses.create({ status: long })
  await v1().statuses.create({ status: '👨‍👩‍👧‍👦'.repeat(500) })
  await v1().statuses.create({ status: `${'a'.repeat(496)} @ab@mastodon.example` })
  for (const status of [`${long}.`, `x${long}`, '👨‍👩‍👧‍👦'.repeat(501), 'a'.repeat(501)])
    await expect(v1().statuses.create({ status })).rejects.toMatchObject({
      statusCode: 422,
      message: 'Validation failed: Text character limit of 500 exceeded',
    })
  expect(mastodon.effects()).toHaveLength(3)
})

test('refuses nothing said, five pictures, a strange one, words that are too long, no picture, an answer to nothing', async () => {
  const refusals = async (work: Promise<unknown>) =>
    work.then(() => null).catch((error: { statusCode: number }) => error.statusCode)
  const five = await Promise.all(Array.from({ length: 5 }, () => upload()))
  expect(await refusals(v1().statuses.create({ status: ' ' }))).toBe(422)
  expect(await refusals(v1().statuses.create({ status: 'a', mediaIds: five.map(({ id }) => id) }))).toBe(422)
  expect(await refusals(v1().statuses.create({ status: 'a', mediaIds: ['1'] }))).toBe(422)
  expect(await refusals(upload('a'.repeat(1_501)))).toBe(422)
  expect(await refusals(v2().media.create({ file: new Blob(['words']), skipPolling: true }))).toBe(422)
  expect(await refusals(v1().statuses.create({ status: 'a', inReplyToId: '1' }))).toBe(404)
  expect(mastodon.effects()).toEqual([])
})

test('a slow picture cannot be attached before it is ready', async () => {
  await restart({ slowMedia: 1 })
  const media = await upload()
  expect(media.url).toBe(null)
  const make = () => v1().statuses.create({ status: 'a', mediaIds: [media.id] })
  await expect(make()).rejects.toThrow(/not finished processing/)
  const ask = () =>
    fetch(`${mastodon.url}/api/v1/media/${media.id}`, { headers: { authorization: `Bearer ${mastodon.token}` } })
  expect([(await ask()).status, (await ask()).status]).toEqual([206, 200])
  await make()
  expect((await ask()).status).toBe(404)
})

test('refuses a strange token, a revoked one, and one that may not write', async () => {
  const stranger = createRestAPIClient({ url: mastodon.url, accessToken: 'x' })
  await expect(stranger.v1.accounts.verifyCredentials()).rejects.toMatchObject({ statusCode: 401 })
  mastodon.revoke()
  await expect(v1().statuses.create({ status: 'a' })).rejects.toThrow('The access token is invalid')
  await restart({ scopes: ['read'] })
  await v1().accounts.verifyCredentials()
  await expect(v1().statuses.create({ status: 'a' })).rejects.toMatchObject({ statusCode: 403 })
})

test('counts requests where limits are on, and says when they begin anew', async () => {
  await restart({ limits: true })
  for (let time = 0; time < 300; time++) await v1().accounts.verifyCredentials()
  const answer = await fetch(`${mastodon.url}/api/v1/accounts/verify_credentials`, {
    headers: { authorization: `Bearer ${mastodon.token}` },
  })
  expect([answer.status, answer.headers.get('x-ratelimit-reset')]).toEqual([429, '2026-11-22T10:05:00.000Z'])
  nowMs += 300_000
  await v1().accounts.verifyCredentials()
})

test('lists a page at a time, and with a delay where that is wanted', async () => {
  await restart({ listingDelayMs: 5_000 })
  const ids: string[] = []
  for (const status of ['a', 'b', 'c']) {
    ids.push((await v1().statuses.create({ status })).id)
    nowMs += 1_000
  }
  expect(await list()).toEqual([])
  nowMs += 4_000
  expect(await list()).toEqual([ids[2], ids[1], ids[0]])
  const pages: string[][] = []
  for await (const page of v1().accounts.$select(mastodon.accountId).statuses.list({ limit: 2 })) {
    pages.push(page.map(({ id }) => id))
    break
  }
  expect(pages).toEqual([[ids[2], ids[1]]])
  const rest = await v1()
    .accounts.$select(mastodon.accountId)
    .statuses.list({ limit: 2, maxId: ids[1] ?? '' })
  expect(rest.map(({ id }) => id)).toEqual([ids[0]])
})
