import { hashToken, setupCode } from '@floowe/platform'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dayMs, type IdentityWorld, identityWorld, password } from './identity-world.ts'

let world: IdentityWorld
let owner: Awaited<ReturnType<IdentityWorld['setUp']>>
beforeAll(async () => {
  world = await identityWorld()
})
afterAll(() => world.stop())

const setup = (change: Record<string, unknown> = {}) => ({
  code: setupCode(world.ground.sealer),
  owner: { name: 'Jan', email: 'jan@example.com', password, locale: 'pl' },
  workspace: { name: 'Inna', language: 'pl', zone: 'Europe/Warsaw' },
  ...change,
})

describe('first run', () => {
  test('says that it waits, refuses a wrong code, and of two at once one wins', async () => {
    expect(await world.anonymous.getSetup(undefined)).toEqual({ needed: true, demo: false, mail: false })
    await expect(world.anonymous.completeSetup(setup({ code: 'AAAAA-AAAAA' }) as never)).rejects.toMatchObject({
      code: 'wrong-code',
    })
    const small = setupCode(world.ground.sealer).toLowerCase().replace('-', ' ')
    const answers = await Promise.allSettled([
      world.setUp(),
      world.anonymous.completeSetup(setup({ code: small }) as never),
      world.anonymous.completeSetup(setup() as never),
    ])
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await world.sql('select from users')).toHaveLength(1)
    expect(await world.sql('select from workspaces')).toHaveLength(1)
    await world.drain()
    expect(world.events.map(({ name }) => name)).toEqual(['identity.workspace-created', 'identity.member-joined'])
    await expect(world.anonymous.completeSetup(setup() as never)).rejects.toMatchObject({ code: 'setup-done' })
    expect((await world.anonymous.getSetup(undefined)).needed).toBe(false)
  })

  test('the owner is signed in, the workspace has a slug of plain letters, the events are told', async () => {
    const fresh = await identityWorld()
    owner = await fresh.setUp()
    expect(owner.slug).toBe('studio-zolw')
    const me = await (await fresh.as(owner.session)).me(undefined)
    expect(me).toMatchObject({
      person: { name: 'Ola Nowak', email: 'ola@example.com', theme: 'system' },
      role: 'owner',
      via: 'session',
      workspace: { slug: 'studio-zolw' },
    })
    expect(me.permissions).toContain('workspace:manage')
    await fresh.drain()
    expect(fresh.events.map(({ name }) => name)).toEqual(['identity.workspace-created', 'identity.member-joined'])
    await fresh.stop()
  })

  test.each([
    ['a short password', { owner: { name: 'J', email: 'j@example.com', password: 'short', locale: 'pl' } }],
    ['no e-mail', { owner: { name: 'J', email: 'nobody', password, locale: 'pl' } }],
    ['a bidirectional name', { owner: { name: 'J‮', email: 'j@example.com', password, locale: 'pl' } }],
    ['an unknown zone', { workspace: { name: 'X', language: 'pl', zone: 'Mars/Olympus' } }],
  ])('refuses %s', async (_, change) => {
    await expect(world.anonymous.completeSetup(setup(change) as never)).rejects.toMatchObject({ code: 'invalid-input' })
  })
})

describe('signing in', () => {
  beforeAll(async () => {
    await world.stop()
    world = await identityWorld()
    owner = await world.setUp()
  })

  test('gives a session of 30 days, kept only as a hash', async () => {
    const answer = await world.signIn(' Ola@Example.COM ')
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({ via: 'session', role: 'owner', workspace: { id: owner.workspaceId } })
    expect(Date.parse(answer.session?.expiresAt ?? '') - world.clock.now()).toBe(30 * dayMs)
    const rows = await world.sql<{ token: string; ip_address: string | null }>('select token, ip_address from sessions')
    expect(rows.every(({ token, ip_address }) => /^[0-9a-f]{64}$/.test(token) && ip_address === null)).toBe(true)
    await world.drain()
    expect(world.events.at(-1)).toMatchObject({
      name: 'identity.signed-in',
      workspaceId: owner.workspaceId,
      actor: owner.userId,
    })
  })

  test('tells nothing of who is known', async () => {
    const [wrong, unknown] = [
      await world.signIn('ola@example.com', 'not the password', '192.0.2.2'),
      await world.signIn('nobody@example.com', 'not the password', '192.0.2.2'),
    ]
    expect(wrong.status).toBe(401)
    expect(unknown).toEqual(wrong)
    expect(wrong.body).toMatchObject({ code: 'wrong-credentials' })
    expect(wrong.session).toBeNull()
  })

  test('after five failures an account waits longer and longer, on that address only', async () => {
    for (const email of ['ola@example.com', 'ghost@example.com']) {
      const address = '192.0.2.3'
      for (let guess = 0; guess < 5; guess++) expect((await world.signIn(email, 'wrong', address)).status).toBe(401)
      const pauses: number[] = []
      for (let round = 0; round < 7; round++) {
        const locked = await world.signIn(email, password, address)
        expect(locked.body).toMatchObject({ code: 'locked', status: 429 })
        const { retryAfterSeconds } = (locked.body as unknown as { data: { retryAfterSeconds: number } }).data
        pauses.push(retryAfterSeconds)
        world.clock.advance(retryAfterSeconds * 1000 + 1)
        expect((await world.signIn(email, 'wrong', address)).status).toBe(401)
      }
      expect(pauses).toEqual([30, 60, 120, 240, 480, 900, 900])
    }
    expect((await world.signIn('ola@example.com', password, '192.0.2.4')).status).toBe(200)
    world.clock.advance(901_000)
    expect((await world.signIn('ola@example.com', password, '192.0.2.3')).status).toBe(200)
    expect((await world.signIn('ola@example.com', 'wrong', '192.0.2.3')).status).toBe(401)
    expect(
      await world.sql("select from sign_in_attempts where subject like '%192.0.2%' or subject like '%ola%'"),
    ).toHaveLength(0)
  })

  test('a hundred guesses at once are five guesses', async () => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, guess) => world.signIn('ola@example.com', `guess ${guess}`, '192.0.2.5')),
    )
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5)
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(95)
  })

  test('never takes up a session that the browser brought along, and ends it', async () => {
    const before = await world.signIn('ola@example.com')
    const after = await world.request('POST', '/session', {
      body: { email: 'ola@example.com', password },
      session: before.session?.token,
    })
    expect(after.session?.token).not.toBe(before.session?.token)
    await expect(world.as(before.session?.token ?? '')).rejects.toMatchObject({ code: 'not-signed-in' })
    const unknown = await world.rest('POST', '/session', {
      body: { email: 'ola@example.com', password },
      headers: { 'floowe-credential': 'B'.repeat(43) },
    })
    expect(unknown.status).toBe(200)
    expect(String(unknown.headers['floowe-session'])).not.toContain('BBBB')
    await expect(world.as('B'.repeat(43))).rejects.toMatchObject({ code: 'not-signed-in' })
  })

  test.each([
    [
      'a polluted prototype',
      JSON.parse(
        '{"__proto__":{"email":"ola@example.com"},"email":"ola@example.com","password":"x","constructor":{"prototype":1}}',
      ) as object,
      401,
    ],
    ['arrays', { email: ['ola@example.com'], password: ['x'] }, 400],
    ['objects', { email: { $ne: null }, password: { $ne: null } }, 400],
    ['a lone surrogate', { email: 'ola@example.com', password: '\ud800' }, 401],
    ['a zero byte', { email: 'ola@example.com', password: 'a\u0000b' }, 401],
    ['a zero byte in the address', { email: 'o\u0000la@example.com', password: 'x' }, 400],
    ['a long password', { email: 'ola@example.com', password: 'x'.repeat(129) }, 400],
    ['nothing', undefined, 400],
  ])('takes %s for what it is', async (_, body, status) => {
    expect((await world.request('POST', '/session', { body, address: '192.0.2.7' })).status).toBe(status)
    await world.sql('delete from sign_in_attempts')
  })
})

describe('sessions', () => {
  test('are listed, ended one by one, and ended by signing out; the gateway hears of each', async () => {
    const [one, two] = [
      (await world.signIn('ola@example.com')).session?.token ?? '',
      (await world.signIn('ola@example.com')).session?.token ?? '',
    ]
    const list = (await world.request('GET', '/me/sessions', { session: one })).body as unknown as {
      id: string
      current: boolean
      userAgent: string
    }[]
    expect(list.filter(({ current }) => current)).toHaveLength(1)
    expect(list[0]).toMatchObject({ userAgent: 'Test browser' })
    const other = (await world.request('GET', '/me/sessions', { session: two })).body as unknown as typeof list
    const idOfTwo = other.find(({ current }) => current)?.id ?? ''
    const token = (await world.anonymous.exchange({ kind: 'session', credential: one, workspace: null })).token
    expect((await world.request('DELETE', `/me/sessions/${idOfTwo}`, { session: one })).status).toBe(200)
    await expect(world.as(two)).rejects.toMatchObject({ code: 'not-signed-in' })
    expect((await world.request('DELETE', `/me/sessions/${idOfTwo}`, { session: one })).body).toMatchObject({
      code: 'not-found',
    })
    expect((await world.request('DELETE', '/me/sessions/__proto__', { session: one })).body).toMatchObject({
      code: 'not-found',
    })
    const out = await world.request('DELETE', '/session', { session: one })
    expect(out).toMatchObject({ status: 200, ended: true })
    await expect(world.as(one)).rejects.toMatchObject({ code: 'not-signed-in' })
    // Repeated with a token that is still good for some seconds: nothing more to end.
    expect((await world.rest('DELETE', '/session', { token, headers: { 'floowe-credential': one } })).status).toBe(200)
    await world.drain()
    const revoked = world.events
      .filter(({ name }) => name === 'identity.credential-revoked')
      .map(({ data }) => (data as { sessionHash?: string }).sessionHash)
    expect(revoked).toEqual(expect.arrayContaining([hashToken(one), hashToken(two)]))
  })

  test("one person cannot end another's", async () => {
    const jan = await world.join(owner.session, 'jan@example.com', 'editor')
    const mine = (await world.request('GET', '/me/sessions', { session: owner.session })).body as unknown as {
      id: string
    }[]
    expect((await world.request('DELETE', `/me/sessions/${mine[0]?.id}`, { session: jan.session })).body).toMatchObject(
      { code: 'not-found' },
    )
    await world.as(owner.session)
  })

  test('slide while they are used and end when they are not', async () => {
    const session = (await world.signIn('ola@example.com')).session?.token ?? ''
    for (let step = 0; step < 3; step++) {
      world.clock.advance(25 * dayMs)
      const me = await world.request('GET', '/me', { session })
      expect(Date.parse(me.session?.expiresAt ?? '') - world.clock.now()).toBe(30 * dayMs)
      expect(me.session?.token).toBe(session)
    }
    world.clock.advance(30 * dayMs + 1)
    await expect(world.as(session)).rejects.toMatchObject({ code: 'not-signed-in' })
    owner = { ...owner, session: (await world.signIn('ola@example.com')).session?.token ?? '' }
  })

  test('of one person there are at most fifty; the oldest make room', async () => {
    for (let count = 0; count < 3; count++) await world.signIn('jan@example.com')
    await world.sql(
      `insert into sessions (id, expires_at, token, created_at, updated_at, user_id)
       select gen_random_uuid(), $1, md5(n::text), $2, $2, (select id from users where email = 'jan@example.com') from generate_series(1, 60) n`,
      [new Date(world.clock.now() + dayMs), new Date(world.clock.now() - 1000)],
    )
    const newest = (await world.signIn('jan@example.com')).session?.token ?? ''
    expect(
      await world.sql("select from sessions where user_id = (select id from users where email = 'jan@example.com')"),
    ).toHaveLength(50)
    await world.as(newest)
  })
})

describe('the own account', () => {
  test('changes name, language, zone and look', async () => {
    const ola = await world.as(owner.session)
    expect(
      await ola.updateMe({
        name: 'Aleksandra',
        locale: 'en',
        zone: 'Europe/London',
        theme: 'dark',
        density: 'compact',
      }),
    ).toMatchObject({
      name: 'Aleksandra',
      locale: 'en',
      zone: 'Europe/London',
      theme: 'dark',
      density: 'compact',
      email: 'ola@example.com',
    })
    expect(await ola.updateMe({})).toMatchObject({ name: 'Aleksandra' })
    expect(
      await ola.updateMe(
        JSON.parse(
          '{"__proto__":{"email":"evil@example.com"},"email":"evil@example.com","emailVerified":true,"name":"Ola"}',
        ) as never,
      ),
    ).toMatchObject({ name: 'Ola', email: 'ola@example.com' })
    await expect(ola.updateMe({ theme: 'pink' as never })).rejects.toMatchObject({ code: 'invalid-input' })
  })

  test('a new password needs the old one and ends the other sessions', async () => {
    const [here, there] = [
      (await world.signIn('jan@example.com')).session?.token ?? '',
      (await world.signIn('jan@example.com')).session?.token ?? '',
    ]
    const change = (current: string, session: string) =>
      world.request('POST', '/me/password', { session, body: { current, next: 'a completely new one' } })
    expect((await change('wrong', here)).body).toMatchObject({ code: 'wrong-credentials', status: 403 })
    expect((await change(password, here)).status).toBe(200)
    await world.as(here)
    await expect(world.as(there)).rejects.toMatchObject({ code: 'not-signed-in' })
    expect((await world.signIn('jan@example.com', password, '192.0.2.9')).status).toBe(401)
    expect((await world.signIn('jan@example.com', 'a completely new one', '192.0.2.9')).status).toBe(200)
    for (let guess = 0; guess < 5; guess++) await change('wrong', here)
    expect((await change('a completely new one', here)).body).toMatchObject({ code: 'too-many-requests' })
  })
})
