import { afterEach, expect, test } from 'vitest'
import { startWordpress, type Wordpress, type WordpressOptions } from './wordpress.ts'

let site: Wordpress
afterEach(() => site.stop())
const open = async (options: WordpressOptions = {}) => {
  site = await startWordpress(options)
}
const basic = (password = site.password) => `Basic ${Buffer.from(`${site.handle}:${password}`).toString('base64')}`
type Said = { status: number; headers: Headers; body: Record<string, unknown> }
async function ask(
  method: string,
  route: string,
  json?: object,
  authorization: string | null = basic(),
): Promise<Said> {
  const answer = await fetch(`${site.url}/wp-json${route}`, {
    method,
    headers: { 'content-type': 'application/json', ...(authorization !== null && { authorization }) },
    ...(json && { body: JSON.stringify(json) }),
  })
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Said['body'] } // it always is JSON
}
const post = { title: 'Kamienica', content: '<p>x</p>', status: 'publish', slug: 'kamienica' }
const code = (said: Said) => [said.status, said.body['code']]

test('the same slug gets a number, and both are found by it', async () => {
  await open()
  expect(await ask('POST', '/wp/v2/posts', post)).toMatchObject({ status: 201, body: { slug: 'kamienica' } })
  const second = await ask('POST', '/wp/v2/posts', { ...post, status: 'draft' })
  expect(second.body).toMatchObject({ slug: 'kamienica-2', status: 'draft', content: { raw: '<p>x</p>' } })
  const found = await ask('GET', '/wp/v2/posts?slug=kamienica,kamienica-2&status=any&context=edit&_fields=slug')
  expect(found.body).toEqual([{ slug: 'kamienica-2' }, { slug: 'kamienica' }])
  expect(found.headers.get('x-wp-total')).toBe('2')
  expect(found.headers.get('x-wp-totalpages')).toBe('1')
  const forAll = await ask('GET', '/wp/v2/posts', undefined, null)
  expect(forAll.body).toMatchObject([{ slug: 'kamienica', content: { rendered: '<p>x</p>' } }])
  expect(JSON.stringify(forAll.body)).not.toContain('"raw"')
})

test('pages end, and a page behind the last is an error', async () => {
  await open()
  for (let count = 0; count < 3; count++) await ask('POST', '/wp/v2/posts', post)
  const second = await ask('GET', '/wp/v2/posts?per_page=2&page=2')
  expect(second.body).toHaveLength(1)
  expect(second.headers.get('x-wp-totalpages')).toBe('2')
  expect(code(await ask('GET', '/wp/v2/posts?per_page=2&page=3'))).toEqual([400, 'rest_post_invalid_page_number'])
  expect(code(await ask('GET', '/wp/v2/posts?per_page=101'))).toEqual([400, 'rest_invalid_param'])
})

test('what is made is listed later, and there at once', async () => {
  let nowMs = 1_000
  await open({ listingDelayMs: 500, nowMs: () => nowMs })
  const { body } = await ask('POST', '/wp/v2/posts', post)
  expect((await ask('GET', '/wp/v2/posts')).body).toEqual([])
  expect((await ask('GET', `/wp/v2/posts/${String(body['id'])}`)).status).toBe(200)
  nowMs = 1_500
  expect((await ask('GET', '/wp/v2/posts')).body).toHaveLength(1)
})

test('a term that is there is named in the refusal', async () => {
  await open()
  const made = await ask('POST', '/wp/v2/tags', { name: 'Cegła & S-ka' })
  expect(made).toMatchObject({ status: 201, body: { name: 'Cegła &amp; S-ka' } })
  const again = await ask('POST', '/wp/v2/tags', { name: 'cegła & s-ka' })
  expect(again).toMatchObject({ status: 400, body: { code: 'term_exists', data: { term_id: made.body['id'] } } })
  expect((await ask('GET', '/wp/v2/tags?search=cegła&_fields=id,name')).body).toEqual([
    { id: made.body['id'], name: 'Cegła &amp; S-ka' },
  ])
  expect((await ask('POST', '/wp/v2/categories', { name: 'Cegła & S-ka' })).status).toBe(201)
  expect(code(await ask('POST', '/wp/v2/tags', {}))).toEqual([400, 'rest_missing_callback_param'])
})

test('is changed, put into the trash once, and deleted for good', async () => {
  await open()
  const { body } = await ask('POST', '/wp/v2/posts', post)
  const route = `/wp/v2/posts/${String(body['id'])}`
  expect((await ask('POST', route, { title: 'Nowa' })).body).toMatchObject({
    slug: 'kamienica',
    title: { raw: 'Nowa' },
  })
  expect((await ask('DELETE', route)).body).toMatchObject({ status: 'trash', slug: 'kamienica__trashed' })
  expect(code(await ask('DELETE', route))).toEqual([410, 'rest_already_trashed'])
  expect((await ask('GET', '/wp/v2/posts?status=any')).body).toEqual([])
  expect((await ask('POST', route, { status: 'publish' })).body).toMatchObject({ slug: 'kamienica' })
  expect((await ask('DELETE', `${route}?force=true`)).body).toMatchObject({ deleted: true })
  expect(code(await ask('DELETE', route))).toEqual([404, 'rest_post_invalid_id'])
  expect(site.effects().map(({ kind }) => kind)).toEqual(['created', 'changed', 'removed', 'changed', 'removed'])
})

test('refuses what is empty or of a state that there is not', async () => {
  await open()
  expect(code(await ask('POST', '/wp/v2/posts', { status: 'publish' }))).toEqual([400, 'empty_content'])
  const wrong = await ask('POST', '/wp/v2/posts', { ...post, status: 'published' })
  expect(wrong).toMatchObject({
    status: 400,
    body: { code: 'rest_invalid_param', data: { params: { status: expect.any(String) as string } } },
  })
  expect(code(await ask('GET', '/wp/v2/nothing'))).toEqual([404, 'rest_no_route'])
})

test('a wrong password is nobody', async () => {
  await open()
  expect(await ask('GET', '/wp/v2/users/me?context=edit')).toMatchObject({
    body: { id: 1, capabilities: { publish_posts: true } },
  })
  // Spaces are for people.
  expect((await ask('GET', '/wp/v2/users/me', undefined, basic(site.password.replaceAll(' ', '')))).status).toBe(200)
  for (const authorization of [null, basic('wrong')]) {
    expect(code(await ask('GET', '/wp/v2/users/me', undefined, authorization))).toEqual([401, 'rest_not_logged_in'])
    expect(code(await ask('POST', '/wp/v2/posts', post, authorization))).toEqual([401, 'rest_not_logged_in'])
  }
  site.revoke()
  expect(code(await ask('POST', '/wp/v2/posts', post))).toEqual([401, 'rest_not_logged_in'])
  expect(site.posts()).toEqual([])
})

test.each<[NonNullable<WordpressOptions['role']>, string, object, string]>([
  ['subscriber', '/wp/v2/posts', post, 'rest_cannot_create'],
  ['contributor', '/wp/v2/posts', post, 'rest_cannot_publish'],
  ['author', '/wp/v2/categories', { name: 'x' }, 'rest_cannot_create'],
  ['subscriber', '/wp/v2/tags', { name: 'x' }, 'rest_cannot_create'],
])('a %s may not: %s', async (role, route, json, expected) => {
  await open({ role })
  expect(code(await ask('POST', route, json))).toEqual([403, expected])
})

test('says where its API is; without pretty permalinks that is another place', async () => {
  await open({ hasPermalinks: false })
  const home = await fetch(site.url)
  expect(home.headers.get('link')).toBe(`<${site.url}/index.php?rest_route=/>; rel="https://api.w.org/"`)
  expect(await (await fetch(`${site.url}/?rest_route=/`)).json()).toMatchObject({ name: 'Studio Wisła &amp; S-ka' })
  const missing = await fetch(`${site.url}/wp-json/`)
  expect([missing.status, missing.headers.get('content-type')]).toEqual([404, 'text/html; charset=UTF-8'])
})
