/** Folders and archives of Markdown through the one door, on the examples and on what is broken or hostile. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { bytesOf, type IncomingItem } from './incoming.ts'
import { markdownToBody } from './markdown.ts'
import { effortOf } from './read-markdown.ts'
import { all, codes, examples, file, folder, items, one, open, refusal, renamed, zip } from './reading-in-tests.ts'
import { withoutIds } from './sources.ts'
import { sourcesIn } from './sources.ts'

describe('a Markdown folder', () => {
  it('is read with front matter, translations and pictures', async () => {
    const container = await open(folder(join(examples, 'markdown')))
    const entries = await all(container)
    expect([
      container.format,
      container.total,
      entries.filter((entry) => entry.kind === 'skipped').map((entry) => entry.sourceId),
    ]).toEqual(['markdown', 11, ['markdown:README.md']])
    const byPath = new Map(entries.map((entry) => [entry.place.file, entry as IncomingItem]))
    const [pl, en] = [byPath.get('pl/rytm-redakcji.md'), byPath.get('en/newsroom-rhythm.md')]
    expect([pl?.groupId, pl?.language, en?.groupId, en?.language]).toEqual([
      'markdown:key:newsroom-rhythm',
      'pl',
      'markdown:key:newsroom-rhythm',
      'en',
    ])
    expect(byPath.get('kalendarz-publikacji.pl.md')?.groupId).toBe(byPath.get('kalendarz-publikacji.en.md')?.groupId)
    expect(byPath.get('kalendarz-publikacji.pl.md')?.groupId).not.toBeNull()
    expect(pl).toMatchObject({
      title: 'Rytm redakcji: jak zaplanować miesiąc bez nadgodzin',
      slug: 'rytm-redakcji',
      status: 'published',
      date: '2026-01-12T06:30:00.000Z',
      authors: [{ name: 'Hanna Wilk' }],
      cover: { ref: '../images/rytm.png' },
    })
    expect(pl?.attachments.map(({ ref, role, kind, location }) => [ref, role, kind, location])).toEqual([
      ['../images/rytm.png', 'cover', 'local', 'images/rytm.png'],
      ['../images/rytm.png', 'image', 'local', 'images/rytm.png'],
    ])
    const picture = container.file('images/rytm.png')
    expect(
      Buffer.from((picture && (await bytesOf(picture, 1_000_000))) ?? [])
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG')
    expect(byPath.get('2026-02-10-lista-kontrolna.md')).toMatchObject({
      status: 'draft',
      date: '2026-02-10T00:00:00.000Z',
      slug: 'lista-kontrolna',
    })
    expect(byPath.get('o-redakcji.md')).toMatchObject({ type: 'page', permalinks: ['/o-nas/'] })
    expect(byPath.get('pomiar-bez-ciasteczek.md')?.extra).toEqual({
      weight: 10,
      params: { reading_level: 'zaawansowany', repository: 'https://example.org/pomiar' },
    })
    expect(byPath.get('en/reading-aloud.md')).toMatchObject({
      title: 'Reading aloud is editing',
      notes: [{ code: 'title-from-heading' }],
    })
  })
  it('finds titles, dates and languages in names and folders', async () => {
    const entries = await items(
      await open(
        [
          'blog/content/pl/a-b.md',
          'blog/content/en/a-b.md',
          'blog/2026-05-01_hello-there.md',
          'blog/deep/index.md',
          'blog/note.de.md',
        ].map((path) => file(path, 'Text')),
      ),
    )
    expect(
      entries.map(({ sourceId, groupId, language, title, slug, date }) => [
        sourceId,
        groupId,
        language,
        title,
        slug,
        date,
      ]),
    ).toEqual([
      ['markdown:2026-05-01_hello-there.md', null, null, 'Hello there', 'hello-there', '2026-05-01T00:00:00.000Z'],
      ['markdown:content/en/a-b.md', 'markdown:content/a-b.md', 'en', 'A b', 'a-b', null],
      ['markdown:content/pl/a-b.md', 'markdown:content/a-b.md', 'pl', 'A b', 'a-b', null],
      ['markdown:deep/index.md', null, null, 'Deep', 'deep', null],
      ['markdown:note.de.md', null, 'de', 'Note', 'note', null],
    ])
  })
  it('finds files beside the article, at the root and where generators keep them, never outside', async () => {
    const article =
      '![a](i.png) ![b](/j.png) ![c](../x/k%20ą.png?w=1) ![d](../../../etc/passwd) ![e](nowhere.png) ![f](https://example.org/l.png) ![g](data:image/png;base64,AA==) [h](doc.pdf) [i](other.md) [j](#k)'
    const item = await one([
      file('p/a.md', article),
      file('p/i.png', ''),
      file('static/j.png', ''),
      file('x/k ą.png', ''),
      file('p/doc.pdf', ''),
      file('p/other.md', ''),
    ])
    expect(item.attachments.map(({ ref, role, kind, location }) => [ref, role, kind, location])).toEqual([
      ['i.png', 'image', 'local', 'p/i.png'],
      ['/j.png', 'image', 'local', 'static/j.png'],
      ['../x/k%20ą.png?w=1', 'image', 'local', 'x/k ą.png'],
      ['https://example.org/l.png', 'image', 'remote', 'https://example.org/l.png'],
      ['doc.pdf', 'link', 'local', 'p/doc.pdf'],
    ])
    expect(item.notes.filter((note) => note.code === 'file-missing').map((note) => note.values?.file)).toEqual([
      '../../../etc/passwd',
      'nowhere.png',
    ])
  })
  it('skips a bad file with the reason and takes the others', async () => {
    const entries = await all(
      await open([
        file('a.md', '---\na: [\n---\n'),
        file('b.md', 'Fine'),
        file('c.md', `${'x'.repeat(5 * 1024 * 1024)}`),
        file('d.md', '---\nid: 1\n---\n'),
        file('e.md', '---\nid: 1\n---\n'),
        file('../f.md', 'x'),
        file('/g.md', 'x'),
        file('_index.md', 'x'),
      ]),
    )
    expect(
      entries.map((entry) => [
        entry.place.file,
        entry.kind,
        entry.kind === 'skipped' ? entry.notes[0]?.code : null,
        entry.place.line,
      ]),
    ).toEqual([
      ['../f.md', 'skipped', 'path-outside', null],
      ['/g.md', 'skipped', 'absolute-path', null],
      ['_index.md', 'skipped', 'no-article', null],
      ['a.md', 'skipped', 'front-matter-broken', 3],
      ['b.md', 'item', null, 1],
      ['c.md', 'skipped', 'file-too-large', null],
      ['d.md', 'item', null, 4],
      ['e.md', 'skipped', 'id-taken', 4],
    ])
  })
  it('reads old encodings, and says when it guessed', async () => {
    const guessed = await one(file('a.md', Uint8Array.from([0x7a, 0x61, 0xbf, 0xf3, 0xb3, 0xe6])))
    expect([guessed.body.content[0]?.content?.[0]?.text, codes(guessed)]).toEqual([
      'zażółć',
      ['title-from-name', 'encoding-guessed'],
    ])
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
  it('keeps from readers what front matter keeps from them', async () => {
    const of = async (front: string, path = 'a.md') => {
      const item = await one([file(path, `---\ntitle: T\n${front}\n---\nx`), file('z.png', '')])
      return [item.status, item.notes.find((note) => note.code === 'not-for-all')?.values?.['by'] ?? null]
    }
    expect(await of('private: true')).toEqual(['private', 'private'])
    expect(await of('visibility: members')).toEqual(['private', 'visibility'])
    expect(await of('visibility: public')).toEqual(['published', null])
    expect(await of('password: s')).toEqual(['private', 'password'])
    expect(await of('expiryDate: 2020-01-01')).toEqual(['private', 'expirydate'])
    expect(await of('expiryDate: 2031-01-01')).toEqual(['published', null])
    expect(await of('publish: false')).toEqual(['draft', 'publish'])
    expect(await of('x: 1', 'blog/_drafts/a.md')).toEqual(['draft', '_drafts'])
    expect(await one(file('a.md', '---\ndate: 2020-01-01\npublishDate: 2031-01-01\n---\nx'))).toMatchObject({
      status: 'scheduled',
      date: '2031-01-01T00:00:00.000Z',
    })
  })
  it('reads days without dashes, lists within lists, and the line ends of old', async () => {
    const item = await one(file('a.md', '---\rtitle: T\rdate: 20240501\rcategories: [[Kod, Go], Dom]\r---\rx'))
    expect([item.title, item.date, item.categories.map(({ name }) => name)]).toEqual([
      'T',
      '2024-05-01T00:00:00.000Z',
      ['Kod', 'Go', 'Dom'],
    ])
  })
  it('follows links between notes, to pictures among them too, and leaves code and strangers alone', async () => {
    const text = [
      '[[Druga notatka]] i [[Druga notatka#Tu|tam]], ![[obraz żółty.png|300]], ![x](<obraz żółty.png>).',
      '`[[Druga notatka]]` [[Nieznana]] [dalej](../wpisy/2020-02-03-trzecia.md#t)',
      '',
      '```',
      '[[Druga notatka]]',
      '```',
      '',
      '{{< figure src="a.png" >}} {% include x %}',
    ].join('\n')
    const container = await open([
      file('notatki/a.md', text),
      file('inne/Druga notatka.md', 'x'),
      file('inne/obraz żółty.png', 'x'),
      file('notatki/obraz żółty.png', 'y'),
      file('wpisy/2020-02-03-trzecia.md', 'x'),
      file('.obsidian/szablon.md', 'x'),
    ])
    const item = (await items(container)).find(({ place }) => place.file === 'notatki/a.md')
    const found = sourcesIn(item?.body ?? { type: 'doc', content: [] })
    expect(found.href).toEqual(['druga-notatka.md', 'trzecia.md#t'])
    expect(new Set(item?.attachments.map(({ location }) => location))).toEqual(new Set(['notatki/obraz żółty.png']))
    const written = JSON.stringify(item?.body)
    expect([written.match(/\[\[Druga notatka\]\]/g)?.length, written.includes('[[Nieznana]]')]).toEqual([2, true])
    expect(item?.notes.find(({ code }) => code === 'template-signs')?.values).toEqual({
      names: '[[…]], figure, include',
    })
    expect([container.total, container.notes.map(({ code }) => code)]).toEqual([3, ['hidden-files']])
  })
  it('names texts that are no Markdown', async () => {
    const container = await open([file('a.md', 'x'), file('b.html', 'x'), file('c.docx', 'x'), file('d.jpg', 'x')])
    expect(container.notes.map(({ code, values }) => [code, values])).toEqual([
      ['other-files', { count: 2, files: 'b.html, c.docx' }],
    ])
  })
  it('skips a body that is too large or cannot be kept', async () => {
    const entries = await all(await open(file('a.md', `${'word '.repeat(500_000)}`)))
    expect(codes(entries[0])).toEqual(['body-too-large'])
  })
})

describe('an archive', () => {
  it('is a folder', async () => {
    const container = await open(
      file(
        'a.zip',
        await zip([
          { path: 'blog/a.md', content: '![](p.png)' },
          { path: 'blog/p.png', content: 'PNG' },
          { path: '__MACOSX/blog/._a.md', content: 'x' },
          { path: 'blog/.DS_Store', content: 'x' },
        ]),
      ),
    )
    const [item] = await items(container)
    expect([container.total, item?.sourceId, item?.attachments[0]?.location]).toEqual([1, 'markdown:a.md', 'p.png'])
    const picture = container.file('p.png')
    expect(picture && Buffer.from((await bytesOf(picture, 10)) ?? []).toString()).toBe('PNG')
    await container.close()
  })
  it('leaves out what leads outside, links, and doubles, each with the reason', async () => {
    const honest = await zip([
      { path: 'a.md', content: 'a' },
      { path: 'xx/evil.md', content: 'x' },
      { path: 'Xabs.md', content: 'x' },
      { path: 'link.md', content: '/etc/passwd', mode: 0o120777 },
      { path: 'b1.md', content: 'b' },
      { path: 'b2.md', content: 'c' },
      { path: 'n\u0001.md', content: 'x' },
    ])
    const entries = await all(
      await open(
        file(
          'a.zip',
          renamed(renamed(renamed(honest, 'xx/evil.md', '../evil.md'), 'Xabs.md', '/abs.md'), 'b2.md', 'b1.md'),
        ),
      ),
    )
    expect(
      entries.map((entry) => [entry.sourceId, entry.kind, entry.kind === 'skipped' ? entry.notes[0]?.code : null]),
    ).toEqual([
      ['markdown:../evil.md', 'skipped', 'path-outside'],
      ['markdown:/abs.md', 'skipped', 'absolute-path'],
      ['markdown:link.md', 'skipped', 'link'],
      ['markdown:b1.md', 'skipped', 'doubled'],
      ['markdown:n.md', 'skipped', 'bad-name'],
      ['markdown:a.md', 'item', null],
      ['markdown:b1.md', 'item', null],
    ])
  })
  it('that swells, holds too much, or is cut, is refused whole', async () => {
    expect(
      (await refusal(file('a.zip', await zip([{ path: 'a.md', content: 'x'.repeat(40 * 1024 * 1024) }]))))[0],
    ).toBe('archive-bomb')
    expect(
      (
        await refusal(
          file(
            'a.zip',
            await zip(Array.from({ length: 20_001 }, (_, index) => ({ path: `${index}.md`, content: '' }))),
          ),
        )
      )[0],
    ).toBe('archive-too-large')
    const whole = await zip([{ path: 'a.md', content: 'text' }])
    expect((await refusal(file('a.zip', whole.subarray(0, whole.length - 30))))[0]).toBe('not-a-zip')
    expect((await refusal(file('a.zip', await zip([{ path: 'a.txt', content: 'x' }]))))[0]).toBe('nothing-to-import')
    const twice = await zip([
      { path: 'a.md', content: 'x'.repeat(2000) },
      { path: 'b.md', content: 'y' },
    ])
    const at = Buffer.from(twice).lastIndexOf('b.md') - 4
    const overlapping = Buffer.from(twice)
    overlapping.writeUInt32LE(0, at)
    expect((await refusal(file('a.zip', overlapping)))[0]).toBe('archive-bomb')
  })
  it('may wrap a WordPress or Ghost export', async () => {
    const json = readFileSync(join(examples, 'ghost/lampa.ghost.json'))
    const container = await open(
      file(
        'a.zip',
        await zip([
          { path: 'lampa.json', content: json },
          { path: 'content/images/2025/11/klosz.jpg', content: 'JPG' },
          { path: 'README.md', content: 'x' },
        ]),
      ),
    )
    const [item] = await items(container)
    const local = item?.attachments.find((attachment) => attachment.location.endsWith('klosz.jpg'))
    expect([container.format, container.total, local && container.file(local.location)?.size]).toEqual(['ghost', 6, 3])
    await container.close()
  })
})
