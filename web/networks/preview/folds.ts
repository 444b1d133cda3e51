/** Where a network cuts a long text and offers the rest. */
export type Fold = { characters: number; lines: number }

/** Nobody is asked to press for less than this. */
const hiddenMin = 12
const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })

/** @returns how much of the text is seen, to a whole word where there is one; null: all of it */
export function foldAt(text: string, { characters, lines }: Fold): number | null {
  const rows = text.split('\n')
  const byLines = rows.length > lines ? rows.slice(0, lines).join('\n').length : text.length
  const bound = Math.min(byLines, characters)
  if (text.length - bound < hiddenMin) return null
  const whole = graphemes.segment(text).containing(bound)?.index ?? bound
  const seam = /\s\S*$/u.exec(text.slice(0, whole + 1))?.index ?? 0
  return text.slice(0, seam > bound / 2 ? seam : whole).trimEnd().length
}
