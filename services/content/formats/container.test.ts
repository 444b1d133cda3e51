/** What holds for everything that comes through the one door. */
import { join } from 'node:path'
import { bodyProblem, walkBody } from '@floowe/contracts/body'
import { Language, Slug } from '@floowe/contracts/vocabulary'
import { describe, expect, it } from 'vitest'
import { openContainer } from './container.ts'
import { fileOnDisk } from './disk.ts'
import { lossReport } from './loss-report.ts'
import { bodyToMarkdown, markdownToBody } from './markdown.ts'
import { all, examples, file, folder, items, now, open, refusal } from './reading-in-tests.ts'
import { withoutIds } from './sources.ts'

describe('every example', () => {
  it('gives items that the contract accepts, with their languages, and export of them is a fixed point', async () => {
    const given = [
      folder(join(examples, 'markdown')),
      fileOnDisk(join(examples, 'wordpress/wokol-stolu.wordpress.xml'), 'a.xml'),
      fileOnDisk(join(examples, 'wordpress/archiwum-2009.xml'), 'b.xml'),
      fileOnDisk(join(examples, 'ghost/lampa.ghost.json'), 'c.json'),
    ]
    for (const source of given) {
      const container = await open(source)
      const entries = await all(container)
      expect(entries).toHaveLength(container.total)
      for (const item of entries) {
        if (item.kind !== 'item') continue
        expect(bodyProblem(item.body)).toBeNull()
        expect(item.slug === null || Slug.safeParse(item.slug).success, item.slug ?? '').toBe(true)
        expect(Language.safeParse(item.language).success).toBe(true)
        walkBody(item.body, (node) =>
          expect(node.attrs?.id === undefined || typeof node.attrs.id === 'string').toBe(true),
        )
        const markdown = bodyToMarkdown(item.body)
        const again = markdownToBody(markdown, { ids: () => 'b' }).body
        expect(bodyToMarkdown(again)).toBe(markdown)
      }
      await container.close()
    }
  })
  it('reads the same twice', async () => {
    const container = await open(fileOnDisk(join(examples, 'wordpress/wokol-stolu.wordpress.xml'), 'a.xml'))
    const [first, second] = [await items(container), await items(container)]
    expect(second.map((item) => [item.sourceId, withoutIds(item.body)])).toEqual(
      first.map((item) => [item.sourceId, withoutIds(item.body)]),
    )
  })
})

describe('what is none of these', () => {
  it('is refused by its content, whatever its name', async () => {
    expect((await refusal(file('a.md', Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 1]))))[0]).toBe(
      'unsupported-type',
    )
    expect((await refusal(file('a.docx', 'text')))[0]).toBe('unsupported-type')
    expect((await refusal(file('a.json', '[1, 2]')))[0]).toBe('not-ghost')
    expect((await refusal([]))[0]).toBe('nothing-to-import')
    await expect(openContainer(file('a.md', 'x'), { ids: () => 'b', now, wanted: 'ghost' })).rejects.toMatchObject({
      code: 'unsupported-type',
    })
  })
})

describe('real imports carry the note of what differs', () => {
  it('and the examples differ in nothing else', async () => {
    for (const path of [
      'wordpress/wokol-stolu.wordpress.xml',
      'ghost/lampa.ghost.json',
      'wordpress/archiwum-2009.xml',
    ]) {
      for (const item of await items(await open(fileOnDisk(join(examples, path), path))))
        expect(
          item.notes.filter((note) => note.code.endsWith('-differ')),
          item.title,
        ).toEqual([])
    }
    expect(lossReport('<p>a</p>', { type: 'doc', content: [] })).toHaveLength(1)
  })
})
