import { expect, test } from 'vitest'
import { countOf, filtersOf, isSameFilters, noFilters, searchOf } from './filters.ts'

const one = '01890a5d-ac96-774b-bcce-b302099a8057'
const two = '01890a5d-ac96-774b-bcce-b302099a8058'

test('an address holds filters, there and back', () => {
  const search = { channels: `${one},${two}`, states: 'planned,failed', languages: 'pl', text: 'jesień' }
  const filters = filtersOf(search)
  expect(filters.channels).toEqual([one, two])
  expect(countOf(filters)).toBe(4)
  expect(searchOf(filters)).toEqual({ ...search, networks: null, campaigns: null, authors: null })
})

test('what no filter can be is left out', () => {
  expect(filtersOf({ channels: 'me', states: 'lost,,planned,planned', languages: '<b>', text: '  ' })).toEqual({
    ...noFilters,
    states: ['planned'],
  })
})

test('the order in which values were chosen changes nothing', () => {
  const a = filtersOf({ channels: `${one},${two}` })
  const b = filtersOf({ channels: `${two},${one}` })
  expect(isSameFilters(a, b)).toBe(true)
  expect(isSameFilters(a, { ...b, text: 'x' })).toBe(false)
})
