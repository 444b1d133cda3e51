/** Ground for one machine: PostgreSQL at hand, memory, the in-process bus, disk. */
import {
  bullmqEngine,
  createIds,
  createLog,
  createMail,
  createMetrics,
  createOutbound,
  createSealer,
  createTracer,
  type DatabaseAddress,
  createDiskBlobs,
  type Ground,
  inProcessBus,
  inProcessSignals,
  loopback,
  createMemoryCache,
  createMemoryRateLimits,
  prepareRoles,
  roleOf,
  type RolePasswords,
} from '@floowe/platform/ground'
import type { Clock } from '@floowe/platform'
import pg from 'pg'
import type { CommonSettings } from './settings.ts'

export type EmbeddedGround = Ground & {
  bus: ReturnType<typeof inProcessBus>
  transport: ReturnType<typeof loopback>
  log: ReturnType<typeof createLog>
  /** The role that made the schemas; for backups and restores only. */
  admin: DatabaseAddress
  close: () => Promise<void>
}

const productDatabase = 'floowe'
export const version = '0.1.0'

/**
 * @param options.admin a role that may make roles and schemas. @param options.secrets 32 bytes or more each, the roots of all
 * derived keys; the first seals. @param options.stores where files and documents are kept: a folder (documents then lie in the database), or a cluster's
 */
export async function embeddedGround(options: {
  settings: Omit<CommonSettings, 'databaseUrl' | 'host' | 'port'>
  admin: DatabaseAddress
  stores: { blobsFolder: string } | Pick<Ground, 'blobs' | 'documents'>
  secrets: readonly Buffer[]
  clock: Clock
  services: readonly string[]
}): Promise<EmbeddedGround> {
  const { settings, admin, secrets, clock } = options
  const { address, passwords } = await prepareDatabase(admin, [...options.services, 'bullmq'], secrets)
  const log = createLog({ service: 'floowe', level: settings.logLevel, format: settings.logFormat })
  const outbound = createOutbound({
    allow: settings.outboundAllow,
    userAgent: `Floowe/${version} (+${settings.publicUrl})`,
    log,
  })
  const mail = createMail({ url: settings.smtpUrl, from: settings.mailFrom })
  const [metrics, tracer] = await Promise.all([
    createMetrics(),
    createTracer({ url: settings.otlpUrl, service: 'floowe' }),
  ])
  return {
    admin: address,
    databaseOf: (service) => ({ ...address, user: roleOf(service), ...passwords(service) }),
    bus: inProcessBus(),
    transport: loopback(),
    cache: createMemoryCache(),
    ...('blobsFolder' in options.stores
      ? { blobs: await createDiskBlobs(options.stores.blobsFolder) }
      : options.stores),
    rateLimits: createMemoryRateLimits(),
    signals: inProcessSignals(log),
    jobs: bullmqEngine({
      address: { ...address, user: roleOf('bullmq'), password: passwords('bullmq').password },
      log,
      clock,
    }),
    outbound,
    mail,
    sealer: createSealer(secrets),
    clock,
    ids: createIds(clock.now),
    log,
    metrics,
    tracer,
    publicUrl: settings.publicUrl,
    close: async () => {
      await outbound.close()
      await mail.close()
      await tracer.close()
      metrics.close()
    },
  }
}

/** A database of our own inside the server, when we are given the server's standard one; with its roles and schemas. */
export async function prepareDatabase(
  admin: DatabaseAddress,
  services: readonly string[],
  secrets: readonly Buffer[],
): Promise<{ address: DatabaseAddress; passwords: RolePasswords }> {
  const database = admin.database === 'postgres' ? productDatabase : admin.database
  const address = { ...admin, database }
  const client = await connected(address).catch(async (error: unknown) => {
    if (database === admin.database || !isUnknownDatabase(error)) throw error
    await makeProductDatabase(admin)
    return connected(address)
  })
  try {
    return { address, passwords: await prepareRoles(client, services, secrets) }
  } finally {
    await client.end()
  }
}

async function connected(address: DatabaseAddress): Promise<pg.Client> {
  const client = new pg.Client(address)
  client.on('error', () => undefined)
  await client.connect()
  return client
}

const isUnknownDatabase = (error: unknown): boolean => error instanceof pg.DatabaseError && error.code === '3D000'

async function makeProductDatabase(admin: DatabaseAddress): Promise<void> {
  const client = await connected(admin)
  try {
    const known = await client.query('select from pg_database where datname = $1', [productDatabase])
    if (known.rowCount === 0) await client.query(`create database ${productDatabase}`)
  } finally {
    await client.end()
  }
}

/** `postgres://user:password@host:port/database`, also with a socket folder in `?host=`. */
export function databaseAddress(text: string): DatabaseAddress {
  const url = new URL(text)
  return {
    host: url.searchParams.get('host') ?? url.hostname,
    port: Number(url.port || 5432),
    database: url.pathname.slice(1) || 'postgres',
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
  }
}
