/** What entries can ask of their page; the same functions for as long as the page is open, so that no entry is drawn anew for them. */
import { createContext, use } from 'react'
import type { CalendarItem } from '@floowe/contracts/calendar'
import type { Idea } from './ideas.ts'
import type { Selection } from './selection.ts'

export type CalendarActs = {
  /** The zone in which the calendar is read. */
  zone: string
  mayPlan: boolean
  open: (delivery: CalendarItem) => void
  plan: (idea: Idea) => void
  moveByDays: (delivery: CalendarItem, days: number) => void
  selection: Selection
  /** Takes it up with the keys. */
  lift: (id: string) => void
}

const ActsContext = createContext<CalendarActs | null>(null)
export const ActsProvider = ActsContext.Provider

export function useActs(): CalendarActs {
  const acts = use(ActsContext)
  if (!acts) throw new Error('ActsProvider is missing above this piece')
  return acts
}
