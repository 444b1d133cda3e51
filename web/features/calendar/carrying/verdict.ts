/**
 * What would come of putting something somewhere, on what the page knows: said before it is let go. The server, which knows
 * more, is asked of the place where it rests, and decides in the end. Pure.
 */
import type { Conflict } from '@floowe/contracts/calendar'
import { conflictsOf, type Neighbour } from '@floowe/contracts/conflicts'
import type { Delivery } from '@floowe/contracts/publishing'
import { addDays, nextFullHour, readWall, wallIn } from '../../../planning/wall-time.ts'
import { columnWhy, type ColumnWhy } from '../columns.ts'
import { daysBetween } from '../month.ts'
import type { Carried, Target } from './carry.ts'

export type Wanted = { wallTime: string; zone: string; pick?: 'earlier' | 'later' }
/** Why it cannot be put there whatever the time. */
export type Why = ColumnWhy | 'other-channel' | 'sent' | 'under-way' | 'at-once'
export type Verdict = {
  /** `asks`: it is put there once the person has said something more. */
  weight: 'refused' | 'asks' | 'warning' | 'note' | 'free'
  conflicts: readonly Conflict[]
  why: Why | null
  /** What would be asked of the server; null where no time is meant. */
  wanted: Wanted | null
  dueAt: string | null
}

export type Known = {
  /** The zone in which the calendar is read, and that in which this workspace plans. */
  zone: string
  planningZone: string
  nowMs: number
  spacingMinutes: number
  /** As instants. */
  blackouts: readonly { name: string; from: string; until: string }[]
  /** Deliveries of a channel that are due between two instants: of thousands, the few that could be too close. */
  neighboursOf: (channelId: string, from: string, to: string) => readonly Neighbour[]
}

const refused = (why: Why): Verdict => ({ weight: 'refused', conflicts: [], why, wanted: null, dueAt: null })

export function judge(carried: Carried, target: Target, known: Known): Verdict {
  if (target.kind === 'column') {
    const why = columnWhy(carried, target.column)
    return why ? refused(why) : { weight: 'free', conflicts: [], why: null, wanted: null, dueAt: null }
  }
  if (carried.kind === 'delivery') {
    const fixed = whyFixed(carried.delivery)
    if (fixed) return refused(fixed)
    if (target.kind === 'slot' && target.channelId !== carried.delivery.channelId) return refused('other-channel')
  }
  const wanted = wantedAt(carried, target, known)
  return verdictOf(carried, wanted, conflictsAt(carried, wanted, known))
}

/** Only what waits for a wall-clock time can be moved. */
export const isMovable = (delivery: Delivery): boolean => delivery.state === 'planned' && delivery.wallTime !== null

/** Of what is no plan any more, or has no time that could be another. */
export function whyFixed(delivery: Delivery): Why | null {
  if (isMovable(delivery)) return null
  if (delivery.state === 'planned') return 'at-once'
  return ['published', 'replaced', 'unpublished', 'cancelled'].includes(delivery.state) ? 'sent' : 'under-way'
}

/** The reading of a clock that a place means: a day keeps the time, a time is read in the zone of the calendar. */
function wantedAt(carried: Carried, target: Exclude<Target, { kind: 'column' }>, known: Known): Wanted {
  if (target.kind === 'slot')
    return { wallTime: target.wallTime, zone: target.zone, ...(target.pick && { pick: target.pick }) }
  if (carried.kind === 'idea') {
    if (target.kind === 'time') return { wallTime: `${target.day}T${target.time}`, zone: known.zone }
    const { time } = nextFullHour(known.planningZone, target.day, known.nowMs)
    return { wallTime: `${target.day}T${time}`, zone: known.planningZone }
  }
  const { delivery } = carried
  const zone = delivery.zone ?? known.zone
  if (target.kind === 'day') {
    const wallTime = delivery.wallTime ?? ''
    const days = daysBetween(wallIn(known.zone, delivery.dueAt).date, target.day)
    return { wallTime: `${addDays(wallTime.slice(0, 10), days)}${wallTime.slice(10)}`, zone }
  }
  return inZone(`${target.day}T${target.time}`, known.zone, zone)
}

/** The same moment on the clocks of another zone. Where it is unclear in the first, the earlier one is offered and asked about. */
function inZone(wallTime: string, from: string, to: string): Wanted {
  if (from === to) return { wallTime, zone: to }
  const read = readWall(wallTime, from)
  const at = read.exists === 'once' ? read.at : read.earlier
  const { date, time } = wallIn(to, at)
  const there = readWall(`${date}T${time}`, to)
  const pick = there.exists === 'twice' ? (there.earlier === at ? 'earlier' : 'later') : undefined
  return { wallTime: `${date}T${time}`, zone: to, ...(pick && { pick }) }
}

function instantOf({ wallTime, zone, pick }: Wanted): { at: number; unclear: 'never' | 'twice' | null; later: number } {
  const read = readWall(wallTime, zone)
  if (read.exists === 'once') return { at: read.at, unclear: null, later: read.at }
  const at = pick === 'later' ? read.later : read.earlier
  return { at, unclear: pick ? null : read.exists, later: read.later }
}

function conflictsAt(carried: Carried, wanted: Wanted, known: Known): Conflict[] {
  const { at, unclear, later } = instantOf(wanted)
  const iso = (ms: number): string => new Date(ms).toISOString()
  const delivery = carried.kind === 'delivery' ? carried.delivery : null
  const channelId = delivery?.channelId ?? ''
  const spacing = known.spacingMinutes * 60_000
  const conflicts = conflictsOf(
    { deliveryId: delivery?.id ?? null, channelId, day: wanted.wallTime.slice(0, 10), dueAt: iso(at) },
    {
      now: iso(known.nowMs),
      spacingMinutes: known.spacingMinutes,
      neighbours: delivery ? known.neighboursOf(channelId, iso(at - spacing), iso(at + spacing)) : [],
      embargoUntil: carried.kind === 'idea' ? carried.idea.embargoUntil : carried.delivery.embargoUntil,
      blackouts: known.blackouts,
      approval: delivery?.approval ?? null,
      channelState: null,
    },
  )
  return unclear ? [unclearTime(unclear, iso(at), iso(later)), ...conflicts] : conflicts
}

const unclearTime = (exists: 'never' | 'twice', at: string, later: string): Conflict => ({
  code: exists === 'twice' ? 'time-exists-twice' : 'time-does-not-exist',
  weight: 'warning',
  ...{ deliveryId: null, minutes: null, at, later, name: null, problems: [] },
})

/** Those of a channel between two instants, both included, found by halving. @param items in any order */
export function neighboursIn(items: readonly Neighbour[]): Known['neighboursOf'] {
  const byChannel = Map.groupBy(
    [...items].sort((a, b) => (a.dueAt < b.dueAt ? -1 : a.dueAt > b.dueAt ? 1 : 0)),
    ({ channelId }) => channelId,
  )
  return (channelId, from, to) => {
    const sorted = byChannel.get(channelId) ?? []
    let [low, high] = [0, sorted.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((sorted[middle]?.dueAt ?? '') < from) low = middle + 1
      else high = middle
    }
    let end = low
    while (end < sorted.length && (sorted[end]?.dueAt ?? '') <= to) end += 1
    return sorted.slice(low, end)
  }
}

/** Spans of a workspace's wall clock as instants; an unclear end counts as the wider one. */
export const blackoutsOf = (
  blackouts: readonly { name: string; from: string; until: string }[],
  zone: string,
): Known['blackouts'] =>
  blackouts.map(({ name, from, until }) => {
    const [begin, end] = [readWall(from, zone), readWall(until, zone)]
    return {
      name,
      from: new Date(begin.exists === 'once' ? begin.at : begin.earlier).toISOString(),
      until: new Date(end.exists === 'once' ? end.at : end.later).toISOString(),
    }
  })

const asking: ReadonlySet<Conflict['code']> = new Set(['outside-approval', 'time-does-not-exist', 'time-exists-twice'])

/** Weighs what stands against a time. That an approval is missing is so at any time, and says nothing about this one. */
export function verdictOf(carried: Carried, wanted: Wanted, conflicts: readonly Conflict[]): Verdict {
  const { at } = instantOf(wanted)
  const hard = conflicts.some(({ weight, code }) => weight === 'refused' && !asking.has(code))
  const asks = carried.kind === 'delivery' && conflicts.some(({ code }) => asking.has(code))
  const weight = hard
    ? 'refused'
    : asks
      ? 'asks'
      : conflicts.some((one) => one.weight === 'warning' && one.code !== 'needs-approval')
        ? 'warning'
        : conflicts.length > 0
          ? 'note'
          : 'free'
  return { weight, conflicts, why: null, wanted, dueAt: new Date(at).toISOString() }
}
