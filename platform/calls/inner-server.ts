/**
 * The server of one process in a cluster: the doors of its services, their plain routes, its health and its figures. Everything
 * but the health asks for the installation's key, so that a port that lies open shows nothing.
 */
import type { ServiceName } from '@floowe/contracts/index'
import type { StandardLazyRequest } from '@orpc/standard-server'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import { isSameSecret } from '../sealing.ts'
import { noSchemas } from '../no-schemas.ts'
import type { Mount } from '../start.ts'
import { budgetHeader, drainingHeader, formOf, isForm, keyHeader, unmatchedHeader } from './inner-http.ts'
import type { Door, Endpoint } from './port.ts'
import { newTrail, readTraceparent, type Trail, withTrail } from './trail.ts'

export type InnerServer = {
  listen: (address: { host: string; port: number }) => Promise<string>
  /** From here on it says that it takes nothing new, and answers all the same. */
  drain: () => void
  /** Finishes what is under way and closes. */
  close: () => Promise<void>
}

export type InnerServerOptions = {
  /** Any of these opens: while the secret is changed, others come with the one before or the next one. */
  keys: readonly string[]
  endpoints: ReadonlyMap<ServiceName, Endpoint>
  mounts: readonly Mount[]
  metrics: Metrics
  metricsToken: string | null
  log: Log
  /** The name of the first part that is not ready, or null. */
  notReady: () => Promise<string | null>
}

const bodyBytesMax = 520 * 1024 * 1024

export async function innerServer(options: InnerServerOptions): Promise<InnerServer> {
  let isDraining = false
  const http = Fastify({
    logger: false,
    schemaController: noSchemas,
    // Only who has the key gets past the guard, and the gateway says whom it speaks for.
    trustProxy: true,
    bodyLimit: bodyBytesMax,
    keepAliveTimeout: 10_000,
    requestTimeout: 300_000,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 300, ignoreTrailingSlash: false },
    exposeHeadRoutes: true,
  })
  http.addHook('onRequest', (request, reply, done) => {
    if (isDraining) reply.header(drainingHeader, '1').header('connection', 'close')
    const given = String(request.headers[keyHeader] ?? '')
    if (isOpen(request.url) || options.keys.some((key) => isSameSecret(given, key))) return done()
    reply.code(404).send({ code: 'not-found' })
  })
  http.addHook('onResponse', (request, reply, done) => {
    options.metrics.request({
      method: request.method,
      route: request.routeOptions.url ?? 'unknown',
      status: reply.statusCode,
      seconds: reply.elapsedTime / 1000,
    })
    done()
  })
  registerHealth(http, options, () => isDraining)
  await http.register(async (scope) => registerDoors(scope, options.endpoints))
  for (const mount of options.mounts) await http.register(mount.register)
  return {
    listen: async (address) => http.listen(address),
    drain: () => {
      isDraining = true
    },
    close: () => http.close(),
  }
}

const isOpen = (url: string): boolean => url === '/healthz' || url === '/readyz' || url === '/metrics'

function registerHealth(http: FastifyInstance, options: InnerServerOptions, isDraining: () => boolean): void {
  http.get('/healthz', async () => ({ status: 'up' }))
  http.get('/readyz', async (_request, reply) => {
    if (isDraining()) return reply.code(503).send({ status: 'draining' })
    const missing = await options.notReady()
    return reply.code(missing ? 503 : 200).send(missing ? { status: 'waiting', for: missing } : { status: 'ready' })
  })
  http.get('/metrics', async (request, reply) => {
    const isLocal = ['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(request.socket.remoteAddress ?? '')
    const { metricsToken } = options
    const hasToken =
      metricsToken !== null && isSameSecret(request.headers.authorization ?? '', `Bearer ${metricsToken}`)
    if (!isLocal && !hasToken) return reply.code(403).send({ code: 'not-allowed' })
    const { type, body } = await options.metrics.render()
    return reply.type(type).send(body)
  })
}

/** Bodies come as bytes and are decoded by who asks for them. */
function registerDoors(http: FastifyInstance, endpoints: ReadonlyMap<ServiceName, Endpoint>): void {
  http.removeAllContentTypeParsers()
  http.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  for (const [service, endpoint] of endpoints) {
    for (const door of ['rpc', 'rest'] as const) {
      const prefix = `/inner/${service}/${door}`
      http.all(`${prefix}/*`, { exposeHeadRoute: false }, async (request, reply) =>
        withTrail(trailOf(request), () => answer(request, reply, { service, door, endpoint, prefix })),
      )
    }
  }
}

type Target = { service: ServiceName; door: Door; endpoint: Endpoint; prefix: string }

async function answer(request: FastifyRequest, reply: FastifyReply, target: Target): Promise<FastifyReply> {
  const { service, door, endpoint, prefix } = target
  const gone = new AbortController()
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort()
  })
  const asked: StandardLazyRequest = {
    method: request.method,
    url: new URL(request.url.slice(prefix.length), `http://${service}.inner`),
    headers: request.headers,
    signal: gone.signal,
    body: async () => valueOf(request),
  }
  const response = await endpoint(door, asked)
  if (!response) return reply.code(404).header(unmatchedHeader, '1').send()
  for (const [name, value] of Object.entries(response.headers)) if (value !== undefined) reply.header(name, value)
  reply.code(response.status)
  // The files of an answer; its value goes with them.
  if (response.body instanceof FormData) {
    const form = new Response(response.body)
    reply.header('content-type', form.headers.get('content-type'))
    return reply.send(Buffer.from(await form.arrayBuffer()))
  }
  return response.body === undefined
    ? reply.send()
    : reply.header('content-type', 'application/json; charset=utf-8').send(JSON.stringify(response.body))
}

async function valueOf(request: FastifyRequest): Promise<never> {
  const bytes = request.body as Buffer | undefined // the parser above hands over bytes
  const type = request.headers['content-type'] ?? ''
  if (bytes === undefined || bytes === null || bytes.length === 0) return undefined as never // no body
  if (isForm(type)) return (await formOf(bytes, type)) as never // a body of oRPC
  return JSON.parse(bytes.toString('utf8')) as never // a body of oRPC
}

function trailOf(request: FastifyRequest): Trail {
  const budgetMs = Number(request.headers[budgetHeader])
  return {
    ...(readTraceparent(request.headers['traceparent']) ?? newTrail(request.id)),
    untilMs: Number.isFinite(budgetMs) && budgetMs > 0 ? performance.now() + budgetMs : null,
  }
}
