/** How often costly or tempting things may be done, beyond the gateway's limits on requests. */
import { refuse } from '@floowe/platform'
import type { Means } from './means.ts'

/** Refuses too-many-requests. */
export async function allow({ rateLimits }: Means, key: string, limit: number, windowSeconds: number): Promise<void> {
  const answer = await rateLimits.consume(`identity:${key}`, { limit, windowSeconds })
  if (!answer.allowed) refuse('too-many-requests', { retryAfterSeconds: answer.resetSeconds })
}
