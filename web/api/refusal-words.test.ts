/** Every refusal that a contract declares has words in both languages, and they use only what the code hands them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { contracts } from '@floowe/contracts/index'
import { IntlMessageFormat } from 'intl-messageformat'
import { expect, test } from 'vitest'
import { formatsFor } from '../ui/formats.ts'
import { valuesOf } from './refusal-words.ts'

const read = (language: string): Record<string, string> =>
  JSON.parse(readFileSync(join(import.meta.dirname, `../words/${language}/refusals.json`), 'utf8'))
const codes = [
  ...new Set(
    Object.values(contracts).flatMap((service) =>
      Object.values(service).flatMap((operation) => Object.keys(operation['~orpc'].errorMap)),
    ),
  ),
].sort()
/** Said when no answer came; no contract can declare it. */
const own = ['unreachable']

test('the contracts declare refusals', () => expect(codes.length).toBeGreaterThan(20))

test.each(['pl', 'en'])('every code has a sentence and advice in %s', (language) => {
  const words = read(language)
  expect([...codes, ...own].filter((code) => !words[code] || !words[`${code}.advice`])).toEqual([])
})

test('no words for codes that no longer exist', () => {
  expect(
    Object.keys(read('pl'))
      .map((key) => key.replace(/\.advice$/, ''))
      .filter((code) => !codes.includes(code) && !own.includes(code)),
  ).toEqual([])
})

test.each(['pl', 'en'] as const)('every text can be said with nothing but the code, in %s', (language) => {
  const formats = formatsFor(language, 'Europe/Warsaw')
  for (const [key, text] of Object.entries(read(language))) {
    const values = valuesOf({ code: key.replace(/\.advice$/, ''), status: 409, data: {}, requestId: null }, formats)
    expect(new IntlMessageFormat(text, language).format(values), key).not.toMatch(/[{}]|undefined|NaN/)
  }
})

test('details are said in the language', () => {
  const values = valuesOf(
    { code: 'locked', status: 429, data: { retryAfterSeconds: 170 }, requestId: null },
    formatsFor('pl', 'Europe/Warsaw'),
  )
  expect(new IntlMessageFormat(read('pl')['locked.advice'] ?? '', 'pl').format(values)).toContain('za 3 minuty')
})
