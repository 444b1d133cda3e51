/**
 * What goes along with a piece of work, through calls and events, without being handed from function to function: of which
 * request it is a part, and until when its caller waits.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { randomBytes } from 'node:crypto'

export type Trail = {
  /** Shared by all work that one request sets off, in every process. 32 hex digits (W3C Trace Context). */
  traceId: string
  /** Of the span under way, 16 hex digits; the next one down has it as its parent. */
  spanId: string
  /** Monotonic ms, or null: nobody waits. */
  untilMs: number | null
}

const current = new AsyncLocalStorage<Trail>()

const hex = (bytes: number): string => randomBytes(bytes).toString('hex')
/** The first span of a trace: a part of its id is as good as anything. */
export const ofTrace = (traceId: string): Pick<Trail, 'traceId' | 'spanId'> => ({ traceId, spanId: traceId.slice(16) })
/** A new trail, of a request by its id where that is a UUID. */
export const newTrail = (requestId?: string): Trail => ({
  ...(requestId !== undefined && requestId.length === 36
    ? ofTrace(requestId.replaceAll('-', ''))
    : { traceId: hex(16), spanId: hex(8) }),
  untilMs: null,
})
/** As a header and in events (W3C Trace Context). */
export const traceparentOf = ({ traceId, spanId }: Pick<Trail, 'traceId' | 'spanId'>): string =>
  `00-${traceId}-${spanId}-01`
/** Null for what has another form. */
export function readTraceparent(text: unknown): Pick<Trail, 'traceId' | 'spanId'> | null {
  const parts = typeof text === 'string' ? /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}/.exec(text) : null
  return parts?.[1] && parts[2] ? { traceId: parts[1], spanId: parts[2] } : null
}

export const trail = (): Trail | undefined => current.getStore()
export const withTrail = <Result>(wanted: Trail, work: () => Result): Result => current.run(wanted, work)
/**
 * For work that nobody waits for: it belongs to no request, and has no deadline of one. A loop or timer that is begun within a request
 * would go on under its deadline for ever.
 */
export const withoutTrail = <Result>(work: () => Result): Result => current.exit(work)
/** What is left of the caller's patience, at most `mostMs`, at least 1. */
export const remainingMs = (mostMs: number): number => {
  const untilMs = current.getStore()?.untilMs
  return untilMs === undefined || untilMs === null
    ? mostMs
    : Math.max(1, Math.min(mostMs, Math.round(untilMs - performance.now())))
}
