import { setTimeout as pause } from 'node:timers/promises'
import * as fs from 'node:fs'
import pg from 'pg'
import { StartRefused } from '../start-refused.ts'
import { superuser, systemIdentifier } from './cluster.ts'
import { disarmPidFile, type PidFile, readPidFile } from './pid-file.ts'
import { inspectProcess, processesOf, signalOurs } from './process-facts.ts'

/** What a server must be to be taken over; anything else is ended and started anew. */
export type Expected = { cluster: string; password: string; clusterName: string; version: string }
export type Found = { pid: number; host: string; port: number }

const lookEveryMs = 10
const connectWithinMs = 5_000
const fastShutdownMs = 20_000
const hardShutdownMs = 5_000
const settleMs = 10_000

/**
 * Deals with whatever an earlier start left running or lying about in a database folder. Called by the holder of the
 * lock only, so nobody else does the same.
 *
 * - No `postmaster.pid`, or its process is gone: nothing runs. Children of a killed server are waited for.
 * - Its process works elsewhere (the number was given to another program): that program is left alone, the file is
 *   disarmed.
 * - It is ours, starting or recovering: waited for, within `readyWithinMs`. Shutting down: waited for.
 * - It is ours and stopped (SIGSTOP): continued.
 * - It is ours and answers with our password, for this database, with the settings and program of this version: taken
 *   over, the sessions of the killed parent ended.
 * - It is ours and answers otherwise: shut down. It is ours and does not answer: ended the hard way.
 *
 * Returns the server taken over, or undefined when none runs any more and a new one may be started.
 */
export async function settleOrphan(
  expected: Expected,
  say: (sentence: string) => void,
  readyWithinMs: number,
): Promise<Found | undefined> {
  const { cluster } = expected
  const until = performance.now() + readyWithinMs
  let announced = false
  for (;;) {
    const file = readPidFile(cluster)
    const facts = file ? inspectProcess(file.pid, cluster) : undefined
    if (!file || facts?.state !== 'ours') {
      await endStrays(cluster)
      if (file && readPidFile(cluster)) disarmPidFile(cluster)
      return undefined
    }
    if (!announced) say(`A database of an earlier start is still running (process ${file.pid}).`)
    announced = true
    if (facts.stopped) signalOurs(file.pid, cluster, 'SIGCONT')
    if (file.status === 'stopping') {
      await endServer(file.pid, cluster, 'already', say)
    } else if (file.status === 'ready' || file.status === 'standby') {
      const reason = facts.programDeleted ? 'its program was replaced' : await tryAdopt(file, expected)
      if (reason === undefined) return { pid: file.pid, host: file.host, port: file.port }
      if (reason === notYet && performance.now() < until) {
        await pause(lookEveryMs)
        continue
      }
      say(`It is not taken over (${reason}) and is ended.`)
      await endServer(file.pid, cluster, reason === silent ? 'hard' : 'fast', say)
    } else if (performance.now() > until) {
      say('It does not get ready and is ended.')
      await endServer(file.pid, cluster, 'hard', say)
    } else {
      await pause(lookEveryMs)
    }
  }
}

/**
 * Ends a server and returns when nothing of it runs. `fast` ends all sessions and writes everything; `hard` skips that
 * and leaves a recovery to the next start; `already` waits for a shutdown under way. Each goes on to the harder one when
 * its time is over.
 */
export async function endServer(
  pid: number,
  cluster: string,
  how: 'fast' | 'hard' | 'already',
  say: (sentence: string) => void,
  fastMs = fastShutdownMs,
): Promise<void> {
  if (how !== 'hard') {
    if (how === 'fast') signalOurs(pid, cluster, 'SIGINT')
    // A stopped process takes the signal once it is continued.
    signalOurs(pid, cluster, 'SIGCONT')
    if (await isGone(pid, cluster, fastMs)) return endStrays(cluster)
    say('The database does not end in time and is ended the hard way.')
  }
  signalOurs(pid, cluster, 'SIGQUIT')
  signalOurs(pid, cluster, 'SIGCONT')
  if (!(await isGone(pid, cluster, hardShutdownMs))) {
    signalOurs(pid, cluster, 'SIGKILL')
    if (!(await isGone(pid, cluster, hardShutdownMs))) {
      throw new StartRefused(
        'postgres-stuck',
        `The database process ${pid} does not end, not even killed. Is its disk gone?`,
      )
    }
  }
  await endStrays(cluster)
}

/** The pid of a live server proves little; its password, its folder and its number prove that it is the one we want. */
async function tryAdopt(file: PidFile, expected: Expected): Promise<string | undefined> {
  const client = new pg.Client({
    host: file.host,
    port: file.port,
    user: superuser,
    password: expected.password,
    database: 'postgres',
    connectionTimeoutMillis: connectWithinMs,
    query_timeout: connectWithinMs,
    application_name: 'floowe start',
  })
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query<Record<string, string>>(
      `select current_setting('data_directory') as folder, current_setting('cluster_name') as name,
              current_setting('server_version') as version,
              (select system_identifier from pg_control_system())::text as identifier`,
    )
    const its = rows[0]
    if (!its) return silent
    if (its.identifier !== systemIdentifier(expected.cluster)) return 'it serves another database'
    if (!isSameFolder(its.folder ?? '', expected.cluster)) return 'its folder was moved'
    if (its.name !== expected.clusterName || its.version !== expected.version) return 'it runs with older settings'
    await endSessions(client)
    return undefined
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) return silent
    if (error.code === '57P03') return notYet
    if (error.code === '28P01') return 'it does not accept our password'
    return `it answers with error ${error.code}`
  } finally {
    await Promise.race([client.end().catch(() => {}), pause(500, undefined, { ref: false })])
  }
}

const silent = 'it does not answer'
const notYet = 'it takes no connections'

/** Sessions of the killed parent may still hold locks; they are over before anything new begins. */
async function endSessions(client: pg.Client): Promise<void> {
  const others = `from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`
  const until = performance.now() + connectWithinMs
  for (;;) {
    const { rowCount } = await client.query(`select pg_terminate_backend(pid) ${others}`)
    if (rowCount === 0 || performance.now() > until) return
    await pause(lookEveryMs)
  }
}

async function isGone(pid: number, cluster: string, withinMs: number): Promise<boolean> {
  const until = performance.now() + withinMs
  while (inspectProcess(pid, cluster).state === 'ours') {
    if (performance.now() > until) return false
    await pause(lookEveryMs)
  }
  return true
}

/** Children of a killed server end by themselves; those that cannot are killed, or a new server could not start. */
async function endStrays(cluster: string): Promise<void> {
  const until = performance.now() + settleMs
  for (let round = 0; ; round++) {
    const strays = processesOf(cluster)
    if (strays.length === 0) return
    if (performance.now() > until) {
      throw new StartRefused(
        'postgres-stuck',
        `Processes of an earlier database do not end: ${strays.slice(0, 5).join(', ')}.`,
      )
    }
    if (round === 100) for (const pid of strays) signalOurs(pid, cluster, 'SIGKILL')
    await pause(lookEveryMs)
  }
}

function isSameFolder(one: string, other: string): boolean {
  try {
    return fs.realpathSync(one) === fs.realpathSync(other)
  } catch {
    return false
  }
}
