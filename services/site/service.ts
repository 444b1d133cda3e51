/** The public site and the content API: what readers see. It knows only snapshots. */
import type { Service } from '@floowe/platform'
import { createApi } from './api.ts'
import { contentApiPrefix, registerContentApi } from './content-api.ts'
import { subscriptions } from './events.ts'
import { createFreshness } from './freshness.ts'
import { createOwnFeeds } from './own-feeds.ts'
import { createPublicSite } from './public-site.ts'
import { createRedirects } from './redirects.ts'
import { createSearch } from './search.ts'
import { createAnswers } from './serving.ts'
import { type SiteServiceSettings, siteSettings } from './settings.ts'
import { assetsPrefix, registerSite, robotsPath, sitePrefix } from './site-routes.ts'
import { createSites } from './sites.ts'
import { createSnapshots } from './snapshots.ts'
import { loadTheme } from './theme/theme.ts'

export const service: Service<SiteServiceSettings> = {
  name: 'site',
  settings: siteSettings,
  migrations: new URL('./migrations/', import.meta.url),
  start: async (host, settings) => {
    const theme = await loadTheme()
    const freshness = createFreshness({ db: host.db, clock: host.clock, log: host.log, holder: host.ids.next() })
    const sites = createSites(host, freshness)
    const search = createSearch(host.db)
    const snapshots = createSnapshots(host, sites, search)
    const redirects = createRedirects(host, sites)
    const answers = createAnswers({ bytesMax: settings.cacheBytesMax, revisionOf: freshness.known })
    const ownFeeds = createOwnFeeds(host, sites)
    const publicSite = createPublicSite({ host, sites, search, ownFeeds, theme })
    const { sharedCacheSeconds, searchesPerMinute } = settings

    host.serve('site', createApi({ host, sites, snapshots, redirects, ownFeeds }))
    host.on(subscriptions(host, sites, ownFeeds))
    host.routes([sitePrefix, assetsPrefix, robotsPath], (http) =>
      registerSite(http, { host, sites, answers, publicSite, theme, sharedCacheSeconds, searchesPerMinute }),
    )
    host.routes([contentApiPrefix], (http) => registerContentApi(http, { host, sites, answers, sharedCacheSeconds }))
    return { stop: freshness.stop }
  },
}
