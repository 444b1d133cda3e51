import { describe, expect, test } from 'vitest'
import { baseOf, createAddresses, oldPathOf, oldPathsFor, placeOf } from './addresses.ts'

const languages = ['pl', 'en', 'pt-BR']

describe('placeOf', () => {
  test.each([
    ['/', { kind: 'home', language: 'pl' }, null],
    ['/en/', { kind: 'home', language: 'en' }, null],
    ['/pt-br/', { kind: 'home', language: 'pt-BR' }, null],
    ['/pl/', { kind: 'home', language: 'pl' }, '/'],
    ['/jak-to', { kind: 'article', language: 'pl', slug: 'jak-to' }, null],
    ['/jak-to/', { kind: 'article', language: 'pl', slug: 'jak-to' }, '/jak-to'],
    ['/en', { kind: 'article', language: 'pl', slug: 'en' }, null],
    ['/en/how', { kind: 'article', language: 'en', slug: 'how' }, null],
    ['/pl/jak-to', { kind: 'article', language: 'pl', slug: 'jak-to' }, '/jak-to'],
    ['/tags/morze', { kind: 'term', language: 'pl', term: 'tag', slug: 'morze' }, null],
    ['/en/authors/anna/', { kind: 'term', language: 'en', term: 'author', slug: 'anna' }, '/en/authors/anna'],
    ['/tags', { kind: 'article', language: 'pl', slug: 'tags' }, null],
    ['/en/search', { kind: 'search', language: 'en' }, null],
    ['/atom.xml', { kind: 'feed', language: 'pl', file: 'atom.xml' }, null],
    ['/sitemap.xml', { kind: 'sitemap' }, null],
    ['/en/sitemap.xml', { kind: 'elsewhere' }, null],
    ['/2019/05/witaj', { kind: 'elsewhere' }, null],
    ['/Wielkie', { kind: 'elsewhere' }, null],
    ['/..%2fapi', { kind: 'elsewhere' }, null],
  ])('%s', (path, place, moved) => expect(placeOf(path, languages)).toEqual({ place, moved }))

  test('every address it makes leads back to what it was made for', () => {
    const addresses = createAddresses('https://x.example', 'pl')
    for (const language of languages) {
      expect(placeOf(addresses.home(language), languages)).toEqual({ place: { kind: 'home', language }, moved: null })
      expect(placeOf(addresses.article(language, 'abc'), languages)).toEqual({
        place: { kind: 'article', language, slug: 'abc' },
        moved: null,
      })
      expect(placeOf(addresses.term('category', language, 'abc'), languages)).toEqual({
        place: { kind: 'term', language, term: 'category', slug: 'abc' },
        moved: null,
      })
      expect(placeOf(addresses.feed('feed.json', language), languages).place).toMatchObject({ kind: 'feed', language })
    }
  })
})

test('old addresses are kept in one form', () => {
  expect(
    [
      '/a/b/',
      'https://old.example/a/b/?p=1#x',
      '/?p=12',
      '//a//b',
      '/%C5%BC%C3%B3%C5%82w',
      '/',
      'a/b',
      '/%zz',
      `/${'a'.repeat(600)}`,
    ].map(oldPathOf),
  ).toEqual(['/a/b', '/a/b?p=1', '/?p=12', '/a/b', '/żółw', null, null, '/%zz', null])
  expect(oldPathsFor('/', 'utm_source=x&p=12')).toEqual(['/?utm_source=x&p=12', '/?utm_source=x', '/?p=12'])
  expect(oldPathsFor('/a/', '')).toEqual(['/a'])
  expect(oldPathsFor('/', '')).toEqual([])
  expect(oldPathsFor('/', Array.from({ length: 50 }, (_, index) => `p=${index}`).join('&')).length).toBeLessThanOrEqual(
    8,
  )
})

test('a host of its own speaks the scheme of the installation', () => {
  expect(baseOf({ host: '', slug: 'brzegi' }, 'https://app.example')).toBe('https://app.example/site/brzegi')
  expect(baseOf({ host: 'brzegi.example', slug: 'brzegi' }, 'https://app.example')).toBe('https://brzegi.example')
})
