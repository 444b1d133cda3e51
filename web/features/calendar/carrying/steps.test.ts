import { expect, test } from 'vitest'
import type { Target } from './carry.ts'
import { stepped } from './steps.ts'

const press = (view: Parameters<typeof stepped>[0], target: Target, key: string, shiftKey = false) =>
  stepped(view, target, { key, shiftKey }, ['idea', 'draft', 'planned'])

test('in the month by days and weeks, over its edges', () => {
  const day: Target = { kind: 'day', day: '2026-11-30' }
  expect(press('month', day, 'ArrowRight')).toEqual({ kind: 'day', day: '2026-12-01' })
  expect(press('month', day, 'ArrowUp')).toEqual({ kind: 'day', day: '2026-11-23' })
  expect(press('month', day, 'PageDown')).toEqual({ kind: 'day', day: '2026-12-07' })
  expect(press('list', day, 'ArrowDown')).toEqual({ kind: 'day', day: '2026-12-01' })
  expect(press('month', day, 'x')).toBeNull()
})

test('in hours by quarters and hours, past midnight into the next day', () => {
  const late: Target = { kind: 'time', day: '2026-11-30', time: '23:50' }
  expect(press('week', late, 'ArrowDown')).toEqual({ kind: 'time', day: '2026-12-01', time: '00:00' })
  expect(press('week', late, 'ArrowUp', true)).toEqual({ kind: 'time', day: '2026-11-30', time: '22:45' })
  expect(press('day', { kind: 'time', day: '2026-11-30', time: '00:00' }, 'ArrowUp')).toEqual({
    kind: 'time',
    day: '2026-11-29',
    time: '23:45',
  })
  expect(press('week', late, 'ArrowLeft')).toEqual({ kind: 'time', day: '2026-11-29', time: '23:50' })
})

test('on the board by columns, and no further than the last', () => {
  expect(press('board', { kind: 'column', column: 'draft' }, 'ArrowRight')).toEqual({
    kind: 'column',
    column: 'planned',
  })
  expect(press('board', { kind: 'column', column: 'planned' }, 'ArrowRight')).toBeNull()
})
