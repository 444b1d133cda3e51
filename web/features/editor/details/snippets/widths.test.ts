import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fitted, taken } from './widths.ts'

/** Each letter ten pixels. */
const ruler = (text: string): number => [...text].length * 10

describe('what is seen of a line', () => {
  test.each([
    ['all of it where there is room', 'Rzeka wraca', { px: 110, lines: 1 }, 'Rzeka wraca', false],
    [
      'cut between words, with room for the dots',
      'Rzeka wraca do miasta',
      { px: 160, lines: 1 },
      'Rzeka wraca ...',
      true,
    ],
    ['no comma before the dots', 'Rzeka, która wraca', { px: 110, lines: 1 }, 'Rzeka ...', true],
    ['more lines hold more', 'Rzeka wraca do miasta', { px: 110, lines: 2 }, 'Rzeka wraca do miasta', false],
    ['the last of them is cut', 'Rzeka wraca do miasta i nie pyta', { px: 110, lines: 2 }, 'Rzeka wraca do ...', true],
    ['spaces are one space', '  Rzeka \n wraca ', { px: 200, lines: 1 }, 'Rzeka wraca', false],
    ['a word longer than the line is broken', 'Konstantynopolitańczykowianeczka i', { px: 100, lines: 1 }, '...', true],
    ['nothing is nothing', '', { px: 100, lines: 1 }, '', false],
  ])('%s', (_, text, room, shown, isCut) => {
    expect(fitted(text, room, ruler)).toEqual({ shown, isCut })
  })

  test('no line is wider than the room, and what is cut was there', () => {
    const words = fc.array(fc.stringMatching(/^[a-zżółć]{1,9}$/), { maxLength: 30 }).map((all) => all.join(' '))
    fc.assert(
      fc.property(words, fc.integer({ min: 100, max: 400 }), (text, px) => {
        const { shown, isCut } = fitted(text, { px, lines: 1 }, ruler)
        expect(ruler(shown)).toBeLessThanOrEqual(px)
        expect(isCut).toBe(ruler(text) > px)
        if (isCut) expect(text.startsWith(shown.replace(/ ?\.\.\.$/, ''))).toBe(true)
      }),
    )
  })

  test('is told beside how much there is room for', () => {
    expect(taken('Rzeka wraca', { px: 300, lines: 2 }, ruler)).toEqual({ width: 110, max: 600 })
  })
})
