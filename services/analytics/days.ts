/** Days of a zone. A day is written `2027-03-28`. */

/** The day on the calendar of `zone` at an instant (Unix ms). */
export function createDays() {
  // Making a format costs 50 µs, using it 1.
  const formats = new Map<string, Intl.DateTimeFormat>()
  const formatOf = (zone: string): Intl.DateTimeFormat => {
    const known = formats.get(zone)
    if (known) return known
    if (formats.size > 500) formats.clear()
    const made = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' })
    formats.set(zone, made)
    return made
  }
  const dayOf = (atMs: number, zone: string): string => formatOf(zone).format(atMs)
  return {
    dayOf,
    /** The first instant of a day, found by halving: no zone begins one more than 16 hours from UTC. */
    startOf: (day: string, zone: string): string => {
      let before = Date.parse(`${day}T00:00:00Z`) - 16 * 3_600_000
      let after = before + 32 * 3_600_000
      while (after - before > 1) {
        const middle = Math.floor((before + after) / 2)
        if (dayOf(middle, zone) < day) before = middle
        else after = middle
      }
      return new Date(after).toISOString()
    },
  }
}
export type Days = ReturnType<typeof createDays>

/** Every day from the first to the last, both included. */
export function daysBetween(from: string, to: string): string[] {
  const days: string[] = []
  const last = Date.parse(`${to}T00:00:00Z`)
  for (let atMs = Date.parse(`${from}T00:00:00Z`); atMs <= last; atMs += 86_400_000)
    days.push(new Date(atMs).toISOString().slice(0, 10))
  return days
}
export const dayCount = (from: string, to: string): number =>
  (Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000 + 1
