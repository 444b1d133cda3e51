/** The slots of a channel as moments to come: free, or why not. Pure. */
import type { Blackout, Slot, SlotMoment, SkippedDays } from '@floowe/contracts/calendar'
import { blackoutAt } from '@floowe/contracts/conflicts'
import { holidayOn } from '@floowe/contracts/polish-days'
import type { DeliveryId } from '@floowe/contracts/vocabulary'
import { readWallClock } from '../schedule.ts'
import { dayOf, momentOn, plusDays, weekdayOf } from './moments.ts'
import { whyNot } from './occurrences.ts'

/** So far ahead slots are looked at. */
export const slotDaysMax = 366

export type SlotRules = { slots: readonly Slot[]; zone: string; skip: SkippedDays }
/** What stands on the channel, by its instant. */
export type Taken = ReadonlyMap<string, string>
export type Span = Pick<Blackout, 'name'> & { from: string; until: string }

/** In the order they come, from an instant on (that instant itself is over). */
export function* slotMoments(
  { slots, zone, skip }: SlotRules,
  after: string,
  taken: Taken,
  blackouts: readonly Span[],
): Generator<SlotMoment> {
  const first = dayOf(after, zone)
  // A day's hours may leave their order where the clocks change.
  for (let ahead = 0; ahead < slotDaysMax; ahead++) {
    const day = plusDays(first, ahead)
    const weekday = weekdayOf(day)
    const ofDay = slots
      .filter((slot) => slot.weekday === weekday)
      .map((slot) => ({ at: orderOf(day, slot, zone), moment: momentOf(day, slot, { zone, skip }, taken, blackouts) }))
      .filter(({ at }) => at > after)
      .sort((one, other) => (one.at < other.at ? -1 : 1))
    const seen = new Set<string>()
    for (const { moment } of ofDay) {
      // Two hours that fall onto one instant are one slot.
      if (moment.dueAt !== null && seen.has(moment.dueAt)) continue
      if (moment.dueAt !== null) seen.add(moment.dueAt)
      yield moment
    }
  }
}

function orderOf(day: string, { time, pick }: Slot, zone: string): string {
  const read = readWallClock(`${day}T${time}`, zone)
  if (read.exists === 'once') return read.instant
  return pick === 'earlier' ? read.earlier : read.later
}

function momentOf(
  day: string,
  { time, pick }: Slot,
  { zone, skip }: Omit<SlotRules, 'slots'>,
  taken: Taken,
  blackouts: readonly Span[],
): SlotMoment {
  const moment = momentOn(day, time, zone, pick)
  const base = { day, wallTime: `${day}T${time}`, zone, holiday: holidayOn(day) }
  if (moment === null)
    return { ...base, pick: null, dueAt: null, isFree: false, reason: 'no-such-time', deliveryId: null }
  const deliveryId = taken.get(moment.dueAt) ?? null
  const isBlack = blackoutAt(blackouts, Date.parse(moment.dueAt)) !== null
  const reason = whyNot(day, skip) ?? (isBlack ? 'blackout' : deliveryId === null ? null : 'taken')
  return {
    ...base,
    pick: moment.pick,
    dueAt: moment.dueAt,
    isFree: reason === null,
    reason,
    deliveryId: deliveryId as DeliveryId | null, // an id of a row
  }
}

/** The next one that is free. */
export function nextFree(moments: Iterable<SlotMoment>): SlotMoment | null {
  for (const moment of moments) if (moment.isFree) return moment
  return null
}
