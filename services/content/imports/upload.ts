/**
 * An uploaded file as the readers take it. Archives are read in thousands of small pieces, so the file lies on this machine's
 * disk while it is read, opened once, with the pieces read last kept in memory.
 */
import { createWriteStream } from 'node:fs'
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Host } from '@floowe/platform'
import { type Container, type ContainerFormat, openContainer, type SourceFile } from '../formats/index.ts'

const blockBytes = 256 * 1024
const blocksMax = 8

export type Upload = {
  /** Where the file lies, for those who copy it. */
  path: string
  bytes: number
  /** @throws UnreadableContainer */
  container: (host: Pick<Host, 'clock' | 'ids'>, wanted: ContainerFormat | null) => Promise<Container>
  /** Frees the file. Containers of it must not be used any more. */
  close: () => Promise<void>
}

/** Copies a stream to the disk. @param name how the file is called in reports. */
export async function takeUpload(stream: Readable | AsyncIterable<Uint8Array>, name: string): Promise<Upload> {
  const folder = await mkdtemp(path.join(tmpdir(), 'floowe-import-'))
  const target = path.join(folder, 'upload')
  try {
    await pipeline(
      stream instanceof Readable ? stream : Readable.from(stream),
      createWriteStream(target, { flags: 'wx', mode: 0o600 }),
    )
    const handle = await open(target)
    const { size } = await handle.stat()
    const file: SourceFile = { path: name, size, open: inBlocks(handle, size) }
    return {
      path: target,
      bytes: size,
      container: ({ clock, ids }, wanted) =>
        openContainer([file], { wanted, ids: () => ids.next<string>(), now: clock.now() }),
      close: async () => {
        await handle.close()
        await rm(folder, { recursive: true, force: true })
      },
    }
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

/** Reads whole blocks and remembers the last few: a table of contents is asked for in pieces of some ten bytes. */
function inBlocks(handle: FileHandle, size: number): SourceFile['open'] {
  const blocks = new Map<number, Promise<Uint8Array>>()
  const block = (number: number): Promise<Uint8Array> => {
    const known = blocks.get(number)
    blocks.delete(number)
    const wanted = known ?? read(handle, number * blockBytes, Math.min(blockBytes, size - number * blockBytes))
    blocks.set(number, wanted)
    const [oldest] = blocks.keys()
    if (blocks.size > blocksMax && oldest !== undefined) blocks.delete(oldest)
    return wanted
  }
  return async function* open(from = 0, to = size) {
    for (let at = from; at < Math.min(to, size); ) {
      const number = Math.floor(at / blockBytes)
      const bytes = await block(number)
      const end = Math.min(to - number * blockBytes, bytes.byteLength)
      yield bytes.subarray(at - number * blockBytes, end)
      at = number * blockBytes + end
    }
  }
}

async function read(handle: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const buffer = Buffer.alloc(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, position + filled)
    if (bytesRead === 0) throw new Error('the uploaded file became shorter')
    filled += bytesRead
  }
  return buffer
}
