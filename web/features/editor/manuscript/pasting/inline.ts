/** Words within a paragraph: their marks said by elements or by styles, where they lead, and nothing of how they looked. */
import { isPageBreak, oneSpace } from './noise.ts'
import { attribute, element, type Element, isElement, type Piece, styleOf } from './tree.ts'
import { targetOf } from './targets.ts'

const marks = ['strong', 'em', 's', 'u', 'sub', 'sup', 'code'] as const
type Mark = (typeof marks)[number]
type Run = { piece: Piece; marks: ReadonlySet<Mark>; href: string }
type Around = Pick<Run, 'marks' | 'href'>

const means: Readonly<Record<string, Mark>> = {
  ...{ b: 'strong', strong: 'strong', i: 'em', em: 'em', cite: 'em', s: 's', strike: 's', del: 's', u: 'u' },
  ...{ sub: 'sub', sup: 'sup', code: 'code', kbd: 'code', tt: 'code' },
}

export type InlineOptions = {
  /** Marks that say nothing here: bold in a heading is how the heading looks. */
  ignored?: readonly Mark[]
}

/** Runs with the same marks are one; spaces at both ends go. */
export function inlineOf(pieces: readonly Piece[], { ignored = [] }: InlineOptions = {}): Piece[] {
  const runs: Run[] = []
  collect(pieces, { marks: new Set(), href: '' }, runs)
  const kept = runs.map((run) => ({ ...run, marks: new Set([...run.marks].filter((mark) => !ignored.includes(mark))) }))
  return written(trimmed(joined(kept)))
}

function collect(pieces: readonly Piece[], around: Around, runs: Run[]): void {
  for (const piece of pieces) {
    if (!isElement(piece)) runs.push({ ...around, piece })
    else if (piece.tag === 'br') {
      if (!isPageBreak(piece)) runs.push({ ...around, piece: element('br') })
    } else if (piece.tag === 'img' || 'data-footnote-reference' in piece.attributes)
      runs.push({ marks: new Set(), href: '', piece })
    else collect(piece.children, aroundIn(piece, around), runs)
  }
}

function aroundIn(piece: Element, around: Around): Around {
  const now = new Set(around.marks)
  const own = means[piece.tag]
  if (own) now.add(own)
  const set = (mark: Mark, isSet: boolean | null): void => {
    if (isSet === true) now.add(mark)
    else if (isSet === false) now.delete(mark)
  }
  const weight = styleOf(piece, 'font-weight')
  set('strong', weight === '' ? null : /^(bold(er)?|[6-9]00)$/.test(weight))
  const slant = styleOf(piece, 'font-style')
  set('em', slant === '' ? null : /^(italic|oblique)/.test(slant))
  const line = `${styleOf(piece, 'text-decoration')} ${styleOf(piece, 'text-decoration-line')}`
  if (line.includes('line-through')) now.add('s')
  if (line.includes('underline')) now.add('u')
  const place = styleOf(piece, 'vertical-align')
  if (place === 'super') now.add('sup')
  if (place === 'sub') now.add('sub')
  const href = piece.tag === 'a' ? targetOf(attribute(piece, 'href')) : around.href
  // the line under a link is the link's own
  if (href !== '') now.delete('u')
  return { marks: now, href }
}

function joined(runs: readonly Run[]): Run[] {
  const made: Run[] = []
  for (const run of runs) {
    const last = made.at(-1)
    const isSame =
      last !== undefined &&
      last.href === run.href &&
      last.marks.size === run.marks.size &&
      [...run.marks].every((mark) => last.marks.has(mark))
    if (last && isSame && !isElement(last.piece) && !isElement(run.piece))
      made[made.length - 1] = { ...last, piece: { text: last.piece.text + run.piece.text } }
    else made.push(run)
  }
  return made
}

/** One space between words whoever holds it, none at the ends of lines. */
function trimmed(runs: readonly Run[]): Run[] {
  const made: Run[] = []
  for (const run of runs) {
    const last = made.at(-1)
    if (isElement(run.piece)) {
      if (run.piece.tag === 'br') endOf(made)
      made.push(run)
      continue
    }
    const isAtStart = !last || (isElement(last.piece) && last.piece.tag === 'br')
    const spaced = oneSpace(run.piece.text)
    const isAfterSpace = last && !isElement(last.piece) && last.piece.text.endsWith(' ')
    const text = isAtStart ? spaced.replace(/^[ \u00A0]+/, '') : isAfterSpace ? spaced.replace(/^ /, '') : spaced
    if (text !== '') made.push({ ...run, piece: { text } })
  }
  while (made.at(-1) && isLineEnd(made.at(-1))) made.pop()
  endOf(made)
  return made
}

const isLineEnd = (run: Run | undefined): boolean => run !== undefined && isElement(run.piece) && run.piece.tag === 'br'

function endOf(made: Run[]): void {
  const last = made.at(-1)
  if (!last || isElement(last.piece)) return
  const text = last.piece.text.replace(/[ \u00A0]+$/, '')
  made.splice(made.length - 1, 1, ...(text === '' ? [] : [{ ...last, piece: { text } }]))
}

/** Spaces carry no marks but those of a link and a line. */
function written(runs: readonly Run[]): Piece[] {
  return runs.map(({ piece, marks: own, href }) => {
    const isSpace = !isElement(piece) && piece.text.trim() === ''
    const shown = isSpace ? [] : marks.filter((mark) => own.has(mark))
    const marked = shown.toReversed().reduce<Piece>((inner, mark) => element(mark, [inner]), piece)
    return href === '' ? marked : element('a', [marked], { href })
  })
}
