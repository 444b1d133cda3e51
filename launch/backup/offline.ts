/** An installation opened for a restore: its database is up and has all tables, its door stays closed. */
import type { Clock } from '@floowe/platform'
import { gatewayMigrations } from '@floowe/gateway'
import { migrate } from '@floowe/platform/ground'
import pg from 'pg'
import { catalogue } from '../catalogue.ts'
import { compose, partNames } from '../compose.ts'
import { openInstallation } from '../open.ts'
import type { RestoreTarget } from './restore.ts'

export async function startForRestore(options: {
  variables: Readonly<Record<string, string | undefined>>
  say: (sentence: string) => void
  clock: Clock
}) {
  // Nothing may leave while this process runs, and the demo is not wanted.
  const opened = await openInstallation({
    ...options,
    variables: { ...options.variables, FLOOWE_DEMO: 'off', FLOOWE_PUBLISHING_HOLD: 'on', FLOOWE_LOG_LEVEL: 'error' },
  })
  const { ground } = opened
  try {
    for (const { name, migrations } of [...catalogue, { name: 'gateway', migrations: gatewayMigrations }]) {
      const client = new pg.Client({ ...ground.databaseOf(name), options: `-c search_path=${name},public` })
      await client.connect()
      try {
        await migrate(client, name, migrations)
      } finally {
        await client.end()
      }
    }
  } catch (error) {
    await opened.stop()
    throw error
  }
  const target: Omit<RestoreTarget, 'say'> = { address: ground.admin, schemas: partNames, blobs: ground.blobs }
  return {
    target,
    secret: opened.secret,
    /** @param since when the backup was made. Answers how many deliveries wait for a person now. */
    hold: async (since: string): Promise<number> => {
      const composed = await compose(ground, opened.settings, opened.parts, null)
      try {
        return (await composed.calls.publishing.holdOpen({ since }, { workspaceId: null })).held
      } finally {
        await composed.stop()
      }
    },
    stop: opened.stop,
  }
}
