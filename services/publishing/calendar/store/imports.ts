/** Rows of imports, of their rows, and of what any file has made before. */
import type { CalendarImport, ImportRow } from '@floowe/contracts/calendar'
import type { Sql } from '@floowe/platform'
import type { ReadRow, Wish } from '../import-file.ts'

export type Importing = {
  id: string
  name: string
  state: CalendarImport['state']
  total: number
  done: number
  made: number
  unchanged: number
  refused: number
  createdAt: Date
  finishedAt: Date | null
  createdBy: string
}
const columns = `i.id, i.name, i.state, i.created_at as "createdAt", i.finished_at as "finishedAt", i.created_by as "createdBy", r.total, r.done, r.made, r.unchanged, r.refused`
const from = `from calendar_imports i cross join lateral (
   select count(*)::int as total, count(outcome)::int as done, (count(*) filter (where outcome = 'made'))::int as made, (count(*) filter (where outcome = 'unchanged'))::int as unchanged,
     (count(*) filter (where outcome = 'refused'))::int as refused from calendar_import_rows r where r.workspace_id = i.workspace_id and r.import_id = i.id) r`

export const getImport = (sql: Sql, workspaceId: string, id: string): Promise<Importing | null> =>
  sql.one<Importing>(`select ${columns} ${from} where i.workspace_id = $1 and i.id = $2`, [workspaceId, id])
export async function listImports(
  sql: Sql,
  workspaceId: string,
  limit: number,
  offset: number,
): Promise<{ items: Importing[]; total: number }> {
  const counted = await sql.one<{ n: number }>(
    'select count(*)::int as n from calendar_imports where workspace_id = $1',
    [workspaceId],
  )
  const items = await sql.query<Importing>(
    `select ${columns} ${from} where i.workspace_id = $1 order by i.id desc limit $2 offset $3`,
    [workspaceId, limit, offset],
  )
  return { items, total: counted?.n ?? 0 }
}
export const countRunning = async (sql: Sql, workspaceId: string): Promise<number> =>
  (
    await sql.one<{ n: number }>(
      "select count(*)::int as n from calendar_imports where workspace_id = $1 and state in ('waiting', 'running')",
      [workspaceId],
    )
  )?.n ?? 0

export async function insertImport(
  sql: Sql,
  workspaceId: string,
  row: { id: string; name: string; at: string; by: string },
  rows: readonly ReadRow[],
): Promise<void> {
  await sql.query(
    "insert into calendar_imports (workspace_id, id, name, state, created_at, created_by) values ($1, $2, $3, 'waiting', $4, $5)",
    [workspaceId, row.id, row.name, row.at, row.by],
  )
  await sql.query(
    `insert into calendar_import_rows (workspace_id, import_id, position, line, key, wish, outcome, code)
     select $1, $2, r.position, r.line, r.key, r.wish, case when r.code is not null then 'refused' end, r.code
     from jsonb_to_recordset($3::jsonb) as r(position int, line int, key text, wish jsonb, code text)`,
    [
      workspaceId,
      row.id,
      JSON.stringify(
        rows.map(({ line, key, wish, refusal }, position) => ({ position, line, key, wish, code: refusal })),
      ),
    ],
  )
}

/** @returns false: it is in none of these states any more */
export const moveImport = async (
  sql: Sql,
  workspaceId: string,
  id: string,
  from: readonly CalendarImport['state'][],
  to: CalendarImport['state'],
  finishedAt: string | null,
): Promise<boolean> =>
  (await sql.one(
    'update calendar_imports set state = $4, finished_at = $5 where workspace_id = $1 and id = $2 and state = any($3) returning id',
    [workspaceId, id, from, to, finishedAt],
  )) !== null

export type ImportedRow = {
  position: number
  line: number
  key: string
  wish: Wish
  outcome: ImportRow['outcome'] | null
  code: string | null
  articleId: string | null
  deliveryId: string | null
}
const rowColumns = 'position, line, key, wish, outcome, code, article_id as "articleId", delivery_id as "deliveryId"'

/** Those whose turn has not come. */
export const waitingRows = (sql: Sql, workspaceId: string, importId: string, limit: number): Promise<ImportedRow[]> =>
  sql.query<ImportedRow>(
    `select ${rowColumns} from calendar_import_rows where workspace_id = $1 and import_id = $2 and outcome is null order by position limit $3`,
    [workspaceId, importId, limit],
  )
export async function listRows(
  sql: Sql,
  workspaceId: string,
  importId: string,
  outcome: ImportRow['outcome'] | null,
  { limit, offset }: { limit: number; offset: number },
): Promise<{ items: ImportedRow[]; total: number }> {
  const where = 'workspace_id = $1 and import_id = $2 and outcome is not null and ($3::text is null or outcome = $3)'
  const values = [workspaceId, importId, outcome]
  const counted = await sql.one<{ n: number }>(
    `select count(*)::int as n from calendar_import_rows where ${where}`,
    values,
  )
  const items = await sql.query<ImportedRow>(
    `select ${rowColumns} from calendar_import_rows where ${where} order by position limit $4 offset $5`,
    [...values, limit, offset],
  )
  return { items, total: counted?.n ?? 0 }
}
export const noteRow = (
  sql: Sql,
  workspaceId: string,
  importId: string,
  {
    position,
    outcome,
    code,
    articleId,
    deliveryId,
  }: Pick<ImportedRow, 'position' | 'outcome' | 'code' | 'articleId' | 'deliveryId'>,
): Promise<unknown> =>
  sql.query(
    'update calendar_import_rows set outcome = $4, code = $5, article_id = $6, delivery_id = $7 where workspace_id = $1 and import_id = $2 and position = $3',
    [workspaceId, importId, position, outcome, code, articleId, deliveryId],
  )

export type KeyRow = {
  articleId: string
  editionId: string | null
  deliveryId: string
  isDone: boolean
  isNew: boolean
}
/** The ids under which a row makes what it makes: those of the first file that had it. */
export const holdKey = async (
  sql: Sql,
  workspaceId: string,
  key: string,
  wanted: { articleId: string; deliveryId: string; at: string },
): Promise<KeyRow> => {
  const made = await sql.one<KeyRow>(
    `insert into calendar_import_keys (workspace_id, key, article_id, delivery_id, made_at) values ($1, $2, $3, $4, $5) on conflict do nothing
     returning article_id as "articleId", edition_id as "editionId", delivery_id as "deliveryId", is_done as "isDone", true as "isNew"`,
    [workspaceId, key, wanted.articleId, wanted.deliveryId, wanted.at],
  )
  const known = made ?? (await knownKeys(sql, workspaceId, [key]))[0]
  if (!known) throw new Error('a key of an import is neither new nor known')
  return known
}
export const knownKeys = (
  sql: Sql,
  workspaceId: string,
  keys: readonly string[],
): Promise<(KeyRow & { key: string })[]> =>
  sql.query(
    `select key, article_id as "articleId", edition_id as "editionId", delivery_id as "deliveryId", is_done as "isDone", false as "isNew" from calendar_import_keys
     where workspace_id = $1 and key = any($2)`,
    [workspaceId, keys],
  )
export const noteKey = (
  sql: Sql,
  workspaceId: string,
  key: string,
  { editionId, isDone }: Pick<KeyRow, 'editionId' | 'isDone'>,
): Promise<unknown> =>
  sql.query('update calendar_import_keys set edition_id = $3, is_done = $4 where workspace_id = $1 and key = $2', [
    workspaceId,
    key,
    editionId,
    isDone,
  ])
