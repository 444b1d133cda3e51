import { createHash, randomBytes } from 'node:crypto'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { type DataFolder, walkOnly, writeWhole } from '../data-folder.ts'
import { StartRefused, systemCode } from '../start-refused.ts'
import { type Programs, programsIn } from './programs.ts'
import { serverAccess, serverSettings } from './server-settings.ts'
import { isReachable, programVersion, type ServerUser } from './server-user.ts'

/** Where the database lives. `home` is the data folder, or a folder outside that the server's user can reach. */
export type ClusterPlace = { home: string; cluster: string; run: string }

export const superuser = 'floowe'

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

/** Whether no database was ever made here. */
export function isEmpty({ cluster }: ClusterPlace): boolean {
  try {
    return fs.readdirSync(cluster).length === 0
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return true
    throw notReadable(cluster, error)
  }
}

/** Refuses what is no whole database, and one that this version of PostgreSQL cannot open. */
export function refuseUnlessOurs({ cluster }: Pick<ClusterPlace, 'cluster'>, version: string): void {
  let major: string
  try {
    major = fs.readFileSync(path.join(cluster, 'PG_VERSION'), 'utf8').trim()
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw notReadable(cluster, error)
    throw new StartRefused(
      'postgres-damaged',
      `${cluster} is not a whole database: its file PG_VERSION is missing. Restore a backup, or move the folder away.`,
    )
  }
  if (major !== version.split('.')[0]) {
    throw new StartRefused(
      'postgres-version',
      `The database in ${cluster} was made by PostgreSQL ${major}, and this Floowe carries ${version}. ` +
        `Start the Floowe that made it, take a backup there, and restore it here into an empty data folder.`,
    )
  }
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
