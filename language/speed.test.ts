import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { polishDictionaryFile } from './data.ts'
import { indexTerms, openDictionary, queryTerms, sentencesOf, slugOf, typeset, wordsOf } from './index.ts'

/**
 * Bounds that hold on a slow, busy machine: several times the figures of README.md. They catch a change of kind (a
 * quadratic loop, a lost cache), not one of degree.
 */
const dictionaryBytes = readFileSync(polishDictionaryFile)
const dictionary = openDictionary(dictionaryBytes)
const page = readFileSync(new URL('README.Polish.txt', polishDictionaryFile), 'utf8').slice(0, 5000)

function medianMs(work: () => unknown, rounds = 50): number {
  const times = Array.from({ length: rounds }, () => {
    const start = performance.now()
    work()
    return performance.now() - start
  })
  return times.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0
}

test('5 kB of Polish', () => {
  expect(medianMs(() => wordsOf(page))).toBeLessThan(2)
  expect(medianMs(() => typeset(page, 'pl'))).toBeLessThan(10)
  expect(medianMs(() => indexTerms(page, 'pl', dictionary))).toBeLessThan(10)
  expect(medianMs(() => indexTerms(page, 'pl', openDictionary(dictionaryBytes)))).toBeLessThan(30)
})

const megabyte = (unit: string) => unit.repeat(Math.ceil(1_000_000 / unit.length))

test.each([
  'a',
  ' ',
  '.',
  '-',
  "'",
  '"',
  '`',
  '``',
  '\n',
  ' \n',
  '. ',
  'Dr. ',
  '1. ',
  '1-',
  '1 ',
  '1 234 ',
  'i ',
  ' - ',
  'J. ',
  'ż',
  '\u0301',
  '\ud800',
  'www.',
  'http://',
  'http://a ',
  '`a` "',
  'a\u00ad',
  'zolwie ',
  '\n ',
])(
  'a megabyte of %j is no trouble',
  (unit) => {
    const text = megabyte(unit)
    const start = performance.now()
    sentencesOf(text, 'pl')
    typeset(text, 'pl')
    typeset(text, 'en')
    slugOf(text, 'pl')
    queryTerms(text, 'pl', dictionary)
    indexTerms(text, 'pl', dictionary)
    expect(performance.now() - start).toBeLessThan(8000)
  },
  20_000,
)
