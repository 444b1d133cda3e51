/** Opens MongoDB for a process: one pool, a database for each service. Nothing is connected until it is first used. */
import { type Document, MongoClient } from 'mongodb'
import type { Log } from '../log.ts'
import { createOutage } from '../outage.ts'
import type { Documents } from './port.ts'
import { watchForWedge } from './wedged.ts'

const answersWithinMs = 2_000
const lookEveryMs = 5_000

export type Mongodb = {
  /** The database of a service: `<name>_<service>`. */
  database: (service: string) => Documents
  /** True when the server answers within 2 s. Connects if that failed before. */
  ping: () => Promise<boolean>
  close: () => Promise<void>
}

export type MongodbOptions = {
  url: string
  log: Log
  /** Of this installation on the server; standard: the database in the URL, else `floowe`. */
  name?: string
  /** The server answers others and this client no more (`wedged.ts`): the process should be started anew. */
  onWedged?: () => void
}

export function openMongodb({ url, log, name, onWedged }: MongodbOptions): Mongodb {
  const client = clientFor(url)
  const outage = createOutage(log, {
    away: 'MongoDB is away: what needs it is refused as unavailable',
    back: 'MongoDB is back',
  })
  client.on('serverHeartbeatFailed', ({ failure }) => outage.began(failure))
  client.on('serverHeartbeatSucceeded', () => outage.over())
  const endWatch = onWedged
    ? watchForWedge({
        answers: () => answers(client),
        freshAnswers: () => freshAnswers(url),
        everyMs: lookEveryMs,
        onWedged,
      })
    : () => undefined
  const installation = name ?? /^mongodb(?:\+srv)?:\/\/[^/]+\/([^?]+)/.exec(url)?.[1] ?? 'floowe'
  return {
    database: (service) => documentsOf(client, `${installation}_${service}`),
    ping: () => answers(client),
    close: async () => {
      endWatch()
      await client.close()
    },
  }
}

function clientFor(url: string): MongoClient {
  return new MongoClient(url, {
    appName: 'floowe',
    maxPoolSize: 10,
    maxIdleTimeMS: 20_000,
    waitQueueTimeoutMS: 5_000,
    serverSelectionTimeoutMS: answersWithinMs,
    connectTimeoutMS: answersWithinMs,
    socketTimeoutMS: 10_000,
    // A write that was answered outlives the loss of a server. A server without copies or journal does what it can.
    writeConcern: { w: 'majority', journal: true, wtimeoutMS: 10_000 },
    readPreference: 'primary',
    ignoreUndefined: true,
  })
}

async function freshAnswers(url: string): Promise<boolean> {
  const fresh = clientFor(url)
  try {
    return await answers(fresh)
  } finally {
    await fresh.close().catch(() => undefined)
  }
}

function documentsOf(client: MongoClient, database: string): Documents {
  const own = client.db(database)
  return {
    database,
    collection: <Doc extends Document>(name: string) => own.collection<Doc>(name),
    names: async () => {
      const all = await own.listCollections({}, { nameOnly: true }).toArray()
      return all
        .map(({ name }) => name)
        .filter((name) => !name.startsWith('system.'))
        .sort()
    },
  }
}

function answers(client: MongoClient): Promise<boolean> {
  const ping = async (): Promise<boolean> => {
    // The driver gives up for good when its first connection fails; asked to connect, it begins anew, or has nothing to do.
    await client.connect()
    await client.db('admin').command({ ping: 1 })
    return true
  }
  const answer = ping().catch(() => false)
  const late = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), answersWithinMs).unref())
  return Promise.race([answer, late])
}
