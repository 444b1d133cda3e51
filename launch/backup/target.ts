/**
 * An installation opened for a restore, in whichever shape the settings describe: its database is up and has all tables, nothing
 * of the product runs, and nobody else gets in.
 */
import type { Blobs } from '@floowe/platform'
import {
  createCalls,
  createEnvReaders,
  type DatabaseAddress,
  type Ground,
  type Started,
  startService,
  systemClock,
} from '@floowe/platform/ground'
import pg from 'pg'
import { catalogue } from '../catalogue.ts'
import { partNames, readPartSettings, type SettingsOfParts } from '../compose.ts'
import { databaseAddress, type EmbeddedGround, embeddedGround } from '../embedded.ts'
import { openInstallation } from '../open.ts'
import { StartRefused } from '../start-refused.ts'
import { bringTablesUpToDate } from '../tables.ts'
import type { Documents } from './documents.ts'

export type Variables = Readonly<Record<string, string | undefined>>
export type Target = {
  shape: 'all-in-one' | 'cluster'
  address: DatabaseAddress
  schemas: readonly string[]
  blobs: Blobs
  documents?: Documents
  /** Of its ring of secrets, the one that seals first. */
  keyIds: readonly string[]
  /**
   * Puts on hold what was being sent or fell due, nothing else being done. @param since when the backup was made
   * @returns how many deliveries wait for a person now
   */
  hold: (since: string) => Promise<number>
  stop: () => Promise<void>
}
type Options = { variables: Variables; say: (sentence: string) => void }

/** Only a cluster has its texts in MongoDB. */
export const isCluster = (variables: Variables): boolean => Boolean(variables['FLOOWE_MONGODB_URL'])

/** Nothing may leave while this process runs, and the demo is not wanted. */
const quiet = { FLOOWE_DEMO: 'off', FLOOWE_PUBLISHING_HOLD: 'on', FLOOWE_LOG_LEVEL: 'error' }

/** @throws `SettingsMistakes`, `StartRefused`, `LockHeld`; nothing stays open then */
export async function openTarget(options: Options): Promise<Target> {
  const opened = await (isCluster(options.variables) ? openCluster : openFolder)(options)
  const { ground, parts } = opened
  try {
    await bringTablesUpToDate(ground.databaseOf)
  } catch (error) {
    await opened.stop()
    throw error
  }
  return {
    shape: opened.shape,
    address: ground.admin,
    schemas: partNames,
    blobs: ground.blobs,
    ...(ground.documents && { documents: ground.documents }),
    keyIds: ground.sealer.keyIds,
    hold: (since) => hold(ground, parts, since),
    stop: opened.stop,
  }
}

type Opened = {
  shape: Target['shape']
  ground: EmbeddedGround
  parts: SettingsOfParts
  stop: () => Promise<void>
}

async function openFolder({ variables, say }: Options): Promise<Opened> {
  const { ground, parts, stop } = await openInstallation({
    variables: { ...variables, ...quiet },
    say,
    whatever: true,
  })
  return {
    shape: 'all-in-one',
    ground,
    parts,
    stop: async () => {
      await ground.close()
      await stop()
    },
  }
}

async function openCluster({ variables, say }: Options): Promise<Opened> {
  const [{ ringOf }, { clusterSettings }, { openClusterStores }, { beAlone }, { makeBucket }] = await Promise.all([
    import('../secret/ring.ts'),
    import('../cluster-settings.ts'),
    import('../cluster-stores.ts'),
    import('../presence.ts'),
    import('@floowe/platform/cluster'),
  ])
  const readers = createEnvReaders({ ...variables, ...quiet })
  const settings = clusterSettings(readers.readerFor('cluster'))
  const parts = readPartSettings(readers)
  readers.finish()
  await makeBucket(settings.s3)
  const stores = await openClusterStores(settings)
  const steps: (() => Promise<unknown>)[] = [stores.close]
  const stop = async (): Promise<void> => {
    for (let step = steps.pop(); step; step = steps.pop()) await step().catch(() => undefined)
  }
  try {
    const ground = await embeddedGround({
      settings,
      secrets: ringOf(settings.secret),
      admin: databaseAddress(settings.databaseUrl),
      stores,
      services: partNames,
      clock: systemClock(),
    })
    steps.push(ground.close)
    const alone = new pg.Client(ground.admin)
    alone.on('error', () => undefined)
    await alone.connect()
    steps.push(() => alone.end())
    say('making sure that no process of this cluster runs')
    if (!(await beAlone(alone, aloneWithinMs)))
      throw new StartRefused(
        'cluster-runs',
        'Processes of this cluster run. Stop them all, then try again: this needs it alone.',
      )
    return { shape: 'cluster', ground, parts, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

const aloneWithinMs = 10_000

/** Opened, these never begin: they answer this one question (identity, who may ask it), and neither events nor jobs flow. */
const asked = ['identity', 'publishing'] as const

async function hold(ground: Ground, parts: SettingsOfParts, since: string): Promise<number> {
  const opened: Started[] = []
  try {
    for (const service of catalogue.filter(({ name }) => asked.some((one) => one === name)))
      opened.push(await startService(service, parts.services.get(service.name), ground))
    const calls = createCalls({
      from: 'gateway',
      proofKey: ground.sealer.deriveKey('service proof'),
      transport: ground.transport,
      nowMs: ground.clock.now,
    })
    return (await calls.publishing.holdOpen({ since }, { workspaceId: null })).held
  } finally {
    for (const part of opened) await part.stop()
  }
}
