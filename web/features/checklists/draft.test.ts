import type { ChecklistItem } from '@floowe/contracts/checklists'
import { expect, test } from 'vitest'
import { rules } from '../../checklists/rule-words.ts'
import { draftOf, itemsOf, moved, withRule } from './draft.ts'

const asked = (id: string, text: string): ChecklistItem => ({ id, rule: null, text, severity: 'warns' })
const computed = (id: string, rule: ChecklistItem['rule']): ChecklistItem => ({
  id,
  rule,
  text: '',
  severity: 'blocks',
})
const never = (): string => {
  throw new Error('no id is needed')
}

test('a list comes back as it was, what is computed first', () => {
  const items = [asked('1', 'a'), computed('2', 'lead'), asked('3', 'b'), computed('4', 'cover')]
  expect(itemsOf(draftOf(items), rules).map(({ id }) => id)).toEqual(['4', '2', '1', '3'])
})

test('a rule that is changed stays the same item, one that is switched on is new', () => {
  const draft = draftOf([computed('2', 'lead')])
  expect(withRule(draft, 'lead', 'warns', never).rules.lead).toEqual({ id: '2', severity: 'warns' })
  expect(withRule(draft, 'tag', 'blocks', () => '9').rules.tag).toEqual({ id: '9', severity: 'blocks' })
  expect(withRule(draft, 'lead', null, never).rules).toEqual({})
})

test('a question without words is none, and spaces around it go', () => {
  expect(itemsOf(draftOf([asked('1', ' '), asked('2', ' a ')]), rules)).toEqual([asked('2', 'a')])
})

test('questions move among themselves, and no further', () => {
  const { asked: three } = draftOf([asked('1', 'a'), asked('2', 'b'), asked('3', 'c')])
  const ids = (from: number, to: number) => moved(three, from, to).map(({ id }) => id)
  expect(ids(0, 2)).toEqual(['2', '3', '1'])
  expect(ids(2, 1)).toEqual(['1', '3', '2'])
  expect(ids(0, -1)).toEqual(['1', '2', '3'])
  expect(ids(2, 3)).toEqual(['1', '2', '3'])
})
