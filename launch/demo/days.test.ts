import { expect, test } from 'vitest'
import { instantAt, isWorkingDay, plusDays, wallClock, workingDay } from './days.ts'

test('a Polish wall clock is read in winter and in summer', () => {
  expect(instantAt('2027-01-15', '09:00')).toBe('2027-01-15T08:00:00.000Z')
  expect(instantAt('2027-07-15', '18:30')).toBe('2027-07-15T16:30:00.000Z')
  expect(instantAt('2027-03-28', '10:00')).toBe('2027-03-28T08:00:00.000Z')
  expect(wallClock(Date.parse('2027-10-31T09:05:00Z'))).toBe('2027-10-31T10:05')
})

test.each([
  ['2026-11-11', false],
  ['2026-11-12', true],
  ['2026-11-14', false],
  ['2027-03-29', false],
  ['2027-05-27', false],
  ['2027-05-28', true],
])('%s is a working day: %s', (day, expected) => {
  expect(isWorkingDay(day)).toBe(expected)
})

test('working days are counted over weekends and holidays, both ways', () => {
  expect(workingDay('2026-11-10', 1)).toBe('2026-11-12')
  expect(workingDay('2026-11-12', -1)).toBe('2026-11-10')
  expect(workingDay('2026-11-22', -1)).toBe('2026-11-20')
  expect(workingDay('2026-12-23', 1)).toBe('2026-12-28')
  expect(plusDays('2026-12-31', 1)).toBe('2027-01-01')
})
