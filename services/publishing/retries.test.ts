import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nextAttempt, type Round } from './retries.ts'

const rules = { attemptsMax: 12, hoursMax: 24 }
const nowMs = Date.parse('2026-11-22T10:00:00.000Z')
const hourMs = 3_600_000
const first: Round = { tries: 1, beganMs: nowMs }

describe('pauses', () => {
  test('grow threefold up to six hours, and twelve attempts stay within a day', () => {
    const pauses: number[] = []
    let atMs = nowMs
    for (let tries = 1; ; tries++) {
      const next = nextAttempt(rules, { tries, beganMs: nowMs }, 5_000, atMs, null, 0.5)
      if (next === null) break
      pauses.push((next - atMs) / 1000)
      atMs = next
    }
    expect(pauses).toEqual([5, 15, 45, 135, 405, 1215, 3645, 10935, 21600, 21600, 21600])
    expect(atMs - nowMs).toBeLessThan(24 * hourMs)
  })

  test('differ by a fifth', () => {
    expect(nextAttempt(rules, first, 5_000, nowMs, null, 0)).toBe(nowMs + 4_000)
    expect(nextAttempt(rules, first, 5_000, nowMs, null, 1)).toBe(nowMs + 6_000)
  })

  test('end with the attempts, and with the day', () => {
    expect(nextAttempt(rules, { tries: 12, beganMs: nowMs }, 5_000, nowMs, null)).toBeNull()
    expect(nextAttempt(rules, { tries: 2, beganMs: nowMs - 24 * hourMs }, 5_000, nowMs, null)).toBeNull()
    expect(nextAttempt(rules, { tries: 10, beganMs: nowMs - 20 * hourMs }, 5_000, nowMs, null, 0.5)).toBeNull()
  })

  test('always lie ahead and never beyond the day, unless ordered', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 0, max: 30 * hourMs }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (tries, ageMs, random) => {
          const next = nextAttempt(rules, { tries, beganMs: nowMs - ageMs }, 5_000, nowMs, null, random)
          if (next === null) return
          expect(next).toBeGreaterThan(nowMs)
          expect(next).toBeLessThan(nowMs - ageMs + 24 * hourMs)
        },
      ),
    )
  })
})

describe('an order to wait', () => {
  test('is obeyed, also past the end of the round, but at most a day', () => {
    expect(nextAttempt(rules, first, 5_000, nowMs, nowMs + 90_000)).toBe(nowMs + 90_000)
    expect(nextAttempt(rules, { tries: 3, beganMs: nowMs - 23 * hourMs }, 5_000, nowMs, nowMs + 2 * hourMs)).toBe(
      nowMs + 2 * hourMs,
    )
    expect(nextAttempt(rules, first, 5_000, nowMs, nowMs + 90 * hourMs)).toBe(nowMs + 24 * hourMs)
  })

  test('never shortens our own pause', () => {
    expect(nextAttempt(rules, { tries: 4, beganMs: nowMs }, 5_000, nowMs, nowMs + 1_000, 0.5)).toBe(nowMs + 135_000)
  })

  test('does not buy more attempts', () => {
    expect(nextAttempt(rules, { tries: 12, beganMs: nowMs }, 5_000, nowMs, nowMs + 90_000)).toBeNull()
  })
})
