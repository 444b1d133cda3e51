/**
 * A clock whose time the demo owns while it tells its story: plans of last week fall due last week, versions carry the
 * days on which they were saved. Then it goes live and is the system's clock for good.
 */
import type { Clock } from '@floowe/platform'
import { systemClock } from '@floowe/platform/clock'

export type StoryClock = Clock & {
  /** Moves the story to an instant (ISO), forwards or back; timers due by then run in their order, each at its own time. */
  set: (instant: string) => void
  /** Moves it on and wakes nobody: for moments at which nothing falls due. Timers that are due by then run at the next `set`. */
  pass: (instant: string) => void
  /** From now on real time. What still waits is armed anew. May be repeated. */
  goLive: () => void
}

type Waiting = { atMs: number; work: () => void; cancelled: boolean; cancelLive: (() => void) | null }

export function storyClock(live: Clock = systemClock()): StoryClock {
  // Null until the story begins: so long it is the real time, only timers wait.
  let storyMs: number | null = null
  let isLive = false
  const waiting = new Set<Waiting>()
  const now = (): number => (isLive || storyMs === null ? live.now() : storyMs)
  const runDue = (untilMs: number): void => {
    // A timer may set others; the bound ends a circle of timers that set themselves at once.
    for (let turn = 0; turn < 10_000; turn++) {
      const next = [...waiting].filter((entry) => entry.atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0]
      if (!next) return
      waiting.delete(next)
      storyMs = Math.max(storyMs ?? 0, next.atMs)
      if (!next.cancelled) next.work()
    }
  }
  return {
    now,
    instant: () => new Date(now()).toISOString(),
    at: (atMs, work) => {
      if (isLive) return live.at(atMs, work)
      const entry: Waiting = { atMs, work, cancelled: false, cancelLive: null }
      waiting.add(entry)
      if (atMs <= now())
        queueMicrotask(() => {
          if (!isLive && waiting.delete(entry) && !entry.cancelled) work()
        })
      return () => {
        entry.cancelled = true
        waiting.delete(entry)
        entry.cancelLive?.()
      }
    },
    set: (instant) => {
      if (isLive) throw new Error('the story is over')
      const untilMs = Date.parse(instant)
      if (storyMs === null || untilMs < storyMs) storyMs = untilMs
      runDue(untilMs)
      storyMs = untilMs
    },
    pass: (instant) => {
      if (isLive) throw new Error('the story is over')
      storyMs = Date.parse(instant)
    },
    goLive: () => {
      if (isLive) return
      isLive = true
      for (const entry of waiting) if (!entry.cancelled) entry.cancelLive = live.at(entry.atMs, entry.work)
      waiting.clear()
    },
  }
}
