import { readFileSync } from 'node:fs'
import { Refusal } from '@floowe/platform'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { rangeOfDays, readWallClock, rederived, slotFor } from './schedule.ts'

type Oracle = { tzdata: string; zones: Record<string, [string, number, number?][]> }
const oracle = JSON.parse(readFileSync(new URL('./fixtures/zone-changes.json', import.meta.url), 'utf8')) as Oracle // made by the script beside it
const atMinute = (minutes: number): string => new Date(minutes * 60_000).toISOString()
const nowMs = Date.parse('2027-01-10T12:00:00.000Z')

const refusalOf = (work: () => unknown): Refusal => {
  try {
    work()
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
  throw new Error('nothing was refused')
}

test('every change of the clocks 2024–2035 is read as Python reads it', () => {
  const differences: string[] = []
  let readings = 0
  for (const [zone, rows] of Object.entries(oracle.zones)) {
    for (const [wallTime, first, second = first] of rows) {
      readings += 1
      const expected =
        first === second
          ? { exists: 'once', instant: atMinute(first) }
          : {
              exists: first < second ? 'twice' : 'never',
              earlier: atMinute(Math.min(first, second)),
              later: atMinute(Math.max(first, second)),
            }
      const read = readWallClock(wallTime, zone)
      if (JSON.stringify(read) !== JSON.stringify(expected))
        differences.push(`${zone} ${wallTime}: ${JSON.stringify(read)}, not ${JSON.stringify(expected)}`)
    }
  }
  expect(Object.keys(oracle.zones).length).toBeGreaterThanOrEqual(40)
  expect(readings).toBeGreaterThan(5_000)
  expect(differences).toEqual([])
})

test('an instant written on the wall of its zone and read back is itself, or one of the two it can be', () => {
  const zones = Object.keys(oracle.zones)
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.integer({ min: Date.UTC(2024, 0, 1) / 60_000, max: Date.UTC(2036, 0, 1) / 60_000 }),
      (zone, minute) => {
        const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' })
        const read = readWallClock(format.format(minute * 60_000).replace(' ', 'T'), zone)
        const found = read.exists === 'once' ? [read.instant] : [read.earlier, read.later]
        expect(read.exists).not.toBe('never')
        expect(found).toContain(atMinute(minute))
      },
    ),
    { numRuns: 2_000 },
  )
})

describe('a slot', () => {
  const warsaw = (wallTime: string, pick?: 'earlier' | 'later') =>
    slotFor({ wallTime, zone: 'Europe/Warsaw', pick }, nowMs)

  test('now has no wall clock', () => {
    expect(slotFor({ now: true }, nowMs)).toEqual({
      dueAt: '2027-01-10T12:00:00.000Z',
      wallTime: null,
      zone: null,
      pick: null,
    })
  })

  test('keeps what was asked beside the instant, to the second', () => {
    expect(warsaw('2027-07-01T09:00')).toEqual({
      dueAt: '2027-07-01T07:00:00.000Z',
      wallTime: '2027-07-01T09:00',
      zone: 'Europe/Warsaw',
      pick: null,
    })
    expect(warsaw('2027-07-01T09:00:30').dueAt).toBe('2027-07-01T07:00:30.000Z')
  })

  test('a time that does not exist is refused with both instants, unless one is picked', () => {
    const refusal = refusalOf(() => warsaw('2027-03-28T02:30'))
    expect(refusal.code).toBe('time-does-not-exist')
    expect(refusal.data).toEqual({
      zone: 'Europe/Warsaw',
      earlier: '2027-03-28T00:30:00.000Z',
      later: '2027-03-28T01:30:00.000Z',
    })
    expect(warsaw('2027-03-28T02:30', 'earlier').dueAt).toBe('2027-03-28T00:30:00.000Z')
    expect(warsaw('2027-03-28T02:30', 'later').dueAt).toBe('2027-03-28T01:30:00.000Z')
  })

  test('a time that exists twice is refused with both instants, unless one is picked', () => {
    const refusal = refusalOf(() => warsaw('2027-10-31T02:30'))
    expect(refusal.code).toBe('time-exists-twice')
    expect(refusal.data).toEqual({
      zone: 'Europe/Warsaw',
      earlier: '2027-10-31T00:30:00.000Z',
      later: '2027-10-31T01:30:00.000Z',
    })
    expect(warsaw('2027-10-31T02:30', 'earlier').dueAt).toBe('2027-10-31T00:30:00.000Z')
    expect(warsaw('2027-10-31T02:30', 'later').dueAt).toBe('2027-10-31T01:30:00.000Z')
  })

  test('a pick where the time exists once changes nothing', () => {
    expect(warsaw('2027-07-01T09:00', 'later').dueAt).toBe('2027-07-01T07:00:00.000Z')
  })

  test('the past, this very moment and the far future are refused', () => {
    const past = refusalOf(() => warsaw('2027-01-10T12:59'))
    expect([past.code, past.data]).toEqual(['time-in-past', { dueAt: '2027-01-10T11:59:00.000Z' }])
    expect(refusalOf(() => warsaw('2027-01-10T13:00')).code).toBe('time-in-past')
    expect(warsaw('2027-01-10T13:01').dueAt).toBe('2027-01-10T12:01:00.000Z')
    expect(refusalOf(() => warsaw('2038-01-10T13:00')).code).toBe('invalid-input')
  })

  test.each([
    ['2027-02-30T10:00', 'Europe/Warsaw'],
    ['2027-13-01T10:00', 'Europe/Warsaw'],
    ['2027-05-01T24:00', 'Europe/Warsaw'],
    ['2027-05-01T10:00:60', 'Europe/Warsaw'],
    ['2027-05-01T10:00', 'PST'],
    ['2027-05-01T10:00', 'Nowhere/Else'],
  ])('%s in %s is no time', (wallTime, zone) => {
    expect(refusalOf(() => slotFor({ wallTime, zone }, nowMs)).code).toBe('invalid-input')
  })
})

test('a kept plan is read again without questions', () => {
  expect(rederived('2027-07-01T09:00', 'Europe/Warsaw', null)).toBe('2027-07-01T07:00:00.000Z')
  expect(rederived('2027-03-28T02:30', 'Europe/Warsaw', null)).toBe('2027-03-28T01:30:00.000Z')
  expect(rederived('2027-03-28T02:30', 'Europe/Warsaw', 'earlier')).toBe('2027-03-28T00:30:00.000Z')
})

describe('days', () => {
  test('are whole, in their zone, both included', () => {
    expect(rangeOfDays('2027-07-01', '2027-07-01', 'Europe/Warsaw')).toEqual({
      fromInstant: '2027-06-30T22:00:00.000Z',
      beforeInstant: '2027-07-01T22:00:00.000Z',
    })
    expect(rangeOfDays('2027-07-01', '2027-07-31', 'America/New_York')).toEqual({
      fromInstant: '2027-07-01T04:00:00.000Z',
      beforeInstant: '2027-08-01T04:00:00.000Z',
    })
  })

  test('the day the clocks move has 23 or 25 hours', () => {
    const hours = (day: string, zone: string): number => {
      const { fromInstant, beforeInstant } = rangeOfDays(day, day, zone)
      return (Date.parse(beforeInstant) - Date.parse(fromInstant)) / 3_600_000
    }
    expect(hours('2027-03-28', 'Europe/Warsaw')).toBe(23)
    expect(hours('2027-10-31', 'Europe/Warsaw')).toBe(25)
    expect(hours('2027-04-04', 'Australia/Lord_Howe')).toBe(24.5)
  })

  test('a day whose midnight does not exist begins when the clocks have moved', () => {
    expect(rangeOfDays('2027-04-30', '2027-04-30', 'Africa/Cairo')).toEqual({
      fromInstant: '2027-04-29T22:00:00.000Z',
      beforeInstant: '2027-04-30T21:00:00.000Z',
    })
  })

  test('out of order, or too many, are refused', () => {
    expect(refusalOf(() => rangeOfDays('2027-07-02', '2027-07-01', 'Europe/Warsaw')).code).toBe('invalid-input')
    expect(refusalOf(() => rangeOfDays('2027-01-01', '2028-02-05', 'Europe/Warsaw')).code).toBe('invalid-input')
    expect(rangeOfDays('2027-01-01', '2028-02-04', 'Europe/Warsaw').beforeInstant).toBe('2028-02-04T23:00:00.000Z')
    expect(refusalOf(() => rangeOfDays('2027-01-01', '2027-01-02', 'PST')).code).toBe('invalid-input')
  })
})
