/**
 * A service through its door, for tests: a database of its own cloned from a template, the real outbox, inbox, jobs and
 * blobs, a fake outside only where the caller says so. Neighbouring services are played from their contracts: what they are
 * given and what they answer is checked by the same schemas.
 */
import { createHash, generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { permissionsOf, type Role } from '@floowe/contracts/identity'
import { contracts, type Contracts, type ServiceName } from '@floowe/contracts/index'
import type { EventEnvelope } from '@floowe/contracts/events'
import type { Permission } from '@floowe/contracts/vocabulary'
import Fastify from 'fastify'
import pg from 'pg'
import { inject } from 'vitest'
import { createDiskBlobs } from './blobs/disk.ts'
import { inProcessBus } from './bus/in-process.ts'
import { createMemoryCache } from './cache/memory.ts'
import { createCalls } from './calls/client.ts'
import { createEndpoint } from './calls/endpoint.ts'
import { loopback } from './calls/loopback.ts'
import { innerHeaders } from './calls/port.ts'
import { createVerifier, type Caller, signToken } from './calls/tokens.ts'
import { type Clock, systemClock } from './clock.ts'
import { createEnvReaders } from './config.ts'
import type { DatabaseAddress } from './database/database.ts'
import { openMongodb } from './documents/mongodb.ts'
import { migrate } from './database/migrations.ts'
import { prepareRoles, roleOf, rolePassword } from './database/roles.ts'
import { refuse } from './errors.ts'
import { createIds } from './ids.ts'
import { bullmqEngine } from './jobs/bullmq.ts'
import type { JobEngine } from './jobs/port.ts'
import { createLog, type Log } from './log.ts'
import { createMail } from './mail.ts'
import { createMetrics } from './metrics.ts'
import { createOutbound } from './outbound.ts'
import type { NewEvent } from './outbox/outbox.ts'
import { createMemoryRateLimits } from './rate-limits/memory.ts'
import type { RateLimits } from './rate-limits/port.ts'
import { createSealer } from './sealing.ts'
import { inProcessSignals } from './signals/in-process.ts'
import type { Api, Calls, Service } from './service.ts'
import { type Ground, startService } from './start.ts'

export { fakeClock } from './clock.ts'
export { createLog } from './log.ts'
export { createOutbound } from './outbound.ts'
export { createMemoryRateLimits } from './rate-limits/memory.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** postgres://superuser:password@host-or-socket:port/postgres of the test server; made by the global setup. */
    databaseUrl: string
    /** A MongoDB for services that keep documents, when the run was asked to keep them there; else null. */
    documentsUrl: string | null
  }
}

/** Of every world that is not told another. */
export const testSecret = Buffer.alloc(32, 7)

type Neighbours = { [Name in ServiceName]?: Partial<Api<Contracts[Name]>> }
type Functions<Name extends ServiceName> = {
  [Operation in keyof Calls[Name]]: Calls[Name][Operation] extends (input: infer Input, as: never) => infer Output
    ? (input: Input) => Output
    : never
}
export type Someone = { workspaceId: string | null; userId?: string; role?: Role; permissions?: readonly Permission[] }

export type WorldOptions = {
  neighbours?: Neighbours
  env?: Record<string, string>
  clock?: Clock
  outboundAllow?: readonly string[]
  /** Start on the database (and blobs) of an earlier world: what a restart finds. */
  reopen?: { databaseUrl: string; folder: string }
  /** Documents lie on this MongoDB, in a database with the name of the world's own; standard: in that. */
  documentsUrl?: string | null
  smtpUrl?: string
  /** The counters of several worlds at once; standard: its own, which count by the machine's clock. */
  rateLimits?: RateLimits
  publicUrl?: string
  log?: boolean
  /** The ring of secrets, each of 32 bytes; standard: {@link testSecret} alone. */
  secrets?: readonly Buffer[]
  /** Another engine than the one on PostgreSQL. */
  jobs?: (parts: { address: DatabaseAddress; log: Log; clock: Clock }) => JobEngine
}

export async function testService<Settings, Name extends ServiceName>(
  service: Service<Settings> & { name: ServiceName },
  options: WorldOptions = {},
  _name?: Name,
) {
  const clock = options.clock ?? systemClock()
  const databaseUrl = options.reopen?.databaseUrl ?? (await cloneDatabase(service))
  const folder = options.reopen?.folder ?? (await mkdtemp(path.join(tmpdir(), `floowe-${service.name}-`)))
  const address = parseUrl(databaseUrl)
  const log = createLog({ service: 'test', level: options.log ? 'debug' : 'silent', format: 'terse' })
  const documents = options.documentsUrl
    ? openMongodb({ url: options.documentsUrl, log, name: address.database })
    : null
  const transport = loopback()
  const seen: EventEnvelope[] = []
  const bus = inProcessBus()
  const sealer = createSealer(options.secrets ?? [testSecret])
  const metrics = await createMetrics()
  const ids = createIds(clock.now)
  const outbound = createOutbound({ allow: options.outboundAllow ?? [], userAgent: 'Floowe test', log })
  const ground: Ground = {
    databaseOf: (name) => ({ ...address, user: roleOf(name), password: rolePassword(testSecret, name) }),
    documents: documents?.database,
    bus: {
      ...bus,
      publish: async (events) => {
        await bus.publish(events)
        seen.push(...events)
      },
    },
    transport,
    cache: createMemoryCache(),
    blobs: await createDiskBlobs(folder),
    rateLimits: options.rateLimits ?? createMemoryRateLimits(),
    signals: inProcessSignals(log),
    jobs: (options.jobs ?? bullmqEngine)({
      address: { ...address, user: roleOf('bullmq'), password: rolePassword(testSecret, 'bullmq') },
      log,
      clock,
    }),
    outbound,
    mail: createMail({ url: options.smtpUrl ?? null, from: 'floowe@example.com' }),
    sealer,
    clock,
    ids,
    log,
    metrics,
    publicUrl: options.publicUrl ?? 'https://floowe.example',
  }
  const signer = createSigner(clock)
  playNeighbours(service.name, options.neighbours ?? {}, signer, ground)

  const readers = createEnvReaders(options.env ?? {})
  const settings = service.settings(readers.readerFor(service.name))
  readers.finish()
  const started = await startService(service, settings, ground)
  await started.begin()
  const http = Fastify({ logger: false, exposeHeadRoutes: true })
  for (const mount of started.mounts) await http.register(mount.register)
  await http.ready()

  const calls = createCalls({
    from: service.name,
    proofKey: sealer.deriveKey('service proof'),
    transport,
    nowMs: clock.now,
  })
  const functionsFor = (caller: Caller): Functions<ServiceName> => {
    const operations = calls[service.name] as unknown as Record<
      string,
      (input: unknown, as: { caller: Caller }) => Promise<unknown>
    >
    return Object.fromEntries(
      Object.keys(contracts[service.name]).map((operation) => [
        operation,
        (input: unknown) => operations[operation]?.(input, { caller }),
      ]),
    ) as never // the same operations, one argument fewer
  }
  type Fns = Name extends ServiceName ? Functions<Name> : never
  const drain = async (): Promise<void> => {
    for (let turn = 0; turn < 200; turn++) {
      await started.idle()
      await ground.jobs.idle()
      await started.idle()
      if ((await started.counts()).waiting === 0) return
      // What is left waits for its next attempt; a fake clock's owner moves time.
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    throw new Error('events do not come to rest')
  }
  let ended = false
  const end = async (how: 'stop' | 'abandon', keep: boolean): Promise<void> => {
    if (ended) return
    ended = true
    await http.close()
    await ground.jobs.stop()
    await started[how]()
    await outbound.close()
    await ground.mail.close()
    await documents?.close()
    metrics.close()
    if (!keep) await rm(folder, { recursive: true, force: true })
  }
  return {
    clock,
    events: seen,
    http,
    ground,
    started,
    databaseUrl,
    folder,
    as: (someone: Someone): Fns => functionsFor(signer.caller(someone)) as Fns,
    asService: (workspaceId: string | null, name = 'content'): Fns =>
      functionsFor(signer.service(name, workspaceId)) as Fns,
    withToken: (token: string): Fns => functionsFor({ ...signer.caller({ workspaceId: null }), token }) as Fns,
    anonymous: functionsFor({
      kind: 'anonymous',
      id: '',
      workspaceId: null,
      permissions: new Set(),
      token: null,
      actor: 'anonymous',
    }) as Fns,
    /** Waits until outbox, bus, inbox and due jobs are empty. */
    drain,
    /** Delivers an event of another service. */
    tell: async (event: NewEvent): Promise<void> => {
      await bus.publish([
        { id: ids.next(), at: clock.instant(), requestId: null, ...event, data: event.data as unknown },
      ])
      await drain()
    },
    /** A request to the REST door, as the gateway would pass it. */
    rest: async (
      method: string,
      target: string,
      request: { body?: unknown; headers?: Record<string, string>; as?: Someone; token?: string } = {},
    ) => {
      const token = request.token ?? (request.as ? signer.caller(request.as).token : null)
      const answer = await transport.send(service.name, 'rest', {
        method,
        url: new URL(target, 'http://front.inner'),
        signal: undefined,
        body: async () => request.body,
        headers: {
          [innerHeaders.requestId]: 'test',
          [innerHeaders.front]: '1',
          ...(token ? { authorization: `Bearer ${token}` } : {}),
          ...request.headers,
        },
      })
      return answer
        ? { status: answer.status, body: answer.body as unknown, headers: answer.headers }
        : { status: 404, body: null, headers: {} }
    },
    /** Plain SQL on the service's own schema. */
    sql: async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> => {
      const client = new pg.Client({
        ...ground.databaseOf(service.name),
        options: `-c search_path=${service.name},public`,
      })
      await client.connect()
      try {
        return (await client.query<Row>(text, values)).rows
      } finally {
        await client.end()
      }
    },
    stop: () => end('stop', false),
    /** Stops and keeps database and blobs, for `reopen`. */
    stopKeeping: () => end('stop', true),
    /** Leaves everything as it stands, as a killed process would. */
    crash: () => end('abandon', true),
  }
}
export type World<Name extends ServiceName> = Awaited<ReturnType<typeof testService<unknown, Name>>>

function createSigner(clock: Clock) {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const caller = (someone: Someone): Caller => {
    const permissions = someone.permissions ?? (someone.role ? permissionsOf[someone.role] : [])
    const id = someone.userId ?? '0190aaaa-0000-7000-8000-00000000000a'
    return {
      kind: 'person',
      id,
      workspaceId: someone.workspaceId,
      permissions: new Set(permissions),
      actor: id,
      token: sign('person', id, someone.workspaceId, permissions),
    }
  }
  const sign = (kind: 'person' | 'service', sub: string, wsp: string | null, prm: readonly string[]): string => {
    // Longer than any test, whose clock may jump.
    const iat = Math.floor(clock.now() / 1000)
    return signToken(privateKey, 'test', {
      sub,
      kind,
      wsp,
      prm,
      iat,
      exp: iat + 315_360_000,
      jti: `${sub}${wsp}${Math.random()}`,
    })
  }
  return {
    caller,
    service: (name: string, workspaceId: string | null): Caller => ({
      kind: 'service',
      id: name,
      workspaceId,
      actor: `service:${name}`,
      permissions: new Set(['service' as const]),
      token: sign('service', name, workspaceId, ['content:read', 'publishing:read']),
    }),
    keys: { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'test' }] },
  }
}
type Signer = ReturnType<typeof createSigner>

function playNeighbours(own: ServiceName, neighbours: Neighbours, signer: Signer, ground: Ground): void {
  const standard: Neighbours = {
    identity: {
      publicKeys: async () => signer.keys,
      exchange: async (input) => ({
        token: signer.service(input.credential.split('.')[0] ?? '', input.workspace).token ?? '',
        expiresAt: ground.clock.now() + 60_000,
        caller: null,
        workspaceId: input.workspace,
      }),
      describePeople: async (input) => input.ids.map((id) => ({ id, name: `Person ${id.slice(-2)}` })),
      getWorkspace: async (input) => ({
        id: input.workspace,
        slug: 'studio',
        name: 'Studio',
        language: 'pl',
        zone: 'Europe/Warsaw',
        isDemo: false,
        createdAt: '2026-01-01T00:00:00.000Z',
      }),
    },
  }
  for (const name of Object.keys(contracts) as ServiceName[]) {
    if (name === own) continue
    const played = { ...standard[name], ...neighbours[name] } as Record<string, unknown>
    const api = Object.fromEntries(
      Object.keys(contracts[name]).map((operation) => [
        operation,
        played[operation] ?? (async () => refuse('unavailable')),
      ]),
    )
    const verifier = createVerifier(async () => signer.keys, ground.clock.now)
    ground.transport.register(
      name,
      createEndpoint({
        name,
        contract: contracts[name],
        api,
        verifier,
        log: ground.log,
        metrics: ground.metrics,
        nowMs: ground.clock.now,
      }),
    )
  }
}

const parseUrl = (text: string): DatabaseAddress => {
  const url = new URL(text)
  return {
    host: url.searchParams.get('host') ?? url.hostname,
    port: Number(url.port || 5432),
    database: url.pathname.slice(1),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
  }
}

/** A fresh database, cloned from a template that has the service's schema. The template is made once per test server. */
async function cloneDatabase(service: Service<any>): Promise<string> {
  // settings play no part here
  const url = inject('databaseUrl')
  const template = `template_${service.name}_${createHash('sha256').update(service.migrations.href).digest('hex').slice(0, 8)}`
  const name = `world_${service.name}_${createIds(Date.now).next<string>().replaceAll('-', '')}`
  const admin = new pg.Client(parseUrl(url))
  await admin.connect()
  try {
    await admin.query("select pg_advisory_lock(hashtext('floowe:templates'))")
    const known = await admin.query('select from pg_database where datname = $1', [template])
    if (known.rowCount === 0) {
      await prepareTemplate(admin, url, `${template}_new`, service)
      await admin.query(`alter database ${template}_new rename to ${template}`)
    }
    await admin.query(`create database ${name} template ${template} strategy file_copy`)
    // Rights on the database itself are not cloned.
    await admin.query(`grant create on database ${name} to floowe_bullmq`)
  } finally {
    await admin.end()
  }
  const made = new URL(url)
  made.pathname = `/${name}`
  return made.href
}

async function prepareTemplate(admin: pg.Client, url: string, name: string, service: Service<any>): Promise<void> {
  // settings play no part here
  await admin.query(`drop database if exists ${name}`)
  await admin.query(`create database ${name}`)
  const client = new pg.Client({ ...parseUrl(url), database: name })
  await client.connect()
  try {
    await prepareRoles(client, [service.name, 'bullmq'], testSecret)
  } finally {
    await client.end()
  }
  const own = new pg.Client({
    ...parseUrl(url),
    database: name,
    user: roleOf(service.name),
    password: rolePassword(testSecret, service.name),
    options: `-c search_path=${service.name},public`,
  })
  await own.connect()
  try {
    await migrate(own, service.name, service.migrations)
  } finally {
    await own.end()
  }
}
