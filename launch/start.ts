/**
 * One installation on one machine, from its folder to the open door. `all-in-one.ts` is the main around it; tests and
 * benchmarks start the same.
 */
import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import type { Clock } from '@floowe/platform'
import { openDataFolder, type DataFolder } from './data-folder.ts'
import { holdLock, type Lock } from './lock.ts'
import { startPostgres } from './postgres/bundled.ts'
import type { BundledPostgres } from './postgres/server.ts'

export const checkout = fileURLToPath(new URL('../', import.meta.url))

export type Installation = {
  url: string
  /** The demo's owner, when this start has a demo. */
  demo: { email: string; password: string } | null
  /** The one-time code of the first-run page, while no owner exists. */
  setupCode: string | null
  composed: import('./compose.ts').Composed
  ground: import('./embedded.ts').EmbeddedGround
  stop: () => Promise<void>
  /** Resolves with a sentence when the database is gone for good. */
  lost: Promise<string>
}

export type StartOptions = {
  variables: Readonly<Record<string, string | undefined>>
  say: (sentence: string) => void
  /** Handed in by the demo and by tests. */
  clock?: Clock
  /** Tests only: no fsync. */
  throwAway?: boolean
}

/** Throws {@link SettingsMistakes}, `StartRefused` or `LockHeld`, each with a sentence for the person who started. */
export async function startInstallation(options: StartOptions): Promise<Installation> {
  const { say } = options
  // The database takes the longest, so it starts while the rest of the program is still being loaded.
  const { createEnvReaders, systemClock } = await import('@floowe/platform/ground')
  const { launchSettings, readablePassword } = await import('./settings.ts')
  const readers = createEnvReaders(options.variables)
  const settings = launchSettings(readers.readerFor('launch'), checkout)
  const undo: (() => Promise<void>)[] = []
  const stop = async (): Promise<void> => {
    for (let step = undo.pop(); step; step = undo.pop()) await step().catch(() => undefined)
  }
  try {
    const folder = openDataFolder(settings.dataFolder)
    const lock = await holdLock(folder.path)
    undo.push(() => lock.release())
    const database = settings.databaseUrl ? null : startBundled(folder, lock, options)
    database?.catch(() => undefined)
    if (database) undo.push(async () => (await database).stop())
    const [{ compose, partNames, readPartSettings }, { databaseAddress, embeddedGround }] = await Promise.all([import('./compose.ts'), import('./embedded.ts')])
    const partSettings = readPartSettings(readers)
    readers.finish()
    const secret = secretOf(folder, settings.secret)
    const server = await database
    const ground = await embeddedGround({
      settings, secret, blobsFolder: folder.blobs, services: partNames, clock: options.clock ?? systemClock(),
      admin: server ? { host: server.host, port: server.port, database: server.database, user: server.user, password: server.password } : databaseAddress(settings.databaseUrl ?? ''),
    })
    const composed = await compose(ground, settings, partSettings)
    undo.push(() => composed.stop())
    folder.replaceSecret('local-credential', `local_${ground.sealer.deriveKey('local credential').toString('base64url')}`)
    const setup = await composed.calls.identity.getSetup(undefined, { workspaceId: null })
    let demo: Installation['demo'] = null
    if (settings.demo !== 'off') {
      const { demoOwner, tellDemo } = await import('./demo.ts')
      const password = folder.readOrMakeSecret('demo-password', 0, readablePassword)
      if (setup.needed) {
        say('making the demo workspace')
        await tellDemo({ composed, ground, password })
      }
      demo = { email: demoOwner, password }
    }
    const { setupCode } = await import('@floowe/platform/ground')
    await composed.listen()
    lock.setAddress(settings.publicUrl)
    return { url: settings.publicUrl, demo, setupCode: setup.needed && !demo ? setupCode(ground.sealer) : null, composed, ground, stop, lost: server?.lost ?? new Promise(() => undefined) }
  } catch (error) {
    await stop()
    throw error
  }
}

async function startBundled(folder: DataFolder, lock: Lock, options: StartOptions): Promise<BundledPostgres> {
  return startPostgres({ folder, lock, say: options.say, throwAway: options.throwAway ?? false })
}

/** Whatever its form, a given secret becomes 32 bytes; the made one has them. */
function secretOf(folder: DataFolder, given: string | null): Buffer {
  const text = given ?? folder.readOrMakeSecret('secret', 32)
  return createHash('sha256').update('floowe secret ').update(text).digest()
}
