import type { Body, BodyNode } from '@floowe/contracts/body'
import { bodyProblem } from '@floowe/contracts/body'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { htmlToBody } from './html.ts'
import { countBody, countHtml, lossReport } from './loss-report.ts'
import { withoutIds } from './sources.ts'

const read = (html: string, isClassic = false): BodyNode[] =>
  withoutIds(htmlToBody(html, { ids: () => 'b', isClassic }).body).content
const body = (html: string): Body => htmlToBody(html, { ids: () => 'b' }).body
const text = (value: string, ...types: string[]): BodyNode => ({
  type: 'text',
  text: value,
  ...(types.length > 0 ? { marks: types.map((type) => ({ type }) as { type: 'bold' }) } : {}),
})
const paragraph = (...content: BodyNode[]): BodyNode => ({ type: 'paragraph', content })

describe('inline HTML', () => {
  it('marks, links and breaks', () => {
    expect(read('<p>a <b>b <em>c</em></b> <a href="/x" title="t">d</a><br>e</p>')).toEqual([
      paragraph(
        text('a '),
        text('b ', 'bold'),
        text('c', 'bold', 'italic'),
        text(' '),
        { type: 'text', text: 'd', marks: [{ type: 'link', attrs: { href: '/x', title: 't' } }] },
        { type: 'hardBreak' },
        text('e'),
      ),
    ])
  })
  it('blanks as a browser shows them', () => {
    expect(read('<p>\n  a\n\tb <b> c</b> <br> d </p>\n')).toEqual([
      paragraph(text('a b '), text('c', 'bold'), { type: 'hardBreak' }, text('d')),
    ])
    expect(read('<p><code>a  b</code></p>')).toEqual([paragraph(text('a  b', 'code'))])
  })
  it('styles that older editors wrote as marks', () => {
    expect(
      read('<p><span style="text-decoration: underline">u</span><span style="font-weight:700"> b</span></p>'),
    ).toEqual([paragraph(text('u', 'underline'), text(' b', 'bold'))])
  })
  it('tags without a mark stay around words that can be edited', () => {
    const [only] = read('<p>see <abbr title="A &quot;b&quot;">AB</abbr></p>')
    expect(only?.content?.map((node) => node.attrs?.value ?? node.text)).toEqual([
      'see ',
      '<abbr title="A &#x22;b&#x22;">'.replaceAll('&#x22;', '&quot;'),
      'AB',
      '</abbr>',
    ])
  })
  it('an empty link and a named place are kept', () => {
    expect(
      read('<p>a<a href="/x"></a><a name="here">b</a></p>')[0]?.content?.map((node) => node.attrs?.value ?? node.text),
    ).toEqual(['a', '<a href="/x"></a>', '<a id="here"></a>', 'b'])
  })
  it('pictures of emoji are the emoji', () => {
    expect(read('<p>a <img class="wp-smiley" src="x.png" alt="🙂"></p>')).toEqual([paragraph(text('a 🙂'))])
  })
})

describe('blocks of HTML', () => {
  it('headings, quotations, rules', () => {
    expect(read('<h2>a</h2><hr><blockquote>b</blockquote>')).toEqual([
      { type: 'heading', attrs: { level: 2 }, content: [text('a')] },
      { type: 'horizontalRule' },
      { type: 'blockquote', content: [paragraph(text('b'))] },
    ])
  })
  it('containers leave what they hold; marks and links around blocks reach into them', () => {
    expect(read('<div><section><p>a</p></section>b</div>')).toEqual([paragraph(text('a')), paragraph(text('b'))])
    expect(read('<b><p>a</p></b>')).toEqual([paragraph(text('a', 'bold'))])
    expect(read('<a href="/x"><div>a</div></a>')).toEqual([
      paragraph({ type: 'text', text: 'a', marks: [{ type: 'link', attrs: { href: '/x' } }] }),
    ])
  })
  it('lists: nested, tight and loose, numbered, with boxes', () => {
    expect(read('<ul><li>a<ul><li>b</ul><li><p>c</p></ul>')).toEqual([
      {
        type: 'bulletList',
        attrs: { tight: false },
        content: [
          {
            type: 'listItem',
            content: [
              paragraph(text('a')),
              {
                type: 'bulletList',
                attrs: { tight: true },
                content: [{ type: 'listItem', content: [paragraph(text('b'))] }],
              },
            ],
          },
          { type: 'listItem', content: [paragraph(text('c'))] },
        ],
      },
    ])
    expect(read('<ol start=3><li>a</ol>')[0]?.attrs).toEqual({ start: 3, tight: true })
    expect(read('<ul><li>a</li><ul><li>b</li></ul></ul>')[0]?.content?.[0]?.content?.map((node) => node.type)).toEqual([
      'paragraph',
      'bulletList',
    ])
    expect(read('<ul><li><input type=checkbox checked> a</li></ul>')).toEqual([
      {
        type: 'taskList',
        attrs: { tight: true },
        content: [{ type: 'taskItem', attrs: { checked: true }, content: [paragraph(text('a'))] }],
      },
    ])
  })
  it('code with its language, in the ways of highlighters', () => {
    for (const html of [
      '<pre><code class="language-ts">a &lt; b\n</code></pre>',
      '<pre class="brush: ts; title: x">a &lt; b</pre>',
      '<pre data-enlighter-language="ts"><code>a &lt; b</code></pre>',
      '<pre class="lang-ts">a &lt;<br> b</pre>'.replace('<br>', ''),
    ]) {
      expect(read(html)).toEqual([{ type: 'codeBlock', attrs: { language: 'ts' }, content: [text('a < b')] }])
    }
    expect(read('<pre>a<br>b</pre>')).toEqual([{ type: 'codeBlock', content: [text('a\nb')] }])
  })
  it('tables: head, alignment, spans, blocks in cells, caption', () => {
    const [caption, table] = read(
      '<table><caption>c</caption><thead><tr><th align=right>a<th colspan=2>b</thead><tbody><tr><td><p>x</p><ul><li>y</ul><td style="text-align:center">z<td></table>',
    )
    expect(caption).toEqual(paragraph(text('c')))
    expect(table?.content?.[0]?.content?.map((cell) => [cell.type, cell.attrs])).toEqual([
      ['tableHeader', { align: 'right' }],
      ['tableHeader', { colspan: 2 }],
    ])
    expect(table?.content?.[1]?.content?.map((cell) => cell.content?.map((node) => node.type))).toEqual([
      ['paragraph', 'bulletList'],
      ['paragraph'],
      ['paragraph'],
    ])
  })
  it('figures: caption, link, gallery, film', () => {
    expect(
      read('<figure><a href="/big"><img src="a.png" alt="x"></a><figcaption>c <i>d</i></figcaption></figure>'),
    ).toEqual([{ type: 'image', attrs: { src: 'a.png', alt: 'x', href: '/big', caption: 'c d' } }])
    expect(
      read('<figure><img src="a.png"><figcaption>by <a href="/b">B</a></figcaption></figure>').map((node) => node.type),
    ).toEqual(['image', 'paragraph'])
    expect(
      read('<figure><figure><img src=a></figure><figure><img src=b></figure></figure>').map((node) => node.attrs?.src),
    ).toEqual(['a', 'b'])
    expect(
      read('<figure><iframe src="//www.youtube.com/embed/aqz-KE-bpKQ?start=5" title="F"></iframe></figure>'),
    ).toEqual([
      {
        type: 'embed',
        attrs: { src: 'https://www.youtube.com/watch?v=aqz-KE-bpKQ&t=5s', provider: 'youtube', title: 'F' },
      },
    ])
    expect(read('<div class="wp-caption"><img src="a.png"><p class="wp-caption-text">c</p></div>')).toEqual([
      { type: 'image', attrs: { src: 'a.png', caption: 'c' } },
    ])
    expect(read('<img data-src="a.png" src="data:image/gif;base64,R0">')).toEqual([
      { type: 'image', attrs: { src: 'a.png' } },
    ])
  })
  it('posts that a script would draw are embeds', () => {
    expect(
      read(
        '<blockquote class="twitter-tweet"><p>words</p><a href="https://twitter.com/a/status/123?ref_src=x">d</a></blockquote><script async src="https://platform.twitter.com/widgets.js"></script>',
      ),
    ).toEqual([{ type: 'embed', attrs: { src: 'https://twitter.com/a/status/123', provider: 'x' } }])
  })
  it('what has no place is kept whole, as it came', () => {
    for (const html of [
      '<details  open><summary>a</summary>b</details>',
      '<dl><dt>a</dt><dd>b</dd></dl>',
      '<iframe src="https://example.org/"></iframe>',
      '<form action=x><input></form>',
      '<script>\n1 < 2\n</script>',
      '<video src="a.mp4"></video>',
    ]) {
      expect(read(html)).toEqual([{ type: 'source', attrs: { format: 'html', value: html } }])
    }
  })
  it('of any depth give a body', () => {
    for (const tag of ['div', 'blockquote', 'ul><li', 'table><tr><td', 'b', 'details', 'a href=x', 'figure']) {
      const { body: made } = htmlToBody(`<${tag}>`.repeat(5000) + 'x', { ids: () => 'b' })
      expect(bodyProblem(made)).toBeNull()
      expect(countBody(made).words).toBe('x')
    }
  })
})

describe('the classic editor', () => {
  it('parts paragraphs by blank lines and breaks at line ends', () => {
    expect(read('a\nb\n\n<em>c</em> d\n\n\n\ne', true)).toEqual([
      paragraph(text('a'), { type: 'hardBreak' }, text('b')),
      paragraph(text('c', 'italic'), text(' d')),
      paragraph(text('e')),
    ])
  })
  it('does so in quotations, not in code, and not between tags', () => {
    expect(read('<blockquote>a\n\nb</blockquote>\n<pre>c\n\nd</pre>\n<ul>\n<li>e</li>\n\n</ul>', true)).toEqual([
      { type: 'blockquote', content: [paragraph(text('a')), paragraph(text('b'))] },
      { type: 'codeBlock', content: [text('c\n\nd')] },
      { type: 'bulletList', attrs: { tight: true }, content: [{ type: 'listItem', content: [paragraph(text('e'))] }] },
    ])
  })
  it('takes a bare address of a known site for its film', () => {
    expect(read('a\n\nhttps://vimeo.com/76979871\n\nb', true)[1]).toEqual({
      type: 'embed',
      attrs: { src: 'https://vimeo.com/76979871', provider: 'vimeo' },
    })
  })
})

describe('the loss report', () => {
  it('counts what a source and a body hold, each in its own way', () => {
    const html =
      '<h2>a</h2><p>b <a href=x>c</a><img src=d></p><table><tr><td>e</table><pre>f</pre><details><summary>g</summary><a href=h>i</a></details>'
    const counts = { words: 'abcefgi', links: 2, images: 1, headings: 1, tables: 1, codes: 1 }
    expect(countHtml(html)).toEqual(counts)
    expect(countBody(body(html))).toEqual(counts)
    expect(lossReport(html, body(html))).toEqual([])
  })
  it('names every difference', () => {
    const codes = (html: string, other: string) =>
      lossReport(html, body(other)).map((note) => [note.code, note.values?.source, note.values?.taken])
    expect(codes('<h1>a</h1>', '<p>a</p>')).toEqual([['headings-differ', 1, 0]])
    expect(codes('<p>a b</p>', '<p>a</p>')).toEqual([['words-differ', 2, 1]])
    expect(codes('<p><a href=x>a</a></p><pre>b</pre>', '<p>a</p><img src=x><table><tr><td>b</table>')).toEqual([
      ['links-differ', 1, 0],
      ['images-differ', 0, 1],
      ['tables-differ', 0, 1],
      ['codes-differ', 1, 0],
    ])
  })
  it('finds nothing in honest HTML of any make', () => {
    const inline = fc.letrec<{ inline: string }>((tie) => ({
      inline: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom('words', 'słowa ', ' a', '&amp;', '<br>', '<img src="x.png" alt="y">', '&nbsp;'),
        fc
          .tuple(
            fc.constantFrom(
              'b',
              'i',
              'code',
              'a href="/x"',
              'span',
              'kbd',
              'u',
              'sub',
              'small',
              'mark',
              'abbr title="t"',
            ),
            tie('inline'),
          )
          .map(([tag, inside]) =>
            tag.startsWith('a ') && inside.includes('<a ') ? inside : `<${tag}>w${inside}</${tag.split(' ')[0]}>`,
          ),
        fc.array(tie('inline'), { maxLength: 3 }).map((parts) => parts.join(' ')),
      ),
    })).inline
    const block = fc.letrec<{ block: string }>((tie) => ({
      block: fc.oneof(
        { depthSize: 'small' },
        inline.map((inside) => `<p>${inside}</p>`),
        fc.tuple(fc.integer({ min: 1, max: 6 }), inline).map(([level, inside]) => `<h${level}>h ${inside}</h${level}>`),
        fc
          .tuple(fc.constantFrom('div', 'blockquote', 'section', 'details', 'article'), tie('block'))
          .map(([tag, inside]) => `<${tag}>\n${inside}</${tag}>`),
        fc
          .tuple(fc.constantFrom('ul', 'ol'), fc.array(fc.oneof(inline, tie('block')), { minLength: 1, maxLength: 3 }))
          .map(([tag, items]) => `<${tag}>${items.map((item) => `<li>${item}</li>`).join('')}</${tag}>`),
        fc
          .array(fc.oneof(inline, tie('block')), { minLength: 1, maxLength: 3 })
          .map((cells) => `<table><tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr></table>`),
        fc.constant('<pre><code class="language-js">let a = 1 &lt; 2</code></pre>'),
        inline.map(
          (inside) =>
            `<figure><img src="z.png"><figcaption>c ${inside.replace(/<img[^>]*>/g, '')}</figcaption></figure>`,
        ),
        fc.array(tie('block'), { maxLength: 3 }).map((parts) => parts.join('\n')),
      ),
    })).block
    fc.assert(
      fc.property(block, (html) => {
        expect(lossReport(html, body(html)), html).toEqual([])
      }),
      { numRuns: 400, seed: 20_261_122 },
    )
  })
})
