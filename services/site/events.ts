/** What the site hears: workspaces come, change and go. */
import type { Host, Subscriptions } from '@floowe/platform'
import type { Sites } from './sites.ts'
import { deleteSite, followWorkspace, insertSite } from './store/sites.ts'

export const subscriptions = (host: Host, sites: Sites): Subscriptions => ({
  'identity.workspace-created': async ({ data }, tx) => insertSite(tx, data, host.clock.instant()),
  'identity.workspace-updated': async ({ data }, tx) => {
    await followWorkspace(tx, data)
    await sites.noteChange(tx, data.id)
  },
  'identity.workspace-removed': async ({ workspaceId }, tx) => {
    await deleteSite(tx, workspaceId)
    tx.afterCommit(() => sites.freshness.observed(workspaceId, null))
  },
})
