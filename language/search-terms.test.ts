import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { polishDictionaryFile } from './data.ts'
import { openDictionary } from './dictionary.ts'
import { indexTerms, queryTerms } from './search-terms.ts'

const dictionary = openDictionary(readFileSync(polishDictionaryFile))

/** Whether every word of the query has an alternative (or, when asked, a guess) among the terms of the text. */
function finds(query: string, text: string, language = 'pl', guessing = false): boolean {
  const terms = new Set(indexTerms(text, language, dictionary).map((entry) => entry.term))
  return queryTerms(query, language, dictionary).every(({ alternatives, guesses }) =>
    [...alternatives, ...(guessing ? guesses : [])].some((term) => terms.has(term)),
  )
}

test.each([
  ['zolw', 'Na plaży leżały żółwie.'],
  ['zolwie', 'Widziałem jednego żółwia'],
  ['żółwiami', 'żółw'],
  ['żolwie', 'żółw'],
  ['atlas wybrzeża', 'Autor atlasu wybrzeży'],
  ['krakow', 'w Krakowie'],
  ['wroclawiu', 'Wrocław'],
  ['WARSZAWA', 'do Warszawy'],
  ['ludzie', 'o człowieku'],
  ['email', 'Napisz e-maila'],
  ['e-mail', 'adres email'],
  ['biało-czerwona', 'flagi biało-czerwonej'],
  ['czerwony', 'flagi biało-czerwonej'],
  ['ZUS', 'składki do ZUS-u'],
  ['ZUS-u', 'biuro ZUS'],
  ['Harry', 'książki o Harry’m i Harry’ego'],
  ['14:30', 'o 14:30 w sali'],
])('%s finds: %s', (query, text) => {
  expect(finds(query, text)).toBe(true)
})

test('a word of the dictionary without marks only guesses at the others', () => {
  expect(finds('sadow', 'wyrok sądu')).toBe(true)
  expect(finds('lodzi', 'miasto Łódź')).toBe(false)
  expect(finds('lodzi', 'miasto Łódź', 'pl', true)).toBe(true)
  expect(queryTerms('lodzi łódź', 'pl', dictionary)[0]?.guesses).toEqual([])
  expect(finds('pies', 'kot')).toBe(false)
})

test.each([
  ['connection', 'They were connected.'],
  ['write', 'She wrote it'],
  ['dont', 'I don’t know'],
  ['cafe', 'at the Café'],
  ["children's books", "a child's book"],
])('in English %s finds: %s', (query, text) => {
  expect(finds(query, text, 'en')).toBe(true)
})

test('terms say where they stand', () => {
  expect(indexTerms('Żółwie i e-mail', 'pl', dictionary)).toEqual([
    { term: 'zolwie', position: 0, start: 0, end: 6 },
    { term: 'zolwi', position: 0, start: 0, end: 6 },
    { term: 'zolw', position: 0, start: 0, end: 6 },
    { term: 'i', position: 1, start: 7, end: 8 },
    { term: 'email', position: 2, start: 9, end: 15 },
    { term: 'e', position: 2, start: 9, end: 15 },
    { term: 'mail', position: 3, start: 9, end: 15 },
  ])
})

test('a text always finds itself, whatever it holds', () => {
  const piece = fc.oneof(
    fc.constantFrom('żółwie', 'psa', 'Łódź', 'ZUS-u', "don't", 'e-mail', '12,5', '—', '\ud800', 'ﬁ', 'Ω'),
    fc.string({ unit: 'binary', maxLength: 8 }),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), fc.constantFrom('pl', 'en', 'de'), (pieces, language) => {
      const text = pieces.join(' ')
      expect(finds(text, text, language)).toBe(true)
      for (const { term, start, end } of indexTerms(text, language, dictionary)) {
        expect(term.length).toBeGreaterThan(0)
        expect(term.length).toBeLessThanOrEqual(64)
        expect(end).toBeGreaterThan(start)
      }
    }),
  )
})

test('a query has bounds', () => {
  expect(queryTerms('pies '.repeat(100_000), 'pl', dictionary)).toHaveLength(32)
  expect(queryTerms('', 'pl', dictionary)).toEqual([])
  expect(queryTerms('!?', 'pl', dictionary)).toEqual([])
})
