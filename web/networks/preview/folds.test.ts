import { expect, test } from 'vitest'
import { foldAt } from './folds.ts'
import { traits } from './traits.ts'

const fold = { characters: 40, lines: 3 }
const seen = (text: string): string => text.slice(0, foldAt(text, fold) ?? undefined)

test('a short text is shown whole', () => {
  expect(foldAt('', fold)).toBeNull()
  expect(foldAt('a'.repeat(40), fold)).toBeNull()
})

test('nobody presses for a few letters', () => {
  expect(foldAt('słowo '.repeat(8).trim(), fold)).toBeNull()
})

test('a long text is cut behind a whole word', () => {
  expect(seen('Rzeka opadła dziś w nocy, a potem znowu wezbrała i stoi wysoko.')).toBe(
    'Rzeka opadła dziś w nocy, a potem znowu',
  )
})

test('a text of many lines is cut behind the last that is seen', () => {
  expect(seen('raz\ndwa\n\nczterysta lat\npięć')).toBe('raz\ndwa')
})

test('a word without end is cut between letters, not inside of one', () => {
  expect(seen('a'.repeat(80))).toBe('a'.repeat(40))
  const family = '👩‍👩‍👧'
  expect(seen(family.repeat(20))).toBe(family.repeat(5))
  expect(foldAt(family.repeat(20), { characters: 43, lines: 3 })).toBe(family.length * 5)
})

test('LinkedIn and Facebook fold, the others do not', () => {
  const folding = Object.entries(traits).flatMap(([network, { fold: its }]) =>
    its ? [[network, foldAt('słowo '.repeat(200), its)]] : [],
  )
  expect(folding).toEqual([
    ['linkedin', 209],
    ['facebook', 473],
  ])
})
