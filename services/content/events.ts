/** What content hears: its own texts, to keep the search index; what was published; workspaces that end. */
import type { Host, Subscriptions } from '@floowe/platform'
import type { Editions } from './editions.ts'
import type { Search } from './search.ts'
import { forgetTicks } from './store/checklists.ts'
import type { Store } from './store/port.ts'
import type { Writing } from './writing/writing.ts'

/** The job that deletes the files of a workspace that is gone. */
export const removeFilesJob = 'content.remove-files'

const tables = [
  'writing',
  'comment_threads',
  'search_entries',
  'preview_links',
  'import_media',
  'import_items',
  'imports',
  'media',
  'terms',
  'checklist_ticks',
  'checklists',
] as const

export function subscriptions({
  search,
  editions,
  store,
  writing,
}: {
  search: Search
  editions: Editions
  store: Store
  writing: Writing
}): Subscriptions {
  return {
    'content.edition-saved': {
      batch: async (events, tx) => {
        for (const [workspaceId, own] of Map.groupBy(events, (event) => event.workspaceId)) {
          const revisions = new Map(own.map(({ data }) => [data.editionId, data.revision]))
          const autosaved = own.filter(({ data }) => data.reason === 'autosaved').map(({ data }) => data.editionId)
          const busy = await writing.busy(workspaceId, autosaved)
          await search.follow(tx, workspaceId, new Map([...revisions].filter(([id]) => !busy.has(id))))
          await writing.follow(workspaceId, revisions)
        }
      },
    },
    'content.article-trashed': async (event, tx) =>
      void (await search.setTrashed(tx, event.workspaceId, event.data.articleId, true)),
    'content.article-restored': async (event, tx) =>
      void (await search.setTrashed(tx, event.workspaceId, event.data.articleId, false)),
    'content.article-deleted': async (event, tx) => {
      await search.forget(tx, event.workspaceId, event.data.articleId)
      await tx.query('delete from preview_links where workspace_id = $1 and article_id = $2', [
        event.workspaceId,
        event.data.articleId,
      ])
      await forgetTicks(tx, event.workspaceId, event.data.articleId)
      for (const table of ['writing', 'comment_threads'])
        await tx.query(`delete from ${table} where workspace_id = $1 and article_id = $2`, [
          event.workspaceId,
          event.data.articleId,
        ])
    },
    'publishing.delivery-published': (event) => editions.keepSlug(event.workspaceId, event.data.editionId),
    'identity.workspace-removed': async (event, tx) => {
      const workspaceId = event.data.id
      await store.upkeep.removeWorkspace(workspaceId)
      for (const table of tables) await tx.query(`delete from ${table} where workspace_id = $1`, [workspaceId])
      await tx.enqueue({ kind: removeFilesJob, workspaceId, input: {} })
    },
  }
}

/** Deletes every file of a workspace. May run again. */
export async function removeFiles({ blobs, log }: Host, workspaceId: string, signal: AbortSignal): Promise<void> {
  const files = blobs.within(workspaceId)
  // A thousand at a time, at most ten million.
  for (let piece = 0; piece < 10_000 && !signal.aborted; piece++) {
    const { items } = await files.list('', { limit: 1000 })
    if (items.length === 0) return
    for (const { key } of items) await files.delete(key)
  }
  log.warn('files of a removed workspace are left', { workspaceId })
}
