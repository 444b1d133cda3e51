/** A database that has the tables of this version and not one row of anybody's, ready to be copied by first starts. */
import { createHash, randomBytes } from 'node:crypto'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { DatabaseAddress } from '@floowe/platform/ground'
import { openDataFolder } from './data-folder.ts'
import { holdLock } from './lock.ts'
import { startPostgres } from './postgres/bundled.ts'
import { templatePlace } from './postgres/making.ts'

const root = fileURLToPath(new URL('../', import.meta.url))
const unfinishedPrefix = 'tables.new-'

/** A short name for "the tables of this version": it changes with every migration. */
export function tablesOfThisVersion(): string {
  const rooms = [...fs.readdirSync(path.join(root, 'services')).map((name) => `services/${name}`), 'gateway']
  const folders = [
    ...rooms.map((room) => path.join(root, room, 'migrations')),
    path.join(root, 'platform/database/migrations'),
  ]
  const hash = createHash('sha256')
  for (const folder of folders.filter((one) => fs.existsSync(one)).sort())
    for (const file of fs.readdirSync(folder).sort())
      hash.update(`${path.relative(root, path.join(folder, file))}\0`).update(fs.readFileSync(path.join(folder, file)))
  return hash.digest('hex')
}

/** Returns where it is, or undefined where none can be made. Its secret, and with it every password in it, is thrown away. */
export async function prepareTables(into?: string): Promise<string | undefined> {
  const contents = tablesOfThisVersion()
  const place = await templatePlace(contents, into)
  if (!place || fs.existsSync(place.cluster)) return place?.cluster
  for (const name of fs.readdirSync(place.home).filter((entry) => entry.startsWith(unfinishedPrefix)))
    fs.rmSync(path.join(place.home, name), { recursive: true, force: true, maxRetries: 3 })
  const folder = openDataFolder(path.join(place.home, `${unfinishedPrefix}${randomBytes(6).toString('hex')}`))
  const lock = await holdLock(folder.path)
  try {
    const server = await startPostgres({ folder, lock, ...(into ? { templates: into } : {}) })
    try {
      await makeTables(server)
    } finally {
      await server.stop()
    }
    fs.renameSync(folder.postgres, place.cluster)
  } finally {
    await lock.release()
    fs.rmSync(folder.path, { recursive: true, force: true, maxRetries: 3 })
  }
  return place.cluster
}

async function makeTables({ host, port, database, user, password }: DatabaseAddress): Promise<void> {
  const { openQueues, roleOf } = await import('@floowe/platform/ground')
  const { prepareDatabase } = await import('./embedded.ts')
  const { partNames } = await import('./compose.ts')
  const { bringTablesUpToDate } = await import('./tables.ts')
  const admin = { host, port, database, user, password }
  const { address, passwords } = await prepareDatabase(admin, [...partNames, 'bullmq'], [randomBytes(32)])
  const as = (name: string) => ({ ...address, user: roleOf(name), ...passwords(name) })
  await bringTablesUpToDate(as)
  const queues = await openQueues({ address: as('bullmq') })
  const queue = queues.queue('floowe')
  // The server stops right behind: a connection that is still saying goodbye is nobody's loss.
  queue.on('error', () => undefined)
  await queue.waitUntilReady()
  await queue.obliterate({ force: true })
  await queue.close()
}
