/** Requests over kept connections, and what they cost the servers that answer them. */
import { Agent, request } from 'node:http'
import { cpuMicroseconds, quantile } from './measure.ts'

export type Asked = { method?: string; path: string; headers?: Record<string, string>; body?: string }
/** `check` throws when an answer is not the wanted one; only good answers count. */
export type Load = { url: string; count: number; connections: number; ask: (n: number) => Asked; check: (answer: { status: number; body: Buffer; headers: NodeJS.Dict<string | string[]> }, n: number) => void }

const answerMsMax = 30_000

export async function load({ url, count, connections, ask, check }: Load): Promise<{ seconds: number; p50Ms: number; p99Ms: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const { hostname, port } = new URL(url)
  const times: number[] = []
  let next = 0
  const one = (n: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const { method = 'GET', path, headers, body } = ask(n)
      const begunMs = performance.now()
      const sent = request({ agent, hostname, port, method, path, headers: { ...headers, ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }) }, timeout: answerMsMax }, (answer) => {
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
      })
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

/** CPU microseconds of all these processes for each good answer. @param tree asked before and after, as processes come and go */
export async function costOf(work: Load, tree: () => readonly number[]): Promise<number> {
  const before = cpuMicroseconds(tree())
  await load(work)
  return (cpuMicroseconds(tree()) - before) / work.count
}

export type Side = { work: (round: number) => Load; tree: () => readonly number[] }
/**
 * Rounds in which every side takes its turn, each time in another order; one uncounted warm-up before.
 * @returns for each side its cost in each round
 */
export async function inRounds<Name extends string>(rounds: number, sides: Readonly<Record<Name, Side>>): Promise<Record<Name, number[]>> {
  const names = Object.keys(sides) as Name[] // the record's own keys
  const costs = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>
  for (const name of names) {
    const work = sides[name].work(rounds)
    await load({ ...work, count: Math.ceil(work.count / 3) })
  }
  for (let round = 0; round < rounds; round++) {
    for (let place = 0; place < names.length; place++) {
      const name = names[(round + place) % names.length]
      if (name) costs[name].push(await costOf(sides[name].work(round), sides[name].tree))
    }
  }
  return costs
}

/** The ratio within each round: what disturbs a round disturbs both. */
export const ratios = (ours: readonly number[], theirs: readonly number[]): number[] => ours.map((cost, round) => cost / (theirs[round] ?? Number.NaN))
