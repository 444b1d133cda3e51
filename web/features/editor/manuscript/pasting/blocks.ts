/** What stands in a text: headings, paragraphs, lists, quotes, tables, pictures, rules. Anything else is what it holds. */
import { type InlineOptions, inlineOf } from './inline.ts'
import { withoutBullet } from './lists.ts'
import { isBlank, isPageBreak } from './noise.ts'
import {
  attribute,
  element,
  type Element,
  elementsIn,
  hasClass,
  isElement,
  type Piece,
  styleOf,
  textOf,
} from './tree.ts'

/** How a picture is written: where it can be had, or what it was called. */
export type Picturing = (image: Element) => Piece | null

const inline = new Set(
  [
    'a',
    'abbr',
    'b',
    'bdi',
    'bdo',
    'big',
    'br',
    'cite',
    'code',
    'del',
    'dfn',
    'em',
    'font',
    'i',
    'img',
    'ins',
    'kbd',
  ].concat([
    'label',
    'mark',
    'q',
    's',
    'samp',
    'small',
    'span',
    'strike',
    'strong',
    'sub',
    'sup',
    'time',
    'tt',
    'u',
    'var',
    'wbr',
  ]),
)
/** Google puts blocks into a `b` that is none. */
const isInline = (piece: Piece): boolean =>
  !isElement(piece) || (inline.has(piece.tag) && [...elementsIn(piece.children)].every(({ tag }) => inline.has(tag)))

export function blocksOf(pieces: readonly Piece[], picture: Picturing): Piece[] {
  const made: Piece[] = []
  let loose: Piece[] = []
  const close = (): void => {
    // a line end between blocks is no line
    if (!isBlank(loose)) made.push(...paragraph(loose, picture))
    loose = []
  }
  for (const piece of pieces) {
    if (isInline(piece)) loose.push(piece)
    else if (isElement(piece)) {
      close()
      made.push(...block(piece, picture))
    }
  }
  close()
  return made
}

/** Words without any block around them stay within the paragraph they are pasted into. */
export const isOnlyInline = (pieces: readonly Piece[]): boolean => pieces.every(isInline)

function block(piece: Element, picture: Picturing): Piece[] {
  const { tag, children } = piece
  const level = levelOf(piece)
  if (level !== null) {
    const words = inlineOf(withoutBullet(children), headingWords)
    return isBlank(words) ? [] : withPictures(words, (rest) => element(`h${level}`, rest), picture)
  }
  if (tag === 'p' || tag === 'address' || tag === 'dt' || tag === 'dd' || tag === 'figcaption')
    return isOnlyInline(children) ? paragraphIn(piece, picture) : blocksOf(children, picture)
  if (tag === 'hr') return [element('hr')]
  if (tag === 'pre') return [element('pre', [element('code', [{ text: textOf(children) }])])]
  if (tag === 'ul' || tag === 'ol') return [list(piece, picture)]
  if (tag === 'table') return table(piece, picture)
  if (tag === 'blockquote') return wrapped('blockquote', blocksOf(children, picture))
  if ('data-footnote' in piece.attributes)
    return wrapped('div', blocksOf(children, picture), {
      'data-footnote': '',
      'data-label': attribute(piece, 'data-label'),
    })
  return blocksOf(children, picture)
}

const headingWords: InlineOptions = { ignored: ['strong', 'u'] }
const wrapped = (tag: string, blocks: Piece[], attributes: Readonly<Record<string, string>> = {}): Piece[] =>
  blocks.length === 0 ? [] : [element(tag, blocks, attributes)]

/** A heading by its element, by Word's outline, as Word's title, or as Word online says it. */
function levelOf(piece: Element): number | null {
  const named = /^h([1-6])$/.exec(piece.tag)?.[1]
  if (named) return Number(named)
  if (piece.tag !== 'p') return null
  if (hasClass(piece, /^MsoTitle/i)) return 1
  const said = attribute(piece, 'role') === 'heading' ? attribute(piece, 'aria-level') : ''
  const outline = /^[1-6]$/.exec(said || styleOf(piece, 'mso-outline-level'))?.[0]
  return outline ? Number(outline) : null
}

function paragraphIn(piece: Element, picture: Picturing): Piece[] {
  const made = paragraph(piece.children, picture)
  return hasClass(piece, /^Mso(Intense)?Quote/i) ? wrapped('blockquote', made) : made
}

const paragraph = (pieces: readonly Piece[], picture: Picturing): Piece[] =>
  isBlank(pieces) || pieces.every(isPageBreak)
    ? []
    : withPictures(inlineOf(pieces), (words) => element('p', words), picture)

/** Pictures stand between paragraphs. */
function withPictures(words: readonly Piece[], hold: (words: Piece[]) => Element, picture: Picturing): Piece[] {
  const made: Piece[] = []
  let held: Piece[] = []
  const close = (): void => {
    const line = held.filter((piece, index) => !(isBreak(piece) && (index === 0 || index === held.length - 1)))
    if (!isBlank(line)) made.push(hold(line))
    held = []
  }
  for (const piece of words) {
    const image = imageIn(piece)
    if (!image) held.push(piece)
    else {
      close()
      const shown = picture(image)
      if (shown) made.push(shown)
    }
  }
  close()
  return made
}
const isBreak = (piece: Piece): boolean => isElement(piece) && piece.tag === 'br'
const imageIn = (piece: Piece): Element | null => (isElement(piece) && piece.tag === 'img' ? piece : null)

function list(piece: Element, picture: Picturing): Element {
  const rows = piece.children.flatMap((item): Piece[] => {
    if (!isElement(item) || item.tag !== 'li') return []
    const box = item.children.find((one) => isElement(one) && one.tag === 'input')
    const isDone = box !== undefined && isElement(box) && 'checked' in box.attributes
    const held = blocksOf(
      item.children.filter((one) => one !== box),
      picture,
    )
    // what is done is crossed out by itself
    const words = isDone ? held.map((one) => (isElement(one) ? uncrossed(one) : one)) : held
    if (words.length === 0) return []
    return [{ ...item, children: box ? [box, ...words] : words, attributes: kept(item, ['data-type']) }]
  })
  return { ...piece, children: rows, attributes: kept(piece, ['start', 'data-type']) }
}

const uncrossed = (piece: Element): Element => ({
  ...piece,
  children: piece.children.flatMap((one): Piece[] =>
    !isElement(one) ? [one] : one.tag === 's' ? uncrossed(one).children.slice() : [uncrossed(one)],
  ),
})

const kept = (piece: Element, names: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(piece.attributes).filter(([name]) => names.includes(name)))

/** A first row that is bold all through is one of headings. */
function table(piece: Element, picture: Picturing): Piece[] {
  const rows = [...elementsIn(piece.children)].filter(({ tag }) => tag === 'tr').filter((row) => !isInner(piece, row))
  const made = rows.map((row, index) => {
    const cells = row.children.filter((one): one is Element => isElement(one) && /^t[dh]$/.test(one.tag))
    const isHead = index === 0 && rows.length > 1 && cells.every(isBoldCell)
    return element(
      'tr',
      cells.map((cell) => {
        const held = blocksOf(cell.children, picture)
        const words = held.length > 0 ? held : [element('p')]
        return element(
          isHead ? 'th' : cell.tag,
          isHead ? words.map((one) => (isElement(one) ? unbolded(one) : one)) : words,
          kept(cell, ['colspan', 'rowspan', 'align']),
        )
      }),
    )
  })
  const filled = made.filter(({ children }) => children.length > 0)
  return filled.length === 0 ? [] : [element('table', [element('tbody', filled)])]
}

/** Of a table within a cell. */
const isInner = (outer: Element, row: Element): boolean =>
  [...elementsIn(outer.children)].some(
    ({ tag, children }) => tag === 'table' && [...elementsIn(children)].includes(row),
  )

const isBoldCell = (cell: Element): boolean => {
  if (cell.tag === 'th') return true
  const held = blocksOf(cell.children, () => null)
  return held.length > 0 && held.every((one) => isElement(one) && one.children.every((run) => isBoldRun(run)))
}
const isBoldRun = (run: Piece): boolean =>
  isElement(run) ? run.tag === 'strong' || (run.tag === 'a' && run.children.every(isBoldRun)) : run.text.trim() === ''
const unbolded = (piece: Element): Element => ({
  ...piece,
  children: piece.children.flatMap((one): Piece[] =>
    isElement(one) ? (one.tag === 'strong' ? unbolded(one).children.slice() : [unbolded(one)]) : [one],
  ),
})
