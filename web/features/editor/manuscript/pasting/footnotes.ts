/**
 * Footnotes and endnotes of office programs: a mark that jumps to a note, and in the note a mark that jumps back. Word, LibreOffice and
 * Google name them differently, and all pair them so.
 */
import { attribute, element, type Element, elementsIn, isElement, type Piece, styleOf } from './tree.ts'

type Pair = { mark: Element; back: Element; label: string }

/** @param taken labels that the text has already */
export function withFootnotes(pieces: readonly Piece[], taken: ReadonlySet<string>): Piece[] {
  const pairs = pairsIn(pieces, taken)
  if (pairs.length === 0) return [...pieces]
  const notes: Element[] = []
  const walk = (some: readonly Piece[]): Piece[] =>
    some.flatMap((piece): Piece[] => {
      if (!isElement(piece)) return [piece]
      const marked = pairs.find(({ mark }) => mark === piece)
      if (marked) return [element('sup', [], { 'data-footnote-reference': '', 'data-label': marked.label })]
      const note = pairs.find(({ back }) => isNoteOf(piece, back))
      if (note && !notes.some((one) => attribute(one, 'data-label') === note.label)) {
        const words = without(piece.children, note.back)
        notes.push(
          element('div', piece.tag === 'p' ? [element('p', words)] : words, {
            'data-footnote': '',
            'data-label': note.label,
          }),
        )
        return []
      }
      const own = { ...piece, children: walk(piece.children) }
      return isEmptyList(own) ? [] : [own]
    })
  const text = walk(pieces)
  return [...text, ...notes.toSorted((a, b) => Number(attribute(a, 'data-label')) - Number(attribute(b, 'data-label')))]
}

function pairsIn(pieces: readonly Piece[], taken: ReadonlySet<string>): Pair[] {
  const jumps = [...elementsIn(pieces)].filter(
    ({ tag, attributes }) => tag === 'a' && /^#./.test(attributes['href'] ?? ''),
  )
  const named = (one: Element): string[] => [attribute(one, 'name'), attribute(one, 'id')].filter((name) => name !== '')
  const used = new Set<Element>()
  const pairs: Pair[] = []
  let number = 0
  for (const mark of jumps) {
    if (used.has(mark)) continue
    const back = jumps.find(
      (other) =>
        other !== mark &&
        !used.has(other) &&
        named(other).includes(attribute(mark, 'href').slice(1)) &&
        named(mark).includes(attribute(other, 'href').slice(1)),
    )
    if (!back) continue
    used.add(mark).add(back)
    do number += 1
    while (taken.has(String(number)))
    pairs.push({ mark, back, label: String(number) })
  }
  return pairs
}

/** The block of the note: what the program says it is, else the paragraph or list item with the mark. */
function isNoteOf(piece: Element, back: Element): boolean {
  const isDeclared =
    /^(foot|end)note$/.test(styleOf(piece, 'mso-element')) || /^(sd)?(foot|end)note\d+$/.test(attribute(piece, 'id'))
  if (!isDeclared && !['p', 'li'].includes(piece.tag)) return false
  return [...elementsIn(piece.children)].includes(back)
}

const without = (pieces: readonly Piece[], gone: Element): Piece[] =>
  pieces.flatMap((piece): Piece[] =>
    !isElement(piece) ? [piece] : piece === gone ? [] : [{ ...piece, children: without(piece.children, gone) }],
  )

/** What held the notes, with the line above them. */
function isEmptyList(piece: Element): boolean {
  const isList = /^(foot|end)note-list$/.test(styleOf(piece, 'mso-element'))
  return isList && ![...elementsIn(piece.children)].some(({ tag }) => tag === 'p')
}
