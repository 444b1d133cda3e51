/** Templates as rows. */
import type { Body } from '@floowe/contracts/body'
import type { TemplateId } from '@floowe/contracts/vocabulary'
import type { Database } from '@floowe/platform'
import type { TemplateRecord, TemplateStore } from './port.ts'

type Row = { id: TemplateId; doc: Omit<TemplateRecord, 'id' | 'body' | 'createdAt'>; body: Body; created_at: Date }
const templateOf = (row: Row): TemplateRecord => ({
  ...row.doc,
  id: row.id,
  body: row.body,
  createdAt: row.created_at.toISOString(),
})

export const templatesIn = (db: Database): TemplateStore => ({
  list: async (workspaceId) => {
    const rows = await db.query<Row>(
      `select id, doc, body, created_at from templates where workspace_id = $1 order by doc->>'name' collate "pl-x-icu", id limit 200`,
      [workspaceId],
    )
    return rows.map(templateOf)
  },
  get: async (workspaceId, id) => {
    const row = await db.one<Row>(
      'select id, doc, body, created_at from templates where workspace_id = $1 and id = $2',
      [workspaceId, id],
    )
    return row && templateOf(row)
  },
  put: async (workspaceId, { id, body, createdAt, ...doc }, refs) => {
    await db.query(
      `insert into templates (workspace_id, id, doc, body, refs, created_at) values ($1, $2, $3, $4, $5, $6)
       on conflict (workspace_id, id) do update set doc = excluded.doc, body = excluded.body, refs = excluded.refs`,
      [workspaceId, id, JSON.stringify(doc), JSON.stringify(body), refs, createdAt],
    )
  },
  delete: async (workspaceId, id) =>
    (await db.query('delete from templates where workspace_id = $1 and id = $2 returning id', [workspaceId, id]))
      .length > 0,
  isUsing: async (workspaceId, ref) =>
    (await db.one('select from templates where workspace_id = $1 and refs @> array[$2] limit 1', [
      workspaceId,
      ref,
    ])) !== null,
})
