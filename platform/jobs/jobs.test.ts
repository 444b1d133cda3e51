/** What jobs must do, whatever their queue lies on. */
import { isRedisMissing, redisForTests } from '@floowe/testbed/redis'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { notesService } from '../fixtures/notes-service.ts'
import { bullmqEngine } from './bullmq.ts'
import { JobFailedForGood } from './port.ts'
import type { Service } from '../service.ts'
import { testService, type WorldOptions } from '../testing.ts'

type Adapter = {
  name: string
  isMissing: boolean
  start?: () => Promise<() => Promise<void>>
  jobs?: WorldOptions['jobs']
}
let redis: Awaited<ReturnType<typeof redisForTests>>
const adapters: Adapter[] = [
  { name: 'postgres', isMissing: false },
  {
    name: 'redis',
    isMissing: isRedisMissing(),
    start: async () => {
      redis = await redisForTests()
      return redis.stop
    },
    // As an installation's own, so is the queue each world's.
    jobs: ({ address, ...rest }) =>
      bullmqEngine({ redisUrl: redis.url, prefix: `test-${address.database}`, alone: true, ...rest }),
  },
]
const workspaceId = '0190aaaa-0000-7000-8000-000000000001'
const job = (n: number) => ({ kind: 'content.work', workspaceId, input: { n } })

describe.each(adapters)('jobs on $name', ({ isMissing, start, jobs }) => {
  const open: { stop: () => Promise<void> }[] = []
  const world = async (service: Service<null>, options?: WorldOptions) => {
    const made = await testService(service, { ...options, jobs })
    open.push(made)
    return made
  }
  let stop: (() => Promise<void>) | undefined
  beforeAll(async () => {
    if (!isMissing) stop = await start?.()
  })
  afterAll(() => stop?.())
  beforeEach((context) => context.skip(isMissing, 'its server is not here'))
  afterEach(async () => {
    for (const one of open.splice(0)) await one.stop()
  })

  test('a job runs after the commit, and not when the fact was undone', async () => {
    const { service, parts } = notesService()
    const { drain, sql } = await world(service)
    await parts.host.db.transaction(async (tx) => tx.enqueue(job(1)))
    await expect(
      parts.host.db.transaction(async (tx) => {
        await tx.enqueue(job(2))
        throw new Error('no')
      }),
    ).rejects.toThrow('no')
    await drain()
    expect(parts.ran.map(({ input }) => input)).toEqual([{ n: 1 }])
    expect(await sql('select state, attempts from jobs')).toEqual([{ state: 'done', attempts: 1 }])
  })

  test('a job for later is not run before', async () => {
    const { service, parts } = notesService()
    const { drain, sql } = await world(service)
    const soonMs = Date.now() + 800
    await parts.host.db.transaction(async (tx) => {
      await tx.enqueue({ ...job(1), runAt: new Date(Date.now() + 3_600_000).toISOString() })
      await tx.enqueue({ ...job(2), runAt: new Date(soonMs).toISOString() })
      await tx.enqueue(job(3))
    })
    await drain()
    expect(parts.ran.map(({ input }) => input['n'])).toEqual([3])
    await expect.poll(() => parts.ran.map(({ input }) => input['n']), { timeout: 10_000 }).toEqual([3, 2])
    expect(Date.now()).toBeGreaterThanOrEqual(soonMs)
    expect(await sql('select state, attempts from jobs where state = $1', ['waiting'])).toEqual([
      { state: 'waiting', attempts: 0 },
    ])
  })

  test('a job that fails runs again, at most as often as its kind says', async () => {
    const { service, parts } = notesService({
      run: async ({ input }) => {
        if (input['n'] === 1) throw new Error('always')
        if (input['n'] === 2) throw new JobFailedForGood('no use')
      },
    })
    const { drain, sql } = await world(service)
    await parts.host.db.transaction(async (tx) => {
      await tx.enqueue(job(1))
      await tx.enqueue(job(2))
    })
    await expect
      .poll(
        async () => {
          await drain()
          return sql(`select input->>'n' as n, state, attempts, problem from jobs order by 1`)
        },
        { timeout: 10_000 },
      )
      .toEqual([
        { n: '1', state: 'failed', attempts: 3, problem: 'Error: always' },
        { n: '2', state: 'failed', attempts: 1, problem: 'Error: no use' },
      ])
    expect(parts.ran.filter(({ isLastAttempt }) => isLastAttempt)).toHaveLength(1)
  })

  test('a queue that forgot everything loses nothing', async () => {
    const { service, parts } = notesService()
    const { drain, sql } = await world(service)
    await sql(
      `insert into jobs (id, workspace_id, kind, input, run_at, created_at) values (gen_random_uuid(), '${workspaceId}', 'content.work', '{"n":7}', now(), now())`,
    )
    await drain()
    expect(parts.ran.map(({ input }) => input)).toEqual([{ n: 7 }])
  })

  test('a job left running by a process that died runs again at the next start', async () => {
    const stuck = Promise.withResolvers<void>()
    const begun = Promise.withResolvers<void>()
    const first = notesService({
      run: async ({ signal }) => {
        begun.resolve()
        await Promise.race([
          stuck.promise,
          new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
        ])
      },
    })
    const before = await testService(first.service, { jobs })
    await first.parts.host.db.transaction(async (tx) => tx.enqueue(job(3)))
    await begun.promise
    await before.crash()
    const second = notesService()
    const after = await world(second.service, { reopen: before })
    await after.drain()
    expect(second.parts.ran.map(({ input, attempt }) => [input, attempt])).toEqual([[{ n: 3 }, 1]])
  })

  test('paused, nothing new begins and what runs goes on; resumed, everything is taken up', async () => {
    const release = Promise.withResolvers<void>()
    const begun = Promise.withResolvers<void>()
    const { service, parts } = notesService({
      run: async ({ input }) => {
        begun.resolve()
        if (input['n'] === 1) await release.promise
      },
    })
    const { drain, sql, ground } = await world(service)
    await parts.host.db.transaction(async (tx) => tx.enqueue(job(1)))
    await begun.promise
    await ground.jobs.pause()
    await parts.host.db.transaction(async (tx) => tx.enqueue(job(2)))
    release.resolve()
    await expect.poll(() => sql("select state from jobs where input->>'n' = '1'")).toEqual([{ state: 'done' }])
    expect(await sql("select state, attempts from jobs where input->>'n' = '2'")).toEqual([
      { state: 'waiting', attempts: 0 },
    ])
    await ground.jobs.resume()
    await drain()
    expect(await sql("select state from jobs where input->>'n' = '2'")).toEqual([{ state: 'done' }])
  })

  test('paused while it waits for work, it begins nothing that comes', async () => {
    const { service, parts } = notesService()
    const { drain, sql, ground } = await world(service)
    await drain()
    await ground.jobs.pause()
    for (const n of [1, 2, 3]) await parts.host.db.transaction(async (tx) => tx.enqueue(job(n)))
    // Another queue message in between: by then a waiting worker would have taken the first.
    await parts.host.db.transaction(async (tx) => tx.enqueue(job(4)))
    expect(await sql('select distinct state from jobs')).toEqual([{ state: 'waiting' }])
    await ground.jobs.resume()
    await drain()
    expect(parts.ran.map(({ input }) => input['n']).sort()).toEqual([1, 2, 3, 4])
  })
})
