/** Hints while the way to Redis is cut: who may have missed one is told so. */
import { isRedisMissing, type Redis, startRedis } from '@floowe/testbed/redis'
import { program as toxiproxy, type Proxy, startToxiproxy, type Toxiproxy } from '@floowe/testbed/toxiproxy'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createLog } from '../log.ts'
import { openRedis } from '../redis.ts'
import { redisSignals } from './redis.ts'

const isToxiproxyMissing = toxiproxy.find() === null && !process.env['CI']
if (isToxiproxyMissing)
  console.warn('toxiproxy is not here, so cut connections are not tested: npm run testbed -- install toxiproxy')
const log = createLog({ service: 'test', level: 'silent' })
const patient = { timeout: 15_000 }

const undo: (() => Promise<void>)[] = []
function connect(port: number) {
  const link = openRedis({ url: `redis://127.0.0.1:${port}` })
  const signals = redisSignals({ redis: link, log })
  undo.push(signals.close, link.close)
  return { link, signals }
}
function ear() {
  const heard: string[] = []
  return {
    heard,
    hearer: { heard: (text: string): void => void heard.push(text), missed: (): void => void heard.push('missed') },
  }
}
afterEach(async () => {
  for (const close of undo.splice(0)) await close()
})

describe.skipIf(isRedisMissing())('hints in redis, which', () => {
  let server: Redis
  beforeEach(async () => {
    server = await startRedis()
  })
  afterEach(() => server.stop())

  test('was killed and is back: all are told that they may have missed some, and hear again', async () => {
    const [here, there] = [connect(server.port), connect(server.port)]
    const [own, other] = [ear(), ear()]
    await here.signals.hear('t', own.hearer)
    await there.signals.hear('t', other.hearer)
    await server.halt('SIGKILL')
    await expect.poll(() => there.signals.isConnected(), patient).toBe(false)
    here.signals.send('t', 'while away')
    // Its own process hears it all the same.
    await expect.poll(() => own.heard).toEqual(['while away'])
    await server.begin()
    await expect.poll(() => other.heard, patient).toContain('missed')
    await expect.poll(() => [here, there].map(({ signals }) => signals.isConnected()), patient).toEqual([true, true])
    here.signals.send('t', 'back')
    await expect.poll(() => other.heard.at(-1), patient).toBe('back')
    expect(other.heard).not.toContain('while away')
  })

  test('stands still: nothing waits for it, and what was sent comes or is said to be missed', async () => {
    const [here, there] = [connect(server.port), connect(server.port)]
    const other = ear()
    await there.signals.hear('t', other.hearer)
    await here.link.opened
    server.signal('SIGSTOP')
    const begunAt = performance.now()
    for (let index = 0; index < 1_000; index += 1) here.signals.send('t', String(index))
    expect(performance.now() - begunAt).toBeLessThan(1_000)
    await expect.poll(() => here.signals.isConnected(), patient).toBe(false)
    server.signal('SIGCONT')
    await expect.poll(() => other.heard.length, patient).toBeGreaterThan(0)
    await expect.poll(() => here.signals.isConnected() && there.signals.isConnected(), patient).toBe(true)
    here.signals.send('t', 'back')
    await expect.poll(() => other.heard.at(-1), patient).toBe('back')
    expect(other.heard.includes('missed') || other.heard.includes('999')).toBe(true)
  })

  test('is away when the hearing begins: it begins all the same, and is said to have missed some', async () => {
    await server.halt()
    const { signals } = connect(server.port)
    const own = ear()
    await signals.hear('t', own.hearer)
    expect(signals.isConnected()).toBe(false)
    await server.begin()
    await expect.poll(() => own.heard, patient).toEqual(['missed'])
  })
})

describe.skipIf(isRedisMissing() || isToxiproxyMissing)('hints on a way to redis that', () => {
  let server: Redis
  let ways: Toxiproxy
  let proxy: Proxy
  beforeAll(async () => {
    server = await startRedis()
    ways = await startToxiproxy()
    proxy = await ways.proxyTo(server.port)
  })
  afterAll(async () => {
    await ways.stop()
    await server.stop()
  })
  afterEach(() => proxy.heal())

  test('is cut for the sender alone: hearers whose own way was whole are told what they missed', async () => {
    const [here, there] = [connect(proxy.port), connect(server.port)]
    const [other, stranger] = [ear(), ear()]
    await there.signals.hear('t', other.hearer)
    await there.signals.hear('untouched', stranger.hearer)
    await here.link.opened
    await proxy.down(true)
    await expect.poll(() => here.link.isAway(), patient).toBe(true)
    here.signals.send('t', 'dropped')
    await proxy.heal()
    await expect.poll(() => other.heard, patient).toEqual(['missed'])
    expect(stranger.heard).toEqual([])
  })

  test('lets nothing through any more, without a word: it is noticed, and hearing goes on over a new one', async () => {
    const [here, there] = [connect(server.port), connect(proxy.port)]
    const other = ear()
    await there.signals.hear('t', other.hearer)
    await proxy.add({ type: 'timeout', timeoutMs: 0 })
    await expect.poll(() => there.signals.isConnected(), patient).toBe(false)
    here.signals.send('t', 'unheard')
    await proxy.heal()
    await expect.poll(() => other.heard, patient).toContain('missed')
    here.signals.send('t', 'back')
    await expect.poll(() => other.heard.at(-1), patient).toBe('back')
  })
})
