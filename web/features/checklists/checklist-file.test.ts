import type { ChecklistItem } from '@floowe/contracts/checklists'
import { expect, test } from 'vitest'
import { fileOf, itemsIn } from './checklist-file.ts'

const counter = () => {
  let next = 0
  return () => String((next += 1))
}
const items: ChecklistItem[] = [
  { id: 'a', rule: 'lead', text: '', severity: 'blocks' },
  { id: 'b', rule: null, text: 'Czy to prawda?', severity: 'warns' },
]

test('what is written is read again, as new items', () => {
  expect(itemsIn(fileOf(items), counter())).toEqual([
    { ...items[0], id: '1' },
    { ...items[1], id: '2' },
  ])
  expect(fileOf(items)).not.toContain('"id"')
})

test.each([['not JSON'], ['[]'], ['null'], ['{"items":[]}'], ['{"format":"floowe-checklist-1","items":{}}']])(
  '%s is no checklist',
  (file) => expect(itemsIn(file, counter())).toBeNull(),
)

test('what is not known, empty, or there a second time is left out; what is too long is cut', () => {
  const file = JSON.stringify({
    format: 'floowe-checklist-1',
    items: [{ rule: 'tag' }, { rule: 'tag' }, { rule: 'of-tomorrow' }, { text: ' ' }, 7, { text: 'x'.repeat(300) }],
  })
  const read = itemsIn(file, counter())
  expect(read?.map(({ rule, text }) => [rule, text.length])).toEqual([
    ['tag', 0],
    [null, 200],
  ])
})
