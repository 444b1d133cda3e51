import { spawn } from 'node:child_process'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { holdLock, openDataFolder, startPostgres } from '@floowe/launch/postgres'
import pg from 'pg'

/** A PostgreSQL for one run of tests: the bundled one, nothing flushed to disk, in a temporary folder of its own. */
export type TestPostgres = {
  /** `postgres://superuser:password@localhost:5432/postgres?host=/folder` */
  url: string
  /** Ends the server and removes its folder. May be repeated. */
  stop(): Promise<void>
}

/**
 * Starts the server of a test run (about 1 s) and returns when it answers. When this process ends without `stop`, even
 * killed, a small shell that waits on a pipe from it ends the server and removes the folder.
 */
export async function startTestPostgres(): Promise<TestPostgres> {
  const home = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'floowe-test-'))
  const folder = openDataFolder(path.join(home, 'data'))
  const lock = await holdLock(folder.path)
  // Before the server, so that no moment is left in which a killed run would leave one behind.
  const endWatch = watchOver(home, folder.postgres)
  try {
    const server = await startPostgres({ folder, lock, throwAway: true })
    let stopped: Promise<void> | undefined
    const stopAll = async () => {
      await server.stop()
      await lock.release()
      await endWatch()
    }
    return { url: server.url, stop: () => (stopped ??= stopAll()) }
  } catch (error) {
    await lock.release()
    await endWatch()
    throw error
  }
}

/** The URL of another database on the same server. */
export function urlOfDatabase(url: string, database: string): string {
  const other = new URL(url)
  other.pathname = `/${encodeURIComponent(database)}`
  return other.href
}

/**
 * Makes database `name` as a copy of `template` and returns its URL. The files are copied as they are, which is the
 * quickest way for small databases on a server that flushes nothing. Nobody may be connected to the template.
 */
export async function cloneDatabase(url: string, template: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const [from, to] = [client.escapeIdentifier(template), client.escapeIdentifier(name)]
    await client.query(`create database ${to} template ${from} strategy file_copy`)
  } finally {
    await client.end()
  }
  return urlOfDatabase(url, name)
}

/** Reading from the pipe returns when its other end is gone, whatever ended us. */
const watchScript = `
read -r _
pid=$(head -n 1 "$2/postmaster.pid" 2>/dev/null)
if [ -n "$pid" ] && grep -qs postgres "/proc/$pid/comm" && [ "/proc/$pid/cwd" -ef "$2" ]; then
  kill -QUIT "$pid"
  n=0
  while [ -e "$2/postmaster.pid" ] && [ $n -lt 100 ]; do sleep 0.1; n=$((n + 1)); done
fi
rm -rf "$1"
`

function watchOver(home: string, cluster: string): () => Promise<void> {
  const child = spawn('sh', ['-c', watchScript, 'sh', home, cluster], {
    // A session of its own: Ctrl-C is for the tests, and they tell it.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
  })
  child.unref()
  const { promise, resolve } = Promise.withResolvers<void>()
  child.once('close', () => resolve())
  child.once('error', () => resolve())
  child.stdin.on('error', () => {})
  // The open pipe must not keep the run alive.
  if ('unref' in child.stdin && typeof child.stdin.unref === 'function') child.stdin.unref()
  return () => {
    child.ref()
    child.stdin.end()
    return promise
  }
}
