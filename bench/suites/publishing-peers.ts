/** The same due times and the same bytes, posted by BullMQ's delayed jobs and by the bare job engine. */
import { type ChildProcess, fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { startRedis } from '@floowe/testbed/redis'
import { randomFrom } from '../data.ts'
import { pinned } from '../floowe.ts'
import type { Given, Order } from '../hosts/post-later.ts'
import { quantile, round } from '../measure.ts'
import { type Receiver, startReceiver } from '../receiver.ts'
import { figure, type Figure } from '../suite.ts'

export type Measured = { p50s: number[]; p99s: number[]; lasts: number[]; perSecond: number[] }
type Sizes = { rounds: number; dueTimes: number; dueOverSeconds: number; flood: number }

const main = fileURLToPath(new URL('../hosts/post-later.ts', import.meta.url))
/** Of one of Floowe's own messages with an article of 5,000 characters. */
const bodyBytes = 12_000
const planningMs = 5_000
const arriveMsMax = 120_000
const names = { bullmq: 'BullMQ on Redis', engine: 'the bare job engine' } as const

export async function peers(sizes: Sizes, tell: (line: string) => void): Promise<Figure[]> {
  // As people run it who do not want to lose a job.
  const redis = await startRedis({ appendOnly: true })
  const receiver = await startReceiver()
  try {
    const figures: Figure[] = []
    for (const kind of ['bullmq', 'engine'] as const) {
      const { p50s, p99s, lasts, perSecond } = await measured({ kind, redisUrl: redis.url, receiver }, sizes, tell)
      const name = names[kind]
      figures.push(
        figure(`${name}: lateness at random seconds, p50`, 'ms', p50s),
        figure(`${name}: lateness at random seconds, p99`, 'ms', p99s),
        figure(`${name}: ${sizes.dueTimes} due in the same second, the last of them`, 'ms', lasts),
        figure(`${name}: ${sizes.flood} due at once`, 'posts/s', perSecond),
      )
    }
    return figures
  } finally {
    receiver.stop()
    await redis.stop()
  }
}

type Peer = { kind: Given['kind']; redisUrl: string; receiver: Receiver }

async function measured({ kind, redisUrl, receiver }: Peer, sizes: Sizes, tell: (line: string) => void) {
  const given: Given = { kind, redisUrl, receiverUrl: receiver.url, bodyBytes }
  const child = await started(given)
  const result: Measured = { p50s: [], p99s: [], lasts: [], perSecond: [] }
  const { rounds, dueTimes, dueOverSeconds, flood } = sizes
  try {
    for (let turn = 0; turn < rounds; turn++) {
      const random = randomFrom(turn + 1)
      const late = await latenessOf(child, receiver, dueTimes, () => Math.floor(random() * dueOverSeconds))
      const atOnce = await latenessOf(child, receiver, dueTimes, () => 0)
      result.p50s.push(round(quantile(late, 0.5)))
      result.p99s.push(round(quantile(late, 0.99)))
      result.lasts.push(Math.max(...atOnce))
      tell(`${names[kind]}, round ${turn + 1}: ${result.p50s.at(-1)} ms (p50), ${result.p99s.at(-1)} ms (p99)`)
    }
    const late = await latenessOf(child, receiver, flood, () => 0)
    result.perSecond.push(round((flood * 1_000) / Math.max(...late)))
    tell(`${names[kind]}, ${flood} due at once: ${result.perSecond.at(-1)} a second`)
  } finally {
    await told(child, { do: 'stop' })
  }
  return result
}

/** On the core that Floowe has, where there are two. */
async function started(given: Given): Promise<ChildProcess> {
  const [program = process.execPath, args] = pinned(process.execPath, [])
  const child = fork(main, {
    execPath: program,
    execArgv: args,
    env: { ...process.env, BENCH_GIVEN: JSON.stringify(given) },
  })
  await answered(child)
  return child
}

async function told(child: ChildProcess, order: Order): Promise<void> {
  const answer = answered(child)
  child.send(order)
  await answer
}

const answered = (child: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    const gone = (): void => reject(new Error('the peer ended'))
    child.once('exit', gone)
    child.once('message', () => {
      child.off('exit', gone)
      resolve()
    })
  })

async function latenessOf(
  child: ChildProcess,
  receiver: Receiver,
  count: number,
  secondOf: () => number,
): Promise<number[]> {
  const startMs = Math.ceil((Date.now() + planningMs) / 1_000) * 1_000
  const jobs = Array.from({ length: count }, () => ({ id: randomUUID(), dueMs: startMs + secondOf() * 1_000 }))
  await told(child, { do: 'plan', jobs })
  if (Date.now() > startMs) throw new Error('planning took too long; the machine is busy')
  const untilMs = Math.max(...jobs.map(({ dueMs }) => dueMs)) + arriveMsMax
  while (jobs.some(({ id }) => !receiver.arrivals.has(id))) {
    if (Date.now() > untilMs) throw new Error('not every post arrived')
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
  return jobs.map(({ id, dueMs }) => (receiver.arrivals.get(id) ?? Number.NaN) - dueMs)
}
