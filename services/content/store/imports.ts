/** Imports, their reports, and the files they still have to fetch. */
import type { Import, ImportItem } from '@floowe/contracts/content'
import type { ArticleId, EditionId, ImportId, MediaId } from '@floowe/contracts/vocabulary'
import type { Database, Sql } from '@floowe/platform'
import type { z } from 'zod'

type Shape = z.output<typeof Import>
export type ImportState = Shape['state']
export type Counts = Shape['counts']
export type ImportRow = {
  id: ImportId
  format: Shape['format']
  name: string
  language: string
  state: ImportState
  blob_key: string
  bytes: number
  created_at: Date
  created_by: string
  finished_at: Date | null
  items_total: number
  items_done: number
  counts: Counts
  media_total: number
  media_fetched: number
  media_failed: number
  error: Shape['error']
}
export type ReportLine = z.input<typeof ImportItem>

const columns = `id, format, name, language, state, blob_key, bytes, created_at, created_by, finished_at, items_total, items_done, counts,
  media_total, media_fetched, media_failed, error`
const openStates = "('waiting', 'reading', 'writing', 'fetching-media')"

export const noCounts = (): Counts => ({ created: 0, updated: 0, unchanged: 0, kept: 0, skipped: 0 })

export const insertImport = (
  sql: Sql,
  workspaceId: string,
  row: Pick<ImportRow, 'id' | 'format' | 'name' | 'language' | 'blob_key' | 'bytes' | 'items_total'> & {
    at: string
    by: string
  },
) =>
  sql.query(
    `insert into imports (workspace_id, id, format, name, language, state, blob_key, bytes, created_at, created_by, items_total, counts)
     values ($1, $2, $3, $4, $5, 'waiting', $6, $7, $8, $9, $10, $11)`,
    [
      workspaceId,
      row.id,
      row.format,
      row.name,
      row.language,
      row.blob_key,
      row.bytes,
      row.at,
      row.by,
      row.items_total,
      JSON.stringify(noCounts()),
    ],
  )

export const findImport = (sql: Sql, workspaceId: string, id: ImportId) =>
  sql.one<ImportRow>(`select ${columns} from imports where workspace_id = $1 and id = $2`, [workspaceId, id])

export async function listImports(
  db: Database,
  workspaceId: string,
  { limit, offset }: { limit: number; offset: number },
): Promise<{ items: ImportRow[]; total: number }> {
  const [items, total] = await Promise.all([
    db.query<ImportRow>(
      `select ${columns} from imports where workspace_id = $1 order by created_at desc, id desc limit $2 offset $3`,
      [workspaceId, limit, offset],
    ),
    db.one<{ total: number }>('select count(*) as total from imports where workspace_id = $1', [workspaceId]),
  ])
  return { items, total: total?.total ?? 0 }
}

export const openImports = async (sql: Sql, workspaceId: string): Promise<number> =>
  (
    await sql.one<{ n: number }>(
      `select count(*) as n from imports where workspace_id = $1 and state in ${openStates}`,
      [workspaceId],
    )
  )?.n ?? 0

/** False when it was cancelled, is over, or is gone. */
export async function moveImport(
  sql: Sql,
  workspaceId: string,
  id: ImportId,
  to: ImportState,
  more: { at?: string; error?: Shape['error'] } = {},
): Promise<boolean> {
  const rows = await sql.query(
    `update imports set state = $3, finished_at = $4, error = $5 where workspace_id = $1 and id = $2 and state in ${openStates} returning id`,
    [workspaceId, id, to, more.at ?? null, more.error ? JSON.stringify(more.error) : null],
  )
  return rows.length > 0
}

/** Writes lines of the report and how far it is. False like {@link moveImport}; then nothing was written. */
export async function report(
  sql: Sql,
  workspaceId: string,
  id: ImportId,
  lines: readonly ReportLine[],
  done: { items: number; counts: Counts; fetched: number; failed: number },
): Promise<boolean> {
  const rows = await sql.query(
    `update imports set items_done = $3, counts = $4, media_fetched = media_fetched + $5, media_failed = media_failed + $6
     where workspace_id = $1 and id = $2 and state in ${openStates} returning id`,
    [workspaceId, id, done.items, JSON.stringify(done.counts), done.fetched, done.failed],
  )
  if (rows.length === 0) return false
  if (lines.length === 0) return true
  await sql.query(
    `insert into import_items (workspace_id, import_id, position, source_id, title, outcome, article_id, edition_id, notes)
     select $1, $2, l.position, l."sourceId", l.title, l.outcome, l."articleId", l."editionId", l.notes
     from jsonb_to_recordset($3::jsonb) as l(position int, "sourceId" text, title text, outcome text, "articleId" uuid, "editionId" uuid, notes jsonb)
     on conflict (workspace_id, import_id, position) do update set outcome = excluded.outcome, article_id = excluded.article_id, edition_id = excluded.edition_id, notes = excluded.notes`,
    [workspaceId, id, JSON.stringify(lines)],
  )
  return true
}

type ItemRow = {
  position: number
  source_id: string
  title: string
  outcome: ReportLine['outcome']
  article_id: ArticleId | null
  edition_id: EditionId | null
  notes: ReportLine['notes']
}

export async function listItems(
  db: Database,
  workspaceId: string,
  id: ImportId,
  outcome: string | null,
  { limit, offset }: { limit: number; offset: number },
): Promise<{ items: ReportLine[]; total: number }> {
  const where = 'workspace_id = $1 and import_id = $2 and ($3::text is null or outcome = $3)'
  const [rows, total] = await Promise.all([
    db.query<ItemRow>(
      `select position, source_id, title, outcome, article_id, edition_id, notes from import_items where ${where} order by position limit $4 offset $5`,
      [workspaceId, id, outcome, limit, offset],
    ),
    db.one<{ total: number }>(`select count(*) as total from import_items where ${where}`, [workspaceId, id, outcome]),
  ])
  const items = rows.map((row) => ({
    position: row.position,
    sourceId: row.source_id,
    title: row.title,
    outcome: row.outcome,
    articleId: row.article_id,
    editionId: row.edition_id,
    notes: row.notes,
  }))
  return { items, total: total?.total ?? 0 }
}

/** Notes that this import has to fetch a file; once for each file. */
export async function addFetch(
  sql: Sql,
  workspaceId: string,
  id: ImportId,
  mediaId: MediaId,
  url: string,
): Promise<void> {
  const added = await sql.query(
    `insert into import_media (workspace_id, import_id, media_id, number, url)
     select $1, $2, $3, i.media_total + 1, $4 from imports i where i.workspace_id = $1 and i.id = $2 on conflict do nothing returning number`,
    [workspaceId, id, mediaId, url],
  )
  if (added.length > 0)
    await sql.query('update imports set media_total = media_total + 1 where workspace_id = $1 and id = $2', [
      workspaceId,
      id,
    ])
}

export type Fetch = { media_id: MediaId; number: number; url: string }
export const openFetches = (sql: Sql, workspaceId: string, id: ImportId, after: number, limit: number) =>
  sql.query<Fetch>(
    'select media_id, number, url from import_media where workspace_id = $1 and import_id = $2 and not is_done and number > $3 order by number limit $4',
    [workspaceId, id, after, limit],
  )
/** False when it was settled before. */
export const settleFetch = async (sql: Sql, workspaceId: string, id: ImportId, mediaId: MediaId): Promise<boolean> =>
  (
    await sql.query(
      'update import_media set is_done = true where workspace_id = $1 and import_id = $2 and media_id = $3 and not is_done returning number',
      [workspaceId, id, mediaId],
    )
  ).length > 0

/** Files that nobody will fetch any more. */
export const abandonFetches = (sql: Sql, workspaceId: string, id: ImportId) =>
  sql.query(
    `update media m set state = 'failed' from import_media f
     where f.workspace_id = $1 and f.import_id = $2 and not f.is_done and m.workspace_id = $1 and m.id = f.media_id and m.state = 'fetching'`,
    [workspaceId, id],
  )
