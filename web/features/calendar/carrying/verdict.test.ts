import { describe, expect, test } from 'vitest'
import type { CalendarItem } from '@floowe/contracts/calendar'
import type { Idea } from '../ideas.ts'
import type { Carried, Target } from './carry.ts'
import { blackoutsOf, judge, type Known, neighboursIn } from './verdict.ts'

const base = {
  id: 'a',
  channelId: 'one',
  articleId: 'article',
  state: 'planned',
  wallTime: '2026-12-01T10:00',
  zone: 'Europe/Warsaw',
  dueAt: '2026-12-01T09:00:00.000Z',
  approval: { state: 'not-needed', window: null },
  embargoUntil: null,
}
const item = (change: object = {}): CalendarItem => ({ ...base, ...change }) as unknown as CalendarItem // what a judgement reads of it
const carried = (change: object = {}): Carried => ({ kind: 'delivery', delivery: item(change) })
const idea: Carried = {
  kind: 'idea',
  idea: { editionId: 'e', status: 'draft', title: 'Idea', embargoUntil: null } as unknown as Idea, // as above
}
const known = (change: Partial<Known> = {}): Known => ({
  zone: 'Europe/Warsaw',
  planningZone: 'Europe/Warsaw',
  nowMs: Date.parse('2026-11-22T12:00:00Z'),
  spacingMinutes: 15,
  blackouts: [],
  neighboursOf: () => [],
  ...change,
})
const on = (day: string): Target => ({ kind: 'day', day })
const codes = (what: Carried, target: Target, more: Partial<Known> = {}) => {
  const { weight, conflicts, why } = judge(what, target, known(more))
  return [weight, ...(why ? [why] : []), ...conflicts.map(({ code }) => code)]
}

describe('a day keeps the time', () => {
  test('free, past, a holiday, a Sunday with shops closed', () => {
    expect(codes(carried(), on('2026-12-02'))).toEqual(['free'])
    expect(codes(carried(), on('2026-11-22'))).toContain('past')
    expect(codes(carried(), on('2026-12-25'))).toEqual(['note', 'holiday'])
    expect(codes(carried(), on('2027-01-10'))).toEqual(['note', 'closed-sunday'])
  })

  test('its own clock is kept, over a change of the clocks and in another zone', () => {
    expect(judge(carried(), on('2027-03-28'), known()).dueAt).toBe('2027-03-28T08:00:00.000Z')
    const newYork = carried({
      wallTime: '2026-12-01T20:00',
      zone: 'America/New_York',
      dueAt: '2026-12-02T01:00:00.000Z',
    })
    // seen in Warsaw on 2 December
    expect(judge(newYork, on('2026-12-03'), known()).wanted).toEqual({
      wallTime: '2026-12-02T20:00',
      zone: 'America/New_York',
    })
  })

  test('taken, embargo, blackout, the end of an approval', () => {
    const near = [{ id: 'b', channelId: 'one', state: 'planned', dueAt: '2026-12-02T09:10:00.000Z' }]
    expect(codes(carried(), on('2026-12-02'), { neighboursOf: neighboursIn(near) })).toEqual(['warning', 'too-close'])
    expect(codes(carried(), on('2026-12-02'), { neighboursOf: neighboursIn(near), spacingMinutes: 10 })).toEqual([
      'free',
    ])
    expect(codes(carried({ embargoUntil: '2026-12-05T00:00:00.000Z' }), on('2026-12-02'))).toEqual([
      'refused',
      'embargoed',
    ])
    const blackouts = blackoutsOf(
      [{ name: 'Audit', from: '2026-12-02T00:00', until: '2026-12-02T23:59' }],
      'Europe/Warsaw',
    )
    expect(codes(carried(), on('2026-12-02'), { blackouts })).toEqual(['refused', 'blackout'])
    const window = { from: '2026-11-30T23:00:00.000Z', until: '2026-12-01T22:59:59.999Z' }
    expect(codes(carried({ approval: { state: 'approved', window } }), on('2026-12-02'))).toEqual([
      'asks',
      'outside-approval',
    ])
    expect(codes(carried({ approval: { state: 'needed', window: null } }), on('2026-12-02'))).toEqual([
      'note',
      'needs-approval',
    ])
  })
})

test('a time that comes twice or never is asked about', () => {
  const at = (day: string): Target => ({ kind: 'time', day, time: '02:30' })
  expect(codes(carried(), at('2027-10-31'))).toEqual(['asks', 'time-exists-twice', 'closed-sunday'])
  expect(codes(carried(), at('2027-03-28'))).toEqual(['asks', 'time-does-not-exist', 'holiday'])
})

test('a time of the calendar is the same moment on the clock of a plan in another zone', () => {
  const tokyo = carried({ zone: 'Asia/Tokyo' })
  expect(judge(tokyo, { kind: 'time', day: '2026-12-02', time: '10:15' }, known()).wanted).toEqual({
    wallTime: '2026-12-02T18:15',
    zone: 'Asia/Tokyo',
  })
})

test('what is out, on its way, or waits for no time is not moved, and says why', () => {
  expect(codes(carried({ state: 'published' }), on('2026-12-02'))).toEqual(['refused', 'sent'])
  expect(codes(carried({ state: 'failed' }), on('2026-12-02'))).toEqual(['refused', 'under-way'])
  expect(codes(carried({ wallTime: null }), on('2026-12-02'))).toEqual(['refused', 'at-once'])
})

test('a slot belongs to its channel', () => {
  const slot = (channelId: string): Target => ({
    ...{ kind: 'slot', day: '2026-12-02', wallTime: '2026-12-02T15:00', zone: 'Europe/Warsaw', channelId, pick: null },
  })
  expect(codes(carried(), slot('two'))).toEqual(['refused', 'other-channel'])
  expect(judge(carried(), slot('one'), known()).wanted?.wallTime).toBe('2026-12-02T15:00')
  expect(codes(idea, slot('two'))).toEqual(['free'])
})

test('on the board editorial statuses are chosen, and what became of a delivery is not', () => {
  const column = (name: string): Target => ({ kind: 'column', column: name })
  expect(codes(idea, column('approved'))).toEqual(['free'])
  expect(codes(idea, column('planned'))).toEqual(['free'])
  expect(codes(idea, column('out'))).toEqual(['refused', 'column.computed'])
  expect(codes(carried(), column('draft'))).toEqual(['refused', 'column.is-planned'])
  expect(codes(carried(), column('attention'))).toEqual(['refused', 'column.computed'])
  expect(codes(carried(), column('planned'))).toEqual(['free'])
})

test('of a channel, those between two instants, both included', () => {
  const at = (minute: number) => `2026-12-01T10:${String(minute).padStart(2, '0')}:00.000Z`
  const all = [40, 10, 30, 20].map((minute) => ({
    id: String(minute),
    channelId: 'one',
    state: 'planned',
    dueAt: at(minute),
  }))
  const between = neighboursIn([...all, { id: 'x', channelId: 'two', state: 'planned', dueAt: at(20) }])
  const ids = (channel: string, from: number, to: number) => between(channel, at(from), at(to)).map(({ id }) => id)
  expect(ids('one', 20, 30)).toEqual(['20', '30'])
  expect(ids('one', 0, 59)).toEqual(['10', '20', '30', '40'])
  expect(ids('one', 41, 59)).toEqual([])
  expect(ids('two', 0, 59)).toEqual(['x'])
  expect(ids('three', 0, 59)).toEqual([])
})
