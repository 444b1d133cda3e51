/**
 * Zip archives as folders, read without trust: names that leave the folder, links, encrypted and doubled entries are left out
 * with the reason; an archive that is too large, overlaps itself or swells beyond reason is refused whole.
 */
import { Readable } from 'node:stream'
import yauzl, { type Entry, type ZipFile } from 'yauzl'
import { type SourceFile, UnreadableContainer } from './incoming.ts'

export const zipLimits = {
  entriesMax: 20_000,
  bytesMax: 1024 ** 3,
  ratioMax: 200,
  ratioFreeBytes: 10 * 1024 * 1024,
  pathMax: 1000,
} as const

export type ZipFolder = {
  files: SourceFile[]
  leftOut: { path: string; code: string; reason: string }[]
  close(): Promise<void>
}

/** @throws UnreadableContainer: not-a-zip, archive-too-large, archive-bomb */
export async function openZip(file: SourceFile): Promise<ZipFolder> {
  const zip = await opened(file)
  const folder: ZipFolder = { files: [], leftOut: [], close: async () => zip.close() }
  try {
    await readEntries(zip, file, folder)
    return folder
  } catch (error) {
    zip.close()
    if (error instanceof UnreadableContainer) throw error
    throw new UnreadableContainer('not-a-zip', file.path, null, `The archive is damaged: ${reasonOf(error)}.`)
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message.slice(0, 200) : 'unknown')

async function opened(file: SourceFile): Promise<ZipFile> {
  try {
    // Names are decoded and judged one by one below, so that one bad name does not spoil the archive.
    return await yauzl.fromRandomAccessReaderPromise(new FileReader(file), file.size, {
      autoClose: false,
      decodeStrings: false,
      validateEntrySizes: true,
    })
  } catch (error) {
    throw new UnreadableContainer(
      'not-a-zip',
      file.path,
      null,
      `This is no zip archive, or it is damaged: ${reasonOf(error)}.`,
    )
  }
}

/** A zip's directory is read in many small steps; a window over the file answers most of them. */
class FileReader extends yauzl.RandomAccessReader {
  private readonly file: SourceFile
  private window: { from: number; bytes: Buffer } = { from: 0, bytes: Buffer.alloc(0) }
  constructor(file: SourceFile) {
    super()
    this.file = file
  }
  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.file.open(start, end), { objectMode: false })
  }
  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    this.load(position, length).then(
      (bytes) => {
        bytes.copy(buffer, offset)
        callback(bytes.length < length ? new Error('the file ends too early') : null)
      },
      (error: unknown) => callback(error instanceof Error ? error : new Error('the file cannot be read')),
    )
  }
  private async load(position: number, length: number): Promise<Buffer> {
    const { from, bytes } = this.window
    if (position < from || position + length > from + bytes.length) {
      const parts: Uint8Array[] = []
      for await (const part of this.file.open(
        position,
        Math.min(this.file.size, position + Math.max(length, 256 * 1024)),
      ))
        parts.push(part)
      this.window = { from: position, bytes: Buffer.concat(parts) }
    }
    return this.window.bytes.subarray(position - this.window.from, position - this.window.from + length)
  }
}

async function readEntries(zip: ZipFile, file: SourceFile, folder: ZipFolder): Promise<void> {
  const refuse = (code: string, reason: string): never => {
    throw new UnreadableContainer(code, file.path, null, reason)
  }
  if (zip.entryCount > zipLimits.entriesMax)
    refuse('archive-too-large', `The archive has more than ${zipLimits.entriesMax} entries.`)
  const seen = new Set<string>()
  const places: { from: number; size: number }[] = []
  let bytes = 0
  let count = 0
  for await (const entry of zip.eachEntry()) {
    count += 1
    if (count > zipLimits.entriesMax)
      refuse('archive-too-large', `The archive has more than ${zipLimits.entriesMax} entries.`)
    bytes += entry.uncompressedSize
    if (bytes > zipLimits.bytesMax) refuse('archive-too-large', 'The archive holds more than 1 GiB.')
    const swells =
      entry.uncompressedSize > zipLimits.ratioFreeBytes &&
      entry.uncompressedSize > entry.compressedSize * zipLimits.ratioMax
    if (swells) refuse('archive-bomb', 'A file in the archive swells beyond reason.')
    places.push({ from: entry.relativeOffsetOfLocalHeader, size: entry.compressedSize })
    take(zip, entry, seen, folder)
  }
  if (overlap(places)) refuse('archive-bomb', 'Files in the archive overlap each other.')
}

/** Local headers are at least 30 bytes; an honest archive keeps its files apart. */
function overlap(places: { from: number; size: number }[]): boolean {
  const sorted = places.toSorted((a, b) => a.from - b.from)
  return sorted.some((place, index) => {
    const next = sorted[index + 1]
    return next !== undefined && place.from + 30 + place.size > next.from
  })
}

/** What operating systems leave in archives; nobody misses it. */
const debris = /(?:^|\/)(?:__MACOSX|\.git|\.svn)\/|(?:^|\/)(?:\.DS_Store|Thumbs\.db|desktop\.ini|\._[^/]*)$/

function take(zip: ZipFile, entry: Entry, seen: Set<string>, folder: ZipFolder): void {
  const raw = yauzl.getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false)
  const path = raw.normalize('NFC').replace(/^(?:\.\/)+/, '')
  if (path.endsWith('/') || debris.test(path)) return
  const isLink = ((entry.externalFileAttributes >>> 16) & 0o170000) === 0o120000
  const problem =
    unsafePath(path) ??
    (isLink ? (['link', 'It is a link to another file.'] as const) : null) ??
    (entry.isEncrypted() ? (['encrypted', 'It is encrypted.'] as const) : null) ??
    (entry.canDecodeFileData()
      ? null
      : (['unknown-compression', 'It is packed in a way that is not supported.'] as const)) ??
    (seen.has(path) ? (['doubled', 'The archive holds another file of this name.'] as const) : null)
  if (problem) {
    folder.leftOut.push({
      path: path.replace(/[\p{Cc}\p{Cf}]/gu, '').slice(0, 200),
      code: problem[0],
      reason: problem[1],
    })
    return
  }
  seen.add(path)
  folder.files.push({
    path,
    size: entry.uncompressedSize,
    open: (from = 0, to = entry.uncompressedSize) => part(zip, entry, from, to),
  })
}

/** Why a path inside an archive or folder is not taken, or null. */
export function unsafePath(path: string): readonly [code: string, reason: string] | null {
  if (path === '' || path.length > zipLimits.pathMax) return ['bad-name', 'Its name is empty or too long.']
  if (/\p{Cc}/u.test(path) || !path.isWellFormed()) return ['bad-name', 'Its name holds control characters.']
  if (path.startsWith('/') || path.startsWith('\\') || /^[A-Za-z]:/.test(path))
    return ['absolute-path', 'Its path begins at the root of a disk.']
  return path.split(/[/\\]/).includes('..') ? ['path-outside', 'Its path leads out of the folder.'] : null
}

async function* part(zip: ZipFile, entry: Entry, from: number, to: number): AsyncGenerator<Uint8Array> {
  if (to <= from) return
  const stream = await zip.openReadStreamPromise(entry)
  let at = 0
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      const bytes = chunk.subarray(Math.max(0, from - at), Math.max(0, to - at))
      at += chunk.byteLength
      if (bytes.byteLength > 0) yield bytes
      if (at >= to) return
    }
  } finally {
    stream.destroy()
  }
}
