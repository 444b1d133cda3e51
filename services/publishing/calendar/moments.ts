/** A wall clock's hour on a day of a zone, and the days on which the clocks make it come twice or never. Pure. */
import type { ClockPick, UnclearTime } from '@floowe/contracts/calendar'
import { Temporal } from 'temporal-polyfill'
import { readWallClock } from '../schedule.ts'

/** `pick` only where the reading comes twice or never: which of the two instants it is. */
export type Moment = { wallTime: string; pick: 'earlier' | 'later' | null; dueAt: string }

/** @returns null: it comes twice or never that day, and such a day is left out (or nobody has said what to do) */
export function momentOn(day: string, time: string, zone: string, pick: ClockPick | null): Moment | null {
  const wallTime = `${day}T${time}`
  const read = readWallClock(wallTime, zone)
  if (read.exists === 'once') return { wallTime, pick: null, dueAt: read.instant }
  if (pick === null || pick === 'skip') return null
  return { wallTime, pick, dueAt: pick === 'earlier' ? read.earlier : read.later }
}

/** Of one reading; null where it comes once. */
export function unclearOn(day: string, time: string, zone: string): UnclearTime | null {
  const read = readWallClock(`${day}T${time}`, zone)
  if (read.exists === 'once') return null
  const { dayOfWeek } = Temporal.PlainDate.from(day)
  return { weekday: dayOfWeek, time, day, ...read }
}

const changesMax = 200

/**
 * Which of these weekdays' hours come twice or never within `years` from an instant; each named once, with the first day it happens.
 */
export function unclearTimes(
  zone: string,
  times: readonly { weekday: number; time: string }[],
  fromMs: number,
  years: number,
): UnclearTime[] {
  const start = Temporal.Instant.fromEpochMilliseconds(fromMs).toZonedDateTimeISO(zone)
  const end = start.add({ years })
  const found = new Map<string, UnclearTime>()
  let change = start.getTimeZoneTransition('next')
  for (let turn = 0; turn < changesMax && change !== null; turn++) {
    if (Temporal.ZonedDateTime.compare(change, end) > 0) break
    for (const day of daysAround(change)) {
      for (const { weekday, time } of times) {
        if (Temporal.PlainDate.from(day).dayOfWeek !== weekday || found.has(`${weekday} ${time}`)) continue
        const unclear = unclearOn(day, time, zone)
        if (unclear) found.set(`${weekday} ${time}`, unclear)
      }
    }
    change = change.getTimeZoneTransition('next')
  }
  return [...found.values()]
}

/** The days that the wall clocks show just before and at a change, and those between: a whole day can be left out. */
function daysAround(change: Temporal.ZonedDateTime): string[] {
  const before = change.subtract({ nanoseconds: 1 }).toPlainDate()
  const at = change.toPlainDate()
  const [first, last] = Temporal.PlainDate.compare(before, at) <= 0 ? [before, at] : [at, before]
  const days: string[] = []
  for (let day = first; Temporal.PlainDate.compare(day, last) <= 0 && days.length < 4; day = day.add({ days: 1 }))
    days.push(day.toString())
  return days
}

export const dayOf = (instant: string, zone: string): string =>
  Temporal.Instant.from(instant).toZonedDateTimeISO(zone).toPlainDate().toString()
export const plusDays = (day: string, days: number): string => Temporal.PlainDate.from(day).add({ days }).toString()
export const weekdayOf = (day: string): number => Temporal.PlainDate.from(day).dayOfWeek

/** The same hour on another day. */
export const movedByDays = (wallTime: string, days: number): string =>
  `${plusDays(wallTime.slice(0, 10), days)}${wallTime.slice(10)}`
