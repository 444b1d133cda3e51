/**
 * The elements of a WordPress export (WXR), read as a stream.
 *
 * The XML must be well-formed; the first fault refuses the file with its line. There are no entities but XML's own: a document
 * type that declares any is refused, so nothing can be drawn in from outside or multiplied.
 */
import { SaxesParser } from 'saxes'
import { encodingOfXml, StreamDecoder } from './decode-text.ts'
import { type SourceFile, UnreadableContainer } from './incoming.ts'

/** An element with a text: `wp:author`'s children, an item's `category`. */
export type XmlField = { name: string; text: string; attributes: Readonly<Record<string, string>>; fields: XmlField[] }
export type XmlRecord = { name: 'item' | 'channel-field'; field: XmlField; line: number; isTooLarge: boolean }

export const recordLengthMax = 16 * 1024 * 1024
const depthMax = 12

/**
 * Yields the records; returns how many bytes were not of the encoding that the file names.
 * @throws UnreadableContainer: unknown-encoding, broken-xml, xml-entities, not-wordpress
 */
export async function* recordsOf(
  file: SourceFile,
  onProgress?: (share: number) => void,
): AsyncGenerator<XmlRecord, number> {
  const reader = new WxrReader(file.path)
  let decoder: StreamDecoder | null = null
  let read = 0
  for await (const bytes of file.open()) {
    read += bytes.byteLength
    decoder ??= decoderFor(bytes, file.path)
    yield* reader.feed(decoder.decode(bytes))
    onProgress?.(file.size === 0 ? 1 : read / file.size)
  }
  if (decoder) yield* reader.feed(decoder.decode(new Uint8Array(), true))
  yield* reader.end()
  return decoder?.strays ?? 0
}

function decoderFor(head: Uint8Array, file: string): StreamDecoder {
  const encoding = encodingOfXml(head)
  if (encoding === null)
    throw new UnreadableContainer('unknown-encoding', file, 1, 'The encoding that the file names is not known.')
  return new StreamDecoder(encoding)
}

/** Control signs that XML forbids and that databases collect all the same. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const forbidden = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g

class WxrReader {
  private readonly parser = new SaxesParser<{ xmlns: false; position: true }>({ xmlns: false, position: true })
  private readonly file: string
  private readonly open: XmlField[] = []
  private records: XmlRecord[] = []
  private path: string[] = []
  private length = 0
  private line = 1
  private isTooLarge = false
  private isWordPress = false
  private isStarted = false
  /** Half of a pair at the end of a chunk. */
  private rest = ''

  constructor(file: string) {
    this.file = file
    const { parser } = this
    // Old exports have a few of HTML's outside of CDATA.
    Object.assign(parser.ENTITIES, {
      nbsp: '\u00a0',
      hellip: '…',
      ndash: '–',
      mdash: '—',
      laquo: '«',
      raquo: '»',
      bdquo: '„',
      rdquo: '”',
      ldquo: '“',
      copy: '©',
    })
    parser.on('error', (error) => this.refuse('broken-xml', error.message.replace(/^\d+:\d+:\s*/, '')))
    parser.on('doctype', (doctype) => {
      if (doctype.includes('[') || /\b(?:SYSTEM|PUBLIC)\b/.test(doctype))
        this.refuse('xml-entities', 'The file brings its own document type; such files are not read.')
    })
    parser.on('opentag', ({ name, attributes }) => this.opened(name, attributes))
    parser.on('closetag', () => this.closed())
    parser.on('text', (text) => this.texted(text))
    parser.on('cdata', (text) => this.texted(text))
  }

  *feed(chunk: string): Generator<XmlRecord> {
    const text = (this.rest + chunk).replace(forbidden, '')
    const cut = /[\uD800-\uDBFF]$/.test(text) ? text.length - 1 : text.length
    this.rest = text.slice(cut)
    const ready = this.isStarted ? text.slice(0, cut) : text.slice(0, cut).replace(/^\uFEFF?\s+(?=<)/, '')
    this.isStarted ||= ready !== ''
    this.parser.write(ready)
    yield* this.taken()
  }

  *end(): Generator<XmlRecord> {
    this.parser.close()
    yield* this.taken()
    if (!this.isWordPress) this.refuse('not-wordpress', 'It is no WordPress export: nothing in it is WordPress’s own.')
  }

  private taken(): XmlRecord[] {
    const { records } = this
    this.records = []
    return records
  }

  private opened(name: string, attributes: Record<string, string>): void {
    this.path.push(name)
    if (this.path.length === 1 && name !== 'rss')
      this.refuse('not-wordpress', `It is no WordPress export: it begins with <${name.slice(0, 40)}>.`)
    if (this.path.length > depthMax) this.refuse('not-wordpress', 'It is nested more deeply than a WordPress export.')
    if (name.startsWith('wp:')) this.isWordPress = true
    if (this.path.length < 3) return
    if (this.path.length === 3) {
      this.length = 0
      this.isTooLarge = false
      this.line = this.parser.line
    }
    const field: XmlField = { name, text: '', attributes, fields: [] }
    // Of comments only the number is wanted.
    if (!this.isTooLarge && !(this.path[3] === 'wp:comment' && this.path.length > 4))
      this.open.at(-1)?.fields.push(field)
    this.open.push(field)
  }

  private texted(text: string): void {
    const field = this.open.at(-1)
    if (!field || this.path[3] === 'wp:comment') return
    this.length += text.length
    if (this.length > recordLengthMax) this.isTooLarge = true
    else field.text += text
  }

  private closed(): void {
    const depth = this.path.length
    this.path.pop()
    const field = this.open.pop()
    if (depth !== 3 || !field || this.path[1] !== 'channel') return
    this.records.push({
      name: field.name === 'item' ? 'item' : 'channel-field',
      field,
      line: this.line,
      isTooLarge: this.isTooLarge,
    })
  }

  private refuse(code: string, reason: string): never {
    throw new UnreadableContainer(code, this.file, this.parser.line, reason.slice(0, 300))
  }
}

/** The text of the first field of a name; empty when there is none. */
export const textOf = (field: XmlField, name: string): string =>
  field.fields.find((inside) => inside.name === name)?.text.trim() ?? ''
