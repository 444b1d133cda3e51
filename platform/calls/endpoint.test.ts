import { afterAll, beforeAll, expect, test } from 'vitest'
import { notesService } from '../fixtures/notes-service.ts'
import { refuse } from '../errors.ts'
import { testService } from '../testing.ts'

const workspaceId = '0190aaaa-0000-7000-8000-000000000001'
const anyId = '0190cccc-0000-7000-8000-000000000001'
let behave: () => Promise<never> = async () => refuse('not-found')
const { service } = notesService({ answer: () => behave() })
let world: Awaited<ReturnType<typeof start>>
const start = () => testService<null, 'content'>(service)
beforeAll(async () => {
  world = await start()
})
afterAll(() => world.stop())

const get = (target: string, request: Parameters<typeof world.rest>[2] = {}) => world.rest('GET', target, request)
const reader = { workspaceId, permissions: ['content:read' as const] }

test('who does not say who they are is told to sign in, before anything else is looked at', async () => {
  const answer = await get('/articles/not-an-id')
  expect(answer).toMatchObject({ status: 401, body: { code: 'not-signed-in', message: 'Sign in to continue.' } })
})

test("a missing permission is refused by name, in the caller's language", async () => {
  const answer = await get('/articles', {
    as: { workspaceId, permissions: ['publishing:read'] },
    headers: { 'accept-language': 'pl-PL,pl;q=0.9' },
  })
  expect(answer).toMatchObject({
    status: 403,
    body: { code: 'not-allowed', data: { needs: 'content:read' }, message: 'Twoja rola na to nie pozwala.' },
  })
})

test('a caller without a workspace reaches nothing of a workspace', async () => {
  expect(await get('/templates', { as: { workspaceId: null, permissions: ['content:read'] } })).toMatchObject({
    status: 403,
  })
})

test('input that does not fit names the fields', async () => {
  const answer = await get('/articles?limit=1000&sort=wrong', { as: reader })
  expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-input' } })
  const { data } = answer.body as { data: { issues: { path: string }[] } }
  expect(data.issues.map(({ path }) => path).sort()).toEqual(['limit', 'sort'])
})

test('a token is taken only whole, signed by identity, and while it lives', async () => {
  const good = await get('/templates', { as: reader })
  expect(good.status).toBe(200)
  const parts = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4IiwicHJtIjpbImNvbnRlbnQ6cmVhZCJdfQ.'
  for (const token of ['', 'x', 'a.b.c', parts, `${parts}AAAA`, 'a'.repeat(10_000)]) {
    expect((await get('/templates', { token })).status, token.slice(0, 20)).toBe(401)
  }
})

test('a refusal that the contract does not declare is a bug: internal outside, with the request id', async () => {
  behave = async () => refuse('slug-taken')
  const answer = await get(`/articles/${anyId}`, { as: reader })
  expect(answer).toMatchObject({ status: 500, body: { code: 'internal', data: { requestId: 'test' } } })
  behave = async () => {
    throw new TypeError('secret detail')
  }
  expect(JSON.stringify((await get(`/articles/${anyId}`, { as: reader })).body)).not.toContain('secret detail')
})

test('a lost database is unavailable, not a bug', async () => {
  behave = async () => {
    throw Object.assign(new Error('terminating connection'), { code: '57P01' })
  }
  expect(await get(`/articles/${anyId}`, { as: reader })).toMatchObject({ status: 503, body: { code: 'unavailable' } })
})

test('operations between services are not found through the front door', async () => {
  const answer = await world.ground.transport.send('content', 'rpc', {
    method: 'POST',
    url: new URL('http://content.inner/renderSnapshot'),
    signal: undefined,
    headers: { 'floowe-front': '1' },
    body: async () => ({ json: { editionId: anyId } }),
  })
  expect(answer?.status).toBe(404)
})
