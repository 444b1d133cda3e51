/** Readings of a clock on a wall, as form fields hold them: a day and a time, without a zone. */

export type WallFields = { date: string; time: string }

/** A calendar reads thousands of instants in one zone or a few, and making a format takes longer than using it. */
const clocks = new Map<string, Intl.DateTimeFormat>()
const clocksMax = 16
function clockOf(zone: string): Intl.DateTimeFormat {
  const found = clocks.get(zone)
  if (found) return found
  const made = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  if (clocks.size >= clocksMax) clocks.clear()
  clocks.set(zone, made)
  return made
}

/** What the clocks of a zone show at an instant. @param at Unix ms or ISO */
export function wallIn(zone: string, at: number | string): WallFields {
  const [date = '', time = ''] = clockOf(zone).format(new Date(at)).split(' ')
  return { date, time }
}

const minuteMs = 60_000
const dayMs = 86_400_000

/** How far the clocks of a zone are ahead of UTC, ms. @param at Unix ms */
export function offsetAt(zone: string, at: number): number {
  const { date, time } = wallIn(zone, at)
  return Date.parse(`${date}T${time}:00Z`) - Math.floor(at / minuteMs) * minuteMs
}

/** `never` and `twice`: clocks jump there; counted with the offset behind and before the jump. Unix ms. */
export type WallReading = { exists: 'once'; at: number } | { exists: 'never' | 'twice'; earlier: number; later: number }

/** Which instant a reading of the clocks of a zone means, as the server derives it. @param wallTime `2026-11-22T09:30` */
export function readWall(wallTime: string, zone: string): WallReading {
  const asUtc = Date.parse(`${wallTime.slice(0, 16)}:00Z`)
  // clocks jump at most once in two days
  const offsets = [offsetAt(zone, asUtc - dayMs), offsetAt(zone, asUtc + dayMs)]
  const possible = [...new Set(offsets.map((offset) => asUtc - offset))].sort((a, b) => a - b)
  const real = possible.filter((at) => at + offsetAt(zone, at) === asUtc)
  const [earlier = asUtc, later = earlier] = possible
  if (real.length === 2) return { exists: 'twice', earlier, later }
  const [at] = real
  return at === undefined ? { exists: 'never', earlier, later } : { exists: 'once', at }
}

/** A moment to begin with: the next full hour today, or nine in the morning of a later day. */
export function nextFullHour(zone: string, day?: string | null, nowMs: number = Date.now()): WallFields {
  const next = wallIn(zone, nowMs + 60 * 60 * 1000)
  if (day && day > next.date) return { date: day, time: '09:00' }
  return { date: next.date, time: `${next.time.slice(0, 2)}:00` }
}

/** Days are counted on the calendar, not in hours: a day may have 23 or 25. */
export function addDays(day: string, days: number): string {
  const date = new Date(`${day}T12:00:00Z`)
  date.setUTCDate(date.getUTCDate() + days)
  return date.toISOString().slice(0, 10)
}

/** The workspace's and the person's own zone first, then all that the browser knows. */
export function zoneChoices(...first: string[]): { value: string; label: string }[] {
  const all = [...new Set([...first, 'UTC', ...Intl.supportedValuesOf('timeZone')])]
  return all.map((zone) => ({ value: zone, label: zone.replaceAll('_', ' ') }))
}
