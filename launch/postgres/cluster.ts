import { createHash, randomBytes } from 'node:crypto'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { type DataFolder, syncFolder, walkOnly, writeWhole } from '../data-folder.ts'
import { StartRefused, systemCode } from '../start-refused.ts'
import { endMakers } from './process-facts.ts'
import { type Programs, programsIn } from './programs.ts'
import { serverAccess, serverSettings } from './server-settings.ts'
import { handTo, isReachable, programVersion, runToEnd, type ServerUser } from './server-user.ts'

/** Where the database lives. `home` is the data folder, or a folder outside that the server's user can reach. */
export type ClusterPlace = { home: string; cluster: string; run: string }

export const superuser = 'floowe'

const workshopPrefix = 'postgres.new-'
const makeWithinMs = 120_000
const dirtyKilobytesMax = 300_000
const freeBytesMin = 150_000_000
/** Letters are told from signs by the system's own rules in text search, so a UTF-8 one of these is needed. */
const letterRules = ['C.UTF-8', 'C.utf8', 'en_US.UTF-8', 'pl_PL.UTF-8', 'C']

/** Follows the note that an earlier start left when it had to put the database outside the data folder. */
export function findCluster(folder: DataFolder): ClusterPlace {
  const elsewhere = folder.readSecret('postgres-elsewhere')
  if (!elsewhere) return placeIn(folder.path)
  const stat = fs.statSync(elsewhere, { throwIfNoEntry: false })
  if (!stat?.isDirectory()) {
    throw new StartRefused(
      'postgres-elsewhere',
      `The database of ${folder.path} lives in ${elsewhere}, and that folder is not there. Bring it back, or remove ` +
        `${folder.file('postgres-elsewhere')} to begin with an empty database.`,
    )
  }
  return placeIn(elsewhere)
}

/** True when a whole database is there. Refuses one that this version of PostgreSQL cannot open. */
export function clusterExists(place: ClusterPlace, version: string): boolean {
  let major: string
  try {
    major = fs.readFileSync(path.join(place.cluster, 'PG_VERSION'), 'utf8').trim()
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw notReadable(place.cluster, error)
    if (!fs.existsSync(place.cluster) || fs.readdirSync(place.cluster).length === 0) return false
    throw new StartRefused(
      'postgres-damaged',
      `${place.cluster} is not a whole database: its file PG_VERSION is missing. Restore a backup, or move the folder away.`,
    )
  }
  if (major !== version.split('.')[0]) {
    throw new StartRefused(
      'postgres-version',
      `The database in ${place.cluster} was made by PostgreSQL ${major}, and this Floowe carries ${version}. ` +
        `Start the Floowe that made it, take a backup there, and restore it here into an empty data folder.`,
    )
  }
  return true
}

/** The number a database is known by for all its life, read from its control file. */
export function systemIdentifier(cluster: string): string {
  const handle = fs.openSync(path.join(cluster, 'global', 'pg_control'), 'r')
  try {
    const bytes = Buffer.alloc(8)
    fs.readSync(handle, bytes, 0, 8, 0)
    return bytes.readBigUInt64LE().toString()
  } finally {
    fs.closeSync(handle)
  }
}

/**
 * Brings about that the server's user can reach the programs and the database's home, and returns where both are. An
 * ordinary user and a user namespace under a root-owned path need nothing. `nobody` may walk through the data folder but
 * not list it; where it cannot even get there, home is a folder under /var/lib, noted in the data folder.
 */
export async function makeReachable(
  folder: DataFolder,
  found: Programs,
  user: ServerUser,
  exists: boolean,
): Promise<{ place: ClusterPlace; programs: Programs }> {
  const at = findCluster(folder)
  if (user.kind === 'self') return { place: at, programs: found }
  if (user.kind === 'nobody') fs.chmodSync(at.home, walkOnly)
  let place = at
  if (!isReachable(user, at.home)) {
    if (exists) {
      throw new StartRefused(
        'postgres-not-reachable',
        `This process is root, and the user the database runs as cannot reach ${at.cluster}. ` +
          'Move the data folder to where all users may walk, for example /var/lib/floowe, and set FLOOWE_DATA.',
      )
    }
    place = placeIn(makeHomeElsewhere(folder))
  }
  // That a namespace can run them was tried when it was chosen.
  if (user.kind === 'namespace') return { place, programs: found }
  try {
    await programVersion(user, found)
    return { place, programs: found }
  } catch {
    return { place, programs: await copyPrograms(found, place.home, user) }
  }
}

/** Where the database lives, as a sentence, when that is not the data folder. */
export function sayWhere(folder: DataFolder, place: ClusterPlace): string {
  if (place.home === folder.path) return ''
  return `The database lives in ${place.home}, because the user it runs as cannot reach ${folder.path}.`
}

/**
 * Makes the database under another name, flushes it to disk and only then gives it its name: whatever kills us, the next
 * start finds a whole database or none.
 */
export async function makeCluster(
  place: ClusterPlace,
  programs: Programs,
  user: ServerUser,
  password: string,
  throwAway: boolean,
): Promise<void> {
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
    fs.mkdirSync(fresh, { mode: 0o700 })
    writeWhole(path.join(workshop, 'password'), `${password}\n`)
    handTo(user, workshop)
    await runInitdb(programs, user, fresh, path.join(workshop, 'password'))
    writeConfiguration(fresh, throwAway)
    if (!throwAway) await flush(programs, user, fresh)
    // Takes the place of an empty folder too.
    fs.renameSync(fresh, place.cluster)
    syncFolder(place.home)
  } finally {
    fs.rmSync(workshop, { recursive: true, force: true, maxRetries: 3 })
  }
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

/** Settings and access rules as this version wants them, whatever the folder brought along. */
export function writeConfiguration(cluster: string, throwAway: boolean): void {
  for (const [name, text] of [
    ['postgresql.conf', serverSettings(throwAway)],
    ['pg_hba.conf', serverAccess],
  ] as const) {
    const file = path.join(cluster, name)
    if (readIfThere(file) !== text) writeWhole(file, text)
  }
}

/**
 * Gives the superuser this password, for the case that the file with the old one was lost. Works on a server that does
 * not run, as whoever may write the database's files.
 */
export async function resetPassword(
  cluster: string,
  programs: Programs,
  user: ServerUser,
  password: string,
): Promise<void> {
  if (!/^[\w-]+$/.test(password)) throw new Error('the generated password has only letters, digits, - and _')
  const args = ['--single', '-D', cluster, '-c', `config_file=${path.join(cluster, 'postgresql.conf')}`, 'postgres']
  const input = `ALTER ROLE ${superuser} PASSWORD '${password}'\n`
  const { code, output } = await runToEnd(user, programs.postgres, args, { withinMs: makeWithinMs, input })
  if (code !== 0)
    throw failed('postgres-password', `The password of the database in ${cluster} cannot be set anew`, output)
}

async function runInitdb(programs: Programs, user: ServerUser, fresh: string, passwordFile: string): Promise<void> {
  const fixed = [
    '-D',
    fresh,
    '-U',
    superuser,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--data-checksums',
    '--no-instructions',
    // Nothing is flushed while it is made: it does not exist before it is whole, and then it is flushed at once.
    '--no-sync',
  ]
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
  const kilobytes = Number(
    /^Dirty:\s+(\d+) kB/m.exec(readIfThere('/proc/meminfo') ?? '')?.[1] ?? Number.POSITIVE_INFINITY,
  )
  return kilobytes < dirtyKilobytesMax ? 'syncfs' : 'fsync'
}

async function flush(programs: Programs, user: ServerUser, fresh: string): Promise<void> {
  const args = ['--sync-only', `--sync-method=${flushMethod()}`, '-D', fresh]
  const { code, output } = await runToEnd(user, programs.initdb, args, { withinMs: makeWithinMs })
  if (code !== 0) throw failed('postgres-not-made', 'The new database cannot be written to disk', output)
}

function makeHomeElsewhere(folder: DataFolder): string {
  const home = path.join('/var/lib', `floowe-${createHash('sha256').update(folder.path).digest('hex').slice(0, 16)}`)
  try {
    fs.mkdirSync(home, { mode: walkOnly, recursive: false })
  } catch (error) {
    const stat = fs.lstatSync(home, { throwIfNoEntry: false })
    if (!stat?.isDirectory() || stat.uid !== 0) {
      throw new StartRefused(
        'postgres-no-home',
        `This process is root, the user the database runs as cannot reach ${folder.path}, and ${home} cannot be made. ` +
          'Set FLOOWE_DATA to a folder that all users may walk to, or start Floowe as an ordinary user.',
        error,
      )
    }
  }
  fs.chmodSync(home, walkOnly)
  fs.mkdirSync(path.join(home, 'run'), { mode: 0o700, recursive: true })
  folder.replaceSecret('postgres-elsewhere', home)
  return home
}

/** A copy of the programs where the server's user can read them; made once per version, sharing disk space if it can. */
async function copyPrograms(found: Programs, home: string, user: ServerUser): Promise<Programs> {
  const target = path.join(home, `programs-${user.version}`)
  if (!fs.existsSync(target)) {
    for (const name of fs
      .readdirSync(home)
      .filter((entry) => entry.startsWith('programs-'))
      .slice(0, 100)) {
      fs.rmSync(path.join(home, name), { recursive: true, force: true })
    }
    const fresh = path.join(home, `programs-new-${randomBytes(4).toString('hex')}`)
    fs.cpSync(found.root, fresh, { recursive: true, verbatimSymlinks: true, mode: fs.constants.COPYFILE_FICLONE })
    fs.chmodSync(fresh, 0o755)
    fs.renameSync(fresh, target)
  }
  const programs = programsIn(target)
  await programVersion(user, programs)
  return programs
}

const placeIn = (home: string): ClusterPlace => ({
  home,
  cluster: path.join(home, 'postgres'),
  run: path.join(home, 'run'),
})

function readIfThere(file: string): string | undefined {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw notReadable(file, error)
  }
}

const notReadable = (file: string, error: unknown): StartRefused =>
  new StartRefused(
    'postgres-not-readable',
    `This user cannot read ${file}. Start Floowe as the user who made it.`,
    error,
  )

function failed(code: string, what: string, output: string): StartRefused {
  const full = /No space left on device|Disk quota exceeded/.test(output) ? ' There is no room left on the disk.' : ''
  return new StartRefused(code, `${what}.${full} The program said:\n${output.trim().split('\n').slice(-12).join('\n')}`)
}
