/** What every cache must do. A further adapter adds itself to the list. */
import { randomUUID } from 'node:crypto'
import { isRedisMissing, redisForTests } from '@floowe/testbed/redis'
import type { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createLog } from '../log.ts'
import { openRedis } from '../redis.ts'
import { createMemoryCache } from './memory.ts'
import type { Cache } from './port.ts'
import { createRedisCache } from './redis.ts'

/** `pass` lets time go by, `slackMs` is how exactly. */
type Opened = { cache: Cache; pass: (ms: number) => Promise<void>; slackMs: number; close?: () => Promise<void> }
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
        cache: createMemoryCache({ now: () => now }),
        slackMs: 1,
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
        cache: createRedisCache({ redis: link, log: createLog({ service: 'test', level: 'silent' }) }),
        slackMs: 10_000,
        pass: (ms) => link.ask((client) => age(client, link.prefix, ms)),
        close: link.close,
      }
    },
  },
]
/** Redis has its own clock: instead of waiting, what it keeps gets that much less time. */
async function age(client: Redis, prefix: string, ms: number): Promise<void> {
  for (const key of await client.keys(`${prefix}*`)) {
    const left = await client.pttl(key)
    if (left >= 0) await (left <= ms ? client.del(key) : client.pexpire(key, left - ms))
  }
}
const write = { ttlMs: 60_000 }
/** A maker that finishes when told to, and counts how often it ran. */
function slowMaker<Value>(value: Value) {
  const { promise, resolve, reject } = Promise.withResolvers<Value>()
  const begun = Promise.withResolvers<void>()
  const make = (): Promise<Value> => {
    maker.ran += 1
    begun.resolve()
    return promise
  }
  const maker = { ran: 0, begun: begun.promise, finish: () => resolve(value), fail: reject, make }
  return maker
}

describe.each(adapters)('the cache in $name', ({ start, isMissing = false, open }) => {
  let opened: Opened
  let cache: Cache
  let pass: Opened['pass']
  let stop: (() => Promise<void>) | undefined
  beforeAll(async () => {
    if (!isMissing) stop = await start?.()
  })
  afterAll(() => stop?.())
  beforeEach(async (context) => {
    context.skip(isMissing, 'its server is not here')
    opened = await open()
    ;({ cache, pass } = opened)
  })
  afterEach(async () => {
    if (isMissing) return
    await cache.close()
    await opened.close?.()
  })

  test('gives back what was put, for as long as it was told', async () => {
    const values = ['żółć', '', 0, 7.5, false, null, [1, [2]], { a: { b: null } }]
    for (const [index, value] of values.entries()) {
      await cache.set(`k${index}`, value, write)
      expect(await cache.get(`k${index}`)).toEqual(value)
    }
    await cache.set('bytes', Buffer.from([0, 255]), write)
    expect(Buffer.from((await cache.get<Uint8Array>('bytes')) ?? [])).toEqual(Buffer.from([0, 255]))
    await pass(write.ttlMs - opened.slackMs)
    expect(await cache.get('k0')).toBe('żółć')
    await pass(opened.slackMs)
    for (const index of values.keys()) expect(await cache.get(`k${index}`)).toBeUndefined()
    expect(await cache.get('never')).toBeUndefined()
  })

  test('gives each reader a copy', async () => {
    const value = { tags: ['a'] }
    await cache.set('k', value, write)
    value.tags.push('changed by the writer')
    const read = await cache.get<typeof value>('k')
    read?.tags.push('changed by a reader')
    expect(await cache.get('k')).toEqual({ tags: ['a'] })
    const [one, other] = await Promise.all([1, 2].map(() => cache.getOrSet('made', write, async () => ({ n: [1] }))))
    one?.n.push(2)
    expect(other).toEqual({ n: [1] })
    expect(await cache.get('made')).toEqual({ n: [1] })
  })

  test('lets one make what many ask for', async () => {
    const maker = slowMaker({ n: 1 })
    const asked = Array.from({ length: 100 }, () => cache.getOrSet('k', write, maker.make))
    maker.finish()
    expect(await Promise.all(asked)).toEqual(Array.from({ length: 100 }, () => ({ n: 1 })))
    expect(await cache.getOrSet('k', write, maker.make)).toEqual({ n: 1 })
    expect(maker.ran).toBe(1)
    await pass(write.ttlMs)
    await cache.getOrSet('k', write, maker.make)
    expect(maker.ran).toBe(2)
  })

  test('hands an error to all who wait as it was, and keeps none', async () => {
    const failure = new TypeError('the database is away')
    const maker = slowMaker(1)
    const asked = Promise.allSettled([1, 2, 3].map(() => cache.getOrSet('k', write, maker.make)))
    await maker.begun
    maker.fail(failure)
    for (const answer of await asked) expect(answer).toEqual({ status: 'rejected', reason: failure })
    expect(maker.ran).toBe(1)
    expect(await cache.get('k')).toBeUndefined()
    expect(await cache.getOrSet('k', write, async () => 2)).toBe(2)
  })

  test('forgets by key and by tag', async () => {
    await cache.set('a', 1, { ...write, tags: ['odd', 'all'] })
    await cache.set('b', 2, { ...write, tags: ['even', 'all'] })
    await cache.set('c', 3, { ...write, tags: ['odd', 'all'] })
    await cache.delete('c')
    await cache.deleteByTag('even')
    expect([await cache.get('a'), await cache.get('b'), await cache.get('c')]).toEqual([1, undefined, undefined])
    // What is written after a deletion is there, however soon after.
    await cache.deleteByTag('all')
    await cache.set('a', 4, { ...write, tags: ['all'] })
    expect(await cache.get('a')).toBe(4)
    // The tags of the last writing count.
    await cache.set('a', 5, { ...write, tags: ['other'] })
    await cache.deleteByTag('all')
    expect(await cache.get('a')).toBe(5)
    await cache.deleteByTag('unknown')
  })

  test.each([
    ['a delete', (it: Cache) => it.delete('k')],
    ['a delete by tag', (it: Cache) => it.deleteByTag('t')],
    ['a newer value', (it: Cache) => it.set('k', 'newer', write)],
  ])('does not keep what was made from before %s', async (name, change) => {
    const stale = slowMaker('stale')
    const waiting = cache.getOrSet('k', { ...write, tags: ['t'] }, stale.make)
    await stale.begun
    await change(cache)
    const fresh = await cache.getOrSet('k', write, async () => 'fresh')
    stale.finish()
    expect(await waiting).toBe('stale')
    expect(fresh).toBe(name === 'a newer value' ? 'newer' : 'fresh')
    expect(await cache.get('k')).toBe(fresh)
  })

  test('within a prefix sees nothing else', async () => {
    const one = cache.within('one')
    const deep = one.within('two')
    await one.set('k', 1, { ...write, tags: ['t'] })
    await deep.set('k', 2, { ...write, tags: ['t'] })
    await cache.set('k', 3, { ...write, tags: ['t'] })
    expect([
      await one.get('k'),
      await deep.get('k'),
      await cache.get('k'),
      await cache.within('on').get('ek'),
      await cache.get('onek'),
    ]).toEqual([1, 2, 3, undefined, undefined])
    await one.deleteByTag('t')
    expect([await one.get('k'), await deep.get('k'), await cache.get('k')]).toEqual([undefined, 2, 3])
  })

  test('refuses keys, tags and times that are none', async () => {
    for (const key of ['', 'x'.repeat(513), 'one\u0001k', 'a\nb']) {
      await expect(cache.get(key)).rejects.toThrow(RangeError)
      await expect(cache.set(key, 1, write)).rejects.toThrow(RangeError)
      await expect(cache.set('k', 1, { ...write, tags: [key] })).rejects.toThrow(RangeError)
      await expect(cache.deleteByTag(key)).rejects.toThrow(RangeError)
    }
    for (const ttlMs of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
      await expect(cache.set('k', 1, { ttlMs })).rejects.toThrow(RangeError)
    expect(await cache.get('k')).toBeUndefined()
  })
})

describe('the cache in memory', () => {
  test('holds no more than it may, by number and by size', async () => {
    const few = createMemoryCache({ itemsMax: 10 })
    for (let index = 0; index < 50; index += 1)
      await few.set(`k${index}`, index, { ...write, tags: [`t${index}`, 'all'] })
    const kept = []
    for (let index = 0; index < 50; index += 1) if ((await few.get(`k${index}`)) !== undefined) kept.push(index)
    expect(kept).toEqual([40, 41, 42, 43, 44, 45, 46, 47, 48, 49])

    const small = createMemoryCache({ bytesMax: 80_000 })
    for (let index = 0; index < 50; index += 1) await small.set(`k${index}`, 'x'.repeat(2_000), write)
    let count = 0
    for (let index = 0; index < 50; index += 1) if ((await small.get(`k${index}`)) !== undefined) count += 1
    expect(count).toBeGreaterThan(10)
    expect(count).toBeLessThanOrEqual(20)
  })

  test('neither keeps a value that is too large nor the older one under its key', async () => {
    const cache = createMemoryCache({ bytesMax: 80_000 })
    await cache.set('k', 'small', { ...write, tags: ['t'] })
    await cache.set('k', 'x'.repeat(6_000), write)
    expect(await cache.get('k')).toBeUndefined()
    expect(await cache.getOrSet('k', write, async () => 'y'.repeat(6_000))).toHaveLength(6_000)
    expect(await cache.get('k')).toBeUndefined()
  })

  test('does not let a maker that hangs hold up those who come much later', async () => {
    let now = 0
    const cache = createMemoryCache({ now: () => now })
    const hanging = slowMaker('late')
    const waiting = cache.getOrSet('k', write, hanging.make)
    now = 30_000
    expect(await cache.getOrSet('k', write, async () => 'fresh')).toBe('fresh')
    hanging.finish()
    expect(await waiting).toBe('late')
    expect(await cache.get('k')).toBe('fresh')
  })
})
