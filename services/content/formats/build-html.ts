/**
 * Body → HTML source. Raw pieces go in as they came: what comes out is not safe until it went through the allow-list.
 *
 * Three profiles. `site`: for readers, with classes, ids and words. `plain`: what CommonMark and GFM themselves would say, for
 * feeds and other systems. `exchange`: reads back as the same body, for what Markdown has no signs for.
 */
import type { BodyNode } from '@floowe/contracts/body'
import { embedOfFrame, providerNames } from '@floowe/contracts/embeds'
import { escapeAddress, escapeAttribute, escapeText } from './escape.ts'
import { type Nested, nest } from './inline.ts'
import type { RenderWords } from './render-words.ts'

export type Profile = 'site' | 'plain' | 'exchange'

/** A picture of the workspace as the page shows it. Width and height in pixels. */
export type PictureSource = {
  src: string
  srcset?: string | null
  sizes?: string | null
  width?: number | null
  height?: number | null
  alt?: string | null
}

export type BuildContext = {
  profile: Profile
  words: RenderWords
  idPrefix: string
  media: (id: string) => PictureSource | null
  footnotes: FootnoteBook
  headingIds: Set<string>
  /** Addresses that `media` gave, so that they are told from a stranger's. */
  ownSources: Set<string>
}

/** Numbers footnotes by their first mention. */
export type FootnoteBook = { notes: ReadonlyMap<string, BodyNode>; order: string[]; mentions: Map<string, number> }

const tags = {
  bold: 'strong',
  italic: 'em',
  strike: 'del',
  underline: 'u',
  subscript: 'sub',
  superscript: 'sup',
  highlight: 'mark',
} as const

export function buildBlocks(nodes: readonly BodyNode[], context: BuildContext): string {
  let html = ''
  for (const node of nodes) html += buildBlock(node, context)
  return html
}

const attribute = (node: BodyNode, name: string): string => {
  const value = node.attrs?.[name]
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}
const given = (name: string, value: string | number | null | undefined): string =>
  value === null || value === undefined || value === '' ? '' : ` ${name}="${escapeAttribute(String(value))}"`

function buildBlock(node: BodyNode, context: BuildContext): string {
  const content = node.content ?? []
  switch (node.type) {
    case 'paragraph':
      return content.length > 0 ? `<p>${buildInline(content, context)}</p>\n` : ''
    case 'heading':
      return heading(node, context)
    case 'blockquote':
      return `<blockquote>\n${buildBlocks(content, context)}</blockquote>\n`
    case 'bulletList':
    case 'taskList':
    case 'orderedList':
      return list(node, context)
    case 'codeBlock':
      return codeBlock(node, context)
    case 'horizontalRule':
      return '<hr />\n'
    case 'image':
      return picture(node, context)
    case 'table':
      return table(node, context)
    case 'callout':
      return callout(node, context)
    case 'embed':
      return embed(node, context)
    case 'source':
      return source(node, context)
    default:
      return ''
  }
}

function heading(node: BodyNode, context: BuildContext): string {
  const inside = buildInline(node.content ?? [], context)
  const level = Math.min(6, Math.max(1, Math.trunc(Number(node.attrs?.level) || 1)))
  if (context.profile !== 'site') return `<h${level}>${inside}</h${level}>\n`
  const text = plainInline(node.content ?? []).trim()
  if (text === '' && !inside.includes('<img')) return ''
  return `<h${level} id="${escapeAttribute(headingId(text, context))}">${inside}</h${level}>\n`
}

/** The part of an address that leads to a heading: its words in ASCII. */
export function headingSlug(text: string): string {
  const plain = text.toLowerCase().replaceAll('ł', 'l').replaceAll('ß', 'ss').normalize('NFD').replace(/\p{M}/gu, '')
  return (
    plain
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '')
      .slice(0, 80)
      .replace(/-$/, '') || 'section'
  )
}

function headingId(text: string, context: BuildContext): string {
  const wanted = context.idPrefix + headingSlug(text)
  let id = wanted
  for (let number = 2; context.headingIds.has(id); number++) id = `${wanted}-${number}`
  context.headingIds.add(id)
  return id
}

function list(node: BodyNode, context: BuildContext): string {
  const isTight = node.attrs?.tight !== false
  const items = (node.content ?? []).map((item) => listItem(item, isTight, context)).join('')
  const start = Number(node.attrs?.start ?? 1)
  if (node.type === 'orderedList')
    return `<ol${start === 1 || !Number.isInteger(start) ? '' : ` start="${start}"`}>\n${items}</ol>\n`
  return `<ul${node.type === 'taskList' && context.profile !== 'plain' ? ' class="task-list"' : ''}>\n${items}</ul>\n`
}

function listItem(item: BodyNode, isTight: boolean, context: BuildContext): string {
  const box = item.type === 'taskItem' ? taskBox(item.attrs?.checked === true, context) : ''
  const [first, ...rest] = item.content ?? []
  // The box stands inside the first paragraph, as its words do.
  const isLoose = !isTight && first?.type === 'paragraph' && (first.content ?? []).length > 0
  const start = isLoose
    ? `\n<p>${box}${buildInline(first?.content ?? [], context)}</p>\n`
    : box + (first ? tightBlock(first, isTight, context) : '')
  const others = rest.map((block) => (isTight ? tightBlock(block, isTight, context) : buildBlock(block, context)))
  return `<li>${start}${others.map((html) => `\n${html}`).join('')}</li>\n`
}

/** In a tight list a paragraph, or a picture standing for one, has no `p` around it. */
function tightBlock(block: BodyNode, isTight: boolean, context: BuildContext): string {
  if (isTight && block.type === 'paragraph') return buildInline(block.content ?? [], context)
  if (isTight && block.type === 'image' && context.profile === 'plain' && !block.attrs?.caption)
    return linkedPicture(block, context)
  return `\n${buildBlock(block, context)}`
}

function taskBox(isChecked: boolean, context: BuildContext): string {
  if (context.profile !== 'site') return `<input type="checkbox" disabled=""${isChecked ? ' checked=""' : ''} /> `
  const word = isChecked ? context.words.done : context.words.toDo
  return `<span class="task-box" role="img" aria-label="${escapeAttribute(word)}">${isChecked ? '☑' : '☐'}</span> `
}

function codeBlock(node: BodyNode, context: BuildContext): string {
  const text = (node.content ?? []).map((child) => child.text ?? '').join('')
  const language = attribute(node, 'language')
  const named = language
    ? ` class="language-${escapeAttribute(context.profile === 'site' ? language.replace(/[^\w+#.-]/g, '') : language)}"`
    : ''
  const lines = text === '' ? '' : escapeText(`${text}\n`)
  if (context.profile !== 'exchange') return `<pre><code${named}>${lines}</code></pre>\n`
  // A blank line would end the HTML block it stands in.
  return `<pre${given('data-meta', attribute(node, 'meta'))}><code${named}>${lines.replaceAll('\n', '&#10;')}</code></pre>\n`
}

/** The words of inline content. */
export function plainInline(nodes: readonly BodyNode[]): string {
  return nodes
    .map((node) =>
      node.type === 'text'
        ? (node.text ?? '')
        : node.type === 'hardBreak'
          ? ' '
          : node.type === 'inlineImage'
            ? attribute(node, 'alt')
            : '',
    )
    .join('')
}

function buildInline(nodes: readonly BodyNode[], context: BuildContext): string {
  const only = nodes.length === 1 ? nodes[0] : undefined
  if (only?.type === 'text' && !only.marks) return escapeText(only.text ?? '')
  return nest(nodes)
    .map((nested) => inlinePiece(nested, context))
    .join('')
}

function inlinePiece(nested: Nested, context: BuildContext): string {
  if ('leaf' in nested) return inlineLeaf(nested.leaf, nested.isCode, context)
  const inside = nested.inside.map((piece) => inlinePiece(piece, context)).join('')
  const mark = nested.mark
  if (mark.type === 'link')
    return `<a href="${escapeAddress(mark.attrs.href)}"${given('title', mark.attrs.title)}>${inside}</a>`
  return mark.type === 'code' ? inside : `<${tags[mark.type]}>${inside}</${tags[mark.type]}>`
}

function inlineLeaf(node: BodyNode, isCode: boolean, context: BuildContext): string {
  switch (node.type) {
    case 'text':
      return isCode ? `<code>${escapeText(node.text ?? '')}</code>` : escapeText(node.text ?? '')
    case 'hardBreak':
      return context.profile === 'exchange' ? '<br>' : '<br />\n'
    case 'inlineImage':
      return imageTag(node, context)
    case 'footnoteReference':
      return footnoteReference(node, context)
    case 'sourceInline':
      return rawPiece(node, 'span', context)
    default:
      return ''
  }
}

function imageTag(node: BodyNode, context: BuildContext): string {
  const src = attribute(node, 'src')
  const found =
    src.startsWith('media:') && context.profile !== 'exchange' ? context.media(src.slice('media:'.length)) : undefined
  // A picture that is gone leaves its words.
  if (found === null) return escapeText(attribute(node, 'alt'))
  const alt = ` alt="${escapeAttribute(attribute(node, 'alt') || (found?.alt ?? ''))}"`
  const title = given('title', attribute(node, 'title'))
  const own = [given('width', attribute(node, 'width')), given('height', attribute(node, 'height'))].join('')
  if (!found)
    return `<img src="${escapeAddress(src)}"${alt}${title}${own}${context.profile === 'site' ? ' loading="lazy" decoding="async"' : ''} />`
  context.ownSources.add(found.src)
  if (found.srcset) context.ownSources.add(found.srcset)
  const sizes = found.srcset ? given('srcset', found.srcset) + given('sizes', found.sizes) : ''
  const lazy = context.profile === 'site' ? ' loading="lazy" decoding="async"' : ''
  return `<img src="${escapeAttribute(found.src)}"${sizes}${given('width', found.width)}${given('height', found.height)}${alt}${title}${lazy} />`
}

function linkedPicture(node: BodyNode, context: BuildContext): string {
  const image = imageTag(node, context)
  const href = attribute(node, 'href')
  return href ? `<a href="${escapeAddress(href)}">${image}</a>` : image
}

function picture(node: BodyNode, context: BuildContext): string {
  const image = linkedPicture(node, context)
  const caption = attribute(node, 'caption')
  if (context.profile === 'plain' && !caption) return `<p>${image}</p>\n`
  if (!image.includes('<img')) return image ? `<p>${image}</p>\n` : ''
  return `<figure class="picture">${image}${caption ? `<figcaption>${escapeText(caption)}</figcaption>` : ''}</figure>\n`
}

function table(node: BodyNode, context: BuildContext): string {
  const rows = (node.content ?? []).filter((row) => (row.content ?? []).length > 0)
  const heads = rows.findIndex((row) => row.content?.some((cell) => cell.type !== 'tableHeader'))
  const head = heads === -1 ? rows : rows.slice(0, heads)
  const rest = heads === -1 ? [] : rows.slice(heads)
  const part = (tag: string, part: readonly BodyNode[]) =>
    part.length > 0 ? `<${tag}>\n${part.map((row) => tableRow(row, tag === 'thead', context)).join('')}</${tag}>\n` : ''
  // A table of nothing but headings keeps its first row as the head.
  return head.length > 0 || rest.length > 0
    ? `<table>\n${part('thead', heads === -1 ? head.slice(0, 1) : head)}${part('tbody', heads === -1 ? head.slice(1) : rest)}</table>\n`
    : ''
}

function tableRow(row: BodyNode, isHead: boolean, context: BuildContext): string {
  const cells = (row.content ?? []).map((cell) => {
    const tag = cell.type === 'tableHeader' ? 'th' : 'td'
    const align = attribute(cell, 'align')
    const aligned = !align
      ? ''
      : context.profile === 'site'
        ? ` class="align-${escapeAttribute(align)}"`
        : given('align', align)
    const scope = context.profile === 'site' && tag === 'th' ? ` scope="${isHead ? 'col' : 'row'}"` : ''
    const spans = given('colspan', attribute(cell, 'colspan')) + given('rowspan', attribute(cell, 'rowspan'))
    const [only, another] = cell.content ?? []
    const inside =
      only?.type === 'paragraph' && !another
        ? buildInline(only.content ?? [], context)
        : buildBlocks(cell.content ?? [], context)
    return `<${tag}${aligned}${scope}${spans}>${inside}</${tag}>\n`
  })
  return `<tr>\n${cells.join('')}</tr>\n`
}

function callout(node: BodyNode, context: BuildContext): string {
  const kind = attribute(node, 'kind').replace(/[^a-z]/g, '') || 'note'
  const own = attribute(node, 'title')
  const title =
    own || (context.profile === 'exchange' ? '' : (context.words.callouts[kind] ?? context.words.callouts.note ?? ''))
  const titled = title ? `<p class="callout-title">${escapeText(title)}</p>\n` : ''
  return `<aside class="callout callout-${kind}"${context.profile === 'site' ? ' role="note"' : ''}>\n${titled}${buildBlocks(node.content ?? [], context)}</aside>\n`
}

/** A still with a link: nothing is asked of the other site before the reader clicks. */
function embed(node: BodyNode, context: BuildContext): string {
  const src = attribute(node, 'src')
  const provider = attribute(node, 'provider')
  const title = attribute(node, 'title')
  const still = attribute(node, 'still')
  const address = escapeAddress(embedOfFrame(src)?.src ?? src)
  if (context.profile === 'plain') return `<p><a href="${address}">${escapeText(title || src)}</a></p>\n`
  const image = still ? imageTag({ type: 'image', attrs: { src: still, alt: '' } }, context) : ''
  if (context.profile === 'exchange') {
    const shown = still ? `<img src="${escapeAddress(still)}" alt="">` : ''
    return `<figure class="embed"${given('data-provider', provider)}><a href="${escapeAddress(src)}">${shown}${escapeText(title)}</a></figure>\n`
  }
  const name = providerNames[provider] ?? URL.parse(src)?.hostname ?? src
  const words = title ? `${title} (${name})` : context.words.watchOn(name)
  const sort = provider.replace(/[^a-z]/g, '')
  return `<figure class="embed${sort ? ` embed-${sort}` : ''}"><a href="${address}">${image}<span class="embed-title">${escapeText(words)}</span></a></figure>\n`
}

function source(node: BodyNode, context: BuildContext): string {
  const html = rawPiece(node, 'div', context)
  return html === '' ? '' : `${html}\n`
}

/** HTML as it came. Another system's instruction shows nothing; Markdown shows its own text. */
function rawPiece(node: BodyNode, tag: 'div' | 'span', context: BuildContext): string {
  const format = attribute(node, 'format')
  const value = attribute(node, 'value')
  if (context.profile === 'exchange')
    return `<${tag} data-source="${escapeAttribute(format)}" data-value="${escapeAttribute(value).replaceAll('\n', '&#10;')}"></${tag}>`
  if (format === 'shortcode') return ''
  if (format === 'markdown')
    return tag === 'div'
      ? `<pre><code class="language-markdown">${escapeText(value)}\n</code></pre>`
      : `<code>${escapeText(value)}</code>`
  return value
}

function footnoteReference(node: BodyNode, context: BuildContext): string {
  const label = attribute(node, 'label')
  if (context.profile === 'exchange') return `<a data-footnote="${escapeAttribute(label)}"></a>`
  const { notes, order, mentions } = context.footnotes
  if (!notes.has(label)) return ''
  if (!order.includes(label)) order.push(label)
  const number = order.indexOf(label) + 1
  const mention = (mentions.get(label) ?? 0) + 1
  mentions.set(label, mention)
  const id = `${context.idPrefix}fnref-${number}${mention > 1 ? `-${mention}` : ''}`
  return `<sup><a href="#${escapeAttribute(`${context.idPrefix}fn-${number}`)}" id="${escapeAttribute(id)}" class="footnote-ref" role="doc-noteref" aria-label="${escapeAttribute(context.words.footnote(number))}">${number}</a></sup>`
}

/** The notes that were mentioned, in the order of their first mention, each with a way back to every mention. */
export function buildFootnotes(context: BuildContext): string {
  const { notes, order, mentions } = context.footnotes
  const items: string[] = []
  // A note may mention another: `order` grows while it is walked.
  for (let index = 0; index < order.length; index++) {
    const label = order[index] ?? ''
    items.push(footnote(notes.get(label)?.content ?? [], index + 1, () => mentions.get(label) ?? 1, context))
  }
  if (items.length === 0) return ''
  // The highest level: the notes are no part of the last chapter.
  const tag = context.profile === 'site' ? 'h1' : 'h2'
  const head = `<${tag} id="${escapeAttribute(`${context.idPrefix}footnotes`)}">${escapeText(context.words.footnotes)}</${tag}>`
  return `<section class="footnotes" role="doc-endnotes">\n${head}\n<ol>\n${items.join('')}</ol>\n</section>\n`
}

function footnote(content: readonly BodyNode[], number: number, mentions: () => number, context: BuildContext): string {
  const last = content.at(-1)
  const isOpen = last?.type === 'paragraph'
  const before = buildBlocks(isOpen ? content.slice(0, -1) : content, context)
  const ending = isOpen ? buildInline(last.content ?? [], context) : ''
  const back = Array.from({ length: mentions() }, (_, index) => {
    const target = `${context.idPrefix}fnref-${number}${index > 0 ? `-${index + 1}` : ''}`
    const sign = index > 0 ? `<sup>${index + 1}</sup>` : ''
    return `<a href="#${escapeAttribute(target)}" class="footnote-back" role="doc-backlink" aria-label="${escapeAttribute(context.words.backTo(number, index + 1))}">↩\uFE0E${sign}</a>`
  })
  return `<li id="${escapeAttribute(`${context.idPrefix}fn-${number}`)}">\n${before}<p>${[ending, ...back].filter(Boolean).join(' ')}</p>\n</li>\n`
}
