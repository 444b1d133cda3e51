/**
 * A small main for tests: takes a data folder, holds its lock and, when told, starts its database, and says what happens
 * as lines of JSON. It ends the good way at `stop` on its standard input, the bad way when it is killed.
 */
import { openDataFolder } from './data-folder.ts'
import { holdLock, LockHeld } from './lock.ts'
import { type PostgresOptions, startPostgres } from './postgres/bundled.ts'
import { StartRefused } from './start-refused.ts'

export type MainOptions = Pick<PostgresOptions, 'reach' | 'asRoot' | 'throwAway' | 'templates'> & {
  postgres: boolean
  address?: string
}

const say = (line: object): void => console.log(JSON.stringify(line))

try {
  const options: MainOptions = JSON.parse(process.argv[3] ?? '')
  const folder = openDataFolder(process.argv[2] ?? '')
  const lock = await holdLock(folder.path)
  if (options.address) lock.setAddress(options.address)
  say({ event: 'locked', pid: process.pid })
  const server = options.postgres
    ? await startPostgres({ ...options, folder, lock, say: (sentence) => say({ event: 'says', sentence }) })
    : undefined
  void server?.lost.then((sentence) => say({ event: 'lost', sentence }))
  say({ event: 'ready', ...server })
  process.stdin.once('data', async () => {
    await server?.stop()
    await lock.release()
    say({ event: 'stopped' })
    process.exit(0)
  })
} catch (error) {
  if (!(error instanceof StartRefused)) throw error
  const held = error instanceof LockHeld ? { holder: error.holder, answered: error.answered } : {}
  say({ event: 'refused', code: error.code, sentence: error.message, ...held })
  process.exitCode = 1
}
