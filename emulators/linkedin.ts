/**
 * LinkedIn's API with one person and their pages, as far as a publisher needs it: sign-in, tokens that run out, versions that run
 * out, pictures, posts with "little" text that is cut where it is wrong, changed, listed and deleted; the same post once more is
 * refused with the name of the first. A person's own posts and pictures can be written and not read, as with LinkedIn's standard
 * permissions. Sources: https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/posts-api and the pages
 * around it, answers quoted in public repositories.
 */
import { randomBytes } from 'node:crypto'
import { commentRoutes } from './linkedin-comments.ts'
import { checkAuthor, denied, failure, invalid, isPersons } from './linkedin-refusals.ts'
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

export type LinkedinOptions = VendorOptions & {
  person?: { id: string; name: string }
  organisations?: readonly { id: string; name: string; role: string; state?: string }[]
  client?: { id: string; secret: string }
  /** Addresses that the client registered. Standard: any. */
  redirects?: readonly string[]
  /** LinkedIn approved the client for pages. Standard: yes. */
  hasPages?: boolean
  /** The client is a partner whose tokens can be renewed. Standard: no. */
  hasRefresh?: boolean
  /** How long pictures are processed. */
  processingMs?: number
  /** How long after a deletion the same post is refused, with the name of a post that is not there. */
  ghostsMs?: number
}
export type LinkedinPost = {
  urn: string
  author: string
  /** As people see it. */
  text: string
  content: unknown
  atMs: number
  changedMs: number
}
export type LinkedinComment = { id: string; post: string; actor: string; text: string; atMs: number; changedMs: number }
export type Linkedin = Vendor & {
  client: { id: string; secret: string }
  /** Of the OAuth addresses, without a slash at the end. */
  signInUrl: string
  person: string
  /** From now on the person says no at sign-in, or yes again. */
  answer: (how: 'agree' | 'deny') => void
  /** What a sign-in leads to, without one. */
  grant: (scopes?: readonly string[]) => { token: string; refresh: string }
  /** The person took the client's access back: no token that was given out works any more. */
  revoke: () => void
  /** What stands, the oldest first. */
  posts: () => LinkedinPost[]
  /** Whatever stands is gone, or that comment alone, and nothing says so. */
  lose: (comment?: string) => void
  comments: () => LinkedinComment[]
}

const [secondMs, minuteMs, dayMs] = [1_000, 60_000, 86_400_000]
const [codeMs, accessMs, refreshMs] = [30 * minuteMs, 60 * dayMs, 365 * dayMs]
const versionMonths = 12
const [commentaryMax, altMax, picturesMin, picturesMax] = [3_000, 4_086, 2, 20]
const [titleMax, descriptionMax] = [400, 4_086]
const pictureBytesMax = 5_000_000
const ownScopes = ['openid', 'profile', 'email', 'w_member_social']
const pageScopes = ['w_organization_social', 'r_organization_social', 'rw_organization_admin']

export type Grant = { scopes: readonly string[]; untilMs: number; isRevoked: boolean }
type Picture = { owner: string; status: 'WAITING_UPLOAD' | 'PROCESSING_FAILED' | 'UPLOADED'; readyMs: number }
export type World = Required<
  Pick<LinkedinOptions, 'person' | 'organisations' | 'client' | 'hasPages' | 'hasRefresh'>
> & {
  url: string
  redirects: readonly string[] | null
  delays: { listing: number; processing: number; ghosts: number }
  isDenied: boolean
  codes: Map<string, { redirect: string; scopes: string[]; untilMs: number }>
  access: Map<string, Grant>
  refresh: Map<string, Grant>
  pictures: Map<string, Picture>
  posts: Map<string, LinkedinPost>
  comments: Map<string, LinkedinComment>
  ghosts: { key: string; untilMs: number }[]
  /** Names that were given for posts that are not there. */
  ghostAuthors: Map<string, string>
  ids: number
}
type Note = Parameters<Behaviour>[1]
export type Route = {
  method: string
  path: RegExp
  answer: (asked: Asked, world: World, grant: Grant, note: Note, id: string) => Answer
}

export async function startLinkedin(options: LinkedinOptions = {}): Promise<Linkedin> {
  const { nowMs = Date.now, listingDelayMs = 0, processingMs = 0, ghostsMs = 0, redirects = null } = options
  const world: World = {
    person: options.person ?? { id: '782bbtaQ', name: 'Anna Wiśniewska' },
    organisations: options.organisations ?? [{ id: '2414183', name: 'Studio Wisła', role: 'ADMINISTRATOR' }],
    client: options.client ?? { id: 'floowe-client', secret: 'floowe-secret-1234567890' },
    hasPages: options.hasPages ?? true,
    hasRefresh: options.hasRefresh ?? false,
    url: '',
    redirects,
    delays: { listing: listingDelayMs, processing: processingMs, ghosts: ghostsMs },
    isDenied: false,
    codes: new Map(),
    access: new Map(),
    refresh: new Map(),
    pictures: new Map(),
    posts: new Map(),
    comments: new Map(),
    ghosts: [],
    ghostAuthors: new Map(),
    ids: 0,
  }
  const vendor = await startVendor((asked, note) => {
    if (asked.path === '/oauth/v2/authorization') return signIn(asked, world)
    if (asked.path === '/oauth/v2/accessToken' && asked.method === 'POST') return tokens(asked, world)
    return served(asked, world, note)
  }, options)
  world.url = vendor.url
  return {
    ...vendor,
    client: world.client,
    signInUrl: `${vendor.url}/oauth/v2`,
    person: `urn:li:person:${world.person.id}`,
    answer: (how) => void (world.isDenied = how === 'deny'),
    grant: (scopes = [...ownScopes, ...pageScopes]) => {
      const { access_token: token, refresh_token: refresh = '' } = newTokens(world, scopes, nowMs())
      return { token, refresh }
    },
    revoke: () => {
      for (const one of [...world.access.values(), ...world.refresh.values()]) one.isRevoked = true
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

const random = (): string => randomBytes(32).toString('base64url')
/** Ids carry the time they were made at. */
const newUrn = (world: World, nowMs: number): string =>
  `urn:li:share:${(BigInt(nowMs) << 22n) + BigInt((world.ids += 1))}`

function signIn({ query, nowMs }: Asked, world: World): Answer {
  const redirect = query.get('redirect_uri') ?? ''
  const scopes = (query.get('scope') ?? '').split(' ')
  const isKnown =
    query.get('client_id') === world.client.id && (world.redirects?.includes(redirect) ?? URL.canParse(redirect))
  // The real page says only that something went wrong.
  if (!isKnown || query.get('response_type') !== 'code') return refuse(400, 'Bummer, something went wrong.')
  const to = new URL(redirect)
  to.searchParams.set('state', query.get('state') ?? '')
  const allowed = [...ownScopes, ...(world.hasPages ? pageScopes : [])]
  const error = scopes.some((one) => !allowed.includes(one))
    ? 'unauthorized_scope_error'
    : world.isDenied && 'user_cancelled_authorize'
  if (error !== false) {
    to.searchParams.set('error', error)
    return { status: 302, headers: { location: to.href } }
  }
  const code = random()
  world.codes.set(code, { redirect, scopes, untilMs: nowMs + codeMs })
  to.searchParams.set('code', code)
  return { status: 302, headers: { location: to.href } }
}

const oauthError = (error: string, description: string): object => ({ error, error_description: description })

async function tokens(asked: Asked, world: World): Promise<Answer> {
  const form = await formOf(asked)
  const field = (name: string): string => String(form.get(name) ?? '')
  if (field('client_id') !== world.client.id || field('client_secret') !== world.client.secret)
    return refuse(401, oauthError('invalid_client', 'Client authentication failed'))
  if (field('grant_type') === 'refresh_token') {
    const token = field('refresh_token')
    const kept = world.refresh.get(token)
    if (!kept || kept.isRevoked || kept.untilMs <= asked.nowMs)
      return refuse(400, oauthError('invalid_grant', 'The provided authorization grant or refresh token is invalid'))
    return { status: 200, body: newTokens(world, kept.scopes, asked.nowMs, token) }
  }
  if (field('grant_type') !== 'authorization_code')
    return refuse(400, oauthError('invalid_request', 'A required parameter "grant_type" is missing'))
  const code = world.codes.get(field('code'))
  world.codes.delete(field('code'))
  if (!code || code.untilMs <= asked.nowMs || code.redirect !== field('redirect_uri'))
    return refuse(
      400,
      oauthError(
        'invalid_request',
        'Unable to retrieve access token: appid/redirect uri/code verifier does not match authorization code. Or authorization code expired.',
      ),
    )
  return { status: 200, body: newTokens(world, code.scopes, asked.nowMs) }
}

/** A refresh token stays the same, and its end as well. */
function newTokens(world: World, scopes: readonly string[], nowMs: number, old?: string) {
  const [token, refresh] = [random(), old ?? random()]
  world.access.set(token, { scopes, untilMs: nowMs + accessMs, isRevoked: false })
  if (world.hasRefresh && old === undefined)
    world.refresh.set(refresh, { scopes, untilMs: nowMs + refreshMs, isRevoked: false })
  const endsMs = world.refresh.get(refresh)?.untilMs
  return {
    access_token: token,
    expires_in: accessMs / secondMs,
    scope: scopes.join(','),
    token_type: 'Bearer',
    ...(endsMs !== undefined && {
      refresh_token: refresh,
      refresh_token_expires_in: Math.floor((endsMs - nowMs) / secondMs),
    }),
  }
}

function served(asked: Asked, world: World, note: Note): Answer {
  const route = routes.find(({ method, path }) => method === asked.method && path.test(asked.path))
  if (!route) return refuse(...failure(404, 'RESOURCE_NOT_FOUND', `No virtual resource found`))
  const grant = world.access.get(/^Bearer (.+)$/.exec(asked.headers['authorization'] ?? '')?.[1] ?? '')
  if (!grant)
    return refuse(...failure(401, 'INVALID_ACCESS_TOKEN', 'Invalid access token', { serviceErrorCode: 65600 }))
  if (grant.isRevoked)
    return refuse(
      ...failure(401, 'REVOKED_ACCESS_TOKEN', 'The token used in the request has been revoked by the user', {
        serviceErrorCode: 65601,
      }),
    )
  if (grant.untilMs <= asked.nowMs)
    return refuse(
      ...failure(401, 'EXPIRED_ACCESS_TOKEN', 'The token used in the request has expired', { serviceErrorCode: 65602 }),
    )
  if (asked.path.startsWith('/rest/')) checkVersion(asked)
  const id = decodeURIComponent(route.path.exec(asked.path)?.[1] ?? '')
  return route.answer(asked, world, grant, note, id)
}

function checkVersion({ headers, nowMs }: Asked): void {
  const version = headers['linkedin-version']
  if (version === undefined)
    refuse(
      ...failure(400, 'VERSION_MISSING', 'A version must be present. Please specify a version by adding the header.'),
    )
  const [, year, month] = /^(20\d\d)(0[1-9]|1[0-2])$/.exec(version ?? '') ?? []
  const now = new Date(nowMs)
  const age = (now.getUTCFullYear() - Number(year)) * 12 + now.getUTCMonth() + 1 - Number(month)
  if (!(age >= 0 && age < versionMonths))
    refuse(...failure(426, 'NONEXISTENT_VERSION', `Requested version ${version} is not active`))
  if (headers['x-restli-protocol-version'] !== '2.0.0')
    refuse(...failure(400, 'ILLEGAL_ARGUMENT', 'Invalid Rest.li protocol version'))
}

const routes: readonly Route[] = [
  ...commentRoutes,
  {
    method: 'GET',
    path: /^\/v2\/userinfo$/,
    answer: (_, { person }, { scopes }) =>
      scopes.includes('openid')
        ? { status: 200, body: { sub: person.id, name: person.name, locale: { country: 'PL', language: 'pl' } } }
        : refuse(...denied('userinfo.GET.NO_VERSION')),
  },
  {
    method: 'GET',
    path: /^\/rest\/organizationAcls$/,
    answer: ({ query }, { organisations, person }, { scopes }) => {
      if (!scopes.includes('rw_organization_admin')) return refuse(...denied('organizationAcls.FINDER-roleAssignee'))
      if (query.get('q') !== 'roleAssignee') return refuse(...failure(400, 'ILLEGAL_ARGUMENT', 'No such finder'))
      const [count, start] = [Number(query.get('count') ?? 10), Number(query.get('start') ?? 0)]
      const all = organisations.map(({ id, role, state = 'APPROVED' }) => ({
        ...{ role, state, organization: `urn:li:organization:${id}`, roleAssignee: `urn:li:person:${person.id}` },
      }))
      const elements = all.filter(({ state }) => state === (query.get('state') ?? state)).slice(start, start + count)
      return { status: 200, body: { elements, paging: { count, start, links: [] } } }
    },
  },
  {
    method: 'GET',
    path: /^\/rest\/organizations\/(\d+)$/,
    answer: (_, { organisations }, { scopes }, _note, wanted) => {
      const one = organisations.find(({ id }) => id === wanted)
      if (!one || !scopes.includes('rw_organization_admin')) return refuse(...denied('organizations.GET'))
      return { status: 200, body: { id: Number(one.id), localizedName: one.name, vanityName: 'studio-wisla' } }
    },
  },
  { method: 'POST', path: /^\/rest\/images$/, answer: initialise },
  { method: 'PUT', path: /^\/dms-uploads\/(.+)$/, answer: upload },
  {
    method: 'GET',
    path: /^\/rest\/images\/(.+)$/,
    answer: ({ nowMs }, { pictures }, _, _note, urn) => {
      const picture = pictures.get(urn)
      if (!picture) return refuse(...failure(404, 'NOT_FOUND', `Not found: ${urn}`))
      if (isPersons(picture.owner)) return refuse(...denied('images.GET'))
      const done = picture.readyMs <= nowMs ? 'AVAILABLE' : 'PROCESSING'
      const status = picture.status === 'UPLOADED' ? done : picture.status
      return { status: 200, body: { id: urn, owner: picture.owner, status } }
    },
  },
  { method: 'POST', path: /^\/rest\/posts$/, answer: create },
  { method: 'GET', path: /^\/rest\/posts$/, answer: list },
  {
    method: 'GET',
    path: /^\/rest\/posts\/(.+)$/,
    answer: (_, { posts, ghostAuthors }, { scopes }, _note, urn) => {
      const post = posts.get(urn)
      // Whose posts may not be read is not told whether they are there.
      if (isPersons(post?.author ?? ghostAuthors.get(urn) ?? '') || !scopes.includes('r_organization_social'))
        return refuse(...denied('partnerApiPostsExternal.GET'))
      return post ? { status: 200, body: shown(post) } : refuse(...failure(404, 'NOT_FOUND', `Not found: ${urn}`))
    },
  },
  { method: 'POST', path: /^\/rest\/posts\/(.+)$/, answer: change },
  {
    method: 'DELETE',
    path: /^\/rest\/posts\/(.+)$/,
    answer: ({ nowMs }, world, grant, note, urn) => {
      const post = world.posts.get(urn)
      if (!post) return { status: 204 }
      checkAuthor(post.author, world, grant)
      world.posts.delete(urn)
      for (const { id, post: of } of [...world.comments.values()]) if (of === urn) world.comments.delete(id)
      world.ghosts.push({ key: keyOf(post), untilMs: nowMs + world.delays.ghosts })
      note({ kind: 'removed', id: urn, account: post.author, text: post.text })
      return { status: 204 }
    },
  },
]

function initialise({ query, json, nowMs }: Asked, world: World, grant: Grant): Answer {
  if (query.get('action') !== 'initializeUpload') return refuse(...failure(400, 'ILLEGAL_ARGUMENT', 'No such action'))
  const owner = textOf(fieldOf(json, 'initializeUploadRequest'), 'owner')
  checkAuthor(owner, world, grant)
  const id = `C4E${random().slice(0, 16)}`
  world.pictures.set(`urn:li:image:${id}`, { owner, status: 'WAITING_UPLOAD', readyMs: 0 })
  const value = { uploadUrl: `${world.url}/dms-uploads/${id}?ca=vector_feedshare`, image: `urn:li:image:${id}` }
  return { status: 200, body: { value: { uploadUrlExpiresAt: nowMs + dayMs, ...value } } }
}

const isPicture = (bytes: Buffer): boolean =>
  /^(?:89504e47|ffd8|47494638)/.test(bytes.subarray(0, 4).toString('hex')) && bytes.length <= pictureBytesMax

function upload({ body, nowMs }: Asked, world: World, _: Grant, _note: Note, id: string): Answer {
  const picture = world.pictures.get(`urn:li:image:${id}`)
  if (!picture) return refuse(404, 'Not Found')
  // Whether it is a picture shows later.
  picture.status = isPicture(body) ? 'UPLOADED' : 'PROCESSING_FAILED'
  picture.readyMs = nowMs + world.delays.processing
  return { status: 201 }
}

const keyOf = ({ author, text, content }: Pick<LinkedinPost, 'author' | 'text' | 'content'>): string =>
  JSON.stringify([author, text, content ?? null])

function create({ json, nowMs }: Asked, world: World, grant: Grant, note: Note): Answer {
  const author = textOf(json, 'author')
  checkAuthor(author, world, grant)
  const wanted = { visibility: 'PUBLIC', lifecycleState: 'PUBLISHED' }
  for (const [name, value] of Object.entries(wanted))
    if (textOf(json, name) !== value) refuse(...invalid(name, 'MISSING_REQUIRED_FIELD', `/${name} is required`))
  if (textOf(fieldOf(json, 'distribution'), 'feedDistribution') !== 'MAIN_FEED')
    refuse(...invalid('distribution', 'MISSING_REQUIRED_FIELD', '/distribution/feedDistribution is required'))
  const text = checkedText(textOf(json, 'commentary'))
  const content = fieldOf(json, 'content')
  checkContent(content, author, world)
  const key = keyOf({ author, text, content })
  const twin = [...world.posts.values()].find((post) => keyOf(post) === key)
  const isGhost = world.ghosts.some((ghost) => ghost.key === key && ghost.untilMs > nowMs)
  if (twin || isGhost) {
    const named = twin?.urn ?? newUrn(world, nowMs)
    if (!twin) world.ghostAuthors.set(named, author)
    refuse(
      ...failure(422, 'UNPROCESSABLE_ENTITY', `Content is a duplicate of ${named}`, {
        errorDetailType: 'com.linkedin.common.error.BadRequest',
        errorDetails: {
          inputErrors: [{ description: 'Duplicate post is detected', input: {}, code: 'DUPLICATE_POST' }],
        },
      }),
    )
  }
  const urn = newUrn(world, nowMs)
  world.posts.set(urn, { urn, author, text, content: content ?? null, atMs: nowMs, changedMs: nowMs })
  note({ kind: 'created', id: urn, account: author, text })
  return { status: 201, headers: { 'x-restli-id': urn } }
}

function checkedText(commentary: string): string {
  const text = readLittle(commentary)
  if (text.length > commentaryMax)
    refuse(
      ...invalid('commentary', 'FIELD_LENGTH_TOO_LONG', `/commentary exceeds the limit of ${commentaryMax} characters`),
    )
  return text
}

function checkContent(content: unknown, author: string, { pictures }: World): void {
  if (content === undefined) return
  const given = fieldOf(fieldOf(content, 'multiImage'), 'images')
  const several = Array.isArray(given) ? (given as unknown[]) : null // of anything
  const one = fieldOf(content, 'media')
  const article = fieldOf(content, 'article')
  if (several && (several.length < picturesMin || several.length > picturesMax))
    refuse(...invalid('content', 'INVALID_VALUE', `multiImage takes ${picturesMin} to ${picturesMax} images`))
  for (const image of several ?? (one === undefined ? [] : [one])) {
    const picture = pictures.get(textOf(image, 'id'))
    if (picture?.owner !== author || picture.status !== 'UPLOADED')
      refuse(...invalid('content', 'INVALID_CONTENT', `The media asset ${textOf(image, 'id')} is not available`))
    if (textOf(image, 'altText').length > altMax)
      refuse(...invalid('altText', 'FIELD_LENGTH_TOO_LONG', `/altText exceeds the limit of ${altMax} characters`))
  }
  if (article === undefined && !several && one === undefined)
    refuse(...invalid('content', 'INVALID_CONTENT', 'The content is of no known type'))
  if (article === undefined) return
  const [title, description] = [textOf(article, 'title'), textOf(article, 'description')]
  if (!URL.canParse(textOf(article, 'source')) || title === '')
    refuse(...invalid('article', 'MISSING_REQUIRED_FIELD', '/content/article needs a source and a title'))
  if (title.length >= titleMax || description.length >= descriptionMax)
    refuse(...invalid('article', 'FIELD_LENGTH_TOO_LONG', '/content/article is too long'))
}

function change({ json, headers, nowMs }: Asked, world: World, grant: Grant, note: Note, urn: string): Answer {
  if (headers['x-restli-method']?.toUpperCase() !== 'PARTIAL_UPDATE')
    return refuse(...failure(400, 'ILLEGAL_ARGUMENT', 'POST is not supported for this resource'))
  const post = world.posts.get(urn)
  if (!post) return refuse(...failure(404, 'NOT_FOUND', `Not found: ${urn}`))
  checkAuthor(post.author, world, grant)
  const commentary = fieldOf(fieldOf(fieldOf(json, 'patch'), '$set'), 'commentary')
  if (typeof commentary !== 'string') return refuse(...invalid('patch', 'INVALID_VALUE', '/patch/$set is empty'))
  post.text = checkedText(commentary)
  post.changedMs = nowMs
  note({ kind: 'changed', id: urn, account: post.author, text: post.text })
  return { status: 204 }
}

const countMax = 100
function list({ query, nowMs }: Asked, world: World, { scopes }: Grant): Answer {
  const author = query.get('author') ?? ''
  if (isPersons(author) || !scopes.includes('r_organization_social'))
    return refuse(...denied('partnerApiPostsExternal.FINDER-author'))
  const [count, start] = [Number(query.get('count') ?? 10), Number(query.get('start') ?? 0)]
  if (query.get('q') !== 'author' || !(count >= 1 && count <= countMax))
    return refuse(...failure(400, 'ILLEGAL_ARGUMENT', 'Invalid query parameters passed to request'))
  const elements = [...world.posts.values()]
    .filter((post) => post.author === author && post.atMs + world.delays.listing <= nowMs)
    .toReversed()
    .toSorted((a, b) => (query.get('sortBy') === 'CREATED' ? b.atMs - a.atMs : b.changedMs - a.changedMs))
    .slice(start, start + count)
    .map(shown)
  return { status: 200, body: { elements, paging: { count, start, links: [] } } }
}

const shown = ({ urn, author, text, content, atMs, changedMs }: LinkedinPost): object => ({
  ...{ id: urn, author, commentary: writeLittle(text), visibility: 'PUBLIC', lifecycleState: 'PUBLISHED' },
  ...{ createdAt: atMs, publishedAt: atMs, lastModifiedAt: changedMs, isReshareDisabledByAuthor: false },
  ...(content !== null && { content }),
})

const elements: readonly [form: RegExp, words: (found: RegExpExecArray) => string][] = [
  [/^\{hashtag\|\\?([#＃])\|([^{}|]+)\}/u, ([, sign = '', tag = '']) => `${sign}${tag.replace(/\\(.)/gu, '$1')}`],
  [/^@\[((?:\\.|[^\]\\])+)\]\(urn:li:(?:person|organization):[\w-]+\)/u, ([, name = '']) => name],
  [/^#[\p{L}\p{M}\p{N}]+/u, ([tag]) => tag],
  [/^\\([\s\S])/u, ([, character = '']) => character],
  [/^[^\\|{}@[\]()<>#*_~]+/u, ([words]) => words],
]

/** What people see of a "little" text: it ends where a reserved character is no part of an element. */
export function readLittle(commentary: string): string {
  let [rest, text] = [commentary, '']
  while (rest !== '') {
    const [found, words] = elements
      .map(([form, read]) => [form.exec(rest), read] as const)
      .find(([match]) => match !== null) ?? [null, null]
    if (!found || !words) return text
    text += words(found)
    rest = rest.slice(found[0].length)
  }
  return text
}

/** As LinkedIn gives it out again: hashtags as templates. */
const writeLittle = (text: string): string =>
  text.replace(/#([\p{L}\p{M}\p{N}]+)|[\\|{}@[\]()<>#*_~]/gu, (found, tag?: string) =>
    tag === undefined ? `\\${found}` : `{hashtag|\\#|${tag}}`,
  )
