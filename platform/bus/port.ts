/** Takes events from outboxes to inboxes, at least once, in order per key. */
import type { EventEnvelope } from '@floowe/contracts/events'

export type Bus = {
  /** `accept` keeps the events durably before it resolves. One subscription per listener. */
  subscribe: (
    listener: string,
    names: readonly string[],
    accept: (events: readonly EventEnvelope[]) => Promise<void>,
  ) => Promise<void>
  /** Resolves when every listener (or the broker) has the events durably; throws otherwise, and the relay tries again. */
  publish: (events: readonly EventEnvelope[]) => Promise<void>
  close: () => Promise<void>
}
