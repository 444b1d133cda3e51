import { describe, expect, test } from 'vitest'
import { conflictsOf, type Known, type Target } from './conflicts.ts'

const target: Target = {
  deliveryId: 'own',
  channelId: 'c',
  day: '2027-07-01',
  dueAt: '2027-07-01T07:00:00.000Z',
}
const known: Known = {
  now: '2027-06-01T00:00:00.000Z',
  spacingMinutes: 15,
  neighbours: [],
  embargoUntil: null,
  blackouts: [],
  approval: null,
  channelState: 'connected',
}
const codes = (at: Partial<Target>, of: Partial<Known> = {}): string[] =>
  conflictsOf({ ...target, ...at }, { ...known, ...of }).map(({ code, weight }) => `${code}:${weight}`)

test('nothing stands against a free time', () => {
  expect(codes({})).toEqual([])
})

test('the past, a channel that is paused, an embargo and a blackout refuse', () => {
  const blackouts = [{ name: 'Mourning', from: '2027-07-01T00:00:00.000Z', until: '2027-07-01T07:00:00.000Z' }]
  expect(codes({}, { now: target.dueAt })).toEqual(['past:refused'])
  expect(codes({}, { channelState: 'paused' })).toEqual(['channel-not-ready:refused'])
  expect(codes({}, { embargoUntil: '2027-07-01T07:00:00.001Z' })).toEqual(['embargoed:refused'])
  expect(codes({}, { embargoUntil: target.dueAt })).toEqual([])
  expect(codes({}, { blackouts })).toEqual(['blackout:refused'])
  expect(codes({ dueAt: '2027-07-01T07:00:01.000Z' }, { blackouts })).toEqual([])
})

describe('too close', () => {
  const near = (minutes: number, more = {}) => ({
    id: `at-${minutes}`,
    channelId: 'c',
    state: 'planned',
    dueAt: new Date(Date.parse(target.dueAt) + minutes * 60_000).toISOString(),
    ...more,
  })
  test('the nearest on the same channel is named', () => {
    const [found] = conflictsOf(target, { ...known, neighbours: [near(-14), near(9), near(30)] })
    expect(found).toMatchObject({ code: 'too-close', weight: 'warning', deliveryId: 'at-9', minutes: 9 })
  })
  test('not itself, not on another channel, not what is over, not at the distance itself', () => {
    const neighbours = [
      near(0, { id: 'own' }),
      near(1, { channelId: 'other' }),
      near(2, { state: 'cancelled' }),
      near(15),
    ]
    expect(codes({}, { neighbours })).toEqual([])
    expect(codes({}, { neighbours: [near(0)], spacingMinutes: 0 })).toEqual([])
  })
})

test('approvals warn: missing, or not for this time', () => {
  const window = { from: '2027-07-01T00:00:00.000Z', until: '2027-07-02T00:00:00.000Z' }
  expect(codes({}, { approval: { state: 'needed', window: null } })).toEqual(['needs-approval:warning'])
  expect(codes({}, { approval: { state: 'open', window } })).toEqual(['needs-approval:warning'])
  expect(codes({}, { approval: { state: 'approved', window } })).toEqual([])
  expect(codes({ dueAt: '2027-07-03T00:00:00.000Z' }, { approval: { state: 'approved', window } })).toEqual([
    'outside-approval:warning',
  ])
  expect(codes({}, { approval: { state: 'not-needed', window: null } })).toEqual([])
})

test('holidays and Sundays without trade are worth a note', () => {
  const at = (day: string) => codes({ day, dueAt: `${day}T07:00:00.000Z` })
  expect(at('2027-11-11')).toEqual(['holiday:note'])
  expect(at('2027-07-04')).toEqual(['closed-sunday:note'])
  expect(at('2027-06-27')).toEqual([])
})
