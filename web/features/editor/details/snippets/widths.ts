/** How much of a line is seen where lines are cut by pixels, not by letters. Pure but for the ruler, which is handed in. */

/** How wide words are, in pixels. */
export type Ruler = (text: string) => number

/** Of Google's results, as they are measured: the room for a title and for a description, and the type of both. */
export const results = {
  desktop: { title: { px: 600, lines: 1, font: '20px Arial' }, description: { px: 600, lines: 2, font: '14px Arial' } },
  mobile: { title: { px: 344, lines: 2, font: '18px Arial' }, description: { px: 344, lines: 3, font: '14px Arial' } },
} as const
export type Device = keyof typeof results
export type Room = { px: number; lines: number }

const oneLine = (text: string): string => text.trim().replace(/\s+/g, ' ')

/** Words in as many lines as there is room for; the last one is cut between words, with an ellipsis. */
export function fitted(text: string, { px, lines }: Room, ruler: Ruler): { shown: string; isCut: boolean } {
  const words = oneLine(text).split(' ')
  const rows: string[] = []
  for (let at = 0; at < words.length; ) {
    const isLast = rows.length === lines - 1
    let row = ''
    let next = at
    while (next < words.length && ruler(joined(row, words[next])) <= px) row = joined(row, words[next++])
    // a word longer than the line is broken
    if (next === at) row = longest(words[next++] ?? '', px, ruler)
    if (isLast && next < words.length) return { shown: joined(rows.join(' '), ended(row, px, ruler)), isCut: true }
    rows.push(row)
    at = next
  }
  return { shown: rows.join(' '), isCut: false }
}

const joined = (row: string, word = ''): string => (row === '' ? word : word === '' ? row : `${row} ${word}`)

function ended(row: string, px: number, ruler: Ruler): string {
  let kept = row
  while (kept !== '' && ruler(`${kept} ...`) > px) kept = kept.includes(' ') ? kept.slice(0, kept.lastIndexOf(' ')) : ''
  return `${kept.replace(/[\s,;:–—-]+$/, '')} ...`.trim()
}

function longest(word: string, px: number, ruler: Ruler): string {
  const signs = [...word]
  let count = signs.length
  while (count > 1 && ruler(signs.slice(0, count).join('')) > px) count -= 1
  return signs.slice(0, count).join('')
}

/** How much of the room a text takes, in pixels of one line after the other. */
export const taken = (text: string, { px, lines }: Room, ruler: Ruler): { width: number; max: number } => ({
  width: Math.round(ruler(oneLine(text))),
  max: px * lines,
})
