import { type ChildProcess, spawn } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { StartRefused } from '../start-refused.ts'
import type { Programs } from './programs.ts'

/**
 * Who the server runs as. PostgreSQL refuses to run as root, so a root start uses a user namespace: inside it the server
 * is an ordinary user, outside its files stay root's, and a checkout under root's closed home remains readable. Where
 * namespaces are forbidden (many containers) it runs as the user nobody.
 */
export type ServerUser = {
  kind: 'self' | 'namespace' | 'nobody'
  /** Owner of the server's files, seen from outside; undefined where the system has no user numbers. */
  uid: number | undefined
  gid: number | undefined
  /** What the server's program says it is: `18.4`. */
  version: string
  /** One sentence for the log, empty when nothing is special. */
  note: string
}

/** Who, without what the program said. */
type Who = Omit<ServerUser, 'version'>

const inTransitGroup = 65_533
const probeWithinMs = 10_000
const namespaceWords = ['-U', '--map-user=1000', '--map-group=1000']

/** The server's own environment: nothing of ours is handed on, no variable can change how it runs. */
const serverEnv = (): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH ?? '/usr/bin:/bin',
  LC_ALL: 'C',
  ...(process.env.DYLD_LIBRARY_PATH ? { DYLD_LIBRARY_PATH: process.env.DYLD_LIBRARY_PATH } : {}),
})

/** Finds out, by trying, how a server can be run here, and which version it is. Takes 10 to 20 ms. */
export async function chooseServerUser(programs: Programs, wish: 'auto' | 'namespace' | 'nobody'): Promise<ServerUser> {
  const uid = process.getuid?.()
  const self: Who = { kind: 'self', uid, gid: process.getgid?.(), note: '' }
  if (uid !== 0) return { ...self, version: await ownVersion(self, programs) }
  let reason = ''
  if (wish !== 'nobody') {
    const note = 'This process is root, so the database runs as an ordinary user in a user namespace.'
    const inside: Who = { ...self, kind: 'namespace', note }
    try {
      return { ...inside, version: await programVersion(inside, programs) }
    } catch (error) {
      reason = firstLine(error)
      if (wish === 'namespace') {
        throw new StartRefused('postgres-namespace', `A user namespace cannot be used here: ${reason}.`, error)
      }
    }
  }
  return { kind: 'nobody', ...nobody(), note: nobodyNote(reason), version: await ownVersion(self, programs) }
}

/** What `postgres --version` says when that user runs it; throws a plain error with what stood in the way. */
export async function programVersion(user: Who, programs: Programs): Promise<string> {
  const { code, output } = await runToEnd(user, programs.postgres, ['--version'], { withinMs: probeWithinMs })
  const version = /\(PostgreSQL\) (\S+)/.exec(output)?.[1]
  if (code !== 0 || !version) throw new Error(output.trim() || `it ended with ${code}`)
  return version
}

async function ownVersion(self: Who, programs: Programs): Promise<string> {
  try {
    return await programVersion(self, programs)
  } catch (error) {
    // The system says "no such file" of a program that is there when the program's loader is not.
    const isForeign = fs.existsSync(programs.postgres) && /ENOENT/.test(String(error))
    const reason = isForeign
      ? 'it needs the C library glibc, which this system (Alpine?) does not have'
      : firstLine(error)
    throw new StartRefused(
      'postgres-does-not-run',
      `The bundled PostgreSQL (${programs.postgres}) does not run here: ${reason}. ` +
        'Set FLOOWE_DATABASE_URL to use a server of your own.',
      error,
    )
  }
}

export type RunResult = { code: number; output: string }

/** Runs a program of the server to its end, `input` on its standard input, and returns what it printed (last 64 kB). */
export function runToEnd(
  user: Who,
  program: string,
  args: string[],
  limits: { withinMs: number; input?: string },
): Promise<RunResult> {
  const start = asUser(user, program, args)
  return new Promise((resolve, reject) => {
    const child = spawn(start.command, start.args, {
      ...start.options,
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: limits.withinMs,
      killSignal: 'SIGKILL',
    })
    let output = ''
    const keep = (chunk: Buffer) => {
      output = (output + chunk.toString('utf8')).slice(-65_536)
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.stdin.on('error', () => {})
    child.on('error', reject)
    child.on('close', (code) => resolve({ code: code ?? -1, output }))
    child.stdin.end(limits.input ?? '')
  })
}

/**
 * Starts the server in a session of its own, so that Ctrl-C in a terminal reaches us and not it, and so that it outlives
 * a killed parent. Its output goes to the file handle `log`.
 */
export function startServer(user: ServerUser, program: string, args: string[], log: number): ChildProcess {
  const start = asUser(user, program, args)
  const child = spawn(start.command, start.args, { ...start.options, detached: true, stdio: ['ignore', log, log] })
  child.unref()
  return child
}

/** Hands files to the server's user; only root has to and may. Stays on plain files and folders, follows no links. */
export function handTo(user: ServerUser, root: string): void {
  if (process.getuid?.() !== 0 || user.uid === undefined || user.gid === undefined) return
  const { uid, gid } = user
  const stat = fs.lstatSync(root)
  if (stat.uid === uid && stat.gid === gid) return
  // A group nobody else uses marks a hand-over that is under way, whichever direction it was going when it was cut off.
  fs.lchownSync(root, stat.uid, inTransitGroup)
  const walk = (file: string, depth: number): void => {
    if (depth > 16) return
    fs.lchownSync(file, uid, gid)
    if (fs.lstatSync(file).isDirectory())
      for (const name of fs.readdirSync(file)) walk(path.join(file, name), depth + 1)
  }
  // The root last: whoever finds it handed over may rely on everything in it.
  if (stat.isDirectory()) for (const name of fs.readdirSync(root)) walk(path.join(root, name), 1)
  fs.lchownSync(root, uid, gid)
}

/** Whether the server's user may walk down to this folder (the folder itself included). */
export function isReachable(user: ServerUser, folder: string): boolean {
  for (let at = folder; ; at = path.dirname(at)) {
    const stat = fs.statSync(at)
    if ((stat.mode & (stat.uid === user.uid ? 0o100 : 0o001)) === 0) return false
    if (at === path.dirname(at)) return true
  }
}

function asUser(user: Who, program: string, args: string[]) {
  const options = { cwd: '/', env: serverEnv() }
  if (user.kind === 'namespace') return { command: 'unshare', args: [...namespaceWords, program, ...args], options }
  if (user.kind === 'nobody') return { command: program, args, options: { ...options, uid: user.uid, gid: user.gid } }
  return { command: program, args, options }
}

function nobody(): { uid: number; gid: number } {
  const line = readLines('/etc/passwd').find((entry) => entry.startsWith('nobody:'))
  const [uid, gid] = (line?.split(':').slice(2, 4) ?? []).map(Number)
  return { uid: uid || 65_534, gid: gid || 65_534 }
}

function readLines(file: string): string[] {
  try {
    return fs.readFileSync(file, 'utf8').split('\n')
  } catch {
    return []
  }
}

const nobodyNote = (reason: string): string =>
  'This process is root, so the database runs as the user nobody' +
  (reason ? `; user namespaces cannot be used here (${reason}).` : '.')

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error))
    .split('\n')[0]
    ?.replace(/^spawn (\S+) ENOENT$/, 'there is no program $1')
    .replace(/\.$/, '')
    .slice(0, 300) ?? ''
