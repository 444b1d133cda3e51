/** The thread that `apart.ts` starts. */
import { parentPort, workerData } from 'node:worker_threads'
import { StartRefused } from '../start-refused.ts'
import type { Word } from './apart.ts'
import { makeDatabase, type Wish } from './making.ts'

const tell = (word: Word): void => parentPort?.postMessage(word)

try {
  const wish: Wish = workerData
  tell({ kind: 'made', made: await makeDatabase(wish, (sentence) => tell({ kind: 'says', sentence })) })
} catch (error) {
  if (!(error instanceof StartRefused)) throw error
  tell({ kind: 'refused', code: error.code, sentence: error.message, cause: String(error.cause ?? '') })
}
