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

/** `seal`: see `audit-chain.ts`; null in logs that were not written to since there are seals. */
export type Head = { seq: number; hash: string; seal: string | null }

/** The end of a workspace's chain, held until the transaction ends; null when the workspace is gone. */
export const holdHead = (sql: Sql, workspaceId: string): Promise<Head | null> =>
  sql.one<Head>(
    `insert into audit_heads as h (workspace_id, seq, hash) select workspace_id, 0, '' from workspaces where workspace_id = $1
     on conflict (workspace_id) do update set seq = h.seq returning seq, hash, seal`,
    [workspaceId],
  )

/** Which of these events the log has already. */
export const writtenAlready = async (sql: Sql, workspaceId: string, events: readonly string[]): Promise<Set<string>> =>
  new Set(
    (
      await sql.query<{ event_id: string }>(
        'select event_id from audit_entries where workspace_id = $1 and event_id = any($2)',
        [workspaceId, events],
      )
    ).map((row) => row.event_id),
  )

/** Adds entries behind the held head, and moves it. */
export const appendEntries = (sql: Sql, workspaceId: string, rows: readonly AuditRow[], head: Head): Promise<unknown> =>
  sql.query(
    `with added as (
       insert into audit_entries (workspace_id, seq, event_id, at, actor, event, subject, data, hash)
       select $1, r.seq, r.event_id, r.at, r.actor, r.event, r.subject, r.data, r.hash
       from jsonb_to_recordset($2::jsonb) as r(seq bigint, event_id uuid, at timestamptz, actor text, event text, subject text, data jsonb, hash text))
     update audit_heads set seq = $3, hash = $4, seal = $5 where workspace_id = $1`,
    [workspaceId, JSON.stringify(rows), head.seq, head.hash, head.seal],
  )

/** How many entries the log has by its head. */
export const countEntries = async (sql: Sql, workspaceId: string): Promise<number> =>
  (await sql.one<{ seq: number }>('select seq from audit_heads where workspace_id = $1', [workspaceId]))?.seq ?? 0

/** The head, and the highest number there is, at one moment. */
export const findEnd = async (sql: Sql, workspaceId: string): Promise<Head & { last: number }> =>
  (await sql.one<Head & { last: number }>(
    `select seq, hash, seal, coalesce((select max(e.seq) from audit_entries e where e.workspace_id = h.workspace_id), 0) as last
     from audit_heads h where workspace_id = $1`,
    [workspaceId],
  )) ?? { seq: 0, hash: '', seal: null, last: 0 }

const columns = 'seq, event_id, at, actor, event, subject, data, hash'

export const newestEntries = (sql: Sql, workspaceId: string, limit: number, offset: number): Promise<AuditRow[]> =>
  sql.query<AuditRow>(
    `select ${columns} from audit_entries where workspace_id = $1 order by seq desc limit $2 offset $3`,
    [workspaceId, limit, offset],
  )

export const findEntry = (sql: Sql, workspaceId: string, seq: number): Promise<AuditRow | null> =>
  sql.one<AuditRow>(`select ${columns} from audit_entries where workspace_id = $1 and seq = $2`, [workspaceId, seq])

export const entriesAfter = (sql: Sql, workspaceId: string, seq: number, limit: number): Promise<AuditRow[]> =>
  sql.query<AuditRow>(
    `select ${columns} from audit_entries where workspace_id = $1 and seq > $2 order by seq limit $3`,
    [workspaceId, seq, limit],
  )
