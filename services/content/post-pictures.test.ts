import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Media } from '@floowe/contracts/content'
import type { MediaId } from '@floowe/contracts/vocabulary'
import sharp from 'sharp'
import { afterAll, describe, expect, test } from 'vitest'
import { codeOf, contentWorld, fileOf, nobody, workspace } from './testing.ts'

const world = await contentWorld()
afterAll(() => world.stop())
const { ewa: me, other, inner } = world
const stranger = world.asService('0190aaaa-0000-7000-8000-000000000002')

const { article, edition } = await me.createArticle({ language: 'en', title: 'Posted' })
const upload = (name: string, content: string | Uint8Array, alt = ''): Promise<Media> =>
  me.uploadMedia({ file: fileOf(name, content), alt })
const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** Pixels that no format can make much smaller, the same in every run. */
function noise(width: number, height: number, channels: 3 | 4 = 3) {
  let seed = 7
  const data = Buffer.alloc(width * height * channels)
  for (let at = 0; at < data.length; at++) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    data[at] = seed >>> 24
  }
  return sharp(data, { raw: { width, height, channels } })
}
const plain = (width: number, height: number, color: string) =>
  sharp({ create: { width, height, channels: 3, background: color } })

const rules = { types: ['image/jpeg', 'image/png'], bytesMax: 1_000_000, sideMax: 2000 }
const ask = (mediaIds: string[] | null, changed: Partial<typeof rules> = {}) =>
  inner.picturesForPost({ editionId: edition.id, mediaIds: mediaIds as MediaId[] | null, ...rules, ...changed }) // as the contract reads them
const askOne = async (media: Media, changed: Partial<typeof rules> = {}) => {
  const [named] = await ask([media.id], changed)
  if (!named) throw new Error(`${media.name} was not made to fit`)
  return named
}
/** The bytes, which must be what was named. */
const read = async (named: { mediaId: MediaId; sha256: string; bytes: number; type: string; name: string }) => {
  const file = await inner.readPicture({ mediaId: named.mediaId, sha256: named.sha256 })
  const bytes = new Uint8Array(await file.arrayBuffer())
  expect([hashOf(bytes), bytes.length, file.type, file.name]).toEqual([
    named.sha256,
    named.bytes,
    named.type,
    named.name,
  ])
  return bytes
}
const filesOf = (media: Media) => world.ground.blobs.within('content').list(`${workspace}/media/${media.sha256}`)

describe('a picture that fits', () => {
  test('is named as it is', async () => {
    const bytes = await plain(800, 600, '#8c590c').png().toBuffer()
    const media = await upload('rynek.png', bytes, 'Rynek w Łodzi')
    const named = await askOne(media)
    expect(named).toEqual({
      mediaId: media.id,
      name: 'rynek.png',
      type: 'image/png',
      bytes: bytes.length,
      sha256: media.sha256,
      width: 800,
      height: 600,
      alt: 'Rynek w Łodzi',
    })
    expect(Buffer.from(await read(named)).equals(bytes)).toBe(true)
    await world.drain()
    expect((await filesOf(media)).items.filter(({ key }) => /\/(fits|fitted)\//.test(key))).toEqual([])
  })
  test('is written anew when it may say where it was taken', async () => {
    const bytes = await plain(300, 200, '#8c590c')
      .withExif({ IFD3: { GPSLatitude: '51/1 46/1 0/1', GPSLatitudeRef: 'N' } })
      .jpeg()
      .toBuffer()
    expect((await sharp(bytes).metadata()).exif).toBeDefined()
    const named = await askOne(await upload('gps.jpg', bytes))
    expect(named).toMatchObject({ type: 'image/jpeg', width: 300, height: 200 })
    expect((await sharp(await read(named)).metadata()).exif).toBeUndefined()
  })
  test('moves on where a GIF is taken, and else stands still', async () => {
    const gif = readFileSync(new URL('./fixtures/moving.gif', import.meta.url))
    const media = await upload('moving.gif', gif)
    expect((await askOne(media, { types: ['image/gif'] })).sha256).toBe(media.sha256)
    const still = await askOne(media)
    expect((await sharp(await read(still)).metadata()).pages ?? 1).toBe(1)
    expect(['image/jpeg', 'image/png']).toContain(still.type)
  })
})

describe('a picture that is made to fit', () => {
  test('loses bytes first by quality, then by size', async () => {
    const media = await upload('large.jpg', await noise(1000, 700).jpeg({ quality: 98 }).toBuffer())
    expect(media.bytes).toBeGreaterThan(600_000)
    const milder = await askOne(media, { bytesMax: 400_000 })
    expect(milder).toMatchObject({ name: 'large.jpg', type: 'image/jpeg', width: 1000, height: 700 })
    expect(milder.bytes).toBeLessThanOrEqual(400_000)
    const smaller = await askOne(media, { bytesMax: 100_000 })
    expect(smaller.bytes).toBeLessThanOrEqual(100_000)
    expect(smaller.width).toBeLessThan(1000)
    expect(await sharp(await read(smaller)).metadata()).toMatchObject({
      format: 'jpeg',
      width: smaller.width,
      height: smaller.height,
    })
  })
  test('is no longer than it may be, upright and without a word of its maker', async () => {
    const bytes = await plain(3000, 1000, '#123456')
      .jpeg()
      .withExif({ IFD0: { Copyright: 'Secret Person' } })
      .withMetadata({ orientation: 6 })
      .toBuffer()
    const named = await askOne(await upload('turned.jpg', bytes))
    expect(named).toMatchObject({ type: 'image/jpeg', width: 667, height: 2000 })
    const seen = await sharp(await read(named)).metadata()
    expect(seen).toMatchObject({ width: 667, height: 2000 })
    expect([seen.exif, seen.orientation]).toEqual([undefined, undefined])
  })
  test('keeps its transparency where that is taken, and else stands on white', async () => {
    const glass = sharp({
      create: { width: 900, height: 600, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
    })
    const media = await upload('glass.png', await glass.png().toBuffer())
    const kept = await askOne(media, { sideMax: 600 })
    expect(kept).toMatchObject({ type: 'image/png', name: 'glass.png', width: 600, height: 400 })
    expect((await sharp(await read(kept)).stats()).isOpaque).toBe(false)
    const white = await askOne(media, { types: ['image/jpeg'] })
    expect(white).toMatchObject({ type: 'image/jpeg', name: 'glass.jpg', width: 900, height: 600 })
    expect((await sharp(await read(white)).stats()).channels[0]?.min).toBe(255)
    const webp = await askOne(media, { types: ['image/jpeg', 'image/webp'] })
    expect(webp.type).toBe('image/webp')
  })
  test('with much transparent detail stays a PNG and gets smaller', async () => {
    const media = await upload('noise.png', await noise(700, 700, 4).png().toBuffer())
    const named = await askOne(media, { bytesMax: 300_000 })
    expect(named.type).toBe('image/png')
    expect(named.bytes).toBeLessThanOrEqual(300_000)
    expect((await sharp(await read(named)).stats()).isOpaque).toBe(false)
  })
  test('that carries a channel for transparency and uses none of it is a photo', async () => {
    const opaque = await plain(600, 400, '#445566').ensureAlpha().webp().toBuffer()
    expect((await askOne(await upload('opaque.webp', opaque))).type).toBe('image/jpeg')
  })
  test('of lines is drawn, as large as a post shows it', async () => {
    const media = await upload(
      'drawing.svg',
      '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100"><rect width="100" height="100" fill="#0C6B80"/></svg>',
    )
    const named = await askOne(media)
    expect(named).toMatchObject({ type: 'image/png', name: 'drawing.png', width: 960, height: 480 })
    expect(await sharp(await read(named)).metadata()).toMatchObject({ format: 'png', width: 960, height: 480 })
    expect(await askOne(media, { types: ['image/jpeg'], sideMax: 500 })).toMatchObject({ width: 500, height: 250 })
  })
  test('is never made larger', async () => {
    const media = await upload('tiny.png', await plain(40, 30, '#778899').png().toBuffer())
    expect(await askOne(media, { types: ['image/jpeg'] })).toMatchObject({ width: 40, height: 30 })
  })

  test('is the same for the same question, and made once', async () => {
    const media = await upload('again.jpg', await noise(900, 900).jpeg({ quality: 95 }).toBuffer())
    await world.drain()
    const first = await askOne(media, { bytesMax: 200_000 })
    const before = await filesOf(media)
    expect(await askOne(media, { bytesMax: 200_000 })).toEqual(first)
    expect(await filesOf(media)).toEqual(before)
    const atOnce = await Promise.all([1, 2, 3].map(() => askOne(media, { bytesMax: 150_000 })))
    expect(new Set(atOnce.map(({ sha256 }) => sha256)).size).toBe(1)
  })
  test('is made again when only the note of it is left', async () => {
    const media = await upload('lost.png', await plain(2100, 50, '#99aabb').png().toBuffer())
    const first = await askOne(media)
    const key = `${workspace}/media/${media.sha256}/fitted/${first.sha256}`
    expect(await world.ground.blobs.within('content').delete(key)).toBe(true)
    const again = await askOne(media)
    expect(again).toEqual(first)
    await read(again)
  })
  test('goes with the file', async () => {
    const media = await upload('gone.png', await plain(2200, 60, '#aabbcc').png().toBuffer())
    await world.drain()
    const named = await askOne(media)
    await me.deleteMedia({ id: media.id })
    expect((await filesOf(media)).items).toEqual([])
    expect(await ask([media.id])).toEqual([null])
    expect(await codeOf(inner.readPicture({ mediaId: media.id, sha256: named.sha256 }))).toBe('not-found')
  })
  test('leaves nothing behind when its original goes while it is made', async () => {
    const media = await upload('leaving.png', await noise(800, 800).png().toBuffer())
    await world.drain()
    await Promise.all([ask([media.id], { bytesMax: 60_000 }), me.deleteMedia({ id: media.id })])
    expect((await filesOf(media)).items).toEqual([])
  })
})

describe('which pictures', () => {
  test('without a choice the cover, if there is one', async () => {
    expect(await ask(null)).toEqual([])
    const cover = await upload('cover.png', await plain(500, 300, '#0a0b0c').png().toBuffer(), 'Cover')
    await me.updateArticle({ id: article.id, basedOn: 1, coverId: cover.id })
    expect(await ask(null)).toMatchObject([{ mediaId: cover.id, sha256: cover.sha256, alt: 'Cover' }])
    expect(await ask([])).toEqual([])
  })
  test('in the order asked for, with gaps for what is none', async () => {
    const one = await upload('one.png', await plain(30, 30, '#010101').png().toBuffer())
    const two = await upload('two.png', await plain(30, 30, '#020202').png().toBuffer())
    const paper = await upload('paper.pdf', '%PDF-1.4 x')
    const foreign = await other.uploadMedia({
      file: fileOf('foreign.png', await plain(30, 30, '#030303').png().toBuffer()),
    })
    const answers = await ask([two.id, nobody, paper.id, foreign.id, one.id, two.id])
    expect(answers.map((named) => named?.mediaId ?? null)).toEqual([two.id, null, null, null, one.id, two.id])
  })
  test('not one that turned out to be damaged', async () => {
    const whole = await noise(300, 300).jpeg().toBuffer()
    const media = await upload('damaged.jpg', whole.subarray(0, Math.floor(whole.length / 2)))
    expect(await ask([media.id], { sideMax: 200 })).toEqual([null])
    await world.drain()
    expect(await ask([media.id])).toEqual([null])
  })
  test('not one that no size makes small enough, or of types that cannot be written', async () => {
    const media = await upload('stubborn.png', await noise(700, 700).png().toBuffer())
    expect(await ask([media.id], { bytesMax: 10_000 })).toEqual([null])
    expect(await ask([media.id], { types: ['image/heic'] })).toEqual([null])
  })
  test('of an edition that is there', async () => {
    expect(await codeOf(inner.picturesForPost({ editionId: nobody as never, mediaIds: [], ...rules }))).toBe(
      'not-found',
    )
    expect(await codeOf(stranger.picturesForPost({ editionId: edition.id, mediaIds: null, ...rules }))).toBe(
      'not-found',
    )
  })
})

test('a picture is read by its own name only', async () => {
  const one = await upload('own.png', await plain(2500, 40, '#040404').png().toBuffer())
  const two = await upload('others.png', await plain(2500, 40, '#050505').png().toBuffer())
  const paper = await upload('own.pdf', '%PDF-1.4 own')
  const named = await askOne(one)
  await read(named)
  const { mediaId, sha256 } = named
  const refused = [
    inner.readPicture({ mediaId: two.id, sha256 }),
    inner.readPicture({ mediaId: two.id, sha256: one.sha256 }),
    inner.readPicture({ mediaId, sha256: '0'.repeat(64) }),
    inner.readPicture({ mediaId: nobody as never, sha256 }),
    inner.readPicture({ mediaId: paper.id, sha256: paper.sha256 }),
    stranger.readPicture({ mediaId, sha256 }),
  ]
  expect(new Set(await Promise.all(refused.map(codeOf)))).toEqual(new Set(['not-found']))
})
