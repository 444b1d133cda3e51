/**
 * A database is made by a thread of its own: making it is a chain of short programs, and between two of them a main
 * that is loading its own modules would not be listening.
 */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { StartRefused } from '../start-refused.ts'
import type { ClusterPlace } from './cluster.ts'
import type { Wish } from './making.ts'
import type { Programs } from './programs.ts'
import type { ServerUser } from './server-user.ts'

/** `found`: the programs as installed; `programs`: those the server's user can read. */
export type Made = { place: ClusterPlace; found: Programs; programs: Programs; user: ServerUser }

/** What the thread says to us: sentences for the person who waits, and at last how it went. */
export type Word =
  | { kind: 'says'; sentence: string }
  | { kind: 'made'; made: Made }
  | { kind: 'refused'; code: string; sentence: string; cause: string }

/** Makes the database of a folder that has none. Throws `StartRefused`. */
export async function makeApart(wish: Wish, say: (sentence: string) => void): Promise<Made> {
  // Without what the program was started with: `--input-type` of a script, say, is refused for a file.
  const thread = new Worker(new URL('./making-thread.ts', import.meta.url), { workerData: wish, execArgv: [] })
  const { promise, resolve, reject } = Promise.withResolvers<Made>()
  thread.on('message', (word: Word) => {
    if (word.kind === 'says') say(word.sentence)
    else if (word.kind === 'made') resolve(word.made)
    else reject(new StartRefused(word.code, word.sentence, word.cause || undefined))
  })
  thread.on('error', reject)
  const gone = once(thread, 'exit').then(() => Promise.reject(new Error('the thread that makes the database ended')))
  return Promise.race([promise, gone])
}
