/**
 * What goes out between two days: the one question that every view, file, feed and link of the calendar asks, so that all of them show
 * the same deliveries. Pages are cut by instant and id, never by number: whoever asks on sees each once, whatever moves meanwhile.
 */
import type { CalendarFilters } from '@floowe/contracts/calendar'
import { refuse, type Sql } from '@floowe/platform'
import { rangeOfDays } from '../schedule.ts'
import { deliveryColumns, deliveryFrom, type ShownDelivery } from '../store/deliveries.ts'

export type CalendarRow = ShownDelivery & { campaignIds: string[]; embargoUntil: Date | null }
export type Wanted = { from: string; to: string; zone: string; after?: string | undefined; limit: number }
export type Page = { rows: CalendarRow[]; next: string | null }

export const noFilters: CalendarFilters = {
  channels: [],
  networks: [],
  states: [],
  languages: [],
  campaigns: [],
  authors: [],
  text: '',
}

const cursorForm =
  /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)_([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/
const cursorOf = ({ dueAt, id }: CalendarRow): string => `${dueAt.toISOString()}_${id}`

/** The rows of the page first; what belongs to them is joined to these alone, and once for all of them. */
const statement = (where: readonly string[], limit: string): string =>
  `with page as materialized (select d.* ${deliveryFrom} where ${where.join(' and ')} order by d.due_at, d.id limit ${limit}),
   tagged as (
     select ca.article_id, array_agg(ca.campaign_id order by ca.campaign_id) as ids from campaign_articles ca join campaigns k on k.workspace_id = ca.workspace_id and k.id = ca.campaign_id
     where ca.workspace_id = $1 and ca.article_id in (select article_id from page) and k.removed_at is null group by ca.article_id)
   select ${deliveryColumns}, coalesce(t.ids, '{}') as "campaignIds", e.until as "embargoUntil"
   from page d join channels c on c.workspace_id = d.workspace_id and c.id = d.channel_id
     left join tagged t on t.article_id = d.article_id left join embargoes e on e.workspace_id = d.workspace_id and e.article_id = d.article_id
   order by d.due_at, d.id`

/** @throws Refusal invalid-input */
export async function projection(
  sql: Sql,
  workspaceId: string,
  { from, to, zone, after, limit }: Wanted,
  filters: CalendarFilters,
): Promise<Page> {
  const { fromInstant, beforeInstant } = rangeOfDays(from, to, zone)
  const values: unknown[] = [workspaceId, fromInstant, beforeInstant]
  const where = ['d.workspace_id = $1', 'd.due_at >= $2', 'd.due_at < $3', ...conditions(filters, values)]
  if (after !== undefined) {
    const [, dueAt, id] =
      cursorForm.exec(after) ?? refuse('invalid-input', { issues: [{ path: 'after', problem: 'not a cursor' }] })
    where.push(`(d.due_at, d.id) > ($${values.push(dueAt)}::timestamptz, $${values.push(id)}::uuid)`)
  }
  const rows = await sql.query<CalendarRow>(statement(where, `$${values.push(limit + 1)}`), values)
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return { rows: page, next: rows.length > limit && last ? cursorOf(last) : null }
}

/** Adds what they compare with to `values`. */
function conditions(filters: CalendarFilters, values: unknown[]): string[] {
  const { channels, networks, states, languages, campaigns, authors, text } = filters
  const where: string[] = []
  const among = (column: string, wanted: readonly string[], type: string): void => {
    if (wanted.length > 0) where.push(`${column} = any($${values.push(wanted)}::${type}[])`)
  }
  among('d.channel_id', channels, 'uuid')
  among('c.network', networks, 'text')
  among('d.language', languages, 'text')
  among('d.created_by', authors, 'text')
  if (states.length === 0) where.push("d.state <> 'cancelled'")
  among('d.state', states, 'text')
  if (campaigns.length > 0)
    where.push(
      `d.article_id in (select ca.article_id from campaign_articles ca join campaigns k on k.workspace_id = ca.workspace_id and k.id = ca.campaign_id
         where ca.workspace_id = $1 and ca.campaign_id = any($${values.push(campaigns)}::uuid[]) and k.removed_at is null)`,
    )
  const words = text.split(/\s+/).filter((word) => word !== '')
  for (const word of words.slice(0, wordsMax)) where.push(`strpos(lower(d.title), lower($${values.push(word)})) > 0`)
  return where
}
const wordsMax = 10

const pagesMax = 1_000

/** All of it, page by page, for files and feeds. */
export async function* pages(
  sql: Sql,
  workspaceId: string,
  wanted: Omit<Wanted, 'after'>,
  filters: CalendarFilters,
): AsyncGenerator<CalendarRow[]> {
  let after: string | undefined
  for (let turn = 0; turn < pagesMax; turn++) {
    const { rows, next } = await projection(sql, workspaceId, { ...wanted, after }, filters)
    yield rows
    if (next === null) return
    after = next
  }
}
