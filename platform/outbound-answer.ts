/** Unpacks an answer that came compressed although nobody asked for it, within a limit. */
import { promisify } from 'node:util'
import zlib from 'node:zlib'

const unpackers = {
  gzip: [promisify(zlib.gunzip)],
  'x-gzip': [promisify(zlib.gunzip)],
  // "deflate" means zlib by the standard, and raw by a habit of old servers.
  deflate: [promisify(zlib.inflate), promisify(zlib.inflateRaw)],
  br: [promisify(zlib.brotliDecompress)],
  zstd: [promisify(zlib.zstdDecompress)],
}

/**
 * @returns the plain bytes; `too-large` when they would be more than `bytesMax` (unpacking stops there); `damaged` for bytes
 * that are not what the header says, unknown packings and several layers.
 */
export async function decoded(
  bytes: Buffer,
  encoding: string,
  bytesMax: number,
): Promise<Buffer | 'too-large' | 'damaged'> {
  const name = encoding.trim().toLowerCase()
  if (name === 'identity' || name === '') return bytes
  if (!Object.hasOwn(unpackers, name)) return 'damaged'
  for (const unpack of unpackers[name as keyof typeof unpackers]) {
    // hasOwn has said so
    try {
      return await unpack(bytes, { maxOutputLength: bytesMax })
    } catch (error) {
      if (error instanceof RangeError) return 'too-large'
    }
  }
  return 'damaged'
}
