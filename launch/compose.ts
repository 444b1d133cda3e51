/** Puts services and gateway on a ground and lets them run. Used by every main, the demo, the tests and the benchmarks. */
import { gatewayMigrations, gatewaySettings, type Operator, startGateway } from '@floowe/gateway'
import {
  createCalls,
  type createEnvReaders,
  createStopper,
  type Started,
  startPart,
  startService,
} from '@floowe/platform/ground'
import type { ServiceName } from '@floowe/contracts/index'
import type { Calls, Running } from '@floowe/platform'
import { webDist } from '@floowe/web'
import { catalogue } from './catalogue.ts'
import type { EmbeddedGround } from './embedded.ts'
import type { LaunchSettings } from './settings.ts'

export type Composed = {
  calls: Calls
  parts: readonly Started[]
  /** Opens the front door. */
  listen: () => Promise<void>
  /** Resolves when no event and no due job is left. */
  idle: () => Promise<void>
  /** Stops everything behind the front door, which from now on answers `unavailable`. */
  rest: () => Promise<void>
  stop: () => Promise<void>
}

export type SettingsOfParts = { services: ReadonlyMap<string, unknown>; gateway: ReturnType<typeof gatewaySettings> }

export const partNames: readonly string[] = [...catalogue.map((service) => service.name), 'gateway']

/** Reads what every part wants to know; mistakes are collected in `readers`. */
export function readPartSettings(readers: ReturnType<typeof createEnvReaders>): SettingsOfParts {
  return {
    services: new Map(
      catalogue.map((service) => [service.name, service.settings(readers.readerFor(service.name)) as unknown]),
    ),
    gateway: gatewaySettings(readers.readerFor('gateway')),
  }
}

/** @param operator null where there is no door to ask for it. */
export async function compose(
  ground: EmbeddedGround,
  settings: Pick<LaunchSettings, 'host' | 'port'>,
  parts: SettingsOfParts,
  operator: Operator | null,
): Promise<Composed> {
  const stopper = createStopper({ deadlineMs: 10_000, log: ground.log })
  const started: Started[] = await Promise.all(
    catalogue.map((service) => startService(service, parts.services.get(service.name), ground)),
  )
  const restful = started.map((part) => ({ part, forget: stopper.add(part.name, part.stop) }))
  const calls = createCalls({
    from: 'gateway',
    proofKey: ground.sealer.deriveKey('service proof'),
    transport: ground.transport,
    nowMs: ground.clock.now,
  })
  let front: Started | null = null
  let door: Running | null = null
  const all = (): Started[] => (front ? [...started, front] : started)
  // The gateway hears events from the first moment; its server opens in `listen`.
  const open = Promise.withResolvers<void>()
  const listening = Promise.withResolvers<void>()
  front = await startPart(
    {
      name: 'gateway',
      migrations: gatewayMigrations,
      connectionsMax: 4,
      start: async (host) => {
        const begun = startGateway(host, {
          settings: parts.gateway,
          listen: { host: settings.host, port: settings.port },
          transport: ground.transport,
          mounts: started.flatMap((part) => part.mounts),
          upstreams: null,
          webFolder: webDist,
          ready: open.promise,
          operator,
          notReady: async () => {
            const states = await Promise.all(all().map(async (part) => ((await part.isReady()) ? null : part.name)))
            return states.find((name) => name !== null) ?? null
          },
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
  open.promise.catch(() => undefined)
  stopper.add('gateway', front.stop)
  const forgetJobs = stopper.add('jobs', ground.jobs.stop)
  await Promise.all(all().map((part) => part.begin()))
  return {
    calls,
    parts: all(),
    listen: async () => {
      open.resolve()
      await listening.promise
    },
    idle: async () => {
      // Events make events and jobs; each turn empties what is there.
      for (let turn = 0; turn < 100; turn++) {
        for (const part of all()) await part.idle()
        await ground.jobs.idle()
        const counts = await Promise.all(all().map((part) => part.counts()))
        if (counts.every(({ waiting }) => waiting === 0)) return
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
    },
    rest: async () => {
      forgetJobs()
      await ground.jobs.stop()
      for (const { part, forget } of restful.toReversed()) {
        forget()
        ground.transport.remove(part.name as ServiceName) // the catalogue's names
        await part.stop()
      }
    },
    stop: async () => {
      open.reject(new Error('stopped before it listened'))
      await stopper.stop()
      await ground.close()
    },
  }
}
