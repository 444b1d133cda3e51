import { describe, expect, test } from 'vitest'
import { easterSunday, holidayOn, isClosedSunday, isWorkday, publicHolidays, tradingSundays } from './polish-days.ts'

/**
 * Easter, Corpus Christi, Sundays with trade. 2020–2027 as the Polish Labour Inspectorate and ministries announced them under article 7
 * of the act of 10 January 2018 (2018 item 305, changed by the act of 6 December 2024, 2024 item 1965); later years by the same articles,
 * with Easter of the ecclesiastical tables, reckoned by another rule than the code's.
 */
const known: readonly [year: number, easter: string, corpusChristi: string, trading: string][] = [
  [2020, '04-12', '06-11', '01-26 04-05 04-26 06-28 08-30 12-06 12-13 12-20'],
  [2021, '04-04', '06-03', '01-31 03-28 04-25 06-27 08-29 12-12 12-19'],
  [2022, '04-17', '06-16', '01-30 04-10 04-24 06-26 08-28 12-11 12-18'],
  [2023, '04-09', '06-08', '01-29 04-02 04-30 06-25 08-27 12-10 12-17'],
  [2024, '03-31', '05-30', '01-28 03-24 04-28 06-30 08-25 12-15 12-22'],
  [2025, '04-20', '06-19', '01-26 04-13 04-27 06-29 08-31 12-07 12-14 12-21'],
  [2026, '04-05', '06-04', '01-25 03-29 04-26 06-28 08-30 12-06 12-13 12-20'],
  [2027, '03-28', '05-27', '01-31 03-21 04-25 06-27 08-29 12-05 12-12 12-19'],
  [2028, '04-16', '06-15', '01-30 04-09 04-30 06-25 08-27 12-03 12-10 12-17'],
  [2029, '04-01', '05-31', '01-28 03-25 04-29 06-24 08-26 12-09 12-16 12-23'],
  [2030, '04-21', '06-20', '01-27 04-14 04-28 06-30 08-25 12-08 12-15 12-22'],
  [2031, '04-13', '06-12', '01-26 04-06 04-27 06-29 08-31 12-07 12-14 12-21'],
  [2032, '03-28', '05-27', '01-25 03-21 04-25 06-27 08-29 12-05 12-12 12-19'],
  [2033, '04-17', '06-16', '01-30 04-10 04-24 06-26 08-28 12-04 12-11 12-18'],
  [2034, '04-09', '06-08', '01-29 04-02 04-30 06-25 08-27 12-03 12-10 12-17'],
  [2035, '03-25', '05-24', '01-28 03-18 04-29 06-24 08-26 12-09 12-16 12-23'],
  [2036, '04-13', '06-12', '01-27 04-06 04-27 06-29 08-31 12-07 12-14 12-21'],
  [2037, '04-05', '06-04', '01-25 03-29 04-26 06-28 08-30 12-06 12-13 12-20'],
  // The last Sunday of April is Easter itself.
  [2038, '04-25', '06-24', '01-31 04-18 06-27 08-29 12-05 12-12 12-19'],
  [2039, '04-10', '06-09', '01-30 04-03 04-24 06-26 08-28 12-04 12-11 12-18'],
  [2040, '04-01', '05-31', '01-29 03-25 04-29 06-24 08-26 12-09 12-16 12-23'],
]
const plus = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10)

describe.each(known)('%i', (year, easter, corpusChristi, trading) => {
  test('its holidays', () => {
    const easterDay = `${year}-${easter}`
    const days = ['01-01', '01-06', '05-01', '05-03', '08-15', '11-01', '11-11', '12-25', '12-26']
    if (year >= 2025) days.push('12-24')
    const expected = [
      ...days.map((day) => `${year}-${day}`),
      easterDay,
      plus(easterDay, 1),
      plus(easterDay, 49),
      `${year}-${corpusChristi}`,
    ].sort()
    expect(easterSunday(year)).toBe(easterDay)
    expect(publicHolidays(year).map(({ day }) => day)).toEqual(expected)
  })

  test('its Sundays with trade, and all others without', () => {
    const days = trading.split(' ').map((day) => `${year}-${day}`)
    expect(tradingSundays(year)).toEqual(days)
    const closed = Array.from({ length: 366 }, (_, n) => plus(`${year}-01-01`, n)).filter(isClosedSunday)
    expect(closed.every((day) => new Date(day).getUTCDay() === 0 && !days.includes(day))).toBe(true)
    expect(new Set([...closed, ...days]).size).toBeGreaterThanOrEqual(52)
  })
})

test('holidays have names in both languages', () => {
  expect(holidayOn('2027-11-11')).toEqual({ en: 'Independence Day', pl: 'Narodowe Święto Niepodległości' })
  expect(holidayOn('2024-12-24')).toBeNull()
  expect(holidayOn('2025-12-24')?.pl).toBe('Wigilia Bożego Narodzenia')
  expect(holidayOn('2027-11-12')).toBeNull()
})

test('workdays', () => {
  expect(['2027-05-01', '2027-05-02', '2027-05-03', '2027-05-04'].map(isWorkday)).toEqual([false, false, false, true])
  expect(isWorkday('2027-01-06')).toBe(false)
  expect(isWorkday('2027-01-09')).toBe(false)
})
