import { randomBytes } from 'node:crypto'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { StartRefused, systemCode } from './start-refused.ts'

/** Version of the folder's layout. A folder with a higher one was made by a later Floowe and is refused. */
const formatNumber = 1
const markerName = 'floowe-data.json'
const secretBytesMax = 4096
/** Others may walk through, to what is theirs, and see no names. */
export const walkOnly = 0o711
const leftoverAgeMs = 3_600_000

/**
 * The folder that holds everything of one installation: readable by its owner only.
 * All paths are real paths (links resolved). Files made here are 0600, folders 0700.
 */
export type DataFolder = {
  /** The real path, the one the lock is named by. */
  readonly path: string
  /** The bundled database's own folder. */
  readonly postgres: string
  /** Media and other blobs. */
  readonly blobs: string
  /** Sockets; may be owned by the user the database runs as. */
  readonly run: string
  /** Text that the bundled database prints. */
  readonly postgresLog: string
  /** The path of a file or folder directly inside. Refuses names with separators. */
  file(name: string): string
  /**
   * The secret kept in file `name`, made at the first call: `bytes` random bytes as base64url without padding, or what
   * `make` returns. Written whole or not at all, flushed to disk before it is returned; when two processes make it at
   * once both get the same one. Throws `StartRefused` when the file is empty, too long, or not a plain file of ours.
   */
  readOrMakeSecret(name: SecretName, bytes: number, make?: () => string): string
  /** Replaces the secret in file `name`: afterwards the file holds either the old or the new one, never a part. */
  replaceSecret(name: SecretName, value: string): void
  /** The same with several secrets, a line each. */
  replaceSecrets(name: SecretName, values: readonly string[]): void
  /** The secret in file `name`, or undefined when there is none yet. */
  readSecret(name: SecretName): string | undefined
}

export type SecretName = 'secret' | 'demo-password' | 'local-credential' | 'postgres-password' | (string & {})

/**
 * Opens the data folder, and makes it when it is missing. Closes it to other users (0700).
 * Never touches a folder that already holds something else: a mistyped path must not lock a home folder.
 * Throws `StartRefused` with a sentence for every way this can fail.
 */
export function openDataFolder(given: string): DataFolder {
  if (given.trim() === '' || given.includes('\0')) {
    throw new StartRefused('data-folder-name', 'FLOOWE_DATA is empty. Name a folder, for example .floowe.')
  }
  const wanted = path.resolve(given)
  const real = makeFolder(wanted)
  closeToOthers(real)
  const file = (name: string): string => {
    if (name === '' || name !== path.basename(name) || name === '.' || name === '..') {
      throw new Error(`not a plain file name: ${JSON.stringify(name)}`)
    }
    return path.join(real, name)
  }
  for (const name of ['blobs', 'run']) makeInner(path.join(real, name))
  removeLeftovers(real)
  return {
    path: real,
    postgres: path.join(real, 'postgres'),
    blobs: path.join(real, 'blobs'),
    run: path.join(real, 'run'),
    postgresLog: path.join(real, 'postgres.log'),
    file,
    readSecret: (name) => readSecretFile(file(name)),
    readOrMakeSecret: (name, bytes, make) =>
      readSecretFile(file(name)) ?? makeSecretFile(file(name), (make ?? (() => randomSecret(bytes)))()),
    replaceSecret: (name, value) => writeWhole(file(name), `${checkedSecret(value)}\n`),
    replaceSecrets: (name, values) =>
      writeWhole(file(name), values.map((value) => `${checkedSecret(value)}\n`).join('')),
  }
}

/**
 * Writes a file (0600) so that a reader, or the next start after a crash, finds the old content or the new, never a
 * part. Throws `StartRefused`.
 */
export function writeWhole(target: string, content: string): void {
  const temporary = writeTemporary(target, content)
  try {
    fs.renameSync(temporary, target)
  } catch (error) {
    fs.rmSync(temporary, { force: true })
    throw explained(target, error)
  }
  syncFolder(path.dirname(target))
}

/** Makes renames and new names in this folder survive a power cut. Systems that cannot sync folders are left alone. */
export function syncFolder(folder: string): void {
  try {
    const handle = fs.openSync(folder, 'r')
    try {
      fs.fsyncSync(handle)
    } finally {
      fs.closeSync(handle)
    }
  } catch (error) {
    if (!['EISDIR', 'EPERM', 'EINVAL', 'ENOTSUP'].includes(systemCode(error))) throw explained(folder, error)
  }
}

function makeFolder(wanted: string): string {
  try {
    makeFolders(wanted)
    const real = fs.realpathSync(wanted)
    if (!fs.statSync(real).isDirectory()) throw notAFolder(wanted)
    return real
  } catch (error) {
    if (error instanceof StartRefused) throw error
    if (['EEXIST', 'ENOTDIR'].includes(systemCode(error))) throw notAFolder(wanted)
    throw explained(wanted, error)
  }
}

/** Node's own recursive mkdir never returns in places like /proc, where a parent exists and nothing can be made in it. */
function makeFolders(wanted: string): void {
  const missing: string[] = []
  for (let at = wanted; !fs.existsSync(at); at = path.dirname(at)) missing.unshift(at)
  for (const folder of missing) {
    try {
      fs.mkdirSync(folder, { mode: 0o700 })
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error
    }
  }
}

function closeToOthers(real: string): void {
  const stat = fs.statSync(real)
  const me = process.getuid?.()
  if (me !== undefined && stat.uid !== me) {
    throw new StartRefused(
      'data-folder-owner',
      `The data folder ${real} belongs to another user (number ${stat.uid}; this process is ${me}). ` +
        'Start Floowe as that user, or set FLOOWE_DATA to a folder of your own.',
    )
  }
  try {
    const marker = path.join(real, markerName)
    const known = readMarker(marker)
    if (!known) {
      const others = fs.readdirSync(real).filter((name) => name !== 'lost+found' && !isLeftover(name))
      if (others.length > 0 && !readMarker(marker)) {
        throw new StartRefused(
          'data-folder-not-ours',
          `The folder ${real} holds other files (${others.slice(0, 3).join(', ')}) and is not a Floowe data folder. ` +
            'Set FLOOWE_DATA to an empty or a new folder.',
        )
      }
    }
    const mode = stat.mode & 0o777
    const isWalkedThrough = mode === walkOnly && belongsToAnother(path.join(real, 'postgres'))
    if (mode !== 0o700 && !isWalkedThrough) fs.chmodSync(real, 0o700)
    if (!known) writeWhole(marker, `${JSON.stringify({ format: formatNumber, made: new Date().toISOString() })}\n`)
  } catch (error) {
    throw explained(real, error)
  }
}

/** A database that root runs as another user; it must stay able to walk to its files, also while a second start looks in. */
function belongsToAnother(cluster: string): boolean {
  const stat = fs.lstatSync(cluster, { throwIfNoEntry: false })
  return stat !== undefined && stat.uid !== process.getuid?.()
}

function readMarker(marker: string): boolean {
  let text: string
  try {
    text = fs.readFileSync(marker, 'utf8')
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false
    throw error
  }
  const format = Number(/"format":\s*(\d{1,6})/.exec(text)?.[1])
  if (!(format <= formatNumber)) {
    throw new StartRefused(
      'data-folder-format',
      `The data folder ${path.dirname(marker)} was made by a later version of Floowe, or its ${markerName} is damaged. ` +
        'Start the version that made it.',
    )
  }
  return true
}

function makeInner(folder: string): void {
  try {
    fs.mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw explained(folder, error)
    if (!fs.lstatSync(folder).isDirectory()) throw notAFolder(folder)
  }
}

function readSecretFile(file: string): string | undefined {
  let handle: number
  try {
    // A link in place of the secret would let somebody else choose what is read.
    handle = fs.openSync(file, fs.constants.O_RDONLY | (fs.constants.O_NOFOLLOW ?? 0))
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw explained(file, error)
  }
  try {
    const stat = fs.fstatSync(handle)
    const me = process.getuid?.()
    if (!stat.isFile() || (me !== undefined && stat.uid !== me)) {
      throw new StartRefused(
        'secret-file',
        `${file} is not a plain file of this user. Move it away to have a new one made.`,
      )
    }
    if (process.platform !== 'win32' && (stat.mode & 0o077) !== 0) fs.fchmodSync(handle, 0o600)
    if (stat.size > secretBytesMax) throw new StartRefused('secret-file', `${file} is longer than a secret can be.`)
    const value = fs.readFileSync(handle, 'utf8').trim()
    if (value === '') {
      throw new StartRefused(
        'secret-file',
        `${file} is empty. Put the secret back, or remove the file to have a new one made.`,
      )
    }
    return value
  } finally {
    fs.closeSync(handle)
  }
}

function makeSecretFile(file: string, value: string): string {
  const temporary = writeTemporary(file, `${checkedSecret(value)}\n`)
  try {
    // A hard link, unlike a rename, fails when another process was first; then theirs is the secret.
    fs.linkSync(temporary, file)
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return readSecretFile(file) ?? checkedSecret('')
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(systemCode(error)))
      throw explained(file, error)
    fs.renameSync(temporary, file)
  } finally {
    fs.rmSync(temporary, { force: true })
  }
  syncFolder(path.dirname(file))
  return value
}

function checkedSecret(value: string): string {
  if (value.trim() !== value || value === '' || value.length > secretBytesMax / 4 || /[\r\n\0]/.test(value)) {
    throw new Error('a secret is one line of 1 to 1024 characters without blanks around it')
  }
  return value
}

function randomSecret(bytes: number): string {
  if (!Number.isInteger(bytes) || bytes < 8 || bytes > 256) throw new Error('a secret has 8 to 256 bytes')
  return randomBytes(bytes).toString('base64url')
}

function writeTemporary(target: string, content: string): string {
  const temporary = path.join(path.dirname(target), `.${path.basename(target)}.${randomBytes(6).toString('hex')}.tmp`)
  try {
    const handle = fs.openSync(temporary, 'wx', 0o600)
    try {
      fs.writeFileSync(handle, content)
      giveToOwnerOf(path.dirname(target), handle)
      fs.fsyncSync(handle)
    } finally {
      fs.closeSync(handle)
    }
    return temporary
  } catch (error) {
    fs.rmSync(temporary, { force: true })
    throw explained(target, error)
  }
}

/** Root may write into a folder that the database's user owns; that user must be able to read what was written. */
function giveToOwnerOf(folder: string, handle: number): void {
  if (process.getuid?.() !== 0) return
  const { uid, gid } = fs.statSync(folder)
  if (uid !== 0) fs.fchownSync(handle, uid, gid)
}

const isLeftover = (name: string): boolean => /^\..+\.[0-9a-f]{12}\.tmp$/.test(name)

/** Half-written files of killed starts. Young ones may belong to a start that is under way. */
function removeLeftovers(folder: string): void {
  for (const name of fs.readdirSync(folder).filter(isLeftover).slice(0, 1000)) {
    const file = path.join(folder, name)
    const stat = fs.lstatSync(file, { throwIfNoEntry: false })
    if (stat && Date.now() - stat.mtimeMs > leftoverAgeMs) fs.rmSync(file, { force: true })
  }
}

function notAFolder(wanted: string): StartRefused {
  return new StartRefused(
    'data-folder-not-a-folder',
    `${wanted} is not a folder, or a part of the path is a file. Set FLOOWE_DATA to a folder.`,
  )
}

/** A failed file operation as a sentence a person can act on. */
function explained(where: string, error: unknown): StartRefused {
  if (error instanceof StartRefused) return error
  const code = systemCode(error)
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new StartRefused(
      'disk-full',
      `There is no room left on the disk for ${where}. Free some and start again.`,
      error,
    )
  }
  if (code === 'EROFS') {
    return new StartRefused(
      'data-folder-read-only',
      `${where} lies on a read-only disk. Set FLOOWE_DATA elsewhere.`,
      error,
    )
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'ENOENT') {
    return new StartRefused(
      'data-folder-not-writable',
      `This user may not write ${where}. Change its owner or rights, or set FLOOWE_DATA to a folder of your own.`,
      error,
    )
  }
  const reason = error instanceof Error ? error.message : String(error)
  return new StartRefused('data-folder-failed', `${where} cannot be used: ${reason}.`, error)
}
