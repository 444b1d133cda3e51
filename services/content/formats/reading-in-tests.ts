/** Opening and reading for tests of the readers. */
import { readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import yazl from 'yazl'
import { openContainer } from './container.ts'
import { fileOnDisk } from './disk.ts'
import {
  type Container,
  fileInMemory,
  type IncomingEntry,
  type IncomingItem,
  type SourceFile,
  UnreadableContainer,
} from './incoming.ts'

export const examples = new URL('../../../examples/', import.meta.url).pathname
export const now = Date.parse('2026-11-01T00:00:00Z')
export const open = (given: SourceFile | SourceFile[]) => {
  let id = 0
  return openContainer(given, { ids: () => `b${id++}`, now })
}
export const file = (path: string, content: string | Uint8Array): SourceFile =>
  fileInMemory(path, typeof content === 'string' ? new TextEncoder().encode(content) : content)
export const folder = (path: string): SourceFile[] =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => fileOnDisk(join(entry.parentPath, entry.name), relative(path, join(entry.parentPath, entry.name))))

export async function all(container: Container): Promise<IncomingEntry[]> {
  const entries: IncomingEntry[] = []
  for await (const entry of container.entries()) entries.push(entry)
  return entries
}
export const items = async (container: Container): Promise<IncomingItem[]> =>
  (await all(container)).filter((entry) => entry.kind === 'item')
export const one = async (given: SourceFile | SourceFile[]): Promise<IncomingItem> => {
  const [item] = await items(await open(given))
  if (!item) throw new Error('there is no item')
  return item
}
export const codes = (entry: IncomingEntry | undefined) => entry?.notes.map((note) => note.code)

export async function refusal(given: SourceFile | SourceFile[]): Promise<[code: string, line: number | null]> {
  try {
    await all(await open(given))
  } catch (error) {
    if (error instanceof UnreadableContainer) return [error.code, error.line]
    throw error
  }
  throw new Error('it was read')
}

type Packed = { path: string; content: string | Uint8Array; mode?: number }
export async function zip(entries: Packed[]): Promise<Uint8Array> {
  const archive = new yazl.ZipFile()
  for (const { path, content, mode } of entries)
    archive.addBuffer(Buffer.from(content), path, {
      compress: content.length > 100,
      ...(mode === undefined ? {} : { mode }),
    })
  archive.end()
  const parts: Buffer[] = []
  for await (const part of archive.outputStream) parts.push(part as Buffer)
  return Buffer.concat(parts)
}
/** Names that an honest packer refuses, put in afterwards: of the same length. */
export const renamed = (bytes: Uint8Array, from: string, to: string): Uint8Array =>
  Buffer.from(Buffer.from(bytes).toString('latin1').replaceAll(from, to), 'latin1')
