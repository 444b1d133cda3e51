/** Files by key: uploads, image variants, backups. */
import type { Readable } from 'node:stream'

export type BlobInfo = {
  key: string
  /** Bytes of the whole blob. */
  size: number
  /** Hex, of the whole blob. */
  sha256: string
  /** Content type as given to `put`; `application/octet-stream` when none was. */
  type: string
  /** Unix ms. */
  storedAt: number
}
/** Bytes `start` to `end`, both included, as in HTTP; an open or too large end means the last byte. */
export type BlobRange = { start: number; end?: number }
export type BlobContent = Uint8Array | string | Readable | AsyncIterable<Uint8Array>

/**
 * `damaged`: what lies there is not what was put. `unavailable`: the place did not answer; later it may, and a `put` may or
 * may not have happened. The rest explains itself.
 */
export type BlobErrorCode =
  | 'bad-key'
  | 'bad-type'
  | 'exists'
  | 'too-large'
  | 'storage-full'
  | 'bad-range'
  | 'damaged'
  | 'unavailable'
export class BlobError extends Error {
  readonly code: BlobErrorCode
  constructor(code: BlobErrorCode, text: string, options?: { cause?: unknown }) {
    super(text, options)
    this.name = 'BlobError'
    this.code = code
  }
}

export type PutOptions = {
  /** At most 200 printable ASCII characters. */
  type?: string
  /** Only when there is none yet; of several at once, one wins. */
  ifNoneMatch?: boolean
  /** Standard 512 MiB. */
  bytesMax?: number
}

export type PresignOptions = {
  /** 1 to 604,800 (a week). */
  expiresInSeconds: number
  /** The browser saves it under this name, instead of showing it. */
  downloadName?: string
  /** Instead of the type it was put with. */
  type?: string
}

/**
 * Keys are 1 to 16 segments of 1 to 100 characters `a-z 0-9 . _ -` joined by `/`, at most 512 characters together; no segment
 * begins with a dot. Upper case is refused because some disks cannot tell it apart. A blob and a folder may share a name.
 */
export type Blobs = {
  /**
   * All or nothing, and durable when it resolves. Replaces what was there; who reads the old one reads it to its end.
   * @throws BlobError bad-key, bad-type, exists, too-large, storage-full; and what the content's stream throws. Where the
   * place is another machine, everything here may throw unavailable.
   */
  put: (key: string, content: BlobContent, options?: PutOptions) => Promise<{ bytes: number; sha256: string }>
  /** The stream must be read to its end or destroyed. @throws BlobError bad-range when the start lies behind the last byte */
  get: (key: string, options?: { range?: BlobRange }) => Promise<BlobReading | null>
  /** The whole blob in memory. @throws BlobError too-large over `bytesMax` (standard 64 MiB) */
  read: (key: string, options?: { bytesMax?: number }) => Promise<(BlobInfo & { bytes: Buffer }) | null>
  head: (key: string) => Promise<BlobInfo | null>
  /** True when there was one. */
  delete: (key: string) => Promise<boolean>
  /**
   * Blobs below `prefix` (whole segments; '' for all), in the order of the keys' bytes, behind `after`, at most
   * `limit` (standard 100, at most 1,000). `next` goes into the next call's `after`; null at the end.
   */
  list: (
    prefix: string,
    options?: { after?: string; limit?: number },
  ) => Promise<{ items: BlobInfo[]; next: string | null }>
  /**
   * An address from which whoever knows it may read the blob for that long, past us; it is not looked whether there is one.
   * Null where there is no such way: then the blob goes through us.
   */
  presign: (key: string, options: PresignOptions) => Promise<string | null>
  /** The blobs below `prefix` (whole segments); keys are then relative to it, and nothing outside can be named. */
  within: (prefix: string) => Blobs
}
/** `range` is what the stream carries; null for an empty blob. */
export type BlobReading = BlobInfo & { range: { start: number; end: number } | null; stream: Readable }
