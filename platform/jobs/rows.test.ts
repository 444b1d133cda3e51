/** Many processes on the same rows: who may run one, and who may end it. */
import { afterEach, expect, test } from 'vitest'
import { systemClock } from '../clock.ts'
import { readMigrations } from '../database/migrations.ts'
import { notesService } from '../fixtures/notes-service.ts'
import { createLog } from '../log.ts'
import { testService } from '../testing.ts'
import { LeaseLost } from './leases.ts'
import type { JobEngine, JobRun } from './port.ts'
import { jobSource } from './rows.ts'

const workspaceId = '0190aaaa-0000-7000-8000-000000000001'
/** Nobody runs the rows but the sources of the test. */
const nobody = (): JobEngine => ({
  serve: async () => undefined,
  hand: async () => undefined,
  idle: async () => undefined,
  counts: () => ({ running: 0 }),
  pause: async () => undefined,
  resume: async () => undefined,
  stop: async () => undefined,
})
let stop: (() => Promise<void>) | undefined
afterEach(() => stop?.())

async function rows() {
  const { service, parts } = notesService()
  const world = await testService(service, { jobs: nobody })
  stop = world.stop
  const { db } = parts.host
  const clock = systemClock()
  return {
    sql: world.sql,
    write: (n = 1) => db.transaction((tx) => tx.enqueue({ kind: 'content.work', workspaceId, input: { n } })),
    source: (run: (job: JobRun) => Promise<void>, leaseMs?: number) =>
      jobSource({
        service: 'content',
        db,
        kinds: { 'content.work': { attemptsMax: 3, pauseMs: 1, timeoutMs: 600_000, run } },
        clock,
        log: createLog({ service: 'test', level: 'silent' }),
        leaseMs,
      }),
  }
}
/** A run that ends when told to, and tells when it began. */
function slowRun() {
  const begun = Promise.withResolvers<JobRun>()
  const end = Promise.withResolvers<void>()
  const run = (job: JobRun): Promise<void> => {
    begun.resolve(job)
    return end.promise
  }
  return { run, begun: begun.promise, finish: () => end.resolve(), fail: (error: Error) => end.reject(error) }
}
const never = new AbortController().signal
const jobs = 'select state, attempts, problem from jobs'

test('of many who want one row, one runs it', async () => {
  const { source, write, sql } = await rows()
  const ran: string[] = []
  const all = Array.from({ length: 10 }, (_, index) => source(async () => void ran.push(`${index}`)))
  const ids = [await write(), await write(), await write()]
  await Promise.all(ids.flatMap((id) => all.map((one) => one.runRow(id, never))))
  expect(ran).toHaveLength(3)
  expect(await sql(jobs)).toEqual(ids.map(() => ({ state: 'done', attempts: 1, problem: null })))
  expect(await sql('select from job_leases')).toEqual([])
})

test('while a run lasts its lease is renewed, and nobody takes the row', async () => {
  const { source, write, sql } = await rows()
  const slow = slowRun()
  const one = source(slow.run, 2_000)
  const other = source(async () => undefined)
  const id = await write()
  const running = one.runRow(id, never)
  const job = await slow.begun
  const lease = async () => (await sql<{ until: Date }>('select until from job_leases'))[0]?.until.getTime() ?? 0
  const first = await lease()
  await expect.poll(lease, { timeout: 15_000 }).toBeGreaterThan(first + 1_000)
  await other.putBackLost()
  expect(await other.runRow(id, never)).toBeNull()
  expect(job.signal.aborted).toBe(false)
  slow.finish()
  await running
  expect(await sql(jobs)).toEqual([{ state: 'done', attempts: 1, problem: null }])
})

test('a run whose lease ran out is another one’s, is told so, and cannot end the row', async () => {
  const { source, write, sql } = await rows()
  const [slow, next] = [slowRun(), slowRun()]
  const one = source(slow.run, 2_000)
  const other = source(next.run)
  const id = await write()
  const running = one.runRow(id, never)
  const job = await slow.begun
  // As it would be after the process stood still.
  await sql("update job_leases set until = now() - interval '1 second'")
  await other.putBackLost()
  expect(await sql(jobs)).toEqual([{ state: 'waiting', attempts: 0, problem: null }])
  const taken = other.runRow(id, never)
  expect((await next.begun).attempt).toBe(1)
  await expect.poll(() => job.signal.aborted, { timeout: 15_000 }).toBe(true)
  expect(job.signal.reason).toBeInstanceOf(LeaseLost)
  slow.finish()
  expect(await running).toBeNull()
  expect(await sql(jobs)).toEqual([{ state: 'running', attempts: 1, problem: null }])
  next.finish()
  await taken
  expect(await sql(jobs)).toEqual([{ state: 'done', attempts: 1, problem: null }])
})

test('nor can it put the row back, or have it tried again', async () => {
  const { source, write, sql } = await rows()
  const [slow, next] = [slowRun(), slowRun()]
  const one = source(slow.run)
  const other = source(next.run)
  const id = await write()
  const running = one.runRow(id, never)
  await slow.begun
  await sql("update job_leases set until = now() - interval '1 second'")
  await other.putBackLost()
  const taken = other.runRow(id, never)
  await next.begun
  slow.fail(new Error('too late'))
  expect(await running).toBeNull()
  expect(await sql(jobs)).toEqual([{ state: 'running', attempts: 1, problem: null }])
  next.finish()
  await taken
})

test('a cancelled row stops its run and stays cancelled', async () => {
  const { source, write, sql } = await rows()
  const begun = Promise.withResolvers<JobRun>()
  const one = source((job) => {
    begun.resolve(job)
    return new Promise((_, reject) => job.signal.addEventListener('abort', () => reject(job.signal.reason)))
  }, 400)
  const running = one.runRow(await write(), never)
  await begun.promise
  await sql("update jobs set state = 'cancelled'")
  expect(await running).toBeNull()
  expect(await sql('select state from jobs')).toEqual([{ state: 'cancelled' }])
  await one.sweep()
  expect(await sql('select from job_leases')).toEqual([])
})

test('a process that stops puts its row back, and the attempt does not count', async () => {
  const { source, write, sql } = await rows()
  const stopping = new AbortController()
  const slow = slowRun()
  const running = source(slow.run).runRow(await write(), stopping.signal)
  await slow.begun
  stopping.abort(new Error('stopping'))
  slow.fail(new Error('stopping'))
  await running
  expect(await sql(jobs)).toEqual([{ state: 'waiting', attempts: 0, problem: null }])
  expect(await sql('select from job_leases')).toEqual([])
})

test('a row without a lease was left behind; one that ends its process again and again is given up', async () => {
  const { source, write, sql } = await rows()
  const one = source(async () => undefined)
  await write()
  for (let death = 1; death <= 10; death += 1) {
    await sql("update jobs set state = 'running', attempts = attempts + 1")
    await one.putBackLost()
    expect((await sql<{ state: string }>(jobs))[0]?.state).toBe(death < 10 ? 'waiting' : 'failed')
  }
  expect(await sql(jobs)).toEqual([
    { state: 'failed', attempts: 0, problem: 'its process ended 10 times in a row while it ran' },
  ])
})

test('a run that ended by itself forgets earlier deaths', async () => {
  const { source, write, sql } = await rows()
  const one = source(async () => {
    throw new Error('no')
  })
  const id = await write()
  await sql("update jobs set state = 'running'")
  await one.putBackLost()
  expect(await sql('select deaths from job_leases')).toEqual([{ deaths: 1 }])
  expect(await one.runRow(id, never)).not.toBeNull()
  expect(await sql(jobs)).toEqual([{ state: 'waiting', attempts: 1, problem: 'Error: no' }])
  expect(await sql('select from job_leases')).toEqual([])
})

test('who alone serves the rows takes all that run back at once', async () => {
  const { source, write, sql } = await rows()
  const slow = slowRun()
  const running = source(slow.run).runRow(await write(), never)
  await slow.begun
  const next = source(async () => undefined)
  await next.putBackLost()
  expect(await sql('select state from jobs')).toEqual([{ state: 'running' }])
  await next.takeBack()
  expect(await sql(jobs)).toEqual([{ state: 'waiting', attempts: 0, problem: null }])
  slow.finish()
  await running
  expect(await sql('select state from jobs')).toEqual([{ state: 'waiting' }])
})

test('what was handed over is not handed over again until its time has come', async () => {
  const { source, write } = await rows()
  const [one, other] = [source(async () => undefined), source(async () => undefined)]
  for (let n = 0; n < 600; n += 1) await write(n)
  const handed = (await Promise.all([one.forgotten(60_000), other.forgotten(60_000)])).flat()
  handed.push(...(await one.forgotten(60_000)))
  expect(handed).toHaveLength(600)
  expect(new Set(handed.map(({ id }) => id)).size).toBe(600)
  expect(await one.forgotten(60_000)).toEqual([])
  expect(await other.forgotten(0)).toHaveLength(500)
  expect(await one.dueCount()).toBe(600)
})

test('the tables of leases go and come again', async () => {
  const { sql, write } = await rows()
  await write()
  const step = (await readMigrations(new URL('../database/migrations/', import.meta.url))).find(
    ({ name }) => name === 'job-leases',
  )
  await sql(step?.down ?? '')
  expect(await sql("select to_regclass('job_leases') as table")).toEqual([{ table: null }])
  await sql(step?.up ?? '')
  expect(await sql('select from job_leases')).toEqual([])
  expect(await sql(jobs)).toHaveLength(1)
})
