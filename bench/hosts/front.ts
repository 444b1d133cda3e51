/**
 * One front per process, as `BENCH_ROLE` says, all with the same answer of 1 kB: `bare` (a Fastify route), `floowe` (the gateway over a service
 * in this process), `upstream` (what is proxied to), `proxy` (the gateway over HTTP), `undici` (nothing but a pool and its answers).
 */
import { createServer } from 'node:http'
import { gatewaySettings, startGateway } from '@floowe/gateway'
import type { Host } from '@floowe/platform'
import { httpTransport, innerKey } from '@floowe/platform/cluster'
import {
  createEnvReaders,
  createLog,
  createMemoryCache,
  createMemoryRateLimits,
  createMetrics,
  createSealer,
  createTracer,
  inProcessSignals,
  systemClock,
  type Transport,
} from '@floowe/platform/ground'
import fastify from 'fastify'
import { Pool } from 'undici'

const role = process.env['BENCH_ROLE'] ?? ''
const port = Number(process.env['BENCH_PORT'])
const upstream = process.env['BENCH_UPSTREAM'] ?? ''
const answer = { items: [{ text: 'x'.repeat(980) }], total: 1 }
const bytes = Buffer.from(JSON.stringify(answer))
const workspaceId = '0190aaaa-0000-7000-8000-000000000001'

const log = createLog({ service: 'bench', level: 'error' })
const metrics = await createMetrics()

async function gateway(transport: Transport): Promise<void> {
  const clock = systemClock()
  const readers = createEnvReaders({
    FLOOWE_REQUESTS_PER_MINUTE: '1000000',
    FLOOWE_ANONYMOUS_REQUESTS_PER_MINUTE: '1000000',
  })
  // The parts of a host that a gateway asks on this way; its database is not among them.
  const host = {
    name: 'gateway',
    db: { schema: 'gateway', query: async () => [], one: async () => null },
    call: {
      identity: {
        exchange: async ({ credential }: { credential: string }) => ({
          token: `token of ${credential}`,
          caller: `key:${credential.slice(4)}`,
          workspaceId,
          expiresAt: clock.now() + 60_000,
        }),
      },
      site: { listHosts: async () => [] },
    },
    cache: createMemoryCache(),
    sealer: createSealer(Buffer.alloc(32, 4)),
    rateLimits: createMemoryRateLimits(),
    signals: inProcessSignals(log),
    on: () => undefined,
    clock,
    log,
    metrics,
    tracer: await createTracer({ url: null, service: 'bench' }),
    publicUrl: `http://127.0.0.1:${port}`,
  } as unknown as Host
  await startGateway(host, {
    settings: gatewaySettings(readers.readerFor('gateway')),
    listen: { host: '127.0.0.1', port },
    transport,
    mounts: [],
    upstreams: null,
    webFolder: null,
    ready: Promise.resolve(),
    operator: null,
    notReady: async () => null,
  })
}

const roles: Readonly<Record<string, () => Promise<void>>> = {
  bare: async () => {
    const http = fastify()
    http.get('/api/v1/*', async () => answer)
    await http.listen({ host: '127.0.0.1', port })
  },
  floowe: () => gateway({ send: async () => ({ status: 200, headers: {}, body: answer }) }),
  upstream: async () => {
    const server = createServer((request, response) => {
      request.resume()
      response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': bytes.length })
      response.end(bytes)
    })
    server.keepAliveTimeout = 60_000
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  },
  proxy: () =>
    gateway(httpTransport({ key: innerKey(Buffer.alloc(32, 1)), origins: { content: [upstream] }, log, metrics })),
  undici: async () => {
    const pool = new Pool(upstream, { connections: 128, pipelining: 1 })
    const server = createServer((request, response) => {
      request.resume()
      void pool
        .request({ method: 'GET', path: request.url ?? '/', headers: { 'x-forwarded-for': '127.0.0.1' } })
        .then(async ({ statusCode, headers, body }) => {
          const whole = Buffer.from(await body.arrayBuffer())
          response.writeHead(statusCode, {
            'content-type': String(headers['content-type']),
            'content-length': whole.length,
          })
          response.end(whole)
        })
        .catch((error: unknown) => response.destroy(error as Error))
    })
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  },
}
await roles[role]?.()
console.log('ready')
process.once('SIGINT', () => process.exit(0))
