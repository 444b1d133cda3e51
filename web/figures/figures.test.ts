import { expect, test } from 'vitest'
import { scaleTop } from './DayChart.tsx'
import { rangeOf, spanOf } from './ranges.ts'

test('a span ends today in the zone and counts both its ends', () => {
  const now = Date.parse('2026-11-22T23:30:00.000Z')
  expect(rangeOf('7', 'Europe/Warsaw', now)).toEqual({ from: '2026-11-17', to: '2026-11-23' })
  expect(rangeOf('7', 'UTC', now)).toEqual({ from: '2026-11-16', to: '2026-11-22' })
  expect(spanOf('nonsense')).toBe('30')
})

test('the scale ends at a round number that holds the highest day', () => {
  for (const most of [0, 1, 4, 5, 9, 10, 11, 99, 101, 4_321]) {
    expect(scaleTop(most)).toBeGreaterThanOrEqual(most)
    expect(scaleTop(most)).toBeLessThanOrEqual(Math.max(4, most * 2.5))
  }
})
