/** Time is handed in. Tests own it; nothing in a service calls `Date.now()` or `setTimeout` directly. */
import { withoutTrail } from './calls/trail.ts'

export type Clock = {
  /** Unix ms. */
  now: () => number
  /** Now, as the contracts write instants: ISO 8601, UTC, milliseconds. */
  instant: () => string
  /** Runs `work` once at or after `atMs`, outside of the request that asked for it. Cancelled by the returned function. Far times are armed in steps of ≤ 12 hours. */
  at: (atMs: number, work: () => void) => () => void
}

const stepMsMax = 12 * 60 * 60 * 1000

export const systemClock = (): Clock => ({
  now: () => Date.now(),
  instant: () => new Date().toISOString(),
  at: (atMs, work) => {
    let timer: NodeJS.Timeout
    const arm = (): void => {
      // Timers count monotonic time; a step bounds how long a jump of the wall clock stays unnoticed.
      const waitMs = Math.max(0, atMs - Date.now())
      timer = setTimeout(waitMs > stepMsMax ? arm : work, Math.min(waitMs, stepMsMax))
    }
    withoutTrail(arm)
    return () => clearTimeout(timer)
  },
})

export type FakeClock = Clock & {
  /** Moves time forward and runs what falls due, in order. */
  advance: (ms: number) => void
  set: (instant: string) => void
}

export const fakeClock = (startInstant = '2026-11-22T10:00:00.000Z'): FakeClock => {
  let nowMs = Date.parse(startInstant)
  const waiting = new Set<{ atMs: number; work: () => void }>()
  const run = (): void => {
    const due = [...waiting].filter((entry) => entry.atMs <= nowMs).sort((a, b) => a.atMs - b.atMs)
    for (const entry of due) {
      waiting.delete(entry)
      entry.work()
    }
  }
  return {
    now: () => nowMs,
    instant: () => new Date(nowMs).toISOString(),
    at: (atMs, work) => {
      const entry = { atMs, work }
      waiting.add(entry)
      if (atMs <= nowMs) queueMicrotask(run)
      return () => waiting.delete(entry)
    },
    advance: (ms) => {
      nowMs += ms
      run()
    },
    set: (instant) => {
      nowMs = Date.parse(instant)
      run()
    },
  }
}
