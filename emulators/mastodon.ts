/**
 * A Mastodon instance with one account, as far as a publisher needs it: media that may take its time, statuses that are made,
 * answered, edited, listed and deleted, and an Idempotency-Key that is kept for an hour. It refuses what the real one refuses.
 * Sources: https://docs.joinmastodon.org, its OpenAPI document (4.7.0), and `PostStatusService`, `UpdateStatusService`,
 * `StatusLengthValidator` of https://github.com/mastodon/mastodon.
 */
import { randomBytes } from 'node:crypto'
import {
  type Answer,
  type Asked,
  type Behaviour,
  fieldOf,
  formOf,
  type Losing,
  refuse,
  startVendor,
  type Vendor,
  type VendorOptions,
} from './vendor.ts'

export type MastodonOptions = VendorOptions & {
  token?: string
  /** Of the token. Standard: what a publisher needs. */
  scopes?: readonly string[]
  username?: string
  domain?: string
  /** How often the instance answers that a picture is not ready yet. Standard 0: ready at once. */
  slowMedia?: number
  /** Counts as the real instance does. Standard: no limits. */
  limits?: boolean
}
export type MastodonPost = {
  id: string
  text: string
  language: string | null
  inReplyToId: string | null
  media: { id: string; description: string | null; type: string }[]
}
export type Mastodon = Vendor &
  Losing & {
    token: string
    accountId: string
    username: string
    domain: string
    /** From now on the token is unknown, as after its application was removed. */
    revoke: () => void
    /** Media that is attached to nothing is gone, as after a day. */
    forgetMedia: () => void
    /** What stands, the oldest first. */
    posts: () => MastodonPost[]
  }

const charactersMax = 500
const linkLength = 23
const mediaMax = 4
const imageBytesMax = 16 * 1024 * 1024
const descriptionMax = 1_500
const keyMs = 3_600_000
const listMax = 40

type Media = { id: string; type: string; description: string | null; statusId: string | null; waits: number }
type Status = {
  id: string
  text: string
  language: string | null
  inReplyToId: string | null
  mediaIds: string[]
  atMs: number
  editedMs: number | null
}
type World = {
  token: string
  scopes: readonly string[]
  username: string
  domain: string
  isKnown: boolean
  slowMedia: number
  listingDelayMs: number
  last: number
  media: Map<string, Media>
  statuses: Map<string, Status>
  keys: Map<string, { id: string; untilMs: number }>
  take: (name: string, nowMs: number) => void
}
type Note = Parameters<Behaviour>[1]
type Handler = {
  method: Asked['method']
  path: RegExp
  scope: string
  answer: (asked: Asked, world: World, id: string, note: Note) => Answer | Promise<Answer>
}

const accountId = '109302436954721982'

export async function startMastodon(options: MastodonOptions = {}): Promise<Mastodon> {
  const { username = 'studio_wisla', domain = 'mastodon.example', slowMedia = 0, listingDelayMs = 0 } = options
  const { token = randomBytes(32).toString('base64url'), limits = false } = options
  const world: World = {
    token,
    scopes: options.scopes ?? ['read:accounts', 'read:statuses', 'write:statuses', 'write:media'],
    username,
    domain,
    isKnown: true,
    slowMedia,
    listingDelayMs,
    last: 0,
    media: new Map(),
    statuses: new Map(),
    keys: new Map(),
    take: limits ? createLimits() : () => undefined,
  }
  const vendor = await startVendor((asked, note) => {
    const handler = handlers.find(({ method, path }) => method === asked.method && path.test(asked.path))
    if (!handler) return refuse(404, { error: 'Not Found' })
    if (!world.isKnown || asked.headers['authorization'] !== `Bearer ${token}`)
      return refuse(401, { error: 'The access token is invalid' })
    const [wide] = handler.scope.split(':')
    if (![handler.scope, wide].some((scope) => world.scopes.includes(scope ?? '')))
      return refuse(403, { error: 'This action is outside the authorized scopes' })
    world.take('all', asked.nowMs)
    return handler.answer(asked, world, handler.path.exec(asked.path)?.[1] ?? '', note)
  }, options)
  return {
    ...vendor,
    token,
    accountId,
    username,
    domain,
    revoke: () => void (world.isKnown = false),
    forgetMedia: () => {
      for (const { id, statusId } of [...world.media.values()]) if (statusId === null) world.media.delete(id)
    },
    lose: () => world.statuses.clear(),
    posts: () => [...world.statuses.values()].map((status) => postOf(status, world)),
  }
}

const postOf = ({ id, text, language, inReplyToId, mediaIds }: Status, world: World): MastodonPost => ({
  id,
  text,
  language,
  inReplyToId,
  media: mediaIds.flatMap((mediaId) => {
    const media = world.media.get(mediaId)
    return media ? [{ id: mediaId, description: media.description, type: media.type }] : []
  }),
})

const handlers: readonly Handler[] = [
  {
    method: 'GET',
    path: /^\/api\/v1\/accounts\/verify_credentials$/,
    scope: 'read:accounts',
    answer: (_, world) => ({ status: 200, body: accountOf(world) }),
  },
  {
    method: 'GET',
    path: /^\/api\/v1\/accounts\/(\d+)\/statuses$/,
    scope: 'read:statuses',
    answer: (asked, world, id) => listed(asked, world, id),
  },
  {
    method: 'POST',
    path: /^\/api\/v2\/media$/,
    scope: 'write:media',
    answer: uploaded,
  },
  {
    method: 'GET',
    path: /^\/api\/v1\/media\/(\d+)$/,
    scope: 'write:media',
    answer: (_, world, id) => {
      const media = world.media.get(id)
      if (!media || media.statusId !== null) return notFound()
      const isReady = media.waits <= 0
      media.waits -= 1
      return { status: isReady ? 200 : 206, body: shownMedia(media, world, isReady) }
    },
  },
  {
    method: 'POST',
    path: /^\/api\/v1\/statuses$/,
    scope: 'write:statuses',
    answer: created,
  },
  {
    method: 'GET',
    path: /^\/api\/v1\/statuses\/(\d+)$/,
    scope: 'read:statuses',
    answer: (_, world, id) => ({ status: 200, body: shown(world.statuses.get(id) ?? notFound(), world) }),
  },
  {
    method: 'GET',
    path: /^\/api\/v1\/statuses\/(\d+)\/source$/,
    scope: 'read:statuses',
    answer: (_, world, id) => {
      const { text } = world.statuses.get(id) ?? notFound()
      return { status: 200, body: { id, text, spoiler_text: '' } }
    },
  },
  {
    method: 'PUT',
    path: /^\/api\/v1\/statuses\/(\d+)$/,
    scope: 'write:statuses',
    answer: edited,
  },
  {
    method: 'DELETE',
    path: /^\/api\/v1\/statuses\/(\d+)$/,
    scope: 'write:statuses',
    answer: ({ nowMs }, world, id, note) => {
      world.take('deletes', nowMs)
      const status = world.statuses.get(id) ?? notFound()
      const body = { ...shown(status, world), text: status.text }
      world.statuses.delete(id)
      for (const mediaId of status.mediaIds) detach(world, mediaId)
      note({ kind: 'removed', id, account: accountId, text: status.text })
      return { status: 200, body }
    },
  },
]

const notFound = (): never => refuse(404, { error: 'Record not found' })
const unprocessable = (error: string): never => refuse(422, { error })
const detach = (world: World, mediaId: string): void => {
  const media = world.media.get(mediaId)
  if (media) media.statusId = null
}

type Input = { text: string; language: string | null; inReplyToId: string | null; mediaIds: string[] }

/** JSON or a form: Mastodon takes both. */
async function inputOf(asked: Asked): Promise<Input> {
  const form = asked.json === null ? await formOf(asked) : null
  const text = (name: string): string => {
    const field = form ? form.get(name) : fieldOf(asked.json, name)
    return typeof field === 'string' || typeof field === 'number' ? String(field) : ''
  }
  const ids: unknown = form ? form.getAll('media_ids[]') : fieldOf(asked.json, 'media_ids')
  return {
    text: text('status').trim(),
    language: text('language') || null,
    inReplyToId: text('in_reply_to_id') || null,
    mediaIds: Array.isArray(ids) ? ids.map(String) : [],
  }
}

/** The key is looked at before anything else, and kept once the status is made. */
async function created(asked: Asked, world: World, _: string, note: Note): Promise<Answer> {
  const input = await inputOf(asked)
  const key = asked.headers['idempotency-key'] ?? ''
  const known = world.keys.get(key)
  if (key !== '' && known && known.untilMs > asked.nowMs)
    return { status: 200, body: shown(world.statuses.get(known.id) ?? notFound(), world) }
  if (input.inReplyToId !== null && !world.statuses.has(input.inReplyToId))
    refuse(404, { error: 'The post you are trying to reply to does not appear to exist.' })
  checkMedia(input.mediaIds, null, world)
  checkText(input)
  const status: Status = { ...input, id: nextId(world, asked.nowMs), atMs: asked.nowMs, editedMs: null }
  world.statuses.set(status.id, status)
  for (const mediaId of status.mediaIds) attach(world, mediaId, status.id)
  if (key !== '') world.keys.set(key, { id: status.id, untilMs: asked.nowMs + keyMs })
  note({ kind: 'created', id: status.id, account: accountId, text: status.text })
  return { status: 200, body: shown(status, world) }
}

/** What is left out is emptied, except for the language. The same once more is no edit. */
async function edited(asked: Asked, world: World, id: string, note: Note): Promise<Answer> {
  const input = await inputOf(asked)
  const status = world.statuses.get(id) ?? notFound()
  checkMedia(input.mediaIds, id, world)
  checkText(input)
  const language = input.language ?? status.language
  const isSame =
    status.text === input.text && status.language === language && status.mediaIds.join(' ') === input.mediaIds.join(' ')
  if (isSame) return { status: 200, body: shown(status, world) }
  for (const mediaId of status.mediaIds) detach(world, mediaId)
  Object.assign(status, { text: input.text, language, mediaIds: input.mediaIds, editedMs: asked.nowMs })
  for (const mediaId of status.mediaIds) attach(world, mediaId, id)
  note({ kind: 'changed', id, account: accountId, text: status.text })
  return { status: 200, body: shown(status, world) }
}

const attach = (world: World, mediaId: string, statusId: string): void => {
  const media = world.media.get(mediaId)
  if (media) media.statusId = statusId
}

/** @param own the status that is edited: what it has already it may keep */
function checkMedia(ids: readonly string[], own: string | null, world: World): void {
  if (ids.length > mediaMax) unprocessable('Cannot attach more than 4 files')
  const usable = (id: string): Media | null => {
    const media = world.media.get(id)
    return media && (media.statusId === null || media.statusId === own) ? media : null
  }
  const missing = ids.filter((id) => !usable(id))
  if (missing.length > 0) unprocessable(`Media ${missing.join(', ')} not found or already attached to another post`)
  if (ids.some((id) => (usable(id)?.waits ?? 0) > 0))
    unprocessable('Cannot attach files that have not finished processing. Try again in a moment!')
}

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })
/** A mark that ends a sentence is no part of a link. */
const link = /https?:\/\/[^\s<>"]*[^\s<>".,;:!?…'()]\/?/g
const mention = /(?<![\w/])(@[\w.-]*\w)@[\w.-]+\w/g

/** Graphemes; a link counts 23, of a mention only the name. */
function checkText({ text, mediaIds }: Input): void {
  if (text === '' && mediaIds.length === 0) unprocessable("Validation failed: Text can't be blank")
  const counted = text.replace(link, 'x'.repeat(linkLength)).replace(mention, '$1')
  if ([...graphemes.segment(counted)].length > charactersMax)
    unprocessable(`Validation failed: Text character limit of ${charactersMax} exceeded`)
}

async function uploaded(asked: Asked, world: World): Promise<Answer> {
  world.take('media', asked.nowMs)
  const form = await formOf(asked)
  const file = form.get('file')
  if (!(file instanceof File)) return unprocessable("Validation failed: File can't be blank")
  const type = sniffed(Buffer.from(await file.arrayBuffer()))
  if (type === null) return unprocessable('File type of uploaded media could not be verified')
  if (file.size > imageBytesMax) unprocessable('Validation failed: File file size must be less than 16 MB')
  const given = form.get('description')
  const description = typeof given === 'string' && given !== '' ? given : null
  if (Array.from(description ?? '').length > descriptionMax)
    unprocessable(`Validation failed: Description is too long (maximum is ${descriptionMax} characters)`)
  const media: Media = { id: nextId(world, asked.nowMs), type, description, statusId: null, waits: world.slowMedia }
  world.media.set(media.id, media)
  const isReady = media.waits <= 0
  return { status: isReady ? 200 : 202, body: shownMedia(media, world, isReady) }
}

/** The newest first; replies and all. */
function listed({ query, nowMs }: Asked, world: World, id: string): Answer {
  if (id !== accountId) return notFound()
  const limit = Math.min(Number(query.get('limit') ?? 20), listMax)
  const below = query.get('max_id')
  const above = query.get('min_id') ?? query.get('since_id')
  const page = [...world.statuses.values()]
    .filter(({ atMs }) => nowMs - atMs >= world.listingDelayMs)
    .filter(
      ({ id }) => (below === null || BigInt(id) < BigInt(below)) && (above === null || BigInt(id) > BigInt(above)),
    )
    .filter(({ inReplyToId }) => query.get('exclude_replies') !== 'true' || inReplyToId === null)
    .toReversed()
    .slice(0, limit)
  const last = page.at(-1)?.id
  const next = `<https://${world.domain}/api/v1/accounts/${id}/statuses?limit=${limit}&max_id=${last}>; rel="next"`
  return {
    status: 200,
    headers: page.length === limit ? { link: next } : {},
    body: page.map((status) => shown(status, world)),
  }
}

/** Milliseconds and a sequence, as Mastodon makes them: they grow with time. */
const nextId = (world: World, nowMs: number): string => {
  world.last += 1
  return String((BigInt(nowMs) << 16n) + BigInt(world.last % 65_536))
}

const accountOf = ({ username, domain }: World): object => ({
  id: accountId,
  username,
  acct: username,
  display_name: 'Studio Wisła',
  url: `https://${domain}/@${username}`,
  uri: `https://${domain}/users/${username}`,
  created_at: '2022-11-07T00:00:00.000Z',
  note: '',
  locked: false,
  bot: false,
  fields: [],
  emojis: [],
  source: { privacy: 'public', sensitive: false, language: 'pl', note: '', fields: [] },
})

const shown = ({ id, text, language, inReplyToId, mediaIds, atMs, editedMs }: Status, world: World): object => ({
  id,
  created_at: new Date(atMs).toISOString(),
  edited_at: editedMs === null ? null : new Date(editedMs).toISOString(),
  in_reply_to_id: inReplyToId,
  in_reply_to_account_id: inReplyToId === null ? null : accountId,
  visibility: 'public',
  sensitive: false,
  spoiler_text: '',
  language,
  uri: `https://${world.domain}/users/${world.username}/statuses/${id}`,
  url: `https://${world.domain}/@${world.username}/${id}`,
  replies_count: 0,
  reblogs_count: 0,
  favourites_count: 0,
  content: htmlOf(text, world),
  reblog: null,
  account: accountOf(world),
  media_attachments: mediaIds.flatMap((mediaId) => {
    const media = world.media.get(mediaId)
    return media ? [shownMedia(media, world, true)] : []
  }),
  mentions: [],
  tags: [],
  emojis: [],
  card: null,
  poll: null,
})

const shownMedia = ({ id, description }: Media, { domain }: World, isReady: boolean): object => ({
  id,
  type: 'image',
  url: isReady ? `https://files.${domain}/media_attachments/${id}/original.png` : null,
  preview_url: `https://files.${domain}/media_attachments/${id}/small.png`,
  remote_url: null,
  meta: {},
  description,
  blurhash: null,
})

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/** Paragraphs, links cut to thirty characters that are seen, tags as links, of a mention the name. */
function htmlOf(text: string, { domain }: World): string {
  const linked = escaped(text)
    .replace(link, (url) => {
      const [, scheme = '', rest = ''] = /^(https?:\/\/)(.*)$/.exec(url) ?? []
      const spans = `<span class="ellipsis">${rest.slice(0, 30)}</span><span class="invisible">${rest.slice(30)}</span>`
      return `<a href="${url}" target="_blank" rel="nofollow noopener"><span class="invisible">${scheme}</span>${spans}</a>`
    })
    .replace(
      mention,
      (name: string) => `<span class="h-card"><a class="u-url mention">${name.split('@', 2).join('@')}</a></span>`,
    )
    .replace(
      /(^|\s)#([\p{L}\p{N}_]+)/gu,
      (_, before: string, tag: string) =>
        `${before}<a href="https://${domain}/tags/${tag}" class="mention hashtag" rel="tag">#<span>${tag}</span></a>`,
    )
  return linked
    .split(/\n{2,}/)
    .map((paragraph) => `<p>${paragraph.replaceAll('\n', '<br />')}</p>`)
    .join('')
}

function sniffed(bytes: Buffer): string | null {
  const head = bytes.subarray(0, 12).toString('latin1')
  if (head.startsWith('\x89PNG\r\n')) return 'image/png'
  if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg'
  if (head.startsWith('GIF8')) return 'image/gif'
  return head.startsWith('RIFF') && head.endsWith('WEBP') ? 'image/webp' : null
}

/** Windows of the clock, as the real instance has them. */
const windows: Readonly<Record<string, { requests: number; ms: number }>> = {
  all: { requests: 300, ms: 5 * 60_000 },
  media: { requests: 30, ms: 30 * 60_000 },
  deletes: { requests: 30, ms: 30 * 60_000 },
}

function createLimits(): World['take'] {
  const used = new Map<string, number>()
  return (name, nowMs) => {
    const { requests, ms } = windows[name] ?? { requests: Number.POSITIVE_INFINITY, ms: 1 }
    const window = Math.floor(nowMs / ms)
    const count = (used.get(`${name} ${window}`) ?? 0) + 1
    used.set(`${name} ${window}`, count)
    if (count <= requests) return
    refuse(
      429,
      { error: 'Too many requests' },
      {
        'x-ratelimit-limit': String(requests),
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': new Date((window + 1) * ms).toISOString(),
      },
    )
  }
}
