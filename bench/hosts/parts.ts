/** Parts of no service of ours on the real ground: a database of their own with the platform's tables, its bus and its jobs. */
import path from 'node:path'
import type { ServiceName } from '@floowe/contracts/index'
import type { Host } from '@floowe/platform'
import {
  type Bus,
  bullmqEngine,
  createDiskBlobs,
  createIds,
  createLog,
  createMemoryCache,
  createMemoryRateLimits,
  createMetrics,
  createSealer,
  type Ground,
  inProcessSignals,
  loopback,
  prepareRoles,
  roleOf,
  rolePassword,
  startPart,
  systemClock,
} from '@floowe/platform/ground'
import pg from 'pg'

export type Server = { host: string; port: number; user: string; password: string }
type Part = { name: ServiceName; start: (host: Host) => void }
type Parts = { server: Server; folder: string; name: string; bus: Bus; parts: readonly Part[] }

const secret = Buffer.alloc(32, 5)
const migrations = new URL('no-migrations/', import.meta.url)

export async function openParts({ server, folder, name, bus, parts }: Parts): Promise<{ stop: () => Promise<void> }> {
  const database = `bench_${name.replaceAll(/\W/g, '').toLowerCase()}`
  const { host, port, user, password } = server
  const admin = new pg.Client({ host, port, user, password, database: 'postgres' })
  await admin.connect()
  await admin.query(`create database ${database}`)
  await admin.end()
  const address = { host, port, database, user, password }
  const client = new pg.Client(address)
  await client.connect()
  await prepareRoles(client, [...parts.map((part) => part.name), 'bullmq'], secret)
  await client.end()
  const clock = systemClock()
  const log = createLog({ service: 'bench', level: 'error' })
  const metrics = await createMetrics()
  const databaseOf = (service: string) => ({
    ...address,
    user: roleOf(service),
    password: rolePassword(secret, service),
  })
  const jobs = bullmqEngine({ address: databaseOf('bullmq'), log, clock })
  const ground = {
    ...{ databaseOf, bus, jobs, clock, log, metrics },
    transport: loopback(),
    cache: createMemoryCache(),
    blobs: await createDiskBlobs(path.join(folder, 'blobs')),
    rateLimits: createMemoryRateLimits(),
    signals: inProcessSignals(log),
    sealer: createSealer(secret),
    ids: createIds(clock.now),
    publicUrl: 'http://127.0.0.1:1',
  } as unknown as Ground // what no part here asks for is left out
  const started: Awaited<ReturnType<typeof startPart>>[] = []
  for (const part of parts)
    started.push(
      await startPart(
        {
          name: part.name,
          migrations,
          start: async (own) => {
            part.start(own)
            return { stop: async () => undefined }
          },
        },
        ground,
      ),
    )
  for (const part of started) await part.begin()
  return {
    stop: async () => {
      await jobs.stop()
      for (const part of started.toReversed()) await part.stop()
      await bus.close()
      metrics.close()
    },
  }
}
