import { expect, test } from 'vitest'
import { byDay, nearDay } from './days.ts'

const at = (instant: string) => ({ at: instant })

test('days are those of the person’s zone', () => {
  const items = [at('2026-11-22T23:30:00.000Z'), at('2026-11-22T22:30:00.000Z'), at('2026-11-22T10:00:00.000Z')]
  expect(byDay(items, 'Europe/Warsaw').map(({ day, items: own }) => [day, own.length])).toEqual([
    ['2026-11-23', 1],
    ['2026-11-22', 2],
  ])
  expect(byDay(items, 'America/New_York').map(({ day }) => day)).toEqual(['2026-11-22'])
  expect(byDay([], 'UTC')).toEqual([])
})

test('today and yesterday have names, also around midnight and a change of the clocks', () => {
  const justAfterMidnight = Date.parse('2026-11-22T23:10:00.000Z')
  expect(nearDay('2026-11-23', 'Europe/Warsaw', justAfterMidnight)).toBe('today')
  expect(nearDay('2026-11-22', 'Europe/Warsaw', justAfterMidnight)).toBe('yesterday')
  expect(nearDay('2026-11-21', 'Europe/Warsaw', justAfterMidnight)).toBeNull()
  expect(nearDay('2026-11-22', 'UTC', justAfterMidnight)).toBe('today')
  // The night of 25 October 2026 has an hour more.
  expect(nearDay('2026-10-25', 'Europe/Warsaw', Date.parse('2026-10-26T00:30:00.000Z'))).toBe('yesterday')
})
