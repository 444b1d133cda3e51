import fc from 'fast-check'
import { expect, test } from 'vitest'
import { typeset } from './typography.ts'

/** Non-breaking spaces are written as ~ here. */
const shown = (text: string, language: string, before?: string) =>
  typeset(text, language, before).replaceAll('\u00a0', '~')

test.each([
  ['Pojechał i w domu, a z kolei', 'Pojechał i~w~domu, a~z~kolei'],
  ['W lesie. I w polu. AI i XW w', 'W~lesie. I~w~polu. AI i~XW w'],
  ['5 km, 2024 r., 1 234 567,56 zł, 10 %, 12 maja', '5~km, 2024~r., 1~234~567,56~zł, 10~%, 12~maja'],
  ['ul. Długa 5, nr 7, s. 12, prof. J. Kowalski', 'ul.~Długa 5, nr~7, s.~12, prof.~J.~Kowalski'],
  ['"Tak" - powiedział ("nie")...', '„Tak”~– powiedział („nie”)…'],
  ['- Cześć - rzekł -- dodał', '–~Cześć~– rzekł~– dodał'],
  ['„Tak” – już „gotowe”', '„Tak”~– już „gotowe”'],
  ["Kennedy'ego i 'słowo'", 'Kennedy’ego i~‘słowo’'],
  ['lata 1999-2004, 10-15 osób', 'lata 1999–2004, 10–15 osób'],
  ['00-950, 2024-05-01, 2-1, 22-123-45, polsko-czeski', '00-950, 2024-05-01, 2-1, 22-123-45, polsko-czeski'],
  ['27" monitor, "w 2024"', '27" monitor, „w~2024”'],
  ['kod `a - "b"...` i https://x.pl/a--b...', 'kod `a - "b"...` i~https://x.pl/a--b…'],
  ['....', '....'],
  ['', ''],
])('Polish: %s', (text, expected) => {
  expect(shown(text, 'pl')).toBe(expected)
})

test.each([
  ['"It\'s" - he said -- "no"...', '“It’s”~– he said~– “no”…'],
  ["word--word, rock 'n' roll in the '90s, 'single'", 'word—word, rock ’n’ roll in the ’90s, ‘single’'],
  ['Mr. Smith, p. 5, 10 km, No. 5, 5 million, pages 10-15', 'Mr.~Smith, p.~5, 10~km, No.~5, 5~million, pages 10–15'],
  ['J. R. R. Tolkien said a word', 'J.~R.~R.~Tolkien said a word'],
  ['say "--" and --help', 'say “--” and --help'],
])('English: %s', (text, expected) => {
  expect(shown(text, 'en')).toBe(expected)
})

test('other languages keep their quotes', () => {
  expect(shown('"Ja" - sagte er...', 'de')).toBe('"Ja"~– sagte er…')
})

test('what stands before decides', () => {
  expect(shown('" i', 'pl', 'słowo')).toBe('” i')
  expect(shown('"słowo', 'pl', 'to jest ')).toBe('„słowo')
  expect(shown('i domu', 'pl', 'bo')).toBe('i domu')
  expect(shown('i domu', 'pl', 'bo ')).toBe('i~domu')
  expect(shown(' km', 'pl', '5')).toBe('~km')
  expect(shown('- x', 'pl', 'a')).toBe('- x')
  expect(shown('..', 'pl', '.')).toBe('..')
  expect(shown('-05-07', 'pl', '2024')).toBe('-05-07')
})

const words = 'i w A słowo J. ul. nr s. dr Nowak 5 12 234 1999 2004 km r. zł % maja https://x.pl www. 90s tis'
const signs = '" \' „ ” “ ‘ ’ - -- --- – — . ... … ( ) / , `'
const piece = fc.oneof(
  fc.constantFrom(...words.split(' ')),
  fc.constantFrom(...signs.split(' ')),
  fc.constantFrom(' ', '\u00a0', '\n', '\ud800', '😀'),
)
const anyText = fc.oneof(
  fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary' }),
)
const language = fc.constantFrom('pl', 'en', 'de')

test('setting twice changes nothing more', () => {
  fc.assert(
    fc.property(anyText, language, anyText, (text, tag, before) => {
      const once = typeset(text, tag, before)
      expect(typeset(once, tag, before)).toBe(once)
    }),
    { numRuns: 5000 },
  )
})

test('no letter, digit or verbatim text is lost', () => {
  const letters = (text: string) => text.replace(/[^\p{L}\p{N}`]/gu, '')
  fc.assert(
    fc.property(anyText, language, anyText, (text, tag, before) => {
      const set = typeset(text, tag, before)
      expect(letters(set)).toBe(letters(text))
      expect(set.match(/`[^`\n]+`/g)).toEqual(text.match(/`[^`\n]+`/g))
    }),
    { numRuns: 1000 },
  )
})
