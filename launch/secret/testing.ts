/** What the tests of changing the secret share. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { DatabaseAddress } from '@floowe/platform/ground'
import { allTablesOf } from '../backup/tables.ts'
import { floowe } from '../backup/testing.ts'
import { partNames } from '../compose.ts'
import { withClient } from '../installation-state.ts'

export const secretFile = (folder: string): string => path.join(folder, 'secret')
export const secretText = (folder: string): string => readFileSync(secretFile(folder), 'utf8')

export type Status = {
  keptIn: string
  restartFor: string | null
  keys: { keyId: string; role: string; values: number }[]
  places: { place: string; keyId: string; values: number; old: number }[]
}

/** The command, answered as JSON. */
export async function secret(
  variables: Readonly<Record<string, string>>,
  word: string,
): Promise<{ code: number | null; json: any; err: string }> {
  // the answer of any of them
  const { code, out, err } = await floowe(variables, 'secret', word, '--json')
  return { code, json: out === '' ? null : (JSON.parse(out) as unknown), err }
}

/** Every row of every table that names this key, but for the names of keys themselves. */
export const rowsNaming = (admin: DatabaseAddress, keyId: string): Promise<string[]> =>
  withClient(admin, async (client) => {
    const found: string[] = []
    for (const table of await allTablesOf(client, partNames)) {
      const { rows } = await client.query<{ row: string }>(
        `select to_jsonb(t)::text as row from ${table} t where to_jsonb(t)::text ~ $1 limit 5`,
        [`v[12]\\.${keyId}\\.`],
      )
      found.push(...rows.map(({ row }) => `${table} ${row.slice(0, 200)}`))
    }
    return found
  })
