import type { SeriesPlan } from '@floowe/contracts/calendar'
import { expect, test } from 'vitest'
import { occurrencesOf } from './occurrences.ts'

const base: SeriesPlan = {
  recurrence: { every: 'days', interval: 1 },
  firstDay: '2027-05-01',
  time: '09:00',
  zone: 'Europe/Warsaw',
  pick: null,
  end: { count: 4 },
  skip: { holidays: false, closedSundays: false },
  instead: 'nothing',
}
const told = (plan: Partial<SeriesPlan>) =>
  occurrencesOf({ ...base, ...plan }).map(({ day, outcome, reason, wallTime }) =>
    [day.slice(5), outcome, reason, wallTime?.slice(5)].filter((part) => part).join(' '),
  )

test('a count counts what goes out', () => {
  expect(told({ skip: { holidays: true, closedSundays: true } })).toEqual([
    '05-01 skipped holiday',
    '05-02 skipped closed-sunday',
    '05-03 skipped holiday',
    '05-04 planned 05-04T09:00',
    '05-05 planned 05-05T09:00',
    '05-06 planned 05-06T09:00',
    '05-07 planned 05-07T09:00',
  ])
})

test('a day that is left out can be put off to the next workday, once', () => {
  const skip = { holidays: true, closedSundays: true }
  expect(told({ skip, instead: 'next-workday', end: { count: 2 } })).toEqual([
    '05-01 moved holiday 05-04T09:00',
    '05-02 skipped same-day',
    '05-03 skipped same-day',
    '05-04 skipped same-day',
    '05-05 planned 05-05T09:00',
  ])
  const sundays = { every: 'weeks', interval: 1, weekdays: [7] } as const
  expect(
    told({
      recurrence: { ...sundays, weekdays: [7] },
      firstDay: '2027-06-20',
      skip,
      instead: 'next-workday',
      end: { count: 2 },
    }),
  ).toEqual(['06-20 moved closed-sunday 06-21T09:00', '06-27 planned 06-27T09:00'])
})

test('months without the day are left out, and the last day is always there', () => {
  const monthly = (day: number) => ({ every: 'months' as const, interval: 1, on: { day } })
  expect(told({ recurrence: monthly(31), firstDay: '2027-01-31', end: { count: 2 } })).toEqual([
    '01-31 planned 01-31T09:00',
    '02-28 skipped no-such-day',
    '03-31 planned 03-31T09:00',
  ])
  expect(told({ recurrence: monthly(-1), firstDay: '2028-01-31', end: { count: 2 } })).toEqual([
    '01-31 planned 01-31T09:00',
    '02-29 planned 02-29T09:00',
  ])
})

test('what stands against an instant is told, and it counts', () => {
  const found = occurrencesOf({ ...base, end: { count: 3 } }, (dueAt) => (dueAt < '2027-05-02' ? 'past' : null))
  expect(found.map(({ outcome, reason }) => `${outcome} ${reason}`)).toEqual([
    'skipped past',
    'planned null',
    'planned null',
  ])
})

test('a series ends', () => {
  expect(occurrencesOf({ ...base, end: { count: 366 } })).toHaveLength(366)
  expect(occurrencesOf({ ...base, end: { until: '2099-01-01' } })).toHaveLength(366)
  expect(occurrencesOf({ ...base, end: { until: '2027-04-30' } })).toEqual([])
  const yearly = { every: 'months' as const, interval: 24, on: { day: 1 } }
  expect(occurrencesOf({ ...base, recurrence: yearly, end: { count: 366 } })).toHaveLength(6)
})
