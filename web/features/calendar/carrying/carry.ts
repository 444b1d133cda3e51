/**
 * What is being carried to another place in the calendar, by pointer or by keys, where it would be put, and what would come of
 * it there. Kept outside of the pages' state: while something moves, only the places that it leaves and reaches are drawn anew.
 */
import { createContext, use, useSyncExternalStore } from 'react'
import type { CalendarItem } from '@floowe/contracts/calendar'
import type { Idea } from '../ideas.ts'
import type { Verdict } from './verdict.ts'

export type Carried = { kind: 'delivery'; delivery: CalendarItem } | { kind: 'idea'; idea: Idea }

/** A place to put something. Days and times are of the zone in which the calendar is read; a slot has its own. */
export type Target =
  | { kind: 'day'; day: string }
  | { kind: 'time'; day: string; time: string }
  | { kind: 'slot'; day: string; wallTime: string; zone: string; channelId: string; pick: 'earlier' | 'later' | null }
  | { kind: 'column'; column: string }

export type CarryState = { by: null } | { by: 'pointer' | 'keys'; carried: Carried; target: Target | null }

export const idOf = (carried: Carried): string =>
  carried.kind === 'delivery' ? carried.delivery.id : carried.idea.editionId

export function keyOf(target: Target | null): string {
  if (!target) return ''
  if (target.kind === 'day') return `day ${target.day}`
  if (target.kind === 'time') return `time ${target.day} ${target.time}`
  if (target.kind === 'slot') return `slot ${target.channelId} ${target.wallTime} ${target.pick ?? ''}`
  return `column ${target.column}`
}

export const isSame = (a: Target | null, b: Target | null): boolean => a === b || keyOf(a) === keyOf(b)

export type Carry = ReturnType<typeof createCarry>

export function createCarry() {
  let state: CarryState = { by: null }
  let judge: (carried: Carried, target: Target) => Verdict | null = () => null
  const verdicts = new Map<string, Verdict | null>()
  const watchers = new Set<() => void>()
  const become = (next: CarryState): void => {
    state = next
    for (const watcher of watchers) watcher()
  }
  const verdictOf = (target: Target | null): Verdict | null => {
    if (state.by === null || !target) return null
    const key = keyOf(target)
    const known = verdicts.get(key)
    if (known !== undefined) return known
    const verdict = judge(state.carried, target)
    verdicts.set(key, verdict)
    return verdict
  }
  return {
    now: () => state,
    watch: (watcher: () => void) => {
      watchers.add(watcher)
      return () => void watchers.delete(watcher)
    },
    /** Says what would come of putting something somewhere; asked once for each place while something is carried. */
    judgeBy: (next: typeof judge) => void (judge = next),
    /** What would come of it, without taking it up. */
    judged: (carried: Carried, target: Target) => judge(carried, target),
    verdictOf,
    /** What the server says of a place counts more than what was known here. */
    learn: (target: Target, verdict: Verdict): void => {
      if (state.by === null) return
      verdicts.set(keyOf(target), verdict)
      become({ ...state })
    },
    begin: (by: 'pointer' | 'keys', carried: Carried, target: Target | null = null): void => {
      verdicts.clear()
      become({ by, carried, target })
    },
    over: (target: Target | null): void => {
      if (state.by !== null && !isSame(state.target, target)) become({ ...state, target })
    },
    /** Puts it down. @returns what was carried, where it is now, and what was said of that place */
    end: (): { carried: Carried; target: Target | null; verdict: Verdict | null } | null => {
      if (state.by === null) return null
      const { carried, target } = state
      const verdict = verdictOf(target)
      become({ by: null })
      return { carried, target, verdict }
    },
  }
}

const CarryContext = createContext<Carry | null>(null)
export const CarryProvider = CarryContext.Provider

export function useCarry(): Carry {
  const carry = use(CarryContext)
  if (!carry) throw new Error('CarryProvider is missing above this piece')
  return carry
}

/** A value of what is carried; the piece is drawn anew when it changes. @param select gives the same value for the same state */
export function useCarried<Value>(select: (state: CarryState) => Value): Value {
  const carry = useCarry()
  return useSyncExternalStore(carry.watch, () => select(carry.now()))
}

/** A place where something may be put: whether it is held over it, and what would come of it. */
export function usePlace(target: Target): { isOver: boolean; verdict: Verdict | null } {
  const carry = useCarry()
  const isOver = useCarried((state) => state.by !== null && isSame(state.target, target))
  const verdict = useCarried(() => carry.verdictOf(target))
  return { isOver, verdict }
}
