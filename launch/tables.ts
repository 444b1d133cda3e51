import { gatewayMigrations } from '@floowe/gateway'
import { type DatabaseAddress, migrate } from '@floowe/platform/ground'
import pg from 'pg'
import { catalogue } from './catalogue.ts'

/** Brings the tables of every part to this version, without starting any. */
export async function bringTablesUpToDate(databaseOf: (part: string) => DatabaseAddress): Promise<void> {
  for (const { name, migrations } of [...catalogue, { name: 'gateway', migrations: gatewayMigrations }]) {
    const client = new pg.Client({ ...databaseOf(name), options: `-c search_path=${name},public` })
    await client.connect()
    try {
      await migrate(client, name, migrations)
    } finally {
      await client.end()
    }
  }
}
