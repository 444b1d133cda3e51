import { expect, test } from 'vitest'
import { barsOf, inLanes } from './lanes.ts'

const lay = (starts: readonly number[], lanesMax = 3) =>
  inLanes(starts, (start) => start, { spanOf: () => 30, lanesMax })

test('entries that do not touch have the whole width', () => {
  expect(lay([0, 30, 90]).placed.every(({ lane, lanes }) => lane === 0 && lanes === 1)).toBe(true)
})

test('entries that overlap stand beside each other, and a lane is used again', () => {
  expect(lay([0, 10, 30]).placed).toEqual([
    { item: 0, lane: 0, lanes: 2 },
    { item: 10, lane: 1, lanes: 2 },
    { item: 30, lane: 0, lanes: 2 },
  ])
})

test('however many fall together, each is placed or folded once', () => {
  const starts = Array.from({ length: 200 }, (_, index) => (index * 7) % 1440)
  const { placed, folded } = lay(starts)
  const all = [...placed.map(({ item }) => item), ...folded.flatMap(({ items }) => items)]
  expect(all.sort((a, b) => a - b)).toEqual([...starts].sort((a, b) => a - b))
  expect(placed.every(({ lane, lanes }) => lane < lanes && lanes <= 3)).toBe(true)
  expect(lay([0, 0, 0, 0, 0]).folded).toEqual([{ at: 0, items: [0, 0, 0], lanes: 3 }])
})

test('bars are cut at the week, and stand below each other where they overlap', () => {
  const week = ['2026-11-16', '2026-11-17', '2026-11-18', '2026-11-19', '2026-11-20', '2026-11-21', '2026-11-22']
  const bars = barsOf(week, [
    { name: 'b', from: '2026-11-18', to: '2026-11-18' },
    { name: 'a', from: '2026-11-01', to: '2026-11-17' },
    { name: 'c', from: '2026-11-17', to: '2026-12-24' },
    { name: 'past', from: '2026-10-01', to: '2026-11-15' },
  ])
  expect(
    bars.map(({ item, lane, from, to, beginsBefore, endsLater }) => [
      item.name,
      lane,
      from,
      to,
      beginsBefore,
      endsLater,
    ]),
  ).toEqual([
    ['a', 0, 0, 1, true, false],
    ['c', 1, 1, 6, false, true],
    ['b', 0, 2, 2, false, false],
  ])
})
