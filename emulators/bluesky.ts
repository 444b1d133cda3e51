/**
 * A personal data server of the AT Protocol with one account, as far as a publisher needs it: sessions, blobs, and records of
 * posts that are put, created, read, listed and deleted. It refuses what the real one refuses, and facets outside the text as
 * well: the real server takes those and no client shows them. Ids of records are hashes of their JSON, not of their CBOR.
 * Sources: lexicons and `packages/pds` of https://github.com/bluesky-social/atproto; answers of a running server.
 */
import { createHash, randomBytes } from 'node:crypto'
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

export type BlueskyOptions = VendorOptions & {
  handle?: string
  did?: string
  password?: string
  /** Counts as the real server does. Standard: no limits. */
  limits?: boolean
}
export type BlueskyPost = { uri: string; cid: string; rkey: string; record: Readonly<Record<string, unknown>> }
export type Bluesky = Vendor &
  Losing & {
    handle: string
    did: string
    /** An app password. */
    password: string
    /** Every access token there is has run out. */
    expireAccess: () => void
    /** Every refresh token there is has run out. */
    expireRefresh: () => void
    /** The app password is taken back: nobody signs in or refreshes with it; access tokens live on until they run out. */
    revoke: () => void
    /** What stands, the oldest first. */
    posts: () => BlueskyPost[]
  }

const collection = 'app.bsky.feed.post'
const [minuteMs, hourMs, dayMs] = [60_000, 3_600_000, 86_400_000]
const accessMs = 120 * minuteMs
const refreshMs = 90 * dayMs
/** A refresh token that was used already works so long still. */
const graceMs = 2 * hourMs
const looseBlobMs = 6 * hourMs
const uploadBytesMax = 50 * 1024 * 1024
const pictureBytesMax = 2_000_000
const thumbBytesMax = 1_000_000
const tid = /^[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}$/

type Token = { until: number }
type Blob = { mimeType: string; size: number; atMs: number; isUsed: boolean }
type Stored = { cid: string; record: Record<string, unknown>; atMs: number }
type World = {
  handle: string
  did: string
  password: string
  isKnown: boolean
  listingDelayMs: number
  access: Map<string, Token>
  refresh: Map<string, Token>
  blobs: Map<string, Blob>
  records: Map<string, Stored>
  /** Record keys given out. */
  keys: number
  take: (name: string, of: string, points: number, nowMs: number) => void
}
type Note = Parameters<Behaviour>[1]
type Handler = { method: 'GET' | 'POST'; answer: (asked: Asked, world: World, note: Note) => Answer }

export async function startBluesky(options: BlueskyOptions = {}): Promise<Bluesky> {
  const { handle = 'studio-wisla.bsky.social', did = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz' } = options
  const { password = 'abcd-efgh-ijkl-mnop', listingDelayMs = 0, limits = false } = options
  const world: World = {
    handle,
    did,
    password,
    isKnown: true,
    listingDelayMs,
    access: new Map(),
    refresh: new Map(),
    blobs: new Map(),
    records: new Map(),
    keys: 0,
    take: limits ? createLimits() : () => undefined,
  }
  const vendor = await startVendor((asked, note) => {
    const nsid = asked.path.replace(/^\/xrpc\//, '')
    const handler = handlers[nsid]
    if (!handler || !asked.path.startsWith('/xrpc/'))
      return refuse(501, { error: 'MethodNotImplemented', message: 'Method Not Implemented' })
    if (handler.method !== asked.method)
      return refuse(400, invalid(`Incorrect HTTP method (${asked.method}) expected ${handler.method}`))
    return handler.answer(asked, world, note)
  }, options)
  const expire = (tokens: Map<string, Token>) => (): void => {
    for (const token of tokens.values()) token.until = 0
  }
  return {
    ...vendor,
    handle,
    did,
    password,
    expireAccess: expire(world.access),
    expireRefresh: expire(world.refresh),
    revoke: () => {
      world.isKnown = false
      world.refresh.clear()
    },
    lose: () => world.records.clear(),
    posts: () => sorted(world).map(([rkey, { cid, record }]) => ({ uri: uriOf(world, rkey), cid, rkey, record })),
  }
}

const handlers: Readonly<Record<string, Handler>> = {
  'com.atproto.server.createSession': {
    method: 'POST',
    answer: ({ json, nowMs }, world) => {
      const identifier = textOf(json, 'identifier').toLowerCase()
      if (identifier === '' || textOf(json, 'password') === '')
        return refuse(400, invalid('Missing required key "identifier" at $'))
      world.take('createSession', identifier, 1, nowMs)
      const isRight = [world.handle, world.did].includes(identifier) && textOf(json, 'password') === world.password
      if (!isRight || !world.isKnown)
        return refuse(401, { error: 'AuthenticationRequired', message: 'Invalid identifier or password' })
      return newSession(world, nowMs)
    },
  },
  'com.atproto.server.refreshSession': {
    method: 'POST',
    answer: (asked, world) => {
      const used = tokenOf(asked, world.refresh, world.access)
      const token = world.refresh.get(used)
      if (token) token.until = Math.min(token.until, asked.nowMs + graceMs)
      return newSession(world, asked.nowMs)
    },
  },
  'com.atproto.server.getSession': {
    method: 'GET',
    answer: (asked, world) => {
      checkAccess(asked, world)
      return { status: 200, body: { did: world.did, handle: world.handle, active: true } }
    },
  },
  'com.atproto.server.deleteSession': {
    method: 'POST',
    answer: (asked, world) => {
      world.refresh.delete(tokenOf(asked, world.refresh, world.access))
      return { status: 200 }
    },
  },
  'com.atproto.repo.uploadBlob': {
    method: 'POST',
    answer: (asked, world) => {
      checkAccess(asked, world)
      world.take('uploadBlob', world.did, 1, asked.nowMs)
      const { body, headers, nowMs } = asked
      const named = headers['content-type']?.split(';')[0]?.trim()
      if (!named) return refuse(400, invalid('Request encoding (Content-Type) required but not provided'))
      if (body.length > uploadBytesMax)
        return refuse(413, { error: 'PayloadTooLarge', message: 'request entity too large' })
      const cid = cidOf(0x55, body)
      // The real one looks at the bytes too and believes them more than the header.
      const mimeType = sniffed(body) ?? named
      const known = world.blobs.get(cid)
      world.blobs.set(cid, { mimeType, size: body.length, atMs: nowMs, isUsed: known?.isUsed ?? false })
      return { status: 200, body: { blob: { $type: 'blob', ref: { $link: cid }, mimeType, size: body.length } } }
    },
  },
  'com.atproto.repo.putRecord': {
    method: 'POST',
    answer: (asked, world, note) => {
      const rkey = checkedPlace(asked, world, 2)
      return write(asked, world, rkey, note)
    },
  },
  'com.atproto.repo.createRecord': {
    method: 'POST',
    answer: (asked, world, note) => {
      const given = textOf(asked.json, 'rkey')
      const rkey = checkedPlace(asked, world, 3, given === '' ? tidOf(asked.nowMs, (world.keys += 1)) : given)
      if (world.records.has(rkey))
        return refuse(500, { error: 'InternalServerError', message: 'Internal Server Error' })
      return write(asked, world, rkey, note)
    },
  },
  'com.atproto.repo.deleteRecord': {
    method: 'POST',
    answer: (asked, world, note) => {
      const rkey = checkedPlace(asked, world, 1)
      const stored = world.records.get(rkey)
      if (!stored) return { status: 200, body: {} }
      world.records.delete(rkey)
      note({ kind: 'removed', id: uriOf(world, rkey), account: world.did, text: textOf(stored.record, 'text') })
      return { status: 200, body: { commit: commitOf(asked.nowMs) } }
    },
  },
  'com.atproto.repo.getRecord': {
    method: 'GET',
    answer: ({ query }, world) => {
      checkRepo(query.get('repo') ?? '', world)
      const rkey = query.get('rkey') ?? ''
      const stored = query.get('collection') === collection ? world.records.get(rkey) : undefined
      const uri = uriOf(world, rkey)
      if (!stored) return refuse(400, { error: 'RecordNotFound', message: `Could not locate record: ${uri}` })
      return { status: 200, body: { uri, cid: stored.cid, value: stored.record } }
    },
  },
  'com.atproto.repo.listRecords': {
    method: 'GET',
    answer: ({ query, nowMs }, world) => {
      checkRepo(query.get('repo') ?? '', world)
      const limit = Number(query.get('limit') ?? 50)
      if (!(limit >= 1 && limit <= 100)) return refuse(400, invalid('limit must be between 1 and 100'))
      const isReversed = query.get('reverse') === 'true'
      const cursor = query.get('cursor')
      const all = query.get('collection') === collection ? sorted(world) : []
      const listed = all.filter(([, { atMs }]) => nowMs - atMs >= world.listingDelayMs)
      const ordered = isReversed ? listed : listed.toReversed()
      const from = cursor === null ? ordered : ordered.filter(([key]) => (isReversed ? key > cursor : key < cursor))
      const page = from.slice(0, limit)
      const last = page.at(-1)?.[0]
      const records = page.map(([rkey, { cid, record }]) => ({ uri: uriOf(world, rkey), cid, value: record }))
      return { status: 200, body: { records, ...(last !== undefined && { cursor: last }) } }
    },
  },
}

const sorted = (world: World): [string, Stored][] => [...world.records].toSorted(([a], [b]) => (a < b ? -1 : 1))
const uriOf = ({ did }: World, rkey: string): string => `at://${did}/${collection}/${rkey}`
const invalid = (message: string): object => ({ error: 'InvalidRequest', message })
const commitOf = (nowMs: number): object => ({ cid: cidOf(0x71, randomBytes(8)), rev: tidOf(nowMs, 0) })

function newSession(world: World, nowMs: number): Answer {
  const accessJwt = newToken(world.did, 'com.atproto.appPass', nowMs + accessMs)
  const refreshJwt = newToken(world.did, 'com.atproto.refresh', nowMs + refreshMs)
  world.access.set(accessJwt, { until: nowMs + accessMs })
  world.refresh.set(refreshJwt, { until: nowMs + refreshMs })
  return { status: 200, body: { did: world.did, handle: world.handle, active: true, accessJwt, refreshJwt } }
}

/** It has the form of a JWT; what it means is known by its text alone. */
function newToken(did: string, scope: string, untilMs: number): string {
  const claims = { scope, sub: did, exp: Math.floor(untilMs / 1000), jti: randomBytes(16).toString('hex') }
  const written = [{ typ: 'at+jwt', alg: 'HS256' }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  )
  return [...written, randomBytes(32).toString('base64url')].join('.')
}

function tokenOf({ headers, nowMs }: Asked, wanted: Map<string, Token>, other: Map<string, Token>): string {
  const header = headers['authorization']
  if (header === undefined) return refuse(401, { error: 'AuthMissing', message: 'Authentication Required' })
  const given = /^Bearer (\S+)$/.exec(header)?.[1] ?? ''
  const token = wanted.get(given)
  if (!token)
    return refuse(400, {
      error: 'InvalidToken',
      message: other.has(given) ? 'Invalid token type' : 'Token could not be verified',
    })
  if (token.until <= nowMs) return refuse(400, { error: 'ExpiredToken', message: 'Token has expired' })
  return given
}
const checkAccess = (asked: Asked, world: World): string => tokenOf(asked, world.access, world.refresh)

function checkRepo(repo: string, world: World): void {
  if (repo !== world.did && repo !== world.handle) refuse(400, invalid(`Could not find repo: ${repo}`))
}

/** @returns the key of the record that is to be written or deleted */
function checkedPlace(asked: Asked, world: World, points: number, rkey = textOf(asked.json, 'rkey')): string {
  checkAccess(asked, world)
  world.take('writesByHour', world.did, points, asked.nowMs)
  world.take('writesByDay', world.did, points, asked.nowMs)
  for (const key of ['repo', 'collection'])
    if (textOf(asked.json, key) === '') refuse(400, invalid(`Missing required key "${key}" at $`))
  if (rkey === '') refuse(400, invalid('Missing required key "rkey" at $'))
  checkRepo(textOf(asked.json, 'repo'), world)
  if (textOf(asked.json, 'collection') !== collection) refuse(400, invalid('this emulator keeps posts only'))
  if (!tid.test(rkey)) refuse(400, invalid(`Invalid record key for ${collection}: Invalid TID string (got "${rkey}")`))
  return rkey
}

/** The same record once more is no change and no commit. */
function write({ json, nowMs }: Asked, world: World, rkey: string, note: Note): Answer {
  const given = fieldOf(json, 'record')
  if (typeof given !== 'object' || given === null) return refuse(400, invalid('Missing required key "record" at $'))
  const record: Record<string, unknown> = { $type: collection, ...given }
  const used = checkedRecord(record, world, nowMs)
  const cid = cidOf(0x71, Buffer.from(canonical(record)))
  const uri = uriOf(world, rkey)
  const known = world.records.get(rkey)
  if (known?.cid === cid) return { status: 200, body: { uri, cid, validationStatus: 'valid' } }
  world.records.set(rkey, { cid, record, atMs: known?.atMs ?? nowMs })
  for (const blob of used) blob.isUsed = true
  note({ kind: known ? 'changed' : 'created', id: uri, account: world.did, text: textOf(record, 'text') })
  return { status: 200, body: { uri, cid, commit: commitOf(nowMs), validationStatus: 'valid' } }
}

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })
const no = (problem: string): never => refuse(400, invalid(`Invalid ${collection} record: ${problem}`))
const itemsOf = (value: unknown, name: string): unknown[] => {
  const items = fieldOf(value, name)
  if (items === undefined) return []
  return Array.isArray(items) ? (items as unknown[]) : no(`Expected array value type at $.record.${name}`) // of anything
}
const tooBig = (what: string, max: number, got: number, path: string): void => {
  if (got > max) no(`${what} too big (maximum ${max}, got ${got}) at $.record.${path}`)
}

/** @returns the blobs it shows */
function checkedRecord(record: Record<string, unknown>, world: World, nowMs: number): Blob[] {
  if (record['$type'] !== collection)
    refuse(400, invalid(`Invalid $type: expected ${collection}, got ${String(record['$type'])}`))
  const { text, createdAt } = record
  if (typeof text !== 'string') return no('Missing required key "text" at $.record')
  if (typeof createdAt !== 'string') return no('Missing required key "createdAt" at $.record')
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/.test(createdAt))
    no(`Invalid datetime (got "${createdAt}") at $.record.createdAt`)
  tooBig('string', 3000, Buffer.byteLength(text), 'text')
  tooBig('grapheme', 300, [...graphemes.segment(text)].length, 'text')
  tooBig('array', 3, itemsOf(record, 'langs').length, 'langs')
  tooBig('array', 8, itemsOf(record, 'tags').length, 'tags')
  for (const lang of itemsOf(record, 'langs'))
    if (typeof lang !== 'string' || !/^[a-z]{2,3}(-[\w-]+)?$/i.test(lang)) no('Invalid language at $.record.langs')
  for (const facet of itemsOf(record, 'facets')) checkFacet(facet, Buffer.from(text))
  const reply = record['reply']
  if (reply !== undefined) for (const end of ['root', 'parent']) checkReference(fieldOf(reply, end), `reply.${end}`)
  return checkedEmbed(record['embed'], world, nowMs)
}

function checkReference(reference: unknown, path: string): void {
  if (!/^at:\/\/did:[a-z]+:\S+\/[\w.]+\/\S+$/.test(textOf(reference, 'uri')))
    no(`Missing required key "uri" at $.record.${path}`)
  if (!/^b[a-z2-7]{58}$/.test(textOf(reference, 'cid'))) no(`Missing required key "cid" at $.record.${path}`)
}

function checkFacet(facet: unknown, text: Buffer): void {
  const [start, end] = ['byteStart', 'byteEnd'].map((name) => fieldOf(fieldOf(facet, 'index'), name))
  if (!Number.isInteger(start) || !Number.isInteger(end)) return no('Missing required key "index" at $.record.facets')
  const [from, to] = [Number(start), Number(end)]
  // A byte in the middle of a character begins with the bits 10.
  const isInside = [from, to].some((at) => ((text[at] ?? 0) & 0xc0) === 0x80)
  if (from < 0 || from >= to || to > text.length || isInside) no(`facet ${from} to ${to} is no part of the text`)
  const features = itemsOf(facet, 'features')
  if (features.length === 0) no('Missing required key "features" at $.record.facets')
  for (const feature of features) {
    const type = textOf(feature, '$type').replace('app.bsky.richtext.facet#', '')
    if (type === 'link' && !isUri(textOf(feature, 'uri'))) no('Invalid uri at $.record.facets')
    if (type === 'mention' && !textOf(feature, 'did').startsWith('did:')) no('Invalid DID at $.record.facets')
    if (type === 'tag') {
      if (textOf(feature, 'tag') === '') no('Missing required key "tag" at $.record.facets')
      tooBig('grapheme', 64, [...graphemes.segment(textOf(feature, 'tag'))].length, 'facets')
    }
  }
}
const isUri = (text: string): boolean => /^\w+:(?:\/\/)?[^\s/][^\s]*$/.test(text)

function checkedEmbed(embed: unknown, world: World, nowMs: number): Blob[] {
  const type = textOf(embed, '$type')
  if (embed === undefined) return []
  if (type === 'app.bsky.embed.external') {
    const external = fieldOf(embed, 'external')
    if (!isUri(textOf(external, 'uri'))) no('Invalid uri at $.record.embed.external.uri')
    for (const name of ['title', 'description'])
      if (typeof fieldOf(external, name) !== 'string') no(`Missing required key "${name}" at $.record.embed.external`)
    const thumb = fieldOf(external, 'thumb')
    return thumb === undefined ? [] : [checkedBlob(thumb, thumbBytesMax, world, nowMs)]
  }
  if (type !== 'app.bsky.embed.images') return no(`this emulator knows pictures and cards only (got "${type}")`)
  const images = itemsOf(embed, 'images')
  tooBig('array', 4, images.length, 'embed.images')
  return images.map((image) => {
    if (typeof fieldOf(image, 'alt') !== 'string') no('Missing required key "alt" at $.record.embed.images')
    const ratio = fieldOf(image, 'aspectRatio')
    for (const side of ratio === undefined ? [] : ['width', 'height']) {
      const length = fieldOf(ratio, side)
      if (!Number.isInteger(length) || Number(length) < 1) no(`Invalid ${side} at $.record.embed.images`)
    }
    return checkedBlob(fieldOf(image, 'image'), pictureBytesMax, world, nowMs)
  })
}

function checkedBlob(given: unknown, bytesMax: number, world: World, nowMs: number): Blob {
  const cid = textOf(fieldOf(given, 'ref'), '$link')
  const size = Number(fieldOf(given, 'size'))
  if (textOf(given, '$type') !== 'blob' || cid === '') return no('Expected blob value type at $.record.embed')
  if (!textOf(given, 'mimeType').startsWith('image/')) no('Expected an image at $.record.embed')
  tooBig('blob', bytesMax, size, 'embed')
  const blob = world.blobs.get(cid)
  if (!blob || (!blob.isUsed && nowMs - blob.atMs > looseBlobMs))
    return refuse(400, { error: 'BlobNotFound', message: `Could not find blob: ${cid}` })
  if (blob.mimeType !== textOf(given, 'mimeType'))
    refuse(400, { error: 'InvalidMimeType', message: `Referenced Mimetype does not match stored blob.` })
  if (blob.size !== size) refuse(400, { error: 'InvalidSize', message: 'Referenced Size does not match stored blob.' })
  return blob
}

/** JSON with its keys in order. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, field: unknown) =>
    typeof field === 'object' && field !== null && !Array.isArray(field)
      ? Object.fromEntries(Object.entries(field).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : field,
  )

function sniffed(bytes: Buffer): string | null {
  const head = bytes.subarray(0, 12).toString('latin1')
  if (head.startsWith('\x89PNG\r\n')) return 'image/png'
  if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg'
  if (head.startsWith('GIF8')) return 'image/gif'
  return head.startsWith('RIFF') && head.endsWith('WEBP') ? 'image/webp' : null
}

/** CIDv1 with SHA-256, in base32. */
function cidOf(codec: number, bytes: Uint8Array): string {
  const whole = Buffer.concat([Buffer.from([1, codec, 0x12, 0x20]), createHash('sha256').update(bytes).digest()])
  const bits = [...whole].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  const letters = bits.match(/.{1,5}/g) ?? []
  return `b${letters.map((five) => 'abcdefghijklmnopqrstuvwxyz234567'[Number.parseInt(five.padEnd(5, '0'), 2)]).join('')}`
}

function tidOf(nowMs: number, more: number): string {
  const value = (BigInt(nowMs) * 1000n + BigInt(more % 1000)) << 10n
  const places = Array.from({ length: 13 }, (_, at) => Number((value >> BigInt((12 - at) * 5)) & 31n))
  return places.map((five) => '234567abcdefghijklmnopqrstuvwxyz'[five]).join('')
}

/** Windows that begin with their first request. */
const windows: Readonly<Record<string, readonly { points: number; ms: number }[]>> = {
  createSession: [
    { points: 30, ms: 5 * minuteMs },
    { points: 300, ms: dayMs },
  ],
  writesByHour: [{ points: 5_000, ms: hourMs }],
  writesByDay: [{ points: 35_000, ms: dayMs }],
  uploadBlob: [{ points: 1_000, ms: dayMs }],
}

function createLimits(): World['take'] {
  const used = new Map<string, { points: number; endMs: number }>()
  return (name, of, points, nowMs) => {
    for (const { points: max, ms } of windows[name] ?? []) {
      const key = `${name} ${of} ${ms}`
      const known = used.get(key)
      const window = known && known.endMs > nowMs ? known : { points: 0, endMs: nowMs + ms }
      window.points += points
      used.set(key, window)
      if (window.points <= max) continue
      refuse(
        429,
        { error: 'RateLimitExceeded', message: 'Rate Limit Exceeded' },
        {
          'ratelimit-limit': String(max),
          'ratelimit-remaining': '0',
          'ratelimit-reset': String(Math.ceil(window.endMs / 1000)),
          'ratelimit-policy': `${max};w=${ms / 1000}`,
        },
      )
    }
  }
}
