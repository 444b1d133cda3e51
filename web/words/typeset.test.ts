import { expect, test } from 'vitest'
import { typeset } from './typeset.ts'

const shown = (text: string) => typeset(text, 'pl').replaceAll('\u00A0', '_')

test('one-letter words stay with what follows', () => {
  expect(shown('Mapa z rzeką i w deszczu')).toBe('Mapa z_rzeką i_w_deszczu')
  expect(shown('W domu „o świcie” (a potem)')).toBe('W_domu „o_świcie” (a_potem)')
})
test('a number stays with its unit', () =>
  expect(shown('do 50 MB za 10 zł, 5 minut')).toBe('do 50_MB za 10_zł, 5 minut'))
test('longer words and English are left alone', () => {
  expect(shown('ale oni')).toBe('ale oni')
  expect(typeset('a map', 'en')).toBe('a map')
})
