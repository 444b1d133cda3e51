/** Events leave with the transaction: the row stands in `outbox` if and only if the fact was committed. */
import type { z } from 'zod'
import type { EventEnvelope } from '@floowe/contracts/events'
import type { EventName, Events } from '@floowe/contracts/index'
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

export async function writeEvents(sql: Sql, events: readonly NewEvent[], clock: Clock, ids: Ids): Promise<void> {
  for (const event of events) {
    await sql.query(
      'insert into outbox (id, workspace_id, name, key, actor, request_id, at, data) values ($1, $2, $3, $4, $5, $6, $7, $8)',
      [
        ids.next(),
        event.workspaceId,
        event.name,
        event.key,
        event.actor,
        event.requestId ?? null,
        clock.instant(),
        JSON.stringify(event.data),
      ],
    )
  }
}

export type OutboxRow = {
  seq: number
  id: string
  workspace_id: string
  name: string
  key: string
  actor: string
  request_id: string | null
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
  data: row.data,
})
