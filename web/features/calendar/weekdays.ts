/** Names of weekdays, 1 is Monday. */
import { useSurroundings } from '../../ui/surroundings.tsx'

export const weekdays: readonly number[] = [1, 2, 3, 4, 5, 6, 7]

/** 5 January 2026 is a Monday. */
const dayOf = (weekday: number): Date => new Date(Date.UTC(2026, 0, 4 + weekday, 12))

export function useWeekdayName(): (weekday: number, form?: 'short' | 'long') => string {
  const { locale } = useSurroundings()
  return (weekday, form = 'long') =>
    new Intl.DateTimeFormat(locale === 'pl' ? 'pl-PL' : 'en-GB', { weekday: form, timeZone: 'UTC' }).format(
      dayOf(weekday),
    )
}
