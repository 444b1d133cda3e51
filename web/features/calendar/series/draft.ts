/** A rule while it is being written: fields as a form holds them, and the plan they mean. Pure. */
import type { ClockPick, Recurrence, SeriesPlan } from '@floowe/contracts/calendar'

export type Draft = {
  every: 'days' | 'weeks' | 'months'
  interval: string
  weekdays: readonly number[]
  /** Of months: `day` of the month, or the nth weekday. */
  by: 'day' | 'weekday'
  day: string
  nth: string
  weekday: number
  firstDay: string
  time: string
  zone: string
  endsBy: 'count' | 'until'
  count: string
  until: string
  skip: { holidays: boolean; closedSundays: boolean }
  instead: 'nothing' | 'next-workday'
  pick: ClockPick | null
}

/** 1 is Monday. */
export const weekdayOf = (day: string): number => ((new Date(`${day}T12:00:00Z`).getUTCDay() + 6) % 7) + 1

/** Weekly on the weekday of the first day, twelve times: the usual series. */
export const newDraft = (firstDay: string, time: string, zone: string): Draft => ({
  every: 'weeks',
  interval: '1',
  weekdays: [weekdayOf(firstDay)],
  by: 'day',
  day: String(Number(firstDay.slice(8))),
  nth: String(Math.min(4, Math.ceil(Number(firstDay.slice(8)) / 7))),
  weekday: weekdayOf(firstDay),
  firstDay,
  time,
  zone,
  endsBy: 'count',
  count: '12',
  until: '',
  skip: { holidays: true, closedSundays: false },
  instead: 'nothing',
  pick: null,
})

export function draftOf({ recurrence, end, ...plan }: SeriesPlan): Draft {
  const fresh = newDraft(plan.firstDay, plan.time, plan.zone)
  const months = recurrence.every === 'months' ? recurrence.on : null
  return {
    ...fresh,
    ...plan,
    every: recurrence.every,
    interval: String(recurrence.interval),
    ...(recurrence.every === 'weeks' && { weekdays: recurrence.weekdays }),
    ...(months && 'day' in months && { by: 'day' as const, day: String(months.day) }),
    ...(months && 'nth' in months && { by: 'weekday' as const, nth: String(months.nth), weekday: months.weekday }),
    ...('count' in end
      ? { endsBy: 'count' as const, count: String(end.count) }
      : { endsBy: 'until' as const, until: end.until }),
  }
}

function recurrenceOf(draft: Draft): Recurrence | null {
  const interval = Number(draft.interval)
  if (!Number.isInteger(interval) || interval < 1) return null
  if (draft.every === 'days') return { every: 'days', interval }
  if (draft.every === 'weeks')
    return draft.weekdays.length === 0 ? null : { every: 'weeks', interval, weekdays: [...draft.weekdays].sort() }
  const on =
    draft.by === 'day'
      ? { day: Number(draft.day) as -1 } // a number of the list in the form: 1 to 31, or -1
      : { nth: Number(draft.nth) as -1, weekday: draft.weekday } // of the list in the form: 1 to 4, or -1
  return { every: 'months', interval, on }
}

/** @returns null while something is missing */
export function planOf(draft: Draft): SeriesPlan | null {
  const recurrence = recurrenceOf(draft)
  const count = Number(draft.count)
  const isCounted = draft.endsBy === 'count' && Number.isInteger(count) && count >= 1 && count <= 366
  const isUntil = draft.endsBy === 'until' && draft.until >= draft.firstDay
  if (!recurrence || draft.firstDay === '' || draft.time === '' || !(isCounted || isUntil)) return null
  const { firstDay, time, zone, pick, skip, instead } = draft
  return { recurrence, firstDay, time, zone, pick, skip, instead, end: isCounted ? { count } : { until: draft.until } }
}
