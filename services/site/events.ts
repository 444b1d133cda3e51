/** What the site hears: workspaces come, change and go; so do channels that are feeds. */
import type { Host, Subscriptions } from '@floowe/platform'
import type { OwnFeeds } from './own-feeds.ts'
import type { Sites } from './sites.ts'
import { deleteSite, followWorkspace, insertSite } from './store/sites.ts'

export const subscriptions = (host: Host, sites: Sites, ownFeeds: OwnFeeds): Subscriptions => ({
  'identity.workspace-created': async ({ data }, tx) => insertSite(tx, data, host.clock.instant()),
  'identity.workspace-updated': async ({ data }, tx) => {
    await followWorkspace(tx, data)
    await sites.noteChange(tx, data.id)
  },
  'identity.workspace-removed': async ({ workspaceId }, tx) => {
    await deleteSite(tx, workspaceId)
    tx.afterCommit(() => sites.freshness.observed(workspaceId, null))
  },
  'publishing.channel-changed': async ({ workspaceId, data: { channelId, name, network, state } }, tx) => {
    if (network === 'feed')
      await ownFeeds.follow(tx, workspaceId, { channelId, name }, state === 'removed' ? 'closed' : 'open')
  },
})
