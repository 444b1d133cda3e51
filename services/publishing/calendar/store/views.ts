/** Rows of saved views, and of links that show the calendar to people without an account. */
import type { CalendarFilters, CalendarLayout } from '@floowe/contracts/calendar'
import type { Sql } from '@floowe/platform'

export type ViewRow = {
  id: string
  name: string
  layout: CalendarLayout | null
  filters: CalendarFilters
  isShared: boolean
  revision: number
  createdBy: string
}
const columns = 'v.id, v.name, v.layout, v.filters, v.is_shared as "isShared", v.revision, v.created_by as "createdBy"'

/** One's own, and those that are shared; one's own first. */
export const listViews = (sql: Sql, workspaceId: string, actor: string): Promise<ViewRow[]> =>
  sql.query<ViewRow>(
    `select ${columns} from calendar_views v where v.workspace_id = $1 and (v.created_by = $2 or v.is_shared) order by v.created_by = $2 desc, lower(v.name), v.id limit 5000`,
    [workspaceId, actor],
  )
export const getView = (sql: Sql, workspaceId: string, id: string): Promise<ViewRow | null> =>
  sql.one<ViewRow>(`select ${columns} from calendar_views v where v.workspace_id = $1 and v.id = $2`, [workspaceId, id])
export const countViews = async (sql: Sql, workspaceId: string, actor: string): Promise<number> =>
  (
    await sql.one<{ n: number }>(
      'select count(*)::int as n from calendar_views where workspace_id = $1 and created_by = $2',
      [workspaceId, actor],
    )
  )?.n ?? 0

/** @throws unique violation `calendar_views_name` */
export const insertView = (
  sql: Sql,
  workspaceId: string,
  row: Omit<ViewRow, 'revision'> & { at: string },
): Promise<unknown> =>
  sql.query(
    'insert into calendar_views (workspace_id, id, name, layout, filters, is_shared, created_at, created_by) values ($1, $2, $3, $4, $5, $6, $7, $8)',
    [workspaceId, row.id, row.name, row.layout, JSON.stringify(row.filters), row.isShared, row.at, row.createdBy],
  )
/** @returns false: somebody else was quicker @throws unique violation `calendar_views_name` */
export const writeView = async (sql: Sql, workspaceId: string, basedOn: number, row: ViewRow): Promise<boolean> =>
  (await sql.one(
    `update calendar_views set name = $4, layout = $5, filters = $6, is_shared = $7, revision = revision + 1
     where workspace_id = $1 and id = $2 and revision = $3 returning id`,
    [workspaceId, row.id, basedOn, row.name, row.layout, JSON.stringify(row.filters), row.isShared],
  )) !== null
export const removeView = (sql: Sql, workspaceId: string, id: string): Promise<unknown> =>
  sql.query('delete from calendar_views where workspace_id = $1 and id = $2', [workspaceId, id])

export type LinkRow = {
  id: string
  kind: 'page' | 'feed'
  name: string
  filters: CalendarFilters
  zone: string
  showsTitles: boolean
  expiresAt: Date | null
  lastOpenedAt: Date | null
  createdAt: Date
  createdBy: string
}
const linkColumns = `l.id, l.kind, l.name, l.filters, l.zone, l.shows_titles as "showsTitles", l.expires_at as "expiresAt", l.last_opened_at as "lastOpenedAt", l.created_at as "createdAt",
  l.created_by as "createdBy"`

/** Those that are over are told too, as long as nobody revoked them. */
export const listLinks = (sql: Sql, workspaceId: string, limit: number): Promise<LinkRow[]> =>
  sql.query<LinkRow>(
    `select ${linkColumns} from calendar_links l where l.workspace_id = $1 and l.revoked_at is null order by l.id desc limit $2`,
    [workspaceId, limit],
  )
export const countLinks = async (sql: Sql, workspaceId: string): Promise<number> =>
  (
    await sql.one<{ n: number }>(
      'select count(*)::int as n from calendar_links where workspace_id = $1 and revoked_at is null',
      [workspaceId],
    )
  )?.n ?? 0
export const insertLink = (
  sql: Sql,
  workspaceId: string,
  row: Omit<LinkRow, 'expiresAt' | 'lastOpenedAt' | 'createdAt'> & {
    tokenHash: string
    expiresAt: string | null
    at: string
  },
): Promise<unknown> =>
  sql.query(
    `insert into calendar_links (workspace_id, id, kind, name, filters, zone, shows_titles, token_hash, expires_at, created_at, created_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      workspaceId,
      row.id,
      row.kind,
      row.name,
      JSON.stringify(row.filters),
      row.zone,
      row.showsTitles,
      row.tokenHash,
      row.expiresAt,
      row.at,
      row.createdBy,
    ],
  )
/** @returns false: there is none */
export const revokeLink = async (sql: Sql, workspaceId: string, id: string, at: string): Promise<boolean> =>
  (await sql.one(
    'update calendar_links set revoked_at = coalesce(revoked_at, $3) where workspace_id = $1 and id = $2 returning id',
    [workspaceId, id, at],
  )) !== null
/** Over all workspaces: the token is what names it. What is over or revoked is not found. */
export const openLink = (
  sql: Sql,
  tokenHash: string,
  kind: LinkRow['kind'],
  now: string,
): Promise<(LinkRow & { workspaceId: string }) | null> =>
  sql.one(
    `select l.workspace_id as "workspaceId", ${linkColumns} from calendar_links l
     where l.token_hash = $1 and l.kind = $2 and l.revoked_at is null and (l.expires_at is null or l.expires_at > $3)`,
    [tokenHash, kind, now],
  )
/** To the hour. */
export const noteOpened = (sql: Sql, workspaceId: string, id: string, at: string): Promise<unknown> =>
  sql.query(
    `update calendar_links set last_opened_at = $3 where workspace_id = $1 and id = $2 and (last_opened_at is null or last_opened_at < $3::timestamptz - interval '1 hour')`,
    [workspaceId, id, at],
  )
