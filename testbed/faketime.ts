/** A clock of its own for one process: libfaketime stands before the C library and reads from a file how far to be off. */
import { existsSync, writeFileSync } from 'node:fs'
import { installPackages, type Program } from './programs.ts'

const name = 'libfaketimeMT.so.1'
const folders = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/local/lib'].map(
  (folder) => `${folder}/faketime/${name}`,
)

export const program: Program = {
  name: 'faketime',
  find: () => folders.find(existsSync) ?? null,
  install: () => installPackages('faketime'),
  variable: null,
}

export type Clock = {
  /** For the environment of the process, before it starts. */
  variables: Readonly<Record<string, string>>
  /** From about a second later the wall clock of the process is off by so much; timers go on as they were. */
  jump: (seconds: number) => void
}

/** @param file where the process looks; one for each clock */
export function startClock(file: string): Clock {
  const library = program.find()
  if (library === null) throw new Error('faketime is not here: npm run testbed -- install faketime')
  const jump = (seconds: number): void => writeFileSync(file, `${seconds < 0 ? '' : '+'}${seconds}\n`)
  jump(0)
  return {
    variables: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      // Seconds between looks at the file; looking each time would cost more than the clock itself.
      FAKETIME_CACHE_DURATION: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
    jump,
  }
}
