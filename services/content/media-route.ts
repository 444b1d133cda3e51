/**
 * Files for everyone who knows their address: it carries a key of 128 random bits, and what it names never changes, so it is
 * cached for ever. Nothing here can act: no script runs in it, no type is guessed.
 */
import { WorkspaceId, MediaId } from '@floowe/contracts/vocabulary'
import { type Blobs, BlobError, type Clock, type Host, isSameSecret } from '@floowe/platform'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { mediaPrefix, originalKey, shownKey, variantKey } from './media-addresses.ts'
import { kindOf } from './media-types.ts'
import { findMedia, type MediaRow } from './store/media.ts'

type Params = { workspace: string; idKey: string; file: string }
type Wanted = { key: string; type: string; isDownload: boolean }

/** How long a reader waits for a picture whose variants are being made. */
const patienceMs = 15_000
const lookEveryMs = 200

export const serveMedia =
  (host: Host) =>
  async (http: FastifyInstance): Promise<void> => {
    http.route<{ Params: Params }>({
      method: ['GET', 'HEAD'],
      url: `${mediaPrefix}/:workspace/:idKey/:file`,
      exposeHeadRoute: false,
      handler: async (request, reply) => {
        const named = nameOf(request.params)
        const row = named && (await settled(host, named))
        const wanted = named && row?.sha256 ? wantedOf(named, row, row.sha256, request.params.file) : null
        if (!wanted) return notFound(reply)
        return send(host.blobs, wanted, request, reply)
      },
    })
  }

type Named = { workspaceId: WorkspaceId; id: MediaId; key: string }
function nameOf({ workspace, idKey }: Params): Named | null {
  const workspaceId = WorkspaceId.safeParse(workspace)
  const id = MediaId.safeParse(idKey.slice(0, 36))
  const key = idKey.slice(37)
  if (!workspaceId.success || !id.success || idKey[36] !== '-' || !/^[0-9a-f]{32}$/.test(key)) return null
  return { workspaceId: workspaceId.data, id: id.data, key }
}

/** The row, once its picture is made or the wait is over. A wrong key learns nothing, and at once. */
async function settled({ db, clock }: Host, named: Named): Promise<MediaRow | null> {
  for (let waitedMs = 0; ; waitedMs += lookEveryMs) {
    const row = await findMedia(db, named.workspaceId, named.id)
    if (!row || !(isSameSecret(row.key, named.key) || isSameSecret(row.original_key, named.key))) return null
    if (row.state !== 'processing' || isSameSecret(row.original_key, named.key) || waitedMs >= patienceMs) return row
    await pause(clock, lookEveryMs)
  }
}
const pause = (clock: Clock, ms: number): Promise<void> =>
  new Promise((resolve) => void clock.at(clock.now() + ms, resolve))

function wantedOf(named: Named, row: MediaRow, sha256: string, file: string): Wanted | null {
  if (isSameSecret(row.original_key, named.key))
    return { key: originalKey(named.workspaceId, sha256), type: 'application/octet-stream', isDownload: true }
  const width = Number(/-(\d{1,5})\.webp$/.exec(file)?.[1] ?? 0)
  if (row.variants.some((variant) => variant.width === width))
    return { key: variantKey(named.workspaceId, sha256, width), type: 'image/webp', isDownload: false }
  const isOriginalShown = row.shown_type === row.type && (kindOf(row.type) === 'file' || row.type === 'image/gif')
  const key = isOriginalShown ? originalKey(named.workspaceId, sha256) : shownKey(named.workspaceId, sha256)
  return { key, type: row.shown_type, isDownload: row.shown_type === 'application/pdf' }
}

const notFound = (reply: FastifyReply) =>
  reply
    .code(404)
    .headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
    .type('text/plain; charset=utf-8')
    .send('not found')

async function send(blobs: Blobs, wanted: Wanted, request: FastifyRequest, reply: FastifyReply) {
  const info = await blobs.head(wanted.key)
  if (!info) return notFound(reply)
  const etag = `"${info.sha256.slice(0, 32)}"`
  reply.headers({
    etag,
    'cache-control':
      wanted.isDownload && wanted.type === 'application/octet-stream'
        ? 'private, no-store'
        : 'public, max-age=31536000, immutable',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
    // Pages of a site on its own host, and of other front ends, show these files.
    'cross-origin-resource-policy': 'cross-origin',
    'access-control-allow-origin': '*',
    'referrer-policy': 'no-referrer',
    'accept-ranges': 'bytes',
    'content-disposition': `${wanted.isDownload ? 'attachment' : 'inline'}; filename="${fileName(request)}"`,
  })
  if (matches(request.headers['if-none-match'], etag)) return reply.code(304).send()
  const link = await linkTo(blobs, wanted, request)
  if (link) return reply.header('cache-control', 'private, no-store').redirect(link, 302)
  const range = rangeOf(request, info.size, etag)
  if (range === 'unsatisfiable')
    return reply.code(416).header('content-range', `bytes */${info.size}`).header('cache-control', 'no-store').send()
  if (range) reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${info.size}`)
  reply.type(wanted.type).header('content-length', range ? range.end - range.start + 1 : info.size)
  if (request.method === 'HEAD') return reply.send()
  try {
    const blob = await blobs.get(wanted.key, range ? { range } : {})
    return blob ? await reply.send(blob.stream) : notFound(reply)
  } catch (error) {
    if (error instanceof BlobError && error.code === 'bad-range') return notFound(reply)
    throw error
  }
}

const linkSeconds = 120

/** Originals are large and asked for by members: where files lie elsewhere, a browser fetches them there, with a link of its own. */
const linkTo = async (blobs: Blobs, wanted: Wanted, request: FastifyRequest): Promise<string | null> =>
  wanted.isDownload && wanted.type === 'application/octet-stream' && request.method === 'GET'
    ? blobs.presign(wanted.key, { expiresInSeconds: linkSeconds, downloadName: fileName(request), type: wanted.type })
    : null

/** Only characters that mean nothing in a header; a name of ours has no others. */
const fileName = (request: FastifyRequest): string =>
  (request.params as Params).file.replace(/[^a-z0-9._-]/gi, '').slice(-120)
const matches = (header: string | undefined, etag: string): boolean =>
  header !== undefined &&
  (header.trim() === '*' || header.split(',').some((one) => one.trim().replace(/^W\//, '') === etag))

/** One range of bytes; several at once are answered whole, as RFC 9110 allows. */
function rangeOf(
  request: FastifyRequest,
  size: number,
  etag: string,
): { start: number; end: number } | 'unsatisfiable' | null {
  const { range, 'if-range': ifRange } = request.headers
  const match = /^bytes=(\d*)-(\d*)$/.exec(range ?? '')
  if (!match || (ifRange !== undefined && ifRange !== etag)) return null
  const [, from = '', to = ''] = match
  if (from === '' && to === '') return null
  const start = from === '' ? Math.max(0, size - Number(to)) : Number(from)
  const end = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1)
  if (from !== '' && to !== '' && Number(to) < Number(from)) return null
  return start >= size || end < start ? 'unsatisfiable' : { start, end }
}
