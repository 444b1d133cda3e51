/** Opens an installation: settings, its folder and lock, the database, the ground. Nothing of the product runs yet. */
import { setImmediate as turn } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Clock } from '@floowe/platform'
import { type DataFolder, openDataFolder } from './data-folder.ts'
import type { EmbeddedGround } from './embedded.ts'
import type { SettingsOfParts } from './compose.ts'
import { holdLock, type Lock } from './lock.ts'
import { startPostgres } from './postgres/bundled.ts'
import { tablesOfThisVersion } from './prepared-tables.ts'
import { ringOf, secretMistake, secretsIn } from './secret/ring.ts'
import type { LaunchSettings } from './settings.ts'
import type { DatabaseAddress } from '@floowe/platform/ground'
import { StartRefused } from './start-refused.ts'

export const checkout = fileURLToPath(new URL('../', import.meta.url))

export type OpenOptions = {
  variables: Readonly<Record<string, string | undefined>>
  say: (sentence: string) => void
  clock?: Clock
  /** Tests only: no fsync. */
  throwAway?: boolean
  /** For restores: also one that was moved away, or is half restored. */
  whatever?: boolean
}

export type Opened = {
  settings: LaunchSettings
  parts: SettingsOfParts
  folder: DataFolder
  lock: Lock
  ground: EmbeddedGround
  /** Resolves with a sentence when the bundled database ends by itself; never when the database is the operator's. */
  lost: Promise<string>
  /** What is opened later is undone first. */
  undo: (step: () => Promise<void>) => void
  stop: () => Promise<void>
}

/** Throws `SettingsMistakes`, `StartRefused` or `LockHeld`, each with sentences for the person who started; nothing stays open then. */
export async function openInstallation(options: OpenOptions): Promise<Opened> {
  const { createEnvReaders } = await import('@floowe/platform/config')
  const { launchSettings } = await import('./settings.ts')
  const readers = createEnvReaders(options.variables)
  const settings = launchSettings(readers.readerFor('launch'), checkout)
  // Nothing is made on the disk for settings that will be refused; the parts' own mistakes are told with them.
  if (readers.hasMistakes()) {
    const { readPartSettings } = await import('./compose.ts')
    readPartSettings(readers)
    readers.finish()
  }
  const steps: (() => Promise<void>)[] = []
  const stop = async (): Promise<void> => {
    for (let step = steps.pop(); step; step = steps.pop()) await step().catch(() => undefined)
  }
  try {
    const folder = openDataFolder(settings.dataFolder)
    const lock = await holdLock(folder.path)
    steps.push(() => lock.release())
    // The database takes the longest, so it starts while the rest of the program is still being loaded.
    const starting = settings.databaseUrl ? null : startDatabase(folder, lock, options)
    starting?.catch(() => undefined)
    if (starting) steps.push(async () => (await starting).stop())
    // A turn after each: what makes and starts the database is heard only between them.
    const { databaseAddress, embeddedGround } = await import('./embedded.ts')
    await turn()
    const { partNames, readPartSettings } = await import('./compose.ts')
    const { systemClock } = await import('@floowe/platform/ground')
    const parts = readPartSettings(readers)
    readers.finish()
    const secrets = ringOf(settings.secret ?? secretIn(folder))
    // The demo's first minute needs everything, and nothing else is to be done until the database is there.
    if (settings.demo !== 'off' && folder.readSecret('demo-password') === undefined) void warm().catch(() => undefined)
    const server = await starting
    const admin: DatabaseAddress = server
      ? {
          host: server.host,
          port: server.port,
          database: server.database,
          user: server.user,
          password: server.password,
        }
      : databaseAddress(settings.databaseUrl ?? '')
    const ground = await embeddedGround({
      settings,
      secrets,
      stores: { blobsFolder: folder.blobs },
      services: partNames,
      clock: options.clock ?? systemClock(),
      admin,
    })
    if (!options.whatever) {
      const { readState, refuseUnlessOpen, withClient } = await import('./installation-state.ts')
      refuseUnlessOpen(await withClient(ground.admin, readState))
    }
    return {
      settings,
      parts,
      folder,
      lock,
      ground,
      stop,
      undo: (step) => void steps.push(step),
      lost: server?.lost ?? new Promise(() => undefined),
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** One that was made here needs no look; of several somebody may have written one by hand. */
function secretIn(folder: DataFolder): string {
  const text = folder.readOrMakeSecret('secret', 32)
  const mistake = secretsIn(text).length > 1 ? secretMistake(folder.file('secret'), text) : null
  if (mistake) throw new StartRefused('secret-file', `${mistake}.`)
  return text
}

const startDatabase = (folder: DataFolder, lock: Lock, { say, throwAway = false }: OpenOptions) =>
  startPostgres({ folder, lock, say, throwAway, contents: tablesOfThisVersion })

async function warm(): Promise<void> {
  const { catalogue } = await import('./catalogue.ts')
  for (const { warm } of catalogue) await warm?.()
  await turn()
  await import('./demo.ts')
}
