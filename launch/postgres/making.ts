import { createHash, randomBytes } from 'node:crypto'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { openDataFolder, syncFolder, writeWhole } from '../data-folder.ts'
import { StartRefused, systemCode } from '../start-refused.ts'
import type { Made } from './apart.ts'
import { type ClusterPlace, makeReachable, sayWhere, superuser, writeConfiguration } from './cluster.ts'
import { endMakers } from './process-facts.ts'
import { findPrograms, type Programs } from './programs.ts'
import { chooseServerUser, handTo, runToEnd, type ServerUser } from './server-user.ts'

/** A database for a data folder that has none. Plain data: it goes to a thread. */
export type Wish = {
  /** The data folder's path. */
  folder: string
  password: string
  asRoot: 'auto' | 'namespace' | 'nobody'
  throwAway: boolean
  /** Where prepared databases lie; undefined: where `npm ci` puts them. */
  templates: string | undefined
  /** What the wanted prepared one holds (../prepared-tables.ts); '' for nothing. */
  contents: string
}

export type Making = Pick<Wish, 'password' | 'throwAway' | 'templates' | 'contents'> & {
  place: ClusterPlace
  programs: Programs
  user: ServerUser
}

const workshopPrefix = 'postgres.new-'
const makeWithinMs = 120_000
const copyWithinMs = 30_000
const dirtyKilobytesMax = 300_000
const freeBytesMin = 150_000_000
/** Letters are told from signs by the system's own rules in text search, so a UTF-8 one of these is needed. */
const letterRules = ['C.UTF-8', 'C.utf8', 'en_US.UTF-8', 'pl_PL.UTF-8', 'C']
/** What a database is made with, always. */
const initdbWords = [
  '-U',
  superuser,
  '--auth=scram-sha-256',
  '--encoding=UTF8',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--locale=C',
  '--data-checksums',
  // A quarter of the usual, in megabytes: each new installation writes one whole.
  '--wal-segsize=4',
  '--no-instructions',
  // Nothing is flushed while it is made: it does not exist before it is whole, and then it is flushed at once.
  '--no-sync',
]

/** Finds out how a server can be run here, and makes its database. Throws `StartRefused`. */
export async function makeDatabase(wish: Wish, say: (sentence: string) => void): Promise<Made> {
  const found = await findPrograms()
  const user = await chooseServerUser(found, wish.asRoot)
  if (user.note) say(user.note)
  const folder = openDataFolder(wish.folder)
  const { place, programs } = await makeReachable(folder, found, user, false)
  const where = sayWhere(folder, place)
  if (where) say(where)
  await removeUnfinished(place.home)
  say('Making the database (once).')
  const templates = wish.templates ?? templatesBeside(found)
  await makeCluster({ ...wish, place, programs, user, templates })
  return { place, found, programs, user }
}

/**
 * Makes the database under another name, flushes it to disk and only then gives it its name: whatever kills us, the next
 * start finds a whole database or none. It is a copy of the empty one that `npm ci` has made (0.3 s), with a password of
 * its own; without that one, `initdb` makes it (1 s on an idle machine, many on a busy one: it talks through a pipe in
 * twenty thousand small steps).
 */
export async function makeCluster(making: Making): Promise<void> {
  const { place, programs, user, password, throwAway } = making
  const { bavail, bsize } = fs.statfsSync(place.home)
  if (bavail * bsize < freeBytesMin) {
    throw new StartRefused(
      'disk-full',
      `The database needs ${freeBytesMin / 1e6} MB, and ${Math.floor((bavail * bsize) / 1e6)} MB are free for ${place.home}.`,
    )
  }
  const workshop = path.join(place.home, `${workshopPrefix}${randomBytes(6).toString('hex')}`)
  const fresh = path.join(workshop, 'db')
  try {
    fs.mkdirSync(workshop, { mode: 0o700 })
    if (await copyTemplate(making, fresh)) {
      writeConfiguration(fresh, throwAway)
      handTo(user, workshop)
      await resetPassword(fresh, programs, user, password, 'not-flushed')
    } else {
      fs.rmSync(fresh, { recursive: true, force: true })
      fs.mkdirSync(fresh, { mode: 0o700 })
      writeWhole(path.join(workshop, 'password'), `${password}\n`)
      handTo(user, workshop)
      await runInitdb(programs, user, fresh, path.join(workshop, 'password'))
      writeConfiguration(fresh, throwAway)
    }
    if (!throwAway) await flush(programs, user, fresh)
    // Takes the place of an empty folder too.
    fs.renameSync(fresh, place.cluster)
    syncFolder(place.home)
  } finally {
    fs.rmSync(workshop, { recursive: true, force: true, maxRetries: 3 })
  }
}

/** Beside the packages, so that a new `npm ci` makes it anew. */
export function templatesBeside(programs: Programs): string {
  return path.resolve(programs.root, '..', '..', '..', '.cache')
}

/**
 * Makes the empty database that first starts copy. It holds nothing secret: its password is thrown away. Returns where it
 * is, or undefined where none can be made (root without user namespaces). All copies carry the same system identifier.
 */
export async function prepareTemplate(into?: string): Promise<string | undefined> {
  const place = await templatePlace('', into)
  if (!place || fs.existsSync(place.cluster)) return place?.cluster
  const { programs, user, home, cluster } = place
  fs.mkdirSync(home, { recursive: true })
  await removeUnfinished(home)
  const password = randomBytes(32).toString('base64url')
  const making = { programs, user, password, throwAway: false, templates: undefined, contents: '' }
  await makeCluster({ ...making, place: { home, cluster, run: home } })
  return cluster
}

/** Where the prepared database with these contents is or would be; undefined where none can be made. */
export async function templatePlace(contents: string, into?: string) {
  const programs = await findPrograms()
  const user = await chooseServerUser(programs, 'auto')
  if (user.kind === 'nobody') return undefined
  const home = into ?? templatesBeside(programs)
  return { programs, user, home, cluster: path.join(home, templateName(user.version, contents)) }
}

/**
 * Removes databases that killed starts did not finish. The programs that were making them may still be at work, and would
 * make the folders again; they are ended first.
 */
export async function removeUnfinished(home: string): Promise<void> {
  for (const name of fs
    .readdirSync(home)
    .filter((entry) => entry.startsWith(workshopPrefix))
    .slice(0, 100)) {
    const workshop = path.join(home, name)
    await endMakers(path.join(workshop, 'db'))
    // Taken to be removed when a file in it vanishes under its hands; so it is asked again.
    for (let turn = 0; turn < 5 && fs.existsSync(workshop); turn++) {
      fs.rmSync(workshop, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 })
    }
  }
}

/**
 * Gives the superuser this password: to a copied database, and when the file with the old one was lost. Works on a server
 * that does not run, as whoever may write the database's files.
 */
export async function resetPassword(
  cluster: string,
  programs: Programs,
  user: ServerUser,
  password: string,
  how: 'flushed' | 'not-flushed' = 'flushed',
): Promise<void> {
  if (!/^[\w-]+$/.test(password)) throw new Error('the generated password has only letters, digits, - and _')
  const settings = [`config_file=${path.join(cluster, 'postgresql.conf')}`, `fsync=${how === 'flushed' ? 'on' : 'off'}`]
  const args = ['--single', '-D', cluster, ...settings.flatMap((one) => ['-c', one]), 'postgres']
  const input = `ALTER ROLE ${superuser} PASSWORD '${password}'\n`
  const { code, output } = await runToEnd(user, programs.postgres, args, { withinMs: makeWithinMs, input })
  if (code !== 0) {
    throw failed('postgres-password', `The password of the database in ${cluster} cannot be set anew`, output)
  }
}

const templateName = (version: string, contents: string): string => {
  const made = createHash('sha256')
    .update([...initdbWords, contents].join(' '))
    .digest('hex')
    .slice(0, 12)
  return `floowe-postgres-${version}-${made}`
}

/** Whether `fresh` is now a copy of the empty database. Only one by a user we trust with our programs anyway is taken. */
async function copyTemplate(making: Making, fresh: string): Promise<boolean> {
  const { templates, programs, user, contents } = making
  if (!templates) return false
  const template = path.join(templates, templateName(user.version, contents))
  const stat = fs.lstatSync(template, { throwIfNoEntry: false })
  if (!stat && contents) return copyTemplate({ ...making, contents: '' }, fresh)
  const trusted = [process.getuid?.(), fs.statSync(programs.root).uid]
  if (!stat?.isDirectory() || !trusted.includes(stat.uid)) return false
  const self: ServerUser = { ...user, kind: 'self' }
  try {
    const { code } = await runToEnd(self, 'cp', ['-R', template, fresh], { withinMs: copyWithinMs })
    return code === 0 && fs.existsSync(path.join(fresh, 'global', 'pg_control'))
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false
    throw error
  }
}

async function runInitdb(programs: Programs, user: ServerUser, fresh: string, passwordFile: string): Promise<void> {
  const fixed = [...initdbWords, '-D', fresh, `--pwfile=${passwordFile}`]
  let output = ''
  for (const rules of letterRules) {
    const result = await runToEnd(user, programs.initdb, [...fixed, `--lc-ctype=${rules}`], { withinMs: makeWithinMs })
    if (result.code === 0) return
    output = result.output
    if (!/invalid locale name/.test(output)) break
  }
  throw failed('postgres-not-made', 'The database cannot be made', output)
}

/**
 * Flushing the whole disk at once takes 0.1 s, file by file 0.2 to 1.5 s; unless others have left much unwritten on it,
 * which then is flushed too (the packages a minute after `npm ci`).
 */
function flushMethod(): 'syncfs' | 'fsync' {
  const kilobytes = Number(/^Dirty:\s+(\d+) kB/m.exec(readText('/proc/meminfo'))?.[1] ?? Number.POSITIVE_INFINITY)
  return kilobytes < dirtyKilobytesMax ? 'syncfs' : 'fsync'
}

async function flush(programs: Programs, user: ServerUser, fresh: string): Promise<void> {
  const args = ['--sync-only', `--sync-method=${flushMethod()}`, '-D', fresh]
  const { code, output } = await runToEnd(user, programs.initdb, args, { withinMs: makeWithinMs })
  if (code !== 0) throw failed('postgres-not-made', 'The new database cannot be written to disk', output)
}

function failed(code: string, what: string, output: string): StartRefused {
  const full = /No space left on device|Disk quota exceeded/.test(output) ? ' There is no room left on the disk.' : ''
  return new StartRefused(code, `${what}.${full} The program said:\n${output.trim().split('\n').slice(-12).join('\n')}`)
}

function readText(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
