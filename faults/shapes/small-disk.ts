/** Disks that are small enough to be filled to their last byte. */
import { execFileSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

export type SmallDisk = { folder: string; remove: () => void }

const fullMs = 6_000
const lookEveryMs = 200
const blockBytes = 1024 * 1024

/** One in memory. Null where mounting is not allowed. */
export function smallDisk(folder: string, megabytes: number): SmallDisk | null {
  mkdirSync(folder, { recursive: true })
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0755`, 'floowe-faults', folder], {
      stdio: 'ignore',
    })
  } catch {
    return null
  }
  return { folder, remove: () => void execFileSync('umount', ['-l', folder], { stdio: 'ignore' }) }
}

/** Full for some seconds: no byte is left at the beginning, and what is freed meanwhile is taken too. */
export async function fillForAWhile(folder: string): Promise<void> {
  const ballast = path.join(folder, 'ballast')
  const file = openSync(ballast, 'w')
  try {
    const endMs = Date.now() + fullMs
    while (Date.now() < endMs) {
      fill(file)
      await pause(lookEveryMs)
    }
  } finally {
    closeSync(file)
    rmSync(ballast, { force: true })
  }
}

/** Large pieces first, then smaller ones, to the last page. */
function fill(file: number): void {
  for (let size = blockBytes; size >= 1024; size >>= 2) {
    const piece = Buffer.alloc(size, 1)
    try {
      while (writeSync(file, piece) > 0);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
    }
  }
}
