import * as fs from 'node:fs'
import * as path from 'node:path'
import { writeWhole } from '../data-folder.ts'
import { systemCode } from '../start-refused.ts'

/** What a server writes about itself into its database folder (`postmaster.pid`). */
export type PidFile = {
  pid: number
  /** Empty until the server has got that far. */
  status: 'starting' | 'stopping' | 'ready' | 'standby' | ''
  host: string
  port: number
}

/** A number no process can have: Linux numbers end at 4194304, other systems' earlier. */
const impossiblePid = 2_000_000_001

/** Undefined when there is none; a pid of 0 when it cannot be understood (cut off by a crash of the machine). */
export function readPidFile(cluster: string): PidFile | undefined {
  let lines: string[]
  try {
    lines = fs.readFileSync(path.join(cluster, 'postmaster.pid'), 'utf8').slice(0, 10_000).split('\n')
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error))) return undefined
    throw error
  }
  const status = (lines[7] ?? '').trim()
  return {
    pid: /^-?\d{1,10}$/.test(lines[0] ?? '') ? Math.abs(Number(lines[0])) : 0,
    status: status === 'starting' || status === 'stopping' || status === 'ready' || status === 'standby' ? status : '',
    host: lines[4] || lines[5] || '',
    port: Number(lines[3]) || 0,
  }
}

/**
 * Makes a file left by a dead server harmless. A new server refuses to start while the number in it belongs to any
 * living process, so the number is replaced; the rest stays, because the server also finds the old shared memory through
 * it and refuses while anything still uses that.
 */
export function disarmPidFile(cluster: string): void {
  const file = path.join(cluster, 'postmaster.pid')
  const lines = fs.readFileSync(file, 'utf8').slice(0, 10_000).split('\n')
  if (lines.length < 2) fs.rmSync(file)
  else writeWhole(file, [impossiblePid, ...lines.slice(1)].join('\n'))
}
