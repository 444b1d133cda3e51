/**
 * Ready answers. An answer is kept as bytes with the revision of its workspace and given again only while that revision is
 * known to be the newest (see freshness.ts). Which addresses have one answer is the caller's key. What is asked for the first
 * time is not kept yet: most such addresses are never asked for again.
 */
import { hash } from 'node:crypto'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { HttpReply, HttpRequest } from '@floowe/platform'

export type Answer = {
  status: number
  type: string
  body: string
  headers?: Readonly<Record<string, string>>
  /** What the body's hash would be made of, when something shorter tells bodies apart. */
  fingerprint?: string
  /** False: it is never kept (errors, what depends on the moment). */
  isKept?: boolean
}

type Ready = {
  workspaceId: string
  revision: number
  status: number
  headers: Record<string, string>
  etag: string
  /** Text while it is sent once, bytes when it is kept. */
  plain: Buffer | string
  packed: { br?: Packed; gzip?: Packed }
  bytes: number
}
type Packed = { body: Buffer; headers: Record<string, string> }

const seenMax = 20_000
/** Smaller ones do not gain from packing. */
const packedFromBytes = 1_000
const packings = {
  br: (body: Buffer | string) =>
    promisify(brotliCompress)(body, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_SIZE_HINT]: body.length },
    }),
  gzip: (body: Buffer | string) => promisify(gzip)(body, { level: 6 }),
} as const
type Packing = keyof typeof packings

export function createAnswers(options: { bytesMax: number; revisionOf: (workspaceId: string) => number | undefined }) {
  const { bytesMax, revisionOf } = options
  // In the order of last use: a Map keeps the order of insertion.
  const kept = new Map<string, Ready>()
  const making = new Map<string, Promise<Ready>>()
  const seen = new Set<string>()
  let bytes = 0

  const drop = (key: string, ready: Ready): void => {
    if (kept.delete(key)) bytes -= ready.bytes
  }
  const touch = (key: string, ready: Ready): void => {
    kept.delete(key)
    kept.set(key, ready)
  }
  const keep = (key: string, ready: Ready): void => {
    if (ready.bytes > bytesMax / 4) return
    const old = kept.get(key)
    if (old) drop(key, old)
    kept.set(key, ready)
    bytes += ready.bytes
    for (const [oldest, entry] of kept) {
      if (bytes <= bytesMax) break
      drop(oldest, entry)
    }
  }
  /** Whether it was asked for before; a long list is begun anew. */
  const isAskedAgain = (key: string): boolean => {
    if (seen.has(key)) return true
    if (seen.size >= seenMax) seen.clear()
    seen.add(key)
    return false
  }
  const grow = (key: string, ready: Ready, by: number): void => {
    ready.bytes += by
    if (kept.get(key) !== ready) return
    bytes += by
    if (bytes > bytesMax) drop(key, ready)
  }

  /** Sends `ready` in the best form the reader takes; 304 when they have it. */
  const send = (request: HttpRequest, reply: HttpReply, key: string, ready: Ready): unknown => {
    const { headers: asked } = request
    const known = asked['if-none-match']
    const isKnown =
      known === undefined
        ? isUnchanged(asked['if-modified-since'], ready.headers['last-modified'])
        : hasTag(known, ready.etag)
    if (isKnown && ready.status === 200) return reply.code(304).headers(ready.headers).send()
    const accepted = asked['accept-encoding']
    const packing = accepted === undefined || ready.plain.length < packedFromBytes ? null : packingOf(accepted)
    if (packing === null) return reply.code(ready.status).headers(ready.headers).send(ready.plain)
    const packed = ready.packed[packing]
    if (packed) return reply.code(ready.status).headers(packed.headers).send(packed.body)
    return packings[packing](ready.plain).then((body) => {
      const made = { body, headers: { ...ready.headers, 'content-encoding': packing } }
      ready.packed[packing] = made
      grow(key, ready, body.length)
      return reply.code(ready.status).headers(made.headers).send(body)
    })
  }

  return {
    /** The kept answer if it is certainly still true; no query, no promise. */
    fresh: (key: string): Ready | undefined => {
      const ready = kept.get(key)
      if (ready === undefined || revisionOf(ready.workspaceId) !== ready.revision) return undefined
      // While there is plenty of room the order does not matter.
      if (bytes > bytesMax / 2) touch(key, ready)
      return ready
    },
    /**
     * The kept answer of that revision, or a new one. `make` reads the store after the revision was read, so what it finds is
     * at least as new; readers who come meanwhile wait for the same one.
     */
    of: async (key: string, workspaceId: string, revision: number, make: () => Promise<Answer>): Promise<Ready> => {
      const ready = kept.get(key)
      if (ready && ready.workspaceId === workspaceId && ready.revision === revision) {
        touch(key, ready)
        return ready
      }
      const name = `${workspaceId} ${revision} ${key}`
      const running = making.get(name)
      if (running) return running
      const isWorthKeeping = isAskedAgain(key)
      const made = make()
        .then((answer) => {
          const fresh = readyOf(answer, workspaceId, revision)
          if (isWorthKeeping && answer.isKept !== false && answer.status < 400) {
            fresh.plain = Buffer.from(fresh.plain)
            fresh.bytes = fresh.plain.length + 1_000
            keep(key, fresh)
          }
          return fresh
        })
        .finally(() => making.delete(name))
      making.set(name, made)
      return made
    },
    /** An answer that is not kept. */
    once: (answer: Answer): Ready => readyOf(answer, '', 0),
    send,
    size: () => ({ answers: kept.size, bytes }),
  }
}
export type Answers = ReturnType<typeof createAnswers>

function readyOf(answer: Answer, workspaceId: string, revision: number): Ready {
  const plain = answer.body
  const etag = `W/"${hash('sha1', answer.fingerprint ?? plain, 'base64url')}"`
  const headers = { 'content-type': answer.type, ...(answer.status === 200 ? { etag } : {}), ...answer.headers }
  return { workspaceId, revision, status: answer.status, headers, etag, plain, packed: {}, bytes: 0 }
}

/** Only answers that say when they were changed last are asked by date. */
const isUnchanged = (since: string | undefined, changed: string | undefined): boolean =>
  since !== undefined && changed !== undefined && Date.parse(changed) <= Date.parse(since)

/** Weak comparison, as RFC 9110 says for GET. */
const hasTag = (known: string, etag: string): boolean =>
  known === etag ||
  known === '*' ||
  (known.length > etag.length && known.split(',').some((tag) => tag.trim() === etag || `W/${tag.trim()}` === etag)) ||
  `W/${known}` === etag

function packingOf(accepted: string): Packing | null {
  if (/\bbr\b(?!\s*;\s*q=0(?:\.0*)?(?:\s*,|\s*$))/.test(accepted)) return 'br'
  return /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?(?:\s*,|\s*$))/.test(accepted) ? 'gzip' : null
}
