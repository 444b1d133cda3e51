/** BullMQ's queues on PostgreSQL or on Redis: the library is loaded with the first one. */
import type * as Bullmq from 'bullmq'
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
/** Of the library's classes what is used here, the same on both. */
export type JobQueue = {
  on: (event: 'error', listener: (error: Error) => void) => unknown
  addBulk: (jobs: QueuedJob[]) => Promise<unknown>
  getJobCounts: (...states: ('waiting' | 'active')[]) => Promise<Record<string, number>>
  obliterate: (options: { force: boolean }) => Promise<void>
  waitUntilReady: () => Promise<unknown>
  close: () => Promise<void>
  getBackend: () => { close: (force?: boolean) => Promise<void> }
}
export type JobWorker = {
  on: (event: 'error', listener: (error: Error) => void) => unknown
  once: (event: 'error', listener: (error: Error) => void) => unknown
  removeAllListeners: (event: 'error') => unknown
  waitUntilReady: () => Promise<unknown>
  pause: (doNotWaitActive: boolean) => Promise<void>
  resume: () => Promise<void>
  close: () => Promise<void>
  getBackend: () => { close: (force?: boolean) => Promise<void> }
}
export type RunQueued = (job: { id?: string | undefined }) => Promise<void>

export type Queues = {
  queue: (name: string) => JobQueue
  worker: (name: string, run: RunQueued, concurrency: number) => JobWorker
}

/** A command of the queue that Redis does not answer in this time is given up. Never one of a worker: those block. */
const commandMsMax = 5_000

export async function openQueues(place: QueuePlace): Promise<Queues> {
  const bullmq = await import('bullmq')
  return 'address' in place ? onPostgres(bullmq, place.address) : onRedis(bullmq, place.redisUrl, place.prefix)
}

type Library = typeof Bullmq

function onPostgres({ createPostgresBackend, withBackend }: Library, address: DatabaseAddress): Queues {
  const classes = withBackend(createPostgresBackend)
  // Each class keeps a small pool of its own; the library pins the schema only for pools that it makes.
  const connection = { ...address, schema: 'bullmq', idleTimeoutMillis: 20_000, application_name: 'floowe-jobs' }
  const stalled = { lockDuration: 60_000, maxStalledCount: 3 }
  return {
    queue: (name) => new classes.Queue(name, { connection: { ...connection, max: 2, migrate: true } }),
    worker: (name, run, concurrency) =>
      new classes.Worker(name, run, { connection: { ...connection, max: 3 }, concurrency, ...stalled }),
  }
}

function onRedis({ Queue, Worker }: Library, url: string, prefix = 'floowe:jobs'): Queues {
  const retryStrategy = (tries: number): number => Math.min(100 * tries, 2_000)
  const connection = { url, maxRetriesPerRequest: null, retryStrategy }
  // Who hands over must not wait for a Redis that is away: the rows keep what could not be handed.
  const hasty = { ...connection, enableOfflineQueue: false, commandTimeout: commandMsMax }
  // Locks end as leases do, so that what a dead process held is free in both places at about the same time.
  const stalled = { lockDuration: 15_000, stalledInterval: 3_000, maxStalledCount: 3, runRetryDelay: 1_000 }
  return {
    queue: (name) => new Queue(name, { connection: hasty, prefix }),
    worker: (name, run, concurrency) => new Worker(name, run, { connection, prefix, concurrency, ...stalled }),
  }
}
