import { expect, test } from 'vitest'
import { type Draft, moved, withLanguage, withoutLanguage } from './site-draft.ts'

const draft: Draft = {
  name: 'Brzegi',
  tagline: '',
  language: 'pl',
  languages: ['pl'],
  menus: { pl: [] },
  footers: { pl: '' },
  articlesPerPage: 12,
  accent: 'river',
  host: '',
  isListed: true,
}

test('a language comes once and leaves with its menu and footer', () => {
  const both = withLanguage(withLanguage(draft, 'en'), 'en')
  expect(both.languages).toEqual(['pl', 'en'])
  const filled = {
    ...both,
    menus: { ...both.menus, en: [{ label: 'News', href: '/en' }] },
    footers: { ...both.footers, en: '©' },
  }
  expect(withoutLanguage(filled, 'en')).toEqual(draft)
})

test('entries move within the list', () => {
  expect(moved(['a', 'b', 'c'], 0, 1)).toEqual(['b', 'a', 'c'])
  expect(moved(['a', 'b', 'c'], 0, -1)).toEqual(['a', 'b', 'c'])
  expect(moved(['a', 'b', 'c'], 2, 1)).toEqual(['a', 'b', 'c'])
})
