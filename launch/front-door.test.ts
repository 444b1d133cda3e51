/** The front door with everything behind it: hosts, origins, limits, keys, idempotency, live events, bad input. */
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Ask, cookieOf, password, setUp, startTestInstallation, type TestInstallation } from './testing.ts'

let world: TestInstallation
let owner: Ask
let cookie: string
beforeAll(async () => {
  world = await startTestInstallation()
  const made = await setUp(world)
  cookie = made.cookie
  owner = world.as({ cookie, origin: world.url })
}, 60_000)
afterAll(() => world.stop())

/** A request whose `Host` is not the address it goes to. */
const withHost = (host: string, target: string): Promise<{ status: number; body: string }> =>
  new Promise((resolve, reject) => {
    const { port } = new URL(world.url)
    const request = http.request({ host: '127.0.0.1', port, path: target, headers: { host } }, (answer) => {
      let body = ''
      answer.on('data', (chunk: Buffer) => (body += chunk.toString()))
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body }))
    })
    request.on('error', reject)
    request.end()
  })
const newArticle = { language: 'en', title: 'Once' }

describe('who and from where', () => {
  test('a foreign host is misdirected, probes excepted', async () => {
    for (const target of ['/', '/api/v1/me', '/site/first/', '/metrics'])
      expect((await withHost('evil.example', target)).status, target).toBe(421)
    expect((await withHost('10.0.0.7:4800', '/readyz')).status).toBe(200)
  })
  test('writing by cookie needs our own origin; a key does not', async () => {
    for (const origin of ['https://evil.example', 'null', undefined]) {
      const answer = await world.ask('POST', '/articles', {
        body: newArticle,
        headers: { cookie, ...(origin ? { origin } : {}) },
      })
      expect(answer, String(origin)).toMatchObject({ status: 403, body: { code: 'foreign-origin' } })
    }
    const key = await owner('POST', '/keys', { body: { name: 'script', permissions: ['content:read'] } })
    expect(
      (
        await world.ask('GET', '/articles', {
          headers: { 'x-api-key': key.body.secret, origin: 'https://evil.example' },
        })
      ).status,
    ).toBe(200)
  })
  test('a client cannot speak with inner headers', async () => {
    const answer = await world.ask('GET', '/articles', {
      headers: {
        'floowe-front': '',
        'floowe-credential': 'x',
        'floowe-client': '1.2.3.4',
        authorization: 'Bearer eyJhbGciOiJFZERTQSJ9.e30.x',
      },
    })
    expect(answer.status).toBe(401)
    expect((await world.ask('POST', '/api/rpc/content/renderSnapshot', { body: { json: {} } })).status).toBe(404)
  })
  test('a revoked key and an ended session fail at once', async () => {
    const { body } = await owner('POST', '/keys', { body: { name: 'short', permissions: ['content:read'] } })
    const withKey = world.as({ authorization: `Bearer ${body.secret}` })
    expect((await withKey('GET', '/articles')).status).toBe(200)
    await owner('DELETE', `/keys/${body.key.id}`)
    await expect.poll(async () => (await withKey('GET', '/articles')).status, { timeout: 1000, interval: 20 }).toBe(401)
    const signedIn = await world.ask('POST', '/session', {
      body: { email: 'ada@example.com', password: 'a long enough password' },
    })
    const again = world.as({
      cookie: (signedIn.headers.get('set-cookie') ?? '').split(';')[0] ?? '',
      origin: world.url,
    })
    expect((await again('GET', '/me')).status).toBe(200)
    expect((await again('DELETE', '/session')).headers.get('set-cookie')).toMatch(/Max-Age=0/)
    await expect.poll(async () => (await again('GET', '/me')).status, { timeout: 1000, interval: 20 }).toBe(401)
  })
  test('the session cookie is out of reach of scripts and other sites, and names the port', () => {
    expect(cookie).toMatch(new RegExp(`^floowe-${new URL(world.url).port}=`))
  })
  test('the local credential acts as the first owner, and alone may take a backup', async () => {
    const { readFileSync } = await import('node:fs')
    const secret = readFileSync(`${world.folder}/local-credential`, 'utf8').trim()
    const local = world.as({ authorization: `Bearer ${secret}` })
    expect((await local('GET', '/me')).body).toMatchObject({
      via: 'local',
      role: 'owner',
      person: { email: 'ada@example.com' },
    })
    expect((await owner('POST', '/installation/backup')).status).toBe(403)
    expect((await world.ask('POST', '/installation/backup')).status).toBe(401)
    expect((await world.as({ authorization: 'Bearer local_wrong' })('POST', '/installation/backup')).status).toBe(401)
  })
})

describe('idempotency', () => {
  const withKey = (key: string, body: unknown) =>
    owner('POST', '/articles', { body, headers: { 'idempotency-key': key } })
  test('the same key at once and again makes one article, with the same answer', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => withKey('a', newArticle)))
    const made = answers.filter(({ status }) => status === 201)
    expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true)
    expect(new Set(made.map(({ body }) => body.article.id)).size).toBe(1)
    const replay = await withKey('a', newArticle)
    expect(replay).toMatchObject({ status: 201, body: made[0]?.body })
    expect(replay.headers.get('idempotency-replayed')).toBe('true')
  })
  test('after a run that ended without a word, the same key finds what it made', async () => {
    /** As a killed process leaves it: the effect is there, and nobody wrote down the answer. */
    const forgetAnswer = async (key: string): Promise<void> => {
      const client = new pg.Client(world.installation.ground.admin)
      await client.connect()
      await client.query(
        "update gateway.idempotency set status = null, body = null, created_at = created_at - interval '3 s' where key = $1",
        [key],
      )
      await client.end()
    }
    const text = { type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text: 'Words.' }] }] }
    const first = await withKey('d', { ...newArticle, body: text })
    await forgetAnswer('d')
    expect((await withKey('d', { ...newArticle, body: text })).body.article.id).toBe(first.body.article.id)

    const form = (): FormData => {
      const made = new FormData()
      made.append('file', new File(['---\ntitle: Once only\n---\n\nText.\n'], 'once-only.md'))
      return made
    }
    const importWithKey = () => owner('POST', '/imports', { body: form(), headers: { 'idempotency-key': 'e' } })
    const begun = await importWithKey()
    await forgetAnswer('e')
    expect(await importWithKey()).toMatchObject({ status: 202, body: { id: begun.body.id } })

    const site = (await owner('GET', '/channels')).body.find((channel: any) => channel.network === 'floowe-site') // the contract's answer
    const plan = { editionId: first.body.edition.id, channelId: site.id, when: { now: true } }
    const planWithKey = () => owner('POST', '/deliveries', { body: plan, headers: { 'idempotency-key': 'f' } })
    const planned = await planWithKey()
    await forgetAnswer('f')
    expect(await planWithKey()).toMatchObject({ status: 201, body: { id: planned.body.id } })

    const again = async (key: string, path: string, body: unknown) => {
      const ask = () => owner('POST', path, { body, headers: { 'idempotency-key': key } })
      const made = await ask()
      await forgetAnswer(key)
      return [made, await ask()] as const
    }
    const [copy, sameCopy] = await again('g', `/articles/${first.body.article.id}/duplicate`, {})
    expect(sameCopy).toMatchObject({ status: 201, body: { id: copy.body.id } })
    const [template, sameTemplate] = await again('h', '/templates', { name: 'Twice asked', language: 'en' })
    expect(sameTemplate).toMatchObject({ status: 201, body: { id: template.body.id } })

    // What was shown once is shown anew, and what nobody was given opens nothing.
    const [link, sameLink] = await again('i', `/editions/${first.body.edition.id}/preview-links`, { days: 2 })
    expect(sameLink.body.id).toBe(link.body.id)
    expect((await fetch(link.body.url)).status).toBe(404)
    expect((await fetch(sameLink.body.url)).status).toBe(200)
    const [key, sameKey] = await again('j', '/keys', { name: 'twice asked', permissions: ['content:read'] })
    expect(sameKey.body.key.id).toBe(key.body.key.id)
    const withSecret = (secret: string) => world.as({ authorization: `Bearer ${secret}` })('GET', '/articles')
    expect((await withSecret(key.body.secret)).status).toBe(401)
    expect((await withSecret(sameKey.body.secret)).status).toBe(200)
  })
  test('another body with the same key is refused', async () => {
    await withKey('b', newArticle)
    expect(await withKey('b', { ...newArticle, title: 'Other' })).toMatchObject({
      status: 422,
      body: { code: 'idempotency-mismatch' },
    })
  })
  test('a secret that was shown once is not replayed', async () => {
    const make = () =>
      owner('POST', '/keys', {
        body: { name: 'once', permissions: ['content:read'] },
        headers: { 'idempotency-key': 'c' },
      })
    const first = await make()
    const second = await make()
    expect(first.body.secret).toMatch(/^flo_/)
    expect(second.body).toEqual({ ...first.body, secret: null })
  })
})

describe('bad input', () => {
  test.each([
    ['malformed JSON', '{"language":', 400, 'invalid-input'],
    ['a prototype', '{"__proto__":{"admin":true},"language":"en"}', 400, 'invalid-input'],
    ['an empty body', '', 400, 'invalid-input'],
    ['a list', '[]', 400, 'invalid-input'],
    ['a lone surrogate', '{"language":"en","title":"a\\ud800b"}', 400, 'invalid-input'],
    ['a direction override', '{"language":"en","title":"invoice\\u202Efdp.exe"}', 400, 'invalid-input'],
    ['a zero-width title', '{"language":"en","title":"a\\u200Bb"}', 400, 'invalid-input'],
    ['a NUL', '{"language":"en","title":"a\\u0000b"}', 400, 'invalid-input'],
    [
      'a thousand tags',
      JSON.stringify({ language: 'en', tags: Array.from({ length: 1000 }, (_, n) => `t${n}`) }),
      400,
      'invalid-input',
    ],
    ['a wrong language', '{"language":"../../etc"}', 400, 'invalid-input'],
    [
      'a body of another kind',
      '{"language":"en","body":{"type":"doc","content":[{"type":"script"}]}}',
      400,
      'invalid-input',
    ],
    ['five megabytes', JSON.stringify({ language: 'en', title: 'x'.repeat(5_000_000) }), 413, 'too-large'],
  ])('%s is refused', async (_name, body, status, code) => {
    const answer = await owner('POST', '/articles', { body })
    expect(answer).toMatchObject({ status, body: { code } })
  })
  test('other kinds of bodies, methods and paths', async () => {
    expect(
      await owner('POST', '/articles', {
        body: 'a=1',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      }),
    ).toMatchObject({ status: 415, body: { code: 'unsupported-media-type' } })
    expect(await owner('PUT', '/articles', { body: {} })).toMatchObject({ status: 404 })
    for (const target of [
      '/articles/not-an-id',
      '/articles/0190aaaa-0000-7000-8000-00000000000A',
      `/articles/${'a'.repeat(400)}`,
      '/articles/%00',
      '/articles/..%2f..%2fetc%2fpasswd',
      '/articles?limit=1e9',
      '/articles?offset=-1',
      '/search?query=',
    ]) {
      const { status } = await owner('GET', target)
      expect([400, 404, 414], `${target} answered ${status}`).toContain(status)
    }
  })
  test('who sends too much hears why, though the rest is still on its way', async () => {
    const answer = await owner('POST', '/articles', { body: JSON.stringify({ title: 'x'.repeat(30_000_000) }) })
    expect(answer).toMatchObject({ status: 413, body: { code: 'too-large' } })
    const form = new FormData()
    form.append('file', new File([new Uint8Array(60_000_000)], 'large.png'))
    expect(await owner('POST', '/media', { body: form })).toMatchObject({ status: 413, body: { code: 'too-large' } })
  })
  test('an address too long to be looked up, or to be read at all', async () => {
    expect(await owner('DELETE', `/articles/${'a'.repeat(2000)}`)).toMatchObject({
      status: 400,
      body: { code: 'invalid-input' },
    })
    expect(await owner('GET', `/articles?query=${'a'.repeat(20_000)}`)).toMatchObject({
      status: 431,
      body: { code: 'too-large', message: 'This is too large.' },
    })
  })
  test('texts of refusals follow the caller', async () => {
    expect((await world.ask('GET', '/me', { headers: { 'accept-language': 'pl' } })).body.message).toBe(
      'Zaloguj się, aby kontynuować.',
    )
  })
  test('a stale save is refused and names the newer revision', async () => {
    const { body } = await owner('POST', '/articles', { body: newArticle })
    const save = (title: string) =>
      owner('PUT', `/editions/${body.edition.id}`, {
        body: { basedOn: 1, title, lead: '', body: { type: 'doc', content: [] } },
      })
    const [first, second] = await Promise.all([save('A'), save('B')])
    expect([first.status, second.status].sort()).toEqual([200, 409])
    const refused = first.status === 409 ? first : second
    expect(refused.body).toMatchObject({ code: 'stale-revision', data: { current: 2 } })
  })
})

describe('limits and documents', () => {
  test('every answer says where one stands', async () => {
    const answer = await owner('GET', '/me')
    expect(answer.headers.get('ratelimit')).toMatch(/^"caller";r=\d+;t=\d+$/)
    expect(answer.headers.get('ratelimit-policy')).toMatch(/^"caller";q=\d+;w=60$/)
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
  })
  test('the API describes itself', async () => {
    const document = await world.ask('GET', '/openapi.json')
    expect(document.body.openapi).toMatch(/^3\.1/)
    expect(Object.keys(document.body.paths)).toContain('/editions/{id}')
    expect(Object.keys(document.body.paths).some((path) => /exchange|snapshot/i.test(path))).toBe(false)
    expect((await world.ask('GET', '/api/docs')).body).toContain('Save; refused when someone saved in between')
  })
  test('health, readiness and metrics answer', async () => {
    expect((await fetch(`${world.url}/healthz`)).status).toBe(200)
    expect((await fetch(`${world.url}/readyz`)).status).toBe(200)
    const metrics = await (await fetch(`${world.url}/metrics`)).text()
    expect(metrics).toContain('floowe_http_requests_total')
    expect(metrics).toContain('floowe_operation_seconds')
  })
})

describe('live events', () => {
  type Message = { seq: number; name?: string; gap?: boolean; data?: { articleId?: string } }
  const follow = (
    query: string,
    headers: Record<string, string>,
  ): { socket: WebSocket; messages: Message[]; closed: Promise<number> } => {
    const socket = new WebSocket(`${world.url.replace('http', 'ws')}/api/v1/live?${query}`, { headers } as never) // node's own WebSocket takes headers
    const messages: Message[] = []
    socket.addEventListener('message', ({ data }) => messages.push(JSON.parse(String(data)) as Message))
    const closed = new Promise<number>((resolve) => socket.addEventListener('close', ({ code }) => resolve(code)))
    return { socket, messages, closed }
  }
  test('an event reaches the browser, and a resumed one gets what it missed', async () => {
    const first = follow('workspace=first', { cookie, origin: world.url })
    // The greeting; what the tests before have done may still come after it.
    await expect.poll(() => first.messages.length).toBeGreaterThan(0)
    const { seq } = first.messages[0] as Message
    const { body } = await owner('POST', '/articles', { body: { language: 'en', title: 'Live' } })
    await expect.poll(() => first.messages.some(({ data }) => data?.articleId === body.article.id)).toBe(true)
    first.socket.close()
    const resumed = follow(`workspace=first&after=${seq}`, { cookie, origin: world.url })
    await expect.poll(() => resumed.messages.some(({ data }) => data?.articleId === body.article.id)).toBe(true)
    expect(resumed.messages.map((message) => message.seq)).toEqual(
      resumed.messages.map((message) => message.seq).toSorted((a, b) => a - b),
    )
    const ahead = follow('workspace=first&after=999999', { cookie, origin: world.url })
    await expect.poll(() => ahead.messages[0]?.gap).toBe(true)
    resumed.socket.close()
    ahead.socket.close()
  })
  test('what is one person’s is heard by that person alone, also by whoever resumes', async () => {
    const invitation = await owner('POST', '/invitations', { body: { email: 'grace@example.com', role: 'admin' } })
    const joined = await world.ask('POST', `/invitation-links/${invitation.body.link.url.split('/').at(-1)}`, {
      body: { name: 'Grace', password },
    })
    const grace = { cookie: cookieOf(joined), origin: world.url }
    const [own, other] = [follow('workspace=first', { cookie, origin: world.url }), follow('workspace=first', grace)]
    await expect.poll(() => [own, other].every(({ messages }) => messages.length > 0)).toBe(true)
    const { seq } = other.messages[0] as Message
    const refusing = http.createServer((_request, response) => response.writeHead(400).end())
    await new Promise<void>((resolve) => refusing.listen(0, '127.0.0.1', resolve))
    const { port } = refusing.address() as AddressInfo // a listening TCP server has a port
    const channel = await owner('POST', '/channels', {
      body: { network: 'webhook', name: 'Refusing', url: `http://127.0.0.1:${port}/` },
    })
    const text = { type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text: 'Text' }] }] }
    const made = await owner('POST', '/articles', { body: { language: 'en', title: 'Refused', body: text } })
    await owner('POST', '/deliveries', {
      body: { editionId: made.body.edition.id, channelId: channel.body.id, when: { now: true } },
    })
    const isOwn = ({ name }: Message): boolean => name === 'identity.inbox-changed'
    await expect.poll(() => own.messages.some(isOwn), { timeout: 10_000 }).toBe(true)
    // It says whose it is, and not what it is about.
    const { body: me } = await owner('GET', '/me')
    expect(own.messages.find(isOwn)?.data).toEqual({ userId: me.person.id })
    const last = await owner('POST', '/articles', { body: { language: 'en', title: 'After it' } })
    const resumed = follow(`workspace=first&after=${seq}`, grace)
    for (const { messages } of [other, resumed]) {
      await expect.poll(() => messages.some(({ data }) => data?.articleId === last.body.article.id)).toBe(true)
      expect(messages.some(({ name }) => name === 'publishing.delivery-failed')).toBe(true)
      expect(messages.filter(isOwn)).toEqual([])
    }
    for (const { socket } of [own, other, resumed]) socket.close()
    await new Promise((resolve) => refusing.close(resolve))
  })
  test('without a credential, from another origin, or for another workspace nothing is heard', async () => {
    expect(await follow('workspace=first', {}).closed).toBe(4401)
    expect(await follow('workspace=first', { cookie, origin: 'https://evil.example' }).closed).toBe(4401)
    expect([4401, 4403]).toContain(await follow('workspace=elsewhere', { cookie, origin: world.url }).closed)
  })
})
