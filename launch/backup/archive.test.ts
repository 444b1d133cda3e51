/** Archives that are whole, damaged, old or in the wrong place; restores that end half way; a move that breaks off. */
import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip, gunzipSync, gzipSync } from 'node:zlib'
import pg from 'pg'
import { pack } from 'tar-stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { partNames } from '../compose.ts'
import { startInstallation } from '../start.ts'
import { setUp, startTestInstallation, type TestInstallation } from '../testing.ts'
import { inspectArchive } from './read.ts'
import { restoreArchive } from './restore.ts'
import { fullName, rowsOf, tablesOf } from './tables.ts'
import { bodyOf, floowe, type Must, mustAt, picture, runNode, seeded } from './testing.ts'

const seed = Number(process.env['FLOOWE_TEST_SEED'] ?? Date.now() % 100_000)
const random = seeded(seed)
const common = { FLOOWE_SECRET: 'of this installation, wherever it runs' }

let home: string
let source: TestInstallation
let must: Must
let file: string
let editionId: string
const folder = (name: string): string => path.join(home, name)
const variablesOf = (name: string) => ({ ...common, FLOOWE_DATA: folder(name) })
const restore = (archive: string, into: string) => runNode(['launch/restore.ts', archive], variablesOf(into))
const textAt = async (from: Must): Promise<string> => JSON.stringify((await from('GET', `/editions/${editionId}`)).body)

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'floowe-archive-'))
  source = await startTestInstallation(common, folder('source'))
  await setUp(source)
  must = mustAt(source.url, folder('source'))
  for (let n = 0; n < 30; n++) {
    const { edition } = await must('POST', '/articles', {
      language: 'en',
      title: `Article ${n}`,
      body: bodyOf(`Text ${n}`),
    })
    editionId = edition.id
  }
  for (let n = 0; n < 10; n++) await must('POST', '/media', picture(`picture ${n}`))
  file = folder('whole.tar.gz')
  const { code, err } = await floowe(variablesOf('source'), 'backup', file)
  if (code !== 0) throw new Error(err)
}, 120_000)
afterAll(async () => {
  await source?.stop()
  await rm(home, { recursive: true, force: true })
}, 60_000)

test('a whole archive names itself and holds what its summary says', async () => {
  const { heading, summary, entries, sha256 } = await inspectArchive(file)
  expect(heading).toMatchObject({ format: 2, isMove: false, documentsFrom: null })
  expect(summary.documents?.['content']?.lines).toBe(60)
  expect(Object.keys(summary.tables)).not.toContain('"content"."articles"')
  expect(entries).toBeGreaterThan(20)
  expect(sha256).toBe(
    createHash('sha256')
      .update(await readFile(file))
      .digest('hex'),
  )
})

test(`one changed byte anywhere is told, and nothing is begun (FLOOWE_TEST_SEED=${seed})`, async () => {
  const whole = await readFile(file)
  // Behind the head of the gzip, where a time and a system are that nobody reads.
  const places = Array.from({ length: 20 }, () => 10 + Math.floor(random() * (whole.length - 10)))
  for (const [index, place] of places.entries()) {
    const damaged = Buffer.from(whole)
    damaged[place] = (damaged[place] ?? 0) ^ (1 << Math.floor(random() * 8))
    const copy = folder(`damaged-${index}.tar.gz`)
    await writeFile(copy, damaged)
    // A changed head of an entry may be read before the gzip's own checksum comes.
    await expect(inspectArchive(copy), `byte ${place}`).rejects.toMatchObject({
      code: expect.stringMatching(/^(unreadable|damaged|cut)-archive$/),
    })
  }
  expect(await restore(folder('damaged-0.tar.gz'), 'never')).toMatchObject({
    code: 1,
    err: expect.stringMatching(/refused (unreadable|damaged|cut)-archive /),
  })
  await expect(access(folder('never'))).rejects.toMatchObject({ code: 'ENOENT' })
}, 60_000)

test('a cut archive is told, wherever it was cut', async () => {
  const whole = await readFile(file)
  for (const length of [0, 5, 100, Math.floor(whole.length / 2), whole.length - 1]) {
    await writeFile(folder('cut.tar.gz'), whole.subarray(0, length))
    await expect(inspectArchive(folder('cut.tar.gz')), `${length} bytes`).rejects.toMatchObject({
      code: 'unreadable-archive',
    })
  }
  const tar = gunzipSync(whole)
  await writeFile(folder('cut.tar.gz'), gzipSync(tar.subarray(0, tar.indexOf('rows/identity/users'))))
  await expect(inspectArchive(folder('cut.tar.gz'))).rejects.toMatchObject({ code: 'cut-archive' })
})

test('content that was changed and packed again is told by name', async () => {
  const tar = gunzipSync(await readFile(file))
  for (const [text, part] of [
    ['ada@example.com', '"identity"."users"'],
    ['Article 7', 'documents/content'],
  ] as const) {
    const changed = Buffer.from(tar)
    changed[changed.indexOf(text)] = 'X'.charCodeAt(0)
    await writeFile(folder('changed.tar.gz'), gzipSync(changed))
    await expect(inspectArchive(folder('changed.tar.gz'))).rejects.toMatchObject({
      code: 'damaged-archive',
      message: expect.stringContaining(part),
    })
  }
})

test('what is no archive of ours is told', async () => {
  await writeFile(folder('text'), 'no archive')
  await expect(inspectArchive(folder('text'))).rejects.toMatchObject({ code: 'unreadable-archive' })
  await expect(inspectArchive(home)).rejects.toMatchObject({ code: 'unreadable-archive' })
  await expect(inspectArchive(folder('nothing'))).rejects.toMatchObject({
    code: 'unreadable-archive',
    message: expect.stringContaining('there is no such file'),
  })
  const other = pack()
  other.entry({ name: 'other.txt' }, 'something else')
  other.finalize()
  await pipeline(other, createGzip(), createWriteStream(folder('other.tar.gz')))
  await expect(inspectArchive(folder('other.tar.gz'))).rejects.toMatchObject({ code: 'not-a-backup' })
})

test('a restore that ended half way keeps its place: no start, no other archive; then it goes on', async () => {
  const killed = await runNode(['launch/restore.ts', file], variablesOf('half'), (line, kill) => {
    if (line.startsWith('bringing it in')) kill()
  })
  expect(killed.signal).toBe('SIGKILL')
  await expect(
    startInstallation({ variables: variablesOf('half'), say: () => undefined, throwAway: true }),
  ).rejects.toMatchObject({ code: 'half-restored' })
  const other = folder('later.tar.gz')
  expect((await floowe(variablesOf('source'), 'backup', other)).code).toBe(0)
  expect((await restore(other, 'half')).err).toContain('refused half-restored')
  const outcome = await restore(file, 'half')
  expect(outcome).toMatchObject({ code: 0, err: expect.stringContaining('going on behind entry') })
  const restored = await startTestInstallation(common, folder('half'))
  expect(await textAt(mustAt(restored.url, folder('half')))).toBe(await textAt(must))
  await restored.stop()
  expect((await restore(file, 'half')).err).toMatch(/refused not-empty .*people, texts, files of content/)
}, 120_000)

test('a running installation is not restored into', async () => {
  expect((await restore(file, 'source')).err).toContain('refused lock-held')
})

test('an archive of the first format goes into one machine, and not into a cluster', async () => {
  const old = folder('old.tar.gz')
  await writeOldFormat(source, old)
  expect(await restore(old, 'from-old')).toMatchObject({ code: 0 })
  const restored = await startTestInstallation(common, folder('from-old'))
  expect(await textAt(mustAt(restored.url, folder('from-old')))).toBe(await textAt(must))
  await restored.stop()
  const { ground } = source.installation
  const cluster = {
    ...{ address: ground.admin, schemas: partNames, blobs: ground.blobs, say: () => undefined },
    documents: () => {
      throw new Error('is not asked for')
    },
  }
  await expect(restoreArchive(old, await inspectArchive(old), cluster)).rejects.toMatchObject({ code: 'old-archive' })
}, 120_000)

/** As it was written before texts were documents: nothing but rows. */
async function writeOldFormat({ installation: { ground } }: TestInstallation, target: string): Promise<void> {
  const tar = pack()
  const written = pipeline(tar, createGzip(), createWriteStream(target))
  const entry = (name: string, text: string): Promise<void> =>
    new Promise((resolve, reject) => tar.entry({ name }, text, (error) => (error ? reject(error) : resolve())))
  const heading = { format: 1, version: '0.1.0', createdAt: new Date().toISOString(), keyId: ground.sealer.keyId }
  await entry('floowe-backup.json', JSON.stringify({ ...heading, schemas: partNames, migrations: {} }))
  const client = new pg.Client(ground.admin)
  await client.connect()
  await client.query('begin isolation level repeatable read read only')
  const tables: Record<string, { rows: number; sha256: string }> = {}
  for (const table of await tablesOf(client, partNames)) {
    const rows = (await Array.fromAsync(rowsOf(client, table))).flat()
    const text = rows.map((row) => `${row}\n`).join('')
    if (rows.length > 0) await entry(`rows/${table.schema}/${table.name}/000001.jsonl`, text)
    tables[fullName(table)] = { rows: rows.length, sha256: createHash('sha256').update(text).digest('hex') }
  }
  await entry('summary.json', JSON.stringify({ tables, blobs: {} }))
  await client.end()
  tar.finalize()
  await written
}

test('a move whose archive nobody took to its end stays a move until a person takes it back', async () => {
  const moving = await fetch(`${source.url}/api/v1/installation/backup`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${(await readFile(path.join(folder('source'), 'local-credential'), 'utf8')).trim()}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ move: { archive: 'lost.tar.gz', to: null } }),
  })
  expect(moving.status).toBe(200)
  // From here on nothing is written or sent any more, whatever becomes of the archive.
  await expect(must('GET', '/articles')).rejects.toThrow('answered 503')
  await moving.body?.cancel()
  expect(await source.installation.moved).toContain('lost.tar.gz')
  await source.installation.stop()
  const start = () => startInstallation({ variables: variablesOf('source'), say: () => undefined, throwAway: true })
  await expect(start()).rejects.toMatchObject({ code: 'retired' })
  expect(await floowe(variablesOf('source'), 'unretire')).toMatchObject({ code: 0 })
  expect((await floowe(variablesOf('source'), 'unretire')).err).toContain('not-retired')
  const again = await startTestInstallation(common, folder('source'))
  expect(await textAt(mustAt(again.url, folder('source')))).toContain('Text 29')
  await again.stop()
}, 60_000)

test('the command line writes nothing that it could not finish, and retires nothing for it', async () => {
  const running = await startTestInstallation(common, folder('source'))
  const into = path.join(folder('no such folder'), 'a.tar.gz')
  expect(await floowe(variablesOf('source'), 'backup', into, '--move')).toMatchObject({
    code: 1,
    err: expect.stringContaining('cannot-write'),
  })
  expect(await floowe(variablesOf('source'), 'backup', file)).toMatchObject({
    code: 1,
    err: expect.stringContaining('file-exists'),
  })
  expect((await floowe(variablesOf('source'), 'backup', folder('x.tar.gz'), '--to', 'y')).code).toBe(2)
  await running.stop()
  const again = await startTestInstallation(common, folder('source'))
  await again.stop()
}, 60_000)
