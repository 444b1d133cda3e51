import type { ApprovalStep } from '@floowe/contracts/approvals'
import { expect, test } from 'vitest'
import { stepStateOf } from './Steps.tsx'
import { decidersOf, moved, newStep, toSave, withDecider, withoutDecider } from './steps-draft.ts'

const named = (name: string): ApprovalStep => ({ ...newStep, name })
const names = (steps: readonly ApprovalStep[]) => steps.map(({ name }) => name).join('')

test('whom a step asks is added once and taken out again', () => {
  const keys = [
    'role:editor',
    'user:0190aaaa-0000-7000-8000-00000000000a',
    'approver:0190aaaa-0000-7000-8000-00000000000b',
  ]
  const full = keys.reduce(withDecider, newStep)
  expect(full).toMatchObject({ roles: ['editor'], userIds: [keys[1]?.slice(5)], approverIds: [keys[2]?.slice(9)] })
  expect(decidersOf(full)).toEqual(keys)
  expect(withDecider(full, 'role:editor')).toBe(full)
  expect(keys.reduce(withoutDecider, full)).toEqual(newStep)
})

test('a step moves to where there is a place, and nowhere else', () => {
  const steps = ['a', 'b', 'c'].map(named)
  expect(names(moved(steps, 0, 1))).toBe('bac')
  expect(names(moved(steps, 2, 0))).toBe('cab')
  for (const [from, to] of [
    [0, -1],
    [2, 3],
    [3, 0],
  ] as const)
    expect(moved(steps, from, to)).toBe(steps)
})

test('only the mode of steps keeps them', () => {
  const steps = [named(' Prawnik ')]
  expect(toSave({ mode: 'steps', steps })).toEqual({ mode: 'steps', steps: [named('Prawnik')] })
  expect(toSave({ mode: 'required', steps })).toEqual({ mode: 'required', steps: [] })
})

test('steps behind the one that is asked have agreed, those before it wait, until it is over', () => {
  const states = (state: Parameters<typeof stepStateOf>[0]['state'], step: number) =>
    [0, 1, 2].map((index) => stepStateOf({ state, step }, index))
  expect(states('open', 1)).toEqual(['agreed', 'asked', 'later'])
  expect(states('approved', 3)).toEqual(['agreed', 'agreed', 'agreed'])
  expect(states('changes-requested', 1)).toEqual(['agreed', 'changes', 'over'])
  expect(states('void', 0)).toEqual(['over', 'over', 'over'])
  expect(states('void', 3)).toEqual(['agreed', 'agreed', 'agreed'])
})
