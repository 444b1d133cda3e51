/** Makes one picture fit what a channel takes: its types, its bytes, its longer side. */
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import sharp, { type OutputInfo, type Sharp } from 'sharp'
import { densityFor, readOptions, vectorSideMin } from './decoding.ts'
import type { FitTask, PictureFile } from './protocol.ts'

/** What a channel leaves open is bounded here: decoded, this is 64 MB. */
const sideMost = 4096
/** A picture smaller than this has lost what it was posted for; one that is smaller already stays as it is. */
const sideLeast = 320
const sizesMax = 8
/** Between the best and the least quality the bytes shrink about so far; beyond that only a smaller size helps. */
const qualityReach = 3

/** Somebody waits for these, and several may be tried: written fast rather than as small as can be. */
type Form = {
  type: string
  keepsTransparency: boolean
  /** Best first. */
  qualities: readonly number[]
  write: (picture: Sharp, quality: number) => Sharp
}
const lossless = 100
const png: Form = {
  type: 'image/png',
  keepsTransparency: true,
  qualities: [lossless, 80],
  write: (picture, quality) =>
    quality === lossless ? picture.png({ compressionLevel: 6 }) : picture.png({ palette: true, quality, effort: 1 }),
}
const webp: Form = {
  type: 'image/webp',
  keepsTransparency: true,
  qualities: [85, 70, 55],
  write: (picture, quality) => picture.webp({ quality, effort: 3 }),
}
const jpeg: Form = {
  type: 'image/jpeg',
  keepsTransparency: false,
  qualities: [88, 78, 66, 55],
  write: (picture, quality) => picture.jpeg({ quality }),
}
const gif: Form = {
  type: 'image/gif',
  keepsTransparency: false,
  qualities: [256, 64],
  write: (picture, colours) => picture.gif({ colours }),
}

type Base = { at: (side: number) => Sharp; side: number; isTransparent: boolean }

/** Null when nothing of use is small enough, or none of the types can be written. */
export async function fit(task: FitTask): Promise<PictureFile | null> {
  const base = await decode(task)
  for (const form of formsFor(task.types, base.isTransparent)) {
    const made = await writeAs(form, base, task.bytesMax)
    if (!made) continue
    const file = path.join(task.folder, 'fitted')
    await writeFile(file, made.data)
    return { file, width: made.info.width, height: made.info.height, bytes: made.data.length, type: form.type }
  }
  return null
}

/** Transparency is kept where the channel takes it; else, and for photos, JPEG holds the most detail in the bytes there are. */
function formsFor(types: readonly string[], isTransparent: boolean): Form[] {
  const isTaken = ({ type }: Form): boolean => types.includes(type)
  const keeping = isTransparent ? [png, webp].find(isTaken) : undefined
  const plain = isTaken(jpeg)
    ? jpeg
    : types.flatMap((type) => [png, webp, gif].find((form) => form.type === type) ?? [])[0]
  return [...new Set([keeping, plain])].filter((form) => form !== undefined)
}

/** The first frame, upright, in sRGB, without metadata, no larger than it may be; every attempt is made from this one. */
async function decode({ file, isVector, sideMax }: FitTask): Promise<Base> {
  const { autoOrient } = await sharp(file, readOptions).metadata()
  const own = Math.max(autoOrient.width, autoOrient.height)
  const side = Math.min(sideMax ?? sideMost, sideMost, isVector ? Math.max(own, vectorSideMin) : own)
  const { data, info } = await sharp(file, { ...readOptions, ...(isVector && { density: densityFor(side, own) }) })
    .autoOrient()
    .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: !isVector })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  const { width, height, channels } = info
  return {
    at: (wanted) =>
      sharp(data, { raw: { width, height, channels } }).resize({ width: wanted, height: wanted, fit: 'inside' }),
    side: Math.max(width, height),
    isTransparent: hasTransparency(data, channels),
  }
}

/** Many opaque pictures carry a channel for it all the same. */
function hasTransparency(pixels: Uint8Array, channels: number): boolean {
  if (channels % 2 === 1) return false
  for (let at = channels - 1; at < pixels.length; at += channels) if (pixels[at] !== 255) return true
  return false
}

async function writeAs(
  form: Form,
  { at, side: largest }: Base,
  bytesMax: number,
): Promise<{ data: Buffer; info: OutputInfo } | null> {
  const least = Math.min(sideLeast, largest)
  let side = largest
  for (let size = 0; size < sizesMax; size++) {
    let bytes = 0
    for (const quality of form.qualities) {
      const picture = form.keepsTransparency ? at(side) : at(side).flatten({ background: '#ffffff' })
      const made = await form.write(picture, quality).toBuffer({ resolveWithObject: true })
      if (made.data.length <= bytesMax) return made
      bytes = made.data.length
      if (bytes > bytesMax * qualityReach) break
    }
    if (side === least) return null
    // Bytes go about with the area.
    const ratio = Math.min(0.85, 0.95 * Math.sqrt(bytesMax / bytes))
    side = Math.max(least, Math.floor(side * ratio))
  }
  return null
}
