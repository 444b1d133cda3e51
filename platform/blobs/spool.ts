/**
 * Content of unknown length, held until its length and hash are known: small in memory, large in a temporary file that has no
 * name, so that the system removes it whatever becomes of us.
 */
import { createHash, randomUUID } from 'node:crypto'
import { open, unlink } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { chunksOf } from './content.ts'
import { BlobError } from './port.ts'
import type { BlobContent } from './port.ts'

export type Spooled = {
  bytes: number
  /** Hex. */
  sha256: string
  /** From the start; may be asked for again. */
  body: () => Buffer | Readable
  [Symbol.asyncDispose]: () => Promise<void>
}

const memoryBytesMax = 8 * 1024 * 1024

/** @param folder for what is large. @throws BlobError too-large, storage-full; and what the content throws */
export async function spool(content: BlobContent, bytesMax: number, folder: string): Promise<Spooled> {
  const hash = createHash('sha256')
  const held: Uint8Array[] = []
  let bytes = 0
  let file: FileHandle | null = null
  try {
    for await (const chunk of chunksOf(content)) {
      bytes += chunk.byteLength
      if (bytes > bytesMax) throw new BlobError('too-large', `this has more than ${bytesMax} bytes`)
      hash.update(chunk)
      held.push(chunk)
      // What is in memory already when it comes stays there.
      if (bytes <= memoryBytesMax || content instanceof Uint8Array || typeof content === 'string') continue
      file ??= await openNameless(folder)
      await writeOut(file, held)
    }
  } catch (error) {
    await file?.close()
    throw error
  }
  const kept = file
  const [only] = held
  const buffer = kept
    ? null
    : only && held.length === 1
      ? Buffer.from(only.buffer, only.byteOffset, only.byteLength)
      : Buffer.concat(held)
  return {
    bytes,
    sha256: hash.digest('hex'),
    body: () =>
      buffer ?? (kept as FileHandle).createReadStream({ start: 0, autoClose: false, highWaterMark: 256 * 1024 }), // one of the two is there
    [Symbol.asyncDispose]: async () => kept?.close(),
  }
}

async function openNameless(folder: string): Promise<FileHandle> {
  const path = join(folder, `floowe-upload-${randomUUID()}`)
  const file = await open(path, 'wx+', 0o600)
  await unlink(path)
  return file
}

async function writeOut(file: FileHandle, held: Uint8Array[]): Promise<void> {
  for (const chunk of held.splice(0))
    for (let written = 0; written < chunk.byteLength; ) {
      const { bytesWritten } = await file.write(chunk, written).catch((error: unknown) => {
        throw error instanceof Error && 'code' in error && ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(String(error.code))
          ? new BlobError('storage-full', 'there is no room left to take this in', { cause: error })
          : error
      })
      written += bytesWritten
    }
}
