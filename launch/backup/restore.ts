/**
 * Brings an archive into an empty installation and proves that it arrived: every row and file is counted and summed again
 * from what was stored. Fills in the order of the archive; a table that cannot be filled undoes all rows.
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { once } from 'node:events'
import { createGunzip } from 'node:zlib'
import { extract, type Header } from 'tar-stream'
import type { Readable } from 'node:stream'
import type { Blobs } from '@floowe/platform'
import type { DatabaseAddress } from '@floowe/platform/ground'
import pg from 'pg'
import { StartRefused } from '../start-refused.ts'
import { backupFormat, type Heading, type Summary } from './backup.ts'
import { fullName, quoted, rowsOf, type Table, tablesOf } from './tables.ts'

export type RestoreTarget = {
  address: DatabaseAddress
  schemas: readonly string[]
  blobs: Blobs
  say: (sentence: string) => void
}
export type Restored = { heading: Heading; rows: number; files: number }

const jsonBytesMax = 64 * 1024 * 1024

export async function restoreArchive(file: string, target: RestoreTarget): Promise<Restored> {
  const client = new pg.Client(target.address)
  await client.connect()
  try {
    await refuseUnlessEmpty(client)
    const tables = await tablesOf(client, target.schemas)
    await client.query('begin')
    await client.query('set constraints all deferred')
    const { heading, summary, filled } = await readArchive(file, client, tables, target)
    for (const table of tables) await advanceSequences(client, table)
    target.say('comparing what arrived with the archive')
    const rows = await verifyRows(client, tables, summary)
    await verifyBlobs(target.blobs, summary)
    await client.query('commit')
    return { heading, rows, files: filled }
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    throw error
  } finally {
    await client.end()
  }
}

async function refuseUnlessEmpty(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ n: number }>('select count(*)::int as n from identity.users')
  if ((rows[0]?.n ?? 0) > 0)
    throw new StartRefused(
      'not-empty',
      'This installation holds people and content already. Restore goes into an empty one: name another folder in FLOOWE_DATA.',
    )
}

async function readArchive(
  file: string,
  client: pg.Client,
  tables: readonly Table[],
  target: RestoreTarget,
): Promise<{ heading: Heading; summary: Summary; filled: number }> {
  let heading: Heading | null = null
  let summary: Summary | null = null
  let filled = 0
  const take = async (header: Header, stream: Readable): Promise<void> => {
    if (header.name === 'floowe-backup.json') heading = checkedHeading(await json<Heading>(stream), target)
    else if (heading === null) throw new StartRefused('not-a-backup', `${file} is not a Floowe backup.`)
    else if (header.name === 'summary.json') summary = await json<Summary>(stream)
    else if (header.name.startsWith('rows/')) await fill(client, tables, header.name, await text(stream))
    else if (header.name.startsWith('blobs/')) {
      const type = (header.pax as Record<string, string> | null)?.['FLOOWE.type'] // tar-stream leaves the keys open
      await target.blobs.put(header.name.slice('blobs/'.length), stream, type ? { type } : {})
      filled += 1
    }
    stream.resume()
  }
  const reader = extract()
  const source = createReadStream(file)
  const zip = createGunzip()
  const failed = Promise.withResolvers<never>()
  failed.promise.catch(() => undefined)
  source.on('error', failed.reject)
  zip.on('error', failed.reject)
  reader.on('error', failed.reject)
  reader.on('entry', (header, stream, next) => {
    take(header, stream as unknown as Readable).then(
      () => next(),
      (error: Error) => failed.reject(error),
    ) // streamx speaks the same protocol
  })
  source.pipe(zip).pipe(reader)
  await Promise.race([once(reader, 'finish'), failed.promise]).catch((error: unknown) => {
    source.destroy()
    if (
      error instanceof Error &&
      'code' in error &&
      ['Z_BUF_ERROR', 'Z_DATA_ERROR', 'ENOENT', 'EISDIR'].includes(String(error.code))
    )
      throw new StartRefused('unreadable-archive', `${file} cannot be read: ${error.message}`)
    throw error
  })
  if (!heading || !summary) throw new StartRefused('cut-archive', `${file} ends too early: its summary is missing.`)
  return { heading, summary, filled }
}

function checkedHeading(heading: Heading, target: RestoreTarget): Heading {
  if (heading.format !== backupFormat)
    throw new StartRefused(
      'unknown-format',
      `The archive has format ${heading.format}; this Floowe reads ${backupFormat}.`,
    )
  target.say(`backup of ${heading.createdAt}`)
  return heading
}

async function fill(client: pg.Client, tables: readonly Table[], name: string, lines: string): Promise<void> {
  const [, schema, tableName] = name.split('/')
  const table = tables.find((one) => one.schema === schema && one.name === tableName)
  if (!table)
    throw new StartRefused(
      'unknown-table',
      `The archive holds ${schema}.${tableName}, which this version does not know.`,
    )
  const columns = table.columns.map((column) => quoted(column)).join(', ')
  await client.query(
    `insert into ${fullName(table)} (${columns}) overriding system value
     select ${columns} from jsonb_populate_recordset(null::${fullName(table)}, $1::jsonb)`,
    [`[${lines.trimEnd().split('\n').join(',')}]`],
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

async function verifyRows(client: pg.Client, tables: readonly Table[], summary: Summary): Promise<number> {
  let all = 0
  for (const table of tables) {
    const hash = createHash('sha256')
    let rows = 0
    for await (const page of rowsOf(client, table)) {
      for (const row of page) hash.update(row).update('\n')
      rows += page.length
    }
    const expected = summary.tables[fullName(table)] ?? { rows: 0, sha256: createHash('sha256').digest('hex') }
    if (rows !== expected.rows || hash.digest('hex') !== expected.sha256) {
      throw new StartRefused(
        'checksum-mismatch',
        `${fullName(table)} arrived with ${rows} of ${expected.rows} rows, or with other content. Nothing was kept.`,
      )
    }
    all += rows
  }
  return all
}

async function verifyBlobs(blobs: Blobs, summary: Summary): Promise<void> {
  for (const [key, expected] of Object.entries(summary.blobs)) {
    const info = await blobs.head(key)
    if (!info || info.size !== expected.bytes || info.sha256 !== expected.sha256)
      throw new StartRefused('checksum-mismatch', `The file ${key} did not arrive whole.`)
  }
}

async function text(stream: Readable): Promise<string> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const chunk of stream) {
    parts.push(chunk as Buffer)
    bytes += (chunk as Buffer).length
    if (bytes > jsonBytesMax)
      throw new StartRefused('unreadable-archive', 'The archive holds a part that is too large.')
  }
  return Buffer.concat(parts).toString('utf8')
}
const json = async <Value>(stream: Readable): Promise<Value> => JSON.parse(await text(stream)) as Value
