/**
 * The one door to what people bring: finds out what it is by its content, checks it from end to end, and hands over items.
 */
import { cleanLine } from './clean-text.ts'
import { encodingOfXml } from './decode-text.ts'
import { openGhost } from './ghost.ts'
import {
  type Container,
  type ContainerFormat,
  type Note,
  type ReadOptions,
  type SourceFile,
  UnreadableContainer,
} from './incoming.ts'
import { skipped } from './item-fields.ts'
import { type LeftOut, markdownFile, openMarkdownFolder } from './markdown-folder.ts'
import { openWordPress } from './wordpress.ts'
import { openZip } from './zip.ts'

/**
 * @param given one file (a `.zip`, a WordPress `.xml`, a Ghost `.json`, a `.md`), or the files of a folder.
 * @param wanted what the person said it is; a mismatch is refused.
 * @throws UnreadableContainer: the whole is refused, nothing of it may be taken. Codes: unsupported-type, nothing-to-import,
 * not-a-zip, archive-too-large, archive-bomb, broken-xml, not-wordpress, xml-entities, unknown-encoding, broken-json, not-ghost.
 */
export async function openContainer(
  given: SourceFile | readonly SourceFile[],
  options: ReadOptions & { wanted?: ContainerFormat | null },
): Promise<Container> {
  const files = 'open' in given ? [given] : given
  const [only, another] = files
  if (!only) throw new UnreadableContainer('nothing-to-import', 'folder', null, 'There is nothing in it.')
  const container = another ? openMarkdownFolder(files, options) : await openOne(only, options)
  if (!options.wanted || container.format === options.wanted)
    return { ...container, entries: () => distinct(container) }
  await container.close()
  throw new UnreadableContainer('unsupported-type', only.path, null, container.format)
}

/** Identity is the source's id: of two items with one id the second would take the place of the first. */
async function* distinct(container: Container): ReturnType<Container['entries']> {
  const seen = new Map<string, string>()
  for await (const entry of container.entries()) {
    const { kind, sourceId, title, place } = entry
    const first = seen.get(sourceId)
    if (kind === 'item' && first !== undefined)
      yield skipped(sourceId, title, place, 'id-taken', `Another item has the same id: ${first}.`, { first })
    else yield entry
    if (kind === 'item' && first === undefined)
      seen.set(sourceId, cleanLine(title || place.file, 100) + (place.line === null ? '' : ` (line ${place.line})`))
  }
}

async function openOne(file: SourceFile, options: ReadOptions): Promise<Container> {
  const kind = await kindOf(file)
  if (kind === 'zip') return openArchive(file, options)
  if (kind === 'xml') return openWordPress([file], options)
  if (kind === 'json') return openGhost(file, options)
  if (kind === 'text' && /\.(?:md|markdown|mdown|mkdn?|mdx|txt)$/i.test(file.path)) {
    const path = file.path.split('/').at(-1) ?? file.path
    return openMarkdownFolder(
      [
        {
          path: markdownFile.test(path) ? path : `${path}.md`,
          size: file.size,
          open: (from, to) => file.open(from, to),
        },
      ],
      options,
    )
  }
  throw new UnreadableContainer('unsupported-type', file.path, null, kind === 'text' ? 'text' : 'unknown')
}

/** An archive of Markdown, or one that wraps a WordPress or Ghost export with its pictures. */
async function openArchive(file: SourceFile, options: ReadOptions): Promise<Container> {
  const zip = await openZip(file)
  try {
    if (!zip.files.some((inside) => markdownFile.test(inside.path) && !/(?:^|\/)readme\.md$/i.test(inside.path))) {
      const container = await openWrapped(zip.files, options)
      if (container)
        return {
          ...container,
          notes: [...container.notes, ...zip.leftOut.map(leftOutNote)],
          file: (location) => zip.files.find((other) => other.path === location) ?? null,
          close: () => zip.close(),
        }
    }
    return openMarkdownFolder(zip.files, options, zip.leftOut, () => zip.close())
  } catch (error) {
    await zip.close()
    throw error
  }
}

/** WordPress's export in all its parts, or the first file that is one of Ghost. */
async function openWrapped(files: readonly SourceFile[], options: ReadOptions): Promise<Container | null> {
  const named = files.filter((file) => /\.(?:xml|json)$/i.test(file.path))
  const kinds = await Promise.all(named.map(kindOf))
  const of = (kind: 'xml' | 'json') => named.filter((_, index) => kinds[index] === kind)
  const [xml, [json, ...more]] = [of('xml'), of('json')]
  const container = xml.length > 0 ? await openWordPress(xml, options) : json ? await openGhost(json, options) : null
  const others = xml.length > 0 ? of('json') : more
  return container && { ...container, notes: [...container.notes, ...others.map(otherNote)] }
}
const otherNote = ({ path }: SourceFile): Note =>
  leftOutNote({ path, code: 'other-file', reason: 'Only one export is read at a time.' })
const leftOutNote = ({ path, code, reason }: LeftOut): Note => ({
  code,
  text: `${cleanLine(path, 200)}: ${reason}`,
  values: { file: cleanLine(path, 200) },
})

/** By the first bytes; a name proves nothing. */
async function kindOf(file: SourceFile): Promise<'zip' | 'xml' | 'json' | 'text' | 'other'> {
  const head = await headOf(file, 1024)
  if (head[0] === 0x50 && head[1] === 0x4b && (head[2] === 3 || head[2] === 5)) return 'zip'
  const encoding = encodingOfXml(head) ?? 'latin1'
  const text = new TextDecoder(encoding)
    .decode(head)
    .replace(/^\uFEFF/, '')
    .trimStart()
  if (/^<(?:\?xml|rss|!--|!DOCTYPE\s+rss)/i.test(text)) return 'xml'
  if (/^[{[]/.test(text) && !markdownFile.test(file.path)) return 'json'
  return head.some((byte) => byte === 0) && !encoding.startsWith('utf-16') ? 'other' : 'text'
}

async function headOf(file: SourceFile, size: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of file.open(0, Math.min(size, file.size))) {
    parts.push(part)
    length += part.byteLength
    if (length >= size) break
  }
  return Buffer.concat(parts, length).subarray(0, size)
}
