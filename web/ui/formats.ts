/** Dates, times, numbers and sizes as the person reads them. */
import { useSurroundings } from './surroundings.tsx'

type Moment = Date | string | number

export type Formats = ReturnType<typeof formatsFor>

/** Intl gives Polish lists a comma before "i"-less conjunctions and dots in dates as Poles write them; English follows the British order, 24 h. */
const tagOf = (locale: 'pl' | 'en') => (locale === 'pl' ? 'pl-PL' : 'en-GB')

/** Below so many seconds, count in this unit of so many seconds. */
const agoSteps = [
  [60, 'second', 1],
  [3600, 'minute', 60],
  [86_400, 'hour', 3600],
  [30 * 86_400, 'day', 86_400],
] as const

/**
 * All ways in which a moment, number or size is written for one person.
 * Every function takes a Date, an ISO instant or Unix milliseconds; a zone may be given where it differs from the person's.
 */
export function formatsFor(locale: 'pl' | 'en', zone: string) {
  const tag = tagOf(locale)
  const cache = new Map<string, Intl.DateTimeFormat>()
  const dates = (options: Intl.DateTimeFormatOptions, inZone: string) => {
    const key = JSON.stringify([options, inZone])
    const found = cache.get(key)
    if (found) return found
    const made = new Intl.DateTimeFormat(tag, { ...options, timeZone: inZone })
    cache.set(key, made)
    return made
  }
  const write =
    (options: Intl.DateTimeFormatOptions) =>
    (moment: Moment, inZone: string = zone) =>
      dates(options, inZone).format(new Date(moment))
  const number = new Intl.NumberFormat(tag, { maximumFractionDigits: 1 })
  const percent = new Intl.NumberFormat(tag, { style: 'percent', maximumFractionDigits: 0 })
  const list = new Intl.ListFormat(tag, { type: 'conjunction' })
  const relative = new Intl.RelativeTimeFormat(tag, { numeric: 'auto' })
  return {
    /** 18 listopada 2026 */
    date: write({ day: 'numeric', month: 'long', year: 'numeric' }),
    /** 18 lis 2026 */
    shortDate: write({ day: 'numeric', month: 'short', year: 'numeric' }),
    /** 18.11.2026 */
    numericDate: write({ day: '2-digit', month: '2-digit', year: 'numeric' }),
    /** środa, 18 listopada */
    weekday: write({ weekday: 'long', day: 'numeric', month: 'long' }),
    /** śr., 18 lis */
    shortDay: write({ weekday: 'short', day: 'numeric', month: 'short' }),
    /** 09:30 */
    time: write({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
    /** 18 lis 2026, 09:30 */
    dateTime: write({
      day: 'numeric',
      month: 'short',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    }),
    /** 1 234,5 */
    number: (value: number) => number.format(value),
    /** 12 %; takes a share between 0 and 1. */
    percent: (share: number) => percent.format(share),
    /** a, b i c */
    list: (items: readonly string[]) => list.format(items),
    /** 3 minuty temu; falls back to the date beyond a month. `now` in Unix milliseconds. */
    ago: (moment: Moment, now: number = Date.now()) => {
      const seconds = Math.round((new Date(moment).getTime() - now) / 1000)
      const step = agoSteps.find(([below]) => Math.abs(seconds) < below)
      return step
        ? relative.format(Math.trunc(seconds / step[2]), step[1])
        : dates({ day: 'numeric', month: 'short', year: 'numeric' }, zone).format(new Date(moment))
    },
    /** 1,2 MB; takes bytes, counts in thousands as disks do. */
    bytes: (bytes: number) => {
      const step = bytes < 1000 ? 0 : bytes < 1_000_000 ? 1 : bytes < 1_000_000_000 ? 2 : 3
      return `${number.format(bytes / 1000 ** step)}\u00A0${['B', 'kB', 'MB', 'GB'][step]}`
    },
    /** „Studio Wisła” */
    quoted: (text: string) => (locale === 'pl' ? `„${text}”` : `“${text}”`),
    /** Compares by the rules of the language: ł after l. */
    compare: new Intl.Collator(tag, { numeric: true, sensitivity: 'base' }).compare,
    /** The name of a language in the person's language: polski, English. */
    language: (code: string) => new Intl.DisplayNames([tag], { type: 'language', fallback: 'code' }).of(code) ?? code,
  }
}

/** One for all that is shown: making the formats takes longer than writing with them, and a calendar has hundreds of entries. */
let shared: { locale: string; zone: string; formats: Formats } | null = null

export function useFormats(): Formats {
  const { locale, zone } = useSurroundings()
  if (shared?.locale !== locale || shared.zone !== zone) shared = { locale, zone, formats: formatsFor(locale, zone) }
  return shared.formats
}
