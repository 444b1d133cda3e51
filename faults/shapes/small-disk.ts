/** A disk of a few hundred megabytes in memory, which can be filled to its last byte. Needs the right to mount. */
import { execFileSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

export type SmallDisk = {
  folder: string
  /** Full for some seconds: no byte is left at the beginning, and what is freed meanwhile is taken too. */
  fillForAWhile: () => Promise<void>
  remove: () => void
}

const fullMs = 6_000
const lookEveryMs = 200
const blockBytes = 1024 * 1024

/** Null where mounting is not allowed. */
export function smallDisk(folder: string, megabytes: number): SmallDisk | null {
  mkdirSync(folder, { recursive: true })
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0755`, 'floowe-faults', folder], {
      stdio: 'ignore',
    })
  } catch {
    return null
  }
  const ballast = path.join(folder, 'ballast')
  return {
    folder,
    fillForAWhile: async () => {
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
    },
    remove: () => void execFileSync('umount', ['-l', folder], { stdio: 'ignore' }),
  }
}

/** Large pieces first, then smaller ones, to the last page. */
function fill(file: number): void {
  for (let size = blockBytes; size >= 1024; size = size >> 2) {
    const piece = Buffer.alloc(size, 1)
    try {
      while (writeSync(file, piece) > 0);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
    }
  }
}
