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

export type Presence = {
  /** Resolves with a sentence when this process has to end: the installation was moved. */
  ended: Promise<string>
  leave: () => Promise<void>
}

/** @throws StartRefused when the installation was moved, is half restored, or somebody needs it alone */
export async function enter(admin: DatabaseAddress, log: Log): Promise<Presence> {
  const ended = Promise.withResolvers<string>()
  const leaving = new AbortController()
  let client = await join(admin)
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
        client = await join(admin)
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

async function join(admin: DatabaseAddress): Promise<pg.Client> {
  const client = new pg.Client({ ...admin, application_name: 'floowe-presence', keepAlive: true })
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
