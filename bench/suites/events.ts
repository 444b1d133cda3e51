/** From the commit of an event until its listener has handled it, 500 a second, on both buses. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { holdLock, openDataFolder, startPostgres } from '@floowe/launch/postgres'
import type { Database, Host } from '@floowe/platform'
import { type Bus, createLog, inProcessBus } from '@floowe/platform/ground'
import { rabbitmqBus } from '@floowe/platform/cluster'
import { startRabbitmq } from '@floowe/testbed/rabbitmq'
import { openParts, type Server } from '../hosts/parts.ts'
import { quantile, round } from '../measure.ts'
import { figure, type Figure, type Suite } from '../suite.ts'

const perSecond = 500
const seconds = 6
const everyMs = 10
const workspaceId = '0190aaaa-0000-7000-8000-000000000001'

export const suite: Suite = {
  about: `${perSecond} events a second for ${seconds} s a round: commit → handled, one listener, PostgreSQL flushing`,
  run: async ({ rounds, tell }) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'floowe-bench-'))
    const data = openDataFolder(path.join(folder, 'data'))
    const lock = await holdLock(data.path)
    const server = await startPostgres({ folder: data, lock })
    const broker = await startRabbitmq()
    try {
      const figures: Figure[] = []
      const log = createLog({ service: 'bench', level: 'error' })
      const buses: [string, () => Bus, number | null][] = [
        ['in process', () => inProcessBus(), null],
        ['RabbitMQ', () => rabbitmqBus({ url: broker.url, log }), 50],
      ]
      for (const [name, makeBus, p99Max] of buses) {
        const world = await openWorld(server, folder, name, makeBus())
        const [p50s, p99s]: [number[], number[]] = [[], []]
        try {
          for (let turn = -1; turn < rounds; turn++) {
            const times = await oneRound(world)
            if (turn < 0) continue
            p50s.push(round(quantile(times, 0.5)))
            p99s.push(round(quantile(times, 0.99)))
            tell(`${name}, round ${turn + 1}: p50 ${p50s.at(-1)} ms, p99 ${p99s.at(-1)} ms`)
          }
        } finally {
          await world.stop()
        }
        figures.push(
          figure(`event at ${perSecond}/s, ${name}: commit → handled, p50`, 'ms', p50s),
          figure(
            `event at ${perSecond}/s, ${name}: commit → handled, p99`,
            'ms',
            p99s,
            ...(p99Max === null ? [] : [{ atMost: p99Max }]),
          ),
        )
      }
      return figures
    } finally {
      await broker.stop()
      await server.stop()
      await lock.release()
      await rm(folder, { recursive: true, force: true })
    }
  },
}

type World = { db: Database; handled: Map<string, number>; stop: () => Promise<void> }

/** Two parts on one ground: content says, analytics hears. */
async function openWorld(server: Server, folder: string, name: string, bus: Bus): Promise<World> {
  const handled = new Map<string, number>()
  const kept: { host?: Host } = {}
  const world = await openParts({
    ...{ server, folder, name, bus },
    parts: [
      {
        name: 'analytics',
        start: (own) =>
          own.on({ 'content.article-updated': async (event) => void handled.set(event.id, performance.now()) }),
      },
      { name: 'content', start: (own) => void (kept.host = own) },
    ],
  })
  if (!kept.host) throw new Error('the speaker has no host')
  return { db: kept.host.db, handled, stop: world.stop }
}

/** Paced by the clock, whatever the answers do; every event is waited for. */
async function oneRound({ db, handled }: World): Promise<number[]> {
  const committed: number[] = []
  handled.clear()
  const open = new Set<Promise<void>>()
  const total = perSecond * seconds
  const begun = performance.now()
  for (let sent = 0; sent < total; ) {
    const due = Math.min(total, Math.floor(((performance.now() - begun) / 1000) * perSecond) + 1)
    for (; sent < due; sent++) {
      const work = db.transaction(async (tx) => {
        await tx.emit({
          name: 'content.article-updated',
          workspaceId,
          key: `key-${sent % 50}`,
          actor: 'bench',
          data: { articleId: workspaceId as never }, // a branded id
        })
        tx.afterCommit(() => void committed.push(performance.now()))
      })
      open.add(work)
      void work.finally(() => open.delete(work))
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
  await Promise.all(open)
  const giveUpAt = Date.now() + 30_000
  while (handled.size < total && Date.now() < giveUpAt) await new Promise((resolve) => setTimeout(resolve, 20))
  if (handled.size !== total) throw new Error(`${handled.size} of ${total} events were handled`)
  // In the order of their commits, as they were handled in that order.
  const ends = [...handled.values()]
  return committed.map((at, index) => (ends[index] ?? Number.NaN) - at)
}
