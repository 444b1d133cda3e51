/** What a day is called besides its date: a Polish holiday, a Sunday with shops open or closed. */
import { holidayOn, isClosedSunday } from '@floowe/contracts/polish-days'
import type { Conflict } from '@floowe/contracts/calendar'

export type DayNote =
  | { kind: 'holiday'; name: { en: string; pl: string } }
  | { kind: 'closed-sunday' | 'trading-sunday'; name: null }

const isSunday = (day: string): boolean => new Date(`${day}T12:00:00Z`).getUTCDay() === 0

const known = new Map<string, DayNote | null>()
const knownMax = 4_000

/** @param day `2026-11-11` */
export function dayNote(day: string): DayNote | null {
  const found = known.get(day)
  if (found !== undefined) return found
  const name = holidayOn(day)
  const note: DayNote | null = name
    ? { kind: 'holiday', name }
    : isSunday(day)
      ? { kind: isClosedSunday(day) ? 'closed-sunday' : 'trading-sunday', name: null }
      : null
  if (known.size >= knownMax) known.clear()
  known.set(day, note)
  return note
}

/** The same as something to know before a plan is put there; an ordinary Sunday with open shops is nothing special. */
export function conflictOfDay(day: string): Pick<Conflict, 'code' | 'name'> | null {
  const note = dayNote(day)
  if (!note || note.kind === 'trading-sunday') return null
  return { code: note.kind, name: note.name }
}
