/** Ground for many processes: PostgreSQL, MongoDB, Redis, RabbitMQ, S3, and each other over HTTP. */
import type { ServiceName } from '@floowe/contracts/index'
import type { Clock } from '@floowe/platform'
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
  type Endpoint,
  type Ground,
  roleOf,
  systemClock,
} from '@floowe/platform/ground'
import {
  createRedisCache,
  createRedisRateLimits,
  createS3Blobs,
  type HttpTransport,
  httpTransport,
  innerKey,
  openMongodb,
  openRedis,
  rabbitmqBus,
  redisSignals,
} from '@floowe/platform/cluster'
import type { ClusterSettings } from './cluster-settings.ts'
import { databaseAddress, prepareDatabase, version } from './embedded.ts'
import { ringOf } from './secret/ring.ts'

export type ClusterGround = Ground & {
  transport: HttpTransport & Ground['transport']
  /** What the services of this process answer with. */
  endpoints: ReadonlyMap<ServiceName, Endpoint>
  admin: DatabaseAddress
  close: () => Promise<void>
}

/** Of the key with which processes prove to each other that they belong here. */
export const innerPurpose = 'inner door'

/** @param service the name of the process in logs and figures */
export async function clusterGround(options: {
  settings: ClusterSettings
  service: string
  schemas: readonly string[]
  clock?: Clock
}): Promise<ClusterGround> {
  const { settings, service, clock = systemClock() } = options
  const secrets = ringOf(settings.secret)
  const log = createLog({ service, level: settings.logLevel, format: settings.logFormat })
  const metrics = await createMetrics()
  const tracer = await createTracer({ url: settings.otlpUrl, service })
  const sealer = createSealer(secrets)
  const { address: admin, passwords } = await prepareDatabase(
    databaseAddress(settings.databaseUrl),
    options.schemas,
    secrets,
  )
  const outbound = createOutbound({
    allow: settings.outboundAllow,
    userAgent: `Floowe/${version} (+${settings.publicUrl})`,
    log,
  })
  const mail = createMail({ url: settings.smtpUrl, from: settings.mailFrom })
  const redis = openRedis({ url: settings.redisUrl })
  const documents = openMongodb({
    url: settings.mongodbUrl,
    log,
    onWedged: () => {
      log.error('the connection to MongoDB is stuck while others are answered; this process ends, to be started anew')
      process.kill(process.pid, 'SIGTERM')
    },
  })
  const blobs = createS3Blobs(settings.s3)
  const signals = redisSignals({ redis, log })
  const bus = rabbitmqBus({ url: settings.rabbitmqUrl, log })
  const transport = httpTransport({
    key: innerKey(sealer.deriveKey(innerPurpose)),
    origins: settings.origins,
    log,
    metrics,
  })
  metrics.queue('bus', async () => Object.fromEntries(await bus.waiting()))
  metrics.gauge({ name: 'floowe_bus_connected', help: '1 while events can travel' }, () => [
    { value: bus.isConnected() ? 1 : 0 },
  ])
  const endpoints = new Map<ServiceName, Endpoint>()
  return {
    admin,
    endpoints,
    databaseOf: (name) => ({ ...admin, user: roleOf(name), ...passwords(name) }),
    documents: documents.database,
    bus,
    transport: {
      ...transport,
      register: (name, endpoint) => void endpoints.set(name, endpoint),
      // Its own operations are answered here, through the same door.
      send: async (name, door, request) =>
        (endpoints.get(name) ?? ((...asked) => transport.send(name, ...asked)))(door, request),
    },
    cache: createRedisCache({ redis, log }),
    blobs,
    rateLimits: createRedisRateLimits({ redis, log }),
    signals,
    jobs: bullmqEngine({ redisUrl: settings.redisUrl, log, clock }),
    outbound,
    mail,
    sealer,
    clock,
    ids: createIds(clock.now),
    log,
    metrics,
    tracer,
    publicUrl: settings.publicUrl,
    close: async () => {
      await outbound.close()
      await mail.close()
      await bus.close()
      await signals.close()
      await redis.close()
      await documents.close()
      blobs.close()
      await transport.close()
      await tracer.close()
      metrics.close()
    },
  }
}
