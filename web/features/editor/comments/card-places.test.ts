import fc from 'fast-check'
import { expect, test } from 'vitest'
import { gapPx, stacked } from './card-places.ts'

const card = (id: string, wanted: number | null, height = 100) => ({ id, wanted, height })

test('a card stands at its words, and makes way for the one above', () => {
  expect([...stacked([card('a', 40), card('b', 60), card('c', 500)], null)]).toEqual([
    ['a', 40],
    ['b', 150],
    ['c', 500],
  ])
})

test('the chosen card stands exactly at its words', () => {
  const tops = stacked([card('a', 40), card('b', 60), card('c', 80)], 'b')
  expect(tops.get('b')).toBe(60)
  expect(tops.get('a')).toBe(60 - 100 - gapPx)
  expect(tops.get('c')).toBe(60 + 100 + gapPx)
})

test('without words they come last', () => {
  expect(stacked([card('gone', null), card('a', 300)], null).get('gone')).toBe(300 + 100 + gapPx)
})

test('no two cards ever overlap', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.option(fc.nat(2_000)), fc.integer({ min: 10, max: 300 })), { maxLength: 20 }),
      fc.nat(25),
      (given, chosen) => {
        const cards = given.map(([wanted, height], place) => card(String(place), wanted, height))
        const tops = stacked(cards, String(chosen))
        expect(tops.size).toBe(cards.length)
        const lines = cards.map(({ id, height }) => ({ top: tops.get(id) ?? 0, height })).sort((a, b) => a.top - b.top)
        for (const [place, line] of lines.entries()) {
          const next = lines[place + 1]
          if (next) expect(next.top).toBeGreaterThanOrEqual(line.top + line.height)
        }
      },
    ),
  )
})
