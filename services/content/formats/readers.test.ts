/** Readers through their one door, on the examples and on what is broken or hostile. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { bodyProblem, walkBody } from '@floowe/contracts/body'
import { Language, Slug } from '@floowe/contracts/vocabulary'
import { describe, expect, it } from 'vitest'
import yazl from 'yazl'
import { openContainer } from './container.ts'
import { fileOnDisk } from './disk.ts'
import { bytesOf, type Container, fileInMemory, type IncomingEntry, type IncomingItem, type SourceFile, UnreadableContainer } from './incoming.ts'
import { lossReport } from './loss-report.ts'
import { bodyToMarkdown, markdownToBody } from './markdown.ts'
import { effortOf } from './read-markdown.ts'
import { withoutIds } from './sources.ts'

const examples = new URL('../../../examples/', import.meta.url).pathname
const now = Date.parse('2026-11-01T00:00:00Z')
const open = (given: SourceFile | SourceFile[]) => {
  let id = 0
  return openContainer(given, { ids: () => `b${id++}`, now })
}
const file = (path: string, content: string | Uint8Array): SourceFile => fileInMemory(path, typeof content === 'string' ? new TextEncoder().encode(content) : content)
const folder = (path: string): SourceFile[] =>
  readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => fileOnDisk(join(entry.parentPath, entry.name), relative(path, join(entry.parentPath, entry.name))))

async function all(container: Container): Promise<IncomingEntry[]> {
  const entries: IncomingEntry[] = []
  for await (const entry of container.entries()) entries.push(entry)
  return entries
}
const items = async (container: Container): Promise<IncomingItem[]> => (await all(container)).filter((entry) => entry.kind === 'item')
const one = async (given: SourceFile | SourceFile[]): Promise<IncomingItem> => {
  const [item] = await items(await open(given))
  if (!item) throw new Error('there is no item')
  return item
}
const codes = (entry: IncomingEntry | undefined) => entry?.notes.map((note) => note.code)

async function refusal(given: SourceFile | SourceFile[]): Promise<[code: string, line: number | null]> {
  try {
    await all(await open(given))
  } catch (error) {
    if (error instanceof UnreadableContainer) return [error.code, error.line]
    throw error
  }
  throw new Error('it was read')
}

type Packed = { path: string; content: string | Uint8Array; mode?: number }
async function zip(entries: Packed[]): Promise<Uint8Array> {
  const archive = new yazl.ZipFile()
  for (const { path, content, mode } of entries) archive.addBuffer(Buffer.from(content), path, { compress: content.length > 100, ...(mode === undefined ? {} : { mode }) })
  archive.end()
  const parts: Buffer[] = []
  for await (const part of archive.outputStream) parts.push(part as Buffer)
  return Buffer.concat(parts)
}
/** Names that an honest packer refuses, put in afterwards: of the same length. */
const renamed = (bytes: Uint8Array, from: string, to: string): Uint8Array => Buffer.from(Buffer.from(bytes).toString('latin1').replaceAll(from, to), 'latin1')

describe('every example', () => {
  it('gives items that the contract accepts, with their languages, and export of them is a fixed point', async () => {
    const given = [folder(join(examples, 'markdown')), fileOnDisk(join(examples, 'wordpress/wokol-stolu.wordpress.xml'), 'a.xml'), fileOnDisk(join(examples, 'wordpress/archiwum-2009.xml'), 'b.xml'), fileOnDisk(join(examples, 'ghost/lampa.ghost.json'), 'c.json')]
    for (const source of given) {
      const container = await open(source)
      const entries = await all(container)
      expect(entries).toHaveLength(container.total)
      for (const item of entries) {
        if (item.kind !== 'item') continue
        expect(bodyProblem(item.body)).toBeNull()
        expect(item.slug === null || Slug.safeParse(item.slug).success, item.slug ?? '').toBe(true)
        expect(Language.safeParse(item.language).success).toBe(true)
        walkBody(item.body, (node) => expect(node.attrs?.id === undefined || typeof node.attrs.id === 'string').toBe(true))
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
    expect(second.map((item) => [item.sourceId, withoutIds(item.body)])).toEqual(first.map((item) => [item.sourceId, withoutIds(item.body)]))
  })
})

describe('a Markdown folder', () => {
  it('is read with front matter, translations and pictures', async () => {
    const container = await open(folder(join(examples, 'markdown')))
    const entries = await all(container)
    expect([container.format, container.total, entries.filter((entry) => entry.kind === 'skipped').map((entry) => entry.sourceId)]).toEqual(['markdown', 11, ['markdown:README.md']])
    const byPath = new Map(entries.map((entry) => [entry.place.file, entry as IncomingItem]))
    const [pl, en] = [byPath.get('pl/rytm-redakcji.md'), byPath.get('en/newsroom-rhythm.md')]
    expect([pl?.groupId, pl?.language, en?.groupId, en?.language]).toEqual(['markdown:key:newsroom-rhythm', 'pl', 'markdown:key:newsroom-rhythm', 'en'])
    expect(byPath.get('kalendarz-publikacji.pl.md')?.groupId).toBe(byPath.get('kalendarz-publikacji.en.md')?.groupId)
    expect(byPath.get('kalendarz-publikacji.pl.md')?.groupId).not.toBeNull()
    expect(pl).toMatchObject({ title: 'Rytm redakcji: jak zaplanować miesiąc bez nadgodzin', slug: 'rytm-redakcji', status: 'published', date: '2026-01-12T06:30:00.000Z', authors: [{ name: 'Hanna Wilk' }], cover: { ref: '../images/rytm.png' } })
    expect(pl?.attachments.map(({ ref, role, kind, location }) => [ref, role, kind, location])).toEqual([['../images/rytm.png', 'cover', 'local', 'images/rytm.png'], ['../images/rytm.png', 'image', 'local', 'images/rytm.png']])
    const picture = container.file('images/rytm.png')
    expect(Buffer.from((picture && (await bytesOf(picture, 1_000_000))) ?? []).subarray(1, 4).toString()).toBe('PNG')
    expect(byPath.get('2026-02-10-lista-kontrolna.md')).toMatchObject({ status: 'draft', date: '2026-02-10T00:00:00.000Z', slug: 'lista-kontrolna' })
    expect(byPath.get('o-redakcji.md')).toMatchObject({ type: 'page', permalinks: ['/o-nas/'] })
    expect(byPath.get('pomiar-bez-ciasteczek.md')?.extra).toEqual({ weight: 10, params: { reading_level: 'zaawansowany', repository: 'https://example.org/pomiar' } })
    expect(byPath.get('en/reading-aloud.md')).toMatchObject({ title: 'Reading aloud is editing', notes: [{ code: 'title-from-heading' }] })
  })
  it('finds titles, dates and languages in names and folders', async () => {
    const entries = await items(await open(['blog/content/pl/a-b.md', 'blog/content/en/a-b.md', 'blog/2026-05-01_hello-there.md', 'blog/deep/index.md', 'blog/note.de.md'].map((path) => file(path, 'Text'))))
    expect(entries.map(({ sourceId, groupId, language, title, slug, date }) => [sourceId, groupId, language, title, slug, date])).toEqual([
      ['markdown:2026-05-01_hello-there.md', null, null, 'Hello there', 'hello-there', '2026-05-01T00:00:00.000Z'],
      ['markdown:content/en/a-b.md', 'markdown:content/a-b.md', 'en', 'A b', 'a-b', null],
      ['markdown:content/pl/a-b.md', 'markdown:content/a-b.md', 'pl', 'A b', 'a-b', null],
      ['markdown:deep/index.md', null, null, 'Deep', 'deep', null],
      ['markdown:note.de.md', null, 'de', 'Note', 'note', null],
    ])
  })
  it('finds files beside the article, at the root and where generators keep them, never outside', async () => {
    const article = '![a](i.png) ![b](/j.png) ![c](../x/k%20ą.png?w=1) ![d](../../../etc/passwd) ![e](nowhere.png) ![f](https://example.org/l.png) ![g](data:image/png;base64,AA==) [h](doc.pdf) [i](other.md) [j](#k)'
    const item = await one([file('p/a.md', article), file('p/i.png', ''), file('static/j.png', ''), file('x/k ą.png', ''), file('p/doc.pdf', ''), file('p/other.md', '')])
    expect(item.attachments.map(({ ref, role, kind, location }) => [ref, role, kind, location])).toEqual([
      ['i.png', 'image', 'local', 'p/i.png'], ['/j.png', 'image', 'local', 'static/j.png'], ['../x/k%20ą.png?w=1', 'image', 'local', 'x/k ą.png'], ['https://example.org/l.png', 'image', 'remote', 'https://example.org/l.png'], ['doc.pdf', 'link', 'local', 'p/doc.pdf'],
    ])
    expect(item.notes.filter((note) => note.code === 'file-missing').map((note) => note.values?.file)).toEqual(['../../../etc/passwd', 'nowhere.png'])
  })
  it('skips a bad file with the reason and takes the others', async () => {
    const entries = await all(await open([file('a.md', '---\na: [\n---\n'), file('b.md', 'Fine'), file('c.md', `${'x'.repeat(5 * 1024 * 1024)}`), file('d.md', '---\nid: 1\n---\n'), file('e.md', '---\nid: 1\n---\n'), file('../f.md', 'x'), file('/g.md', 'x'), file('_index.md', 'x')]))
    expect(entries.map((entry) => [entry.place.file, entry.kind, entry.kind === 'skipped' ? entry.notes[0]?.code : null, entry.place.line])).toEqual([
      ['../f.md', 'skipped', 'path-outside', null], ['/g.md', 'skipped', 'absolute-path', null], ['_index.md', 'skipped', 'no-article', null], ['a.md', 'skipped', 'front-matter-broken', 3], ['b.md', 'item', null, 1],
      ['c.md', 'skipped', 'file-too-large', null], ['d.md', 'item', null, 4], ['e.md', 'skipped', 'id-taken', 4],
    ])
  })
  it('reads old encodings, and says when it guessed', async () => {
    const guessed = await one(file('a.md', Uint8Array.from([0x7a, 0x61, 0xbf, 0xf3, 0xb3, 0xe6])))
    expect([guessed.body.content[0]?.content?.[0]?.text, codes(guessed)]).toEqual(['zażółć', ['title-from-name', 'encoding-guessed']])
    expect((await one(file('a.md', Buffer.from('\uFEFF# Żółw', 'utf16le')))).title).toBe('Żółw')
  })
  it('reads long and crowded texts on a thread of their own, and the same', async () => {
    for (const text of ['~~a'.repeat(2000), `${'word '.repeat(30)}\n\n`.repeat(600)]) {
      expect(text.length > 64 * 1024 || effortOf(text) > 5_000_000).toBe(true)
      const item = await one(file('a.md', text))
      expect(withoutIds(item.body)).toEqual(withoutIds(markdownToBody(text, { ids: () => 'b' }).body))
      expect(new Set(item.body.content.map((node) => node.attrs?.id)).size).toBe(item.body.content.length)
    }
    expect(effortOf('Ordinary *words* in [a link](x).\n\n'.repeat(100))).toBeLessThan(100_000)
  })
  it('skips a body that is too large or cannot be kept', async () => {
    const entries = await all(await open(file('a.md', `${'word '.repeat(500_000)}`)))
    expect(codes(entries[0])).toEqual(['body-too-large'])
  })
})

describe('an archive', () => {
  it('is a folder', async () => {
    const container = await open(file('a.zip', await zip([{ path: 'blog/a.md', content: '![](p.png)' }, { path: 'blog/p.png', content: 'PNG' }, { path: '__MACOSX/blog/._a.md', content: 'x' }, { path: 'blog/.DS_Store', content: 'x' }])))
    const [item] = await items(container)
    expect([container.total, item?.sourceId, item?.attachments[0]?.location]).toEqual([1, 'markdown:a.md', 'p.png'])
    const picture = container.file('p.png')
    expect(picture && Buffer.from((await bytesOf(picture, 10)) ?? []).toString()).toBe('PNG')
    await container.close()
  })
  it('leaves out what leads outside, links, and doubles, each with the reason', async () => {
    const honest = await zip([
      { path: 'a.md', content: 'a' }, { path: 'xx/evil.md', content: 'x' }, { path: 'Xabs.md', content: 'x' }, { path: 'link.md', content: '/etc/passwd', mode: 0o120777 }, { path: 'b1.md', content: 'b' }, { path: 'b2.md', content: 'c' }, { path: 'n\u0001.md', content: 'x' },
    ])
    const entries = await all(await open(file('a.zip', renamed(renamed(renamed(honest, 'xx/evil.md', '../evil.md'), 'Xabs.md', '/abs.md'), 'b2.md', 'b1.md'))))
    expect(entries.map((entry) => [entry.sourceId, entry.kind, entry.kind === 'skipped' ? entry.notes[0]?.code : null])).toEqual([
      ['markdown:../evil.md', 'skipped', 'path-outside'], ['markdown:/abs.md', 'skipped', 'absolute-path'], ['markdown:link.md', 'skipped', 'link'], ['markdown:b1.md', 'skipped', 'doubled'], ['markdown:n.md', 'skipped', 'bad-name'],
      ['markdown:a.md', 'item', null], ['markdown:b1.md', 'item', null],
    ])
  })
  it('that swells, holds too much, or is cut, is refused whole', async () => {
    expect((await refusal(file('a.zip', await zip([{ path: 'a.md', content: 'x'.repeat(40 * 1024 * 1024) }]))))[0]).toBe('archive-bomb')
    expect((await refusal(file('a.zip', await zip(Array.from({ length: 20_001 }, (_, index) => ({ path: `${index}.md`, content: '' }))))))[0]).toBe('archive-too-large')
    const whole = await zip([{ path: 'a.md', content: 'text' }])
    expect((await refusal(file('a.zip', whole.subarray(0, whole.length - 30))))[0]).toBe('not-a-zip')
    expect((await refusal(file('a.zip', await zip([{ path: 'a.txt', content: 'x' }]))))[0]).toBe('nothing-to-import')
    const twice = await zip([{ path: 'a.md', content: 'x'.repeat(2000) }, { path: 'b.md', content: 'y' }])
    const at = Buffer.from(twice).lastIndexOf('b.md') - 4
    const overlapping = Buffer.from(twice)
    overlapping.writeUInt32LE(0, at)
    expect((await refusal(file('a.zip', overlapping)))[0]).toBe('archive-bomb')
  })
  it('may wrap a WordPress or Ghost export', async () => {
    const json = readFileSync(join(examples, 'ghost/lampa.ghost.json'))
    const container = await open(file('a.zip', await zip([{ path: 'lampa.json', content: json }, { path: 'content/images/2025/11/klosz.jpg', content: 'JPG' }, { path: 'README.md', content: 'x' }])))
    const [item] = await items(container)
    const local = item?.attachments.find((attachment) => attachment.location.endsWith('klosz.jpg'))
    expect([container.format, container.total, local && container.file(local.location)?.size]).toEqual(['ghost', 6, 3])
    await container.close()
  })
})

describe('what is none of these', () => {
  it('is refused by its content, whatever its name', async () => {
    expect((await refusal(file('a.md', Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 1]))))[0]).toBe('unsupported-type')
    expect((await refusal(file('a.docx', 'text')))[0]).toBe('unsupported-type')
    expect((await refusal(file('a.json', '[1, 2]')))[0]).toBe('not-ghost')
    expect((await refusal([]))[0]).toBe('nothing-to-import')
    await expect(openContainer(file('a.md', 'x'), { ids: () => 'b', now, wanted: 'ghost' })).rejects.toMatchObject({ code: 'unsupported-type' })
  })
})

describe('WordPress', () => {
  const example = () => open(fileOnDisk(join(examples, 'wordpress/wokol-stolu.wordpress.xml'), 'wp.xml'))
  const wxr = (content: string, more = '') =>
    file('wp.xml', `<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:content="c" xmlns:wp="w" xmlns:dc="d" xmlns:excerpt="e"><channel><wp:wxr_version>1.2</wp:wxr_version><wp:base_blog_url>https://b.example</wp:base_blog_url>${more}<item><title>T</title><content:encoded><![CDATA[${content.replaceAll(']]>', ']]]]><![CDATA[>')}]]></content:encoded><wp:post_id>1</wp:post_id><wp:post_type>post</wp:post_type><wp:status>publish</wp:status></item></channel></rss>`)
  const types = (item: IncomingItem) => item.body.content.map((node) => node.type)

  it('gives posts and pages with all that surrounds them', async () => {
    const entries = await all(await example())
    const byTitle = new Map((entries.filter((entry) => entry.kind === 'item') as IncomingItem[]).map((item) => [item.title, item]))
    const bread = byTitle.get('Zakwas w siedem dni')
    expect(bread).toMatchObject({
      sourceId: 'wordpress:https://stol.example.org#101', type: 'article', language: 'pl', slug: 'zakwas-w-siedem-dni', lead: 'Mąka, woda i tydzień. Zakwas, który u nas nie umarł.', status: 'published', date: '2026-01-10T06:00:00.000Z', updated: '2026-01-12T19:10:00.000Z',
      authors: [{ name: 'Jagoda Miłosz', slug: 'jagoda' }], categories: [{ name: 'Pieczywo', parentSlug: 'przepisy' }], tags: [{ name: 'zakwas' }, { name: 'bez pośpiechu', description: 'Dania, które robią się same.' }],
      cover: { ref: 'https://stol.example.org/wp-content/uploads/2026/01/zakwas-dzien-7.jpg', alt: 'Słoik z zakwasem', caption: 'Dzień siódmy' }, permalinks: ['/2026/01/zakwas-w-siedem-dni/'],
      meta: { title: '', description: 'Jak zrobić zakwas żytni w tydzień: plan dzień po dniu, temperatury i zapachy.' },
    })
    expect(types(bread as IncomingItem)).toEqual(['paragraph', 'image', 'heading', 'orderedList', 'table', 'paragraph', 'blockquote', 'paragraph', 'paragraph', 'image', 'image', 'codeBlock', 'embed', 'horizontalRule', 'source', 'source', 'footnote'])
    expect(codes(bread)).toEqual(['blocks-kept-as-source', 'caption-as-paragraph', 'comments-left-out', 'sticky-left-out'])
    expect(bread?.body.content[1]?.attrs?.src).toBe('https://stol.example.org/wp-content/uploads/2026/01/zakwas-dzien-7.jpg')
    const soup = byTitle.get('Żurek bez pośpiechu') as IncomingItem
    expect(types(soup)).toEqual(['paragraph', 'image', 'heading', 'bulletList', 'paragraph', 'image', 'image', 'embed', 'paragraph', 'source', 'embed', 'blockquote', 'codeBlock', 'paragraph'])
    expect(soup.body.content[1]?.attrs).toMatchObject({ caption: 'Żurek w Wielki Czwartek', href: 'https://stol.example.org/wp-content/uploads/2014/04/zurek.jpg' })
    expect(codes(soup)).toEqual(['gallery-incomplete', 'gallery-written-out', 'shortcode-kept', 'cover-missing', 'terms-left-out'])
    const cheese = byTitle.get('Ser, którego nie ma') as IncomingItem
    expect(cheese.body.content[0]?.content?.[1]).toEqual({ type: 'text', text: 'if (ser[0]]>0) krój();', marks: [{ type: 'code' }] })
    expect(codes(cheese)).toEqual(['kept-as-source', 'list-numbering'])
    expect([...byTitle].map(([title, item]) => [title, item.type, item.status, item.date])).toEqual([
      ['Zakwas w siedem dni', 'article', 'published', '2026-01-10T06:00:00.000Z'], ['Żurek bez pośpiechu', 'article', 'published', '2014-04-17T15:30:00.000Z'], ['Ser, którego nie ma', 'article', 'published', '2016-09-06T10:00:00.000Z'],
      ['Kiszonki na cztery pory roku', 'article', 'scheduled', '2031-01-01T06:00:00.000Z'], ['Notatki o maśle', 'article', 'draft', null], ['Piekarnia za rogiem', 'article', 'in-review', null], ['Lista zakupów', 'article', 'private', '2026-02-22T08:00:00.000Z'],
      ['O nas', 'page', 'published', '2014-03-01T09:00:00.000Z'],
    ])
    expect(entries.filter((entry) => entry.kind === 'skipped').map((entry) => [entry.title, codes(entry)?.[0]])).toEqual([
      ['Wpis, który wyrzuciliśmy', 'in-trash'], ['Automatyczny szkic', 'empty-draft'], ['Zakwas w siedem dni', 'no-article'], ['Przepisy', 'no-article'], ['Warsztat pieczenia', 'unknown-type'],
    ])
  })
  it('reads the encodings of its days', async () => {
    expect((await one(fileOnDisk(join(examples, 'wordpress/archiwum-2009.xml'), 'a.xml'))).title).toBe('Zażółć gęślą jajecznicę')
    const xml = '<?xml version="1.0" encoding="windows-1250"?><rss><channel><wp:wxr_version>1.1</wp:wxr_version><item><title>\xbf\xf3\xb3w</title><wp:post_id>1</wp:post_id><wp:status>draft</wp:status><wp:post_type>post</wp:post_type></item></channel></rss>'
    expect((await one(file('a.xml', Buffer.from(xml, 'latin1')))).title).toBe('żółw')
    const utf16 = '\uFEFF<?xml version="1.0" encoding="UTF-16"?><rss><channel><wp:wxr_version>1.2</wp:wxr_version><item><title>żółw 🐢</title><wp:post_id>1</wp:post_id><wp:post_type>post</wp:post_type></item></channel></rss>'
    expect((await one(file('a.xml', Buffer.from(utf16, 'utf16le')))).title).toBe('żółw 🐢')
    expect((await one(file('a.xml', Buffer.from(utf16, 'utf16le').swap16()))).title).toBe('żółw 🐢')
    expect((await refusal(file('a.xml', '<?xml version="1.0" encoding="x-odd"?><rss/>')))[0]).toBe('unknown-encoding')
  })
  it('reads the same in pieces of any size', async () => {
    const bytes = readFileSync(join(examples, 'wordpress/wokol-stolu.wordpress.xml'))
    const whole = await items(await example())
    for (const size of [1, 7, 1000]) {
      const pieces: SourceFile = {
        path: 'wp.xml', size: bytes.length,
        async *open(from = 0, to = bytes.length) {
          for (let at = from; at < to; at += size) yield bytes.subarray(at, Math.min(at + size, to))
        },
      }
      expect((await items(await open(pieces))).map((item) => withoutIds(item.body))).toEqual(whole.map((item) => withoutIds(item.body)))
    }
  })
  it('knows translations that Polylang wrote', async () => {
    const item = await one(file('a.xml', '<rss><channel><wp:base_blog_url>https://b.example/</wp:base_blog_url><item><title>T</title><category domain="language" nicename="en"><![CDATA[English]]></category><category domain="post_translations" nicename="pll_1"><![CDATA[pll_1]]></category><wp:post_id>1</wp:post_id><wp:post_type>post</wp:post_type></item></channel></rss>'))
    expect([item.language, item.groupId, item.categories]).toEqual(['en', 'wordpress:https://b.example#pll_1', []])
  })
  it('takes shortcodes for what they are, and brackets for brackets', async () => {
    const words = async (content: string) => (await one(wxr(content))).body.content.map((node) => node.attrs?.value ?? node.attrs?.src ?? node.content?.map((inside) => inside.attrs?.value ?? inside.text).join('|'))
    expect(await words('a [sic] b [1] [a b] [[gallery]] x[0] [...]')).toEqual(['a [sic] b [1] [a b] [gallery] x[0] [...]'])
    expect(await words('a [box color="red"]b[/box] c')).toEqual(['a |[box color="red"]|b|[/box]| c'])
    expect(await words('[my_form id=3]')).toEqual(['[my_form id=3]'])
    expect(await words('[youtube id="aqz-KE-bpKQ"]\n\n[embed]https://vimeo.com/1234[/embed]\n\n[embed]https://example.org/x[/embed]')).toEqual(['https://www.youtube.com/watch?v=aqz-KE-bpKQ', 'https://vimeo.com/1234', 'https://example.org/x'])
    expect(await words('<pre>[gallery ids="1"]</pre><p title="[gallery]">x</p>')).toEqual(['[gallery ids="1"]', 'x'])
    expect(await words('[video mp4="https://b.example/a.mp4"][/video]')).toEqual(['<video controls src="https://b.example/a.mp4"></video>', '[/video]'])
  })
  it('keeps what no editor could have written within reach', async () => {
    for (const content of ['<!-- wp:acme/x {"a":1} --><p>a</p><!-- /wp:acme/x -->', '<!-- wp:block {"ref":12} /-->', '<!-- wp:html --><marquee>x</marquee><!-- /wp:html -->', '<!-- wp:acme/x -->never closed']) {
      const item = await one(wxr(content))
      expect(item.body.content[0]).toMatchObject({ type: 'source', attrs: { format: 'html' } })
      expect(item.notes.filter((note) => note.code.endsWith('-differ'))).toEqual([])
    }
  })
  it('is refused whole when it is no XML, with the line', async () => {
    expect(await refusal(file('a.xml', '<?xml version="1.0"?>\n<rss>\n<channel>\n<item></channel></rss>'))).toEqual(['broken-xml', 4])
    expect((await refusal(file('a.xml', readFileSync(join(examples, 'wordpress/wokol-stolu.wordpress.xml')).subarray(0, 9000))))[0]).toBe('broken-xml')
    expect((await refusal(file('a.xml', '<rss><channel><title>x</title></channel></rss>')))[0]).toBe('not-wordpress')
    expect((await refusal(file('a.xml', '<?xml version="1.0"?><feed/>')))[0]).toBe('not-wordpress')
  })
  it('draws nothing in and multiplies nothing', async () => {
    const entities = (type: string) => file('a.xml', `<?xml version="1.0"?>\n${type}\n<rss><channel><wp:wxr_version>&a;</wp:wxr_version></channel></rss>`)
    for (const type of ['<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]>', '<!DOCTYPE rss [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;">]>', '<!DOCTYPE rss SYSTEM "https://evil.example/x.dtd">']) expect(await refusal(entities(type))).toEqual(['xml-entities', 2])
    expect((await refusal(entities('')))[0]).toBe('broken-xml')
  })
  it('takes no more than linear time for hostile text', async () => {
    for (const piece of ['[caption ', '[a[', '<pre', '<!-- wp:x {', '<!-- wp:x -->', '[embed]', '<sup data-fn="', '[caption][/embed]', '\n \n', '<', '[gallery ids="']) expect(await all(await open(wxr(piece.repeat(20_000))))).toHaveLength(1)
  })
})

describe('Ghost', () => {
  const ghost = (data: unknown, wrap = (inside: unknown): unknown => ({ db: [{ meta: {}, data: inside }] })) => file('g.json', JSON.stringify(wrap(data)))
  it('gives posts and pages from their HTML', async () => {
    const container = await open(fileOnDisk(join(examples, 'ghost/lampa.ghost.json'), 'g.json'))
    const found = await items(container)
    expect(found.map(({ title, type, status, language }) => [title, type, status, language])).toEqual([
      ['Światło o czwartej po południu', 'article', 'published', 'pl'], ['Light at four in the afternoon', 'article', 'published', 'en'], ['List do prenumeratorów', 'article', 'private', 'pl'], ['Szkic o żarówkach', 'article', 'draft', 'pl'],
      ['Pierwsza lampa', 'article', 'scheduled', 'pl'], ['O lampie', 'page', 'published', 'pl'],
    ])
    expect(found[0]).toMatchObject({
      sourceId: 'ghost:690a1b2c3d4e5f0001a00001', slug: 'swiatlo-o-czwartej-po-poludniu', lead: 'O godzinie, która należy do lamp.', authors: [{ name: 'Ola Rak' }, { name: 'Ignacy Żak' }], tags: [{ name: 'światło' }, { name: 'dom' }],
      cover: { ref: '/content/images/2025/11/lampa-kuchenna.jpg', alt: 'Lampa nad kuchennym stołem', caption: 'Fot. Ola Rak' }, permalinks: ['/swiatlo-o-czwartej-po-poludniu/'], meta: { title: 'Światło o czwartej – Lampa' },
    })
    expect(found[0]?.body.content.map((node) => node.type)).toEqual(['paragraph', 'image', 'heading', 'paragraph', 'bulletList', 'callout', 'blockquote', 'table', 'codeBlock', 'image', 'image', 'paragraph', 'embed', 'source', 'heading', 'paragraph', 'paragraph', 'horizontalRule', 'paragraph'])
    expect(codes(found[0])).toEqual(['kept-as-source', 'caption-formatting', 'caption-as-paragraph', 'code-left-out', 'tags-left-out', 'site-address-unknown'])
  })
  it('reads older exports too', async () => {
    const item = await one(ghost({ posts: [{ id: 7, title: 'T', slug: 't', html: '<p>x</p>', page: 1, status: 'published', published_at: 1767312000000, author_id: 1 }], users: [{ id: 1, name: 'A' }] }, (data) => ({ meta: {}, data })))
    expect(item).toMatchObject({ sourceId: 'ghost:7', type: 'page', date: '2026-01-02T00:00:00.000Z', authors: [{ name: 'A' }] })
  })
  it('says when a post has no HTML', async () => {
    expect(codes(await one(ghost({ posts: [{ id: '1', title: 'T', html: null, lexical: '{"root":{}}', status: 'draft' }] })))).toEqual(['text-without-html'])
  })
  it('is refused whole when it is no JSON, with the line', async () => {
    const text = JSON.stringify({ db: [{ data: { posts: [{ id: '1' }, { id: '2' }] } }] }, null, 1)
    expect(await refusal(file('g.json', text.replace('"id": "2"', '"id": 2x')))).toEqual(['broken-json', 10])
    expect((await refusal(file('g.json', text.slice(0, -5))))[0]).toBe('broken-json')
    expect((await refusal(file('g.json', `${text}]`)))[0]).toBe('broken-json')
    expect((await refusal(file('g.json', '{"db":[{"data":{"posts":[3]}}]}')))[0]).toBe('broken-json')
    expect((await refusal(file('g.json', '{"db":[{"data":{"tags":[]}}]}')))[0]).toBe('not-ghost')
    expect((await refusal(file('g.json', `{"a":${'['.repeat(200)}`)))[0]).toBe('broken-json')
  })
  it('reads the same in pieces of any size, also with signs of JSON in texts', async () => {
    const bytes = Buffer.from(JSON.stringify({ db: [{ meta: { 'a"]': '}{"posts":[' }, data: { posts: [{ id: '1', title: 'a",[{\\"ą', html: '<p>}]\\"ż🐢</p>', data: { posts: [1] } }], tags: [] } }] }))
    for (const size of [1, 3, 50]) {
      const pieces: SourceFile = {
        path: 'g.json', size: bytes.length,
        async *open() {
          for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
        },
      }
      const [item, another] = await items(await open(pieces))
      expect([item?.title, item?.body.content[0]?.content?.[0]?.text, another]).toEqual(['a",[{\\"ą', '}]\\"ż🐢', undefined])
    }
  })
})

describe('real imports carry the note of what differs', () => {
  it('and the examples differ in nothing else', async () => {
    for (const path of ['wordpress/wokol-stolu.wordpress.xml', 'ghost/lampa.ghost.json', 'wordpress/archiwum-2009.xml']) {
      for (const item of await items(await open(fileOnDisk(join(examples, path), path)))) expect(item.notes.filter((note) => note.code.endsWith('-differ')), item.title).toEqual([])
    }
    expect(lossReport('<p>a</p>', { type: 'doc', content: [] })).toHaveLength(1)
  })
})
