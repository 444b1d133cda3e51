/** Which keys there are, and what every adapter does the same way with them. */
import { BlobError } from './port.ts'
import type { BlobInfo, BlobRange, Blobs } from './port.ts'

const segment = /^[a-z0-9_-][a-z0-9._-]{0,99}$/
const segmentsMax = 16
const keyLengthMax = 512
export const listLimitMax = 1_000

/** @throws BlobError bad-key */
export function checkKey(key: string): string {
  const segments = key.split('/', segmentsMax + 1)
  const isFit =
    key.length <= keyLengthMax && segments.length <= segmentsMax && segments.every((part) => segment.test(part))
  if (!isFit) throw new BlobError('bad-key', `this is not a key: ${JSON.stringify(key.slice(0, 100))}`)
  return key
}

/** @throws BlobError bad-type */
export function checkType(type: string): string {
  if (!/^[\x20-\x7e]{1,200}$/.test(type))
    throw new BlobError('bad-type', 'a content type has 1 to 200 printable characters')
  return type
}

/** @throws BlobError bad-range */
export function bytesOf(range: BlobRange | undefined, size: number): { start: number; end: number } | null {
  const { start, end = size - 1 } = range ?? { start: 0 }
  const isFit = Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && end >= start
  if (range && (!isFit || start >= size))
    throw new BlobError('bad-range', `bytes ${start}-${end} of ${size} cannot be read`)
  return size === 0 ? null : { start, end: Math.min(end, size - 1) }
}

/** The same blobs seen from a folder. */
export function blobsWithin(blobs: Blobs, prefix: string): Blobs {
  checkKey(prefix)
  const inner = (key: string): string => `${prefix}/${checkKey(key)}`
  const outer = <Info extends BlobInfo>(info: Info): Info => ({ ...info, key: info.key.slice(prefix.length + 1) })
  return {
    put: async (key, content, options) => blobs.put(inner(key), content, options),
    get: async (key, options) => {
      const found = await blobs.get(inner(key), options)
      return found && outer(found)
    },
    read: async (key, options) => {
      const found = await blobs.read(inner(key), options)
      return found && outer(found)
    },
    head: async (key) => {
      const found = await blobs.head(inner(key))
      return found && outer(found)
    },
    delete: async (key) => blobs.delete(inner(key)),
    list: async (below, { after, limit } = {}) => {
      const whole = below === '' ? prefix : inner(below)
      const { items, next } = await blobs.list(whole, { limit, ...(after !== undefined && { after: inner(after) }) })
      return { items: items.map(outer), next: next === null ? null : next.slice(prefix.length + 1) }
    },
    presign: async (key, options) => blobs.presign(inner(key), options),
    within: (deeper) => blobsWithin(blobs, inner(deeper)),
  }
}
