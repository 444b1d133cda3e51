/**
 * Calls to other services: one function for each operation, always encoded, always with a token and a deadline.
 * A person's or key's own token is passed on unchanged; in its own name a service trades its proof at identity for a
 * token limited to one workspace.
 */
import { createHmac } from 'node:crypto'
import { contracts, type ServiceName } from '@floowe/contracts/index'
import { createORPCClient, ORPCError } from '@orpc/client'
import { StandardRPCLink } from '@orpc/client/standard'
import type { StandardLazyResponse, StandardRequest } from '@orpc/standard-server'
import { LRUCache } from 'lru-cache'
import { Refusal } from '../errors.ts'
import type { As, Calls } from '../service.ts'
import { WireBody } from './inner-http.ts'
import { innerHeaders, type Transport } from './port.ts'
import { remainingMs } from './trail.ts'

const callMsMax = 30_000
type LinkContext = { token: string | null; requestId: string }

/** The proof by which identity knows a service: its name and a keyed hash of it. @param key derived from the installation's secret */
export const serviceProof = (service: string, key: Buffer): string =>
  `${service}.${createHmac('sha256', key).update(service).digest('base64url')}`

export function createCalls(options: {
  from: string
  proofKey: Buffer
  transport: Transport
  nowMs: () => number
}): Calls {
  const { from, transport, nowMs } = options
  const tokens = new LRUCache<string, { token: string; expiresAt: number }>({ max: 2_000 })
  const proof = serviceProof(from, options.proofKey)

  const clientOf = (
    service: ServiceName,
  ): Record<string, (input: unknown, options: { context: LinkContext; signal: AbortSignal }) => Promise<unknown>> => {
    const link = new StandardRPCLink<LinkContext>(
      { call: (request) => send(transport, service, request) },
      {
        url: `http://${service}.inner`,
        method: 'POST',
        headers: ({ context }) => ({
          [innerHeaders.requestId]: context.requestId,
          ...(context.token ? { authorization: `Bearer ${context.token}` } : {}),
        }),
      },
    )
    return createORPCClient(link) as never // typed operation by operation below
  }

  const calls = {} as Record<ServiceName, Record<string, (input: unknown, as: As) => Promise<unknown>>>
  for (const service of Object.keys(contracts) as ServiceName[]) {
    const client = clientOf(service)
    const operations: Record<string, (input: unknown, as: As) => Promise<unknown>> = {}
    for (const operation of Object.keys(contracts[service])) {
      operations[operation] = async (input, as) => {
        const needsNone = service === 'identity' && (operation === 'exchange' || operation === 'publicKeys')
        const token = needsNone ? null : 'caller' in as ? as.caller.token : await ownToken(as.workspaceId)
        try {
          return await client[operation]?.(input, {
            context: { token, requestId: as.requestId ?? '-' },
            signal: AbortSignal.timeout(remainingMs(callMsMax)),
          })
        } catch (error) {
          throw asRefusal(error)
        }
      }
    }
    calls[service] = operations
  }

  const ownToken = async (workspaceId: string | null): Promise<string> => {
    const known = tokens.get(workspaceId ?? '')
    // Half a token's life is left as room for the work that carries it.
    if (known && known.expiresAt - nowMs() > 30_000) return known.token
    const answer = (await calls.identity['exchange']?.(
      { kind: 'service', credential: proof, workspace: workspaceId },
      { workspaceId: null },
    )) as { token: string; expiresAt: number } // the contract's own output
    tokens.set(workspaceId ?? '', answer)
    return answer.token
  }
  return calls as unknown as Calls // built operation by operation from the same contracts that type it
}

async function send(
  transport: Transport,
  service: ServiceName,
  request: StandardRequest,
): Promise<StandardLazyResponse> {
  const answer = await transport.send(service, 'rpc', { ...request, body: async () => encoded(request.body) })
  if (!answer) throw new Refusal('not-found')
  const { body } = answer as { body: unknown }
  return { ...answer, body: async () => (body instanceof WireBody ? body.decoded() : encoded(body)) }
}

/** What a socket would do to a JSON body; files and forms go by reference. */
const encoded = (body: unknown): unknown =>
  body === undefined || body instanceof Blob || body instanceof FormData || body instanceof ReadableStream
    ? body
    : (JSON.parse(JSON.stringify(body)) as unknown)

function asRefusal(error: unknown): unknown {
  if (error instanceof ORPCError && error.code !== 'internal')
    return new Refusal(error.code, error.data, { cause: error })
  if (error instanceof DOMException) return new Refusal('unavailable', undefined, { cause: error })
  return error
}
