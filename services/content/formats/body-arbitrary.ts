/** Bodies at random, of every node and mark that the rules know, full of text that means something to Markdown and HTML. For tests. */
import { type Body, type BodyNode, type Mark, markTypes, type NodeType, nodeRules } from '@floowe/contracts/body'
import fc from 'fast-check'

const nasty = [
  '*',
  '**',
  '_',
  '__',
  '~',
  '~~',
  '`',
  '``',
  '```',
  '#',
  '# ',
  '## x',
  '>',
  '> ',
  '-',
  '- ',
  '+',
  '+ ',
  '* ',
  '1.',
  '1. ',
  '1) ',
  '12345678901. ',
  '---',
  '***',
  '___',
  '===',
  '|',
  '| a |',
  '|-|',
  '\\',
  '\\\\',
  '\\|',
  '[',
  ']',
  '[x]',
  '[ ] ',
  '[x] ',
  '[a](b)',
  '![a](b)',
  '[a]: b',
  '[^1]',
  '[^1]: x',
  '[!NOTE]',
  '[!TIP] x',
  '(',
  ')',
  '!',
  '<',
  '>',
  '<b>',
  '</b>',
  '<div>',
  '<!--',
  '-->',
  '<br>',
  '<u>',
  '<?',
  '<![CDATA[',
  '&',
  '&amp;',
  '&#42;',
  '&nbsp;',
  'http://a.pl',
  'https://youtu.be/abcdefghijk',
  'www.a.pl',
  'a@b.pl',
  'mailto:a@b.pl',
  'https:',
  '{=html}',
  '{',
  ':',
  '"',
  "'",
  '\t',
  ' ',
  '  ',
  '   ',
  '    ',
  '\n',
  '\n\n',
  '\r\n',
  '\u00a0',
  '\u2003',
  '$',
  '%',
  '=',
  '~~~',
  ':::',
  '+++',
  '---\n',
  'ą',
  'Łódź',
  'zażółć',
  '漢字',
  '🙂',
  'e\u0301',
  '\u200b',
  '\ufeff',
  'a',
  'b',
  'ab',
  'word',
  'Word',
  '1',
  '.',
  ',',
  ';',
  '?',
  '/',
  '^',
  '\u0001',
  '\u007f',
  '\u2028',
  '\u2029',
  '\f',
  '\v',
  '[caption]',
  'xmpp:a@b.pl/x',
]

const text = fc
  .oneof(
    {
      weight: 6,
      arbitrary: fc.array(fc.constantFrom(...nasty), { minLength: 1, maxLength: 6 }).map((parts) => parts.join('')),
    },
    { weight: 2, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }) },
  )
  .map((value) => value.toWellFormed().replaceAll('\u0000', ''))
  .filter((value) => value !== '')

const address = fc.oneof(
  fc.constantFrom(
    'https://example.org/a',
    '/a b',
    'a(b',
    'a)b',
    '<a>',
    '',
    'media:0190',
    '#x',
    'a"b',
    'mailto:a@b.pl',
    'https://a.pl/?a=1&b=2',
    'javascript:alert(1)',
    'a\\b',
    'ąę',
    '[x]',
    'x*y*z',
    'a\nb',
    '&amp;',
  ),
  text,
)
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null, freq: 2 })

const mark: fc.Arbitrary<Mark> = fc
  .constantFrom(...markTypes)
  .chain(
    (type): fc.Arbitrary<Mark> =>
      type === 'link'
        ? fc.record({ href: address, title: maybe(text) }).map((attrs) => ({ type, attrs }))
        : fc.constant({ type }),
  )
const marks = fc.uniqueArray(mark, { maxLength: 4, selector: (made) => made.type })

const rawHtml = fc.oneof(
  fc.constantFrom(
    '<b>',
    '</b>',
    '<kbd>x</kbd>',
    '<!-- x -->',
    '<div>',
    '<div>\n\n*x*\n\n</div>',
    '<script>\n\nx',
    '<span title="a|b">',
    '<x',
    'plain',
    '<br>',
    '<u>',
    '</u>',
    '<table><tr><td>1</td></tr></table>',
    '[gallery]',
    '<?php ?>',
    '```',
    '<pre>\n\n</pre>',
  ),
  text,
)
const format = fc.constantFrom('html', 'html', 'markdown', 'shortcode', 'other')

const withMarks = (node: fc.Arbitrary<BodyNode>): fc.Arbitrary<BodyNode> =>
  fc.tuple(node, marks).map(([made, given]) => (given.length > 0 ? { ...made, marks: given } : made))
const label = fc.constantFrom('1', '2', 'note', 'Note', 'a b', '*', 'x]y', '')

const inlineNode: fc.Arbitrary<BodyNode> = fc.oneof(
  { weight: 8, arbitrary: withMarks(text.map((value): BodyNode => ({ type: 'text', text: value }))) },
  { weight: 1, arbitrary: withMarks(fc.constant<BodyNode>({ type: 'hardBreak' })) },
  {
    weight: 1,
    arbitrary: withMarks(
      fc
        .record({ src: address, alt: maybe(text), title: maybe(text) })
        .map((attrs): BodyNode => ({ type: 'inlineImage', attrs })),
    ),
  },
  {
    weight: 1,
    arbitrary: withMarks(label.map((value): BodyNode => ({ type: 'footnoteReference', attrs: { label: value } }))),
  },
  {
    weight: 1,
    arbitrary: withMarks(
      fc.record({ format, value: rawHtml }).map((attrs): BodyNode => ({ type: 'sourceInline', attrs })),
    ),
  },
)
const inline = fc.array(inlineNode, { maxLength: 5 })

const made = (type: NodeType, attrs: Record<string, unknown> | null, content?: BodyNode[]): BodyNode => ({
  type,
  ...(attrs ? { attrs } : {}),
  ...(content ? { content } : {}),
})

function blocks(depth: number, minLength = 0): fc.Arbitrary<BodyNode[]> {
  return fc.array(block(depth), { minLength, maxLength: depth > 2 ? 1 : 4 })
}

const evenTable = fc.integer({ min: 1, max: 3 }).chain((columns) => {
  const row = (type: 'tableCell' | 'tableHeader') =>
    fc
      .array(
        inline.map((content) => made(type, null, [made('paragraph', null, content)])),
        { minLength: columns, maxLength: columns },
      )
      .map((content) => made('tableRow', null, content))
  return fc
    .tuple(row('tableHeader'), fc.array(row('tableCell'), { maxLength: 2 }))
    .map(([head, rest]) => made('table', null, [head, ...rest]))
})

/** Blocks that hold no other blocks. */
const leaves: fc.Arbitrary<BodyNode>[] = [
  inline.map((content) => made('paragraph', null, content)),
  fc.tuple(fc.integer({ min: 0, max: 8 }), inline).map(([level, content]) => made('heading', { level }, content)),
  fc
    .tuple(
      maybe(text),
      maybe(text),
      fc.array(
        text.map((value): BodyNode => ({ type: 'text', text: value })),
        { maxLength: 2 },
      ),
    )
    .map(([language, meta, content]) => made('codeBlock', { language, meta }, content)),
  fc.constant(made('horizontalRule', null)),
  fc
    .record({
      src: address,
      alt: maybe(text),
      title: maybe(text),
      caption: maybe(text),
      width: maybe(fc.integer({ min: 1, max: 9 })),
      height: fc.constant(null),
      href: maybe(address),
    })
    .map((attrs) => made('image', attrs)),
  fc
    .record({
      src: fc.oneof(
        address,
        fc.constantFrom(
          'https://youtu.be/abcdefghijk',
          'https://youtu.be/abcdefghij_',
          'https://x.com/a/status/1?a=b&amp',
        ),
      ),
      provider: maybe(fc.constantFrom('youtube', 'x', 'odd')),
      title: maybe(text),
      still: maybe(address),
    })
    .map((attrs) => made('embed', attrs)),
  fc.record({ format, value: rawHtml }).map((attrs) => made('source', attrs)),
  evenTable,
]

function block(depth: number): fc.Arbitrary<BodyNode> {
  const inside = fc.constant(null).chain(() => blocks(depth + 1))
  const items = (type: 'listItem' | 'taskItem') =>
    inside.chain((content) =>
      fc.boolean().map((checked) => made(type, type === 'taskItem' ? { checked } : null, content)),
    )
  const align = maybe(fc.constantFrom('left', 'center', 'right', 'x'))
  const span = maybe(fc.integer({ min: 0, max: 3 }))
  const cell = (type: 'tableCell' | 'tableHeader') =>
    fc
      .tuple(
        fc.oneof(
          { weight: 5, arbitrary: inline.map((content) => [made('paragraph', null, content)]) },
          { weight: 1, arbitrary: inside },
        ),
        align,
        fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: span }),
      )
      .map(([content, aligned, colspan]) => made(type, { align: aligned, colspan }, content))
  if (depth > 3) return fc.oneof(...leaves)
  return fc.oneof(
    ...leaves,
    inside.map((content) => made('blockquote', null, content)),
    fc
      .tuple(fc.boolean(), fc.array(items('listItem'), { maxLength: 3 }))
      .map(([tight, content]) => made('bulletList', { tight }, content)),
    fc
      .tuple(fc.boolean(), maybe(fc.integer({ min: -1, max: 12 })), fc.array(items('listItem'), { maxLength: 3 }))
      .map(([tight, start, content]) => made('orderedList', { tight, start }, content)),
    fc
      .tuple(fc.boolean(), fc.array(fc.oneof(items('listItem'), items('taskItem')), { maxLength: 3 }))
      .map(([tight, content]) => made('taskList', { tight }, content)),
    fc
      .array(
        fc
          .array(fc.oneof(cell('tableCell'), cell('tableHeader')), { maxLength: 3 })
          .map((content) => made('tableRow', null, content)),
        { maxLength: 3 },
      )
      .map((content) => made('table', null, content)),
    fc
      .tuple(fc.constantFrom('note', 'tip', 'important', 'warning', 'caution', 'other', null), maybe(text), inside)
      .map(([kind, title, content]) => made('callout', { kind, title }, content)),
    fc.tuple(label, inside).map(([name, content]) => made('footnote', { label: name }, content)),
  )
}

/** A body at random, valid by the contract. */
export const arbitraryBody: fc.Arbitrary<Body> = blocks(1).map((content) => ({ type: 'doc', content }))

/** Every node type that the generator can make, to check that it forgets none. */
export const allNodeTypes = Object.keys(nodeRules) as NodeType[]
