/**
 * Dev.to, or another Forem: whole texts as articles of one account.
 * Source: https://developers.forem.com/api/v1, and Forem's own models for what that leaves open.
 *
 * Exactly once: Forem drops no repetition, and refuses one only where the canonical address is taken. So each article carries a
 * comment with the key of its delivery at the end of its Markdown: readers never get it, and lists answer `body_markdown` as it was
 * sent. An article is ours only by that comment, not by its canonical address, which a person may have used by hand. It is looked
 * for among the newest published ones; the list of all begins with every draft there is.
 *
 * There is no Markdown of a frozen text, so the HTML goes as it is: Markdown lets blocks of HTML through. Each block stands on a
 * line of its own between blank ones, else a blank line within it would make Markdown of the rest. What Forem would run as Liquid
 * is marked as raw. Its filter drops attributes and a few elements (`details`, `section`), never words.
 *
 * Nothing can be deleted there; taking down makes a draft, and the account keeps its copy.
 */
import type { NetworkFacts } from '@floowe/contracts/networks'
import { fieldOf, isThere, type Question, type Reply, refusalOf, textAt, verdictOf } from './asking.ts'
import { type Account, Ended, type Failure, type Network, type NetworkParts, pageOf } from './network.ts'
import { absoluteHtml, absoluteUrl, blocksOf, captionOf, escapeHtml, markerOf, rewrite } from './page-html.ts'
import { type Made, type Piece, type ReadablePoster, sendPieces, verifyPieces } from './posting.ts'

const facts: NetworkFacts = {
  network: 'devto',
  form: 'page',
  connection: {
    kind: 'fields',
    fields: [{ name: 'token', isSecret: true, example: 'aBcD1234eFgH5678' }],
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

const titleMax = 128
const bodyBytesMax = 800 * 1024
const tagsMax = 4
const tagMax = 30
const descriptionMax = 150
/** Whole texts come back, so pages are small. */
const perPage = 20
const pagesMax = 20
const sameTitleMs = 5 * 60_000
/** How far Forem's clock may be from ours. */
const skewMs = 60_000

type Credentials = Account['credentials']
type Asking = Pick<Question, 'method' | 'json' | 'signal'>
type Article = Readonly<Record<string, unknown>>

export function devto({ ask, clock, addresses, publicUrl, firstPauseMs }: NetworkParts): Network {
  const forem = foremOf(ask, clock, addresses.devto)
  const poster: ReadablePoster<Article> = {
    facts,
    prepare: async (piece) => articleOf(piece, publicUrl),
    create: async (piece, article, { credentials }, signal) => {
      try {
        return madeOf(await forem.call(credentials, 'articles', { method: 'POST', json: { article }, signal }))
      } catch (error) {
        // What an earlier attempt has made stands in its own way, and only now shows up.
        if (!(error instanceof Ended) || error.verdict.status !== 422 || !piece.maybeThere) throw error
        const ours = await findUnsure(forem, credentials, piece, signal)
        if (ours) return ours
        if (isTitleUsed(error.verdict.detail)) throw new Ended(unsure(error.verdict))
        throw error
      }
    },
    find: (piece, { credentials }, signal) => findOurs(forem, credentials, piece, signal),
    change: async (there, _, article, { credentials }, signal) =>
      madeOf(await forem.put(credentials, there.id, article, signal)),
    // Forem answers only what is published there.
    read: (there, { credentials }, signal) =>
      isThere(
        () => forem.call(credentials, `articles/${there.id}`, { signal }),
        (article) => (textAt(article, 'id') === there.id ? fieldOf(article, 'published') !== false : null),
      ),
    remove: async (there, { credentials }, signal) => {
      try {
        await forem.put(credentials, there.id, { published: false }, signal)
      } catch (error) {
        if (!(error instanceof Ended) || error.verdict.code !== 'cannot-find') throw error
      }
    },
  }
  return {
    facts,
    limits: { contentBytesMax: 2 * bodyBytesMax },
    firstPauseMs,
    budget: [{ count: 10, perMs: 30_000 }],
    send: sendPieces(poster, clock),
    verify: verifyPieces(poster),
    test: ({ credentials, url }) =>
      verdictOf(async () => {
        await forem.user(credentials)
        return { kind: 'accepted' as const, url }
      }),
    connect: ({ token = '' }) =>
      verdictOf(async () => {
        const { id, name } = await forem.user({ token })
        const url = URL.parse(`/${name}`, addresses.devto)?.href ?? null
        return { accountId: id, accountName: name, url, credentials: { token } }
      }),
  }
}

type Forem = ReturnType<typeof foremOf>

function foremOf(ask: NetworkParts['ask'], clock: NetworkParts['clock'], address: string) {
  const call = async (credentials: Credentials, route: string, question: Asking = {}): Promise<unknown> => {
    const reply = await ask(`${address}/${route}`, {
      // Forem turns away whoever does not name itself; the way out does that for every request.
      headers: { accept: 'application/vnd.forem.api-v1+json', 'api-key': credentials['token'] ?? '' },
      context: `Dev.to ${route.replace(/\d+|\?.*/, '')}`,
      ...question,
    })
    if (reply.status >= 200 && reply.status < 300 && reply.json !== undefined) return reply.json
    throw new Ended(refused(reply, clock.now()))
  }
  return {
    call,
    put: (credentials: Credentials, id: string, article: Article, signal: AbortSignal): Promise<unknown> =>
      call(credentials, `articles/${id}`, { method: 'PUT', json: { article }, signal }),
    user: async (credentials: Credentials): Promise<{ id: string; name: string }> => {
      const user = await call(credentials, 'users/me')
      const id = textAt(user, 'id')
      const name = textAt(user, 'username')
      if (id === null || name === null) throw new Ended({ kind: 'permanent', code: 'bad-answer' })
      return { id, name }
    },
  }
}

async function findOurs(
  forem: Forem,
  credentials: Credentials,
  { key, parcel }: Piece,
  signal: AbortSignal,
): Promise<Made | null> {
  // Nothing of this delivery is older than its first attempt.
  const sinceMs = Date.parse(parcel.at) - skewMs
  for (let page = 1; page <= pagesMax; page++) {
    const route = `articles/me/published?per_page=${perPage}&page=${page}`
    const articles = await forem.call(credentials, route, { signal })
    if (!Array.isArray(articles)) throw new Ended({ kind: 'ambiguous', code: 'bad-answer' })
    const ours: unknown = articles.find((one) => textAt(one, 'body_markdown')?.includes(markerOf(key)))
    if (ours !== undefined) return madeOf(ours)
    // The newest come first.
    const isOlder = Date.parse(textAt(articles.at(-1), 'published_at') ?? '') < sinceMs
    if (articles.length < perPage || isOlder) return null
  }
  // So much was published since that the end was not reached: what was not seen may be there.
  throw new Ended({ kind: 'ambiguous', code: 'not-listed-yet' })
}

/** In the middle of making it: who cannot look does not know, and must not say that it is not there. */
async function findUnsure(...looking: Parameters<typeof findOurs>): Promise<Made | null> {
  try {
    return await findOurs(...looking)
  } catch (error) {
    throw error instanceof Ended ? new Ended(unsure(error.verdict)) : error
  }
}

const unsure = (verdict: Failure): Failure => ({ ...verdict, kind: 'ambiguous', code: 'not-listed-yet' })
/** Forem takes no title twice within five minutes. */
const isTitleUsed = (detail: string | undefined): boolean => /last five minutes/i.test(detail ?? '')

const tooLong = (what: string, length: number, max: number): never => {
  const detail = `${what}: ${length}, Dev.to takes ${max}`
  throw new Ended({ kind: 'permanent', code: 'receiver-refused', detail })
}

function articleOf({ content, key }: Piece, publicUrl: string): Article {
  const { title, lead, html, meta, cover, tags, categories } = pageOf(content)
  const length = [...title].length
  if (length > titleMax) tooLong('characters of the title', length, titleMax)
  const caption = cover ? captionOf(cover) : ''
  // The description is for search engines; readers see the lead only here.
  const before = [lead, caption].filter(Boolean).map((text) => `<p><em>${escapeHtml(text)}</em></p>`)
  const blocks = [...before, ...blocksOf(absoluteHtml(html, publicUrl))].map(lineOf)
  const body = [...blocks, markerOf(key)].join('\n\n')
  const bytes = Buffer.byteLength(body)
  if (bytes > bodyBytesMax) tooLong('bytes of the text', bytes, bodyBytesMax)
  return {
    title,
    body_markdown: body,
    published: true,
    description: (meta.description || lead).slice(0, descriptionMax),
    canonical_url: meta.canonicalUrl,
    main_image: cover && absoluteUrl(cover.url, publicUrl),
    tags: [...new Set([...tags, ...categories].map(({ name }) => tagOf(name)).filter(Boolean))].slice(0, tagsMax),
  }
}

/** Letters and digits without accents. */
const tagOf = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll('ł', 'l')
    .replaceAll('ß', 'ss')
    .normalize('NFD')
    .replace(/[^a-z0-9]/g, '')
    .slice(0, tagMax)

/** A block on one line, its words safe from Markdown and Liquid. */
function lineOf(block: string): string {
  let inCode = 0
  return rewrite(block, {
    tag: (tag, name, isEnd) => {
      if (name === 'pre') inCode += isEnd ? -1 : 1
      return tag.replace(/\s*\n\s*/g, ' ')
    },
    text: (text) =>
      text
        .replaceAll('`', '&#96;')
        .replace(/\{[{%]/g, '{% raw %}$&{% endraw %}')
        .replace(/\n/g, inCode > 0 ? '&#10;' : ' '),
  })
}

function madeOf(article: unknown): Made {
  const id = textAt(article, 'id')
  if (id === null) throw new Ended({ kind: 'ambiguous', code: 'bad-answer' })
  return { id, url: textAt(article, 'url') }
}

function refused(reply: Reply, nowMs: number): Failure {
  const detail = textAt(reply.json, 'error')?.slice(0, 300) ?? null
  const evidence = { status: reply.status, answer: reply.text.slice(0, 2_000), detail: detail ?? String(reply.status) }
  if (reply.status === 422 && /already been taken/i.test(evidence.detail))
    return { kind: 'permanent', code: 'duplicate', ...evidence }
  if (reply.status === 422 && isTitleUsed(evidence.detail))
    return { kind: 'rate-limited', code: 'rate-limited', retryAtMs: nowMs + sameTitleMs, ...evidence }
  if (reply.status === 404 && detail !== null) return { kind: 'permanent', code: 'cannot-find', ...evidence }
  if (reply.status === 404) return { kind: 'reconnect', code: 'account-not-found', ...evidence }
  return refusalOf(reply, nowMs, detail)
}
