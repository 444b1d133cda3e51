/** Slots, series and moves, judged by Python (fixtures/judge.py): 40 zones, every change of their clocks from 2024 to 2035. */
import { readFileSync } from 'node:fs'
import type { ClockPick, Recurrence, SeriesPlan } from '@floowe/contracts/calendar'
import { Refusal } from '@floowe/platform'
import { describe, expect, test } from 'vitest'
import { slotFor } from '../schedule.ts'
import { movedByDays, plusDays, unclearTimes, weekdayOf } from './moments.ts'
import { daysOf, occurrencesOf } from './occurrences.ts'
import { slotMoments } from './slots.ts'

type Row = [wallTime: string, first: number, second?: number]
type Group = { day: string; rows: Row[] }
const read = (name: string): unknown => JSON.parse(readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8'))
const oracle = read('clock-days.json') as { zones: Record<string, Group[]> } // made by the script beside it
const rules = read('recurrences.json') as { recurrence: Recurrence; firstDay: string; until: string; days: string[] }[]

const picks: readonly (ClockPick | null)[] = [null, 'earlier', 'later', 'skip']
const at = (minutes: number): string => new Date(minutes * 60_000).toISOString()

/** What Python says goes out at a reading, for somebody who has picked so. */
function expected([, first, second = first]: Row, pick: ClockPick | null): string | null {
  if (first === second) return at(first)
  if (pick === null || pick === 'skip') return null
  return at(pick === 'earlier' ? Math.min(first, second) : Math.max(first, second))
}
const everyGroup = Object.entries(oracle.zones).flatMap(([zone, groups]) => groups.map((group) => ({ zone, ...group })))
const hoursOf = ({ rows }: Group): string[] => [...new Set(rows.map(([wallTime]) => wallTime.slice(11)))]
const rowOn = ({ rows }: Group, day: string, hour: string): Row => {
  const row = rows.find(([wallTime]) => wallTime === `${day}T${hour}`)
  if (!row) throw new Error(`the judge says nothing of ${day} ${hour}`)
  return row
}

test('the judge has looked at enough', () => {
  expect(Object.keys(oracle.zones).length).toBeGreaterThanOrEqual(40)
  expect(everyGroup.length).toBeGreaterThan(600)
})

test('slots: on the day of a change and a week later', () => {
  const wrong: string[] = []
  for (const group of everyGroup) {
    const { zone, day } = group
    for (const time of hoursOf(group)) {
      for (const pick of picks) {
        const rules = { slots: [{ weekday: weekdayOf(day), time, pick }], zone, skip: none }
        const [before] = rowOn(group, plusDays(day, -1), time).slice(1) as number[] // minutes follow the reading
        const moments = slotMoments(rules, at((before ?? 0) - 720), new Map(), [])
        for (const wanted of [day, plusDays(day, 7)]) {
          const { value } = moments.next()
          const dueAt = expected(rowOn(group, wanted, time), pick)
          if (value?.day !== wanted || value.dueAt !== dueAt || value.isFree !== (dueAt !== null))
            wrong.push(`${zone} ${wanted} ${time} ${pick}: ${value?.day} ${value?.dueAt}, not ${dueAt}`)
        }
      }
    }
  }
  expect(wrong.slice(0, 20)).toEqual([])
})

const none = { holidays: false, closedSundays: false }
const planOf = (
  recurrence: Recurrence,
  firstDay: string,
  more: Pick<SeriesPlan, 'time' | 'zone' | 'pick' | 'end'>,
): SeriesPlan => ({
  ...{ recurrence, firstDay, skip: none, instead: 'nothing' },
  ...more,
})

test('series: over the day of a change, and from week to week', () => {
  const wrong: string[] = []
  for (const group of everyGroup) {
    const { zone, day } = group
    const before = plusDays(day, -1)
    for (const time of hoursOf(group)) {
      for (const pick of picks) {
        const daily = planOf({ every: 'days', interval: 1 }, before, {
          time,
          zone,
          pick,
          end: { until: plusDays(day, 1) },
        })
        const weekly = planOf({ every: 'weeks', interval: 1, weekdays: [weekdayOf(day)] }, day, {
          ...{ time, zone, pick },
          end: { until: plusDays(day, 7) },
        })
        for (const occurrence of [...occurrencesOf(daily), ...occurrencesOf(weekly)]) {
          const dueAt = expected(rowOn(group, occurrence.day, time), pick)
          const reason = dueAt === null ? 'no-such-time' : null
          if (occurrence.dueAt !== dueAt || occurrence.reason !== reason)
            wrong.push(`${zone} ${occurrence.day} ${time} ${pick}: ${occurrence.dueAt}, not ${dueAt}`)
        }
        if (occurrencesOf(daily).length !== 3 || occurrencesOf(weekly).length !== 2)
          wrong.push(`${zone} ${day} ${time}: a day is missing`)
      }
    }
  }
  expect(wrong.slice(0, 20)).toEqual([])
})

test('moves by days onto the day of a change keep the wall clock, and ask where it is not clear', () => {
  const wrong: string[] = []
  for (const group of everyGroup) {
    const { zone, day } = group
    for (const time of hoursOf(group)) {
      const row = rowOn(group, day, time)
      for (const [from, days] of [
        [plusDays(day, -1), 1],
        [plusDays(day, 1), -1],
        [plusDays(day, 7), -7],
      ] as const) {
        const wallTime = movedByDays(`${from}T${time}`, days)
        if (wallTime !== row[0]) wrong.push(`${zone} ${from} moved by ${days}: ${wallTime}`)
        for (const pick of ['earlier', 'later'] as const)
          if (slotFor({ wallTime, zone, pick }, before(wallTime)).dueAt !== expected(row, pick))
            wrong.push(`${zone} ${wallTime} ${pick}`)
        const said = unpicked(wallTime, zone)
        const [, first, second = first] = row
        const wanted = first === second ? at(first) : first < second ? 'time-exists-twice' : 'time-does-not-exist'
        if (said !== wanted) wrong.push(`${zone} ${wallTime}: ${said}, not ${wanted}`)
      }
    }
  }
  expect(wrong.slice(0, 20)).toEqual([])
})
/** A month before it, so that it is neither past nor further ahead than plans may be. */
const before = (wallTime: string): number => Date.parse(`${wallTime}:00.000Z`) - 30 * 86_400_000

function unpicked(wallTime: string, zone: string): string {
  try {
    return slotFor({ wallTime, zone }, before(wallTime)).dueAt
  } catch (error) {
    if (error instanceof Refusal) return error.code
    throw error
  }
}

test('whoever sets a slot that falls into a change within the coming year is asked', () => {
  const wrong: string[] = []
  for (const group of everyGroup) {
    const { zone, day } = group
    for (const time of hoursOf(group)) {
      const [, first, second = first] = rowOn(group, day, time)
      const fromMs = first * 60_000 - 3 * 86_400_000
      const asked = unclearTimes(zone, [{ weekday: weekdayOf(day), time }], fromMs, 1)
      const found = asked.find((unclear) => unclear.day === day)
      if (first === second ? found !== undefined : found?.exists !== (first < second ? 'twice' : 'never'))
        wrong.push(`${zone} ${day} ${time}: ${JSON.stringify(asked)}`)
      if (found && (found.earlier !== at(Math.min(first, second)) || found.later !== at(Math.max(first, second))))
        wrong.push(`${zone} ${day} ${time}: ${found.earlier} and ${found.later}`)
    }
  }
  expect(wrong.slice(0, 20)).toEqual([])
})

describe('days of recurrences', () => {
  test('are those that fit when every day is looked at', () => {
    expect(rules.length).toBeGreaterThanOrEqual(400)
    for (const { recurrence, firstDay, until, days } of rules) {
      const found = [...daysOf({ recurrence, firstDay, end: { until } })]
      expect(
        found.filter(({ exists }) => exists).map(({ day }) => day),
        JSON.stringify({ recurrence, firstDay, until }),
      ).toEqual(days)
    }
  })
})
