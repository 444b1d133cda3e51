/**
 * Deliveries as an iCalendar object (RFC 5545). Pure: the same deliveries give the same bytes. Instants are in UTC; the wall clock and zone
 * they were planned in stand beside them, in words and as a property.
 */
export type Entry = {
  id: string
  title: string
  state: string
  channelName: string
  dueAt: string
  wallTime: string | null
  zone: string | null
  url: string | null
  createdAt: string
  revision: number
}
export type Feed = { name: string; zone: string; locale: 'pl' | 'en' }

const octetsMax = 75
const words = {
  en: {
    planned: 'planned',
    sending: 'being sent',
    retrying: 'being tried again',
    published: 'published',
    failed: 'failed',
    'needs-human': 'needs you',
    missed: 'missed',
    'on-hold': 'on hold',
    cancelled: 'cancelled',
    replaced: 'replaced by a newer one',
    unpublished: 'taken down',
  },
  pl: {
    planned: 'zaplanowane',
    sending: 'w trakcie wysyłki',
    retrying: 'kolejna próba',
    published: 'opublikowane',
    failed: 'nieudane',
    'needs-human': 'czeka na Ciebie',
    missed: 'pominięte',
    'on-hold': 'wstrzymane',
    cancelled: 'anulowane',
    replaced: 'zastąpione nowszym',
    unpublished: 'zdjęte',
  },
} as const

export function icalOf(feed: Feed, entries: readonly Entry[]): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Floowe//Calendar//EN',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    `X-WR-CALNAME:${text(feed.name)}`,
    `X-WR-TIMEZONE:${text(feed.zone)}`,
    'REFRESH-INTERVAL;VALUE=DURATION:PT1H',
    'X-PUBLISHED-TTL:PT1H',
    ...entries.flatMap((entry) => eventOf(entry, feed)),
    'END:VCALENDAR',
  ]
  return lines.map((line) => `${folded(line)}\r\n`).join('')
}

function eventOf(entry: Entry, { locale, zone: viewing }: Feed): string[] {
  const known: Readonly<Record<string, string>> = words[locale]
  const zone = entry.zone ?? viewing
  const wall = entry.wallTime?.slice(11, 16)
  const when = wall === undefined ? '' : `, ${wall} ${zone}`
  return [
    'BEGIN:VEVENT',
    `UID:${entry.id}@floowe`,
    `DTSTAMP:${stamp(entry.createdAt)}`,
    `DTSTART:${stamp(entry.dueAt)}`,
    `SUMMARY:${text(`${entry.title} · ${entry.channelName}`)}`,
    `DESCRIPTION:${text(`${entry.channelName}: ${known[entry.state] ?? entry.state}${when}`)}`,
    `CATEGORIES:${text(entry.channelName)}`,
    `STATUS:${entry.state === 'cancelled' ? 'CANCELLED' : entry.state === 'published' ? 'CONFIRMED' : 'TENTATIVE'}`,
    `SEQUENCE:${entry.revision}`,
    'TRANSP:TRANSPARENT',
    `X-FLOOWE-ZONE:${text(zone)}`,
    ...(entry.url === null ? [] : [`URL:${entry.url.replace(/[\r\n]/g, '')}`]),
    'END:VEVENT',
  ]
}

/** `20270328T070000Z` */
const stamp = (instant: string): string => instant.replace(/\.\d{3}Z$/, 'Z').replace(/[-:]/g, '')

const text = (value: string): string =>
  value
    .replace(/\\/g, '\\\\')
    .replace(/;/g, '\\;')
    .replace(/,/g, '\\,')
    .replace(/\r\n|\r|\n/g, '\\n')
    .replace(/[\u0000-\u0008\u000B-\u001F\u007F]/g, '')

/** Lines of at most 75 octets, never cut within a character; what goes on begins with a space. */
function folded(line: string): string {
  let out = ''
  let octets = 0
  for (const character of line) {
    const size = Buffer.byteLength(character)
    if (octets + size > octetsMax) {
      out += '\r\n '
      octets = 1
    }
    out += character
    octets += size
  }
  return out
}
