/**
 * Jobs on BullMQ over PostgreSQL. The queue holds ids only (job id = row id); losing it loses nothing, because the sweep
 * hands over every due row that no queue knows.
 */
import type { Clock } from '../clock.ts'
import type { DatabaseAddress } from '../database/database.ts'
import type { Log } from '../log.ts'
import type { JobEngine, JobSource } from './port.ts'

const sweepEveryMs = 15_000

/** @param options.address a role that owns the schema `bullmq`. The library is loaded only when the first service has jobs. */
export function bullmqEngine(options: { address: DatabaseAddress; log: Log; clock: Clock }): JobEngine {
  const { address, log, clock } = options
  type Queued = {
    name: string
    data: object
    opts: { jobId: string; delay: number; removeOnComplete: boolean; removeOnFail: boolean; attempts: number }
  }
  type Served = {
    source: JobSource
    queue: {
      addBulk: (jobs: Queued[]) => Promise<unknown>
      getJobCounts: (...states: ('waiting' | 'active')[]) => Promise<Record<string, number>>
      close: () => Promise<void>
    }
    worker: {
      close: () => Promise<void>
      pause: (doNotWaitActive: boolean) => Promise<void>
      resume: () => Promise<void>
    }
    cancelSweep: () => void
  }
  const served = new Map<string, Served>()
  const stopping = new AbortController()
  const running = new Set<Promise<unknown>>()
  let isPaused = false

  const handing = new Set<Promise<unknown>>()
  const hand: JobEngine['hand'] = async (service, jobs) => {
    const entry = served.get(service)
    // While paused the rows keep them: a worker that already waits for the next one would begin it all the same.
    if (!entry || jobs.length === 0 || isPaused || stopping.signal.aborted) return
    const handed = entry.queue.addBulk(
      jobs.map(({ id, runAtMs }) => ({
        name: 'row',
        data: {},
        opts: {
          jobId: id,
          delay: Math.max(0, runAtMs - clock.now()),
          removeOnComplete: true,
          removeOnFail: true,
          attempts: 1,
        },
      })),
    )
    handing.add(handed)
    await handed.finally(() => handing.delete(handed))
  }
  const track = <Result>(work: Promise<Result>): Promise<Result> => {
    running.add(work)
    void work.finally(() => running.delete(work)).catch(() => undefined)
    return work
  }

  return {
    serve: async (source, concurrency) => {
      const { createPostgresBackend, withBackend } = await import('bullmq')
      const classes = withBackend(createPostgresBackend)
      // Each class keeps a small pool of its own; the library pins the schema only for pools that it makes.
      const connection = { ...address, schema: 'bullmq', idleTimeoutMillis: 20_000, application_name: 'floowe-jobs' }
      const name = `floowe-${source.service}`
      const queue = new classes.Queue(name, { connection: { ...connection, max: 2, migrate: true } })
      queue.on('error', (error) => log.warn('jobs: queue', { error }))
      await queue.waitUntilReady()
      // Of a process that was killed: the queue would hold them until their locks run out. The rows say what is to be done.
      if (((await queue.getJobCounts('active'))['active'] ?? 0) > 0) await queue.obliterate({ force: true })
      const worker = new classes.Worker(
        name,
        async (job) => {
          const again = await track(source.runRow(String(job.id), stopping.signal))
          // A queued id may not be added again while it runs, so the next attempt is handed over after this one has left.
          if (again !== null)
            clock.at(
              clock.now() + 20,
              () => void hand(source.service, [{ id: String(job.id), runAtMs: again }]).catch(() => undefined),
            )
        },
        { connection: { ...connection, max: 3 }, concurrency, lockDuration: 60_000, maxStalledCount: 3 },
      )
      await new Promise<void>((resolve, reject) => {
        // A misconfigured worker would retry without pause: its first error before it is ready stops the start.
        worker.once('error', reject)
        worker.waitUntilReady().then(() => resolve(), reject)
      })
      worker.removeAllListeners('error')
      worker.on('error', (error) => log.warn('jobs: worker', { error }))
      const sweep = async (): Promise<void> => hand(source.service, await source.forgotten())
      let cancel = (): void => undefined
      const arm = (): void => {
        cancel = clock.at(clock.now() + sweepEveryMs, () => {
          void sweep()
            .catch((error) => log.warn('jobs: sweep failed', { error }))
            .finally(() => {
              if (!stopping.signal.aborted) arm()
            })
        })
      }
      served.set(source.service, { source, queue, worker, cancelSweep: () => cancel() })
      await sweep()
      arm()
    },
    hand,
    idle: async () => {
      // Each turn hands over what is due and waits for what runs; ends when both are empty.
      for (let turn = 0; turn < 2000; turn++) {
        // Looked at before the queues: what is neither here nor there then is nowhere.
        let open = running.size + handing.size
        for (const { source, queue } of served.values()) {
          await hand(source.service, await source.forgotten())
          const counts = await queue.getJobCounts('waiting', 'active')
          open += (counts['waiting'] ?? 0) + (counts['active'] ?? 0)
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
        [...served.values()].map(async ({ source, worker }) => {
          await worker.resume()
          await hand(source.service, await source.forgotten())
        }),
      )
    },
    stop: async () => {
      stopping.abort(new Error('stopping'))
      for (const { cancelSweep } of served.values()) cancelSweep()
      await Promise.allSettled(running)
      await Promise.allSettled([...served.values()].map(({ worker }) => worker.close()))
      await Promise.allSettled([...served.values()].map(({ queue }) => queue.close()))
    },
  }
}
