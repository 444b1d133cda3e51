/** What Facebook refuses, with its codes, and how its tokens go. */
import { createHmac } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Facebook, type FacebookOptions, startFacebook } from './facebook.ts'

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
)
const redirect = 'https://floowe.example/connect'
const scope = 'pages_show_list,pages_manage_posts,pages_read_engagement'
const page = '104728'

let nowMs: number
let facebook: Facebook
const open = async (options: FacebookOptions = {}): Promise<void> => {
  nowMs = Date.parse('2026-11-22T10:00:00.000Z')
  facebook = await startFacebook({ nowMs: () => nowMs, ...options })
}
beforeEach(() => open())
afterEach(() => facebook.stop())
const restart = async (options: FacebookOptions): Promise<void> => {
  await facebook.stop()
  await open(options)
}

type Json = Record<string, unknown>
const told = async (answer: Response) => {
  const json = (await answer.json()) as Json // all answers below are objects
  return { status: answer.status, json, error: (json['error'] ?? {}) as Json } // an object where there is one
}
const signIn = async (more: Record<string, string> = {}) => {
  const query = new URLSearchParams({
    client_id: facebook.client.id,
    redirect_uri: redirect,
    scope,
    state: 's',
    ...more,
  })
  const answer = await fetch(`${facebook.signInUrl}/v26.0/dialog/oauth?${query.toString()}`, { redirect: 'manual' })
  return { status: answer.status, to: new URL(answer.headers.get('location') ?? 'about:blank') }
}
const codeFrom = async (more: Record<string, string> = {}) => (await signIn(more)).to.searchParams.get('code') ?? ''
const token = async (fields: Record<string, string>) => {
  const query = { client_id: facebook.client.id, client_secret: facebook.client.secret, ...fields }
  return told(await fetch(`${facebook.url}/v26.0/oauth/access_token?${new URLSearchParams(query).toString()}`))
}
const exchange = (code: string, more: Record<string, string> = {}) => token({ code, redirect_uri: redirect, ...more })
const ask = async (bearer: string, method: string, path: string, body?: FormData | object) =>
  told(
    await fetch(`${facebook.url}/v26.0${path}`, {
      method,
      headers: {
        authorization: `Bearer ${bearer}`,
        ...(body !== undefined && !(body instanceof FormData) && { 'content-type': 'application/json' }),
      },
      body: body instanceof FormData ? body : body === undefined ? null : JSON.stringify(body),
    }),
  )
const post = (bearer: string, json: object, on = page) =>
  ask(bearer, 'POST', `/${on}/feed?fields=id,permalink_url`, json)
const photo = (bearer: string, bytes: Buffer = png, fields: Record<string, string> = {}) => {
  const form = new FormData()
  for (const [name, value] of Object.entries({ published: 'false', ...fields })) form.set(name, value)
  form.set('source', new Blob([new Uint8Array(bytes)], { type: 'image/png' }), 'kamienica.png')
  return ask(bearer, 'POST', `/${page}/photos`, form)
}

test('sign-in, a code that works once, a token that lasts, and those of pages that outlast it', async () => {
  const { status, to } = await signIn()
  expect([status, to.origin + to.pathname, to.searchParams.get('state')]).toEqual([302, redirect, 's'])
  const code = to.searchParams.get('code') ?? ''
  const short = (await exchange(code)).json
  expect(short).toMatchObject({ token_type: 'bearer', expires_in: 7_200 })
  expect((await exchange(code)).error).toMatchObject({ code: 100, error_subcode: 36_009 })
  expect((await exchange(await codeFrom(), { redirect_uri: `${redirect}/` })).error['error_subcode']).toBe(36_008)
  expect((await exchange(await codeFrom(), { client_secret: 'x' })).status).toBe(400)
  const late = await codeFrom()
  nowMs += 10 * 60_000
  expect((await exchange(late)).error['error_subcode']).toBe(36_007)

  const accounts = async (bearer: unknown) => {
    const { json } = await ask(String(bearer), 'GET', '/me/accounts?fields=id,name,access_token,tasks')
    return (json['data'] as Json[])[0] ?? {} // a list
  }
  const long = await token({ grant_type: 'fb_exchange_token', fb_exchange_token: String(short['access_token']) })
  expect(long.json['expires_in']).toBe(5_184_000)
  const own = await accounts(long.json['access_token'])
  expect(own).toMatchObject({ id: page, name: 'Studio Wisła', tasks: ['CREATE_CONTENT', 'MODERATE', 'ANALYZE'] })
  const brief = await accounts(short['access_token'])
  nowMs += 400 * 86_400_000
  expect((await ask(String(own['access_token']), 'GET', `/${page}`)).status).toBe(200)
  expect((await ask(String(brief['access_token']), 'GET', `/${page}`)).error).toMatchObject({
    ...{ code: 190, error_subcode: 463, type: 'OAuthException' },
    fbtrace_id: expect.any(String) as string,
  })
  expect((await token({ grant_type: 'fb_exchange_token', fb_exchange_token: 'x' })).error['code']).toBe(190)
})

test('sign-in refuses strangers, and people may say no', async () => {
  const strangers: Record<string, string>[] = [{ client_id: 'x' }, { redirect_uri: 'x' }, { scope: 'everything' }]
  for (const more of strangers) expect((await signIn(more)).status).toBe(400)
  facebook.answer('deny')
  expect((await signIn()).to.searchParams.get('error')).toBe('access_denied')
  await restart({ redirects: [redirect] })
  expect([(await signIn()).status, (await signIn({ redirect_uri: `${redirect}2` })).status]).toEqual([302, 400])
})

test('a proof that is wrong is refused, and one that is wanted has to be there', async () => {
  const bearer = facebook.grant(page)
  const proven = (proof: string) => ask(bearer, 'GET', `/${page}?appsecret_proof=${proof}`)
  const right = createHmac('sha256', facebook.client.secret).update(bearer).digest('hex')
  expect([(await proven(right)).status, (await proven('0')).error['code']]).toEqual([200, 100])
  await restart({ needsProof: true })
  expect((await ask(facebook.grant(page), 'GET', `/${page}`)).status).toBe(400)
})

test('posts with text, link or photos: made, read, changed, listed and deleted', async () => {
  const bearer = facebook.grant(page)
  const media = String((await photo(bearer, png, { alt_text_custom: 'Kamienica' })).json['id'])
  const made = await post(bearer, { message: 'Zdjęcie', attached_media: [{ media_fbid: media }] })
  const id = String(made.json['id'])
  expect(made.json).toEqual({ id, permalink_url: `https://www.facebook.com/${page}/posts/${id.split('_')[1]}` })
  expect(facebook.posts()).toMatchObject([{ id, message: 'Zdjęcie', photos: [{ id: media, alt: 'Kamienica' }] }])
  await post(bearer, { message: 'Odnośnik', link: 'https://wisla.pl' })
  const fields = 'id,message,created_time'
  const { json } = await ask(bearer, 'GET', `/${page}/published_posts?fields=${fields}&since=${nowMs / 1000}&limit=1`)
  expect(json).toMatchObject({
    data: [{ message: 'Odnośnik', created_time: '2026-11-22T10:00:00+0000' }],
    paging: { next: expect.any(String) as string },
  })
  const until = await ask(bearer, 'GET', `/${page}/published_posts?until=${nowMs / 1000 - 1}`)
  expect(until.json).toEqual({ data: [] })
  const { after } = (json['paging'] as { cursors: { after: string } }).cursors // there is more
  const second = await ask(bearer, 'GET', `/${page}/published_posts?fields=id&limit=1&after=${after}`)
  expect(second.json['data']).toEqual([{ id }])
  expect(second.json['paging']).not.toHaveProperty('next')
  expect((await ask(bearer, 'POST', `/${id}`, { message: 'Inaczej' })).json).toEqual({ success: true })
  expect((await ask(bearer, 'DELETE', `/${id}`)).json).toEqual({ success: true })
  expect((await ask(bearer, 'DELETE', `/${id}`)).error).toMatchObject({ code: 100, error_subcode: 33 })
  expect(facebook.effects().map(({ kind, text }) => [kind, text])).toEqual([
    ['created', 'Zdjęcie'],
    ['created', 'Odnośnik'],
    ['changed', 'Inaczej'],
    ['removed', 'Inaczej'],
  ])
})

test('what a token may not do', async () => {
  await restart({
    pages: [
      { id: page, name: 'Studio Wisła', tasks: ['CREATE_CONTENT'] },
      { id: '2', name: 'Inna', tasks: [] },
    ],
  })
  const bearer = facebook.grant(page)
  expect((await post(bearer, { message: 'x' }, '2')).error['code']).toBe(200)
  expect((await post(bearer, { message: 'x' }, '3')).error).toMatchObject({ code: 100, error_subcode: 33 })
  expect((await ask(bearer, 'GET', '/me/accounts')).error['code']).toBe(200)
  const user = (await exchange(await codeFrom())).json
  expect((await post(String(user['access_token']), { message: 'x' })).error['code']).toBe(200)
  expect((await ask('nonsense', 'GET', `/${page}`)).error['code']).toBe(190)
  facebook.revoke()
  expect((await post(bearer, { message: 'x' })).error).toMatchObject({ code: 190, error_subcode: 460 })
  expect(facebook.effects()).toEqual([])
})

test.each([
  [{ message: '' }],
  [{ message: 'ż'.repeat(63_207) }],
  [{ message: 'x', attached_media: [{ media_fbid: '1' }] }],
  [{ message: 'x', link: 'nowhere' }],
])('refuses the post %j', async (json) => {
  const { status, error } = await post(facebook.grant(page), json)
  expect([status, error['code']]).toEqual([400, 100])
})

test('photos: their kind, their size, their words, and once', async () => {
  const bearer = facebook.grant(page)
  for (const bytes of [Buffer.from('no picture'), Buffer.concat([png, Buffer.alloc(4_000_000)])])
    expect((await photo(bearer, bytes)).error).toMatchObject({ code: 324, error_subcode: 1_366_046 })
  expect((await photo(bearer, png, { alt_text_custom: 'ż'.repeat(1_001) })).status).toBe(400)
  const media = [{ media_fbid: String((await photo(bearer)).json['id']) }]
  await post(bearer, { message: 'x', attached_media: media })
  expect((await post(bearer, { message: 'y', attached_media: media })).error['error_subcode']).toBe(1_366_051)
})

test('the same words once more are refused for an hour, unless there are photos with them', async () => {
  const bearer = facebook.grant(page)
  await post(bearer, { message: 'Kamienica' })
  expect((await post(bearer, { message: 'Kamienica' })).error).toMatchObject({ code: 506, error_subcode: 1_455_006 })
  const media = [{ media_fbid: String((await photo(bearer)).json['id']) }]
  expect((await post(bearer, { message: 'Kamienica', attached_media: media })).status).toBe(200)
  nowMs += 3_600_000
  expect((await post(bearer, { message: 'Kamienica' })).status).toBe(200)
})

test('lists later than it takes', async () => {
  await restart({ listingDelayMs: 60_000 })
  const bearer = facebook.grant(page)
  await post(bearer, { message: 'Kamienica' })
  const list = async () => (await ask(bearer, 'GET', `/${page}/published_posts`)).json['data']
  expect(await list()).toEqual([])
  nowMs += 60_000
  expect(await list()).toHaveLength(1)
  expect((await ask(bearer, 'GET', `/${page}/published_posts?limit=101`)).status).toBe(400)
})

test('a comment of the page is made, listed, read, changed and deleted, and goes with its post', async () => {
  const bearer = facebook.grant(page)
  const { json } = await post(bearer, { message: 'Kamienica' })
  const on = String(json['id'])
  const made = await ask(bearer, 'POST', `/${on}/comments?fields=id,permalink_url`, { message: 'Więcej' })
  const id = String(made.json['id'])
  expect(made.json['permalink_url']).toBe(
    `https://www.facebook.com/${page}/posts/${on.split('_')[1]}?comment_id=${id.split('_')[1]}`,
  )
  await ask(bearer, 'POST', `/${on}/comments`, { message: 'Drugi' })
  const list = (query: string) => ask(bearer, 'GET', `/${on}/comments?${query}`)
  expect((await list('fields=message,from&order=reverse_chronological')).json['data']).toMatchObject([
    { message: 'Drugi', from: { id: page } },
    { id, message: 'Więcej' },
  ])
  expect((await ask(bearer, 'POST', `/${id}`, { message: 'Inaczej' })).json).toEqual({ success: true })
  expect((await ask(bearer, 'GET', `/${id}?fields=message`)).json).toEqual({ id, message: 'Inaczej' })
  expect((await ask(bearer, 'GET', `/${on}?fields=is_published`)).json).toEqual({ id: on, is_published: true })
  expect((await ask(bearer, 'DELETE', `/${id}`)).json).toEqual({ success: true })
  expect((await ask(bearer, 'GET', `/${id}`)).error).toMatchObject({ code: 100, error_subcode: 33 })
  await ask(bearer, 'DELETE', `/${on}`)
  expect(facebook.comments()).toEqual([])
})

test('comments: what is refused', async () => {
  const bearer = facebook.grant(page)
  const on = String((await post(bearer, { message: 'Kamienica' })).json['id'])
  const refused = async (path: string, message: string) =>
    (await ask(bearer, 'POST', `/${path}/comments`, { message })).error
  expect(await refused(`${page}_1`, 'x')).toMatchObject({ code: 100, error_subcode: 33 })
  expect(await refused(on, ' ')).toMatchObject({ code: 100 })
  expect(await refused(on, 'ż'.repeat(8_001))).toMatchObject({ code: 100 })
  // A person who did not agree to comments: the page may post, and no more.
  const { json } = await exchange(await codeFrom())
  const accounts = await ask(String(json['access_token']), 'GET', '/me/accounts?fields=access_token')
  const brief = String((accounts.json['data'] as Json[])[0]?.['access_token']) // a list with the one page
  expect((await ask(brief, 'POST', `/${on}/comments`, { message: 'x' })).error).toMatchObject({ code: 200 })
})
