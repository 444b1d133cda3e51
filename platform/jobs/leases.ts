/**
 * The leases of the jobs that this process runs, renewed together while they last. In real time, whatever clock the story
 * has: a lease is about processes that died, and the database's own clock says when it is over.
 */
import type { Database } from '../database/database.ts'
import type { Log } from '../log.ts'

/** Why the signal of a run was aborted when another process may run it by now, or it was cancelled. */
export class LeaseLost extends Error {
  constructor() {
    super('this job was cancelled, or another process may run it by now')
  }
}

export type Lease = {
  /** Aborted with {@link LeaseLost}. */
  lost: AbortSignal
  /** Ends the renewing; the row of the lease is the caller's. */
  end: () => void
}

type Held = { goodUntilMs: number; endsAtMs: number; controller: AbortController }

/** Renewed four times in its length, so that three failed tries in a row do not lose it. */
const renewalsPerLease = 4

export function createLeases({ db, leaseMs, log }: { db: Database; leaseMs: number; log: Log }) {
  const held = new Map<string, Held>()
  let timer: NodeJS.Timeout | undefined
  let isRenewing = false

  const lose = (holder: string): void => {
    held.get(holder)?.controller.abort(new LeaseLost())
    end(holder)
  }
  const renew = async (): Promise<void> => {
    const sentAtMs = performance.now()
    const holders = [...held].filter(([, { endsAtMs }]) => endsAtMs > sentAtMs).map(([holder]) => holder)
    if (holders.length === 0) return
    const rows = await db.query<{ holder: string }>(
      `update job_leases set until = now() + make_interval(secs => $2) from jobs
       where holder = any($1::uuid[]) and jobs.id = job_id and jobs.state = 'running' returning holder`,
      [holders, leaseMs / 1000],
    )
    const renewed = new Set(rows.map(({ holder }) => holder))
    for (const holder of holders) {
      const lease = held.get(holder)
      if (!renewed.has(holder)) lose(holder)
      else if (lease) lease.goodUntilMs = sentAtMs + leaseMs
    }
  }
  const look = (): void => {
    for (const [holder, { goodUntilMs }] of held) if (goodUntilMs <= performance.now()) lose(holder)
    if (isRenewing || held.size === 0) return
    isRenewing = true
    renew()
      .catch((error: unknown) => log.warn('jobs: leases are not renewed', { error }))
      .finally(() => {
        isRenewing = false
      })
  }
  function end(holder: string): void {
    held.delete(holder)
    if (held.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
  return {
    /**
     * Keeps a lease that was taken with a statement sent at `takenAtMs` (of `performance.now()`), at most `limitMs`: then it
     * runs out like that of a dead process.
     */
    keep: (holder: string, takenAtMs: number, limitMs: number): Lease => {
      const controller = new AbortController()
      held.set(holder, { goodUntilMs: takenAtMs + leaseMs, endsAtMs: takenAtMs + limitMs, controller })
      timer ??= setInterval(look, leaseMs / renewalsPerLease)
      return { lost: controller.signal, end: () => end(holder) }
    },
  }
}
