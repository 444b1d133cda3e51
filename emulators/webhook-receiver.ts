/**
 * A receiver of signed webhooks (Standard Webhooks), as a customer would write one: it checks the signature and the age of
 * a message and takes each `webhook-id` once. It keeps a log of every request, which judges a sender, and it can misbehave
 * in the ways real receivers and the networks before them do.
 *
 * Alone: `node emulators/webhook-receiver.ts --port 4990 --secret whsec_…`
 */
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { parseArgs } from 'node:util'
import { Webhook } from 'standardwebhooks'

/**
 * `ok`: takes it, 204. `accept-then-…`: takes it, then cuts the connection, answers 500, or never answers. `reset`: cuts the
 * connection without taking it. A status: answers it without taking anything; `retryAfter` in seconds, or as an HTTP date so
 * many seconds ahead. `slow-body`: takes it and sends its answer by drops until `hangMs` is over. `garbage`: takes it and
 * answers something that is not HTTP.
 */
export type Fault =
  | 'ok'
  | 'accept-then-reset'
  | 'accept-then-500'
  | 'accept-then-hang'
  | 'reset'
  | 'slow-body'
  | 'garbage'
  | { status: number; retryAfter?: number; asDate?: boolean; body?: string; location?: string }

export type Received = {
  /** `webhook-id`. */
  id: string
  /** How often this id came, this time included. */
  attempt: number
  /** `type` of the message, or an empty text. */
  type: string
  /** SHA-256 of the body. */
  hash: string
  body: unknown
  headers: Readonly<Record<string, string>>
  raw: string
  /** Unix ms at which the head of the request had arrived. */
  arrivedMs: number
  /** Null when the signature and the age are right. */
  problem: string | null
  fault: Fault
  /** It had its effect: the first right message under this id that was taken. */
  isEffect: boolean
  /** It was taken, as a first one or as a repetition. */
  isTaken: boolean
}

export type WebhookReceiver = {
  url: string
  /** Every request, in the order of arrival. A copy. */
  log: () => Received[]
  /** Messages that had their effect, by id. */
  effects: () => Map<string, Received>
  /** Secrets whose signatures are right from now on; none: nothing is checked. */
  trust: (...secrets: string[]) => void
  faults: {
    /** For the next requests, one each; then `ok` again. */
    next: (faults: readonly Fault[]) => void
    /** For every request that `next` says nothing about. */
    always: (choose: (request: { id: string; attempt: number }) => Fault) => void
  }
  /** Resolves with the log once it holds so many requests. Fails after `withinMs`. */
  received: (count: number, withinMs?: number) => Promise<Received[]>
  stop: () => Promise<void>
}

export type WebhookReceiverOptions = {
  port?: number
  secrets?: readonly string[]
  /** Messages older or newer than that are refused. Standard 300. */
  toleranceSeconds?: number
  /** The receiver's clock, Unix ms; for senders with a clock of their own. */
  nowMs?: () => number
  /** How long `accept-then-hang` and `slow-body` last. Standard 30,000. */
  hangMs?: number
}

const bodyBytesMax = 32 * 1024 * 1024
const dropEveryMs = 50

type Receiver = {
  log: Received[]
  counts: Map<string, number>
  taken: Set<string>
  secrets: string[]
  queue: Fault[]
  choose: (request: { id: string; attempt: number }) => Fault
  toleranceSeconds: number
  nowMs: () => number
  hangMs: number
  timers: Set<NodeJS.Timeout>
  listeners: Set<() => void>
}

export async function startWebhookReceiver(options: WebhookReceiverOptions = {}): Promise<WebhookReceiver> {
  const receiver: Receiver = {
    log: [],
    counts: new Map(),
    taken: new Set(),
    secrets: [...(options.secrets ?? [])],
    queue: [],
    choose: () => 'ok',
    toleranceSeconds: options.toleranceSeconds ?? 300,
    nowMs: options.nowMs ?? Date.now,
    hangMs: options.hangMs ?? 30_000,
    timers: new Set(),
    listeners: new Set(),
  }
  const sockets = new Set<Socket>()
  const server = createServer((request, response) => {
    const arrivedMs = Date.now()
    void receive(receiver, request, response, arrivedMs).catch(() => request.socket.destroy())
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`, // a listening TCP server has a port
    log: () => [...receiver.log],
    effects: () => new Map(receiver.log.filter((entry) => entry.isEffect).map((entry) => [entry.id, entry])),
    trust: (...secrets) => void (receiver.secrets = secrets),
    faults: {
      next: (faults) => void receiver.queue.push(...faults),
      always: (choose) => void (receiver.choose = choose),
    },
    received: (count, withinMs = 10_000) => received(receiver, count, withinMs),
    stop: () => stop(server, sockets, receiver),
  }
}

async function receive(
  receiver: Receiver,
  request: IncomingMessage,
  response: ServerResponse,
  arrivedMs: number,
): Promise<void> {
  const raw = await bodyOf(request)
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
  const id = headers['webhook-id'] ?? ''
  const attempt = (receiver.counts.get(id) ?? 0) + 1
  receiver.counts.set(id, attempt)
  const problem = problemOf(receiver, raw, headers)
  const fault =
    problem === null ? (receiver.queue.shift() ?? receiver.choose({ id, attempt })) : { status: 401, body: problem }
  const isTaken = problem === null && typeof fault === 'string' && fault !== 'reset'
  const isEffect = isTaken && !receiver.taken.has(id)
  if (isTaken) receiver.taken.add(id)
  const body = parsed(raw)
  const type = typeof body === 'object' && body !== null && 'type' in body ? String(body.type) : ''
  receiver.log.push({
    id,
    attempt,
    type,
    hash: createHash('sha256').update(raw).digest('hex'),
    body,
    headers,
    raw,
    arrivedMs,
    problem,
    fault,
    isEffect,
    isTaken,
  })
  for (const listener of receiver.listeners) listener()
  misbehave(receiver, fault, request, response)
}

function misbehave(receiver: Receiver, fault: Fault, request: IncomingMessage, response: ServerResponse): void {
  const later = (ms: number, work: () => void): void => {
    const timer = setTimeout(() => {
      receiver.timers.delete(timer)
      work()
    }, ms)
    receiver.timers.add(timer)
  }
  if (typeof fault === 'object') {
    const { status, retryAfter, asDate, location } = fault
    const ahead =
      retryAfter === undefined
        ? {}
        : { 'retry-after': asDate ? new Date(receiver.nowMs() + retryAfter * 1000).toUTCString() : String(retryAfter) }
    response
      .writeHead(status, {
        'content-type': 'text/plain; charset=utf-8',
        ...ahead,
        ...(location !== undefined && { location }),
      })
      .end(fault.body ?? `status ${status}`)
  } else if (fault === 'ok') response.writeHead(204).end()
  else if (fault === 'accept-then-500')
    response.writeHead(500, { 'content-type': 'text/html' }).end('<h1>Internal Server Error</h1>')
  else if (fault === 'accept-then-hang') later(receiver.hangMs, () => request.socket.destroy())
  else if (fault === 'garbage') request.socket.end('\u0000\u0001 this is not HTTP\r\n\r\n')
  else if (fault === 'slow-body') {
    response.writeHead(200, { 'content-type': 'text/plain' })
    const endMs = Date.now() + receiver.hangMs
    const drop = (): void => {
      if (response.destroyed || Date.now() >= endMs) response.end()
      else {
        response.write('.')
        later(dropEveryMs, drop)
      }
    }
    drop()
  } else request.socket.resetAndDestroy()
}

/** Signature by the standard's own library; the age by the receiver's clock. */
function problemOf(
  { secrets, toleranceSeconds, nowMs }: Receiver,
  raw: string,
  headers: Readonly<Record<string, string>>,
): string | null {
  if (secrets.length === 0) return null
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = headers
  if (!id || !timestamp || !signatures || !/^\d{1,12}$/.test(timestamp)) return 'missing headers'
  const sentMs = Number(timestamp) * 1000
  if (Math.abs(nowMs() - sentMs) > toleranceSeconds * 1000) return 'too old or too new'
  const given = signatures.split(' ')
  const isRight = secrets.some((secret) => given.includes(new Webhook(secret).sign(id, new Date(sentMs), raw)))
  return isRight ? null : 'no matching signature'
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    // no encoding is set, so chunks are bytes
    bytes += chunk.length
    if (bytes > bodyBytesMax) throw new Error('too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parsed(raw: string): unknown {
  try {
    return JSON.parse(raw) as unknown
  } catch {
    return null
  }
}

async function received(receiver: Receiver, count: number, withinMs: number): Promise<Received[]> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const look = (): void => {
    if (receiver.log.length >= count) resolve()
  }
  const timer = setTimeout(
    () => reject(new Error(`${receiver.log.length} of ${count} requests came within ${withinMs} ms`)),
    withinMs,
  )
  receiver.listeners.add(look)
  look()
  try {
    await promise
    return [...receiver.log]
  } finally {
    clearTimeout(timer)
    receiver.listeners.delete(look)
  }
}

async function stop(server: Server, sockets: Set<Socket>, { timers }: Receiver): Promise<void> {
  for (const timer of timers) clearTimeout(timer)
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  for (const socket of sockets) socket.destroy()
  await closed
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { port: { type: 'string' }, secret: { type: 'string', multiple: true } } })
  const receiver = await startWebhookReceiver({ port: Number(values.port ?? 4990), secrets: values.secret ?? [] })
  console.log(`listening at ${receiver.url}${values.secret ? '' : ', signatures are not checked'}`)
  for (let count = 1; ; count++) {
    const entry = (await receiver.received(count, 2 ** 31 - 1)).at(-1)
    if (entry)
      console.log(
        `${new Date(entry.arrivedMs).toISOString()} ${entry.type} ${entry.id} attempt ${entry.attempt}${entry.problem === null ? '' : `: ${entry.problem}`}`,
      )
  }
}
