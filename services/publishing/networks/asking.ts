/** Requests to networks that answer JSON over HTTP, and what a failure on the way means. */
import type { Clock, Outbound } from '@floowe/platform'
import { OutboundError } from '@floowe/platform'
import { Ended, type Evidence, type Failure, retryAfter } from './network.ts'

export type AskParts = { outbound: Outbound; clock: Clock; timeoutMs: number }
export type Question = {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  headers?: Readonly<Record<string, string>>
  /** Sent as JSON. */
  json?: unknown
  form?: Readonly<Record<string, string>>
  /** Sent as they are; name their type among the headers. */
  bytes?: Uint8Array
  /** What the request is for, in the log. Never a secret. */
  context: string
  signal?: AbortSignal | undefined
}
export type Reply = {
  status: number
  headers: Readonly<Record<string, string>>
  text: string
  /** Undefined when the answer is not JSON. */
  json: unknown
}
export type Ask = (url: string, question: Question) => Promise<Reply>

/** Of the answer. */
const answerBytesMax = 2 * 1024 * 1024

/** @returns an answer of any status; throws {@link Ended} when there was none */
export const createAsk =
  ({ outbound, timeoutMs }: AskParts): Ask =>
  async (url, { method = 'GET', headers = {}, json, form, bytes, context, signal }) => {
    const type: Record<string, string> =
      json !== undefined
        ? { 'content-type': 'application/json' }
        : form
          ? { 'content-type': 'application/x-www-form-urlencoded' }
          : {}
    const body = json !== undefined ? JSON.stringify(json) : form ? new URLSearchParams(form).toString() : bytes
    try {
      const answer = await outbound.request(url, {
        method,
        headers: { accept: 'application/json', ...type, ...headers },
        ...(body !== undefined && { body }),
        timeoutMs,
        bytesMax: answerBytesMax,
        context,
        ...(signal && { signal }),
      })
      const text = answer.body.toString('utf8')
      return { status: answer.status, headers: answer.headers, text, json: parsed(text) }
    } catch (error) {
      if (error instanceof OutboundError) throw new Ended(ofWay(error))
      throw error
    }
  }

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

const wayCodes: Readonly<Record<string, string>> = {
  'not-found': 'address-not-found',
  unreachable: 'unreachable',
  'tls-failed': 'tls-failed',
  cancelled: 'interrupted',
}

/** What it means that no whole answer came. */
export function ofWay(error: OutboundError): Failure {
  const detail = error.message.slice(0, 300)
  if (error.code === 'blocked-address' || error.code === 'bad-address' || error.code === 'bad-request')
    return { kind: 'permanent', code: error.code === 'bad-request' ? 'bad-address' : error.code, detail }
  if (!error.sent)
    return {
      kind: 'transient',
      code: error.code === 'timed-out' ? 'unreachable' : (wayCodes[error.code] ?? 'unreachable'),
      detail,
    }
  if (error.code === 'timed-out' || error.code === 'bad-answer') return { kind: 'ambiguous', code: error.code, detail }
  return { kind: 'ambiguous', code: error.code === 'cancelled' ? 'interrupted' : 'connection-lost', detail }
}

/** A field of an answer that may be anything. */
export const fieldOf = (value: unknown, ...path: readonly (string | number)[]): unknown => {
  let at: unknown = value
  for (const name of path) {
    if (typeof at !== 'object' || at === null || !(name in at)) return undefined
    at = (at as Record<string | number, unknown>)[name] // an object with that key
  }
  return at
}
export const textAt = (value: unknown, ...path: readonly (string | number)[]): string | null => {
  const field = fieldOf(value, ...path)
  return typeof field === 'string' ? field : typeof field === 'number' ? String(field) : null
}

/** A form with files, as bytes and their type. */
export async function multipart(form: FormData): Promise<{ bytes: Uint8Array; headers: Record<string, string> }> {
  const encoded = new Response(form)
  return {
    bytes: new Uint8Array(await encoded.arrayBuffer()),
    headers: { 'content-type': encoded.headers.get('content-type') ?? '' },
  }
}

const isPage = ({ text }: Reply): boolean => /^\s*<(?:!doctype|html|h1)/i.test(text)

/**
 * What an answer means that is no success, where the network has no words of its own for it. After a request that makes something,
 * a failure of the server leaves open whether it was made.
 * @param detail what the network says, without secrets
 */
export function refusalOf(reply: Reply, nowMs: number, detail: string | null = null): Failure {
  const { status, headers, text } = reply
  const evidence: Evidence = { status, answer: text.slice(0, 2_000), detail: detail?.slice(0, 300) ?? String(status) }
  // A gate before the network, not the network.
  if (isPage(reply) && (status === 403 || status === 503))
    return { kind: 'transient', code: 'blocked-page', ...evidence }
  if (status === 401) return { kind: 'reconnect', code: 'token-refused', ...evidence }
  if (status === 403) return { kind: 'reconnect', code: 'not-allowed-there', ...evidence }
  if (status === 429)
    return {
      kind: 'rate-limited',
      code: 'rate-limited',
      retryAtMs: retryAfter(headers['retry-after'], nowMs),
      ...evidence,
    }
  if (status === 408 || status === 425) return { kind: 'transient', code: 'receiver-error', ...evidence }
  if (status >= 500) return { kind: 'ambiguous', code: 'receiver-error', ...evidence }
  if (status >= 300 && status < 400) return { kind: 'permanent', code: 'redirected', ...evidence }
  if (status >= 200 && status < 300) return { kind: 'ambiguous', code: 'bad-answer', ...evidence }
  return { kind: 'permanent', code: 'receiver-refused', ...evidence }
}

/** For `test` and `connect`: what was meant to end as a verdict. */
export async function verdictOf<Result>(work: () => Promise<Result>): Promise<Result | Failure> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Ended) return error.verdict
    throw error
  }
}

/**
 * For `read`: asks for something by its id.
 * @param isSeen whether the answer says that people can see it; null: it says nothing of it
 */
export async function isThere<Found>(
  ask: () => Promise<Found>,
  isSeen: (found: Found) => boolean | null,
): Promise<boolean> {
  try {
    const seen = isSeen(await ask())
    if (seen === null) throw new Ended({ kind: 'ambiguous', code: 'bad-answer' })
    return seen
  } catch (error) {
    if (error instanceof Ended && error.verdict.code === 'cannot-find') return false
    throw error
  }
}

/** For {@link isThere}, where a post says in which state it is. */
export const statusSays =
  (shown: string) =>
  (post: unknown): boolean | null => {
    const status = textAt(post, 'status')
    return status === null ? null : status === shown
  }

/** What people type: an address or a host alone; of an address with a path only its origin counts. */
export function originOf(typed: string): string {
  const address = /^https?:\/\//i.test(typed.trim()) ? typed.trim() : `https://${typed.trim()}`
  if (!URL.canParse(address)) throw new Ended({ kind: 'permanent', code: 'bad-address' })
  return new URL(address).origin
}
