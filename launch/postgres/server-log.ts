import * as fs from 'node:fs'

/** The log file is cut when it passes this; the newest part is kept beside it. Bounds both files together at 10 MB. */
const logBytesMax = 8_000_000
const keptBytes = 2_000_000
const tailBytes = 16_384

/** Opens the log for appending. `from` is where this start's own lines begin. The caller closes the handle. */
export function openLog(file: string): { handle: number; from: number } {
  boundLog(file)
  const handle = fs.openSync(file, 'a', 0o600)
  return { handle, from: fs.fstatSync(handle).size }
}

/** Keeps the file bounded. The server appends, so it goes on at the new end after the file is cut. */
export function boundLog(file: string): void {
  const size = fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0
  if (size <= logBytesMax) return
  try {
    fs.writeFileSync(`${file}.1`, readEnd(file, size - keptBytes, keptBytes), { mode: 0o600 })
  } finally {
    // On a full disk the older lines are given up, not the room.
    fs.truncateSync(file)
  }
}

/** The last lines written since `from`, for an error a person will read. Empty when there are none. */
export function lastLines(file: string, from: number, count: number): string {
  const size = fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0
  const start = Math.max(Math.min(from, size), size - tailBytes)
  return readEnd(file, start, tailBytes).toString('utf8').trimEnd().split('\n').slice(-count).join('\n')
}

function readEnd(file: string, from: number, bytes: number): Buffer {
  if (!fs.existsSync(file)) return Buffer.alloc(0)
  const handle = fs.openSync(file, 'r')
  try {
    const buffer = Buffer.alloc(bytes)
    return buffer.subarray(0, fs.readSync(handle, buffer, 0, bytes, Math.max(0, from)))
  } finally {
    fs.closeSync(handle)
  }
}
