/**
 * The only way out to addresses that a person typed. One connection per request: a kept one could break under a request
 * and leave open whether it arrived, and its address would be older than the last check.
 *
 * On Node's own HTTP client, not on undici: that one treats an answer behind an unasked `100 Continue` as a broken
 * connection, which here would mean "perhaps published", and costs 85 ms and 14 MB to load.
 */
import { request as writeRequest } from 'node:http'
import type { ClientRequest, IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { AddressRefusal, createAddressGuard } from './addresses.ts'
import type { Target } from './addresses.ts'
import type { Log } from './log.ts'
import { decoded } from './outbound-answer.ts'
import { createResolver, openConnection } from './outbound-connection.ts'
import type { Resolver } from './outbound-connection.ts'

/**
 * `bad-address` and `bad-request`: the form is wrong. `blocked-address`: not the public internet. `not-found`: no such name.
 * `unreachable`, `tls-failed`: no connection. `reset-after-send`: the connection ended without a whole answer.
 * `bad-answer`: not HTTP, or damaged. `cancelled`: by the caller's signal or by `close`.
 */
export type OutboundCode =
  | 'bad-address'
  | 'bad-request'
  | 'blocked-address'
  | 'not-found'
  | 'unreachable'
  | 'tls-failed'
  | 'timed-out'
  | 'too-large'
  | 'too-many-redirects'
  | 'bad-answer'
  | 'reset-after-send'
  | 'cancelled'

export type OutboundHead = { status: number; headers: Readonly<Record<string, string>> }

export class OutboundError extends Error {
  readonly code: OutboundCode
  /** Whether any byte of the request may have reached the other side. False means: repeating is safe. */
  readonly sent: boolean
  /** Status and headers, when they came before it failed. */
  readonly head: OutboundHead | null
  constructor(
    code: OutboundCode,
    text: string,
    options: { sent: boolean; head?: OutboundHead | null; cause?: unknown },
  ) {
    super(text, { cause: options.cause })
    this.name = 'OutboundError'
    this.code = code
    this.sent = options.sent
    this.head = options.head ?? null
  }
}

export type OutboundRequest = {
  /** GET (standard), HEAD, POST, PUT, PATCH, DELETE or OPTIONS. */
  method?: string
  /** Those that belong to the connection (host, content-length, accept-encoding, …) are refused. */
  headers?: Readonly<Record<string, string>>
  body?: string | Uint8Array
  /** For everything together: name, connection, headers, body, redirects. Standard 15,000; at most 600,000. */
  timeoutMs?: number
  /** Of the answer's body, before and after decompression. Standard 10 MB. */
  bytesMax?: number
  /** For GET and HEAD; others get the redirect as their answer. Standard 0, at most 10. Another origin gets no credentials. */
  redirectsMax?: number
  /** Words for the log: what the request is for. */
  context?: string
  signal?: AbortSignal
}
export type OutboundAnswer = OutboundHead & {
  /** Headers have lower-case names; repeated ones are joined by a comma (set-cookie by a line feed). */
  body: Buffer
  /** Of the last request, after redirects. */
  url: string
}
export type Outbound = {
  /** @throws OutboundError. Any status is an answer, not an error. */
  request: (url: string, request?: OutboundRequest) => Promise<OutboundAnswer>
  /**
   * A bare connection for another protocol than HTTP, checked like a request: it leads to the address that was checked. Whoever
   * asked for it closes it. @throws OutboundError
   */
  connect: (place: { host: string; port: number }, timeoutMs?: number) => Promise<Socket>
  /** For the moment a user types it: form, name and addresses, without a connection. At most 5 s. @throws OutboundError */
  checkAddress: (url: string) => Promise<void>
  /** Cancels what runs; what is asked later is `cancelled`. */
  close: () => Promise<void>
}
export type OutboundOptions = {
  /** `host:port` or CIDR that the operator lets through (FLOOWE_OUTBOUND_ALLOW). @throws Error when an entry is neither */
  allow: readonly string[]
  userAgent: string
  resolver?: Resolver
  /** PEM of further certificate authorities the operator trusts. */
  authorities?: readonly string[]
  log: Log
}

const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
const connectionHeader =
  /^(host|connection|content-length|transfer-encoding|accept-encoding|upgrade|expect|keep-alive|te|trailer|proxy-.*)$/
const harmlessHeader = /^(accept|accept-language|user-agent|if-none-match|if-modified-since|range)$/
const redirectsMaxMax = 10
const checkMsMax = 5_000
const standard = { timeoutMs: 15_000, bytesMax: 10_000_000 }
const highest = { timeoutMs: 600_000, bytesMax: 1_000_000_000 }

type Ask = { method: string; headers: Record<string, string>; body?: string | Uint8Array; bytesMax: number }
/** What is known when something fails. `isSent` is true from the first request of a chain on; `isAwaited` during each. */
type Progress = { isSent: boolean; isAwaited: boolean; head: OutboundHead | null }

export function createOutbound(options: OutboundOptions): Outbound {
  const guard = createAddressGuard(options.allow)
  const dns = createResolver()
  const resolver = options.resolver ?? dns.resolve
  const bounds = createBounds()
  const connect = (target: Target, signal: AbortSignal): Promise<Socket> =>
    openConnection(target, { guard, resolver, signal, authorities: options.authorities })

  const follow = async (address: string, asked: Ask, redirectsMax: number, signal: AbortSignal, progress: Progress) => {
    let target = guard.target(address)
    let ask = asked
    for (let redirects = 0; ; redirects += 1) {
      const answer = await exchange(await connect(target, signal), target, ask, signal, progress)
      const location = answer.status >= 300 && answer.status < 400 ? answer.headers.location : undefined
      if (location === undefined || redirectsMax === 0 || !/^(GET|HEAD)$/.test(ask.method)) return answer
      if (redirects >= redirectsMax) throw new Ended('too-many-redirects', `more than ${redirectsMax} redirects`)
      const next = URL.parse(location, target.url)
      if (!next) throw new Ended('bad-answer', 'the answer redirects to something that is not an address')
      if (next.origin !== target.url.origin) ask = { ...ask, headers: harmless(ask.headers) }
      target = guard.target(next.href)
      progress.head = null
    }
  }
  return {
    request: async (url, request = {}) => {
      const beganMs = performance.now()
      const about = { context: request.context, method: request.method ?? 'GET', host: URL.parse(url)?.host }
      const told = (outcome: Record<string, unknown>): void =>
        options.log.debug('outbound request', { ...about, ...outcome, tookMs: Math.round(performance.now() - beganMs) })
      try {
        const timeoutMs = limited(request.timeoutMs ?? standard.timeoutMs, highest.timeoutMs)
        const answer = await bounds.run(timeoutMs, request.signal, async (signal, progress) =>
          follow(
            url,
            readAsk(request, options.userAgent),
            limited(request.redirectsMax ?? 0, redirectsMaxMax),
            signal,
            progress,
          ),
        )
        told({ status: answer.status, bytes: answer.body.length })
        return answer
      } catch (error) {
        told({ code: error instanceof OutboundError ? error.code : 'internal', error })
        throw error
      }
    },
    connect: ({ host, port }, timeoutMs = standard.timeoutMs) =>
      bounds.run(limited(timeoutMs, highest.timeoutMs), undefined, async (signal) =>
        connect(guard.target(`http://${host.includes(':') ? `[${host}]` : host}:${port}/`), signal),
      ),
    checkAddress: (url) =>
      bounds.run(checkMsMax, undefined, async (signal) => {
        const target = guard.target(url)
        if (!guard.isVouchedFor(target)) guard.checkAll(await resolver(target.host, signal), target)
      }),
    close: async () => {
      bounds.close()
      dns.close()
    },
  }
}

type Work<Value> = (signal: AbortSignal, progress: Progress) => Promise<Value>

/** Runs work that ends with its time, the caller's signal or `close`, and words whatever fails. */
function createBounds() {
  const running = new Set<AbortController>()
  let isClosed = false
  return {
    run: async <Value>(timeoutMs: number, signal: AbortSignal | undefined, work: Work<Value>): Promise<Value> => {
      const progress: Progress = { isSent: false, isAwaited: false, head: null }
      const controller = new AbortController()
      const cancel = (): void => controller.abort(new Ended('cancelled', 'the request was cancelled'))
      const words = `no answer within ${timeoutMs} ms`
      const timer = setTimeout(() => controller.abort(new Ended('timed-out', words)), timeoutMs)
      signal?.addEventListener('abort', cancel, { once: true })
      if (isClosed || signal?.aborted) cancel()
      running.add(controller)
      try {
        return await work(controller.signal, progress)
      } catch (error) {
        throw worded(controller.signal.aborted ? controller.signal.reason : error, progress)
      } finally {
        clearTimeout(timer)
        signal?.removeEventListener('abort', cancel)
        running.delete(controller)
      }
    },
    close: (): void => {
      isClosed = true
      for (const controller of running) controller.abort(new Ended('cancelled', 'the client was closed'))
    },
  }
}

/** An end with a known code; becomes an `OutboundError` where it is known whether anything was sent. */
class Ended extends Error {
  readonly code: OutboundCode
  constructor(code: OutboundCode, text: string) {
    super(text)
    this.code = code
  }
}

const limited = (value: number, max: number): number => Math.min(Math.max(0, Math.trunc(value)), max)

function readAsk(request: OutboundRequest, userAgent: string): Ask {
  const method = (request.method ?? 'GET').toUpperCase()
  if (!methods.has(method)) throw new Ended('bad-request', `the method ${method.slice(0, 20)} is not used`)
  const headers: Record<string, string> = { 'user-agent': userAgent, 'accept-encoding': 'identity' }
  for (const [name, value] of Object.entries(request.headers ?? {})) {
    const lower = name.toLowerCase()
    if (connectionHeader.test(lower))
      throw new Ended('bad-request', `the header ${lower.slice(0, 40)} belongs to the connection`)
    headers[lower] = value
  }
  return {
    method,
    headers,
    body: request.body,
    bytesMax: limited(request.bytesMax ?? standard.bytesMax, highest.bytesMax),
  }
}

const harmless = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).filter(([name]) => harmlessHeader.test(name) || name === 'accept-encoding'),
  )

/** One request and its answer on a fresh connection, which is gone afterwards. */
async function exchange(
  socket: Socket,
  target: Target,
  ask: Ask,
  signal: AbortSignal,
  progress: Progress,
): Promise<OutboundAnswer> {
  try {
    if (socket.destroyed || !socket.writable)
      throw new Ended('unreachable', 'the connection was closed before the request')
    const written = prepared(socket, target, ask, signal)
    // Said before the first await: from here on a byte may leave at any time.
    progress.isSent = true
    progress.isAwaited = true
    const message = await answerTo(written, ask.body)
    const headers = flatHeaders(message)
    const status = message.statusCode ?? 0
    progress.head = { status, headers }
    const bytes = await collected(message, ask.method === 'HEAD' ? undefined : headers['content-length'], ask.bytesMax)
    progress.isAwaited = false
    const { 'content-encoding': encoding, ...rest } = headers
    if (encoding === undefined || bytes.length === 0) return { status, headers, body: bytes, url: target.url.href }
    const plain = await decoded(bytes, encoding, ask.bytesMax)
    if (plain === 'too-large') throw new Ended('too-large', `the answer holds more than ${ask.bytesMax} bytes`)
    if (plain === 'damaged') throw new Ended('bad-answer', 'the answer is packed in a way that cannot be read')
    return { status, headers: { ...rest, 'content-length': String(plain.length) }, body: plain, url: target.url.href }
  } finally {
    socket.destroy()
  }
}

/** A request that only needs its end to be written. What cannot be put on the wire is refused here. */
function prepared(socket: Socket, target: Target, ask: Ask, signal: AbortSignal): ClientRequest {
  const hasBody = ask.body !== undefined || /^(POST|PUT|PATCH)$/.test(ask.method)
  try {
    return writeRequest({
      createConnection: () => socket,
      method: ask.method,
      path: `${target.url.pathname}${target.url.search}`,
      setHost: false,
      headers: {
        host: target.url.host,
        ...ask.headers,
        ...(hasBody && { 'content-length': String(Buffer.byteLength(ask.body ?? '')) }),
      },
      maxHeaderSize: 65_536,
      signal,
    })
  } catch (error) {
    throw new Ended(
      'bad-request',
      `the request cannot be written: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}

function answerTo(written: ClientRequest, body: string | Uint8Array | undefined): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  // Stays: an answer may come before the whole request was taken, and its connection break later.
  written.on('error', reject)
  written.once('response', resolve)
  written.once('upgrade', () => reject(new Ended('bad-answer', 'the other side changed to another protocol')))
  written.end(body)
  return promise
}

async function collected(message: IncomingMessage, declared: string | undefined, bytesMax: number): Promise<Buffer> {
  const tooLarge = (): Ended => new Ended('too-large', `the answer holds more than ${bytesMax} bytes`)
  // A body that nobody reads still needs someone to hear that it broke off.
  message.on('error', () => undefined)
  if (declared !== undefined && Number(declared) > bytesMax) throw tooLarge()
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of message as AsyncIterable<Buffer>) {
    // no encoding is set, so chunks are bytes
    bytes += chunk.length
    if (bytes > bytesMax) throw tooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function flatHeaders(message: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = Object.create(null)
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined)
      headers[name] = Array.isArray(value) ? value.join(name === 'set-cookie' ? '\n' : ', ') : value
  }
  return headers
}

const errorCode = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '')
/** Of the parser: the answer came, and cannot be read. A connection that ended too early is not among them. */
const unreadable = /^HPE_(?!INVALID_EOF_STATE)/

function worded(error: unknown, { isSent, isAwaited, head }: Progress): OutboundError {
  const made = (code: OutboundCode, text: string): OutboundError =>
    new OutboundError(code, text, { sent: isSent, head, cause: error })
  if (error instanceof Ended || error instanceof AddressRefusal)
    return new OutboundError(error.code, error.message, { sent: isSent, head })
  const cause = errorCode(error)
  if (!isAwaited) {
    if (cause === 'ENOTFOUND' || cause === 'ENODATA') return made('not-found', 'there is no such name')
    if (cause === 'TLS_FAILED')
      return made('tls-failed', error instanceof Error ? error.message : 'no secure connection')
    return made('unreachable', 'no connection could be made')
  }
  if (unreadable.test(cause)) return made('bad-answer', 'the answer is not readable as HTTP')
  return made('reset-after-send', 'the connection ended before the whole answer came')
}
