/**
 * Which processes answer for a service, and which of them is asked next.
 *
 * An instance is asked while its own `/readyz` says so: looked at several times a second. One that drains says it there and in
 * every answer, and gets nothing new from then on; one that broke several requests in a row is left alone for a while, with
 * growing pauses. While no instance is up a request waits for the next one, up to its own deadline: nothing of it has left,
 * so waiting costs time and never a second effect.
 */
import { Pool } from 'undici'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import { drainingHeader } from './inner-http.ts'

export type Instance = { origin: string; pool: Pool }
export type Instances = {
  /**
   * The one with the least work, counted as busy until `release`. Resolves with null when none was up in time or too many
   * wait already. @param not those that just failed
   */
  take: (deadlineMs: number, not?: ReadonlySet<string>) => Promise<Taken | null>
  /** Whether one could be taken now. */
  isUp: () => boolean
  close: () => Promise<void>
}
export type Taken = Instance & {
  /** `broken`: the connection failed, which counts against it. `draining`: its answer said so. */
  release: (how: 'answered' | 'broken' | 'draining') => void
}

type State = Instance & {
  health: 'unknown' | 'up' | 'draining' | 'down'
  busy: number
  strikes: number
  /** Left alone until then (monotonic ms). */
  shunnedUntilMs: number
  /** When it was taken last, to take turns among equals. */
  takenAt: number
}

const lookEveryMs = 250
const lookWithinMs = 1_000
const strikesMax = 5
const shunMs = { first: 500, most: 2_000 }
const waitingMax = 2_000
const connectionsMax = 128

export function createInstances(options: {
  service: string
  origins: readonly string[]
  log: Log
  metrics: Metrics
}): Instances {
  const { service, origins, log } = options
  const states = origins.map((origin): State => stateOf(origin))
  const waiting = new Set<() => void>()
  let isClosed = false
  let turn = 0

  const isFree = (state: State): boolean =>
    (state.health === 'up' || state.health === 'unknown') && performance.now() >= state.shunnedUntilMs
  const next = (not: ReadonlySet<string>): State | null => {
    let best: State | null = null
    for (const state of states) {
      if (!isFree(state) || not.has(state.origin)) continue
      if (!best || state.busy < best.busy || (state.busy === best.busy && state.takenAt < best.takenAt)) best = state
    }
    return best
  }
  const wakeWaiting = (): void => {
    for (const wake of waiting) wake()
  }
  const settle = (state: State, health: State['health']): void => {
    if (state.health === health) return
    log.info('an instance changed', { service, origin: state.origin, from: state.health, to: health })
    state.health = health
    if (health === 'up') wakeWaiting()
  }
  const strike = (state: State): void => {
    state.strikes += 1
    if (state.strikes < strikesMax) return
    const pauseMs = Math.min(shunMs.most, shunMs.first * 2 ** (state.strikes - strikesMax))
    state.shunnedUntilMs = performance.now() + pauseMs
    setTimeout(wakeWaiting, pauseMs).unref()
  }
  const watch = watchOver(states, settle, () => isClosed)
  options.metrics.gauge(
    {
      name: `floowe_upstream_${service}_busy`,
      help: `Requests under way at ${service}`,
      labels: ['instance', 'health'],
    },
    () => states.map(({ origin, busy, health }) => ({ value: busy, labels: { instance: origin, health } })),
  )

  const taken = (state: State): Taken => {
    state.busy += 1
    state.takenAt = ++turn
    let isHeld = true
    return {
      origin: state.origin,
      pool: state.pool,
      release: (how) => {
        if (!isHeld) return
        isHeld = false
        state.busy -= 1
        if (how === 'broken') {
          strike(state)
          // Until it was looked at again: then it is known whether that was the connection or the instance.
          settle(state, 'down')
        } else state.strikes = 0
        if (how === 'draining') settle(state, 'draining')
      },
    }
  }
  return {
    isUp: () => next(new Set()) !== null,
    take: async (deadlineMs, not = new Set()) => {
      for (;;) {
        const state = next(not) ?? next(new Set())
        if (state) return taken(state)
        const leftMs = deadlineMs - performance.now()
        if (leftMs <= 0 || isClosed || waiting.size >= waitingMax) return null
        await untilWoken(waiting, leftMs)
      }
    },
    close: async () => {
      isClosed = true
      wakeWaiting()
      await watch.end()
      await Promise.all(states.map(({ pool }) => pool.destroy()))
    },
  }
}

const stateOf = (origin: string): State => ({
  origin,
  // Shorter than a server keeps a connection that does nothing: none is used at the moment the other side closes it.
  pool: new Pool(origin, {
    connections: connectionsMax,
    pipelining: 1,
    keepAliveTimeout: 4_000,
    connect: { timeout: 1_000 },
  }),
  health: 'unknown',
  busy: 0,
  strikes: 0,
  shunnedUntilMs: 0,
  takenAt: 0,
})

function untilWoken(waiting: Set<() => void>, withinMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, Math.min(withinMs, lookEveryMs * 4))
  waiting.add(resolve)
  return promise.finally(() => {
    clearTimeout(timer)
    waiting.delete(resolve)
  })
}

/** Looks at each instance again and again, each at its own pace. */
function watchOver(
  states: readonly State[],
  settle: (state: State, health: State['health']) => void,
  isClosed: () => boolean,
): { end: () => Promise<void> } {
  const timers = new Map<State, NodeJS.Timeout>()
  const running = new Map<State, Promise<void>>()
  const look = async (state: State): Promise<void> => {
    // A connection of its own: requests under way say nothing about new ones.
    const health = await askReadiness(state.origin)
    if (isClosed()) return
    settle(state, health)
    timers.set(state, setTimeout(begin, lookEveryMs, state).unref())
  }
  const begin = (state: State): void => void running.set(state, look(state))
  for (const state of states) begin(state)
  return {
    end: async () => {
      for (const timer of timers.values()) clearTimeout(timer)
      await Promise.allSettled(running.values())
    },
  }
}

async function askReadiness(origin: string): Promise<State['health']> {
  try {
    const { request } = await import('undici')
    const answer = await request(`${origin}/readyz`, {
      signal: AbortSignal.timeout(lookWithinMs),
      headers: { connection: 'close' },
    })
    await answer.body.dump()
    if (answer.statusCode === 200) return 'up'
    return answer.headers[drainingHeader] === undefined ? 'down' : 'draining'
  } catch {
    return 'down'
  }
}
