/** What of the calendar is shown. Filters live in the address, so a view can be sent as a link. Pure. */
import type { CalendarFilters } from '@floowe/contracts/calendar'
import type { DeliveryState } from '@floowe/contracts/publishing'
import type { SearchState } from '../../location.ts'

export type { CalendarFilters }
/** Those that a person chooses from lists; `networks` come with saved views only. */
export const filterNames = ['channels', 'states', 'languages', 'campaigns', 'authors', 'networks'] as const
export type FilterName = (typeof filterNames)[number]

const valuesMax = 20
const states: Readonly<Record<DeliveryState, true>> = {
  planned: true,
  sending: true,
  retrying: true,
  published: true,
  failed: true,
  'needs-human': true,
  missed: true,
  'on-hold': true,
  cancelled: true,
  replaced: true,
  unpublished: true,
}
const isId = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)
const fits: Readonly<Record<FilterName, (text: string) => boolean>> = {
  channels: isId,
  campaigns: isId,
  authors: isId,
  states: (text) => Object.hasOwn(states, text),
  languages: (text) => /^[a-z]{2,3}(-[A-Z]{2})?$/.test(text),
  networks: (text) => /^[a-z-]{1,30}$/.test(text),
}

const read = (search: SearchState, name: FilterName): string[] =>
  [...new Set((search[name] ?? '').split(','))].filter(fits[name]).slice(0, valuesMax)

/** The filters of an address as the operation takes them; unknown values are left out. */
export function filtersOf(search: SearchState): CalendarFilters {
  return {
    channels: read(search, 'channels') as CalendarFilters['channels'], // each has the form of an id
    networks: read(search, 'networks') as CalendarFilters['networks'], // the server refuses one that it does not know
    states: read(search, 'states') as DeliveryState[], // each is one of them
    languages: read(search, 'languages') as CalendarFilters['languages'], // each has the form of one
    campaigns: read(search, 'campaigns') as CalendarFilters['campaigns'], // as channels
    authors: read(search, 'authors') as CalendarFilters['authors'], // as channels
    text: (search['text'] ?? '').trim().slice(0, 200),
  }
}

/** The same filters as an address holds them; null takes a name out. */
export function searchOf(filters: CalendarFilters): Record<FilterName | 'text', string | null> {
  const written = (name: FilterName): string | null => filters[name].join(',') || null
  return {
    channels: written('channels'),
    networks: written('networks'),
    states: written('states'),
    languages: written('languages'),
    campaigns: written('campaigns'),
    authors: written('authors'),
    text: filters.text || null,
  }
}

export const noFilters: CalendarFilters = filtersOf({})

export const countOf = (filters: CalendarFilters): number =>
  filterNames.filter((name) => filters[name].length > 0).length + (filters.text ? 1 : 0)

/** Whether two sets of filters show the same, in whatever order they were chosen. */
export const isSameFilters = (a: CalendarFilters, b: CalendarFilters): boolean =>
  a.text === b.text && filterNames.every((name) => [...a[name]].sort().join() === [...b[name]].sort().join())
