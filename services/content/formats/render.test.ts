import type { Body, BodyNode } from '@floowe/contracts/body'
import fc from 'fast-check'
import { type DefaultTreeAdapterTypes, parseFragment, serialize } from 'parse5'
import { describe, expect, it } from 'vitest'
import { arbitraryBody } from './body-arbitrary.ts'
import { hostileHtml } from './hostile-html.ts'
import { htmlToBody } from './html.ts'
import { bodyToMarkdown, markdownToBody } from './markdown.ts'
import { renderBody, type RenderOptions } from './render.ts'

const ids = () => 'b'
const doc = (...content: BodyNode[]): Body => ({ type: 'doc', content })
const text = (value: string, ...marks: NonNullable<BodyNode['marks']>): BodyNode => ({
  type: 'text',
  text: value,
  ...(marks.length > 0 ? { marks } : {}),
})
const paragraph = (...content: BodyNode[]): BodyNode => ({ type: 'paragraph', content })
const source = (value: string): BodyNode => ({ type: 'source', attrs: { format: 'html', value } })
const site = (body: Body, more: Partial<RenderOptions> = {}) => renderBody(body, { source: 'allow-list', ...more })

const tags = new Set(
  (
    'a abbr aside b bdi bdo blockquote br caption cite code col colgroup data dd del details dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp section ' +
    'small span strong sub summary sup table tbody td tfoot th thead time tr u ul var wbr'
  ).split(' '),
)
const attributes = new Set(
  'id class title lang dir href src srcset sizes alt width height loading decoding rel role aria-label cite datetime value start reversed type open colspan rowspan scope span'.split(
    ' ',
  ),
)

/** Everything in HTML that a reader's browser would act on and must not. */
function dangers(html: string): string[] {
  const found: string[] = []
  const waiting: DefaultTreeAdapterTypes.Node[] = [parseFragment(html)]
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    if ('tagName' in node) {
      if (!tags.has(node.tagName) || node.namespaceURI !== 'http://www.w3.org/1999/xhtml')
        found.push(`<${node.tagName}>`)
      for (const { name, value } of node.attrs) {
        if (!attributes.has(name)) found.push(`${node.tagName} ${name}`)
        if (name === 'href' && !/^(?:https?:\/\/|mailto:|tel:|[#/?.]|[^:]*$|[^:]*[/?#])/i.test(value))
          found.push(`href ${value}`)
        if (
          name === 'src' &&
          /^[\s\u0000-\u0020]*(?!data:image\/(?:png|jpeg|gif|webp);base64,)[a-z][a-z0-9+.-]*:/i.test(value) &&
          !/^https?:/i.test(value)
        )
          found.push(`src ${value}`)
        if (
          (name === 'src' || name === 'srcset') &&
          URL.parse(value, 'https://own.example/')?.hostname.endsWith('evil.example')
        )
          found.push(`${name} ${value}`)
        if (name === 'class' && !/^(?:[a-z]+(?:-[a-z]+)*|language-[\w+#.-]+)(?: (?:[a-z]+(?:-[a-z]+)*))*$/.test(value))
          found.push(`class ${value}`)
      }
    }
    if (node.nodeName === '#comment') found.push('comment')
    if ('childNodes' in node) for (const child of node.childNodes) waiting.push(child)
  }
  return found
}
/** What a browser makes of HTML, and what it would make of that again. */
const isStable = (html: string): boolean =>
  serialize(parseFragment(html)) === serialize(parseFragment(serialize(parseFragment(html))))

describe('hostile HTML', () => {
  const paths: Record<string, (html: string) => Body> = {
    'a source block': (html) => doc(source(html)),
    'inline pieces': (html) =>
      doc(
        paragraph(
          ...(html.match(/<[^>]*>?|[^<]+/g) ?? [])
            .slice(0, 500)
            .map((value): BodyNode => ({ type: 'sourceInline', attrs: { format: 'html', value } })),
        ),
      ),
    'two blocks': (html) =>
      doc(source(html.slice(0, html.length / 2)), paragraph(text('between')), source(html.slice(html.length / 2))),
    'imported HTML': (html) => htmlToBody(html, { ids }).body,
    'imported Markdown': (html) => markdownToBody(`a ${html}\n\n${html}`, { ids }).body,
    'a trip through Markdown': (html) => markdownToBody(bodyToMarkdown(htmlToBody(html, { ids }).body), { ids }).body,
    'addresses, titles and names': (html) =>
      doc(
        paragraph(text(html || 'x', { type: 'link', attrs: { href: html, title: html } }), {
          type: 'inlineImage',
          attrs: { src: html, alt: html, title: html },
        }),
        { type: 'image', attrs: { src: html, alt: html, caption: html, href: html, title: html } },
        { type: 'embed', attrs: { src: html, provider: html, title: html, still: html } },
        { type: 'callout', attrs: { kind: html, title: html }, content: [paragraph(text('x'))] },
        { type: 'codeBlock', attrs: { language: html, meta: html }, content: [text('x')] },
        {
          type: 'table',
          content: [
            {
              type: 'tableRow',
              content: [{ type: 'tableCell', attrs: { align: html }, content: [paragraph(text('x'))] }],
            },
          ],
        },
        paragraph({ type: 'footnoteReference', attrs: { label: html } }),
        { type: 'footnote', attrs: { label: html }, content: [paragraph(text('x'))] },
      ),
  }
  for (const [name, path] of Object.entries(paths)) {
    it(`is harmless through ${name}`, () => {
      for (const html of hostileHtml) {
        for (const options of [{}, { profile: 'plain' as const, remotePictures: 'link' as const }]) {
          const shown = site(path(html), options)
          expect(dangers(shown), html.slice(0, 200)).toEqual([])
          expect(isStable(shown), html.slice(0, 200)).toBe(true)
        }
      }
    })
  }

  it('holds more than a hundred ways in', () => {
    expect(new Set(hostileHtml).size).toBeGreaterThan(100)
    expect(dangers('<img src=x onerror=alert(1)><a href="javascript:x">a</a><svg></svg>').sort()).toEqual([
      '<svg>',
      'href javascript:x',
      'img onerror',
    ])
  })

  it('shows anything at random harmlessly, and the same when read again', () => {
    fc.assert(
      fc.property(arbitraryBody, (body) => {
        const shown = site(body)
        expect(dangers(shown)).toEqual([])
        expect(serialize(parseFragment(shown))).toBe(serialize(parseFragment(serialize(parseFragment(shown)))))
      }),
      { numRuns: 300, seed: 20_261_122 },
    )
  })
})

describe('raw pieces', () => {
  it('combine: what opens in one node closes in another', () => {
    const raw = (value: string): BodyNode => ({ type: 'sourceInline', attrs: { format: 'html', value } })
    expect(site(doc(paragraph(text('a '), raw('<kbd>'), text('b', { type: 'bold' }), raw('</kbd>'), text(' c'))))).toBe(
      '<p>a <kbd><strong>b</strong></kbd> c</p>\n',
    )
  })
  it('that never close end with the text', () => {
    expect(site(doc(source('<div><b>open'), paragraph(text('after'))))).toBe('<div>open\n<p>after</p>\n</div>')
  })
  it('of other systems show nothing, and Markdown its own text', () => {
    expect(site(doc({ type: 'source', attrs: { format: 'shortcode', value: '[gallery]' } }))).toBe('')
    expect(site(doc({ type: 'source', attrs: { format: 'markdown', value: '*x*' } }))).toBe(
      '<pre><code class="language-markdown">*x*\n</code></pre>\n',
    )
  })
  it('are left exactly as they came for those who ask so', () => {
    expect(renderBody(doc(source('<x-y onclick=1>')), { source: 'as-is' })).toBe('<x-y onclick=1>\n')
  })
  it('that frame other sites become links', () => {
    expect(
      site(doc(source('<iframe src="https://www.youtube.com/embed/aqz-KE-bpKQ" title="Film"></iframe>'))),
    ).toContain(
      '<figure class="embed embed-youtube"><a href="https://www.youtube.com/watch?v=aqz-KE-bpKQ" rel="noopener">',
    )
    expect(site(doc(source('<video><source src="https://example.org/a.mp4"></video>')))).toContain(
      '<a href="https://example.org/a.mp4"',
    )
    expect(site(doc(source('<iframe src="javascript:x"></iframe>')))).toBe('\n')
  })
})

describe('headings', () => {
  const heading = (level: number, words: string): BodyNode => ({
    type: 'heading',
    attrs: { level },
    content: words ? [text(words)] : [],
  })
  it('begin under the title and leave no gap', () => {
    const levels = [
      ...site(doc(heading(1, 'a'), heading(4, 'b'), heading(2, 'c'), heading(3, 'd'), heading(1, 'e'))).matchAll(
        /<h(\d)/g,
      ),
    ].map(([, level]) => level)
    expect(levels).toEqual(['2', '3', '3', '4', '2'])
    expect(site(doc(heading(3, 'a')), { topHeading: 3 })).toContain('<h3')
    expect(site(doc(heading(3, 'a')), { profile: 'plain' })).toBe('<h3>a</h3>\n')
  })
  it('have ids of their words, each once, with the prefix', () => {
    expect(
      [
        ...site(doc(heading(1, 'Zażółć gęślą!'), heading(1, 'zazolc gesla'), heading(1, '漢字')), {
          idPrefix: 'x-',
        }).matchAll(/id="([^"]*)"/g),
      ].map(([, id]) => id),
    ).toEqual(['x-zazolc-gesla', 'x-zazolc-gesla-2', 'x-section'])
  })
  it('are reached by links inside the text, also from Markdown written elsewhere', () => {
    const { body } = markdownToBody('[x](#za%C5%BC%C3%B3%C5%82%C4%87) [y](#zażółć) [z](#nowhere)\n\n# Zażółć', { ids })
    expect([...site(body).matchAll(/href="([^"]*)"/g)].map(([, href]) => href)).toEqual([
      '#t-zazolc',
      '#t-zazolc',
      '#nowhere',
    ])
  })
  it('that are empty are none', () => {
    expect(site(doc(heading(2, ''), heading(2, ' ')))).not.toContain('<h')
  })
})

describe('footnotes', () => {
  const { body } = markdownToBody(
    'a[^b] b[^a] again[^b] none[^c]\n\n[^a]: First *words*.\n[^b]: Second\n\n    - with a list\n[^d]: Never mentioned.',
    { ids },
  )
  it('are numbered by their first mention and lead back to each', () => {
    const html = site(body, { language: 'pl' })
    expect(html).toContain(
      '<sup><a href="#t-fn-1" class="footnote-ref" role="doc-noteref" aria-label="Przypis 1" id="t-fnref-1">1</a></sup>',
    )
    expect(html).toContain('id="t-fnref-1-2"')
    expect(html).toContain('<h2 id="t-footnotes">Przypisy</h2>')
    expect(html).toMatch(
      /<li id="t-fn-1">\s*<p>Second<\/p>[\s\S]*<a href="#t-fnref-1" class="footnote-back" role="doc-backlink" aria-label="Wróć do tekstu: przypis 1">[\s\S]*href="#t-fnref-1-2"/,
    )
    expect(html).toMatch(/<li id="t-fn-2">\s*<p>First <em>words<\/em>\. <a href="#t-fnref-2"/)
    expect(html).not.toContain('Never mentioned')
    expect(html).toContain('none[^c]')
  })
})

describe('pictures', () => {
  const picture = (src: string, more: Record<string, unknown> = {}): Body =>
    doc({ type: 'image', attrs: { src, alt: 'Opis', ...more } })
  const media = (id: string) =>
    id === '1'
      ? { src: '/m/1.jpg', srcset: '/m/1-400.jpg 400w', sizes: '100vw', width: 800, height: 600, alt: 'Z biblioteki' }
      : null
  it('of the workspace come with all sizes', () => {
    expect(site(picture('media:1', { caption: 'Podpis & <b>' }), { media })).toBe(
      '<figure class="picture"><img src="/m/1.jpg" srcset="/m/1-400.jpg 400w" sizes="100vw" width="800" height="600" alt="Opis" loading="lazy" decoding="async"><figcaption>Podpis &amp; &lt;b></figcaption></figure>\n',
    )
    expect(site(doc({ type: 'image', attrs: { src: 'media:1' } }), { media })).toContain('alt="Z biblioteki"')
  })
  it('that are gone leave their words', () => {
    expect(site(picture('media:2'), { media })).toBe('<p>Opis</p>\n')
    expect(site(doc({ type: 'image', attrs: { src: 'media:2' } }), { media })).toBe('')
  })
  it('of other sites are links, unless asked for', () => {
    expect(site(picture('https://example.org/a.png'))).toBe(
      '<figure class="picture"><a href="https://example.org/a.png" rel="noopener">Opis</a></figure>\n',
    )
    expect(site(picture('https://example.org/a.png'), { remotePictures: 'show' })).toContain(
      '<img src="https://example.org/a.png"',
    )
    expect(site(picture('https://example.org/a.png'), { profile: 'plain' })).toBe(
      '<p><img src="https://example.org/a.png" alt="Opis"></p>\n',
    )
    expect(site(doc(source('<img src="/m/1.jpg" srcset="https://evil.example/x 2x">')), { media })).toBe(
      '<img src="/m/1.jpg" alt="">\n',
    )
  })
})

describe('what rendering adds', () => {
  it('typography for words, not for code', () => {
    const { body } = markdownToBody('w domu `w kodzie`\n\n    w bloku', { ids })
    expect(site(body, { text: (words) => words.replaceAll('w ', 'w\u00a0') })).toBe(
      '<p>w\u00a0domu <code>w kodzie</code></p>\n<pre><code>w bloku\n</code></pre>\n',
    )
  })
  it('cannot bring in markup', () => {
    expect(site(doc(paragraph(text('x'))), { text: () => '<script>' })).toBe('<p>&lt;script></p>\n')
  })
  it('words for callouts, tasks and embeds in the language of the text', () => {
    const { body } = markdownToBody('> [!WARNING]\n> x\n\n- [x] a\n\nhttps://vimeo.com/1234', { ids })
    const html = site(body, { language: 'pl' })
    expect(html).toContain(
      '<aside class="callout callout-warning" role="note">\n<p class="callout-title">Ostrzeżenie</p>',
    )
    expect(html).toContain('<span class="task-box" role="img" aria-label="zrobione">☑</span> a')
    expect(html).toContain('Zobacz w serwisie Vimeo')
    expect(site(body)).toContain('See it on Vimeo')
  })
  it('rel for links to other sites only', () => {
    const { body } = markdownToBody('[a](https://a.pl) [b](/b) [c](#c) [d](mailto:d@e.pl)', { ids })
    expect(site(body, { linkRel: 'nofollow noopener' })).toBe(
      '<p><a href="https://a.pl" rel="nofollow noopener">a</a> <a href="/b">b</a> <a href="#c">c</a> <a href="mailto:d@e.pl">d</a></p>\n',
    )
  })
  it('cells that a table lacks', () => {
    const cell = (words: string): BodyNode => ({ type: 'tableCell', content: [paragraph(text(words))] })
    const html = site(
      doc({
        type: 'table',
        content: [
          { type: 'tableRow', content: [cell('a'), cell('b')] },
          { type: 'tableRow', content: [cell('c')] },
        ],
      }),
    )
    expect(html.match(/<td>/g)).toHaveLength(4)
  })
})
