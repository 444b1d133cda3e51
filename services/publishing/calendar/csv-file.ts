/** The calendar as a file for spreadsheets. Pure. */
import type { CalendarRow } from './projection.ts'

/** The headings are those that an import knows again. */
const headings = {
  en: [
    'Date',
    'Time',
    'Zone',
    'Title',
    'Channel',
    'Network',
    'Language',
    'Status',
    'Campaigns',
    'Planned by',
    'Address',
    'UTC',
    'Id',
  ],
  pl: [
    'Data',
    'Godzina',
    'Strefa',
    'Tytuł',
    'Kanał',
    'Sieć',
    'Język',
    'Stan',
    'Kampanie',
    'Zaplanował(a)',
    'Adres',
    'UTC',
    'Id',
  ],
} as const

export type CsvParts = {
  locale: 'pl' | 'en'
  campaigns: ReadonlyMap<string, string>
  people: ReadonlyMap<string, string>
  /** For what was sent at once, which has no wall clock of its own. */
  wallOf: (instant: string) => { day: string; time: string; zone: string }
}

/** Spreadsheets in Polish expect a semicolon, and a mark to know that it is UTF-8. */
export const csvHead = (locale: 'pl' | 'en'): string => `\uFEFF${lineOf(headings[locale], locale)}`

export function csvRow(row: CalendarRow, { locale, campaigns, people, wallOf }: CsvParts): string {
  const dueAt = row.dueAt.toISOString()
  const own = row.wallTime !== null && row.zone !== null
  const wall = own
    ? { day: row.wallTime?.slice(0, 10) ?? '', time: row.wallTime?.slice(11, 16) ?? '', zone: row.zone ?? '' }
    : wallOf(dueAt)
  return lineOf(
    [
      wall.day,
      wall.time,
      wall.zone,
      row.title,
      row.channelName,
      row.network,
      row.language,
      row.state,
      row.campaignIds.map((id) => campaigns.get(id) ?? '').join(', '),
      people.get(row.createdBy) ?? '',
      row.url ?? '',
      dueAt,
      row.id,
    ],
    locale,
  )
}

/** A cell that a spreadsheet could take for a formula is led by an apostrophe. */
const cell = (text: string): string =>
  `"${(/^\s*[=+\-@]|^[\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`
const lineOf = (cells: readonly string[], locale: 'pl' | 'en'): string =>
  `${cells.map(cell).join(locale === 'pl' ? ';' : ',')}\r\n`
