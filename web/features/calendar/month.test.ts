import { expect, test } from 'vitest'
import { addMonths, daysBetween, foldDay, weeksOf } from './month.ts'

test('a month is shown in whole weeks from Monday', () => {
  const weeks = weeksOf('2026-11')
  expect(weeks[0]?.[0]).toBe('2026-10-26')
  expect(weeks.at(-1)?.at(-1)).toBe('2026-12-06')
  expect(weeks.every((week) => week.length === 7)).toBe(true)
  expect(weeksOf('2027-02').map((week) => week[0])).toEqual(['2027-02-01', '2027-02-08', '2027-02-15', '2027-02-22'])
})

test('months and days are counted over years and changes of the clock', () => {
  expect(addMonths('2026-12', 1)).toBe('2027-01')
  expect(addMonths('2026-01', -1)).toBe('2025-12')
  expect(daysBetween('2027-03-27', '2027-03-29')).toBe(2)
  expect(daysBetween('2026-10-26', '2026-10-24')).toBe(-2)
})

test('a full day shows two and counts the rest', () => {
  expect(foldDay([1, 2, 3])).toEqual({ shown: [1, 2, 3], more: 0 })
  expect(foldDay([1, 2, 3, 4, 5])).toEqual({ shown: [1, 2], more: 3 })
})
