/** A loop that sleeps until its next moment. It never runs twice at once; woken while it runs, it runs once more. */
import { type Clock, type Log, withoutTrail } from '@floowe/platform'

export type Waking = {
  wake: () => void
  /** Resolves when the run under way has ended; no other follows. */
  stop: () => Promise<void>
}

const pauseMsMax = 5_000

/** @param options.work does all that is due, and answers when it wants to run next (Unix ms) */
export function createWaking({
  name,
  work,
  clock,
  log,
}: {
  name: string
  work: () => Promise<number>
  clock: Clock
  log: Log
}): Waking {
  let running: Promise<void> | null = null
  let again = false
  let isStopped = false
  let failures = 0
  let cancel = (): void => undefined

  const armAt = (atMs: number): void => {
    cancel()
    if (!isStopped) cancel = clock.at(atMs, wake)
  }
  const run = async (): Promise<void> => {
    again = false
    try {
      armAt(await work())
      failures = 0
    } catch (error) {
      failures += 1
      // Once per row of failures: a database that is away for an hour is one fact.
      if (failures === 1 && !isStopped) log.warn(`${name}: failed, will try again`, { error })
      again = false
      armAt(clock.now() + Math.min(pauseMsMax, 50 * 2 ** Math.min(failures, 8)))
    }
  }
  function wake(): void {
    if (isStopped) return
    if (running) {
      again = true
      return
    }
    // Woken by a request, it goes on when nobody waits for that any more.
    running = withoutTrail(run).finally(() => {
      running = null
      if (again) wake()
    })
  }
  return {
    wake,
    stop: async () => {
      isStopped = true
      cancel()
      await running
    },
  }
}
