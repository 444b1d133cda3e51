/** What every counter of limits must do. A further adapter adds itself to the list. */
import { randomUUID } from 'node:crypto'
import { isRedisMissing, redisForTests } from '@floowe/testbed/redis'
import fc from 'fast-check'
import type { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createLog } from '../log.ts'
import { openRedis } from '../redis.ts'
import { createMemoryRateLimits } from './memory.ts'
import type { RateLimits } from './port.ts'
import { createRedisRateLimits } from './redis.ts'

/** `pass` lets time go by. */
type Opened = { limits: RateLimits; pass: (ms: number) => Promise<void>; close?: () => Promise<void> }
type Adapter = {
  name: string
  isMissing?: boolean
  start?: () => Promise<() => Promise<void>>
  open: () => Promise<Opened>
}
let redis: Awaited<ReturnType<typeof redisForTests>>
const adapters: Adapter[] = [
  {
    name: 'memory',
    open: async () => {
      let now = 1_000
      return {
        limits: createMemoryRateLimits({ nowMs: () => now }),
        pass: async (ms) => {
          now += ms
        },
      }
    },
  },
  {
    name: 'redis',
    isMissing: isRedisMissing(),
    start: async () => {
      redis = await redisForTests()
      return redis.stop
    },
    open: async () => {
      const link = openRedis({ url: redis.url, prefix: `test-${randomUUID()}:` })
      await link.opened
      return {
        limits: createRedisRateLimits({ redis: link, log: createLog({ service: 'test', level: 'silent' }) }),
        pass: (ms) => link.ask((client) => age(client, link.prefix, ms)),
        close: link.close,
      }
    },
  },
]
/** Redis has its own clock: instead of waiting, windows end that much earlier. */
async function age(client: Redis, prefix: string, ms: number): Promise<void> {
  for (const key of await client.keys(`${prefix}*`)) {
    if (await client.hexists(key, 'end').catch(() => 0)) await client.hincrby(key, 'end', -ms)
  }
}

describe.each(adapters)('rate limits in $name', ({ start, isMissing = false, open }) => {
  let opened: Opened
  let limits: RateLimits
  let pass: Opened['pass']
  let stop: (() => Promise<void>) | undefined
  beforeAll(async () => {
    if (!isMissing) stop = await start?.()
  })
  afterAll(() => stop?.())
  beforeEach(async (context) => {
    context.skip(isMissing, 'its server is not here')
    opened = await open()
    ;({ limits, pass } = opened)
  })
  afterEach(async () => {
    if (isMissing) return
    await limits.close()
    await opened.close?.()
  })

  test('let exactly the limit through, then say when to come back', async () => {
    const limit = { limit: 3, windowSeconds: 2 }
    const answers = []
    for (let use = 0; use < 5; use += 1) answers.push(await limits.consume('a', limit))
    expect(answers.map(({ allowed, remaining }) => [allowed, remaining])).toEqual([
      [true, 2],
      [true, 1],
      [true, 0],
      [false, 0],
      [false, 0],
    ])
    expect(answers.at(-1)).toEqual({ allowed: false, limit: 3, remaining: 0, resetSeconds: 2 })
    await pass(2_000)
    expect(await limits.consume('a', limit)).toEqual({ allowed: true, limit: 3, remaining: 2, resetSeconds: 2 })
  })

  test('are exact under a crowd', async () => {
    const answers = await Promise.all(
      Array.from({ length: 500 }, () => limits.consume('crowd', { limit: 100, windowSeconds: 60 })),
    )
    expect(answers.filter(({ allowed }) => allowed)).toHaveLength(100)
  })

  test('a refusal neither takes points nor moves the window', async () => {
    const limit = { limit: 10, windowSeconds: 2 }
    expect(await limits.consume('a', { ...limit, cost: 8 })).toMatchObject({ allowed: true, remaining: 2 })
    expect(await limits.consume('a', { ...limit, cost: 5 })).toMatchObject({ allowed: false, remaining: 2 })
    expect(await limits.consume('a', { ...limit, cost: 0 })).toMatchObject({ allowed: true, remaining: 2 })
    await pass(1_200)
    expect(await limits.consume('a', { ...limit, cost: 3 })).toMatchObject({ allowed: false, resetSeconds: 1 })
    expect(await limits.consume('a', { ...limit, cost: 2 })).toMatchObject({ allowed: true, remaining: 0 })
    await pass(800)
    expect(await limits.consume('a', { ...limit, cost: 10 })).toMatchObject({ allowed: true, remaining: 0 })
    expect(await limits.consume('b', { ...limit, cost: 11 })).toMatchObject({ allowed: false, remaining: 10 })
  })

  test('keys and windows count apart', async () => {
    for (const key of ['a', 'b', '__proto__', 'constructor', 'ż', 'x'.repeat(512)]) {
      expect(await limits.consume(key, { limit: 1, windowSeconds: 60 })).toMatchObject({ allowed: true })
      expect(await limits.consume(key, { limit: 1, windowSeconds: 61 })).toMatchObject({ allowed: true })
      expect(await limits.consume(key, { limit: 1, windowSeconds: 60 })).toMatchObject({ allowed: false })
    }
  })

  test('a lowered limit holds at once', async () => {
    await limits.consume('a', { limit: 10, windowSeconds: 60, cost: 6 })
    expect(await limits.consume('a', { limit: 5, windowSeconds: 60 })).toMatchObject({
      allowed: false,
      remaining: 0,
      limit: 5,
    })
  })

  test('what cannot be counted is refused', async () => {
    const bad = [
      { limit: 0, windowSeconds: 1 },
      { limit: 1.5, windowSeconds: 1 },
      { limit: 1, windowSeconds: 0 },
      { limit: 1, windowSeconds: 604_801 },
      { limit: 1, windowSeconds: 1, cost: -1 },
      { limit: 1, windowSeconds: 1, cost: Number.NaN },
    ]
    for (const limit of bad) await expect(limits.consume('a', limit)).rejects.toThrow(RangeError)
    for (const key of ['', 'x'.repeat(513)])
      await expect(limits.consume(key, { limit: 1, windowSeconds: 1 })).rejects.toThrow(RangeError)
  })
})

describe('rate limits in memory', () => {
  test('agree with counting by hand', async () => {
    const use = fc.record({
      key: fc.constantFrom('a', 'b'),
      cost: fc.integer({ min: 0, max: 4 }),
      waitMs: fc.integer({ min: 0, max: 1_500 }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(use, { maxLength: 60 }), async (uses) => {
        let now = 0
        const limits = createMemoryRateLimits({ nowMs: () => now })
        const byHand: Record<string, { began: number; used: number }> = {}
        for (const { key, cost, waitMs } of uses) {
          now += waitMs
          let window = byHand[key]
          if (!window || now >= window.began + 2_000) window = byHand[key] = { began: now, used: 0 }
          const expected = window.used + cost <= 7
          if (expected) window.used += cost
          const { allowed, remaining } = await limits.consume(key, { limit: 7, windowSeconds: 2, cost })
          expect([allowed, remaining]).toEqual([expected, 7 - window.used])
        }
      }),
    )
  })

  test('never count more keys than allowed; the oldest go first, and other lengths are not touched', async () => {
    let now = 0
    const limits = createMemoryRateLimits({ keysMax: 100, nowMs: () => now })
    const once = (key: string, windowSeconds = 60) => limits.consume(key, { limit: 1, windowSeconds })
    await once('sign-in', 900)
    for (let index = 0; index < 1_000; index += 1) {
      now += 1
      await once(`flood ${index}`)
    }
    expect((await once('sign-in', 900)).allowed).toBe(false)
    expect((await once('flood 999')).allowed).toBe(false)
    expect((await once('flood 900')).allowed).toBe(false)
    expect((await once('flood 899')).allowed).toBe(true)
  })
})
