/**
 * WordPress: whole texts as posts of a site of one's own, over its REST API with an application password.
 * Source: https://developer.wordpress.org/rest-api/, and core's own controllers for what these leave open.
 *
 * Exactly once: WordPress drops no repetition; a second request makes a second post under `slug-2`. So each post carries a comment
 * with the key of its delivery at the end of its text. Nobody sees it, every role may save it (core's filter keeps comments), and
 * it is read back as `content.raw`. A post is ours only by that comment: never by its slug, which may be somebody else's.
 * It is looked for where WordPress puts it, at the slug and the numbered slugs behind it, and then among the newest posts of the
 * account, because a site may have made another slug of ours or given away all those numbers. Core's search is left alone:
 * plugins put indexes of their own in its place that know nothing of comments.
 *
 * The text stands in one block of HTML: otherwise WordPress would make paragraphs of its own out of our lines.
 */
import type { SnapshotContent } from '@floowe/contracts/content'
import type { NetworkFacts } from '@floowe/contracts/networks'
import { fieldOf, isThere, type Question, type Reply, refusalOf, statusSays, textAt, verdictOf } from './asking.ts'
import {
  type Account,
  type Connected,
  Ended,
  type Failure,
  type Network,
  type NetworkParts,
  pageOf,
} from './network.ts'
import { absoluteHtml, escapeHtml, figureOf, markerOf, rewrite } from './page-html.ts'
import { type Made, type Piece, type ReadablePoster, sendPieces, verifyPieces } from './posting.ts'

const facts: NetworkFacts = {
  network: 'wordpress',
  form: 'page',
  connection: {
    kind: 'fields',
    fields: [
      { name: 'url', isSecret: false, example: 'https://example.com' },
      { name: 'handle', isSecret: false, example: 'anna' },
      { name: 'password', isSecret: true, example: 'abcd EFGH 1234 ijkl MNOP 5678' },
    ],
  },
  text: null,
  media: null,
  threads: false,
  firstComment: null,
  edits: true,
  removes: true,
  repeats: 'none',
  afterLostAnswer: 'find',
}

/** Whole texts come back, so pages are small; the numbered slugs fit into one. */
const perPage = 10
const pagesMax = 5
const redirectsMax = 5

type Credentials = Account['credentials']
type Asking = Pick<Question, 'method' | 'json' | 'signal'> & { query?: Readonly<Record<string, string>> }
type Prepared = { tags?: number[]; categories?: number[] }
type Kind = keyof Prepared

export function wordpress({ ask, clock, publicUrl, firstPauseMs }: NetworkParts): Network {
  const rest = restOf(ask, clock)
  const poster: ReadablePoster<Prepared> = {
    facts,
    prepare: async ({ content }, { credentials }, signal) => {
      const { tags, categories } = pageOf(content)
      return {
        ...(await termsOf(rest, credentials, 'tags', tags, signal)),
        ...(await termsOf(rest, credentials, 'categories', categories, signal)),
      }
    },
    create: async (piece, terms, { credentials }, signal) => {
      const json = { ...postOf(piece, terms, publicUrl), slug: pageOf(piece.content).slug }
      return madeOf(await rest.call(credentials, 'posts', { method: 'POST', json, signal }))
    },
    find: (piece, { credentials }, signal) => findOurs(rest, credentials, piece, signal),
    // Where it stands stays: links that are out there lead to it.
    change: async (there, piece, terms, { credentials }, signal) => {
      const json = postOf(piece, terms, publicUrl)
      return madeOf(await rest.call(credentials, `posts/${there.id}`, { method: 'POST', json, signal }))
    },
    read: (there, { credentials }, signal) => {
      // Only who may edit is told of a draft, and of what lies in the trash.
      const query = { context: 'edit', _fields: 'id,status' }
      return isThere(() => rest.call(credentials, `posts/${there.id}`, { query, signal }), statusSays('publish'))
    },
    remove: (there, { credentials }, signal) => toTrash(rest, credentials, `posts/${there.id}`, signal),
  }
  return {
    facts,
    limits: { contentBytesMax: 1024 * 1024 },
    firstPauseMs,
    send: sendPieces(poster, clock),
    verify: verifyPieces(poster),
    test: ({ credentials, url }) =>
      verdictOf(async () => {
        await whoIs(rest, credentials)
        return { kind: 'accepted' as const, url }
      }),
    connect: ({ url = '', handle = '', password = '' }) =>
      verdictOf(async () => {
        const { api, index } = await discover(ask, { url, handle, password }, clock.now())
        const credentials = { url, handle, password, api }
        return connectedOf(index, await whoIs(rest, credentials), credentials)
      }),
  }
}

type Rest = ReturnType<typeof restOf>

function restOf(ask: NetworkParts['ask'], clock: NetworkParts['clock']) {
  /** Any answer. */
  const reach = (credentials: Credentials, route: string, { query, ...question }: Asking = {}): Promise<Reply> =>
    ask(addressOf(credentials['api'] ?? '', route, query), {
      headers: { authorization: basic(credentials) },
      context: `WordPress ${route.replace(/\d+/, ':id')}`,
      ...question,
    })
  const refuse = (reply: Reply): never => {
    throw new Ended(refused(reply, clock.now()))
  }
  return {
    reach,
    refuse,
    call: async (credentials: Credentials, route: string, asking: Asking = {}): Promise<unknown> => {
      const reply = await reach(credentials, route, asking)
      return reply.status >= 200 && reply.status < 300 && reply.json !== undefined ? reply.json : refuse(reply)
    },
    list: async (credentials: Credentials, route: string, asking: Asking): Promise<unknown[]> => {
      const reply = await reach(credentials, route, asking)
      // Behind the last page.
      if (textAt(reply.json, 'code') === 'rest_post_invalid_page_number') return []
      return reply.status === 200 && Array.isArray(reply.json) ? reply.json : refuse(reply)
    },
  }
}

/** By name: found, or made. Who may not make any still uses those there are. */
async function termsOf(
  rest: Rest,
  credentials: Credentials,
  kind: Kind,
  terms: SnapshotContent['tags'],
  signal: AbortSignal,
): Promise<Prepared> {
  const ids: number[] = []
  for (const name of new Set(terms.map((term) => term.name))) {
    // Names are kept with their signs escaped, and searched as they are kept.
    const search = name.replaceAll('&', '&amp;').replaceAll('>', '&gt;')
    const query = { search, per_page: '100', _fields: 'id,name' }
    const known = (await rest.list(credentials, kind, { query, signal })).find(
      (term) => plain(textAt(term, 'name') ?? '').toLowerCase() === name.toLowerCase(),
    )
    ids.push(known ? Number(fieldOf(known, 'id')) : await makeTerm(rest, credentials, kind, name, signal))
  }
  // An empty list would also take away the category that a site gives to every post.
  return ids.length > 0 ? { [kind]: ids } : {}
}

async function makeTerm(rest: Rest, credentials: Credentials, kind: Kind, name: string, signal: AbortSignal) {
  const reply = await rest.reach(credentials, kind, { method: 'POST', json: { name }, signal })
  const isKnown = textAt(reply.json, 'code') === 'term_exists'
  const id = isKnown ? fieldOf(reply.json, 'data', 'term_id') : fieldOf(reply.json, 'id')
  return typeof id === 'number' ? id : rest.refuse(reply)
}

async function findOurs(
  rest: Rest,
  credentials: Credentials,
  { content, key }: Piece,
  signal: AbortSignal,
): Promise<Made | null> {
  const { slug } = pageOf(content)
  const search = (more: Record<string, string>) => {
    const query = { status: 'any', context: 'edit', _fields: 'id,link,content.raw', per_page: String(perPage), ...more }
    return rest.list(credentials, 'posts', { query, signal })
  }
  const ours = (posts: unknown[]) => posts.find((post) => textAt(post, 'content', 'raw')?.includes(markerOf(key)))
  const slugs = [slug, ...Array.from({ length: perPage - 1 }, (_, at) => `${slug}-${at + 2}`)]
  const atSlug = ours(await search({ slug: slugs.join(',') }))
  if (atSlug) return madeOf(atSlug)
  for (let page = 1; page <= pagesMax; page++) {
    const newest = { author: credentials['user'] ?? '', orderby: 'id', order: 'desc', page: String(page) }
    const posts = await search(newest)
    const post = ours(posts)
    if (post) return madeOf(post)
    if (posts.length < perPage) return null
  }
  return null
}

/** Where the site keeps it for a while, and a person can take it back. */
async function toTrash(rest: Rest, credentials: Credentials, route: string, signal: AbortSignal): Promise<void> {
  const reply = await rest.reach(credentials, route, { method: 'DELETE', signal })
  const code = textAt(reply.json, 'code')
  if (code === 'rest_post_invalid_id' || code === 'rest_already_trashed') return
  // A site without a trash would delete it for good; as a draft the site keeps it.
  if (code === 'rest_trash_not_supported')
    await rest.call(credentials, route, { method: 'POST', json: { status: 'draft' }, signal })
  else if (reply.status !== 200 || fieldOf(reply.json, 'id') === undefined) rest.refuse(reply)
}

/** @throws Ended also when the account may not publish */
async function whoIs(rest: Rest, credentials: Credentials): Promise<unknown> {
  const user = await rest.call(credentials, 'users/me', { query: { context: 'edit' } })
  if (textAt(user, 'id') === null) throw new Ended({ kind: 'permanent', code: 'bad-answer' })
  const rights = fieldOf(user, 'capabilities')
  if (typeof rights === 'object' && fieldOf(rights, 'publish_posts') !== true)
    throw new Ended({ kind: 'reconnect', code: 'not-allowed-there', detail: 'publish_posts' })
  return user
}

function connectedOf(index: unknown, user: unknown, credentials: Credentials & { api: string }): Connected {
  const home = (textAt(index, 'home') ?? credentials.api).replace(/\/+$/, '')
  const id = textAt(user, 'id') ?? ''
  return {
    accountId: `${home}#${id}`,
    accountName: plain(textAt(index, 'name') ?? '') || home,
    url: home,
    credentials: { ...credentials, user: id },
  }
}

/**
 * Where the API is: where the site says, at `/wp-json/`, or, without pretty permalinks, at `/?rest_route=/`. The password goes to
 * the host that a person named, or to where that host leads; never without TLS when they named TLS.
 */
async function discover(ask: NetworkParts['ask'], fields: Credentials, nowMs: number) {
  const { site, announced } = await siteOf(ask, fields['url'] ?? '')
  const base = `${site.origin}${site.pathname.replace(/\/*$/, '/')}`
  const candidates = [...(announced ? [announced] : []), `${base}wp-json/`, `${base}?rest_route=/`]
  let failure: Failure | null = null
  for (const api of candidates) {
    const reply = await ask(addressOf(api, ''), {
      headers: { authorization: basic(fields) },
      context: 'WordPress index',
    })
    if (Array.isArray(fieldOf(reply.json, 'namespaces'))) return { api, index: reply.json }
    if (reply.status !== 404) failure ??= reply.status < 400 ? null : refused(reply, nowMs)
  }
  throw new Ended(failure ?? { kind: 'permanent', code: 'account-not-found', detail: 'no WordPress REST API' })
}

async function siteOf(ask: NetworkParts['ask'], typed: string): Promise<{ site: URL; announced: string | null }> {
  const parsed = URL.parse(typed.includes('://') ? typed : `https://${typed}`)
  if (!parsed || !/^https?:$/.test(parsed.protocol)) throw new Ended({ kind: 'permanent', code: 'bad-address' })
  let site = new URL(parsed.pathname.replace(/\/(?:wp-admin|wp-login\.php|wp-json)(?:\/.*)?$/, '/'), parsed)
  for (let hop = 0; hop <= redirectsMax; hop++) {
    const reply = await pageAt(ask, site)
    const next = reply && reply.status >= 300 && reply.status < 400 ? secured(reply.headers['location'], site) : null
    if (!next) return { site, announced: reply && announcedIn(reply.headers['link'] ?? '', site) }
    site = next
  }
  return { site, announced: null }
}

/** @returns null when the page itself could not be read: only its head matters */
async function pageAt(ask: NetworkParts['ask'], site: URL): Promise<Reply | null> {
  try {
    return await ask(site.href, { headers: { accept: 'text/html' }, context: 'WordPress site' })
  } catch (error) {
    if (error instanceof Ended && error.verdict.kind === 'ambiguous') return null
    throw error
  }
}

/** The address, never with less protection than the one it was found at. */
function secured(address: string | undefined, from: URL): URL | null {
  const url = address === undefined ? null : URL.parse(address, from)
  if (url && from.protocol === 'https:' && url.protocol === 'http:' && url.port === '') url.protocol = 'https:'
  return url && (url.protocol === from.protocol || url.protocol === 'https:') ? url : null
}

function announcedIn(header: string, site: URL): string | null {
  const [, address] = /<([^>]+)>\s*;\s*rel="?https:\/\/api\.w\.org\/"?/.exec(header) ?? []
  const url = secured(address, site)
  return url?.host === site.host ? url.href : null
}

/** @param api with a path that ends in a slash, or with one in `rest_route` */
function addressOf(api: string, route: string, query: Readonly<Record<string, string>> = {}): string {
  const url = URL.parse(api)
  if (!url) throw new Ended({ kind: 'reconnect', code: 'account-not-found' })
  const path = route === '' ? '' : `wp/v2/${route}`
  if (url.searchParams.has('rest_route')) url.searchParams.set('rest_route', `/${path}`)
  else url.pathname = `${url.pathname.replace(/\/*$/, '/')}${path}`
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
  return url.href
}

const basic = ({ handle = '', password = '' }: Credentials): string =>
  `Basic ${Buffer.from(`${handle}:${password}`).toString('base64')}`

const signs: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#039': "'", '#8217': '’' }
/** WordPress escapes names before it answers them. */
const plain = (html: string): string =>
  html.replace(/&(amp|lt|gt|quot|#039|#8217);/g, (same, name: string) => signs[name] ?? same)

function postOf({ content, key }: Piece, terms: Prepared, publicUrl: string): object {
  const { title, lead, html, cover } = pageOf(content)
  const whole = [...(cover ? [figureOf(cover, publicUrl)] : []), absoluteHtml(html, publicUrl).trim()].join('\n')
  // Words in brackets would be taken for shortcodes.
  const quiet = rewrite(whole, { text: (text) => text.replaceAll('[', '&#91;') })
  return {
    status: 'publish',
    title: escapeHtml(title),
    excerpt: escapeHtml(lead),
    content: `<!-- wp:html -->\n${quiet}\n${markerOf(key)}\n<!-- /wp:html -->`,
    ...terms,
  }
}

function madeOf(post: unknown): Made {
  const id = textAt(post, 'id')
  if (id === null) throw new Ended({ kind: 'ambiguous', code: 'bad-answer' })
  return { id, url: textAt(post, 'link') }
}

function refused(reply: Reply, nowMs: number): Failure {
  const code = textAt(reply.json, 'code')
  const message = (textAt(reply.json, 'message') ?? '').replace(/<[^>]*>/g, '')
  const detail = code === null ? null : `${code}: ${message}`.slice(0, 300)
  const answer = { status: reply.status, answer: reply.text.slice(0, 2_000), detail: detail ?? String(reply.status) }
  if (code === 'rest_post_invalid_id') return { kind: 'permanent', code: 'cannot-find', ...answer }
  // It looks at the statuses that are asked for before it looks who asks: nobody it knows, or nobody who may write.
  if (reply.status === 400 && textAt(reply.json, 'data', 'params', 'status') !== null)
    return { kind: 'reconnect', code: 'token-refused', ...answer }
  // The API is no longer where it was: the site has moved, or somebody has closed it.
  if (reply.status === 404) return { kind: 'reconnect', code: 'account-not-found', ...answer }
  return refusalOf(reply, nowMs, detail)
}
