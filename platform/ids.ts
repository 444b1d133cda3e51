/** Ids are made in code: UUID v7, so they sort by time of making. */
import { randomBytes } from 'node:crypto'

export type Ids = { next: <Id extends string>() => Id }

/** @param now Unix ms; handed in so that tests own the time. */
export const createIds = (now: () => number): Ids => {
  let lastMs = 0
  let counter = 0
  return {
    next: <Id extends string>() => {
      const ms = now()
      // Twelve bits count within a millisecond, so ids of one process never go backwards.
      counter = ms > lastMs ? 0 : counter + 1
      lastMs = Math.max(ms, lastMs)
      if (counter > 0xfff) {
        lastMs += 1
        counter = 0
      }
      const bytes = randomBytes(16)
      bytes.writeUIntBE(lastMs, 0, 6)
      bytes.writeUInt16BE(0x7000 | counter, 6)
      bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
      const hex = bytes.toString('hex')
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}` as Id
    },
  }
}
