/**
 * HTML of other systems (WordPress, Gutenberg, Ghost, a page that was saved) → body.
 *
 * What has a place in the editor becomes a block; what has none is kept as `source`, whole and as it came. Elements without
 * meaning of their own (`div`, `span`, `font`) leave their content. Nothing is fetched.
 */
import { type Body, type BodyNode, bodyLimits, type Mark } from '@floowe/contracts/body'
import type { Element, ElementContent } from 'hast'
import { type BlockPlace, codeOf, embedOf, figureOf, filledBlocks, keep, listOf, tableOf } from './html-blocks.ts'
import { count, type HtmlContext, inlineOf, isInlineElement, shownBlanks, sourceOf } from './html-inline.ts'
import { providerOf } from '@floowe/contracts/embeds'
import type { Note } from './incoming.ts'
import { attributeOf, classesOf, parseHtml, textIn } from './parse-html.ts'
import { withIds } from './sources.ts'

export type HtmlOptions = {
  /** Gives a new id for every block. */
  ids: () => string
  /** Text of WordPress's classic editor: a blank line parts paragraphs, a line end is a break, a bare address an embed. */
  isClassic?: boolean
}

/** Never fails: everything is HTML. The caller limits its size. Notes name what was kept as source or changed. */
export function htmlToBody(html: string, options: HtmlOptions): { body: Body; notes: Note[] } {
  const context = { ...contextFor(html), isClassic: options.isClassic === true }
  const content = topBlocks(context)
  return { body: withIds({ type: 'doc', content }, options.ids), notes: notesOf(context) }
}

/** The blocks of our own exchange form, without ids: an image in a line stays in its line. */
export function blocksOfExchange(html: string): BodyNode[] {
  return topBlocks({ ...contextFor(html), isExchange: true })
}

/** The blocks of a piece from the classic editor, without ids. */
export function blocksOfClassic(html: string): BodyNode[] {
  return topBlocks({ ...contextFor(html), isClassic: true })
}

const contextFor = (html: string): HtmlContext => ({
  html: html.toWellFormed(),
  isExchange: false,
  isClassic: false,
  kept: new Map(),
  changed: new Map(),
})
const topBlocks = (context: HtmlContext): BodyNode[] =>
  blocksOf(parseHtml(context.html, true).children as ElementContent[], {
    context,
    marks: [],
    nesting: 1,
    read: blocksOf,
  }) // a fragment holds no doctype

function blocksOf(nodes: readonly ElementContent[], place: BlockPlace): BodyNode[] {
  const { context } = place
  const blocks: BodyNode[] = []
  let line: ElementContent[] = []
  const endLine = () => {
    blocks.push(...paragraphOf(line, place))
    line = []
  }
  for (const node of nodes) {
    if (node.type === 'text' && context.isClassic && /\n[ \t]*\n/.test(node.value)) {
      for (const [index, text] of node.value.split(/\n(?:[ \t]*\n)+/).entries()) {
        if (index > 0) endLine()
        line.push({ type: 'text', value: text })
      }
    } else if (node.type === 'text' || (node.type === 'element' && isInline(node))) line.push(node)
    else if (node.type === 'element') {
      endLine()
      blocks.push(...blockOf(node, place))
    }
  }
  endLine()
  return blocks
}

/** Inline, and holding nothing but inline elements. */
function isInline(node: Element): boolean {
  if (node.properties['data-source'] !== undefined) return node.tagName === 'span'
  if (!isInlineElement(node)) return false
  if (['svg', 'math', 'select', 'button'].includes(node.tagName)) return true
  return node.children.every((child) => child.type !== 'element' || isInline(child))
}

function paragraphOf(nodes: readonly ElementContent[], { context, marks }: BlockPlace): BodyNode[] {
  const content = shownBlanks(inlineOf(nodes, context, marks))
  const [only, another] = content
  if (!only) return []
  if (context.isClassic && only.type === 'text' && !another && !only.marks) {
    const provider = providerOf(only.text ?? '')
    if (provider) return [{ type: 'embed', attrs: { src: only.text, provider } }]
  }
  if (only.type === 'inlineImage' && !another && !context.isExchange) return [pictureBlock(only)]
  if (only.type === 'sourceInline' && !another && only.attrs?.format === 'shortcode')
    return [{ type: 'source', attrs: only.attrs }]
  return [{ type: 'paragraph', content }]
}

function pictureBlock(image: BodyNode): BodyNode {
  const link = image.marks?.find((mark) => mark.type === 'link')
  return { type: 'image', attrs: { ...image.attrs, ...(link?.type === 'link' ? { href: link.attrs.href } : {}) } }
}

const containers = new Set([
  'div',
  'section',
  'article',
  'main',
  'header',
  'footer',
  'aside',
  'nav',
  'address',
  'center',
  'body',
  'html',
  'fieldset',
  'legend',
  'span',
  'font',
  'noscript',
  'figcaption',
  'form',
  'li',
  'hgroup',
  'search',
])
const markContainers: Readonly<Record<string, Mark['type']>> = {
  b: 'bold',
  strong: 'bold',
  i: 'italic',
  em: 'italic',
  u: 'underline',
  s: 'strike',
  del: 'strike',
}
/** Without words for a reader and without use elsewhere. */
const dropped = new Set(['meta', 'link', 'title', 'head', 'base', 'template'])

function blockOf(node: Element, place: BlockPlace): BodyNode[] {
  const { context, marks } = place
  if (place.nesting > bodyLimits.depthMax - 10) return [keep(node, context)]
  if (node.properties['data-source'] !== undefined) return [sourceOf(node, 'source')]
  if (node.properties['data-classic'] !== undefined)
    return blocksOf(node.children, { ...place, context: { ...context, isClassic: true } })
  const special = embedOf(node, context) ?? calloutOf(node, place) ?? captionedOf(node, place)
  if (special) return special
  switch (node.tagName) {
    case 'p':
      return blocksOf(node.children, place)
    case 'h1':
    case 'h2':
    case 'h3':
    case 'h4':
    case 'h5':
    case 'h6':
      return headingOf(node, place)
    case 'blockquote':
      return [{ type: 'blockquote', content: filledBlocks(node.children, place) }]
    case 'ul':
    case 'ol':
    case 'menu':
      return listOf(node, place)
    case 'pre':
      return codeOf(node, place)
    case 'hr':
      return [{ type: 'horizontalRule' }]
    case 'table':
      return tableOf(node, place)
    case 'figure':
      return figureOf(node, place)
    case 'a':
      return linkedBlocks(node, place)
  }
  const mark = markContainers[node.tagName]
  if (mark)
    return blocksOf(node.children, {
      ...place,
      marks: [...marks.filter((other) => other.type !== mark), { type: mark } as Mark],
    }) // not a link
  if (dropped.has(node.tagName)) {
    count(context.changed, 'left-out')
    return []
  }
  const isControl = node.tagName === 'form' && hasControls(node)
  return containers.has(node.tagName) && !isControl && !isCard(node)
    ? blocksOf(node.children, place)
    : [keep(node, context)]
}

const hasControls = (node: Element): boolean =>
  node.children.some(
    (child) =>
      child.type === 'element' &&
      (['input', 'select', 'textarea', 'button'].includes(child.tagName) || hasControls(child)),
  )

/** Ghost's cards that no block resembles. */
const isCard = (node: Element): boolean =>
  classesOf(node).some((name) =>
    ['kg-product-card', 'kg-signup-card', 'kg-header-card', 'kg-audio-card', 'kg-video-card', 'kg-file-card'].includes(
      name,
    ),
  )

function headingOf(node: Element, place: BlockPlace): BodyNode[] {
  const level = Number(node.tagName.slice(1))
  // Blocks inside a heading stand on their own.
  if (!node.children.every((child) => child.type !== 'element' || isInline(child)))
    return blocksOf(node.children, place)
  const content = shownBlanks(inlineOf(node.children, place.context, place.marks))
  return content.length > 0 ? [{ type: 'heading', attrs: { level }, content }] : []
}

/** A link around blocks: every line inside it becomes a link, a picture leads there. */
function linkedBlocks(node: Element, place: BlockPlace): BodyNode[] {
  const href = attributeOf(node, 'href').trim()
  const marks: Mark[] = href
    ? [...place.marks.filter((mark) => mark.type !== 'link'), { type: 'link', attrs: { href } }]
    : [...place.marks]
  const blocks = blocksOf(node.children, { ...place, marks })
  return blocks.map((block) =>
    block.type === 'image' && href && !block.attrs?.href ? { ...block, attrs: { ...block.attrs, href } } : block,
  )
}

/** Our own callouts and Ghost's. */
function calloutOf(node: Element, place: BlockPlace): BodyNode[] | null {
  const classes = classesOf(node)
  if (classes.includes('kg-callout-card')) {
    const emoji = node.children.find(
      (child): child is Element => child.type === 'element' && classesOf(child).includes('kg-callout-emoji'),
    )
    const words = node.children.find(
      (child): child is Element => child.type === 'element' && classesOf(child).includes('kg-callout-text'),
    )
    const title = emoji ? textIn(emoji.children).trim() : ''
    return [
      {
        type: 'callout',
        attrs: { kind: 'note', ...(title ? { title } : {}) },
        content: filledBlocks(words?.children ?? node.children, place),
      },
    ]
  }
  const kind = classes.map((name) => /^callout-(note|tip|important|warning|caution)$/.exec(name)?.[1]).find(Boolean)
  if (!classes.includes('callout') || !kind) return null
  const head = node.children.find(
    (child): child is Element => child.type === 'element' && classesOf(child).includes('callout-title'),
  )
  const title = head ? textIn(head.children).trim() : ''
  return [
    {
      type: 'callout',
      attrs: { kind, ...(title ? { title } : {}) },
      content: filledBlocks(
        node.children.filter((child) => child !== head),
        place,
      ),
    },
  ]
}

/** The classic editor's `div.wp-caption`: a picture and its words. */
function captionedOf(node: Element, place: BlockPlace): BodyNode[] | null {
  if (node.tagName !== 'div' || !classesOf(node).includes('wp-caption')) return null
  const words = node.children.find(
    (child): child is Element => child.type === 'element' && classesOf(child).includes('wp-caption-text'),
  )
  const [picture, another] = blocksOf(
    node.children.filter((child) => child !== words),
    place,
  )
  if (picture?.type !== 'image' || another) return null
  const caption = words ? textIn(words.children).replace(/\s+/g, ' ').trim() : ''
  return [{ ...picture, attrs: { ...picture.attrs, ...(caption ? { caption } : {}) } }]
}

function notesOf(context: HtmlContext): Note[] {
  const notes: Note[] = []
  for (const [what, times] of context.kept)
    notes.push({
      code: 'kept-as-source',
      text: `<${what}> has no place in the editor and is kept as source (${times}).`,
      values: { what, count: times },
    })
  const texts: Readonly<Record<string, string>> = {
    'left-out': 'Elements without words for a reader were left out',
    'caption-formatting': 'Captions lost their formatting; their words are kept',
    'caption-as-paragraph': 'Captions of tables and code became paragraphs',
    'post-as-embed': 'Posts of other sites became embeds; their words are not kept',
    'list-numbering': 'Lists lost a special numbering (letters, backwards)',
    'code-formatting': 'Formatting inside code was left out',
  }
  for (const [code, times] of context.changed)
    notes.push({ code, text: `${texts[code] ?? code} (${times}).`, values: { count: times } })
  return notes
}
