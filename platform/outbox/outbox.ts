/** Events leave with the transaction: the row stands in `outbox` if and only if the fact was committed. */
import type { z } from 'zod'
import type { EventEnvelope } from '@floowe/contracts/events'
import type { EventName, Events } from '@floowe/contracts/index'
import { traceparentOf, type Trail, trail } from '../calls/trail.ts'
import type { Clock } from '../clock.ts'
import type { Ids } from '../ids.ts'
import type { Sql } from '../database/database.ts'

export type NewEvent = {
  [Name in EventName]: {
    name: Name
    workspaceId: string
    /** Events with the same key arrive in the order they were written. Usually the id of the thing. */
    key: string
    actor: string
    requestId?: string | null
    data: z.input<Events[Name]>
  }
}[EventName]

export type EventEmission = (...events: NewEvent[]) => Promise<void>

/** The statement that writes events from parameter `$place`, a text of {@link eventRows}; `when` may make it depend on more. */
const insertEvents = (place: number, when = ''): string =>
  `insert into outbox (id, workspace_id, name, key, actor, request_id, trace, at, data)
   select e.id, e.workspace_id, e.name, e.key, e.actor, e.request_id, e.trace, e.at, e.data
   from jsonb_to_recordset($${place}::jsonb) as e(id uuid, workspace_id uuid, name text, key text, actor text, request_id text, trace text, at timestamptz, data jsonb)${when}`

/**
 * An event with its final id and instant, as the outbox keeps it. A store whose facts are not in PostgreSQL keeps it beside the
 * fact until the outbox has it.
 */
export type FormedEvent = {
  id: string
  workspace_id: string
  name: EventName
  key: string
  actor: string
  request_id: string | null
  trace: string | null
  at: string
  data: unknown
}

const traceOf = (current: Trail | undefined): string | null => (current ? traceparentOf(current) : null)

export const formEvents = (events: readonly NewEvent[], clock: Clock, ids: Ids): FormedEvent[] =>
  events.map(({ workspaceId, name, key, actor, requestId, data }) => ({
    id: ids.next(),
    workspace_id: workspaceId,
    name,
    key,
    actor,
    request_id: requestId ?? null,
    trace: traceOf(trail()),
    at: clock.instant(),
    data,
  }))

export const eventRows = (events: readonly NewEvent[], clock: Clock, ids: Ids): string =>
  JSON.stringify(formEvents(events, clock, ids))

/** Writes formed events in their order, all or none. Again after a doubt: who hears drops repeats by their ids. */
export async function takeEvents(sql: Sql, events: readonly FormedEvent[]): Promise<void> {
  if (events.length > 0) await sql.query(insertEvents(1), [JSON.stringify(events)])
}

export async function writeEvents(sql: Sql, events: readonly NewEvent[], clock: Clock, ids: Ids): Promise<void> {
  if (events.length > 0) await sql.query(insertEvents(1), [eventRows(events, clock, ids)])
}

/**
 * One statement that states a fact and writes its events: a transaction with one way to the server and back. `text` is given
 * the part that writes events if `source`, another part of its WITH, has a row.
 */
export type FactStatement = (told: (source: string) => string) => string
export const factText = (statement: FactStatement, place: number): string =>
  statement((source) => `told as (${insertEvents(place, ` where exists (select from ${source})`)})`)
export type OutboxRow = {
  seq: number
  id: string
  workspace_id: string
  name: string
  key: string
  actor: string
  request_id: string | null
  trace: string | null
  at: Date
  data: unknown
}

export const envelopeOf = (row: OutboxRow): EventEnvelope => ({
  id: row.id,
  name: row.name,
  workspaceId: row.workspace_id,
  key: row.key,
  at: row.at.toISOString(),
  actor: row.actor,
  requestId: row.request_id,
  ...(row.trace !== null && { trace: row.trace }),
  data: row.data,
})
