/**
 * How events are declared. An event is a fact in the past tense, written in the same transaction as the fact
 * and delivered at least once, in order per key.
 */
import type { z } from 'zod'

/** The events of one service: name (`content.edition-saved`) → shape of its data. */
export type EventMap = Record<string, z.ZodType>

/** What every listener receives. `key` orders: events with the same key arrive in the order they were written. */
export type EventEnvelope<Name extends string = string, Data = unknown> = {
  id: string
  name: Name
  workspaceId: string
  key: string
  at: string
  /** Who caused it: a UserId, `key:<KeyId>`, or `service:<name>`. */
  actor: string
  requestId: string | null
  /** Of which trace it is a part: the `traceparent` of the work that wrote it (W3C Trace Context). */
  trace?: string
  data: Data
}

export type EventOf<Map extends EventMap, Name extends keyof Map & string> = EventEnvelope<Name, z.infer<Map[Name]>>
