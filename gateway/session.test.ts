import type { Calls } from '@floowe/platform'
import { hashToken } from '@floowe/platform'
import { createMemoryCache, createSealer } from '@floowe/platform/ground'
import { expect, test } from 'vitest'
import { createSessions } from './session.ts'

const workspaceId = '0190aaaa-0000-7000-8000-000000000001'

function identity() {
  const asked: string[] = []
  let nowMs = 1_000_000
  let answer = async (credential: string): Promise<{ token: string; caller: string | null }> => ({
    token: `token ${asked.length} of ${credential}`,
    caller: 'user-1',
  })
  const exchange = async ({ credential }: { credential: string }) => {
    asked.push(credential)
    return { ...(await answer(credential)), expiresAt: nowMs + 60_000, workspaceId }
  }
  return {
    asked,
    call: { identity: { exchange } } as unknown as Calls, // the one operation that sessions ask
    now: () => nowMs,
    pass: (ms: number) => {
      nowMs += ms
    },
    answerWith: (next: typeof answer) => {
      answer = next
    },
  }
}
const session = (secret: string) => ({ kind: 'session' as const, secret, byCookie: true })

test('one token per credential and workspace is kept while it lives', async () => {
  const { asked, call, now, pass } = identity()
  const sessions = createSessions(call, now)
  const first = await sessions.innerTokenFor(session('a'), null, 'r')
  expect(await sessions.innerTokenFor(session('a'), null, 'r')).toMatchObject({ token: first.token })
  await sessions.innerTokenFor(session('a'), 'other', 'r')
  await sessions.innerTokenFor(session('b'), null, 'r')
  expect(asked).toEqual(['a', 'a', 'b'])
  pass(55_001)
  await sessions.innerTokenFor(session('a'), null, 'r')
  expect(asked).toHaveLength(4)
})

test('many requests at once ask identity once', async () => {
  const { asked, call, now } = identity()
  const sessions = createSessions(call, now)
  await Promise.all(Array.from({ length: 50 }, () => sessions.innerTokenFor(session('a'), null, 'r')))
  expect(asked).toEqual(['a'])
})

test('a refusal is not kept', async () => {
  const { asked, call, now, answerWith } = identity()
  const sessions = createSessions(call, now)
  answerWith(async () => {
    throw new Error('not-signed-in')
  })
  await expect(sessions.innerTokenFor(session('a'), null, 'r')).rejects.toThrow()
  answerWith(async () => ({ token: 'good', caller: 'user-1' }))
  expect(await sessions.innerTokenFor(session('a'), null, 'r')).toMatchObject({ token: 'good' })
  expect(asked).toHaveLength(2)
})

test.each([
  ['its session', { sessionHash: hashToken('a') }],
  ['its person', { userId: 'user-1' }],
  ['its workspace', { workspaceId }],
])('what is revoked by %s is asked for again', async (_name, match) => {
  const { asked, call, now } = identity()
  const sessions = createSessions(call, now)
  await sessions.innerTokenFor(session('a'), null, 'r')
  sessions.forget({ sessionHash: hashToken('stranger') })
  await sessions.innerTokenFor(session('a'), null, 'r')
  expect(asked).toHaveLength(1)
  sessions.forget(match)
  await sessions.innerTokenFor(session('a'), null, 'r')
  expect(asked).toHaveLength(2)
})

test('a token that was under way when its credential was revoked is not kept', async () => {
  const { asked, call, now, answerWith } = identity()
  const sessions = createSessions(call, now)
  const gate = Promise.withResolvers<void>()
  answerWith(async () => {
    await gate.promise
    return { token: 'old', caller: 'user-1' }
  })
  const underWay = sessions.innerTokenFor(session('a'), null, 'r')
  sessions.forget({ userId: 'user-1' })
  gate.resolve()
  await underWay
  await sessions.innerTokenFor(session('a'), null, 'r')
  expect(asked).toHaveLength(2)
})

test('gateways share what they were told, sealed, and a revocation takes it from all of them', async () => {
  const { asked, call, now } = identity()
  const cache = createMemoryCache()
  const sealer = createSealer(Buffer.alloc(32, 3))
  const [one, other] = [1, 2].map(() => createSessions(call, now, { shared: { cache, sealer } }))
  const told = await one?.innerTokenFor(session('a'), null, 'r')
  expect(await other?.innerTokenFor(session('a'), null, 'r')).toMatchObject({ token: told?.token })
  expect(asked).toEqual(['a'])
  const kept = String(await cache.get(`${sealer.keyId} session ${hashToken('a')} `))
  expect(kept).toMatch(/^v2\./)
  expect(kept).not.toContain(told?.token)
  for (const match of [{ sessionHash: hashToken('a') }, { userId: 'user-1' }]) {
    const before = asked.length
    await one?.forgetShared(match)
    for (const sessions of [one, other]) sessions?.forget(match)
    await other?.innerTokenFor(session('a'), null, 'r')
    expect(asked).toHaveLength(before + 1)
  }
})

test('a gateway leaves alone what one with another secret has put there', async () => {
  const { asked, call, now } = identity()
  const cache = createMemoryCache()
  const withSecrets = (...secrets: Buffer[]) =>
    createSessions(call, now, { shared: { cache, sealer: createSealer(secrets) } })
  const [old, next] = [Buffer.alloc(32, 3), Buffer.alloc(32, 4)]
  await withSecrets(old, next).innerTokenFor(session('a'), null, 'r')
  await withSecrets(next).innerTokenFor(session('a'), null, 'r')
  expect(asked).toEqual(['a', 'a'])
  await withSecrets(next, old).innerTokenFor(session('a'), null, 'r')
  expect(asked).toEqual(['a', 'a'])
})
