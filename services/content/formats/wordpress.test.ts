/** WordPress exports through the one door, on the examples and on what is broken or hostile. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fileOnDisk } from './disk.ts'
import { bytesOf, type IncomingAttachment, type IncomingItem, type SourceFile } from './incoming.ts'
import { all, codes, examples, file, items, one, open, refusal } from './reading-in-tests.ts'
import { withoutIds } from './sources.ts'

describe('WordPress', () => {
  const example = () => open(fileOnDisk(join(examples, 'wordpress/wokol-stolu.wordpress.xml'), 'wp.xml'))
  const wxr = (content: string, more = '', inside = '<wp:status>publish</wp:status>') =>
    file(
      'wp.xml',
      `<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:content="c" xmlns:wp="w" xmlns:dc="d" xmlns:excerpt="e"><channel><wp:wxr_version>1.2</wp:wxr_version><wp:base_blog_url>https://b.example</wp:base_blog_url>${more}<item><title>T</title><content:encoded><![CDATA[${content.replaceAll(']]>', ']]]]><![CDATA[>')}]]></content:encoded><wp:post_id>1</wp:post_id><wp:post_type>post</wp:post_type>${inside}</item></channel></rss>`,
    )
  const inPieces = (bytes: Uint8Array, size: number): SourceFile => ({
    path: 'wp.xml',
    size: bytes.length,
    async *open(from = 0, to = bytes.length) {
      for (let at = from; at < to; at += size) yield bytes.subarray(at, Math.min(at + size, to))
    },
  })
  const types = (item: IncomingItem) => item.body.content.map((node) => node.type)

  it('gives posts and pages with all that surrounds them', async () => {
    const entries = await all(await example())
    const byTitle = new Map(
      (entries.filter((entry) => entry.kind === 'item') as IncomingItem[]).map((item) => [item.title, item]),
    )
    const bread = byTitle.get('Zakwas w siedem dni')
    expect(bread).toMatchObject({
      sourceId: 'wordpress:https://stol.example.org#101',
      type: 'article',
      language: 'pl',
      slug: 'zakwas-w-siedem-dni',
      lead: 'Mąka, woda i tydzień. Zakwas, który u nas nie umarł.',
      status: 'published',
      date: '2026-01-10T06:00:00.000Z',
      updated: '2026-01-12T19:10:00.000Z',
      authors: [{ name: 'Jagoda Miłosz', slug: 'jagoda' }],
      categories: [{ name: 'Pieczywo', parentSlug: 'przepisy' }],
      tags: [{ name: 'zakwas' }, { name: 'bez pośpiechu', description: 'Dania, które robią się same.' }],
      cover: {
        ref: 'https://stol.example.org/wp-content/uploads/2026/01/zakwas-dzien-7.jpg',
        alt: 'Słoik z zakwasem',
        caption: 'Dzień siódmy',
      },
      permalinks: ['/2026/01/zakwas-w-siedem-dni/'],
      meta: { title: '', description: 'Jak zrobić zakwas żytni w tydzień: plan dzień po dniu, temperatury i zapachy.' },
    })
    expect(types(bread as IncomingItem)).toEqual([
      'paragraph',
      'image',
      'heading',
      'orderedList',
      'table',
      'paragraph',
      'blockquote',
      'paragraph',
      'paragraph',
      'image',
      'image',
      'codeBlock',
      'embed',
      'horizontalRule',
      'source',
      'source',
      'footnote',
    ])
    expect(codes(bread)).toEqual([
      'blocks-kept-as-source',
      'caption-as-paragraph',
      'comments-left-out',
      'sticky-left-out',
    ])
    expect(bread?.body.content[1]?.attrs?.src).toBe(
      'https://stol.example.org/wp-content/uploads/2026/01/zakwas-dzien-7.jpg',
    )
    const soup = byTitle.get('Żurek bez pośpiechu') as IncomingItem
    expect(types(soup)).toEqual([
      'paragraph',
      'image',
      'heading',
      'bulletList',
      'paragraph',
      'image',
      'image',
      'embed',
      'paragraph',
      'source',
      'embed',
      'blockquote',
      'codeBlock',
      'paragraph',
    ])
    expect(soup.body.content[1]?.attrs).toMatchObject({
      caption: 'Żurek w Wielki Czwartek',
      href: 'https://stol.example.org/wp-content/uploads/2014/04/zurek.jpg',
    })
    expect(codes(soup)).toEqual([
      'gallery-incomplete',
      'gallery-written-out',
      'shortcode-kept',
      'cover-missing',
      'terms-left-out',
    ])
    const cheese = byTitle.get('Ser, którego nie ma') as IncomingItem
    expect(cheese.body.content[0]?.content?.[1]).toEqual({
      type: 'text',
      text: 'if (ser[0]]>0) krój();',
      marks: [{ type: 'code' }],
    })
    expect(codes(cheese)).toEqual(['kept-as-source', 'list-numbering'])
    expect([...byTitle].map(([title, item]) => [title, item.type, item.status, item.date])).toEqual([
      ['Zakwas w siedem dni', 'article', 'published', '2026-01-10T06:00:00.000Z'],
      ['Żurek bez pośpiechu', 'article', 'published', '2014-04-17T15:30:00.000Z'],
      ['Ser, którego nie ma', 'article', 'published', '2016-09-06T10:00:00.000Z'],
      ['Kiszonki na cztery pory roku', 'article', 'scheduled', '2031-01-01T06:00:00.000Z'],
      ['Notatki o maśle', 'article', 'draft', null],
      ['Piekarnia za rogiem', 'article', 'in-review', null],
      ['Lista zakupów', 'article', 'private', '2026-02-22T08:00:00.000Z'],
      ['O nas', 'page', 'published', '2014-03-01T09:00:00.000Z'],
    ])
    expect(
      entries.filter((entry) => entry.kind === 'skipped').map((entry) => [entry.title, codes(entry)?.[0]]),
    ).toEqual([
      ['Wpis, który wyrzuciliśmy', 'in-trash'],
      ['Automatyczny szkic', 'empty-draft'],
      ['Zakwas w siedem dni', 'no-article'],
      ['Przepisy', 'no-article'],
      ['Warsztat pieczenia', 'unknown-type'],
    ])
  })
  it('reads the encodings of its days', async () => {
    expect((await one(fileOnDisk(join(examples, 'wordpress/archiwum-2009.xml'), 'a.xml'))).title).toBe(
      'Zażółć gęślą jajecznicę',
    )
    const xml =
      '<?xml version="1.0" encoding="windows-1250"?><rss><channel><wp:wxr_version>1.1</wp:wxr_version><item><title>\xbf\xf3\xb3w</title><wp:post_id>1</wp:post_id><wp:status>draft</wp:status><wp:post_type>post</wp:post_type></item></channel></rss>'
    expect((await one(file('a.xml', Buffer.from(xml, 'latin1')))).title).toBe('żółw')
    const utf16 =
      '\uFEFF<?xml version="1.0" encoding="UTF-16"?><rss><channel><wp:wxr_version>1.2</wp:wxr_version><item><title>żółw 🐢</title><wp:post_id>1</wp:post_id><wp:post_type>post</wp:post_type></item></channel></rss>'
    expect((await one(file('a.xml', Buffer.from(utf16, 'utf16le')))).title).toBe('żółw 🐢')
    expect((await one(file('a.xml', Buffer.from(utf16, 'utf16le').swap16()))).title).toBe('żółw 🐢')
    expect((await refusal(file('a.xml', '<?xml version="1.0" encoding="x-odd"?><rss/>')))[0]).toBe('unknown-encoding')
  })
  it('reads what is not in the encoding that the file names, and says so', async () => {
    const utf8 = Buffer.from((await bytesOf(wxr('<p>zażółć 🐢</p><p>STARE</p>'), 1e6)) ?? '').toString('latin1')
    const container = await open(inPieces(Buffer.from(utf8.replace('STARE', '\xbf\xf3\xb3w'), 'latin1'), 3))
    const [item] = await items(container)
    expect(item?.body.content.map((node) => node.content?.[0]?.text)).toEqual(['zażółć 🐢', 'żółw'])
    expect(container.notes).toEqual([
      expect.objectContaining({ code: 'encoding-guessed', values: { file: 'wp.xml', count: 3 } }),
    ])
  })
  it('keeps from readers what was not for all', async () => {
    for (const status of ['publish', 'future', 'draft', 'pending', 'private'])
      expect(
        await one(wxr('x', '', `<wp:status>${status}</wp:status><wp:post_password>s</wp:post_password>`)),
      ).toMatchObject({ status: 'private' })
    const future = '<wp:status>future</wp:status><wp:post_date_gmt>2031-01-01 06:00:00</wp:post_date_gmt>'
    expect(await one(wxr('x', '', future))).toMatchObject({ status: 'scheduled', date: '2031-01-01T06:00:00.000Z' })
  })
  it('names what it cannot keep', async () => {
    const tags = Array.from(
      { length: 120 },
      (_, n) => `<category domain="post_tag" nicename="t${n}">tag ${n}</category>`,
    )
    const meta = (key: string) =>
      `<wp:postmeta><wp:meta_key>${key}</wp:meta_key><wp:meta_value>v</wp:meta_value></wp:postmeta>`
    const item = await one(
      wxr(
        'x',
        '',
        `${tags.join('')}${meta('autor_zdjec')}${meta('_edit_last')}<excerpt:encoded>${'lead '.repeat(300)}</excerpt:encoded>`,
      ),
    )
    // All of them: how many an article can carry is decided, and told, where they are kept.
    expect(item.tags).toHaveLength(120)
    expect(item.notes.map(({ code, values }) => [code, values])).toEqual([
      ['fields-left-out', { fields: 'autor_zdjec' }],
      ['text-cut', { what: 'lead', max: 1000 }],
    ])
  })
  it('names its files: shown, linked, or neither', async () => {
    const file = (id: number, url: string) =>
      `<item><title>Plik ${id}</title><wp:post_id>${id}</wp:post_id><wp:post_type>attachment</wp:post_type><wp:attachment_url>${url}</wp:attachment_url></item>`
    const container = await open(
      wxr(
        '<img src="/up/a-300x200.jpg"><a href="https://b.example/up/b.pdf">b</a><img src="data:image/png;base64,xx"><img src="/up/x.jpg">',
        [
          file(7, 'https://b.example/up/a.jpg'),
          file(8, 'https://b.example/up/b.pdf'),
          file(9, 'file:///etc/passwd'),
          file(10, 'https://b.example/up/c.jpg'),
        ].join(''),
      ),
    )
    const places = (attachments: readonly IncomingAttachment[]) =>
      attachments.map(({ location, role, title }) => [location, role, title])
    expect(places(container.attachments)).toEqual([
      ['https://b.example/up/a.jpg', 'link', 'Plik 7'],
      ['https://b.example/up/b.pdf', 'link', 'Plik 8'],
      ['https://b.example/up/c.jpg', 'link', 'Plik 10'],
    ])
    expect(container.notes.map(({ code, values }) => [code, values?.file])).toEqual([
      ['bad-address', 'file:///etc/passwd'],
    ])
    const [item] = await items(container)
    expect(places(item?.attachments ?? [])).toEqual([
      ['https://b.example/up/a.jpg', 'image', 'Plik 7'],
      ['https://b.example/up/x.jpg', 'image', ''],
      ['https://b.example/up/b.pdf', 'link', 'Plik 8'],
    ])
    expect(codes(item)).toEqual(['bad-address'])
  })
  it('reads the same in pieces of any size', async () => {
    const bytes = readFileSync(join(examples, 'wordpress/wokol-stolu.wordpress.xml'))
    const whole = await items(await example())
    for (const size of [1, 7, 1000]) {
      expect((await items(await open(inPieces(bytes, size)))).map((item) => withoutIds(item.body))).toEqual(
        whole.map((item) => withoutIds(item.body)),
      )
    }
  })
  it('knows translations that Polylang wrote', async () => {
    const item = await one(
      file(
        'a.xml',
        '<rss><channel><wp:base_blog_url>https://b.example/</wp:base_blog_url><item><title>T</title><category domain="language" nicename="en"><![CDATA[English]]></category><category domain="post_translations" nicename="pll_1"><![CDATA[pll_1]]></category><wp:post_id>1</wp:post_id><wp:post_type>post</wp:post_type></item></channel></rss>',
      ),
    )
    expect([item.language, item.groupId, item.categories]).toEqual(['en', 'wordpress:https://b.example#pll_1', []])
  })
  it('takes shortcodes for what they are, and brackets for brackets', async () => {
    const words = async (content: string) =>
      (await one(wxr(content))).body.content.map(
        (node) =>
          node.attrs?.value ??
          node.attrs?.src ??
          node.content?.map((inside) => inside.attrs?.value ?? inside.text).join('|'),
      )
    expect(await words('a [sic] b [1] [a b] [[gallery]] x[0] [...]')).toEqual([
      'a [sic] b [1] [a b] [gallery] x[0] [...]',
    ])
    expect(await words('a [box color="red"]b[/box] c')).toEqual(['a |[box color="red"]|b|[/box]| c'])
    expect(await words('[my_form id=3]')).toEqual(['[my_form id=3]'])
    expect(
      await words(
        '[youtube id="aqz-KE-bpKQ"]\n\n[embed]https://vimeo.com/1234[/embed]\n\n[embed]https://example.org/x[/embed]',
      ),
    ).toEqual(['https://www.youtube.com/watch?v=aqz-KE-bpKQ', 'https://vimeo.com/1234', 'https://example.org/x'])
    expect(await words('<pre>[gallery ids="1"]</pre><p title="[gallery]">x</p>')).toEqual(['[gallery ids="1"]', 'x'])
    expect(await words('[video mp4="https://b.example/a.mp4"][/video]')).toEqual([
      '<video controls src="https://b.example/a.mp4"></video>',
    ])
  })
  it('keeps what no editor could have written within reach', async () => {
    for (const content of [
      '<!-- wp:acme/x {"a":1} --><p>a</p><!-- /wp:acme/x -->',
      '<!-- wp:block {"ref":12} /-->',
      '<!-- wp:html --><marquee>x</marquee><!-- /wp:html -->',
      '<!-- wp:acme/x -->never closed',
    ]) {
      const item = await one(wxr(content))
      expect(item.body.content[0]).toMatchObject({ type: 'source', attrs: { format: 'html' } })
      expect(item.notes.filter((note) => note.code.endsWith('-differ'))).toEqual([])
    }
  })
  it('is refused whole when it is no XML, with the line', async () => {
    expect(await refusal(file('a.xml', '<?xml version="1.0"?>\n<rss>\n<channel>\n<item></channel></rss>'))).toEqual([
      'broken-xml',
      4,
    ])
    expect(
      (
        await refusal(
          file('a.xml', readFileSync(join(examples, 'wordpress/wokol-stolu.wordpress.xml')).subarray(0, 9000)),
        )
      )[0],
    ).toBe('broken-xml')
    expect((await refusal(file('a.xml', '<rss><channel><title>x</title></channel></rss>')))[0]).toBe('not-wordpress')
    expect((await refusal(file('a.xml', '<?xml version="1.0"?><feed/>')))[0]).toBe('not-wordpress')
  })
  it('draws nothing in and multiplies nothing', async () => {
    const entities = (type: string) =>
      file(
        'a.xml',
        `<?xml version="1.0"?>\n${type}\n<rss><channel><wp:wxr_version>&a;</wp:wxr_version></channel></rss>`,
      )
    for (const type of [
      '<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
      '<!DOCTYPE rss [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;">]>',
      '<!DOCTYPE rss SYSTEM "https://evil.example/x.dtd">',
    ])
      expect(await refusal(entities(type))).toEqual(['xml-entities', 2])
    expect((await refusal(entities('')))[0]).toBe('broken-xml')
  })
  it('takes no more than linear time for hostile text', async () => {
    for (const piece of [
      '[caption ',
      '[a[',
      '<pre',
      '<!-- wp:x {',
      '<!-- wp:x -->',
      '[embed]',
      '<sup data-fn="',
      '[caption][/embed]',
      '\n \n',
      '<',
      '[gallery ids="',
    ])
      expect(await all(await open(wxr(piece.repeat(20_000))))).toHaveLength(1)
  })
})
