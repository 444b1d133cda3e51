import { request } from 'node:http'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Devto, startDevto } from './devto.ts'

let nowMs = 0
let vendor: Devto
beforeEach(async () => {
  nowMs = Date.parse('2026-11-22T10:00:00Z')
  vendor = await startDevto({ nowMs: () => nowMs })
})
afterEach(() => vendor.stop())

async function ask(method: string, route: string, article?: object, key = vendor.token) {
  const answer = await fetch(`${vendor.url}/${route}`, {
    method,
    headers: { 'api-key': key, 'content-type': 'application/json' },
    ...(article && { body: JSON.stringify({ article }) }),
  })
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> } // it always is JSON
}
const article = { title: 'Kamienica', body_markdown: '<p>x</p>', published: true, tags: ['cegla'] }
const titled = (number: number, more: object = {}) => ({ ...article, title: `Kamienica ${number}`, ...more })

test('is made, listed, changed and unpublished', async () => {
  const made = await ask('POST', 'articles', article)
  expect(made).toMatchObject({ status: 201, body: { title: 'Kamienica', tags: ['cegla'], published: true } })
  const id = String(made.body['id'])
  expect((await ask('PUT', `articles/${id}`, { title: 'Nowa' })).body).toMatchObject({ title: 'Nowa' })
  expect((await ask('GET', 'articles/me/published')).body).toMatchObject([{ body_markdown: '<p>x</p>' }])
  expect((await ask('PUT', `articles/${id}`, { published: false })).status).toBe(200)
  expect((await ask('PUT', `articles/${id}`, { published: false })).status).toBe(200)
  expect((await ask('GET', 'articles/me')).body).toEqual([])
  expect((await ask('GET', 'articles/me/unpublished')).body).toHaveLength(1)
  expect(vendor.effects().map(({ kind }) => kind)).toEqual(['created', 'changed', 'removed'])
  expect(await ask('PUT', 'articles/99', article)).toMatchObject({ status: 404, body: { error: 'not found' } })
})

test('all articles begin with the drafts', async () => {
  await ask('POST', 'articles', titled(1))
  await ask('POST', 'articles', titled(2, { published: false }))
  nowMs += 1000
  await ask('POST', 'articles', titled(3))
  const all = (await ask('GET', 'articles/me/all')).body
  expect(all).toMatchObject([{ title: 'Kamienica 2' }, { title: 'Kamienica 3' }, { title: 'Kamienica 1' }])
  expect((await ask('GET', 'articles/me/all?per_page=2&page=2')).body).toMatchObject([{ title: 'Kamienica 1' }])
})

test.each<[string, object]>([
  ['Tag list exceed the maximum of 4 tags', { tags: ['a', 'b', 'c', 'd', 'e'] }],
  ['Tag "a b" contains non-alphanumeric or prohibited unicode characters', { tags: ['a b'] }],
  ['Title is too long (maximum is 128 characters for full_post)', { title: 'ą'.repeat(129) }],
  ["Title can't be blank", { title: ' ' }],
  ['Body markdown is too long.', { body_markdown: 'ą'.repeat(409_601) }],
  ['Liquid variables are disabled', { body_markdown: '{{ x }}' }],
])('refuses: %s', async (error, more) => {
  expect(await ask('POST', 'articles', { ...article, ...more })).toEqual({ status: 422, body: { error, status: 422 } })
  expect(vendor.effects()).toEqual([])
})

test('a canonical address of something published is taken, whoever has it; a title for five minutes', async () => {
  const canonical_url = 'https://example.com/kamienica'
  vendor.write({ title: 'Cudza', body_markdown: 'x', canonical_url, isOurs: false })
  const taken = await ask('POST', 'articles', { ...article, canonical_url })
  expect(taken).toMatchObject({
    status: 422,
    body: { error: expect.stringMatching(/Canonical url has already been taken/) as string },
  })
  expect((await ask('POST', 'articles', { ...article, canonical_url, published: false })).status).toBe(201)
  expect(await ask('POST', 'articles', article)).toMatchObject({
    status: 422,
    body: { error: 'Title has already been used in the last five minutes' },
  })
  nowMs += 5 * 60_000
  expect((await ask('POST', 'articles', article)).status).toBe(201)
})

test('a wrong key and a request without a name', async () => {
  expect(await ask('GET', 'users/me')).toMatchObject({ status: 200, body: { username: 'studio_wisla' } })
  expect(await ask('GET', 'users/me', undefined, 'x')).toEqual({
    status: 401,
    body: { error: 'unauthorized', status: 401 },
  })
  const nameless = await new Promise<number | undefined>((resolve, reject) => {
    const asking = request(`${vendor.url}/users/me`, { headers: { 'api-key': vendor.token } }, (answer) => {
      answer.resume()
      resolve(answer.statusCode)
    })
    asking.on('error', reject).end()
  })
  expect(nameless).toBe(403)
  vendor.revoke()
  expect((await ask('POST', 'articles', article)).status).toBe(401)
})

test('an article is read by its id while it is published, whoever wrote it', async () => {
  const { body } = await ask('POST', 'articles', article)
  const id = String(body['id'])
  expect((await ask('GET', `articles/${id}`)).body).toMatchObject({ id: Number(id), title: 'Kamienica' })
  vendor.write({ title: 'Cudza', body_markdown: 'x', isOurs: false })
  expect((await ask('GET', `articles/${Number(id) + 1}`)).body).toMatchObject({ title: 'Cudza' })
  await ask('PUT', `articles/${id}`, { published: false })
  expect(await ask('GET', `articles/${id}`)).toEqual({ status: 404, body: { error: 'not found', status: 404 } })
})
