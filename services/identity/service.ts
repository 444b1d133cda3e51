/** Identity: who people are and what they may do. */
import type { Service } from '@floowe/platform'
import { createAccounts, loadLibrary } from './accounts.ts'
import { api } from './api.ts'
import { auditSubscriptions } from './audit.ts'
import { createExchange } from './exchange.ts'
import { letterJobKind, sendLetter } from './invitations.ts'
import type { Means } from './means.ts'
import { mailResetLink, resetJobKind } from './password-resets.ts'
import { mailJob } from './post.ts'
import { type IdentitySettings, settings } from './settings.ts'
import { createSigningKeys } from './signing-keys.ts'
import { startUpkeep } from './upkeep.ts'

export const service: Service<IdentitySettings> = {
  name: 'identity',
  settings,
  migrations: new URL('./migrations/', import.meta.url),
  warm: loadLibrary,
  start: async (host, { sessionDays }) => {
    const means: Means = { ...host, accounts: createAccounts(host), sessionDays }
    const signingKeys = createSigningKeys(means)
    host.serve('identity', api(means, createExchange(means, signingKeys), signingKeys))
    host.on(auditSubscriptions(means))
    host.jobs({
      [letterJobKind]: mailJob((job) => sendLetter(means, job)),
      [resetJobKind]: mailJob((job) => mailResetLink(means, job)),
    })
    const upkeep = startUpkeep(means)
    return { stop: upkeep.stop }
  },
}
