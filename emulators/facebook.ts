/**
 * Facebook's Graph API with one person and their pages, as far as a publisher needs it: sign-in, tokens of pages, photos, posts
 * with text, link or photos, and comments of the page under them, changed, listed and deleted. It refuses what the real one refuses, with its codes and subcodes. The same
 * words once more are refused for a while, unless there are photos with them, as those are other ones each time.
 * Sources: https://developers.facebook.com/docs/pages-api/posts, https://developers.facebook.com/docs/graph-api/guides/error-handling,
 * https://developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow, answers quoted in public repositories.
 */
import { createHmac, randomBytes } from 'node:crypto'
import {
  type Answer,
  type Asked,
  type Behaviour,
  fieldOf,
  formOf,
  refuse,
  startVendor,
  textOf,
  type Vendor,
  type VendorOptions,
} from './vendor.ts'

export type FacebookOptions = VendorOptions & {
  pages?: readonly { id: string; name: string; tasks: readonly string[] }[]
  client?: { id: string; secret: string }
  /** Addresses that the client registered. Standard: any. */
  redirects?: readonly string[]
  /** The client wants every request with a token to show its proof. Standard: only one that is wrong is refused. */
  needsProof?: boolean
}
export type FacebookPost = {
  id: string
  page: string
  message: string
  link: string | null
  photos: { id: string; alt: string }[]
  atMs: number
}
export type FacebookComment = { id: string; page: string; post: string; message: string; atMs: number }
export type Facebook = Vendor & {
  client: { id: string; secret: string }
  /** Where people sign in, without a slash at the end. */
  signInUrl: string
  /** From now on the person says no at sign-in, or yes again. */
  answer: (how: 'agree' | 'deny') => void
  /** What a sign-in leads to for a page, without one. */
  grant: (page: string) => string
  /** The person changed the password: no token that was given out works any more. */
  revoke: () => void
  /** What stands, the oldest first. */
  posts: () => FacebookPost[]
  /** Whatever stands is gone, or that comment alone, and nothing says so. */
  lose: (comment?: string) => void
  comments: () => FacebookComment[]
}

const [secondMs, minuteMs, hourMs, dayMs] = [1_000, 60_000, 3_600_000, 86_400_000]
const [codeMs, shortMs, longMs] = [10 * minuteMs, 2 * hourMs, 60 * dayMs]
const [messageMax, commentMax] = [63_206, 8_000]
const photoBytesMax = 4_000_000
const altMax = 1_000
/** So long the same words are refused. */
const twinMs = hourMs
const knownScopes = [
  ...['pages_show_list', 'pages_manage_posts', 'pages_read_engagement', 'pages_manage_engagement'],
  ...['read_insights', 'business_management', 'public_profile'],
]

type Token = { page: string | null; scopes: readonly string[]; untilMs: number; isRevoked: boolean }
type Photo = { page: string; alt: string; isUsed: boolean }
type World = Required<Pick<FacebookOptions, 'pages' | 'client' | 'needsProof'>> & {
  redirects: readonly string[] | null
  listingDelayMs: number
  isDenied: boolean
  codes: Map<string, { redirect: string; scopes: string[]; untilMs: number }>
  tokens: Map<string, Token>
  photos: Map<string, Photo>
  posts: Map<string, FacebookPost>
  comments: Map<string, FacebookComment>
  ids: number
}
type Note = Parameters<Behaviour>[1]
type Given = { asked: Asked; world: World; token: Token; note: Note; id: string; input: Input }
type Route = { method: string; path: RegExp; answer: (given: Given) => Answer | Promise<Answer> }

export async function startFacebook(options: FacebookOptions = {}): Promise<Facebook> {
  const { nowMs = Date.now, listingDelayMs = 0, redirects = null, needsProof = false } = options
  const world: World = {
    pages: options.pages ?? [{ id: '104728', name: 'Studio Wisła', tasks: ['CREATE_CONTENT', 'MODERATE', 'ANALYZE'] }],
    client: options.client ?? { id: 'floowe-client', secret: 'floowe-secret-1234567890' },
    ...{ needsProof, redirects, listingDelayMs },
    isDenied: false,
    codes: new Map(),
    tokens: new Map(),
    photos: new Map(),
    posts: new Map(),
    comments: new Map(),
    ids: 0,
  }
  const vendor = await startVendor((asked, note) => {
    if (/^\/v\d+\.\d+\/dialog\/oauth$/.test(asked.path)) return signIn(asked, world)
    return served(asked, world, note)
  }, options)
  return {
    ...vendor,
    client: world.client,
    signInUrl: vendor.url,
    answer: (how) => void (world.isDenied = how === 'deny'),
    grant: (page) => newToken(world, { page, scopes: knownScopes, untilMs: nowMs() + longMs }),
    revoke: () => {
      for (const token of world.tokens.values()) token.isRevoked = true
    },
    lose: (comment) => {
      if (comment !== undefined) return void world.comments.delete(comment)
      world.posts.clear()
      world.comments.clear()
    },
    posts: () => [...world.posts.values()],
    comments: () => [...world.comments.values()],
  }
}

function newToken(world: World, token: Omit<Token, 'isRevoked'>): string {
  const made = `EAA${randomBytes(48).toString('hex')}`
  world.tokens.set(made, { ...token, isRevoked: false })
  return made
}

function signIn({ query, nowMs }: Asked, world: World): Answer {
  const redirect = query.get('redirect_uri') ?? ''
  const scopes = (query.get('scope') ?? '').split(',')
  if (query.get('client_id') !== world.client.id) return refuse(400, 'Invalid App ID')
  if (!(world.redirects?.includes(redirect) ?? URL.canParse(redirect))) return refuse(400, 'URL blocked')
  if (scopes.some((one) => !knownScopes.includes(one))) return refuse(400, 'Invalid Scopes')
  const to = new URL(redirect)
  to.searchParams.set('state', query.get('state') ?? '')
  if (world.isDenied) {
    to.searchParams.set('error', 'access_denied')
    to.searchParams.set('error_reason', 'user_denied')
    return { status: 302, headers: { location: to.href } }
  }
  const code = randomBytes(32).toString('base64url')
  world.codes.set(code, { redirect, scopes, untilMs: nowMs + codeMs })
  to.searchParams.set('code', code)
  return { status: 302, headers: { location: to.href } }
}

const failure = (status: number, code: number, message: string, more: object = {}): [number, object] => [
  status,
  {
    error: {
      ...{ message: `(#${code}) ${message}`, type: 'OAuthException', code },
      ...more,
      fbtrace_id: randomBytes(8).toString('base64url'),
    },
  },
]
const missing = (method: string, id: string): [number, object] =>
  failure(
    400,
    100,
    `Unsupported ${method.toLowerCase()} request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation.`,
    { error_subcode: 33 },
  )

type Input = { field: (name: string) => unknown; text: (name: string) => string; file: File | null }

/** From the address, a form or JSON: Facebook takes all of them. */
async function inputOf(asked: Asked): Promise<Input> {
  const form = asked.json === null && asked.body.length > 0 ? await formOf(asked) : new FormData()
  const field = (name: string): unknown => fieldOf(asked.json, name) ?? form.get(name) ?? asked.query.get(name)
  const file = form.get('source')
  return { field, text: (name) => String(field(name) ?? ''), file: file instanceof File ? file : null }
}

async function served(asked: Asked, world: World, note: Note): Promise<Answer> {
  const path = asked.path.replace(/^\/v\d+\.\d+/, '')
  const input = await inputOf(asked)
  if (path === '/oauth/access_token') return tokenFor(asked, world, input)
  const given = input.text('access_token') || (/^Bearer (.+)$/.exec(asked.headers['authorization'] ?? '')?.[1] ?? '')
  const token = checkedToken(given, asked, world, input)
  const route = routes.find((one) => one.method === asked.method && one.path.test(path))
  if (!route) return refuse(...failure(400, 2500, 'Unknown path components'))
  return route.answer({ asked, world, token, note, input, id: route.path.exec(path)?.[1] ?? '' })
}

function checkedToken(given: string, { nowMs }: Asked, world: World, input: Input): Token {
  if (given === '') return refuse(...failure(400, 2500, 'An active access token must be used to query information.'))
  const token = world.tokens.get(given)
  if (!token) return refuse(...failure(400, 190, 'Invalid OAuth access token - Cannot parse access token'))
  if (token.isRevoked)
    return refuse(
      ...failure(
        400,
        190,
        'Error validating access token: The session has been invalidated because the user changed their password.',
        { error_subcode: 460 },
      ),
    )
  if (token.untilMs <= nowMs)
    return refuse(...failure(400, 190, 'Error validating access token: Session has expired', { error_subcode: 463 }))
  const proof = input.text('appsecret_proof')
  const right = createHmac('sha256', world.client.secret).update(given).digest('hex')
  if (proof === '' && world.needsProof)
    return refuse(...failure(400, 100, 'API calls from the server require an appsecret_proof argument'))
  if (proof !== '' && proof !== right)
    return refuse(...failure(400, 100, 'Invalid appsecret_proof provided in the API argument'))
  return token
}

function tokenFor({ nowMs }: Asked, world: World, { text }: Input): Answer {
  if (text('client_id') !== world.client.id || text('client_secret') !== world.client.secret)
    return refuse(...failure(400, 1, 'Error validating client secret.'))
  if (text('grant_type') === 'fb_exchange_token') {
    const token = world.tokens.get(text('fb_exchange_token'))
    if (!token || token.isRevoked || token.untilMs <= nowMs)
      return refuse(...failure(400, 190, 'Invalid OAuth access token - Cannot parse access token'))
    return tokenAnswer(world, { ...token, untilMs: nowMs + longMs }, nowMs)
  }
  const code = world.codes.get(text('code'))
  world.codes.delete(text('code'))
  if (!code) return refuse(...failure(400, 100, 'This authorization code has been used.', { error_subcode: 36009 }))
  if (code.untilMs <= nowMs)
    return refuse(...failure(400, 100, 'This authorization code has expired.', { error_subcode: 36007 }))
  if (code.redirect !== text('redirect_uri'))
    return refuse(
      ...failure(
        400,
        100,
        'Error validating verification code. Please make sure your redirect_uri is identical to the one you used in the OAuth dialog request',
        { error_subcode: 36008 },
      ),
    )
  return tokenAnswer(world, { page: null, scopes: code.scopes, untilMs: nowMs + shortMs }, nowMs)
}

const tokenAnswer = (world: World, token: Omit<Token, 'isRevoked'>, nowMs: number): Answer => ({
  status: 200,
  body: {
    access_token: newToken(world, token),
    token_type: 'bearer',
    expires_in: Math.floor((token.untilMs - nowMs) / secondMs),
  },
})

/** @throws when the token is not one of the page, or may not do this */
function checkPage({ token, world, asked }: Given, page: string, ...scopes: readonly string[]): void {
  if (!world.pages.some(({ id }) => id === page)) refuse(...missing(asked.method, page))
  if (token.page !== page || scopes.some((scope) => !token.scopes.includes(scope)))
    refuse(
      ...failure(
        403,
        200,
        'If posting to a page, requires both pages_read_engagement and pages_manage_posts permissions with page token',
      ),
    )
}

const toPost = ['pages_manage_posts', 'pages_read_engagement']
const toComment = ['pages_manage_engagement', 'pages_read_engagement']
const routes: readonly Route[] = [
  { method: 'GET', path: /^\/me\/accounts$/, answer: accounts },
  { method: 'POST', path: /^\/(\d+)\/photos$/, answer: addPhoto },
  { method: 'POST', path: /^\/(\d+)\/feed$/, answer: create },
  { method: 'GET', path: /^\/(\d+)\/published_posts$/, answer: list },
  {
    method: 'GET',
    path: /^\/(\d+)$/,
    answer: ({ world, id }) => {
      const page = world.pages.find((one) => one.id === id)
      return page ? { status: 200, body: { id, name: page.name } } : refuse(...missing('GET', id))
    },
  },
  { method: 'POST', path: /^\/(\d+_\d+)\/comments$/, answer: comment },
  { method: 'GET', path: /^\/(\d+_\d+)\/comments$/, answer: listComments },
  {
    method: 'GET',
    path: /^\/(\d+_\d+)$/,
    answer: (given) => ({ status: 200, body: chosen(thingOf(given), given.input.text('fields') || 'id') }),
  },
  {
    method: 'POST',
    path: /^\/(\d+_\d+)$/,
    answer: (given) => {
      const thing = thingOf(given)
      thing.message = checkedMessage(given.input, 'post' in thing ? commentMax : messageMax)
      given.note({ kind: 'changed', id: thing.id, account: thing.page, text: thing.message })
      return { status: 200, body: { success: true } }
    },
  },
  {
    method: 'DELETE',
    path: /^\/(\d+_\d+)$/,
    answer: (given) => {
      const { id, page, message } = thingOf(given)
      const { posts, comments } = given.world
      posts.delete(id)
      for (const one of [...comments.values()]) if (one.id === id || one.post === id) comments.delete(one.id)
      given.note({ kind: 'removed', id, account: page, text: message })
      return { status: 200, body: { success: true } }
    },
  },
]

/** A post or a comment. */
function thingOf(given: Given): FacebookPost | FacebookComment {
  const { world, id } = given
  const comment = world.comments.get(id)
  const isRead = given.asked.method === 'GET'
  if (comment) checkPage(given, comment.page, ...(isRead ? ['pages_read_engagement'] : toComment))
  return comment ?? postOf(given)
}

function postOf(given: Given, ...scopes: readonly string[]): FacebookPost {
  const post = given.world.posts.get(given.id)
  if (!post) return refuse(...missing(given.asked.method, given.id))
  checkPage(given, post.page, ...(scopes.length > 0 ? scopes : toPost))
  return post
}

/** The same words once more are one more comment. */
function comment(given: Given): Answer {
  const { world, input, asked, note } = given
  const { id: post, page } = postOf(given, ...toComment)
  const message = checkedMessage(input, commentMax)
  if (message === '') return refuse(...failure(400, 100, 'Missing message or attachment'))
  const id = `${post.split('_')[1] ?? ''}_${(world.ids += 1)}`
  const made: FacebookComment = { id, page, post, message, atMs: asked.nowMs }
  world.comments.set(id, made)
  note({ kind: 'created', id, account: page, text: message })
  return { status: 200, body: chosen(made, input.text('fields') || 'id') }
}

function listComments(given: Given): Answer {
  const { world, input, asked } = given
  const { id } = postOf(given, 'pages_read_engagement')
  const listed = [...world.comments.values()].filter(
    ({ post, atMs }) => post === id && atMs + world.listingDelayMs <= asked.nowMs,
  )
  const ordered = input.text('order') === 'reverse_chronological' ? listed.toReversed() : listed
  const { data, paging } = paged(ordered, input, 'https://graph.facebook.com/comments')
  const fields = input.text('fields') || 'id,message,created_time,from'
  return { status: 200, body: { data: data.map((one) => chosen(one, fields)), ...(paging && { paging }) } }
}

const limitMax = 100
function paged<Item>(all: readonly Item[], { text }: Input, address: string): { data: Item[]; paging?: object } {
  const limit = Number(text('limit') || 25)
  if (!(limit >= 1 && limit <= limitMax)) refuse(...failure(400, 100, 'Please reduce the amount of data'))
  const from = text('after') === '' ? 0 : Number(Buffer.from(text('after'), 'base64url').toString())
  const data = all.slice(from, from + limit)
  if (data.length === 0) return { data }
  const cursors = { before: cursor(from), after: cursor(from + limit) }
  return { data, paging: { cursors, ...(from + limit < all.length && { next: address }) } }
}
const cursor = (at: number): string => Buffer.from(String(at)).toString('base64url')

function accounts({ world, token, input, asked }: Given): Answer {
  if (token.page !== null || !token.scopes.includes('pages_show_list'))
    return refuse(...failure(400, 200, 'Requires pages_show_list permission'))
  // From a token that lasts come tokens that last.
  const untilMs = token.untilMs - asked.nowMs > dayMs ? Number.POSITIVE_INFINITY : token.untilMs
  const { data, paging } = paged(world.pages, input, 'https://graph.facebook.com/me/accounts')
  const body = data.map(({ id, name, tasks }) => ({
    access_token: newToken(world, { page: id, scopes: token.scopes, untilMs }),
    ...{ id, name, tasks },
  }))
  return { status: 200, body: { data: body, ...(paging && { paging }) } }
}

async function addPhoto(given: Given): Promise<Answer> {
  const { world, id: page, input } = given
  checkPage(given, page, ...toPost)
  const { file } = input
  const bytes = Buffer.from((await file?.arrayBuffer()) ?? new ArrayBuffer(0))
  const isPicture = /^(?:89504e47|ffd8)/.test(bytes.subarray(0, 4).toString('hex'))
  if (!isPicture || bytes.length > photoBytesMax)
    return refuse(
      ...failure(400, 324, 'Missing or invalid image file', {
        error_subcode: 1366046,
        error_user_msg:
          'Your photos couldn’t be uploaded. Photos should be smaller than 4 MB and saved as JPG or PNG files.',
      }),
    )
  const alt = input.text('alt_text_custom')
  if (alt.length > altMax) return refuse(...failure(400, 100, 'Param alt_text_custom is too long'))
  if (input.text('published') !== 'false')
    return refuse(...failure(400, 100, 'The emulator takes unpublished photos only'))
  const id = String(900_000_000 + (world.ids += 1))
  world.photos.set(id, { page, alt, isUsed: false })
  return { status: 200, body: { id } }
}

function checkedMessage({ text }: Input, max: number): string {
  const message = text('message').replace(/\r\n/g, '\n').trim()
  if (message.length > max) refuse(...failure(400, 100, `Param message must be at most ${max} characters`))
  return message
}

function create(given: Given): Answer {
  const { world, id: page, input, asked, note } = given
  checkPage(given, page, ...toPost)
  const message = checkedMessage(input, messageMax)
  const link = input.text('link') || null
  const photos = attached(input.field('attached_media')).map((id) => ({ id, photo: world.photos.get(id) }))
  if (message === '' && link === null && photos.length === 0)
    return refuse(...failure(400, 100, 'Missing message or attachment'))
  if (link !== null && (!URL.canParse(link) || photos.length > 0))
    return refuse(...failure(400, 100, 'Invalid link', { error_subcode: 2061006 }))
  for (const { id, photo } of photos) {
    if (photo?.page !== page) refuse(...failure(400, 100, `Invalid parameter: media ${id} is not there`))
    if (photo?.isUsed) refuse(...failure(400, 100, 'Already posted', { error_subcode: 1366051 }))
  }
  const twin = [...world.posts.values()].find(
    (post) => post.page === page && post.message === message && post.link === link && post.atMs > asked.nowMs - twinMs,
  )
  if (twin && photos.length === 0)
    return refuse(
      ...failure(400, 506, 'Duplicate status message', {
        error_subcode: 1455006,
        error_user_title: 'Duplicate Status Update',
        error_user_msg: 'This status update is identical to the last one you posted. Try posting something different.',
      }),
    )
  for (const { photo } of photos) if (photo) photo.isUsed = true
  const post: FacebookPost = {
    id: `${page}_${122_000_000_000 + (world.ids += 1)}`,
    ...{ page, message, link },
    photos: photos.map(({ id, photo }) => ({ id, alt: photo?.alt ?? '' })),
    atMs: asked.nowMs,
  }
  world.posts.set(post.id, post)
  note({ kind: 'created', id: post.id, account: page, text: message })
  return { status: 200, body: chosen(post, input.text('fields') || 'id') }
}

/** JSON, or JSON as the text of a form. */
function attached(given: unknown): string[] {
  const list: unknown = typeof given === 'string' ? JSON.parse(given) : (given ?? [])
  return Array.isArray(list) ? list.map((one) => textOf(one, 'media_fbid')) : []
}

function list(given: Given): Answer {
  const { world, id: page, input, asked } = given
  checkPage(given, page, 'pages_read_engagement')
  const sinceMs = Number(input.text('since') || 0) * secondMs
  const untilMs = Number(input.text('until') || Number.POSITIVE_INFINITY) * secondMs
  const all = [...world.posts.values()]
    .filter((post) => post.page === page && post.atMs + world.listingDelayMs <= asked.nowMs)
    .filter((post) => post.atMs >= sinceMs && post.atMs <= untilMs)
    .toReversed()
  const { data, paging } = paged(all, input, 'https://graph.facebook.com/published_posts')
  const fields = input.text('fields') || 'id,message,created_time'
  return { status: 200, body: { data: data.map((post) => chosen(post, fields)), ...(paging && { paging }) } }
}

/** The fields that were asked for; those without a value are left out. */
function chosen({ id, page, message, atMs, ...thing }: FacebookPost | FacebookComment, fields: string): object {
  const [post, place] = 'post' in thing ? [thing.post, `?comment_id=${id.split('_')[1] ?? ''}`] : [id, '']
  const all: Record<string, unknown> = {
    id,
    ...(message !== '' && { message }),
    created_time: `${new Date(atMs).toISOString().slice(0, 19)}+0000`,
    permalink_url: `https://www.facebook.com/${page}/posts/${post.split('_')[1] ?? ''}${place}`,
    ...(place === '' ? { is_published: true } : { from: { id: page, name: 'Studio Wisła' } }),
  }
  return Object.fromEntries(['id', ...fields.split(',')].flatMap((name) => (all[name] ? [[name, all[name]]] : [])))
}
