/**
 * REST and the web app's RPC: who calls, how often, where to. Each operation of the contracts is one route, so unknown
 * paths and methods end here. The service behind it checks the caller again.
 */
import { createHash } from 'node:crypto'
import { type Clock, hashToken, type Tracer } from '@floowe/platform'
import { innerHeaders, type Transport, WireBody } from '@floowe/platform/ground'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Hosts } from './hosts.ts'
import { type Idempotency, type IdempotencyKey, requestHash } from './idempotency.ts'
import type { Limits, Standing } from './limits.ts'
import { type FrontOperation, frontOperations, routePattern } from './operations.ts'
import { localeOf, refusalBody } from './refusals.ts'
import type { Credential, Inner, Sessions } from './session.ts'

export type ApiParts = {
  transport: Transport
  sessions: Sessions
  hosts: Hosts
  limits: Limits
  idempotency: Idempotency
  clock: Clock
  tracer: Tracer
  cookie: { name: string; isSecure: boolean }
}

const bodyBytesStandard = 3 * 1024 * 1024
const unsafe = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

export async function registerApi(http: FastifyInstance, parts: ApiParts): Promise<void> {
  http.addContentTypeParser('multipart/form-data', { parseAs: 'buffer' }, (request, body, done) => {
    const type = request.headers['content-type'] ?? ''
    new Response(new Uint8Array(body as Buffer), { headers: { 'content-type': type } }).formData().then(
      (form) => done(null, form),
      () => done(Object.assign(new SyntaxError('malformed form'), { statusCode: 400 })),
    )
  })
  http.removeContentTypeParser('text/plain')
  const operations = frontOperations()
  for (const operation of operations) {
    const options = { bodyLimit: operation.meta.bodyBytesMax ?? bodyBytesStandard }
    http.route({
      method: operation.method as 'GET',
      url: `/api/v1${routePattern(operation.path)}`,
      ...options,
      exposeHeadRoute: false,
      handler: (request, reply) => traced(request, reply, operation, 'rest', parts),
    })
    http.route({
      method: 'POST',
      url: `/api/rpc/${operation.service}/${operation.name}`,
      ...options,
      handler: (request, reply) => traced(request, reply, operation, 'rpc', parts),
    })
  }
}

/** A request begins a trace that has its id. */
const traced = (
  request: FastifyRequest,
  reply: FastifyReply,
  operation: FrontOperation,
  door: 'rest' | 'rpc',
  parts: ApiParts,
): Promise<FastifyReply> =>
  parts.tracer.span(
    `${request.method} ${request.routeOptions.url ?? ''}`,
    { kind: 'server', traceId: request.id.replaceAll('-', '') },
    () => handle(request, reply, operation, door, parts),
  )

async function handle(
  request: FastifyRequest,
  reply: FastifyReply,
  operation: FrontOperation,
  door: 'rest' | 'rpc',
  parts: ApiParts,
): Promise<FastifyReply> {
  const locale = localeOf(request.headers['accept-language'])
  const refuse = (status: number, code: string, data?: unknown): FastifyReply => {
    const body = refusalBody({ status, code, data }, locale)
    return send(reply, status, door === 'rpc' ? { json: body } : body)
  }
  const credential = credentialOf(request, parts.cookie.name)
  if (unsafe.has(request.method) && credential?.byCookie && !parts.hosts.isOwnOrigin(request.headers.origin))
    return refuse(403, 'foreign-origin')
  const standing = await standingOf(request, operation, credential, parts.limits)
  reply.headers(standing.headers)
  if (!standing.allowed) return refuse(429, 'too-many-requests', { retryAfterSeconds: standing.retryAfterSeconds })

  const workspace = workspaceOf(request)
  // An operation for anyone must work with a cookie that has run out.
  const inner =
    credential && operation.meta.needs !== 'anyone'
      ? await parts.sessions.innerTokenFor(credential, workspace, request.id)
      : null
  const key = request.headers['idempotency-key']
  if (typeof key === 'string' && door === 'rest' && unsafe.has(request.method) && inner) {
    return once(request, reply, operation, inner, key, parts, refuse)
  }
  const answer = await forward(request, operation, door, inner, credential, parts)
  return answer ? finish(reply, answer, parts) : refuse(404, 'not-found')
}

type Answered = { status: number; headers: Record<string, string | string[] | undefined>; body: unknown }

async function forward(
  request: FastifyRequest,
  operation: FrontOperation,
  door: 'rest' | 'rpc',
  inner: Inner | null,
  credential: Credential | null,
  parts: ApiParts,
  onceId: string | null = null,
): Promise<Answered | null> {
  const path = door === 'rest' ? request.url.slice('/api/v1'.length) : `/${operation.name}`
  const headers: Record<string, string> = {
    [innerHeaders.requestId]: request.id,
    [innerHeaders.front]: '1',
    [innerHeaders.client]: request.ip,
  }
  for (const name of ['content-type', 'accept-language', 'user-agent'] as const) {
    const value = request.headers[name]
    if (value !== undefined) headers[name] = value
  }
  if (inner) headers['authorization'] = `Bearer ${inner.token}`
  if (onceId !== null) headers[innerHeaders.once] = onceId
  if (credential?.kind === 'session' && operation.service === 'identity')
    headers[innerHeaders.credential] = credential.secret
  return parts.transport.send(operation.service, door, {
    method: request.method,
    url: new URL(path, `http://${operation.service}.inner`),
    headers,
    signal: goneSignal(request),
    body: async () => request.body ?? undefined,
  })
}

/** Aborts when the caller went away before the whole request came. */
function goneSignal(request: FastifyRequest): AbortSignal | undefined {
  // What is here whole is worked through, whoever still waits.
  if (request.raw.complete) return undefined
  const gone = new AbortController()
  request.raw.once('close', () => {
    if (!request.raw.complete) gone.abort()
  })
  return gone.signal
}

/** Runs a request with an Idempotency-Key once, or replays its answer. */
async function once(
  request: FastifyRequest,
  reply: FastifyReply,
  operation: FrontOperation,
  inner: Inner,
  key: string,
  parts: ApiParts,
  refuse: (status: number, code: string) => FastifyReply,
): Promise<FastifyReply> {
  if (!/^[\x21-\x7e]{1,200}$/.test(key) || !inner.caller || !inner.workspaceId) return refuse(400, 'invalid-input')
  const record: IdempotencyKey = { workspaceId: inner.workspaceId, caller: inner.caller, key }
  const fingerprint = request.body instanceof FormData ? await formFingerprint(request.body) : request.body
  const begun = await parts.idempotency.begin(
    record,
    requestHash(request.method, request.url, fingerprint),
    operation.meta.once === true,
  )
  if ('refusal' in begun) return refuse(begun.refusal === 'idempotency-mismatch' ? 422 : 409, begun.refusal)
  if ('replay' in begun)
    return send(reply.header('idempotency-replayed', 'true'), begun.replay.status, begun.replay.body)
  try {
    const answer = await forward(request, operation, 'rest', inner, null, parts, begun.onceId)
    const settled = answer ?? { status: 404, headers: {}, body: null }
    const { body } = settled
    await parts.idempotency.finish(record, {
      status: settled.status,
      body: body instanceof WireBody ? body.value() : body,
    })
    return answer ? finish(reply, answer, parts) : refuse(404, 'not-found')
  } catch (error) {
    await parts.idempotency.finish(record, { status: 500, body: null }).catch(() => undefined)
    throw error
  }
}

async function formFingerprint(form: FormData): Promise<unknown> {
  const fields: unknown[] = []
  for (const [name, value] of form) {
    fields.push([
      name,
      typeof value === 'string'
        ? value
        : [
            value.name,
            createHash('sha256')
              .update(Buffer.from(await value.arrayBuffer()))
              .digest('hex'),
          ],
    ])
  }
  return fields
}

/** The service says that a session began or ended; the cookie is made here. */
function finish(reply: FastifyReply, answer: Answered, parts: ApiParts): FastifyReply {
  const session = answer.headers[innerHeaders.session]
  if (typeof session === 'string') {
    const flags = `Path=/; HttpOnly; SameSite=Lax${parts.cookie.isSecure ? '; Secure' : ''}`
    if (session === 'end') reply.header('set-cookie', `${parts.cookie.name}=; ${flags}; Max-Age=0`)
    else {
      const { token, expiresAt } = JSON.parse(session) as { token: string; expiresAt: string }
      reply.header(
        'set-cookie',
        `${parts.cookie.name}=${encodeURIComponent(token)}; ${flags}; Expires=${new Date(expiresAt).toUTCString()}`,
      )
    }
  }
  return send(reply, answer.status, answer.body)
}

const send = (reply: FastifyReply, status: number, body: unknown): FastifyReply =>
  reply
    .code(status)
    .header('content-type', 'application/json; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(body instanceof WireBody ? body.bytes : JSON.stringify(body ?? {}))

async function standingOf(
  request: FastifyRequest,
  operation: FrontOperation,
  credential: Credential | null,
  limits: Limits,
): Promise<Standing> {
  if (operation.meta.sensitive) {
    const sensitive = await limits.ofSensitive(request.ip)
    if (!sensitive.allowed) return sensitive
  }
  return credential ? limits.ofCaller((credential.hash ??= hashToken(credential.secret))) : limits.ofAddress(request.ip)
}

/** Header first: a script that sends one means it, whatever cookie a browser adds. */
export function credentialOf(request: FastifyRequest, cookieName: string): Credential | null {
  const { authorization } = request.headers
  const apiKey = request.headers['x-api-key']
  const given =
    typeof apiKey === 'string' ? apiKey : authorization?.startsWith('Bearer ') ? authorization.slice(7).trim() : null
  if (given !== null) {
    const kind = given.startsWith('flo_') ? 'key' : given.startsWith('local_') ? 'local' : 'session'
    return { kind, secret: kind === 'local' ? given.slice('local_'.length) : given, byCookie: false }
  }
  const cookie = request.cookies[cookieName]
  return cookie ? { kind: 'session', secret: cookie, byCookie: true } : null
}

function workspaceOf(request: FastifyRequest): string | null {
  const header = request.headers['floowe-workspace']
  return typeof header === 'string' && header.length <= 120 && header !== '' ? header : null
}
