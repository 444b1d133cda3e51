/** Stopping in order: what was opened last is closed first. */
import type { Log } from './log.ts'

export type Stopper = {
  /** `stop` gets a signal that aborts at its deadline. Returns a function that takes it off the list. */
  add: (name: string, stop: (deadline: AbortSignal) => Promise<void> | void) => () => void
  /** Runs all in reverse order, each at most `deadlineMs`. Repeated calls get the same answer. Never throws. */
  stop: () => Promise<{ failed: { name: string; error: unknown }[] }>
  isStopping: () => boolean
}
export declare function createStopper(options: { deadlineMs: number; log: Log }): Stopper
