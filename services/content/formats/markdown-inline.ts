/**
 * Inline Markdown ⇄ inline content of a body.
 *
 * Marks that Markdown has no sign for (underline, sub- and superscript, highlight) are written as their HTML tags and read
 * back from exactly those. Any other raw HTML becomes `sourceInline`, one node for each tag, as it came.
 */
import type { BodyNode, Mark } from '@floowe/contracts/body'
import type { Definition, Html, Image, ImageReference, Link, LinkReference, Node, PhrasingContent } from 'mdast'
import { escapeAttribute } from './escape.ts'
import { type Nested, nest } from './inline.ts'

/** What reading inline content needs to know of the whole document. */
export type InlineContext = {
  /** The document's Markdown; nodes' offsets point into it. */
  source: string
  definitions: ReadonlyMap<string, Definition>
  /** Identifier of a footnote → its label in the body. */
  footnoteLabels: ReadonlyMap<string, string>
  /** True where a line cannot be broken (headings, table cells), so `<br>` stands for a break. */
  isOneLine: boolean
}

/** HTML tag ⇄ mark, for marks that have no Markdown. */
const tagOfMark = { underline: 'u', subscript: 'sub', superscript: 'sup', highlight: 'mark' } as const
const markOfTag: ReadonlyMap<string, Mark['type']> = new Map(
  Object.entries(tagOfMark).map(([mark, tag]) => [tag, mark as keyof typeof tagOfMark]),
)

/** Pandoc's raw attribute, for pieces that Markdown would read differently: `` `[gallery]`{=shortcode} ``. */
const rawInline = /^\{=(html|markdown|shortcode)\}/

export function readInline(nodes: readonly PhrasingContent[], context: InlineContext): BodyNode[] {
  const content: BodyNode[] = []
  readInto(content, nodes, [], context)
  return mergeTexts(content)
}

function readInto(
  content: BodyNode[],
  nodes: readonly PhrasingContent[],
  marks: readonly Mark[],
  context: InlineContext,
): void {
  for (let index = 0; index < nodes.length; index++) {
    const node = nodes[index] as PhrasingContent // the loop's bound
    if (node.type === 'html') {
      index = readHtml(content, nodes, index, node, marks, context)
      continue
    }
    if (node.type === 'inlineCode') {
      const raw = rawFollowing(nodes[index + 1], context)
      if (raw) {
        content.push(marked({ type: 'sourceInline', attrs: { format: raw, value: node.value } }, marks))
        const rest = nodes[index + 1] as { value: string } // rawFollowing saw a text
        readText(content, rest.value.slice(raw.length + 3), marks)
        index += 1
        continue
      }
    }
    if (node.type === 'link' && isLiteral(node, context)) {
      const tail = readPrefixed(content, node, nodes[index + 1], marks)
      if (tail !== null) {
        readText(content, tail, marks)
        index += nodes[index + 1]?.type === 'text' ? 1 : 0
        continue
      }
    }
    readOne(content, node, marks, context)
  }
}

/** An address in running text, without brackets or angles. */
const isLiteral = (node: Link, context: InlineContext): boolean =>
  /^[\w.+-]/.test(context.source.slice(node.position?.start.offset ?? 0, (node.position?.start.offset ?? 0) + 1))

/**
 * GFM links `mailto:` and `xmpp:` addresses with their protocol; the tokeniser sees the address after it only.
 * @returns the text after the address, or null when no protocol stands before it.
 */
function readPrefixed(
  content: BodyNode[],
  node: Link,
  next: PhrasingContent | undefined,
  marks: readonly Mark[],
): string | null {
  const last = content.at(-1)
  const prefix =
    last?.type === 'text' && node.url.startsWith('mailto:')
      ? /(?:^|[^\w+.-])(mailto:|xmpp:)$/.exec(last.text ?? '')?.[1]
      : undefined
  if (!last || !prefix) return null
  const after = next?.type === 'text' ? next.value : ''
  const resource = prefix === 'xmpp:' ? (/^\/[\w@.]*\w/.exec(after)?.[0] ?? '') : ''
  const href = prefix + node.url.slice('mailto:'.length) + resource
  last.text = (last.text ?? '').slice(0, -prefix.length)
  if (last.text === '') content.pop()
  content.push(marked({ type: 'text', text: href }, withMark(marks, { type: 'link', attrs: { href } })))
  return after.slice(resource.length)
}

/** The format when a code span is followed by an unescaped `{=format}`. */
function rawFollowing(next: PhrasingContent | undefined, context: InlineContext): string | null {
  if (next?.type !== 'text') return null
  const found = rawInline.exec(next.value)
  return found?.[1] && context.source[next.position?.start.offset ?? -1] === '{' ? found[1] : null
}

function readOne(content: BodyNode[], node: PhrasingContent, marks: readonly Mark[], context: InlineContext): void {
  switch (node.type) {
    case 'text':
      return readText(content, node.value, marks)
    case 'strong':
      return readInto(content, node.children, withMark(marks, { type: 'bold' }), context)
    case 'emphasis':
      return readInto(content, node.children, withMark(marks, { type: 'italic' }), context)
    case 'delete':
      return readInto(content, node.children, withMark(marks, { type: 'strike' }), context)
    case 'inlineCode':
      return void (node.value && content.push(marked({ type: 'text', text: node.value }, [...marks, { type: 'code' }])))
    case 'break':
      return void content.push(marked({ type: 'hardBreak' }, marks))
    case 'link':
    case 'linkReference':
      return readLink(content, node, marks, context)
    case 'image':
    case 'imageReference':
      return void content.push(marked({ type: 'inlineImage', attrs: pictureOf(node, context) }, marks))
    case 'footnoteReference':
      return void content.push(
        marked(
          {
            type: 'footnoteReference',
            attrs: { label: context.footnoteLabels.get(node.identifier) ?? node.label ?? node.identifier },
          },
          marks,
        ),
      )
    case 'html':
      return void content.push(marked({ type: 'sourceInline', attrs: { format: 'html', value: node.value } }, marks))
  }
}

function readText(content: BodyNode[], value: string, marks: readonly Mark[]): void {
  const text = value.replace(/[\r\n]+/g, ' ')
  if (text !== '') content.push(marked({ type: 'text', text }, marks))
}

function readLink(
  content: BodyNode[],
  node: Link | LinkReference,
  marks: readonly Mark[],
  context: InlineContext,
): void {
  const { url, title } = targetOf(node, context)
  const link: Mark = { type: 'link', attrs: title ? { href: url, title } : { href: url } }
  const before = content.length
  readInto(content, node.children, withMark(marks, link), context)
  if (content.length > before) return
  // The editor has no link around nothing; the target is kept all the same.
  const value = `<a href="${escapeAttribute(url)}"${title ? ` title="${escapeAttribute(title)}"` : ''}></a>`
  content.push(marked({ type: 'sourceInline', attrs: { format: 'html', value } }, marks))
}

/** Where a direct or reference link or picture leads. Markdown reads a reference only when its definition exists. */
export function targetOf(
  node: Link | LinkReference | Image | ImageReference,
  context: InlineContext,
): { url: string; title: string | null } {
  const target =
    node.type === 'linkReference' || node.type === 'imageReference' ? context.definitions.get(node.identifier) : node
  return { url: target?.url ?? '', title: target?.title ?? null }
}

export function pictureOf(node: Image | ImageReference, context: InlineContext): Record<string, unknown> {
  const { url, title } = targetOf(node, context)
  const alt = (node.alt ?? '').replace(/[\r\n]+/g, ' ')
  return { src: url, ...(alt ? { alt } : {}), ...(title ? { title: title.replace(/[\r\n]+/g, ' ') } : {}) }
}

function readHtml(
  content: BodyNode[],
  nodes: readonly PhrasingContent[],
  index: number,
  node: Html,
  marks: readonly Mark[],
  context: InlineContext,
): number {
  const place = node.position
  if (
    node.value === '<!---->' &&
    context.source[(place?.start.offset ?? 0) - 1] === '`' &&
    context.source[place?.end.offset ?? 0] === '`'
  )
    return index // parts two runs of code
  if (node.value === '<br>' && context.isOneLine) {
    content.push(marked({ type: 'hardBreak' }, marks))
    return index
  }
  const tag = /^<(u|sub|sup|mark)>$/.exec(node.value)?.[1]
  const type = tag && markOfTag.get(tag)
  const end = type && !marks.some((mark) => mark.type === type) ? closing(nodes, index, `<${tag}>`, `</${tag}>`) : -1
  if (!type || end <= index + 1) {
    readOne(content, node, marks, context)
    return index
  }
  readInto(content, nodes.slice(index + 1, end), [...marks, { type } as Mark], context) // not a link: the table has none
  return end
}

function closing(nodes: readonly PhrasingContent[], from: number, open: string, close: string): number {
  let depth = 0
  for (let index = from; index < nodes.length; index++) {
    const node = nodes[index]
    if (node?.type !== 'html') continue
    if (node.value === open) depth += 1
    else if (node.value === close) depth -= 1
    if (depth === 0) return index
  }
  return -1
}

const withMark = (marks: readonly Mark[], mark: Mark): Mark[] =>
  marks.some((other) => other.type === mark.type) ? [...marks] : [...marks, mark]
const marked = (node: BodyNode, marks: readonly Mark[]): BodyNode =>
  marks.length > 0 ? { ...node, marks: [...marks] } : node

function mergeTexts(nodes: BodyNode[]): BodyNode[] {
  const merged: BodyNode[] = []
  for (const node of nodes) {
    const last = merged.at(-1)
    if (node.type === 'text' && last?.type === 'text' && JSON.stringify(last.marks) === JSON.stringify(node.marks))
      last.text = `${last.text}${node.text}`
    else merged.push(node)
  }
  return merged
}

/** Inline content as mdast. `oneLine`: a break is written `<br>`. The content is in its canonical form. */
export function writeInline(nodes: readonly BodyNode[], oneLine: boolean): PhrasingContent[] {
  const tagged = nodes.flatMap((node) =>
    (node.marks ?? []).map((mark) => (mark.type in tagOfMark ? tagOfMark[mark.type as keyof typeof tagOfMark] : '')),
  ) // just tested
  // A raw tag beside the same tag of a mark would pair with it.
  const parted = nodes.map((node) =>
    node.type === 'sourceInline' &&
    tagged.some((tag) => tag && new RegExp(`^</?${tag}>$`).test(String(node.attrs?.value)))
      ? { ...node, attrs: { ...node.attrs, isQuoted: true } }
      : node,
  )
  return nest(parted).flatMap((nested) => writeNested(nested, oneLine))
}

function writeNested(nested: Nested, oneLine: boolean): PhrasingContent[] {
  if ('leaf' in nested) return writeLeaf(nested.leaf, nested.isCode, oneLine)
  const children = nested.inside.flatMap((inside) => writeNested(inside, oneLine))
  const mark = nested.mark
  switch (mark.type) {
    case 'bold':
      return [{ type: 'strong', children }]
    case 'italic':
      return [{ type: 'emphasis', children }]
    case 'strike':
      return [{ type: 'delete', children }]
    case 'link':
      return [
        { type: 'link', url: mark.attrs.href, title: mark.attrs.title || null, children: children as Link['children'] },
      ] // links do not nest: one mark of a kind
    case 'code':
      return children
    default: {
      const tag = tagOfMark[mark.type]
      return [{ type: 'html', value: `<${tag}>` }, ...children, { type: 'html', value: `</${tag}>` }]
    }
  }
}

function writeLeaf(node: BodyNode, isCode: boolean, oneLine: boolean): PhrasingContent[] {
  const attrs = node.attrs ?? {}
  const text = (name: string): string => (typeof attrs[name] === 'string' ? attrs[name] : '')
  switch (node.type) {
    case 'text':
      return isCode ? [{ type: 'inlineCode', value: node.text ?? '' }] : [{ type: 'text', value: node.text ?? '' }]
    case 'hardBreak':
      return [oneLine ? { type: 'html', value: '<br>' } : { type: 'break' }]
    case 'inlineImage':
      return [{ type: 'image', url: text('src'), alt: text('alt'), title: text('title') || null }]
    case 'footnoteReference':
      return [{ type: 'footnoteReference', identifier: text('label'), label: text('label') }]
    case 'sourceInline':
      return [
        {
          type: 'rawInline',
          format: text('format'),
          value: oneLine ? text('value').replaceAll('\n', ' ') : text('value'),
          isQuoted: attrs.isQuoted === true,
        },
      ]
    default:
      return []
  }
}

/** A raw piece on its way to Markdown. `isQuoted`: it may not stand there as it is. */
interface RawInline extends Node {
  type: 'rawInline'
  format: string
  value: string
  isQuoted: boolean
}

declare module 'mdast' {
  interface PhrasingContentMap {
    rawInline: RawInline
  }
  interface RootContentMap {
    rawInline: RawInline
  }
}
