/** Refusals that the front door itself gives, in the same form as the services'. */
import { refusalText } from '@floowe/contracts/refusal-words'
import { isFullStorage, isLostDatabase } from '@floowe/platform'

export type FrontRefusal = { status: number; code: string; data?: unknown; headers?: Record<string, string> }

export const refusalBody = (refusal: { status: number; code: string; data?: unknown }, locale: 'pl' | 'en') => ({
  defined: true,
  code: refusal.code,
  status: refusal.status,
  message: refusalText(refusal.code, locale, refusal.data),
  data: refusal.data ?? null,
})

export const localeOf = (acceptLanguage: string | undefined): 'pl' | 'en' =>
  /^\s*pl\b/i.test(acceptLanguage ?? '') ? 'pl' : 'en'

const statuses: Readonly<Record<string, number>> = {
  'not-signed-in': 401,
  'not-allowed': 403,
  'not-found': 404,
  'too-many-requests': 429,
  unavailable: 503,
  'invalid-input': 400,
}

/** Errors of the HTTP server and of identity's exchange, as refusals; anything else is `internal`. */
export function asFrontRefusal(error: unknown, requestId: string): FrontRefusal {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
  const status = statuses[code]
  if (status) return { status, code, data: error instanceof Error && 'data' in error ? error.data : undefined }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return { status: 413, code: 'too-large' }
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return { status: 415, code: 'unsupported-media-type' }
  if (code === 'FST_ERR_CTP_EMPTY_JSON_BODY' || code.startsWith('FST_ERR_CTP') || error instanceof SyntaxError)
    return { status: 400, code: 'invalid-input', data: { issues: [{ path: '', problem: 'malformed' }] } }
  const given = typeof error === 'object' && error !== null && 'statusCode' in error ? Number(error.statusCode) : 0
  if (given >= 400 && given < 500)
    return {
      status: given === 404 ? 404 : 400,
      code: given === 404 ? 'not-found' : 'invalid-input',
      ...(given === 404 ? {} : { data: { issues: [{ path: '', problem: 'malformed' }] } }),
    }
  if (isFullStorage(error)) return { status: 507, code: 'storage-full' }
  if (isLostDatabase(error)) return { status: 503, code: 'unavailable' }
  return { status: 500, code: 'internal', data: { requestId } }
}
