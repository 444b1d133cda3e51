/**
 * The days of a series. Pure, and the same for whoever asks: a recurrence gives days, days that are to be left out are left out or put
 * off, and each that stays is an hour on a wall clock.
 */
import type { Occurrence, OccurrenceReason, Recurrence, SeriesPlan, SkippedDays } from '@floowe/contracts/calendar'
import { holidayOn, isClosedSunday, isWorkday } from '@floowe/contracts/polish-days'
import { Temporal } from 'temporal-polyfill'
import { momentOn } from './moments.ts'

/** However many are asked for: a series ends after so many days of its recurrence, and after so many years. */
const daysMax = 2_000
const yearsMax = 10
const putOffDaysMax = 14

/** What stands against an instant, where something does. */
export type Against = (dueAt: string) => Extract<OccurrenceReason, 'past' | 'blackout' | 'embargo'> | null

/**
 * All of a series, in the order of its days. What is left out does not count towards `count`; a day that was `past`, or on which a
 * blackout or embargo lies, does: it was promised and could not be kept.
 */
export function occurrencesOf(plan: SeriesPlan, against: Against = () => null): Occurrence[] {
  const found: Occurrence[] = []
  const taken = new Set<string>()
  const countMax = 'count' in plan.end ? plan.end.count : 366
  let counted = 0
  for (const { day, exists } of daysOf(plan)) {
    if (counted >= countMax) break
    const occurrence = exists ? on(plan, day, taken) : left(day, 'no-such-day')
    if (occurrence.wallTime !== null) {
      counted += 1
      taken.add(occurrence.wallTime.slice(0, 10))
    }
    const reason = occurrence.dueAt === null ? null : against(occurrence.dueAt)
    found.push(reason === null ? occurrence : { ...occurrence, outcome: 'skipped', reason })
  }
  return found
}

const left = (day: string, reason: OccurrenceReason, holiday: Occurrence['holiday'] = null): Occurrence => ({
  ...{ day, outcome: 'skipped', reason, holiday, wallTime: null, pick: null, dueAt: null },
})

function on(plan: SeriesPlan, day: string, taken: ReadonlySet<string>): Occurrence {
  const why = whyNot(day, plan.skip)
  const holiday = why === 'holiday' ? holidayOn(day) : null
  const actual = why === null ? day : plan.instead === 'nothing' ? null : workdayAfter(day)
  if (actual === null) return left(day, why ?? 'holiday', holiday)
  if (taken.has(actual)) return left(day, 'same-day', holiday)
  const moment = momentOn(actual, plan.time, plan.zone, plan.pick)
  if (moment === null) return left(day, 'no-such-time')
  return { day, outcome: why === null ? 'planned' : 'moved', reason: why, holiday, ...moment }
}

export function whyNot(day: string, skip: SkippedDays): 'holiday' | 'closed-sunday' | null {
  if (skip.holidays && holidayOn(day) !== null) return 'holiday'
  return skip.closedSundays && isClosedSunday(day) ? 'closed-sunday' : null
}

function workdayAfter(day: string): string | null {
  let next = Temporal.PlainDate.from(day)
  for (let turn = 0; turn < putOffDaysMax; turn++) {
    next = next.add({ days: 1 })
    if (isWorkday(next.toString())) return next.toString()
  }
  return null
}

type RecurringDay = { day: string; exists: boolean }

/** The days of the recurrence from the first day to the last, without looking at what they are. */
export function* daysOf({
  recurrence,
  firstDay,
  end,
}: Pick<SeriesPlan, 'recurrence' | 'firstDay' | 'end'>): Generator<RecurringDay> {
  const first = Temporal.PlainDate.from(firstDay)
  const limit = first.add({ years: yearsMax })
  const until = 'until' in end ? Temporal.PlainDate.from(end.until) : limit
  const last = Temporal.PlainDate.compare(until, limit) < 0 ? until : limit
  let given = 0
  for (const { day, exists } of endless(recurrence, first)) {
    if (Temporal.PlainDate.compare(day, last) > 0 || given >= daysMax) return
    if (Temporal.PlainDate.compare(day, first) < 0) continue
    given += 1
    yield { day: day.toString(), exists }
  }
}

type AnyDay = { day: Temporal.PlainDate; exists: boolean }

function* endless(recurrence: Recurrence, first: Temporal.PlainDate): Generator<AnyDay> {
  const { interval } = recurrence
  if (recurrence.every === 'days') {
    for (let n = 0; ; n++) yield { day: first.add({ days: n * interval }), exists: true }
  }
  if (recurrence.every === 'weeks') {
    const monday = first.subtract({ days: first.dayOfWeek - 1 })
    const weekdays = [...new Set(recurrence.weekdays)].sort((one, other) => one - other)
    for (let n = 0; ; n++)
      for (const weekday of weekdays) yield { day: monday.add({ days: n * interval * 7 + weekday - 1 }), exists: true }
  }
  if (recurrence.every === 'months') {
    const month = first.with({ day: 1 })
    for (let n = 0; ; n++) yield dayIn(month.add({ months: n * interval }), recurrence.on)
  }
}

/** A month without its 31st is named by its last day. */
function dayIn(month: Temporal.PlainDate, on: Extract<Recurrence, { every: 'months' }>['on']): AnyDay {
  const { daysInMonth } = month
  if ('day' in on) {
    const exists = on.day <= daysInMonth
    return { day: month.with({ day: on.day === -1 || !exists ? daysInMonth : on.day }), exists }
  }
  if (on.nth === -1) {
    const end = month.with({ day: daysInMonth })
    return { day: end.subtract({ days: (end.dayOfWeek - on.weekday + 7) % 7 }), exists: true }
  }
  const firstOfIt = month.add({ days: (on.weekday - month.dayOfWeek + 7) % 7 })
  return { day: firstOfIt.add({ days: (on.nth - 1) * 7 }), exists: true }
}
