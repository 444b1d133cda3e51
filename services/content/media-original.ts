/** The original of a picture as a file of this machine, which is how the picture process is told of it. */
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Blobs } from '@floowe/platform'
import { originalKey } from './media-addresses.ts'

/** File and folder are gone afterwards. Null when the original is not there. */
export async function withOriginal<Made>(
  blobs: Blobs,
  workspaceId: string,
  sha256: string,
  work: (file: string, folder: string) => Promise<Made>,
): Promise<Made | null> {
  const folder = await mkdtemp(path.join(tmpdir(), 'floowe-picture-'))
  try {
    const file = path.join(folder, 'original')
    const original = await blobs.get(originalKey(workspaceId, sha256))
    if (!original) return null
    const target = await open(file, 'wx')
    try {
      for await (const part of original.stream) await target.write(part as Uint8Array) // a byte stream
    } finally {
      await target.close()
    }
    return await work(file, folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
