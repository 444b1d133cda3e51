/** Files by key: uploads, image variants, backups. */
import type { Readable } from 'node:stream'

export type BlobInfo = {
  key: string
  /** Of the whole blob. */
  size: number
  /** Hex, of the whole blob. */
  sha256: string
  /** Content type as given to `put`; `application/octet-stream` when none was. */
  type: string
  /** Unix ms. */
  storedAt: number
}
/** Bytes `start` to `end`, both included, as in HTTP; an open end means the last byte. */
export type BlobRange = { start: number; end?: number }
export type BlobContent = Uint8Array | string | Readable | AsyncIterable<Uint8Array>

export type BlobErrorCode = 'bad-key' | 'exists' | 'too-large' | 'storage-full' | 'bad-range' | 'damaged'
export class BlobError extends Error {
  readonly code: BlobErrorCode
  constructor(code: BlobErrorCode, text: string, options?: { cause?: unknown }) {
    super(text, options)
    this.name = 'BlobError'
    this.code = code
  }
}

export type Blobs = {
  /**
   * All or nothing, and on the disk when it resolves. Replaces what was there, unless `ifNoneMatch` (then `exists`).
   * @throws BlobError bad-key, exists, too-large (over `bytesMax`, standard 512 MiB), storage-full; what the stream throws
   */
  put: (
    key: string,
    content: BlobContent,
    options?: { type?: string; ifNoneMatch?: boolean; bytesMax?: number },
  ) => Promise<{ bytes: number; sha256: string }>
  /** The stream must be read to its end or destroyed. @throws BlobError bad-range when the start lies behind the end */
  get: (key: string, options?: { range?: BlobRange }) => Promise<(BlobInfo & { range: Required<BlobRange>; stream: Readable }) | null>
  /** The whole blob in memory; `too-large` over `bytesMax` (standard 64 MiB). */
  read: (key: string, options?: { bytesMax?: number }) => Promise<(BlobInfo & { bytes: Buffer }) | null>
  head: (key: string) => Promise<BlobInfo | null>
  /** True when there was one. */
  delete: (key: string) => Promise<boolean>
  /** In the order of the keys' bytes, behind `after`, at most `limit` (≤ 1,000). `next` goes into the next call's `after`. */
  list: (prefix: string, options?: { after?: string; limit?: number }) => Promise<{ items: BlobInfo[]; next: string | null }>
  /** The blobs below `prefix` (one or more key segments, no slash at the end); keys are then relative to it. */
  within: (prefix: string) => Blobs
}
