/** The days of a month as a calendar shows them: whole weeks from Monday. Days are `2026-11-22`. */
import { addDays } from '../../planning/wall-time.ts'

export type Week = readonly string[]

/** @param month `2026-11` @returns five or six weeks */
export function weeksOf(month: string): Week[] {
  const first = `${month}-01`
  // getUTCDay counts from Sunday; ours from Monday.
  const before = (new Date(`${first}T12:00:00Z`).getUTCDay() + 6) % 7
  const start = addDays(first, -before)
  const weeks: Week[] = []
  for (let week = 0; week < 6; week++) {
    const days = Array.from({ length: 7 }, (_, day) => addDays(start, week * 7 + day))
    if (week > 0 && !days.some((day) => day.startsWith(month))) break
    weeks.push(days)
  }
  return weeks
}

const dayEntriesMax = 3

/** What of a day stands in its field: all of up to three, else two and how many more, so that no field is taller than three. */
export function foldDay<Item>(items: readonly Item[]): { shown: readonly Item[]; more: number } {
  if (items.length <= dayEntriesMax) return { shown: items, more: 0 }
  const shown = items.slice(0, dayEntriesMax - 1)
  return { shown, more: items.length - shown.length }
}

/** @param by months, may be negative */
export function addMonths(month: string, by: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number)
  const date = new Date(Date.UTC(year, number - 1 + by, 1))
  return date.toISOString().slice(0, 7)
}

/** How many days lie from one to the other; negative when it lies before. */
export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(`${to}T12:00:00Z`) - Date.parse(`${from}T12:00:00Z`)) / 86_400_000)

/** Polish public holidays of a year, by name key. Easter by the Gregorian computus (Meeus, Jones, Butcher). */
export function polishHolidays(year: number): ReadonlyMap<string, string> {
  const easter = easterSunday(year)
  const fixed: [string, string][] = [
    ['01-01', 'new-year'],
    ['01-06', 'epiphany'],
    ['05-01', 'labour'],
    ['05-03', 'constitution'],
    ['08-15', 'assumption'],
    ['11-01', 'all-saints'],
    ['11-11', 'independence'],
    ['12-25', 'christmas'],
    ['12-26', 'christmas-2'],
  ]
  // Christmas Eve is a public holiday since 2025.
  if (year >= 2025) fixed.push(['12-24', 'christmas-eve'])
  const moving: [string, string][] = [
    [easter, 'easter'],
    [addDays(easter, 1), 'easter-monday'],
    [addDays(easter, 49), 'pentecost'],
    [addDays(easter, 60), 'corpus-christi'],
  ]
  return new Map([...fixed.map(([day, name]): [string, string] => [`${year}-${day}`, name]), ...moving])
}

function easterSunday(year: number): string {
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
  const month = Math.floor((h + l - 7 * m + 114) / 31)
  const day = ((h + l - 7 * m + 114) % 31) + 1
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
}
