/** What the site answers: the one place where the contract meets the ideas. */
import type { Contracts } from '@floowe/contracts/index'
import type { Api, Call, Host } from '@floowe/platform'
import type { OwnFeeds } from './own-feeds.ts'
import type { Redirects } from './redirects.ts'
import type { Sites } from './sites.ts'
import type { Snapshots } from './snapshots.ts'
import { liveEditionsOf } from './store/editions.ts'
import type { SiteChange } from './store/sites.ts'

type Parts = { host: Host; sites: Sites; snapshots: Snapshots; redirects: Redirects; ownFeeds: OwnFeeds }
const by = (call: Call): { actor: string; requestId: string } => ({
  actor: call.caller.actor,
  requestId: call.requestId,
})

export function createApi({ host, sites, snapshots, redirects, ownFeeds }: Parts): Api<Contracts['site']> {
  return {
    getSiteSettings: async (_input, call) => sites.settingsOf(await sites.ensured(call.workspaceId)),
    updateSiteSettings: async ({ logoId, ...given }, call) => {
      const change: SiteChange = given
      if (logoId !== undefined) change.logo = logoId === null ? null : await logoOf(logoId, call)
      return sites.settingsOf(await sites.change(call.workspaceId, by(call), change))
    },
    getLiveEditions: async ({ articleId }, call) => {
      const addresses = sites.addressesOf(await sites.ensured(call.workspaceId))
      const rows = await liveEditionsOf(host.db, call.workspaceId, articleId)
      return rows.map((row) => ({
        articleId,
        editionId: row.edition_id as never,
        language: row.language,
        title: row.title,
        url: addresses.full(addresses.article(row.language, row.slug)), // ids come back as they were given; the border checks them
        snapshotId: row.snapshot_id as never,
        versionId: row.version_id ?? '',
        publishedAt: row.published_at.toISOString(),
        updatedAt: row.updated_at.toISOString(),
      }))
    },
    listRedirects: (page, call) => redirects.list(call.workspaceId, page),
    addRedirect: (input, call) => redirects.add(call.workspaceId, input),
    removeRedirect: async ({ from }, call) => {
      await redirects.remove(call.workspaceId, from)
      return {}
    },
    listHosts: () => sites.hosts(),
    editionAddresses: async ({ editions }, call) => {
      const addresses = sites.addressesOf(await sites.ensured(call.workspaceId))
      return editions.map(({ language, slug }) => addresses.full(addresses.article(language, slug)))
    },
    putSnapshot: (input, call) => snapshots.put(call.workspaceId, input, by(call)),
    removeSnapshot: (input, call) => snapshots.remove(call.workspaceId, input, by(call)),
    openFeed: (input, call) => ownFeeds.open(call.workspaceId, input),
    putFeedEntry: (input, call) => ownFeeds.put(call.workspaceId, input),
    removeFeedEntry: (input, call) => ownFeeds.remove(call.workspaceId, input),
  }

  async function logoOf(
    logoId: Parameters<typeof host.call.content.getMedia>[0]['id'],
    call: Call,
  ): Promise<SiteChange['logo']> {
    const media = await host.call.content.getMedia({ id: logoId }, { caller: call.caller, requestId: call.requestId })
    return { mediaId: media.id, url: media.url, width: media.width, height: media.height }
  }
}
