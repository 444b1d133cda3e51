import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lengthOf, loadWeights, ruleFor, shortened, split, type TextRule } from './post-text.ts'

await loadWeights()

const graphemes: TextRule = { max: 300, counting: 'graphemes', linkLength: null }
const mastodon: TextRule = { max: 500, counting: 'characters', linkLength: 23 }
const family = '👨‍👩‍👧‍👦'

test.each([
  ['zażółć', 'graphemes', 6],
  ['zazo\u0301łć', 'graphemes', 6],
  ['zazo\u0301łć', 'characters', 7],
  [family, 'graphemes', 1],
  [family, 'characters', 7],
  [family, 'utf16', 11],
  ['日本語', 'utf16', 3],
] as const)('%s in %s is %i', (text, counting, length) => {
  expect(lengthOf(text, { max: 0, counting, linkLength: null })).toBe(length)
})

test('a link counts what the network says, however long it is', () => {
  expect(lengthOf('Zob. https://floowe.example/a/very/long/path?with=query', mastodon)).toBe('Zob. '.length + 23)
  expect(lengthOf('https://a.pl https://b.pl', mastodon)).toBe(47)
  expect(lengthOf('https://a.pl', graphemes)).toBe(12)
})

describe('weighted, as twitter-text says itself', () => {
  type Case = { description: string; text: string; weightedLength: number }
  const cases = JSON.parse(
    readFileSync(new URL('fixtures/twitter-text/weighted-length.json', import.meta.url), 'utf8'),
  ) as Record<string, Case[]> // see its README
  const weighted: TextRule = { max: 280, counting: 'weighted', linkLength: null }
  /** These two hold for configuration 2 only; each has its counterpart among the cases of configuration 3. */
  const isOfOldConfiguration = ({ description }: Case): boolean =>
    /^Count a mix of single byte|^Count unicode emoji chars outside/.test(description)

  test.each(
    Object.entries(cases).flatMap(([group, list]) =>
      list
        .filter((one) => group !== 'WeightedTweetsCounterTest' || !isOfOldConfiguration(one))
        .map((one) => ({ ...one, group })),
    ),
  )('$group: $description', ({ text, weightedLength }) => {
    expect(lengthOf(text, weighted)).toBe(weightedLength)
  })
  test('what is cut or split fits as it is counted', () => {
    const text = `${'日本語 👨‍👩‍👧‍👦 zażółć '.repeat(60)}https://wisla.pl/bardzo/dluga/droga`
    expect(lengthOf(shortened(text, weighted), weighted)).toBeLessThanOrEqual(280)
    for (const part of split(text, weighted)) expect(lengthOf(part, weighted)).toBeLessThanOrEqual(280)
  })
})

test('with pictures another limit may hold', () => {
  const telegram = { max: 4096, maxWithMedia: 1024, counting: 'utf16', linkLength: null } as const
  expect([ruleFor(telegram, false).max, ruleFor(telegram, true).max]).toEqual([4096, 1024])
  expect(ruleFor({ ...telegram, maxWithMedia: null }, true).max).toBe(4096)
})

describe('shortened', () => {
  const short = (text: string, max: number, reserved = 0) => shortened(text, { ...graphemes, max }, reserved)
  test.each([
    ['Kamienica przy rynku', 20, 'Kamienica przy rynku'],
    ['Kamienica przy rynku', 19, 'Kamienica przy…'],
    ['Kamienica przy rynku', 15, 'Kamienica przy…'],
    ['Kamienica przy rynku', 14, 'Kamienica…'],
    ['Kamienica, przy rynku', 12, 'Kamienica…'],
    ['Konstantynopolitańczykowianeczka', 8, 'Konstan…'],
    [`${family}${family}${family}`, 2, `${family}…`],
  ])('%s to %i', (text, max, expected) => {
    expect(short(text, max)).toBe(expected)
  })
  test('leaves the room that was asked for, and is empty where there is none', () => {
    expect(short('Kamienica przy rynku', 20, 5)).toBe('Kamienica przy…')
    expect(short('Kamienica', 5, 5)).toBe('')
  })
  test('never is too long, and begins as the text does', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), fc.integer({ min: 1, max: 60 }), (text, max) => {
        const cut = short(text, max)
        expect(lengthOf(cut, { ...graphemes, max })).toBeLessThanOrEqual(max)
        expect(text.startsWith(cut.replace(/…$/, ''))).toBe(true)
      }),
    )
  })
})

describe('split', () => {
  test('cuts between paragraphs, else between sentences', () => {
    const rule = { ...graphemes, max: 40 }
    expect(split('Pierwszy akapit jest krótki.\n\nDrugi też nie jest długi.', rule)).toEqual([
      'Pierwszy akapit jest krótki.',
      'Drugi też nie jest długi.',
    ])
    expect(split('Pierwsze zdanie tu stoi. Drugie stoi za nim i jest dłuższe.', rule)).toEqual([
      'Pierwsze zdanie tu stoi.',
      'Drugie stoi za nim i jest dłuższe.',
    ])
    expect(split('Krótko.', rule)).toEqual(['Krótko.'])
    expect(split('  ', rule)).toEqual([])
  })
  test('loses no word, and every part but the last possible one fits', () => {
    const words = fc.array(fc.string({ unit: fc.constantFrom(...'aąbcćż.,'), minLength: 1, maxLength: 12 }), {
      maxLength: 120,
    })
    fc.assert(
      fc.property(words, (list) => {
        const text = list.join(' ')
        const parts = split(text, { ...graphemes, max: 60 })
        expect(parts.join(' ').split(/\s+/).filter(Boolean)).toEqual(text.split(/\s+/).filter(Boolean))
        for (const part of parts.slice(0, 24)) expect(lengthOf(part, graphemes)).toBeLessThanOrEqual(60)
      }),
    )
  })
})
