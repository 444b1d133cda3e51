/**
 * A WordPress site with its REST API, as far as a publisher needs it: one account with an application password, posts, tags and
 * categories. It refuses what the real one refuses. Source: https://developer.wordpress.org/rest-api/, core's controllers, and what
 * WordPress 6.1.9 answered.
 */
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

export type WordpressOptions = VendorOptions & {
  role?: keyof typeof rightsOf
  /** Off: the API answers at `/?rest_route=/` only. */
  hasPermalinks?: boolean
  /** Off: the site does not say where its API is. */
  isAnnounced?: boolean
  /** Those there are from the beginning. */
  categories?: readonly string[]
}
export type WordpressPost = {
  id: number
  slug: string
  status: string
  title: string
  content: string
  excerpt: string
  tags: string[]
  categories: string[]
}
export type Wordpress = Vendor &
  Losing & {
    handle: string
    password: string
    /** The application password is gone. */
    revoke: () => void
    /** Somebody else of the site writes a post. */
    write: (post: { slug: string; title: string; content: string }) => void
    /** What readers see. */
    posts: () => WordpressPost[]
  }

const rightsOf = {
  administrator: ['read', 'edit_posts', 'publish_posts', 'manage_categories'],
  author: ['read', 'edit_posts', 'publish_posts'],
  contributor: ['read', 'edit_posts'],
  subscriber: ['read'],
} as const
const statuses = ['publish', 'future', 'draft', 'pending', 'private']
const account = { id: 1, handle: 'redakcja', password: 'abcd EFGH 1234 ijkl MNOP 5678' }
const somebodyElse = 2
const perPageMax = 100

type Post = Omit<WordpressPost, 'tags' | 'categories'> & {
  author: number
  tags: number[]
  categories: number[]
  /** When lists show it. */
  listedMs: number
}
type Term = { id: number; name: string; kind: 'tags' | 'categories' }
type World = {
  url: string
  isKnown: boolean
  lastId: number
  posts: Map<number, Post>
  terms: Term[]
  rights: readonly string[]
  hasPermalinks: boolean
  listingDelayMs: number
}
type Request = { world: World; asked: Asked; isSignedIn: boolean; route: string; query: URLSearchParams }
type Effects = Parameters<Behaviour>[1]

export async function startWordpress(options: WordpressOptions = {}): Promise<Wordpress> {
  const { role = 'administrator', hasPermalinks = true, isAnnounced = true, listingDelayMs = 0 } = options
  const world: World = {
    url: '',
    isKnown: true,
    lastId: 0,
    posts: new Map(),
    terms: [],
    rights: rightsOf[role],
    hasPermalinks,
    listingDelayMs,
  }
  for (const name of options.categories ?? []) world.terms.push({ id: (world.lastId += 1), name, kind: 'categories' })
  const vendor = await startVendor((asked, effect) => {
    const route = routeOf(asked, hasPermalinks)
    if (route === null) return asked.path === '/' ? home(world, isAnnounced) : noPage()
    const isSignedIn = signedIn(world, asked)
    return answered({ world, asked, isSignedIn, route, query: asked.query }, effect)
  }, options)
  world.url = vendor.url
  const named = (ids: number[]): string[] => ids.map((id) => world.terms.find((term) => term.id === id)?.name ?? '')
  return {
    ...vendor,
    handle: account.handle,
    password: account.password,
    revoke: () => void (world.isKnown = false),
    lose: () => world.posts.clear(),
    write: ({ slug, title, content }) => {
      const post = { title, content, excerpt: '', status: 'publish', tags: [], categories: [], listedMs: 0 }
      add(world, { ...post, author: somebodyElse }, slug)
    },
    posts: () =>
      [...world.posts.values()]
        .filter(({ status }) => status === 'publish')
        .map(({ id, slug, status, title, content, excerpt, tags, categories }) => ({
          ...{ id, slug, status, title, content, excerpt },
          tags: named(tags),
          categories: named(categories),
        })),
  }
}

/** @returns null for what is a page of the site */
function routeOf({ path, query }: Asked, hasPermalinks: boolean): string | null {
  const plain = path === '/' || path === '/index.php' ? query.get('rest_route') : null
  if (plain !== null) return plain
  return hasPermalinks && /^\/wp-json(?:\/|$)/.test(path) ? path.slice('/wp-json'.length) || '/' : null
}

const page = (status: number, title: string, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { 'content-type': 'text/html; charset=UTF-8', ...headers },
  body: `<!doctype html><title>${title}</title><h1>${title}</h1>`,
})
const noPage = (): Answer => page(404, 'Page not found')
const home = ({ url, hasPermalinks }: World, isAnnounced: boolean): Answer => {
  const api = hasPermalinks ? `${url}/wp-json/` : `${url}/index.php?rest_route=/`
  return page(200, 'Studio Wisła', isAnnounced ? { link: `<${api}>; rel="https://api.w.org/"` } : {})
}

const failure = (status: number, code: string, message: string, more: object = {}): never =>
  refuse(status, { code, message, data: { status, ...more } })
/** Who is not signed in hears 401, who may not hears 403. */
const forbidden = ({ isSignedIn }: Request, code: string, message: string): never =>
  failure(isSignedIn ? 403 : 401, code, message)

function signedIn(world: World, { headers }: Asked): boolean {
  const given = /^Basic (.+)$/.exec(headers['authorization'] ?? '')?.[1] ?? ''
  const [, handle, password = ''] = /^([^:]*):(.*)$/s.exec(Buffer.from(given, 'base64').toString('utf8')) ?? []
  const letters = (text: string): string => text.replace(/[^a-z\d]/gi, '')
  return world.isKnown && handle === account.handle && letters(password) === letters(account.password)
}

function answered(request: Request, effect: Effects): Answer {
  const { world, route, asked } = request
  if (route === '/')
    return ok({
      name: 'Studio Wisła &amp; S-ka',
      description: '',
      url: world.url,
      home: world.url,
      namespaces: ['oembed/1.0', 'wp/v2'],
    })
  const [, kind = '', id = ''] = /^\/wp\/v2\/(posts|tags|categories|users)(?:\/(\d+|me))?\/?$/.exec(route) ?? []
  if (kind === 'users' && id === 'me') return me(request)
  if (kind === 'posts' && id === '') return asked.method === 'POST' ? create(request, effect) : listPosts(request)
  if (kind === 'posts' && /^\d+$/.test(id)) return onePost(request, Number(id), effect)
  if ((kind === 'tags' || kind === 'categories') && id === '')
    return asked.method === 'POST' ? makeTerm(request, kind) : listTerms(request, kind)
  return failure(404, 'rest_no_route', 'No route was found matching the URL and request method.')
}

const ok = (body: unknown, headers: Record<string, string> = {}): Answer => ({ status: 200, body, headers })

function me(request: Request): Answer {
  if (!request.isSignedIn) return failure(401, 'rest_not_logged_in', 'You are not currently logged in.')
  const user = { id: account.id, name: 'Redakcja', slug: account.handle }
  if (request.query.get('context') !== 'edit') return ok(user)
  return ok({
    ...user,
    username: account.handle,
    capabilities: Object.fromEntries(request.world.rights.map((right) => [right, true])),
  })
}

const has = ({ isSignedIn, world }: Request, right: string): boolean => isSignedIn && world.rights.includes(right)

function create(request: Request, effect: Effects): Answer {
  const { world, asked } = request
  if (!request.isSignedIn) return failure(401, 'rest_not_logged_in', 'You are not currently logged in.')
  if (!has(request, 'edit_posts'))
    return failure(403, 'rest_cannot_create', 'Sorry, you are not allowed to create posts as this user.')
  const fields = fieldsOf(request)
  const words = [fields.title, fields.content, fields.excerpt]
  if (words.every((text) => !text)) return failure(400, 'empty_content', 'Content, title, and excerpt are empty.')
  const post = add(
    world,
    {
      title: '',
      content: '',
      excerpt: '',
      tags: [],
      categories: [],
      ...fields,
      status: fields.status ?? 'draft',
      author: account.id,
      listedMs: asked.nowMs + world.listingDelayMs,
    },
    textOf(asked.json, 'slug') || slugOf(fields.title ?? ''),
  )
  effect(effectOf('created', post))
  return {
    status: 201,
    headers: { location: `${world.url}/wp-json/wp/v2/posts/${post.id}` },
    body: shown(world, post, true),
  }
}

function onePost(request: Request, id: number, effect: Effects): Answer {
  const { world, asked, query } = request
  const post = world.posts.get(id)
  if (!post) return failure(404, 'rest_post_invalid_id', 'Invalid post ID.')
  const mayEdit = has(request, 'edit_posts') && (post.author === account.id || has(request, 'manage_categories'))
  if (asked.method === 'GET') {
    if (query.get('context') === 'edit' && !mayEdit)
      return forbidden(request, 'rest_forbidden_context', 'Sorry, you are not allowed to edit this post.')
    return ok(picked(shown(world, post, query.get('context') === 'edit'), query))
  }
  if (!request.isSignedIn) return failure(401, 'rest_not_logged_in', 'You are not currently logged in.')
  if (asked.method === 'DELETE') {
    if (!mayEdit) return failure(403, 'rest_cannot_delete', 'Sorry, you are not allowed to delete this post.')
    return remove(request, post, effect)
  }
  if (!mayEdit) return failure(403, 'rest_cannot_edit', 'Sorry, you are not allowed to edit this post.')
  const fields = fieldsOf(request)
  const slug = textOf(asked.json, 'slug') || post.slug.replace(/__trashed$/, '')
  Object.assign(post, fields, { slug: freeSlug(world, slug, post.id) })
  effect(effectOf('changed', post))
  return ok(shown(world, post, true))
}

function remove({ world, query }: Request, post: Post, effect: Effects): Answer {
  const isForced = /^(?:1|true)$/.test(query.get('force') ?? '')
  if (!isForced && post.status === 'trash')
    return failure(410, 'rest_already_trashed', 'The post has already been deleted.')
  if (isForced) world.posts.delete(post.id)
  else Object.assign(post, { status: 'trash', slug: `${post.slug}__trashed` })
  effect(effectOf('removed', post))
  return ok(isForced ? { deleted: true, previous: shown(world, post, true) } : shown(world, post, true))
}

type Fields = Partial<Pick<Post, 'title' | 'content' | 'excerpt' | 'status' | 'tags' | 'categories'>>

/** What a request sets. */
function fieldsOf(request: Request): Fields {
  const { json } = request.asked
  const status = fieldOf(json, 'status')
  if (status !== undefined && !statuses.includes(String(status)))
    return failure(400, 'rest_invalid_param', 'Invalid parameter(s): status', {
      params: { status: `status is not one of ${statuses.join(', ')}.` },
    })
  if (status === 'publish' && !has(request, 'publish_posts'))
    return failure(403, 'rest_cannot_publish', 'Sorry, you are not allowed to publish posts in this post type.')
  const text = (name: string): string | undefined => {
    const value = fieldOf(json, name)
    return typeof value === 'string' ? value : textOf(value, 'raw') || undefined
  }
  const ids = (name: 'tags' | 'categories'): number[] | undefined => {
    const value = fieldOf(json, name)
    if (!Array.isArray(value)) return undefined
    return value.map(Number).filter((id) => request.world.terms.some((term) => term.id === id && term.kind === name))
  }
  const fields: Fields = {
    title: text('title'),
    content: text('content'),
    excerpt: text('excerpt'),
    status: status === undefined ? undefined : String(status),
    tags: ids('tags'),
    categories: ids('categories'),
  }
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

function listPosts(request: Request): Answer {
  const { world, asked, query } = request
  const isEdit = query.get('context') === 'edit'
  if (isEdit && !has(request, 'edit_posts'))
    return forbidden(request, 'rest_forbidden_context', 'Sorry, you are not allowed to edit posts in this post type.')
  const status = query.get('status') ?? 'publish'
  if (status !== 'publish' && !has(request, 'edit_posts'))
    return failure(400, 'rest_invalid_param', 'Invalid parameter(s): status', {
      params: { status: 'Status is forbidden.' },
    })
  const slugs = query.get('slug')?.split(',')
  const author = query.get('author')
  const found = [...world.posts.values()]
    .filter((post) => (status === 'any' ? post.status !== 'trash' : status.split(',').includes(post.status)))
    .filter((post) => slugs === undefined || slugs.includes(post.slug))
    .filter((post) => author === null || String(post.author) === author)
    .filter((post) => post.listedMs <= asked.nowMs)
    .toSorted((a, b) => (query.get('order') === 'asc' ? a.id - b.id : b.id - a.id))
  return paged(request, found, (post) => shown(world, post, isEdit))
}

function paged<Item>({ query }: Request, items: readonly Item[], show: (item: Item) => object): Answer {
  const size = Number(query.get('per_page') ?? 10)
  const at = Number(query.get('page') ?? 1)
  if (!Number.isInteger(size) || size < 1 || size > perPageMax)
    return failure(400, 'rest_invalid_param', 'Invalid parameter(s): per_page', {
      params: { per_page: `per_page must be between 1 (inclusive) and ${perPageMax} (inclusive)` },
    })
  const pages = Math.ceil(items.length / size)
  if (at > pages && items.length > 0)
    return failure(
      400,
      'rest_post_invalid_page_number',
      'The page number requested is larger than the number of pages available.',
    )
  return ok(
    items.slice((at - 1) * size, at * size).map((item) => picked(show(item), query)),
    { 'x-wp-total': String(items.length), 'x-wp-totalpages': String(pages) },
  )
}

/** Of `_fields`; a dot leads into an object. */
function picked(item: object, query: URLSearchParams): object {
  const names = query.get('_fields')?.split(',')
  if (!names) return item
  const out: Record<string, unknown> = {}
  for (const name of names) {
    const [outer = '', inner] = name.split('.')
    const value = fieldOf(item, outer)
    if (value !== undefined) out[outer] = inner === undefined ? value : { [inner]: fieldOf(value, inner) }
  }
  return out
}

function listTerms(request: Request, kind: Term['kind']): Answer {
  const search = request.query.get('search')?.toLowerCase() ?? ''
  // Names are kept escaped, and searched as they are kept.
  const found = request.world.terms.filter(
    (term) => term.kind === kind && escaped(term.name).toLowerCase().includes(search),
  )
  return paged(request, found, shownTerm)
}

const escaped = (name: string): string => name.replaceAll('&', '&amp;').replaceAll('>', '&gt;')
const shownTerm = ({ id, name, kind }: Term): object => ({
  id,
  name: escaped(name),
  slug: slugOf(name),
  taxonomy: kind === 'tags' ? 'post_tag' : 'category',
})

function makeTerm(request: Request, kind: Term['kind']): Answer {
  const { world, asked } = request
  if (!request.isSignedIn) return failure(401, 'rest_not_logged_in', 'You are not currently logged in.')
  if (!has(request, kind === 'tags' ? 'edit_posts' : 'manage_categories'))
    return failure(403, 'rest_cannot_create', 'Sorry, you are not allowed to create terms in this taxonomy.')
  const name = textOf(asked.json, 'name').trim()
  if (name === '')
    return failure(400, 'rest_missing_callback_param', 'Missing parameter(s): name', { params: ['name'] })
  const known = world.terms.find((term) => term.kind === kind && term.name.toLowerCase() === name.toLowerCase())
  if (known)
    return failure(400, 'term_exists', 'A term with the name provided already exists with this parent.', {
      term_id: known.id,
    })
  const term = { id: (world.lastId += 1), name, kind }
  world.terms.push(term)
  return { status: 201, body: shownTerm(term) }
}

function add(world: World, post: Omit<Post, 'id' | 'slug'>, slug: string): Post {
  const id = (world.lastId += 1)
  const made = { ...post, id, slug: freeSlug(world, slug, id) }
  world.posts.set(id, made)
  return made
}

/** A slug that another post has gets a number. */
function freeSlug({ posts }: World, wanted: string, id: number): string {
  const taken = new Set([...posts.values()].filter((post) => post.id !== id).map(({ slug }) => slug))
  let slug = wanted
  for (let number = 2; taken.has(slug); number++) slug = `${wanted}-${number}`
  return slug
}

const slugOf = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]+/g, '-') || 'post'

function shown({ url, hasPermalinks }: World, post: Post, isEdit: boolean): object {
  const { id, slug, status, title, content, excerpt, author, tags, categories } = post
  const text = (raw: string): object => ({ ...(isEdit && { raw }), rendered: raw })
  const link = hasPermalinks ? `${url}/${slug}/` : `${url}/?p=${id}`
  const words = { title: text(title), content: text(content), excerpt: text(excerpt) }
  return { id, slug, status, type: 'post', link, ...words, author, tags, categories }
}

const effectOf = (kind: 'created' | 'changed' | 'removed', { id, title, content }: Post) => ({
  kind,
  id: String(id),
  account: account.handle,
  text: `${title}\n${content}`,
})
