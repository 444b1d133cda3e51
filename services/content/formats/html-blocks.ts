/** Lists, tables, code, figures and embeds of HTML → blocks. */
import type { BodyNode, Mark } from '@floowe/contracts/body'
import type { Element, ElementContent } from 'hast'
import { embedOfFrame, providerOf } from '@floowe/contracts/embeds'
import { count, type HtmlContext, inlineOf, pictureAttributes, shownBlanks, sourceText } from './html-inline.ts'
import { attributeOf, classesOf, textIn } from './parse-html.ts'

/** Where blocks are being read: the marks around them, how deep, and the reader for what is inside. */
export type BlockPlace = {
  context: HtmlContext
  marks: readonly Mark[]
  nesting: number
  read: (nodes: readonly ElementContent[], place: BlockPlace) => BodyNode[]
}

/** A container's blocks; an empty one holds an empty paragraph, where an editor puts its cursor. */
export function filledBlocks(nodes: readonly ElementContent[], place: BlockPlace): BodyNode[] {
  const blocks = place.read(nodes, { ...place, nesting: place.nesting + 1 })
  return blocks.length > 0 ? blocks : [{ type: 'paragraph' }]
}

/** The whole element as source. */
export function keep(node: Element, context: HtmlContext): BodyNode {
  count(context.kept, node.tagName)
  return { type: 'source', attrs: { format: 'html', value: sourceText(node, context) } }
}

const isElement = (node: ElementContent): node is Element => node.type === 'element'
const isBlank = (node: ElementContent): boolean =>
  node.type === 'comment' || (node.type === 'text' && node.value.trim() === '')

export function listOf(node: Element, place: BlockPlace): BodyNode[] {
  const items: BodyNode[] = []
  for (const child of node.children) {
    if (isBlank(child)) continue
    if (isElement(child) && child.tagName === 'li') items.push(itemOf(child, place))
    else {
      // A list or words straight inside a list belong to the item before.
      const blocks = place.read([child], { ...place, nesting: place.nesting + 2 })
      const last = items.at(-1)
      if (last) last.content = [...(last.content ?? []), ...blocks]
      else if (blocks.length > 0) items.push({ type: 'listItem', content: blocks })
    }
  }
  if (items.length === 0) return []
  const tight = !node.children.some(
    (child) =>
      isElement(child) &&
      child.tagName === 'li' &&
      child.children.some((inside) => isElement(inside) && inside.tagName === 'p'),
  )
  if (node.tagName === 'ol') {
    const start = Number.parseInt(attributeOf(node, 'start'), 10)
    if (node.properties.reversed !== undefined || /^[aAiI]$/.test(attributeOf(node, 'type')))
      count(place.context.changed, 'list-numbering')
    return [
      {
        type: 'orderedList',
        attrs: { start: Number.isInteger(start) ? start : 1, tight },
        content: items.map((item) => ({ type: 'listItem', content: item.content ?? [] })),
      },
    ]
  }
  return [
    {
      type: items.some((item) => item.type === 'taskItem') ? 'taskList' : 'bulletList',
      attrs: { tight },
      content: items,
    },
  ]
}

function itemOf(node: Element, place: BlockPlace): BodyNode {
  const holder = node.children.find((child) => !isBlank(child))
  const inside = holder && isElement(holder) && ['p', 'label'].includes(holder.tagName) ? holder : node
  const box = inside.children.find((child) => !isBlank(child))
  const deeper = { ...place, nesting: place.nesting + 1 }
  if (!box || !isElement(box) || box.tagName !== 'input' || attributeOf(box, 'type') !== 'checkbox')
    return { type: 'listItem', content: filledBlocks(node.children, deeper) }
  const without = (children: ElementContent[]): ElementContent[] =>
    children
      .filter((child) => child !== box)
      .map((child) => (child === inside && isElement(child) ? { ...child, children: without(child.children) } : child))
  return {
    type: 'taskItem',
    attrs: { checked: box.properties.checked !== undefined },
    content: filledBlocks(without(node.children), deeper),
  }
}

/** The language that a code element's class names, in the ways of highlighters. */
function languageOf(nodes: readonly Element[]): string {
  for (const node of nodes) {
    const named =
      attributeOf(node, 'data-language') || attributeOf(node, 'data-enlighter-language') || attributeOf(node, 'lang')
    if (named && named !== 'generic') return named
    const classes = classesOf(node)
    const brush = classes.findIndex((name) => name === 'brush:')
    const found =
      classes.map((name) => /^(?:language-|lang-|brush:)([^;]+);?$/.exec(name)?.[1]).find(Boolean) ??
      (brush === -1 ? undefined : classes[brush + 1]?.replace(/;$/, ''))
    if (found) return found
  }
  return ''
}

export function codeOf(node: Element, place: BlockPlace): BodyNode[] {
  if (classesOf(node).includes('wp-block-verse')) return verseOf(node, place)
  const elements = node.children.filter(isElement)
  const code = elements.find((child) => child.tagName === 'code')
  const isWhole = code && node.children.every((child) => child === code || isBlank(child))
  const language = languageOf(code ? [code, node] : [node])
  const holder = isWhole ? code : node
  if (hasFormatting(holder)) count(place.context.changed, 'code-formatting')
  const text = linesOf(holder.children).replace(/\r\n?/g, '\n').replace(/\n$/, '')
  const meta = attributeOf(node, 'data-meta')
  const attrs = { ...(language ? { language } : {}), ...(meta ? { meta } : {}) }
  return [
    {
      type: 'codeBlock',
      ...(language || meta ? { attrs } : {}),
      ...(text ? { content: [{ type: 'text', text }] } : {}),
    },
  ]
}

const hasFormatting = (node: Element): boolean =>
  node.children.some(
    (child) =>
      isElement(child) &&
      (['b', 'strong', 'i', 'em', 'a', 'mark', 'u', 'img'].includes(child.tagName) || hasFormatting(child)),
  )

const unread = new Set(['script', 'style', 'iframe', 'template', 'noembed', 'noframes'])

/** Text of code; `<br>` ends a line. */
function linesOf(nodes: readonly ElementContent[]): string {
  return nodes
    .map((node) =>
      node.type === 'text'
        ? node.value.replaceAll('\u0000', '')
        : isElement(node) && !unread.has(node.tagName)
          ? node.tagName === 'br'
            ? '\n'
            : linesOf(node.children)
          : '',
    )
    .join('')
}

/** A poem keeps its lines, not its face. */
function verseOf(node: Element, { context, marks }: BlockPlace): BodyNode[] {
  const broken = inlineOf(node.children, context, marks).flatMap((piece): BodyNode[] => {
    if (piece.type !== 'text') return [piece]
    return (piece.text ?? '')
      .split('\n')
      .flatMap((text, index): BodyNode[] => [
        ...(index > 0 ? [{ type: 'hardBreak' } as const] : []),
        ...(text ? [{ ...piece, text }] : []),
      ])
  })
  const content = shownBlanks(broken)
  return content.length > 0 ? [{ type: 'paragraph', content }] : []
}

export function tableOf(node: Element, place: BlockPlace): BodyNode[] {
  const parts = node.children.filter(isElement)
  const caption = parts.find((part) => part.tagName === 'caption')
  const rows = parts
    .filter((part) => ['thead', 'tbody', 'tfoot'].includes(part.tagName))
    .flatMap((part) => part.children.filter(isElement))
  const content = rows
    .filter((row) => row.tagName === 'tr')
    .map(
      (row): BodyNode => ({
        type: 'tableRow',
        content: row.children.filter(isElement).map((cell) => cellOf(cell, place)),
      }),
    )
  const filled = content.filter((row) => (row.content ?? []).length > 0)
  const words = caption ? captionParagraph(caption, place) : []
  return filled.length > 0 ? [...words, { type: 'table', content: filled }] : words
}

function cellOf(node: Element, place: BlockPlace): BodyNode {
  const style = /text-align:\s*(left|center|right)/.exec(attributeOf(node, 'style').toLowerCase())?.[1]
  const named = classesOf(node)
    .map((name) => /^(?:has-text-align-|align-?)(left|center|right)$/.exec(name)?.[1])
    .find(Boolean)
  const align = /^(left|center|right)$/.exec(attributeOf(node, 'align').toLowerCase())?.[1] ?? style ?? named
  const span = (name: string, max: number): number | null => {
    const number = Number.parseInt(attributeOf(node, name), 10)
    return number > 1 && number <= max ? number : null
  }
  const [colspan, rowspan] = [span('colspan', 1000), span('rowspan', 65_534)]
  const attrs = { ...(align ? { align } : {}), ...(colspan ? { colspan } : {}), ...(rowspan ? { rowspan } : {}) }
  const blocks = filledBlocks(node.children, { ...place, nesting: place.nesting + 2 })
  return {
    type: node.tagName === 'th' ? 'tableHeader' : 'tableCell',
    ...(Object.keys(attrs).length > 0 ? { attrs } : {}),
    content: blocks,
  }
}

function captionParagraph(caption: Element, { context, marks }: Pick<BlockPlace, 'context' | 'marks'>): BodyNode[] {
  const content = shownBlanks(inlineOf(caption.children, context, marks))
  if (content.length > 0) count(context.changed, 'caption-as-paragraph')
  return content.length > 0 ? [{ type: 'paragraph', content }] : []
}

export function figureOf(node: Element, place: BlockPlace): BodyNode[] {
  const { context } = place
  const caption = node.children.filter(isElement).find((child) => child.tagName === 'figcaption')
  const rest = node.children.filter((child) => child !== caption)
  if (context.isExchange && classesOf(node).includes('picture')) return exchangePicture(rest, caption)
  if (classesOf(node).includes('kg-bookmark-card')) return [keep(node, context)]
  const blocks = place.read(rest, place)
  const [only, another] = blocks
  if (!caption) return blocks
  const words = textIn(caption.children).replace(/\s+/g, ' ').trim()
  if (only?.type === 'image' && !another && !only.attrs?.caption) {
    // A caption is plain text: one with a link in it is kept beside the picture instead.
    if (hasLink(caption)) return [only, ...captionParagraph(caption, place)]
    if (caption.children.some(isElement)) count(context.changed, 'caption-formatting')
    return [words ? { ...only, attrs: { ...only.attrs, caption: words } } : only]
  }
  return [...blocks, ...captionParagraph(caption, place)]
}

/** Our own picture, with the size that an author gave it. */
function exchangePicture(nodes: readonly ElementContent[], caption: Element | undefined): BodyNode[] {
  const [first] = nodes.filter(isElement)
  const image = first?.tagName === 'a' ? first.children.find(isElement) : first
  if (image?.tagName !== 'img') return []
  const size = (name: string) => (attributeOf(image, name) ? { [name]: Number(attributeOf(image, name)) } : {})
  const words = caption ? textIn(caption.children) : ''
  return [
    {
      type: 'image',
      attrs: {
        ...pictureAttributes(image),
        ...size('width'),
        ...size('height'),
        ...(words ? { caption: words } : {}),
        ...(first?.tagName === 'a' ? { href: attributeOf(first, 'href') } : {}),
      },
    },
  ]
}

const hasLink = (node: Element): boolean =>
  node.children.some((child) => isElement(child) && (child.tagName === 'a' || hasLink(child)))

/** Classes that other sites give to the blockquote which their script turns into a post. */
const posts = [
  'twitter-tweet',
  'twitter-video',
  'instagram-media',
  'tiktok-embed',
  'bluesky-embed',
  'text-post-media',
  'mastodon-embed',
]
const widgets =
  /^(?:https?:)?\/\/(?:platform\.(?:twitter|x|instagram)\.com|www\.(?:instagram|tiktok|threads)\.com|embed\.bsky\.app|[\w.-]+)\/[\w./-]*(?:widgets|embed|tiktok)[\w.-]*\.js/i

/** Frames of known sites, posts that a script would draw, and our own stills. Null: no embed. */
export function embedOf(node: Element, context: HtmlContext): BodyNode[] | null {
  if (node.tagName === 'iframe') {
    const shown = embedOfFrame(attributeOf(node, 'src').trim() || attributeOf(node, 'data-src').trim())
    const title = attributeOf(node, 'title').trim()
    return shown
      ? [{ type: 'embed', attrs: { src: shown.src, provider: shown.provider, ...(title ? { title } : {}) } }]
      : null
  }
  const classes = classesOf(node)
  if (node.tagName === 'script')
    return widgets.test(attributeOf(node, 'src')) && context.changed.has('post-as-embed') ? [] : null
  if (node.tagName === 'blockquote' && posts.some((name) => classes.includes(name))) {
    const address = [
      attributeOf(node, 'cite'),
      attributeOf(node, 'data-instgrm-permalink'),
      attributeOf(node, 'data-text-post-permalink'),
      ...linksIn(node).toReversed(),
    ].find((link) => providerOf(plain(link)))
    if (!address) return null
    count(context.changed, 'post-as-embed')
    return [{ type: 'embed', attrs: { src: plain(address), provider: providerOf(plain(address)) } }]
  }
  if (node.tagName !== 'figure') return null
  if (classes.includes('wp-block-embed') || classes.includes('wp-block-embed-youtube')) return bareEmbed(node, context)
  return classes.includes('embed') ? stillEmbed(node) : null
}

/** Without what only counts clicks. */
const plain = (address: string): string =>
  address.replace(/[?&](?:ref_src|utm_\w+|igsh|igshid)=[^&#]*/g, '').replace(/[?&]$/, '')

function linksIn(node: Element): string[] {
  return node.children.flatMap((child) =>
    isElement(child) ? [...(child.tagName === 'a' ? [attributeOf(child, 'href')] : []), ...linksIn(child)] : [],
  )
}

/** Gutenberg's embed: the address stands alone in a wrapper. */
function bareEmbed(node: Element, context: HtmlContext): BodyNode[] | null {
  const caption = node.children.filter(isElement).find((child) => child.tagName === 'figcaption')
  const src = textIn(node.children.filter((child) => child !== caption)).trim()
  if (!/^https?:\/\/\S+$/.test(src)) return null
  const provider = providerOf(src)
  const words = caption ? captionParagraph(caption, { context, marks: [] }) : []
  if (!provider)
    return [
      { type: 'paragraph', content: [{ type: 'text', text: src, marks: [{ type: 'link', attrs: { href: src } }] }] },
      ...words,
    ]
  return [{ type: 'embed', attrs: { src, provider } }, ...words]
}

function stillEmbed(node: Element): BodyNode[] | null {
  const [link, another] = node.children.filter(isElement)
  if (link?.tagName !== 'a' || another) return null
  const still = link.children.filter(isElement).find((child) => child.tagName === 'img')
  const provider =
    attributeOf(node, 'data-provider') ||
    classesOf(node)
      .map((name) => /^embed-([a-z]+)$/.exec(name)?.[1])
      .find(Boolean) ||
    ''
  const title = attributeOf(node, 'data-provider') === '' && provider !== '' ? '' : textIn(link.children).trim()
  const src = attributeOf(link, 'href')
  return [
    {
      type: 'embed',
      attrs: {
        src,
        ...(provider ? { provider } : {}),
        ...(title ? { title } : {}),
        ...(still ? { still: String(pictureAttributes(still).src) } : {}),
      },
    },
  ]
}
