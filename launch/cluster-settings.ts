/** What a process of a cluster is told: where the servers are, and where the other processes. */
import type { ServiceName } from '@floowe/contracts/index'
import type { EnvReader } from '@floowe/platform'
import type { S3Options } from '@floowe/platform/cluster'
import { catalogue } from './catalogue.ts'
import { secretMistake } from './secret/ring.ts'
import { type CommonSettings, commonSettings } from './settings.ts'

export type ClusterSettings = CommonSettings & {
  databaseUrl: string
  mongodbUrl: string
  redisUrl: string
  rabbitmqUrl: string
  s3: S3Options
  secret: string
  /** `http://host:port` of each instance. */
  origins: Readonly<Partial<Record<ServiceName, readonly string[]>>>
  /** Time between saying that nothing new is taken and closing, so that callers notice. */
  drainMs: number
  metricsToken: string | null
}

export function clusterSettings(env: EnvReader): ClusterSettings {
  const needed = (name: string, summary: string, pattern: RegExp): string =>
    env.text(name, { summary: `${summary} (cluster)`, pattern, secret: true })
  const common = commonSettings(env)
  if (common.databaseUrl === null) env.mistake('FLOOWE_DATABASE_URL is needed in a cluster')
  const secret = env.optional('FLOOWE_SECRET', {
    summary:
      'The secret that seals stored secrets, the same for every process (at least 32 characters); while it is changed, `new,old`',
    secret: true,
  })
  if (secret === null) env.mistake('FLOOWE_SECRET is needed in a cluster, the same for every process')
  const mistake = secret === null ? null : secretMistake('FLOOWE_SECRET', secret)
  if (mistake) env.mistake(mistake)
  return {
    ...common,
    databaseUrl: common.databaseUrl ?? '',
    secret: secret ?? '',
    mongodbUrl: needed('FLOOWE_MONGODB_URL', 'MongoDB: mongodb://host:port/database', /^mongodb(\+srv)?:\/\/.+/),
    redisUrl: needed('FLOOWE_REDIS_URL', 'Redis 7 or newer: redis://host:port', /^rediss?:\/\/.+/),
    rabbitmqUrl: needed('FLOOWE_RABBITMQ_URL', 'RabbitMQ: amqp://user:password@host:port', /^amqps?:\/\/.+/),
    s3: s3Settings(env, needed),
    origins: Object.fromEntries(
      catalogue.map(({ name }) => [
        name,
        env.list(`FLOOWE_${name.toUpperCase()}_ORIGINS`, {
          summary: `Where the instances of ${name} are: http://host:port (cluster)`,
        }),
      ]),
    ),
    drainMs: env.whole('FLOOWE_DRAIN_MS', {
      summary: 'Time between saying that nothing new is taken and closing, so that callers notice (cluster)',
      standard: 1_000,
      min: 0,
      max: 60_000,
    }),
    metricsToken: env.optional('FLOOWE_METRICS_TOKEN', {
      summary: 'Bearer token with which /metrics answers other machines than this one',
      secret: true,
    }),
  }
}

function s3Settings(env: EnvReader, needed: (name: string, summary: string, pattern: RegExp) => string): S3Options {
  const text = needed(
    'FLOOWE_S3_URL',
    'S3: https://host:port/bucket?region=eu-central-1',
    /^https?:\/\/[^/]+\/[^/?]+(\?.*)?$/,
  )
  const accessKey = needed('FLOOWE_S3_ACCESS_KEY', 'Access key of the bucket', /^.+$/)
  const secretKey = needed('FLOOWE_S3_SECRET_KEY', 'Secret key of the bucket', /^.+$/)
  const linksUrl = env.optional('FLOOWE_S3_LINKS_URL', {
    summary: 'Where browsers reach the same S3; without it, files are read through Floowe (cluster)',
    pattern: /^https?:\/\/[^/]+$/,
  })
  const url = URL.parse(text)
  return {
    url: url?.origin ?? '',
    bucket: url?.pathname.slice(1) ?? '',
    region: url?.searchParams.get('region') ?? 'us-east-1',
    keys: { accessKey, secretKey },
    ...(linksUrl !== null && { linksUrl }),
  }
}
