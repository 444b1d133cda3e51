/**
 * Jobs on BullMQ, over PostgreSQL or Redis. The queue holds ids only (job id = row id); losing it loses nothing, because the
 * sweep hands over every due row that no queue knows.
 */
import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import { createOutage } from '../outage.ts'
import type { JobEngine, JobSource } from './port.ts'
import { type JobQueue, type JobWorker, openQueues, type QueuePlace, type Queues } from './queues.ts'

/** Where others may die: the rows of a dead process, and what a flushed Redis forgot, are found this often. */
const sweepEveryMs = 3_000
const sweepAloneEveryMs = 15_000
/** A row that was handed over this long ago and still waits is handed over again; a queue that knows it ignores that. */
const handedAgainAfterMs = 60_000
/** The same when the queue holds fewer ids than rows are due: it forgot some. */
const forgottenAfterMs = 2_000
const sweepBatchesMax = 20
const rowsPerBatch = 500
const readyWithinMs = 5_000
const closeWithinMs = 5_000

type Served = { source: JobSource; queue: JobQueue; worker: JobWorker; cancelSweep: () => void }
type EngineOptions = QueuePlace & {
  /**
   * Whether this process alone serves the rows: then what ran when the last one died goes on at once. Else their leases
   * tell, and it goes on when these have run out. Standard: on PostgreSQL.
   */
  alone?: boolean
  log: Log
  clock: Clock
}

export function bullmqEngine(options: EngineOptions): JobEngine {
  const { log, clock } = options
  const isDurable = 'address' in options
  const { alone = isDurable } = options
  const served = new Map<string, Served>()
  const stopping = new AbortController()
  const running = new Set<Promise<unknown>>()
  const handing = new Set<Promise<unknown>>()
  const outage = createOutage(log, {
    away: 'jobs: the queue does not answer as it should; rows wait for it, what runs goes on',
    back: 'jobs: the queue answers again',
  })
  let opened: Promise<Queues> | undefined
  let isPaused = false

  const hand: JobEngine['hand'] = async (service, jobs) => {
    const entry = served.get(service)
    // While paused the rows keep them: a worker that already waits for the next one would begin it all the same.
    if (!entry || jobs.length === 0 || isPaused || stopping.signal.aborted) return
    const handed = entry.queue.addBulk(jobs.map(({ id, runAtMs }) => queuedJob(id, runAtMs - clock.now())))
    handing.add(handed)
    await handed.finally(() => handing.delete(handed))
  }
  const sweep = async ({ source, queue }: Pick<Served, 'source' | 'queue'>): Promise<void> => {
    await source.putBackLost()
    const waiting = (await queue.getJobCounts('waiting'))['waiting'] ?? 0
    // A queue that holds fewer ids than rows are due forgot some; or they are just being taken, and it ignores the repeat.
    const excess = (await source.dueCount()) - waiting
    const batches = excess > 0 && excess < rowsPerBatch ? 1 : sweepBatchesMax
    for (let batch = 0; batch < batches && !isPaused && !stopping.signal.aborted; batch++) {
      const rows = await source.forgotten(excess > 0 ? forgottenAfterMs : handedAgainAfterMs)
      await hand(source.service, rows)
      if (rows.length < rowsPerBatch) break
    }
    outage.over()
  }
  const sweepOften = (entry: Pick<Served, 'source' | 'queue'>): (() => void) => {
    let cancel = (): void => undefined
    const arm = (): void => {
      cancel = clock.at(clock.now() + (alone ? sweepAloneEveryMs : sweepEveryMs), () => {
        void sweep(entry)
          .catch((error: unknown) => outage.began(error))
          .finally(() => {
            if (!stopping.signal.aborted) arm()
          })
      })
    }
    arm()
    return () => cancel()
  }
  const run = (source: JobSource) => async (job: { id?: string | undefined }) => {
    const id = String(job.id)
    const work = source.runRow(id, stopping.signal)
    running.add(work)
    const again = await work.finally(() => running.delete(work))
    if (again === null) return
    // A queued id may not be added again while it runs, so the next attempt is handed over after this one has left.
    clock.at(clock.now() + 20, () => void hand(source.service, [{ id, runAtMs: again }]).catch(() => undefined))
  }

  return {
    serve: async (source, concurrency) => {
      opened ??= openQueues(options)
      const queues = await opened
      if (alone) await source.takeBack()
      const name = `floowe-${source.service}`
      const queue = queues.queue(name)
      queue.on('error', (error) => outage.began(error))
      await readyOrAway(queue, isDurable)
      // Of a process that was killed: the queue would hold them until their locks run out. The rows say what is to be done.
      if (alone && ((await queue.getJobCounts('active'))['active'] ?? 0) > 0) await queue.obliterate({ force: true })
      const worker = queues.worker(name, run(source), concurrency)
      if (isDurable) await rightlySetUp(worker)
      worker.on('error', (error) => outage.began(error))
      const entry = { source, queue, worker }
      const cancelSweep = sweepOften(entry)
      served.set(source.service, { ...entry, cancelSweep })
      await sweep(entry).catch((error: unknown) => {
        if (isDurable) throw error
        outage.began(error)
      })
    },
    hand,
    idle: async () => {
      // Each turn hands over what is due and waits for what runs; ends when both are empty.
      for (let turn = 0; turn < 2000; turn++) {
        // Looked at before the queues: what is neither here nor there then is nowhere.
        let open = running.size + handing.size
        for (const entry of served.values()) {
          await sweep(entry)
          const counts = await entry.queue.getJobCounts('waiting', 'active')
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
        [...served.values()].map(async (entry) => {
          await entry.worker.resume()
          await sweep(entry)
        }),
      )
    },
    stop: async () => {
      stopping.abort(new Error('stopping'))
      for (const { cancelSweep } of served.values()) cancelSweep()
      await Promise.allSettled(running)
      await Promise.allSettled([...served.values()].map(({ worker }) => closed(worker)))
      await Promise.allSettled([...served.values()].map(({ queue }) => within(closeWithinMs, queue.close())))
    },
  }
}

const queuedJob = (jobId: string, delayMs: number) => ({
  name: 'row',
  data: {},
  opts: { jobId, delay: Math.max(0, delayMs), removeOnComplete: true, removeOnFail: true, attempts: 1 },
})

/** A database that does not answer stops the start. A Redis that is away is waited for a while; jobs begin when it is back. */
async function readyOrAway(queue: JobQueue, isDurable: boolean): Promise<void> {
  if (isDurable) await queue.waitUntilReady()
  else await within(readyWithinMs, queue.waitUntilReady()).catch(() => undefined)
}

/** A misconfigured worker on PostgreSQL would retry without pause: its first error before it is ready stops the start. */
async function rightlySetUp(worker: JobWorker): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    worker.once('error', reject)
    worker.waitUntilReady().then(() => resolve(), reject)
  })
  worker.removeAllListeners('error')
}

/** In its own time, else by force: without its connection it waits for an end that does not come. */
async function closed(worker: JobWorker): Promise<void> {
  await within(closeWithinMs, worker.close()).catch(() => undefined)
}

async function within<Result>(ms: number, work: Promise<Result>): Promise<Result> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`not done within ${ms} ms`)), ms)
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
