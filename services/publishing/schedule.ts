/**
 * When something goes out. A plan is a reading of a wall clock in a zone; the instant is derived from it. A reading that
 * comes twice or never (clocks move back or forward) is asked about, never guessed.
 */
import { refuse } from '@floowe/platform'
import { Temporal } from 'temporal-polyfill'

export type Pick = 'earlier' | 'later'
/** What a person asked for: now, or a wall-clock time in a zone. */
export type Wanted = { now: true } | { wallTime: string; zone: string; pick?: Pick | undefined }
/** What a delivery keeps. `wallTime` and `zone` are null when it goes out at once. */
export type Slot = { dueAt: string; wallTime: string | null; zone: string | null; pick: Pick | null }

/** A plan further away than this is a slip of the hand. */
const yearsAheadMax = 10
const daysMax = 400

export type Reading =
  | { exists: 'once'; instant: string }
  | { exists: 'never' | 'twice'; earlier: string; later: string }

/**
 * What a wall clock's reading means in a zone. For a reading that does not exist, `earlier` and `later` are the instants
 * found by counting with the offset after and before the gap.
 * @throws RangeError when the reading is not a time (30 February, 24:00) or the zone is not one of IANA's
 */
export function readWallClock(wallTime: string, zone: string): Reading {
  const plain = Temporal.PlainDateTime.from(wallTime)
  // Temporal reads a 60th second as the 59th; here nothing is quietly changed.
  if (wallTime.endsWith(':60')) throw new RangeError('no such second')
  const earlier = plain.toZonedDateTime(zone, { disambiguation: 'earlier' })
  const later = plain.toZonedDateTime(zone, { disambiguation: 'later' })
  if (earlier.epochMilliseconds === later.epochMilliseconds) return { exists: 'once', instant: instantOf(earlier) }
  const exists = earlier.toPlainDateTime().equals(plain) ? 'twice' : 'never'
  return { exists, earlier: instantOf(earlier), later: instantOf(later) }
}

const instantOf = (time: Temporal.ZonedDateTime): string => new Date(time.epochMilliseconds).toISOString()

/** @throws Refusal time-does-not-exist, time-exists-twice, time-in-past, invalid-input */
export function slotFor(when: Wanted, nowMs: number): Slot {
  if ('now' in when) return { dueAt: new Date(nowMs).toISOString(), wallTime: null, zone: null, pick: null }
  const { wallTime, zone } = when
  const pick = when.pick ?? null
  const dueAt = pickedInstant(readingOf(wallTime, zone), zone, pick)
  const dueMs = Date.parse(dueAt)
  if (dueMs <= nowMs) refuse('time-in-past', { dueAt })
  if (dueMs > nowMs + yearsAheadMax * 366 * 86_400_000)
    invalid('when.wallTime', `more than ${yearsAheadMax} years ahead`)
  return { dueAt, wallTime, zone, pick }
}

/** @throws Refusal time-does-not-exist, time-exists-twice, invalid-input */
export const instantFor = ({ wallTime, zone, pick }: { wallTime: string; zone: string; pick: Pick | null }): string =>
  pickedInstant(readingOf(wallTime, zone), zone, pick)

/** The instant of a kept plan by today's rules of its zone; used again when the zone data changed. Never refuses a gap. */
export function rederived(wallTime: string, zone: string, pick: Pick | null): string {
  const read = readWallClock(wallTime, zone)
  if (read.exists === 'once') return read.instant
  // New rules made a gap or an overlap where none was: the plan must not go out before the reading was ever reached.
  return pick === 'earlier' ? read.earlier : read.later
}

/** @throws Refusal invalid-input for what is no time, or no zone */
export function readingOf(wallTime: string, zone: string): Reading {
  try {
    return readWallClock(wallTime, zone)
  } catch (error) {
    if (error instanceof RangeError) invalid('when', error.message.slice(0, 200))
    throw error
  }
}

function pickedInstant(read: Reading, zone: string, pick: Pick | null): string {
  if (read.exists === 'once') return read.instant
  const { earlier, later } = read
  if (pick) return pick === 'earlier' ? earlier : later
  return refuse(read.exists === 'twice' ? 'time-exists-twice' : 'time-does-not-exist', { zone, earlier, later })
}

/**
 * The instants from the first moment of one day to the first moment behind another, in a zone; midnight need not exist.
 * @throws Refusal invalid-input for days out of order or more than 400 of them
 */
export function rangeOfDays(from: string, to: string, zone: string): { fromInstant: string; beforeInstant: string } {
  const first = Temporal.PlainDate.from(from)
  const last = Temporal.PlainDate.from(to)
  const days = first.until(last, { largestUnit: 'days' }).days
  if (days < 0) invalid('to', 'before the first day')
  if (days >= daysMax) invalid('to', `more than ${daysMax} days`)
  try {
    return {
      fromInstant: instantOf(first.toZonedDateTime(zone)),
      beforeInstant: instantOf(last.add({ days: 1 }).toZonedDateTime(zone)),
    }
  } catch (error) {
    if (error instanceof RangeError) invalid('zone', error.message.slice(0, 200))
    throw error
  }
}

const invalid = (path: string, problem: string): never => refuse('invalid-input', { issues: [{ path, problem }] })
