/**
 * The body of a snapshot as a page shows it. Its HTML went through content's allow-list; the site is the last door before
 * readers, so it passes a second one here: only what this theme can show. Then type is set as in a good book, addresses become
 * absolute, wide tables get room to scroll.
 */
import { typeset } from '@floowe/language'
import type { Element, ElementContent, Root, RootContent } from 'hast'
import { fromHtml } from 'hast-util-from-html'
import { type Schema, sanitize } from 'hast-util-sanitize'
import { toHtml } from 'hast-util-to-html'

export type BodyOptions = {
  language: string
  /** Relative addresses are of this installation. */
  publicUrl: string
  /** Where the page's own files come from: that, or the site's own host. */
  origin: string
  /** `page`: with type set and room for tables. `feed`: as written, for other programs. */
  for: 'page' | 'feed'
  tableLabel: string
}

/** Those that the theme knows; others could dress a text up as a part of the page around it. */
const knownClasses = [
  'className',
  /^(?:align-(?:left|center|right)|callout(?:-[a-z]+)?|embed(?:-[a-z]+)?|footnote-(?:back|ref)|footnotes|language-[\w+#.-]{1,40}|picture|task-(?:box|list))$/,
] as [string, RegExp]
const digits = /^\d{1,5}$/
const schema: Schema = {
  tagNames: [
    'a',
    'abbr',
    'address',
    'article',
    'aside',
    'b',
    'bdi',
    'bdo',
    'blockquote',
    'br',
    'caption',
    'cite',
    'code',
    'col',
    'colgroup',
    'data',
    'dd',
    'del',
    'details',
    'dfn',
    'div',
    'dl',
    'dt',
    'em',
    'figcaption',
    'figure',
    'footer',
    'h1',
    'h2',
    'h3',
    'h4',
    'h5',
    'h6',
    'header',
    'hr',
    'i',
    'img',
    'ins',
    'kbd',
    'li',
    'mark',
    'ol',
    'p',
    'pre',
    'q',
    'rp',
    'rt',
    'ruby',
    's',
    'samp',
    'section',
    'small',
    'span',
    'strong',
    'sub',
    'summary',
    'sup',
    'table',
    'tbody',
    'td',
    'tfoot',
    'th',
    'thead',
    'time',
    'tr',
    'u',
    'ul',
    'var',
    'wbr',
  ],
  strip: [
    'applet',
    'audio',
    'base',
    'button',
    'canvas',
    'embed',
    'form',
    'frame',
    'frameset',
    'head',
    'iframe',
    'input',
    'link',
    'listing',
    'math',
    'meta',
    'noembed',
    'noframes',
    'noscript',
    'object',
    'plaintext',
    'portal',
    'script',
    'select',
    'slot',
    'source',
    'style',
    'svg',
    'template',
    'textarea',
    'title',
    'track',
    'video',
    'xmp',
  ],
  ancestors: {
    li: ['ol', 'ul'],
    dt: ['dl'],
    dd: ['dl'],
    figcaption: ['figure'],
    summary: ['details'],
    caption: ['table'],
    colgroup: ['table'],
    col: ['table'],
    thead: ['table'],
    tbody: ['table'],
    tfoot: ['table'],
    tr: ['table'],
    td: ['table'],
    th: ['table'],
    rt: ['ruby'],
    rp: ['ruby'],
  },
  attributes: {
    '*': ['id', 'title', 'lang', ['dir', 'ltr', 'rtl', 'auto'], knownClasses],
    a: [
      'href',
      'ariaLabel',
      ['role', 'doc-noteref', 'doc-backlink'],
      ['rel', 'noopener', 'noreferrer', 'nofollow', 'ugc', 'sponsored'],
    ],
    aside: [['role', 'note']],
    blockquote: ['cite'],
    col: [['span', digits]],
    colgroup: [['span', digits]],
    data: ['value'],
    del: ['cite', 'dateTime'],
    details: ['open'],
    img: [
      'src',
      'srcSet',
      'sizes',
      'alt',
      ['width', digits],
      ['height', digits],
      ['loading', 'lazy'],
      ['decoding', 'async'],
    ],
    ins: ['cite', 'dateTime'],
    li: ['value'],
    ol: ['start', 'reversed', 'type'],
    q: ['cite'],
    section: [['role', 'doc-endnotes']],
    span: [['role', 'img'], 'ariaLabel'],
    td: [
      ['colSpan', digits],
      ['rowSpan', digits],
    ],
    th: [
      ['colSpan', digits],
      ['rowSpan', digits],
      ['scope', 'col', 'row', 'colgroup', 'rowgroup'],
    ],
    time: ['dateTime'],
  },
  protocols: { href: ['http', 'https', 'mailto', 'tel'], src: ['http', 'https', 'data'], cite: ['http', 'https'] },
  clobber: [],
  clobberPrefix: '',
  allowComments: false,
  allowDoctypes: false,
}
const safeData = /^data:image\/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]+$/i
const untouched: ReadonlySet<string> = new Set(['pre', 'code', 'kbd', 'samp', 'var'])
/** Text before one of these does not belong to the text inside. */
const blocks: ReadonlySet<string> = new Set([
  'address',
  'article',
  'aside',
  'blockquote',
  'br',
  'caption',
  'dd',
  'details',
  'div',
  'dl',
  'dt',
  'figcaption',
  'figure',
  'footer',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'header',
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
])
/** Shorter openings look wrong with a large first letter. */
const dropCapFrom = 160

/** @returns HTML that runs nothing and is safe to stand inside `<article>`. Linear in the length of `html`. */
export function shownBody(html: string, options: BodyOptions): string {
  const clean = sanitize(fromHtml(html, { fragment: true }), schema)
  const root: Root = clean.type === 'root' ? clean : { type: 'root', children: [] }
  const walk: Walk = { ...options, before: '', ids: new Set() }
  root.children = root.children.flatMap((node) => shown(node, walk, false)) as RootContent[]
  if (options.for === 'page') markOpening(root)
  return toHtml(root, { characterReferences: { useNamedReferences: true } })
}

type Walk = BodyOptions & { before: string; ids: Set<string> }

function shown(node: RootContent, walk: Walk, isCode: boolean): RootContent[] {
  if (node.type === 'text') {
    if (!isCode && walk.for === 'page') {
      const set = typeset(node.value, walk.language, walk.before)
      walk.before = node.value.slice(-1) || walk.before
      return [{ ...node, value: set }]
    }
    walk.before = node.value.slice(-1) || walk.before
    return [node]
  }
  if (node.type !== 'element') return []
  const isBlock = blocks.has(node.tagName)
  if (isBlock) walk.before = ''
  mendAttributes(node, walk)
  if (node.tagName === 'img' && typeof node.properties.src !== 'string')
    return typeof node.properties.alt === 'string' ? [{ type: 'text', value: node.properties.alt }] : []
  const inCode = isCode || untouched.has(node.tagName)
  node.children = node.children.flatMap((child) => shown(child, walk, inCode)) as ElementContent[] // a child gives children
  if (isBlock) walk.before = ''
  if (walk.for === 'page') {
    if (node.tagName === 'table') return [wrapped(node, walk.tableLabel)]
    // Keyboards scroll what can be focused.
    if (node.tagName === 'pre') node.properties.tabIndex = 0
    if (classesOf(node).includes('task-box') && textOf(node).includes('☑'))
      node.properties.className = [...classesOf(node), 'is-done']
    // The page has its own h1.
    if (node.tagName === 'h1') node.tagName = 'h2'
  }
  return [node]
}

const classesOf = (node: Element): string[] =>
  Array.isArray(node.properties.className) ? node.properties.className.map(String) : []

const wrapped = (table: Element, label: string): Element => ({
  type: 'element',
  tagName: 'div',
  properties: { className: ['wide'], role: 'region', tabIndex: 0, ariaLabel: label },
  children: [table],
})

function mendAttributes(node: Element, walk: Walk): void {
  const { properties } = node
  mendId(node, walk)
  for (const name of ['href', 'cite'] as const) {
    const value = properties[name]
    if (typeof value !== 'string') continue
    if (name === 'href' && value.startsWith('#')) properties.href = value === '#' ? value : `#${ownId(value.slice(1))}`
    else properties[name] = absolute(value, walk)
  }
  if (
    node.tagName === 'a' &&
    typeof properties.href === 'string' &&
    /^https?:/i.test(properties.href) &&
    !properties.href.startsWith(`${walk.origin}/`)
  )
    properties.rel = ['noopener']
  if (node.tagName !== 'img') return
  const src = typeof properties.src === 'string' ? properties.src.trim() : ''
  if (src === '' || (/^data:/i.test(src) && !safeData.test(src))) delete properties.src
  else properties.src = absolute(src, walk)
  const sizes = srcsetOf(properties.srcSet, walk)
  if (sizes === null || properties.src === undefined) {
    delete properties.srcSet
    delete properties.sizes
  } else properties.srcSet = sizes
  properties.alt ??= ''
  properties.loading = 'lazy'
  properties.decoding = 'async'
}

/** Ids of a text begin with `t-`, so that none stands in the way of the page's own; each stands once. */
function mendId(node: Element, walk: Walk): void {
  const { id } = node.properties
  if (id === undefined) return
  const own = typeof id === 'string' && /^\S+$/.test(id) ? ownId(id) : ''
  if (own === '' || walk.ids.has(own)) delete node.properties.id
  else {
    walk.ids.add(own)
    node.properties.id = own
  }
}
const ownId = (id: string): string => (id.startsWith('t-') ? id : `t-${id}`)

/** Files of this installation come from the page's own origin; everything else keeps its address. */
export function absolute(address: string, { publicUrl, origin }: { publicUrl: string; origin: string }): string {
  if (address.startsWith(`${publicUrl}/media/`)) return origin + address.slice(publicUrl.length)
  if (/^[a-z][a-z0-9+.-]*:/i.test(address)) return address
  return URL.parse(address, `${address.startsWith('/media/') ? origin : publicUrl}/`)?.href ?? publicUrl
}

function srcsetOf(value: unknown, walk: Walk): string | null {
  const list = Array.isArray(value) ? value.map(String) : typeof value === 'string' ? value.split(/,\s+/) : []
  const candidates = list.map((candidate) => /^(\S+)\s+(\d{1,5}w)$/.exec(candidate.trim()))
  if (
    candidates.length === 0 ||
    candidates.some((candidate) => candidate === null || /^data:/i.test(candidate[1] ?? ''))
  )
    return null
  return candidates.map((candidate) => `${absolute(candidate?.[1] ?? '', walk)} ${candidate?.[2]}`).join(', ')
}

/** The first paragraph gets a large first letter when it opens the text and is long enough to carry one. */
function markOpening(root: Root): void {
  const first = root.children.find((node) => node.type === 'element')
  if (first?.type !== 'element' || first.tagName !== 'p') return
  const text = textOf(first)
  if (text.length >= dropCapFrom && /^[„“"«‘]?\p{L}/u.test(text)) first.properties.className = ['opening']
}
const textOf = (node: Element | RootContent): string =>
  node.type === 'text' ? node.value : node.type === 'element' ? node.children.map(textOf).join('') : ''

/** The first words of a text, for those who only read a line. */
export function openingWords(html: string): string {
  const text = fromHtml(html.slice(0, 4_000), { fragment: true }).children.map(textOf).join(' ')
  return shortened(text.replace(/\s+/g, ' ').trim(), 200)
}

/** Cut behind a word. */
export const shortened = (text: string, max: number): string =>
  text.length <= max ? text : `${text.slice(0, max - 1).replace(/\s+\S*$|[\uD800-\uDBFF]$/, '')}…`
