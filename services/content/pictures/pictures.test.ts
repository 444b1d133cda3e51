import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fakeClock } from '@floowe/platform/testing'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createPictures, PictureRefused, PicturesUnavailable } from './pictures.ts'

const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silent,
}
const folder = { path: '' }
beforeAll(async () => {
  folder.path = await mkdtemp(path.join(tmpdir(), 'floowe-pictures-test-'))
  await writeFile(
    path.join(folder.path, 'small.png'),
    await sharp({ create: { width: 40, height: 30, channels: 3, background: '#fff' } })
      .png()
      .toBuffer(),
  )
  // Large enough that shrinking it takes a while on any machine.
  await writeFile(
    path.join(folder.path, 'large.png'),
    await sharp({ create: { width: 9000, height: 9000, channels: 3, background: '#fff' } })
      .png({ compressionLevel: 1 })
      .toBuffer(),
  )
})
afterAll(() => rm(folder.path, { recursive: true, force: true }))
const file = (name: string): string => path.join(folder.path, name)

test('the process runs while there is work and a little longer', async () => {
  const clock = fakeClock()
  const pictures = createPictures({ clock, log: silent, idleMs: 10_000, timeoutMs: 30_000 })
  expect(pictures.processId()).toBeNull()
  expect(await pictures.inspect(file('small.png'))).toEqual({ width: 40, height: 30, format: 'png', hasAlpha: false })
  expect(pictures.processId()).not.toBeNull()
  clock.advance(9_000)
  expect(pictures.processId()).not.toBeNull()
  await pictures.inspect(file('small.png'))
  clock.advance(9_000)
  expect(pictures.processId()).not.toBeNull()
  clock.advance(2_000)
  expect(pictures.processId()).toBeNull()
  await pictures.inspect(file('small.png'))
  await pictures.stop()
  expect(pictures.processId()).toBeNull()
  await expect(pictures.inspect(file('small.png'))).rejects.toBeInstanceOf(PicturesUnavailable)
})

test('a task that takes too long is ended, and the next one finds a new process', async () => {
  const clock = fakeClock()
  const pictures = createPictures({ clock, log: silent, idleMs: 60_000, timeoutMs: 1_000 })
  const slow = pictures.shrink({ file: file('large.png'), folder: folder.path, isVector: false, shown: 'image/jpeg' })
  const next = pictures.inspect(file('small.png'))
  await expect.poll(() => pictures.processId()).not.toBeNull()
  clock.advance(1_001)
  await expect(slow).rejects.toMatchObject({ code: 'timed-out' })
  expect((await next).width).toBe(40)
  await pictures.stop()
})

test('a process that dies takes one task with it', async () => {
  const pictures = createPictures({ clock: fakeClock(), log: silent, idleMs: 60_000, timeoutMs: 60_000 })
  await pictures.inspect(file('small.png'))
  const slow = pictures.shrink({ file: file('large.png'), folder: folder.path, isVector: false, shown: 'image/jpeg' })
  const settled = slow.catch((error: unknown) => error)
  process.kill(pictures.processId() ?? 0, 'SIGKILL')
  expect(await settled).toBeInstanceOf(PicturesUnavailable)
  expect((await pictures.inspect(file('small.png'))).width).toBe(40)
  await pictures.stop()
})

test('what is no picture is refused with its reason', async () => {
  const pictures = createPictures({ clock: fakeClock(), log: silent, idleMs: 60_000, timeoutMs: 60_000 })
  await writeFile(file('text.png'), 'not a picture')
  await expect(pictures.inspect(file('text.png'))).rejects.toBeInstanceOf(PictureRefused)
  await expect(pictures.inspect(file('missing.png'))).rejects.toMatchObject({ code: 'unreadable' })
  await pictures.stop()
})
