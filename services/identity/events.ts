/** What identity hears: everything, for the audit log; what a person should know becomes a notification, too. */
import type { EventEnvelope } from '@floowe/contracts/events'
import type { Subscriptions, Transaction } from '@floowe/platform'
import { auditedEvents, createAuditor } from './audit.ts'
import type { Means } from './means.ts'
import { hearForPeople } from './notifications/notify.ts'

export function subscriptions(means: Means): Subscriptions {
  const audit = createAuditor(means)
  const handler = {
    batch: async (heard: readonly EventEnvelope[], tx: Transaction): Promise<void> => {
      await audit(heard, tx)
      await hearForPeople(means, heard, tx)
    },
  }
  return Object.fromEntries(auditedEvents.map((name) => [name, handler]))
}
