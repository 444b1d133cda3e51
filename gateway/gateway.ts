/** The one public door: puts the pieces beside this file on one HTTP server. */
import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import cookies from '@fastify/cookie'
import sockets from '@fastify/websocket'
import type { Host, Running } from '@floowe/platform'
import { type Mount, noSchemas, type Transport } from '@floowe/platform/ground'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { registerApi } from './api.ts'
import { docsPage } from './docs-page.ts'
import { createHosts, type Hosts } from './hosts.ts'
import { createIdempotency } from './idempotency.ts'
import { createLimits } from './limits.ts'
import { createLive, type Live } from './live.ts'
import { createNews } from './news.ts'
import { makeOpenApi, type OpenApiDocument } from './openapi.ts'
import { type Operator, registerOperator } from './operator.ts'
import { asFrontRefusal, type FrontRefusal, localeOf, refusalBody } from './refusals.ts'
import { createSessions } from './session.ts'
import { type SocketParts, visitorOf } from './sockets.ts'
import { registerUpstreams, type Upstreams, withSandbox } from './routing.ts'
import type { GatewaySettings } from './settings.ts'
import { registerWebApp } from './web-app.ts'
import { createWriting, type Writing, writingFrameBytesMax } from './writing.ts'

export type { BackupWish, Operator, SecretWork } from './operator.ts'
export { gatewaySettings } from './settings.ts'
export const gatewayMigrations = new URL('./migrations/', import.meta.url)

export type GatewayOptions = {
  settings: GatewaySettings
  listen: { host: string; port: number }
  transport: Transport
  /** Plain routes of services in this process. */
  mounts: readonly Mount[]
  /** Where those of other processes are passed on to; null when there are none. */
  upstreams: Upstreams | null
  /** Folder of the built web app, or null to run without it. */
  webFolder: URL | null
  /** The server is built at once and listens when this resolves. */
  ready: Promise<void>
  /** What is done for the installation as a whole; null where nobody can ask for it. */
  operator: Operator | null
  /** True when no new work is wanted: `/readyz` says so, and connections end with their answers. */
  isDraining?: () => boolean
  /** What `/readyz` asks: the name of the first part that is not ready, or null. */
  notReady: () => Promise<string | null>
}

const sweepEveryMs = 60 * 60 * 1000

export async function startGateway(host: Host, options: GatewayOptions): Promise<Running & { address: () => string }> {
  const { settings, listen } = options
  const publicUrl = new URL(host.publicUrl)
  const isSecure = publicUrl.protocol === 'https:'
  // Browsers share cookies among the ports of a host, so the port tells installations apart; the one that people see, which
  // all gateway processes have in common.
  const port = publicUrl.port || (isSecure ? '443' : '80')
  const cookie = { name: isSecure ? `__Host-floowe-${port}` : `floowe-${port}`, isSecure }
  const hosts = createHosts(host.publicUrl, listen)
  const sessions = createSessions(host.call, host.clock.now, {
    isTold: host.signals.isConnected,
    shared: { cache: host.cache.within('gateway:tokens'), sealer: host.sealer },
  })
  const live = createLive(host)
  const writing = createWriting(host)
  const idempotency = createIdempotency(host.db, host.clock, host.ids)
  const news = createNews(host, { hosts, sessions, live, writing })
  host.on(live.subscriptions(news.subscriptions))

  const http = Fastify({
    logger: false,
    schemaController: noSchemas,
    trustProxy: settings.trustedProxies.length > 0 ? settings.trustedProxies : false,
    genReqId: () => randomUUID(),
    requestTimeout: 300_000,
    keepAliveTimeout: 10_000,
    bodyLimit: 3 * 1024 * 1024,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 300, ignoreTrailingSlash: false },
    // Addresses that no route is asked about: too long, or of broken signs.
    frameworkErrors: (error, request, reply) => sendRefusal(reply, asFrontRefusal(error, request.id), request),
    clientErrorHandler: refuseUnreadable,
    rewriteUrl: (request) => rewriteForSite(request.url ?? '/', request.headers.host, hosts),
  })
  guard(http, host, hosts)
  const { isDraining } = options
  if (isDraining)
    http.addHook('onRequest', (_request, reply, done) => {
      if (isDraining()) reply.header('connection', 'close')
      done()
    })
  for (const mount of options.mounts) await http.register(async (scope) => mountRoutes(scope, mount, hosts))
  if (options.upstreams) await registerUpstreams(http, options.upstreams, hosts)
  registerHealth(http, host, options)
  // Cookies and sockets in a scope of their own: what these ask of every request is nothing to public pages.
  await http.register(async (scope) => {
    await scope.register(cookies)
    await scope.register(sockets, { options: { maxPayload: writingFrameBytesMax } })
    await registerApi(scope, {
      transport: options.transport,
      sessions,
      hosts,
      limits: createLimits(host.rateLimits, settings),
      idempotency,
      clock: host.clock,
      tracer: host.tracer,
      cookie,
    })
    if (options.operator) registerOperator(scope, options.operator, sessions, cookie.name)
    const parts = { sessions, hosts, cookieName: cookie.name, host }
    registerLive(scope, live, parts)
    registerWriting(scope, writing, parts)
  })
  registerDocs(http, host.publicUrl)
  await registerWebApp(http, options.webFolder)

  await options.ready
  await Promise.all([live.begin(), writing.begin(), news.begin()])
  await http.listen({ host: listen.host, port: listen.port })
  let cancelSweep = (): void => undefined
  const sweep = (): void => {
    cancelSweep = host.clock.at(host.clock.now() + sweepEveryMs, sweep)
    void Promise.all([live.sweep(), idempotency.sweep(), news.reloadSites()]).catch((error) =>
      host.log.warn('housekeeping failed', { error }),
    )
  }
  cancelSweep = host.clock.at(host.clock.now() + 1_000, sweep)
  return {
    address: () => host.publicUrl,
    stop: async () => {
      cancelSweep()
      news.stop()
      live.close()
      writing.close()
      await http.close()
    },
  }
}

/** A host of its own shows one workspace's site alone; nothing of the app answers there. */
function rewriteForSite(url: string, hostHeader: string | undefined, hosts: Hosts): string {
  const purpose = hosts.purposeOf(hostHeader)
  if (!purpose || 'app' in purpose) return url
  const isShared = url.startsWith('/media/') || url.startsWith('/site-assets/') || url.startsWith('/t/')
  return isShared ? url : `/site/${purpose.site}${url}`
}

/** What every request passes: its host, its id, the headers that keep browsers careful, and one form of errors. */
function guard(http: FastifyInstance, host: Host, hosts: Hosts): void {
  // Without promises: these run for every request, also for the cheapest answers.
  http.addHook('onRequest', (request, reply, done) => {
    reply
      .header('x-request-id', request.id)
      .header('x-content-type-options', 'nosniff')
      .header('referrer-policy', 'strict-origin-when-cross-origin')
    const isProbe = request.url === '/healthz' || request.url === '/readyz'
    if (!isProbe && !hosts.purposeOf(request.headers.host)) {
      reply
        .code(421)
        .send(refusalBody({ status: 421, code: 'unknown-host' }, localeOf(request.headers['accept-language'])))
      return
    }
    // Names of inner headers are ours alone.
    for (const name of Object.keys(request.headers))
      if (name.startsWith('floowe-') && name !== 'floowe-workspace') delete request.headers[name]
    done()
  })
  http.addHook('onResponse', (request, reply, done) => {
    host.metrics.request({
      method: request.method,
      route: request.routeOptions.url ?? 'unknown',
      status: reply.statusCode,
      seconds: reply.elapsedTime / 1000,
    })
    done()
  })
  http.setErrorHandler(async (error, request, reply) => {
    const refusal = asFrontRefusal(error, request.id)
    if (refusal.status >= 500 && refusal.code === 'internal')
      host.log.error('a request failed unexpectedly', { error, requestId: request.id, route: request.routeOptions.url })
    if (refusal.status === 413) {
      reply.header('connection', 'close')
      await readToEnd(request.raw)
    }
    return sendRefusal(reply, refusal, request)
  })
  http.setNotFoundHandler((request, reply) =>
    reply.code(404).send(refusalBody({ status: 404, code: 'not-found' }, localeOf(request.headers['accept-language']))),
  )
}

/** As much of a body that is refused for its size is read all the same. */
const discardedBytesMax = 512 * 1024 * 1024

/** Whoever is still sending does not hear an answer: a connection closed in the middle looks broken to them. */
function readToEnd(request: FastifyRequest['raw']): Promise<void> {
  if (request.readableEnded || request.destroyed) return Promise.resolve()
  return new Promise((resolve) => {
    let left = discardedBytesMax
    request.on('data', (part: Buffer) => {
      left -= part.length
      if (left < 0) resolve()
    })
    request.once('end', resolve)
    request.once('close', resolve)
    request.resume()
  })
}

/** Node's own limit. */
const headBytesMax = 16 * 1024

/** What is no HTTP, or has a head too long to be read, never becomes a request; its answer has the form of all refusals. */
function refuseUnreadable(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const isTooLong = error.code === 'HPE_HEADER_OVERFLOW'
  const refusal = isTooLong
    ? { status: 431, phrase: 'Request Header Fields Too Large', code: 'too-large', data: { limitBytes: headBytesMax } }
    : {
        status: 400,
        phrase: 'Bad Request',
        code: 'invalid-input',
        data: { issues: [{ path: '', problem: 'malformed' }] },
      }
  const body = JSON.stringify(refusalBody(refusal, 'en'))
  socket.end(
    `HTTP/1.1 ${refusal.status} ${refusal.phrase}\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  )
}

const sendRefusal = (reply: FastifyReply, refusal: FrontRefusal, request: FastifyRequest): FastifyReply =>
  reply
    .code(refusal.status)
    .header('cache-control', 'no-store')
    .type('application/json; charset=utf-8')
    .send(JSON.stringify(refusalBody(refusal, localeOf(request.headers['accept-language']))))

function registerHealth(http: FastifyInstance, host: Host, options: GatewayOptions): void {
  http.get('/healthz', async () => ({ status: 'up' }))
  http.get('/readyz', async (_request, reply) => {
    const missing = options.isDraining?.() ? 'its end' : await options.notReady()
    return reply
      .code(missing ? 503 : 200)
      .header('cache-control', 'no-store')
      .send(missing ? { status: 'waiting', for: missing } : { status: 'ready' })
  })
  http.get('/metrics', async (request, reply) => {
    const isLocal = ['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(request.ip)
    const { metricsToken } = options.settings
    const hasToken = metricsToken !== null && request.headers.authorization === `Bearer ${metricsToken}`
    if (!isLocal && !hasToken) return reply.code(403).send(refusalBody({ status: 403, code: 'not-allowed' }, 'en'))
    const { type, body } = await host.metrics.render()
    return reply.type(type).send(body)
  })
}

function registerDocs(http: FastifyInstance, publicUrl: string): void {
  let made: Promise<OpenApiDocument> | null = null
  // Made when first asked for: it costs more than a start may.
  const document = (): Promise<OpenApiDocument> => (made ??= makeOpenApi(publicUrl))
  http.get('/api/v1/openapi.json', async (_request, reply) =>
    reply.header('cache-control', 'public, max-age=300').send(await document()),
  )
  http.get('/api/docs', async (_request, reply) =>
    reply
      .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
      .type('text/html; charset=utf-8')
      .send(docsPage(await document())),
  )
}

function registerLive(http: FastifyInstance, live: Live, parts: SocketParts): void {
  http.get<{ Querystring: { workspace?: string; after?: string } }>(
    '/api/v1/live',
    { websocket: true },
    async (socket, request) => {
      // Nothing is expected of a browser here.
      socket.on('message', () => socket.close(1008, 'not understood'))
      const visitor = await visitorOf(socket, request, parts)
      if (!visitor) return
      const { after } = request.query
      await live.follow({ socket, ...visitor }, after !== undefined && /^\d{1,15}$/.test(after) ? Number(after) : null)
      const beat = setInterval(() => socket.ping(), 30_000)
      socket.once('close', () => clearInterval(beat))
    },
  )
}

/** What a browser sends before it is known who it is. */
const earlyMax = 50

function registerWriting(http: FastifyInstance, writing: Writing, parts: SocketParts): void {
  http.get<{ Querystring: { workspace?: string } }>('/api/v1/writing', { websocket: true }, async (socket, request) => {
    const early: unknown[] = []
    const keep = (data: unknown): void => {
      if (early.push(data) > earlyMax) socket.close(1013, 'too fast')
    }
    socket.on('message', keep)
    const visitor = await visitorOf(socket, request, parts)
    socket.off('message', keep)
    if (visitor && socket.readyState === socket.OPEN) writing.follow(socket, visitor, early)
  })
}

/**
 * Pages and files of services. On the app's own host they never share the app's powers: every answer carries a policy with
 * `sandbox` and without same-origin, whether or not the service remembered.
 */
async function mountRoutes(scope: FastifyInstance, mount: Mount, hosts: Hosts): Promise<void> {
  scope.addHook('onSend', (request, reply, payload, done) => {
    const policy = withSandbox(reply.getHeader('content-security-policy'), hosts.purposeOf(request.headers.host))
    if (policy !== null) reply.header('content-security-policy', policy)
    done(null, payload)
  })
  await mount.register(scope)
}
