/** What the page will ask for first is asked while its code is still on its way. */
import type { QueryClient } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import { meOptions } from '../../api/me.ts'
import { wallIn } from '../../planning/wall-time.ts'
import { type CalendarFilters, filtersOf } from './filters.ts'
import { daysShown, narrow, placeOf } from './range.ts'

/** @param days in order, without gaps */
export const calendarOptions = (days: readonly string[], zone: string, filters: CalendarFilters) =>
  api.publishing.getCalendar.queryOptions({ input: { from: days[0] ?? '', to: days.at(-1) ?? '', zone, ...filters } })

/** @param searchText of the address, from `?` on */
export function askAhead(queries: QueryClient, searchText: string): void {
  const zone = queries.getQueryData(meOptions().queryKey)?.person.zone
  if (!zone) return
  const search = Object.fromEntries(new URLSearchParams(searchText))
  const { view, day } = placeOf(search, wallIn(zone, Date.now()).date, matchMedia(narrow).matches)
  void queries.prefetchQuery(calendarOptions(daysShown(view, day), zone, filtersOf(search)))
}
