/** What it brought: visits counted by Floowe's own cookieless tracker. */
import type { Service } from '@floowe/platform'
import { createApi } from './api.ts'
import { createCollection } from './collection.ts'
import { createDays } from './days.ts'
import { subscriptions } from './events.ts'
import { createFigures } from './figures.ts'
import { createPlaces } from './places.ts'
import { type AnalyticsSettings, analyticsSettings } from './settings.ts'
import { loadTracker } from './tracker.ts'
import { registerTracking, trackingPrefix } from './tracking.ts'

export const service: Service<AnalyticsSettings> = {
  name: 'analytics',
  settings: analyticsSettings,
  migrations: new URL('./migrations/', import.meta.url),
  start: async (host, settings) => {
    const tracker = await loadTracker()
    const days = createDays()
    const places = createPlaces(host)
    const collection = createCollection(host, places, days)
    const figures = createFigures(host, { places, collection, days })

    host.serve('analytics', createApi(host, figures))
    host.on(subscriptions(host, places, collection))
    host.routes([trackingPrefix], (http) =>
      registerTracking(http, { host, places, collection, tracker, viewsPerMinute: settings.viewsPerMinute }),
    )
    return { stop: collection.stop }
  },
}
