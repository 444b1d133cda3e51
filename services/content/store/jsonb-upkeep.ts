/** Housekeeping over the rows of all workspaces. */
import type { ArticleId } from '@floowe/contracts/vocabulary'
import type { Database } from '@floowe/platform'
import type { StoreUpkeep } from './port.ts'

export const upkeepIn = (db: Database): StoreUpkeep => ({
  trashedBefore: (instant) =>
    db.query<{ workspaceId: string; articleId: ArticleId }>(
      'select workspace_id as "workspaceId", id as "articleId" from articles where trashed_at < $1 order by trashed_at limit 100',
      [instant],
    ),
  thinVersions: async (instant) => {
    const gone = await db.query(
      `delete from versions v using (
         select v.workspace_id, v.id from versions v join editions e on e.workspace_id = v.workspace_id and e.id = v.edition_id
         where v.reason = 'autosaved' and not v.is_frozen and v.created_at < $1 and e.version_id <> v.id
           and exists (select from versions later where later.workspace_id = v.workspace_id and later.edition_id = v.edition_id and later.number > v.number
                         and (later.created_at at time zone 'UTC')::date = (v.created_at at time zone 'UTC')::date)
         limit 1000
       ) old where v.workspace_id = old.workspace_id and v.id = old.id returning v.id`,
      [instant],
    )
    return gone.length
  },
  removeWorkspace: (workspaceId) =>
    db.transaction(async (tx) => {
      await tx.query('delete from articles where workspace_id = $1', [workspaceId])
      await tx.query('delete from templates where workspace_id = $1', [workspaceId])
    }),
})
