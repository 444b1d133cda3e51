/**
 * Rate limits for one process. Kept here in one screen instead of rate-limiter-flexible's memory store, which holds a timer
 * per key, knows no bound for the number of keys, and cannot give back in the same step what a refused use took.
 */
import { checkLimit } from './port.ts'
import type { RateAnswer, RateLimit, RateLimits } from './port.ts'

type Window = { used: number; endsAtMs: number }

const windowLengthsMax = 64

export type MemoryRateLimitsOptions = {
  /** Keys counted per window length; beyond it the oldest window is forgotten early. Standard 100,000 (about 20 MB). */
  keysMax?: number
  /** Any ms that never go back; a monotonic clock by itself, since a set wall clock must not stretch a window. */
  nowMs?: () => number
}

export function createMemoryRateLimits({
  keysMax = 100_000,
  nowMs = () => performance.now(),
}: MemoryRateLimitsOptions = {}): RateLimits {
  /**
   * One map per window length: in each, the order of insertion is the order of ending, so what is over lies in front. It also
   * keeps a flood of short-lived keys from pushing out the long windows that guard sign-in.
   */
  const lengths = new Map<number, Map<string, Window>>()
  const windowsOf = (windowSeconds: number): Map<string, Window> => {
    let windows = lengths.get(windowSeconds)
    if (!windows) {
      if (lengths.size >= windowLengthsMax) throw new RangeError(`more than ${windowLengthsMax} lengths of windows`)
      windows = new Map()
      lengths.set(windowSeconds, windows)
    }
    return windows
  }
  const consume = (key: string, limit: RateLimit): RateAnswer => {
    checkLimit(key, limit)
    const now = nowMs()
    const windows = windowsOf(limit.windowSeconds)
    forgetEnded(windows, now)
    let window = windows.get(key)
    if (!window || window.endsAtMs <= now) {
      windows.delete(key)
      if (windows.size >= keysMax) forgetOldest(windows)
      window = { used: 0, endsAtMs: now + limit.windowSeconds * 1000 }
      windows.set(key, window)
    }
    const cost = limit.cost ?? 1
    const allowed = window.used + cost <= limit.limit
    if (allowed) window.used += cost
    return {
      allowed,
      limit: limit.limit,
      remaining: Math.max(0, limit.limit - window.used),
      resetSeconds: Math.max(1, Math.ceil((window.endsAtMs - now) / 1000)),
    }
  }
  return {
    consume: async (key, limit) => consume(key, limit),
    close: async () => lengths.clear(),
  }
}

/** Two windows leave for one that may come, so what is over is gone soon and no call pays for all. */
function forgetEnded(windows: Map<string, Window>, now: number): void {
  let looked = 0
  for (const [key, { endsAtMs }] of windows) {
    if (looked >= 2 || endsAtMs > now) return
    windows.delete(key)
    looked += 1
  }
}

function forgetOldest(windows: Map<string, Window>): void {
  for (const key of windows.keys()) {
    windows.delete(key)
    return
  }
}
