/**
 * The text of a WordPress post → body: Gutenberg's blocks, the classic editor's blank lines, shortcodes, footnotes.
 *
 * What WordPress would only make when the page is shown (dynamic blocks, shortcodes of plugins) is kept as source.
 */
import type { Body, BodyNode } from '@floowe/contracts/body'
import { escapeAttribute } from './escape.ts'
import { blocksOfClassic, htmlToBody } from './html.ts'
import type { Note } from './incoming.ts'
import { lossReport } from './loss-report.ts'
import { withIds } from './sources.ts'
import { type AttachmentsOf, placeholder, readShortcodes } from './wordpress-shortcodes.ts'

export type { Attachment } from './wordpress-shortcodes.ts'

export type PostContext = AttachmentsOf & {
  ids: () => string
  /** Gutenberg keeps the words of footnotes beside the post, as JSON. */
  footnotes: string
}

export function readContent(raw: string, context: PostContext): { body: Body; notes: Note[] } {
  const content = raw.replace(/\r\n?/g, '\n')
  const isGutenberg = /<!--\s+wp:/.test(content)
  const blocks = isGutenberg ? readBlocks(content) : { html: content, notes: [] }
  const shortcodes = readShortcodes(blocks.html, context)
  const notes = [...blocks.notes, ...shortcodes.notes]
  const html = readFootnoteMarks(shortcodes.html)
  const read = htmlToBody(html, { ids: context.ids, isClassic: !isGutenberg })
  const footnotes = footnotesOf(context.footnotes, html)
  const body: Body =
    footnotes.length === 0
      ? read.body
      : withIds({ type: 'doc', content: [...read.body.content, ...footnotes] }, context.ids)
  const source = readShortcodes(content, context).plain.replace(footnoteMark, '')
  notes.push(...read.notes, ...lossReport(source, withoutFootnotes(body), { images: shortcodes.images }))
  return { body, notes }
}

/** The words of footnotes stand beside the source's HTML, not in it. */
const withoutFootnotes = (body: Body): Body => ({
  type: 'doc',
  content: body.content.filter((node) => node.type !== 'footnote'),
})

/** Core blocks whose saved HTML says all there is. */
const plainBlocks = new Set(
  (
    'paragraph heading list list-item quote pullquote image gallery code preformatted verse table separator spacer columns column group buttons button cover media-text embed file audio video more nextpage ' +
    'freeform classic missing footnotes details row stack text-columns'
  ).split(' '),
)
const block = /^\s+(\/)?wp:([a-z][a-z0-9_-]*(?:\/[a-z][a-z0-9_-]*)?)\s+(?:\{[\s\S]*\}\s+)?(\/)?$/

type Token = { index: number; end: number; isClose: boolean; name: string; isEmpty: boolean }

function tokensOf(content: string): Token[] {
  const tokens: Token[] = []
  for (let index = content.indexOf('<!--'); index !== -1; ) {
    const end = content.indexOf('-->', index + 4)
    if (end === -1) break
    const found = block.exec(content.slice(index + 4, end))
    if (found?.[2])
      tokens.push({ index, end: end + 3, isClose: found[1] === '/', name: found[2], isEmpty: found[3] === '/' })
    index = content.indexOf('<!--', found ? end + 3 : index + 4)
  }
  return tokens
}

/** Block comments taken away where the HTML between them speaks for itself; other blocks, whole, as placeholders for source. */
function readBlocks(content: string): { html: string; notes: Note[] } {
  const tokens = tokensOf(content)
  const closed = closings(tokens)
  const kept: string[] = []
  let html = ''
  let at = 0
  for (let index = 0; index < tokens.length; index++) {
    const start = tokens[index] as Token // the loop's bound
    html += content.slice(at, start.index)
    at = start.end
    const name = start.name.replace(/^core(?:-embed)?\//, '')
    if (start.isClose || (plainBlocks.has(name) && name !== 'missing') || start.name.startsWith('core-embed/')) {
      if (name === 'freeform' || name === 'classic') html += start.isClose ? '</div>' : '<div data-classic>'
      continue
    }
    // One that is never closed ends where it begins.
    const last = closed.get(index) ?? index
    if (name === 'html' || name === 'shortcode') {
      const inside = content.slice(start.end, tokens[last]?.index ?? start.end).trim()
      html += name === 'shortcode' ? `\n${inside}\n` : placeholder('html', inside)
    } else {
      kept.push(start.name)
      html += placeholder('html', content.slice(start.index, tokens[last]?.end ?? start.end))
    }
    at = tokens[last]?.end ?? start.end
    index = last
  }
  html += content.slice(at)
  const names = [...new Set(kept)]
  const note: Note[] =
    names.length > 0
      ? [
          {
            code: 'blocks-kept-as-source',
            text: `Blocks that WordPress makes when the page is shown are kept as source: ${names.join(', ')}.`,
            values: { blocks: names.join(', ') },
          },
        ]
      : []
  return { html, notes: note }
}

/** For every token that opens a block, the one that closes it. */
function closings(tokens: readonly Token[]): Map<number, number> {
  const open = new Map<string, number[]>()
  const closed = new Map<number, number>()
  for (const [index, { name, isClose, isEmpty }] of tokens.entries()) {
    const waiting = open.get(name) ?? []
    if (isClose) {
      const start = waiting.pop()
      if (start !== undefined) closed.set(start, index)
    } else if (!isEmpty) waiting.push(index)
    open.set(name, waiting)
  }
  return closed
}

/** `<sup data-fn="…">` marks where a footnote is mentioned. */
const footnoteMark = /<sup\b[^<>]*\bdata-fn="([^"]*)"[^<>]*>[\s\S]{0,400}?<\/sup>/g
const readFootnoteMarks = (html: string): string =>
  html.replace(footnoteMark, (_, id: string) => `<a data-footnote="${escapeAttribute(id)}"></a>`)

function footnotesOf(json: string, html: string): BodyNode[] {
  if (json === '' || json.length > 1_000_000) return []
  try {
    const list: unknown = JSON.parse(json)
    if (!Array.isArray(list)) return []
    return list.slice(0, 1000).flatMap((entry: unknown): BodyNode[] => {
      const { id, content } = (entry ?? {}) as { id?: unknown; content?: unknown } // tested below
      if (
        typeof id !== 'string' ||
        typeof content !== 'string' ||
        !html.includes(`data-footnote="${escapeAttribute(id)}"`)
      )
        return []
      const blocks = blocksOfClassic(content)
      return [{ type: 'footnote', attrs: { label: id }, content: blocks.length > 0 ? blocks : [{ type: 'paragraph' }] }]
    })
  } catch {
    return []
  }
}
