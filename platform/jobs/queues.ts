/** BullMQ's queues on PostgreSQL or on Redis: the library is loaded with the first one. */
import type { DatabaseAddress } from '../database/database.ts'

/**
 * Where the queues are. `address`: a role that owns the schema `bullmq`. `redisUrl`: `redis[s]://…`; `prefix`: the beginning
 * of all keys, one per installation, standard `floowe:jobs`.
 */
export type QueuePlace = { address: DatabaseAddress } | { redisUrl: string; prefix?: string }

export type QueuedJob = {
  name: string
  data: object
  opts: { jobId: string; delay: number; removeOnComplete: boolean; removeOnFail: boolean; attempts: number }
}
type QueueState = 'waiting' | 'active' | 'delayed'
export type JobQueue = {
  on: (event: 'error', listener: (error: Error) => void) => unknown
  addBulk: (jobs: QueuedJob[]) => Promise<unknown>
  getJobCounts: (...states: QueueState[]) => Promise<Record<string, number>>
  obliterate: (options: { force: boolean }) => Promise<void>
  waitUntilReady: () => Promise<unknown>
  close: () => Promise<void>
}
export type JobWorker = {
  on: (event: 'error', listener: (error: Error) => void) => unknown
  once: (event: 'error', listener: (error: Error) => void) => unknown
  removeAllListeners: (event: 'error') => unknown
  waitUntilReady: () => Promise<unknown>
  pause: (doNotWaitActive: boolean) => Promise<void>
  resume: () => Promise<void>
  close: (force?: boolean) => Promise<void>
}
export type RunQueued = (job: { id?: string | undefined }) => Promise<void>

export type Queues = {
  queue: (name: string) => JobQueue
  worker: (name: string, run: RunQueued, concurrency: number) => JobWorker
}

/** A command that Redis does not answer in this time is given up. Never for a worker's blocking ones. */
const commandMsMax = 5_000

export async function openQueues(place: QueuePlace): Promise<Queues> {
  const { createPostgresBackend, Queue, withBackend, Worker } = await import('bullmq')
  if ('address' in place) {
    const classes = withBackend(createPostgresBackend)
    // Each class keeps a small pool of its own; the library pins the schema only for pools that it makes.
    const connection = {
      ...place.address,
      schema: 'bullmq',
      idleTimeoutMillis: 20_000,
      application_name: 'floowe-jobs',
    }
    const stalled = { lockDuration: 60_000, maxStalledCount: 3 }
    return {
      queue: (name) => new classes.Queue(name, { connection: { ...connection, max: 2, migrate: true } }),
      worker: (name, run, concurrency) =>
        new classes.Worker(name, run, { connection: { ...connection, max: 3 }, concurrency, ...stalled }),
    }
  }
  const { redisUrl, prefix = 'floowe:jobs' } = place
  const connection = {
    url: redisUrl,
    maxRetriesPerRequest: null,
    retryStrategy: (tries: number) => Math.min(100 * tries, 2_000),
  }
  return {
    // Who hands over must not wait for a Redis that is away: the rows keep what could not be handed.
    queue: (name) =>
      new Queue(name, {
        connection: { ...connection, enableOfflineQueue: false, commandTimeout: commandMsMax },
        prefix,
      }),
    worker: (name, run, concurrency) =>
      // Locks end as leases do, so that what a dead process held is free in both places at about the same time.
      new Worker(name, run, {
        connection,
        prefix,
        concurrency,
        lockDuration: 20_000,
        stalledInterval: 5_000,
        maxStalledCount: 3,
        runRetryDelay: 1_000,
      }),
  }
}
