import { expect, test } from 'vitest'
import { createDays, dayCount, daysBetween } from './days.ts'

const days = createDays()

test('an instant belongs to the day on the calendar of the zone', () => {
  const midnight = Date.parse('2026-11-22T00:30:00+01:00')
  expect(
    ['Europe/Warsaw', 'UTC', 'Pacific/Kiritimati', 'America/New_York'].map((zone) => days.dayOf(midnight, zone)),
  ).toEqual(['2026-11-22', '2026-11-21', '2026-11-22', '2026-11-21'])
})

test('a day begins where its clocks say so, also when they change and where midnight does not exist', () => {
  expect(days.startOf('2026-11-22', 'Europe/Warsaw')).toBe('2026-11-21T23:00:00.000Z')
  expect(days.startOf('2026-03-29', 'Europe/Warsaw')).toBe('2026-03-28T23:00:00.000Z')
  expect(days.startOf('2026-03-30', 'Europe/Warsaw')).toBe('2026-03-29T22:00:00.000Z')
  expect(days.startOf('2026-11-22', 'Pacific/Kiritimati')).toBe('2026-11-21T10:00:00.000Z')
  expect(days.startOf('2026-11-22', 'Pacific/Niue')).toBe('2026-11-22T11:00:00.000Z')
  // Beirut moves its clocks forward at midnight: the day begins at one.
  expect(days.startOf('2027-03-28', 'Asia/Beirut')).toBe('2027-03-27T22:00:00.000Z')
})

test('every day of a range is there once', () => {
  expect(daysBetween('2026-02-27', '2026-03-02')).toEqual(['2026-02-27', '2026-02-28', '2026-03-01', '2026-03-02'])
  expect(daysBetween('2026-03-02', '2026-03-01')).toEqual([])
  expect(dayCount('2026-01-01', '2027-02-04')).toBe(400)
})
