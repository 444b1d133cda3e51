/**
 * The calendar over 100,000 deliveries, as the app asks it: a month of some 2,000, the same with filters, a page of the list. And
 * its times over REST, judged by Python's zoneinfo: every coming change of the clocks in 40 zones.
 */
import { readFile } from 'node:fs/promises'
import { startTestPostgres, urlOfDatabase } from '@floowe/testbed/postgres'
import pg from 'pg'
import { type Ask, pinSelf, setUp, startFloowe } from '../floowe.ts'
import { quantile, round } from '../measure.ts'
import { figure, type Figure, type Suite } from '../suite.ts'

const deliveries = 100_000
/** Some 2,000 in each month of thirty days. */
const days = 1_500
const questions = 60
const firstDay = Date.UTC(2025, 0, 1)
const zone = 'Europe/Warsaw'

export const suite: Suite = {
  about: `${deliveries} deliveries over ${days} days: a month, a filtered month, a page of a list over REST; times around every coming change of the clocks in 40 zones, judged by Python`,
  run: async ({ rounds, tell }) => {
    pinSelf()
    const postgres = await startTestPostgres()
    const floowe = await startFloowe({ variables: { FLOOWE_DATABASE_URL: postgres.url } })
    try {
      const ask = await setUp(floowe)
      const channels = await fill(ask, postgres.url, tell)
      const figures = await ways(ask, channels, rounds, tell)
      return [...figures, ...(await judged(ask, tell))]
    } finally {
      await floowe.stop()
      await postgres.stop()
    }
  },
}

async function fill(ask: Ask, url: string, tell: (line: string) => void): Promise<string[]> {
  const channels: string[] = []
  for (let n = 0; n < 8; n++) {
    const made = await ask('POST', '/channels', { network: 'webhook', name: `Hook ${n}`, url: 'http://127.0.0.1:9/' })
    channels.push(made.id)
  }
  const { workspace } = await ask('GET', '/me')
  const client = new pg.Client({ connectionString: urlOfDatabase(url, 'floowe') })
  await client.connect()
  try {
    await client.query('set search_path to publishing')
    await client.query(
      `insert into deliveries (workspace_id, id, kind, state, article_id, edition_id, version_id, frozen_at, title, slug, language, channel_id, wall_time, zone, due_at, created_at, created_by)
       select $1, gen_random_uuid(), 'publish', case when n % 40 = 0 then 'failed' when at < now() then 'replaced' else 'cancelled' end, a, a, a, at, 'Delivery ' || n || ' of the river and the town', 'd-' || n,
         case when n % 3 = 0 then 'en' else 'pl' end, ($2::uuid[])[1 + n % 8], to_char(at at time zone $3, 'YYYY-MM-DD"T"HH24:MI'), $3, at, at, 'service:bench'
       from (select n, gen_random_uuid() as a, date_trunc('minute', to_timestamp($4 / 1000.0) + (n * 7919 % ($5 * 1440)) * interval '1 minute') as at from generate_series(1, $6::int) n) x`,
      [workspace.id, channels, zone, firstDay, days, deliveries],
    )
    // Planned ones would be sent or missed; what is seen of them is the same.
    await client.query("update deliveries set state = 'replaced' where state = 'cancelled'")
    await client.query(
      `insert into campaigns (workspace_id, id, name, first_day, last_day, colour, note, created_at, created_by)
       select $1, gen_random_uuid(), 'Campaign ' || n, '2025-01-01', '2028-01-01', 'moss', '', now(), 'service:bench' from generate_series(1, 20) n`,
      [workspace.id],
    )
    await client.query(
      'insert into campaign_articles (workspace_id, campaign_id, article_id) select d.workspace_id, k.id, d.article_id from (select *, row_number() over () as n from deliveries) d join (select *, row_number() over () as n from campaigns) k on d.n % 60 = k.n',
    )
    await client.query('analyze')
    tell(`${deliveries} deliveries`)
  } finally {
    await client.end()
  }
  return channels
}

const dayAt = (n: number): string => new Date(firstDay + n * 86_400_000).toISOString().slice(0, 10)

async function ways(ask: Ask, channels: string[], rounds: number, tell: (line: string) => void): Promise<Figure[]> {
  const month = (n: number, more = ''): string => {
    const from = (n * 37) % (days - 40)
    return `/calendar?from=${dayAt(from)}&to=${dayAt(from + 29)}&zone=${encodeURIComponent(zone)}${more}`
  }
  const asked: Readonly<Record<string, (n: number) => string>> = {
    'a month of some 2,000': (n) => month(n),
    'a month of one channel in one language': (n) => month(n, `&channels=${channels[n % 8]}&languages=pl`),
    'a month by a word': (n) => month(n, '&text=town'),
    'a page of 100 in a year': (n) =>
      `/calendar?from=${dayAt(n)}&to=${dayAt(n + 364)}&zone=${encodeURIComponent(zone)}&limit=100`,
  }
  const figures: Figure[] = []
  for (const [name, targetOf] of Object.entries(asked)) {
    const p95s: number[] = []
    for (let turn = -1; turn < rounds; turn++) {
      const times: number[] = []
      for (let n = 0; n < questions; n++) {
        const begunMs = performance.now()
        const { items } = await ask('GET', targetOf(n + (turn + 1) * questions))
        times.push(performance.now() - begunMs)
        if (items.length === 0) throw new Error(`${name}: nothing was found`)
      }
      // The first turn warms up.
      if (turn < 0) continue
      p95s.push(round(quantile(times, 0.95)))
      tell(`${name}, round ${turn + 1}: p50 ${round(quantile(times, 0.5))} ms, p95 ${p95s.at(-1)} ms`)
    }
    figures.push(figure(`${name}, p95`, 'ms', p95s, { atMost: 100 }))
  }
  return figures
}

type Row = [wallTime: string, first: number, second?: number]
type Oracle = { zones: Record<string, { day: string; rows: Row[] }[]> }

/** A series over each coming change, as its preview tells it, against what Python says of the same readings. */
async function judged(ask: Ask, tell: (line: string) => void): Promise<Figure[]> {
  const file = new URL('../../services/publishing/calendar/fixtures/clock-days.json', import.meta.url)
  const { zones } = JSON.parse(await readFile(file, 'utf8')) as Oracle // made by the script beside it
  const { edition } = await ask('POST', '/articles', { language: 'en', title: 'Judged' })
  const channelId = (await ask('GET', '/channels')).find(
    (channel: { network: string }) => channel.network === 'webhook',
  ).id
  let [readings, errors] = [0, 0]
  for (const [name, groups] of Object.entries(zones)) {
    for (const { day, rows } of groups.filter(({ day }) => Date.parse(day) > Date.now() + 3 * 86_400_000)) {
      const hours = [...new Set(rows.map(([wallTime]) => wallTime.slice(11)))]
      for (const time of hours) {
        for (const pick of ['earlier', 'later'] as const) {
          const { occurrences } = await ask('POST', '/calendar/series/preview', {
            ...{ editionId: edition.id, channelId, recurrence: { every: 'days', interval: 1 } },
            ...{ firstDay: day, time, zone: name, pick, end: { count: 2 }, limit: 2 },
          })
          for (const { wallTime, dueAt } of occurrences) {
            const [, first = 0, second = first] = rows.find(([known]) => known === wallTime) ?? [wallTime, Number.NaN]
            const wanted = pick === 'earlier' ? Math.min(first, second) : Math.max(first, second)
            readings += 1
            if (Date.parse(dueAt) !== wanted * 60_000) errors += 1
          }
        }
      }
    }
  }
  tell(`${readings} readings in ${Object.keys(zones).length} zones, ${errors} errors`)
  if (readings < 3_000) throw new Error('the judge said too little')
  return [figure('times around the changes of clocks that are not as Python has them', '', errors, { atMost: 0 })]
}
