/** Whatever the report of an import can say, it can say in Polish. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { importNoteText } from '@floowe/contracts/import-words'
import { unreadableReason } from '@floowe/contracts/unreadable-words'
import { expect, test } from 'vitest'

const content = new URL('..', import.meta.url).pathname
const sources = ['formats', 'imports'].flatMap((folder) =>
  readdirSync(join(content, folder))
    .filter((name) => name.endsWith('.ts') && !/\.test\.|-arbitrary|-examples|in-tests|hostile/.test(name))
    .map((name) => readFileSync(join(content, folder, name), 'utf8')),
)
/** Without the name of a mark, which is written the same. */
const found = (pattern: RegExp): string[] =>
  [...new Set(sources.flatMap((source) => [...source.matchAll(pattern)].map(([, code]) => code ?? '')))].filter(
    (code) => code !== 'code',
  )

/** Filled in where they stand: counts of one kind of thing each. */
const made = [
  ...['links', 'images', 'headings', 'tables', 'codes'].map((what) => `${what}-differ`),
  ...['tags', 'categories', 'authors', 'permalinks'].map((what) => `too-many-${what}`),
]

test('every note', () => {
  const codes = [
    ...found(/\b(?:code: |skip\(|failed\(|later\()'([a-z]+(?:-[a-z]+)*)'/g),
    ...found(/\['([a-z]+(?:-[a-z]+)*)', '[A-Z]/g),
  ]
  expect(codes.length).toBeGreaterThan(40)
  const values = new Proxy({}, { get: () => '1' }) as Record<string, string>
  const without = [...codes, ...made].filter((code) => importNoteText({ code, text: '', values }, 'pl') === '')
  expect(without).toEqual([])
})

test('every reason to refuse a whole file', () => {
  const codes = found(/(?:new UnreadableContainer\(|this\.refuse\()\s*'([a-z]+(?:-[a-z]+)+)'/g)
  expect(codes.length).toBeGreaterThan(8)
  expect(codes.filter((code) => code !== 'unsupported-type' && unreadableReason(code, '', 'pl') === '')).toEqual([])
})
