/** Publishing: what goes out, when, and what became of it. Joins the pieces beside this file. */
import { letterJob, type Service } from '@floowe/platform'
import { approvalLetterKind } from './approvals/letters.ts'
import { createApi } from './api.ts'
import { createDelivery } from './delivery.ts'
import { subscriptions } from './events.ts'
import { createNetworks } from './networks/catalogue.ts'
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
    const networks = createNetworks(host, settings)
    const watch = createWatch(host, { holdFirst: settings.holdAtStart, zoneData: process.versions.tz ?? '' })
    const delivery = createDelivery({ ...host, settings, networks, watch })
    host.serve('publishing', createApi({ ...host, settings, networks, delivery }))
    const verifying = createVerifying({ ...host, networks })
    host.on(subscriptions(host))
    host.jobs({ [approvalLetterKind]: letterJob(host) })
    return {
      begin: () => {
        delivery.begin()
        verifying.wake()
      },
      stop: async () => {
        await Promise.all([delivery.stop(), verifying.stop()])
      },
      abandon: () => {
        delivery.abandon()
        verifying.abandon()
      },
    }
  },
}
