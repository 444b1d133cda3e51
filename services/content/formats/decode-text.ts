/** Bytes → text, by byte order mark, declared encoding, UTF-8, in that order. */

export type Decoded = { text: string; encoding: string; isGuessed: boolean }

const markOf = (bytes: Uint8Array): string | null => {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8'
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : null
}

/** A whole text. What is no UTF-8 is taken for windows-1250, the way Polish texts were written before. */
export function decodeText(bytes: Uint8Array): Decoded {
  const mark = markOf(bytes)
  if (mark) return { text: new TextDecoder(mark).decode(bytes), encoding: mark, isGuessed: false }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), encoding: 'utf-8', isGuessed: false }
  } catch {
    return { text: new TextDecoder('windows-1250').decode(bytes), encoding: 'windows-1250', isGuessed: true }
  }
}

/** The encoding of an XML file by its first bytes; null when it names one that is not known. */
export function encodingOfXml(head: Uint8Array): string | null {
  const mark = markOf(head)
  if (mark) return mark
  // UTF-16 without a mark: every other byte of "<?" is zero.
  if (head[0] === 0x3c && head[1] === 0 && head[2] === 0x3f) return 'utf-16le'
  if (head[0] === 0 && head[1] === 0x3c && head[2] === 0) return 'utf-16be'
  const declared =
    /^<\?xml[^>]*\bencoding\s*=\s*["']([\w.:-]+)["']/.exec(
      new TextDecoder('latin1').decode(head.subarray(0, 400)).trimStart(),
    )?.[1] ?? 'utf-8'
  try {
    return new TextDecoder(declared).encoding
  } catch {
    return null
  }
}

/** Decodes a stream. In UTF-8, bytes that are none are read as windows-1250 and counted: old texts behind a new label. */
export class StreamDecoder {
  /** Bytes that were not of the encoding the file names. */
  strays = 0
  private readonly plain: TextDecoder
  private readonly isUtf8: boolean
  /** The beginning of a sign at the end of a chunk. */
  private rest: Uint8Array = new Uint8Array()

  constructor(encoding: string) {
    this.isUtf8 = encoding === 'utf-8'
    this.plain = new TextDecoder(encoding)
  }

  decode(bytes: Uint8Array, isLast = false): string {
    if (!this.isUtf8) return this.plain.decode(bytes, { stream: !isLast })
    const all = this.rest.length > 0 ? Buffer.concat([this.rest, bytes]) : bytes
    const cut = isLast ? all.length : wholeSigns(all)
    this.rest = all.slice(cut)
    return this.signs(all.subarray(0, cut))
  }

  private signs(bytes: Uint8Array): string {
    try {
      return strict.decode(bytes)
    } catch {
      let text = ''
      let from = 0
      for (let at = 0; at < bytes.length; ) {
        const length = signLength(bytes, at)
        if (length === 0) {
          text += strict.decode(bytes.subarray(from, at)) + old.decode(bytes.subarray(at, at + 1))
          this.strays += 1
          from = at + 1
        }
        at += Math.max(length, 1)
      }
      return text + strict.decode(bytes.subarray(from))
    }
  }
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const old = new TextDecoder('windows-1250')

/** Bytes of the sign of UTF-8 that begins here; 0 when none does. */
function signLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0
  if (first < 0x80) return 1
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2
  try {
    strict.decode(bytes.subarray(at, at + length))
    return at + length <= bytes.length ? length : 0
  } catch {
    return 0
  }
}

/** How far whole signs go: up to three bytes at the end may begin one that the next chunk ends. */
function wholeSigns(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte < 0x80) return bytes.length
    if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? bytes.length - back : bytes.length
  }
  return bytes.length
}
