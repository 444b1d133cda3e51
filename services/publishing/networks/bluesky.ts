/**
 * Bluesky: posts in the repository of an account, on a server of the AT Protocol. A post is put under a key that follows from its
 * piece and is dated when the piece was armed, so that putting it again changes nothing.
 * Sources: https://docs.bsky.app, https://atproto.com/specs, and the lexicons `app.bsky.feed.post` and `com.atproto.repo.*`.
 */
import { createHash } from 'node:crypto'
import type { NetworkFacts, Post } from '@floowe/contracts/networks'
import type { Clock } from '@floowe/platform'
import {
  type Ask,
  fieldOf,
  isThere,
  originOf,
  type Question,
  type Reply,
  refusalOf,
  textAt,
  verdictOf,
} from './asking.ts'
import {
  type Account,
  type Budget,
  Ended,
  type Failure,
  type Network,
  type NetworkParts,
  type RemotePiece,
} from './network.ts'
import { partOf, type Piece, type ReadablePoster, sendPieces, verifyPieces } from './posting.ts'

const facts: NetworkFacts = {
  network: 'bluesky',
  form: 'post',
  connection: {
    kind: 'fields',
    fields: [
      { name: 'url', isSecret: false, example: 'https://bsky.social' },
      { name: 'handle', isSecret: false, example: 'studio-wisla.bsky.social' },
      { name: 'password', isSecret: true, example: 'abcd-efgh-ijkl-mnop' },
    ],
  },
  text: { max: 300, maxWithMedia: null, counting: 'graphemes', linkLength: null },
  media: {
    countMax: 4,
    types: ['image/jpeg', 'image/png', 'image/webp'],
    bytesMax: 2_000_000,
    sideMax: 4_000,
    // The lexicon knows no limit; the official app takes no more.
    altMax: 2_000,
  },
  threads: true,
  firstComment: null,
  edits: false,
  removes: true,
  repeats: 'taken',
  afterLostAnswer: 'repeat',
}
const collection = 'app.bsky.feed.post'
/** A new record takes three points of 5,000 in an hour and of 35,000 in a day. */
const budget: readonly Budget[] = [
  { count: 1_600, perMs: 3_600_000 },
  { count: 11_000, perMs: 86_400_000 },
]

export function bluesky({ ask, clock, firstPauseMs, read }: NetworkParts): Network {
  const sessions = createSessions(ask, clock)
  const call = async (
    account: Account,
    nsid: string,
    { query, ...question }: Omit<Question, 'context'> & { query?: Readonly<Record<string, string>> },
  ): Promise<unknown> => {
    const search = query ? `?${new URLSearchParams(query).toString()}` : ''
    const asked = ({ access }: Session): Promise<Reply> =>
      ask(`${account.credentials['url'] ?? ''}/xrpc/${nsid}${search}`, {
        ...question,
        context: `Bluesky ${nsid}`,
        headers: { ...question.headers, authorization: `Bearer ${access}` },
      })
    const session = await sessions.of(account)
    const first = await asked(session)
    const reply = isStale(first) ? await asked(await sessions.renewed(account, session)) : first
    if (reply.status === 200 && typeof reply.json === 'object' && reply.json !== null) return reply.json
    throw new Ended(refused(reply, clock.now()))
  }

  const upload = async (piece: Piece, account: Account, signal: AbortSignal): Promise<object[]> =>
    Promise.all(
      partOf(piece).media.map(async (picture) => {
        const { type, alt, width, height } = picture
        const bytes = await read(picture, piece.parcel.workspaceId)
        const question = { method: 'POST', bytes, headers: { 'content-type': type }, signal } as const
        const image = fieldOf(await call(account, 'com.atproto.repo.uploadBlob', question), 'blob')
        if (textAt(image, 'ref', '$link') === null) throw new Ended({ kind: 'ambiguous', code: 'bad-answer' })
        return { image, alt, ...(width && height && { aspectRatio: { width, height } }) }
      }),
    )
  const poster: ReadablePoster<{ handle: string; images: object[] }> = {
    facts,
    repeatsForMs: Number.POSITIVE_INFINITY,
    prepare: async (piece, account, signal) => {
      const { handle } = await sessions.of(account)
      return { handle, images: await upload(piece, account, signal) }
    },
    create: async (piece, { handle, images }, account, signal) => {
      const { did = '' } = account.credentials
      const rkey = tidOf(piece.armedMs, piece.key)
      const json = { repo: did, collection, rkey, record: recordOf(piece, images) }
      const made = await call(account, 'com.atproto.repo.putRecord', { method: 'POST', json, signal })
      const [uri, cid] = [textAt(made, 'uri'), textAt(made, 'cid')]
      if (uri === null || cid === null) throw new Ended({ kind: 'ambiguous', code: 'bad-answer' })
      return { id: rkey, url: `${profileOf(handle, did)}/post/${rkey}`, more: { uri, cid } }
    },
    read: async (there, account, signal) => {
      const query = { repo: account.credentials['did'] ?? '', collection, rkey: there.id }
      return isThere(
        () => call(account, 'com.atproto.repo.getRecord', { query, signal }),
        (record) => textAt(record, 'uri')?.endsWith(`/${there.id}`) || null,
      )
    },
    // What is gone already is answered as if it had been there.
    remove: async (there, account, signal) => {
      const json = { repo: account.credentials['did'] ?? '', collection, rkey: there.id }
      await call(account, 'com.atproto.repo.deleteRecord', { method: 'POST', json, signal })
    },
  }
  return {
    facts,
    limits: { contentBytesMax: 1024 * 1024 },
    firstPauseMs,
    budget,
    send: sendPieces(poster, clock),
    verify: verifyPieces(poster),
    test: (account) =>
      verdictOf(async () => {
        await call(account, 'com.atproto.server.getSession', {})
        return { kind: 'accepted' as const, url: account.url }
      }),
    connect: (fields) =>
      verdictOf(async () => {
        const { password = '' } = fields
        const url = originOf(fields['url'] ?? '')
        const name = (fields['handle'] ?? '').trim().replace(/^@/, '')
        const { did, handle } = await sessions.signIn(url, name, password)
        return {
          accountId: did,
          accountName: `@${handle}`,
          url: profileOf(handle, did),
          credentials: { url, handle, did, password },
        }
      }),
  }
}

const profileOf = (handle: string, did: string): string =>
  // A handle whose domain no longer points at the account leads nowhere.
  `https://bsky.app/profile/${handle === 'handle.invalid' ? did : handle}`

// --- Sessions

type Session = { access: string; refresh: string; handle: string; did: string }
const sessionsMax = 500

/**
 * The signed-in accounts of this process. An account may sign in 300 times a day, so a session is kept, renewed with its refresh
 * token, and made anew only when that is refused. Nothing that anybody sees is asked for here, so no failure leaves anything open.
 */
function createSessions(ask: Ask, clock: Clock) {
  const open = new Map<string, Promise<Session>>()
  const session = async (url: string, method: string, question: Partial<Question>): Promise<Session> => {
    const reply = await calm(() =>
      ask(`${url}/xrpc/com.atproto.server.${method}`, { method: 'POST', context: `Bluesky ${method}`, ...question }),
    )
    const found = {
      access: textAt(reply.json, 'accessJwt'),
      refresh: textAt(reply.json, 'refreshJwt'),
      handle: textAt(reply.json, 'handle'),
      did: textAt(reply.json, 'did'),
    }
    if (reply.status === 200 && isWhole(found)) return found
    // Half an answer may hold half a session: nothing of it is kept.
    const { answer: _, ...failure } = refused(reply, clock.now())
    throw new Ended(calmed(failure))
  }
  const signIn = (url: string, identifier: string, password: string): Promise<Session> =>
    session(url, 'createSession', { json: { identifier, password } })
  const keep = (key: string, opening: Promise<Session>): Promise<Session> => {
    open.delete(key)
    open.set(key, opening)
    const [oldest] = open.keys()
    if (open.size > sessionsMax && oldest !== undefined) open.delete(oldest)
    // Whoever waits for it is told; the next one tries again.
    opening.catch(() => {
      if (open.get(key) === opening) open.delete(key)
    })
    return opening
  }
  const ofAccount = ({ credentials: { url = '', did = '', password = '' } }: Account): Promise<Session> =>
    signIn(url, did, password)
  const of = (account: Account): Promise<Session> => {
    const key = keyOf(account)
    return keep(key, open.get(key) ?? ofAccount(account))
  }
  const renewed = async (account: Account, stale: Session): Promise<Session> => {
    const current = await of(account)
    // Another request came first.
    if (current !== stale) return current
    const renew = async (): Promise<Session> => {
      try {
        const headers = { authorization: `Bearer ${stale.refresh}` }
        return await session(account.credentials['url'] ?? '', 'refreshSession', { headers })
      } catch (error) {
        if (error instanceof Ended && error.verdict.kind === 'reconnect') return ofAccount(account)
        throw error
      }
    }
    return keep(keyOf(account), renew())
  }
  return { of, renewed, signIn }
}

/** A channel that was connected again starts a session of its own. */
const keyOf = ({ channelId, credentials }: Account): string =>
  JSON.stringify([channelId, credentials['url'], credentials['password']])
const isWhole = (found: Record<keyof Session, string | null>): found is Session =>
  Object.values(found).every((text) => text !== null)
const isStale = ({ status, json }: Reply): boolean =>
  status === 400 && ['ExpiredToken', 'InvalidToken'].includes(textAt(json, 'error') ?? '')
const calmed = (failure: Failure): Failure =>
  failure.kind === 'ambiguous' ? { ...failure, kind: 'transient' } : failure

async function calm<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw error instanceof Ended ? new Ended(calmed(error.verdict)) : error
  }
}

// --- The record

function recordOf(piece: Piece, images: object[]): object {
  const { text, post } = partOf(piece)
  const facets = facetsOf(text)
  const embed =
    images.length > 0
      ? { $type: 'app.bsky.embed.images', images }
      : piece.index === 0 && post.link
        ? cardOf(post.link)
        : null
  return {
    $type: collection,
    text,
    langs: [post.language],
    createdAt: new Date(piece.armedMs).toISOString(),
    ...(facets.length > 0 && { facets }),
    ...(embed && { embed }),
    ...(piece.index > 0 && { reply: { root: referenceOf(piece.first), parent: referenceOf(piece.before) } }),
  }
}

const cardOf = ({ url, title, description }: NonNullable<Post['link']>): object => ({
  $type: 'app.bsky.embed.external',
  external: { uri: url, title, description },
})

function referenceOf(piece: RemotePiece | null): object {
  const { uri, cid } = piece?.more ?? {}
  // Without its id an answer would stand by itself.
  if (uri === undefined || cid === undefined) throw new Ended({ kind: 'permanent', code: 'cannot-find' })
  return { uri, cid }
}

const letters = '234567abcdefghijklmnopqrstuvwxyz'
const tidLength = 13

/**
 * A TID that is the same at every attempt: the microseconds since 1970 in 53 bits, ten bits to tell apart, five bits a letter.
 * What a clock of milliseconds leaves open is filled from the piece's key. Source: https://atproto.com/specs/tid.
 */
export function tidOf(armedMs: number, key: string): string {
  const hash = createHash('sha256').update(key).digest()
  const micros = BigInt(armedMs) * 1000n + BigInt(hash.readUInt32BE(0) % 1000)
  const value = (micros << 10n) | BigInt(hash.readUInt16BE(4) % 1024)
  const places = Array.from({ length: tidLength }, (_, at) => Number((value >> BigInt((tidLength - 1 - at) * 5)) & 31n))
  return places.map((place) => letters[place]).join('')
}

type Facet = { index: { byteStart: number; byteEnd: number }; features: object[] }
const tagGraphemesMax = 64
const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })

/** What people can click, by places in the text's UTF-8 bytes. Tags as the official client finds them: `rich-text/util.ts`. */
export function facetsOf(text: string): Facet[] {
  const facet = (at: number, words: string, feature: object): Facet => {
    const byteStart = Buffer.byteLength(text.slice(0, at))
    return { index: { byteStart, byteEnd: byteStart + Buffer.byteLength(words) }, features: [feature] }
  }
  const links = [...text.matchAll(/https?:\/\/[^\s<>"]+/g)].flatMap(({ 0: found, index }) => {
    const uri = withoutTail(found)
    return URL.canParse(uri) ? [facet(index, uri, { $type: 'app.bsky.richtext.facet#link', uri })] : []
  })
  const tags = [...text.matchAll(/(?<=^|\s)([#＃])(?!\ufe0f)([^\s\p{Cf}\p{Me}]+)/gu)].flatMap(
    ({ 1: sign = '#', 2: found = '', index }) => {
      const tag = found.replace(/\p{P}+$/u, '')
      const isTag = /[^\d\p{P}]/u.test(tag) && [...graphemes.segment(tag)].length <= tagGraphemesMax
      return isTag ? [facet(index, sign + tag, { $type: 'app.bsky.richtext.facet#tag', tag })] : []
    },
  )
  return [...links, ...tags].toSorted((a, b) => a.index.byteStart - b.index.byteStart)
}

/** The end of a sentence is no end of a link, nor is the end of a bracket that was opened before it. */
function withoutTail(link: string): string {
  const bare = link.replace(/[.,;:!?…'’”»]+$/u, '')
  return bare.endsWith(')') && bare.split(')').length > bare.split('(').length ? bare.slice(0, -1) : bare
}

// --- Refusals

const tokenProblem = /^(ExpiredToken|InvalidToken|AuthFactorTokenRequired)$/
const accountProblem = /^Account(Takedown|Suspended|Deactivated)$/

function refused(reply: Reply, nowMs: number): Failure {
  const [name, message] = [textAt(reply.json, 'error') ?? '', textAt(reply.json, 'message') ?? '']
  const detail = [name, message].filter((text) => text !== '').join(': ')
  const failure = refusalOf(reply, nowMs, detail === '' ? null : detail)
  const { status, answer } = failure
  if (tokenProblem.test(name)) return { kind: 'reconnect', code: 'token-refused', status, answer, detail }
  if (accountProblem.test(name)) return { kind: 'reconnect', code: 'not-allowed-there', status, answer, detail }
  if (name === 'RecordNotFound') return { kind: 'permanent', code: 'cannot-find', status, answer, detail }
  // What was uploaded does not lie about for long; the next attempt brings it again.
  if (name === 'BlobNotFound') return { kind: 'transient', code: 'receiver-busy', status, answer, detail }
  if (failure.kind !== 'rate-limited' || failure.retryAtMs !== null) return failure
  const resetMs = Number(reply.headers['ratelimit-reset'] ?? 0) * 1000
  return { ...failure, retryAtMs: resetMs > nowMs ? resetMs : null }
}
