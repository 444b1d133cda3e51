/** What the calendar shows: one question to the server for whichever view, its answer by days, and what else stands in them. */
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { CalendarItem } from '@floowe/contracts/calendar'
import { api } from '../../api/client.ts'
import { wallIn } from '../../planning/wall-time.ts'
import { calendarOptions } from './ahead.ts'
import type { CalendarFilters } from './filters.ts'

const none: readonly never[] = []

/** @param days in order, without gaps */
export function useCalendar(days: readonly string[], zone: string, filters: CalendarFilters) {
  const answer = useQuery({
    ...calendarOptions(days, zone, filters),
    placeholderData: keepPreviousData,
  })
  const items: readonly CalendarItem[] = answer.data?.items ?? none
  const byDay = useMemo(() => entriesByDay(items, zone), [items, zone])
  return { items, byDay, isCut: answer.data?.isCut === true, isLoaded: answer.data !== undefined, error: answer.error }
}

const entriesByDay = (items: readonly CalendarItem[], zone: string): ReadonlyMap<string, readonly CalendarItem[]> =>
  Map.groupBy(
    [...items].sort((a, b) => (a.dueAt < b.dueAt ? -1 : a.dueAt > b.dueAt ? 1 : 0)), // one just moved still stands in its old place
    (item) => wallIn(zone, item.dueAt).date,
  )

export function useCampaigns(days: readonly string[], shown: readonly string[]) {
  const [from = '', to = ''] = [days[0], days.at(-1)]
  const campaigns = useQuery({
    ...api.publishing.listCampaigns.queryOptions({ input: { from, to } }),
    placeholderData: keepPreviousData,
  })
  return useMemo(
    () => (campaigns.data ?? []).filter(({ id }) => shown.length === 0 || shown.includes(id)),
    [campaigns.data, shown],
  )
}
