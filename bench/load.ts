/** Requests over kept connections, and what they cost the servers that answer them. */
import { Agent, request } from 'node:http'
import { cpuMicroseconds, quantile } from './measure.ts'

export type Asked = { method?: string; path: string; headers?: Record<string, string>; body?: string }
/** `check` throws when an answer is not the wanted one; only good answers count. */
export type Load = {
  url: string
  count: number
  connections: number
  ask: (n: number) => Asked
  check: (answer: { status: number; body: Buffer; headers: NodeJS.Dict<string | string[]> }, n: number) => void
}

const answerMsMax = 30_000

export async function load({
  url,
  count,
  connections,
  ask,
  check,
}: Load): Promise<{ seconds: number; p50Ms: number; p99Ms: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const { hostname, port } = new URL(url)
  const times: number[] = []
  let next = 0
  const one = (n: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const { method = 'GET', path, headers, body } = ask(n)
      const begunMs = performance.now()
      const sent = request(
        {
          agent,
          hostname,
          port,
          method,
          path,
          headers: { ...headers, ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }) },
          timeout: answerMsMax,
        },
        (answer) => {
          const chunks: Buffer[] = []
          answer.on('data', (chunk: Buffer) => chunks.push(chunk))
          answer.once('error', reject)
          answer.once('end', () => {
            times.push(performance.now() - begunMs)
            try {
              check({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks), headers: answer.headers }, n)
              resolve()
            } catch (error) {
              reject(error)
            }
          })
        },
      )
      sent.once('timeout', () => sent.destroy(new Error(`${path}: no answer`)))
      sent.once('error', reject)
      sent.end(body)
    })
  const worker = async (): Promise<void> => {
    while (next < count) await one(next++)
  }
  const begunMs = performance.now()
  try {
    await Promise.all(Array.from({ length: connections }, worker))
  } finally {
    agent.destroy()
  }
  return { seconds: (performance.now() - begunMs) / 1000, p50Ms: quantile(times, 0.5), p99Ms: quantile(times, 0.99) }
}

/** CPU microseconds for each good answer: up to the last answer, and until what the requests set off was done as well. */
export type Costs = { answered: number[]; settled: number[] }
/** `tree` is asked before and after, as processes come and go. */
export type Side = { work: (round: number) => Load; tree: () => readonly number[] }

/**
 * Rounds in which every side takes its turn, each time in another order; one uncounted warm-up before. A turn begins when the
 * other side's work is done, as both use one database.
 */
export async function inRounds<Name extends string>(
  rounds: number,
  sides: Readonly<Record<Name, Side>>,
): Promise<Record<Name, Costs>> {
  const names = Object.keys(sides) as Name[] // the record's own keys
  const costs = Object.fromEntries(names.map((name) => [name, { answered: [], settled: [] }])) as unknown as Record<
    Name,
    Costs
  > // one for each key
  const quiet = (): Promise<void> => untilQuiet(() => [...new Set(names.flatMap((name) => [...sides[name].tree()]))])
  for (const name of names) {
    const work = sides[name].work(rounds)
    await load({ ...work, count: Math.ceil(work.count / 3) })
  }
  for (let round = 0; round < rounds; round++) {
    for (let place = 0; place < names.length; place++) {
      const name = names[(round + place) % names.length]
      if (!name) continue
      const { work, tree } = sides[name]
      await quiet()
      const turn = work(round)
      const before = cpuMicroseconds(tree())
      await load(turn)
      costs[name].answered.push((cpuMicroseconds(tree()) - before) / turn.count)
      await quiet()
      costs[name].settled.push((cpuMicroseconds(tree()) - before) / turn.count)
    }
  }
  return costs
}

const quietForMs = 500
const quietCpuMicroseconds = 30_000
const quietWaitsMax = 60
/** Waits until these processes hardly work any more, at most 30 s. */
async function untilQuiet(tree: () => readonly number[]): Promise<void> {
  for (let wait = 0; wait < quietWaitsMax; wait++) {
    const before = cpuMicroseconds(tree())
    await new Promise((resolve) => setTimeout(resolve, quietForMs))
    if (cpuMicroseconds(tree()) - before <= quietCpuMicroseconds) return
  }
}

/** The ratio within each round: what disturbs a round disturbs both. */
export const ratios = (ours: readonly number[], theirs: readonly number[]): number[] =>
  ours.map((cost, round) => cost / (theirs[round] ?? Number.NaN))
