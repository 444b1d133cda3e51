import type { Log } from '@floowe/platform'
import { newTrail, trail, withTrail } from '@floowe/platform/ground'
import { expect, test } from 'vitest'
import { fakeClock, until } from './testing/stage.ts'
import { createWaking } from './waking.ts'

const quiet = (warnings: string[] = []): Log => {
  const log: Log = {
    debug: () => undefined,
    info: () => undefined,
    warn: (text) => void warnings.push(text),
    error: () => undefined,
    child: () => log,
  }
  return log
}

test('it sleeps until the moment its work named, and a wake comes before', async () => {
  const clock = fakeClock('2026-11-22T10:00:00.000Z')
  let runs = 0
  const waking = createWaking({
    name: 'test',
    clock,
    log: quiet(),
    work: async () => {
      runs += 1
      return clock.now() + 60_000
    },
  })
  waking.wake()
  await until(() => runs === 1)
  clock.advance(59_999)
  expect(runs).toBe(1)
  clock.advance(1)
  await until(() => runs === 2)
  waking.wake()
  await until(() => runs === 3)
  await waking.stop()
  waking.wake()
  clock.advance(600_000)
  expect(runs).toBe(3)
})

test('woken while it runs, it runs once more, never twice at once', async () => {
  const clock = fakeClock('2026-11-22T10:00:00.000Z')
  const ends: (() => void)[] = []
  let running = 0
  let most = 0
  const waking = createWaking({
    name: 'test',
    clock,
    log: quiet(),
    work: async () => {
      running += 1
      most = Math.max(most, running)
      await new Promise<void>((resolve) => ends.push(resolve))
      running -= 1
      return clock.now() + 60_000
    },
  })
  for (let wake = 0; wake < 5; wake++) waking.wake()
  expect(ends).toHaveLength(1)
  ends[0]?.()
  await until(() => ends.length === 2)
  ends[1]?.()
  await until(() => running === 0)
  expect([ends.length, most]).toEqual([2, 1])
  await waking.stop()
})

test('after an error it says so once, and tries again with longer pauses', async () => {
  const clock = fakeClock('2026-11-22T10:00:00.000Z')
  const warnings: string[] = []
  let runs = 0
  const waking = createWaking({
    name: 'test',
    clock,
    log: quiet(warnings),
    work: async () => {
      runs += 1
      if (runs < 4) throw new Error('away')
      return clock.now() + 60_000
    },
  })
  waking.wake()
  for (const expected of [1, 2, 3, 4]) {
    await until(() => {
      // Small steps, so that a pause that was never armed would show as a run that never comes.
      clock.advance(10)
      return runs === expected
    })
  }
  expect(warnings).toHaveLength(1)
  await waking.stop()
})

test('woken by a request it goes on when that is long over', async () => {
  const clock = fakeClock('2026-11-22T10:00:00.000Z')
  const trails: unknown[] = []
  const waking = createWaking({
    name: 'test',
    clock,
    log: quiet(),
    work: async () => {
      await Promise.resolve()
      trails.push(trail())
      return clock.now() + 1_000
    },
  })
  withTrail({ ...newTrail(), untilMs: performance.now() - 1 }, waking.wake)
  await until(() => trails.length === 1)
  clock.advance(1_000)
  await until(() => trails.length === 2)
  await waking.stop()
  expect(trails).toEqual([undefined, undefined])
})
