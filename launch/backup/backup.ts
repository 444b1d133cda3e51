/**
 * One archive of everything, while running; see `format.ts`.
 *
 * All rows come from one snapshot of the database. Files are written before the rows that name them, so every named file is there.
 * Documents that are rows come from the same snapshot. Those that lie elsewhere cannot be seen at one moment, and are read first:
 *
 * - An event is in the archive: it stands beside its document when that is read, or its outbox (or an inbox) had it by then, and
 *   those are read later. Both may be; who hears drops repeats.
 * - What an event changed in a document may be missing while its inbox counts it as handled. A restore has it handled again.
 * - Rows that are made from documents may be ahead of them. A restore makes them anew.
 *
 * The other way round, changes of documents would come without their events, and nothing could bring those back.
 */
import { createHash, type Hash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { createGzip } from 'node:zlib'
import { pack, type Pack } from 'tar-stream'
import type { Blobs } from '@floowe/platform'
import type { DatabaseAddress } from '@floowe/platform/ground'
import pg from 'pg'
import { documentArchives, type Documents, documentTables } from './documents.ts'
import { backupFormat, type Heading, headingName, type Summary, summaryName } from './format.ts'
import { countHeld } from '../secret/places.ts'
import { fullName, rowsOf, type Table, tablesOf } from './tables.ts'

const partBytes = 4 * 1024 * 1024
/** Events that were not taken by their outbox; usually none. */
const pendingMax = 100_000

export type BackupSource = {
  address: DatabaseAddress
  schemas: readonly string[]
  blobs: Blobs
  /** Where documents lie outside the database. */
  documents?: Documents
  keyId: string
  now: () => string
  version: string
  isMove: boolean
  /** Makes sure that no event is on its way between an outbox and an inbox, until the returned function is called. */
  holdEvents?: () => Promise<() => Promise<void>>
}

/** The archive as a stream. It breaks (without its end) when the database or a file cannot be read. */
export function streamBackup(source: BackupSource): Readable {
  const tar = pack()
  const zip = createGzip({ level: 4 })
  tar.pipe(zip)
  tar.on('error', (error) => zip.destroy(error))
  // Whoever reads may go away.
  zip.on('close', () => tar.destroy())
  void write(tar, source).then(
    () => tar.finalize(),
    (error: Error) => tar.destroy(error),
  )
  return zip
}

async function write(tar: Pack, source: BackupSource): Promise<void> {
  const client = new pg.Client(source.address)
  client.on('error', () => undefined)
  await client.connect()
  const summary = { tables: {}, blobs: {}, documents: {}, events: {} } satisfies Summary
  const pending = new Map<string, string[]>()
  const writing = { tar, source, client, summary, pending }
  try {
    await client.query("set timezone to 'UTC'")
    const begunAt = source.now()
    const heading: Heading = {
      format: backupFormat,
      version: source.version,
      createdAt: begunAt,
      keyId: source.keyId,
      keysNeeded: [...new Set([source.keyId, ...(await countHeld(client)).map(({ keyId }) => keyId)])],
      schemas: [...source.schemas],
      migrations: await migrationsOf(client, source.schemas),
      documentsFrom: source.documents ? begunAt : null,
      isMove: source.isMove,
    }
    await entry(tar, headingName, JSON.stringify(heading, null, 2))
    if (source.documents) await writeDocuments(writing)
    const release = await source.holdEvents?.()
    try {
      await client.query('begin isolation level repeatable read read only')
      // The first question fixes the moment.
      await client.query('select 1')
    } finally {
      await release?.()
    }
    if (!source.documents) await writeDocuments(writing)
    for (const table of await tablesOf(client, source.schemas))
      if (!documentTables.has(`${table.schema}.${table.name}`)) await writeRows(writing, table)
    for (const [service, events] of pending)
      Object.assign(summary.events, { [service]: await writeLines(tar, `events/${service}`, [events]) })
    await writeBlobs(tar, source, summary)
    await entry(tar, summaryName, JSON.stringify(summary))
  } finally {
    await client.end()
  }
}

type Writing = {
  tar: Pack
  source: BackupSource
  client: pg.Client
  summary: Required<Summary>
  /** By service. */
  pending: Map<string, string[]>
}

async function writeDocuments({ tar, source, client, summary, pending }: Writing): Promise<void> {
  for (const { service, lines } of documentArchives(client, source.documents)) {
    const events: string[] = []
    const take = (event: string): void => {
      if (events.push(event) > pendingMax)
        throw new Error(`more than ${pendingMax} events of ${service} wait beside their documents`)
    }
    summary.documents[service] = await writeLines(tar, `documents/${service}`, singly(lines(take)))
    if (events.length > 0) pending.set(service, events)
  }
}

async function* singly(lines: AsyncIterable<string>): AsyncGenerator<string[]> {
  for await (const line of lines) yield [line]
}

async function writeRows({ tar, client, summary }: Writing, table: Table): Promise<void> {
  const { lines, sha256 } = await writeLines(tar, `rows/${table.schema}/${table.name}`, rowsOf(client, table))
  summary.tables[fullName(table)] = { rows: lines, sha256 }
}

/** In entries of some megabytes each. */
async function writeLines(
  tar: Pack,
  folder: string,
  pieces: AsyncIterable<readonly string[]> | Iterable<readonly string[]>,
): Promise<{ lines: number; sha256: string }> {
  const hash: Hash = createHash('sha256')
  let [lines, bytes, number] = [0, 0, 0]
  let part: string[] = []
  const flush = async (): Promise<void> => {
    if (part.length === 0) return
    number += 1
    await entry(tar, `${folder}/${String(number).padStart(6, '0')}.jsonl`, `${part.join('\n')}\n`)
    part = []
    bytes = 0
  }
  for await (const piece of pieces)
    for (const line of piece) {
      hash.update(line).update('\n')
      part.push(line)
      bytes += line.length
      lines += 1
      if (bytes > partBytes) await flush()
    }
  await flush()
  return { lines, sha256: hash.digest('hex') }
}

async function writeBlobs(tar: Pack, { blobs, schemas }: BackupSource, summary: Summary): Promise<void> {
  for (const service of schemas) {
    const own = blobs.within(service)
    let after: string | undefined
    // 1,000 a page; the bound is far beyond what a disk holds.
    for (let page = 0; page < 10_000_000; page++) {
      const { items, next } = await own.list('', { after, limit: 1000 })
      for (const item of items) await writeBlob(tar, own, `${service}/${item.key}`, item.key, summary)
      if (next === null) break
      after = next
    }
  }
}

async function writeBlob(tar: Pack, own: Blobs, name: string, key: string, summary: Summary): Promise<void> {
  const blob = await own.get(key)
  // Deleted since the list was read: nothing of the snapshot needs it any more, or it would still be there.
  if (!blob) return
  const hash = createHash('sha256')
  await new Promise<void>((resolve, reject) => {
    const target = tar.entry(
      { name: `blobs/${name}`, size: blob.size, mode: 0o600, pax: { 'FLOOWE.type': blob.type } },
      (error) => (error ? reject(error) : resolve()),
    )
    blob.stream.on('data', (chunk: Buffer) => hash.update(chunk))
    blob.stream.on('error', reject)
    blob.stream.pipe(target)
  })
  summary.blobs[name] = { bytes: blob.size, sha256: hash.digest('hex') }
}

const entry = (tar: Pack, name: string, content: string): Promise<void> =>
  new Promise((resolve, reject) =>
    tar.entry({ name, mode: 0o600 }, content, (error) => (error ? reject(error) : resolve())),
  )

async function migrationsOf(client: pg.Client, schemas: readonly string[]): Promise<Record<string, number>> {
  const found: Record<string, number> = {}
  for (const schema of schemas) {
    const { rows } = await client.query<{ n: number }>(
      `select coalesce(max(number), 0)::int as n from ${schema}.migrations`,
    )
    found[schema] = rows[0]?.n ?? 0
  }
  return found
}
