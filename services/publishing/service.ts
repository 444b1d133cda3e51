/** Publishing: what goes out, when, and what became of it. Joins the pieces beside this file. */
import { letterJob, type Service } from '@floowe/platform'
import { approvalLetterKind } from './approvals/letters.ts'
import { createApi } from './api.ts'
import { createDelivery } from './delivery.ts'
import { subscriptions } from './events.ts'
import { createNetworks } from './networks/catalogue.ts'
import { listenForBounces } from './newsletter/bounce-listener.ts'
import { confirmationJob, confirmationKind } from './newsletter/confirmations.ts'
import { createNewsletters } from './newsletter/newsletters.ts'
import { serveNewsletters } from './newsletter/routes.ts'
import { startUpkeep } from './newsletter/upkeep.ts'
import { newsletterPrefix } from './newsletter/writing.ts'
import { serveFeeds } from './calendar/feed.ts'
import { calendarImportKind, importJob } from './calendar/imports.ts'
import { feedPrefix } from './calendar/links.ts'
import { startMaking } from './calendar/series-making.ts'
import { sealed } from './sealed.ts'
import { type Settings, settings } from './settings.ts'
import { createVerifying } from './verifying.ts'
import { createWatch } from './watch.ts'

export const service: Service<Settings> & { name: 'publishing' } = {
  name: 'publishing',
  settings,
  migrations: new URL('./migrations/', import.meta.url),
  sealed,
  start: async (host, settings) => {
    const newsletters = createNewsletters(host, settings)
    const networks = createNetworks({ ...host, newsletters }, settings)
    const watch = createWatch(host, { holdFirst: settings.holdAtStart, zoneData: process.versions.tz ?? '' })
    const delivery = createDelivery({ ...host, settings, networks, watch })
    host.serve('publishing', createApi({ ...host, settings, networks, delivery, newsletters }))
    const verifying = createVerifying({ ...host, networks })
    host.on(subscriptions(host))
    const planning = { ...host, settings, networks, wake: delivery.wake }
    const series = startMaking(planning)
    host.jobs({
      [calendarImportKind]: importJob(planning),
      [approvalLetterKind]: letterJob(host),
      [confirmationKind]: confirmationJob({ ...host, ...newsletters }),
    })
    host.routes([newsletterPrefix], serveNewsletters({ ...host, settings }))
    host.routes([feedPrefix], serveFeeds(host))
    const { bounces } = settings
    const listener = bounces ? await listenForBounces({ ...host, bounces }) : null
    const upkeep = startUpkeep({ ...host, settings })
    return {
      begin: () => {
        delivery.begin()
        verifying.wake()
        series.wake()
      },
      stop: async () => {
        await Promise.all([delivery.stop(), verifying.stop(), series.stop(), upkeep.stop(), listener?.stop()])
      },
      abandon: () => {
        delivery.abandon()
        verifying.abandon()
        void series.stop()
        void upkeep.stop()
        void listener?.stop()
      },
    }
  },
}
