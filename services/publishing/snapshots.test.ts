import { createHash } from 'node:crypto'
import type { SnapshotContent } from '@floowe/contracts/content'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalJson, freeze, thaw } from './snapshots.ts'

test('canonical JSON is that of RFC 8785', () => {
  // Section 3.2.3 of the RFC: sorted by UTF-16 units, so that an emoji comes before U+FB33.
  const sorted = canonicalJson({
    '€': 'Euro Sign',
    '\r': 'Carriage Return',
    '\ufb33': 'Hebrew Letter Dalet With Dagesh',
    1: 'One',
    '😀': 'Emoji: Grinning Face',
    '\u0080': 'Control',
    ö: 'Latin Small Letter O With Diaeresis',
  })
  expect([...sorted.matchAll(/:"([^"]+)"/g)].map((match) => match[1])).toEqual([
    'Carriage Return',
    'One',
    'Control',
    'Latin Small Letter O With Diaeresis',
    'Euro Sign',
    'Emoji: Grinning Face',
    'Hebrew Letter Dalet With Dagesh',
  ])
  expect(canonicalJson({ b: [1e30, 4.5, 2e-3, 1e-27], a: undefined, c: null })).toBe(
    '{"b":[1e+30,4.5,0.002,1e-27],"c":null}',
  )
})

test('equal contents have equal text, whatever the order of their fields', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (content) => {
      const shuffled = Object.fromEntries(Object.entries(content).reverse())
      expect(canonicalJson(shuffled)).toBe(canonicalJson(content))
      expect(canonicalJson(JSON.parse(canonicalJson(content)))).toBe(canonicalJson(content))
    }),
  )
})

test('what was frozen thaws as it was; one changed byte shows', () => {
  const content = { title: 'Łódź', html: '<p>\u0000 🎈</p>', meta: { title: '' } } as unknown as SnapshotContent // only its bytes matter here
  const { text, hash } = freeze(content)
  expect(hash).toBe(createHash('sha256').update(text).digest('hex'))
  expect(thaw(text, hash)).toEqual(content)
  expect(thaw(text.replace('Łódź', 'Łodź'), hash)).toBeNull()
})
