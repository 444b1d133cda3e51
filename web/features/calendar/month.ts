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

/** Free slots that still have room in a day's field: no field grows for them. */
export const ghostsIn = <Slot>(entries: readonly unknown[], slots: readonly Slot[]): readonly Slot[] =>
  slots.slice(0, Math.max(0, dayEntriesMax - entries.length))
