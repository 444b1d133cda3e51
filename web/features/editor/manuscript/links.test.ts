import { expect, test } from 'vitest'
import { addressOf, articleOf, shownAddress } from './links.ts'
import { isSafeHref } from './marks.ts'

test.each([
  ['example.org', 'https://example.org'],
  ['www.żółw.pl', null],
  ['https://example.org/a?b#c', 'https://example.org/a?b#c'],
  ['anna@example.org', 'mailto:anna@example.org'],
  ['/o-nas', '/o-nas'],
  ['#przypis', '#przypis'],
  ['atlas wybrzeża', null],
  ['atlas', null],
  ['javascript:alert(1)', null],
  ['', null],
])('%s', (typed, address) => expect(addressOf(typed)).toBe(address))

test('links to articles and how addresses are read', () => {
  expect(articleOf('article:0190a3c2-0000-7000-8000-000000000001')).toBe('0190a3c2-0000-7000-8000-000000000001')
  expect(articleOf('https://example.org')).toBe(null)
  expect(shownAddress('https://www.example.org/')).toBe('example.org')
})
test('addresses that act are never followed', () => {
  expect(['javascript:alert(1)', ' JavaScript:x', 'data:text/html,x', 'vbscript:x'].map(isSafeHref)).toEqual([
    false,
    false,
    false,
    false,
  ])
  expect(['https://a.pl', 'article:x', 'media:x', '/a', 'a/b', '#x', 'mailto:a@b.pl'].every(isSafeHref)).toBe(true)
})
