import { expect, test } from 'vitest'
import { button, entry, momentInLetter, paragraph, reference, writeLetter } from './letters.ts'

test('says the same in both forms, and fetches nothing', () => {
  const letter = writeLetter('pl', 'Temat', [
    paragraph('Dzień dobry!\nDwa wiersze.'),
    button('Otwórz', 'https://example.org/a?b=1&c=2'),
    entry('Tytuł', null, 'https://example.org/1'),
    reference('Więcej:', 'https://example.org/2'),
  ])
  expect(letter.text).toBe(
    'Dzień dobry!\nDwa wiersze.\n\nhttps://example.org/a?b=1&c=2\n\nTytuł\nhttps://example.org/1\n\nWięcej: https://example.org/2\n',
  )
  expect(letter.html).toContain('<html lang="pl">')
  expect(letter.html).toContain('Dzień dobry!<br>Dwa wiersze.')
  expect(letter.html.match(/href="[^"]*"/g)).toEqual([
    'href="https://example.org/a?b=1&amp;c=2"',
    'href="https://example.org/1"',
    'href="https://example.org/2"',
  ])
  expect(letter.html).not.toMatch(/<img|<link|url\(/)
})

test('what people typed is text; a subject has a length that servers take', () => {
  const letter = writeLetter('en', `<b>${'ż'.repeat(500)}`, [
    paragraph('<script>'),
    entry('"><i>', 'a\n<u>', 'https://x.example/"><i>'),
  ])
  expect(Array.from(letter.subject)).toHaveLength(200)
  expect(letter.html).not.toMatch(/<(?:script|i|u|b)>/)
  expect(letter.html).toContain('href="https://x.example/&quot;&gt;&lt;i&gt;"')
})

test('a time says its zone', () => {
  expect(momentInLetter('2027-03-28T07:00:00.000Z', 'Europe/Warsaw', 'pl')).toBe('28 marca 2027 09:00 (Europe/Warsaw)')
  expect(momentInLetter('2027-03-28T07:00:00.000Z', 'Europe/London', 'en')).toMatch(
    /^28 March 2027 (?:at )?08:00 \(Europe\/London\)$/,
  )
})
