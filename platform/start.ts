/**
 * Starts a service on a ground: the same function in every shape. First everything is opened, so that every listener is
 * subscribed; then `begin` lets events and jobs flow.
 */
import { contracts, type ServiceName } from '@floowe/contracts/index'
import { publicPrefixes } from '@floowe/contracts/paths'
import type { FastifyInstance } from 'fastify'
import type { Blobs } from './blobs/port.ts'
import type { Bus } from './bus/port.ts'
import type { Cache } from './cache/port.ts'
import { createCalls } from './calls/client.ts'
import { createEndpoint } from './calls/endpoint.ts'
import type { Endpoint, Transport } from './calls/port.ts'
import { createVerifier } from './calls/tokens.ts'
import type { Clock } from './clock.ts'
import { type Database, type DatabaseAddress, openDatabase } from './database/database.ts'
import { migrate } from './database/migrations.ts'
import type { Documents } from './documents/port.ts'
import type { Ids } from './ids.ts'
import type { JobEngine, JobKind } from './jobs/port.ts'
import { jobSource } from './jobs/rows.ts'
import type { Log } from './log.ts'
import type { Mail } from './mail.ts'
import type { Metrics } from './metrics.ts'
import type { Outbound } from './outbound.ts'
import { createInbox, type Inbox, type Subscriptions } from './outbox/inbox.ts'
import { startRelay } from './outbox/relay.ts'
import type { RateLimits } from './rate-limits/port.ts'
import { sealerOf } from './sealed.ts'
import type { Sealer } from './sealing.ts'
import type { Signals } from './signals/port.ts'
import type { Host, Running, Service } from './service.ts'
import { type Tracer, trailsOnly } from './trace.ts'

/** What a shape gives to its services. Made in `launch/`, nowhere else. */
export type Ground = {
  databaseOf: (service: string) => DatabaseAddress
  /** Documents of a service; left out where they are kept in its database. */
  documents?: (service: string) => Documents
  bus: Bus
  transport: Transport & { register: (service: ServiceName, endpoint: Endpoint) => void }
  cache: Cache
  blobs: Blobs
  rateLimits: RateLimits
  signals: Signals
  jobs: JobEngine
  outbound: Outbound
  mail: Mail
  sealer: Sealer
  clock: Clock
  ids: Ids
  log: Log
  metrics: Metrics
  /** Standard: trails without spans. */
  tracer?: Tracer
  publicUrl: string
}

export type Mount = { service: string; prefixes: readonly string[]; register: (http: FastifyInstance) => Promise<void> }

export type Started = {
  name: string
  mounts: readonly Mount[]
  begin: () => Promise<void>
  isReady: () => Promise<boolean>
  /** Resolves when events and jobs of this service have come to rest; used by tests and by backups. */
  idle: () => Promise<void>
  counts: () => Promise<{ waiting: number; parked: number }>
  stop: () => Promise<void>
  /** Leaves as `kill -9` would: nothing is finished, connections are cut. For tests. */
  abandon: () => Promise<void>
}

const housekeepingEveryMs = 60 * 60 * 1000

type Part = {
  name: ServiceName | 'gateway'
  migrations: URL
  connectionsMax?: number
  start: (host: Host) => Promise<Running>
}

export const startService = <Settings>(
  service: Service<Settings>,
  settings: Settings,
  ground: Ground,
): Promise<Started> =>
  startPart(
    { name: service.name, migrations: service.migrations, start: (host) => service.start(host, settings) },
    ground,
  )

/** The gateway stands on the same ground: it has a schema and hears events, and answers no operations. */
export async function startPart(part: Part, ground: Ground): Promise<Started> {
  const { clock, ids, transport } = ground
  const log = ground.log.child({ service: part.name })
  const wake = { relay: (): void => undefined, jobs: (_jobs: { id: string; runAtMs: number }[]): void => undefined }
  const db = openDatabase({
    address: ground.databaseOf(part.name),
    schema: part.name,
    clock,
    ids,
    connectionsMax: part.connectionsMax,
    onEvents: () => wake.relay(),
    onJobs: (jobs) => wake.jobs(jobs),
  })
  const nowMs = (): number => clock.now()
  const call = createCalls({ from: part.name, proofKey: ground.sealer.deriveKey('service proof'), transport, nowMs })

  const sealer = await prepareSchema(part, db, ground.sealer, log)
  const { host, told } = hostOf(part, ground, { db, call, log, sealer })
  const running = await part.start(host)
  const { served: answers, work } = told
  if (answers) {
    const verifier = createVerifier(() => call.identity.publicKeys(undefined, { workspaceId: null }), nowMs)
    transport.register(
      answers.name,
      createEndpoint({
        name: answers.name,
        contract: contracts[answers.name],
        api: answers.api,
        verifier,
        log,
        metrics: ground.metrics,
        tracer: ground.tracer ?? trailsOnly,
        nowMs,
      }),
    )
  }
  const inbox = createInbox({
    db,
    handlers: told.subscriptions,
    clock,
    log,
    tracer: ground.tracer,
    restMs: ground.bus.restMs,
  })
  const subscription = await ground.bus.subscribe(part.name, inbox.names, inbox.accept)
  measureQueues(part.name, { db, inbox, hasJobs: work !== null, metrics: ground.metrics })
  const source = work ? jobSource({ service: part.name, db, kinds: work.kinds, clock, log }) : null

  let relay: ReturnType<typeof startRelay> | null = null
  // After an outage of the bus the relay may just have begun its longest pause.
  const forgetReturn = ground.bus.whenBack(() => relay?.wake())
  let cancelHousekeeping = (): void => undefined
  const housekeeping = (): void => {
    cancelHousekeeping = clock.at(clock.now() + housekeepingEveryMs, housekeeping)
    void Promise.all([inbox.sweep(), source?.sweep()]).catch((error) => log.warn('housekeeping failed', { error }))
  }
  return {
    name: part.name,
    mounts: told.mounts,
    begin: async () => {
      relay = startRelay({ db, bus: ground.bus, log, clock })
      wake.relay = relay.wake
      inbox.start()
      relay.wake()
      if (source) {
        await ground.jobs.serve(source, work?.concurrency ?? 2)
        wake.jobs = (jobs) =>
          void ground.jobs.hand(part.name, jobs).catch((error) => log.warn('jobs wait for the sweep', { error }))
      }
      cancelHousekeeping = clock.at(clock.now() + housekeepingEveryMs, housekeeping)
      running.begin?.()
    },
    isReady: db.isReady,
    idle: async () => {
      await relay?.idle()
      await inbox.idle()
    },
    counts: async () => {
      const { waiting, parked } = await inbox.counts()
      const out = await db.one<{ n: number }>('select count(*)::int as n from outbox')
      return { waiting: waiting + (out?.n ?? 0), parked }
    },
    stop: async () => {
      cancelHousekeeping()
      await running.stop()
      forgetReturn()
      await relay?.stop()
      await subscription.end()
      await inbox.stop()
      await db.close()
    },
    abandon: async () => {
      cancelHousekeeping()
      running.abandon?.()
      forgetReturn()
      await Promise.allSettled([subscription.end(), relay?.stop(), inbox.stop()])
      await db.close().catch(() => undefined)
    },
  }
}

/** Its tables as this version wants them; and the sealer, with the keys that lie in them. */
async function prepareSchema({ name, migrations }: Part, db: Database, sealer: Sealer, log: Log): Promise<Sealer> {
  const client = await db.connect()
  try {
    await migrate(client, name, migrations)
    return await sealerOf(client, name, sealer, log)
  } finally {
    client.release()
  }
}

/** What a part said while it started: what it serves, hears and works on. */
type Told = {
  served: { name: ServiceName; api: object } | null
  work: { kinds: Readonly<Record<string, JobKind>>; concurrency: number } | null
  subscriptions: Subscriptions
  mounts: Mount[]
}

function hostOf(
  part: Part,
  ground: Ground,
  { db, call, log, sealer }: Pick<Host, 'db' | 'call' | 'log' | 'sealer'>,
): { host: Host; told: Told } {
  const told: Told = { served: null, work: null, subscriptions: {}, mounts: [] }
  const host: Host = {
    name: part.name as ServiceName,
    db,
    call,
    documents: ground.documents?.(part.name),
    clock: ground.clock,
    ids: ground.ids,
    log,
    cache: ground.cache,
    blobs: ground.blobs.within(part.name),
    rateLimits: ground.rateLimits,
    signals: ground.signals,
    outbound: ground.outbound,
    mail: ground.mail,
    sealer,
    metrics: ground.metrics,
    tracer: ground.tracer ?? trailsOnly,
    publicUrl: ground.publicUrl,
    serve: (name, api) => {
      if (told.served || name !== part.name) throw new Error(`${part.name} serves its own contract, once`)
      told.served = { name, api }
    },
    routes: (prefixes, register) => {
      const known: readonly string[] = publicPrefixes[part.name as ServiceName] ?? []
      const strange = prefixes.find((prefix) => !known.includes(prefix))
      if (strange !== undefined) throw new Error(`the front door passes nothing below ${strange} on to ${part.name}`)
      told.mounts.push({ service: part.name, prefixes, register })
    },
    on: (wanted) => {
      told.subscriptions = wanted
    },
    jobs: (wanted, options) => {
      told.work = { kinds: wanted, concurrency: options?.concurrency ?? 2 }
    },
  }
  return { host, told }
}

function measureQueues(
  name: string,
  { db, inbox, hasJobs, metrics }: { db: Database; inbox: Inbox; hasJobs: boolean; metrics: Ground['metrics'] },
): void {
  metrics.queue(`${name}.outbox`, async () => ({
    waiting: (await db.one<{ n: number }>('select count(*)::int as n from outbox'))?.n ?? 0,
  }))
  if (inbox.names.length > 0) metrics.queue(`${name}.inbox`, inbox.counts)
  if (hasJobs)
    metrics.queue(`${name}.jobs`, async () => {
      const states = await db.query<{ state: string; n: number }>(
        "select state, count(*)::int as n from jobs where state in ('waiting', 'running', 'failed') group by state",
      )
      return { waiting: 0, running: 0, failed: 0, ...Object.fromEntries(states.map(({ state, n }) => [state, n])) }
    })
}
