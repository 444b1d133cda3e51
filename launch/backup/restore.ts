/**
 * Brings an archive into an empty installation and proves that it arrived: every row, document and file is counted and summed
 * again from what was stored.
 *
 * The archive is looked through first. Then each entry goes in together with the note that it is in (documents and files
 * elsewhere: before the note, and may be repeated), so a restore that was killed goes on behind the last note. Until all is
 * over, the installation does not start, and takes no other archive.
 */
import { createHash } from 'node:crypto'
import type { Blobs } from '@floowe/platform'
import type { DatabaseAddress } from '@floowe/platform/ground'
import pg from 'pg'
import { prepareState, readState, type Restoring, writeState } from '../installation-state.ts'
import { StartRefused } from '../start-refused.ts'
import { documentArchives, type Documents, documentTables } from './documents.ts'
import { placeOf, type Summary } from './format.ts'
import { heal } from './heal.ts'
import { eachEntry, type Entry, type Inspected, text } from './read.ts'
import { allTablesOf, fullName, quoted, rowsOf, type Table, tablesOf } from './tables.ts'

export type RestoreTarget = {
  address: DatabaseAddress
  schemas: readonly string[]
  blobs: Blobs
  /** Where documents lie outside the database. */
  documents?: Documents
  say: (sentence: string) => void
}
export type Restored = { rows: number; documents: number; files: number }
type Parts = {
  client: pg.Client
  tables: readonly Table[]
  target: RestoreTarget
  file: string
  archive: Inspected
}

/** So many files at most are brought in again by a restore that was killed. */
const filesPerNote = 50
const headsAtOnce = 8

/** @throws StartRefused `not-empty`, `half-restored`, `old-archive`, `unknown-table`, `checksum-mismatch` */
export async function restoreArchive(file: string, archive: Inspected, target: RestoreTarget): Promise<Restored> {
  if (archive.heading.format === 1 && target.documents)
    throw new StartRefused(
      'old-archive',
      `${file} was made by an older Floowe and only goes into an installation on one machine. Restore it there, and move that one here.`,
    )
  const client = new pg.Client(target.address)
  client.on('error', () => undefined)
  await client.connect()
  try {
    await client.query("set timezone to 'UTC'")
    const tables = await tablesOf(client, target.schemas)
    const parts: Parts = { client, tables, target, file, archive }
    await prepareState(client)
    const begun = (await readState(client)).restoring
    if (begun && begun.archive !== archive.sha256)
      throw new StartRefused(
        'half-restored',
        `A restore of another archive (the backup of ${begun.of}) has not ended here. Go on with that one, or name an empty installation.`,
      )
    const state = begun ?? (await begin(parts))
    if (begun) target.say(`going on behind entry ${begun.entries} of ${archive.entries}`)
    if (state.phase === 'filling') {
      await fill(parts, state)
      for (const table of tables) await advanceSequences(client, table)
      target.say('comparing what arrived with the archive')
      await verify(parts)
      await writeState(client, 'restoring', { ...state, entries: archive.entries, phase: 'verified' })
    }
    await heal(client, target, archive.heading)
    return countsOf(archive.summary)
  } finally {
    await client.end()
  }
}

/** After this the installation starts. */
export const endRestore = (client: pg.ClientBase): Promise<void> => writeState(client, 'restoring', null)

export const countsOf = ({ tables, documents, blobs }: Summary): Restored => ({
  rows: Object.values(tables).reduce((sum, { rows }) => sum + rows, 0),
  documents: Object.values(documents ?? {}).reduce((sum, { lines }) => sum + lines, 0),
  files: Object.keys(blobs).length,
})

/** Of an installation that holds nobody and nothing, what it has made for itself goes: keys, counters, times. */
async function begin({ client, target, archive }: Parts): Promise<Restoring> {
  await refuseUnlessEmpty(client, target)
  const state: Restoring = { archive: archive.sha256, of: archive.heading.createdAt, entries: 0, phase: 'filling' }
  await client.query('begin')
  await client.query(`truncate ${(await allTablesOf(client, target.schemas)).join(', ')}`)
  await writeState(client, 'restoring', state)
  await client.query('commit')
  return state
}

async function refuseUnlessEmpty(client: pg.Client, { documents, blobs, schemas }: RestoreTarget): Promise<void> {
  const { rows } = await client.query<{ n: number }>('select count(*)::int as n from identity.users')
  const holders: string[] = (rows[0]?.n ?? 0) > 0 ? ['people'] : []
  for (const { isEmpty } of documentArchives(client, documents)) if (!(await isEmpty())) holders.push('texts')
  for (const schema of schemas)
    if ((await blobs.within(schema).list('', { limit: 1 })).items.length > 0) holders.push(`files of ${schema}`)
  if (holders.length > 0)
    throw new StartRefused(
      'not-empty',
      `This installation holds ${holders.join(', ')} already. Restore goes into an empty one: ${documents ? 'another database, bucket and MongoDB database' : 'name another folder in FLOOWE_DATA'}.`,
    )
}

async function fill(parts: Parts, state: Restoring): Promise<void> {
  const { client, target, archive, file } = parts
  let [at, bytes, unnoted] = [0, 0, 0]
  const note = (): Promise<void> => writeState(client, 'restoring', { ...state, entries: at })
  const tell = progress((percent) =>
    target.say(`bringing it in: ${percent} %, entry ${at} of ${archive.entries}, ${(bytes / 1e6).toFixed(1)} MB`),
  )
  await eachEntry(file, async (entry) => {
    const place = placeOf(entry.name)
    if (!place) return
    at += 1
    bytes += entry.bytes
    tell(at, archive.entries)
    if (at <= state.entries) return
    if (place.kind === 'blobs') {
      await target.blobs.put(place.key, entry.content, entry.type === null ? {} : { type: entry.type })
      unnoted += 1
      if (unnoted < filesPerNote) return
      unnoted = 0
      return note()
    }
    const lines = (await text(entry.content)).trimEnd().split('\n')
    await client.query('begin')
    try {
      await putLines(parts, entry, lines)
      await note()
      await client.query('commit')
    } catch (error) {
      await client.query('rollback').catch(() => undefined)
      throw error
    }
  })
}

async function putLines({ client, tables, target }: Parts, { name }: Entry, lines: string[]): Promise<void> {
  const place = placeOf(name)
  if (place?.kind === 'rows') {
    const table = tables.find((one) => one.schema === place.schema && one.name === place.table)
    if (!table)
      throw new StartRefused(
        'unknown-table',
        `The archive holds ${place.schema}.${place.table}, which this version does not know.`,
      )
    await putRows(client, table, lines)
  } else if (place?.kind === 'documents') {
    const archive = documentArchives(client, target.documents).find(({ service }) => service === place.service)
    if (!archive)
      throw new StartRefused(
        'unknown-table',
        `The archive holds documents of ${place.service}, which this version does not know.`,
      )
    await archive.write(lines)
  } else if (place?.kind === 'events') {
    const outbox = tables.find((one) => one.schema === place.service && one.name === 'outbox')
    if (!outbox) throw new StartRefused('unknown-table', `There is no outbox of ${place.service}.`)
    await advanceSequences(client, outbox)
    const columns = outbox.columns
      .filter((column) => column !== 'seq')
      .map(quoted)
      .join(', ')
    await client.query(
      `insert into ${fullName(outbox)} (${columns}) select ${columns} from jsonb_populate_recordset(null::${fullName(outbox)}, $1::jsonb)`,
      [`[${lines.join(',')}]`],
    )
  }
}

async function putRows(client: pg.Client, table: Table, lines: string[]): Promise<void> {
  const columns = table.columns.map((column) => quoted(column)).join(', ')
  await client.query(
    `insert into ${fullName(table)} (${columns}) overriding system value
     select ${columns} from jsonb_populate_recordset(null::${fullName(table)}, $1::jsonb)`,
    [`[${lines.join(',')}]`],
  )
}

/** Numbers that the database hands out go on behind the restored ones. */
async function advanceSequences(client: pg.Client, table: Table): Promise<void> {
  for (const column of table.columns) {
    const { rows } = await client.query<{ sequence: string | null }>(
      'select pg_get_serial_sequence($1, $2) as sequence',
      [fullName(table), column],
    )
    const sequence = rows[0]?.sequence
    if (sequence)
      await client.query(
        `select setval($1, coalesce((select max(${quoted(column)}) from ${fullName(table)}), 0) + 1, false)`,
        [sequence],
      )
  }
}

async function verify(parts: Parts): Promise<void> {
  const { client, tables, target, archive } = parts
  const { summary, heading } = archive
  await client.query('begin isolation level repeatable read read only')
  for (const table of tables) {
    const hasDocuments = documentTables.has(`${table.schema}.${table.name}`)
    if (hasDocuments && heading.format > 1) continue
    await compare(fullName(table), rowsOf(client, table), summary.tables[fullName(table)], extraOf(summary, table))
  }
  for (const { service, lines } of documentArchives(client, target.documents)) {
    const sum = summary.documents?.[service]
    if (sum) await compare(`documents of ${service}`, pieces(lines(() => undefined)), { ...sum, rows: sum.lines }, 0)
  }
  await client.query('commit')
  await verifyBlobs(target.blobs, summary)
}

/** Events that lay beside documents are rows of an outbox now, behind its own. */
const extraOf = ({ events }: Summary, { schema, name }: Table): number =>
  name === 'outbox' ? (events?.[schema]?.lines ?? 0) : 0

async function* pieces(lines: AsyncIterable<string>): AsyncGenerator<string[]> {
  for await (const line of lines) yield [line]
}

async function compare(
  name: string,
  pages: AsyncIterable<readonly string[]>,
  expected: { rows: number; sha256: string } | undefined,
  extra: number,
): Promise<void> {
  const wanted = expected ?? { rows: 0, sha256: createHash('sha256').digest('hex') }
  const hash = createHash('sha256')
  let rows = 0
  for await (const page of pages)
    for (const row of page) {
      rows += 1
      if (rows <= wanted.rows) hash.update(row).update('\n')
    }
  if (rows !== wanted.rows + extra || hash.digest('hex') !== wanted.sha256)
    throw new StartRefused(
      'checksum-mismatch',
      `${name} arrived with ${rows} of ${wanted.rows + extra} rows, or with other content. This installation does not start; empty it and try again.`,
    )
}

async function verifyBlobs(blobs: Blobs, summary: Summary): Promise<void> {
  const all = Object.entries(summary.blobs)
  for (let from = 0; from < all.length; from += headsAtOnce)
    await Promise.all(
      all.slice(from, from + headsAtOnce).map(async ([key, expected]) => {
        const info = await blobs.head(key)
        if (!info || info.size !== expected.bytes || info.sha256 !== expected.sha256)
          throw new StartRefused('checksum-mismatch', `The file ${key} did not arrive whole.`)
      }),
    )
}

const tellEveryMs = 2_000

/** Speaks at every tenth of the way, and on a long one every few seconds; in whole per cent. */
export function progress(tell: (percent: number) => void): (done: number, all: number) => void {
  let told = { tenth: 0, atMs: performance.now() }
  return (done, all) => {
    const percent = Math.floor((done / Math.max(1, all)) * 100)
    const tenth = Math.floor(percent / 10)
    if (tenth <= told.tenth && performance.now() - told.atMs < tellEveryMs) return
    told = { tenth, atMs: performance.now() }
    tell(percent)
  }
}
