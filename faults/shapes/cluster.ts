/** The whole cluster of `npm run cluster`, with a way through Toxiproxy from some processes to their servers. */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Cluster, startCluster } from '@floowe/testbed/cluster/cluster'
import type { KeptProcess } from '@floowe/testbed/cluster/process'
import { canBeSmall, type S3, startS3 } from '@floowe/testbed/s3'
import type { ServiceWord } from '../client.ts'
import { type Detours, openDetours, troubles } from './detours.ts'
import { answersReady, type Fault, loadVariables, type Subject } from './shape.ts'
import { fillForAWhile } from './small-disk.ts'

const stoppedMs = 4_000
const smallBytes = 96 * 1024 * 1024
/** Two processes of different services at once, and one other fault beside them. */
const lanes = 2

const serviceOf = (name: string): ServiceWord => name.replace(/-\d$/, '') as ServiceWord // names of processes begin with it

/** @param hasSmallDisk S3 keeps its files on one that can be filled */
export async function startClusterSubject(folder: string, hasSmallDisk: boolean): Promise<Subject> {
  const detours = await openDetours()
  let s3: S3 | null = null
  let cluster: Cluster | null = null
  const stop = async (): Promise<void> => {
    await cluster?.stop()
    await s3?.stop()
    await detours.stop()
  }
  try {
    if (hasSmallDisk && canBeSmall()) s3 = await startS3({ roomBytes: smallBytes })
    cluster = await startCluster({
      folder: path.join(folder, 'data'),
      hasDemo: false,
      variables: {
        ...loadVariables,
        ...(s3 && {
          FLOOWE_S3_URL: `${s3.url}/${s3.bucket}?region=${s3.region}`,
          FLOOWE_S3_ACCESS_KEY: s3.accessKey,
          FLOOWE_S3_SECRET_KEY: s3.secretKey,
        }),
      },
      detour: detours.of,
    })
    const { url, processes } = cluster
    const isWell = async (): Promise<boolean> =>
      (
        await Promise.all([...processes.map((one) => answersReady(`http://127.0.0.1:${one.port}`)), answersReady(url)])
      ).every(Boolean)
    return {
      shape: 'cluster',
      url,
      setupCode: cluster.setupCode,
      credential: readFileSync(path.join(cluster.folder, 'local-credential'), 'utf8').trim(),
      faults: [
        ...processes.map(killOf),
        ...serverFaults(cluster, isWell),
        ...networkFaults(detours, processes),
        ...(s3 ? [diskFault(s3, isWell)] : []),
      ],
      lanes,
      isWell,
      logFolder: path.join(cluster.folder, 'logs'),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

function killOf(one: KeptProcess): Fault {
  let before = 0
  return {
    name: `kill ${one.name}`,
    kind: 'kill',
    through: serviceOf(one.name),
    place: one.name,
    strike: () => {
      before = one.starts()
      one.signal('SIGKILL')
    },
    isWell: async () => one.starts() > before && (await answersReady(`http://127.0.0.1:${one.port}`)),
  }
}

function serverFaults({ servers }: Cluster, isWell: () => Promise<boolean>): Fault[] {
  const { own, variables } = servers
  const fault = (name: string, strike: () => Promise<void>): Fault => ({
    name,
    kind: 'server',
    through: 'any',
    place: 'servers',
    strike,
    isWell,
  })
  const faults: Fault[] = []
  const rabbitmq = own.get('rabbitmq')
  if (rabbitmq)
    faults.push(
      fault('restart rabbitmq', () => rabbitmq.restart()),
      fault('kill rabbitmq', () => rabbitmq.restart('SIGKILL')),
    )
  const redis = own.get('redis')
  if (redis)
    faults.push(
      fault('restart redis', () => redis.restart()),
      fault('kill redis', () => redis.restart('SIGKILL')),
      fault('flush redis', () => flush(variables['FLOOWE_REDIS_URL'] ?? '')),
      fault('stop redis for a while', async () => {
        redis.signal('SIGSTOP')
        await pause(stoppedMs)
        redis.signal('SIGCONT')
      }),
    )
  for (const name of ['mongodb', 'postgres'] as const) {
    const server = own.get(name)
    // A stand-in for MongoDB that is killed may forget its last second, and PostgreSQL is not our child.
    if (server) faults.push(fault(`restart ${name}`, () => server.restart()))
  }
  return faults
}

function networkFaults(detours: Detours, processes: readonly KeptProcess[]): Fault[] {
  return detours.ways().flatMap(({ process, server, proxy }) => {
    const port = processes.find(({ name }) => name === process)?.port ?? 0
    return Object.entries(troubles).map(
      ([name, trouble]): Fault => ({
        name: `${name} ${process} to ${server}`,
        kind: 'network',
        through: serviceOf(process),
        place: process,
        strike: () => trouble(proxy),
        isWell: () => answersReady(`http://127.0.0.1:${port}`),
      }),
    )
  })
}

/** By the simplest form of Redis's own protocol. */
async function flush(url: string): Promise<void> {
  const { hostname, port } = new URL(url)
  const socket = net.connect(Number(port), hostname)
  socket.setTimeout(5_000, () => socket.destroy(new Error('Redis does not answer')))
  socket.write('FLUSHALL\r\n')
  const [answer] = (await once(socket, 'data')) as [Buffer]
  socket.destroy()
  if (!answer.toString().startsWith('+OK')) throw new Error(`FLUSHALL was answered with ${answer.toString()}`)
}

/** Its disk is in a namespace of its own, which its process leads to. */
function diskFault(s3: S3, isWell: () => Promise<boolean>): Fault {
  const buckets = path.join('/proc', String(s3.pid()), 'root', s3.folder, 'buckets')
  return {
    name: 'full disk of s3',
    kind: 'disk',
    through: 'content',
    place: 'servers',
    strike: () => fillForAWhile(buckets),
    isWell,
  }
}
