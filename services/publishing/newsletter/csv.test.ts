import { expect, test } from 'vitest'
import { csvLine, readCsv } from './csv.ts'

test.each([
  ['ola@example.org', [{ email: 'ola@example.org', locale: 'pl' }]],
  ['\uFEFFe-mail;język\r\nOla@Example.org;en\r\n\r\n', [{ email: 'ola@example.org', locale: 'en' }]],
  ['"Nowak, Ola",ola@example.org,EN', [{ email: 'ola@example.org', locale: 'en' }]],
  ['name\temail\nJan\tjan@example.org', [{ email: 'jan@example.org', locale: 'pl' }]],
  ['"a ""b"" c";x@example.org', [{ email: 'x@example.org', locale: 'pl' }]],
])('%j', (csv, entries) => {
  expect(readCsv(csv, 'pl')).toMatchObject({ entries, invalid: 0 })
})

test('says which lines are no addresses', () => {
  const read = readCsv('email\nola@example.org\nnobody\n@x\na@b\n', 'pl')
  expect(read?.entries).toHaveLength(1)
  expect(read).toMatchObject({
    invalid: 3,
    invalidLines: [
      { line: 3, text: 'nobody' },
      { line: 4, text: '@x' },
      { line: 5, text: 'a@b' },
    ],
  })
  expect(readCsv(`${'x\n'.repeat(50)}`, 'pl')).toMatchObject({ invalid: 49 })
  expect(readCsv(`${'x\n'.repeat(50)}`, 'pl')?.invalidLines).toHaveLength(20)
  expect(readCsv('a@b.pl\n'.repeat(20_001), 'pl')).toBeNull()
})

test('what is written back is no formula for a spreadsheet', () => {
  expect(csvLine(['=1+1', 'a"b', '@x', 'ola@example.org'])).toBe(`"'=1+1","a""b","'@x","ola@example.org"\r\n`)
})
