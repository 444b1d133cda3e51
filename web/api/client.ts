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
import { currentLanguage } from '../words/words.ts'
import { heardNothing, heardSomething } from './connection.ts'
import { fetchWithProgress } from './sending.ts'

export type CallContext = {
  /** This call is about no workspace, whichever one is open. */
  isOutside?: boolean
  /** It should arrive even if the page closes while it is on its way (up to 60 kB). */
  outlivesPage?: boolean
  /** Hears the share of the body that has left, 0 to 1. For files. */
  onProgress?: (share: number) => void
}
export type Client = ContractRouterClient<Contracts, CallContext>

/** The workspace that calls are about; the route sets it before its page loads. */
const where: { workspace: string | null } = { workspace: null }

/** @returns true when the workspace changed, so that nothing of the other one may be shown. */
export function enterWorkspace(slug: string | null): boolean {
  const isChanged = where.workspace !== null && where.workspace !== slug
  where.workspace = slug
  return isChanged
}

async function reach(
  request: Request,
  init: { redirect?: RequestRedirect },
  { context }: { context: CallContext },
): Promise<Response> {
  try {
    const response = context.onProgress
      ? await fetchWithProgress(request, context.onProgress)
      : await fetch(request, { ...init, credentials: 'same-origin', keepalive: context.outlivesPage ?? false })
    heardSomething()
    return response
  } catch (error) {
    if (!(error instanceof DOMException && error.name === 'AbortError')) heardNothing()
    throw error
  }
}

const link = new RPCLink<CallContext>({
  url: () => `${location.origin}/api/rpc`,
  headers: ({ context }): Record<string, string> => ({
    // What the server says in words is said in the language of the app, which may not be the browser's.
    'accept-language': currentLanguage(),
    ...(where.workspace && !context.isOutside && { 'floowe-workspace': where.workspace }),
  }),
  fetch: reach,
})

export const client: Client = createORPCClient(link)
export const api = createTanstackQueryUtils(client)
