/**
 * The typed client: `client.content.getArticle({ id })` calls `POST /api/rpc/content/getArticle`, `api` gives the same as
 * TanStack Query options: `useQuery(api.content.getArticle.queryOptions({ input: { id } }))`.
 * Only types are taken from the contracts; nothing of them is in the bundle.
 */
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/fetch'
import type { ContractRouterClient } from '@orpc/contract'
import { createTanstackQueryUtils } from '@orpc/tanstack-query'
import type { Contracts } from '@floowe/contracts/index'
import { heardNothing, heardSomething } from './connection.ts'

/** `isOutside`: this call is about no workspace, whichever one is open. */
export type CallContext = { isOutside?: boolean }
export type Client = ContractRouterClient<Contracts, CallContext>

/** The workspace that calls are about; the route sets it before its page loads. */
const where: { workspace: string | null } = { workspace: null }

/** @returns true when the workspace changed, so that nothing of the other one may be shown. */
export function enterWorkspace(slug: string | null): boolean {
  const isChanged = where.workspace !== null && where.workspace !== slug
  where.workspace = slug
  return isChanged
}

async function reach(request: Request, init: { redirect?: RequestRedirect }): Promise<Response> {
  try {
    const response = await fetch(request, { ...init, credentials: 'same-origin' })
    heardSomething()
    return response
  } catch (error) {
    if (!(error instanceof DOMException && error.name === 'AbortError')) heardNothing()
    throw error
  }
}

const link = new RPCLink<CallContext>({
  url: () => `${location.origin}/api/rpc`,
  headers: ({ context }): Record<string, string> =>
    where.workspace && !context.isOutside ? { 'floowe-workspace': where.workspace } : {},
  fetch: reach,
})

export const client: Client = createORPCClient(link)
export const api = createTanstackQueryUtils(client)
