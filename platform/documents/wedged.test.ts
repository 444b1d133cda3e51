import { afterEach, expect, test } from 'vitest'
import { watchForWedge } from './wedged.ts'

let end = (): void => undefined
afterEach(() => end())

/** A watch over a client and a server whose states the test sets; counts what it asked. */
function watched(state: { client: boolean; server: boolean }) {
  const seen = { looks: 0, fresh: 0, wedged: 0 }
  end = watchForWedge({
    answers: async () => {
      seen.looks += 1
      return state.client
    },
    freshAnswers: async () => {
      seen.fresh += 1
      return state.server
    },
    everyMs: 1,
    onWedged: () => void (seen.wedged += 1),
  })
  return seen
}

test('a client that is not answered while a fresh one is, is told of once', async () => {
  const seen = watched({ client: false, server: true })
  await expect.poll(() => seen.wedged).toBe(1)
  expect(seen.looks).toBeGreaterThanOrEqual(3)
  expect(seen.fresh).toBe(1)
})

test('a server that is away is no fault of the client, and one that comes back neither', async () => {
  const state = { client: false, server: false }
  const seen = watched(state)
  await expect.poll(() => seen.fresh).toBeGreaterThan(3)
  state.client = true
  state.server = true
  const { looks } = seen
  await expect.poll(() => seen.looks).toBeGreaterThan(looks + 5)
  expect(seen.wedged).toBe(0)
})

test('a short silence asks no fresh client', async () => {
  const state = { client: true, server: true }
  const seen = watched(state)
  await expect.poll(() => seen.looks).toBeGreaterThan(5)
  expect([seen.fresh, seen.wedged]).toEqual([0, 0])
})
