/**
 * The rows of jobs, and the life of one:
 *
 * waiting → running → done; or → waiting again (an attempt failed, `run_at` says when) → … → failed. `cancelled` from any
 * open state. A row left `running` by a process that died is taken again by the sweep, once its time-out has passed, or at
 * the next start.
 */
import type { Clock } from '../clock.ts'
import type { Database, Sql } from '../database/database.ts'
import type { Ids } from '../ids.ts'
import type { Log } from '../log.ts'
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

type JobRow = { id: string; workspace_id: string; kind: string; input: Record<string, unknown>; attempts: number }
const pauseMsMax = 60 * 60 * 1000
const keptDays = 14

export function jobSource(options: {
  service: string
  db: Database
  kinds: Readonly<Record<string, JobKind>>
  clock: Clock
  log: Log
}): JobSource & { takeBack: () => Promise<void>; sweep: () => Promise<void> } {
  const { service, db, kinds, clock, log } = options
  const after = (ms: number): string => new Date(clock.now() + ms).toISOString()

  const runRow = async (id: string, signal: AbortSignal): Promise<number | null> => {
    const row = await db.one<JobRow>(
      `update jobs set state = 'running', attempts = attempts + 1, started_at = $2 where id = $1 and state = 'waiting'
       returning id, workspace_id, kind, input, attempts`,
      [id, clock.instant()],
    )
    if (!row) return null
    const kind = kinds[row.kind]
    if (!kind) {
      await settle(row, 'failed', `no one runs jobs of kind ${row.kind}`)
      return null
    }
    const isLastAttempt = row.attempts >= kind.attemptsMax
    try {
      const limited = AbortSignal.any([signal, AbortSignal.timeout(kind.timeoutMs)])
      await kind.run({
        id: row.id,
        kind: row.kind,
        workspaceId: row.workspace_id,
        input: row.input,
        attempt: row.attempts,
        isLastAttempt,
        signal: limited,
      })
      await settle(row, 'done', null)
      return null
    } catch (error) {
      if (signal.aborted) {
        // The process is stopping: the attempt does not count.
        await db.query(
          "update jobs set state = 'waiting', attempts = attempts - 1, run_at = $2, handed_at = null where id = $1 and state = 'running'",
          [id, clock.instant()],
        )
        return null
      }
      if (isLastAttempt || error instanceof JobFailedForGood) {
        log.error(`job ${row.kind} failed for good`, { error, jobId: id, attempts: row.attempts })
        await settle(row, 'failed', String(error))
        return null
      }
      const pauseMs = Math.min(pauseMsMax, kind.pauseMs * 4 ** (row.attempts - 1))
      log.warn(`job ${row.kind} failed, will be tried again`, { error, jobId: id, attempts: row.attempts })
      await db.query(
        "update jobs set state = 'waiting', run_at = $2, handed_at = null, problem = $3 where id = $1 and state = 'running'",
        [id, after(pauseMs), String(error).slice(0, 1000)],
      )
      return clock.now() + pauseMs
    }
  }
  const settle = (row: JobRow, state: 'done' | 'failed', problem: string | null) =>
    db.query("update jobs set state = $2, finished_at = $3, problem = $4 where id = $1 and state = 'running'", [
      row.id,
      state,
      clock.instant(),
      problem?.slice(0, 1000) ?? null,
    ])

  return {
    service,
    runRow,
    forgotten: async () => {
      const rows = await db.query<{ id: string; run_at: Date }>(
        `update jobs set handed_at = $1 where id in (
           select id from jobs where state = 'waiting' and run_at <= $1 and (handed_at is null or handed_at < $2) order by run_at limit 500
         ) returning id, run_at`,
        [clock.instant(), after(-60_000)],
      )
      return rows.map((row) => ({ id: row.id, runAtMs: row.run_at.getTime() }))
    },
    /** At start: whatever the last process left running waits again. Only correct while one process serves these rows. */
    takeBack: async () => {
      await db.query(
        "update jobs set state = 'waiting', handed_at = null, attempts = greatest(attempts - 1, 0) where state = 'running'",
      )
      await db.query("update jobs set handed_at = null where state = 'waiting' and handed_at is not null")
    },
    sweep: async () => {
      await db.query(
        "delete from jobs where id in (select id from jobs where state in ('done', 'failed', 'cancelled') and finished_at < $1 limit 5000)",
        [after(-keptDays * 86_400_000)],
      )
    },
  }
}
