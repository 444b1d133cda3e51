/** LinkedIn's API: how it is asked, and what its refusals mean. */
import { type Question, type Reply, refusalOf, textAt } from './asking.ts'
import { type Account, Ended, type Failure, type NetworkParts } from './network.ts'

export type Credentials = Account['credentials']
export type Call = (credentials: Credentials, path: string, question?: Omit<Question, 'context'>) => Promise<Reply>

/** How far LinkedIn's clock may be from ours. */
export const skewMs = 60_000
export const dayMs = 86_400_000

/** @returns a Call that answers with a 2xx reply, of any content */
export const callOf =
  ({ ask, clock, addresses, versions }: NetworkParts): Call =>
  async (credentials, path, question = {}) => {
    const { method = 'GET', headers } = question
    const reply = await ask(`${addresses.linkedin}${path}`, {
      ...question,
      context: `LinkedIn ${method} ${path.replace(/\?.*/, '').replace(/urn%3A.*|\d{2,}/g, ':id')}`,
      headers: {
        ...headers,
        authorization: `Bearer ${credentials['token'] ?? ''}`,
        'linkedin-version': versions.linkedin,
        'x-restli-protocol-version': '2.0.0',
      },
    })
    if (reply.status >= 200 && reply.status < 300) return reply
    throw new Ended(refused(reply, clock.now(), credentials, versions.linkedin))
  }

/** A person's posts and comments are written and not read, with what LinkedIn grants every client. */
export const isPerson = (credentials: Credentials): boolean =>
  (credentials['author'] ?? '').startsWith('urn:li:person:')
/** A success that does not say what it should. */
export const unread = ({ status, text }: Reply): Ended =>
  new Ended({ kind: 'ambiguous', code: 'bad-answer', status, answer: text.slice(0, 2_000), detail: String(status) })

/** Blanks do not come back as they were sent. */
export const plain = (words: string): string => words.normalize('NFC').replace(/\s+/g, ' ').trim()

const expiredCode = '65602'

function refused(reply: Reply, nowMs: number, credentials: Credentials, version: string): Failure {
  const { status, json, text } = reply
  const said = textAt(json, 'message')
  const evidence = { status, answer: text.slice(0, 2_000), detail: said?.slice(0, 300) ?? String(status) }
  if (status === 401) {
    const isExpired = textAt(json, 'serviceErrorCode') === expiredCode || /EXPIRED_ACCESS_TOKEN/.test(text)
    return isExpired && credentials['refresh'] !== undefined
      ? { kind: 'transient', code: 'token-expired', ...evidence }
      : { kind: 'reconnect', code: 'token-refused', ...evidence }
  }
  if (status === 426) {
    const detail = `LinkedIn-Version ${version}: ${evidence.detail}`
    return { kind: 'permanent', code: 'receiver-refused', ...evidence, detail }
  }
  // What is counted by the day begins anew at midnight, UTC.
  if (status === 429 && /\bDAY\b/.test(said ?? ''))
    return { kind: 'rate-limited', code: 'rate-limited', retryAtMs: nowMs - (nowMs % dayMs) + dayMs, ...evidence }
  if (status === 422 && /DUPLICATE_POST|duplicate of urn/i.test(text))
    return { kind: 'permanent', code: 'duplicate', ...evidence }
  if (status === 409) return { kind: 'transient', code: 'receiver-busy', ...evidence }
  if (status === 404 && said !== null) return { kind: 'permanent', code: 'cannot-find', ...evidence }
  // The token is one for the person only.
  if (status === 400 && /permissions must be used/i.test(said ?? ''))
    return { kind: 'reconnect', code: 'not-allowed-there', ...evidence }
  return refusalOf(reply, nowMs, said)
}
