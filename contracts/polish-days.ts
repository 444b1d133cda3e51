/**
 * Polish public holidays, and the Sundays on which shops may trade. Pure; days are `2027-03-28`, of the proleptic Gregorian calendar.
 *
 * Holidays: the act of 18 January 1951 on days free of work, with 6 January since 2011 and 24 December since 2025. Sundays: article 7 of
 * the act of 10 January 2018 on limiting trade on Sundays and holidays, as it stands from 2020 on; until 2024 two Sundays before
 * Christmas, from 2025 three before Christmas Eve. Years before 2020 are answered by the rules of 2020.
 */
export type DayName = { en: string; pl: string }
export type Holiday = { day: string; name: DayName }

const dayMs = 86_400_000
const atDay = (year: number, month: number, day: number): number => Date.UTC(year, month - 1, day)
const written = (ms: number): string => new Date(ms).toISOString().slice(0, 10)
const msOf = (day: string): number => Date.parse(`${day}T00:00:00.000Z`)
const yearOf = (day: string): number => Number(day.slice(0, 4))
const sunday = 0

const fixed: readonly { month: number; day: number; from?: number; name: DayName }[] = [
  { month: 1, day: 1, name: { en: 'New Year’s Day', pl: 'Nowy Rok' } },
  { month: 1, day: 6, from: 2011, name: { en: 'Epiphany', pl: 'Święto Trzech Króli' } },
  { month: 5, day: 1, name: { en: 'Labour Day', pl: 'Święto Pracy' } },
  { month: 5, day: 3, name: { en: 'Constitution Day', pl: 'Święto Konstytucji 3 Maja' } },
  {
    month: 8,
    day: 15,
    name: { en: 'Assumption of Mary', pl: 'Wniebowzięcie Najświętszej Maryi Panny' },
  },
  { month: 11, day: 1, name: { en: 'All Saints’ Day', pl: 'Wszystkich Świętych' } },
  { month: 11, day: 11, name: { en: 'Independence Day', pl: 'Narodowe Święto Niepodległości' } },
  { month: 12, day: 24, from: 2025, name: { en: 'Christmas Eve', pl: 'Wigilia Bożego Narodzenia' } },
  { month: 12, day: 25, name: { en: 'Christmas Day', pl: 'Boże Narodzenie (pierwszy dzień)' } },
  { month: 12, day: 26, name: { en: 'Second day of Christmas', pl: 'Boże Narodzenie (drugi dzień)' } },
]
const movable: readonly { afterEaster: number; name: DayName }[] = [
  { afterEaster: 0, name: { en: 'Easter Sunday', pl: 'Wielkanoc' } },
  { afterEaster: 1, name: { en: 'Easter Monday', pl: 'Poniedziałek Wielkanocny' } },
  { afterEaster: 49, name: { en: 'Pentecost', pl: 'Zielone Świątki' } },
  { afterEaster: 60, name: { en: 'Corpus Christi', pl: 'Boże Ciało' } },
]

/** Easter Sunday by the rule of Meeus, Jones and Butcher. */
function easterMs(year: number): number {
  const a = year % 19
  const b = Math.floor(year / 100)
  const c = year % 100
  const d = Math.floor(b / 4)
  const e = b % 4
  const f = Math.floor((b + 8) / 25)
  const g = Math.floor((b - f + 1) / 3)
  const h = (19 * a + b - d - g + 15) % 30
  const i = Math.floor(c / 4)
  const k = c % 4
  const l = (32 + 2 * e + 2 * i - h - k) % 7
  const m = Math.floor((a + 11 * h + 22 * l) / 451)
  const n = h + l - 7 * m + 114
  return atDay(year, Math.floor(n / 31), (n % 31) + 1)
}

export const easterSunday = (year: number): string => written(easterMs(year))

/** Of one year, in order. */
export function publicHolidays(year: number): Holiday[] {
  const easter = easterMs(year)
  return [
    ...fixed
      .filter(({ from = year }) => year >= from)
      .map(({ month, day, name }) => ({ day: written(atDay(year, month, day)), name })),
    ...movable.map(({ afterEaster, name }) => ({ day: written(easter + afterEaster * dayMs), name })),
  ].sort((one, other) => (one.day < other.day ? -1 : 1))
}

/** The name of the holiday that a day is. Pentecost never comes before 10 May, so no day is two of them. */
export const holidayOn = (day: string): DayName | null =>
  publicHolidays(yearOf(day)).find((holiday) => holiday.day === day)?.name ?? null

const isSunday = (ms: number): boolean => new Date(ms).getUTCDay() === sunday
/** The last Sunday before a day, not the day itself. */
const sundayBefore = (ms: number): number => ms - (new Date(ms).getUTCDay() || 7) * dayMs
const lastSundayOf = (year: number, month: number): number => sundayBefore(atDay(year, month + 1, 1))

/** What single acts said of single years: 6 December 2020 in the epidemic, and 24 December 2023, a Sunday, changed for the 10th. */
const once: Readonly<Record<number, { open: readonly string[]; closed: readonly string[] }>> = {
  2020: { open: ['2020-12-06'], closed: [] },
  2023: { open: ['2023-12-10'], closed: ['2023-12-24'] },
}

/** Sundays of a year on which shops may trade, in order. */
export function tradingSundays(year: number): string[] {
  const last = sundayBefore(atDay(year, 12, year >= 2025 ? 24 : 25))
  const advent = Array.from({ length: year >= 2025 ? 3 : 2 }, (_, weeks) => last - weeks * 7 * dayMs)
  const { open, closed } = once[year] ?? { open: [], closed: [] }
  const days = [
    ...[1, 4, 6, 8].map((month) => lastSundayOf(year, month)),
    easterMs(year) - 7 * dayMs,
    ...advent,
    ...open.map(msOf),
  ].map(written)
  // On a holiday the ban of holidays holds, whichever Sunday it is.
  return [...new Set(days)].filter((day) => !closed.includes(day) && holidayOn(day) === null).sort()
}

/** A Sunday on which shops are closed. */
export const isClosedSunday = (day: string): boolean =>
  isSunday(msOf(day)) && !tradingSundays(yearOf(day)).includes(day)

/** From Monday to Friday, and no holiday. */
export const isWorkday = (day: string): boolean => {
  const weekday = new Date(msOf(day)).getUTCDay()
  return weekday !== 0 && weekday !== 6 && holidayOn(day) === null
}
