/**
 * X's API with one account, as far as a publisher needs it: sign-in with PKCE, tokens that run out and refresh tokens that work
 * once, posts with pictures and answers, listed and deleted. It refuses what the real one refuses, the same words once more among
 * it. Rate limits are always told, and held on request. Links are those with the endings in `link`; the real X knows all of them.
 * Sources: https://docs.x.com/x-api, answers quoted in public repositories, twitter-text's configuration 3.
 */
import { createHash, randomBytes } from 'node:crypto'
import {
  type Answer,
  type Asked,
  type Behaviour,
  fieldOf,
  formOf,
  type Losing,
  refuse,
  startVendor,
  textOf,
  type Vendor,
  type VendorOptions,
  VendorRefusal,
} from './vendor.ts'

export type XOptions = VendorOptions & {
  handle?: string
  userId?: string
  client?: { id: string; secret: string }
  /** Addresses that the client registered. Standard: any. */
  redirects?: readonly string[]
  /** Holds the limits; `postsPerDay` another one than the real account's. Standard: none is held. */
  limits?: boolean | { postsPerDay: number }
}
export type XPost = {
  id: string
  text: string
  before: string | null
  media: { id: string; alt: string }[]
  atMs: number
}
export type XTokens = { token: string; refresh: string; expiresMs: number }
export type X = Vendor &
  Losing & {
    handle: string
    userId: string
    client: { id: string; secret: string }
    /** Where people sign in. */
    signInUrl: string
    /** From now on the person says no at sign-in, or yes again. */
    answer: (how: 'agree' | 'deny') => void
    /** What a sign-in leads to, without one. */
    grant: () => XTokens
    /** Every access token there is has run out. */
    expireAccess: () => void
    /** The person took the app's access back: no token that was given out works any more. */
    revoke: () => void
    /** There is nothing left to pay with, or there is again. */
    credits: (how: 'depleted' | 'there') => void
    /** What stands, the oldest first. */
    posts: () => XPost[]
  }

const [secondMs, minuteMs, hourMs] = [1_000, 60_000, 3_600_000]
const codeMs = 30 * secondMs
const accessMs = 2 * hourMs
const windowMs = 15 * minuteMs
const dayMs = 24 * hourMs
const mediaMs = 24 * hourMs
const weightMax = 28_000
const pictureBytesMax = 5 * 1024 * 1024
const picturesMax = 4
const altMax = 1_000
const postsPerDayStandard = 10_000
const snowflakeEpochMs = 1_288_834_974_657
const allScopes = ['tweet.read', 'tweet.write', 'users.read', 'media.write', 'offline.access']
/** RGI_Emoji leaves out what has no variation selector. */
const emoji = /[#*0-9]\uFE0F?\u20E3|\p{RGI_Emoji}|\p{Emoji_Presentation}/gv
const link = /(?:https?:\/\/)?(?:[\p{L}\d-]+\.)+(?:com|org|net|eu|pl|dev|io)(?![\p{L}\d-])(?:[/?#][^\s]*)?/giu

type Code = { challenge: string; method: string; redirect: string; scopes: string[]; until: number }
type Access = { family: string; scopes: readonly string[]; until: number }
type Refresh = { family: string; scopes: readonly string[]; isUsed: boolean }
type Media = { alt: string; until: number }
type World = {
  handle: string
  userId: string
  client: { id: string; secret: string }
  redirects: readonly string[] | null
  listingDelayMs: number
  isDenied: boolean
  hasCredits: boolean
  codes: Map<string, Code>
  access: Map<string, Access>
  refresh: Map<string, Refresh>
  media: Map<string, Media>
  posts: Map<string, XPost>
  ids: number
  /** @returns headers; throws when a limit is held and used up */
  count: (route: Route, nowMs: number) => Record<string, string>
}
type Note = Parameters<Behaviour>[1]
type Route = {
  method: string
  path: RegExp
  scopes: readonly string[]
  /** Of a quarter of an hour. */
  limit: number
  answer: (asked: Asked, world: World, note: Note, id: string) => Answer | Promise<Answer>
}

export async function startX(options: XOptions = {}): Promise<X> {
  const { handle = 'studio_wisla', userId = '1460323737035677698', redirects = null, listingDelayMs = 0 } = options
  const {
    client = { id: 'floowe-client', secret: 'floowe-secret-1234567890' },
    limits = false,
    nowMs = Date.now,
  } = options
  const world: World = {
    handle,
    userId,
    client,
    redirects,
    listingDelayMs,
    isDenied: false,
    hasCredits: true,
    codes: new Map(),
    access: new Map(),
    refresh: new Map(),
    media: new Map(),
    posts: new Map(),
    ids: 0,
    count: createLimits(limits),
  }
  const vendor = await startVendor((asked, note) => {
    if (asked.path === '/i/oauth2/authorize') return signIn(asked, world)
    if (asked.path === '/2/oauth2/token' && asked.method === 'POST') return tokens(asked, world)
    return served(asked, world, note)
  }, options)
  return {
    ...vendor,
    handle,
    userId,
    client,
    signInUrl: `${vendor.url}/i/oauth2/authorize`,
    answer: (how) => void (world.isDenied = how === 'deny'),
    grant: () => {
      const { access_token: token, refresh_token: refresh = '' } = newTokens(world, random(), allScopes, nowMs())
      return { token, refresh, expiresMs: nowMs() + accessMs }
    },
    expireAccess: () => {
      for (const access of world.access.values()) access.until = 0
    },
    revoke: () => {
      world.access.clear()
      world.refresh.clear()
    },
    credits: (how) => void (world.hasCredits = how === 'there'),
    lose: () => world.posts.clear(),
    posts: () => [...world.posts.values()],
  }
}

const random = (): string => randomBytes(32).toString('base64url')
/** Ids carry the time they were made at. */
const newId = (world: World, nowMs: number): string =>
  String((BigInt(nowMs - snowflakeEpochMs) << 22n) + BigInt((world.ids += 1)))

function signIn({ query, nowMs }: Asked, world: World): Answer {
  const [redirect, method] = [query.get('redirect_uri') ?? '', query.get('code_challenge_method') ?? 'plain']
  const [state, challenge] = [query.get('state') ?? '', query.get('code_challenge') ?? '']
  const scopes = (query.get('scope') ?? '').split(' ')
  const isKnown =
    query.get('client_id') === world.client.id && (world.redirects?.includes(redirect) ?? URL.canParse(redirect))
  const isRight = query.get('response_type') === 'code' && ['S256', 'plain'].includes(method) && challenge !== ''
  // The real page says only that something went wrong.
  if (!isKnown || !isRight || state === '' || state.length > 500 || scopes.some((one) => !allScopes.includes(one)))
    return refuse(400, 'Something went wrong. You weren’t able to give access to the App.')
  const to = new URL(redirect)
  to.searchParams.set('state', state)
  if (world.isDenied) {
    to.searchParams.set('error', 'access_denied')
    return { status: 302, headers: { location: to.href } }
  }
  const code = random()
  world.codes.set(code, { challenge, method, redirect, scopes, until: nowMs + codeMs })
  to.searchParams.set('code', code)
  return { status: 302, headers: { location: to.href } }
}

const oauthError = (description: string): object => ({ error: 'invalid_request', error_description: description })

async function tokens(asked: Asked, world: World): Promise<Answer> {
  const { client } = world
  const basic = `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString('base64')}`
  if (asked.headers['authorization'] !== basic)
    return refuse(401, { error: 'unauthorized_client', error_description: 'Missing valid authorization header' })
  const form = await formOf(asked)
  const field = (name: string): string => String(form.get(name) ?? '')
  if (field('grant_type') === 'refresh_token') {
    const used = world.refresh.get(field('refresh_token'))
    // A token that comes twice was stolen from one of the two.
    if (used?.isUsed) dropFamily(world, used.family)
    if (!used || used.isUsed) return refuse(400, oauthError('Value passed for the token was invalid.'))
    used.isUsed = true
    for (const [token, { family }] of world.access) if (family === used.family) world.access.delete(token)
    return { status: 200, body: newTokens(world, used.family, used.scopes, asked.nowMs) }
  }
  if (field('grant_type') !== 'authorization_code')
    return refuse(400, oauthError('Missing required parameter [grant_type].'))
  const code = world.codes.get(field('code'))
  world.codes.delete(field('code'))
  const verifier = field('code_verifier')
  const shown = code?.method === 'S256' ? createHash('sha256').update(verifier).digest('base64url') : verifier
  if (!code || code.until < asked.nowMs)
    return refuse(400, oauthError('Value passed for the authorization code was invalid.'))
  if (code.redirect !== field('redirect_uri'))
    return refuse(400, oauthError('Value passed for the redirect uri did not match the uri of the authorization code.'))
  if (shown !== code.challenge)
    return refuse(400, oauthError('Value passed for the code verifier did not match the code challenge.'))
  return { status: 200, body: newTokens(world, random(), code.scopes, asked.nowMs) }
}

function newTokens(world: World, family: string, scopes: readonly string[], nowMs: number) {
  const [token, refresh] = [random(), random()]
  world.access.set(token, { family, scopes, until: nowMs + accessMs })
  const isLasting = scopes.includes('offline.access')
  if (isLasting) world.refresh.set(refresh, { family, scopes, isUsed: false })
  return {
    token_type: 'bearer',
    expires_in: accessMs / secondMs,
    access_token: token,
    scope: scopes.join(' '),
    ...(isLasting && { refresh_token: refresh }),
  }
}

function dropFamily(world: World, family: string): void {
  for (const [token, access] of world.access) if (access.family === family) world.access.delete(token)
  for (const refresh of world.refresh.values()) if (refresh.family === family) refresh.isUsed = true
}

const problem = (status: number, title: string, detail: string, more: object = {}): [number, object] => [
  status,
  { title, detail, type: 'about:blank', status, ...more },
]
const invalid = (name: string, value: unknown, message: string): [number, object] => [
  400,
  {
    errors: [{ parameters: { [name]: [String(value)] }, message }],
    title: 'Invalid Request',
    detail: 'One or more parameters to your request was invalid.',
    type: 'https://api.twitter.com/2/problems/invalid-request',
  },
]

async function served(asked: Asked, world: World, note: Note): Promise<Answer> {
  const route = routes.find(({ method, path }) => method === asked.method && path.test(asked.path))
  if (!route) return refuse(...problem(404, 'Not Found', 'Not Found'))
  const access = world.access.get(/^Bearer (.+)$/.exec(asked.headers['authorization'] ?? '')?.[1] ?? '')
  if (!access || access.until <= asked.nowMs) return refuse(...problem(401, 'Unauthorized', 'Unauthorized'))
  if (!world.hasCredits)
    return refuse(402, {
      title: 'CreditsDepleted',
      detail: `Your enrolled account [${world.userId}] does not have any credits to fulfill this request.`,
      type: 'https://api.twitter.com/2/problems/credits',
    })
  if (route.scopes.some((scope) => !access.scopes.includes(scope)))
    return refuse(...problem(403, 'Forbidden', 'Your token lacks a scope that this request needs.'))
  const headers = world.count(route, asked.nowMs)
  try {
    const id = route.path.exec(asked.path)?.[1] ?? ''
    return { headers, ...(await route.answer(asked, world, note, id)) }
  } catch (error) {
    if (error instanceof VendorRefusal) throw new VendorRefusal({ headers, ...error.answer })
    throw error
  }
}

const toWrite = ['tweet.read', 'tweet.write', 'users.read']
const routes: readonly Route[] = [
  {
    method: 'GET',
    path: /^\/2\/users\/me$/,
    scopes: ['tweet.read', 'users.read'],
    limit: 75,
    answer: (_, { userId, handle }) => ({
      status: 200,
      body: { data: { id: userId, name: handle, username: handle } },
    }),
  },
  {
    method: 'GET',
    path: /^\/2\/users\/(\d+)\/tweets$/,
    scopes: ['tweet.read', 'users.read'],
    limit: 900,
    answer: list,
  },
  { method: 'POST', path: /^\/2\/tweets$/, scopes: toWrite, limit: 100, answer: create },
  {
    method: 'GET',
    path: /^\/2\/tweets\/(\d+)$/,
    scopes: ['tweet.read', 'users.read'],
    limit: 900,
    answer: (_, world, _note, id) => {
      const post = world.posts.get(id)
      if (post)
        return { status: 200, body: { data: { id, text: shown(post, world).text, edit_history_tweet_ids: [id] } } }
      // What is not there is a success.
      const missing = {
        ...{ value: id, resource_id: id, parameter: 'id', resource_type: 'tweet', title: 'Not Found Error' },
        detail: `Could not find tweet with id: [${id}].`,
        type: 'https://api.twitter.com/2/problems/resource-not-found',
      }
      return { status: 200, body: { errors: [missing] } }
    },
  },
  {
    method: 'DELETE',
    path: /^\/2\/tweets\/(\d+)$/,
    scopes: toWrite,
    limit: 50,
    answer: (_, { posts, userId }, note, id) => {
      const post = posts.get(id)
      if (!post) return refuse(...problem(404, 'Not Found Error', `Could not find tweet with id: [${id}].`))
      posts.delete(id)
      note({ kind: 'removed', id, account: userId, text: post.text })
      return { status: 200, body: { data: { deleted: true } } }
    },
  },
  { method: 'POST', path: /^\/2\/media\/upload$/, scopes: ['media.write'], limit: 500, answer: upload },
  {
    method: 'POST',
    path: /^\/2\/media\/metadata$/,
    scopes: ['media.write'],
    limit: 500,
    answer: ({ json, nowMs }, { media }) => {
      const id = textOf(json, 'id')
      const entry = media.get(id)
      const alt = textOf(fieldOf(fieldOf(json, 'metadata'), 'alt_text'), 'text')
      if (!entry || entry.until < nowMs) return refuse(...invalid('id', id, 'Your media IDs are invalid.'))
      if (alt === '' || Array.from(alt).length > altMax)
        return refuse(...invalid('metadata.alt_text.text', alt.length, `Must be between 1 and ${altMax} characters.`))
      entry.alt = alt
      return { status: 200, body: { data: { id, associated_metadata: { alt_text: { text: alt } } } } }
    },
  },
]

const isPicture = (bytes: Buffer): boolean =>
  bytes.subarray(0, 4).toString('latin1') === '\x89PNG' ||
  bytes.subarray(0, 2).toString('hex') === 'ffd8' ||
  bytes.subarray(8, 12).toString('latin1') === 'WEBP'

async function upload(asked: Asked, world: World): Promise<Answer> {
  const form = await formOf(asked)
  const file = form.get('media')
  if (!(file instanceof File)) return refuse(...invalid('media', '', 'media is required.'))
  if (form.get('media_category') !== 'tweet_image')
    return refuse(...invalid('media_category', form.get('media_category'), 'The media category is not one of those.'))
  if (file.size > pictureBytesMax) return refuse(...problem(413, 'Payload Too Large', 'File size exceeds 5 MB.'))
  if (!isPicture(Buffer.from(await file.arrayBuffer())))
    return refuse(...invalid('media', file.name, 'Media type unrecognized.'))
  const id = newId(world, asked.nowMs)
  world.media.set(id, { alt: '', until: asked.nowMs + mediaMs })
  const data = { id, media_key: `3_${id}`, size: file.size, expires_after_secs: mediaMs / secondMs }
  return { status: 200, body: { data } }
}

const postFields = [
  'text',
  'media',
  'reply',
  'quote_tweet_id',
  'reply_settings',
  'poll',
  'made_with_ai',
  'paid_partnership',
]

function create({ json, nowMs }: Asked, world: World, note: Note): Answer {
  const unknown = Object.keys(typeof json === 'object' && json !== null ? json : { '': 0 }).find(
    (name) => !postFields.includes(name),
  )
  if (unknown !== undefined)
    return refuse(
      ...invalid(unknown, '', `$.${unknown}: is not defined in the schema and additional properties are not allowed`),
    )
  const text = textOf(json, 'text').normalize('NFC').trim()
  const given = fieldOf(fieldOf(json, 'media'), 'media_ids') ?? []
  const ids = Array.isArray(given) ? given.map(String) : []
  if (text === '' && ids.length === 0) return refuse(...invalid('text', '', 'text or media is required.'))
  if (weightOf(text) > weightMax) return refuse(...problem(403, 'Forbidden', 'Your Tweet text is too long.'))
  if (ids.length > picturesMax || !ids.every((id) => (world.media.get(id)?.until ?? 0) >= nowMs))
    return refuse(...invalid('media.media_ids', ids.join(), 'Your media IDs are invalid.'))
  const before = textOf(fieldOf(json, 'reply'), 'in_reply_to_tweet_id') || null
  if (before !== null && !world.posts.has(before))
    return refuse(
      ...problem(403, 'Forbidden', 'You attempted to reply to a Tweet that is deleted or not visible to you.'),
    )
  if (text !== '' && [...world.posts.values()].some((post) => post.text === text))
    return refuse(...problem(403, 'Forbidden', 'You are not allowed to create a Tweet with duplicate content.'))
  const id = newId(world, nowMs)
  const media = ids.map((one) => ({ id: one, alt: world.media.get(one)?.alt ?? '' }))
  const post: XPost = { id, text, before, media, atMs: nowMs }
  world.posts.set(id, post)
  note({ kind: 'created', id, account: world.userId, text })
  return { status: 201, body: { data: { id, text: shown(post, world).text, edit_history_tweet_ids: [id] } } }
}

/** As configuration 3 of twitter-text weighs it. */
export function weightOf(text: string): number {
  let weight = 0
  const take = (form: RegExp, each: number) => (rest: string) =>
    rest.replace(form, () => {
      weight += each
      return ''
    })
  const rest = take(emoji, 200)(take(link, 2_300)(text.normalize('NFC')))
  for (const character of rest) {
    const point = character.codePointAt(0) ?? 0
    const isLight =
      point <= 4351 ||
      (point >= 8192 && point <= 8205) ||
      (point >= 8208 && point <= 8223) ||
      (point >= 8242 && point <= 8247)
    weight += isLight ? 100 : 200
  }
  return weight
}

const pageMax = 100
const endBehindMs = 10_000
const pageMin = 5
const seconds = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/

function list({ query, nowMs }: Asked, world: World, _: Note, id: string): Answer {
  if (id !== world.userId) return refuse(...invalid('id', id, 'The `id` query parameter value is not valid'))
  const length = Number(query.get('max_results') ?? 10)
  if (!Number.isInteger(length) || length < pageMin || length > pageMax)
    return refuse(
      ...invalid(
        'max_results',
        length,
        `The \`max_results\` query parameter value is not between ${pageMin} and ${pageMax}`,
      ),
    )
  const start = query.get('start_time')
  if (start !== null && !seconds.test(start))
    return refuse(...invalid('start_time', start, 'not a time in whole seconds'))
  const end = query.get('end_time')
  if (end !== null && (!seconds.test(end) || Date.parse(end) > nowMs - endBehindMs || end <= (start ?? '')))
    return refuse(...invalid('end_time', end, 'must be a minimum of 10 seconds prior to the request time'))
  const from = Number(query.get('pagination_token') ?? 0)
  const fields = (query.get('tweet.fields') ?? '').split(',')
  const all = [...world.posts.values()]
    .filter(({ atMs }) => atMs + world.listingDelayMs <= nowMs)
    .filter(({ atMs }) => (start === null || atMs >= Date.parse(start)) && (end === null || atMs < Date.parse(end)))
    .toReversed()
  const page = all.slice(from, from + length)
  const more = from + length < all.length && { next_token: String(from + length) }
  if (page.length === 0) return { status: 200, body: { meta: { result_count: 0 } } }
  const data = page.map((post) => {
    const { text, entities } = shown(post, world)
    return {
      id: post.id,
      text,
      edit_history_tweet_ids: [post.id],
      ...(fields.includes('created_at') && { created_at: `${new Date(post.atMs).toISOString().slice(0, 19)}.000Z` }),
      ...(fields.includes('entities') && entities.length > 0 && { entities: { urls: entities } }),
      ...(fields.includes('referenced_tweets') &&
        post.before !== null && { referenced_tweets: [{ type: 'replied_to', id: post.before }] }),
    }
  })
  const meta = { result_count: page.length, newest_id: page[0]?.id, oldest_id: page.at(-1)?.id, ...more }
  return { status: 200, body: { data, meta } }
}

const shortOf = (url: string): string =>
  `https://t.co/${createHash('sha256').update(url).digest('base64').replace(/\W/g, '').slice(0, 10)}`

/** With X's own links, one more for the pictures, and the three characters of HTML escaped. */
function shown({ id, text, media }: XPost, { handle }: World): { text: string; entities: object[] } {
  const entities: object[] = []
  const short = (whole: string): string => {
    const expanded = /^https?:/i.test(whole) ? whole : `http://${whole}`
    entities.push({ url: shortOf(expanded), expanded_url: expanded, display_url: expanded.replace(/^https?:\/\//, '') })
    return shortOf(expanded)
  }
  // Links hold none of < and >; what is left of & in them goes with them.
  const words = text.replace(link, short).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
  const photo = `https://x.com/${handle}/status/${id}/photo/1`
  for (const picture of media)
    entities.push({
      url: shortOf(photo),
      expanded_url: photo,
      display_url: 'pic.x.com/wisla',
      media_key: `3_${picture.id}`,
    })
  return { text: media.length === 0 ? words : `${words} ${shortOf(photo)}`.trim(), entities }
}

/** Counts always and refuses where the limits are held. */
function createLimits(limits: NonNullable<XOptions['limits']>): World['count'] {
  const counters = new Map<string, { count: number; resetMs: number }>()
  const take = (key: string, lengthMs: number, nowMs: number) => {
    const kept = counters.get(key)
    const counter = kept && kept.resetMs > nowMs ? kept : { count: 0, resetMs: nowMs + lengthMs }
    counter.count += 1
    counters.set(key, counter)
    return counter
  }
  return (route, nowMs) => {
    const headers: Record<string, string> = {}
    let isOver = false
    const hold = (name: string, key: string, lengthMs: number, max: number): void => {
      const { count, resetMs } = take(key, lengthMs, nowMs)
      headers[`${name}-limit`] = String(max)
      headers[`${name}-remaining`] = String(Math.max(0, max - count))
      headers[`${name}-reset`] = String(Math.ceil(resetMs / secondMs))
      isOver ||= count > max
    }
    hold('x-rate-limit', `${route.method} ${route.path.source}`, windowMs, route.limit)
    const day = typeof limits === 'object' ? limits.postsPerDay : postsPerDayStandard
    if (route.answer === create) hold('x-user-limit-24hour', 'posts', dayMs, day)
    if (isOver && limits !== false) refuse(...problem(429, 'Too Many Requests', 'Too Many Requests'), headers)
    return headers
  }
}
