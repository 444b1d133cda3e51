/** Programs of servers: found on this machine, else installed by `npm run testbed -- install`. */
import { execFile, spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

/** What is built or downloaded for the testbed lies here, beside the checkouts that share it. */
export const toolsFolder = path.join(process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'), 'floowe-testbed')

/** One server as the testbed knows it. */
export type Program = {
  name: string
  /** The path of what is started, or null while it is not here. */
  find: () => string | null
  /** Makes it available. Throws with what a person can do when it cannot. */
  install: () => Promise<void>
  /** `FLOOWE_…_URL` that points to a server of one's own instead. */
  variable: string | null
}

/** The first of these that can be run. */
export const firstRunnable = (candidates: readonly string[]): string | null =>
  candidates.find((candidate) => {
    try {
      accessSync(candidate, constants.X_OK)
      return true
    } catch {
      return false
    }
  }) ?? null

/** Along PATH. */
export const onPath = (name: string): string | null =>
  firstRunnable((process.env['PATH'] ?? '').split(':').map((folder) => path.join(folder, name)))

const installWithinMs = 15 * 60_000

/** Runs a program of the machine, its words passed on. */
export function run(
  program: string,
  args: readonly string[],
  options: { cwd?: string; env?: object } = {},
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'inherit', 'inherit'],
      timeout: installWithinMs,
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
    })
    child.once('error', reject)
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`${program} ${args.join(' ')} ended with ${code}`)),
    )
  })
}

/** Packages of Debian and its relatives; needs root. No service is started by it. */
export async function installPackages(...names: string[]): Promise<void> {
  if (process.getuid?.() !== 0)
    throw new Error(
      `as an administrator, install: ${names.join(' ')} (apt-get install --no-install-recommends ${names.join(' ')})`,
    )
  const env = { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' }
  const known = await promisify(execFile)('apt-cache', ['policy', ...names]).catch(() => ({ stdout: '' }))
  if (!/Candidate: [^(]/.test(known.stdout)) await run('apt-get', ['update', '-qq'], { env })
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], { env })
}
