import { expect, test } from 'vitest'
import { retryAfter } from './network.ts'

const nowMs = Date.parse('2026-11-22T10:00:00.000Z')

test.each([
  ['120', nowMs + 120_000],
  [' 3 ', nowMs + 3_000],
  ['Sun, 22 Nov 2026 10:02:00 GMT', nowMs + 120_000],
  ['Sunday, 22-Nov-26 10:02:00 GMT', nowMs + 120_000],
  ['Sun Nov 22 10:02:00 2026', nowMs + 120_000],
  ['0', null],
  ['-5', null],
  ['1.5', null],
  ['soon', null],
  ['120, 120', null],
  ['Sun, 22 Nov 2026 09:00:00 GMT', null],
  ['Sun, 99 Nov 2026 10:02:00 GMT', null],
  ['9'.repeat(40), null],
  ['', null],
  [undefined, null],
])('Retry-After %j', (header, expected) => {
  expect(retryAfter(header, nowMs)).toBe(expected)
})
