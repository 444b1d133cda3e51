/** The jobs of one service on their queue: handing over, finding again what the queue forgot, running. */
import type { Clock } from '../clock.ts'
import type { Outage } from '../outage.ts'
import type { JobSource } from './port.ts'
import type { JobQueue, JobWorker, Queues } from './queues.ts'

/** A row that was handed over this long ago and still waits is handed over again; a queue that knows it ignores that. */
const handedAgainAfterMs = 60_000
/** The same when the queue holds fewer ids than rows are due: it forgot some. */
const forgottenAfterMs = 2_000
const sweepBatchesMax = 20
const rowsPerBatch = 500
const readyWithinMs = 5_000
const closeWithinMs = 3_000

export type ServingOptions = {
  source: JobSource
  queues: Queues
  concurrency: number
  /** Whether the queue is as sure as the rows: then one that cannot be opened stops the start. */
  isDurable: boolean
  /** See the engine. */
  alone: boolean
  /** What no run may begin under, and what ends those that run. */
  isPaused: () => boolean
  stopping: AbortSignal
  running: Set<Promise<unknown>>
  clock: Clock
  outage: Outage
}
export type Serving = Awaited<ReturnType<typeof serve>>

export async function serve(options: ServingOptions) {
  const { source, isDurable, alone, clock, outage } = options
  const name = `floowe-${source.service}`
  if (alone) await source.takeBack()
  const { queue, isOpen } = await openQueue(options, name)
  // Of a process that was killed: the queue would hold them until their locks run out. The rows say what is to be done.
  if (alone && isOpen() && ((await queue.getJobCounts('active'))['active'] ?? 0) > 0)
    await queue.obliterate({ force: true })
  const handing = new Set<Promise<unknown>>()
  const add = async (jobs: readonly { id: string; runAtMs: number }[]): Promise<void> => {
    if (!isOpen()) throw new Error('the queue was never reached yet')
    const added = queue.addBulk(jobs.map(({ id, runAtMs }) => queued(id, runAtMs - clock.now())))
    handing.add(added)
    await added.finally(() => handing.delete(added))
  }
  /** After what a queue still holds as running has left it: a queued id is not added again before. */
  const addSoon = (id: string, runAtMs: number): void =>
    void clock.at(clock.now() + 20, () => {
      if (!options.stopping.aborted) add([{ id, runAtMs }]).catch(() => undefined)
    })
  const worker = options.queues.worker(name, runner(options, addSoon), options.concurrency)
  if (isDurable) await rightlySetUp(worker)
  worker.on('error', (error) => outage.began(error))

  const hand: typeof add = async (jobs) => {
    // While paused the rows keep them: a worker that already waits for the next one would begin it all the same.
    if (jobs.length > 0 && !options.isPaused() && !options.stopping.aborted) await add(jobs)
  }
  const sweep = async (): Promise<void> => {
    await source.putBackLost()
    if (!isOpen()) throw new Error('the queue was never reached yet')
    const waiting = (await queue.getJobCounts('waiting'))['waiting'] ?? 0
    // A queue that holds fewer ids than rows are due forgot some; or they are just being taken, and it ignores the repeat.
    const excess = (await source.dueCount()) - waiting
    const batches = excess > 0 && excess < rowsPerBatch ? 1 : sweepBatchesMax
    for (let batch = 0; batch < batches && !options.isPaused() && !options.stopping.aborted; batch++) {
      const rows = await source.forgotten(excess > 0 ? forgottenAfterMs : handedAgainAfterMs)
      await hand(rows)
      if (rows.length < rowsPerBatch) break
    }
    outage.over()
  }
  return {
    hand,
    sweep,
    worker,
    /** How many wait, run, or are on their way. */
    openCount: async (): Promise<number> => {
      const own = handing.size
      const counts = await queue.getJobCounts('waiting', 'active')
      return own + (counts['waiting'] ?? 0) + (counts['active'] ?? 0)
    },
    close: async (): Promise<void> => {
      if (isOpen()) await within(closeWithinMs, worker.close()).catch(() => undefined)
      await within(closeWithinMs, Promise.allSettled(handing)).catch(() => undefined)
      // By force: a connection that is not there would wait for an end that does not come, and come back after it.
      if (!isDurable) await within(closeWithinMs, worker.getBackend().close(true)).catch(() => undefined)
      if (!isDurable) await within(closeWithinMs, queue.getBackend().close(true)).catch(() => undefined)
      await within(closeWithinMs, Promise.all([worker.close(), queue.close()])).catch(() => undefined)
    },
  }
}

/** A database that does not answer stops the start. A Redis that is away is waited for a while; jobs begin when it is back. */
async function openQueue({ queues, isDurable, outage }: ServingOptions, name: string) {
  const queue: JobQueue = queues.queue(name)
  queue.on('error', (error) => outage.began(error))
  let isOpen = false
  const ready = queue.waitUntilReady().then(() => {
    isOpen = true
  })
  if (isDurable) await ready
  else await within(readyWithinMs, ready).catch((error: unknown) => outage.began(error))
  return { queue, isOpen: () => isOpen }
}

/** A misconfigured worker on PostgreSQL would retry without pause: its first error before it is ready stops the start. */
async function rightlySetUp(worker: JobWorker): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    worker.once('error', reject)
    worker.waitUntilReady().then(() => resolve(), reject)
  })
  worker.removeAllListeners('error')
}

function runner(
  { source, isPaused, stopping, running, clock }: ServingOptions,
  addSoon: (id: string, runAtMs: number) => void,
) {
  return async (job: { id?: string | undefined }): Promise<void> => {
    const id = String(job.id)
    // A worker that waited for the next one gets it although it was paused since: others may take it.
    if (stopping.aborted || isPaused()) return addSoon(id, clock.now())
    const work = source.runRow(id, stopping)
    running.add(work)
    const again = await work.finally(() => running.delete(work))
    if (again !== null) addSoon(id, again)
  }
}

const queued = (jobId: string, delayMs: number) => ({
  name: 'row',
  data: {},
  opts: { jobId, delay: Math.max(0, delayMs), removeOnComplete: true, removeOnFail: true, attempts: 1 },
})

async function within<Result>(ms: number, work: Promise<Result>): Promise<Result> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`not done within ${ms} ms`)), ms)
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
