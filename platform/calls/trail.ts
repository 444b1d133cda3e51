/**
 * What goes along with a piece of work, through calls and events, without being handed from function to function: of which
 * request it is a part, and until when its caller waits.
 */
import { AsyncLocalStorage } from 'node:async_hooks'

export type Trail = {
  /** Shared by all work that one request sets off, in every process. 32 hex digits (W3C Trace Context). */
  traceId: string
  /** Of the span under way, 16 hex digits; the next one down has it as its parent. */
  spanId: string
  /** Monotonic ms, or null: nobody waits. */
  untilMs: number | null
}

const current = new AsyncLocalStorage<Trail>()

export const trail = (): Trail | undefined => current.getStore()
export const withTrail = <Result>(wanted: Trail, work: () => Result): Result => current.run(wanted, work)
/** What is left of the caller's patience, at most `mostMs`, at least 1. */
export const remainingMs = (mostMs: number): number => {
  const untilMs = current.getStore()?.untilMs
  return untilMs === undefined || untilMs === null
    ? mostMs
    : Math.max(1, Math.min(mostMs, Math.round(untilMs - performance.now())))
}
