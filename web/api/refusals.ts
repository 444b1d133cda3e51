/** What went wrong, in one shape, whatever threw it. */
import { ORPCError } from '@orpc/client'

export type Refusal = {
  /** A code of the contracts, or `unreachable` when no answer came. */
  code: string
  status: number
  data: Record<string, unknown>
  /** The server's own sentence, in the caller's language; stands in where the app has no words of its own. */
  message?: string
  requestId: string | null
}

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {} // checked just before

/** The library's own codes are upper case and never part of a contract. */
const libraryCodes: Record<string, string> = {
  UNAUTHORIZED: 'not-signed-in',
  FORBIDDEN: 'not-allowed',
  NOT_FOUND: 'not-found',
  BAD_REQUEST: 'invalid-input',
  PAYLOAD_TOO_LARGE: 'too-large',
  TOO_MANY_REQUESTS: 'too-many-requests',
  SERVICE_UNAVAILABLE: 'unavailable',
  BAD_GATEWAY: 'unavailable',
  GATEWAY_TIMEOUT: 'unavailable',
}

export function refusalOf(error: unknown): Refusal {
  if (error instanceof ORPCError) {
    const data = record(error.data)
    const code = /^[a-z]/.test(error.code) ? error.code : (libraryCodes[error.code] ?? 'internal')
    return {
      code,
      status: error.status,
      data,
      message: error.message,
      requestId: typeof data.requestId === 'string' ? data.requestId : null,
    }
  }
  // fetch rejects with a TypeError when no answer came at all
  if (error instanceof TypeError && /fetch|network|load failed|imported module|module script/i.test(error.message))
    return { code: 'unreachable', status: 0, data: {}, requestId: null }
  return { code: 'internal', status: 0, data: {}, requestId: null }
}

export const isRefusal = (error: unknown, ...codes: string[]): boolean => codes.includes(refusalOf(error).code)

/** Worth asking again by itself: no answer, or a server that is starting. */
export const isPassing = (error: unknown): boolean => isRefusal(error, 'unreachable', 'unavailable')

/** For `invalid-input`: the problem of each field by its name (the last part of the path). */
export function fieldProblems(error: unknown): Record<string, string> {
  const { code, data } = refusalOf(error)
  if (code !== 'invalid-input' || !Array.isArray(data.issues)) return {}
  const problems: Record<string, string> = {}
  for (const issue of data.issues.map(record)) {
    const name =
      String(issue.path ?? '')
        .split('.')
        .at(-1) ?? ''
    problems[name] ??= String(issue.problem ?? '')
  }
  return problems
}
