/**
 * What a running installation answers when its operator asks for a backup. With `move` it is retired first, from then on nothing
 * is sent or written any more, and its processes end; so the archive is the whole of it, and whatever runs from the archive
 * is alone. Retired it stays, also when the archive was not taken to its end: only a person knows whether it was.
 */
import type { Readable } from 'node:stream'
import type { BackupWish } from '@floowe/gateway'
import type { DatabaseAddress, Ground } from '@floowe/platform/ground'
import pg from 'pg'
import { type Composed, partNames } from '../compose.ts'
import { version } from '../embedded.ts'
import { prepareState, type Retired, retiredSentence, withClient, writeState } from '../installation-state.ts'
import { beAlone, type Presence } from '../presence.ts'
import { StartRefused } from '../start-refused.ts'
import { type BackupSource, streamBackup } from './backup.ts'
import { holdEvents } from './events.ts'

type Backup = (wish: BackupWish) => Promise<Readable>

const sourceOf = (ground: Ground, admin: DatabaseAddress, isMove: boolean): BackupSource => ({
  address: admin,
  schemas: partNames,
  blobs: ground.blobs,
  ...(ground.documents && { documents: ground.documents }),
  keyId: ground.sealer.keyId,
  now: () => new Date().toISOString(),
  version,
  isMove,
})
const retiredBy = (move: NonNullable<BackupWish['move']>): Retired => ({ at: new Date().toISOString(), ...move })

async function retire(client: pg.Client, retired: Retired): Promise<void> {
  await prepareState(client)
  await writeState(client, 'retired', retired)
}

/** @param options.moved hears that this process is to end now, in a sentence */
export function backupHere(options: {
  ground: Ground & { admin: DatabaseAddress }
  composed: () => Composed | null
  moved: (sentence: string) => void
}): Backup {
  const { ground, moved } = options
  return async ({ move }) => {
    if (!move) return streamBackup(sourceOf(ground, ground.admin, false))
    const retired = retiredBy(move)
    await withClient(ground.admin, (client) => retire(client, retired))
    await options.composed()?.rest()
    const archive = streamBackup(sourceOf(ground, ground.admin, true))
    archive.once('close', () => moved(retiredSentence(retired)))
    return archive
  }
}

/** Others end within seconds. With the time that events may take, less than the minute that balancers wait for a first byte. */
const aloneWithinMs = 35_000

/** In one of a cluster's processes. @param options.presence its own */
export function backupOfCluster(options: {
  ground: Ground & { admin: DatabaseAddress }
  rabbitmqUrl: string
  presence: Presence
  moved: (sentence: string) => void
}): Backup {
  const { ground, rabbitmqUrl, presence, moved } = options
  const { admin } = ground
  const hold = () => holdEvents({ admin, rabbitmqUrl, schemas: partNames })
  return async ({ move }) => {
    // Once before anything is sent, so that it can be refused in words.
    const release = await hold()
    if (!move) {
      await release()
      return streamBackup({ ...sourceOf(ground, admin, false), holdEvents: hold })
    }
    const client = new pg.Client(admin)
    client.on('error', () => undefined)
    await client.connect()
    const retired = retiredBy(move)
    try {
      // Before the others are told: this process has to stay.
      await presence.leave()
      // Nothing is carried any more: what the others still write while they end waits in its outbox.
      await retire(client, retired)
      if (!(await beAlone(client, aloneWithinMs))) {
        await writeState(client, 'retired', null)
        throw new StartRefused(
          'cluster-runs',
          'Some process of this cluster did not end in time. Nothing was moved: those that ended may be started again.',
        )
      }
    } catch (error) {
      await release()
      await client.end()
      moved('a move began and could not be made; this process has to start anew')
      throw error
    }
    const archive = streamBackup({ ...sourceOf(ground, admin, true), holdEvents: async () => release })
    archive.once('close', () => {
      void client.end().finally(() => moved(retiredSentence(retired)))
    })
    return archive
  }
}
