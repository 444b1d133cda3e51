/** The REST API, typed by the contracts. */
import { contracts } from '@floowe/contracts/index'
import { createORPCClient, ORPCError } from '@orpc/client'
import type { ContractRouterClient } from '@orpc/contract'
import { OpenAPILink } from '@orpc/openapi-client/fetch'
import type { CliSettings } from './settings.ts'

export type Client = ContractRouterClient<typeof contracts>

/** Exit 1: the server, or the world, said no. */
export class Refused extends Error {
  readonly code: string
  constructor(code: string, text: string) {
    super(text)
    this.code = code
  }
}
/** Exit 2: the command was written wrongly. */
export class WrongUse extends Error {}

export const headersOf = (settings: CliSettings): Record<string, string> => ({
  'accept-language': settings.locale,
  ...(settings.credential ? { authorization: `Bearer ${settings.credential}` } : {}),
  ...(settings.workspace ? { 'floowe-workspace': settings.workspace } : {}),
})

const waitsMax = 100
const waitSecondsMax = 120

/** Reads again when the server asked for patience: whoever exports a whole magazine asks more often than a person would. */
export async function patiently(ask: () => Promise<Response>): Promise<Response> {
  for (let wait = 0; wait < waitsMax; wait++) {
    const answer = await ask()
    const seconds = Number(answer.headers.get('retry-after'))
    if (answer.status !== 429 || !(seconds > 0 && seconds <= waitSecondsMax)) return answer
    await answer.body?.cancel()
    console.error(`waiting ${seconds} s: the server asks for patience`)
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000))
  }
  return ask()
}

export function connect(settings: CliSettings): Client {
  const link = new OpenAPILink(contracts, {
    url: `${settings.url}/api/v1`,
    headers: () => headersOf(settings),
    fetch: (request, init) => {
      const ask = () => fetch(request, init)
      return request.method === 'GET' ? patiently(ask) : ask()
    },
  })
  return createORPCClient(link)
}

/** Runs a command's work; what goes wrong becomes a {@link Refused} with a stable code. */
export async function asked<Result>(work: () => Promise<Result>, settings: CliSettings): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof ORPCError) throw new Refused(error.code, issuesOf(error) ?? error.message)
    if (error instanceof TypeError && /fetch failed/.test(error.message))
      throw new Refused('unreachable', `No Floowe answers at ${settings.url}. Start it with: npm start`)
    throw error
  }
}

function issuesOf(error: ORPCError<string, unknown>): string | null {
  const issues =
    typeof error.data === 'object' && error.data !== null && 'issues' in error.data ? error.data.issues : null
  if (!Array.isArray(issues) || issues.length === 0) return null
  return `${error.message} ${issues.map((issue: { path?: string; problem?: string }) => `${issue.path ?? ''}: ${issue.problem ?? ''}`).join('; ')}`
}
