/** What hints between processes must do. */
import { randomUUID } from 'node:crypto'
import { isRedisMissing, redisForTests } from '@floowe/testbed/redis'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createLog } from '../log.ts'
import { openRedis } from '../redis.ts'
import { inProcessSignals } from './in-process.ts'
import type { Signals } from './port.ts'
import { redisSignals } from './redis.ts'

/** `processes` are what two processes of one installation have; in process it is the same one. */
type Opened = { processes: readonly [Signals, Signals]; lines: string[]; close: () => Promise<void> }
type Adapter = {
  name: string
  isMissing?: boolean
  start?: () => Promise<() => Promise<void>>
  open: () => Promise<Opened>
}
const logTo = (lines: string[]) =>
  createLog({ service: 'test', level: 'info', format: 'terse', destination: { write: (line) => lines.push(line) } })
let redis: Awaited<ReturnType<typeof redisForTests>>
const adapters: Adapter[] = [
  {
    name: 'one process',
    open: async () => {
      const lines: string[] = []
      const signals = inProcessSignals(logTo(lines))
      return { processes: [signals, signals], lines, close: signals.close }
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
      const lines: string[] = []
      const prefix = `test-${randomUUID()}:`
      const links = [openRedis({ url: redis.url, prefix }), openRedis({ url: redis.url, prefix })] as const
      const log = logTo(lines)
      await Promise.all(links.map(({ opened }) => opened))
      const processes = [redisSignals({ redis: links[0], log }), redisSignals({ redis: links[1], log })] as const
      return {
        processes,
        lines,
        close: async () => {
          for (const signals of processes) await signals.close()
          for (const link of links) await link.close()
        },
      }
    },
  },
]

/** Keeps what it hears. */
function ear() {
  const texts: string[] = []
  let missed = 0
  return {
    texts,
    missedCount: () => missed,
    hearer: {
      heard: (text: string): void => void texts.push(text),
      missed: (): void => {
        missed += 1
      },
    },
  }
}

describe.each(adapters)('hints in $name', ({ start, isMissing = false, open }) => {
  let opened: Opened
  let [here, there]: Opened['processes'] = [] as never // set before each test
  let stop: (() => Promise<void>) | undefined
  beforeAll(async () => {
    if (!isMissing) stop = await start?.()
  })
  afterAll(() => stop?.())
  beforeEach(async (context) => {
    context.skip(isMissing, 'its server is not here')
    opened = await open()
    ;[here, there] = opened.processes
  })
  afterEach(() => (isMissing ? undefined : opened.close()))

  test('reach all who hear the topic, in the order they were sent, and nobody else', async () => {
    const [own, other, stranger] = [ear(), ear(), ear()]
    await here.hear('a.one', own.hearer)
    await there.hear('a.one', other.hearer)
    await there.hear('a.other', stranger.hearer)
    const texts = Array.from({ length: 200 }, (_, index) => `${index} żółć\n`)
    for (const text of texts) here.send('a.one', text)
    await expect.poll(() => other.texts.length).toBe(200)
    expect(own.texts).toEqual(texts)
    expect(other.texts).toEqual(texts)
    there.send('a.other', '')
    await expect.poll(() => stranger.texts).toEqual([''])
    expect([own, other, stranger].map(({ missedCount }) => missedCount())).toEqual([0, 0, 0])
  })

  test('are not heard within the sender, whose own work is done first', async () => {
    const own = ear()
    await here.hear('t', own.hearer)
    here.send('t', 'x')
    expect(own.texts).toEqual([])
    await expect.poll(() => own.texts).toEqual(['x'])
  })

  test('come no more once the hearing was ended, and others still hear', async () => {
    const [one, other] = [ear(), ear()]
    const end = await there.hear('t', one.hearer)
    await there.hear('t', other.hearer)
    here.send('t', '1')
    await expect.poll(() => [one.texts, other.texts]).toEqual([['1'], ['1']])
    end()
    end()
    here.send('t', '2')
    await expect.poll(() => other.texts).toEqual(['1', '2'])
    expect(one.texts).toEqual(['1'])
    // Heard anew after the last one had gone.
    const again = ear()
    ;(await there.hear('u', ear().hearer))()
    await there.hear('u', again.hearer)
    here.send('u', '3')
    await expect.poll(() => again.texts).toEqual(['3'])
  })

  test('one who throws, at once or later, is logged and keeps nobody else from hearing', async () => {
    const other = ear()
    await there.hear('t', {
      ...other.hearer,
      heard: () => {
        throw new Error('at once')
      },
    })
    await there.hear('t', { ...other.hearer, heard: async () => Promise.reject(new Error('later')) })
    await there.hear('t', other.hearer)
    here.send('t', 'x')
    await expect.poll(() => other.texts).toEqual(['x'])
    await expect.poll(() => opened.lines.filter((line) => line.includes('not understood')).length).toBe(2)
  })

  test('what cannot be sent is logged, not thrown; what cannot be heard is refused', async () => {
    for (const topic of ['', 'A', 'a b', 'ż', 'x'.repeat(101)]) {
      here.send(topic, 'x')
      await expect(here.hear(topic, ear().hearer)).rejects.toThrow(RangeError)
    }
    here.send('t', 'ż'.repeat(33_000))
    expect(opened.lines.filter((line) => line.includes('not sent'))).toHaveLength(6)
    await expect.poll(() => here.isConnected()).toBe(true)
  })

  test('are over when it is closed', async () => {
    const other = ear()
    await there.hear('t', other.hearer)
    here.send('t', '1')
    await expect.poll(() => other.texts).toEqual(['1'])
    await there.close()
    await there.close()
    there.send('t', '2')
    await new Promise(setImmediate)
    expect(other.texts).toEqual(['1'])
  })
})
