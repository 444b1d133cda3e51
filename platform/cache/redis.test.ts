/** What the contract cannot ask of every cache: several processes, and a Redis that stands still, forgets, starts anew or is full. */
import { isRedisMissing, type Redis, startRedis } from '@floowe/testbed/redis'
import { program as toxiproxy, startToxiproxy } from '@floowe/testbed/toxiproxy'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createLog } from '../log.ts'
import { openRedis, type RedisLink } from '../redis.ts'
import type { Cache } from './port.ts'
import { createRedisCache, type RedisCacheOptions } from './redis.ts'

const write = { ttlMs: 60_000, tags: ['t'] }
const isToxiproxyMissing = toxiproxy.find() === null && !process.env['CI']
/** Far above 250 ms on a busy machine, and far below what waiting at each question would add up to. */
const soonMs = 3_000

describe.skipIf(isRedisMissing())('the cache in redis', () => {
  let server: Redis
  const opened: { cache: Cache; link: RedisLink; lines: string[] }[] = []
  beforeEach(async () => {
    server = await startRedis()
  })
  afterEach(async () => {
    for (const { cache, link } of opened.splice(0)) {
      await cache.close()
      await link.close()
    }
    await server.stop()
  })
  /** As another process has it: a connection and makings of its own. */
  async function open(options: Partial<RedisCacheOptions> = {}, url = server.url) {
    const lines: string[] = []
    const log = createLog({
      service: 'test',
      level: 'info',
      format: 'terse',
      destination: { write: (line) => lines.push(line) },
    })
    const link = openRedis({ url })
    await link.opened
    const one = { cache: createRedisCache({ redis: link, log, ...options }), link, lines }
    opened.push(one)
    return one
  }
  const back = (link: RedisLink) => expect.poll(() => link.isAway(), { timeout: 10_000 }).toBe(false)
  const timed = async (work: () => Promise<unknown>): Promise<number> => {
    const begunAt = performance.now()
    await work()
    return performance.now() - begunAt
  }

  test('of several processes one makes, and the others get what it made', async () => {
    const { promise, resolve } = Promise.withResolvers<string>()
    const begun = Promise.withResolvers<void>()
    const makers: number[] = []
    const caches = [await open(), await open(), await open()]
    const asked = caches.flatMap(({ cache }, index) =>
      Array.from({ length: 20 }, () =>
        cache.getOrSet('k', write, () => {
          makers.push(index)
          begun.resolve()
          return promise
        }),
      ),
    )
    await begun.promise
    resolve('made')
    expect(new Set(await Promise.all(asked))).toEqual(new Set(['made']))
    expect(makers).toHaveLength(1)
  })

  test('when the one who makes fails, another makes', async () => {
    const [one, other] = [await open(), await open()]
    const failing = Promise.withResolvers<string>()
    const begun = Promise.withResolvers<void>()
    const failed = one.cache.getOrSet('k', write, () => {
      begun.resolve()
      return failing.promise
    })
    await begun.promise
    const waiting = other.cache.getOrSet('k', write, async () => 'made by the other')
    failing.reject(new TypeError('no'))
    await expect(failed).rejects.toThrow(TypeError)
    expect(await waiting).toBe('made by the other')
    expect(await one.cache.get('k')).toBe('made by the other')
  })

  test.each([
    ['a delete', (it: Cache) => it.delete('k')],
    ['a delete by tag', (it: Cache) => it.deleteByTag('t')],
    ['a newer value', (it: Cache) => it.set('k', 'fresh', write)],
  ])('what one process makes from before %s in another is not kept', async (_name, change) => {
    const [one, other] = [await open(), await open()]
    const stale = Promise.withResolvers<string>()
    const begun = Promise.withResolvers<void>()
    const waiting = one.cache.getOrSet('k', write, () => {
      begun.resolve()
      return stale.promise
    })
    await begun.promise
    await change(other.cache)
    // Whoever asks from here on, also in the process that still makes, gets what is true now, and does not wait for it.
    expect(await one.cache.getOrSet('k', write, async () => 'fresh')).toBe('fresh')
    stale.resolve('stale')
    expect(await waiting).toBe('stale')
    expect([await one.cache.get('k'), await other.cache.get('k')]).toEqual(['fresh', 'fresh'])
  })

  test('standing still, Redis costs one wait; then it is used again', async () => {
    const { cache, link, lines } = await open()
    await cache.set('k', 'kept', write)
    server.signal('SIGSTOP')
    let made = 0
    const took = await timed(async () => {
      for (let turn = 0; turn < 100; turn += 1) {
        expect(await cache.get('k')).toBeUndefined()
        expect(await cache.getOrSet('k', write, async () => `made ${(made += 1)}`)).toBe(`made ${made}`)
        await cache.set('other', 1, write)
      }
    })
    expect(made).toBe(100)
    expect(took).toBeLessThan(soonMs)
    server.signal('SIGCONT')
    await back(link)
    expect(await cache.get('k')).toBe('kept')
    expect(lines.filter((line) => line.includes('Redis is away'))).toHaveLength(1)
    expect(lines.filter((line) => line.includes('Redis is back'))).toHaveLength(1)
  })

  test('many who ask at once while Redis is away share one making', async () => {
    const { cache } = await open()
    await server.halt()
    let made = 0
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => cache.getOrSet('k', write, async () => (made += 1))),
    )
    expect(new Set(answers)).toEqual(new Set([1]))
    await server.begin()
  })

  test.each([
    ['a delete', (it: Cache) => it.delete('k')],
    ['a delete by tag', (it: Cache) => it.deleteByTag('t')],
    ['a newer value', (it: Cache) => it.set('k', 'newer', write)],
  ])('%s that Redis could not be told holds when it is back', async (_name, change) => {
    const { cache, link } = await open()
    await cache.set('k', 'old', write)
    server.signal('SIGSTOP')
    expect(await timed(() => change(cache))).toBeLessThan(soonMs)
    server.signal('SIGCONT')
    await back(link)
    expect(await cache.get('k')).not.toBe('old')
    await cache.set('k', 'new', write)
    expect(await cache.get('k')).toBe('new')
  })

  test.skipIf(isToxiproxyMissing).each([
    ['a delete', (it: Cache) => it.delete('k')],
    ['a delete by tag', (it: Cache) => it.deleteByTag('t')],
    ['a newer value', (it: Cache) => it.set('k', 'newer', write)],
  ])(
    '%s of a process that was cut off from redis (toxiproxy) is carried out before it reads again',
    async (_name, change) => {
      const ways = await startToxiproxy()
      try {
        const proxy = await ways.proxyTo(server.port)
        const [cut, other] = [await open({}, `redis://127.0.0.1:${proxy.port}`), await open()]
        await other.cache.set('k', 'old', write)
        await other.cache.set('untouched', 'kept', { ttlMs: 60_000 })
        await proxy.down(true)
        await expect.poll(() => cut.link.isAway(), { timeout: 10_000 }).toBe(true)
        await change(cut.cache)
        expect(await other.cache.get('k')).toBe('old')
        await proxy.heal()
        await back(cut.link)
        expect([await cut.cache.get('k'), await other.cache.get('k')]).toEqual([undefined, undefined])
        expect(await cut.cache.get('untouched')).toBe('kept')
      } finally {
        await ways.stop()
      }
    },
  )

  test.skipIf(isToxiproxyMissing)(
    'more deletions than can be remembered while cut off (toxiproxy) empty the cache',
    async () => {
      const ways = await startToxiproxy()
      try {
        const proxy = await ways.proxyTo(server.port)
        const [cut, other] = [await open({}, `redis://127.0.0.1:${proxy.port}`), await open()]
        for (const key of ['untouched', 'k0', 'k10000']) await other.cache.set(key, 1, write)
        await proxy.down(true)
        await expect.poll(() => cut.link.isAway(), { timeout: 10_000 }).toBe(true)
        for (let index = 0; index <= 10_000; index += 1) await cut.cache.delete(`k${index}`)
        await proxy.heal()
        await back(cut.link)
        for (const key of ['untouched', 'k0', 'k10000']) expect(await other.cache.get(key)).toBeUndefined()
      } finally {
        await ways.stop()
      }
    },
    60_000,
  )

  test('flushed, it is empty and goes on; what is being made then is handed out and not kept', async () => {
    const { cache, link } = await open()
    await cache.set('k', 1, write)
    const making = Promise.withResolvers<string>()
    const begun = Promise.withResolvers<void>()
    const waiting = cache.getOrSet('made', write, () => {
      begun.resolve()
      return making.promise
    })
    await begun.promise
    await cache.delete('made')
    await link.ask((client) => client.flushall())
    making.resolve('from before the delete')
    expect(await waiting).toBe('from before the delete')
    expect([await cache.get('k'), await cache.get('made')]).toEqual([undefined, undefined])
    await cache.set('k', 2, write)
    expect(await cache.get('k')).toBe(2)
  })

  test('killed and started anew, it is empty and goes on', async () => {
    const { cache, link } = await open()
    await cache.set('k', 1, write)
    await server.restart('SIGKILL')
    expect(await timed(() => cache.getOrSet('k', write, async () => 2))).toBeLessThan(soonMs)
    await back(link)
    expect(await cache.getOrSet('k', write, async () => 3)).toBe(3)
    expect(await cache.get('k')).toBe(3)
  })

  test('what a Redis reads from its disk does not count: it may be older than the last deletion', async () => {
    await server.stop()
    server = await startRedis({ appendOnly: true })
    const { cache, link } = await open()
    const isThere = (): Promise<unknown> => link.ask((client) => client.exists('floowe:cache:v:k'))
    await cache.set('k', 'from before', write)
    // A cache that is only connecting keeps nothing, and says nothing of it.
    for (let turn = 0; turn < 50 && (await isThere()) !== 1; turn++) await cache.set('k', 'from before', write)
    await server.restart()
    await back(link)
    expect(await link.ask((client) => client.exists('floowe:cache:v:k'))).toBe(1)
    expect(await cache.get('k')).toBeUndefined()
  })

  test('full, it keeps nothing more, and still deletes', async () => {
    await server.stop()
    server = await startRedis({ maxMemory: '6mb' })
    const { cache } = await open()
    await cache.set('k', 'kept', write)
    for (let index = 0; index < 200; index += 1) await cache.set(`fill ${index}`, 'x'.repeat(50_000), write)
    expect([await cache.get('fill 0'), await cache.get('fill 199')]).toEqual(['x'.repeat(50_000), undefined])
    expect(await cache.getOrSet('new', write, async () => 'made')).toBe('made')
    expect(await cache.get('k')).toBe('kept')
    await cache.delete('k')
    expect(await cache.get('k')).toBeUndefined()
  })

  test('holds no more than it may, by number and by size, and what ends first leaves first', async () => {
    const few = (await open({ itemsMax: 10 })).cache
    for (let index = 0; index < 30; index += 1) await few.set(`k${index}`, index, { ttlMs: 60_000 + index * 1_000 })
    const kept = []
    for (let index = 0; index < 30; index += 1) if ((await few.get(`k${index}`)) !== undefined) kept.push(index)
    expect(kept).toEqual([20, 21, 22, 23, 24, 25, 26, 27, 28, 29])
    await few.deleteByTag('none')

    const { cache: small, link } = await open({ bytesMax: 640_000 })
    for (let index = 0; index < 200; index += 1) await small.set(`s${index}`, 'x'.repeat(8_000), write)
    const bytes = Number(await link.ask((client) => client.get('floowe:cache:bytes')))
    expect(bytes).toBeGreaterThan(500_000)
    expect(bytes).toBeLessThanOrEqual(640_000)
    // A sixty-fourth is 10,000: neither it nor the older value stays.
    await small.set('s199', 'x'.repeat(10_001), write)
    expect(await small.get('s199')).toBeUndefined()
    expect(await small.getOrSet('s199', write, async () => 'y'.repeat(10_001))).toHaveLength(10_001)
    expect(await small.get('s199')).toBeUndefined()
  })

  test('what its bounds count agrees with what lies there', async () => {
    const { cache, link } = await open()
    for (let index = 0; index < 100; index += 1) {
      await cache.set(`k${index % 7}`, 'x'.repeat(index * 10), write)
      if (index % 5 === 0) await cache.delete(`k${index % 3}`)
      if (index % 11 === 0) await cache.deleteByTag('t')
      await cache.getOrSet(`k${index % 4}`, write, async () => ({ index }))
    }
    for (let index = 0; index < 7; index += 1) await cache.get(`k${index}`)
    const [sizes, ends, bytes, lie] = await link.ask((client) =>
      Promise.all([
        client.hgetall('floowe:cache:sizes'),
        client.zrange('floowe:cache:ends', 0, '-1'),
        client.get('floowe:cache:bytes'),
        client.keys('floowe:cache:v:*'),
      ]),
    )
    const names = lie.map((key) => key.slice('floowe:cache:v:'.length)).sort()
    expect(names.length).toBeGreaterThan(0)
    expect(Object.keys(sizes).sort()).toEqual(names)
    expect([...ends].sort()).toEqual(names)
    expect(Number(bytes)).toBe(Object.values(sizes).reduce((sum, size) => sum + Number(size), 0))
  })
})
