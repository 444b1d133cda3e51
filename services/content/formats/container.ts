/**
 * The one door to what people bring: finds out what it is by its content, checks it from end to end, and hands over items.
 */
import { encodingOfXml } from './decode-text.ts'
import { openGhost } from './ghost.ts'
import {
  type Container,
  type ContainerFormat,
  type ReadOptions,
  type SourceFile,
  UnreadableContainer,
} from './incoming.ts'
import { markdownFile, openMarkdownFolder } from './markdown-folder.ts'
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
  if (!options.wanted || container.format === options.wanted) return container
  await container.close()
  throw new UnreadableContainer(
    'unsupported-type',
    only.path,
    null,
    `It was said to be ${options.wanted}, but it is ${container.format}.`,
  )
}

async function openOne(file: SourceFile, options: ReadOptions): Promise<Container> {
  const kind = await kindOf(file)
  if (kind === 'zip') return openArchive(file, options)
  if (kind === 'xml') return openWordPress(file, options)
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
  throw new UnreadableContainer(
    'unsupported-type',
    file.path,
    null,
    'It is no zip archive, WordPress export, Ghost export or Markdown file.',
  )
}

/** An archive of Markdown, or one that wraps a WordPress or Ghost export with its pictures. */
async function openArchive(file: SourceFile, options: ReadOptions): Promise<Container> {
  const zip = await openZip(file)
  try {
    if (!zip.files.some((inside) => markdownFile.test(inside.path) && !/(?:^|\/)readme\.md$/i.test(inside.path))) {
      for (const inside of zip.files) {
        if (!/\.(?:xml|json)$/i.test(inside.path)) continue
        const kind = await kindOf(inside)
        const reader = kind === 'xml' ? openWordPress : kind === 'json' ? openGhost : null
        if (!reader) continue
        const container = await reader(inside, options)
        return {
          ...container,
          file: (location) => zip.files.find((other) => other.path === location) ?? null,
          close: () => zip.close(),
        }
      }
    }
    return openMarkdownFolder(zip.files, options, zip.leftOut, () => zip.close())
  } catch (error) {
    await zip.close()
    throw error
  }
}

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
