import { expect, test } from 'vitest'
import { cutToFit, fitOf, limits, says, shownMeta, slugTyped, webAddress } from './meta-counters.ts'

test('counters count signs, not code units', () => {
  expect(fitOf('', limits.title)).toEqual({ length: 0, fit: 'empty' })
  expect(fitOf('Atlas', limits.title)).toEqual({ length: 5, fit: 'short' })
  expect(fitOf('🙂'.repeat(40), limits.title)).toEqual({ length: 40, fit: 'good' })
  expect(fitOf('ż'.repeat(61), limits.title).fit).toBe('long')
  expect(fitOf(' x '.repeat(1), limits.title).length).toBe(1)
})

test('texts are cut between words', () => {
  expect(cutToFit('Dwie osoby, jeden rower i linia brzegowa', 30)).toBe('Dwie osoby, jeden rower i…')
  expect(cutToFit('Dwie osoby, jeden rower', 12)).toBe('Dwie osoby…')
  expect(cutToFit('krótki', 30)).toBe('krótki')
  expect(cutToFit('Konstantynopolitańczykowianeczka', 10)).toBe('Konstanty…')
})

test('what is not said is taken from the text', () => {
  const text = { title: 'Tytuł', lead: 'Lead', words: 'Słowa' }
  expect(shownMeta({ title: '', description: '' }, text)).toEqual({
    title: { text: 'Tytuł', from: 'title' },
    description: { text: 'Lead', from: 'lead' },
  })
  expect(shownMeta({ title: 'Inny', description: 'Opis' }, text)).toEqual({
    title: { text: 'Inny', from: 'own' },
    description: { text: 'Opis', from: 'own' },
  })
  expect(shownMeta({ title: '', description: '' }, { ...text, lead: '' }).description).toEqual({
    text: 'Słowa',
    from: 'words',
  })
  expect(shownMeta({ title: '', description: '' }, { title: '', lead: '', words: '' }).description.from).toBe('none')
})

test.each([
  ['Żółw & ślimak', 'zolw-i-slimak'],
  ['Żółw ', 'zolw-'],
  ['zolw-i-', 'zolw-i-'],
  ['zolw--i', 'zolw-i'],
  ['  ', ''],
  ['!!!', ''],
  ['untitled', 'untitled'],
  ['Łódź_2026', 'lodz-2026'],
])('slug of %j while it is typed', (typed, slug) => expect(slugTyped(typed, 'pl')).toBe(slug))

test('a keyphrase is found whatever its case, signs and Polish letters', () => {
  expect(says('Atlas Wybrzeża, którego nikt nie zamawiał', 'atlas wybrzeża')).toBe(true)
  expect(says('Atlasy wybrzeży', 'atlas wybrzeża')).toBe(false)
  expect(says('cokolwiek', '')).toBe(false)
})

test('canonical addresses are whole ones', () => {
  expect(webAddress('https://example.org/a')).toBe('https://example.org/a')
  expect(webAddress('example.org')).toBe(null)
  expect(webAddress('https://')).toBe(null)
  expect(webAddress('javascript:alert(1)')).toBe(null)
})
