import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Line } from './body-lines.ts'
import { linesOfHtml } from './html-lines.ts'
import { diffLines } from './text-diff.ts'

/** `kind marker: field=words`, marks in braces. */
const said = ({ kind, level, marker, src, depth, isQuoted, fields }: Line): string => {
  const words = fields.map(
    ({ name, pieces }) => `${name}=${pieces.map(({ text, marks }) => (marks ? `{${marks}|${text}}` : text)).join('')}`,
  )
  const head = [
    `${kind}${level || ''}`,
    depth > 0 ? `>${depth}` : '',
    isQuoted ? 'quoted' : '',
    marker,
    src && `<${src}>`,
  ]
  return [head.filter(Boolean).join(' '), ...words].join(' · ')
}
const read = (html: string): string[] => linesOfHtml(html).map(said)

describe('what our renderer writes', () => {
  test('paragraphs, headings, marks and links', () => {
    expect(
      read(
        '<h2 id="t-x">Rano &amp; wieczór</h2>\n<p>Woda <strong>stała <em>wyżej</em></strong>\nniż <a href="https://a.example/?x=1&amp;y=2">rok temu</a>.<br>\nI dalej&nbsp;5&#x3C;6 <a href="#t-fn-1">1</a></p>\n',
      ),
    ).toEqual([
      'heading2 · text=Rano & wieczór',
      'paragraph · text=Woda {bold|stała }{bold italic|wyżej} niż {link:https://a.example/?x=1&y=2|rok temu}.\nI dalej\u00A05<6 1',
    ])
  })

  test('lists, tight and loose, numbered from anywhere, one in another', () => {
    expect(
      read(
        '<ol start="3">\n<li>trzy</li>\n<li>\n<p>cztery</p>\n<p>dalej</p>\n<ul>\n<li>w środku</li>\n</ul>\n</li>\n</ol>\n<ul class="task-list">\n<li><span class="task-box" role="img" aria-label="gotowe">☑</span> gotowe</li>\n</ul>\n<p>po</p>',
      ),
    ).toEqual([
      'item >1 3. · text=trzy',
      'item >1 4. · text=cztery',
      'paragraph >1 · text=dalej',
      'item >2 • · text=w środku',
      'item >1 · text=☑ gotowe',
      'paragraph · text=po',
    ])
  })

  test('quotations, callouts, code and rules', () => {
    expect(
      read(
        '<blockquote>\n<p>Cisza.</p>\n</blockquote>\n<aside class="callout callout-tip" role="note">\n<p class="callout-title">Rada</p>\n<p>Sucho.</p>\n</aside>\n<pre><code class="language-ts">a  =\n  1 &lt; 2\n</code></pre>\n<hr>\n',
      ),
    ).toEqual([
      'paragraph >1 quoted · text=Cisza.',
      'callout >1 tip · title=Rada',
      'paragraph >1 · text=Sucho.',
      'code · text=a  =\n  1 < 2',
      'rule',
    ])
  })

  test('pictures, embeds, tables and footnotes', () => {
    expect(
      read(
        '<figure class="picture"><img src="/media/a.webp" srcset="/media/a-480.webp 480w" alt="Dom" loading="lazy"><figcaption>O świcie</figcaption></figure>\n' +
          '<p>W tekście <img src="/media/b.webp" alt="znak"></p>\n' +
          '<figure class="embed embed-youtube"><a href="https://y.example/1"><img src="/media/s.webp" alt=""><span class="embed-title">Film (YouTube)</span></a></figure>\n' +
          '<table>\n<thead>\n<tr>\n<th scope="col">A</th>\n<th scope="col">B</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td></td>\n<td><p>raz</p></td>\n</tr>\n</tbody>\n</table>\n' +
          '<section class="footnotes" role="doc-endnotes">\n<h2 id="t-footnotes">Przypisy</h2>\n<ol>\n<li id="t-fn-1">\n<p>Źródło. <a href="#t-fnref-1" class="footnote-back">↩</a></p>\n</li>\n</ol>\n</section>',
      ),
    ).toEqual([
      'image </media/a.webp> · alt=Dom · caption=O świcie',
      'paragraph · text=W tekście [znak]',
      'embed <https://y.example/1> · title=Film (YouTube)',
      'row · text=A │ B',
      'row · text=│ raz',
      'heading2 · text=Przypisy',
      'item >1 1. · text=Źródło.',
    ])
  })
})

test('two renderings differ where their words do', () => {
  const lines = diffLines(
    linesOfHtml('<p>Rzeka płynie powoli przez miasto.</p><p>Koniec.</p>'),
    linesOfHtml('<p>Rzeka płynie <em>szybko</em> przez miasto.</p><p>Koniec.</p>'),
  )
  expect(lines.map(({ state }) => state)).toEqual(['changed', 'same'])
})

describe('whatever comes', () => {
  const tag = fc.constantFrom(
    'p',
    'li',
    'ul',
    'ol',
    'blockquote',
    'tr',
    'td',
    'em',
    'a',
    'pre',
    'h3',
    'aside',
    'figure',
  )
  const part = fc.oneof(
    fc.constantFrom('raz', 'dwa', ' ', '\n', '&lt;', '<br>', '<hr>', '"', '&', '<!-- x -->', '<img alt="y">'),
    tag.map((name) => `<${name}>`),
    tag.map((name) => `</${name}>`),
  )
  const wordsIn = (html: string): string =>
    linesOfHtml(html)
      .flatMap(({ fields }) => fields.flatMap(({ pieces }) => pieces.map(({ text }) => text)))
      .join(' ')

  test('tags that fit nowhere lose no word, and change no order', () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 60 }), (parts) => {
        const html = parts.join('')
        expect(wordsIn(html).match(/raz|dwa/g)).toEqual(html.match(/raz|dwa/g))
      }),
      { numRuns: 1_000 },
    )
  })

  test('what is no HTML at all gives lines, too', () => {
    const broken = fc.array(fc.oneof(part, fc.constantFrom('<', '</', '<p "', '<a href="', '&#x110000;')), {
      maxLength: 30,
    })
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          broken.map((parts) => parts.join('')),
        ),
        (html) => {
          for (const { kind } of linesOfHtml(html)) expect(kind).toMatch(/^[a-z]+$/)
        },
      ),
      { numRuns: 1_000 },
    )
    expect(read('raz < dwa & <p')).toEqual(['paragraph · text=raz < dwa & <p'])
  })
})
