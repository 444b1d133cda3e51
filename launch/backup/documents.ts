/** Which services keep documents, and how a backup gets at them. */
import { jsonbArchive, mongodbArchive, type StoreArchive, textTables } from '@floowe/content/archive'
import type { Ground } from '@floowe/platform/ground'
import type pg from 'pg'

export type DocumentArchive = StoreArchive & { service: string }
export type Documents = Ground['documents']

/** Tables whose rows are in a backup as documents. */
export const documentTables: ReadonlySet<string> = new Set(textTables.map((table) => `content.${table}`))

/** @param client inside a transaction, where documents are rows; @param documents where they lie elsewhere */
export const documentArchives = (client: pg.ClientBase, documents: Documents): DocumentArchive[] => [
  { service: 'content', ...(documents ? mongodbArchive(documents('content')) : jsonbArchive(sqlOf(client))) },
]

export function sqlOf(client: pg.ClientBase) {
  const query = async <Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> =>
    (await client.query<Row & pg.QueryResultRow>(text, [...values])).rows
  return {
    query,
    one: async <Row extends object>(text: string, values?: readonly unknown[]) =>
      (await query<Row>(text, values))[0] ?? null,
  }
}
