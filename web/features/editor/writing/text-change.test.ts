import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { changeText, type Delta, movedBy } from './text-change.ts'

const word = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '🙂', 'ł'), maxLength: 12 })

test('a field that was changed says what was typed, whatever it was', () => {
  fc.assert(
    fc.property(word, word, fc.nat(14), (before, after, cursor) => {
      const text = new Y.Doc().getText()
      text.insert(0, before)
      changeText(text, after, cursor, null)
      expect(text.toString()).toBe(after)
    }),
  )
})

test('two people in one title both stay', () => {
  const [one, two] = [new Y.Doc(), new Y.Doc()]
  one.getText().insert(0, 'The river')
  Y.applyUpdate(two, Y.encodeStateAsUpdate(one))
  changeText(one.getText(), 'The old river', 8, null)
  changeText(two.getText(), 'The river rose', 14, null)
  Y.applyUpdate(two, Y.encodeStateAsUpdate(one))
  Y.applyUpdate(one, Y.encodeStateAsUpdate(two))
  expect(one.getText().toString()).toBe('The old river rose')
  expect(two.getText().toString()).toBe('The old river rose')
})

test('of equal letters the one at the cursor is meant', () => {
  const text = new Y.Doc().getText()
  text.insert(0, 'aaaa')
  const deltas: Delta[] = []
  text.observe((event) => void deltas.push(event.delta as Delta))
  changeText(text, 'aaaaa', 2, null)
  expect(deltas).toEqual([[{ retain: 1 }, { insert: 'a' }]])
})

test('a cursor moves with its letters', () => {
  const delta: Delta = [{ retain: 2 }, { insert: 'xyz' }, { retain: 1 }, { delete: 2 }]
  expect([0, 1, 2, 3, 4, 5, 6].map((place) => movedBy(delta, place))).toEqual([0, 1, 5, 6, 6, 6, 7])
  expect(movedBy(delta, 2, true)).toBe(2)
})
