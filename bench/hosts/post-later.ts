/**
 * What one would write by hand without Floowe's ledger: a job that posts the same signed bytes when it is due. On BullMQ's own delayed
 * jobs over Redis, or on the bare job engine of the platform (rows in PostgreSQL, run by BullMQ over it). It keeps no promise beyond
 * that: no arming, no verdicts, no second look.
 */
import { createHmac } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { holdLock, openDataFolder, startPostgres } from '@floowe/launch/postgres'
import type { Host } from '@floowe/platform'
import { inProcessBus } from '@floowe/platform/ground'
import { Queue, Worker } from 'bullmq'
import { Agent, request } from 'undici'
import { openParts } from './parts.ts'

export type Given = { kind: 'bullmq' | 'engine'; redisUrl: string; receiverUrl: string; bodyBytes: number }
export type Order = { do: 'plan'; jobs: { id: string; dueMs: number }[] } | { do: 'stop' }

const { kind, redisUrl, receiverUrl, bodyBytes } = JSON.parse(process.env['BENCH_GIVEN'] ?? '{}') as Given // written by the suite
/** As many at once as Floowe's own standard. */
const concurrency = 32
const workspaceId = '0190aaaa-0000-7000-8000-000000000001'
const secret = Buffer.alloc(32, 7)
const body = JSON.stringify({ type: 'publish', html: 'x'.repeat(bodyBytes) })
const dispatcher = new Agent({ connections: concurrency })

async function post(id: string): Promise<void> {
  const timestamp = String(Math.floor(Date.now() / 1000))
  const signature = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64')
  const answer = await request(receiverUrl, {
    method: 'POST',
    dispatcher,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signature}`,
    },
    body,
  })
  await answer.body.dump()
}

type Peer = { plan: (jobs: { id: string; dueMs: number }[]) => Promise<void>; stop: () => Promise<void> }

async function onBullmq(): Promise<Peer> {
  const { hostname: host, port } = new URL(redisUrl)
  const connection = { host, port: Number(port) }
  const queue = new Queue('posts', { connection })
  const worker = new Worker('posts', (job) => post(String((job.data as { id: string }).id)), {
    connection,
    concurrency,
  })
  await worker.waitUntilReady()
  return {
    plan: async (jobs) => {
      await queue.addBulk(
        jobs.map(({ id, dueMs }) => ({ name: 'post', data: { id }, opts: { delay: Math.max(0, dueMs - Date.now()) } })),
      )
    },
    stop: async () => {
      await worker.close()
      await queue.close()
    },
  }
}

async function onEngine(): Promise<Peer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'floowe-bench-'))
  const data = openDataFolder(path.join(folder, 'data'))
  const lock = await holdLock(data.path)
  const server = await startPostgres({ folder: data, lock })
  const run = async (job: { input: Record<string, unknown> }): Promise<void> => post(String(job.input['id']))
  const kept: { host?: Host } = {}
  const start = (own: Host): void => {
    kept.host = own
    own.jobs({ 'content.post': { run, attemptsMax: 1, pauseMs: 1_000, timeoutMs: 30_000 } }, { concurrency })
  }
  const world = await openParts({
    server,
    folder,
    name: 'engine',
    bus: inProcessBus(),
    parts: [{ name: 'content', start }],
  })
  const { host } = kept
  if (!host) throw new Error('the part has no host')
  return {
    plan: (jobs) =>
      host.db.transaction(async (tx) => {
        for (const { id, dueMs } of jobs)
          await tx.enqueue({ kind: 'content.post', workspaceId, input: { id }, runAt: new Date(dueMs).toISOString() })
      }),
    stop: async () => {
      await world.stop()
      await server.stop()
      await lock.release()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const peer = await (kind === 'bullmq' ? onBullmq() : onEngine())
process.on('message', (order: Order) => {
  const work = order.do === 'plan' ? peer.plan(order.jobs) : peer.stop()
  work.then(
    () => {
      process.send?.('done')
      if (order.do === 'stop') process.disconnect()
    },
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  )
})
process.send?.('ready')
