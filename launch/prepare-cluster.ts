/**
 * `node launch/prepare-cluster.ts [--demo]`: makes what the processes of a cluster find: roles, schemas, tables, the bucket, the local
 * credential in FLOOWE_DATA, and with `--demo` the demo workspace, told in this process on the cluster's own stores. May be
 * repeated. Prints one line of JSON: the demo's sign-in, and the code of the first-run page while nobody owns the place.
 */
import path from 'node:path'
import { makeBucket } from '@floowe/platform/cluster'
import { createEnvReaders } from '@floowe/platform/ground'
import { clusterSettings } from './cluster-settings.ts'
import { openClusterStores } from './cluster-stores.ts'
import { compose, partNames, readPartSettings } from './compose.ts'
import { openDataFolder } from './data-folder.ts'
import { demoOwner, tellDemo } from './demo.ts'
import { databaseAddress, embeddedGround } from './embedded.ts'
import { enter } from './presence.ts'
import { ringOf } from './secret/ring.ts'
import { readablePassword } from './settings.ts'
import { storyClock } from './story-clock.ts'

const hasDemo = process.argv.includes('--demo')
const readers = createEnvReaders(process.env)
const env = readers.readerFor('cluster')
const settings = clusterSettings(env)
const folder = openDataFolder(path.resolve(env.text('FLOOWE_DATA', { summary: 'Folder for the local credential' })))
const parts = readPartSettings(readers)
readers.finish()

const clock = storyClock()
await makeBucket(settings.s3)
const stores = await openClusterStores(settings)
const ground = await embeddedGround({
  settings,
  secrets: ringOf(settings.secret),
  admin: databaseAddress(settings.databaseUrl),
  stores,
  services: partNames,
  clock,
})
const presence = await enter(ground.admin, ground.log, ground.sealer.keyIds)
const composed = await compose(ground, { host: '127.0.0.1', port: settings.port }, parts, null)
try {
  folder.replaceSecret('local-credential', `local_${ground.sealer.deriveKey('local credential').toString('base64url')}`)
  const { needed } = await composed.calls.identity.getSetup(undefined, { workspaceId: null })
  if (needed && hasDemo) {
    const password = folder.readOrMakeSecret('demo-password', 0, readablePassword)
    await tellDemo({ composed, ground, clock, password })
  }
  clock.goLive()
  const password = folder.readSecret('demo-password')
  const { setupCode } = await import('@floowe/platform/ground')
  console.log(
    JSON.stringify({
      demo: hasDemo && password !== undefined ? { email: demoOwner, password } : null,
      setupCode: setupCode(ground.sealer),
    }),
  )
} finally {
  await composed.stop()
  await presence.leave()
  await stores.close()
}
