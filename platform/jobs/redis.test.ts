/** Jobs of a cluster: several processes, and a Redis that forgets, stands still, or is away. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { isRedisMissing, type Redis, startRedis } from '@floowe/testbed/redis'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { notesService } from '../fixtures/notes-service.ts'
import type { JobsProcessTask } from '../fixtures/jobs-process.ts'
import { openRedis } from '../redis.ts'
import { testService, type WorldOptions } from '../testing.ts'
import { bullmqEngine } from './bullmq.ts'
import type { JobRun } from './port.ts'

const workspaceId = '0190aaaa-0000-7000-8000-000000000001'
/** What the sweep promises after Redis forgot everything, and as much again for a busy machine. */
const foundAgain = { timeout: 20_000 }
/** Leases and locks run out, then the sweep. */
const takenOver = { timeout: 60_000 }

describe.skipIf(isRedisMissing())('jobs of a cluster', () => {
  let server: Redis
  const undo: (() => Promise<void>)[] = []
  beforeEach(async () => {
    server = await startRedis()
  })
  afterEach(async () => {
    for (const close of undo.splice(0).reverse()) await close()
    await server.stop()
  })
  /** One process of the cluster, with a service that runs jobs so. `reopen` is another one of the same installation. */
  async function start(run: (job: JobRun) => Promise<void>, reopen?: WorldOptions['reopen']) {
    const { service, parts } = notesService({ run })
    const world = await testService(service, {
      reopen,
      jobs: ({ address, ...rest }) =>
        bullmqEngine({ redisUrl: server.url, prefix: prefixOf(address.database), ...rest }),
    })
    undo.push(reopen ? world.stopKeeping : world.stop)
    const write = (n: number) =>
      parts.host.db.transaction((tx) => tx.enqueue({ kind: 'content.work', workspaceId, input: { n } }))
    const states = async (): Promise<Record<string, number>> => {
      const rows = await world.sql<{ state: string; n: number }>(
        'select state, count(*)::int as n from jobs group by 1',
      )
      return Object.fromEntries(rows.map(({ state, n }) => [state, n]))
    }
    return { ...world, write, states, ran: () => parts.ran.map(({ input }) => input['n']) }
  }
  const prefixOf = (database: string): string => `test-${database}`
  /** Runs that last until it is opened, or their process stops. */
  function gate() {
    const { promise, resolve } = Promise.withResolvers<void>()
    const wait = ({ signal }: JobRun): Promise<void> =>
      Promise.race([
        promise,
        new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      ])
    return { wait, open: resolve }
  }
  async function flush(): Promise<void> {
    const link = openRedis({ url: server.url })
    await link.opened
    await link.ask((client) => client.flushall())
    await link.close()
  }

  test('two processes share the rows: each runs once, and both run some', async () => {
    const brief = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
    const one = await start(brief)
    const other = await start(brief, one)
    for (let n = 0; n < 200; n += 1) await one.write(n)
    await one.drain()
    expect(await one.states()).toEqual({ done: 200 })
    expect([...one.ran(), ...other.ran()].map(Number).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 200 }, (_, n) => n),
    )
    expect(one.ran().length).toBeGreaterThan(0)
    expect(other.ran().length).toBeGreaterThan(0)
  })

  test('a process that starts leaves alone what others run', async () => {
    const { wait, open } = gate()
    const one = await start(async (job) => (job.input['n'] === 1 ? wait(job) : undefined))
    await one.write(1)
    await expect.poll(one.ran).toEqual([1])
    const other = await start(async () => undefined, one)
    await other.write(2)
    await expect.poll(one.states, foundAgain).toEqual({ running: 1, done: 1 })
    open()
    await expect.poll(one.states).toEqual({ done: 2 })
    expect([...one.ran(), ...other.ran()].sort()).toEqual([1, 2])
    expect(await one.sql('select distinct attempts from jobs')).toEqual([{ attempts: 1 }])
  })

  test('a paused process leaves them to the others', async () => {
    const one = await start(async () => undefined)
    const other = await start(async () => undefined, one)
    await one.drain()
    await one.ground.jobs.pause()
    for (let n = 0; n < 20; n += 1) {
      await other.write(n)
      await expect.poll(one.states, foundAgain).toEqual({ done: n + 1 })
    }
    expect(one.ran()).toEqual([])
  }, 60_000)

  test.each([
    ['was flushed', flush],
    ['was killed and started anew', () => server.restart('SIGKILL')],
  ])('a Redis that %s loses none of them', async (_name, forget) => {
    const { wait, open } = gate()
    const { write, states, ran, sql } = await start(wait)
    for (let n = 0; n < 50; n += 1) await write(n)
    await expect.poll(() => ran().length).toBe(2)
    // All were handed over, and so they are remembered.
    const unhanded = "select from jobs where state = 'waiting' and handed_at is null"
    await expect.poll(() => sql(unhanded), foundAgain).toEqual([])
    await forget()
    open()
    await expect.poll(states, foundAgain).toEqual({ done: 50 })
    expect(new Set(ran()).size).toBe(50)
    expect(ran()).toHaveLength(50)
  })

  test('nobody who writes one waits for a Redis that stands still', async () => {
    const { write, states } = await start(async () => undefined)
    server.signal('SIGSTOP')
    const begunAt = performance.now()
    for (let n = 0; n < 20; n += 1) await write(n)
    expect(performance.now() - begunAt).toBeLessThan(3_000)
    server.signal('SIGCONT')
    await expect.poll(states, foundAgain).toEqual({ done: 20 })
  })

  test('a process starts and stops without Redis; its jobs run when Redis is there', async () => {
    await server.halt()
    const early = await start(async () => undefined)
    await early.write(1)
    await early.stopKeeping()
    const late = await start(async () => undefined, early)
    await late.write(2)
    expect(await late.states()).toEqual({ waiting: 2 })
    await server.begin()
    await expect.poll(late.states, foundAgain).toEqual({ done: 2 })
  }, 60_000)

  test('what a killed process ran, others run; the attempt that died does not count', async () => {
    const one = await start(async () => undefined)
    await one.ground.jobs.pause()
    const victim = serveInProcess(one, 600_000)
    await victim.says('ready')
    await one.write(7)
    await victim.says('began 7 1')
    await one.ground.jobs.resume()
    victim.kill()
    await expect.poll(one.states, takenOver).toEqual({ done: 1 })
    expect(one.ran()).toEqual([7])
    expect(await one.sql('select attempts from jobs')).toEqual([{ attempts: 1 }])
  }, 90_000)

  test('processes that are killed, and a Redis that forgets, all at once: every one is done', async () => {
    const one = await start(async () => undefined)
    await one.ground.jobs.pause()
    const victims = [serveInProcess(one, 40), serveInProcess(one, 40)]
    await Promise.all(victims.map(({ says }) => says('ready')))
    for (let n = 0; n < 120; n += 1) await one.write(n)
    await Promise.all(victims.map(({ says }) => says('did')))
    victims[0]?.kill()
    await flush()
    await victims[1]?.says('did')
    victims[1]?.kill()
    await one.ground.jobs.resume()
    await expect.poll(one.states, takenOver).toEqual({ done: 120 })
  }, 90_000)

  type World = Awaited<ReturnType<typeof start>>
  function serveInProcess(world: World, runsForMs: number) {
    const address = world.ground.databaseOf('content')
    const task: JobsProcessTask = {
      address,
      redisUrl: server.url,
      prefix: prefixOf(address.database),
      runsForMs,
      concurrency: 2,
    }
    const file = fileURLToPath(new URL('../fixtures/jobs-process.ts', import.meta.url))
    const child: ChildProcess = spawn(process.execPath, [file, JSON.stringify(task)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const lines: string[] = []
    if (child.stdout) createInterface({ input: child.stdout }).on('line', (line) => lines.push(line))
    undo.push(async () => void child.kill('SIGKILL'))
    let read = 0
    return {
      kill: () => void child.kill('SIGKILL'),
      /** Waits for a line with this beginning that was not waited for before. */
      says: (beginning: string): Promise<void> =>
        expect
          .poll(
            () => {
              const at = lines.findIndex((line, index) => index >= read && line.startsWith(beginning))
              if (at >= 0) read = at + 1
              return at >= 0
            },
            { timeout: 20_000 },
          )
          .toBe(true),
    }
  }
})
