/** Made-up content, the same in every run. */
import { crc32, deflateSync } from 'node:zlib'

const words =
  'river shore map paper ink boat light harbour winter editor letter page column margin headline photograph market bridge station garden window morning evening friend journey winter road village tower island reed water stone field cloud signal drawing pencil table chair lamp story answer question year month week hour minute place people children market price plan garden street house door roof wall floor river coast sand wind rain snow sun moon star'.split(
    ' ',
  )

/** A small generator with a seed (mulberry32), so that two runs write the same. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Sentences of about so many characters, in paragraphs. */
export function articleText(seed: number, characters: number): string {
  const random = randomFrom(seed + 1)
  const word = (): string => words[Math.floor(random() * words.length)] ?? 'river'
  const paragraphs: string[] = []
  let length = 0
  while (length < characters) {
    const sentences = Array.from({ length: 4 }, () => {
      const text = Array.from({ length: 8 + Math.floor(random() * 8) }, word).join(' ')
      return `${text[0]?.toUpperCase() ?? ''}${text.slice(1)}.`
    })
    const paragraph = sentences.join(' ')
    paragraphs.push(paragraph)
    length += paragraph.length + 2
  }
  return paragraphs.join('\n\n').slice(0, characters)
}

/** The same text as an editor's body. */
export const articleBody = (seed: number, characters: number) => ({
  type: 'doc',
  content: articleText(seed, characters)
    .split('\n\n')
    .map((text, index) => ({ type: 'paragraph', attrs: { id: `b${index}` }, content: [{ type: 'text', text }] })),
})

/** A PNG of soft colours with some noise, so that it compresses like a photograph rather than like a flat drawing. */
export function drawnPng(width: number, height: number, seed: number): Uint8Array {
  const random = randomFrom(seed + 7)
  const rows = Buffer.alloc((width * 3 + 1) * height)
  const [red, green, blue] = [random() * 255, random() * 255, random() * 255]
  for (let y = 0; y < height; y++) {
    const start = y * (width * 3 + 1)
    for (let x = 0; x < width; x++) {
      const noise = random() * 12
      rows[start + 1 + x * 3] = (red * (1 - y / height) + 60 + noise) & 255
      rows[start + 2 + x * 3] = (green * (x / width) + 40 + noise) & 255
      rows[start + 3 + x * 3] = (blue + noise) & 255
    }
  }
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header(width, height)),
    chunk('IDAT', deflateSync(rows, { level: 1 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function header(width: number, height: number): Buffer {
  const bytes = Buffer.alloc(13)
  bytes.writeUInt32BE(width, 0)
  bytes.writeUInt32BE(height, 4)
  bytes[8] = 8
  bytes[9] = 2
  return bytes
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const check = Buffer.alloc(4)
  check.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, check])
}
