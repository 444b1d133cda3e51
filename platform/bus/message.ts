/** An event as a message of the broker: JSON, checked when it comes, because others may write to a queue too. */
import type { EventEnvelope } from '@floowe/contracts/events'
import { z } from 'zod'

/** Its own type, so that the client library leaves the bytes alone. */
export const contentType = 'application/vnd.floowe.event+json'

const shape = z.strictObject({
  id: z.uuid(),
  name: z.string().min(1),
  workspaceId: z.uuid(),
  key: z.string(),
  at: z.iso.datetime(),
  actor: z.string(),
  requestId: z.string().nullable(),
  trace: z.string().optional(),
  data: z.unknown(),
})

/** What no text of a database can hold, written as JSON: a zero, or half of a pair. A backslash before it makes it harmless. */
const unstorable = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/i

export const encodeEvent = (event: EventEnvelope): Buffer => Buffer.from(JSON.stringify(event), 'utf8')

/** Null when it is none, or none that an inbox could ever keep: asking for it again would not help. */
export function decodeEvent(body: unknown): EventEnvelope | null {
  if (!(body instanceof Uint8Array)) return null
  try {
    const parsed = shape.safeParse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)))
    return parsed.success && !unstorable.test(JSON.stringify(parsed.data)) ? parsed.data : null
  } catch {
    return null
  }
}
