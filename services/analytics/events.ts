/** What analytics hears: what is published, and workspaces that change or go. */
import type { Host, Subscriptions } from '@floowe/platform'
import type { Collection } from './collection.ts'
import type { Places } from './places.ts'
import { deleteWorkspace, learnEdition } from './store.ts'

export const subscriptions = (host: Host, places: Places, collection: Collection): Subscriptions => ({
  'publishing.delivery-published': async ({ workspaceId, data }, tx) => {
    await learnEdition(
      tx,
      workspaceId,
      { editionId: data.editionId, articleId: data.articleId, language: data.language, title: data.title },
      host.clock.instant(),
    )
    tx.afterCommit(() => places.forgetArticle(workspaceId, data.articleId))
  },
  'identity.workspace-updated': async ({ workspaceId }) => places.forgetWorkspace(workspaceId),
  'identity.workspace-removed': async ({ workspaceId }, tx) => {
    collection.forgetWorkspace(workspaceId)
    await deleteWorkspace(tx, workspaceId)
    tx.afterCommit(() => {
      places.forgetWorkspace(workspaceId)
      places.forgetAll()
    })
  },
})
