import { describe, expect, test } from 'vitest'
import { daysOf, isOver, isWithin, liesOutside, windowOf } from './span.ts'

describe('whole days of a zone', () => {
  test.each([
    ['Europe/Warsaw', '2026-11-23', '2026-11-22T23:00:00.000Z', '2026-11-23T22:59:59.999Z'],
    // 23 and 25 hours long
    ['Europe/Warsaw', '2027-03-28', '2027-03-27T23:00:00.000Z', '2027-03-28T21:59:59.999Z'],
    ['Europe/Warsaw', '2026-10-25', '2026-10-24T22:00:00.000Z', '2026-10-25T22:59:59.999Z'],
    ['America/New_York', '2026-11-01', '2026-11-01T04:00:00.000Z', '2026-11-02T04:59:59.999Z'],
    ['Pacific/Auckland', '2026-11-23', '2026-11-22T11:00:00.000Z', '2026-11-23T10:59:59.999Z'],
    ['Asia/Kathmandu', '2026-11-23', '2026-11-22T18:15:00.000Z', '2026-11-23T18:14:59.999Z'],
    ['UTC', '2026-11-23', '2026-11-23T00:00:00.000Z', '2026-11-23T23:59:59.999Z'],
    // midnight is skipped: the day begins at one
    ['Africa/Cairo', '2026-04-24', '2026-04-23T22:00:00.000Z', '2026-04-24T20:59:59.999Z'],
  ])('%s, %s', (zone, day, from, until) => {
    const window = windowOf({ from: day, until: day }, zone)
    expect(window).toEqual({ from, until })
    expect(daysOf(window, zone)).toEqual({ from: day, until: day })
  })

  test('several days end with the last', () => {
    expect(windowOf({ from: '2026-11-23', until: '2026-11-30' }, 'Europe/Warsaw')).toEqual({
      from: '2026-11-22T23:00:00.000Z',
      until: '2026-11-30T22:59:59.999Z',
    })
  })
})

test('another hour of an approved day is inside, another day is not, read on the clock of the plan', () => {
  const window = windowOf({ from: '2026-11-23', until: '2026-11-23' }, 'Europe/Warsaw')
  const outside = (wallTime: string, zone = 'Europe/Warsaw') => liesOutside(window, wallTime, zone)
  expect(['2026-11-23T00:00', '2026-11-23T09:30', '2026-11-23T23:59:00'].map((at) => outside(at))).toEqual([
    false,
    false,
    false,
  ])
  expect(['2026-11-22T23:59', '2026-11-24T00:00', '2027-11-23T09:30'].map((at) => outside(at))).toEqual([
    true,
    true,
    true,
  ])
  expect(outside('2026-11-22T18:00', 'America/New_York')).toBe(false)
  expect(outside('2026-11-23T18:00', 'America/New_York')).toBe(true)
  expect(liesOutside(null, '2026-11-24T00:00', 'Europe/Warsaw')).toBe(false)
})

test('a span is over when its last moment has passed', () => {
  const window = { from: '2026-11-22T23:00:00.000Z', until: '2026-11-23T22:59:59.999Z' }
  expect(isOver(window, Date.parse('2026-11-23T22:00:00.000Z'))).toBe(false)
  expect(isOver(window, Date.parse('2026-11-23T23:00:00.000Z'))).toBe(true)
  expect(
    ['2026-11-22T22:59:59.999Z', window.from, window.until, '2026-11-23T23:00:00.000Z'].map((at) =>
      isWithin(window, Date.parse(at)),
    ),
  ).toEqual([false, true, true, false])
})
