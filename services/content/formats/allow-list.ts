/**
 * What HTML may be shown to readers. Deny by default: an element or attribute that is not named here is left out.
 *
 * No script, style, frame, form, media player, SVG or MathML; no `style`, `on…`, `srcset` of others; addresses only over
 * http, https, mailto and tel, pictures also as `data:` of the four raster types.
 */
import type { Root } from 'hast'
import { type Schema, sanitize } from 'hast-util-sanitize'

const inlineTags = [
  'a',
  'abbr',
  'b',
  'bdi',
  'bdo',
  'br',
  'cite',
  'code',
  'data',
  'del',
  'dfn',
  'em',
  'i',
  'img',
  'ins',
  'kbd',
  'mark',
  'q',
  'rp',
  'rt',
  'ruby',
  's',
  'samp',
  'small',
  'span',
  'strong',
  'sub',
  'sup',
  'time',
  'u',
  'var',
  'wbr',
]
const blockTags = [
  'aside',
  'blockquote',
  'caption',
  'col',
  'colgroup',
  'dd',
  'details',
  'div',
  'dl',
  'dt',
  'figcaption',
  'figure',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'hr',
  'li',
  'ol',
  'p',
  'pre',
  'section',
  'summary',
  'table',
  'tbody',
  'td',
  'tfoot',
  'th',
  'thead',
  'tr',
  'ul',
]

const digits = /^\d{1,5}$/
const align = ['className', 'align-left', 'align-center', 'align-right'] as [string, ...string[]]
const ancestors = (...names: string[]): string[] => names

const schema: Schema = {
  tagNames: [...inlineTags, ...blockTags],
  // Their content is no text for readers.
  strip: [
    'script',
    'style',
    'noscript',
    'template',
    'title',
    'head',
    'svg',
    'math',
    'object',
    'embed',
    'applet',
    'iframe',
    'frame',
    'frameset',
    'noframes',
    'noembed',
    'xmp',
    'plaintext',
    'listing',
    'textarea',
    'select',
    'option',
    'optgroup',
    'datalist',
    'canvas',
    'audio',
    'video',
    'source',
    'track',
    'link',
    'meta',
    'base',
    'portal',
    'slot',
  ],
  ancestors: {
    li: ancestors('ol', 'ul'),
    dt: ancestors('dl'),
    dd: ancestors('dl'),
    figcaption: ancestors('figure'),
    summary: ancestors('details'),
    caption: ancestors('table'),
    colgroup: ancestors('table'),
    col: ancestors('table'),
    thead: ancestors('table'),
    tbody: ancestors('table'),
    tfoot: ancestors('table'),
    tr: ancestors('table'),
    td: ancestors('table'),
    th: ancestors('table'),
    rt: ancestors('ruby'),
    rp: ancestors('ruby'),
  },
  attributes: {
    '*': ['id', 'title', 'lang', ['dir', 'ltr', 'rtl', 'auto']],
    a: ['href', 'aria-label', ['role', 'doc-noteref', 'doc-backlink'], ['className', 'footnote-ref', 'footnote-back']],
    abbr: [],
    aside: [
      ['role', 'note'],
      ['className', 'callout', /^callout-[a-z]+$/],
    ],
    blockquote: ['cite'],
    code: [['className', /^language-[\w+#.-]{1,40}$/]],
    col: [['span', digits]],
    colgroup: [['span', digits]],
    data: ['value'],
    del: ['cite', 'datetime'],
    details: [['open', '']],
    figure: [['className', 'picture', 'embed', /^embed-[a-z]+$/]],
    img: [
      'src',
      'srcset',
      'sizes',
      'alt',
      ['width', digits],
      ['height', digits],
      ['loading', 'lazy'],
      ['decoding', 'async'],
    ],
    ins: ['cite', 'datetime'],
    li: [['value', /^-?\d{1,9}$/]],
    ol: [
      ['start', /^-?\d{1,9}$/],
      ['reversed', ''],
      ['type', '1', 'a', 'A', 'i', 'I'],
    ],
    p: [['className', 'callout-title']],
    q: ['cite'],
    section: [
      ['role', 'doc-endnotes'],
      ['className', 'footnotes'],
    ],
    span: [['role', 'img'], 'aria-label', ['className', 'task-box', 'embed-title']],
    td: [['colspan', digits], ['rowspan', digits], align],
    th: [['colspan', digits], ['rowspan', digits], ['scope', 'col', 'row', 'colgroup', 'rowgroup'], align],
    time: ['datetime'],
    ul: [['className', 'task-list']],
  },
  protocols: { href: ['http', 'https', 'mailto', 'tel'], src: ['http', 'https', 'data'], cite: ['http', 'https'] },
  required: {},
  clobber: [],
  clobberPrefix: '',
  allowComments: false,
  allowDoctypes: false,
}

/** Pictures that cannot carry script. An SVG in an address could. */
const safeData = /^data:image\/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]+$/i

/** A tree of nothing but what the list allows. */
export function allowed(tree: Root): Root {
  const clean = sanitize(tree, schema)
  return clean.type === 'root' ? clean : { type: 'root', children: clean.type === 'doctype' ? [] : [clean] }
}

/** Whether an address may be shown as a picture. Relative addresses may. */
export function isPictureAddress(address: string): boolean {
  return /^\s*data:/i.test(address) ? safeData.test(address) : address.trim() !== ''
}
