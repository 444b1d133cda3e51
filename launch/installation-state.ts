/**
 * What holds for an installation as a whole, whoever runs: that it was moved away, or that a restore into it has not ended. Rows
 * of a schema of its own (`installation.state`) beside those of the services; no backup holds them.
 */
import type { DatabaseAddress } from '@floowe/platform/ground'
import pg from 'pg'
import { StartRefused } from './start-refused.ts'

export type Retired = {
  /** ISO 8601. */
  at: string
  /** The archive it went into. */
  archive: string
  /** Where it went, in the words of whoever moved it. */
  to: string | null
}
export type Restoring = {
  /** SHA-256 of the archive's file. */
  archive: string
  /** When the backup was made. */
  of: string
  /** Entries of the archive that are in, from the first on. */
  entries: number
  /** `verified`: all is in and was compared; what follows may be repeated. */
  phase: 'filling' | 'verified'
}
export type InstallationState = { retired: Retired | null; restoring: Restoring | null }

/** Told on this channel when the row `retired` is written. */
export const stateChannel = 'floowe_installation'

export async function readState(client: pg.ClientBase): Promise<InstallationState> {
  const { rows } = await client.query<{ known: boolean }>(
    "select to_regclass('installation.state') is not null as known",
  )
  if (!rows[0]?.known) return { retired: null, restoring: null }
  const found = await client.query<{ name: string; value: unknown }>('select name, value from installation.state')
  const valueOf = (name: string): unknown => found.rows.find((row) => row.name === name)?.value ?? null
  return { retired: valueOf('retired') as Retired | null, restoring: valueOf('restoring') as Restoring | null } // written below
}

/** Inside the caller's transaction, if there is one. Null takes the row away. */
export async function writeState<Name extends keyof InstallationState>(
  client: pg.ClientBase,
  name: Name,
  value: InstallationState[Name],
): Promise<void> {
  if (value === null) await client.query('delete from installation.state where name = $1', [name])
  else
    await client.query(
      'insert into installation.state (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value',
      [name, JSON.stringify(value)],
    )
  if (name === 'retired') await client.query(`notify ${stateChannel}`)
}

/** Makes the table that {@link writeState} needs. */
export async function prepareState(client: pg.ClientBase): Promise<void> {
  await client.query('begin')
  try {
    await client.query("select pg_advisory_xact_lock(hashtext('floowe:installation'))")
    await client.query('create schema if not exists installation')
    await client.query('create table if not exists installation.state (name text primary key, value jsonb not null)')
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    throw error
  }
}

export const retiredSentence = ({ at, archive, to }: Retired): string =>
  `This installation was moved on ${at.slice(0, 16).replace('T', ' at ')} UTC into ${archive}${to === null ? '' : ` (${to})`}. ` +
  'It does not start any more, so that nothing is published twice. ' +
  'If that move failed and nothing runs from its archive, take it back: npm run floowe -- unretire'

/** @throws StartRefused `retired` or `half-restored` */
export function refuseUnlessOpen({ retired, restoring }: InstallationState): void {
  if (retired) throw new StartRefused('retired', retiredSentence(retired))
  if (restoring)
    throw new StartRefused(
      'half-restored',
      `A restore into this installation (the backup of ${restoring.of}) has not ended. Go on with it: npm run floowe -- restore FILE`,
    )
}

/** A connection for one piece of work. */
export async function withClient<Result>(
  address: DatabaseAddress,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client(address)
  // A connection that breaks is told by the query that needs it.
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end().catch(() => undefined)
  }
}
