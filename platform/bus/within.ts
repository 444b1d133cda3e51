/** Thrown when the time was up; what was waited for may still happen. */
export class TooLate extends Error {
  constructor(limitMs: number) {
    super(`this took longer than ${limitMs} ms`)
    this.name = 'TooLate'
  }
}

/** The promise's end, or {@link TooLate}. */
export async function within<Value>(limitMs: number, work: Promise<Value>): Promise<Value> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new TooLate(limitMs)), limitMs)
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
