/** What the ideas of this service work with, and in whose name. */
import type { Call, Host, NewEvent, Transaction } from '@floowe/platform'
import type { Accounts } from './accounts.ts'

export type Means = Pick<
  Host,
  'db' | 'clock' | 'ids' | 'sealer' | 'mail' | 'outbound' | 'rateLimits' | 'publicUrl' | 'log'
> & {
  accounts: Accounts
  sessionDays: number
}

/** How events name who caused them. */
export type By = { actor: string; requestId: string }

export const by = (call: Call): By => ({ actor: call.caller.actor, requestId: call.requestId })

type Told<Name> = NewEvent extends infer Event
  ? Event extends { name: Name }
    ? Omit<Event, 'name' | 'actor' | 'requestId' | 'workspaceId'>
    : never
  : never

/** Writes an event of one workspace beside its fact. */
export const tell = <Name extends NewEvent['name']>(
  tx: Transaction,
  who: By,
  workspaceId: string,
  name: Name,
  event: Told<Name>,
): Promise<void> => tx.emit({ ...event, name, workspaceId, ...who } as NewEvent) // the parts of one event of this name, put together again

export const later = (atMs: number, ms: number): string => new Date(atMs + ms).toISOString()

export const minuteMs = 60_000
export const hourMs = 60 * minuteMs
export const dayMs = 24 * hourMs

/** The answer of an operation that only does something. */
export type Nothing = Record<string, never>
