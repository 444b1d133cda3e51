/**
 * Month, week, day, list, board, file, feed and link show the same deliveries: 10,000 random ranges of days in zones all over the world,
 * with random filters, against what a plain loop over all of them finds.
 */
import { createHash } from 'node:crypto'
import type { CalendarFilters } from '@floowe/contracts/calendar'
import { DeliveryState } from '@floowe/contracts/deliveries'
import type { Sql } from '@floowe/platform'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStage, type Stage, workspaceId } from '../testing/stage.ts'
import { csvHead, csvRow } from './csv-file.ts'
import { icalOf } from './ical.ts'
import { sharedItem } from './links.ts'
import { plusDays } from './moments.ts'
import { type CalendarRow, noFilters, pages, projection } from './projection.ts'

const ranges = 10_000
const atOnce = 4
const rowsMax = 500
const daysOfData = 420
const firstMs = Date.UTC(2027, 0, 1)
const zones = [
  'Europe/Warsaw',
  'America/New_York',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Africa/Cairo',
  'America/Havana',
  'UTC',
]

let stage: Stage
let pool: pg.Pool
let sql: Sql
type Known = { id: string; dueMs: number; state: string; channelId: string; language: string; title: string }
const known: Known[] = []
let channels: string[]

/** The same for one seed, everywhere. */
function chance(seed: number): (below: number) => number {
  let n = 0
  return (below) => createHash('sha256').update(`${seed}:${n++}`).digest().readUInt32BE(0) % below
}

/** Prepared once, as the platform does. */
const nameOf = (text: string): string => createHash('sha1').update(text).digest('base64url')

beforeAll(async () => {
  stage = await openStage()
  channels = [await stage.connect('One'), await stage.connect('Two'), await stage.connect('Three')]
  pool = new pg.Pool({
    ...stage.world.ground.databaseOf('publishing'),
    options: '-c search_path=publishing,public',
    max: atOnce,
  })
  sql = {
    query: async (text, values) => (await pool.query({ name: nameOf(text), text, values: [...(values ?? [])] })).rows,
    one: async (text, values) => (await sql.query<never>(text, values))[0] ?? null,
  }
  const random = chance(1)
  for (let n = 0; n < rowsMax; n++) {
    // Whole minutes, many of them at the same instant, and at the very edges of days.
    const minute = random(3) === 0 ? random(daysOfData) * 1_440 : random(daysOfData * 1_440)
    known.push({
      id: `0190bbbb-0000-7000-8000-${String(n).padStart(12, '0')}`,
      dueMs: firstMs + minute * 60_000,
      state: DeliveryState.options[random(DeliveryState.options.length)] ?? 'planned',
      channelId: channels[random(channels.length)] ?? '',
      language: ['pl', 'en'][random(2)] ?? 'pl',
      title: `Tekst ${['łąka', 'ŻUBR', 'rzeka'][random(3)]} ${n}`,
    })
  }
  const editions = Array.from({ length: rowsMax }, (_, n) => `0190cccc-0000-7000-8000-${String(n).padStart(12, '0')}`)
  await sql.query(
    `insert into deliveries (workspace_id, id, kind, state, article_id, edition_id, version_id, frozen_at, title, slug, language, channel_id, due_at, created_at, created_by)
     select $1, r.id, 'publish', r.state, r.edition, r.edition, r.edition, now(), r.title, 'x', r.language, r."channelId", to_timestamp(r."dueMs" / 1000.0), now(), 'service:test'
     from jsonb_to_recordset($2::jsonb) as r(id uuid, "dueMs" bigint, state text, "channelId" uuid, language text, title text, edition uuid)`,
    [workspaceId, JSON.stringify(known.map((row, n) => ({ ...row, edition: editions[n] })))],
  )
})
afterAll(async () => {
  await pool.end()
  await stage.close()
})

const formats = new Map(
  zones.map((zone) => [zone, new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' })]),
)
const days = new Map<string, string>()
/** The day that walls of a zone show, by another library than the one that is judged. */
function dayIn(zone: string, row: Known): string {
  const key = `${zone} ${row.dueMs}`
  const day = days.get(key) ?? formats.get(zone)?.format(row.dueMs) ?? ''
  days.set(key, day)
  return day
}

type Asked = { from: string; to: string; zone: string; filters: CalendarFilters }
function found({ from, to, zone, filters }: Asked): string[] {
  const { channels, states, languages, text } = filters
  return known
    .filter((row) => dayIn(zone, row) >= from && dayIn(zone, row) <= to)
    .filter((row) => channels.length === 0 || channels.some((id) => id === row.channelId))
    .filter((row) => (states.length === 0 ? row.state !== 'cancelled' : states.some((state) => state === row.state)))
    .filter((row) => languages.length === 0 || languages.some((language) => language === row.language))
    .filter((row) => row.title.toLowerCase().includes(text.toLowerCase()))
    .sort((one, other) => one.dueMs - other.dueMs || (one.id < other.id ? -1 : 1))
    .map(({ id }) => id)
}

const idsOf = (rows: readonly CalendarRow[]): string[] => rows.map(({ id }) => id)
const whole = async ({ filters, ...range }: Asked, limit = 2_000): Promise<CalendarRow[]> => {
  const rows: CalendarRow[] = []
  for await (const page of pages(sql, workspaceId, { ...range, limit }, filters)) rows.push(...page)
  return rows
}
/** A span cut into pieces of so many days, one question each. */
async function pieces(asked: Asked, length: number): Promise<CalendarRow[]> {
  const rows: CalendarRow[] = []
  for (let from = asked.from; from <= asked.to; from = plusDays(from, length)) {
    const end = plusDays(from, length - 1)
    rows.push(...(await whole({ ...asked, from, to: end < asked.to ? end : asked.to })))
  }
  return rows
}
async function board(asked: Asked): Promise<CalendarRow[]> {
  const { states } = asked.filters
  const columns = states.length > 0 ? states : DeliveryState.options.filter((state) => state !== 'cancelled')
  const rows: CalendarRow[] = []
  for (const state of columns) rows.push(...(await whole({ ...asked, filters: { ...asked.filters, states: [state] } })))
  return rows.sort((one, other) => one.dueAt.getTime() - other.dueAt.getTime() || (one.id < other.id ? -1 : 1))
}

const csvIds = (rows: readonly CalendarRow[], zone: string): string[] => {
  const csv = {
    locale: 'pl' as const,
    campaigns: new Map(),
    people: new Map(),
    wallOf: () => ({ day: '', time: '', zone }),
  }
  const lines = `${csvHead('pl')}${rows.map((row) => csvRow(row, csv)).join('')}`.split('\r\n').slice(1, -1)
  return lines.map((line) => /"([^"]*)"$/.exec(line)?.[1] ?? '')
}
const icalIds = (rows: readonly CalendarRow[], zone: string): string[] => {
  const entries = rows.map((row) => ({
    ...row,
    dueAt: row.dueAt.toISOString(),
    createdAt: row.createdAt.toISOString(),
  }))
  return [...icalOf({ name: 'x', zone, locale: 'pl' }, entries).matchAll(/^UID:(.+)@floowe\r$/gm)].map(
    ([, id]) => id ?? '',
  )
}
const linkIds = (rows: readonly CalendarRow[]): string[] =>
  rows.map((row) => sharedItem({ showsTitles: false } as never, row).id) // nothing else of it is asked

/** Each view, by its own way to the rows; each range asks all that is not the same question, and one of the costly ones. */
const views: readonly { name: string; ids: (asked: Asked, random: (below: number) => number) => Promise<string[]> }[] =
  [
    { name: 'week', ids: async (asked) => idsOf(await pieces(asked, 7)) },
    { name: 'list', ids: async (asked, random) => idsOf(await whole(asked, 1 + random(20))) },
    { name: 'board', ids: async (asked) => idsOf(await board(asked)) },
    { name: 'day', ids: async (asked) => idsOf(await pieces({ ...asked, to: asked.to }, 1)) },
  ]

test('all views show the same deliveries', async () => {
  const wrong: string[] = []
  const check = async (n: number): Promise<void> => {
    const random = chance(n + 100)
    const from = plusDays('2026-12-20', random(daysOfData + 20))
    // Costly views ask shorter spans; every one is asked 2,500 times.
    const view = views[n % views.length]
    const length = view?.name === 'day' || view?.name === 'board' ? random(4) : random(42)
    const pick = <Item>(items: readonly Item[]): Item[] =>
      random(3) === 0 ? [items[random(items.length)] as Item] : [] // one of them
    const filters: CalendarFilters = {
      ...noFilters,
      channels: pick(channels) as CalendarFilters['channels'], // ids of rows
      states: pick(DeliveryState.options),
      languages: pick(['pl', 'en']),
      text: pick(['łąka', 'żubr', 'RZEKA'])[0] ?? '',
    }
    const asked = { from, to: plusDays(from, length), zone: zones[random(zones.length)] ?? 'UTC', filters }
    const expected = JSON.stringify(found(asked))
    const { rows } = await projection(sql, workspaceId, { ...asked, limit: 2_000 }, filters)
    const seen = {
      month: idsOf(rows),
      csv: csvIds(rows, asked.zone),
      ical: icalIds(rows, asked.zone),
      link: linkIds(rows),
      [view?.name ?? '']: (await view?.ids(asked, random)) ?? [],
    }
    for (const [name, ids] of Object.entries(seen))
      if (JSON.stringify(ids) !== expected)
        wrong.push(`${name} ${JSON.stringify(asked)}: ${ids.length} of ${found(asked).length}`)
  }
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < ranges) await check(next++)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  expect(wrong.slice(0, 10)).toEqual([])
}, 300_000)
