import fc from 'fast-check'
import { expect, test } from 'vitest'
import { titleOrder } from './title-order.ts'

const key = titleOrder()
const byKey = (a: string, b: string): number => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0)

test('is the order of a Polish index', () => {
  const titles = [
    'aż',
    'Ą',
    'a',
    'ą',
    'ab',
    'Ćma',
    'cma',
    'czas',
    'łan',
    'lis',
    'ósmy',
    'osa',
    'żaba',
    'źle',
    'zebra',
    '2024',
  ]
  expect(titles.toSorted(byKey)).toEqual(titles.toSorted(new Intl.Collator('pl').compare))
})

test('of any two titles puts first what the collation puts first', () => {
  const order = new Intl.Collator('pl')
  const signs = [...'aąbcćdeęlłnńoósśzźżAĄCĆLŁOÓSŚZŹŻ 019.,-–„”?!äöüßéèčšžæœñÿđþабв']
  const title = fc.string({ unit: fc.constantFrom(...signs), maxLength: 12 })
  fc.assert(
    fc.property(title, title, (a, b) => {
      expect(Math.sign(byKey(a, b))).toBe(Math.sign(order.compare(a, b)))
    }),
    { numRuns: 3_000 },
  )
})

test('has a place for every sign, the same in both ways to compare', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 8 }), (title) => {
      expect([...key(title)].every((sign) => sign < '\ud800')).toBe(true)
      expect(key(title)).toBe(key(title.normalize('NFD')))
    }),
  )
})
