/** Files of a workspace as rows. The bytes lie in blobs under the hash of their content. */
import type { MediaId } from '@floowe/contracts/vocabulary'
import type { Database, Sql } from '@floowe/platform'

/** A size of a picture; its bytes lie at `<width>.webp` beside the original. */
export type Variant = { width: number; height: number; bytes: number; type: string }
export type MediaState = 'fetching' | 'processing' | 'ready' | 'failed'
export type MediaRow = {
  id: MediaId
  name: string
  type: string
  bytes: number
  sha256: string | null
  is_copy: boolean
  width: number | null
  height: number | null
  alt: string
  caption: string
  credit: string
  focal_x: number | null
  focal_y: number | null
  state: MediaState
  key: string
  original_key: string
  variants: Variant[]
  shown_type: string
  source_url: string | null
  created_at: Date
}
export type NewMedia = Omit<MediaRow, 'created_at' | 'is_copy' | 'focal_x' | 'focal_y' | 'variants'> & {
  at: string
  by: string
}

const columns =
  'id, name, type, bytes, sha256, is_copy, width, height, alt, caption, credit, focal_x, focal_y, state, key, original_key, variants, shown_type, source_url, created_at'

/** False when the workspace has the same bytes, or a file of the same address, already. */
export async function insertMedia(sql: Sql, workspaceId: string, media: NewMedia): Promise<boolean> {
  const rows = await sql.query(
    `insert into media (workspace_id, id, name, type, bytes, sha256, width, height, alt, caption, credit, state, key, original_key, shown_type, source_url, created_at, created_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) on conflict do nothing returning id`,
    [
      workspaceId,
      media.id,
      media.name,
      media.type,
      media.bytes,
      media.sha256,
      media.width,
      media.height,
      media.alt,
      media.caption,
      media.credit,
      media.state,
      media.key,
      media.original_key,
      media.shown_type,
      media.source_url,
      media.at,
      media.by,
    ],
  )
  return rows.length > 0
}

/** What a fetched file turned out to be. A copy of bytes the workspace has keeps its own row, as texts name it. */
export async function fillMedia(
  sql: Sql,
  workspaceId: string,
  id: MediaId,
  file: Pick<MediaRow, 'name' | 'type' | 'bytes' | 'sha256' | 'width' | 'height' | 'state' | 'shown_type'>,
): Promise<boolean> {
  const rows = await sql.query(
    `update media set name = $3, type = $4, bytes = $5, sha256 = $6, width = $7, height = $8, state = $9, shown_type = $10,
            is_copy = exists (select from media other where other.workspace_id = $1 and other.sha256 = $6 and other.id <> $2 and not other.is_copy)
     where workspace_id = $1 and id = $2 and state = 'fetching' returning id`,
    [
      workspaceId,
      id,
      file.name,
      file.type,
      file.bytes,
      file.sha256,
      file.width,
      file.height,
      file.state,
      file.shown_type,
    ],
  )
  return rows.length > 0
}

export const settleMedia = (
  sql: Sql,
  workspaceId: string,
  id: MediaId,
  state: MediaState,
  variants: readonly Variant[],
) =>
  sql.query('update media set state = $3, variants = $4 where workspace_id = $1 and id = $2 returning id', [
    workspaceId,
    id,
    state,
    JSON.stringify(variants),
  ])

export const findMedia = (sql: Sql, workspaceId: string, id: MediaId) =>
  sql.one<MediaRow>(`select ${columns} from media where workspace_id = $1 and id = $2`, [workspaceId, id])

export const findMediaOfBytes = (sql: Sql, workspaceId: string, sha256: string) =>
  sql.one<MediaRow>(`select ${columns} from media where workspace_id = $1 and sha256 = $2 and not is_copy`, [
    workspaceId,
    sha256,
  ])

export const findMediaOfSource = (sql: Sql, workspaceId: string, url: string) =>
  sql.one<MediaRow>(
    `select ${columns} from media where workspace_id = $1 and md5(source_url) = md5($2) and source_url = $2`,
    [workspaceId, url],
  )

export const manyMedia = (sql: Sql, workspaceId: string, ids: readonly MediaId[]): Promise<MediaRow[]> =>
  ids.length === 0
    ? Promise.resolve([])
    : sql.query<MediaRow>(`select ${columns} from media where workspace_id = $1 and id = any($2)`, [workspaceId, ids])

export async function listMedia(
  db: Database,
  workspaceId: string,
  query: string,
  { limit, offset }: { limit: number; offset: number },
): Promise<{ items: MediaRow[]; total: number }> {
  const pattern = `%${query.replace(/[\\%_]/g, '\\$&')}%`
  const where =
    "workspace_id = $1 and ($2 = '%%' or name ilike $2 or alt ilike $2 or caption ilike $2 or credit ilike $2)"
  const [items, total] = await Promise.all([
    db.query<MediaRow>(
      `select ${columns} from media where ${where} order by created_at desc, id desc limit $3 offset $4`,
      [workspaceId, pattern, limit, offset],
    ),
    db.one<{ total: number }>(`select count(*) as total from media where ${where}`, [workspaceId, pattern]),
  ])
  return { items, total: total?.total ?? 0 }
}

export type MediaWords = {
  name?: string
  alt?: string
  caption?: string
  credit?: string
  focalPoint?: { x: number; y: number } | null
}
export const describeMedia = (sql: Sql, workspaceId: string, id: MediaId, words: MediaWords) =>
  sql.one<MediaRow>(
    `update media set name = coalesce($3, name), alt = coalesce($4, alt), caption = coalesce($5, caption), credit = coalesce($6, credit),
            focal_x = case when $7 then $8 else focal_x end, focal_y = case when $7 then $9 else focal_y end
     where workspace_id = $1 and id = $2 returning ${columns}`,
    [
      workspaceId,
      id,
      words.name ?? null,
      words.alt ?? null,
      words.caption ?? null,
      words.credit ?? null,
      words.focalPoint !== undefined,
      words.focalPoint?.x ?? null,
      words.focalPoint?.y ?? null,
    ],
  )

/** Answers whether other rows still show the same bytes. */
export async function deleteMedia(sql: Sql, workspaceId: string, row: MediaRow): Promise<{ isShared: boolean }> {
  await sql.query('delete from media where workspace_id = $1 and id = $2', [workspaceId, row.id])
  if (!row.sha256) return { isShared: true }
  const [heir] = await sql.query<{ id: string; is_copy: boolean }>(
    'select id, is_copy from media where workspace_id = $1 and sha256 = $2 order by is_copy, created_at limit 1',
    [workspaceId, row.sha256],
  )
  if (heir?.is_copy)
    await sql.query('update media set is_copy = false where workspace_id = $1 and id = $2', [workspaceId, heir.id])
  return { isShared: heir !== undefined }
}
