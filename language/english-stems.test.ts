import fc from 'fast-check'
import { expect, test } from 'vitest'
import { englishStem, porter2 } from './english-stems.ts'

test.each([
  ['consistency', 'consist'],
  ['consolingly', 'consol'],
  ['knackeries', 'knackeri'],
  ['knightly', 'knight'],
  ['generously', 'generous'],
  ['communities', 'communiti'],
  ['universities', 'universiti'],
  ['hopping', 'hop'],
  ['hoping', 'hope'],
  ['adding', 'add'],
  ['luxuriated', 'luxuri'],
  ['ties', 'tie'],
  ['cries', 'cri'],
  ['gas', 'gas'],
  ['kiwis', 'kiwi'],
  ['dying', 'die'],
  ['evening', 'evening'],
  ['succeeded', 'succeed'],
  ['agreed', 'agre'],
  ['relational', 'relat'],
  ['geologist', 'geolog'],
  ['geology', 'geolog'],
  ['formative', 'format'],
  ['youth', 'youth'],
  ['boyish', 'boyish'],
  ["smith's", 'smith'],
  ['news', 'news'],
  ['skies', 'sky'],
  ['is', 'is'],
  ['', ''],
])('Porter2: %s → %s', (word, stem) => {
  expect(porter2(word)).toBe(stem)
})

test('forms of one word share a stem', () => {
  for (const forms of [
    'write writes wrote written writing',
    'child children',
    'connect connected connections',
    'go went gone going',
  ]) {
    expect(new Set(forms.split(' ').map(englishStem)).size, forms).toBe(1)
  }
})

test('any text comes back, hardly longer', () => {
  const letters = fc.string({ unit: fc.constantFrom(..."aeiouysdlngtbzc'é"), maxLength: 70 })
  fc.assert(
    fc.property(fc.oneof(letters, fc.string({ unit: 'binary' })), (word) => {
      expect(porter2(word).length).toBeLessThanOrEqual(word.length + 1)
    }),
  )
  const long = 'a'.repeat(1_000_000)
  expect(porter2(long)).toBe(long)
})
