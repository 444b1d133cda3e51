import { describe, expect, test } from 'vitest'
import { gridOf, ratioAlone, ratioOf } from './grids.ts'
import { type PostNetwork, traits } from './traits.ts'

const wide = { width: 1600, height: 900 }
const tall = { width: 900, height: 1600 }
const some = (count: number, size = wide) => Array.from({ length: count }, () => size)
const rows = (count: number, network: PostNetwork, size = wide) => {
  const { shape, rows: counts, hidden } = gridOf(some(count, size), network)
  return `${shape} ${counts.join('+')}${hidden > 0 ? ` and ${hidden}` : ''}`
}

describe.each(Object.keys(traits) as PostNetwork[])('%s', (network) => {
  test('every picture has its place, or is counted', () => {
    for (const size of [wide, tall])
      for (let count = 0; count <= 20; count++) {
        const grid = gridOf(some(count, size), network)
        expect(grid.rows.reduce((sum, one) => sum + one, 0)).toBe(Math.min(count, traits[network].seenMax))
        expect(grid.hidden).toBe(Math.max(0, count - traits[network].seenMax))
      }
  })
})

test('X, Bluesky and Mastodon have four', () => {
  for (const network of ['x', 'bluesky', 'mastodon'] as const)
    expect([1, 2, 3, 4].map((count) => rows(count, network))).toEqual(['rows 1', 'rows 2', 'beside 1+2', 'rows 2+2'])
})

test('Discord has ten in threes', () => {
  expect([3, 5, 7, 10].map((count) => rows(count, 'discord'))).toEqual([
    'beside 1+2',
    'rows 2+3',
    'rows 1+3+3',
    'rows 1+3+3+3',
  ])
})

test('LinkedIn and Facebook show five and count the rest', () => {
  expect([2, 4, 5, 12].map((count) => rows(count, 'linkedin'))).toEqual([
    'rows 2',
    'beside 1+3',
    'rows 2+3',
    'rows 2+3 and 7',
  ])
  expect(rows(7, 'facebook')).toBe('rows 2+3 and 2')
})

test('Facebook and Telegram lay wide ones below, tall ones beside one another', () => {
  for (const network of ['facebook', 'telegram'] as const) {
    expect([2, 3, 4].map((count) => rows(count, network))).toEqual(['rows 1+1', 'rows 1+2', 'rows 1+3'])
    expect([2, 3, 4].map((count) => rows(count, network, tall))).toEqual(['rows 2', 'beside 1+2', 'beside 1+3'])
  }
})

test('one that stands alone keeps its shape within what the network crops', () => {
  expect(ratioAlone(wide, 'x')).toBeCloseTo(16 / 9)
  expect(ratioAlone(tall, 'x')).toBe(3 / 4)
  expect(ratioAlone({ width: 9_000, height: 100 }, 'linkedin')).toBe(3)
  expect(ratioAlone(tall, 'bluesky')).toBeCloseTo(9 / 16)
})

test('a picture of unknown size is taken for a usual one', () => {
  for (const size of [
    { width: null, height: null },
    { width: 100, height: null },
    { width: 0, height: 0 },
  ])
    expect(ratioOf(size)).toBeCloseTo(16 / 9)
})
