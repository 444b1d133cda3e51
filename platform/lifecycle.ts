/** Stopping in order: what was opened last is closed first. */
import type { Log } from './log.ts'

export type Stopper = {
  /**
   * `stop` gets a signal that aborts at its deadline. Returns a function that takes it off the list. What is added when
   * stopping has begun (a signal in the middle of a start) is stopped too, if need be at once.
   */
  add: (name: string, stop: (deadline: AbortSignal) => Promise<void> | void) => () => void
  /** Runs all in reverse order, each at most `deadlineMs`. Repeated calls get the same answer. Never throws. */
  stop: () => Promise<{ failed: { name: string; error: unknown }[] }>
  isStopping: () => boolean
}

type Entry = { name: string; stop: (deadline: AbortSignal) => Promise<void> | void }

/** @param options.deadlineMs of each part; one that hangs is reported and left behind, the next gets its turn. */
export function createStopper({ deadlineMs, log }: { deadlineMs: number; log: Log }): Stopper {
  const entries: Entry[] = []
  const failed: { name: string; error: unknown }[] = []
  let stopping: ReturnType<Stopper['stop']> | null = null
  let isOver = false

  const stopAll: Stopper['stop'] = async () => {
    isOver = false
    for (let entry = entries.pop(); entry !== undefined; entry = entries.pop()) {
      try {
        await withDeadline(entry, deadlineMs)
      } catch (error) {
        log.error('a part did not stop cleanly', { part: entry.name, error })
        failed.push({ name: entry.name, error })
      }
    }
    isOver = true
    return { failed }
  }
  return {
    add: (name, stop) => {
      const entry = { name, stop }
      entries.push(entry)
      if (isOver) stopping = stopAll()
      return () => {
        const index = entries.indexOf(entry)
        if (index >= 0) entries.splice(index, 1)
      }
    },
    stop: () => {
      stopping ??= stopAll()
      return stopping
    },
    isStopping: () => stopping !== null,
  }
}

async function withDeadline({ name, stop }: Entry, deadlineMs: number): Promise<void> {
  const deadline = new AbortController()
  const { promise: tooLate, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    const error = new Error(`${name} had not stopped after ${deadlineMs} ms`)
    reject(error)
    deadline.abort(error)
  }, deadlineMs)
  try {
    await Promise.race([(async () => stop(deadline.signal))(), tooLate])
  } finally {
    clearTimeout(timer)
  }
}
