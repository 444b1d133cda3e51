/**
 * Numbered migrations, up and down. A file is `0001-name.sql`; a line `-- down` parts the way up from the way back.
 * Each runs in one transaction with its row in the ledger, under a lock of the schema: two processes starting at once
 * run each file once. A file that changed after it ran is refused.
 */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type pg from 'pg'

export type Migration = { number: number; name: string; up: string; down: string; checksum: string }

const platformMigrations = new URL('./migrations/', import.meta.url)
const fileForm = /^(\d{4})-([a-z0-9-]+)\.sql$/

/** Reads a folder. Throws when a name, a number or a way down is missing. */
export async function readMigrations(folder: URL): Promise<Migration[]> {
  const files = (await readdir(fileURLToPath(folder))).filter((file) => file.endsWith('.sql')).sort()
  const found: Migration[] = []
  for (const [index, file] of files.entries()) {
    const match = fileForm.exec(file)
    if (!match || Number(match[1]) !== index + 1)
      throw new Error(`migration ${file}: expected ${String(index + 1).padStart(4, '0')}-name.sql`)
    const text = await readFile(new URL(file, folder), 'utf8')
    const [up, down] = text.split(/^-- down\s*$/m)
    if (!up?.trim() || !down?.trim())
      throw new Error(`migration ${file}: needs a way up and, after a line "-- down", a way back`)
    found.push({
      number: index + 1,
      name: match[2] ?? '',
      up,
      down,
      checksum: createHash('sha256').update(text).digest('hex'),
    })
  }
  return found
}

/**
 * Brings a schema up (or back) to `target`, by default the newest.
 * @returns the numbers that ran. Throws when a recorded migration is unknown or was changed.
 */
export async function migrate(
  client: pg.ClientBase,
  schema: string,
  folder: URL | null,
  target?: number,
): Promise<number[]> {
  await migrateLedger(client, schema, 'platform_migrations', await readMigrations(platformMigrations))
  return folder ? migrateLedger(client, schema, 'migrations', await readMigrations(folder), target) : []
}

async function migrateLedger(
  client: pg.ClientBase,
  schema: string,
  ledger: string,
  known: Migration[],
  target?: number,
): Promise<number[]> {
  const goal = target ?? known.length
  const ran: number[] = []
  // Most starts find nothing to do: one look without a lock.
  const before = await recorded(client, ledger).catch(() => null)
  if (before && before.length === goal && agrees(before, known, ledger)) return ran
  // Twice the number of files bounds the loop; each turn is one transaction.
  for (let turn = 0; turn <= known.length * 2 + 1; turn++) {
    await client.query('begin')
    try {
      await client.query('select pg_advisory_xact_lock(hashtext($1))', [`floowe:migrate:${schema}`])
      await client.query(
        `create table if not exists ${ledger} (number int primary key, name text not null, checksum text not null, applied_at timestamptz not null default now())`,
      )
      const done = await recorded(client, ledger)
      agrees(done, known, ledger)
      const current = done.length
      const step = current < goal ? known[current] : current > goal ? known[current - 1] : undefined
      if (!step) {
        await client.query('commit')
        return ran
      }
      await client.query(current < goal ? step.up : step.down)
      if (current < goal)
        await client.query(`insert into ${ledger} (number, name, checksum) values ($1, $2, $3)`, [
          step.number,
          step.name,
          step.checksum,
        ])
      else await client.query(`delete from ${ledger} where number = $1`, [step.number])
      await client.query('commit')
      ran.push(step.number)
    } catch (error) {
      await client.query('rollback')
      throw error
    }
  }
  throw new Error(`migrations of ${schema} do not settle`)
}

type Recorded = { number: number; checksum: string }
const recorded = async (client: pg.ClientBase, ledger: string): Promise<Recorded[]> =>
  (await client.query<Recorded>(`select number, checksum from ${ledger} order by number`)).rows

function agrees(done: Recorded[], known: Migration[], ledger: string): true {
  for (const row of done) {
    const file = known[row.number - 1]
    if (!file)
      throw new Error(
        `${ledger} ${row.number} ran here but is unknown to this version; the data is from a newer Floowe`,
      )
    if (file.checksum !== row.checksum) throw new Error(`${ledger} ${row.number}-${file.name} was changed after it ran`)
  }
  return true
}
