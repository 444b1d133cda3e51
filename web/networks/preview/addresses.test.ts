import { expect, test } from 'vitest'
import { hostOf, safeAddress, shownAddress } from './addresses.ts'

test('X shows the host and fifteen characters of the way', () => {
  // As its API answered for these: `expanded_url`, `display_url`.
  for (const [address, shown] of [
    ['http://www.youtube.com/watch?v=oHg5SJYRHA0', 'youtube.com/watch?v=oHg5SJ…'],
    ['https://www.youtube.com/channel/UCO8cYD3Gpey5SfpDZ70nWeQ', 'youtube.com/channel/UCO8cY…'],
    ['http://www.youtube.com/user/EnglishAttitude', 'youtube.com/user/EnglishAt…'],
    ['http://fantia.jp/fanclubs/172663', 'fantia.jp/fanclubs/172663'],
    ['https://developer.microsoft.com/en-ie/', 'developer.microsoft.com/en-ie/'],
    ['https://developer.twitter.com/', 'developer.twitter.com'],
  ] as const)
    expect(shownAddress(address, 'x')).toBe(shown)
})

test('Bluesky cuts the way after thirteen characters, when it is longer than fifteen', () => {
  expect(shownAddress('https://www.wisla.pl/artykuly/wysoka-woda', 'bluesky')).toBe('www.wisla.pl/artykuly/wys...')
  expect(shownAddress('https://wisla.pl/12345678901234', 'bluesky')).toBe('wisla.pl/12345678901234')
  expect(shownAddress('https://wisla.pl/', 'bluesky')).toBe('wisla.pl')
})

test('Mastodon shows thirty characters without protocol', () => {
  expect(shownAddress('https://www.wisla.example/artykuly/wysoka-woda', 'mastodon')).toBe(
    'wisla.example/artykuly/wysoka-…',
  )
  expect(shownAddress('https://wisla.pl/', 'mastodon')).toBe('wisla.pl/')
})

test('the others show it as it is written', () => {
  const address = 'https://www.wisla.pl/artykuly/wysoka-woda?utm_source=slack'
  for (const network of ['linkedin', 'facebook', 'telegram', 'discord', 'slack'] as const)
    expect(shownAddress(address, network)).toBe(address)
})

test('letters are not cut in halves, and what is no address stays', () => {
  expect(shownAddress(`https://a.pl/${'🌊'.repeat(20)}`, 'x')).toBe(`a.pl/${'🌊'.repeat(14)}…`)
  expect(shownAddress('example.com/a', 'x')).toBe('example.com/a')
})

test('cards name the host', () => {
  expect(hostOf('https://www.wisla.pl:8443/a?b')).toBe('wisla.pl:8443')
  expect(hostOf('nie adres')).toBe('nie adres')
})

test('a click leads to the web or nowhere', () => {
  expect(safeAddress('https://wisla.pl/a')).toBe('https://wisla.pl/a')
  expect(safeAddress('javascript:alert(1)')).toBeNull()
  expect(safeAddress('/media/1')).toBeNull()
  expect(safeAddress('https://')).toBeNull()
})
