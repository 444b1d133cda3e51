/** What LinkedIn refuses, how it cuts, and how its tokens and pictures go. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Linkedin, type LinkedinOptions, readLittle, startLinkedin } from './linkedin.ts'

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
)
const redirect = 'https://floowe.example/connect'
const dayMs = 86_400_000
const page = 'urn:li:organization:2414183'

let nowMs: number
let linkedin: Linkedin
const open = async (options: LinkedinOptions = {}): Promise<void> => {
  nowMs = Date.parse('2026-11-22T10:00:00.000Z')
  linkedin = await startLinkedin({ nowMs: () => nowMs, ...options })
}
beforeEach(() => open())
afterEach(() => linkedin.stop())
const restart = async (options: LinkedinOptions): Promise<void> => {
  await linkedin.stop()
  await open(options)
}

type Json = Record<string, unknown>
const told = async (answer: Response) => {
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, text, json: (text === '' ? {} : JSON.parse(text)) as Json } // all are objects
}
const signIn = async (more: Record<string, string> = {}) => {
  const asked = { response_type: 'code', client_id: linkedin.client.id, redirect_uri: redirect, state: 's', ...more }
  const query = new URLSearchParams({ scope: 'openid profile w_member_social', ...asked })
  const answer = await fetch(`${linkedin.signInUrl}/authorization?${query.toString()}`, { redirect: 'manual' })
  return { status: answer.status, to: new URL(answer.headers.get('location') ?? 'about:blank') }
}
const codeFrom = async () => (await signIn()).to.searchParams.get('code') ?? ''
const token = async (form: Record<string, string>) => {
  const whole = { client_id: linkedin.client.id, client_secret: linkedin.client.secret, ...form }
  return told(await fetch(`${linkedin.signInUrl}/accessToken`, { method: 'POST', body: new URLSearchParams(whole) }))
}
const exchange = (code: string, more: Record<string, string> = {}) =>
  token({ grant_type: 'authorization_code', code, redirect_uri: redirect, ...more })

const ask = async (method: string, path: string, json?: unknown, more: Record<string, string> = {}) =>
  told(
    await fetch(`${linkedin.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${bearer()}`,
        'linkedin-version': '202609',
        'x-restli-protocol-version': '2.0.0',
        ...more,
      },
      body: json === undefined ? null : JSON.stringify(json),
    }),
  )
let held = ''
const bearer = (): string => held || linkedin.grant().token
afterEach(() => void (held = ''))

const post = (commentary: string, more: object = {}) =>
  ask('POST', '/rest/posts', {
    ...{ author: page, commentary, visibility: 'PUBLIC', lifecycleState: 'PUBLISHED' },
    distribution: { feedDistribution: 'MAIN_FEED', targetEntities: [], thirdPartyDistributionChannels: [] },
    ...more,
  })
const place = async (owner = page) => {
  const { json } = await ask('POST', '/rest/images?action=initializeUpload', { initializeUploadRequest: { owner } })
  const { uploadUrl, image } = json['value'] as Record<string, string> // where and under what name
  return { uploadUrl: String(uploadUrl), image: String(image) }
}
const put = (url: string, bytes: Buffer = png) =>
  fetch(url, { method: 'PUT', headers: { authorization: `Bearer ${bearer()}` }, body: new Uint8Array(bytes) })

test('sign-in leads back with a code that works once, with its address and the client’s secret', async () => {
  const { status, to } = await signIn()
  expect([status, to.origin + to.pathname, to.searchParams.get('state')]).toEqual([302, redirect, 's'])
  const code = to.searchParams.get('code') ?? ''
  const { json } = await exchange(code)
  expect(json).toMatchObject({ expires_in: 5_184_000, token_type: 'Bearer', scope: 'openid,profile,w_member_social' })
  expect(json).not.toHaveProperty('refresh_token')
  held = String(json['access_token'])
  expect((await ask('GET', '/v2/userinfo')).json).toMatchObject({ sub: '782bbtaQ', name: 'Anna Wiśniewska' })
  expect((await ask('GET', '/rest/organizationAcls?q=roleAssignee')).status).toBe(403)
  expect((await post('x')).json).toMatchObject({
    message: expect.stringContaining('permissions must be used') as string,
  })
  expect((await exchange(code)).status).toBe(400)
  expect((await exchange(await codeFrom(), { redirect_uri: `${redirect}/` })).status).toBe(400)
  expect((await exchange(await codeFrom(), { client_secret: 'another' })).status).toBe(401)
  const late = await codeFrom()
  nowMs += 30 * 60_000
  expect((await exchange(late)).json).toMatchObject({ error: 'invalid_request' })
})

test('sign-in refuses what the client may not ask for, and people may say no', async () => {
  expect([(await signIn({ client_id: 'x' })).status, (await signIn({ redirect_uri: 'x' })).status]).toEqual([400, 400])
  linkedin.answer('deny')
  expect((await signIn()).to.searchParams.get('error')).toBe('user_cancelled_authorize')
  await restart({ hasPages: false, redirects: [redirect] })
  expect((await signIn()).to.searchParams.get('code')).not.toBeNull()
  expect((await signIn({ scope: 'openid w_organization_social' })).to.searchParams.get('error')).toBe(
    'unauthorized_scope_error',
  )
  expect((await signIn({ redirect_uri: `${redirect}2` })).status).toBe(400)
})

test('tokens run out after 60 days, and are renewed for a year where the client is a partner', async () => {
  await restart({ hasRefresh: true })
  const granted = linkedin.grant()
  held = granted.token
  nowMs += 60 * dayMs
  expect(await ask('GET', '/v2/userinfo')).toMatchObject({ status: 401, json: { serviceErrorCode: 65602 } })
  const refresh = () => token({ grant_type: 'refresh_token', refresh_token: granted.refresh })
  const { json } = await refresh()
  expect(json).toMatchObject({ refresh_token: granted.refresh, refresh_token_expires_in: 305 * 86_400 })
  held = String(json['access_token'])
  expect((await ask('GET', '/v2/userinfo')).status).toBe(200)
  nowMs += 305 * dayMs
  expect((await refresh()).json).toMatchObject({ error: 'invalid_grant' })
  held = linkedin.grant().token
  linkedin.revoke()
  expect((await ask('GET', '/v2/userinfo')).json).toMatchObject({ serviceErrorCode: 65601 })
  held = 'nonsense'
  expect((await ask('GET', '/v2/userinfo')).json).toMatchObject({ serviceErrorCode: 65600 })
})

test.each([
  ['202609', 200],
  ['202512', 200],
  ['202511', 426],
  ['202612', 426],
  ['2026-09', 426],
])('version %s: %i', async (version, status) => {
  const path = `/rest/posts?q=author&author=${encodeURIComponent(page)}`
  expect((await ask('GET', path, undefined, { 'linkedin-version': version })).status).toBe(status)
})

test('a version and a protocol have to be named', async () => {
  const headers = { authorization: `Bearer ${bearer()}` }
  const bare = await told(await fetch(`${linkedin.url}/rest/organizationAcls?q=roleAssignee`, { headers }))
  expect(bare).toMatchObject({ status: 400, json: { code: 'VERSION_MISSING' } })
  expect((await ask('GET', '/rest/posts', undefined, { 'x-restli-protocol-version': '1.0.0' })).status).toBe(400)
})

test('a post is made with nothing but its id in a header, read, changed, listed and deleted', async () => {
  const made = await post('Cegła \\(stara\\) #wapno')
  const urn = made.headers.get('x-restli-id') ?? ''
  expect([made.status, made.text, urn]).toEqual([201, '', expect.stringMatching(/^urn:li:share:\d{19}$/)])
  expect(Number(BigInt(urn.slice(13)) >> 22n)).toBe(nowMs)
  const path = `/rest/posts/${encodeURIComponent(urn)}`
  expect((await ask('GET', path)).json).toMatchObject({
    ...{ id: urn, author: page, publishedAt: nowMs },
    commentary: 'Cegła \\(stara\\) {hashtag|\\#|wapno}',
  })
  const patch = { patch: { $set: { commentary: 'Inaczej' } } }
  expect((await ask('POST', path, patch)).status).toBe(400)
  expect((await ask('POST', path, patch, { 'x-restli-method': 'PARTIAL_UPDATE' })).status).toBe(204)
  const listed = await ask(
    'GET',
    `/rest/posts?q=author&author=${encodeURIComponent(page)}&count=10&sortBy=LAST_MODIFIED`,
  )
  expect(listed.json['elements']).toMatchObject([{ id: urn, commentary: 'Inaczej' }])
  expect([(await ask('DELETE', path)).status, (await ask('DELETE', path)).status]).toEqual([204, 204])
  expect((await ask('GET', path)).status).toBe(404)
  expect(linkedin.effects().map(({ kind, text }) => [kind, text])).toEqual([
    ['created', 'Cegła (stara) #wapno'],
    ['changed', 'Inaczej'],
    ['removed', 'Inaczej'],
  ])
})

test.each([
  ['Cegła (stara)', 'Cegła '],
  ['a_b', 'a'],
  ['C# i', 'C'],
  ['#cegła i \\#wapno', '#cegła i #wapno'],
  ['{hashtag|\\#|cegła} @[Studio Wisła](urn:li:organization:1)!', '#cegła Studio Wisła!'],
  ['koniec \\', 'koniec '],
  ['https://wisla.pl/a_b', 'https://wisla.pl/a'],
])('%s is seen as %s', (written, seen) => {
  expect(readLittle(written)).toBe(seen)
})

test.each([
  [{ author: 'urn:li:person:nobody' }, 403],
  [{ author: 'urn:li:organization:1' }, 403],
  [{ visibility: 'SOME' }, 400],
  [{ distribution: {} }, 400],
  [{ commentary: 'ż'.repeat(3_001) }, 400],
  [{ content: { media: { id: 'urn:li:image:nothing' } } }, 400],
  [{ content: { multiImage: { images: [{ id: 'urn:li:image:nothing' }] } } }, 400],
  [{ content: { article: { source: 'nowhere', title: 'x' } } }, 400],
  [{ content: { article: { source: 'https://wisla.pl', title: 'x'.repeat(400) } } }, 400],
  [{ content: {} }, 400],
])('refuses a post with %j', async (more, status) => {
  expect((await post('Kamienica', more)).status).toBe(status)
  expect(linkedin.effects()).toEqual([])
})

test('a picture waits for its bytes, is processed, and may be attached by its owner only', async () => {
  await restart({ processingMs: 60_000 })
  const { uploadUrl, image } = await place()
  const status = async (urn: string) => (await ask('GET', `/rest/images/${encodeURIComponent(urn)}`)).json['status']
  expect(await status(image)).toBe('WAITING_UPLOAD')
  expect((await post('x', { content: { media: { id: image } } })).status).toBe(400)
  expect([(await put(uploadUrl)).status, await status(image)]).toEqual([201, 'PROCESSING'])
  nowMs += 60_000
  expect(await status(image)).toBe('AVAILABLE')
  const persons = { author: linkedin.person, content: { media: { id: image } } }
  expect((await post('x', persons)).status).toBe(400)
  expect((await post('x', { content: { media: { id: image, altText: 'ż'.repeat(4_087) } } })).status).toBe(400)
  expect((await post('x', { content: { media: { id: image, altText: 'Kamienica' } } })).status).toBe(201)
  const broken = await place()
  await put(broken.uploadUrl, Buffer.from('no picture'))
  expect(await status(broken.image)).toBe('PROCESSING_FAILED')
  const own = await place(linkedin.person)
  expect((await ask('GET', `/rest/images/${encodeURIComponent(own.image)}`)).status).toBe(403)
})

test('a person’s posts are written and not read; the same post once more is refused with the name of the first', async () => {
  const own = { author: linkedin.person }
  const urn = (await post('Kamienica', own)).headers.get('x-restli-id') ?? ''
  expect((await ask('GET', `/rest/posts/${encodeURIComponent(urn)}`)).status).toBe(403)
  expect((await ask('GET', `/rest/posts?q=author&author=${encodeURIComponent(linkedin.person)}`)).status).toBe(403)
  expect(await post('Kamienica', own)).toMatchObject({
    status: 422,
    json: { message: `Content is a duplicate of ${urn}`, errorDetails: { inputErrors: [{ code: 'DUPLICATE_POST' }] } },
  })
  expect((await post('Kamienica')).status).toBe(201)
})

test('ghosts after a deletion, and a late list', async () => {
  await restart({ ghostsMs: 60_000, listingDelayMs: 60_000 })
  const first = (await post('Kamienica')).headers.get('x-restli-id') ?? ''
  await ask('DELETE', `/rest/posts/${encodeURIComponent(first)}`)
  const { status, json } = await post('Kamienica')
  const [ghost] = /urn:li:share:\d+/.exec(String(json['message'])) ?? ['']
  expect([status, ghost === first]).toEqual([422, false])
  expect((await ask('GET', `/rest/posts/${encodeURIComponent(ghost)}`)).status).toBe(404)
  nowMs += 60_000
  expect((await post('Kamienica')).status).toBe(201)
  const list = async () =>
    (await ask('GET', `/rest/posts?q=author&author=${encodeURIComponent(page)}`)).json['elements']
  expect(await list()).toEqual([])
  nowMs += 60_000
  expect(await list()).toHaveLength(1)
})

const under = (urn: string, id = ''): string =>
  `/rest/socialActions/${encodeURIComponent(urn)}/comments${id && `/${id}`}`
const comment = (urn: string, text: string, actor = page) =>
  ask('POST', under(urn), { actor, object: urn, message: { text } })

test('a comment under a page’s post is made, listed, read, changed and deleted by who wrote it, and goes with its post', async () => {
  const urn = (await post('Kamienica')).headers.get('x-restli-id') ?? ''
  const made = await comment(urn, 'Więcej: https://wisla.pl (x)')
  const id = String(made.json['id'])
  expect(made).toMatchObject({
    status: 201,
    json: { actor: page, object: urn, commentUrn: `urn:li:comment:(${urn},${id})`, created: { time: nowMs } },
  })
  expect(made.headers.get('x-restli-id')).toBe(id)
  expect((await ask('GET', `${under(urn)}?start=0&count=10`)).json).toMatchObject({
    elements: [{ id, message: { text: 'Więcej: https://wisla.pl (x)' } }],
  })
  const own = `${under(urn, id)}?actor=${encodeURIComponent(page)}`
  const patch = { patch: { message: { $set: { text: 'Inaczej' } } } }
  expect((await ask('POST', own, patch)).status).toBe(400)
  const partial = { 'x-restli-method': 'PARTIAL_UPDATE' }
  expect((await ask('POST', `${under(urn, id)}?actor=${linkedin.person}`, patch, partial)).status).toBe(403)
  expect((await ask('POST', own, patch, partial)).status).toBe(204)
  expect((await ask('GET', under(urn, id))).json).toMatchObject({ message: { text: 'Inaczej' } })
  expect([(await ask('DELETE', own)).status, (await ask('DELETE', own)).status]).toEqual([204, 404])
  await comment(urn, 'Drugi')
  await ask('DELETE', `/rest/posts/${encodeURIComponent(urn)}`)
  expect(linkedin.comments()).toEqual([])
})

test('comments: what is refused', async () => {
  const urn = (await post('Kamienica')).headers.get('x-restli-id') ?? ''
  expect((await comment('urn:li:share:1', 'x')).status).toBe(404)
  expect((await comment(urn, ' ')).status).toBe(400)
  expect((await comment(urn, 'ż'.repeat(1_251))).status).toBe(400)
  expect((await comment(urn, 'x', 'urn:li:person:nobody')).status).toBe(403)
  const own = (await post('Własny', { author: linkedin.person })).headers.get('x-restli-id') ?? ''
  const { status, json } = await comment(own, 'x', linkedin.person)
  expect(status).toBe(201)
  // What a person writes is not read.
  expect((await ask('GET', under(own))).status).toBe(403)
  expect((await ask('GET', under(own, String(json['id'])))).status).toBe(403)
})
