/** Which tables a backup holds, in which order they can be filled, and how a row is written. */
import type pg from 'pg'

export type Table = {
  schema: string
  name: string
  key: string[]
  /** Columns of the key that are texts. */
  texts: string[]
  columns: string[]
}

/** What is made anew, or must not travel: what browsers saw, answers to repeat, and the job engine's own tables. */
const leftOut = new Set(['gateway.live_events', 'gateway.live_counters', 'gateway.idempotency'])
const ledgers = new Set(['migrations', 'platform_migrations'])

/** All tables of these schemas, referenced ones first. Unlogged ones hold what may be lost, or must be: they stay out. */
export async function tablesOf(client: pg.ClientBase, schemas: readonly string[]): Promise<Table[]> {
  const { rows } = await client.query<{
    schema: string
    name: string
    key: string[] | null
    texts: string[] | null
    columns: string[]
  }>(
    `select n.nspname as schema, c.relname as name,
            (select array_agg(a.attname::text order by x.n) from pg_index i, unnest(i.indkey) with ordinality as x(attnum, n) join pg_attribute a on a.attnum = x.attnum
              where i.indrelid = c.oid and i.indisprimary and a.attrelid = c.oid) as key,
            (select array_agg(a.attname::text order by a.attnum) from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns,
            (select array_agg(a.attname::text) from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and a.attcollation <> 0) as texts
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = any($1) and c.relkind in ('r', 'p') and c.relpersistence <> 'u' order by 1, 2`,
    [schemas],
  )
  const { rows: references } = await client.query<{ from: string; to: string }>(
    `select (conrelid::regclass)::oid::regclass::text as "from", (confrelid::regclass)::oid::regclass::text as "to" from pg_constraint where contype = 'f' and conrelid <> confrelid`,
  )
  const tables = rows
    .filter((row) => !ledgers.has(row.name) && !leftOut.has(`${row.schema}.${row.name}`))
    .map((row) => ({ ...row, key: row.key ?? row.columns, texts: row.texts ?? [] }))
  return inOrder(tables, references)
}

/** Every table but the records of migrations, with its schema, quoted: also those that no backup holds. */
export async function allTablesOf(client: pg.ClientBase, schemas: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<{ schema: string; name: string }>(
    `select n.nspname as schema, c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = any($1) and c.relkind in ('r', 'p') order by 1, 2`,
    [schemas],
  )
  return rows.filter(({ name }) => !ledgers.has(name)).map((row) => fullName(row))
}

function inOrder(tables: Table[], references: readonly { from: string; to: string }[]): Table[] {
  const plain = (name: string): string => name.replaceAll('"', '')
  const needs = new Map<string, Set<string>>()
  for (const { from, to } of references)
    (needs.get(plain(from)) ?? needs.set(plain(from), new Set()).get(plain(from)))?.add(plain(to))
  const done = new Set<string>()
  const ordered: Table[] = []
  // Each round places at least one table, or a circle is left and keeps its order by name.
  for (let round = 0; round <= tables.length && ordered.length < tables.length; round++) {
    for (const table of tables) {
      const name = `${table.schema}.${table.name}`
      if (done.has(name)) continue
      const isReady = [...(needs.get(name) ?? [])].every(
        (other) => done.has(other) || !tables.some((one) => `${one.schema}.${one.name}` === other),
      )
      if (!isReady && round < tables.length) continue
      done.add(name)
      ordered.push(table)
    }
  }
  return ordered
}

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
export const fullName = (table: Pick<Table, 'schema' | 'name'>): string =>
  `${quoted(table.schema)}.${quoted(table.name)}`

/** Rows as JSON text in the order of the key, page by page; the client must be inside a transaction. */
export async function* rowsOf(client: pg.ClientBase, table: Table, pageRows = 200): AsyncGenerator<string[]> {
  // The order of texts must not depend on the server: a checksum goes over it.
  const order = table.key
    .map((column) => `${quoted(column)}${table.texts.includes(column) ? ' collate "C"' : ''}`)
    .join(', ')
  const picked = table.columns.map((column) => `t.${quoted(column)}`).join(', ')
  await client.query(
    `declare backup_rows no scroll cursor for select row_to_json(r)::text as row from (select ${picked} from ${fullName(table)} t order by ${order}) r`,
  )
  try {
    // A cursor ends; the bound is far beyond any table that one machine holds.
    for (let page = 0; page < 100_000_000; page++) {
      const { rows } = await client.query<{ row: string }>(`fetch ${pageRows} from backup_rows`)
      if (rows.length === 0) return
      yield rows.map((row) => row.row)
    }
  } finally {
    await client.query('close backup_rows').catch(() => undefined)
  }
}
