import { beforeEach, expect, test, vi } from 'vitest'
import { lastWordsOf } from './last-words.ts'

const storage = new Map<string, string>()
let isFull = false
beforeEach(() => {
  storage.clear()
  isFull = false
  vi.stubGlobal('localStorage', {
    get length() {
      return storage.size
    },
    key: (place: number) => [...storage.keys()][place] ?? null,
    getItem: (key: string) => storage.get(key) ?? null,
    setItem: (key: string, value: string) => {
      if (isFull) throw new Error('full')
      storage.set(key, value)
    },
    removeItem: (key: string) => void storage.delete(key),
  })
})
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)

test('the next page finds what the ones before left, of this person and text alone, until it is on the server', () => {
  expect(lastWordsOf('ola', 'e1', 'a').keep(bytes(1, 2))).toBe(true)
  expect(lastWordsOf('ola', 'e1', 'b').keep(bytes(3))).toBe(true)
  lastWordsOf('jan', 'e1', 'c').keep(bytes(4))
  lastWordsOf('ola', 'e2', 'd').keep(bytes(5))
  const next = lastWordsOf('ola', 'e1', 'z')
  expect(next.read().map((update) => [...update])).toEqual([[1, 2], [3]])
  next.drop()
  expect(lastWordsOf('ola', 'e1', 'y').read()).toEqual([])
  expect(storage.size).toBe(2)
})

test('what was kept again replaces what was kept before', () => {
  const own = lastWordsOf('ola', 'e1', 'a')
  own.keep(bytes(1))
  own.keep(bytes(1, 2))
  expect(own.read().map((update) => [...update])).toEqual([[1, 2]])
})

test('a browser without room says so, and what cannot be read is left out', () => {
  isFull = true
  expect(lastWordsOf('ola', 'e1', 'a').keep(bytes(1))).toBe(false)
  storage.set('floowe-last-words:ola:e1:x', '%%%')
  expect(lastWordsOf('ola', 'e1', 'a').read().length).toBeLessThanOrEqual(1)
})
