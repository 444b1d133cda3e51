import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fold, wordsOf } from './words.ts'

const texts = (text: string) => wordsOf(text).map((word) => word.text)

test('words with their offsets', () => {
  expect(wordsOf('Żółw, pies!')).toEqual([
    { text: 'Żółw', start: 0, end: 4 },
    { text: 'pies', start: 6, end: 10 },
  ])
})

test.each([
  ['Biało-czerwona flaga – piękna.', ['Biało-czerwona', 'flaga', 'piękna']],
  ['ZUS-u, Harry’ego i e-mail', ['ZUS-u', 'Harry’ego', 'i', 'e-mail']],
  ["don't 'quoted' rock 'n' roll", ["don't", 'quoted', 'rock', 'n', 'roll']],
  ['1 234,56 zł o 14:30. Wersja 2.0.1.', ['1', '234,56', 'zł', 'o', '14:30', 'Wersja', '2.0.1']],
  ['a--b - c, d-', ['a', 'b', 'c', 'd']],
  ['https://floowe.app/x_y', ['https', 'floowe', 'app', 'x', 'y']],
  ['e\u0301te\u0301 pol\u00adsko', ['e\u0301te\u0301', 'pol\u00adsko']],
  ['Привіт Γειά 東京 😀 x²', ['Привіт', 'Γειά', '東京', 'x²']],
  ['a\ud800b \udc00', ['a', 'b']],
  ['\u0301 × ÷ § …', []],
  ['', []],
])('%j', (text, words) => {
  expect(texts(text)).toEqual(words)
})

test('words are slices in order, without white space', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      let last = 0
      for (const word of wordsOf(text)) {
        expect(word.text).toBe(text.slice(word.start, word.end))
        expect(word.start).toBeGreaterThanOrEqual(last)
        expect(word.text).toMatch(/^[\p{L}\p{N}]/u)
        expect(word.text).not.toMatch(/\s/)
        last = word.end
      }
    }),
  )
})

test('folding', () => {
  expect(fold('Zażółć GĘŚLĄ Jaźń')).toBe('zazolc gesla jazn')
  expect(fold('Łódź')).toBe('lodz')
  expect(fold('Straße Ærø Ĳssel ﬁn İstanbul')).toBe('strasse aero ijssel fin istanbul')
  expect(fold('z\u0307o\u0301łw')).toBe('zolw')
  expect(fold('don’t')).toBe("don't")
  expect(fold('ab\u00adc')).toBe('abc')
  expect(fold('한국 हिन्दी')).toBe('한국 हिन्दी')
})

test('folding twice changes nothing, for every character', () => {
  for (let point = 0; point <= 0x10ffff; point++) {
    const once = fold(String.fromCodePoint(point))
    if (fold(once) !== once) expect.fail(`U+${point.toString(16)}`)
  }
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(fold(fold(text))).toBe(fold(text))
    }),
  )
})
