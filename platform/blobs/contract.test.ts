/** What every place for blobs must do. A further adapter adds itself to the list. */
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { hasS3, openS3 } from '@floowe/testbed/s3'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createDiskBlobs } from './disk.ts'
import { BlobError } from './port.ts'
import type { Blobs } from './port.ts'
import { createS3Blobs } from './s3.ts'

type Opened = { blobs: Blobs; close: () => Promise<void> }
type Place = { open: () => Promise<Opened>; stop: () => Promise<void> }
type Adapter = { name: string; isMissing: boolean; start: () => Promise<Place> }
const adapters: Adapter[] = [
  {
    name: 'disk',
    isMissing: false,
    start: async () => ({
      open: async () => {
        const folder = await mkdtemp(join(tmpdir(), 'floowe-blobs-'))
        return { blobs: await createDiskBlobs(folder), close: () => rm(folder, { recursive: true }) }
      },
      stop: async () => undefined,
    }),
  },
  {
    name: 'S3',
    isMissing: !hasS3() && !process.env['CI'],
    start: async () => {
      const { url, region, bucket, accessKey, secretKey, stop } = await openS3()
      const open = async (): Promise<Opened> => {
        const prefix = `test-${randomUUID()}`
        const blobs = createS3Blobs({ url, region, bucket, prefix, keys: { accessKey, secretKey } })
        return { blobs, close: async () => blobs.close() }
      }
      return { open, stop }
    },
  },
]
for (const { name, isMissing } of adapters)
  if (isMissing) console.warn(`${name} is not here: its tests are skipped (npm run testbed -- install)`)

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const textOf = async (stream: Readable): Promise<string> => Buffer.concat(await stream.toArray()).toString()
const keysOf = async (blobs: Blobs, prefix: string, options?: { after?: string; limit?: number }): Promise<string[]> =>
  (await blobs.list(prefix, options)).items.map(({ key }) => key)
const codeOf = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  )
  return error instanceof BlobError ? error.code : String(error)
}

const describeHere = (adapter: Adapter, tests: () => void): void =>
  void describe.skipIf(adapter.isMissing)(`blobs on ${adapter.name}`, tests)
for (const adapter of adapters)
  describeHere(adapter, () => {
    let place: Place
    let blobs: Blobs
    let close: () => Promise<void>
    beforeAll(async () => {
      place = await adapter.start()
    })
    afterAll(() => place.stop())
    beforeEach(async () => {
      ;({ blobs, close } = await place.open())
    })
    afterEach(() => close())

    test('come back as they were put, from text, bytes and streams', async () => {
      const bytes = randomBytes(3_000_000)
      const slices = [bytes.subarray(0, 1), bytes.subarray(1, 900_000), bytes.subarray(900_000)]
      const contents = {
        text: 'żółć',
        bytes,
        stream: Readable.from(slices),
        iterable: (async function* () {
          yield* slices
        })(),
        none: '',
      }
      for (const [key, content] of Object.entries(contents)) {
        const expected = key === 'text' ? Buffer.from('żółć') : key === 'none' ? Buffer.alloc(0) : bytes
        expect(await blobs.put(key, content, { type: 'image/x; q="1"' })).toEqual({
          bytes: expected.length,
          sha256: sha256(expected),
        })
        const info = {
          key,
          size: expected.length,
          sha256: sha256(expected),
          type: 'image/x; q="1"',
          storedAt: expect.any(Number),
        }
        expect(await blobs.head(key)).toEqual(info)
        const whole = await blobs.read(key)
        expect({ ...whole, bytes: whole?.bytes.equals(expected) }).toEqual({ ...info, bytes: true })
        const streamed = await blobs.get(key)
        expect(Buffer.concat((await streamed?.stream.toArray()) ?? []).equals(expected)).toBe(true)
        expect(streamed).toMatchObject({
          ...info,
          range: expected.length === 0 ? null : { start: 0, end: expected.length - 1 },
        })
      }
    })

    test('that are not there are null', async () => {
      await blobs.put('folder/there', 'x')
      for (const key of ['nothing', 'folder', 'folder/there/deeper']) {
        expect(await blobs.get(key)).toBeNull()
        expect(await blobs.read(key)).toBeNull()
        expect(await blobs.head(key)).toBeNull()
        expect(await blobs.delete(key)).toBe(false)
      }
    })

    test('have a type even when none was given', async () => {
      await blobs.put('a', 'x')
      expect((await blobs.head('a'))?.type).toBe('application/octet-stream')
      for (const type of ['', 'x\ny', 'ż', 'x'.repeat(201)])
        expect(await codeOf(blobs.put('b', 'x', { type }))).toBe('bad-type')
      expect(await blobs.head('b')).toBeNull()
    })

    test('are read in ranges', async () => {
      await blobs.put('ten', '0123456789')
      await blobs.put('none', '')
      const range = async (start: number, end?: number): Promise<string> => {
        const found = await blobs.get('ten', { range: { start, end } })
        return `${found?.range?.start}-${found?.range?.end}/${found?.size} ${await textOf(found?.stream ?? Readable.from([]))}`
      }
      expect(await range(0, 0)).toBe('0-0/10 0')
      expect(await range(2, 4)).toBe('2-4/10 234')
      expect(await range(7)).toBe('7-9/10 789')
      expect(await range(9, 4000)).toBe('9-9/10 9')
      for (const [start, end] of [
        [10, 12],
        [5, 4],
        [-1, 2],
        [0.5, 2],
        [Number.NaN, 2],
      ]) {
        expect(await codeOf(blobs.get('ten', { range: { start: start ?? 0, end } }))).toBe('bad-range')
      }
      expect(await codeOf(blobs.get('none', { range: { start: 0 } }))).toBe('bad-range')
    })

    test('keep out of each other: a key never names anything else', async () => {
      const bad = [
        '',
        '/',
        'a/',
        '/a',
        'a//b',
        '.',
        '..',
        '../a',
        'a/../b',
        'a/..',
        './a',
        '.a',
        'a/.b',
        'A',
        'a b',
        'a\\b',
        'a\0b',
        'a+',
        'ż',
        'a\n',
        'a%2fb',
        'x'.repeat(101),
        Array(17).fill('a').join('/'),
        Array(6).fill('x'.repeat(99)).join('/'),
      ]
      for (const key of bad) {
        for (const work of [blobs.put(key, 'x'), blobs.get(key), blobs.read(key), blobs.head(key), blobs.delete(key)])
          expect(await codeOf(work)).toBe('bad-key')
        if (key !== '') expect(await codeOf(blobs.list(key))).toBe('bad-key')
        expect(() => blobs.within(key)).toThrow(BlobError)
        expect(await codeOf(blobs.within('a').put(key, 'x'))).toBe('bad-key')
      }
      expect(await keysOf(blobs, '')).toEqual([])
    })

    test('may share a name with a folder', async () => {
      await blobs.put('a/b', 'inner')
      await blobs.put('a', 'outer')
      expect([(await blobs.read('a'))?.bytes.toString(), (await blobs.read('a/b'))?.bytes.toString()]).toEqual([
        'outer',
        'inner',
      ])
      await blobs.delete('a/b')
      expect((await blobs.read('a'))?.bytes.toString()).toBe('outer')
    })

    test('are replaced whole, under the eyes of a reader', async () => {
      await blobs.put('a', 'old '.repeat(500_000), { type: 'text/old' })
      const reading = await blobs.get('a')
      await blobs.put('a', 'new', { type: 'text/new' })
      expect(await blobs.read('a')).toMatchObject({ type: 'text/new', bytes: Buffer.from('new') })
      expect(await textOf(reading?.stream ?? Readable.from([]))).toBe('old '.repeat(500_000))
    })

    test('put once only, keep the first; of many at once one wins', async () => {
      const works = Array.from({ length: 20 }, (_, index) =>
        blobs.put('race/one', `writer ${index}`, { ifNoneMatch: true }),
      )
      const codes = await Promise.all(works.map(codeOf))
      expect(codes.filter((code) => code === 'exists')).toHaveLength(19)
      const winner = codes.findIndex((code) => code !== 'exists')
      expect((await blobs.read('race/one'))?.bytes.toString()).toBe(`writer ${winner}`)
      expect(await codeOf(blobs.put('race/one', 'late', { ifNoneMatch: true }))).toBe('exists')
      await blobs.put('race/one', 'replaced')
      expect((await blobs.read('race/one'))?.bytes.toString()).toBe('replaced')
    })

    test('that are too large or break off leave what was there', async () => {
      await blobs.put('a', 'before')
      const breaking = Readable.from(
        (async function* () {
          yield Buffer.from('half')
          throw new Error('the upload broke off')
        })(),
      )
      expect(await codeOf(blobs.put('a', breaking))).toContain('the upload broke off')
      expect(await codeOf(blobs.put('a', 'x'.repeat(11), { bytesMax: 10 }))).toBe('too-large')
      expect(await codeOf(blobs.put('b', Readable.from([Buffer.alloc(6), Buffer.alloc(6)]), { bytesMax: 10 }))).toBe(
        'too-large',
      )
      expect((await blobs.put('c', 'x'.repeat(10), { bytesMax: 10 })).bytes).toBe(10)
      expect((await blobs.read('a'))?.bytes.toString()).toBe('before')
      expect(await keysOf(blobs, '')).toEqual(['a', 'c'])
      expect(await codeOf(blobs.read('c', { bytesMax: 9 }))).toBe('too-large')
    })

    test('are listed in the order of their bytes, page by page', async () => {
      const keys = ['a', 'a-b', 'a.b', 'a/b', 'a/b/c', 'a/c', 'a0', 'ab/c', 'b/-', 'b/0', 'b/_', 'b/a']
      for (const key of [...keys].reverse()) await blobs.put(key, key)
      expect([...keys].sort()).toEqual(keys)
      expect(await keysOf(blobs, '')).toEqual(keys)
      for (const limit of [1, 2, 5, 11, 12, 13]) {
        const seen: string[] = []
        let after: string | null = ''
        for (let page = 0; after !== null && page < 20; page += 1) {
          const { items, next }: Awaited<ReturnType<Blobs['list']>> = await blobs.list('', { limit, after })
          expect(items.length).toBeLessThanOrEqual(limit)
          seen.push(...items.map(({ key }) => key))
          after = next
        }
        expect(seen).toEqual(keys)
      }
      for (const after of [...keys, 'a/', 'a/bb', 'a/b/', 'zz', '0'])
        expect(await keysOf(blobs, '', { after })).toEqual(keys.filter((key) => key > after))
      expect(await keysOf(blobs, 'a')).toEqual(['a/b', 'a/b/c', 'a/c'])
      expect(await keysOf(blobs, 'a/b')).toEqual(['a/b/c'])
      expect(await keysOf(blobs, 'nothing')).toEqual([])
      expect((await blobs.list('a', { limit: 1 })).items[0]).toMatchObject({
        key: 'a/b',
        size: 3,
        type: 'application/octet-stream',
      })
    })

    test('within a folder see nothing else', async () => {
      const one = blobs.within('one')
      const deep = one.within('x/y')
      await one.put('k', 'of one', { ifNoneMatch: true })
      await blobs.within('two').put('k', 'of two', { ifNoneMatch: true })
      await deep.put('z', 'deep')
      expect((await one.read('k'))?.bytes.toString()).toBe('of one')
      expect(await keysOf(one, '')).toEqual(['k', 'x/y/z'])
      expect(await keysOf(one, 'x')).toEqual(['x/y/z'])
      expect(await one.list('', { limit: 1 })).toMatchObject({ items: [{ key: 'k' }], next: 'k' })
      expect(await keysOf(one, '', { after: 'k' })).toEqual(['x/y/z'])
      expect((await deep.head('z'))?.key).toBe('z')
      expect((await deep.get('z'))?.stream.destroy()).toBeDefined()
      expect(await one.delete('k')).toBe(true)
      expect(await keysOf(blobs, '')).toEqual(['one/x/y/z', 'two/k'])
    })

    test('may be put and deleted by many at once', async () => {
      await Promise.all(
        Array.from({ length: 40 }, async (_, index) => {
          for (let round = 0; round < 5; round += 1) {
            await blobs.put(`busy/${index % 4}/deep/k`, `${index}`)
            await blobs.delete(`busy/${index % 4}/deep/k`)
          }
          await blobs.put(`kept/${index}`, 'x')
        }),
      )
      expect(await keysOf(blobs, 'busy')).toEqual([])
      expect(await keysOf(blobs, 'kept')).toHaveLength(40)
    })
  })
