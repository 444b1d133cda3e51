/** What holds for everything that comes through the one door. */
import { join } from 'node:path'
import { bodyProblem, walkBody } from '@floowe/contracts/body'
import { Language, Slug } from '@floowe/contracts/vocabulary'
import { describe, expect, it } from 'vitest'
import { openContainer } from './container.ts'
import { fileOnDisk } from './disk.ts'
import { lossReport } from './loss-report.ts'
import { bodyToMarkdown, markdownToBody } from './markdown.ts'
import { all, codes, examples, file, folder, items, now, open, refusal, zip } from './reading-in-tests.ts'
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

describe('items with the same id', () => {
  it('never take each other’s place: the second is skipped', async () => {
    const post = (title: string) => ({ id: '5', title, html: '<p>x</p>', status: 'draft' })
    const ghost = JSON.stringify({ db: [{ data: { posts: [post('One'), post('Two')] } }] }, null, 1)
    const markdown = ['a.md', 'b.md'].map((path) => file(path, `---\nid: same\ntitle: ${path}\n---\nx`))
    for (const given of [file('g.json', ghost), markdown])
      expect((await all(await open(given))).map((entry) => [entry.kind, codes(entry)?.[0]])).toEqual([
        ['item', undefined],
        ['skipped', 'id-taken'],
      ])
  })
})

describe('an export in several files', () => {
  it('is read as one; what else lies there is named', async () => {
    const part = (item: string) =>
      `<rss><channel><wp:base_blog_url>https://b.example</wp:base_blog_url>${item}</channel></rss>`
    const container = await open(
      file(
        'a.zip',
        await zip([
          {
            path: 'blog.1.xml',
            content: part(
              '<item><title>A</title><wp:post_id>1</wp:post_id><wp:post_type>post</wp:post_type><wp:postmeta><wp:meta_key>_thumbnail_id</wp:meta_key><wp:meta_value>9</wp:meta_value></wp:postmeta></item>',
            ),
          },
          {
            path: 'blog.2.xml',
            content: part(
              '<item><title>B</title><wp:post_id>2</wp:post_id><wp:post_type>page</wp:post_type></item><item><wp:post_id>9</wp:post_id><wp:post_type>attachment</wp:post_type><wp:attachment_url>https://b.example/a.jpg</wp:attachment_url></item>',
            ),
          },
          { path: 'ghost.json', content: '{}' },
        ]),
      ),
    )
    expect((await items(container)).map(({ title, cover }) => [title, cover?.ref ?? null])).toEqual([
      ['A', 'https://b.example/a.jpg'],
      ['B', null],
    ])
    expect([container.total, container.notes.map(({ code, values }) => [code, values?.file])]).toEqual([
      2,
      [['other-file', 'ghost.json']],
    ])
    await container.close()
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
