import { unzipSync } from 'fflate'
import { expect, test } from 'vitest'
import { packFolder } from './pack.ts'

const inFolder = (path: string, text: string): File =>
  Object.defineProperty(new File([text], path.split('/').at(-1) ?? ''), 'webkitRelativePath', { value: path })

test('a folder becomes one archive with its paths; what cannot be imported stays out', async () => {
  const file = await packFolder([
    inFolder('notes/a.md', '# A'),
    inFolder('notes/pictures/b.png', 'x'),
    inFolder('notes/.DS_Store', 'x'),
  ])
  expect(file.name).toBe('notes.zip')
  expect(Object.keys(unzipSync(new Uint8Array(await file.arrayBuffer()))).sort()).toEqual([
    'notes/a.md',
    'notes/pictures/b.png',
  ])
})

test('a single file travels as it is', async () => {
  const file = new File(['<rss/>'], 'export.xml')
  expect(await packFolder([file])).toBe(file)
})
