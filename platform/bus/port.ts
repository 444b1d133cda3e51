/** Takes events from outboxes to inboxes, at least once, in order per key. */
import type { EventEnvelope } from '@floowe/contracts/events'

export type Bus = {
  /**
   * `accept` keeps the events durably before it resolves; when it throws, the same events come again. One subscription per
   * listener in a process; processes that subscribe as the same listener share its events. A listener gets all that is
   * published after its first subscription ever, also while it is away. Resolves when it is subscribed, or, while the
   * broker is away, after a few seconds: then that happens later.
   */
  subscribe: (
    listener: string,
    names: readonly string[],
    accept: (events: readonly EventEnvelope[]) => Promise<void>,
  ) => Promise<Subscription>
  /** Resolves when every listener (or the broker) has the events durably; throws otherwise, and the relay tries again. */
  publish: (events: readonly EventEnvelope[]) => Promise<void>
  /**
   * How long outboxes and inboxes gather what comes before their next batch. In one process a batch costs what a save costs,
   * on the same processor; between processes the way is long enough without waiting.
   */
  readonly restMs: number
  /** Whether events can travel now. False costs delay, nothing else. */
  isConnected: () => boolean
  /** Runs `work` whenever events can travel again; the returned function ends that. */
  whenBack: (work: () => void) => () => void
  /** How many events each listener of this process has yet to be handed. Throws when that cannot be known. */
  waiting: () => Promise<ReadonlyMap<string, number>>
  /** Ends all subscriptions, then lets go of the broker. May be repeated. */
  close: () => Promise<void>
}

export type Subscription = {
  /**
   * Nothing more is handed over, and what was is finished when this resolves. The listener's events wait for its next
   * subscription.
   */
  end: () => Promise<void>
}
