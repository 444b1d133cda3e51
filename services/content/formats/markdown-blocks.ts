/**
 * The one table of Markdown blocks ⇄ blocks of a body. Each row reads one kind of mdast node and writes one kind of block.
 */
import { type BodyNode, calloutKinds, type NodeType, sourceFormats } from '@floowe/contracts/body'
import type {
  AlignType,
  BlockContent,
  Blockquote,
  Code,
  DefinitionContent,
  List,
  ListItem,
  Node,
  Paragraph,
  PhrasingContent,
  RootContent,
  Table,
} from 'mdast'
import { providerOf } from '@floowe/contracts/embeds'
import { readExchangeHtml, readExchangeJson, writeExchangeHtml, writeExchangeJson } from './exchange-html.ts'
import { type InlineContext, pictureOf, readInline, targetOf, writeInline } from './markdown-inline.ts'

export type ReadContext = InlineContext & {
  /** Reads nested blocks; never empty, as an editor needs a place for its cursor. */
  blocks(nodes: readonly RootContent[]): BodyNode[]
}
export type WriteContext = {
  blocks(nodes: readonly BodyNode[]): FlowContent[]
  /** Whether raw HTML, standing alone, is read back as just itself. */
  standsAlone(html: string, isLast: boolean): boolean
  isLast: boolean
}
type FlowContent = BlockContent | DefinitionContent

type Row<Markdown extends RootContent> = {
  markdown: Markdown['type']
  read?: (node: Markdown, context: ReadContext) => BodyNode[]
  write?: (node: BodyNode, context: WriteContext) => FlowContent
}
const row = <Markdown extends RootContent>(row: Row<Markdown>): Row<RootContent> => row as unknown as Row<RootContent> // looked up by the same `type` it declares

const text = (node: BodyNode, name: string): string =>
  typeof node.attrs?.[name] === 'string' ? (node.attrs[name] as string) : '' // just tested
const phrasing = (node: BodyNode, context: ReadContext, children: readonly PhrasingContent[]): BodyNode => {
  const content = readInline(children, context)
  return content.length > 0 ? { ...node, content } : node
}

/** Which block each kind of Markdown node becomes; blocks without a `read` come out of another row's (an image out of a paragraph). */
export const markdownBlocks: Partial<Record<NodeType, Row<RootContent>>> = {
  paragraph: row<Paragraph>({
    markdown: 'paragraph',
    read: (node, context) => [
      picture(node, context) ?? embed(node, context) ?? phrasing({ type: 'paragraph' }, context, node.children),
    ],
    write: (node) => ({ type: 'paragraph', children: writeInline(node.content ?? [], false) }),
  }),
  heading: row({
    markdown: 'heading',
    read: (node, context) =>
      node.type === 'heading'
        ? [phrasing({ type: 'heading', attrs: { level: node.depth } }, { ...context, isOneLine: true }, node.children)]
        : [],
    write: (node) => ({
      type: 'heading',
      depth: node.attrs?.level as 1,
      children: writeInline(node.content ?? [], true),
    }), // canonical: 1–6
  }),
  blockquote: row<Blockquote>({
    markdown: 'blockquote',
    read: (node, context) => [callout(node, context) ?? { type: 'blockquote', content: context.blocks(node.children) }],
    write: (node, context) => ({ type: 'blockquote', children: context.blocks(node.content ?? []) }),
  }),
  callout: {
    markdown: 'callout',
    write: (node, context) => ({
      type: 'callout',
      kind: text(node, 'kind'),
      title: text(node, 'title'),
      children: context.blocks(node.content ?? []),
    }),
  },
  bulletList: row<List>({ markdown: 'list', read: (node, context) => [readList(node, context)], write: writeList }),
  orderedList: { markdown: 'list', write: writeList },
  taskList: { markdown: 'list', write: writeList },
  codeBlock: row<Code>({
    markdown: 'code',
    read: (node, context) => [readCode(node, context)],
    write: (node) => ({
      type: 'code',
      lang: text(node, 'language') || null,
      meta: text(node, 'meta') || null,
      value: node.content?.[0]?.text ?? '',
    }),
  }),
  horizontalRule: row({
    markdown: 'thematicBreak',
    read: () => [{ type: 'horizontalRule' }],
    write: () => ({ type: 'thematicBreak' }),
  }),
  table: row<Table>({ markdown: 'table', read: (node, context) => [readTable(node, context)], write: writeTable }),
  footnote: row({
    markdown: 'footnoteDefinition',
    read: (node, context) =>
      node.type === 'footnoteDefinition'
        ? [
            {
              type: 'footnote',
              attrs: { label: context.footnoteLabels.get(node.identifier) ?? node.identifier },
              content: context.blocks(node.children),
            },
          ]
        : [],
    write: (node, context) => ({
      type: 'footnoteDefinition',
      identifier: text(node, 'label'),
      label: text(node, 'label'),
      children: context.blocks(node.content ?? []),
    }),
  }),
  source: row({
    markdown: 'html',
    read: (node) =>
      node.type === 'html'
        ? [readExchangeHtml(node.value) ?? { type: 'source', attrs: { format: 'html', value: node.value } }]
        : [],
    write: writeSource,
  }),
  image: { markdown: 'paragraph', write: writePicture },
  embed: { markdown: 'paragraph', write: writeEmbed },
}

/** A picture alone in its paragraph, perhaps inside a link, is a block of its own. */
function picture(node: Paragraph, context: ReadContext): BodyNode | null {
  const [child, other] = node.children
  if (!child || other) return null
  if (child.type === 'image' || child.type === 'imageReference')
    return { type: 'image', attrs: pictureOf(child, context) }
  if (child.type !== 'link' && child.type !== 'linkReference') return null
  const [inside, another] = child.children
  const { url, title } = targetOf(child, context)
  if (another || title || !url || (inside?.type !== 'image' && inside?.type !== 'imageReference')) return null
  return { type: 'image', attrs: { ...pictureOf(inside, context), href: url } }
}

function writePicture(node: BodyNode, context: WriteContext): FlowContent {
  const attrs = node.attrs ?? {}
  if (attrs.caption || attrs.width || attrs.height) return exchangeNode(node, context)
  const image: PhrasingContent = {
    type: 'image',
    url: text(node, 'src'),
    alt: text(node, 'alt'),
    title: text(node, 'title') || null,
  }
  return {
    type: 'paragraph',
    children: [attrs.href ? { type: 'link', url: text(node, 'href'), title: null, children: [image] } : image],
  }
}

/** A bare address of a known site alone in its paragraph. `<address>` and `[words](address)` stay links. */
function embed(node: Paragraph, context: ReadContext): BodyNode | null {
  const [child, other] = node.children
  if (child?.type !== 'link' || other || !isBare(child.position?.start.offset, context)) return null
  const provider = providerOf(child.url)
  return provider ? { type: 'embed', attrs: { src: child.url, provider } } : null
}

const isBare = (offset: number | undefined, context: ReadContext): boolean =>
  offset !== undefined && /^https?:/i.test(context.source.slice(offset, offset + 6))

function writeEmbed(node: BodyNode, context: WriteContext): FlowContent {
  const src = text(node, 'src')
  const isPlain = text(node, 'provider') === providerOf(src) && !text(node, 'title') && !text(node, 'still')
  // Signs that end a bare address early, or mean something to Markdown at its end.
  const staysWhole =
    /^https?:\/\/[\w.-]+\/[\w\-.~/@%:?=&+]*[\w/=+]$/.test(src) && !/_$|&\w+;?$/.test(src.replace(/&\w+=[\w-]*/g, ''))
  if (isPlain && staysWhole) return { type: 'html', value: src }
  return exchangeNode(node, context)
}

function callout(node: Blockquote, context: ReadContext): BodyNode | null {
  const [first, ...rest] = node.children
  const start = first?.type === 'paragraph' ? first.children[0] : undefined
  if (
    first?.type !== 'paragraph' ||
    start?.type !== 'text' ||
    context.source[start.position?.start.offset ?? -1] !== '['
  )
    return null
  const found = /^\[!([a-z]+)\](?:[ \t]+([^\n]*?))?[ \t]*(?:\n|$)/i.exec(start.value)
  const kind = calloutKinds.find((known) => known === found?.[1]?.toLowerCase())
  // The title must end with the line: a mark or link in it would be cut off.
  if (!found || !kind || (!found[0].endsWith('\n') && first.children.length > 1)) return null
  const after = start.value.slice(found[0].length)
  const children: PhrasingContent[] = [...(after ? [{ ...start, value: after }] : []), ...first.children.slice(1)]
  const content = context.blocks(children.length > 0 ? [{ ...first, children }, ...rest] : rest)
  return { type: 'callout', attrs: { kind, ...(found[2] ? { title: found[2] } : {}) }, content }
}

function readList(node: List, context: ReadContext): BodyNode {
  const tight = !isLoose(node)
  const isTasks = !node.ordered && node.children.some((item) => typeof item.checked === 'boolean')
  const content = node.children.map((item) => readItem(item, isTasks, context))
  if (node.ordered) return { type: 'orderedList', attrs: { start: node.start ?? 1, tight }, content }
  return { type: isTasks ? 'taskList' : 'bulletList', attrs: { tight }, content }
}

/**
 * Whether a blank line stands between items or between the blocks of one. Lines are compared, as mdast's own `spread` also
 * counts a blank line after a list inside a quotation, and misses one after an empty item.
 */
function isLoose(node: List): boolean {
  const isApart = (nodes: readonly RootContent[]): boolean =>
    nodes.some((child, index) => {
      const before = nodes[index - 1]
      return before !== undefined && (child.position?.start.line ?? 0) - lastLine(before) > 1
    })
  return isApart(node.children) || node.children.some((item) => isApart(item.children))
}

/** The line of the last thing in a list or item: their own end may lie after blank lines. */
function lastLine(node: RootContent): number {
  if (node.type !== 'list' && node.type !== 'listItem') return node.position?.end.line ?? 0
  const last = node.children.at(-1)
  return last ? lastLine(last) : (node.position?.start.line ?? 0)
}

function readItem(item: ListItem, isTasks: boolean, context: ReadContext): BodyNode {
  const content = context.blocks(item.children)
  const first = content[0]
  if (typeof item.checked !== 'boolean') return { type: 'listItem', content }
  if (isTasks) {
    // An empty task is written with an encoded space, as Markdown wants something after the box.
    if (first?.type === 'paragraph' && first.content?.length === 1 && first.content[0]?.text === ' ')
      delete first.content
    return { type: 'taskItem', attrs: { checked: item.checked }, content }
  }
  // A numbered task: the body has boxes in plain lists only, so the box stays as its text.
  if (first?.type === 'paragraph')
    first.content = [{ type: 'text', text: item.checked ? '[x] ' : '[ ] ' }, ...(first.content ?? [])]
  return { type: 'listItem', content }
}

function writeList(node: BodyNode, context: WriteContext): FlowContent {
  const spread = node.attrs?.tight === false
  const isOrdered = node.type === 'orderedList'
  const children = (node.content ?? []).map((item): ListItem => {
    const blocks = context.blocks(item.content ?? [])
    if (item.type !== 'taskItem') return { type: 'listItem', spread, checked: null, children: blocks }
    return {
      type: 'listItem',
      spread,
      checked: item.attrs?.checked === true,
      children: blocks.length > 0 ? blocks : [{ type: 'paragraph', children: [] }],
    }
  })
  return {
    type: 'list',
    ordered: isOrdered,
    start: isOrdered ? Number(node.attrs?.start ?? 1) : null,
    spread,
    children,
  }
}

function readCode(node: Code, context: ReadContext): BodyNode {
  const raw = /^\{=(html|markdown|shortcode|body)\}$/.exec(node.lang ?? '')?.[1]
  const offset = node.position?.start.offset ?? 0
  if (raw && /^(?:`{3,}|~{3,})[ \t]*\{=/.test(context.source.slice(offset, offset + 200))) {
    const block =
      raw === 'body'
        ? readExchangeJson(node.value)
        : ({ type: 'source', attrs: { format: raw, value: node.value } } as const)
    if (block) return block
  }
  const attrs = { ...(node.lang ? { language: node.lang } : {}), ...(node.meta ? { meta: node.meta } : {}) }
  const block: BodyNode = { type: 'codeBlock', ...(node.lang ? { attrs } : {}) }
  return node.value === '' ? block : { ...block, content: [{ type: 'text', text: node.value }] }
}

function readTable(node: Table, context: ReadContext): BodyNode {
  const columns = node.align?.length || (node.children[0]?.children.length ?? 0)
  const content = node.children.map((tableRow, index): BodyNode => {
    const cells = Array.from({ length: columns }, (_, column): BodyNode => {
      const align = node.align?.[column]
      const paragraph = phrasing(
        { type: 'paragraph' },
        { ...context, isOneLine: true },
        tableRow.children[column]?.children ?? [],
      )
      return {
        type: index === 0 ? 'tableHeader' : 'tableCell',
        ...(align ? { attrs: { align } } : {}),
        content: [paragraph],
      }
    })
    return { type: 'tableRow', content: cells }
  })
  return { type: 'table', content }
}

function writeTable(node: BodyNode, context: WriteContext): FlowContent {
  const rows = node.content ?? []
  if (!isPipeTable(rows)) return exchangeNode(node, context)
  const align = (rows[0]?.content ?? []).map((cell) => (cell.attrs?.align as AlignType) ?? null) // canonical: one of three, or none
  const children = rows.map((tableRow) => ({
    type: 'tableRow' as const,
    children: (tableRow.content ?? []).map((cell) => ({
      type: 'tableCell' as const,
      children: writeInline(cell.content?.[0]?.content ?? [], true),
    })),
  }))
  return { type: 'table', align, children }
}

/** Whether pipes can say it: one header row, equal rows, one alignment for a column, one paragraph in a cell, no span. */
function isPipeTable(rows: readonly BodyNode[]): boolean {
  const heads = rows[0]?.content ?? []
  return rows.every((tableRow, index) => {
    const cells = tableRow.content ?? []
    return (
      cells.length === heads.length &&
      cells.every(
        (cell, column) => cell.type === (index === 0 ? 'tableHeader' : 'tableCell') && isPipeCell(cell, heads[column]),
      )
    )
  })
}

function isPipeCell(cell: BodyNode, head: BodyNode | undefined): boolean {
  const attrs = cell.attrs ?? {}
  const [only, another] = cell.content ?? []
  if (another || only?.type !== 'paragraph' || attrs.colspan || attrs.rowspan || attrs.align !== head?.attrs?.align)
    return false
  // In a cell the backslash before a pipe is dropped, in code as well.
  return !(only.content ?? []).some((node) => /\\+\|/.test(node.text ?? String(node.attrs?.value ?? '')))
}

function writeSource(node: BodyNode, context: WriteContext): FlowContent {
  return sourceNode(text(node, 'format'), text(node, 'value'), context)
}

/** Raw HTML as it is where Markdown reads it back whole, else fenced with Pandoc's raw attribute. */
function sourceNode(format: string, value: string, context: WriteContext): FlowContent {
  if (format === 'html' && context.standsAlone(value, context.isLast)) return { type: 'html', value }
  return { type: 'rawBlock', format: sourceFormats.find((known) => known === format) ?? 'html', value }
}

/** A block that Markdown has no signs for: as HTML that anyone shows, else as itself. */
function exchangeNode(node: BodyNode, context: WriteContext): FlowContent {
  const html = writeExchangeHtml(node)
  if (html && context.standsAlone(html, context.isLast)) return { type: 'html', value: html }
  return { type: 'rawBlock', format: 'body', value: writeExchangeJson(node) }
}

interface Callout extends Node {
  type: 'callout'
  kind: string
  title: string
  children: FlowContent[]
}
interface RawBlock extends Node {
  type: 'rawBlock'
  format: string
  value: string
}

declare module 'mdast' {
  interface RootContentMap {
    callout: Callout
    rawBlock: RawBlock
  }
  interface BlockContentMap {
    callout: Callout
    rawBlock: RawBlock
  }
}
