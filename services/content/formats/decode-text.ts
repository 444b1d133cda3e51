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
