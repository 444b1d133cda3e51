/**
 * X: posts of one person's account. X drops nothing that comes twice, except for the same words once more, and then it does not
 * say which post has them; the account's own posts are asked. An access token lives two hours, a refresh token is used once.
 * Sources: https://docs.x.com/x-api (posts, media, OAuth 2.0 with PKCE, rate limits), https://github.com/twitter/twitter-text.
 */
import type { NetworkFacts } from '@floowe/contracts/networks'
import { fieldOf, isThere, multipart, type Question, type Reply, refusalOf, textAt, verdictOf } from './asking.ts'
import {
  type Account,
  type Budget,
  Ended,
  type Failure,
  type Granted,
  type Network,
  type NetworkParts,
  type OAuth,
  retryAfter,
} from './network.ts'
import { type Made, partOf, type Piece, type ReadablePoster, sendPieces, verifyPieces } from './posting.ts'

const facts: NetworkFacts = {
  network: 'x',
  form: 'post',
  connection: { kind: 'oauth', fields: [] },
  text: { max: 280, maxWithMedia: null, counting: 'weighted', linkLength: null },
  media: {
    countMax: 4,
    types: ['image/jpeg', 'image/png', 'image/webp'],
    bytesMax: 5_000_000,
    sideMax: 8_192,
    altMax: 1_000,
  },
  threads: true,
  firstComment: null,
  edits: false,
  removes: true,
  repeats: 'refused',
  afterLostAnswer: 'find',
}

/** For each person in a quarter of an hour, for the operator's client in a day. */
const budget: readonly Budget[] = [
  { count: 100, perMs: 900_000 },
  { count: 10_000, perMs: 86_400_000 },
]
/** Without `offline.access` there is no refresh token. */
const scope = 'tweet.read tweet.write users.read media.write offline.access'
/** How far X's clock may be behind ours. */
const skewMs = 60_000
/** So long after it was sent X may still have made it of what it had: later than that nothing is ours. */
const madeWithinMs = 15 * 60_000
/** An `end_time` must lie behind us by ten seconds, by X's clock. */
const endBehindMs = 2 * skewMs
const pageLength = 100
const pagesMax = 8

type Credentials = Account['credentials']
type Call = (credentials: Credentials, path: string, question?: Omit<Question, 'context'>) => Promise<Reply>

export function x(parts: NetworkParts): Network {
  const { clock, firstPauseMs } = parts
  const call = callOf(parts)
  const poster = posterOf(parts, call)
  return {
    facts,
    budget,
    limits: { contentBytesMax: 1024 * 1024 },
    firstPauseMs,
    send: sendPieces(poster, clock),
    verify: verifyPieces(poster),
    isReadScarce: true,
    test: ({ credentials, url }) =>
      verdictOf(async () => {
        await whoIs(call, credentials)
        return { kind: 'accepted' as const, url }
      }),
    oauth: oauthOf(parts, call),
    refresh: (credentials) =>
      verdictOf(async () => {
        const { refresh = '' } = credentials
        if (refresh === '') throw new Ended({ kind: 'reconnect', code: 'token-refused', detail: 'no refresh token' })
        // X may keep the old one when it sends none.
        return { ...credentials, ...(await tokensFor(parts, { grant_type: 'refresh_token', refresh_token: refresh })) }
      }),
  }
}

/** @returns a Call that answers with a 2xx reply, of any content */
const callOf =
  ({ ask, clock, addresses }: NetworkParts): Call =>
  async ({ token = '' }, path, question = {}) => {
    const { method = 'GET', headers } = question
    const reply = await ask(`${addresses.x}${path}`, {
      ...question,
      context: `X ${method} ${path.replace(/\?.*/, '').replace(/\/\d{2,}/g, '/:id')}`,
      headers: { ...headers, authorization: `Bearer ${token}` },
    })
    if (reply.status >= 200 && reply.status < 300) return reply
    throw new Ended(refused(reply, clock.now()))
  }

function posterOf({ read, clock }: NetworkParts, call: Call): ReadablePoster<string[]> {
  const upload = async (piece: Piece, credentials: Credentials, signal: AbortSignal): Promise<string[]> => {
    const ids: string[] = []
    for (const picture of partOf(piece).media) {
      const form = new FormData()
      const bytes = await read(picture, piece.parcel.workspaceId)
      form.set('media_category', 'tweet_image')
      form.set('media', new Blob([bytes], { type: picture.type }), picture.name)
      const question = { method: 'POST', ...(await multipart(form)), signal } as const
      const id = idOf(await call(credentials, '/2/media/upload', question))
      ids.push(id)
      if (picture.alt === '') continue
      const json = { id, metadata: { alt_text: { text: picture.alt } } }
      await call(credentials, '/2/media/metadata', { method: 'POST', json, signal })
    }
    return ids
  }
  const find = async (piece: Piece, credentials: Credentials, sinceMs: number, signal: AbortSignal) => {
    const before = beforeOf(piece)
    const wanted = plain(partOf(piece).text)
    const untilMs = piece.armedMs + madeWithinMs
    const span = { sinceMs: sinceMs - skewMs, untilMs: untilMs < clock.now() - endBehindMs ? untilMs : null }
    const listed = await listBetween(call, credentials, span, signal)
    const post = listed.findLast((one) => repliedTo(one) === before && plain(wordsOf(one)) === wanted)
    const id = textAt(post, 'id')
    return id === null ? null : madeOf(id, credentials)
  }
  return {
    facts,
    prepare: (piece, { credentials }, signal) => upload(piece, credentials, signal),
    create: async (piece, media, { credentials }, signal) => {
      const before = beforeOf(piece)
      const json = {
        text: partOf(piece).text,
        ...(media.length > 0 && { media: { media_ids: media } }),
        ...(before !== null && { reply: { in_reply_to_tweet_id: before } }),
      }
      try {
        return madeOf(idOf(await call(credentials, '/2/tweets', { method: 'POST', json, signal })), credentials)
      } catch (error) {
        if (!(error instanceof Ended) || error.verdict.code !== 'duplicate' || !piece.maybeThere) throw error
        // It was listed too late for an earlier look. Nothing of this delivery is older than its first attempt.
        const found = await verdictOf(() => find(piece, credentials, Date.parse(piece.parcel.at), signal))
        if (found && !('kind' in found)) return found
        throw new Ended({ ...error.verdict, kind: 'ambiguous', code: 'not-listed-yet' })
      }
    },
    find: (piece, { credentials }, signal) => find(piece, credentials, piece.armedMs, signal),
    // A post that is gone is a success that says so.
    read: (there, { credentials }, signal) =>
      isThere(
        () => call(credentials, `/2/tweets/${there.id}`, { signal }),
        ({ json }) => textAt(json, 'data', 'id') === there.id || (isMissing(json) ? false : null),
      ),
    remove: async (there, { credentials }, signal) => {
      try {
        const reply = await call(credentials, `/2/tweets/${there.id}`, { method: 'DELETE', signal })
        if (fieldOf(reply.json, 'data', 'deleted') !== true && !isMissing(reply.json)) throw new Ended(unread(reply))
      } catch (error) {
        if (!(error instanceof Ended) || error.verdict.status !== 404) throw error
      }
    },
  }
}

const isMissing = (json: unknown): boolean => /not-found/.test(textAt(json, 'errors', 0, 'type') ?? '')

type Span = { sinceMs: number; untilMs: number | null }
// X takes whole seconds only.
const second = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`

/** The account's own posts of a span of time, the newest first. */
async function listBetween(call: Call, credentials: Credentials, { sinceMs, untilMs }: Span, signal: AbortSignal) {
  const found: unknown[] = []
  let next: string | null = null
  for (let page = 0; page < pagesMax; page++) {
    const query = new URLSearchParams({
      max_results: String(pageLength),
      start_time: second(sinceMs),
      ...(untilMs !== null && { end_time: second(untilMs) }),
      exclude: 'retweets',
      'tweet.fields': 'created_at,text,entities,referenced_tweets',
      ...(next !== null && { pagination_token: next }),
    })
    const path = `/2/users/${credentials['userId'] ?? ''}/tweets?${query.toString()}`
    const reply: Reply = await call(credentials, path, { signal })
    const posts = fieldOf(reply.json, 'data')
    // Only a list says that something is not there.
    if (!Array.isArray(posts) && fieldOf(reply.json, 'meta', 'result_count') !== 0) throw new Ended(unread(reply))
    for (const post of Array.isArray(posts) ? (posts as unknown[]) : []) // of anything
      if (!(Date.parse(textAt(post, 'created_at') ?? '') < sinceMs)) found.push(post)
    next = textAt(reply.json, 'meta', 'next_token')
    if (next === null) return found
  }
  // So much was posted then that the end was not reached: what was not seen may be there.
  throw new Ended({ kind: 'ambiguous', code: 'not-listed-yet' })
}

/** @throws Ended when the part before is there under an id that nobody knows */
function beforeOf({ index, before }: Piece): string | null {
  if (index === 0) return null
  if (before?.id === undefined) throw new Ended({ kind: 'permanent', code: 'cannot-find' })
  return before.id
}

const madeOf = (id: string, { handle = 'i' }: Credentials): Made => ({
  id,
  url: `https://x.com/${handle}/status/${id}`,
})

function idOf(reply: Reply): string {
  const id = textAt(reply.json, 'data', 'id')
  if (id === null) throw new Ended(unread(reply))
  return id
}

/** A success that does not say what it should: errors alone, or no answer of X at all. */
const unread = ({ status, text }: Reply): Failure => ({
  kind: 'ambiguous',
  code: 'bad-answer',
  status,
  answer: text.slice(0, 2_000),
  detail: String(status),
})

function repliedTo(post: unknown): string | null {
  const references = fieldOf(post, 'referenced_tweets')
  const list = Array.isArray(references) ? (references as unknown[]) : [] // of anything
  return textAt(
    list.find((one) => textAt(one, 'type') === 'replied_to'),
    'id',
  )
}

/** As they were sent: X replaces every link by one of its own, and puts one more for the pictures behind the text. */
function wordsOf(post: unknown): string {
  const urls = fieldOf(post, 'entities', 'urls')
  let text = textAt(post, 'text') ?? ''
  for (const entity of Array.isArray(urls) ? (urls as unknown[]) : []) {
    // of anything
    const [short, long] = [textAt(entity, 'url'), textAt(entity, 'expanded_url')]
    if (short === null || long === null) continue
    const isPicture = textAt(entity, 'media_key') !== null || /\/status\/\d+\/(?:photo|video)\/\d+$/.test(long)
    text = text.replaceAll(short, () => (isPicture ? '' : long))
  }
  return text
}

const characters: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>' }
const unescaped = (text: string): string =>
  text.replace(/&(amp|lt|gt);/g, (whole, name: string) => characters[name] ?? whole)
/** Links are written in more than one way: without their scheme, with a slash at the end, with their letters as bytes. */
const plain = (text: string): string =>
  unescaped(unescaped(text.normalize('NFC')))
    .replace(/https?:\/\//gi, '')
    .replace(/\S*%\S*/g, decoded)
    .replace(/\/(?=\s|$)/g, '')
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase()
function decoded(word: string): string {
  try {
    return decodeURI(word)
  } catch {
    return word
  }
}

function oauthOf(parts: NetworkParts, call: Call): OAuth {
  const { clients, addresses } = parts
  return {
    isReady: clients.x !== null,
    authorize: ({ state, challenge, redirect }) => {
      const query = new URLSearchParams({
        response_type: 'code',
        client_id: clients.x?.id ?? '',
        redirect_uri: redirect,
        scope,
        state,
        code_challenge: challenge,
        code_challenge_method: 'S256',
      })
      return `${addresses.xSignIn}?${query.toString().replaceAll('+', '%20')}`
    },
    exchange: ({ code, verifier, redirect }) =>
      verdictOf(async () => {
        const form = { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: redirect }
        const tokens = await tokensFor(parts, form)
        const { id, handle } = await whoIs(call, tokens)
        const granted: Granted = {
          kind: 'person',
          accountId: id,
          accountName: `@${handle}`,
          url: `https://x.com/${handle}`,
          credentials: { ...tokens, handle, userId: id },
        }
        return [granted]
      }),
  }
}

async function whoIs(call: Call, credentials: Credentials): Promise<{ id: string; handle: string }> {
  const reply = await call(credentials, '/2/users/me')
  const [id, handle] = [textAt(reply.json, 'data', 'id'), textAt(reply.json, 'data', 'username')]
  if (id === null || handle === null) throw new Ended(unread(reply))
  return { id, handle }
}

/** The answer is never kept: there are tokens in it. Nobody sees anything of it, so an open end leaves nothing open. */
async function tokensFor(
  { ask, clock, addresses, clients }: NetworkParts,
  form: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const client = clients.x
  if (!client) throw new Ended({ kind: 'reconnect', code: 'token-refused', detail: 'no client is registered' })
  const basic = Buffer.from(`${encodeURIComponent(client.id)}:${encodeURIComponent(client.secret)}`).toString('base64')
  const headers = { authorization: `Basic ${basic}` }
  const question = { method: 'POST', headers, form, context: 'X sign-in' } as const
  const reply = await verdictOf(() => ask(`${addresses.x}/2/oauth2/token`, question))
  if ('kind' in reply) throw new Ended(reply.kind === 'ambiguous' ? { ...reply, kind: 'transient' } : reply)
  const { status, headers: answered, json } = reply
  const [token, refresh] = [textAt(json, 'access_token'), textAt(json, 'refresh_token')]
  if (status === 200 && token !== null) {
    const seconds = fieldOf(json, 'expires_in')
    return {
      token,
      ...(refresh !== null && { refresh }),
      ...(typeof seconds === 'number' && { expiresMs: String(clock.now() + seconds * 1000) }),
    }
  }
  const detail = (textAt(json, 'error_description') ?? textAt(json, 'error'))?.slice(0, 300) ?? String(status)
  // Whether it is the code, the token or the client: a person has to act.
  if (status === 400 || status === 401) throw new Ended({ kind: 'reconnect', code: 'token-refused', status, detail })
  if (status === 429)
    throw new Ended({
      kind: 'rate-limited',
      code: 'rate-limited',
      retryAtMs: resetOf(answered, clock.now()),
      status,
      detail,
    })
  const { answer: _, ...failure } = refusalOf(reply, clock.now(), detail)
  throw new Ended(failure.kind === 'ambiguous' ? { ...failure, kind: 'transient' } : failure)
}

/**
 * When the limit that was hit begins anew. X has one for a quarter of an hour and others for a day; the day's counts when nothing
 * remains of it. @returns Unix ms; null when X does not say
 */
function resetOf(headers: Reply['headers'], nowMs: number): number | null {
  const resetMs = (name: string): number => Number(headers[`${name}-reset`] ?? '') * 1000
  const used = ['x-app-limit-24hour', 'x-user-limit-24hour', 'x-rate-limit'].filter(
    (name) => headers[`${name}-remaining`] === '0' && resetMs(name) > nowMs,
  )
  if (used.length > 0) return Math.max(...used.map(resetMs))
  return resetMs('x-rate-limit') > nowMs ? resetMs('x-rate-limit') : retryAfter(headers['retry-after'], nowMs)
}

const permanentWords = /not permitted to perform this action|too long|bit shorter|cashtag|user-suspended/i

function refused(reply: Reply, nowMs: number): Failure {
  const { status, headers, json } = reply
  const [title, type] = [textAt(json, 'title'), textAt(json, 'type')]
  const said = textAt(json, 'errors', 0, 'message') ?? textAt(json, 'detail') ?? title
  const about = [title, type, said, textAt(json, 'detail')].join(' ')
  const evidence = { status, answer: reply.text.slice(0, 2_000), detail: said?.slice(0, 300) ?? String(status) }
  // A key that was taken back looks the same; that shows when it is renewed.
  if (status === 401) return { kind: 'transient', code: 'token-expired', ...evidence }
  // Nothing was bought, or more was spent than is allowed; what is counted by the day comes back by itself.
  const isCapped = /problems\/usage-capped/.test(about) && textAt(json, 'period') !== 'Daily'
  if (status === 402 || /problems\/credits/.test(about) || isCapped)
    return { kind: 'reconnect', code: 'quota', ...evidence }
  if (status === 429)
    return { kind: 'rate-limited', code: 'rate-limited', retryAtMs: resetOf(headers, nowMs), ...evidence }
  if (status === 403 && /duplicate/i.test(about)) return { kind: 'permanent', code: 'duplicate', ...evidence }
  // What has just been made is not known everywhere at once: the part before, a picture.
  if (status === 403 && /deleted or not visible/i.test(about))
    return { kind: 'transient', code: 'receiver-refused', ...evidence }
  if (status === 400 && /media ids? (?:is|are) invalid/i.test(about))
    return { kind: 'transient', code: 'receiver-busy', ...evidence }
  if (status === 404 && (title === 'Not Found Error' || /resource-not-found/.test(about)))
    return { kind: 'permanent', code: 'cannot-find', ...evidence }
  if (status === 403 && permanentWords.test(about)) return { kind: 'permanent', code: 'receiver-refused', ...evidence }
  return refusalOf(reply, nowMs, said)
}
