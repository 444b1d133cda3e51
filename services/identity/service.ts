/** Identity: who people are and what they may do. */
import { letterJob, mailJob, type Service } from '@floowe/platform'
import { createAccounts, loadLibrary } from './accounts.ts'
import { api } from './api.ts'
import { subscriptions } from './events.ts'
import { createExchange } from './exchange.ts'
import { letterJobKind } from './invitations.ts'
import type { Means } from './means.ts'
import { digestJobKind, postDigest, startDigest } from './notifications/digest.ts'
import { webhookJobKind } from './notifications/notify.ts'
import { webhookJob } from './notifications/webhooks.ts'
import { mailResetLink, resetJobKind } from './password-resets.ts'
import { sealed } from './sealed.ts'
import { type IdentitySettings, settings } from './settings.ts'
import { createSigningKeys } from './signing-keys.ts'
import { startUpkeep } from './upkeep.ts'

export const service: Service<IdentitySettings> = {
  name: 'identity',
  settings,
  migrations: new URL('./migrations/', import.meta.url),
  sealed,
  warm: loadLibrary,
  start: async (host, { sessionDays }) => {
    const means: Means = { ...host, accounts: createAccounts(host), sessionDays }
    const signingKeys = createSigningKeys(means)
    host.serve('identity', api(means, createExchange(means, signingKeys), signingKeys))
    host.on(subscriptions(means))
    host.jobs({
      [letterJobKind]: letterJob(means),
      [resetJobKind]: mailJob((job) => mailResetLink(means, job)),
      [digestJobKind]: mailJob((job) => postDigest(means, job)),
      [webhookJobKind]: webhookJob(means),
    })
    const upkeep = startUpkeep(means)
    const digest = startDigest(means)
    return {
      stop: async () => {
        await Promise.all([upkeep.stop(), digest.stop()])
      },
    }
  },
}
