import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdtemp, readdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createDiskBlobs } from './disk.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'floowe-disk-'))
})
afterEach(() => rm(folder, { recursive: true }))

const disk = new URL('./disk.ts', import.meta.url).href
const opening = `const { createDiskBlobs } = await import(${JSON.stringify(disk)}); const blobs = await createDiskBlobs(process.argv[1]);`

test('a disk that is full is said so, and nothing half written stays', async () => {
  const blobs = await createDiskBlobs(folder)
  await blobs.put('kept', 'before')
  const work = `${opening}
    for (const key of ['kept', 'other']) await blobs.put(key, Buffer.alloc(4_000_000)).catch((error) => console.log(error.name, error.code))`
  // The limit of the shell stands for a full disk: writing past it fails in the same place, on any machine.
  const limited = ['-c', 'ulimit -f 2000; exec "$0" --input-type=module -e "$1" "$2"', process.execPath, work, folder]
  const { stdout } = await promisify(execFile)('sh', limited)
  expect(stdout.trim().split('\n')).toEqual(['BlobError storage-full', 'BlobError storage-full'])
  expect(await readdir(join(folder, 'unfinished+'))).toEqual([])
  expect((await blobs.list('')).items).toMatchObject([{ key: 'kept', size: 6 }])
})

test('a process killed while it writes leaves nothing to see, and its rest is swept later', async () => {
  const work = `${opening}
    const slow = (async function* () { yield Buffer.alloc(1_000_000); console.log('half'); await new Promise(() => setInterval(() => {}, 1000)) })()
    await blobs.put('upload', slow)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', work, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  child.kill('SIGKILL')
  await once(child, 'exit')
  const blobs = await createDiskBlobs(folder)
  expect((await blobs.list('')).items).toEqual([])
  const [rest = ''] = await readdir(join(folder, 'unfinished+'))
  // Young ones may belong to another process that still writes.
  expect((await stat(join(folder, 'unfinished+', rest))).size).toBe(1_000_000)
  await utimes(join(folder, 'unfinished+', rest), 0, 0)
  await createDiskBlobs(folder)
  expect(await readdir(join(folder, 'unfinished+'))).toEqual([])
})

test('what was damaged on the disk is refused, not served', async () => {
  const blobs = await createDiskBlobs(folder)
  for (const key of ['cut', 'strange', 'empty']) await blobs.put(key, 'some words')
  await truncate(join(folder, 'blobs+/cut'), 500)
  await writeFile(join(folder, 'blobs+/strange'), 'x'.repeat(2000))
  await truncate(join(folder, 'blobs+/empty'), 0)
  for (const key of ['cut', 'strange', 'empty']) {
    await expect(blobs.get(key)).rejects.toMatchObject({ code: 'damaged' })
    await expect(blobs.read(key)).rejects.toMatchObject({ code: 'damaged' })
  }
})

test('a file can be opened by hand: content first, and folders vanish with their last blob', async () => {
  const blobs = await createDiskBlobs(folder)
  await blobs.put('w1/pictures/cat.svg', '<svg/>', { type: 'image/svg+xml' })
  const raw = await readFile(join(folder, 'blobs+/w1+/pictures+/cat.svg'), 'utf8')
  expect(raw.startsWith('<svg/>')).toBe(true)
  expect(raw.length).toBe(6 + 512)
  await blobs.delete('w1/pictures/cat.svg')
  await expect(access(join(folder, 'blobs+/w1+'))).rejects.toMatchObject({ code: 'ENOENT' })
})

test('a stream given up closes its file', async () => {
  const blobs = await createDiskBlobs(folder)
  await blobs.put('a', Buffer.alloc(2_000_000))
  const reading = await blobs.get('a')
  reading?.stream.destroy()
  if (reading) await once(reading.stream, 'close')
  expect(reading?.stream.closed).toBe(true)
})
