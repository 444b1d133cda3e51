import { fakeClock } from '@floowe/platform/testing'
import { expect, test } from 'vitest'
import { storyClock } from './story-clock.ts'

test('timers of the story run in order, each at its own time, and may set others', () => {
  const clock = storyClock(fakeClock('2026-11-22T10:00:00.000Z'))
  const seen: string[] = []
  clock.set('2026-11-01T08:00:00.000Z')
  clock.at(Date.parse('2026-11-03T09:00:00.000Z'), () => seen.push(`second ${clock.instant()}`))
  clock.at(Date.parse('2026-11-02T09:00:00.000Z'), () => {
    seen.push(`first ${clock.instant()}`)
    clock.at(Date.parse('2026-11-02T10:00:00.000Z'), () => seen.push(`inner ${clock.instant()}`))
  })
  clock.at(Date.parse('2026-11-02T09:30:00.000Z'), () => seen.push('cancelled'))()
  clock.set('2026-11-04T00:00:00.000Z')
  expect(seen).toEqual([
    'first 2026-11-02T09:00:00.000Z',
    'inner 2026-11-02T10:00:00.000Z',
    'second 2026-11-03T09:00:00.000Z',
  ])
  expect(clock.instant()).toBe('2026-11-04T00:00:00.000Z')
})

test('a moment that passes wakes nobody; who was due by then comes at the next that does', () => {
  const clock = storyClock(fakeClock('2026-11-22T10:00:00.000Z'))
  const seen: string[] = []
  clock.set('2026-11-01T08:00:00.000Z')
  clock.at(Date.parse('2026-11-02T09:00:00.000Z'), () => seen.push(clock.instant()))
  clock.pass('2026-11-03T08:00:00.000Z')
  expect(clock.instant()).toBe('2026-11-03T08:00:00.000Z')
  expect(seen).toEqual([])
  clock.set('2026-11-04T00:00:00.000Z')
  expect(seen).toEqual(['2026-11-03T08:00:00.000Z'])
})

test('live, it is the clock beneath, and what waited is armed there; a cancelled timer stays cancelled', () => {
  const beneath = fakeClock('2026-11-22T10:00:00.000Z')
  const clock = storyClock(beneath)
  const seen: string[] = []
  clock.set('2026-11-20T00:00:00.000Z')
  clock.at(Date.parse('2026-11-22T10:00:05.000Z'), () => seen.push('due'))
  const cancel = clock.at(Date.parse('2026-11-22T10:00:06.000Z'), () => seen.push('cancelled'))
  clock.goLive()
  cancel()
  expect(clock.instant()).toBe('2026-11-22T10:00:00.000Z')
  beneath.advance(10_000)
  expect(seen).toEqual(['due'])
  expect(() => clock.set('2026-11-01T00:00:00.000Z')).toThrow('the story is over')
})

test('before a story begins, the time is real and timers wait', () => {
  const beneath = fakeClock('2026-11-22T10:00:00.000Z')
  const clock = storyClock(beneath)
  beneath.advance(1000)
  expect(clock.instant()).toBe('2026-11-22T10:00:01.000Z')
})
