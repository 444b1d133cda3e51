import { expect, test } from 'vitest'
import { daysShown, placeOf, stepped, views, weekOf } from './range.ts'

test('a week runs from Monday to Sunday, over years too', () => {
  expect(weekOf('2026-11-22')).toEqual(weekOf('2026-11-16'))
  expect(weekOf('2027-01-01')[0]).toBe('2026-12-28')
})

test('each view shows its day, and an arrow there and back leads to a view that shows it again', () => {
  for (const view of views)
    for (const day of ['2026-11-22', '2026-12-31', '2028-02-29', '2027-03-28']) {
      expect(daysShown(view, day)).toContain(day)
      const back = stepped(view, stepped(view, day, 1), -1)
      expect(daysShown(view, back)).toEqual(daysShown(view, day))
    }
})

test('the list shows a month, the month whole weeks', () => {
  expect(daysShown('list', '2026-11-22')).toHaveLength(30)
  expect(daysShown('month', '2026-11-22')).toHaveLength(42)
  expect(daysShown('month', '2027-02-03')).toHaveLength(28)
})

test('an address names a view and a day, or a month; what is wrong in it counts as not said', () => {
  const today = '2026-11-22'
  expect(placeOf({}, today, false)).toEqual({ view: 'month', day: today })
  expect(placeOf({ month: '2031-05' }, today, false)).toEqual({ view: 'month', day: '2031-05-01' })
  expect(placeOf({ month: '2026-11' }, today, false)).toEqual({ view: 'month', day: today })
  expect(placeOf({ view: 'week', day: '2026-12-31' }, today, false)).toEqual({ view: 'week', day: '2026-12-31' })
  expect(placeOf({ view: 'year', day: '2026-13-41', month: '13' }, today, false)).toEqual({ view: 'month', day: today })
})

test('a narrow screen has the list and the day', () => {
  expect(placeOf({ view: 'board' }, '2026-11-22', true).view).toBe('list')
  expect(placeOf({ view: 'day' }, '2026-11-22', true).view).toBe('day')
})
