/** Rows of checklists: the list of a workspace, and what people have ticked. */
import type { Checklist, ChecklistItem } from '@floowe/contracts/checklists'
import type { ArticleId, EditionId } from '@floowe/contracts/vocabulary'
import type { Sql } from '@floowe/platform'

const none: Checklist = { items: [], revision: 0 }

export const readChecklist = async (sql: Sql, workspaceId: string): Promise<Checklist> =>
  (await sql.one<Checklist>('select items, revision from checklists where workspace_id = $1', [workspaceId])) ?? none

/** False when somebody else has changed it since `basedOn`. */
export async function writeChecklist(
  sql: Sql,
  workspaceId: string,
  items: readonly ChecklistItem[],
  basedOn: number,
): Promise<boolean> {
  const values = [workspaceId, JSON.stringify(items)]
  const rows =
    basedOn === 0
      ? await sql.query(
          'insert into checklists (workspace_id, items, revision) values ($1, $2, 1) on conflict do nothing returning revision',
          values,
        )
      : await sql.query(
          'update checklists set items = $2, revision = revision + 1 where workspace_id = $1 and revision = $3 returning revision',
          [...values, basedOn],
        )
  return rows.length > 0
}

export const dropOtherTicks = (sql: Sql, workspaceId: string, itemIds: readonly string[]): Promise<unknown> =>
  sql.query('delete from checklist_ticks where workspace_id = $1 and not (item_id = any($2))', [workspaceId, itemIds])

export type TickRow = { itemId: string; doneAt: Date; doneBy: string }
export const readTicks = (sql: Sql, workspaceId: string, editionId: EditionId): Promise<TickRow[]> =>
  sql.query<TickRow>(
    'select item_id as "itemId", done_at as "doneAt", done_by as "doneBy" from checklist_ticks where workspace_id = $1 and edition_id = $2 limit 1000',
    [workspaceId, editionId],
  )

/** False when it is ticked already. */
export const tick = async (
  sql: Sql,
  workspaceId: string,
  of: { editionId: EditionId; articleId: ArticleId; itemId: string },
  by: { at: string; actor: string },
): Promise<boolean> =>
  (
    await sql.query(
      `insert into checklist_ticks (workspace_id, edition_id, item_id, article_id, done_at, done_by) values ($1, $2, $3, $4, $5, $6)
       on conflict do nothing returning item_id`,
      [workspaceId, of.editionId, of.itemId, of.articleId, by.at, by.actor],
    )
  ).length > 0

/** False when it was not ticked. */
export const untick = async (
  sql: Sql,
  workspaceId: string,
  of: { editionId: EditionId; itemId: string },
): Promise<boolean> =>
  (
    await sql.query(
      'delete from checklist_ticks where workspace_id = $1 and edition_id = $2 and item_id = $3 returning item_id',
      [workspaceId, of.editionId, of.itemId],
    )
  ).length > 0

export const forgetTicks = (sql: Sql, workspaceId: string, articleId: ArticleId): Promise<unknown> =>
  sql.query('delete from checklist_ticks where workspace_id = $1 and article_id = $2', [workspaceId, articleId])
