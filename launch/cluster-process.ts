/** One process of a cluster, from its settings to the open door, and back. */
import type { Readable } from 'node:stream'
import { type BackupWish, gatewayMigrations, gatewaySettings, type Operator, startGateway } from '@floowe/gateway'
import type { Running } from '@floowe/platform'
import { createEnvReaders, createStopper, type Started, startPart, startService } from '@floowe/platform/ground'
import { innerKey, innerServer } from '@floowe/platform/cluster'
import { webDist } from '@floowe/web'
import type { backupOfCluster } from './backup/sources.ts'
import { catalogue } from './catalogue.ts'
import { clusterGround, type ClusterGround, innerPurpose } from './cluster.ts'
import { type ClusterSettings, clusterSettings } from './cluster-settings.ts'
import { enter } from './presence.ts'
import { secretWork } from './secret/work.ts'
import { StartRefused } from './start-refused.ts'

export type ClusterProcess = {
  url: string
  /** Resolves with a sentence when this process has to end: the installation was moved away. */
  ended: Promise<string>
  stop: () => Promise<void>
}

/** @param options.name of a service, or `gateway`. Throws `SettingsMistakes` or `StartRefused`; nothing stays open then. */
export async function startProcess(options: {
  name: string
  variables: Readonly<Record<string, string | undefined>>
}): Promise<ClusterProcess> {
  const { name, variables } = options
  const service = catalogue.find((one) => one.name === name)
  if (!service && name !== 'gateway')
    throw new StartRefused(
      'unknown-service',
      `There is no service ${name}: ${[...catalogue.map((one) => one.name), 'gateway'].join(', ')}.`,
    )
  const readers = createEnvReaders(variables)
  const settings = clusterSettings(readers.readerFor('cluster'))
  const own: unknown = service
    ? service.settings(readers.readerFor(name))
    : gatewaySettings(readers.readerFor('gateway'))
  readers.finish()
  const ground = await clusterGround({ settings, service: name, schemas: [name] })
  const stopper = createStopper({ deadlineMs: 15_000, log: ground.log })
  stopper.add('ground', ground.close)
  try {
    const presence = await enter(ground.admin, ground.log, ground.sealer.keyIds)
    stopper.add('presence', presence.leave)
    const moved = Promise.withResolvers<string>()
    void presence.ended.then(moved.resolve)
    const url = await (service
      ? openService(await startService(service, own, ground), ground, settings, stopper)
      : openGateway(own as ReturnType<typeof gatewaySettings>, ground, settings, stopper, {
          backup: (wish) => backup({ ground, rabbitmqUrl: settings.rabbitmqUrl, presence, moved: moved.resolve }, wish),
          secret: secretWork({ ground, file: null }),
        })) // read a few lines above
    return { url, ended: moved.promise, stop: async () => void (await stopper.stop()) }
  } catch (error) {
    await stopper.stop()
    throw error
  }
}

/** Loaded when it is asked for: hardly ever, and by one process. */
async function backup(options: Parameters<typeof backupOfCluster>[0], wish: BackupWish): Promise<Readable> {
  const { backupOfCluster } = await import('./backup/sources.ts')
  return backupOfCluster(options)(wish)
}

type Stopper = ReturnType<typeof createStopper>

async function openService(
  part: Started,
  ground: ClusterGround,
  settings: ClusterSettings,
  stopper: Stopper,
): Promise<string> {
  stopper.add(part.name, part.stop)
  stopper.add('jobs', ground.jobs.stop)
  const server = await innerServer({
    keys: ground.sealer.deriveKeys(innerPurpose).map(({ key }) => innerKey(key)),
    endpoints: ground.endpoints,
    mounts: part.mounts,
    metrics: ground.metrics,
    metricsToken: settings.metricsToken,
    log: ground.log,
    // MongoDB belongs to all instances alike: without it content refuses by itself, at once, and the others go on.
    notReady: async () => ((await part.isReady()) ? null : part.name),
  })
  stopper.add('server', server.close)
  const url = await server.listen({ host: settings.host, port: settings.port })
  stopper.add('drain', async () => {
    server.drain()
    await pause(settings.drainMs)
  })
  await part.begin()
  return url
}

async function openGateway(
  own: ReturnType<typeof gatewaySettings>,
  ground: ClusterGround,
  settings: ClusterSettings,
  stopper: Stopper,
  operator: Operator,
): Promise<string> {
  let isDraining = false
  let door: Running | null = null
  const listening = Promise.withResolvers<void>()
  const open = Promise.withResolvers<void>()
  const part = await startPart(
    {
      name: 'gateway',
      migrations: gatewayMigrations,
      connectionsMax: 8,
      start: async (host) => {
        const begun = startGateway(host, {
          settings: own,
          listen: { host: settings.host, port: settings.port },
          transport: ground.transport,
          mounts: [],
          upstreams: ground.transport,
          webFolder: webDist,
          ready: open.promise,
          operator,
          isDraining: () => isDraining,
          notReady: async () => ((await part.isReady()) ? null : 'gateway'),
        })
        begun.then((running) => {
          door = running
          listening.resolve()
        }, listening.reject)
        return { stop: async () => door?.stop() }
      },
    },
    ground,
  )
  listening.promise.catch(() => undefined)
  stopper.add('gateway', part.stop)
  await part.begin()
  open.resolve()
  await listening.promise
  stopper.add('drain', async () => {
    isDraining = true
    await pause(settings.drainMs)
  })
  return `http://${settings.host}:${settings.port}`
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms))
