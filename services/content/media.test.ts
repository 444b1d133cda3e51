import { readFileSync } from 'node:fs'
import { deflateSync } from 'node:zlib'
import sharp from 'sharp'
import { afterAll, describe, expect, test } from 'vitest'
import { codeOf, contentWorld, fileOf, nobody, otherWorkspace, paragraphs, refusalOf, workspace } from './testing.ts'

const world = await contentWorld()
afterAll(() => world.stop())
const { ewa: me, other } = world

const photo = (width: number, height: number, color = '#8c590c') =>
  sharp({ create: { width, height, channels: 3, background: color } })
const jpeg = await photo(3000, 2000).jpeg().toBuffer()
const upload = (name: string, content: string | Uint8Array, alt = '') =>
  me.uploadMedia({ file: fileOf(name, content), alt })
const get = (url: string, headers: Record<string, string> = {}, method: 'GET' | 'HEAD' = 'GET') =>
  world.http.inject({ method, url, headers })

describe('a picture', () => {
  test('is taken in by its content and shrunk by a job', async () => {
    const media = await upload('Zdjęcie z Łodzi.jpg', jpeg, 'Rynek')
    expect(media).toMatchObject({
      name: 'Zdjęcie z Łodzi.jpg',
      type: 'image/jpeg',
      width: 3000,
      height: 2000,
      alt: 'Rynek',
      state: 'processing',
      variants: [],
      usedBy: 0,
      bytes: jpeg.length,
    })
    await world.drain()
    const ready = await me.getMedia({ id: media.id })
    expect(ready.state).toBe('ready')
    expect(ready.variants.map(({ width, height, type }) => [width, height, type])).toEqual([
      [480, 320, 'image/webp'],
      [960, 640, 'image/webp'],
      [1600, 1067, 'image/webp'],
      [2400, 1600, 'image/webp'],
    ])
    expect(ready.url).toMatch(new RegExp(`^/media/${workspace}/${media.id}-[0-9a-f]{32}/zdjecie-z-lodzi\\.jpg$`))
    expect(ready.variants[0]?.url).toMatch(/\/zdjecie-z-lodzi-480\.webp$/)
    const names = world.events.filter((event) => event.key === media.id).map((event) => event.name)
    expect(names).toEqual(['content.media-added', 'content.media-changed'])
  })

  test('of the same bytes is the same file', async () => {
    const again = await upload('copy.jpg', jpeg)
    expect((await me.listMedia({})).items.filter((media) => media.sha256 === again.sha256)).toHaveLength(1)
    const elsewhere = await other.uploadMedia({ file: fileOf('a.jpg', jpeg) })
    expect(elsewhere.id).not.toBe(again.id)
    const at = await photo(64, 64, '#123456').png().toBuffer()
    const made = await Promise.all(Array.from({ length: 5 }, () => upload('at-once.png', at)))
    expect(new Set(made.map((media) => media.id)).size).toBe(1)
  })

  test('stands upright and says nothing of its maker', async () => {
    const turned = await photo(800, 400)
      .jpeg()
      .withExif({ IFD0: { Copyright: 'Secret Person', Orientation: '6' } })
      .withMetadata({ orientation: 6 })
      .toBuffer()
    const media = await upload('turned.jpg', turned)
    expect(media).toMatchObject({ width: 400, height: 800 })
    await world.drain()
    const ready = await me.getMedia({ id: media.id })
    for (const url of [ready.url, ...ready.variants.map((variant) => variant.url)]) {
      const { rawPayload } = await get(url)
      const seen = await sharp(rawPayload).metadata()
      expect(seen).toMatchObject({ width: 400, height: 800 })
      expect(seen.exif).toBeUndefined()
      expect(rawPayload.includes('Secret Person')).toBe(false)
    }
  })

  test('smaller than every size is kept at its own', async () => {
    const media = await upload(
      'small.png',
      await sharp({ create: { width: 120, height: 80, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0.5 } } })
        .png()
        .toBuffer(),
    )
    await world.drain()
    const ready = await me.getMedia({ id: media.id })
    expect(ready.variants.map((variant) => variant.width)).toEqual([120])
    expect(ready.url).toMatch(/\.png$/)
    expect((await sharp((await get(ready.url)).rawPayload).metadata()).hasAlpha).toBe(true)
  })

  test('that moves is shown as it came', async () => {
    const gif = readFileSync(new URL('./fixtures/moving.gif', import.meta.url))
    const media = await upload('moving.gif', gif)
    await world.drain()
    const ready = await me.getMedia({ id: media.id })
    expect(ready).toMatchObject({ type: 'image/gif', state: 'ready' })
    const shown = await get(ready.url)
    expect(shown.headers['content-type']).toBe('image/gif')
    expect(shown.rawPayload.equals(gif)).toBe(true)
  })

  test('waits a moment for its sizes instead of being missing', async () => {
    const media = await upload('soon.jpg', await photo(700, 500, '#abcdef').jpeg().toBuffer())
    const answer = await get(media.url)
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['content-type']).toBe('image/jpeg')
  })
})

describe('an SVG', () => {
  const draw = (inside: string, attributes = 'width="200" height="100"') =>
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ${attributes}>${inside}</svg>`
  test('is shown as a picture made of it, never as itself', async () => {
    const media = await upload(
      'drawing.svg',
      draw(
        '<script>alert(1)</script><rect width="200" height="100" fill="#0C6B80"/><a xlink:href="javascript:alert(1)"><text y="20">x</text></a>',
      ),
    )
    expect(media.type).toBe('image/svg+xml')
    await world.drain()
    const ready = await me.getMedia({ id: media.id })
    expect(ready.state).toBe('ready')
    expect(ready.url).toMatch(/\.png$/)
    expect(ready.variants.map((variant) => variant.width)).toEqual([480, 960])
    const shown = await get(ready.url)
    expect(shown.headers['content-type']).toBe('image/png')
    expect((await sharp(shown.rawPayload).metadata()).format).toBe('png')
    const { media: exported } = await exportOf(media.id)
    const original = await get(exported[0]?.url ?? '')
    expect(original.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'x-content-type-options': 'nosniff',
    })
    expect(original.headers['content-disposition']).toMatch(/^attachment/)
  })
  test('reads no files and asks no servers', async () => {
    const media = await upload(
      'reaching.svg',
      draw(
        '<image xlink:href="file:///etc/passwd" width="50" height="50"/><image xlink:href="http://127.0.0.1:1/x.png" width="50" height="50"/>',
      ),
    )
    await world.drain()
    expect((await me.getMedia({ id: media.id })).state).toBe('ready')
  })
  test('with entities, or larger than any screen, is refused', async () => {
    const bomb = `<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>${draw('<text>&b;</text>')}`
    expect(await refusalOf(upload('bomb.svg', bomb))).toEqual({
      code: 'unsupported-type',
      data: { found: 'image/svg+xml with entities' },
    })
    expect(await refusalOf(upload('huge.svg', draw('', 'width="50000" height="50000"')))).toEqual({
      code: 'picture-too-large',
      data: { megapixelsMax: 100 },
    })
  })
})

const exportOf = async (mediaId: string) => {
  const { edition } = await me.createArticle({
    language: 'en',
    title: `Shows ${mediaId}`,
    body: { type: 'doc', content: [{ type: 'image', attrs: { src: `media:${mediaId}` } }] },
  })
  return me.exportEdition({ id: edition.id })
}

describe('what is refused', () => {
  test.each([
    ['photo.jpg', '<!doctype html><script>alert(1)</script>', 'text/html'],
    ['photo.jpg', 'MZ\u0090\u0000', 'application/x-msdownload'],
    ['photo.png', 'just text', 'unknown'],
    ['archive.pdf', Buffer.from('504b0304140000000000', 'hex'), 'application/zip'],
    ['empty.png', '', 'unknown'],
  ])('%s that is something else', async (name, content, found) => {
    expect(await refusalOf(upload(name, content))).toEqual({ code: 'unsupported-type', data: { found } })
  })
  test('a picture whose head promises more than it holds', async () => {
    expect(await codeOf(upload('cut.png', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')))).toBe(
      'unsupported-type',
    )
  })
  test('a decompression bomb, without decoding it', async () => {
    expect(await refusalOf(upload('bomb.png', pngBomb(30_000, 30_000)))).toEqual({
      code: 'picture-too-large',
      data: { megapixelsMax: 100 },
    })
  })
  test('more than 50 MB', async () => {
    expect(await refusalOf(upload('large.mp4', new Uint8Array(50 * 1024 * 1024 + 1)))).toEqual({
      code: 'too-large',
      data: { limitBytes: 50 * 1024 * 1024 },
    })
  })
  test('a picture that turns out to be damaged is kept and marked', async () => {
    const whole = await photo(900, 900, '#777777').jpeg().toBuffer()
    const media = await upload('damaged.jpg', whole.subarray(0, Math.floor(whole.length / 2)))
    await world.drain()
    expect((await me.getMedia({ id: media.id })).state).toBe('failed')
  })
})

/** A PNG of so many pixels, all black, in some kilobytes. */
function pngBomb(width: number, height: number): Buffer {
  const table = Array.from({ length: 256 }, (_, n) =>
    Array.from({ length: 8 }).reduce<number>((c) => (c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1), n),
  )
  const crc = (bytes: Buffer): number =>
    (bytes.reduce((c, byte) => (table[(c ^ byte) & 0xff] ?? 0) ^ (c >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
    length.writeUInt32BE(data.length)
    sum.writeUInt32BE(crc(body))
    return Buffer.concat([length, body, sum])
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([1, 0, 0, 0, 0], 8)
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(Buffer.alloc(1 << 20))),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

describe('files', () => {
  const mp3 = Buffer.concat(
    Array.from({ length: 8 }, () => Buffer.concat([Buffer.from('fffb9064', 'hex'), Buffer.alloc(414)])),
  )
  test('are served whole or in part, for ever, and without powers', async () => {
    const media = await upload('sound.mp3', mp3)
    expect(media).toMatchObject({ type: 'audio/mpeg', state: 'ready', width: null, variants: [] })
    const whole = await get(media.url)
    expect(whole.statusCode).toBe(200)
    expect(whole.rawPayload.equals(mp3)).toBe(true)
    expect(whole.headers).toMatchObject({
      'content-type': 'audio/mpeg',
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      'accept-ranges': 'bytes',
      'content-security-policy': "default-src 'none'; sandbox",
      'content-length': String(mp3.length),
      'cross-origin-resource-policy': 'cross-origin',
    })
    const part = await get(media.url, { range: 'bytes=10-19' })
    expect([part.statusCode, part.headers['content-range'], part.rawPayload.length]).toEqual([
      206,
      `bytes 10-19/${mp3.length}`,
      10,
    ])
    expect((await get(media.url, { range: 'bytes=-5' })).headers['content-range']).toBe(
      `bytes ${mp3.length - 5}-${mp3.length - 1}/${mp3.length}`,
    )
    expect((await get(media.url, { range: `bytes=${mp3.length}-` })).statusCode).toBe(416)
    expect((await get(media.url, { range: 'bytes=5-1' })).statusCode).toBe(200)
    expect((await get(media.url, { range: 'bytes=0-1', 'if-range': '"other"' })).statusCode).toBe(200)
    const etag = String(whole.headers.etag)
    expect((await get(media.url, { 'if-none-match': etag })).statusCode).toBe(304)
    const head = await get(media.url, {}, 'HEAD')
    expect([head.statusCode, head.headers['content-length'], head.rawPayload.length]).toEqual([
      200,
      String(mp3.length),
      0,
    ])
  })
  test('of a kind that could act are downloads', async () => {
    const media = await upload('paper.pdf', '%PDF-1.4 x')
    expect((await get(media.url)).headers['content-disposition']).toBe('attachment; filename="paper.pdf"')
  })
  test('are not found with a wrong key, id, workspace or form', async () => {
    const { url } = await upload('sound.mp3', mp3)
    const [, , , idKey = ''] = url.split('/')
    const wrong = [
      url.replace(idKey, `${idKey.slice(0, 37)}${'0'.repeat(32)}`),
      url.replace(idKey, `${nobody}-${idKey.slice(37)}`),
      url.replace(workspace, otherWorkspace),
      url.replace(workspace, 'x'),
      url.replace(idKey, idKey.slice(0, 60)),
      url.replace(idKey, `${idKey}..%2f..`),
      `${url}/more`,
    ]
    for (const each of wrong) expect((await get(each)).statusCode, each).toBe(404)
  })
})

describe('the library', () => {
  test('is searched, described and given a focal point', async () => {
    const media = await upload('bridge.png', await photo(50, 50, '#010203').png().toBuffer())
    const described = await me.updateMedia({
      id: media.id,
      alt: 'Most nocą',
      caption: 'Most',
      credit: 'fot. Ewa',
      focalPoint: { x: 0.3, y: 0.7 },
      name: 'most.png',
    })
    expect(described).toMatchObject({
      name: 'most.png',
      alt: 'Most nocą',
      credit: 'fot. Ewa',
      focalPoint: { x: 0.3, y: 0.7 },
    })
    expect((await me.listMedia({ query: 'MOST N' })).items.map((one) => one.id)).toEqual([media.id])
    expect((await me.updateMedia({ id: media.id, focalPoint: null })).focalPoint).toBeNull()
    expect(await codeOf(me.updateMedia({ id: media.id, focalPoint: { x: 2, y: 0 } }))).toBe('invalid-input')
    expect(await codeOf(me.updateMedia({ id: nobody as never, alt: 'x' }))).toBe('not-found')
    expect((await me.listMedia({ query: '\u0000%' })).total).toBe(0)
  })

  test('counts the articles that show a file and lets none of theirs go', async () => {
    const media = await upload('used.png', await photo(60, 60, '#112233').png().toBuffer())
    const { article, edition } = await me.createArticle({
      language: 'en',
      title: 'Shows it',
      body: { type: 'doc', content: [{ type: 'image', attrs: { src: `media:${media.id}` } }] },
    })
    const covered = await me.createArticle({ language: 'en', title: 'Has it as cover' })
    await me.updateArticle({ id: covered.article.id, basedOn: 1, coverId: media.id })
    expect((await me.getMedia({ id: media.id })).usedBy).toBe(2)
    expect((await me.getArticle({ id: covered.article.id })).cover?.id).toBe(media.id)
    const refused = await refusalOf(me.deleteMedia({ id: media.id }))
    expect(refused.code).toBe('still-used')
    expect((refused.data as { articles: { title: string }[] }).articles.map((one) => one.title).sort()).toEqual([
      'Has it as cover',
      'Shows it',
    ])
    await me.updateArticle({ id: covered.article.id, basedOn: 2, coverId: null })
    await me.saveEdition({ id: edition.id, basedOn: 1, title: 'Shows it', lead: '', body: paragraphs('no more') })
    // Its readers may still look at a version that shows it.
    world.published.set(article.id, ['Magazine'])
    expect(await codeOf(me.deleteMedia({ id: media.id }))).toBe('still-used')
    world.published.delete(article.id)
    await world.drain()
    const { url } = await me.getMedia({ id: media.id })
    await me.deleteMedia({ id: media.id })
    expect(await codeOf(me.getMedia({ id: media.id }))).toBe('not-found')
    expect((await get(url)).statusCode).toBe(404)
    const left = await world.ground.blobs.within('content').list(`${workspace}/media/${media.sha256}`)
    expect(left.items).toEqual([])
  })

  test('keeps a file that a template shows', async () => {
    const media = await upload('template.png', await photo(61, 61, '#445566').png().toBuffer())
    const template = await me.createTemplate({
      name: 'With picture',
      language: 'en',
      body: { type: 'doc', content: [{ type: 'image', attrs: { src: `media:${media.id}` } }] },
    })
    expect(await codeOf(me.deleteMedia({ id: media.id }))).toBe('still-used')
    await me.deleteTemplate({ id: template.id })
    await me.deleteMedia({ id: media.id })
  })
})
