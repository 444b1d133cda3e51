/**
 * Services in other processes, over HTTP: the same requests as through the loopback.
 *
 * What is repeated: a request that did not leave (no connection) goes to another instance; one whose answer was lost goes out
 * again only if repeating it has no second effect (GET, or an operation that says so). Anything else that was lost is
 * `unavailable`, and whoever asked decides, with the same Idempotency-Key.
 */
import { contracts, type ServiceName } from '@floowe/contracts/index'
import type { OperationMeta } from '@floowe/contracts/operation'
import type { StandardHeaders, StandardLazyRequest, StandardResponse } from '@orpc/standard-server'
import { Refusal } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import { exchange } from './exchange.ts'
import { type Instances, createInstances, type Taken } from './instances.ts'
import { budgetHeader, drainingHeader, innerPath, keyHeader, unmatchedHeader, WireBody } from './inner-http.ts'
import type { Door, Transport } from './port.ts'
import { remainingMs, traceparentOf, trail } from './trail.ts'

export type HttpTransport = Transport & {
  /** For plain routes that are passed on as they are. */
  instancesOf: (service: ServiceName) => Instances
  key: string
  close: () => Promise<void>
}

const triesMax = 3
const budgetMsMax = 60_000
/** A request that finds nobody waits so long: a process that is started anew, on a busy machine too, is back by then. */
const patienceMs = 25_000
const answerBytesMax = 64 * 1024 * 1024

/** @param options.key see `innerKey`. @param options.origins `http://host:port` of each instance, by service */
export function httpTransport(options: {
  key: string
  origins: Readonly<Partial<Record<ServiceName, readonly string[]>>>
  log: Log
  metrics: Metrics
}): HttpTransport {
  const { key, origins, log, metrics } = options
  const all = new Map<ServiceName, Instances>()
  const instancesOf = (service: ServiceName): Instances => {
    const known = all.get(service)
    if (known) return known
    const made = createInstances({ service, origins: origins[service] ?? [], log, metrics })
    all.set(service, made)
    return made
  }
  return {
    key,
    instancesOf,
    send: async (service, door, request) => {
      const instances = instancesOf(service)
      const body = await bodyOf(request)
      const mayRepeat = isRepeatable(service, door, request)
      const budgetMs = remainingMs(budgetMsMax)
      const untilMs = performance.now() + budgetMs
      const failed = new Set<string>()
      for (let turn = 1; ; turn++) {
        const taken = await instances.take(Math.min(untilMs, performance.now() + patienceMs), failed)
        if (!taken) throw new Refusal('unavailable', { service })
        try {
          return await ask(taken, service, door, request, body, key, untilMs)
        } catch (error) {
          failed.add(taken.origin)
          const isOver = turn >= triesMax || request.signal?.aborted === true || performance.now() >= untilMs
          if (isOver || !(hasNotLeft(error) || mayRepeat)) throw asUnavailable(error, service)
        }
      }
    },
    close: async () => void (await Promise.all([...all.values()].map((instances) => instances.close()))),
  }
}

type Body = { bytes: Buffer | null; type: string | null }

async function ask(
  taken: Taken,
  service: ServiceName,
  door: Door,
  request: StandardLazyRequest,
  body: Body,
  key: string,
  untilMs: number,
): Promise<StandardResponse | null> {
  const leftMs = Math.max(1, Math.round(untilMs - performance.now()))
  const current = trail()
  const headers = plainHeaders(request.headers)
  headers[keyHeader] = key
  headers[budgetHeader] = String(leftMs)
  if (current) headers['traceparent'] = traceparentOf(current)
  if (body.type !== null) headers['content-type'] = body.type
  let how: Parameters<Taken['release']>[0] = 'broken'
  try {
    const answer = await exchange(
      taken.pool,
      {
        method: request.method,
        path: `${innerPath(service, door)}${request.url.pathname}${request.url.search}`,
        headers,
        body: body.bytes,
      },
      { withinMs: leftMs, bytesMax: answerBytesMax, signal: request.signal },
    )
    how = answer.headers[drainingHeader] === undefined ? 'answered' : 'draining'
    if (answer.headers[unmatchedHeader] !== undefined) return null
    return {
      status: answer.status,
      headers: answer.headers,
      body: new WireBody(answer.bytes, answer.headers['content-type']),
    }
  } catch (error) {
    // The caller went away: that says nothing about the instance.
    if (request.signal?.aborted) how = 'answered'
    throw error
  } finally {
    taken.release(how)
  }
}

async function bodyOf(request: StandardLazyRequest): Promise<Body> {
  const body: unknown = await request.body()
  if (body === undefined) return { bytes: null, type: null }
  if (body instanceof FormData || body instanceof Blob) {
    const response = new Response(body)
    return { bytes: Buffer.from(await response.arrayBuffer()), type: response.headers.get('content-type') }
  }
  return { bytes: Buffer.from(JSON.stringify(body)), type: 'application/json' }
}

/** Lengths and ways of sending are made anew. */
const remade = new Set(['content-length', 'transfer-encoding', 'connection', 'host', 'content-type'])
function plainHeaders(headers: StandardHeaders): Record<string, string> {
  const plain: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    const text = Array.isArray(value) ? value[0] : value
    if (text !== undefined && !remade.has(name)) plain[name] = text
  }
  return plain
}

function isRepeatable(service: ServiceName, door: Door, request: StandardLazyRequest): boolean {
  if (door === 'rest') return request.method === 'GET' || request.method === 'HEAD'
  const operation = request.url.pathname.slice(1)
  const contract = contracts[service] as Readonly<Record<string, { '~orpc': Declared }>>
  const declared = Object.hasOwn(contract, operation) ? contract[operation]?.['~orpc'] : undefined
  return declared?.meta.repeatable === true || declared?.route?.method === 'GET'
}
type Declared = { meta: OperationMeta; route?: { method?: string } }

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
/** No byte of the request reached anybody. */
const hasNotLeft = (error: unknown): boolean =>
  ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'].includes(
    codeOf(error),
  )

const asUnavailable = (error: unknown, service: ServiceName): Refusal =>
  new Refusal('unavailable', { service }, { cause: error })
