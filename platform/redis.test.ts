/** The way to Redis when it is slow, cut or closed, and when this process itself stands still. */
import { isRedisMissing, type Redis, startRedis } from '@floowe/testbed/redis'
import { program as toxiproxy, type Proxy, startToxiproxy, type Toxiproxy } from '@floowe/testbed/toxiproxy'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { openRedis, RedisAway, type RedisLink, redisScript } from './redis.ts'

const isToxiproxyMissing = toxiproxy.find() === null && !process.env['CI']
if (isToxiproxyMissing)
  console.warn('toxiproxy is not here, so bad ways to redis are not tested: npm run testbed -- install toxiproxy')
const patient = { timeout: 15_000 }
const undo: (() => Promise<void>)[] = []
async function open(port: number): Promise<RedisLink> {
  const link = openRedis({ url: `redis://127.0.0.1:${port}` })
  undo.push(link.close)
  await link.opened
  return link
}
const ping = (link: RedisLink): Promise<string> => link.ask((client) => client.ping())

describe.skipIf(isRedisMissing())('the link to redis', () => {
  let server: Redis
  beforeAll(async () => {
    server = await startRedis()
  })
  afterEach(async () => {
    for (const close of undo.splice(0)) await close()
  })
  afterAll(() => server.stop())

  test('does not take its own standing still for silence of Redis', async () => {
    const link = await open(server.port)
    const asked = ping(link)
    const until = performance.now() + 700
    while (performance.now() < until);
    expect(await asked).toBe('PONG')
    expect(link.isAway()).toBe(false)
  })

  test('passes on what Redis answers, errors too, and sends a script that it does not know whole', async () => {
    const link = await open(server.port)
    await expect(link.ask((client) => client.call('nonsense'))).rejects.toThrow('unknown command')
    expect(link.isAway()).toBe(false)
    const script = redisScript('return { ARGV[1], KEYS[1], 7 }')
    for (let turn = 0; turn < 2; turn += 1) {
      const [one, two, three] = (await link.ask((client) => script(client, ['key'], ['żółć']))) as [
        Buffer,
        Buffer,
        number,
      ] // as it says
      expect([String(one), String(two), three]).toEqual(['żółć', 'key', 7])
      await link.ask((client) => client.script('FLUSH'))
    }
    await expect(link.ask((client) => redisScript('return error("no")')(client, [], []))).rejects.toThrow('no')
  })

  test('names another run of the server after its restart, and runs what waits for it first', async () => {
    const link = await open(server.port)
    const run = await link.ask(async (_client, name) => name)
    expect(run).toMatch(/^\w{40}$/)
    const seen: string[] = []
    link.whenBack(async (_client, name) => void seen.push(`${name} ${link.isAway()}`))
    await server.restart('SIGKILL')
    await expect.poll(() => link.isAway(), patient).toBe(false)
    const next = await link.ask(async (_client, name) => name)
    expect(next).not.toBe(run)
    expect(seen.at(-1)).toBe(`${next} true`)
  })

  test('closed, it asks nothing any more', async () => {
    const link = await open(server.port)
    await link.close()
    await expect(ping(link)).rejects.toThrow(RedisAway)
  })

  describe.skipIf(isToxiproxyMissing)('over toxiproxy', () => {
    let ways: Toxiproxy
    let proxy: Proxy
    beforeAll(async () => {
      ways = await startToxiproxy()
      proxy = await ways.proxyTo(server.port)
    })
    afterEach(() => proxy.heal())
    afterAll(() => ways.stop())

    test.each<[string, () => Promise<unknown>]>([
      ['is slower than 250 ms', () => proxy.add({ type: 'latency', latencyMs: 2_000 })],
      ['is closed', () => proxy.down(true)],
      ['is reset', () => proxy.add({ type: 'reset_peer', timeoutMs: 0 })],
      ['ends in the middle of an answer', () => proxy.add({ type: 'limit_data', bytes: 3 })],
      ['lets nothing through', () => proxy.add({ type: 'timeout', timeoutMs: 0 })],
    ])('a way that %s is given up soon and taken again', async (_name, spoil) => {
      const link = await open(proxy.port)
      expect(await ping(link)).toBe('PONG')
      await spoil()
      const begunAt = performance.now()
      const outcomes: string[] = []
      for (let turn = 0; turn < 100; turn += 1)
        outcomes.push(await ping(link).catch((error: unknown) => (error instanceof RedisAway ? 'away' : String(error))))
      expect(performance.now() - begunAt).toBeLessThan(5_000)
      expect(outcomes.at(-1)).toBe('away')
      expect(new Set(outcomes).size).toBe(1)
      await proxy.heal()
      await expect.poll(() => ping(link).catch(() => 'away'), patient).toBe('PONG')
    })
  })
})
