/**
 * Dev.to's API, as far as a publisher needs it: one account's articles, published, changed and unpublished. It refuses what Forem
 * refuses. Source: https://developers.forem.com/api/v1, Forem's `Article` and `Api::ArticlesController`.
 */
import {
  type Answer,
  type Asked,
  type Behaviour,
  fieldOf,
  type Losing,
  refuse,
  startVendor,
  type Vendor,
  type VendorOptions,
} from './vendor.ts'

export type DevtoArticle = {
  id: number
  slug: string
  published: boolean
  title: string
  body_markdown: string
  canonical_url: string | null
  main_image: string | null
  description: string
  tags: string[]
}
export type Devto = Vendor &
  Losing & {
    token: string
    /** The key is deleted. */
    revoke: () => void
    /** Written by hand, by the account or by a stranger. */
    write: (article: { title: string; body_markdown: string; canonical_url?: string; isOurs?: boolean }) => void
    /** What readers see. */
    posts: () => DevtoArticle[]
  }

const titleMax = 128
const bodyBytesMax = 800 * 1024
const tagsMax = 4
const tagMax = 30
const sameTitleMs = 5 * 60_000
const perPageStandard = 30
const perPageMax = 1000
const username = 'studio_wisla'

type Article = DevtoArticle & { isOurs: boolean; createdMs: number; publishedMs: number | null; listedMs: number }
type World = { token: string; isKnown: boolean; last: number; articles: Map<number, Article>; listingDelayMs: number }
type Effects = Parameters<Behaviour>[1]

export async function startDevto(options: VendorOptions & { token?: string } = {}): Promise<Devto> {
  const { token = 'aBcD1234eFgH5678iJkL9012', nowMs = Date.now, listingDelayMs = 0 } = options
  const world: World = { token, isKnown: true, last: 0, articles: new Map(), listingDelayMs }
  const vendor = await startVendor((asked, effect) => answered(world, asked, effect), options)
  return {
    ...vendor,
    url: `${vendor.url}/api`,
    token,
    revoke: () => void (world.isKnown = false),
    lose: () => world.articles.clear(),
    write: ({ isOurs = true, ...article }) => void add(world, article, { nowMs: nowMs(), listedMs: 0, isOurs }),
    posts: () =>
      [...world.articles.values()]
        .filter(({ published }) => published)
        .map(({ id, slug, published, title, body_markdown, canonical_url, main_image, description, tags }) => ({
          ...{ id, slug, published, title, body_markdown, canonical_url, main_image, description, tags },
        })),
  }
}

const failure = (status: number, error: string): never => refuse(status, { error, status })
const ok = (body: unknown): Answer => ({ status: 200, body })

function answered(world: World, asked: Asked, effect: Effects): Answer {
  if (!asked.headers['user-agent']) return failure(403, 'Forbidden Bots')
  const route = asked.path.replace(/^\/api\//, '')
  if (!world.isKnown || asked.headers['api-key'] !== world.token) return failure(401, 'unauthorized')
  if (route === 'users/me') return ok({ type_of: 'user', id: 17, username, name: 'Studio Wisła' })
  if (route === 'articles' && asked.method === 'POST') return create(world, asked, effect)
  const [, list] = /^articles\/me(?:\/(published|unpublished|all))?$/.exec(route) ?? []
  if (route.startsWith('articles/me')) return mine(world, asked, list ?? 'published')
  const [, id] = /^articles\/(\d+)$/.exec(route) ?? []
  const article = id === undefined ? undefined : world.articles.get(Number(id))
  // Whose it is plays no part where it is read; a draft is read by nobody.
  if (asked.method === 'GET' && article?.published) return ok(shown(article))
  if (asked.method !== 'PUT' || !article?.isOurs) return failure(404, 'not found')
  return update(world, asked, article, effect)
}

function create(world: World, asked: Asked, effect: Effects): Answer {
  const fields = fieldsOf(asked)
  const problems = [...problemsOf(world, { title: '', ...fields }, null), ...recent(world, asked, fields)]
  if (problems.length > 0) return failure(422, problems.join(', '))
  const article = add(world, fields, {
    nowMs: asked.nowMs,
    listedMs: asked.nowMs + world.listingDelayMs,
    isOurs: true,
  })
  effect(effectOf('created', article))
  return { status: 201, headers: { location: addressOf(article) }, body: shown(article) }
}

function update(world: World, asked: Asked, article: Article, effect: Effects): Answer {
  const fields = fieldsOf(asked)
  const problems = problemsOf(world, { ...article, ...fields }, article.id)
  if (problems.length > 0) return failure(422, problems.join(', '))
  const was = article.published
  Object.assign(article, fields)
  if (article.published) article.publishedMs ??= asked.nowMs
  // Nothing happens where nothing was out.
  if (was || article.published) effect(effectOf(was && !article.published ? 'removed' : 'changed', article))
  return ok(shown(article))
}

type Fields = Partial<Omit<DevtoArticle, 'id' | 'slug'>>

function fieldsOf({ json }: Asked): Fields {
  const input = fieldOf(json, 'article')
  if (typeof input !== 'object' || input === null)
    return failure(422, 'param is missing or the value is empty: article')
  const text = (name: string): string | null | undefined => {
    const value = fieldOf(input, name)
    return value === undefined || value === null ? value : String(value)
  }
  const tags = fieldOf(input, 'tags')
  const published = fieldOf(input, 'published')
  const fields = {
    title: text('title') ?? undefined,
    body_markdown: text('body_markdown') ?? undefined,
    description: text('description') ?? undefined,
    canonical_url: text('canonical_url'),
    main_image: text('main_image'),
    tags: Array.isArray(tags) ? tags.map(String) : undefined,
    published: typeof published === 'boolean' ? published : undefined,
  }
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

function problemsOf({ articles }: World, fields: Fields, id: number | null): string[] {
  const { title = '', body_markdown: body = '', canonical_url: canonical = null, tags = [], published = false } = fields
  const problems: string[] = []
  if (title.trim() === '') problems.push("Title can't be blank")
  if ([...title].length > titleMax) problems.push(`Title is too long (maximum is ${titleMax} characters for full_post)`)
  if (Buffer.byteLength(body) > bodyBytesMax) problems.push('Body markdown is too long.')
  // `{{ … }}` is switched off, and a tag that nobody knows is an error.
  if (liquidIn(body)) problems.push('Liquid variables are disabled')
  const isTaken = [...articles.values()].some(
    (other) => other.id !== id && other.published && other.canonical_url === canonical,
  )
  if (published && canonical !== null && isTaken)
    problems.push('Canonical url has already been taken. Email us for further details.')
  if (tags.length > tagsMax) problems.push(`Tag list exceed the maximum of ${tagsMax} tags`)
  for (const tag of tags) {
    if (!/^[\p{L}\p{N}]+$/u.test(tag))
      problems.push(`Tag "${tag}" contains non-alphanumeric or prohibited unicode characters`)
    if (tag.length > tagMax) problems.push(`Tag "${tag}" is too long (maximum is ${tagMax} characters)`)
  }
  return problems
}

const liquidIn = (markdown: string): boolean =>
  /\{\{|\{%/.test(markdown.replace(/\{% raw %\}[\s\S]*?\{% endraw %\}/g, ''))

function recent({ articles }: World, { nowMs }: Asked, { title }: Fields): string[] {
  const isUsed = [...articles.values()].some(
    (other) => other.isOurs && other.title === title && other.createdMs > nowMs - sameTitleMs,
  )
  return isUsed ? ['Title has already been used in the last five minutes'] : []
}

function add(world: World, fields: Fields, at: { nowMs: number; listedMs: number; isOurs: boolean }): Article {
  const id = (world.last += 1)
  const { title = '', published = at.listedMs === 0 } = fields
  const article: Article = {
    body_markdown: '',
    canonical_url: null,
    main_image: null,
    description: '',
    tags: [],
    ...fields,
    title,
    published,
    id,
    slug: `${title.toLowerCase().replace(/[^a-z0-9]+/g, '-')}-${id.toString(26)}`,
    isOurs: at.isOurs,
    createdMs: at.nowMs,
    publishedMs: published ? at.nowMs : null,
    listedMs: at.listedMs,
  }
  world.articles.set(id, article)
  return article
}

/** The newest first; what was never published stands before everything else, as its database sorts it. */
function mine({ articles }: World, { query, nowMs }: Asked, list: string): Answer {
  const size = Math.min(Number(query.get('per_page') ?? perPageStandard), perPageMax)
  const at = Number(query.get('page') ?? 1)
  const found = [...articles.values()]
    .filter(({ isOurs, listedMs }) => isOurs && listedMs <= nowMs)
    .filter(({ published }) => list === 'all' || published === (list === 'published'))
    .toReversed()
    .toSorted((a, b) => (b.publishedMs ?? Number.MAX_VALUE) - (a.publishedMs ?? Number.MAX_VALUE))
  return ok(found.slice((at - 1) * size, at * size).map(shown))
}

const addressOf = ({ slug }: Article): string => `https://dev.to/${username}/${slug}`

const shown = (article: Article): object => {
  const { id, title, description, published, slug, canonical_url: canonical, main_image, body_markdown, tags } = article
  const url = addressOf(article)
  return {
    ...{ type_of: 'article', id, title, description, published, slug, path: `/${username}/${slug}`, url, tags },
    ...{ tag_list: tags, main_image, cover_image: main_image, body_markdown, page_views_count: 0 },
    canonical_url: canonical ?? url,
    published_at: article.publishedMs === null ? null : new Date(article.publishedMs).toISOString(),
  }
}

const effectOf = (kind: 'created' | 'changed' | 'removed', { id, title, body_markdown }: Article) => ({
  kind,
  id: String(id),
  account: username,
  text: `${title}\n${body_markdown}`,
})
