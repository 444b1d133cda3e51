/**
 * Blobs as files of one folder. A key's last segment is the file's name, so a picture can be opened by hand; the segments
 * before it are folders named with a `+` behind, which no key can hold, so `a` and `a/b` live side by side. Behind the
 * content stand 512 bytes with its type, length and hash: one file, one rename, never one without the other.
 */
import { createHash, randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import type { Dirent } from 'node:fs'
import { link, mkdir, open, readdir, rename, rm, rmdir, stat, unlink } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { chunksOf } from './content.ts'
import { blobsWithin, bytesOf, checkKey, checkType, listLimitMax } from './keys.ts'
import { BlobError } from './port.ts'
import type { BlobContent, BlobInfo, Blobs } from './port.ts'

const tailBytes = 512
const tailMark = 'floowe-blob-1 '
const bytesMaxStandard = 512 * 1024 * 1024
const readBytesMaxStandard = 64 * 1024 * 1024
/** A half-written file of a process that died is of no use to anyone; younger ones may still be growing. */
const leftoverAgeMs = 24 * 60 * 60 * 1000
/** A delete may remove an empty folder between its making and its use; so often in a row means something else. */
const placingsMax = 100

/** @param folder made when missing; belongs to this adapter alone and lies on one disk. */
export async function createDiskBlobs(folder: string): Promise<Blobs> {
  const unfinished = join(folder, 'unfinished+')
  const root = join(folder, 'blobs+')
  await mkdir(unfinished, { recursive: true, mode: 0o700 })
  await mkdir(root, { recursive: true, mode: 0o700 })
  await removeLeftovers(unfinished)
  const pathOf = (key: string): string => {
    const segments = checkKey(key).split('/')
    return join(root, ...segments.map((segment, index) => (index < segments.length - 1 ? `${segment}+` : segment)))
  }

  const blobs: Blobs = {
    put: async (
      key,
      content,
      { type = 'application/octet-stream', ifNoneMatch = false, bytesMax = bytesMaxStandard } = {},
    ) => {
      const path = pathOf(key)
      checkType(type)
      const temporary = join(unfinished, randomUUID())
      try {
        const written = await writeWhole(temporary, content, type, bytesMax)
        await place(temporary, path, root, ifNoneMatch)
        return written
      } catch (error) {
        throw isFull(error)
          ? new BlobError('storage-full', 'there is no room left to store this', { cause: error })
          : error
      } finally {
        await rm(temporary, { force: true })
      }
    },
    get: async (key, { range } = {}) => {
      const file = await openIfThere(pathOf(key))
      if (!file) return null
      try {
        const info = await readTail(file, key)
        const bytes = bytesOf(range, info.size)
        return { ...info, range: bytes, stream: await streamOf(file, bytes) }
      } catch (error) {
        await file.close()
        throw error
      }
    },
    read: async (key, { bytesMax = readBytesMaxStandard } = {}) => readWhole(pathOf(key), key, bytesMax),
    head: async (key) => {
      await using file = await openIfThere(pathOf(key))
      return file ? await readTail(file, key) : null
    },
    delete: async (key) => {
      const path = pathOf(key)
      const isGone = await unlink(path).then(() => true, unlessMissing(false))
      if (isGone) await removeEmptyFolders(dirname(path), root)
      return isGone
    },
    list: async (prefix, { after = '', limit = 100 } = {}) => {
      if (prefix !== '') checkKey(prefix)
      const folderOf = join(root, ...prefix.split('/').map((segment) => (segment === '' ? '' : `${segment}+`)))
      return page(keysBelow(folderOf, prefix === '' ? '' : `${prefix}/`, after), blobs.head, limit)
    },
    presign: async (key) => {
      checkKey(key)
      return null
    },
    within: (prefix) => blobsWithin(blobs, prefix),
  }
  return blobs
}

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined)
const isFull = (error: unknown): boolean => ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(String(codeOf(error)))
const unlessMissing =
  <Value>(instead: Value) =>
  (error: unknown): Value => {
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(String(codeOf(error)))) return instead
    throw error
  }

async function writeWhole(
  path: string,
  content: BlobContent,
  type: string,
  bytesMax: number,
): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256')
  let bytes = 0
  await using file = await open(path, 'wx', 0o600)
  for await (const chunk of chunksOf(content)) {
    bytes += chunk.byteLength
    if (bytes > bytesMax) throw new BlobError('too-large', `this has more than ${bytesMax} bytes`)
    hash.update(chunk)
    await writeAll(file, chunk)
  }
  const sha256 = hash.digest('hex')
  const tail = Buffer.alloc(tailBytes, ' ')
  tail.write(`${tailMark}${JSON.stringify({ size: bytes, sha256, type })}`, 'latin1')
  tail.write('\n', tailBytes - 1)
  await writeAll(file, tail)
  await file.sync()
  return { bytes, sha256 }
}

/** A nearly full disk takes a part of what it is given, and says so only by the count. */
async function writeAll(file: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let written = 0; written < chunk.byteLength; ) {
    const { bytesWritten } = await file.write(chunk, written)
    written += bytesWritten
  }
}

async function place(temporary: string, path: string, root: string, ifNoneMatch: boolean): Promise<void> {
  for (let placing = 1; ; placing += 1) {
    let firstMade: string | undefined
    try {
      firstMade = await mkdir(dirname(path), { recursive: true, mode: 0o700 })
      // A link fails where a file is; a rename would replace it.
      if (ifNoneMatch) await link(temporary, path)
      else await rename(temporary, path)
    } catch (error) {
      if (codeOf(error) === 'EEXIST') throw new BlobError('exists', 'there is a blob under this key already')
      if (codeOf(error) === 'ENOENT' && placing < placingsMax) continue
      throw error
    }
    // The names on the way are data too: each new folder is a line in the one above it.
    const last = firstMade === undefined ? dirname(path) : dirname(firstMade)
    for (let at = dirname(path); at.length >= Math.max(last.length, root.length); at = dirname(at)) await syncFolder(at)
    return
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY).catch(unlessMissing(null))
  if (!folder) return
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

const openIfThere = (path: string): Promise<FileHandle | null> =>
  open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch(unlessMissing(null))

async function readTail(file: FileHandle, key: string): Promise<BlobInfo> {
  const { size, mtimeMs } = await file.stat()
  const tail = Buffer.alloc(tailBytes)
  const { bytesRead } = size < tailBytes ? { bytesRead: 0 } : await file.read(tail, 0, tailBytes, size - tailBytes)
  const text = tail.toString('latin1')
  if (bytesRead === tailBytes && text.startsWith(tailMark)) {
    const said = parsed(text.slice(tailMark.length))
    if (said?.size === size - tailBytes) return { key, ...said, storedAt: Math.round(mtimeMs) }
  }
  throw new BlobError('damaged', `${key} is not a whole blob`)
}

function parsed(text: string): { size: number; sha256: string; type: string } | null {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

async function readWhole(path: string, key: string, bytesMax: number): ReturnType<Blobs['read']> {
  await using file = await openIfThere(path)
  if (!file) return null
  const info = await readTail(file, key)
  if (info.size > bytesMax) throw new BlobError('too-large', `${key} has ${info.size} bytes, more than ${bytesMax}`)
  const bytes = Buffer.alloc(info.size)
  const { bytesRead } = await file.read(bytes, 0, info.size, 0)
  if (bytesRead !== info.size) throw new BlobError('damaged', `${key} ends too early`)
  return { ...info, bytes }
}

/** Closes the file itself when it ends, fails or is destroyed. */
async function streamOf(file: FileHandle, bytes: { start: number; end: number } | null): Promise<Readable> {
  if (bytes) return file.createReadStream({ autoClose: true, highWaterMark: 256 * 1024, ...bytes })
  await file.close()
  return Readable.from([])
}

async function page(keys: AsyncIterable<string>, head: Blobs['head'], limit: number): ReturnType<Blobs['list']> {
  const most = Math.min(Math.max(1, Math.trunc(limit)), listLimitMax)
  const items: BlobInfo[] = []
  for await (const key of keys) {
    const info = await head(key)
    // Deleted while we were looking: not there.
    if (info) items.push(info)
    if (items.length > most) break
  }
  const shown = items.slice(0, most)
  return { items: shown, next: items.length > most ? (shown.at(-1)?.key ?? null) : null }
}

/** Keys in the order of their bytes. In it `a` comes before `a-b`, and that before everything in the folder `a/`. */
async function* keysBelow(folder: string, prefix: string, after: string): AsyncIterable<string> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(unlessMissing<Dirent[]>([]))
  const names = entries.map((entry) => (entry.isDirectory() ? `${entry.name.slice(0, -1)}/` : entry.name)).sort(byBytes)
  for (const name of names) {
    const key = `${prefix}${name}`
    if (!name.endsWith('/')) {
      if (key > after) yield key
    } else if (key > after || after.startsWith(key)) yield* keysBelow(join(folder, `${name.slice(0, -1)}+`), key, after)
  }
}
const byBytes = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)

async function removeEmptyFolders(folder: string, root: string): Promise<void> {
  for (let at = folder; at.length > root.length; at = dirname(at)) {
    const isEmpty = await rmdir(at).then(
      () => true,
      () => false,
    )
    if (!isEmpty) return
  }
}

async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name)
    const about = await stat(path).catch(unlessMissing(null))
    if (about && Date.now() - about.mtimeMs > leftoverAgeMs) await rm(path, { force: true })
  }
}
