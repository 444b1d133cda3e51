/** Pasted HTML as a tree of elements and words: the same whoever has read it, so that what is made of it needs no browser. */

export type Words = { text: string }
export type Element = { tag: string; attributes: Readonly<Record<string, string>>; children: readonly Piece[] }
export type Piece = Words | Element

export const isElement = (piece: Piece): piece is Element => 'tag' in piece

export const element = (
  tag: string,
  children: readonly Piece[] = [],
  attributes: Readonly<Record<string, string>> = {},
): Element => ({ tag, attributes, children })

/** Office programs nest a few dozen deep; what is deeper is read as its words. */
const nestingMax = 200

/** The children of a node of the browser. Comments are nothing. */
export function treeOf(parent: ParentNode & Node, nesting = 1): Piece[] {
  return [...parent.childNodes].flatMap((node): Piece[] => {
    if (node.nodeType === Node.TEXT_NODE) return [{ text: node.textContent ?? '' }]
    if (!(node instanceof globalThis.Element)) return []
    const attributes = Object.fromEntries([...node.attributes].map(({ name, value }) => [name.toLowerCase(), value]))
    const children = nesting < nestingMax ? treeOf(node, nesting + 1) : [{ text: node.textContent ?? '' }]
    return [{ tag: node.localName.toLowerCase(), attributes, children }]
  })
}

const signs: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => signs[sign] ?? sign)
const hasNoEnd = new Set(['br', 'hr', 'img', 'input'])

export function htmlOf(pieces: readonly Piece[]): string {
  return pieces
    .map((piece) => {
      if (!isElement(piece)) return escaped(piece.text)
      const { tag, attributes, children } = piece
      const named = Object.entries(attributes).map(([name, value]) => ` ${name}="${escaped(value)}"`)
      // the first line end in a `pre` is not read
      const start = `<${tag}${named.join('')}>${tag === 'pre' && textOf(children).startsWith('\n') ? '\n' : ''}`
      return hasNoEnd.has(tag) ? start : `${start}${htmlOf(children)}</${tag}>`
    })
    .join('')
}

export const textOf = (pieces: readonly Piece[]): string =>
  pieces.map((piece) => (isElement(piece) ? textOf(piece.children) : piece.text)).join('')

export const attribute = (piece: Piece | undefined, name: string): string =>
  piece && isElement(piece) ? (piece.attributes[name] ?? '') : ''

/** One property of the style at an element, in small letters. */
export function styleOf(piece: Piece | undefined, property: string): string {
  const found = attribute(piece, 'style')
    .split(';')
    .findLast((one) => one.split(':')[0]?.trim().toLowerCase() === property)
  return (
    found
      ?.slice(found.indexOf(':') + 1)
      .trim()
      .toLowerCase() ?? ''
  )
}

export const hasClass = (piece: Piece, name: RegExp): boolean =>
  attribute(piece, 'class')
    .split(/\s+/)
    .some((one) => name.test(one))

/** Every element, from the outside to the inside, in the order of reading. */
export function* elementsIn(pieces: readonly Piece[]): Generator<Element> {
  for (const piece of pieces) {
    if (!isElement(piece)) continue
    yield piece
    yield* elementsIn(piece.children)
  }
}

/** Each element as `change` makes it anew, the inner ones first. */
export function rewritten(pieces: readonly Piece[], change: (element: Element) => readonly Piece[]): Piece[] {
  return pieces.flatMap((piece) =>
    isElement(piece) ? change({ ...piece, children: rewritten(piece.children, change) }) : [piece],
  )
}
