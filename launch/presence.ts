/**
 * Who of a cluster's processes is there. Each holds a shared lock of the database for as long as it lives, on a connection of its
 * own; whoever must be alone (a move, a restore) takes the same lock for itself, and then knows that nobody reads or writes.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { Log } from '@floowe/platform'
import type { DatabaseAddress } from '@floowe/platform/ground'
import pg from 'pg'
import { readState, refuseUnlessOpen, retiredSentence, stateChannel } from './installation-state.ts'
import { StartRefused } from './start-refused.ts'

const lockKey = "hashtext('floowe:processes')"
const comeBackEveryMs = 1_000
/** A process that has just ended may still be listed. */
const [looksMax, lookEveryMs] = [10, 50]

export type Presence = {
  /** Resolves with a sentence when this process has to end: the installation was moved. */
  ended: Promise<string>
  leave: () => Promise<void>
}

/**
 * @param keyIds of this process's ring of secrets
 * @throws StartRefused when the installation was moved, is half restored, somebody needs it alone, or processes run with which this
 * one has no secret in common
 */
export async function enter(admin: DatabaseAddress, log: Log, keyIds: readonly string[]): Promise<Presence> {
  const ended = Promise.withResolvers<string>()
  const leaving = new AbortController()
  let client = await join(admin, keyIds)
  await refuseUnlessUnderstood(client, keyIds)
  const watch = (watched: pg.Client): void => {
    watched.on('notification', () => {
      readState(watched)
        .then(({ retired }) => retired && !leaving.signal.aborted && ended.resolve(retiredSentence(retired)))
        .catch(() => undefined)
    })
    watched.on('end', () => void comeBack())
  }
  /** As long as the database is away nothing can be moved either, so there is no hurry. */
  const comeBack = async (): Promise<void> => {
    while (!leaving.signal.aborted) {
      try {
        client = await join(admin, keyIds)
        if (leaving.signal.aborted) await client.end()
        else watch(client)
        return
      } catch (error) {
        if (error instanceof StartRefused && !leaving.signal.aborted) return ended.resolve(error.message)
        log.debug('the database is away, presence is told later', { error })
      }
      await pause(comeBackEveryMs, null, { signal: leaving.signal }).catch(() => undefined)
    }
  }
  watch(client)
  return {
    ended: ended.promise,
    leave: async () => {
      leaving.abort()
      await client.end().catch(() => undefined)
    },
  }
}

const nameBefore = 'floowe-presence '

async function join(admin: DatabaseAddress, keyIds: readonly string[]): Promise<pg.Client> {
  // Who looks at the list of connections sees which secrets the processes have; a name has at most 63 letters.
  const client = new pg.Client({ ...admin, application_name: `${nameBefore}${keyIds.join(',')}`, keepAlive: true })
  client.on('error', () => undefined)
  await client.connect()
  try {
    await client.query(`listen ${stateChannel}`)
    if (!(await take(client, 'pg_try_advisory_lock_shared')))
      throw new StartRefused(
        'not-alone',
        'This installation is being moved or restored. Start its processes when that is over.',
      )
    refuseUnlessOpen(await readState(client))
    return client
  } catch (error) {
    await client.end().catch(() => undefined)
    throw error
  }
}

/** Of each process that is there: the keys of its ring of secrets, the one that seals first. */
export async function ringsOf(client: pg.ClientBase): Promise<string[][]> {
  const { rows } = await client.query<{ name: string }>(
    `select application_name as name from pg_stat_activity
     where starts_with(application_name, $1) and datname = current_database() and pid <> pg_backend_pid() order by 1`,
    [nameBefore],
  )
  return rows.map(({ name }) => name.slice(nameBefore.length).split(','))
}

/** What one process seals, and how it proves that it belongs here, all others must be able to open. */
async function refuseUnlessUnderstood(client: pg.Client, keyIds: readonly string[]): Promise<void> {
  const [first = ''] = keyIds
  let stranger: string[] | undefined
  for (let look = 0; look < looksMax; look++) {
    stranger = (await ringsOf(client)).find((ring) => !ring.includes(first) || !keyIds.includes(ring[0] ?? ''))
    if (!stranger) return
    await pause(lookEveryMs)
  }
  await client.end().catch(() => undefined)
  throw new StartRefused(
    'secret-not-shared',
    `This process seals with key ${first} of FLOOWE_SECRET, and others run with ${stranger?.join(', ')}. While they do, each must know ` +
      'the first secret of all: give every process OLD,NEW, then NEW,OLD, then NEW alone, and restart them in between.',
  )
}

const take = async (client: pg.ClientBase, how: 'pg_try_advisory_lock' | 'pg_try_advisory_lock_shared') =>
  (await client.query<{ taken: boolean }>(`select ${how}(${lockKey}) as taken`)).rows[0]?.taken === true

/** Keeps all processes out for as long as the client is connected. @returns false when some are still there after `withinMs` */
export async function beAlone(client: pg.ClientBase, withinMs: number): Promise<boolean> {
  const giveUpAt = performance.now() + withinMs
  while (!(await take(client, 'pg_try_advisory_lock'))) {
    if (performance.now() > giveUpAt) return false
    await pause(50)
  }
  return true
}
