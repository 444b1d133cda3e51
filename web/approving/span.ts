/** Spans of time as people name them, whole days of a zone, and as the contract has them: instants. Pure. */
import type { ApprovalWindow } from '@floowe/contracts/approvals'
import { addDays, offsetAt, wallIn } from '../planning/wall-time.ts'

export type Days = { from: string; until: string }

/** The first instant at which the clocks of a zone show this day: midnight, or what comes instead where they skip it. */
export function startOf(day: string, zone: string): number {
  const wanted = `${day} 00:00`
  const asUtc = Date.parse(`${day}T00:00:00Z`)
  const shown = (at: number): string => {
    const { date, time } = wallIn(zone, at)
    return `${date} ${time}`
  }
  // The offset before and after is known to the minute; clocks jump at most once between two of them.
  const offsets = [-1, 0, 1].map((days) => offsetAt(zone, asUtc + days * 86_400_000))
  const exact = offsets.map((offset) => asUtc - offset).find((at) => shown(at) === wanted)
  return exact ?? asUtc - Math.min(...offsets)
}

/** From the beginning of the first day to the last moment of the other. */
export const windowOf = ({ from, until }: Days, zone: string): ApprovalWindow => ({
  from: new Date(startOf(from, zone)).toISOString(),
  until: new Date(startOf(addDays(until, 1), zone) - 1).toISOString(),
})

export const daysOf = ({ from, until }: ApprovalWindow, zone: string): Days => ({
  from: wallIn(zone, from).date,
  until: wallIn(zone, until).date,
})

/** Whether something approved for this span would no longer be, planned for this reading of the clock. */
export function liesOutside(window: ApprovalWindow | null, wallTime: string, zone: string): boolean {
  if (window === null) return false
  const read = (at: string): string => {
    const { date, time } = wallIn(zone, at)
    return `${date}T${time}`
  }
  const wanted = wallTime.slice(0, 16)
  return wanted < read(window.from) || wanted > read(window.until)
}

export const isWithin = ({ from, until }: ApprovalWindow, nowMs: number = Date.now()): boolean =>
  Date.parse(from) <= nowMs && nowMs <= Date.parse(until)
export const isOver = ({ until }: ApprovalWindow, nowMs: number = Date.now()): boolean => Date.parse(until) <= nowMs
