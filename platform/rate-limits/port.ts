/** How often something may happen, counted exactly in fixed windows that begin with a key's first use. */

export type RateLimit = {
  /** Points per window, a whole number ≥ 1. */
  limit: number
  /** Whole seconds, 1 second to 7 days. The same key with another window counts apart. */
  windowSeconds: number
  /** Points this use takes, a whole number ≥ 0; standard 1. A refused use takes none. */
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
  /**
   * Atomic: under any number of concurrent calls a window lets exactly `limit` points through. Keys have 1 to 512 characters.
   * @throws RangeError for numbers outside their limits
   */
  consume: (key: string, limit: RateLimit) => Promise<RateAnswer>
  close: () => Promise<void>
}

const windowSecondsMax = 7 * 24 * 60 * 60

/** For adapters: the same refusals everywhere. @throws RangeError */
export function checkLimit(key: string, { limit, windowSeconds, cost = 1 }: RateLimit): void {
  const isWhole = (value: number, min: number, max: number): boolean =>
    Number.isSafeInteger(value) && value >= min && value <= max
  const isFit = isWhole(limit, 1, 1e9) && isWhole(windowSeconds, 1, windowSecondsMax) && isWhole(cost, 0, 1e9)
  if (!isFit) throw new RangeError(`a limit of ${limit} per ${windowSeconds} s at a cost of ${cost} cannot be counted`)
  if (key.length < 1 || key.length > 512) throw new RangeError('the key of a limit has 1 to 512 characters')
}
