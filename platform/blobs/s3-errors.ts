/** What servers that speak S3 say when they refuse, in our words. */
import { BlobError } from './port.ts'

const statusOf = (error: unknown): number =>
  error instanceof Error && '$metadata' in error
    ? ((error.$metadata as { httpStatusCode?: number }).httpStatusCode ?? 0) // the shape of the client's errors
    : 0

/** By its status, or by its name. */
export const has = (error: unknown, status: number, ...names: string[]): boolean =>
  statusOf(error) === status || (error instanceof Error && names.includes(error.name))

/** There is no such object. That there is no such bucket is another thing. */
export const isMissing = (error: unknown): boolean =>
  error instanceof Error && ['NotFound', 'NoSuchKey'].includes(error.name)

const fullNames = [
  'InsufficientStorage',
  'XMinioStorageFull',
  'QuotaExceeded',
  'XMinioAdminBucketQuotaExceeded',
  'EntityTooLargeForQuota',
]
const networkNames = [
  'TimeoutError',
  'AbortError',
  'NetworkingError',
  'RequestTimeout',
  'SlowDown',
  'ServiceUnavailable',
]

/** No answer, or one that says: not now. */
export const isWorthRepeating = (error: unknown): boolean =>
  error instanceof Error &&
  !(error instanceof BlobError) &&
  (networkNames.includes(error.name) ||
    statusOf(error) >= 500 ||
    (statusOf(error) === 0 && 'code' in error && typeof error.code === 'string'))

/** Errors of ours stay as they are, and so do bugs: wrong keys, no bucket. */
export function mapped(error: unknown): unknown {
  if (error instanceof BlobError) return error
  if (has(error, 507, ...fullNames))
    return new BlobError('storage-full', 'there is no room left to store this', { cause: error })
  if (has(error, 413, 'EntityTooLarge'))
    return new BlobError('too-large', 'this is more than the server takes', { cause: error })
  if (has(error, 416, 'InvalidRange')) return new BlobError('bad-range', 'these bytes cannot be read', { cause: error })
  if (isWorthRepeating(error))
    return new BlobError('unavailable', 'the server of blobs did not answer', { cause: error })
  return error
}
