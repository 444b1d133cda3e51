/**
 * Stands in for `better-sqlite3` in Bluesky's server: the same SQLite, as Node brings it. The original is compiled from C++ for a
 * minute wherever nobody can download it compiled. Only what the server and its query builder call.
 */
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'

/** What the server asks for by name, from https://sqlite.org/rescode.html. */
const codes = new Map([
  [5, 'SQLITE_BUSY'],
  [517, 'SQLITE_BUSY_SNAPSHOT'],
  [261, 'SQLITE_BUSY_RECOVERY'],
  [1555, 'SQLITE_CONSTRAINT_PRIMARYKEY'],
  [2067, 'SQLITE_CONSTRAINT_UNIQUE'],
])

function named<Result>(work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    if (error instanceof Error && 'errcode' in error) {
      const code = codes.get(Number(error.errcode))
      if (code !== undefined) Object.assign(error, { code })
    }
    throw error
  }
}

type Row = Record<string, unknown>
/** Bytes as the server knows them. */
const rowOf = (row: Row): Row =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : value,
    ]),
  )

class Statement {
  readonly reader: boolean
  readonly #statement: StatementSync
  constructor(statement: StatementSync) {
    this.#statement = statement
    this.reader = statement.columns().length > 0
  }
  all(values: readonly SQLInputValue[]): Row[] {
    return named(() => this.#statement.all(...values).map(rowOf))
  }
  run(values: readonly SQLInputValue[]): object {
    return named(() => this.#statement.run(...values))
  }
  *iterate(values: readonly SQLInputValue[]): Generator<Row> {
    for (const row of this.#statement.iterate(...values)) yield rowOf(row)
  }
}

export default class Database {
  readonly #database: DatabaseSync
  constructor(location: string, { timeout = 0 }: { timeout?: number } = {}) {
    this.#database = named(() => new DatabaseSync(location, { timeout }))
  }
  prepare(sql: string): Statement {
    return named(() => new Statement(this.#database.prepare(sql)))
  }
  pragma(words: string): void {
    named(() => this.#database.exec(`pragma ${words}`))
  }
  close(): void {
    this.#database.close()
  }
}
