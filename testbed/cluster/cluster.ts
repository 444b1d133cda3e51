/**
 * A whole cluster on this machine: the servers, every service as its own process, two workers of publishing, two gateways
 * behind one balancing front. For people who try it, for journeys, and for the tests of faults.
 */
import { execFile } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { openDataFolder } from '@floowe/launch/postgres'
import { startHaproxy } from '../haproxy.ts'
import { freePort } from '../server.ts'
import { keepProcess, type KeptProcess } from './process.ts'
import { type Servers, startServers } from './servers.ts'

export type Cluster = {
  url: string
  /** The demo's owner, when there is a demo. */
  demo: { email: string; password: string } | null
  /** The one-time code of the first-run page. */
  setupCode: string
  /** Holds the local credential of the command line. */
  folder: string
  processes: readonly KeptProcess[]
  servers: Servers
  /** What runs where, for people. */
  places: { name: string; place: string }[]
  stop: () => Promise<void>
}

export type ClusterOptions = {
  /** Holds everything that outlives a stop. */
  folder: string
  port?: number
  /** On top of those made here; `FLOOWE_…_URL` of servers of one's own. */
  variables?: Readonly<Record<string, string | undefined>>
  hasDemo?: boolean
  say?: (sentence: string) => void
  /** What one process is told differently, for example another way to a server. */
  detour?: (process: { name: string; service: string }, servers: Servers) => Promise<Record<string, string>>
}

/** Process names and the service each runs. */
const crew = [
  ['identity', 'identity'],
  ['content', 'content'],
  ['publishing-1', 'publishing'],
  ['publishing-2', 'publishing'],
  ['site', 'site'],
  ['analytics', 'analytics'],
  ['gateway-1', 'gateway'],
  ['gateway-2', 'gateway'],
] as const
const prepareMain = fileURLToPath(new URL('../../launch/prepare-cluster.ts', import.meta.url))
const prepareMsMax = 120_000

export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const { say = () => undefined, hasDemo = true } = options
  const data = openDataFolder(options.folder)
  const folder = data.path
  mkdirSync(path.join(folder, 'logs'), { recursive: true, mode: 0o700 })
  const ends: (() => Promise<void>)[] = []
  const stop = async (): Promise<void> => {
    for (let end = ends.pop(); end; end = ends.pop()) await end().catch(() => undefined)
  }
  try {
    say('starting the servers')
    const servers = await startServers(options.variables ?? {}, folder)
    ends.push(servers.stop)
    const port = options.port ?? (await freePort())
    const ports = new Map<string, number>()
    for (const [name] of crew) ports.set(name, await freePort())
    const variables = { ...given(options.variables), ...variablesOf(servers, data, port, ports) }
    say(hasDemo ? 'preparing the database, and the demo' : 'preparing the database')
    const prepared = await prepare(variables, hasDemo)
    const detours = new Map<string, Record<string, string>>()
    for (const [name, service] of crew) detours.set(name, (await options.detour?.({ name, service }, servers)) ?? {})
    const processes = crew.map(([name, service]) =>
      keepProcess({
        name,
        service,
        port: ports.get(name) ?? 0,
        variables: { ...variables, ...detours.get(name) },
        logFolder: path.join(folder, 'logs'),
      }),
    )
    ends.push(async () => {
      // Those in front first, so that nothing new comes.
      for (const group of ['gateway', ''])
        await Promise.all(processes.filter(({ name }) => name.startsWith(group)).map((one) => one.stop()))
    })
    say('starting the processes')
    await Promise.all(processes.map((one) => one.ready()))
    const front = await startHaproxy({
      port,
      backends: processes.filter(({ name }) => name.startsWith('gateway')).map((one) => one.port),
      checkPath: '/readyz',
      checkEveryMs: 200,
    })
    ends.push(front.stop)
    return {
      url: `http://127.0.0.1:${port}`,
      demo: prepared.demo,
      setupCode: prepared.setupCode,
      folder,
      processes,
      servers,
      places: [
        ...servers.places,
        { name: 'front', place: `http://127.0.0.1:${port}` },
        ...processes.map(({ name, port: own }) => ({ name, place: `http://127.0.0.1:${own}` })),
      ],
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

const given = (variables: ClusterOptions['variables'] = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(variables).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))

function variablesOf(
  servers: Servers,
  data: ReturnType<typeof openDataFolder>,
  port: number,
  ports: ReadonlyMap<string, number>,
) {
  const originsOf = (service: string): string =>
    crew
      .filter(([, runs]) => runs === service)
      .map(([name]) => `http://127.0.0.1:${ports.get(name)}`)
      .join(',')
  return {
    ...servers.variables,
    FLOOWE_DATA: data.path,
    FLOOWE_SECRET: data.readOrMakeSecret('secret', 32),
    FLOOWE_PUBLIC_URL: `http://127.0.0.1:${port}`,
    FLOOWE_TRUSTED_PROXIES: '127.0.0.1',
    FLOOWE_LOG_FORMAT: 'ecs',
    ...Object.fromEntries(
      [...new Set(crew.map(([, service]) => service))]
        .filter((service) => service !== 'gateway')
        .map((service) => [`FLOOWE_${service.toUpperCase()}_ORIGINS`, originsOf(service)]),
    ),
  }
}

async function prepare(
  variables: Readonly<Record<string, string>>,
  hasDemo: boolean,
): Promise<{ demo: Cluster['demo']; setupCode: string }> {
  const { stdout } = await promisify(execFile)(process.execPath, [prepareMain, ...(hasDemo ? ['--demo'] : [])], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...variables, FLOOWE_LOG_LEVEL: 'error' },
    timeout: prepareMsMax,
    maxBuffer: 16 * 1024 * 1024,
  })
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { demo: Cluster['demo']; setupCode: string } // printed by our own program
}
