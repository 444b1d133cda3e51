/**
 * Ghost: whole texts as posts of a site of one's own, over the Admin API with the key of a custom integration.
 * Source: https://docs.ghost.org/admin-api (v6).
 *
 * Exactly once: Ghost drops no repetition; a second request makes a second post under `slug-2`. So each post carries a comment with
 * the key of its delivery in `codeinjection_foot`: nobody sees it, Ghost keeps it byte by byte (in the text it would be lost when
 * HTML becomes Ghost's own format; an internal tag would stay in the list of tags for ever), and lists answer it without
 * the text. A post is ours only by that comment: never by its slug, which may be somebody else's. It is looked for at the slug and
 * the numbered slugs behind it, and then among the newest posts, because Ghost may have made another slug of ours.
 *
 * Taking down makes a draft: the site keeps its copy, as after "Unpublish" in Ghost itself. The draft gives the slug free, so that
 * the same text, published again, stands where it stood.
 */
import { createHmac } from 'node:crypto'
import type { NetworkFacts } from '@floowe/contracts/networks'
import { fieldOf, isThere, type Question, type Reply, refusalOf, statusSays, textAt, verdictOf } from './asking.ts'
import { type Account, Ended, type Failure, type Network, type NetworkParts, pageOf } from './network.ts'
import { absoluteHtml, absoluteUrl, blocksOf, captionOf, escapeHtml, figureOf, markerOf } from './page-html.ts'
import { type Made, type Piece, type ReadablePoster, sendPieces, verifyPieces } from './posting.ts'

const facts: NetworkFacts = {
  network: 'ghost',
  form: 'page',
  connection: {
    kind: 'fields',
    fields: [
      { name: 'url', isSecret: false, example: 'https://example.ghost.io' },
      { name: 'token', isSecret: true, example: '6489…:a1b2…' },
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

const titleMax = 255
const excerptMax = 300
const altMax = 191
const tokenMs = 5 * 60_000
/** How far Ghost's numbering of a slug is followed. */
const slugsMax = 20
/** As many as Ghost lists at once. */
const newestMax = 100
const collisionsMax = 2
const takenDown = '-taken-down'

type Credentials = Account['credentials']
type Asking = Pick<Question, 'method' | 'json' | 'signal'> & { query?: Readonly<Record<string, string>> }
type Fields = Readonly<Record<string, unknown>>

export function ghost({ ask, clock, publicUrl, firstPauseMs }: NetworkParts): Network {
  const admin = adminOf(ask, clock)
  const poster: ReadablePoster<Fields> = {
    facts,
    prepare: async (piece) => postOf(piece, publicUrl),
    create: async (piece, fields, { credentials }, signal) => {
      const post = { ...fields, slug: pageOf(piece.content).slug, codeinjection_foot: markerOf(piece.key) }
      const query = { source: 'html' }
      return madeOf(await admin.post(credentials, 'posts/', { method: 'POST', json: { posts: [post] }, query, signal }))
    },
    find: (piece, { credentials }, signal) => findOurs(admin, credentials, piece, signal),
    // Where it stands stays, links lead to it; and so does what the site has put around it.
    change: async (there, _, fields, { credentials }, signal) => {
      const post = await edit(admin, credentials, there.id, () => fields, signal)
      return madeOf(post)
    },
    read: (there, { credentials }, signal) => {
      const query = { fields: 'id,status' }
      return isThere(() => admin.post(credentials, `posts/${there.id}/`, { query, signal }), statusSays('published'))
    },
    remove: async (there, { credentials }, signal) => {
      const asDraft = (post: unknown): Fields | null =>
        textAt(post, 'status') === 'draft'
          ? null
          : { status: 'draft', slug: `${(textAt(post, 'slug') ?? '').slice(0, 170)}${takenDown}` }
      try {
        await edit(admin, credentials, there.id, asDraft, signal)
      } catch (error) {
        if (!(error instanceof Ended) || error.verdict.code !== 'cannot-find') throw error
      }
    },
  }
  return {
    facts,
    limits: { contentBytesMax: 1024 * 1024 },
    firstPauseMs,
    send: sendPieces(poster, clock),
    verify: verifyPieces(poster),
    test: ({ credentials, url }) =>
      verdictOf(async () => {
        await admin.prove(credentials)
        return { kind: 'accepted' as const, url }
      }),
    connect: ({ url = '', token = '' }) =>
      verdictOf(async () => {
        const credentials = { url, token, admin: adminUrlOf(url) }
        const site = fieldOf(await admin.call(credentials, 'site/'), 'site')
        const home = textAt(site, 'url')?.replace(/\/+$/, '')
        if (home === undefined) throw new Ended({ kind: 'permanent', code: 'account-not-found', detail: 'no Ghost' })
        await admin.prove(credentials)
        return { accountId: home, accountName: textAt(site, 'title') || home, url: home, credentials }
      }),
  }
}

type Admin = ReturnType<typeof adminOf>

function adminOf(ask: NetworkParts['ask'], clock: NetworkParts['clock']) {
  const call = async (credentials: Credentials, route: string, { query, ...question }: Asking = {}) => {
    const search = query ? `?${new URLSearchParams(query).toString()}` : ''
    const reply = await ask(`${credentials['admin'] ?? ''}${route}${search}`, {
      headers: {
        authorization: `Ghost ${tokenOf(credentials['token'] ?? '', clock.now())}`,
        'accept-version': 'v6.0',
      },
      context: `Ghost ${route.replace(/[0-9a-f]{24}/, ':id')}`,
      ...question,
    })
    if (reply.status >= 200 && reply.status < 300 && reply.json !== undefined) return reply.json
    throw new Ended(refused(reply, clock.now()))
  }
  return {
    call,
    post: async (credentials: Credentials, route: string, asking: Asking) =>
      fieldOf(await call(credentials, route, asking), 'posts', 0),
    posts: async (credentials: Credentials, query: Readonly<Record<string, string>>, signal?: AbortSignal) => {
      const fields = { fields: 'id,slug,status,url,codeinjection_foot' }
      const posts = fieldOf(await call(credentials, 'posts/', { query: { ...fields, ...query }, signal }), 'posts')
      if (!Array.isArray(posts)) throw new Ended({ kind: 'ambiguous', code: 'bad-answer' })
      return posts as unknown[] // of anything
    },
    /** What the site says of itself it says to anybody; only a key sees posts. */
    prove: (credentials: Credentials) => call(credentials, 'posts/', { query: { limit: '1', fields: 'id' } }),
  }
}

async function findOurs(
  admin: Admin,
  credentials: Credentials,
  { content, key }: Piece,
  signal: AbortSignal,
): Promise<Made | null> {
  const { slug } = pageOf(content)
  const slugs = [slug, ...Array.from({ length: slugsMax - 1 }, (_, at) => `${slug}-${at + 2}`)]
  const places: Record<string, string>[] = [
    { filter: `slug:[${slugs.join(',')}]`, limit: String(slugsMax) },
    { order: 'created_at desc', limit: String(newestMax) },
  ]
  for (const place of places) {
    const posts = await admin.posts(credentials, place, signal)
    const post = posts.find((post) => textAt(post, 'codeinjection_foot')?.includes(markerOf(key)))
    if (post !== undefined) return madeOf(post)
  }
  return null
}

/**
 * Ghost takes a change only from who has read the latest state. When somebody was quicker, it is read once more.
 * @param change null: nothing is to be done
 */
async function edit(
  admin: Admin,
  credentials: Credentials,
  id: string,
  change: (post: unknown) => Fields | null,
  signal: AbortSignal,
): Promise<unknown> {
  for (let turn = 1; ; turn++) {
    const post = await admin.post(credentials, `posts/${id}/`, { signal })
    const fields = change(post)
    if (fields === null) return post
    const json = { posts: [{ ...fields, updated_at: textAt(post, 'updated_at') }] }
    try {
      return await admin.post(credentials, `posts/${id}/`, { method: 'PUT', json, query: { source: 'html' }, signal })
    } catch (error) {
      if (!(error instanceof Ended) || error.verdict.status !== 409 || turn >= collisionsMax) throw error
    }
  }
}

const adminUrlOf = (typed: string): string => {
  const url = URL.parse(typed.includes('://') ? typed : `https://${typed}`)
  if (!url || !/^https?:$/.test(url.protocol)) throw new Ended({ kind: 'permanent', code: 'bad-address' })
  return `${url.origin}${url.pathname.replace(/\/ghost(?:\/.*)?$/, '/').replace(/\/*$/, '/')}ghost/api/admin/`
}

/** A token for one request, signed with the second half of the key. */
function tokenOf(key: string, nowMs: number): string {
  const [, id, secret = ''] = /^([0-9a-f]{24}):([0-9a-f]{64})$/.exec(key) ?? []
  if (id === undefined)
    throw new Ended({
      kind: 'reconnect',
      code: 'token-refused',
      detail: 'this is no Admin API key of the form id:secret',
    })
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const iat = Math.floor(nowMs / 1000)
  const signed = `${part({ alg: 'HS256', typ: 'JWT', kid: id })}.${part({ iat, exp: iat + tokenMs / 1000, aud: '/admin/' })}`
  return `${signed}.${createHmac('sha256', Buffer.from(secret, 'hex')).update(signed).digest('base64url')}`
}

function postOf({ content }: Piece, publicUrl: string): Fields {
  const { title, lead, html, meta, cover, tags, categories } = pageOf(content)
  const length = [...title].length
  if (length > titleMax)
    throw new Ended({
      kind: 'permanent',
      code: 'receiver-refused',
      detail: `title: ${length} characters, Ghost takes ${titleMax}`,
    })
  // Whatever is too long for its place goes into the text, so that nothing is lost.
  const isLeadShort = [...lead].length <= excerptMax
  const image = cover && [...cover.alt].length <= altMax ? cover : null
  const before = [
    ...(cover && !image ? [figureOf(cover, publicUrl)] : []),
    ...(isLeadShort ? [] : [`<p>${escapeHtml(lead)}</p>`]),
  ]
  const names = [...categories, ...tags].map(({ name }) => name.replace(/^[#,\s]+/, '')).filter(Boolean)
  return {
    status: 'published',
    title,
    html: [...before, ...blocksOf(absoluteHtml(html, publicUrl)).map(kept)].join('\n'),
    custom_excerpt: isLeadShort && lead !== '' ? lead : null,
    tags: [...new Set(names)],
    feature_image: image && absoluteUrl(image.url, publicUrl),
    feature_image_alt: image?.alt || null,
    feature_image_caption: (image && escapeHtml(captionOf(image))) || null,
    canonical_url: meta.canonicalUrl,
    meta_title: meta.title || null,
    meta_description: meta.description || null,
  }
}

const known = new Set(
  'p h1 h2 h3 h4 h5 h6 ul ol li blockquote hr pre code a strong b em i u s sub sup br figure figcaption img span'.split(
    ' ',
  ),
)

/** Ghost's own format has no tables and the like and would keep only their words; as a card of HTML they stay as they are. */
function kept(block: string): string {
  const names = [...block.matchAll(/<([a-z][a-z0-9]*)/gi)].map(([, name = '']) => name.toLowerCase())
  const isFlat =
    !/^(?:ul|ol|blockquote)$/.test(names[0] ?? '') || !names.some((name) => /^(?:pre|figure|img)$/.test(name))
  return isFlat && names.every((name) => known.has(name))
    ? block
    : `<!--kg-card-begin: html-->\n${block}\n<!--kg-card-end: html-->`
}

function madeOf(post: unknown): Made {
  const id = textAt(post, 'id')
  if (id === null) throw new Ended({ kind: 'ambiguous', code: 'bad-answer' })
  return { id, url: textAt(post, 'url') }
}

function refused(reply: Reply, nowMs: number): Failure {
  const error = fieldOf(reply.json, 'errors', 0)
  const words = [textAt(error, 'message'), textAt(error, 'context')].filter((text) => text !== null && text !== '')
  const detail = words.length > 0 ? words.join(' ').slice(0, 300) : null
  const evidence = { status: reply.status, answer: reply.text.slice(0, 2_000), detail: detail ?? String(reply.status) }
  const code = textAt(error, 'code') ?? ''
  if (reply.status === 401 || code === 'INVALID_JWT' || code === 'MISSING_ADMIN_API_KID')
    return { kind: 'reconnect', code: 'token-refused', ...evidence }
  if (reply.status === 404)
    return error === undefined
      ? { kind: 'reconnect', code: 'account-not-found', ...evidence }
      : { kind: 'permanent', code: 'cannot-find', ...evidence }
  // Somebody is changing it at this moment.
  if (reply.status === 409) return { kind: 'transient', code: 'receiver-error', ...evidence }
  return refusalOf(reply, nowMs, detail)
}
