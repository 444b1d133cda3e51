/**
 * PostgreSQL for one service: its own role, its own schema, its own small pool. Queries are prepared once per connection.
 */
import pg from 'pg'
import type { EventEmission } from '../outbox/outbox.ts'
import {
  eventRows,
  type FactStatement,
  factText,
  type FormedEvent,
  formEvents,
  type NewEvent,
  takeEvents,
  writeEvents,
} from '../outbox/outbox.ts'
import type { JobRequest } from '../jobs/port.ts'
import { writeJobs } from '../jobs/rows.ts'
import type { Clock } from '../clock.ts'
import type { Ids } from '../ids.ts'
import { createPasswords } from './passwords.ts'

export type Row = Record<string, unknown>

export type Sql = {
  /** Runs one statement. The type of a row is the caller's promise, kept by its own SQL. */
  query: <Result extends object = Row>(text: string, values?: readonly unknown[]) => Promise<Result[]>
  /** The first row, or null. */
  one: <Result extends object = Row>(text: string, values?: readonly unknown[]) => Promise<Result | null>
}

export type Transaction = Sql & {
  /** Writes an event beside the fact; it is delivered at least once after the commit. */
  emit: EventEmission
  /** Writes a job beside the fact; it runs after the commit. Answers its id. */
  enqueue: (job: JobRequest) => Promise<string>
  /** Runs after a successful commit, outside the transaction; must not throw. */
  afterCommit: (work: () => void) => void
}

export type Database = Sql & {
  schema: string
  /** READ COMMITTED. `work` may run once only; a thrown error rolls back and is thrown on. */
  transaction: <Result>(work: (tx: Transaction) => Promise<Result>) => Promise<Result>
  /**
   * Runs one statement that is a transaction of its own and answers its first row, or null. Its events are written with it
   * if it states a fact (see {@link FactStatement}). Keep the statement: its text is made once for each.
   */
  state: <Result extends object = Row>(
    statement: FactStatement,
    values: readonly unknown[],
    events: readonly NewEvent[],
  ) => Promise<Result | null>
  /** Gives events their ids and instants, for a store that keeps them beside a fact of its own until they are taken. */
  formEvents: (events: readonly NewEvent[]) => FormedEvent[]
  /** Takes formed events into the outbox, in their order, all or none. May be repeated: who hears drops repeats by their ids. */
  takeEvents: (events: readonly FormedEvent[]) => Promise<void>
  /** True when the server answers within 2 s. */
  isReady: () => Promise<boolean>
  /** A connection of its own, e.g. for COPY in backups. The caller releases it. */
  connect: () => Promise<pg.PoolClient>
  close: () => Promise<void>
}

export type DatabaseAddress = {
  host: string
  port: number
  database: string
  user: string
  password: string
  /** What else the password may become while we run: another process changes it when the secret changed. */
  otherPasswords?: readonly string[]
}

export type DatabaseOptions = {
  address: DatabaseAddress
  schema: string
  /** Upper bound of connections of this service. */
  connectionsMax?: number
  clock: Clock
  ids: Ids
  onEvents: () => void
  onJobs: (jobs: { id: string; runAtMs: number }[]) => void
}

/** Whole numbers of 64 bits come back as numbers: none of ours passes 2^53. */
const types = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') => {
    if (oid === pg.types.builtins.INT8) return Number
    return pg.types.getTypeParser(oid, format as 'text')
  },
} as pg.CustomTypesConfig // pg's overloads cannot express a single function

export function openDatabase(options: DatabaseOptions): Database {
  const { address, schema, clock, ids } = options
  const { otherPasswords = [], ...server } = address
  const passwords = createPasswords([address.password, ...otherPasswords])
  const pool = new pg.Pool({
    ...server,
    password: passwords.current,
    max: options.connectionsMax ?? 6,
    idleTimeoutMillis: 20_000,
    connectionTimeoutMillis: 10_000,
    statement_timeout: 60_000,
    application_name: `floowe-${schema}`,
    options: `-c search_path=${schema},public`,
    types,
  })
  // An idle connection that breaks (the server restarts) is replaced by the next query; without a listener it would end the process.
  pool.on('error', () => undefined)
  // So would one that breaks while a transaction holds it between two statements; its next statement fails then.
  pool.on('connect', (client) => void client.on('error', () => undefined))
  const names = new Map<string, string>()
  const nameOf = (text: string): string => {
    const known = names.get(text)
    if (known) return known
    const name = `q${names.size}`
    names.set(text, name)
    return name
  }
  const sqlOver = (client: pg.Pool | pg.PoolClient): Sql => {
    const query = async <Result extends object>(text: string, values: readonly unknown[] = []): Promise<Result[]> => {
      // A text that grows without bound (lists written into it) must not fill the server with prepared plans.
      const named = names.size < 500 || names.has(text) ? { name: nameOf(text) } : {}
      const statement = { ...named, text, values: [...values] }
      const result = await passwords.within(() => client.query<Result & Row>(statement))
      return result.rows
    }
    return {
      query,
      one: async <Result extends object>(text: string, values?: readonly unknown[]) =>
        (await query<Result>(text, values))[0] ?? null,
    }
  }
  const transaction = async <Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> => {
    const client = await passwords.within(() => pool.connect())
    const after: (() => void)[] = []
    const jobs: { id: string; runAtMs: number }[] = []
    let emitted = false
    const sql = sqlOver(client)
    const tx: Transaction = {
      ...sql,
      emit: async (...emissions) => {
        emitted = true
        await writeEvents(sql, emissions, clock, ids)
      },
      enqueue: async (job) => {
        const id = await writeJobs(sql, job, clock, ids)
        jobs.push({ id, runAtMs: job.runAt === undefined ? clock.now() : Date.parse(job.runAt) })
        return id
      },
      afterCommit: (effect) => after.push(effect),
    }
    let broken: Error | undefined
    try {
      await client.query('begin')
      const result = await work(tx)
      await client.query('commit')
      for (const effect of after) effect()
      if (emitted) options.onEvents()
      if (jobs.length > 0) options.onJobs(jobs)
      return result
    } catch (error) {
      await client.query('rollback').catch((failure: Error) => {
        broken = failure
      })
      throw error
    } finally {
      client.release(broken)
    }
  }
  const overPool = sqlOver(pool)
  const factTexts = new Map<FactStatement, string>()
  return {
    ...overPool,
    schema,
    transaction,
    state: async <Result extends object>(
      statement: FactStatement,
      values: readonly unknown[],
      events: readonly NewEvent[],
    ) => {
      const text = factTexts.get(statement) ?? factText(statement, values.length + 1)
      factTexts.set(statement, text)
      const row = await overPool.one<Result>(text, [...values, eventRows(events, clock, ids)])
      if (row && events.length > 0) options.onEvents()
      return row
    },
    formEvents: (events) => formEvents(events, clock, ids),
    takeEvents: async (events) => {
      await takeEvents(overPool, events)
      options.onEvents()
    },
    isReady: async () => {
      const answer = pool.query('select 1').then(
        () => true,
        () => false,
      )
      const late = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 2000).unref())
      return Promise.race([answer, late])
    },
    connect: () => passwords.within(() => pool.connect()),
    close: () => pool.end(),
  }
}
