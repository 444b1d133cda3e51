/** What the contract cannot ask of every counter: several processes, and a Redis that stands still, forgets or starts anew. */
import { isRedisMissing, type Redis, startRedis } from '@floowe/testbed/redis'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createLog } from '../log.ts'
import { openRedis } from '../redis.ts'
import { crowd } from './crowd.ts'
import { createRedisRateLimits } from './redis.ts'

const minute = { limit: 3, windowSeconds: 60 }
/** Far above 250 ms on a busy machine, and far below what waiting at each use would add up to. */
const soonMs = 3_000

describe.skipIf(isRedisMissing())('rate limits in redis', () => {
  let server: Redis
  const undo: (() => Promise<void>)[] = []
  beforeAll(async () => {
    server = await startRedis()
  })
  afterEach(async () => {
    for (const close of undo.splice(0)) await close()
  })
  afterAll(() => server.stop())
  async function open(prefix: string, keysMax?: number) {
    const lines: string[] = []
    const log = createLog({
      service: 'test',
      level: 'info',
      format: 'terse',
      destination: { write: (line) => lines.push(line) },
    })
    const link = openRedis({ url: server.url, prefix: `${prefix}:` })
    await link.opened
    undo.push(link.close)
    return { limits: createRedisRateLimits({ redis: link, log, keysMax }), link, lines }
  }

  test('eight processes together are let through exactly as often as the limit says', async () => {
    const keys = ['a', 'b', 'c', 'd']
    const task = {
      redisUrl: server.url,
      prefix: 'crowd:',
      keys,
      uses: 2_500,
      atOnce: 16,
      limit: 1_000,
      windowSeconds: 600,
    }
    const answers = await crowd(8, task)
    expect(answers.map(({ alone }) => alone)).toEqual(Array.from({ length: 8 }, () => 0))
    const allowed = keys.map((key) => answers.reduce((sum, answer) => sum + (answer.allowed[key] ?? 0), 0))
    expect(allowed).toEqual([1_000, 1_000, 1_000, 1_000])
    expect(answers.reduce((sum, { refused }) => sum + refused, 0)).toBe(16_000)
    // All of them had a part in it, so they did meet.
    for (const answer of answers)
      expect(Object.values(answer.allowed).reduce((sum, n) => sum + n, 0)).toBeGreaterThan(0)
  }, 120_000)

  test('a window ends by the clock of Redis, and the next begins with the next use', async () => {
    const { limits } = await open('clock')
    const second = { limit: 2, windowSeconds: 1 }
    for (const allowed of [true, true, false]) expect((await limits.consume('k', second)).allowed).toBe(allowed)
    await expect
      .poll(async () => (await limits.consume('k', { ...second, cost: 0 })).remaining, { timeout: 5_000 })
      .toBe(2)
    for (const allowed of [true, true, false]) expect((await limits.consume('k', second)).allowed).toBe(allowed)
  })

  test('two connections share the count; another installation has its own', async () => {
    const [one, other, stranger] = [await open('shared'), await open('shared'), await open('stranger')]
    for (const { limits } of [one, other, one]) expect((await limits.consume('k', minute)).allowed).toBe(true)
    expect((await other.limits.consume('k', minute)).allowed).toBe(false)
    expect((await stranger.limits.consume('k', minute)).allowed).toBe(true)
  })

  test('while Redis stands still each process counts alone, at once, and says so once', async () => {
    const { limits, link, lines } = await open('still')
    await limits.consume('k', minute)
    server.signal('SIGSTOP')
    const begunAt = performance.now()
    const answers = []
    for (let use = 0; use < 50; use += 1) answers.push((await limits.consume('k', minute)).allowed)
    expect(performance.now() - begunAt).toBeLessThan(soonMs)
    expect(answers.filter(Boolean)).toHaveLength(3)
    expect(answers.slice(0, 3)).toEqual([true, true, true])
    server.signal('SIGCONT')
    await expect.poll(() => link.isAway(), { timeout: 10_000 }).toBe(false)
    // One use before, and the one that was sent before Redis stood still may have counted too.
    const { remaining } = await limits.consume('k', { ...minute, cost: 0 })
    expect([1, 2]).toContain(remaining)
    expect(lines.filter((line) => line.includes('counts alone'))).toHaveLength(1)
    expect(lines.filter((line) => line.includes('Redis is back'))).toHaveLength(1)
  })

  test('flushed or started anew, it counts from nothing', async () => {
    const { limits, link } = await open('anew')
    const used = async (): Promise<boolean[]> => {
      const answers = []
      for (let use = 0; use < 4; use += 1) answers.push((await limits.consume('k', minute)).allowed)
      return answers
    }
    expect(await used()).toEqual([true, true, true, false])
    await link.ask((client) => client.flushall())
    expect(await used()).toEqual([true, true, true, false])
    await server.restart('SIGKILL')
    await expect.poll(() => link.isAway(), { timeout: 10_000 }).toBe(false)
    expect(await used()).toEqual([true, true, true, false])
  })

  test('never counts more keys than allowed; the oldest go first, and other lengths are not touched', async () => {
    const { limits, link } = await open('many', 100)
    const once = (key: string, windowSeconds = 60) => limits.consume(key, { limit: 1, windowSeconds })
    await once('sign-in', 900)
    for (let index = 0; index < 500; index += 1) await once(`flood ${index}`)
    expect(await link.ask((client) => client.zcard('many:limits:ends:60'))).toBeLessThanOrEqual(100)
    expect(await link.ask(async (client) => (await client.keys('many:limits:60:*')).length)).toBeLessThanOrEqual(100)
    expect((await once('sign-in', 900)).allowed).toBe(false)
    expect((await once('flood 499')).allowed).toBe(false)
    expect((await once('flood 0')).allowed).toBe(true)
  })

  test('a clock that was set back does not stretch a window', async () => {
    const { limits, link } = await open('back')
    for (let use = 0; use < 3; use += 1) await limits.consume('k', minute)
    expect((await limits.consume('k', minute)).allowed).toBe(false)
    await link.ask((client) => client.hincrby('back:limits:60:k', 'end', 3_600_000))
    expect(await limits.consume('k', minute)).toEqual({ allowed: true, limit: 3, remaining: 2, resetSeconds: 60 })
  })
})
