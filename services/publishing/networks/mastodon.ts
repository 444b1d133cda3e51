/**
 * Mastodon: statuses of an account on any instance. The instance drops a status that comes again under its Idempotency-Key, for an
 * hour; later the account's own statuses are asked.
 * Sources: https://docs.joinmastodon.org, its OpenAPI document (4.7.0), and `StatusLengthValidator`, `PostStatusService` and
 * `UpdateStatusService` of https://github.com/mastodon/mastodon.
 */
import { createHash } from 'node:crypto'
import type { NetworkFacts, PostMedia } from '@floowe/contracts/networks'
import {
  fieldOf,
  isThere,
  multipart,
  originOf,
  type Question,
  type Reply,
  refusalOf,
  textAt,
  verdictOf,
} from './asking.ts'
import { type Account, Ended, type Failure, type Network, type NetworkParts } from './network.ts'
import { type Made, partOf, type Piece, type ReadablePoster, sendPieces, verifyPieces } from './posting.ts'

const facts: NetworkFacts = {
  network: 'mastodon',
  form: 'post',
  connection: {
    kind: 'fields',
    fields: [
      { name: 'url', isSecret: false, example: 'https://mastodon.social' },
      { name: 'token', isSecret: true, example: 'ZA-Yj3aBD8U8Cm7lKUp-lm9O9BmDgdhHzDeqsY8tlL0' },
    ],
  },
  text: { max: 500, maxWithMedia: null, counting: 'graphemes', linkLength: 23 },
  media: {
    countMax: 4,
    types: ['image/jpeg', 'image/png', 'image/gif', 'image/webp'],
    bytesMax: 16 * 1024 * 1024,
    // It takes 33,177,600 pixels: a square of this side.
    sideMax: 5_760,
    altMax: 1_500,
  },
  threads: true,
  firstComment: null,
  edits: true,
  removes: true,
  repeats: 'taken',
  afterLostAnswer: 'repeat',
}

/** The key is kept for an hour from when the status was made. */
const repeatsForMs = 50 * 60_000
/** How far the instance's clock may be behind ours. */
const skewMs = 2 * 60_000
const pageLength = 40
const pagesMax = 5
const sourcesMax = 10
const asksMax = 3
const uploadsMax = 1_000

type Credentials = Account['credentials']
type Upload = { id: string; isReady: boolean }
/** The ids of the pictures, in order, and for each which picture it is. */
type Pictures = { ids: string[]; more: Record<string, string> }

export function mastodon({ ask, clock, firstPauseMs, read }: NetworkParts): Network {
  const call = async (
    { url = '', token = '' }: Credentials,
    path: string,
    question: Omit<Question, 'context'> = {},
    fine: readonly number[] = [200],
  ): Promise<Reply> => {
    const { method = 'GET', headers } = question
    const reply = await ask(`${url}/api${path}`, {
      ...question,
      context: `Mastodon ${method} ${path.replace(/\?.*/, '').replace(/\/\d+/g, '/:id')}`,
      // Refusals have no codes, only words; in English we know some of them.
      headers: { 'accept-language': 'en', ...headers, authorization: `Bearer ${token}` },
    })
    if (fine.includes(reply.status) && typeof reply.json === 'object' && reply.json !== null) return reply
    throw refused(reply, clock.now())
  }

  const uploads = new Map<string, Upload>()
  /** What an earlier attempt has uploaded is not uploaded again, and may be ready by now. */
  const uploaded = async (piece: Piece, picture: PostMedia, credentials: Credentials, signal: AbortSignal) => {
    const key = `${piece.key} ${nameOf(picture)}`
    const upload = uploads.get(key) ?? (await send(piece, picture, credentials, signal))
    uploads.set(key, upload)
    const [oldest] = uploads.keys()
    if (uploads.size > uploadsMax && oldest !== undefined) uploads.delete(oldest)
    for (let turn = 0; turn < asksMax && !upload.isReady; turn++) {
      const { status } = await call(credentials, `/v1/media/${upload.id}`, { signal }, [200, 206, 404])
      // Of a picture that is attached already nobody is told; whether one is lost shows when it is attached.
      upload.isReady = status !== 206
    }
    if (!upload.isReady) throw new Ended({ kind: 'transient', code: 'receiver-busy' })
    return upload.id
  }
  const send = async (piece: Piece, picture: PostMedia, credentials: Credentials, signal: AbortSignal) => {
    const form = new FormData()
    const bytes = await read(picture, piece.parcel.workspaceId)
    form.set('file', new Blob([bytes], { type: picture.type }), picture.name)
    if (picture.alt !== '') form.set('description', picture.alt)
    const question = { method: 'POST', ...(await multipart(form)), signal } as const
    const { status, json } = await call(credentials, '/v2/media', question, [200, 202])
    const id = textAt(json, 'id')
    if (id === null) throw new Ended({ kind: 'ambiguous', code: 'bad-answer' })
    return { id, isReady: status === 200 }
  }
  const attach = async (
    piece: Piece,
    { credentials }: Account,
    signal: AbortSignal,
    standing: Readonly<Record<string, string>>,
  ): Promise<Pictures> => {
    const pictures: Pictures = { ids: [], more: {} }
    for (const picture of partOf(piece).media) {
      const name = nameOf(picture)
      const id = standing[name] ?? (await uploaded(piece, picture, credentials, signal))
      pictures.ids.push(id)
      pictures.more[name] = id
    }
    return pictures
  }
  /** When the instance no longer has a picture, all of them are brought anew, once. */
  const withPictures = async (
    piece: Piece,
    pictures: Pictures,
    account: Account,
    signal: AbortSignal,
    work: (pictures: Pictures) => Promise<Made>,
  ): Promise<Made> => {
    try {
      return await work(pictures)
    } catch (error) {
      if (!(error instanceof PictureLost)) throw error
    }
    for (const picture of partOf(piece).media) uploads.delete(`${piece.key} ${nameOf(picture)}`)
    return work(await attach(piece, account, signal, {}))
  }

  const poster: ReadablePoster<Pictures> = {
    facts,
    repeatsForMs,
    prepare: (piece, account, signal) =>
      attach(piece, account, signal, piece.parcel.standing?.[`part-${piece.index}`]?.more ?? {}),
    create: (piece, pictures, account, signal) =>
      withPictures(piece, pictures, account, signal, async ({ ids, more }) => {
        const before = piece.index === 0 ? {} : { in_reply_to_id: beforeOf(piece) }
        const json = { ...wordsOf(piece), ...(ids.length > 0 && { media_ids: ids }), ...before }
        const headers = { 'idempotency-key': piece.key }
        const reply = await call(account.credentials, '/v1/statuses', { method: 'POST', json, headers, signal })
        return madeOf(reply.json, more)
      }),
    find: async (piece, { credentials }, signal) => {
      const before = piece.index === 0 ? null : beforeOf(piece)
      const { text, media } = partOf(piece)
      const listed = await listSince(piece.armedMs - skewMs, credentials, signal)
      const alike = listed.toReversed().filter((status) => {
        const pictures = fieldOf(status, 'media_attachments')
        const count = Array.isArray(pictures) ? pictures.length : 0
        return textAt(status, 'in_reply_to_id') === before && count === media.length
      })
      const found =
        alike.find((status) => plain(shown(textAt(status, 'content') ?? '')) === plain(text)) ??
        (await findBySource(text, alike.slice(0, sourcesMax), credentials, signal))
      if (found === null) return null
      const ids = media.map((_, at) => textAt(found, 'media_attachments', at, 'id'))
      const more = media.flatMap((picture, at) => (ids[at] ? [[nameOf(picture), ids[at]]] : []))
      return madeOf(found, Object.fromEntries(more) as Record<string, string>) // names and ids
    },
    change: (there, piece, pictures, account, signal) =>
      withPictures(piece, pictures, account, signal, async ({ ids, more }) => {
        // Without the list of its pictures a status would lose them.
        const json = { ...wordsOf(piece), media_ids: ids }
        const reply = await call(account.credentials, `/v1/statuses/${there.id}`, { method: 'PUT', json, signal })
        return madeOf(reply.json, more)
      }),
    read: (there, { credentials }, signal) =>
      isThere(
        () => call(credentials, `/v1/statuses/${there.id}`, { signal }, [200, 404, 410]),
        ({ status, json }) => status === 200 && (textAt(json, 'id') === there.id || null),
      ),
    remove: async (there, { credentials }, signal) => {
      await call(credentials, `/v1/statuses/${there.id}`, { method: 'DELETE', signal }, [200, 404])
    },
  }
  const listSince = async (sinceMs: number, credentials: Credentials, signal: AbortSignal): Promise<unknown[]> => {
    const found: unknown[] = []
    for (let page = 0; page < pagesMax; page++) {
      const last = textAt(found.at(-1), 'id')
      const query = `limit=${pageLength}&exclude_reblogs=true${last === null ? '' : `&max_id=${last}`}`
      const { json } = await call(credentials, `/v1/accounts/${credentials['account'] ?? ''}/statuses?${query}`, {
        signal,
      })
      // Only a list says that something is not there.
      if (!Array.isArray(json)) throw new Ended({ kind: 'ambiguous', code: 'bad-answer' })
      const statuses = json as unknown[] // of anything
      const young = statuses.filter((status) => Date.parse(textAt(status, 'created_at') ?? '') >= sinceMs)
      found.push(...young)
      if (young.length < statuses.length || statuses.length === 0) return found
    }
    // So much was posted since that the end was not reached: what was not seen may be there.
    throw new Ended({ kind: 'ambiguous', code: 'not-listed-yet' })
  }
  /** Of a mention only the name is shown, so what is shown is not always what was sent. */
  const findBySource = async (
    text: string,
    statuses: readonly unknown[],
    credentials: Credentials,
    signal: AbortSignal,
  ): Promise<unknown> => {
    for (const status of statuses) {
      const path = `/v1/statuses/${textAt(status, 'id') ?? ''}/source`
      const { json } = await call(credentials, path, { signal }, [200, 404])
      const sent = textAt(json, 'text')
      if (sent !== null && plain(sent) === plain(text)) return status
    }
    return null
  }

  return {
    facts,
    limits: { contentBytesMax: 1024 * 1024 },
    firstPauseMs,
    budget: [{ count: 300, perMs: 300_000 }],
    send: sendPieces(poster, clock),
    verify: verifyPieces(poster),
    test: (account) =>
      verdictOf(async () => {
        await call(account.credentials, '/v1/accounts/verify_credentials')
        return { kind: 'accepted' as const, url: account.url }
      }),
    connect: (fields) =>
      verdictOf(async () => {
        const url = originOf(fields['url'] ?? '')
        const token = (fields['token'] ?? '').trim()
        const reply = await call({ url, token }, '/v1/accounts/verify_credentials')
        const [id, username] = [textAt(reply.json, 'id'), textAt(reply.json, 'username')]
        if (id === null || username === null) throw refused(reply, clock.now())
        const { host } = new URL(url)
        return {
          accountId: `${id}@${host}`,
          accountName: `@${username}@${host}`,
          url: textAt(reply.json, 'url'),
          credentials: { url, token, account: id },
        }
      }),
  }
}

const wordsOf = (piece: Piece): object => {
  const { text, post } = partOf(piece)
  return { status: text, language: post.language }
}

function beforeOf({ before }: Piece): string {
  // Without its id an answer would stand by itself.
  if (before?.id === undefined) throw new Ended({ kind: 'permanent', code: 'cannot-find' })
  return before.id
}

function madeOf(status: unknown, more: Record<string, string>): Made {
  const id = textAt(status, 'id')
  if (id === null) throw new Ended({ kind: 'ambiguous', code: 'bad-answer' })
  return { id, url: textAt(status, 'url') ?? textAt(status, 'uri'), more }
}

/** The same bytes under the same words. */
const nameOf = ({ sha256, alt }: PostMedia): string =>
  createHash('sha256').update(`${sha256} ${alt}`).digest('base64url').slice(0, 22)

/** The instance trims, and may write line ends in its own way. */
const plain = (text: string): string => text.replace(/\s+/g, ' ').trim()

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }
const shown = (html: string): string =>
  html
    .replace(/<br\s*\/?>/g, '\n')
    .replace(/<\/p>\s*<p>/g, '\n\n')
    .replace(/<[^>]*>/g, '')
    .replace(/&(amp|lt|gt|quot|#39);/g, (whole, name: string) => entities[name] ?? whole)

/** Nothing was made of it; its pictures have to be brought again. */
class PictureLost extends Ended {}

function refused(reply: Reply, nowMs: number): Ended {
  const said = textAt(reply.json, 'error_description') ?? textAt(reply.json, 'error')
  const failure = refusalOf(reply, nowMs, said)
  const { status, answer, detail } = failure
  const busy: Failure = { kind: 'transient', code: 'receiver-busy', status, answer, detail }
  if (status === 422 && /finished processing/i.test(said ?? '')) return new Ended(busy)
  if (status === 422 && /media .*not found|could not be found/i.test(said ?? '')) return new PictureLost(busy)
  if (failure.kind !== 'rate-limited' || failure.retryAtMs !== null) return new Ended(failure)
  const resetMs = Date.parse(reply.headers['x-ratelimit-reset'] ?? '')
  return new Ended({ ...failure, retryAtMs: resetMs > nowMs ? resetMs : null })
}
