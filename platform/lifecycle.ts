/** Stopping in order: what was opened last is closed first. */
import type { Log } from './log.ts'

export type Stopper = {
  /**
   * `stop` gets a signal that aborts at its deadline. Returns a function that takes it off the list. What is added while
   * stopping has begun is stopped too.
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
  let stopping: ReturnType<Stopper['stop']> | null = null

  const stopAll: Stopper['stop'] = async () => {
    const failed: { name: string; error: unknown }[] = []
    for (let entry = entries.pop(); entry !== undefined; entry = entries.pop()) {
      try {
        await withDeadline(entry, deadlineMs)
      } catch (error) {
        log.error('a part did not stop cleanly', { part: entry.name, error })
        failed.push({ name: entry.name, error })
      }
    }
    return { failed }
  }
  return {
    add: (name, stop) => {
      const entry = { name, stop }
      entries.push(entry)
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
