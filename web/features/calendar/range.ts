/** What a view shows: its days, and where its arrows lead. Days are `2026-11-22`. Pure. */
import { addDays } from '../../planning/wall-time.ts'
import { addMonths, weeksOf } from './month.ts'

/** A month of fields needs room; without it the days are a list. */
export const narrow = '(max-width: 760px)'

export const views = ['month', 'week', 'day', 'list', 'board'] as const
export type View = (typeof views)[number]

/** The days from Monday to Sunday around a day. */
export function weekOf(day: string): string[] {
  // getUTCDay counts from Sunday; ours from Monday
  const before = (new Date(`${day}T12:00:00Z`).getUTCDay() + 6) % 7
  return Array.from({ length: 7 }, (_, index) => addDays(day, index - before))
}

function daysOfMonth(month: string): string[] {
  const next = `${addMonths(month, 1)}-01`
  const days: string[] = []
  for (let day = `${month}-01`; day < next; day = addDays(day, 1)) days.push(day)
  return days
}

/** The days that are asked for and shown; the month shows the whole weeks it lies in. */
export function daysShown(view: View, day: string): string[] {
  if (view === 'day') return [day]
  if (view === 'week') return weekOf(day)
  const month = day.slice(0, 7)
  return view === 'month' ? weeksOf(month).flat() : daysOfMonth(month)
}

/** The day around which the view stands after an arrow. @param by -1 or 1 */
export function stepped(view: View, day: string, by: number): string {
  if (view === 'day') return addDays(day, by)
  if (view === 'week') return addDays(day, 7 * by)
  return `${addMonths(day.slice(0, 7), by)}-01`
}

const isDay = (text: string | undefined): text is string =>
  text !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(`${text}T12:00:00Z`))
const isMonth = (text: string | undefined): text is string => text !== undefined && /^\d{4}-(0[1-9]|1[0-2])$/.test(text)

/**
 * Where an address stands: `day`, or the first of its `month`; today where it says neither. A narrow screen has no room for a
 * month of fields, a week of hours or a board: there it is the list, or the day.
 */
export function placeOf(
  search: Readonly<Record<string, string>>,
  today: string,
  isNarrow: boolean,
): { view: View; day: string } {
  const asked = views.find((view) => view === search['view']) ?? 'month'
  const view = isNarrow && asked !== 'day' ? 'list' : asked
  const month = search['month']
  const inMonth = isMonth(month) && !today.startsWith(month) ? `${month}-01` : today
  return { view, day: isDay(search['day']) ? search['day'] : inMonth }
}

/** Whether a day is in sight. */
export const isShown = (view: View, day: string, wanted: string): boolean => daysShown(view, day).includes(wanted)
