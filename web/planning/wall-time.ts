/** Readings of a clock on a wall, as form fields hold them: a day and a time, without a zone. */

export type WallFields = { date: string; time: string }

/** The last zone's clock: a calendar reads thousands of instants in one zone, and making a format takes longer than using it. */
let clock: { zone: string; format: Intl.DateTimeFormat } | null = null
function clockOf(zone: string): Intl.DateTimeFormat {
  if (clock?.zone !== zone) {
    const format = new Intl.DateTimeFormat('sv-SE', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    })
    clock = { zone, format }
  }
  return clock.format
}

/** What the clocks of a zone show at an instant. @param at Unix ms or ISO */
export function wallIn(zone: string, at: number | string): WallFields {
  const [date = '', time = ''] = clockOf(zone).format(new Date(at)).split(' ')
  return { date, time }
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
