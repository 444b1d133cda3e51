/** What only a place on another machine can do: be away, be written to by others, be read past us. */
import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { CopyObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { canBeSmall, program, type S3, startS3 } from '@floowe/testbed/s3'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createS3Blobs, type S3Blobs, type S3Options } from './s3.ts'

const isMissing = program.find() === null && !process.env['CI']
if (isMissing) console.warn('S3 is not here: its tests are skipped (npm run testbed -- install s3)')
const run = test.skipIf(isMissing)

let server: S3
let prefix: string
const open: (() => unknown)[] = []
beforeAll(async () => {
  if (!isMissing) server = await startS3()
})
afterAll(() => server?.stop())
beforeEach(() => {
  prefix = `test-${randomUUID()}`
})
afterEach(async () => {
  for (const close of open.splice(0)) await close()
})

function newBlobs(options: Partial<S3Options> = {}): S3Blobs {
  const { url, region, bucket, accessKey, secretKey } = server
  const blobs = createS3Blobs({ url, region, bucket, prefix, keys: { accessKey, secretKey }, ...options })
  open.push(() => blobs.close())
  return blobs
}
/** Another program with the same keys. */
function stranger(): S3Client {
  const credentials = { accessKeyId: server.accessKey, secretAccessKey: server.secretKey }
  const client = new S3Client({ endpoint: server.url, region: server.region, forcePathStyle: true, credentials })
  open.push(() => client.destroy())
  return client
}
const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'none',
    (error) => error.code ?? error,
  )

run('of many large streams put once only, one wins, and nothing of any stays on our disk', async () => {
  const spoolFolder = await mkdtemp(join(tmpdir(), 'floowe-spool-'))
  open.push(() => rm(spoolFolder, { recursive: true }))
  const blobs = newBlobs({ spoolFolder })
  const contents = Array.from({ length: 6 }, () => randomBytes(9_000_000))
  const slices = (bytes: Buffer) => [0, 1, 2].map((part) => bytes.subarray(part * 3_000_000, (part + 1) * 3_000_000))
  const works = contents.map((bytes) => blobs.put('large', Readable.from(slices(bytes)), { ifNoneMatch: true }))
  const codes = await Promise.all(works.map(codeOf))
  expect(codes.filter((code) => code === 'exists')).toHaveLength(5)
  const kept = await blobs.read('large')
  expect(kept?.bytes.equals(contents[codes.indexOf('none')] ?? Buffer.alloc(0))).toBe(true)
  expect(await readdir(spoolFolder)).toEqual([])
})

run('what somebody else put there is refused, and passed over where it has no name of ours', async () => {
  const blobs = newBlobs()
  const client = stranger()
  const at = (name: string) => ({ Bucket: server.bucket, Key: `${prefix}/${name}` })
  await blobs.put('mine', 'some words')
  await client.send(new PutObjectCommand({ ...at('foreign!'), Body: 'some words' }))
  expect(await codeOf(blobs.get('foreign'))).toBe('damaged')
  expect(await codeOf(blobs.head('foreign'))).toBe('damaged')
  expect(await codeOf(blobs.read('foreign'))).toBe('damaged')
  await blobs.delete('foreign')
  for (const name of ['a', 'mine', 'mine-too', 'z']) await client.send(new PutObjectCommand({ ...at(name), Body: 'x' }))
  for (const limit of [1, 2, 10])
    expect((await blobs.list('', { limit })).items.map(({ key }) => key)).toEqual(['mine'])
  // The same length and the same metadata, but other words.
  const original = await blobs.head('mine')
  const Metadata = {
    'floowe-sha256': original?.sha256 ?? '',
    'floowe-bytes': '10',
    'floowe-type': 'text%2Fplain',
    'floowe-put': 'x',
  }
  await client.send(new PutObjectCommand({ ...at('mine!'), Body: 'other word', Metadata }))
  expect(await codeOf(blobs.read('mine'))).toBe('damaged')
  // A copy made by the tools of the storage is as good as the original.
  await blobs.put('mine', 'some words')
  await client.send(new CopyObjectCommand({ ...at('copy!'), CopySource: `${server.bucket}/${prefix}/mine!` }))
  expect((await blobs.read('copy'))?.bytes.toString()).toBe('some words')
})

run('a put whose answer was lost is not taken for the work of another', async () => {
  let lost = 0
  const proxy = createServer((message, answer) => {
    const { method, url, headers } = message
    const onward = request(new URL(url ?? '/', server.url), { method, headers }, (reply) => {
      if (method === 'PUT' && lost === 0) {
        lost += 1
        reply.resume().once('end', () => answer.destroy())
      } else reply.pipe(answer.writeHead(reply.statusCode ?? 500, reply.headers))
    })
    message.pipe(onward)
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  open.push(
    () => new Promise((resolve) => proxy.close(resolve)),
    () => proxy.closeAllConnections(),
  )
  const blobs = newBlobs({ url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` }) // a TCP server's address is never a string
  await blobs.put('once', 'mine', { ifNoneMatch: true })
  expect(lost).toBe(1)
  expect(await codeOf(blobs.put('once', 'late', { ifNoneMatch: true }))).toBe('exists')
  expect((await newBlobs().read('once'))?.bytes.toString()).toBe('mine')
})

run('a server that is away or hangs is said so in time; when it is back all is there', async () => {
  const blobs = newBlobs({ answerWithinMs: 200 })
  await blobs.put('kept', 'before')
  const asked = (): Promise<unknown[]> =>
    Promise.all(
      [
        blobs.put('other', 'x'),
        blobs.get('kept'),
        blobs.read('kept'),
        blobs.head('kept'),
        blobs.delete('kept'),
        blobs.list(''),
      ].map(codeOf),
    )
  server.signal('SIGSTOP')
  const hanging = await asked().finally(() => server.signal('SIGCONT'))
  expect(new Set(hanging)).toEqual(new Set(['unavailable']))
  await server.halt()
  const large = Readable.from([Buffer.alloc(5_000_000), Buffer.alloc(5_000_000)])
  const away = await Promise.all([asked(), codeOf(blobs.put('large', large))]).finally(() => server.begin())
  expect(new Set(away.flat())).toEqual(new Set(['unavailable']))
  expect((await blobs.read('kept'))?.bytes.toString()).toBe('before')
})

const isNeverSmall = !isMissing && !canBeSmall()
if (isNeverSmall) console.warn('No small disk can be made here: the test of a full one is skipped')
test.skipIf(isMissing || isNeverSmall)('a server that is full says so, and keeps what it had', async () => {
  const small = await startS3({ roomBytes: 4_000_000 })
  open.push(small.stop)
  const { url, accessKey, secretKey } = small
  const blobs = newBlobs({ url, keys: { accessKey, secretKey } })
  await blobs.put('kept', 'before')
  const large = Readable.from(Array.from({ length: 10 }, () => Buffer.alloc(1_000_000)))
  expect(await codeOf(blobs.put('kept', Buffer.alloc(5_000_000)))).toBe('storage-full')
  expect(await codeOf(blobs.put('large', large))).toBe('storage-full')
  expect((await blobs.list('')).items).toMatchObject([{ key: 'kept', size: 6 }])
  await blobs.put('small', 'still fits')
})

run('a bucket that is not there is a mistake of settings, not an empty place', async () => {
  const blobs = newBlobs({ bucket: 'nowhere' })
  expect(String(await codeOf(blobs.put('a', 'x')))).toContain('NoSuchBucket')
  expect(String(await codeOf(blobs.list('')))).toContain('NoSuchBucket')
})

run('a link reads one blob past us, under the name and type it was made for', async () => {
  const blobs = newBlobs({ linksUrl: server.url })
  await blobs.put('a/b', 'żółć', { type: 'text/plain; charset=utf-8' })
  const plain = await fetch((await blobs.presign('a/b', { expiresInSeconds: 60 })) ?? '')
  expect([plain.status, plain.headers.get('content-type'), await plain.text()]).toEqual([
    200,
    'text/plain; charset=utf-8',
    'żółć',
  ])
  const link = await blobs.within('a').presign('b', {
    expiresInSeconds: 60,
    downloadName: 'raport "żółty" (1).pdf',
    type: 'application/pdf',
  })
  const named = await fetch(link ?? '')
  expect(named.headers.get('content-type')).toBe('application/pdf')
  expect(named.headers.get('content-disposition')).toBe(
    `attachment; filename="raport ____ty_ _1_.pdf"; filename*=UTF-8''raport%20%22%C5%BC%C3%B3%C5%82ty%22%20%281%29.pdf`,
  )
  const changed = new URL(link ?? '')
  changed.pathname = changed.pathname.replace('a/b', 'a/c')
  expect((await fetch(changed)).status).toBe(403)
  expect((await fetch(`${server.url}${changed.pathname}`)).status).toBe(403)
  await expect(blobs.presign('a/b', { expiresInSeconds: 0 })).rejects.toThrow(RangeError)
  expect(await codeOf(blobs.presign('../b', { expiresInSeconds: 60 }))).toBe('bad-key')
  expect(await newBlobs().presign('a/b', { expiresInSeconds: 60 })).toBeNull()
})
