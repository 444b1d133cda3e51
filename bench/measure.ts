/** Figures of processes from /proc, and how they are summed up. Linux only. */
import { readdirSync, readFileSync } from 'node:fs'

const ticksPerSecond = 100

type Stat = { pid: number; parent: number; cpuTicks: number }

function statOf(pid: number): Stat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name stands in brackets and may hold anything.
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number)
    const [, parent = 0] = fields
    // utime, stime, and those of children that were waited for.
    return { pid, parent, cpuTicks: (fields[11] ?? 0) + (fields[12] ?? 0) + (fields[13] ?? 0) + (fields[14] ?? 0) }
  } catch {
    return null
  }
}

/** A process with all that came of it, now. */
export function treeOf(root: number): number[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => statOf(Number(name)))
    .filter((stat) => stat !== null)
  const found = new Set([root])
  // Children always have been started later, but pids wrap; a few rounds reach every depth.
  for (let round = 0; round < 10; round++) for (const { pid, parent } of all) if (found.has(parent)) found.add(pid)
  return [...found]
}

/** CPU microseconds that these processes have used so far, user and system, ended children included. */
export const cpuMicroseconds = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => sum + ((statOf(pid)?.cpuTicks ?? 0) / ticksPerSecond) * 1_000_000, 0)

/** Memory of these processes in MB: each shared page is counted once over all who share it (PSS). */
export function pssMegabytes(pids: readonly number[]): number {
  let kilobytes = 0
  for (const pid of pids) {
    try {
      kilobytes += Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0)
    } catch {
      // Ended since it was listed.
    }
  }
  return kilobytes / 1024
}

/** The value below which this share of the values lies (nearest rank). */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? Number.NaN
}
export const median = (values: readonly number[]): number => quantile(values, 0.5)

export type Spread = { median: number; min: number; max: number }
export const spreadOf = (values: readonly number[]): Spread => ({
  median: round(median(values)),
  min: round(Math.min(...values)),
  max: round(Math.max(...values)),
})
export const round = (value: number): number =>
  Math.abs(value) >= 100 ? Math.round(value) : Math.round(value * 1000) / 1000
