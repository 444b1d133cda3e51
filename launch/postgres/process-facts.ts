import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { systemCode } from '../start-refused.ts'

/** What is known of a process. `gone` includes zombies: nothing of them runs any more. */
export type ProcessFacts =
  | { state: 'gone' }
  /** It lives, and does not work in the folder that was asked about. Never to be touched. */
  | { state: 'stranger' }
  | { state: 'ours'; stopped: boolean; programDeleted: boolean }

const processesMax = 100_000

/**
 * Looks at process `pid` and says whether it is a PostgreSQL process of the database in `cluster`. A server's working
 * folder is its database folder, whatever user namespace it runs in; that is the proof, not the number in a file.
 */
export function inspectProcess(pid: number, cluster: string): ProcessFacts {
  if (!Number.isInteger(pid) || pid <= 1) return { state: 'gone' }
  return process.platform === 'linux' ? inspectProc(pid, cluster) : inspectPs(pid, cluster)
}

/** All living processes of this database: the server and its children. Empty on systems without /proc. */
export function processesOf(cluster: string): number[] {
  return numbersInProc().filter((pid) => inspectProc(pid, cluster).state === 'ours')
}

/** Sends a signal if, at this moment, the process is still one of this database. */
export function signalOurs(pid: number, cluster: string, signal: NodeJS.Signals): void {
  if (inspectProcess(pid, cluster).state === 'ours') sendSignal(pid, signal)
}

/**
 * Ends the programs that make a database in `fresh`: the one that was given this path (it holds a random part, so nobody
 * else's has it) and its helpers, which work in that folder. Returns when none is left, or after 5 s.
 */
export async function endMakers(fresh: string): Promise<void> {
  for (let turn = 0; turn < 500; turn++) {
    const makers = numbersInProc().filter((pid) => wasGiven(pid, fresh) || inspectProc(pid, fresh).state === 'ours')
    if (makers.length === 0) return
    for (const pid of makers) sendSignal(pid, 'SIGKILL')
    await pause(10)
  }
}

function wasGiven(pid: number, fresh: string): boolean {
  try {
    if (!/^(initdb|unshare|cp)\n$/.test(fs.readFileSync(`/proc/${pid}/comm`, 'utf8'))) return false
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(fresh)
  } catch {
    return false
  }
}

function numbersInProc(): number[] {
  if (process.platform !== 'linux') return []
  const names = fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return names.slice(0, processesMax).map(Number)
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if (systemCode(error) !== 'ESRCH') throw error
  }
}

function inspectProc(pid: number, cluster: string): ProcessFacts {
  let stat: string
  try {
    stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch (error) {
    return ['ENOENT', 'ESRCH'].includes(systemCode(error)) ? { state: 'gone' } : { state: 'stranger' }
  }
  const nameEnd = stat.lastIndexOf(')')
  const letter = stat.charAt(nameEnd + 2)
  if (letter === 'Z' || letter === 'X') return { state: 'gone' }
  if (stat.slice(stat.indexOf('(') + 1, nameEnd) !== 'postgres') return { state: 'stranger' }
  try {
    const its = fs.statSync(`/proc/${pid}/cwd`, { bigint: true })
    const wanted = fs.statSync(cluster, { bigint: true })
    if (its.ino !== wanted.ino || its.dev !== wanted.dev) return { state: 'stranger' }
    const programDeleted = fs.readlinkSync(`/proc/${pid}/exe`).endsWith(' (deleted)')
    return { state: 'ours', stopped: letter === 'T' || letter === 't', programDeleted }
  } catch (error) {
    // Not readable: another user's process. Vanished while it was looked at: gone.
    return ['ENOENT', 'ESRCH'].includes(systemCode(error)) && !fs.existsSync(`/proc/${pid}`)
      ? { state: 'gone' }
      : { state: 'stranger' }
  }
}

function inspectPs(pid: number, cluster: string): ProcessFacts {
  try {
    const line = execFileSync('ps', ['-o', 'stat=,command=', '-p', String(pid)], { encoding: 'utf8', timeout: 5000 })
    const [stat = '', ...rest] = line.trim().split(/\s+/)
    if (stat === '' || stat.startsWith('Z')) return { state: 'gone' }
    const command = rest.join(' ')
    if (!command.includes('postgres') || !`${command} `.includes(` -D ${cluster} `)) return { state: 'stranger' }
    return { state: 'ours', stopped: stat.startsWith('T'), programDeleted: false }
  } catch {
    return { state: 'gone' }
  }
}
