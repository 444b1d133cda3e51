/** The servers of a cluster: each by its URL where one is given, else a private one. */
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { holdLock, openDataFolder, startPostgres } from '@floowe/launch/postgres'
import { startMongodb } from '../mongodb.ts'
import { startRabbitmq } from '../rabbitmq.ts'
import { startRedis } from '../redis.ts'
import { startS3 } from '../s3.ts'

/** What the tests of faults do to a server. */
export type Restartable = {
  restart: (signal?: NodeJS.Signals) => Promise<void>
  signal: (signal: NodeJS.Signals) => void
}
export type Servers = {
  /** For `clusterSettings`. */
  variables: Record<string, string>
  /** Those that are ours, by name; a server that was given by URL is not. */
  own: Map<'postgres' | 'mongodb' | 'redis' | 'rabbitmq' | 's3', Restartable>
  /** What runs where, for people. */
  places: { name: string; place: string }[]
  stop: () => Promise<void>
}

type Given = Readonly<Record<string, string | undefined>>

/** @param given `FLOOWE_DATABASE_URL` and so on. @param folder for the database's files */
export async function startServers(given: Given, folder: string): Promise<Servers> {
  const servers: Servers = { variables: {}, own: new Map(), places: [], stop: async () => undefined }
  const ends: (() => Promise<void>)[] = []
  servers.stop = async () => {
    for (let end = ends.pop(); end; end = ends.pop()) await end().catch(() => undefined)
  }
  const have = (name: string): boolean => {
    const value = given[name]
    if (value === undefined || value === '') return false
    servers.variables[name] = value
    return true
  }
  try {
    if (have('FLOOWE_DATABASE_URL')) servers.places.push({ name: 'postgres', place: 'by FLOOWE_DATABASE_URL' })
    else {
      const postgres = await privatePostgres(folder)
      ends.push(postgres.stop)
      servers.own.set('postgres', postgres)
      servers.variables['FLOOWE_DATABASE_URL'] = postgres.url
      servers.places.push({ name: 'postgres', place: postgres.place })
    }
    if (!have('FLOOWE_MONGODB_URL')) {
      const server = await startMongodb({ keeps: true })
      ends.push(server.stop)
      servers.own.set('mongodb', server)
      servers.variables['FLOOWE_MONGODB_URL'] = server.url
    }
    if (!have('FLOOWE_REDIS_URL')) {
      const server = await startRedis()
      ends.push(server.stop)
      servers.own.set('redis', server)
      servers.variables['FLOOWE_REDIS_URL'] = server.url
    }
    if (!have('FLOOWE_RABBITMQ_URL')) {
      const server = await startRabbitmq()
      ends.push(server.stop)
      servers.own.set('rabbitmq', server)
      servers.variables['FLOOWE_RABBITMQ_URL'] = server.url
    }
    if (!have('FLOOWE_S3_URL')) {
      const server = await startS3()
      ends.push(server.stop)
      servers.own.set('s3', server)
      Object.assign(servers.variables, {
        FLOOWE_S3_URL: `${server.url}/${server.bucket}?region=${server.region}`,
        FLOOWE_S3_ACCESS_KEY: server.accessKey,
        FLOOWE_S3_SECRET_KEY: server.secretKey,
      })
    } else for (const name of ['FLOOWE_S3_ACCESS_KEY', 'FLOOWE_S3_SECRET_KEY']) have(name)
    for (const name of ['mongodb', 'redis', 'rabbitmq', 's3'] as const) {
      const url = servers.variables[`FLOOWE_${name.toUpperCase()}_URL`] ?? ''
      servers.places.push({
        name,
        place: servers.own.has(name) ? withoutSecrets(url) : `by FLOOWE_${name.toUpperCase()}_URL`,
      })
    }
    return servers
  } catch (error) {
    await servers.stop()
    throw error
  }
}

const withoutSecrets = (url: string): string => url.replace(/\/\/[^@/]*@/, '//')

/** The bundled one, flushing as it would in earnest. */
async function privatePostgres(folder: string) {
  const home = path.join(folder, 'postgres')
  mkdirSync(home, { recursive: true, mode: 0o700 })
  const data = openDataFolder(home)
  const lock = await holdLock(data.path)
  const begin = () => startPostgres({ folder: data, lock })
  let server = await begin()
  return {
    url: server.url,
    place: data.path,
    // Ended as it wishes to be, whatever is asked: its postmaster is not our child.
    restart: async () => {
      await server.stop()
      server = await begin()
    },
    signal: () => undefined,
    stop: async () => {
      await server.stop()
      await lock.release()
    },
  }
}
