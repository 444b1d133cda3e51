/**
 * LinkedIn: posts of a person or of an organisation's page.
 *
 * LinkedIn takes no key against sending twice, but refuses the same post once more and names the one it has. After an answer that
 * was lost, a page's posts are listed. A person's posts cannot be read by apps: there the same post is sent again, when LinkedIn has
 * had the time to know the first one. Then it makes it, so it was not there; or it names a post. Which one may be ours?
 *
 * - One from before this delivery was first sent is somebody else's: LinkedIn has refused ours from the beginning.
 * - One that cannot be read, with the time of this very request in its number: LinkedIn names such ghosts for a day or two after a
 *   post was deleted. Nobody is told more, so it stays open.
 * - One from between is ours: it has the same author, the same words, and stems from the time of our earlier attempts.
 *
 * The time is the one LinkedIn says, else the one in the number: ids of posts carry Unix ms above their last 22 bits.
 * Pictures are brought under new names each time, and whether LinkedIn takes a post with other names for another one is not known:
 * a person's post with pictures is repeated only with the very pictures of before, else a person looks.
 * Sources: https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/posts-api (posts, images, "little" text),
 * https://learn.microsoft.com/en-us/linkedin/shared/authentication/authorization-code-flow, answers quoted in public repositories.
 */
import type { NetworkFacts } from '@floowe/contracts/networks'
import { fieldOf, isThere, refusalOf, textAt, verdictOf } from './asking.ts'
import { type Call, callOf, type Credentials, dayMs, isPerson, plain, skewMs, unread } from './linkedin-api.ts'
import { commentsOf } from './linkedin-comments.ts'
import { Ended, type Failure, type Granted, type Network, type NetworkParts, type OAuth } from './network.ts'
import { type Made, partOf, type Piece, type ReadablePoster, sendPieces, verifyPieces } from './posting.ts'

const facts: NetworkFacts = {
  network: 'linkedin',
  form: 'post',
  connection: { kind: 'oauth', fields: [] },
  text: { max: 3_000, maxWithMedia: null, counting: 'utf16', linkLength: null },
  media: {
    countMax: 20,
    types: ['image/jpeg', 'image/png', 'image/gif'],
    bytesMax: 5_000_000,
    // It takes 36,152,320 pixels: a square of this side.
    sideMax: 6_000,
    altMax: 4_086,
  },
  threads: false,
  firstComment: { max: 1_250 },
  edits: true,
  removes: true,
  repeats: 'refused',
  afterLostAnswer: 'find',
}

/** Without `rw_organization_admin` nobody is told which pages there are. */
const ownScope = 'openid profile w_member_social'
const pagesScope = `${ownScope} w_organization_social r_organization_social rw_organization_admin`
const rolesThatPost = new Set([
  'ADMINISTRATOR',
  'CONTENT_ADMINISTRATOR',
  'CONTENT_ADMIN',
  'DIRECT_SPONSORED_CONTENT_POSTER',
])
const refreshDays = 365
const [pageLength, pagesMax] = [10, 5]
const [rolesLength, rolesPagesMax, organisationsMax] = [100, 5, 50]
/** Questions whether a picture is ready, in one attempt. */
const asksMax = 3
/** Deliveries whose pictures are remembered. */
const uploadsMax = 1_000
const [titleMax, descriptionMax] = [399, 4_085]

type Picture = { urn: string; alt: string }

export function linkedin(parts: NetworkParts): Network {
  const { clock, firstPauseMs } = parts
  const call = callOf(parts)
  const poster = posterOf(parts, call)
  const verify = verifyPieces(poster)
  return {
    facts,
    // Of one author; LinkedIn names it for persons.
    budget: [{ count: 150, perMs: dayMs }],
    limits: { contentBytesMax: 1024 * 1024 },
    firstPauseMs,
    send: sendPieces(poster, clock),
    verify: async (parcel, account, run) =>
      isPerson(account.credentials) ? { kind: 'permanent', code: 'cannot-find' } : verify(parcel, account, run),
    test: ({ credentials, url }) =>
      verdictOf(async () => {
        await placeFor(call, credentials)
        return { kind: 'accepted' as const, url }
      }),
    oauth: oauthOf(parts, call),
    refresh: (credentials) =>
      verdictOf(async () => {
        const { refresh = '' } = credentials
        if (refresh === '') throw new Ended({ kind: 'reconnect', code: 'token-refused', detail: 'no refresh token' })
        const { expiresMs: _, ...kept } = credentials
        return { ...kept, ...(await tokensFor(parts, { grant_type: 'refresh_token', refresh_token: refresh })) }
      }),
  }
}

const pathOf = (urn: string): string => `/rest/posts/${encodeURIComponent(urn)}`
const madeOf = (urn: string): Made => ({ id: urn, url: `https://www.linkedin.com/feed/update/${urn}` })
/** @returns a place for a picture; one that is never filled nobody sees, so that asking for it shows whether posting is allowed */
async function placeFor(call: Call, credentials: Credentials, signal?: AbortSignal) {
  const json = { initializeUploadRequest: { owner: credentials['author'] ?? '' } }
  const reply = await call(credentials, '/rest/images?action=initializeUpload', { method: 'POST', json, signal })
  const [address, urn] = [textAt(reply.json, 'value', 'uploadUrl'), textAt(reply.json, 'value', 'image')]
  if (address === null || urn === null) throw unread(reply)
  return { address, urn }
}

function posterOf(parts: NetworkParts, call: Call): ReadablePoster<Picture[] | null> {
  const uploads = new Map<string, string[]>()
  const pictures = picturesOf(parts, call, uploads)
  return {
    facts,
    prepare: (piece, { credentials }, signal) => pictures(piece, credentials, signal),
    create: async (piece, media, { credentials }, signal) => {
      if (media === null) throw new Ended({ kind: 'ambiguous', code: 'outcome-unknown' })
      try {
        const json = postOf(piece, media, credentials)
        const reply = await call(credentials, '/rest/posts', { method: 'POST', json, signal })
        const urn = reply.headers['x-restli-id'] ?? ''
        if (!postUrn.test(urn)) throw unread(reply)
        return madeOf(urn)
      } catch (error) {
        if (!(error instanceof Ended)) throw error
        const { verdict } = error
        if (verdict.code === 'duplicate') return adopted(call, piece, verdict, credentials, signal)
        // A person's posts cannot be listed: what an earlier attempt has made stays open until LinkedIn takes or names it.
        const isJudged = verdict.status === 400 || verdict.status === 422
        // It may be a picture that LinkedIn no longer has.
        if (isJudged) uploads.delete(piece.key)
        if (piece.maybeThere && isPerson(credentials) && !isJudged) throw new Ended({ ...verdict, kind: 'ambiguous' })
        throw error
      }
    },
    find: async (piece, { credentials }, signal) => {
      if (!isPerson(credentials)) return listed(call, piece, credentials, signal)
      // What would stop the repetition comes up here, where it leaves everything as it is.
      await placeFor(call, credentials, signal)
      return null
    },
    change: async (there, piece, _, { credentials }, signal) => {
      const json = { patch: { $set: { commentary: little(partOf(piece).text) } } }
      const headers = { 'x-restli-method': 'PARTIAL_UPDATE' }
      await call(credentials, pathOf(there.id), { method: 'POST', headers, json, signal })
      return there
    },
    read: (there, { credentials }, signal) =>
      isThere(
        () => call(credentials, pathOf(there.id), { signal }),
        ({ json }) => (textAt(json, 'id') === there.id ? textAt(json, 'lifecycleState') === 'PUBLISHED' : null),
      ),
    comment: commentsOf(call, parts.clock),
    remove: async (there, { credentials }, signal) => {
      try {
        await call(credentials, pathOf(there.id), { method: 'DELETE', signal })
      } catch (error) {
        if (!(error instanceof Ended) || error.verdict.status !== 404) throw error
      }
    },
  }
}

/**
 * What an earlier attempt of this process has uploaded is not uploaded again, and may be ready by now.
 * @returns null: an earlier attempt may have made the post with pictures that are not known here
 */
function picturesOf({ ask, read }: NetworkParts, call: Call, uploads: Map<string, string[]>) {
  const upload = async (piece: Piece, credentials: Credentials, signal: AbortSignal): Promise<string[]> => {
    const urns: string[] = []
    for (const picture of partOf(piece).media) {
      const { address, urn } = await placeFor(call, credentials, signal)
      const bytes = await read(picture, piece.parcel.workspaceId)
      const headers = { authorization: `Bearer ${credentials['token'] ?? ''}`, 'content-type': picture.type }
      const reply = await ask(address, { method: 'PUT', headers, bytes, context: 'LinkedIn picture', signal })
      if (reply.status < 200 || reply.status >= 300) throw new Ended(refusalOf(reply, piece.armedMs))
      urns.push(urn)
    }
    return urns
  }
  const isFine = async (urn: string, credentials: Credentials, signal: AbortSignal): Promise<boolean> => {
    for (let turn = 0; turn < asksMax; turn++) {
      const reply = await call(credentials, `/rest/images/${encodeURIComponent(urn)}`, { signal })
      const status = textAt(reply.json, 'status')
      if (status === 'AVAILABLE') return true
      if (status === 'PROCESSING_FAILED') return false
    }
    throw new Ended({ kind: 'transient', code: 'receiver-busy' })
  }
  return async (piece: Piece, credentials: Credentials, signal: AbortSignal): Promise<Picture[] | null> => {
    const { key, index, parcel, maybeThere } = piece
    const { media } = partOf(piece)
    // A change leaves the pictures as they are.
    const isThere = parcel.kind === 'update' && parcel.standing?.[`part-${index}`]?.id !== undefined
    if (media.length === 0 || isThere) return []
    const known = uploads.get(key)
    if (!known && maybeThere && isPerson(credentials)) return null
    const urns = known ?? (await upload(piece, credentials, signal))
    uploads.set(key, urns)
    const [oldest] = uploads.keys()
    if (uploads.size > uploadsMax && oldest !== undefined) uploads.delete(oldest)
    // The pictures of a person cannot be read: LinkedIn takes them while they are processed.
    for (const urn of isPerson(credentials) ? [] : urns)
      if (!(await isFine(urn, credentials, signal))) {
        uploads.delete(key)
        throw new Ended({ kind: 'permanent', code: 'receiver-refused', detail: 'a picture could not be processed' })
      }
    return urns.map((urn, at) => ({ urn, alt: media[at]?.alt ?? '' }))
  }
}

function postOf(piece: Piece, media: readonly Picture[], credentials: Credentials): object {
  const { text, post } = partOf(piece)
  const shown = media.map(({ urn, alt }) => ({ id: urn, ...(alt !== '' && { altText: alt }) }))
  const content =
    shown.length > 1
      ? { multiImage: { images: shown } }
      : shown.length === 1
        ? { media: shown[0] }
        : post.link && { article: articleOf(post.link) }
  return {
    author: credentials['author'] ?? '',
    commentary: little(text),
    visibility: 'PUBLIC',
    distribution: { feedDistribution: 'MAIN_FEED', targetEntities: [], thirdPartyDistributionChannels: [] },
    ...(content && { content }),
    lifecycleState: 'PUBLISHED',
    isReshareDisabledByAuthor: false,
  }
}

/** LinkedIn does not look at the page itself. */
const articleOf = ({ url, title, description }: { url: string; title: string; description: string }): object => ({
  source: url,
  title: title.slice(0, titleMax).toWellFormed(),
  ...(description !== '' && { description: description.slice(0, descriptionMax).toWellFormed() }),
})

/** Hashtags of letters and digits work as such; every other reserved character stands behind a backslash, in links as well. */
const reserved =
  /(?<![\p{L}\p{M}\p{N}_#/&])#(?=[\p{M}\p{N}]*\p{L})[\p{L}\p{M}\p{N}]+(?![\p{L}\p{M}\p{N}_])|[\\|{}@[\]()<>#*_~]/gu

/** @returns the words as "little" text. LinkedIn cuts a post at a reserved character that is none of its elements, without a word */
export const little = (words: string): string =>
  words.replace(reserved, (found) => (found.length > 1 ? found : `\\${found}`))

const element = /\{hashtag\|\\?([#＃])\|([^}]*)\}|@\[((?:\\.|[^\]\\])*)\]\(urn:[^)]*\)|\\(.)/gsu
/** @returns the words of a "little" text, as people see them */
export const wordsOf = (text: string): string =>
  text.replace(element, (_, sign?: string, tag?: string, name?: string, character?: string) =>
    sign === undefined ? (character ?? bare(name)) : `${sign}${bare(tag)}`,
  )
const bare = (text = ''): string => text.replace(/\\(.)/gsu, '$1')

const isSame = (post: unknown, piece: Piece, credentials: Credentials): boolean =>
  textAt(post, 'author') === credentials['author'] &&
  plain(wordsOf(textAt(post, 'commentary') ?? '')) === plain(partOf(piece).text)

const postUrn = /^urn:li:(?:share|ugcPost):\d+$/
/** @returns Unix ms, from the number of a post */
function timeIn(urn: string): number | null {
  const number = /:(\d{17,20})$/.exec(urn)?.[1]
  return number === undefined ? null : Number(BigInt(number) >> 22n)
}
function timeOf(post: unknown, urn: string): number | null {
  const said = fieldOf(post, 'publishedAt') ?? fieldOf(post, 'createdAt')
  return typeof said === 'number' ? said : timeIn(urn)
}

/** In what a page has posted since the piece was armed. */
async function listed(call: Call, piece: Piece, credentials: Credentials, signal: AbortSignal): Promise<Made | null> {
  const sinceMs = piece.armedMs - skewMs
  const author = encodeURIComponent(credentials['author'] ?? '')
  for (let page = 0; page < pagesMax; page++) {
    const query = `author=${author}&q=author&count=${pageLength}&start=${page * pageLength}&sortBy=LAST_MODIFIED`
    const reply = await call(credentials, `/rest/posts?${query}`, { signal })
    const posts = fieldOf(reply.json, 'elements')
    // Only a list says that something is not there.
    if (!Array.isArray(posts)) throw unread(reply)
    for (const post of posts as unknown[]) {
      // of anything
      const urn = textAt(post, 'id') ?? ''
      const madeMs = timeOf(post, urn)
      if (madeMs !== null && madeMs >= sinceMs && isSame(post, piece, credentials)) return madeOf(urn)
    }
    const changedMs = fieldOf(posts.at(-1), 'lastModifiedAt')
    // A page may be short without being the last one.
    if (posts.length === 0 || (typeof changedMs === 'number' && changedMs < sinceMs)) return null
  }
  // So much was posted since that the end was not reached.
  throw new Ended({ kind: 'ambiguous', code: 'not-listed-yet' })
}

/** @returns the post that LinkedIn names instead of making one, where it is ours; see the head of this file */
async function adopted(
  call: Call,
  piece: Piece,
  verdict: Failure,
  credentials: Credentials,
  signal: AbortSignal,
): Promise<Made> {
  const urn = /urn:li:(?:share|ugcPost):\d+/.exec(verdict.answer ?? '')?.[0] ?? null
  const open = new Ended({ ...verdict, kind: 'ambiguous', code: 'not-listed-yet' })
  if (urn === null) throw piece.maybeThere ? open : new Ended(verdict)
  const reply = await verdictOf(() => call(credentials, pathOf(urn), { signal }))
  const isUnreadable = 'kind' in reply
  const isGone = isUnreadable && reply.status === 404
  const isNew = (timeIn(urn) ?? 0) >= piece.armedMs - skewMs
  const isGhost = isGone || (isUnreadable && reply.status === 403 && isNew)
  // A ghost goes by itself.
  if (!piece.maybeThere) throw new Ended(isGhost ? { ...verdict, kind: 'transient', code: 'duplicate' } : verdict)
  if (isGhost || (isUnreadable && reply.status !== 403)) throw open
  const post = isUnreadable ? undefined : reply.json
  const madeMs = timeOf(post, urn)
  if (madeMs === null) throw new Ended({ ...verdict, kind: 'ambiguous', code: 'outcome-unknown' })
  // Nothing of this delivery is older than its first attempt.
  if (madeMs < Date.parse(piece.parcel.at) - skewMs) throw new Ended(verdict)
  if (!isUnreadable && !isSame(post, piece, credentials)) throw open
  return madeOf(urn)
}

function oauthOf(parts: NetworkParts, call: Call): OAuth {
  const { clients, addresses, linkedinPages } = parts
  return {
    isReady: clients.linkedin !== null,
    authorize: ({ state, redirect }) => {
      const query = new URLSearchParams({
        response_type: 'code',
        client_id: clients.linkedin?.id ?? '',
        redirect_uri: redirect,
        state,
        // A client without approval for pages would be refused the whole sign-in.
        scope: linkedinPages ? pagesScope : ownScope,
      })
      return `${addresses.linkedinSignIn}/authorization?${query.toString().replaceAll('+', '%20')}`
    },
    exchange: ({ code, redirect }) =>
      verdictOf(async () => {
        const tokens = await tokensFor(parts, { grant_type: 'authorization_code', code, redirect_uri: redirect })
        return [await personOf(call, tokens), ...(linkedinPages ? await organisationsOf(call, tokens) : [])]
      }),
  }
}

async function personOf(call: Call, tokens: Credentials): Promise<Granted> {
  const reply = await call(tokens, '/v2/userinfo')
  const id = textAt(reply.json, 'sub')
  if (id === null) throw unread(reply)
  const author = `urn:li:person:${id}`
  const accountName = textAt(reply.json, 'name') ?? id
  return { kind: 'person', accountId: author, accountName, url: null, credentials: { ...tokens, author } }
}

/** The pages that the person may post on. Apps without LinkedIn's approval for pages are refused the list: then there are none. */
async function organisationsOf(call: Call, tokens: Credentials): Promise<Granted[]> {
  const ids = new Set<string>()
  for (let page = 0; page < rolesPagesMax; page++) {
    const query = `q=roleAssignee&state=APPROVED&count=${rolesLength}&start=${page * rolesLength}`
    const reply = await verdictOf(() => call(tokens, `/rest/organizationAcls?${query}`))
    if ('kind' in reply && reply.status === 403) return []
    if ('kind' in reply) throw new Ended(reply)
    const roles = fieldOf(reply.json, 'elements')
    if (!Array.isArray(roles)) throw unread(reply)
    for (const one of roles as unknown[]) {
      // of anything
      const urn = textAt(one, 'organization') ?? textAt(one, 'organizationTarget') ?? ''
      const id = /^urn:li:organization:(\d+)$/.exec(urn)?.[1]
      if (id !== undefined && rolesThatPost.has(textAt(one, 'role') ?? '')) ids.add(id)
    }
    if (roles.length < rolesLength) break
  }
  return Promise.all(
    [...ids].slice(0, organisationsMax).map(async (id): Promise<Granted> => {
      const reply = await verdictOf(() => call(tokens, `/rest/organizations/${id}`))
      const name = 'kind' in reply ? null : textAt(reply.json, 'localizedName')
      const author = `urn:li:organization:${id}`
      return {
        kind: 'organisation',
        accountId: author,
        accountName: name ?? id,
        url: `https://www.linkedin.com/company/${id}`,
        credentials: { ...tokens, author },
      }
    }),
  )
}

/**
 * The answer is never kept: there are tokens in it. Only approved apps get refresh tokens; they end a year after the person
 * granted them, whatever is renewed until then.
 */
async function tokensFor(
  { ask, clock, addresses, clients }: NetworkParts,
  form: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const client = clients.linkedin
  if (!client) throw new Ended({ kind: 'reconnect', code: 'token-refused', detail: 'no client is registered' })
  const whole = { ...form, client_id: client.id, client_secret: client.secret }
  const question = { method: 'POST', form: whole, context: 'LinkedIn sign-in' } as const
  const reply = await verdictOf(() => ask(`${addresses.linkedinSignIn}/accessToken`, question))
  if ('kind' in reply) throw new Ended(reply.kind === 'ambiguous' ? { ...reply, kind: 'transient' } : reply)
  const { status, json } = reply
  const [token, refresh] = [textAt(json, 'access_token'), textAt(json, 'refresh_token')]
  if (status === 200 && token !== null) {
    const msIn = (name: string): number | null => {
      const seconds = Number(textAt(json, name) ?? Number.NaN)
      return seconds > 0 ? clock.now() + seconds * 1000 : null
    }
    const expiresMs = msIn('expires_in')
    if (refresh === null) return { token, ...(expiresMs !== null && { endsMs: String(expiresMs) }) }
    const known = form['grant_type'] === 'refresh_token' ? null : clock.now() + refreshDays * dayMs
    const endsMs = msIn('refresh_token_expires_in') ?? known
    return {
      ...{ token, refresh },
      ...(expiresMs !== null && { expiresMs: String(expiresMs) }),
      ...(endsMs !== null && { endsMs: String(endsMs) }),
    }
  }
  const detail = (textAt(json, 'error_description') ?? textAt(json, 'error'))?.slice(0, 300) ?? String(status)
  // Whether it is the code, the token or the client: a person has to act.
  if (status === 400 || status === 401) throw new Ended({ kind: 'reconnect', code: 'token-refused', status, detail })
  const { answer: _, ...failure } = refusalOf(reply, clock.now(), detail)
  throw new Ended(failure.kind === 'ambiguous' ? { ...failure, kind: 'transient' } : failure)
}
