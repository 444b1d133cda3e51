/**
 * The picture process: the only place where pictures are decoded. It holds no secrets, is told file names only, and is
 * ended when it has nothing to do, so that the memory of decoding falls back.
 */
import { stat } from 'node:fs/promises'
import path from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { densityFor, readOptions, vectorSideMin } from './decoding.ts'
import { fit } from './fit.ts'
import {
  type FromProcess,
  type Inspected,
  type PictureAnswer,
  type PictureFile,
  type PictureTask,
  type ShrinkTask,
  type Shrunk,
  type ToProcess,
  variantWidthMax,
  variantWidths,
} from './protocol.ts'

sharp.cache(false)
sharp.concurrency(1)

const shownWidthMax = 1600

process.on('message', (message: ToProcess) => {
  void answer(message).then((reply) => process.send?.(reply))
})
// The service is gone: nobody waits for what runs here.
process.on('disconnect', () => process.exit(0))

async function answer({ id, task }: ToProcess): Promise<FromProcess> {
  try {
    return { id, answer: await done(task) }
  } catch (error) {
    const text = error instanceof Error ? error.message.slice(0, 300) : String(error)
    return {
      id,
      answer: { ok: false, code: /pixel limit|too large|exceeds/i.test(text) ? 'too-many-pixels' : 'unreadable', text },
    }
  }
}

async function done(task: PictureTask): Promise<PictureAnswer> {
  switch (task.kind) {
    case 'inspect':
      return { ok: true, inspected: await inspect(task.file) }
    case 'shrink':
      return { ok: true, shrunk: await shrink(task) }
    case 'fit':
      return { ok: true, fitted: await fit(task) }
  }
}

async function inspect(file: string): Promise<Inspected> {
  const seen = await sharp(file, readOptions).metadata()
  return { width: seen.autoOrient.width, height: seen.autoOrient.height, format: seen.format, hasAlpha: seen.hasAlpha }
}

async function shrink({ file, folder, isVector, shown }: ShrinkTask): Promise<Shrunk> {
  const seen = await sharp(file, readOptions).metadata()
  const width = Math.min(
    variantWidthMax,
    isVector ? Math.max(seen.autoOrient.width, vectorSideMin) : seen.autoOrient.width,
  )
  // Decoded once, turned upright, in sRGB and without metadata; every size is made from this one.
  const { data, info } = await sharp(file, {
    ...readOptions,
    ...(isVector && { density: densityFor(width, seen.autoOrient.width) }),
  })
    .autoOrient()
    .resize({ width, withoutEnlargement: !isVector })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  const base = (): Sharp => sharp(data, { raw: { width: info.width, height: info.height, channels: info.channels } })
  const write = async (name: string, picture: Sharp, type: string): Promise<PictureFile> => {
    const target = path.join(folder, name)
    const written = await picture.toFile(target)
    return { file: target, width: written.width, height: written.height, bytes: (await stat(target)).size, type }
  }
  const variants: PictureFile[] = []
  for (const wanted of [...variantWidths.filter((each) => each < info.width), info.width]) {
    variants.push(
      await write(`${wanted}.webp`, base().resize({ width: wanted }).webp({ quality: 80, effort: 3 }), 'image/webp'),
    )
  }
  const small = base().resize({ width: Math.min(info.width, shownWidthMax) })
  if (shown === null) return { variants, shown: null }
  const plain =
    shown === 'image/png'
      ? small.png({ compressionLevel: 9 })
      : small.flatten({ background: '#ffffff' }).jpeg({ quality: 82, mozjpeg: true })
  return { variants, shown: await write('shown', plain, shown) }
}
