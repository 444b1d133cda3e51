/** What publishing hears: event → which function. */
import type { Cache, Subscriptions } from '@floowe/platform'
import { forgetArticle } from './calendar/store/campaigns.ts'
import { moveSettings } from './calendar/store/settings.ts'
import { forgetZone } from './calendar/zones.ts'
import { cancelOpen, type ChannelParts, ensureSiteChannel } from './channels.ts'
import { forgetWorkspace } from './store/channels.ts'
import { forgetTexts, markOutdated } from './store/deliveries.ts'

export const subscriptions = (parts: Pick<ChannelParts, 'clock' | 'ids'> & { cache: Cache }): Subscriptions => ({
  'identity.workspace-created': (event, tx) => ensureSiteChannel(parts, tx, event.workspaceId),
  'identity.workspace-updated': async (event, tx) => {
    await moveSettings(tx, event.workspaceId, event.data.zone)
    tx.afterCommit(() => void forgetZone(parts, event.workspaceId))
  },
  'identity.workspace-removed': (event, tx) => forgetWorkspace(tx, event.workspaceId),
  'content.edition-saved': {
    batch: async (events, tx) => {
      // The last save of each says it for those before it.
      const last = new Map(events.map((event) => [event.data.editionId, event]))
      for (const { workspaceId, at, data } of last.values())
        await markOutdated(tx, workspaceId, data.editionId, { versionId: data.versionId, at })
    },
  },
  'content.article-trashed': (event, tx) => cancelOpen(tx, event, { articleId: event.data.articleId }),
  'content.article-deleted': async (event, tx) => {
    await cancelOpen(tx, event, { articleId: event.data.articleId })
    await forgetTexts(tx, event.workspaceId, event.data.articleId)
    await forgetArticle(tx, event.workspaceId, event.data.articleId)
  },
})
