/** What X refuses, and how its tokens and limits go. */
import { createHash } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startX, weightOf, type X, type XOptions } from './x.ts'

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
)
const redirect = 'https://floowe.example/connect'
const verifier = 'a-verifier-of-more-than-forty-three-characters-0123456789'
const challenge = createHash('sha256').update(verifier).digest('base64url')
const scope = 'tweet.read tweet.write users.read media.write offline.access'

let nowMs: number
let x: X
const open = async (options: XOptions = {}): Promise<void> => {
  nowMs = Date.parse('2026-11-22T10:00:00.000Z')
  x = await startX({ nowMs: () => nowMs, ...options })
}
beforeEach(() => open())
afterEach(() => x.stop())
const restart = async (options: XOptions): Promise<void> => {
  await x.stop()
  await open(options)
}

type Json = Record<string, unknown>
type Told = { status: number; headers: Headers; json: Json }
const told = async (answer: Response): Promise<Told> => ({
  status: answer.status,
  headers: answer.headers,
  json: (await answer.json()) as Json, // all answers below are objects
})
const signIn = async (more: Record<string, string> = {}) => {
  const asked = {
    ...{ response_type: 'code', client_id: x.client.id, redirect_uri: redirect, scope, state: 'state-1' },
    ...{ code_challenge: challenge, code_challenge_method: 'S256', ...more },
  }
  const answer = await fetch(`${x.signInUrl}?${new URLSearchParams(asked).toString()}`, { redirect: 'manual' })
  return { status: answer.status, to: new URL(answer.headers.get('location') ?? 'about:blank') }
}
const codeFrom = async (more: Record<string, string> = {}) => (await signIn(more)).to.searchParams.get('code') ?? ''
const token = async (form: Record<string, string>, secret = x.client.secret) =>
  told(
    await fetch(`${x.url}/2/oauth2/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${x.client.id}:${secret}`).toString('base64')}` },
      body: new URLSearchParams(form),
    }),
  )
const exchange = (code: string, more: Record<string, string> = {}) =>
  token({ grant_type: 'authorization_code', code, redirect_uri: redirect, code_verifier: verifier, ...more })
const refresh = (refreshToken: string) => token({ grant_type: 'refresh_token', refresh_token: refreshToken })
const ask = async (bearer: string, method: string, path: string, body?: FormData | object) =>
  told(
    await fetch(`${x.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${bearer}`,
        ...(body !== undefined && !(body instanceof FormData) && { 'content-type': 'application/json' }),
      },
      body: body instanceof FormData ? body : body === undefined ? null : JSON.stringify(body),
    }),
  )
const post = (bearer: string, json: object) => ask(bearer, 'POST', '/2/tweets', json)
const idOf = ({ json }: Told): string => String((json['data'] as Json)['id']) // each answer of something made has one
const upload = (bearer: string, bytes: Uint8Array<ArrayBuffer> = new Uint8Array(png), category = 'tweet_image') => {
  const form = new FormData()
  form.set('media', new Blob([bytes], { type: 'image/png' }), 'kamienica.png')
  form.set('media_category', category)
  return ask(bearer, 'POST', '/2/media/upload', form)
}
const listed = (bearer: string, query = 'max_results=20') => ask(bearer, 'GET', `/2/users/${x.userId}/tweets?${query}`)

test('sign-in leads back with a code that works once, for half a minute, with its verifier and its address', async () => {
  const { status, to } = await signIn()
  expect([status, to.origin + to.pathname, to.searchParams.get('state')]).toEqual([302, redirect, 'state-1'])
  const code = to.searchParams.get('code') ?? ''
  const { json } = await exchange(code)
  expect(json).toMatchObject({
    token_type: 'bearer',
    expires_in: 7200,
    scope,
    refresh_token: expect.any(String) as string,
  })
  expect((await ask(String(json['access_token']), 'GET', '/2/users/me')).json).toEqual({
    data: { id: x.userId, name: x.handle, username: x.handle },
  })
  expect((await exchange(code)).status).toBe(400)

  expect((await exchange(await codeFrom(), { code_verifier: 'another' })).status).toBe(400)
  expect((await exchange(await codeFrom(), { redirect_uri: `${redirect}/` })).status).toBe(400)
  const late = await codeFrom()
  nowMs += 30_001
  expect((await exchange(late)).json).toMatchObject({ error: 'invalid_request' })
  expect((await token({ grant_type: 'authorization_code', code: await codeFrom() }, 'wrong')).status).toBe(401)
  expect((await exchange(await codeFrom({ scope: 'tweet.read users.read' }))).json).not.toHaveProperty('refresh_token')
})

test.each<Record<string, string>>([
  { client_id: 'another' },
  { state: '' },
  { code_challenge: '' },
  { response_type: 'token' },
  { scope: 'tweet.read everything' },
  { redirect_uri: 'nowhere' },
])('sign-in refuses %j', async (more) => {
  expect((await signIn(more)).status).toBe(400)
})

test('a person may say no, and only registered addresses are led to', async () => {
  x.answer('deny')
  const { to } = await signIn()
  expect([to.searchParams.get('error'), to.searchParams.get('code')]).toEqual(['access_denied', null])
  await restart({ redirects: [redirect] })
  expect([(await signIn()).status, (await signIn({ redirect_uri: `${redirect}2` })).status]).toEqual([302, 400])
})

test('an access token runs out; a refresh token works once, and twice ends everything that came of it', async () => {
  const first = x.grant()
  nowMs += 2 * 3_600_000
  expect((await ask(first.token, 'GET', '/2/users/me')).json).toMatchObject({ title: 'Unauthorized', status: 401 })
  const second = (await refresh(first.refresh)).json
  expect((await ask(String(second['access_token']), 'GET', '/2/users/me')).status).toBe(200)
  expect((await refresh(first.refresh)).json).toMatchObject({
    error: 'invalid_request',
    error_description: 'Value passed for the token was invalid.',
  })
  expect((await ask(String(second['access_token']), 'GET', '/2/users/me')).status).toBe(401)
  expect((await refresh(String(second['refresh_token']))).status).toBe(400)
  const other = x.grant()
  x.revoke()
  expect([(await refresh(other.refresh)).status, (await listed(other.token)).status]).toEqual([400, 401])
})

test('a token does what it was given for only', async () => {
  const { json } = await exchange(await codeFrom({ scope: 'tweet.read users.read' }))
  const bearer = String(json['access_token'])
  expect((await post(bearer, { text: 'Kamienica' })).status).toBe(403)
  expect((await upload(bearer)).status).toBe(403)
  expect((await listed(bearer)).json).toEqual({ meta: { result_count: 0 } })
})

test('posts, answers, pictures: listed as X shows them, deleted once', async () => {
  const { token: bearer } = x.grant()
  const media = idOf(await upload(bearer))
  const metadata = { id: media, metadata: { alt_text: { text: 'Kamienica' } } }
  expect((await ask(bearer, 'POST', '/2/media/metadata', metadata)).status).toBe(200)
  const text = 'Cegła & <wapno>: https://wisla.pl/a?b=1&c=2'
  const root = await post(bearer, { text, media: { media_ids: [media] } })
  expect(root.status).toBe(201)
  nowMs += 1_000
  const answer = await post(bearer, { text: 'A dalej', reply: { in_reply_to_tweet_id: idOf(root) } })
  expect(x.posts()).toMatchObject([
    { id: idOf(root), text, media: [{ id: media, alt: 'Kamienica' }], before: null },
    { id: idOf(answer), before: idOf(root) },
  ])

  const query = 'max_results=20&tweet.fields=created_at,entities,referenced_tweets&start_time=2026-11-22T09:59:00Z'
  expect((await listed(bearer, query)).json).toEqual({
    data: [
      {
        ...{ id: idOf(answer), text: 'A dalej', edit_history_tweet_ids: [idOf(answer)] },
        created_at: '2026-11-22T10:00:01.000Z',
        referenced_tweets: [{ type: 'replied_to', id: idOf(root) }],
      },
      {
        ...{ id: idOf(root), edit_history_tweet_ids: [idOf(root)], created_at: '2026-11-22T10:00:00.000Z' },
        text: expect.stringMatching(
          /^Cegła &amp; &lt;wapno&gt;: https:\/\/t\.co\/\w{10} https:\/\/t\.co\/\w{10}$/,
        ) as string,
        entities: {
          urls: [
            expect.objectContaining({ expanded_url: 'https://wisla.pl/a?b=1&c=2' }) as object,
            expect.objectContaining({
              expanded_url: `https://x.com/${x.handle}/status/${idOf(root)}/photo/1`,
            }) as object,
          ],
        },
      },
    ],
    meta: { result_count: 2, newest_id: idOf(answer), oldest_id: idOf(root) },
  })
  const gone = () => ask(bearer, 'DELETE', `/2/tweets/${idOf(answer)}`)
  expect([(await gone()).json, (await gone()).status]).toEqual([{ data: { deleted: true } }, 404])
  expect(x.effects().map(({ kind, id }) => [kind, id])).toEqual([
    ['created', idOf(root)],
    ['created', idOf(answer)],
    ['removed', idOf(answer)],
  ])
})

test.each([
  [{ text: '' }, 400],
  [{ text: 'Kamienica', colour: 'red' }, 400],
  [{ text: 'ż'.repeat(281) }, 403],
  [{ text: '日'.repeat(141) }, 403],
  [{ text: 'Kamienica', reply: { in_reply_to_tweet_id: '1' } }, 403],
  [{ text: 'Kamienica', media: { media_ids: ['1'] } }, 400],
])('refuses the post %j', async (json, status) => {
  expect((await post(x.grant().token, json)).status).toBe(status)
  expect(x.effects()).toEqual([])
})

test('the same words once more are refused as long as they stand', async () => {
  const { token: bearer } = x.grant()
  const first = await post(bearer, { text: 'Kamienica' })
  expect(await post(bearer, { text: ' Kamienica' })).toMatchObject({
    status: 403,
    json: { detail: 'You are not allowed to create a Tweet with duplicate content.', type: 'about:blank' },
  })
  await ask(bearer, 'DELETE', `/2/tweets/${idOf(first)}`)
  expect((await post(bearer, { text: 'Kamienica' })).status).toBe(201)
})

test('pictures: their kind, their size, their words', async () => {
  const { token: bearer } = x.grant()
  expect((await upload(bearer, new Uint8Array(Buffer.from('not a picture')))).status).toBe(400)
  expect((await upload(bearer, new Uint8Array(5 * 1024 * 1024 + 1))).status).toBe(413)
  expect((await upload(bearer, new Uint8Array(png), 'tweet_video')).status).toBe(400)
  const alt = (id: string, text: string) =>
    ask(bearer, 'POST', '/2/media/metadata', { id, metadata: { alt_text: { text } } })
  const id = idOf(await upload(bearer))
  expect([(await alt('1', 'x')).status, (await alt(id, 'x'.repeat(1_001))).status]).toEqual([400, 400])
  nowMs += 24 * 3_600_000 + 1
  expect((await post(x.grant().token, { text: 'Kamienica', media: { media_ids: [id] } })).status).toBe(400)
})

test('lists page by page, later than it takes, in whole seconds', async () => {
  await restart({ listingDelayMs: 60_000 })
  const { token: bearer } = x.grant()
  for (let at = 0; at < 7; at++) await post(bearer, { text: `Część ${at}` })
  expect((await listed(bearer)).json).toEqual({ meta: { result_count: 0 } })
  nowMs += 60_000
  const first = (await listed(bearer, 'max_results=5')).json
  expect(first['data']).toHaveLength(5)
  const next = String((first['meta'] as Json)['next_token']) // there is more
  expect((await listed(bearer, `max_results=5&pagination_token=${next}`)).json['data']).toHaveLength(2)
  expect((await listed(bearer, 'max_results=4')).status).toBe(400)
  expect((await listed(bearer, 'start_time=2026-11-22T10:00:00.000Z')).status).toBe(400)
  const until = (ms: number) => `end_time=${new Date(ms).toISOString().slice(0, 19)}Z`
  expect((await listed(bearer, until(nowMs - 59_000))).json['data']).toHaveLength(7)
  expect((await listed(bearer, until(nowMs - 60_000))).json).toEqual({ meta: { result_count: 0 } })
  expect((await listed(bearer, until(nowMs - 9_000))).status).toBe(400)
})

test('limits are told, and held on request, the day’s as well', async () => {
  const { token: bearer } = x.grant()
  expect(Object.fromEntries((await post(bearer, { text: '1' })).headers)).toMatchObject({
    'x-rate-limit-limit': '100',
    'x-rate-limit-remaining': '99',
    'x-rate-limit-reset': String((nowMs + 900_000) / 1000),
    'x-user-limit-24hour-remaining': '9999',
  })
  await restart({ limits: { postsPerDay: 1 } })
  const { token: held } = x.grant()
  await post(held, { text: '1' })
  const refused = await post(held, { text: '2' })
  expect([refused.status, refused.headers.get('x-user-limit-24hour-remaining')]).toEqual([429, '0'])
  for (let at = 0; at < 75; at++) await ask(held, 'GET', '/2/users/me')
  expect((await ask(held, 'GET', '/2/users/me')).status).toBe(429)
  nowMs += 900_000
  expect((await ask(held, 'GET', '/2/users/me')).status).toBe(200)
})

test('without credits nothing is answered', async () => {
  x.credits('depleted')
  expect(await post(x.grant().token, { text: 'Kamienica' })).toMatchObject({
    status: 402,
    json: { title: 'CreditsDepleted' },
  })
})

test.each([
  ['Kamienica', 900],
  ['日本語', 600],
  ['👨‍👩‍👧‍👦🙋🏽1⃣', 600],
  ['Zob. https://wisla.pl/bardzo/dluga/droga', 2_800],
  ['wisla.pl', 2_300],
  ['nie.ma', 600],
  ['“cytat” …', 1_000],
])('%s weighs %i', (text, weight) => {
  expect(weightOf(text)).toBe(weight)
})

test('a post is read by its id; what is not there is a success that says so', async () => {
  const { token: bearer } = x.grant()
  const id = idOf(await post(bearer, { text: 'Kamienica' }))
  expect((await ask(bearer, 'GET', `/2/tweets/${id}`)).json).toMatchObject({ data: { id, text: 'Kamienica' } })
  x.lose()
  expect(await ask(bearer, 'GET', `/2/tweets/${id}`)).toMatchObject({
    status: 200,
    json: { errors: [{ resource_id: id, type: expect.stringMatching(/resource-not-found$/) as string }] },
  })
})
