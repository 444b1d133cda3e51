import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DictionaryError } from './automaton.ts'
import { polishDictionaryFile } from './data.ts'
import { openDictionary } from './dictionary.ts'

const bytes = new Uint8Array(readFileSync(polishDictionaryFile))
const polish = openDictionary(bytes)

test('a form gives its lemma and tags', () => {
  expect(polish.lookup('psa')).toEqual([
    { lemma: 'pies', tags: ['subst:sg:acc:m1', 'subst:sg:acc:m2', 'subst:sg:gen:m1', 'subst:sg:gen:m2'] },
  ])
  expect(polish.lookup('książkę')).toEqual([{ lemma: 'książka', tags: ['subst:sg:acc:f'] }])
  expect(polish.lookup('poszła')).toEqual([{ lemma: 'pójść', tags: ['verb:praet:sg:f:ter:perf:nonrefl'] }])
  const [fastest] = polish.lookup('najszybszymi')
  expect(fastest?.lemma).toBe('szybki')
  expect(fastest?.tags[0]).toMatch(/^adj:pl:inst:.*:sup$/)
})

test('an ambiguous form gives every reading', () => {
  expect(polish.lookup('mam').map((reading) => reading.lemma)).toEqual(['mama', 'mamić', 'mieć'])
  expect(polish.lemmas('mam')).toEqual(['mama', 'mamić', 'mieć'])
})

test('case and marks matter', () => {
  expect(polish.lemmas('Warszawy')).toEqual(['Warszawa'])
  expect(polish.lemmas('zolwie')).toEqual([])
  expect(polish.lookup('wARSZAWY')).toEqual([])
})

test.each(['', 'qwrtp', 'pśa', 'psa;', ';', 'a'.repeat(1_000_000), '\ud800', 'żółw\u0000'])('%j is no form', (form) => {
  expect(polish.lookup(form)).toEqual([])
  expect(polish.lemmas(form)).toEqual([])
  expect(polish.spellings(form)).toEqual([])
})

test('spellings put the marks back', () => {
  expect(polish.spellings('zolwie')).toEqual(['żółwie'])
  expect(polish.spellings('zazolc')).toEqual(['zażółć'])
  expect(polish.spellings('sad')).toEqual(['sad', 'sąd'])
  expect(polish.spellings('krakow')).toEqual(['Kraków'])
  expect(polish.spellings('lodzi')).toEqual(['lodzi', 'łodzi', 'Lodzi', 'Łodzi'])
})

test('asked again, an answer is the same one', () => {
  const dictionary = openDictionary(bytes)
  expect(dictionary.lemmas('psa')).toBe(dictionary.lemmas('psa'))
  for (let index = 0; index < 40_000; index++) dictionary.lemmas(`x${index}`)
  expect(dictionary.lemmas('psa')).toEqual(['pies'])
})

test.each([
  ['nothing', new Uint8Array(), /does not begin/],
  ['text', new TextEncoder().encode('pies;AA;subst:sg'), /does not begin/],
  ['another version', Uint8Array.of(0x5c, 0x66, 0x73, 0x61, 5, 0, 0, 0), /unknown dictionary format 0x5/],
  ['a header alone', bytes.slice(0, 8), /damaged or cut short/],
  ['a header and labels', bytes.slice(0, 40), /damaged or cut short/],
  ['an automaton without entries', Uint8Array.of(0x5c, 0x66, 0x73, 0x61, 0xc6, 0, 7, 0, 0x40, 0x61, 0), /empty/],
])('%s is refused', (_name, given, message) => {
  expect(() => openDictionary(given)).toThrow(DictionaryError)
  expect(() => openDictionary(given)).toThrow(message)
})

test('a file cut short says so when a look-up meets the end', () => {
  const half = openDictionary(bytes.subarray(0, 10_000))
  const ask = () => ['psa', 'książkę', 'najszybszymi', 'poszła', 'żółw'].map((form) => half.lookup(form))
  expect(ask).toThrow(/damaged or cut short/)
})

test('no damage makes a look-up hang or fail otherwise', () => {
  const forms = ['psa', 'mam', 'najszybszymi', 'w', 'zolwie']
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat({ max: 6000 }), fc.nat({ max: 255 })), { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 8, max: 6000 }),
      (changes, length) => {
        const damaged = bytes.slice(0, length)
        for (const [at, value] of changes) if (at >= 8 && at < length) damaged[at] = value
        onlyDictionaryErrors(() => {
          const dictionary = openDictionary(damaged)
          for (const form of forms) {
            onlyDictionaryErrors(() => dictionary.lookup(form))
            onlyDictionaryErrors(() => dictionary.lemmas(form))
            onlyDictionaryErrors(() => dictionary.spellings(form))
          }
        })
      },
    ),
    { numRuns: 300 },
  )
})

test('random arcs do not either', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.boolean(), (arcs, isNumbered) => {
      const header = [0x5c, 0x66, 0x73, 0x61, 0xc6, isNumbered ? 1 : 0, 7, 4, 0, 0x61, 0x3b, 0x41]
      onlyDictionaryErrors(() => {
        const dictionary = openDictionary(Uint8Array.of(...header, ...arcs))
        for (const form of ['a', 'aa', 'Aa', 'aaaaaa']) {
          onlyDictionaryErrors(() => dictionary.lookup(form))
          onlyDictionaryErrors(() => dictionary.spellings(form))
        }
      })
    }),
    { numRuns: 1000 },
  )
})

function onlyDictionaryErrors(work: () => unknown): void {
  try {
    work()
  } catch (error) {
    if (!(error instanceof DictionaryError)) throw error
  }
}
