/** Inner tokens, and what people try with them. */
import { createHmac, createPrivateKey, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto'
import { serviceProof, signToken } from '@floowe/platform'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dayMs, type IdentityWorld, identityWorld } from './identity-world.ts'

let world: IdentityWorld
let owner: Awaited<ReturnType<IdentityWorld['setUp']>>
beforeAll(async () => {
  world = await identityWorld()
  owner = await world.setUp()
})
afterAll(() => world.stop())

const refusal = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: { code: string }) => error.code,
  )
const claimsOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>
const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
/** The key identity signs with, opened as only identity can. */
async function signingKey(): Promise<{ id: string; key: KeyObject; x: string }> {
  const [row] = await world.sql<{ id: string; sealed_private_key: string; public_key: { x: string } }>(
    'select id, sealed_private_key, public_key from signing_keys order by created_at desc limit 1',
  )
  if (!row) throw new Error('there is no signing key')
  const der = Buffer.from(world.ground.sealer.open(row.sealed_private_key, `identity.signing-key:${row.id}`), 'base64')
  return { id: row.id, key: createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }), x: row.public_key.x }
}

describe('an inner token', () => {
  test('names the caller, the workspace and the permissions for a minute', async () => {
    const answer = await world.anonymous.exchange({ kind: 'session', credential: owner.session, workspace: owner.slug })
    expect(answer).toMatchObject({ caller: owner.userId, workspaceId: owner.workspaceId })
    const claims = claimsOf(answer.token)
    expect(claims).toMatchObject({ sub: owner.userId, kind: 'person', wsp: owner.workspaceId, aud: 'floowe' })
    expect(Number(claims['exp']) - Number(claims['iat'])).toBe(60)
    expect(answer.expiresAt).toBe(Number(claims['exp']) * 1000)
    expect(claims['prm']).toContain('workspace:manage')
  })

  test('without a workspace is of nobody’s workspace', async () => {
    const loner = await world.join(owner.session, 'loner@example.com', 'viewer')
    await (await world.as(owner.session)).removeMember({ userId: loner.userId })
    const answer = await world.anonymous.exchange({ kind: 'session', credential: loner.session, workspace: null })
    expect(answer.workspaceId).toBeNull()
    expect(claimsOf(answer.token)).toMatchObject({ wsp: null, prm: [] })
    expect(await refusal(world.withToken(answer.token).listMembers(undefined))).toBe('not-allowed')
    expect(
      await world.withToken(answer.token).createWorkspace({ name: 'Own', language: 'en', zone: 'Europe/London' }),
    ).toMatchObject({ slug: 'own' })
  })

  test('that was not signed by identity, or not for this, is refused', async () => {
    const { token } = await world.anonymous.exchange({ kind: 'session', credential: owner.session, workspace: null })
    const [head = '', body = '', signature = ''] = token.split('.')
    const { id, key, x } = await signingKey()
    const stranger = generateKeyPairSync('ed25519').privateKey
    const seconds = Math.floor(world.clock.now() / 1000)
    const claims = {
      sub: owner.userId,
      kind: 'person' as const,
      wsp: owner.workspaceId,
      prm: ['workspace:manage'],
      iat: seconds,
      exp: seconds + 60,
      jti: randomUUID(),
    }
    const signed = (header: object, payload: object, by = key): string => {
      const text = `${encoded(header)}.${encoded(payload)}`
      return `${text}.${sign(null, Buffer.from(text), by).toString('base64url')}`
    }
    const eddsa = { alg: 'EdDSA', typ: 'JWT', kid: id }
    // The control: made in the same way, it passes.
    expect(await refusal(world.withToken(signed(eddsa, { ...claims, aud: 'floowe' })).me(undefined))).toBe('done')
    const hmac = (secret: string): string => {
      const text = `${encoded({ ...eddsa, alg: 'HS256' })}.${encoded({ ...claims, aud: 'floowe' })}`
      return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
    }
    const forged: Record<string, string> = {
      'no algorithm': `${encoded({ ...eddsa, alg: 'none' })}.${encoded({ ...claims, aud: 'floowe' })}.`,
      'no algorithm, old signature': `${encoded({ ...eddsa, alg: 'none' })}.${body}.${signature}`,
      'the public key as a shared secret': hmac(x),
      'another key under a known name': signToken(stranger, id, claims),
      'another key under its own name': signToken(stranger, 'stranger', claims),
      'a key name that is a path': signed(
        { ...eddsa, kid: '../../etc/passwd' },
        { ...claims, aud: 'floowe' },
        stranger,
      ),
      'a key brought along': signed(
        { ...eddsa, kid: 'mine', jwk: stranger.export({ format: 'jwk' }) },
        { ...claims, aud: 'floowe' },
        stranger,
      ),
      'a prototype for a key name': signed({ ...eddsa, kid: '__proto__' }, { ...claims, aud: 'floowe' }, stranger),
      'another audience': signed(eddsa, { ...claims, aud: 'elsewhere' }),
      'no audience': signed(eddsa, claims),
      'an end in the past': signed(eddsa, { ...claims, aud: 'floowe', iat: seconds - 120, exp: seconds - 60 }),
      'no end': signed(eddsa, { ...claims, aud: 'floowe', exp: undefined }),
      'an end that is a word': signed(eddsa, { ...claims, aud: 'floowe', exp: 'never' }),
      'changed claims': `${head}.${encoded({ ...claimsOf(token), sub: randomUUID() })}.${signature}`,
      'half a signature': token.slice(0, -20),
      'four parts': `${token}.${signature}`,
      'two parts': `${head}.${body}`,
      nonsense: 'not.a.token',
      'very long': `${head}.${'A'.repeat(100_000)}.${signature}`,
    }
    for (const [name, bad] of Object.entries(forged))
      expect([name, await refusal(world.withToken(bad).me(undefined))]).toEqual([name, 'not-signed-in'])
    for (const authorization of ['Bearer ', 'Basic b2xhOng=', `bearer ${token}`, token, 'Bearer null']) {
      expect((await world.rest('GET', '/me', { headers: { authorization } })).status).toBe(401)
    }
  })
})

describe('credentials', () => {
  test.each(['', '__proto__', 'A'.repeat(43), '\u0000', "' or '1'='1"])('%j is no session', async (credential) => {
    expect(await refusal(world.anonymous.exchange({ kind: 'session', credential, workspace: null }))).toBe(
      'not-signed-in',
    )
  })

  test('of one kind are not those of another, and the stored hash is none', async () => {
    const [row] = await world.sql<{ token: string }>('select token from sessions limit 1')
    for (const credential of [row?.token ?? '', owner.session]) {
      expect(await refusal(world.anonymous.exchange({ kind: 'key', credential, workspace: null }))).toBe(
        'not-signed-in',
      )
      expect(await refusal(world.anonymous.exchange({ kind: 'local', credential, workspace: null }))).toBe(
        'not-signed-in',
      )
      expect(await refusal(world.anonymous.exchange({ kind: 'service', credential, workspace: null }))).toBe(
        'not-signed-in',
      )
    }
    expect(
      await refusal(world.anonymous.exchange({ kind: 'session', credential: row?.token ?? '', workspace: null })),
    ).toBe('not-signed-in')
    expect(
      await refusal(world.anonymous.exchange({ kind: 'god' as never, credential: owner.session, workspace: null })),
    ).toBe('invalid-input')
  })

  test('the local one acts as the first owner of the workspace', async () => {
    const second = await world.join(owner.session, 'second@example.com', 'owner')
    const answer = await world.local()
    expect(answer).toMatchObject({ caller: owner.userId, workspaceId: owner.workspaceId })
    expect(await world.withToken(answer.token).me(undefined)).toMatchObject({ via: 'local', role: 'owner' })
    const other = await (await world.as(second.session)).createWorkspace({
      name: 'Second’s',
      language: 'en',
      zone: 'Europe/London',
    })
    const credential = world.ground.sealer.deriveKey('local credential').toString('base64url')
    expect(await world.anonymous.exchange({ kind: 'local', credential, workspace: other.slug })).toMatchObject({
      caller: second.userId,
      workspaceId: other.id,
    })
    expect(await refusal(world.anonymous.exchange({ kind: 'local', credential, workspace: 'nowhere' }))).toBe(
      'not-found',
    )
    expect(
      await refusal(world.anonymous.exchange({ kind: 'local', credential: `${credential}A`, workspace: null })),
    ).toBe('not-signed-in')
  })

  test('a service proves its own name and gets its own permissions, in one workspace', async () => {
    const key = world.ground.sealer.deriveKey('service proof')
    const answer = await world.anonymous.exchange({
      kind: 'service',
      credential: serviceProof('content', key),
      workspace: owner.workspaceId,
    })
    expect(answer).toMatchObject({ caller: 'service:content', workspaceId: owner.workspaceId })
    expect(claimsOf(answer.token)).toMatchObject({ sub: 'content', kind: 'service', prm: ['publishing:read'] })
    const content = world.withToken(answer.token)
    expect(await content.describePeople({ ids: [owner.userId, randomUUID()] })).toEqual([
      { id: owner.userId, name: 'Ola Nowak' },
    ])
    expect(await content.getWorkspace({ workspace: owner.slug })).toMatchObject({
      id: owner.workspaceId,
      zone: 'Europe/Warsaw',
    })
    expect(await content.getWorkspace({ workspace: 'nowhere' })).toBeNull()
    expect(await refusal(content.listMembers(undefined))).toBe('not-allowed')
    expect(await refusal(content.me(undefined))).toBe('not-allowed')
    expect(await refusal(content.createWorkspace({ name: 'S', language: 'en', zone: 'Europe/London' }))).toBe(
      'not-allowed',
    )
    const swapped = serviceProof('content', key).replace(/^content/, 'publishing')
    for (const credential of [
      swapped,
      serviceProof('root', key),
      serviceProof('__proto__', key),
      serviceProof('constructor', key),
      'content.',
      'content',
      serviceProof('content', Buffer.alloc(32)),
    ]) {
      expect(await refusal(world.anonymous.exchange({ kind: 'service', credential, workspace: null }))).toBe(
        'not-signed-in',
      )
    }
    expect(
      await refusal(
        world.anonymous.exchange({
          kind: 'service',
          credential: serviceProof('content', key),
          workspace: randomUUID(),
        }),
      ),
    ).toBe('not-found')
  })

  test('inner operations are not there through the front door', async () => {
    const { token } = await world.local()
    for (const operation of ['exchange', 'publicKeys', 'describePeople', 'getWorkspace', 'markDemo']) {
      expect((await world.rest('POST', `/${operation}`, { token, body: { json: {} } })).status).toBe(404)
    }
    const person = world.withToken(token)
    expect(await refusal(person.markDemo(undefined))).toBe('not-allowed')
    const stranger = await (
      await world.as((await world.join(owner.session, 'third@example.com', 'viewer')).session)
    ).createWorkspace({ name: 'Hidden', language: 'en', zone: 'Europe/London' })
    expect(await person.getWorkspace({ workspace: stranger.id })).toBeNull()
  })
})

test('a key signs for a year, sealed; the one before stays published', async () => {
  await world.stop()
  world = await identityWorld()
  owner = await world.setUp()
  await world.as(owner.session)
  const first = await signingKey()
  const rows = await world.sql('select * from signing_keys')
  expect(JSON.stringify(rows)).not.toContain(String(first.key.export({ format: 'jwk' }).d))
  const before = await world.anonymous.publicKeys(undefined)
  expect(before.keys).toMatchObject([{ kty: 'OKP', crv: 'Ed25519', kid: first.id, alg: 'EdDSA', use: 'sig' }])
  expect(JSON.stringify(before)).not.toContain('"d"')
  world.clock.advance(365 * dayMs - 10_000)
  const fresh = (await world.signIn('ola@example.com')).session?.token ?? ''
  const { token } = await world.anonymous.exchange({ kind: 'session', credential: fresh, workspace: null })
  world.clock.advance(20_000)
  const answers = await Promise.all(
    [1, 2, 3, 4].map(() => world.anonymous.exchange({ kind: 'session', credential: fresh, workspace: null })),
  )
  const names = answers.map(
    (answer) =>
      (JSON.parse(Buffer.from(answer.token.split('.')[0] ?? '', 'base64url').toString()) as { kid: string }).kid,
  )
  expect(new Set(names).size).toBe(1)
  expect(names[0]).not.toBe(first.id)
  expect((await world.anonymous.publicKeys(undefined)).keys.map((key) => key['kid'])).toEqual([names[0], first.id])
  expect(await refusal(world.withToken(token).me(undefined))).toBe('done')
})

test('a key that does not open any more (the installation has another secret) is followed by a new one', async () => {
  await world.stop()
  world = await identityWorld()
  owner = await world.setUp()
  await world.as(owner.session)
  const before = await signingKey()
  await world.sql(
    "update signing_keys set sealed_private_key = 'v1.aaaaaaaa.' || repeat('A', 16) || '.' || repeat('A', 40)",
  )
  const { databaseUrl, folder } = world
  await world.stopKeeping()
  world = await identityWorld({ reopen: { databaseUrl, folder } })
  world.clock.advance(1000)
  await (await world.as((await world.signIn('ola@example.com')).session?.token ?? '')).me(undefined)
  const after = await signingKey()
  expect(after.id).not.toBe(before.id)
  expect((await world.anonymous.publicKeys(undefined)).keys.map((key) => key['kid'])).toContain(before.id)
})
