/**
 * The one door of a service: decodes, checks the caller, validates, runs, encodes. The same for loopback and HTTP.
 * Refusals get their status and their text here; anything else is logged once and leaves as `internal` with the request id.
 */
import type { OperationMeta } from '@floowe/contracts/operation'
import { refusalText } from '@floowe/contracts/refusal-words'
import type { ServiceName } from '@floowe/contracts/index'
import { StandardOpenAPIHandler } from '@orpc/openapi/standard'
import { implement, ORPCError, ValidationError } from '@orpc/server'
import { StandardRPCHandler } from '@orpc/server/standard'
import type { StandardHeaders, StandardLazyRequest, StandardResponse } from '@orpc/standard-server'
import { BlobError } from '../blobs/port.ts'
import { isLostDatabase } from '../database/lost.ts'
import { isLostDocuments } from '../documents/port.ts'
import { Refusal } from '../errors.ts'
import { isFullStorage } from '../full-storage.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import type { Call } from '../service.ts'
import { type Endpoint, innerHeaders } from './port.ts'
import { anonymous, type Caller, type TokenVerifier } from './tokens.ts'
import { remainingMs } from './trail.ts'
import { type Tracer, trailsOnly } from '../trace.ts'

const runMsMax = 60_000

type Context = {
  request: StandardLazyRequest
  requestId: string
  answerHeaders: Record<string, string>
  locale: 'pl' | 'en'
}
type Procedure = { '~orpc': { meta: OperationMeta; errorMap: Record<string, { status?: number }> } }
type AnyApi = Record<string, (input: unknown, call: Call) => Promise<unknown>>

export type EndpointOptions = {
  name: ServiceName
  contract: object
  api: object
  verifier: TokenVerifier
  log: Log
  metrics: Metrics
  /** Standard: none. */
  tracer?: Tracer
  nowMs: () => number
}

export function createEndpoint(options: EndpointOptions): Endpoint {
  const { name, verifier, log, metrics, tracer = trailsOnly } = options
  const router = routerOf(options.contract as Record<string, Procedure>, options.api as AnyApi, name)
  const shared = {
    interceptors: [
      async ({ next, context }: { next: () => Promise<never>; context: Context }) => {
        try {
          return await next()
        } catch (error) {
          throw translate(error, null, context, log)
        }
      },
    ],
    clientInterceptors: [
      async ({
        next,
        ...run
      }: {
        next: (changed: object) => Promise<unknown>
        context: Context
        procedure: unknown
        path: readonly string[]
      }) => {
        const { meta, errorMap } = (run.procedure as Procedure)['~orpc']
        const started = performance.now()
        let outcome = 'ok'
        try {
          return await tracer.span(`${name}.${run.path.join('.')}`, { kind: 'server' }, async () => {
            const call = await admit(run.context, meta, verifier, name)
            return next({ ...run, context: { ...run.context, call } })
          })
        } catch (error) {
          const translated = translate(error, errorMap, run.context, log)
          outcome = translated.code
          throw translated
        } finally {
          metrics.operation({
            service: name,
            operation: run.path.join('.'),
            outcome,
            seconds: (performance.now() - started) / 1000,
          })
        }
      },
    ],
  }
  const rpc = new StandardRPCHandler(router as never, shared as never) // oRPC cannot type a router made from an unknown contract
  const rest = new StandardOpenAPIHandler(router as never, shared as never)
  return async (door, request) => {
    const context: Context = {
      request,
      requestId: one(request.headers[innerHeaders.requestId]) ?? '-',
      answerHeaders: {},
      locale: localeOf(request.headers),
    }
    const result = await (door === 'rpc' ? rpc : rest).handle(request, { context: context as never })
    if (!result.matched) return null
    const response: StandardResponse = result.response
    return Object.keys(context.answerHeaders).length > 0
      ? { ...response, headers: { ...response.headers, ...context.answerHeaders } }
      : response
  }
}

function routerOf(contract: Record<string, Procedure>, api: AnyApi, name: string): Record<string, unknown> {
  const router: Record<string, unknown> = {}
  for (const [operation, procedure] of Object.entries(contract)) {
    const run = api[operation]
    if (!run) throw new Error(`${name} does not answer ${operation}`)
    router[operation] = (
      implement(procedure as never) as unknown as {
        handler: (work: (options: { input: unknown; context: { call: Call } }) => Promise<unknown>) => unknown
      }
    ) // one procedure of an unknown contract
      .handler(({ input, context }) => run(input, context.call))
  }
  return router
}

/** Who calls, and may they? Everything that is not allowed by name is refused, before the input is even looked at. */
async function admit(context: Context, meta: OperationMeta, verifier: TokenVerifier, service: string): Promise<Call> {
  const { headers } = context.request
  if (meta.inner && one(headers[innerHeaders.front])) throw new Refusal('not-found')
  const caller = await callerOf(one(headers['authorization']), verifier)
  if (meta.needs !== 'anyone') {
    if (caller.kind === 'anonymous') throw new Refusal('not-signed-in')
    if (meta.needs === 'service') {
      // An inner operation may also be reached with a person's token that a service passes on; the front door is closed above.
      if (!meta.inner) throw new Refusal('not-allowed')
    } else if (meta.needs !== 'signed-in' && !caller.permissions.has(meta.needs))
      throw new Refusal('not-allowed', { needs: meta.needs })
    if (meta.needs !== 'signed-in' && !meta.inner && caller.workspaceId === null)
      throw new Refusal('not-allowed', { needs: 'workspace' })
  }
  const limit = AbortSignal.timeout(remainingMs(runMsMax))
  return {
    caller,
    workspaceId: caller.workspaceId ?? '',
    requestId: context.requestId,
    signal: context.request.signal ? AbortSignal.any([context.request.signal, limit]) : limit,
    locale: context.locale,
    userAgent: one(headers['user-agent'])?.slice(0, 300) ?? null,
    clientAddress: one(headers[innerHeaders.client]),
    onceId: one(headers[innerHeaders.once]),
    credential: service === 'identity' ? one(headers[innerHeaders.credential]) : null,
    setSession: (session) => {
      context.answerHeaders[innerHeaders.session] = session === null ? 'end' : JSON.stringify(session)
    },
  }
}

async function callerOf(authorization: string | null, verifier: TokenVerifier): Promise<Caller> {
  if (authorization === null) return anonymous
  const caller = authorization.startsWith('Bearer ') ? await verifier.verify(authorization.slice(7)) : null
  if (!caller) throw new Refusal('not-signed-in')
  return caller
}

type ErrorMap = Record<string, { status?: number }>

/** Turns whatever was thrown into one of the operation's own errors, with a text in the caller's language. */
function translate(error: unknown, errorMap: ErrorMap | null, context: Context, log: Log): ORPCError<string, unknown> {
  if (error instanceof ORPCError && error.defined) return error
  const { locale } = context
  const typed = (code: string, status: number, data?: unknown): ORPCError<string, unknown> =>
    new ORPCError(code, { defined: true, status, data, message: refusalText(code, locale, data) })
  if (error instanceof Refusal) {
    const declared = errorMap ? errorMap[error.code] : { status: 400 }
    if (declared) return typed(error.code, declared.status ?? 400, error.data)
  }
  if (
    error instanceof ORPCError &&
    (error.code === 'BAD_REQUEST' || error.status === 400 || error.code === 'UNPROCESSABLE_CONTENT')
  ) {
    return typed('invalid-input', 400, { issues: issuesOf(error) })
  }
  if (error instanceof ORPCError && error.code === 'CLIENT_CLOSED_REQUEST') return typed('unavailable', 503)
  if (error instanceof ORPCError && error.code === 'PAYLOAD_TOO_LARGE') return typed('too-large', 413)
  if (error instanceof DOMException && (error.name === 'TimeoutError' || error.name === 'AbortError'))
    return typed('unavailable', 503)
  if (isFullStorage(error)) {
    log.error('there is no room left', { error, requestId: context.requestId })
    return typed('storage-full', 507)
  }
  if (error instanceof BlobError && error.code === 'unavailable') {
    log.error('files are away', { error, requestId: context.requestId })
    return typed('unavailable', 503)
  }
  if (isLostDatabase(error) || isLostDocuments(error)) {
    log.error('the database is away', { error, requestId: context.requestId })
    return typed('unavailable', 503)
  }
  log.error('an operation failed unexpectedly', { error, requestId: context.requestId })
  return typed('internal', 500, { requestId: context.requestId })
}

function issuesOf(error: ORPCError<string, unknown>): { path: string; problem: string }[] {
  const { cause } = error
  if (!(cause instanceof ValidationError)) return [{ path: '', problem: 'malformed' }]
  return cause.issues.slice(0, 20).map((issue) => ({
    path: (issue.path ?? [])
      .map((part) => String(typeof part === 'object' ? part.key : part))
      .join('.')
      .slice(0, 200),
    problem: issue.message.slice(0, 300),
  }))
}

const one = (header: string | readonly string[] | undefined): string | null =>
  typeof header === 'string' ? header : (header?.[0] ?? null)
const localeOf = (headers: StandardHeaders): 'pl' | 'en' =>
  /^\s*pl\b/i.test(one(headers['accept-language']) ?? '') ? 'pl' : 'en'
