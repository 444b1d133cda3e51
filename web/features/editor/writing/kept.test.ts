import 'fake-indexeddb/auto'
import { beforeEach, expect, test, vi } from 'vitest'
import * as Y from 'yjs'
import { forgetKept, keepHere, tidyKept } from './kept.ts'

const storage = new Map<string, string>()
beforeEach(() => {
  storage.clear()
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => storage.get(key) ?? null,
    setItem: (key: string, value: string) => void storage.set(key, value),
  })
})
const week = 7 * 24 * 60 * 60 * 1000
const titleOf = (doc: Y.Doc) => doc.getText('title').toString()

async function write(edition: string, words: string) {
  const doc = new Y.Doc()
  const kept = await keepHere('ola', edition, doc)
  doc.getText('title').insert(0, words)
  expect(await kept?.confirm()).toBe(true)
  return kept
}
async function read(edition: string, person = 'ola'): Promise<string> {
  const doc = new Y.Doc()
  const kept = await keepHere(person, edition, doc)
  kept?.close()
  return titleOf(doc)
}

test('what was typed is there again after the tab was closed, for that person and that text alone', async () => {
  ;(await write('e1', 'Kept'))?.close()
  expect(await read('e1')).toBe('Kept')
  expect(await read('e2')).toBe('')
  expect(await read('e1', 'jan')).toBe('')
})

test('it can be forgotten', async () => {
  ;(await write('e3', 'Kept'))?.close()
  await forgetKept('ola', 'e3')
  expect(await read('e3')).toBe('')
})

test('what is on the server as well goes after a week; what is nowhere else stays', async () => {
  const clean = await write('e4', 'On the server')
  clean?.markClean()
  clean?.close()
  ;(await write('e5', 'Only here'))?.close()
  await tidyKept(Date.now() + week / 2)
  expect(Object.keys(JSON.parse(storage.get('floowe-writing') ?? '{}'))).toHaveLength(2)
  await tidyKept(Date.now() + week + 1_000)
  expect(Object.keys(JSON.parse(storage.get('floowe-writing') ?? '{}'))).toEqual(['floowe-writing:ola:e5'])
  expect(await read('e5')).toBe('Only here')
  expect(await read('e4')).toBe('')
})

test('a browser without a storage keeps nothing, and says so', async () => {
  vi.stubGlobal('indexedDB', {
    open: () => {
      throw new DOMException('closed', 'SecurityError')
    },
  })
  expect(await keepHere('ola', 'e6', new Y.Doc())).toBeNull()
  vi.unstubAllGlobals()
})
