/**
 * The rows of jobs, and the life of one:
 *
 * waiting → running → done; or → waiting again (an attempt failed, `run_at` says when) → … → failed. `cancelled` from any
 * open state.
 *
 * Any number of processes serve the same rows. Who runs one has a lease in `job_leases`, renewed while it lasts; its holder is
 * a number of this one run, and only it can end the run: one that lost its lease (its process stood still, or was cut off)
 * writes nothing. A row left `running` whose lease ran out is put back by anybody's sweep, or at the next start where one
 * process serves alone. That attempt does not count, but a job whose process died `deathsMax` times in a row is given up:
 * it may be what kills them.
 *
 * All statements lock the job before its lease, so that none waits for another in a circle.
 */
import { randomUUID } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { Database, Sql } from '../database/database.ts'
import type { Ids } from '../ids.ts'
import type { Log } from '../log.ts'
import { createLeases } from './leases.ts'
import { JobFailedForGood, type JobKind, type JobRequest, type JobSource } from './port.ts'

export async function writeJobs(sql: Sql, job: JobRequest, clock: Clock, ids: Ids): Promise<string> {
  const id = ids.next<string>()
  const now = clock.instant()
  await sql.query(
    'insert into jobs (id, workspace_id, kind, input, run_at, created_at) values ($1, $2, $3, $4, $5, $6)',
    [id, job.workspaceId, job.kind, JSON.stringify(job.input), job.runAt ?? now, now],
  )
  return id
}

type JobRow = {
  id: string
  workspace_id: string
  kind: string
  input: Record<string, unknown>
  attempts: number
  problem: string | null
}
/** What becomes of a run; `retryAtMs` (Unix ms) for the next one. */
type Outcome = { state: 'done' | 'failed' | 'waiting'; counts: boolean; problem: string | null; retryAtMs?: number }

const pauseMsMax = 60 * 60 * 1000
const keptDays = 14
const deathsMax = 10
/** A handler that does not heed its time limit keeps its lease for this much longer, then another process takes the job. */
const overtimeMs = 30_000
const batchMax = 500
const countedMax = 20_000

const takeText = `
  with taken as (
    update jobs set state = 'running', attempts = attempts + 1, started_at = $2 where id = $1 and state = 'waiting'
    returning id, workspace_id, kind, input, attempts, problem
  ), lease as (
    insert into job_leases (job_id, holder, until) select id, $3, now() + make_interval(secs => $4) from taken
    on conflict (job_id) do update set holder = excluded.holder, until = excluded.until
  )
  select * from taken`

const endText = `
  with job as (
    select id from jobs where id = $1 and state = 'running' for update
  ), mine as (
    delete from job_leases using job where job_leases.job_id = job.id and job_leases.holder = $2 returning job_leases.job_id
  )
  update jobs set state = $3, attempts = attempts - $4, problem = $5, run_at = coalesce($6, run_at), handed_at = null,
                  finished_at = $7
  from mine where jobs.id = mine.job_id returning jobs.id`

const putBackText = `
  with lost as (
    select jobs.id, coalesce(job_leases.deaths, 0) + 1 as deaths
    from jobs left join job_leases on job_leases.job_id = jobs.id
    where jobs.state = 'running' and ($1 or job_leases.until is null or job_leases.until < now())
    order by jobs.run_at limit ${batchMax} for update of jobs skip locked
  ), counted as (
    insert into job_leases (job_id, holder, until, deaths) select id, null, now(), deaths from lost
    on conflict (job_id) do update set holder = null, until = excluded.until, deaths = excluded.deaths
  )
  update jobs set state = case when deaths < ${deathsMax} then 'waiting' else 'failed' end,
                  attempts = greatest(attempts - 1, 0), handed_at = null,
                  finished_at = case when deaths < ${deathsMax} then null else $2::timestamptz end,
                  problem = case when deaths < ${deathsMax} then problem
                                 else 'its process ended ' || deaths || ' times in a row while it ran' end
  from lost where jobs.id = lost.id returning jobs.id, jobs.kind, jobs.state`

const forgottenText = `
  update jobs set handed_at = $1 where id in (
    select id from jobs where state = 'waiting' and run_at <= $1 and (handed_at is null or handed_at <= $2)
    order by run_at limit ${batchMax} for update skip locked
  ) returning id, run_at`

/** @param options.leaseMs how long a process may be away before its jobs are taken from it; standard 15 s. */
export function jobSource(options: {
  service: string
  db: Database
  kinds: Readonly<Record<string, JobKind>>
  clock: Clock
  log: Log
  leaseMs?: number
}): JobSource & { sweep: () => Promise<void> } {
  const { service, db, kinds, clock, log, leaseMs = 15_000 } = options
  const leases = createLeases({ db, leaseMs, log })
  const after = (ms: number): string => new Date(clock.now() + ms).toISOString()

  const end = async (id: string, holder: string, outcome: Outcome): Promise<number | null> => {
    const { state, counts, problem, retryAtMs } = outcome
    const runAt = state === 'waiting' ? new Date(retryAtMs ?? clock.now()).toISOString() : null
    const finishedAt = state === 'waiting' ? null : clock.instant()
    const values = [id, holder, state, counts ? 0 : 1, problem?.slice(0, 1000) ?? null, runAt, finishedAt]
    const ended = await db.one(endText, values)
    if (!ended) log.warn('a job ended without its lease; it is run again, or was cancelled', { jobId: id })
    return ended ? (retryAtMs ?? null) : null
  }
  const runRow = async (id: string, signal: AbortSignal): Promise<number | null> => {
    const holder = randomUUID()
    const takenAtMs = performance.now()
    const row = await db.one<JobRow>(takeText, [id, clock.instant(), holder, leaseMs / 1000])
    if (!row) return null
    const kind = kinds[row.kind]
    if (!kind) {
      const problem = `no one runs jobs of kind ${row.kind}`
      return end(id, holder, { state: 'failed', counts: true, problem })
    }
    const lease = leases.keep(holder, takenAtMs, kind.timeoutMs + overtimeMs)
    try {
      return await end(id, holder, await outcomeOf(row, kind, signal, lease.lost))
    } finally {
      lease.end()
    }
  }
  const outcomeOf = async (row: JobRow, kind: JobKind, stopping: AbortSignal, lost: AbortSignal): Promise<Outcome> => {
    const isLastAttempt = row.attempts >= kind.attemptsMax
    try {
      await kind.run({
        id: row.id,
        kind: row.kind,
        workspaceId: row.workspace_id,
        input: row.input,
        attempt: row.attempts,
        isLastAttempt,
        signal: AbortSignal.any([stopping, lost, AbortSignal.timeout(kind.timeoutMs)]),
      })
      return { state: 'done', counts: true, problem: null }
    } catch (error) {
      // The process is stopping, or stood still: the attempt does not count.
      if (stopping.aborted || lost.aborted) return { state: 'waiting', counts: false, problem: row.problem }
      if (isLastAttempt || error instanceof JobFailedForGood) {
        log.error(`job ${row.kind} failed for good`, { error, jobId: row.id, attempts: row.attempts })
        return { state: 'failed', counts: true, problem: String(error) }
      }
      const pauseMs = Math.min(pauseMsMax, kind.pauseMs * 4 ** (row.attempts - 1))
      log.warn(`job ${row.kind} failed, will be tried again`, { error, jobId: row.id, attempts: row.attempts })
      return { state: 'waiting', counts: true, problem: String(error), retryAtMs: clock.now() + pauseMs }
    }
  }
  const putBack = async (all: boolean): Promise<number> => {
    const rows = await db.query<{ id: string; kind: string; state: string }>(putBackText, [all, clock.instant()])
    for (const { id, kind, state } of rows) {
      if (state === 'failed')
        log.error(`job ${kind} was given up: its process ended too often while it ran`, { jobId: id })
      else log.warn(`job ${kind} runs again: its process ended while it ran`, { jobId: id })
    }
    return rows.length
  }

  return {
    service,
    runRow,
    putBackLost: async () => void (await putBack(false)),
    forgotten: async (handedBeforeMs) => {
      const rows = await db.query<{ id: string; run_at: Date }>(forgottenText, [
        clock.instant(),
        after(-handedBeforeMs),
      ])
      return rows.map((row) => ({ id: row.id, runAtMs: row.run_at.getTime() }))
    },
    dueCount: async () => {
      const row = await db.one<{ n: number }>(
        `select count(*)::int as n from (select from jobs where state = 'waiting' and run_at <= $1 limit ${countedMax}) due`,
        [clock.instant()],
      )
      return row?.n ?? 0
    },
    takeBack: async () => {
      for (let batch = 0; batch < 1000; batch++) if ((await putBack(true)) < batchMax) break
      await db.query("update jobs set handed_at = null where state = 'waiting' and handed_at is not null")
    },
    sweep: async () => {
      await db.query(
        "delete from jobs where id in (select id from jobs where state in ('done', 'failed', 'cancelled') and finished_at < $1 limit 5000)",
        [after(-keptDays * 86_400_000)],
      )
      await db.query(
        "delete from job_leases where not exists (select from jobs where jobs.id = job_leases.job_id and state in ('waiting', 'running'))",
      )
    },
  }
}
