/**
 * Draws the demo's pictures: `node launch/demo/pictures/draw.ts [name …]`. Same seeds, same pictures. Their files are kept
 * beside this one, so that a start draws nothing.
 */
import { writeFile } from 'node:fs/promises'
import sharp from 'sharp'
import { type Picture, plate } from './print.ts'
import { paper } from './paper.ts'
import { rooms } from './rooms.ts'
import { water } from './water.ts'

const bytesMax = 90_000
const qualities = [80, 74, 68, 62, 56, 50, 44, 38, 32] as const

/** The best quality that stays within the limit. */
async function webp(picture: Picture): Promise<Buffer> {
  const drawn = await sharp(Buffer.from(picture.draw(plate(picture.seed)))).removeAlpha().png().toBuffer()
  for (const quality of qualities) {
    const bytes = await sharp(drawn).webp({ quality, effort: 6, smartSubsample: true }).toBuffer()
    if (bytes.length <= bytesMax) {
      console.log(`${picture.name}  ${(bytes.length / 1000).toFixed(0)} kB  quality ${quality}`)
      return bytes
    }
  }
  throw new Error(`${picture.name} does not fit into ${bytesMax} bytes`)
}

const wanted = new Set(process.argv.slice(2))
for (const picture of [...water, ...paper, ...rooms].filter(({ name }) => wanted.size === 0 || wanted.has(name))) {
  await writeFile(new URL(`./${picture.name}.webp`, import.meta.url), await webp(picture))
}
