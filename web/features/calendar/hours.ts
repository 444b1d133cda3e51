/** Clocks of a day as places in a column that is a day high. Pure. */
import type { Delivery } from '@floowe/contracts/publishing'
import { wallIn } from '../../planning/wall-time.ts'

export const dayMinutes = 24 * 60

/** Minutes since midnight, as the clock shows. @param time `09:30` */
export function minutesOf(time: string): number {
  const [hour = 0, minute = 0] = time.split(':').map(Number)
  return hour * 60 + minute
}

/** As a share of the column, for `top` and `height`. */
export const percent = (minutes: number): string => `${((minutes / dayMinutes) * 100).toFixed(4)}%`

export const minutesIn = (zone: string, { dueAt }: Pick<Delivery, 'dueAt'>): number =>
  minutesOf(wallIn(zone, dueAt).time)

/** The reading of another zone's clock, where it is not the same; for what was planned there. */
export function readingElsewhere(
  { dueAt, zone, wallTime }: Pick<Delivery, 'dueAt' | 'zone' | 'wallTime'>,
  viewing: string,
): { time: string; city: string } | null {
  if (zone === null || wallTime === null || zone === viewing) return null
  const here = wallIn(viewing, dueAt)
  if (wallTime.startsWith(`${here.date}T${here.time}`)) return null
  return { time: wallTime.slice(11, 16), city: cityOf(zone) }
}

/** `Europe/Warsaw` as people say it. */
export const cityOf = (zone: string): string => (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ')
