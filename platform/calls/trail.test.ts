/** What outlives a request has no part in its deadline. */
import { expect, test } from 'vitest'
import { systemClock } from '../clock.ts'
import { createLog } from '../log.ts'
import { createLoop } from '../outbox/loop.ts'
import { newTrail, remainingMs, trail, withTrail, withoutTrail } from './trail.ts'

const over = () => ({ ...newTrail(), untilMs: performance.now() - 1 })

test('within a request what is left of its patience counts; outside nobody waits', () => {
  withTrail(over(), () => {
    expect(remainingMs(30_000)).toBe(1)
    withoutTrail(() => expect([trail(), remainingMs(30_000)]).toEqual([undefined, 30_000]))
    expect(remainingMs(30_000)).toBe(1)
  })
})

test('a timer that a request sets belongs to nobody', async () => {
  const clock = systemClock()
  const seen = Promise.withResolvers<unknown>()
  withTrail(over(), () => clock.at(clock.now() + 1, () => seen.resolve(trail())))
  expect(await seen.promise).toBeUndefined()
})

test('nor does a loop that a request wakes', async () => {
  const seen: unknown[] = []
  const loop = createLoop({
    name: 'test',
    clock: systemClock(),
    log: createLog({ service: 'test', level: 'silent' }),
    everyMs: 60_000,
    restMs: 0,
    work: async () => {
      await Promise.resolve()
      seen.push(trail())
      return false
    },
  })
  withTrail(over(), loop.wake)
  await loop.idle()
  await loop.stop()
  expect(seen.length).toBeGreaterThan(0)
  expect(seen.filter((one) => one !== undefined)).toEqual([])
})
