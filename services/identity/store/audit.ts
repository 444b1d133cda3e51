import type { Sql } from '@floowe/platform'

export type AuditRow = {
  seq: number
  event_id: string
  at: Date
  actor: string
  event: string
  subject: string
  data: Record<string, unknown>
  hash: string
}

export type Head = { seq: number; hash: string }

/** The end of a workspace's chain, held until the transaction ends; null when the workspace is gone. */
export const holdHead = (sql: Sql, workspaceId: string): Promise<Head | null> =>
  sql.one<Head>(
    `insert into audit_heads as h (workspace_id, seq, hash) select workspace_id, 0, '' from workspaces where workspace_id = $1
     on conflict (workspace_id) do update set seq = h.seq returning seq, hash`,
    [workspaceId],
  )

/** Adds an entry and moves the head; an event that is written already changes nothing. */
export const appendEntry = (sql: Sql, workspaceId: string, row: AuditRow): Promise<unknown> =>
  sql.query(
    `with added as (
       insert into audit_entries (workspace_id, seq, event_id, at, actor, event, subject, data, hash) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       on conflict (workspace_id, event_id) do nothing returning seq, hash)
     update audit_heads h set seq = added.seq, hash = added.hash from added where h.workspace_id = $1`,
    [workspaceId, row.seq, row.event_id, row.at, row.actor, row.event, row.subject, JSON.stringify(row.data), row.hash],
  )

export const findHead = (sql: Sql, workspaceId: string): Promise<Head | null> =>
  sql.one<Head>('select seq, hash from audit_heads where workspace_id = $1', [workspaceId])

const columns = 'seq, event_id, at, actor, event, subject, data, hash'

export const newestEntries = (sql: Sql, workspaceId: string, limit: number, offset: number): Promise<AuditRow[]> =>
  sql.query<AuditRow>(
    `select ${columns} from audit_entries where workspace_id = $1 order by seq desc limit $2 offset $3`,
    [workspaceId, limit, offset],
  )

export const entriesAfter = (sql: Sql, workspaceId: string, seq: number, limit: number): Promise<AuditRow[]> =>
  sql.query<AuditRow>(
    `select ${columns} from audit_entries where workspace_id = $1 and seq > $2 order by seq limit $3`,
    [workspaceId, seq, limit],
  )
