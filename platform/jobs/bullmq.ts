/**
 * Jobs on BullMQ, over PostgreSQL or Redis. The queue holds ids only (job id = row id); losing it loses nothing, because the
 * sweep hands over every due row that no queue knows. While Redis is away rows wait, what runs goes on, and a process starts.
 */
import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import { createOutage } from '../outage.ts'
import type { JobEngine } from './port.ts'
import { openQueues, type QueuePlace, type Queues } from './queues.ts'
import { serve, type Serving } from './serving.ts'

/** Where others may die: the rows of a dead process, and what a flushed Redis forgot, are found this often. */
const sweepEveryMs = 3_000
const sweepAloneEveryMs = 15_000

export type JobEngineOptions = QueuePlace & {
  /**
   * Whether this process alone serves the rows: then what ran when the last one died goes on at once. Else their leases
   * tell, and it goes on when these have run out. Standard: on PostgreSQL.
   */
  alone?: boolean
  log: Log
  clock: Clock
}

export function bullmqEngine(options: JobEngineOptions): JobEngine {
  const { log, clock } = options
  const isDurable = 'address' in options
  const { alone = isDurable } = options
  const served = new Map<string, Serving>()
  const cancels = new Map<string, () => void>()
  const stopping = new AbortController()
  const running = new Set<Promise<unknown>>()
  const outage = createOutage(log, {
    away: 'jobs: the queue does not answer as it should; rows wait for it, what runs goes on',
    back: 'jobs: the queue answers again',
  })
  let opened: Promise<Queues> | undefined
  let isPaused = false

  const sweepOften = (service: string, sweep: () => Promise<void>): void => {
    const again = (): void => {
      void sweep()
        .catch((error: unknown) => outage.began(error))
        .finally(() => {
          if (!stopping.signal.aborted) sweepOften(service, sweep)
        })
    }
    cancels.set(service, clock.at(clock.now() + (alone ? sweepAloneEveryMs : sweepEveryMs), again))
  }

  return {
    serve: async (source, concurrency) => {
      opened ??= openQueues(options)
      const queues = await opened
      const shared = { isDurable, alone, isPaused: () => isPaused, stopping: stopping.signal, running, clock, outage }
      const serving = await serve({ source, queues, concurrency, ...shared })
      served.set(source.service, serving)
      sweepOften(source.service, serving.sweep)
      await serving.sweep().catch((error: unknown) => {
        if (isDurable) throw error
        outage.began(error)
      })
    },
    hand: async (service, jobs) => served.get(service)?.hand(jobs),
    idle: async () => {
      // Each turn hands over what is due and waits for what runs; ends when both are empty.
      for (let turn = 0; turn < 2000; turn++) {
        // Looked at before the queues: what is neither here nor there then is nowhere.
        let open = running.size
        for (const serving of served.values()) {
          await serving.sweep()
          open += await serving.openCount()
        }
        if (open === 0 && running.size === 0) return
        await Promise.race([...running, new Promise((resolve) => setTimeout(resolve, 10))]).catch(() => undefined)
      }
      throw new Error('jobs do not come to rest')
    },
    counts: () => ({ running: running.size }),
    pause: async () => {
      isPaused = true
      await Promise.all([...served.values()].map(({ worker }) => worker.pause(true)))
    },
    resume: async () => {
      isPaused = false
      await Promise.all(
        [...served.values()].map(async ({ worker, sweep }) => {
          await worker.resume()
          await sweep().catch((error: unknown) => outage.began(error))
        }),
      )
    },
    stop: async () => {
      stopping.abort(new Error('stopping'))
      for (const cancel of cancels.values()) cancel()
      await Promise.allSettled(running)
      await Promise.all([...served.values()].map(({ close }) => close()))
    },
  }
}
