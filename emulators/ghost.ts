/**
 * A Ghost site with its Admin API, as far as a publisher needs it: one custom integration with its key, and posts. It refuses what
 * the real one refuses. Source: https://docs.ghost.org/admin-api, Ghost's own `services/auth/api-key/admin.js`, and what Ghost
 * 6.65.0 answered. The vendor's own client is held against it in `ghost.test.ts`.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import {
  type Answer,
  type Asked,
  type Behaviour,
  fieldOf,
  type Losing,
  refuse,
  startVendor,
  textOf,
  type Vendor,
  type VendorOptions,
} from './vendor.ts'

export type GhostPost = {
  id: string
  slug: string
  status: string
  title: string
  html: string
  tags: string[]
  custom_excerpt: string | null
  codeinjection_foot: string | null
  feature_image: string | null
  canonical_url: string | null
}
export type Ghost = Vendor &
  Losing & {
    /** The Admin API key, `id:secret`. */
    token: string
    /** The integration is deleted. */
    revoke: () => void
    /** Somebody of the site writes a post, or changes one. */
    write: (post: { slug: string; title: string; html: string }) => void
    touch: (id: string) => void
    /** What readers see. */
    posts: () => GhostPost[]
  }

const root = '/ghost/api/admin/'
const version = '6.65'
const ageMsMax = 5 * 60_000
const titleMax = 255
const excerptMax = 300
const altMax = 191
const limitMax = 100
const statuses = ['draft', 'published', 'scheduled', 'sent']
/** Kept as they are sent. */
const plainFields = [
  'title',
  'status',
  'custom_excerpt',
  'codeinjection_foot',
  'feature_image',
  'feature_image_alt',
  'feature_image_caption',
  'canonical_url',
  'meta_title',
  'meta_description',
] as const

type Post = Record<(typeof plainFields)[number], string | null> & {
  id: string
  uuid: string
  slug: string
  html: string
  tags: string[]
  createdMs: number
  updatedMs: number
  publishedMs: number | null
  listedMs: number
}
type World = {
  url: string
  key: { id: string; secret: string; isKnown: boolean }
  posts: Map<string, Post>
  listingDelayMs: number
}
type Effects = Parameters<Behaviour>[1]

export async function startGhost(options: VendorOptions = {}): Promise<Ghost> {
  const { nowMs = Date.now, listingDelayMs = 0 } = options
  const key = { id: hex(12), secret: hex(32), isKnown: true }
  const world: World = { url: '', key, posts: new Map(), listingDelayMs }
  const vendor = await startVendor((asked, effect) => {
    const answer = answered(world, asked, effect)
    return { ...answer, headers: { 'content-version': `v${version}`, ...answer.headers } }
  }, options)
  world.url = vendor.url
  return {
    ...vendor,
    token: `${key.id}:${key.secret}`,
    revoke: () => void (key.isKnown = false),
    lose: () => world.posts.clear(),
    write: ({ slug, title, html }) => {
      add(world, { title, html, status: 'published' }, slug, nowMs(), 0)
    },
    touch: (id) => {
      const post = world.posts.get(id)
      if (post) post.updatedMs += 1000
    },
    posts: () =>
      [...world.posts.values()]
        .filter(({ status }) => status === 'published')
        .map(({ id, slug, status, title, html, tags, ...post }) => ({
          ...{ id, slug, status: String(status), title: String(title), html, tags },
          custom_excerpt: post.custom_excerpt,
          codeinjection_foot: post.codeinjection_foot,
          feature_image: post.feature_image,
          canonical_url: post.canonical_url,
        })),
  }
}

const hex = (bytes: number): string => randomBytes(bytes).toString('hex')

function failure(status: number, type: string, message: string, more: Record<string, unknown> = {}): never {
  const error = { message, context: null, type, details: null, property: null, help: null, code: null, id: hex(12) }
  return refuse(status, { errors: [{ ...error, ...more }] }, { 'content-version': `v${version}` })
}
const invalid = (context: string, property: string): never =>
  failure(422, 'ValidationError', 'Validation error, cannot save post.', {
    context,
    property,
    details: [{ message: context, instancePath: `/posts/0/${property}` }],
  })
const notFound = (): never => failure(404, 'NotFoundError', 'Resource not found error, cannot read post.')

function answered(world: World, asked: Asked, effect: Effects): Answer {
  if (!asked.path.startsWith(root)) {
    const body = '<!doctype html><title>404</title><h1>Page not found</h1>'
    return { status: 404, headers: { 'content-type': 'text/html; charset=utf-8' }, body }
  }
  const [resource = '', id = '', slug = ''] = asked.path.slice(root.length).split('/')
  if (resource === 'site') return ok({ site: { title: 'Studio Wisła', url: `${world.url}/`, version } })
  checkToken(world, asked)
  if (resource !== 'posts') return notFound()
  if (id === '') return asked.method === 'POST' ? create(world, asked, effect) : browse(world, asked)
  const post = id === 'slug' ? [...world.posts.values()].find((one) => one.slug === slug) : world.posts.get(id)
  if (!post) return notFound()
  if (asked.method === 'PUT') return edit(world, asked, post, effect)
  if (asked.method === 'DELETE') {
    world.posts.delete(post.id)
    effect(effectOf('removed', post))
    return { status: 204 }
  }
  return ok({ posts: [shown(world, post, asked.query)] })
}

const ok = (body: unknown): Answer => ({ status: 200, body })

/** As `services/auth/api-key/admin.js` does it: first whose key, then whether the token is signed with it, for us, and young. */
function checkToken({ key }: World, { headers, nowMs }: Asked): void {
  const unauthorized = (code: string, message: string): never => failure(401, 'UnauthorizedError', message, { code })
  const header = headers['authorization']
  if (header === undefined) failure(403, 'NoPermissionError', 'Authorization failed')
  const [, token = ''] = /^Ghost (.*)$/i.exec(header ?? '') ?? []
  if (token === '') unauthorized('INVALID_AUTH_HEADER', 'Authorization header format is "Authorization: Ghost [token]"')
  const [head = '', claims = '', signature = ''] = token.split('.')
  const [header64, payload] = [parsed(head), parsed(claims)]
  if (header64 === null || payload === null) failure(400, 'BadRequestError', 'Invalid token', { code: 'INVALID_JWT' })
  const kid = textOf(header64, 'kid')
  if (kid === '') failure(400, 'BadRequestError', 'Admin API kid missing.', { code: 'MISSING_ADMIN_API_KID' })
  if (!key.isKnown || kid !== key.id) unauthorized('UNKNOWN_ADMIN_API_KEY', 'Unknown Admin API Key')
  const wrong = (reason: string): never => unauthorized('INVALID_JWT', `Invalid token: ${reason}`)
  if (textOf(header64, 'alg') !== 'HS256') wrong('invalid algorithm')
  const expected = createHmac('sha256', Buffer.from(key.secret, 'hex')).update(`${head}.${claims}`).digest()
  const given = Buffer.from(signature, 'base64url')
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) wrong('invalid signature')
  const seconds = (name: string): number => Number(fieldOf(payload, name))
  if (!(seconds('exp') * 1000 > nowMs)) wrong('jwt expired')
  if (!/\/?admin\/?$/.test(textOf(payload, 'aud'))) wrong('jwt audience invalid. expected: /\\/?admin\\/?$/')
  if (!(seconds('iat') * 1000 + ageMsMax > nowMs)) wrong('maxAge exceeded')
}

function parsed(part: string): object | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return typeof value === 'object' ? value : null
  } catch {
    return null
  }
}

function create(world: World, asked: Asked, effect: Effects): Answer {
  const input = inputOf(asked)
  if (textOf(input, 'title').trim() === '') invalid('Value in [posts.title] cannot be blank.', 'title')
  const fields = fieldsOf(input, asked)
  const wanted = textOf(input, 'slug') || String(fields.title)
  const post = add(world, fields, wanted, asked.nowMs, asked.nowMs + world.listingDelayMs)
  effect(effectOf('created', post))
  return {
    status: 201,
    headers: { location: `${world.url}${root}posts/${post.id}/` },
    body: { posts: [shown(world, post, asked.query)] },
  }
}

function edit(world: World, asked: Asked, post: Post, effect: Effects): Answer {
  const input = inputOf(asked)
  const updatedAt = textOf(input, 'updated_at')
  if (updatedAt === '') invalid("must have required property 'updated_at'", 'updated_at')
  if (Date.parse(updatedAt) !== post.updatedMs)
    failure(409, 'UpdateCollisionError', 'Saving failed! Someone else is editing this post.', {
      code: 'UPDATE_COLLISION',
    })
  const was = post.status
  const fields = fieldsOf(input, asked)
  Object.assign(post, fields, { updatedMs: Math.max(seconds(asked.nowMs), post.updatedMs + 1000) })
  const slug = textOf(input, 'slug')
  if (slug !== '') post.slug = freeSlug(world, slug, post.id)
  if (post.status === 'published') post.publishedMs ??= seconds(asked.nowMs)
  effect(effectOf(was === 'published' && post.status !== 'published' ? 'removed' : 'changed', post))
  return ok({ posts: [shown(world, post, asked.query)] })
}

function inputOf({ json }: Asked): object {
  const posts = fieldOf(json, 'posts')
  const input: unknown = Array.isArray(posts) ? posts[0] : undefined
  if (typeof input !== 'object' || input === null)
    return failure(400, 'BadRequestError', "No root key ('posts') provided.")
  return input
}

type Fields = Partial<Post>

/** What a request sets. Without `source=html` its HTML counts for nothing. */
function fieldsOf(input: object, { query }: Asked): Fields {
  const fields: Fields = {}
  for (const name of plainFields) {
    const value = fieldOf(input, name)
    if (value === undefined) continue
    if (value !== null && typeof value !== 'string') invalid(`${name} must be string,null`, name)
    fields[name] = value as string | null // checked above
  }
  const length = (text: string | null | undefined): number => [...(text ?? '')].length
  if (length(fields.title) > titleMax)
    invalid(`Value in [posts.title] exceeds maximum length of ${titleMax} characters.`, 'title')
  if (length(fields.custom_excerpt) > excerptMax)
    invalid(`Value in [posts.custom_excerpt] exceeds maximum length of ${excerptMax} characters.`, 'custom_excerpt')
  if (length(fields.feature_image_alt) > altMax)
    invalid(
      `Value in [posts_meta.feature_image_alt] exceeds maximum length of ${altMax} characters.`,
      'feature_image_alt',
    )
  if (fields.status !== undefined && !statuses.includes(String(fields.status)))
    invalid('Value in [posts.status] is not allowed.', 'status')
  const tags = fieldOf(input, 'tags')
  if (Array.isArray(tags)) fields.tags = tags.map((tag) => (typeof tag === 'string' ? tag : textOf(tag, 'name')))
  if (query.get('source') === 'html' && fieldOf(input, 'html') !== undefined)
    fields.html = withoutScripts(textOf(input, 'html'))
  return fields
}

/** Only a card of HTML keeps a script. */
const withoutScripts = (html: string): string =>
  html
    .split(/(<!--kg-card-begin: html-->[\s\S]*?<!--kg-card-end: html-->)/)
    .map((piece, at) => (at % 2 === 1 ? piece : piece.replace(/<script\b[\s\S]*?<\/script>/gi, '')))
    .join('')

function add(world: World, fields: Fields, slug: string, nowMs: number, listedMs: number): Post {
  const id = hex(12)
  const nothing = Object.fromEntries(plainFields.map((name) => [name, null])) as Record<
    (typeof plainFields)[number],
    null
  > // each of the names
  const status = fields.status ?? 'draft'
  const post: Post = {
    ...nothing,
    html: '',
    tags: [],
    ...fields,
    id,
    uuid: `${hex(4)}-${hex(2)}-4${hex(2).slice(1)}-a${hex(2).slice(1)}-${hex(6)}`,
    slug: freeSlug(world, slug, id),
    status,
    createdMs: seconds(nowMs),
    updatedMs: seconds(nowMs),
    publishedMs: status === 'published' ? seconds(nowMs) : null,
    listedMs,
  }
  world.posts.set(id, post)
  return post
}

/** The database keeps no smaller part. */
const seconds = (ms: number): number => Math.floor(ms / 1000) * 1000

/** A slug that another post has gets a number, be that a draft or not. */
function freeSlug({ posts }: World, text: string, id: string): string {
  const wanted =
    text
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '')
      .slice(0, 185) || 'post'
  const taken = new Set([...posts.values()].filter((post) => post.id !== id).map(({ slug }) => slug))
  let slug = wanted
  for (let number = 2; taken.has(slug); number++) slug = `${wanted}-${number}`
  return slug
}

function browse(world: World, asked: Asked): Answer {
  const { query, nowMs } = asked
  const limit = Math.min(Number(query.get('limit') ?? 15), limitMax)
  const at = Number(query.get('page') ?? 1)
  const filter = query.get('filter')
  const [, list, one] = filter === null ? [] : (/^slug:(?:\[([^\]]*)\]|'?([\w-]+)'?)$/.exec(filter) ?? [])
  const slugs = list?.split(',') ?? (one === undefined ? null : [one])
  if (filter !== null && slugs === null) failure(400, 'BadRequestError', 'Error parsing filter')
  const byCreation = query.get('order') === 'created_at desc'
  const timeOf = (post: Post): number => (byCreation ? post.createdMs : (post.publishedMs ?? Number.MAX_VALUE))
  const found = [...world.posts.values()]
    .filter((post) => slugs === null || slugs.includes(post.slug))
    .filter((post) => post.listedMs <= nowMs)
    .toReversed()
    .toSorted((a, b) => timeOf(b) - timeOf(a))
  const pages = Math.max(1, Math.ceil(found.length / limit))
  return ok({
    posts: found.slice((at - 1) * limit, at * limit).map((post) => shown(world, post, query)),
    meta: {
      pagination: {
        page: at,
        limit,
        pages,
        total: found.length,
        next: at < pages ? at + 1 : null,
        prev: at > 1 ? at - 1 : null,
      },
    },
  })
}

/** HTML is answered to who asks for it in `formats`. */
function shown({ url }: World, post: Post, query: URLSearchParams): object {
  const { createdMs, updatedMs, publishedMs, listedMs: _, html, tags, ...plain } = post
  const instant = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString())
  const whole: Record<string, unknown> = {
    ...plain,
    ...(query.get('formats')?.split(',').includes('html') && { html }),
    tags: tags.map((name) => ({ name, visibility: name.startsWith('#') ? 'internal' : 'public' })),
    url: post.status === 'published' ? `${url}/${post.slug}/` : `${url}/p/${post.uuid}/`,
    created_at: instant(createdMs),
    updated_at: instant(updatedMs),
    published_at: instant(publishedMs),
  }
  const fields = query.get('fields')?.split(',')
  return fields ? Object.fromEntries(fields.map((name) => [name, whole[name]])) : whole
}

const effectOf = (kind: 'created' | 'changed' | 'removed', { id, title, html }: Post) => ({
  kind,
  id,
  account: 'integration',
  text: `${title ?? ''}\n${html}`,
})
