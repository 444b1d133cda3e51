import type { ChildProcess } from 'node:child_process'
import * as fs from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { StartRefused } from '../start-refused.ts'
import {
  type ClusterPlace,
  findCluster,
  isEmpty,
  makeReachable,
  refuseUnlessOurs,
  sayWhere,
  superuser,
  writeConfiguration,
} from './cluster.ts'
import { makeApart } from './apart.ts'
import { removeUnfinished, resetPassword } from './making.ts'
import { endServer, type Found, settleOrphan } from './orphan.ts'
import { readPidFile } from './pid-file.ts'
import { inspectProcess } from './process-facts.ts'
import { findPrograms, type Programs } from './programs.ts'
import type { BundledPostgres, PostgresOptions } from './server.ts'
import { boundLog, lastLines, openLog } from './server-log.ts'
import { serverWords, settingsFingerprint } from './server-settings.ts'
import { chooseServerUser, handTo, type ServerUser, startServer } from './server-user.ts'
import { clearSocketPlace, findSocketPlace } from './socket-place.ts'

export type { BundledPostgres, PostgresOptions } from './server.ts'

const defaultReadyMs = 120_000
const defaultStopMs = 15_000
const lookEveryMs = 4
const watchEveryMs = 1_000
const boundLogEveryMs = 60_000
const startAttemptsMax = 3

/**
 * Brings up the installation's own PostgreSQL and returns when it answers.
 *
 * The states a data folder can be found in, and what is done (README.md tells it at length): no database: one is made
 * under another name and renamed when whole. A database and no server: the server is started, and recovers what a crash
 * left. A server of a killed start: it is taken over if it answers and is the one this version would start, else ended
 * first (orphan.ts). The password's file lost: the superuser gets a new one.
 *
 * Throws `StartRefused` with a sentence, and with the last lines of the server's log where it has spoken.
 */
export async function startPostgres(options: PostgresOptions): Promise<BundledPostgres> {
  const { folder, lock } = options
  if (lock.folder !== folder.path) throw new Error('the lock is on another folder')
  const say = options.say ?? (() => {})
  const throwAway = options.throwAway ?? false
  const readyWithinMs = options.readyWithinMs ?? defaultReadyMs
  const password = folder.readOrMakeSecret('postgres-password', 32)
  const context = { options, say, password, throwAway, readyWithinMs }
  if (isEmpty(findCluster(folder))) {
    const { asRoot = 'auto', templates } = options
    const contents = options.contents?.() ?? ''
    const wish = { folder: folder.path, password, asRoot, throwAway, templates, contents }
    const { place, found, programs, user } = await makeApart(wish, say)
    handTo(user, place.run)
    const clusterName = settingsFingerprint(found, user.version, throwAway)
    return startNew({ ...context, user, clusterName }, place, programs)
  }
  const found = await findPrograms()
  const user = await chooseServerUser(found, options.asRoot ?? 'auto')
  const clusterName = settingsFingerprint(found, user.version, throwAway)
  const { cluster } = findCluster(folder)
  refuseUnlessOurs({ cluster }, user.version)
  const orphan = await settleOrphan({ cluster, password, clusterName, version: user.version }, say, readyWithinMs)
  if (orphan) {
    say('It answers and is used again.')
    return running({ ...context, user, clusterName }, cluster, orphan, undefined)
  }
  if (user.note) say(user.note)
  const { place, programs } = await makeReachable(folder, found, user, true)
  const where = sayWhere(folder, place)
  if (where) say(where)
  await removeUnfinished(place.home)
  handTo(user, place.cluster)
  handTo(user, place.run)
  return startNew({ ...context, user, clusterName }, place, programs)
}

type Context = {
  options: PostgresOptions
  say: (sentence: string) => void
  user: ServerUser
  password: string
  clusterName: string
  throwAway: boolean
  readyWithinMs: number
}

async function startNew(context: Context, place: ClusterPlace, programs: Programs): Promise<BundledPostgres> {
  const { options, user, say, password } = context
  const { cluster } = place
  writeConfiguration(cluster, context.throwAway)
  const owners = [process.getuid?.(), user.uid].filter((uid) => uid !== undefined)
  let hasReset = false
  for (let attempt = 1; ; attempt++) {
    const socket = await findSocketPlace(options.folder.path, place.run, owners, options.reach ?? 'socket')
    if (socket.kind === 'socket') handTo(user, socket.folder)
    clearSocketPlace(socket)
    const log = openLog(options.folder.postgresLog)
    let child: ChildProcess
    try {
      child = startServer(user, programs.postgres, serverWords(cluster, socket, context.clusterName), log.handle)
    } finally {
      fs.closeSync(log.handle)
    }
    const words = () => lastLines(options.folder.postgresLog, log.from, 12)
    const problem = await untilReady(child, cluster, context.readyWithinMs, words)
    const server: Found = {
      pid: child.pid ?? 0,
      host: socket.kind === 'socket' ? socket.folder : '127.0.0.1',
      port: socket.port,
    }
    if (problem) {
      if (child.pid !== undefined) await endServer(child.pid, cluster, 'hard', say)
      // Between our look for a free port and the server's own use of it another program may have taken it.
      if (socket.kind === 'local-port' && /could not bind/.test(words()) && attempt < startAttemptsMax) continue
      throw problem
    }
    const refused = await tryPassword(server, password)
    if (!refused) return running(context, cluster, server, child)
    await endServer(server.pid, cluster, 'fast', say)
    if (hasReset || refused !== '28P01') {
      throw new StartRefused('postgres-refuses', `The database started and then refused us (${refused}).\n${words()}`)
    }
    say('The file with the database password is not the one the database knows; it gets a new one.')
    await resetPassword(cluster, programs, user, password)
    hasReset = true
  }
}

/** Waits until the server says in its pid file that it takes connections. Returns what went wrong, if something did. */
async function untilReady(
  child: ChildProcess,
  cluster: string,
  withinMs: number,
  words: () => string,
): Promise<StartRefused | undefined> {
  let ended: string | undefined
  child.once('error', (error) => {
    ended = error.message
  })
  child.once('exit', (code, signal) => {
    ended ??= signal ? `ended by ${signal}` : `ended with ${code}`
  })
  const until = performance.now() + withinMs
  for (;;) {
    const file = readPidFile(cluster)
    if (file && file.pid === child.pid && file.status === 'ready') return undefined
    if (ended !== undefined) {
      return new StartRefused('postgres-not-started', `The database did not start (${ended}). It said:\n${words()}`)
    }
    if (performance.now() > until) {
      const seconds = Math.round(withinMs / 1000)
      return new StartRefused('postgres-slow', `The database was not ready within ${seconds} s. It said:\n${words()}`)
    }
    await pause(lookEveryMs)
  }
}

/** Undefined when the superuser gets in; else the server's code. */
async function tryPassword(server: Found, password: string): Promise<string | undefined> {
  const client = new pg.Client({
    host: server.host,
    port: server.port,
    user: superuser,
    password,
    database: 'postgres',
    connectionTimeoutMillis: 30_000,
  })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.end()
    return undefined
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error)
  }
}

function running(context: Context, cluster: string, server: Found, child: ChildProcess | undefined): BundledPostgres {
  const { options, password, say, user } = context
  let stopping: Promise<void> | undefined
  const watch = watchServer(server.pid, cluster, child, options.folder.postgresLog)
  return {
    ...server,
    user: superuser,
    password,
    database: 'postgres',
    url: `postgres://${superuser}:${password}@localhost:${server.port}/postgres?host=${encodeURIComponent(server.host)}`,
    adopted: child === undefined,
    version: user.version,
    lost: watch.lost,
    stop: (deadlineMs = defaultStopMs) => {
      watch.end()
      stopping ??= endServer(server.pid, cluster, 'fast', say, deadlineMs)
      return stopping
    },
  }
}

/** Notices when the server ends by itself, and keeps its log bounded while it runs. Holds no process open. */
function watchServer(pid: number, cluster: string, child: ChildProcess | undefined, logFile: string) {
  const { promise: lost, resolve } = Promise.withResolvers<string>()
  const report = () => {
    end()
    resolve(`The database (process ${pid}) has ended. Its last words:\n${lastLines(logFile, 0, 5)}`)
  }
  const cut = () => {
    try {
      boundLog(logFile)
    } catch {
      // A full disk shows itself in answers to people; the log is not worth stopping for.
    }
  }
  const look = () => {
    if (inspectProcess(pid, cluster).state !== 'ours') report()
  }
  const timers = [setInterval(cut, boundLogEveryMs), setInterval(look, watchEveryMs)]
  for (const timer of timers) timer.unref()
  const end = () => {
    for (const timer of timers) clearInterval(timer)
    child?.off('exit', report)
  }
  child?.once('exit', report)
  return { lost, end }
}
