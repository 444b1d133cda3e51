import { createReadStream, statSync } from 'node:fs'
import type { SourceFile } from './incoming.ts'

/** A file on this machine's disk. @param path where it is. @param name how it is called in reports. */
export function fileOnDisk(path: string, name: string): SourceFile {
  return {
    path: name,
    size: statSync(path).size,
    async *open(from = 0, to) {
      if (to !== undefined && to <= from) return
      yield* createReadStream(
        path,
        to === undefined ? { start: from } : { start: from, end: to - 1 },
      ) as AsyncIterable<Uint8Array> // without an encoding it yields bytes
    },
  }
}
