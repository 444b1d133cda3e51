import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sentencesOf } from './sentences.ts'

const texts = (text: string, language: string) => sentencesOf(text, language).map((sentence) => sentence.text)

test('Polish', () => {
  expect(
    texts('Prof. J. Kowalski mieszka przy ul. Długiej. W 2024 r. pojechał np. do Łodzi! „Ach!” zawołał.', 'pl'),
  ).toEqual(['Prof. J. Kowalski mieszka przy ul. Długiej.', 'W 2024 r. pojechał np. do Łodzi!', '„Ach!” zawołał.'])
  expect(texts('To jest m.in. to… Tak? Nie... Bo nie', 'pl')).toEqual(['To jest m.in. to…', 'Tak?', 'Nie...', 'Bo nie'])
  expect(texts('Zajął 3. miejsce. Brawo!', 'pl')).toEqual(['Zajął 3. miejsce.', 'Brawo!'])
})

test('English', () => {
  expect(
    texts('Mr. Smith said no. See No. 5 by J. R. Tolkien. So do I. "Right?" he asked. "Yes." Then e.g. this.', 'en'),
  ).toEqual([
    'Mr. Smith said no.',
    'See No. 5 by J. R. Tolkien.',
    'So do I.',
    '"Right?" he asked.',
    '"Yes."',
    'Then e.g. this.',
  ])
  expect(texts('It costs 3.50. Floowe.app is here.', 'en')).toEqual(['It costs 3.50.', 'Floowe.app is here.'])
})

test('a blank line ends a sentence, a line break does not', () => {
  expect(texts('Tytuł\n\n1. Wstęp\n \nPierwszy\nwers. Drugi', 'pl')).toEqual([
    'Tytuł',
    '1. Wstęp',
    'Pierwszy\nwers.',
    'Drugi',
  ])
  expect(texts('', 'pl')).toEqual([])
  expect(texts(' \n\n ', 'pl')).toEqual([])
})

test('sentences hold every sign that is not white space, in order', () => {
  const piece = fc.constantFrom(
    '.',
    '...',
    '!',
    '?',
    '…',
    ' ',
    '\n',
    '\n\n',
    'ul',
    'Dr',
    'J',
    'a',
    'Ż',
    '5',
    '"',
    '”',
    ')',
    '-',
    '\ud800',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), fc.constantFrom('pl', 'en', 'de'), (pieces, language) => {
      const text = pieces.join('')
      const sentences = sentencesOf(text, language)
      for (const { text: own, start, end } of sentences) expect(text.slice(start, end)).toBe(own)
      expect(
        sentences
          .map((sentence) => sentence.text)
          .join('')
          .replace(/\s/g, ''),
      ).toBe(text.replace(/\s/g, ''))
    }),
  )
})
