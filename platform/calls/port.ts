/** How an encoded request reaches a service: in this process, or over HTTP. */
import type { ServiceName } from '@floowe/contracts/index'
import type { StandardLazyRequest, StandardResponse } from '@orpc/standard-server'

/** `rpc`: `/operation`, between services and from the web app. `rest`: the paths of the contract, from the outside. */
export type Door = 'rpc' | 'rest'

export type Transport = {
  /** Answers null when the service has no such operation. Throws `Refusal('unavailable')` when it is not there. */
  send: (service: ServiceName, door: Door, request: StandardLazyRequest) => Promise<StandardResponse | null>
}

/** What one service answers with. Made by `endpoint.ts`. */
export type Endpoint = (door: Door, request: StandardLazyRequest) => Promise<StandardResponse | null>

/** Headers of inner requests and answers. The gateway removes whatever a client sends under these names. */
export const innerHeaders = {
  requestId: 'floowe-request-id',
  client: 'floowe-client',
  credential: 'floowe-credential',
  session: 'floowe-session',
  /** Set by the gateway: operations between services are not found through it. */
  front: 'floowe-front',
  /** The id behind an Idempotency-Key. */
  once: 'floowe-once',
} as const
