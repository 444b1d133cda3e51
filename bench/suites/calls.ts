/** One service asks another: through the loopback, and over HTTP to a server of its own. CPU of both ends. */
import { createCalls, createLog, createMetrics, type Endpoint, loopback, type Transport } from '@floowe/platform/ground'
import { httpTransport, innerKey, innerServer } from '@floowe/platform/cluster'
import { figure, type Figure } from '../suite.ts'

const callsEach = 2_000
const atOnce = 8

/** Two thousand calls in a round, eight at once, each with an answer of 2 kB; both ends are this process. */
export async function callCosts(rounds: number): Promise<Figure[]> {
  const log = createLog({ service: 'bench', level: 'error' })
  const metrics = await createMetrics()
  const key = innerKey(Buffer.alloc(32, 1))
  const answer = { json: { keys: Array.from({ length: 10 }, (_, n) => ({ kid: `${n}`, x: 'k'.repeat(180) })) } }
  const endpoint: Endpoint = async (_door, request) => {
    await request.body()
    return { status: 200, headers: {}, body: answer }
  }
  const server = await innerServer({
    keys: [key],
    endpoints: new Map([['identity', endpoint]]),
    mounts: [],
    metrics,
    metricsToken: null,
    log,
    notReady: async () => null,
  })
  const origin = await server.listen({ host: '127.0.0.1', port: 0 })
  const http = httpTransport({ key, origins: { identity: [origin] }, log, metrics })
  const inside = loopback()
  inside.register('identity', endpoint)
  try {
    const [over, within]: [number[], number[]] = [[], []]
    for (let round = -1; round < rounds; round++) {
      const costs = { http: await costOf(http), loopback: await costOf(inside) }
      if (round < 0) continue
      over.push(costs.http)
      within.push(costs.loopback)
    }
    return [
      figure('call to another service, loopback: CPU', 'µs', within),
      figure('call to another service, HTTP, both ends: CPU', 'µs', over),
      figure(
        'HTTP / loopback',
        '×',
        over.map((cost, round) => cost / (within[round] ?? Number.NaN)),
      ),
    ]
  } finally {
    await http.close()
    await server.close()
    metrics.close()
  }
}

async function costOf(transport: Transport): Promise<number> {
  const calls = createCalls({ from: 'content', proofKey: Buffer.alloc(32, 2), transport, nowMs: Date.now })
  let left = callsEach
  const before = process.cpuUsage()
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (left-- > 0) {
        const { keys } = await calls.identity.publicKeys(undefined, { workspaceId: null })
        if (keys.length !== 10) throw new Error('the answer is not the one that was given')
      }
    }),
  )
  const { user, system } = process.cpuUsage(before)
  return (user + system) / callsEach
}
