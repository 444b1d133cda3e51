/**
 * Work for later: imports, pictures, mail. A job is a row written with its fact; the engine only runs it.
 * A job may run twice when a process dies (or stands still for too long) in the middle, so a handler is written to be repeated.
 */

export type JobRequest = {
  /** `service.kind`, e.g. `content.import`. */
  kind: string
  workspaceId: string
  input: Record<string, unknown>
  /** Not before this instant (ISO). Default: at once. */
  runAt?: string
}

export type JobRun = {
  id: string
  kind: string
  workspaceId: string
  input: Record<string, unknown>
  /** 1 for the first. */
  attempt: number
  isLastAttempt: boolean
  /** Aborted when the process stops, the time is up, the job was cancelled, or another process may have taken it. */
  signal: AbortSignal
}

export type JobKind = {
  run: (job: JobRun) => Promise<void>
  attemptsMax: number
  /** Pause before the second attempt; each further one is four times as long, at most an hour. */
  pauseMs: number
  /** A run longer than this is given up. */
  timeoutMs: number
}

/** Thrown by a handler when another attempt cannot help. */
export class JobFailedForGood extends Error {}

export type JobEngine = {
  /** Takes over rows of a service: those waiting now, and each new one. */
  serve: (source: JobSource, concurrency: number) => Promise<void>
  /** Rows were committed; run them when due. Throws while the queue is away: the sweep hands them over then. */
  hand: (service: string, jobs: readonly { id: string; runAtMs: number }[]) => Promise<void>
  /** Resolves when nothing handed over is waiting or running (jobs due later are left out). */
  idle: () => Promise<void>
  counts: () => { running: number }
  /** From here on nothing new is begun in this process; what runs goes on. May be repeated. */
  pause: () => Promise<void>
  /** Takes up what waits, and what comes. May be repeated. */
  resume: () => Promise<void>
  stop: () => Promise<void>
}

/** What the engine needs of a service's rows; made by `rows.ts`. Any number of processes may serve the same rows. */
export type JobSource = {
  service: string
  /**
   * Runs one row to its end or next attempt, under a lease; does nothing unless the row waits. Answers when to run it again
   * (Unix ms), or null when it is settled or another's.
   */
  runRow: (id: string, signal: AbortSignal) => Promise<number | null>
  /** Rows whose process died wait again: those whose lease ran out. */
  putBackLost: () => Promise<void>
  /** The same for all rows that run. Only right while nobody else serves these rows, and before this process does. */
  takeBack: () => Promise<void>
  /** Rows that are due and were not handed to a queue within this time; at most 500, and each is then held as handed. */
  forgotten: (handedBeforeMs: number) => Promise<{ id: string; runAtMs: number }[]>
  /** How many rows are due and wait, counted up to 20,000. */
  dueCount: () => Promise<number>
}
