/**
 * A loop that works when woken and, as a safety net, every so often. Never runs twice at once; after an error it waits
 * with growing pauses (at most 30 s) and says so once per run of errors. Woken again right after its work it rests for a
 * moment first: what comes meanwhile costs one batch instead of many, and who comes to a rested loop waits for nothing.
 */
import { withoutTrail } from '../calls/trail.ts'
import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'

export type Loop = {
  wake: () => void
  /** Wakes the loop and resolves when it found nothing more to do. Throws the error of the last run, for tests to see. */
  idle: () => Promise<void>
  stop: () => Promise<void>
}

/**
 * @param options.work does one batch; true means there is more. @param options.restMs of real time, whatever clock the story
 * has: it is about load
 */
export function createLoop(options: {
  name: string
  work: () => Promise<boolean>
  everyMs: number
  restMs: number
  clock: Clock
  log: Log
}): Loop {
  const { name, work, everyMs, restMs, clock, log } = options
  let running: Promise<void> | null = null
  let again = false
  let stopped = false
  let failures = 0
  let lastError: unknown = null
  let cancel = (): void => undefined
  let endedAtMs = Number.NEGATIVE_INFINITY
  let rest: NodeJS.Timeout | undefined

  const run = async (): Promise<void> => {
    again = false
    try {
      // More batches than this in one go would starve stop(); the next wake goes on.
      for (let batch = 0; batch < 10_000 && !stopped; batch++) if (!(await work())) break
      failures = 0
      lastError = null
    } catch (error) {
      failures += 1
      lastError = error
      if (failures === 1 && !stopped) log.warn(`${name}: failed, will try again`, { error })
    }
  }
  const arm = (): void => {
    cancel()
    if (stopped) return
    const pauseMs = failures === 0 ? everyMs : Math.min(30_000, 100 * 2 ** Math.min(failures, 9))
    cancel = clock.at(clock.now() + pauseMs, wake)
  }
  function start(): void {
    clearTimeout(rest)
    rest = undefined
    if (stopped || running) return
    running = withoutTrail(run).finally(() => {
      running = null
      endedAtMs = performance.now()
      arm()
      if (again && failures === 0) wake()
    })
  }
  function wake(): void {
    if (stopped || rest) return
    if (running) {
      again = true
      return
    }
    const leftMs = endedAtMs + restMs - performance.now()
    if (leftMs > 0) rest = setTimeout(start, leftMs)
    else start()
  }
  arm()
  return {
    wake,
    idle: async () => {
      // Each turn waits for a whole run; work that keeps arriving from elsewhere ends after the bound.
      for (let turn = 0, more = true; turn < 1000 && more; turn++) {
        start()
        await running
        more = again || rest !== undefined
      }
      if (lastError) throw lastError
    },
    stop: async () => {
      stopped = true
      cancel()
      clearTimeout(rest)
      await running
    },
  }
}
