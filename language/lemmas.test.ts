import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { polishDictionaryFile } from './data.ts'
import { openDictionary } from './dictionary.ts'
import { lemmasOf } from './lemmas.ts'

const dictionary = openDictionary(readFileSync(polishDictionaryFile))

test.each([
  ['psa', ['pies']],
  ['Psa', ['pies']],
  ['mam', ['mama', 'mamić', 'mieć']],
  ['Warszawie', ['warszawa']],
  ['wrocławiu', ['wrocław']],
  ['ZUS-u', ['zus']],
  ['Harry’ego', ['harry']],
  ['biało-czerwoną', ['biało-czerwona', 'biało-czerwony']],
  ['Floowe', ['floowe']],
  ['2024', ['2024']],
  ['-', ['-']],
  ['', ['']],
])('Polish: %s', (word, lemmas) => {
  expect(lemmasOf(word, 'pl', dictionary)).toEqual(lemmas)
})

test('a word is its own lemma without a dictionary and in other languages', () => {
  expect(lemmasOf('Psa', 'pl')).toEqual(['psa'])
  expect(lemmasOf('Hunde', 'de', dictionary)).toEqual(['hunde'])
})

test('English stems; a region changes nothing', () => {
  expect(lemmasOf('Connections', 'en-GB')).toEqual(['connect'])
  expect(lemmasOf('wrote', 'en')).toEqual(['write'])
  expect(lemmasOf('Smith’s', 'en')).toEqual(['smith'])
})
