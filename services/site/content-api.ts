/**
 * The content API: what is published, for other front ends. Read-only, for anybody, from any origin. Only a fresh kept answer is
 * sent without a query; answers are put together from JSON that was written when the snapshot came.
 */
import type { Host, HttpReply, HttpRequest, HttpServer } from '@floowe/platform'
import { refusalText } from '@floowe/contracts/refusal-words'
import { type TermKind, oldPathsFor } from './addresses.ts'
import { withAddress } from './content-forms.ts'
import { targetOf } from './redirects.ts'
import type { Answer, Answers } from './serving.ts'
import type { Sites } from './sites.ts'
import * as editions from './store/editions.ts'
import type { Filter } from './store/editions.ts'
import { findRedirect } from './store/redirects.ts'
import type { Site } from './store/sites.ts'

export const contentApiPrefix = '/api/content'
const limitMax = 100
const offsetMax = 100_000

type Parts = { host: Host; sites: Sites; answers: Answers; sharedCacheSeconds: number }
/** What every answer is made from. `languages` of the query is checked already. */
type Asked = { site: Site; query: ReadonlyMap<string, string>; slug: string | null }
type Maker = { parameters: readonly string[]; make: (asked: Asked) => Promise<Answer> }

/** A problem with the request, or nothing there; sent in the form of all refusals. */
class ApiProblem extends Error {
  readonly status: number
  readonly code: string
  readonly data: unknown
  constructor(status: number, code: string, data: unknown = null) {
    super(code)
    this.status = status
    this.code = code
    this.data = data
  }
}
const invalid = (path: string, problem: string): never => {
  throw new ApiProblem(400, 'invalid-input', { issues: [{ path, problem }] })
}

export async function registerContentApi(http: HttpServer, parts: Parts): Promise<void> {
  const { answers, sites } = parts
  const makers = makersOf(parts)
  const answer = async (request: HttpRequest, reply: HttpReply, maker: Maker): Promise<unknown> => {
    const key = request.url
    try {
      const { workspace, slug } = request.params as { workspace: string; slug?: string } // the routes below name them
      const query = queryOf(key, maker.parameters)
      const site = (await sites.bySlug(workspace)) ?? invalidPlace('site')
      const ready = await answers.of(key, site.workspaceId, site.revision, async () =>
        withHeaders(await maker.make({ site, query, slug: slug ?? null }), site, parts),
      )
      return answers.send(request, reply, key, ready)
    } catch (error) {
      if (error instanceof ApiProblem) return sendProblem(request, reply, error)
      throw error
    }
  }
  for (const [path, maker] of Object.entries(makers)) {
    http.get(`${contentApiPrefix}/v1/:workspace${path}`, (request, reply) => {
      const ready = answers.fresh(request.url)
      return ready ? answers.send(request, reply, request.url, ready) : answer(request, reply, maker)
    })
  }
  http.options(`${contentApiPrefix}/*`, async (_request, reply) =>
    reply
      .code(204)
      .headers({
        'access-control-allow-origin': '*',
        'access-control-allow-methods': 'GET, HEAD',
        'access-control-allow-headers': 'if-none-match',
        'access-control-max-age': '86400',
      })
      .send(),
  )
}

const invalidPlace = (what: string): never => {
  throw new ApiProblem(404, 'not-found', { what })
}

function sendProblem(request: HttpRequest, reply: HttpReply, problem: ApiProblem): unknown {
  const locale = /^\s*pl\b/i.test(request.headers['accept-language'] ?? '') ? 'pl' : 'en'
  const body = {
    defined: true,
    code: problem.code,
    status: problem.status,
    message: refusalText(problem.code, locale, problem.data),
    data: problem.data,
  }
  return reply
    .code(problem.status)
    .headers({ 'access-control-allow-origin': '*', 'cache-control': 'no-store', vary: 'accept-language' })
    .type('application/json; charset=utf-8')
    .send(JSON.stringify(body))
}

function withHeaders(answer: Answer, site: Site, { sharedCacheSeconds }: Parts): Answer {
  return {
    ...answer,
    headers: {
      'access-control-allow-origin': '*',
      'cache-control': `public, max-age=0, must-revalidate${sharedCacheSeconds > 0 ? `, s-maxage=${sharedCacheSeconds}` : ''}`,
      'surrogate-key': `site-${site.workspaceId}`,
      vary: 'accept-encoding',
      // Data is no page, whatever stands in it.
      'content-security-policy': "default-src 'none'; sandbox",
      ...answer.headers,
    },
  }
}

/** Known parameters, each once. */
function queryOf(url: string, known: readonly string[]): ReadonlyMap<string, string> {
  const query = new Map<string, string>()
  const at = url.indexOf('?')
  if (at === -1) return query
  for (const [name, value] of new URLSearchParams(url.slice(at + 1))) {
    if (!known.includes(name)) invalid(name.slice(0, 40), 'unknown parameter')
    if (query.has(name)) invalid(name, 'given twice')
    query.set(name, value)
  }
  return query
}

function whole(query: ReadonlyMap<string, string>, name: string, standard: number, min: number, max: number): number {
  const text = query.get(name)
  if (text === undefined) return standard
  const value = /^\d{1,7}$/.test(text) ? Number(text) : Number.NaN
  return value >= min && value <= max ? value : invalid(name, `a whole number from ${min} to ${max}`)
}
const slugIn = (query: ReadonlyMap<string, string>, name: string): string | undefined => {
  const value = query.get(name)
  return value === undefined || /^[a-z0-9]+(-[a-z0-9]+)*$/.test(value) ? value : invalid(name, 'a slug')
}
const languageIn = (query: ReadonlyMap<string, string>): string | undefined => {
  const value = query.get('language')
  return value === undefined || /^[a-z]{2,3}(-[A-Z]{2})?$/.test(value)
    ? value
    : invalid('language', 'a BCP 47 language')
}

const json = (body: string, more: Partial<Answer> = {}): Answer => ({
  status: 200,
  type: 'application/json; charset=utf-8',
  body,
  ...more,
})

function makersOf({ host, sites }: Parts): Readonly<Record<string, Maker>> {
  const { db } = host
  const list = async ({ site, query }: Asked, type: Filter['type']): Promise<Answer> => {
    const terms = (['tag', 'category', 'author'] as const).flatMap((kind) => {
      const slug = slugIn(query, kind)
      return slug === undefined ? [] : [{ kind, slug }]
    })
    const filter = { type, language: languageIn(query), terms }
    const page = { limit: whole(query, 'limit', 10, 1, limitMax), offset: whole(query, 'offset', 0, 0, offsetMax) }
    const [rows, total] = await Promise.all([
      editions.listEditions(db, site.workspaceId, filter, 'answer', page),
      editions.countEditions(db, site.workspaceId, filter),
    ])
    const addresses = sites.addressesOf(site)
    const items = rows.map((row) => withAddress(row.json, addresses.full(addresses.article(row.language, row.slug))))
    return json(`{"items":[${items.join(',')}],"total":${total},"limit":${page.limit},"offset":${page.offset}}`, {
      // Snapshots never change, so their hashes and places stand for their bytes.
      fingerprint: `${addresses.base} ${site.language} ${total} ${rows.map((row) => `${row.snapshot_hash} ${row.slug}`).join(' ')}`,
    })
  }
  const terms = (kind: TermKind): Maker => ({
    parameters: ['language'],
    make: async ({ site, query }) => {
      const items = await editions.listTerms(db, site.workspaceId, kind, languageIn(query) ?? null)
      return json(JSON.stringify({ items, total: items.length }))
    },
  })
  return {
    '/articles': {
      parameters: ['language', 'tag', 'category', 'author', 'limit', 'offset'],
      make: (asked) => list(asked, 'article'),
    },
    '/pages': { parameters: ['language', 'limit', 'offset'], make: (asked) => list(asked, 'page') },
    '/articles/:slug': { parameters: ['language'], make: (asked) => oneArticle(host, sites, asked) },
    '/tags': terms('tag'),
    '/categories': terms('category'),
    '/authors': terms('author'),
    '/site': { parameters: [], make: async ({ site }) => json(JSON.stringify(publicSettings(sites, site))) },
  }
}

/** One article or page with its other languages; an old slug leads to the new one. */
async function oneArticle(host: Host, sites: Sites, { site, query, slug }: Asked): Promise<Answer> {
  const language = languageIn(query) ?? site.language
  const wanted =
    slug !== null && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(slug) && slug.length <= 120 ? slug : invalidPlace('article')
  const { db } = host
  const addresses = sites.addressesOf(site)
  const row = await editions.editionWithSiblings(db, site.workspaceId, language, wanted)
  if (row?.state !== 'live') {
    const redirect = await findRedirect(db, site.workspaceId, oldPathsFor(addresses.article(language, wanted), ''))
    if (!redirect || redirect.to_address !== null || targetOf(redirect, addresses) === null)
      return invalidPlace('article')
    const location = `${host.publicUrl}${contentApiPrefix}/v1/${site.slug}/articles/${redirect.slug}?language=${redirect.language}`
    return { status: 301, type: 'text/plain; charset=utf-8', body: '', headers: { location } }
  }
  const alternates = row.siblings.map((sibling) => ({
    language: sibling.language,
    slug: sibling.slug,
    url: addresses.full(addresses.article(sibling.language, sibling.slug)),
  }))
  const body = withAddress(row.answer, addresses.full(addresses.article(row.language, row.slug)))
  return json(`${body.slice(0, -1)},"editions":${JSON.stringify(alternates)}}`, {
    fingerprint: `${addresses.base} ${site.language} ${row.snapshot_hash} ${row.slug} ${JSON.stringify(row.siblings)}`,
    headers: { 'surrogate-key': `site-${site.workspaceId} article-${row.article_id}` },
  })
}

function publicSettings(sites: Sites, site: Site): unknown {
  const { name, tagline, language, languages, logo, menus, footers, url } = sites.settingsOf(site)
  const addresses = sites.addressesOf(site)
  return {
    name,
    tagline,
    language,
    languages,
    url,
    menus,
    footers,
    logo: logo && { url: logo.url, width: logo.width, height: logo.height },
    feeds: languages.map((spoken) => ({
      language: spoken,
      rss: addresses.full(addresses.feed('feed.xml', spoken)),
      atom: addresses.full(addresses.feed('atom.xml', spoken)),
      json: addresses.full(addresses.feed('feed.json', spoken)),
    })),
  }
}
