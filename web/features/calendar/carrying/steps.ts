/** Where the keys take what is carried: by days, weeks, quarters of an hour or columns, as its view has them. Pure. */
import { addDays, nextFullHour, wallIn } from '../../../planning/wall-time.ts'
import { columnOf, columnOfIdea } from '../columns.ts'
import { daysShown, type View } from '../range.ts'
import type { Carried, Target } from './carry.ts'

const stepMinutes = 15
const dayMinutes = 24 * 60

/** Where it stands when it is taken up; for an idea the first day in sight that is not past. */
export function firstTarget(
  shown: { view: View; day: string },
  carried: Carried,
  zone: string,
  nowMs = Date.now(),
): Target {
  const { view } = shown
  if (view === 'board') {
    const column = carried.kind === 'delivery' ? columnOf(carried.delivery) : columnOfIdea(carried.idea.status)
    return { kind: 'column', column }
  }
  const isByHours = view === 'week' || view === 'day'
  if (carried.kind === 'delivery') {
    const { date, time } = wallIn(zone, carried.delivery.dueAt)
    return isByHours ? { kind: 'time', day: date, time } : { kind: 'day', day: date }
  }
  const today = wallIn(zone, nowMs).date
  const day = daysShown(view, shown.day).find((one) => one >= today) ?? today
  return isByHours ? { kind: 'time', day, time: nextFullHour(zone, day, nowMs).time } : { kind: 'day', day }
}

/** @returns null when the key leads nowhere */
export function stepped(
  view: View,
  target: Target,
  { key, shiftKey }: { key: string; shiftKey: boolean },
  columns: readonly string[],
): Target | null {
  if (target.kind === 'column') return toColumn(target.column, key, columns)
  const days = daysOf(view, key)
  if (days !== 0) return onDay(target, addDays(target.day, days))
  if ((view === 'week' || view === 'day') && (key === 'ArrowUp' || key === 'ArrowDown'))
    return laterBy(target, (key === 'ArrowUp' ? -1 : 1) * (shiftKey ? 60 : stepMinutes))
  return null
}

function daysOf(view: View, key: string): number {
  if (key === 'PageUp') return -7
  if (key === 'PageDown') return 7
  if (key === 'ArrowLeft') return -1
  if (key === 'ArrowRight') return 1
  const down = { month: 7, list: 1, week: 0, day: 0, board: 0 }[view]
  return key === 'ArrowUp' ? -down : key === 'ArrowDown' ? down : 0
}

const onDay = (target: Exclude<Target, { kind: 'column' }>, day: string): Target =>
  target.kind === 'day' ? { kind: 'day', day } : { kind: 'time', day, time: timeOf(target) }

const timeOf = (target: Exclude<Target, { kind: 'column' }>): string =>
  target.kind === 'time' ? target.time : target.kind === 'slot' ? target.wallTime.slice(11, 16) : '09:00'

/** Past midnight lies the next day. */
function laterBy(target: Exclude<Target, { kind: 'column' }>, minutes: number): Target {
  const [hour = 0, minute = 0] = timeOf(target).split(':').map(Number)
  // the first press takes an odd minute to a quarter
  const whole = Math.round((hour * 60 + minute + minutes) / stepMinutes) * stepMinutes
  const days = Math.floor(whole / dayMinutes)
  const rest = whole - days * dayMinutes
  const time = `${String(Math.floor(rest / 60)).padStart(2, '0')}:${String(rest % 60).padStart(2, '0')}`
  return { kind: 'time', day: addDays(target.day, days), time }
}

function toColumn(now: string, key: string, columns: readonly string[]): Target | null {
  const by = { ArrowLeft: -1, ArrowRight: 1 }[key]
  const next = by === undefined ? undefined : columns[columns.indexOf(now) + by]
  return next === undefined ? null : { kind: 'column', column: next }
}
