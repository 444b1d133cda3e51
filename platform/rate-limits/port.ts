/** How often something may happen, counted exactly in fixed windows that begin with a key's first use. */

export type RateLimit = {
  /** Points per window, ≥ 1. */
  limit: number
  /** 1 second to 7 days. */
  windowSeconds: number
  /** Points this use takes; standard 1. A refused use takes none. */
  cost?: number
}
export type RateAnswer = {
  allowed: boolean
  limit: number
  /** Points left in this window. */
  remaining: number
  /** Whole seconds until the window ends, ≥ 1. */
  resetSeconds: number
}
export type RateLimits = {
  /** Atomic: under any number of concurrent calls a window lets exactly `limit` points through. */
  consume: (key: string, limit: RateLimit) => Promise<RateAnswer>
  close: () => Promise<void>
}
