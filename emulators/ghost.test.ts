import { createHmac } from 'node:crypto'
// @ts-expect-error: it comes without types; see Client below
import GhostAdminAPI from '@tryghost/admin-api'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Ghost, startGhost } from './ghost.ts'

let site: Ghost
beforeEach(async () => {
  site = await startGhost()
})
afterEach(() => site.stop())

type Post = { id: string; slug: string; status: string; url: string; updated_at: string; html?: string }
/** Of what the client has, as far as it is used here; it comes without types. */
type Client = {
  posts: {
    add: (post: object, query?: object) => Promise<Post>
    edit: (post: object, query?: object) => Promise<Post>
    read: (post: object, query?: object) => Promise<Post>
    delete: (post: object) => Promise<unknown>
    browse: (query: object) => Promise<Post[] & { meta: { pagination: { total: number } } }>
  }
  site: { read: () => Promise<{ title: string; url: string }> }
}
const client = (): Client => new GhostAdminAPI({ url: site.url, key: site.token, version: 'v6.0' }) as Client // it comes without types

describe("the vendor's own client", () => {
  test('adds, finds by slug, reads, changes and deletes', async () => {
    const api = client()
    expect(await api.site.read()).toMatchObject({ title: 'Studio Wisła', url: `${site.url}/` })
    const html = '<p>Zażółć</p>'
    const made = await api.posts.add({ title: 'Kamienica', html, status: 'published' }, { source: 'html' })
    expect(made).toMatchObject({ slug: 'kamienica', status: 'published', url: `${site.url}/kamienica/` })
    const again = await api.posts.add({ title: 'Kamienica', html, slug: 'kamienica' }, { source: 'html' })
    expect(again).toMatchObject({ slug: 'kamienica-2', status: 'draft' })
    const found = await api.posts.browse({ filter: 'slug:[kamienica,kamienica-2]', limit: 5 })
    expect(found.map(({ slug }) => slug).toSorted()).toEqual(['kamienica', 'kamienica-2'])
    expect(found.meta.pagination.total).toBe(2)
    expect(await api.posts.read({ slug: 'kamienica' }, { formats: 'html' })).toMatchObject({ id: made.id, html })
    const { id, updated_at } = made
    const changed = await api.posts.edit({ id, updated_at, title: 'Nowa' }, { source: 'html' })
    expect(changed).toMatchObject({ id, slug: 'kamienica' })
    expect(site.posts()).toMatchObject([{ title: 'Nowa', html }])
    await api.posts.delete({ id })
    await expect(api.posts.delete({ id })).rejects.toMatchObject({ type: 'NotFoundError' })
    expect(site.effects().map(({ kind }) => kind)).toEqual(['created', 'created', 'changed', 'removed'])
  })

  test('hears of a collision, of what is invalid, and of a key that is gone', async () => {
    const api = client()
    const { id, updated_at } = await api.posts.add({ title: 'Kamienica' })
    site.touch(id)
    await expect(api.posts.edit({ id, updated_at, title: 'Nowa' })).rejects.toMatchObject({
      type: 'UpdateCollisionError',
      code: 'UPDATE_COLLISION',
    })
    await expect(api.posts.edit({ id, title: 'Nowa' })).rejects.toMatchObject({ type: 'ValidationError' })
    await expect(api.posts.add({ html: '<p>x</p>' })).rejects.toMatchObject({ type: 'ValidationError' })
    await expect(api.posts.add({ title: 'ą'.repeat(256) })).rejects.toMatchObject({
      type: 'ValidationError',
      property: 'title',
      details: [expect.anything()],
    })
    site.revoke()
    await expect(api.posts.browse({})).rejects.toMatchObject({ code: 'UNKNOWN_ADMIN_API_KEY' })
  })

  test('a script is kept in a card of HTML only', async () => {
    const script = '<script>x()</script>'
    const html = `<p>a${script}</p><!--kg-card-begin: html-->${script}<!--kg-card-end: html-->`
    await client().posts.add({ title: 'x', html, status: 'published' }, { source: 'html' })
    expect(site.posts()[0]?.html).toBe(`<p>a</p><!--kg-card-begin: html-->${script}<!--kg-card-end: html-->`)
  })
})

const nowS = Math.floor(Date.now() / 1000)
const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const signed = (head: object, claims: object, secret = site.token.split(':')[1] ?? ''): string => {
  const text = `${part({ alg: 'HS256', typ: 'JWT', kid: site.token.split(':')[0], ...head })}.${part({
    ...{ iat: nowS, exp: nowS + 300, aud: '/admin/' },
    ...claims,
  })}`
  return `Ghost ${text}.${createHmac('sha256', Buffer.from(secret, 'hex')).update(text).digest('base64url')}`
}

test.each<[string, () => string, number, string | null]>([
  ['right', () => signed({}, {}), 200, null],
  ['valid for longer than it may be', () => signed({}, { exp: nowS + 900 }), 200, null],
  ['no token', () => 'Bearer x', 401, 'INVALID_AUTH_HEADER'],
  ['no JWT', () => 'Ghost nonsense', 400, 'INVALID_JWT'],
  ['no kid', () => signed({ kid: undefined }, {}), 400, 'MISSING_ADMIN_API_KID'],
  ['another key', () => signed({ kid: 'a'.repeat(24) }, {}), 401, 'UNKNOWN_ADMIN_API_KEY'],
  ['another secret', () => signed({}, {}, 'ab'.repeat(32)), 401, 'INVALID_JWT'],
  ['another algorithm', () => signed({ alg: 'none' }, {}), 401, 'INVALID_JWT'],
  ['over', () => signed({}, { exp: nowS - 1 }), 401, 'INVALID_JWT'],
  ['too old', () => signed({}, { iat: nowS - 301, exp: nowS + 60 }), 401, 'INVALID_JWT'],
  ['for another API', () => signed({}, { aud: '/content/' }), 401, 'INVALID_JWT'],
])('a token that is %s', async (_, authorization, status, code) => {
  const answer = await fetch(`${site.url}/ghost/api/admin/posts/`, { headers: { authorization: authorization() } })
  expect(answer.status).toBe(status)
  const body = (await answer.json()) as { errors?: { code: string }[] } // what the emulator writes
  expect(body.errors?.[0]?.code ?? null).toBe(code)
  expect(answer.headers.get('content-version')).toBe('v6.65')
})

test('who shows no token sees no posts', async () => {
  expect((await fetch(`${site.url}/ghost/api/admin/posts/`)).status).toBe(403)
  expect((await fetch(`${site.url}/ghost/api/admin/site/`)).status).toBe(200)
})
