import { expect, test } from 'vitest'
import { formatsFor } from './formats.ts'

const at = '2026-11-18T08:30:00.000Z'
const pl = formatsFor('pl', 'Europe/Warsaw')
const en = formatsFor('en', 'Europe/Warsaw')
const plain = (text: string) => text.replace(/[\u00A0\u202F]/g, ' ')

test('Polish dates, times and numbers', () => {
  expect(pl.date(at)).toBe('18 listopada 2026')
  expect(pl.numericDate(at)).toBe('18.11.2026')
  expect(pl.time(at)).toBe('09:30')
  expect(plain(pl.number(12_345.6))).toBe('12 345,6')
  expect(plain(pl.percent(0.12))).toBe('12%')
  expect(plain(pl.bytes(1_234_567))).toBe('1,2 MB')
  expect(pl.list(['a', 'b', 'c'])).toBe('a, b i c')
  expect(pl.quoted('Brzegi')).toBe('„Brzegi”')
})

test('English dates, times and numbers', () => {
  expect(en.date(at)).toBe('18 November 2026')
  expect(en.time('2026-11-18T23:05:00.000Z')).toBe('00:05')
  expect(en.number(12_345.6)).toBe('12,345.6')
})

test('a zone may be named', () => expect(pl.time(at, 'America/New_York')).toBe('03:30'))

test('how long ago', () => {
  const now = Date.parse(at)
  expect(plain(pl.ago(now - 3 * 60_000, now))).toBe('3 minuty temu')
  expect(plain(pl.ago(now - 5 * 60_000, now))).toBe('5 minut temu')
  expect(en.ago(now - 2 * 86_400_000, now)).toBe('2 days ago')
  expect(en.ago(now - 90 * 86_400_000, now)).toBe('20 Aug 2026')
})

test('ł comes after l', () => expect(['łódź', 'lato', 'mapa'].sort(pl.compare)).toEqual(['lato', 'łódź', 'mapa']))
