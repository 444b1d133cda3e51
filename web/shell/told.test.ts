import { expect, test } from 'vitest'
import { countShown, type Told, type ToldPage, withRead } from './told.ts'

const told = (id: string, readAt: string | null): Told =>
  ({ id, readAt, at: '2026-11-22T10:00:00.000Z', kind: 'missed' }) as Told // what it carries plays no part
const page = {
  items: [told('a', null), told('b', null), told('c', '2026-11-22T09:00:00.000Z')],
  total: 40,
  unread: 12,
  asOf: '2026-11-22T10:00:00.000Z',
} as ToldPage // ids of a test
const now = '2026-11-22T11:00:00.000Z'

test('some are marked, and counted once', () => {
  const after = withRead(page, { ids: ['a', 'c', 'elsewhere'] as never }, now)
  expect(after.items.map(({ readAt }) => readAt)).toEqual([now, null, '2026-11-22T09:00:00.000Z'])
  expect(after).toMatchObject({ unread: 11, total: 40 })
  expect(page.items[0]?.readAt).toBeNull()
})

test('all are marked', () => {
  const after = withRead(page, { until: page.asOf }, now)
  expect(after.items.every(({ readAt }) => readAt !== null)).toBe(true)
  expect(after.unread).toBe(0)
})

test('a count stays short', () => {
  expect([1, 99, 100, 1000].map(countShown)).toEqual(['1', '99', '99+', '99+'])
})
