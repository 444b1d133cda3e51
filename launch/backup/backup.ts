/**
 * One archive of everything, while running: a gzipped tar of JSON lines and files that knows no shape.
 *
 *   floowe-backup.json            version, time, the key that sealed values need
 *   rows/<schema>/<table>/N.jsonl in the order in which they can be filled
 *   blobs/<service>/<key>
 *   summary.json                  rows and a checksum per table, files with theirs; last, so a cut archive is known as such
 *
 * All rows come from one snapshot of the database. Files are written before the rows that name them, so every named file is there.
 */
import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { createGzip } from 'node:zlib'
import { pack, type Pack } from 'tar-stream'
import type { Blobs } from '@floowe/platform'
import type { DatabaseAddress } from '@floowe/platform/ground'
import pg from 'pg'
import { fullName, rowsOf, tablesOf } from './tables.ts'

export const backupFormat = 1
export type Heading = {
  format: number
  version: string
  createdAt: string
  keyId: string
  schemas: string[]
  migrations: Record<string, number>
}
export type Summary = {
  tables: Record<string, { rows: number; sha256: string }>
  blobs: Record<string, { bytes: number; sha256: string }>
}

const partBytes = 4 * 1024 * 1024

export type BackupSource = {
  address: DatabaseAddress
  schemas: readonly string[]
  blobs: Blobs
  keyId: string
  now: () => string
  version: string
}

/** The archive as a stream. It breaks (without its end) when the database or a file cannot be read. */
export function streamBackup(source: BackupSource): Readable {
  const tar = pack()
  const zip = createGzip({ level: 4 })
  tar.pipe(zip)
  tar.on('error', (error) => zip.destroy(error))
  void write(tar, source).then(
    () => tar.finalize(),
    (error: Error) => tar.destroy(error),
  )
  return zip
}

async function write(tar: Pack, source: BackupSource): Promise<void> {
  const client = new pg.Client(source.address)
  await client.connect()
  try {
    await client.query('begin isolation level repeatable read read only')
    const summary: Summary = { tables: {}, blobs: {} }
    const heading: Heading = {
      format: backupFormat,
      version: source.version,
      createdAt: source.now(),
      keyId: source.keyId,
      schemas: [...source.schemas],
      migrations: await migrationsOf(client, source.schemas),
    }
    await entry(tar, 'floowe-backup.json', JSON.stringify(heading, null, 2))
    for (const table of await tablesOf(client, source.schemas)) {
      const hash = createHash('sha256')
      let rows = 0
      let part: string[] = []
      let bytes = 0
      let number = 0
      const flush = async (): Promise<void> => {
        if (part.length === 0) return
        number += 1
        await entry(
          tar,
          `rows/${table.schema}/${table.name}/${String(number).padStart(6, '0')}.jsonl`,
          `${part.join('\n')}\n`,
        )
        part = []
        bytes = 0
      }
      for await (const page of rowsOf(client, table)) {
        for (const row of page) {
          hash.update(row).update('\n')
          part.push(row)
          bytes += row.length
          rows += 1
          if (bytes > partBytes) await flush()
        }
      }
      await flush()
      summary.tables[fullName(table)] = { rows, sha256: hash.digest('hex') }
    }
    await writeBlobs(tar, source, summary)
    await entry(tar, 'summary.json', JSON.stringify(summary))
  } finally {
    await client.end()
  }
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
