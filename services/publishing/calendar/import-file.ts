/**
 * A file of ideas and plans, read row by row. Pure: it knows the workspace's channels and campaigns by their names, and nothing is made.
 * What is not clear is refused, never guessed: 03/04/2027 is a day in March and one in April.
 */
import { createHash } from 'node:crypto'
import type { ImportField, ImportMapping } from '@floowe/contracts/calendar'
import { EditorialStatus } from '@floowe/contracts/content-shapes'
import { cleanText, Language, line, Zone } from '@floowe/contracts/vocabulary'
import { CsvError, parse } from 'csv-parse/sync'

export const rowsMax = 5_000
export type Wish = {
  title: string
  lead: string
  text: string
  language: string
  status: EditorialStatus
  tags: string[]
  categories: string[]
  channel: { id: string; name: string } | null
  when: { wallTime: string; zone: string } | null
  campaignId: string | null
}
export type ReadRow = { line: number; key: string; wish: Wish; refusal: string | null }
export type Sheet = { columns: string[]; cells: { line: number; record: string[] }[] }
export type Surroundings = {
  zone: string
  language: string
  channels: readonly { id: string; name: string }[]
  campaigns: readonly { id: string; name: string }[]
}

/** Headings that people and other tools give their columns, in lower case. */
const headings: Readonly<Record<ImportField, readonly string[]>> = {
  key: ['key', 'id', 'external id', 'klucz', 'identyfikator', 'nr'],
  title: ['title', 'headline', 'name', 'topic', 'tytuł', 'tytul', 'nagłówek', 'temat', 'nazwa'],
  lead: ['lead', 'summary', 'description', 'zajawka', 'opis', 'wstęp'],
  text: ['text', 'content', 'body', 'message', 'post', 'caption', 'treść', 'tresc', 'tekst', 'wpis'],
  language: ['language', 'lang', 'locale', 'język', 'jezyk'],
  channel: ['channel', 'account', 'profile', 'kanał', 'kanal', 'konto', 'profil'],
  date: ['date', 'day', 'publish date', 'publication date', 'scheduled', 'data', 'dzień', 'data publikacji', 'termin'],
  time: ['time', 'hour', 'publish time', 'godzina', 'czas', 'godzina publikacji'],
  zone: ['zone', 'timezone', 'time zone', 'strefa', 'strefa czasowa'],
  tags: ['tags', 'keywords', 'tagi', 'słowa kluczowe'],
  categories: ['categories', 'category', 'kategorie', 'kategoria'],
  campaign: ['campaign', 'campaigns', 'kampania', 'kampanie'],
  status: ['status', 'state', 'stan'],
}
const statuses: Readonly<Record<string, EditorialStatus>> = {
  pomysł: 'idea',
  szkic: 'draft',
  'w recenzji': 'in-review',
  zatwierdzony: 'approved',
  wstrzymany: 'on-hold',
}

const delimiters = [';', '\t', ','] as const

/** @returns null with the line where it breaks off, for what is no CSV; too many rows are a sheet without cells */
export function readSheet(csv: string): Sheet | { brokenAt: number | null } | { tooMany: true } {
  const head = csv.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/, 1)[0] ?? ''
  const counted = delimiters.map((sign) => ({ sign, n: head.split(sign).length }))
  const delimiter = counted.reduce((best, one) => (one.n > best.n ? one : best)).sign
  try {
    const read = parse(csv, {
      bom: true,
      delimiter,
      relax_column_count: true,
      skip_empty_lines: true,
      info: true,
      raw: true,
      to: rowsMax + 2,
    }) as unknown as { record: string[]; raw: string; info: { lines: number } }[] // as `info` and `raw` say
    const [first, ...rest] = read
    if (!first) return { brokenAt: null }
    if (rest.length > rowsMax) return { tooMany: true }
    return {
      columns: first.record.map((name) => name.trim()),
      cells: rest.map(({ record, raw, info }) => ({
        line: Math.max(1, info.lines - (raw.trim().match(/\r\n|\n|\r/g)?.length ?? 0)),
        record: record.map((value) => value.trim()),
      })),
    }
  } catch (error) {
    if (error instanceof CsvError) return { brokenAt: typeof error['lines'] === 'number' ? error['lines'] : null }
    throw error
  }
}

/** The first column with a heading that is known, for each field. */
export function guessMapping(columns: readonly string[]): ImportMapping {
  const names = columns.map((name) => name.toLowerCase())
  const mapping: ImportMapping = {}
  for (const [field, known] of Object.entries(headings) as [ImportField, readonly string[]][]) {
    const at = names.findIndex((name) => known.includes(name))
    if (at !== -1) mapping[field] = at
  }
  return mapping
}

export const readRows = (sheet: Sheet, mapping: ImportMapping, around: Surroundings): ReadRow[] =>
  sheet.cells.map(({ line: at, record }) => {
    const cell = (field: ImportField): string => {
      const column = mapping[field]
      return column === undefined ? '' : (record[column] ?? '').replace(/^'(?=\s*[=+\-@])/, '')
    }
    return { line: at, ...readRow(cell, around) }
  })

type Cell = (field: ImportField) => string
const Title = line(300)
/** @returns null for what is too long, or holds what no text holds */
const clean = (text: string, max: number): string | null => cleanText(max).safeParse(text).data ?? null

function readRow(cell: Cell, around: Surroundings): Omit<ReadRow, 'line'> {
  const refusals: string[] = []
  const no = <Standard>(code: string, standard: Standard): Standard => {
    refusals.push(code)
    return standard
  }
  const title = Title.safeParse(cell('title').replace(/\s+/g, ' ')).data ?? no('row-title', cell('title').slice(0, 300))
  const language = languageOf(cell('language'), around.language) ?? no('row-language', around.language)
  const zone = cell('zone') === '' ? around.zone : (Zone.safeParse(cell('zone')).data ?? no('row-zone', around.zone))
  const status = statusOf(cell('status')) ?? no('row-status', 'idea' as const)
  const channel = named(around.channels, cell('channel')) ?? no('row-channel', null)
  const campaign = named(around.campaigns, cell('campaign')) ?? no('row-campaign', null)
  const day = dayOf(cell('date')) ?? no('row-day', null)
  const time = cell('time') === '' ? (day?.time ?? '') : (timeOf(cell('time')) ?? no('row-time', ''))
  const wallTime = day && day.day !== '' && time !== '' ? `${day.day}T${time}` : null
  if (day?.day && time === '' && !refusals.includes('row-time')) refusals.push('row-time-missing')
  if (wallTime !== null && channel === 'none') refusals.push('row-channel-missing')
  const lead = clean(cell('lead'), 1_000) ?? no('row-text', '')
  const text = clean(cell('text'), 20_000) ?? no('row-text', '')
  const wish: Wish = {
    ...{ title, lead, text, language, status },
    tags: listOf(cell('tags')),
    categories: listOf(cell('categories')),
    channel: channel === 'none' ? null : channel,
    when: wallTime === null || channel === 'none' || channel === null ? null : { wallTime, zone },
    campaignId: campaign === 'none' ? null : (campaign?.id ?? null),
  }
  return { key: keyOf(cell('key'), wish), wish, refusal: refusals[0] ?? null }
}

const keyOf = (own: string, { title, lead, text, language, channel, when }: Wish): string =>
  createHash('sha256')
    .update(JSON.stringify(own === '' ? ['row', title, lead, text, language, channel?.id ?? '', when] : ['key', own]))
    .digest('base64url')

function languageOf(text: string, standard: string): string | null {
  if (text === '') return standard
  const [language = '', region] = text.split(/[-_]/)
  const tag = region === undefined ? language.toLowerCase() : `${language.toLowerCase()}-${region.toUpperCase()}`
  return Language.safeParse(tag).data ?? null
}
function statusOf(text: string): EditorialStatus | null {
  const name = text.toLowerCase()
  // What a calendar that was exported says of its deliveries is nothing that an idea can be.
  if (name === '') return 'idea'
  return EditorialStatus.safeParse(name.replace(/\s+/g, '-')).data ?? statuses[name] ?? null
}
/** @returns `none` when none is named, null when the name is not known */
function named(
  known: readonly { id: string; name: string }[],
  text: string,
): { id: string; name: string } | 'none' | null {
  if (text === '') return 'none'
  const wanted = text.toLowerCase()
  return known.find(({ id, name }) => name.toLowerCase() === wanted || id === text) ?? null
}
/** `2027-03-28`, `28.03.2027`, with or without an hour behind it. */
function dayOf(text: string): { day: string; time: string } | null {
  if (text === '') return { day: '', time: '' }
  const [, date = '', hour] = /^(\S+?)(?:[T\s]+(\d{1,2}[:.]\d{2}(?::\d{2})?))?$/.exec(text) ?? []
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date)
  const dotted = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(date)
  const [year, month, day] = iso ? iso.slice(1) : dotted ? dotted.slice(1).reverse() : []
  if (year === undefined || month === undefined || day === undefined) return null
  const written = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  const isDay = new Date(`${written}T00:00:00.000Z`).toJSON()?.startsWith(written) ?? false
  const time = hour === undefined ? '' : timeOf(hour)
  return isDay && time !== null ? { day: written, time } : null
}
function timeOf(text: string): string | null {
  const [, hour = '', minute = ''] = /^(\d{1,2})[:.](\d{2})(?::\d{2})?$/.exec(text) ?? []
  const isTime = hour !== '' && Number(hour) < 24 && Number(minute) < 60
  return isTime ? `${hour.padStart(2, '0')}:${minute}` : null
}
const listOf = (text: string): string[] =>
  [...new Set(text.split(/[,|]/).map((one) => one.trim()))]
    .filter((one) => line(80).safeParse(one).success)
    .slice(0, 20)
