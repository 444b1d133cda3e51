/** What a run needs of an installation, whatever its shape. */
import type { ServiceWord } from '../client.ts'

export type Kind = 'kill' | 'server' | 'network' | 'disk'
export type Fault = {
  /** `kill content`, `restart rabbitmq`; what is counted and printed. */
  name: string
  kind: Kind
  /** Whose requests must be under way for a kill to count. */
  through: ServiceWord | 'any'
  /** Two faults in the same place never overlap. */
  place: string
  /** A kill does its work before it first waits. Resolves when the cause is over. */
  strike: () => void | Promise<void>
  /** Whether what was hit is well again. */
  isWell: () => Promise<boolean>
}

export type Subject = {
  shape: 'all-in-one' | 'cluster'
  url: string
  setupCode: string
  credential: string
  faults: readonly Fault[]
  /** Faults of so many places may overlap. */
  lanes: number
  isWell: () => Promise<boolean>
  logFolder: string
  stop: () => Promise<void>
}

/** On top of the standard ones, for both shapes: a load asks more often than people do, and a run has no time for long pauses. */
export const loadVariables: Readonly<Record<string, string>> = {
  FLOOWE_OUTBOUND_ALLOW: '127.0.0.1/32',
  FLOOWE_REQUESTS_PER_MINUTE: '1000000',
  FLOOWE_ANONYMOUS_REQUESTS_PER_MINUTE: '1000000',
  FLOOWE_SENSITIVE_PER_MINUTE: '10000',
  FLOOWE_ANALYTICS_VIEWS_PER_MINUTE: '1000000',
  FLOOWE_PUBLISHING_RETRY_PAUSE_MS: '200',
  FLOOWE_PUBLISHING_LEASE_MS: '3000',
  FLOOWE_PUBLISHING_TIMEOUT_MS: '2000',
  FLOOWE_PUBLISHING_ATTEMPTS_MAX: '50',
}

export async function answersReady(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(1_000) })
    await answer.arrayBuffer()
    return answer.status === 200
  } catch {
    return false
  }
}
