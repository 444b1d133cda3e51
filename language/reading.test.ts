import { expect, test } from 'vitest'
import { readingMinutes } from './reading.ts'
import { wordCount } from './words.ts'

test('words', () => {
  expect(wordCount('Biało-czerwona – flaga, 1 sztuka.')).toBe(4)
  expect(wordCount(' … ')).toBe(0)
})

test('minutes', () => {
  expect(readingMinutes(0, 'pl')).toBe(0)
  expect(readingMinutes(1, 'pl')).toBe(1)
  expect(readingMinutes(830, 'pl')).toBe(5)
  expect(readingMinutes(1140, 'en-US')).toBe(5)
  expect(readingMinutes(920, 'de')).toBe(5)
  expect(readingMinutes(Number.NaN, 'pl')).toBe(0)
})
