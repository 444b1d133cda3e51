/**
 * Facebook: posts of a page. Facebook takes no key against sending twice, and refuses the same words once more only at times and
 * without naming the post that has them; the page's posts are asked. A failure of the server (codes 1 and 2) may have left a post
 * behind. Tokens of pages have no end of their own; they die with the person's password or role.
 * Sources: https://developers.facebook.com/docs/pages-api/posts, https://developers.facebook.com/docs/graph-api/guides/error-handling,
 * https://developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow, answers quoted in public repositories.
 */
import { createHmac } from 'node:crypto'
import type { NetworkFacts } from '@floowe/contracts/networks'
import { fieldOf, isThere, multipart, type Question, type Reply, refusalOf, textAt, verdictOf } from './asking.ts'
import {
  type Account,
  Ended,
  type Evidence,
  type Failure,
  type Granted,
  type Network,
  type NetworkParts,
  type OAuth,
  retryAfter,
} from './network.ts'
import {
  commentOf,
  type Hands,
  type Made,
  partOf,
  type Piece,
  type ReadablePoster,
  sendPieces,
  verifyPieces,
} from './posting.ts'

const facts: NetworkFacts = {
  network: 'facebook',
  form: 'post',
  connection: { kind: 'oauth', fields: [] },
  text: { max: 63_206, maxWithMedia: null, counting: 'utf16', linkLength: null },
  media: { countMax: 10, types: ['image/jpeg', 'image/png'], bytesMax: 4_000_000, sideMax: null, altMax: 1_000 },
  threads: false,
  firstComment: { max: 8_000 },
  edits: true,
  removes: true,
  repeats: 'refused',
  afterLostAnswer: 'find',
}

/**
 * `business_management`: without it, pages that belong to a business are not listed. `pages_manage_engagement`: for the first comment;
 * pages that were connected without it post all the same.
 */
const scope = 'pages_show_list,pages_manage_posts,pages_read_engagement,pages_manage_engagement,business_management'
/** How far Facebook's clock may be from ours. */
const skewMs = 60_000
const [postsLength, postsPagesMax] = [100, 8]
/** So long after it was sent Facebook may still have made it of what it had: later than that nothing is ours. */
const madeWithinMs = 15 * 60_000
const [pagesLength, pagesPagesMax] = [100, 5]
const postFields = 'id,message,created_time,permalink_url'
const commentFields = 'id,message,created_time,permalink_url,from'

type Credentials = Account['credentials']
type Call = (
  credentials: Credentials,
  path: string,
  question?: Omit<Question, 'context'> & { query?: Readonly<Record<string, string>> },
) => Promise<Reply>

export function facebook(parts: NetworkParts): Network {
  const { clock, firstPauseMs } = parts
  const call = callOf(parts)
  const poster = posterOf(parts, call)
  return {
    facts,
    limits: { contentBytesMax: 1024 * 1024 },
    firstPauseMs,
    send: sendPieces(poster, clock),
    verify: verifyPieces(poster),
    test: ({ credentials, url }) =>
      verdictOf(async () => {
        const { json } = await call(credentials, `/${credentials['page'] ?? ''}`, { query: { fields: 'id,name' } })
        if (textAt(json, 'id') === null) throw new Ended({ kind: 'ambiguous', code: 'bad-answer' })
        return { kind: 'accepted' as const, url }
      }),
    oauth: oauthOf(parts, call),
  }
}

/** @returns a Call that answers with a 2xx reply, of any content */
const callOf =
  ({ ask, clock, addresses, clients, versions }: NetworkParts): Call =>
  async ({ token = '' }, path, { query = {}, ...question } = {}) => {
    // Shows that the token is used by the app it was given to.
    const proof = createHmac('sha256', clients.facebook?.secret ?? '')
      .update(token)
      .digest('hex')
    const whole = new URLSearchParams({ ...query, ...(clients.facebook && { appsecret_proof: proof }) })
    const reply = await ask(`${addresses.facebook}/${versions.facebook}${path}?${whole.toString()}`, {
      ...question,
      context: `Facebook ${question.method ?? 'GET'} ${path.replace(/\d[\d_]+/g, ':id')}`,
      headers: { ...question.headers, authorization: `Bearer ${token}` },
    })
    if (reply.status >= 200 && reply.status < 300 && fieldOf(reply.json, 'error') === undefined) return reply
    throw new Ended(refused(reply, clock.now()))
  }

/** A success that does not say what it should. */
const unread = ({ status, text }: Reply): Ended =>
  new Ended({ kind: 'ambiguous', code: 'bad-answer', status, answer: text.slice(0, 2_000), detail: String(status) })

function posterOf({ read }: NetworkParts, call: Call): ReadablePoster<string[]> {
  const upload = async (piece: Piece, credentials: Credentials, signal: AbortSignal): Promise<string[]> => {
    const { index, parcel } = piece
    // A change leaves the pictures as they are.
    if (parcel.kind === 'update' && parcel.standing?.[`part-${index}`]?.id !== undefined) return []
    const ids: string[] = []
    for (const picture of partOf(piece).media) {
      const form = new FormData()
      const bytes = await read(picture, parcel.workspaceId)
      form.set('published', 'false')
      if (picture.alt !== '') form.set('alt_text_custom', picture.alt)
      form.set('source', new Blob([bytes], { type: picture.type }), picture.name)
      const question = { method: 'POST', ...(await multipart(form)), signal } as const
      const reply = await call(credentials, `/${credentials['page'] ?? ''}/photos`, question)
      const id = textAt(reply.json, 'id')
      if (id === null) throw unread(reply)
      ids.push(id)
    }
    return ids
  }
  return {
    facts,
    prepare: (piece, { credentials }, signal) => upload(piece, credentials, signal),
    create: async (piece, photos, { credentials }, signal) => {
      const { text, post } = partOf(piece)
      const json = {
        message: text,
        ...(photos.length > 0 && { attached_media: photos.map((id) => ({ media_fbid: id })) }),
        // Facebook shows pictures or a card.
        ...(photos.length === 0 && post.link && { link: post.link.url }),
      }
      const query = { fields: 'id,permalink_url' }
      const path = `/${credentials['page'] ?? ''}/feed`
      const make = async (): Promise<Made> => {
        const reply = await call(credentials, path, { method: 'POST', query, json, signal })
        const id = textAt(reply.json, 'id')
        if (id === null) throw unread(reply)
        return { id, url: textAt(reply.json, 'permalink_url') ?? (await addressOf(call, id, credentials, signal)) }
      }
      return unlessListed(piece, make, (sinceMs) => find(call, piece, credentials, sinceMs, signal))
    },
    find: (piece, { credentials }, signal) => find(call, piece, credentials, piece.armedMs, signal),
    change: async (there, piece, _, { credentials }, signal) => {
      const json = { message: partOf(piece).text }
      await call(credentials, `/${there.id}`, { method: 'POST', json, signal })
      return there
    },
    read: (there, { credentials }, signal) =>
      isThere(
        () => call(credentials, `/${there.id}`, { query: { fields: 'id,is_published' }, signal }),
        ({ json }) => (textAt(json, 'id') === there.id ? fieldOf(json, 'is_published') !== false : null),
      ),
    remove: (there, { credentials }, signal) => remove(call, there, credentials, signal),
    comment: commentsOf(call),
  }
}

/** Under a post of the page, by the page. */
function commentsOf(call: Call): Hands<null> {
  return {
    create: async (piece, _, { credentials }, signal) => {
      const { text, post } = commentOf(piece)
      const question = {
        method: 'POST',
        query: { fields: 'id,permalink_url' },
        json: { message: text },
        signal,
      } as const
      const make = async (): Promise<Made> => {
        const reply = await call(credentials, `/${post.id}/comments`, question)
        const id = textAt(reply.json, 'id')
        if (id === null) throw unread(reply)
        return { id, url: textAt(reply.json, 'permalink_url') ?? post.url }
      }
      return unlessListed(piece, make, (sinceMs) => findComment(call, piece, credentials, sinceMs, signal))
    },
    find: (piece, { credentials }, signal) => findComment(call, piece, credentials, piece.armedMs, signal),
    change: async (there, piece, _, { credentials }, signal) => {
      const json = { message: commentOf(piece).text }
      await call(credentials, `/${there.id}`, { method: 'POST', json, signal })
      return there
    },
    read: (there, { credentials }, signal) =>
      isThere(
        () => call(credentials, `/${there.id}`, { query: { fields: 'id' }, signal }),
        ({ json }) => textAt(json, 'id') === there.id || null,
      ),
    remove: (there, { credentials }, signal) => remove(call, there, credentials, signal),
  }
}

/** What Facebook refuses as a repetition may be ours, listed too late for an earlier look. */
async function unlessListed(
  piece: Piece,
  make: () => Promise<Made>,
  findSince: (sinceMs: number) => Promise<Made | null>,
): Promise<Made> {
  try {
    return await make()
  } catch (error) {
    if (!(error instanceof Ended) || error.verdict.code !== 'duplicate' || !piece.maybeThere) throw error
    // Nothing of this delivery is older than its first attempt.
    const found = await verdictOf(() => findSince(Date.parse(piece.parcel.at)))
    if (found && !('kind' in found)) return found
    throw new Ended({ ...error.verdict, kind: 'ambiguous', code: 'not-listed-yet' })
  }
}

async function remove(call: Call, there: Made, credentials: Credentials, signal: AbortSignal): Promise<void> {
  try {
    await call(credentials, `/${there.id}`, { method: 'DELETE', signal })
  } catch (error) {
    if (!(error instanceof Ended) || error.verdict.code !== 'cannot-find') throw error
  }
}

/** It is out, whatever comes of this question. */
async function addressOf(call: Call, id: string, credentials: Credentials, signal: AbortSignal): Promise<string> {
  const reply = await verdictOf(() => call(credentials, `/${id}`, { query: { fields: 'permalink_url' }, signal }))
  const url = 'kind' in reply ? null : textAt(reply.json, 'permalink_url')
  return url ?? `https://www.facebook.com/${id}`
}

/** Blanks do not come back as they were sent. */
const plain = (words: string): string => words.normalize('NFC').replace(/\s+/g, ' ').trim()

/** In what the page has posted in those minutes. */
function find(call: Call, piece: Piece, credentials: Credentials, armedMs: number, signal: AbortSignal) {
  const sinceMs = armedMs - skewMs
  const wanted = plain(partOf(piece).text)
  const untilMs = piece.armedMs + madeWithinMs
  const query = { fields: postFields, since: wholeSeconds(sinceMs), until: wholeSeconds(untilMs) }
  return firstOf(
    (more) =>
      call(credentials, `/${credentials['page'] ?? ''}/published_posts`, { query: { ...query, ...more }, signal }),
    (post) => plain(textAt(post, 'message') ?? '') === wanted && madeMs(post) >= sinceMs,
  )
}

/** In what the page itself has written under the post since then. */
function findComment(call: Call, piece: Piece, credentials: Credentials, armedMs: number, signal: AbortSignal) {
  const { text, post } = commentOf(piece)
  const wanted = plain(text)
  // `stream`: with what Facebook shows to few.
  const query = { fields: commentFields, filter: 'stream', order: 'reverse_chronological' }
  return firstOf(
    (more) => call(credentials, `/${post.id}/comments`, { query: { ...query, ...more }, signal }),
    (one) =>
      textAt(one, 'from', 'id') === credentials['page'] &&
      plain(textAt(one, 'message') ?? '') === wanted &&
      madeMs(one) >= armedMs - skewMs,
  )
}

/** In a list that begins with the newest: the first that was made is the one whose answer was lost. */
async function firstOf(
  ask: (more: Readonly<Record<string, string>>) => Promise<Reply>,
  isOurs: (one: unknown) => boolean,
): Promise<Made | null> {
  const found: Made[] = []
  let after: string | null = null
  for (let page = 0; page < postsPagesMax; page++) {
    const reply: Reply = await ask({ limit: String(postsLength), ...(after !== null && { after }) })
    const listed = fieldOf(reply.json, 'data')
    // Only a list says that something is not there.
    if (!Array.isArray(listed)) throw unread(reply)
    for (const one of listed as unknown[]) {
      // of anything
      const id = textAt(one, 'id')
      if (id !== null && isOurs(one)) found.push({ id, url: textAt(one, 'permalink_url') })
    }
    after = textAt(reply.json, 'paging', 'cursors', 'after')
    if (after === null || fieldOf(reply.json, 'paging', 'next') === undefined) return found.at(-1) ?? null
  }
  // So much was posted since that the end was not reached.
  throw new Ended({ kind: 'ambiguous', code: 'not-listed-yet' })
}

const wholeSeconds = (ms: number): string => String(Math.floor(ms / 1000))

/** Facebook says whole seconds. */
const madeMs = (post: unknown): number =>
  Date.parse((textAt(post, 'created_time') ?? '').replace(/([+-]\d\d)(\d\d)$/, '$1:$2'))

function oauthOf(parts: NetworkParts, call: Call): OAuth {
  const { clients, addresses, versions } = parts
  return {
    isReady: clients.facebook !== null,
    authorize: ({ state, redirect }) => {
      const query = new URLSearchParams({
        client_id: clients.facebook?.id ?? '',
        redirect_uri: redirect,
        response_type: 'code',
        state,
        scope,
      })
      return `${addresses.facebookSignIn}/${versions.facebook}/dialog/oauth?${query.toString()}`
    },
    exchange: ({ code, redirect }) =>
      verdictOf(async () => {
        const short = await tokenFor(parts, { code, redirect_uri: redirect })
        // Only of a token that lasts come tokens of pages that last.
        const long = await tokenFor(parts, { grant_type: 'fb_exchange_token', fb_exchange_token: short })
        return pagesOf(call, long)
      }),
  }
}

async function pagesOf(call: Call, token: string): Promise<Granted[]> {
  const granted: Granted[] = []
  let after: string | null = null
  for (let page = 0; page < pagesPagesMax; page++) {
    const query = {
      fields: 'id,name,access_token,tasks',
      limit: String(pagesLength),
      ...(after !== null && { after }),
    }
    const reply: Reply = await call({ token }, '/me/accounts', { query })
    const listed = fieldOf(reply.json, 'data')
    if (!Array.isArray(listed)) throw new Ended({ kind: 'transient', code: 'bad-answer', status: reply.status })
    for (const one of listed as unknown[]) {
      // of anything
      const [id, name, own] = [textAt(one, 'id'), textAt(one, 'name'), textAt(one, 'access_token')]
      const tasks = fieldOf(one, 'tasks')
      const mayPost = Array.isArray(tasks) && tasks.includes('CREATE_CONTENT')
      if (id === null || own === null || !mayPost) continue
      const url = `https://www.facebook.com/${id}`
      granted.push({
        ...{ kind: 'page', accountId: id, accountName: name ?? id, url },
        credentials: { token: own, page: id },
      })
    }
    after = textAt(reply.json, 'paging', 'cursors', 'after')
    if (after === null || fieldOf(reply.json, 'paging', 'next') === undefined) break
  }
  return granted
}

/** The answer is never kept: there are tokens in it. Nobody sees anything of it, so an open end leaves nothing open. */
async function tokenFor(
  { ask, clock, addresses, clients, versions }: NetworkParts,
  form: Readonly<Record<string, string>>,
): Promise<string> {
  const client = clients.facebook
  if (!client) throw new Ended({ kind: 'reconnect', code: 'token-refused', detail: 'no client is registered' })
  const whole = { ...form, client_id: client.id, client_secret: client.secret }
  const question = { method: 'POST', form: whole, context: 'Facebook sign-in' } as const
  const reply = await verdictOf(() => ask(`${addresses.facebook}/${versions.facebook}/oauth/access_token`, question))
  if ('kind' in reply) throw new Ended(reply.kind === 'ambiguous' ? { ...reply, kind: 'transient' } : reply)
  const token = textAt(reply.json, 'access_token')
  if (reply.status === 200 && token !== null) return token
  const { answer: _, ...failure } = refused(reply, clock.now())
  // Whether it is the code or the client, also under code 1: a person has to act.
  if ([400, 401, 403].includes(reply.status) && failure.kind !== 'rate-limited')
    throw new Ended({ ...failure, kind: 'reconnect', code: 'token-refused' })
  throw new Ended(failure.kind === 'ambiguous' ? { ...failure, kind: 'transient' } : failure)
}

/** What Facebook calls an object that is not there, or not there for us. */
const [parameterCode, missingSubcode] = [100, 33]
const deadTokenCodes = new Set([102, 190])
const throttleCodes = new Set([4, 17, 32, 341, 613])
const serverCodes = new Set([1, 2])
/** A post too soon after another. */
const tooFastSubcode = 1_390_008
const temporarySubcodes = new Set([1_363_047, 1_609_010])
/** An authorization for publishing, a proof of identity. */
const personSubcodes = new Set([1_404_078, 4_854_002])
const duplicateCode = 506
const [blockedCode, blockedMs] = [368, 3_600_000]
const unreadLinkCode = 1_609_005

const isBetween = (code: number, from: number, to: number): boolean => code >= from && code <= to

function refused(reply: Reply, nowMs: number): Failure {
  const error = fieldOf(reply.json, 'error')
  const [code, subcode] = [numberAt(error, 'code'), numberAt(error, 'error_subcode')]
  const said = textAt(error, 'error_user_msg') ?? textAt(error, 'message')
  const numbers = [code, subcode].filter((one) => one > 0).join('/')
  const detail = said === null ? null : `${numbers} ${said}`.trim().slice(0, 300)
  const evidence = { status: reply.status, answer: reply.text.slice(0, 2_000), detail: detail ?? String(reply.status) }
  if (error === undefined || code < 0) return refusalOf(reply, nowMs, detail)
  if (deadTokenCodes.has(code)) return { kind: 'reconnect', code: 'token-refused', ...evidence }
  if (code === 10 || code === 3 || isBetween(code, 200, 299) || personSubcodes.has(subcode))
    return { kind: 'reconnect', code: 'not-allowed-there', ...evidence }
  if (throttleCodes.has(code) || isBetween(code, 80_000, 80_014) || subcode === tooFastSubcode)
    return { kind: 'rate-limited', code: 'rate-limited', retryAtMs: regainedAt(reply, nowMs), ...evidence }
  // Facebook does not say until when.
  if (code === blockedCode)
    return { kind: 'rate-limited', code: 'rate-limited', retryAtMs: nowMs + blockedMs, ...evidence }
  if (code === duplicateCode) return { kind: 'permanent', code: 'duplicate', ...evidence }
  if (code === unreadLinkCode || subcode === unreadLinkCode)
    return { kind: 'transient', code: 'receiver-refused', ...evidence }
  const isTemporary = serverCodes.has(code) || fieldOf(error, 'is_transient') === true || temporarySubcodes.has(subcode)
  if (isTemporary) return { kind: 'ambiguous', code: 'receiver-error', ...evidence }
  if (code === parameterCode && subcode === missingSubcode)
    return { kind: 'permanent', code: 'cannot-find', ...evidence }
  return certain(reply, nowMs, evidence)
}

/** An error of another code is one with what was sent, whatever status it comes with, unless the server failed. */
function certain(reply: Reply, nowMs: number, evidence: Evidence & { detail: string }): Failure {
  const { status } = reply
  if (status >= 500 || status === 429 || status === 408) return refusalOf(reply, nowMs, evidence.detail)
  return { kind: 'permanent', code: 'receiver-refused', ...evidence }
}

const numberAt = (value: unknown, name: string): number => Number(textAt(value, name) ?? -1)

/** @returns Unix ms; null when Facebook does not say how many minutes it takes */
function regainedAt({ headers }: Reply, nowMs: number): number | null {
  const said = headers['x-business-use-case-usage'] ?? ''
  const minutes = [...said.matchAll(/"estimated_time_to_regain_access"\s*:\s*(\d{1,5})/g)].map(([, count]) =>
    Number(count),
  )
  const longest = Math.max(0, ...minutes)
  return longest > 0 ? nowMs + longest * 60_000 : retryAfter(headers['retry-after'], nowMs)
}
