/**
 * The frame of an emulator: one HTTP server on 127.0.0.1 that keeps nothing on disk, a log of every request and every effect, and
 * switches for faults. What a vendor takes, refuses and answers is in its own file beside this one; how the answer then gets
 * lost, late or damaged is here, the same for all of them.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

/**
 * After the vendor has done what it was asked: `accept-then-reset` cuts the connection, `accept-then-500` answers 500,
 * `accept-then-hang` never answers, `slow-body` sends the answer by drops until `hangMs` is over, `html-error` and `wrong-type`
 * answer 200 with a page or with the right bytes under a wrong content type, `empty-body` answers 200 with nothing.
 * Before it does anything: `reset` cuts the connection, a status answers it (`retryAfter` in seconds).
 */
export type Fault =
  | 'ok'
  | 'accept-then-reset'
  | 'accept-then-500'
  | 'accept-then-hang'
  | 'slow-body'
  | 'html-error'
  | 'wrong-type'
  | 'empty-body'
  | 'reset'
  | { status: number; retryAfter?: number; body?: unknown }

export type Asked = {
  method: string
  /** Without the query. */
  path: string
  query: URLSearchParams
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>
  body: Buffer
  /** The body as JSON; null when it is none. */
  json: unknown
  /** The emulator's clock, Unix ms. */
  nowMs: number
}
export type Answer = { status: number; headers?: Readonly<Record<string, string>>; body?: unknown }

/** What changed at the vendor: the judge of chaos runs counts these and never asks the sender. */
export type Effect = {
  kind: 'created' | 'changed' | 'removed'
  /** The vendor's id of the thing. */
  id: string
  /** On whose account or in which room. */
  account: string
  /** The words that people see, as they were sent. */
  text: string
  atMs: number
}

export type Logged = {
  method: string
  path: string
  /** Unix ms of the machine's clock, when the head had arrived. */
  arrivedMs: number
  /** Of the answer; 0 when there was none. */
  status: number
  fault: Fault
  /** Something was created, changed or removed. */
  effects: number
}

export type Vendor = {
  /** Of the API, without a slash at the end. */
  url: string
  log: () => Logged[]
  effects: () => Effect[]
  faults: {
    /** For the next requests that `concerns` names, one each; then none again. */
    next: (faults: readonly Fault[]) => void
    /** For every request that `next` says nothing about. */
    always: (choose: (asked: Asked, count: number) => Fault) => void
    /** Which requests the faults are for. Standard: every one that is not a GET. */
    concerns: (isConcerned: (asked: Asked) => boolean) => void
  }
  stop: () => Promise<void>
}

/** Of vendors that can be asked for a post by its id. */
export type Losing = {
  /** Whatever stands is gone, and nothing says so: somebody deleted it there, or the vendor did. */
  lose: () => void
}

export type VendorOptions = {
  port?: number
  /** The vendor's clock, Unix ms; for senders with a clock of their own. */
  nowMs?: () => number
  /** How long `accept-then-hang` and `slow-body` last. Standard 30,000. */
  hangMs?: number
  /** What was created is not listed before so long after. Standard 0. */
  listingDelayMs?: number
}

/**
 * What the vendor does with a request. `effect` notes what came of it.
 * @returns the answer; it throws {@link Answer}-shaped refusals through {@link refuse}
 */
export type Behaviour = (asked: Asked, effect: (effect: Omit<Effect, 'atMs'>) => void) => Answer | Promise<Answer>

/** Ends the handling of a request with this answer. */
export class VendorRefusal extends Error {
  readonly answer: Answer
  constructor(answer: Answer) {
    super(`refused with ${answer.status}`)
    this.answer = answer
  }
}
export const refuse = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): never => {
  throw new VendorRefusal({ status, body, headers })
}

const bodyBytesMax = 64 * 1024 * 1024
const dropEveryMs = 50

export async function startVendor(behave: Behaviour, options: VendorOptions = {}): Promise<Vendor> {
  const { nowMs = Date.now, hangMs = 30_000 } = options
  const log: Logged[] = []
  const effects: Effect[] = []
  const queue: Fault[] = []
  const timers = new Set<NodeJS.Timeout>()
  const sockets = new Set<Socket>()
  let choose: (asked: Asked, count: number) => Fault = () => 'ok'
  let concerns = (asked: Asked): boolean => asked.method !== 'GET'
  let count = 0

  const later = (ms: number, work: () => void): void => {
    const timer = setTimeout(() => {
      timers.delete(timer)
      work()
    }, ms)
    timers.add(timer)
  }
  const receive = async (request: IncomingMessage, response: ServerResponse, arrivedMs: number): Promise<void> => {
    const asked = await read(request, nowMs())
    const isConcerned = concerns(asked)
    const fault = isConcerned ? (queue.shift() ?? choose(asked, (count += 1))) : 'ok'
    const before = effects.length
    const note = (effect: Omit<Effect, 'atMs'>): void => void effects.push({ ...effect, atMs: nowMs() })
    const answer = isBefore(fault) ? early(fault) : await answered(behave, asked, note)
    const entry = { method: asked.method, path: asked.path, arrivedMs, fault, effects: effects.length - before }
    log.push({ ...entry, status: isCut(fault) ? 0 : fault === 'accept-then-500' ? 500 : (answer?.status ?? 0) })
    give(fault, answer, request, response, { later, hangMs })
  }

  const server = createServer((request, response) => {
    void receive(request, response, Date.now()).catch(() => request.socket.destroy())
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
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // a listening TCP server has a port
    log: () => [...log],
    effects: () => [...effects],
    faults: {
      next: (faults) => void queue.push(...faults),
      always: (wanted) => void (choose = wanted),
      concerns: (wanted) => void (concerns = wanted),
    },
    stop: async () => {
      for (const timer of timers) clearTimeout(timer)
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

type Early = Extract<Fault, object> | 'reset'
const isBefore = (fault: Fault): fault is Early => fault === 'reset' || typeof fault === 'object'
const isCut = (fault: Fault): boolean =>
  fault === 'reset' || fault === 'accept-then-reset' || fault === 'accept-then-hang'
const early = (fault: Early): Answer | null =>
  fault === 'reset'
    ? null
    : {
        status: fault.status,
        headers: fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) },
        body: fault.body ?? { error: `status ${fault.status}` },
      }

async function answered(
  behave: Behaviour,
  asked: Asked,
  effect: (effect: Omit<Effect, 'atMs'>) => void,
): Promise<Answer> {
  try {
    return await behave(asked, effect)
  } catch (error) {
    if (error instanceof VendorRefusal) return error.answer
    throw error
  }
}

type Means = { later: (ms: number, work: () => void) => void; hangMs: number }

function give(
  fault: Fault,
  answer: Answer | null,
  request: IncomingMessage,
  response: ServerResponse,
  { later, hangMs }: Means,
): void {
  if (fault === 'accept-then-hang') return later(hangMs, () => request.socket.destroy())
  if (answer === null || fault === 'accept-then-reset') return void request.socket.resetAndDestroy()
  if (fault === 'accept-then-500')
    return void response.writeHead(500, { 'content-type': 'text/html' }).end('<h1>Internal Server Error</h1>')
  if (fault === 'html-error')
    return void response
      .writeHead(200, { 'content-type': 'text/html' })
      .end('<!doctype html><title>One moment</title><h1>Checking your browser</h1>')
  if (fault === 'empty-body') return void response.writeHead(answer.status === 204 ? 204 : 200).end()
  const { bytes, type } = written(answer.body)
  response.writeHead(answer.status, {
    ...(type !== null && { 'content-type': fault === 'wrong-type' ? 'text/plain' : type }),
    ...answer.headers,
  })
  if (fault === 'slow-body') drip(response, bytes, later, hangMs)
  else response.end(bytes)
}

function drip(response: ServerResponse, bytes: Buffer, later: Means['later'], hangMs: number): void {
  const endMs = Date.now() + hangMs
  let at = 0
  const drop = (): void => {
    if (response.destroyed) return
    if (Date.now() >= endMs) return void response.end(bytes.subarray(at))
    // The last byte comes at the end, however short the answer is.
    if (at < bytes.length - 1) response.write(bytes.subarray(at, ++at))
    later(dropEveryMs, drop)
  }
  drop()
}

/** Objects as JSON, texts as text. */
function written(body: unknown): { bytes: Buffer; type: string | null } {
  if (body === undefined) return { bytes: Buffer.alloc(0), type: null }
  if (Buffer.isBuffer(body)) return { bytes: body, type: 'application/octet-stream' }
  if (typeof body === 'string') return { bytes: Buffer.from(body), type: 'text/plain; charset=utf-8' }
  return { bytes: Buffer.from(JSON.stringify(body)), type: 'application/json; charset=utf-8' }
}

async function read(request: IncomingMessage, nowMs: number): Promise<Asked> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    // no encoding is set, so chunks are bytes
    bytes += chunk.length
    if (bytes > bodyBytesMax) throw new Error('too large')
    chunks.push(chunk)
  }
  const body = Buffer.concat(chunks)
  const address = new URL(request.url ?? '/', 'http://emulator')
  return {
    method: request.method ?? 'GET',
    path: address.pathname,
    query: address.searchParams,
    headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
    body,
    json: parsed(body),
    nowMs,
  }
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8')) as unknown
  } catch {
    return null
  }
}

/** Fields and files of a form, by name. Made with the platform's own parser. */
export const formOf = async ({ body, headers }: Asked): Promise<FormData> => {
  try {
    return await new Response(new Uint8Array(body), {
      headers: { 'content-type': headers['content-type'] ?? '' },
    }).formData()
  } catch {
    return new FormData()
  }
}

/** A field of a JSON body that may be anything. */
export const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && name in value ? (value as Record<string, unknown>)[name] : undefined // an object with that key
export const textOf = (value: unknown, name: string): string => {
  const field = fieldOf(value, name)
  return typeof field === 'string' ? field : ''
}
