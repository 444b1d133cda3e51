import { expect, test } from 'vitest'
import { draftOf, newDraft, planOf, weekdayOf } from './draft.ts'

const fresh = newDraft('2026-11-24', '09:00', 'Europe/Warsaw')

test('a new series goes out weekly on the weekday of its first day', () => {
  expect(weekdayOf('2026-11-24')).toBe(2)
  expect(weekdayOf('2026-11-22')).toBe(7)
  expect(planOf(fresh)).toMatchObject({
    recurrence: { every: 'weeks', interval: 1, weekdays: [2] },
    end: { count: 12 },
  })
})

test.each([
  [{ every: 'days', interval: '3' }],
  [{ every: 'weeks', interval: '2', weekdays: [1, 5] }],
  [{ every: 'months', by: 'day', day: '-1' }],
  [{ every: 'months', by: 'weekday', nth: '-1', weekday: 5 }],
  [{ endsBy: 'until', until: '2027-03-01', instead: 'next-workday', pick: 'later' }],
] as const)('what is kept reads back as it was written: %j', (change) => {
  const plan = planOf({ ...fresh, ...change })
  expect(plan).not.toBeNull()
  expect(plan && planOf(draftOf(plan))).toEqual(plan)
})

test('a rule that is not whole yet is no plan', () => {
  expect(planOf({ ...fresh, weekdays: [] })).toBeNull()
  expect(planOf({ ...fresh, interval: '' })).toBeNull()
  expect(planOf({ ...fresh, count: '367' })).toBeNull()
  expect(planOf({ ...fresh, endsBy: 'until', until: '2026-11-23' })).toBeNull()
})
