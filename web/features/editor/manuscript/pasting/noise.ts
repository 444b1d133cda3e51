/** What office programs put beside the words: none of it is part of a text. */
import { attribute, type Element, hasClass, isElement, type Piece, rewritten, styleOf, textOf } from './tree.ts'

const neverText = new Set(
  ['style', 'script', 'meta', 'title', 'link', 'xml', 'head', 'template', 'colgroup', 'col', 'object', 'iframe'].concat(
    ['svg', 'math', 'button', 'select', 'textarea', 'noscript', 'audio', 'video', 'canvas'],
  ),
)

/** Comments in the margin, deleted words of tracked changes, what is hidden, drawings in markup of their own. */
function isNoise(element: Element): boolean {
  const { tag } = element
  if (neverText.has(tag) || /^[vwm]:/.test(tag)) return true
  if (hasClass(element, /^(MsoCommentReference|MsoCommentText|msocomtxt|msocomoff|msocomanchor)$/i)) return true
  if (/^comment(-list)?$/.test(styleOf(element, 'mso-element'))) return true
  if (tag === 'del' && 'cite' in element.attributes) return true
  return styleOf(element, 'display') === 'none' || styleOf(element, 'mso-hide') === 'all'
}

/** Only wrapping: smart tags, bookmarks, paragraphs that Word opens within a paragraph, what was added in tracked changes. */
const isWrapping = ({ tag, attributes }: Element): boolean =>
  /^(o:p|st\d:|w-|google-sheets-html-origin$)/.test(tag) ||
  tag === 'ins' ||
  tag === 'font' ||
  (tag === 'a' && !attributes['href'])

export function withoutNoise(pieces: readonly Piece[]): Piece[] {
  return pieces.flatMap((piece): Piece[] => {
    if (!isElement(piece)) return [piece]
    if (isNoise(piece)) return []
    const own = { ...piece, children: withoutNoise(piece.children) }
    // spaces and tabs that Word draws as runs of hard spaces
    if (styleOf(piece, 'mso-spacerun') === 'yes' || styleOf(piece, 'mso-tab-count') !== '') return [{ text: ' ' }]
    return [own]
  })
}

/** Behind all that needs their names. */
export const withoutWrapping = (pieces: readonly Piece[]): Piece[] =>
  rewritten(pieces, (element) => (isWrapping(element) ? element.children : [element]))

/** A hard space that stands alone was meant; two of anything were a gap. Line ends of the source are spaces. */
export const oneSpace = (text: string): string => text.replace(/[ \t\r\n\u00A0]{2,}|[\t\r\n]/g, ' ')

export const isBlank = (pieces: readonly Piece[]): boolean =>
  textOf(pieces).replace(/[\s\u00A0\u200B]/g, '') === '' && !hasPicture(pieces)

const hasPicture = (pieces: readonly Piece[]): boolean =>
  pieces.some(
    (piece) =>
      isElement(piece) &&
      (piece.tag === 'img' || 'data-footnote-reference' in piece.attributes || hasPicture(piece.children)),
  )

/** A line that ends a page ends no line of ours. */
export const isPageBreak = (piece: Piece): boolean =>
  styleOf(piece, 'page-break-before') === 'always' || /break/.test(styleOf(piece, 'mso-break-type'))

export const isChecked = (item: Element): boolean | null =>
  attribute(item, 'role') === 'checkbox' ? attribute(item, 'aria-checked') === 'true' : null
