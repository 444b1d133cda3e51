/**
 * Markdown (CommonMark, GFM, footnotes, GitHub alerts) ⇄ body. Front matter is `front-matter.ts`'s work.
 *
 * What the editor lacks is kept as `source`, exported as it came. Reference links become direct ones, soft line ends blanks,
 * indented code fenced code. Writing, reading and writing again gives the same text.
 */
import { type Body, type BodyNode, bodyLimits } from '@floowe/contracts/body'
import type { Definition, Html, Nodes, Root, RootContent } from 'mdast'
import { fromMarkdown, type Options as FromMarkdownOptions } from 'mdast-util-from-markdown'
import { gfmFromMarkdown, gfmToMarkdown } from 'mdast-util-gfm'
import { type Handle, type Options as ToMarkdownOptions, toMarkdown } from 'mdast-util-to-markdown'
import { gfmAutolinkLiteral } from 'micromark-extension-gfm-autolink-literal'
import { gfmFootnote } from 'micromark-extension-gfm-footnote'
import { gfmStrikethrough } from 'micromark-extension-gfm-strikethrough'
import { gfmTable } from 'micromark-extension-gfm-table'
import { gfmTaskListItem } from 'micromark-extension-gfm-task-list-item'
import { canonicalBody, printable } from './canonical.ts'
import type { Note } from './incoming.ts'
import { markdownBlocks, type ReadContext, type WriteContext } from './markdown-blocks.ts'
import { withIds } from './sources.ts'

export type MarkdownOptions = {
  /** Gives a new id for every block. */
  ids: () => string
}

/** Blocks nested deeper than this are kept as their Markdown; a body may be {@link bodyLimits.depthMax} deep. */
const nestingMax = bodyLimits.depthMax - 8

/**
 * Reads Markdown without front matter. Never fails: everything is Markdown. The caller limits its size; two megabytes of
 * prose take about three seconds.
 */
export function markdownToBody(markdown: string, options: MarkdownOptions): { body: Body; notes: Note[] } {
  const source = printable(markdown.replaceAll('\u0000', '\uFFFD').toWellFormed())
  const tree = fromMarkdown(source, readingOf(source))
  const content = reader(tree, source)(tree.children)
  const isEmpty = content.length === 1 && content[0]?.type === 'paragraph' && !content[0].content
  return { body: withIds({ type: 'doc', content: isEmpty ? [] : content }, options.ids), notes: [] }
}

/**
 * Writes a body as Markdown. Ends with one line feed, or is empty. Addresses are written as they stand: replace
 * `media:<id>` with `withSources` first.
 */
export function bodyToMarkdown(body: Body): string {
  const { content } = canonicalBody(body)
  return content.length === 0
    ? ''
    : toMarkdown({ type: 'root', children: writeBlocks(content, true) as RootContent[] }, writing)
}

/**
 * GFM as micromark tokenises it. Its later search for addresses in plain text is left out: it would undo escapes. Bare
 * addresses and tables are looked for at every sign, which is half of the work, so only where there can be one.
 */
const readings = new Map(
  [true, false].flatMap((hasAddress) =>
    [true, false].map((hasTable): [string, FromMarkdownOptions] => {
      const parts = [
        gfmFootnote(),
        gfmStrikethrough(),
        gfmTaskListItem(),
        ...(hasAddress ? [gfmAutolinkLiteral()] : []),
        ...(hasTable ? [gfmTable()] : []),
      ]
      return [
        `${hasAddress} ${hasTable}`,
        {
          extensions: parts,
          mdastExtensions: gfmFromMarkdown().map((extension) => ({ ...extension, transforms: [] })),
        },
      ]
    }),
  ),
)

/** A whole link to an address: no bare one. */
const linkedAddress = /\[[^[\]\\`<]*\]\([^()\s<>\\`]*\)/g
const bareAddress = /https?:\/\/|www\.|[\w.+-]@\w/i
/** A line of nothing but what may stand in a table's second line. */
const tableLine = /^(?=[^\n]*-)[ \t>*+\-\d.)|:]*[|:][ \t>*+\-\d.)|:]*\r?$/m

function readingOf(source: string): FromMarkdownOptions {
  const hasAddress = bareAddress.test(source) && bareAddress.test(source.replace(linkedAddress, ''))
  return readings.get(`${hasAddress} ${tableLine.test(source)}`) ?? {}
}

const rowOfMarkdown = new Map(
  Object.values(markdownBlocks).flatMap((row) => (row.read ? [[row.markdown as string, row]] : [])),
)

function reader(tree: Root, source: string): ReadContext['blocks'] {
  const definitions = new Map<string, Definition>()
  const footnoteLabels = new Map<string, string>()
  eachBlock(tree, (node) => {
    if (node.type === 'definition' && !definitions.has(node.identifier)) definitions.set(node.identifier, node)
    if (node.type === 'footnoteDefinition' && !footnoteLabels.has(node.identifier))
      footnoteLabels.set(node.identifier, node.label ?? node.identifier)
  })
  let nesting = 0
  const context: ReadContext = {
    source,
    definitions,
    footnoteLabels,
    isOneLine: false,
    blocks(nodes) {
      nesting += 1
      const content = nodes.flatMap((node): BodyNode[] => {
        if (nesting > nestingMax && 'children' in node && node.type !== 'paragraph' && node.type !== 'heading')
          return [asMarkdown(node, source)]
        return rowOfMarkdown.get(node.type)?.read?.(node, context) ?? []
      })
      nesting -= 1
      return content.length > 0 ? content : [{ type: 'paragraph' }]
    },
  }
  return context.blocks
}

function asMarkdown(node: RootContent, source: string): BodyNode {
  const value = source.slice(node.position?.start.offset ?? 0, node.position?.end.offset ?? 0)
  return { type: 'source', attrs: { format: 'markdown', value } }
}

function eachBlock(node: Nodes, visit: (node: Nodes) => void): void {
  const waiting: Nodes[] = [node]
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    visit(next)
    if ('children' in next && next.type !== 'paragraph' && next.type !== 'heading')
      waiting.push(...[...next.children].reverse())
  }
}

const writeBlocks = (nodes: readonly BodyNode[], isTop = false): ReturnType<WriteContext['blocks']> =>
  nodes.flatMap((node, index) => {
    const context = {
      blocks: (inside: readonly BodyNode[]) => writeBlocks(inside),
      standsAlone,
      isLast: isTop && index === nodes.length - 1,
    }
    const written = markdownBlocks[node.type]?.write?.(node, context)
    // An empty paragraph stands for "nothing here": only its container is written.
    return written && !(written.type === 'paragraph' && written.children.length === 0 && nodes.length === 1)
      ? [written]
      : []
  })

/** Whether HTML on lines of its own is read back as one HTML block with just this value, whatever follows it. */
function standsAlone(html: string, isLast: boolean): boolean {
  if (!html.startsWith('<')) return false
  const { children } = fromMarkdown(isLast ? html : `${html}\n\nx`)
  const [first, second] = children
  return (
    children.length === (isLast ? 1 : 2) &&
    first?.type === 'html' &&
    first.value === html &&
    (isLast || second?.type === 'paragraph')
  )
}

/** Whether an inline piece of HTML is read back as one piece where it stands. */
function standsInline(html: string, isLineStart: boolean, isLineEnd: boolean): boolean {
  if (!html.startsWith('<')) return false
  const [first, second] = fromMarkdown(`${isLineStart ? '' : 'x'}${html}${isLineEnd ? '' : 'x'}`).children
  const piece = first?.type === 'paragraph' ? first.children[isLineStart ? 0 : 1] : undefined
  const pieces = (isLineStart ? 1 : 2) + (isLineEnd ? 0 : 1)
  return (
    !second &&
    first?.type === 'paragraph' &&
    first.children.length === pieces &&
    piece?.type === 'html' &&
    piece.value === html
  )
}

const calloutHandle: Handle = (node, _, state, info) => {
  const exit = state.enter('blockquote')
  const tracker = state.createTracker(info)
  tracker.move('> ')
  tracker.shift(2)
  const inPhrasing = state.enter('phrasing')
  const title = node.title ? ` ${state.safe(node.title, { before: ' ', after: '\n' })}` : ''
  inPhrasing()
  const first = node.children[0]
  const gap = first ? (first.type === 'paragraph' ? '\n' : '\n\n') : ''
  const lines = `[!${String(node.kind).toUpperCase()}]${title}${gap}${state.containerFlow(node, tracker.current())}`
  exit()
  return state.indentLines(lines, (line, _index, blank) => `>${blank ? '' : ' '}${line}`)
}

const rawBlockHandle: Handle = (node) => {
  const ticks = Math.max(3, ...[...String(node.value).matchAll(/`+/g)].map((run) => run[0].length + 1))
  const fence = '`'.repeat(ticks)
  return `${fence}{=${node.format}}\n${node.value}\n${fence}`
}

const rawInlineHandle: Handle & { peek?: Handle } = (node, parent, state, info) => {
  const isNatural =
    node.format === 'html' &&
    !node.isQuoted &&
    standsInline(node.value, info.before.endsWith('\n'), info.after.startsWith('\n')) &&
    !(state.stack.includes('tableCell') && /[|\n]/.test(node.value))
  if (isNatural) return node.value
  const code = { type: 'inlineCode', value: String(node.value).replace(/\n/g, ' ') }
  // Two runs of code would become one.
  return `${info.before.endsWith('`') ? '<!---->' : ''}${state.handlers.inlineCode(code, parent, state, info)}{=${node.format}}`
}
rawInlineHandle.peek = () => '<'

const writing: ToMarkdownOptions = {
  bullet: '-',
  bulletOther: '+',
  rule: '*',
  emphasis: '*',
  strong: '*',
  fence: '`',
  fences: true,
  listItemIndent: 'one',
  incrementListMarker: true,
  extensions: [gfmToMarkdown({ tablePipeAlign: false })],
  // These kinds of node are our own, beside mdast's.
  handlers: {
    callout: calloutHandle,
    rawBlock: rawBlockHandle,
    rawInline: rawInlineHandle,
    html: (node: Html) => node.value,
  } as ToMarkdownOptions['handlers'],
  unsafe: [
    // A footnote's mention before a colon would be its definition.
    { character: ':', before: '\\]', inConstruct: 'phrasing' },
    { character: '{', after: '=', before: '`', inConstruct: 'phrasing' },
    { character: '{', after: '=', inConstruct: ['codeFencedLangGraveAccent', 'codeFencedLangTilde'] },
  ],
}
