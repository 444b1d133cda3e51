import fc from 'fast-check'
import { expect, test } from 'vitest'
import { slugOf } from './slugs.ts'

test.each([
  ['Żółw & ślimak: 50% zniżki!', 'pl', 'zolw-i-slimak-50-procent-znizki'],
  ['Zażółć gęślą jaźń', 'pl', 'zazolc-gesla-jazn'],
  ['Salt & pepper — don’t', 'en', 'salt-and-pepper-dont'],
  ['Straße nach Øre', 'de', 'strasse-nach-ore'],
  ['  --Ala--  ', 'pl', 'ala'],
  ['東京', 'pl', 'untitled'],
  ['', 'pl', 'untitled'],
])('%j in %s → %s', (title, language, slug) => {
  expect(slugOf(title, language)).toBe(slug)
})

test('the fallback is made a slug too', () => {
  expect(slugOf('東京', 'pl', 'Bez tytułu')).toBe('bez-tytulu')
  expect(slugOf('', 'pl', '…')).toBe('untitled')
})

test('cut between words', () => {
  expect(slugOf('słowo '.repeat(40), 'pl')).toBe(Array.from({ length: 13 }, () => 'slowo').join('-'))
  expect(slugOf('x'.repeat(1_000_000), 'pl')).toBe('x'.repeat(80))
})

test('always a slug of at most 80 characters', () => {
  const word = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('Żółw', 'ß', '&', '%', '\ud800', "'", 'ĳ', '½'))
  fc.assert(
    fc.property(fc.array(word), fc.constantFrom('pl', 'en', 'uk'), fc.string(), (words, language, fallback) => {
      const slug = slugOf(words.join(' '), language, fallback)
      expect(slug).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
      expect(slug.length).toBeLessThanOrEqual(80)
      expect(slugOf(slug, language)).toBe(slug)
    }),
  )
})
