/** An archive, entry by entry; and the whole of it looked through before anything is done with it. */
import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { extract } from 'tar-stream'
import { StartRefused, systemCode } from '../start-refused.ts'
import { formatsRead, type Heading, headingName, placeOf, type Summary, summaryName } from './format.ts'

export type Entry = { name: string; bytes: number; type: string | null; content: Readable }
/** Hears how much of the file was read, in bytes. */
export type Progress = (done: number, all: number) => void

export type Inspected = {
  heading: Heading
  summary: Summary
  /** SHA-256 of the file: the name of this very archive. */
  sha256: string
  /** Between heading and summary. */
  entries: number
}

const jsonBytesMax = 64 * 1024 * 1024

/**
 * Hands out each entry in turn; `take` reads its content to the end, or leaves it.
 * @throws StartRefused `unreadable-archive` for what is no file, no gzip, no tar, damaged or cut; and what `take` throws
 */
export async function eachEntry(
  file: string,
  take: (entry: Entry) => Promise<void>,
  options: { hear?: Progress; hash?: Hash } = {},
): Promise<void> {
  const size = (await stat(file).catch((error: unknown) => unreadable(file, '', error))).size
  const [source, zip, reader] = [createReadStream(file), createGunzip(), extract()]
  const broken: Error[] = []
  for (const stream of [source, zip])
    stream.on('error', (error: Error) => {
      broken.push(error)
      reader.destroy(error)
    })
  let done = 0
  source.on('data', (chunk) => {
    options.hash?.update(chunk)
    done += chunk.length
    options.hear?.(done, size)
  })
  source.pipe(zip).pipe(reader as unknown as NodeJS.WritableStream) // streamx speaks the same protocol
  let where = ''
  let refusal: unknown = null
  try {
    for await (const one of reader) {
      where = one.header.name
      const type = (one.header.pax as Record<string, string> | null)?.['FLOOWE.type'] ?? null // tar-stream leaves the keys open
      const content = one as unknown as Readable // streamx again
      await take({ name: where, bytes: one.header.size ?? 0, type, content }).catch((error: unknown) => {
        refusal = error
        throw error
      })
      one.resume()
    }
  } catch (error) {
    // What breaks in the file breaks the entry under `take`, too.
    if (broken.length === 0 && refusal !== null) throw refusal
    unreadable(file, where, broken[0] ?? error)
  } finally {
    source.destroy()
    zip.destroy()
  }
  if (broken[0]) unreadable(file, where, broken[0])
}

function unreadable(file: string, where: string, error: unknown): never {
  const reason =
    {
      ENOENT: 'there is no such file',
      EISDIR: 'it is a folder',
      EACCES: 'this user may not read it',
      Z_BUF_ERROR: 'it ends too early',
      Z_DATA_ERROR: 'it is damaged, or no gzip file',
    }[systemCode(error)] ?? (error instanceof Error ? error.message : String(error))
  throw new StartRefused(
    'unreadable-archive',
    `${file} cannot be read${where === '' ? '' : `, at ${where}`}: ${reason}. Nothing was done with it.`,
    error,
  )
}

/**
 * Reads all of it and compares each part with its checksum, so that a damaged archive is never begun with.
 * @throws StartRefused with what is wrong
 */
export async function inspectArchive(file: string, hear?: Progress): Promise<Inspected> {
  const whole = createHash('sha256')
  const sums = createSums()
  let heading: Heading | null = null
  let summary: Summary | null = null
  let entries = 0
  await eachEntry(
    file,
    async ({ name, bytes, content }) => {
      if (heading === null) {
        if (name !== headingName) throw new StartRefused('not-a-backup', `${file} is not a Floowe backup.`)
        heading = checkedHeading(await json<Heading>(content))
      } else if (name === summaryName) summary = await json<Summary>(content)
      else {
        entries += 1
        await sums.take(name, bytes, content)
      }
    },
    { hash: whole, ...(hear && { hear }) },
  )
  if (!heading) throw new StartRefused('not-a-backup', `${file} is not a Floowe backup.`)
  if (!summary) throw new StartRefused('cut-archive', `${file} ends too early: its summary is missing.`)
  const wrong = sums.compare(summary)
  if (wrong) throw new StartRefused('damaged-archive', `${file} is damaged: ${wrong} is not what was written.`)
  return { heading, summary, sha256: whole.digest('hex'), entries }
}

function checkedHeading(heading: Heading): Heading {
  if (!formatsRead.includes(heading.format))
    throw new StartRefused(
      'unknown-format',
      `The archive has format ${heading.format}; this Floowe reads ${formatsRead.join(' and ')}.`,
    )
  return heading
}

/** Checksums of what an archive holds, as its summary names them. */
function createSums() {
  const open = new Map<string, { hash: Hash; lines: number }>()
  const blobs = new Map<string, { sha256: string; bytes: number }>()
  const take = async (name: string, bytes: number, content: Readable): Promise<void> => {
    const place = placeOf(name)
    if (!place) throw new StartRefused('damaged-archive', `The archive holds ${name}, which is no part of a backup.`)
    const hash = createHash('sha256')
    if (place.kind === 'blobs') {
      for await (const chunk of content) hash.update(chunk as Buffer)
      blobs.set(place.key, { sha256: hash.digest('hex'), bytes })
      return
    }
    const key = place.kind === 'rows' ? `"${place.schema}"."${place.table}"` : `${place.kind}/${place.service}`
    const sum = open.get(key) ?? { hash, lines: 0 }
    open.set(key, sum)
    for await (const chunk of content as AsyncIterable<Buffer>) {
      sum.hash.update(chunk)
      for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) sum.lines += 1
    }
  }
  const nothing = createHash('sha256').digest('hex')
  /** The name of the first part that differs, or null. */
  const compare = (summary: Summary): string | null => {
    const expected = new Map<string, { sha256: string; lines: number }>(
      Object.entries(summary.tables).map(([name, { sha256, rows }]) => [name, { sha256, lines: rows }]),
    )
    for (const kind of ['documents', 'events'] as const)
      for (const [service, sum] of Object.entries(summary[kind] ?? {})) expected.set(`${kind}/${service}`, sum)
    for (const name of new Set([...expected.keys(), ...open.keys()])) {
      const [wanted, found] = [expected.get(name), open.get(name)]
      if ((found?.lines ?? 0) !== wanted?.lines || (found?.hash.digest('hex') ?? nothing) !== wanted.sha256) return name
    }
    for (const key of new Set([...Object.keys(summary.blobs), ...blobs.keys()])) {
      const [wanted, found] = [summary.blobs[key], blobs.get(key)]
      if (!wanted || found?.sha256 !== wanted.sha256 || found.bytes !== wanted.bytes) return `blobs/${key}`
    }
    return null
  }
  return { take, compare }
}

export async function text(stream: Readable): Promise<string> {
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

async function json<Value>(stream: Readable): Promise<Value> {
  const written = await text(stream)
  try {
    return JSON.parse(written) as Value
  } catch (error) {
    throw new StartRefused('damaged-archive', 'The archive holds a heading or summary that cannot be read.', error)
  }
}
