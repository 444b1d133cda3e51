import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { addDays, nextFullHour, readWall, wallIn, zoneChoices } from './wall-time.ts'

test('an instant reads differently on the walls of two zones', () => {
  expect(wallIn('Europe/Warsaw', '2026-11-22T23:30:00.000Z')).toEqual({ date: '2026-11-23', time: '00:30' })
  expect(wallIn('America/New_York', '2026-11-22T23:30:00.000Z')).toEqual({ date: '2026-11-22', time: '18:30' })
})

test('a plan begins at the next full hour, or at nine of a chosen later day', () => {
  const now = Date.parse('2026-11-22T09:20:00.000Z')
  expect(nextFullHour('Europe/Warsaw', null, now)).toEqual({ date: '2026-11-22', time: '11:00' })
  expect(nextFullHour('Europe/Warsaw', '2026-11-22', now)).toEqual({ date: '2026-11-22', time: '11:00' })
  expect(nextFullHour('Europe/Warsaw', '2026-12-01', now)).toEqual({ date: '2026-12-01', time: '09:00' })
})

test('days are counted over changes of the clock, months and years', () => {
  expect(addDays('2027-03-27', 1)).toBe('2027-03-28')
  expect(addDays('2027-03-28', 1)).toBe('2027-03-29')
  expect(addDays('2026-12-31', 1)).toBe('2027-01-01')
  expect(addDays('2026-11-01', -1)).toBe('2026-10-31')
})

test('own zones come first, each zone once', () => {
  const zones = zoneChoices('Europe/Warsaw', 'Europe/Warsaw').map(({ value }) => value)
  expect(zones[0]).toBe('Europe/Warsaw')
  expect(new Set(zones).size).toBe(zones.length)
})

test('a reading of the clock means one instant, two, or none', () => {
  const at = (text: string): number => Date.parse(text)
  expect(readWall('2026-11-22T09:30', 'Europe/Warsaw')).toEqual({ exists: 'once', at: at('2026-11-22T08:30:00Z') })
  expect(readWall('2026-10-25T02:30', 'Europe/Warsaw')).toEqual({
    exists: 'twice',
    earlier: at('2026-10-25T00:30:00Z'),
    later: at('2026-10-25T01:30:00Z'),
  })
  expect(readWall('2027-03-28T02:30', 'Europe/Warsaw')).toEqual({
    exists: 'never',
    earlier: at('2027-03-28T00:30:00Z'),
    later: at('2027-03-28T01:30:00Z'),
  })
  // right before and right behind a jump, and where it is half an hour
  expect(readWall('2027-03-28T03:00', 'Europe/Warsaw')).toEqual({ exists: 'once', at: at('2027-03-28T01:00:00Z') })
  expect(readWall('2027-03-28T01:59', 'Europe/Warsaw')).toEqual({ exists: 'once', at: at('2027-03-28T00:59:00Z') })
  expect(readWall('2027-04-04T01:45', 'Australia/Lord_Howe')).toMatchObject({ exists: 'twice' })
})

/** Made by Python's zoneinfo, another implementation: reading, minutes with fold 0, and with fold 1 where they differ. */
type Judged = [wallTime: string, first: number, second?: number]
const judged = JSON.parse(
  readFileSync(new URL('../../services/publishing/fixtures/zone-changes.json', import.meta.url), 'utf8'),
) as { zones: Record<string, Judged[]> } // as the script beside it writes it

test.each(Object.keys(judged.zones))('readings around every change of the clocks until 2035: %s', (zone) => {
  const minute = 60_000
  const wrong = (judged.zones[zone] ?? []).filter(([wallTime, first, second = first]) => {
    const read = readWall(wallTime, zone)
    if (first === second) return read.exists !== 'once' || read.at !== first * minute
    // it comes twice when fold 0 comes first, and never when fold 0 comes last
    const exists = first < second ? 'twice' : 'never'
    const [earlier, later] = [Math.min(first, second) * minute, Math.max(first, second) * minute]
    return read.exists !== exists || read.earlier !== earlier || read.later !== later
  })
  expect(wrong).toEqual([])
})
