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

/** @returns the body, the notes, and the ids of attachments that it shows. */
export function readContent(raw: string, context: PostContext): { body: Body; notes: Note[]; ids: string[] } {
  const content = raw.replace(/\r\n?/g, '\n')
  const isGutenberg = /<!--\s+wp:/.test(content)
  const blocks = isGutenberg ? readBlocks(content) : { html: content, notes: [] }
  const shortcodes = readShortcodes(blocks.html, context)
  const notes = [...blocks.notes, ...shortcodes.notes]
  const html = readFootnoteMarks(shortcodes.html)
  const read = htmlToBody(html, { ids: context.ids, isClassic: !isGutenberg })
  const footnotes = footnotesOf(context.footnotes, html)
  const body: Body = footnotes.length === 0 ? read.body : withIds({ type: 'doc', content: [...read.body.content, ...footnotes] }, context.ids)
  const source = readShortcodes(content, context).plain.replace(footnoteMark, '')
  notes.push(...read.notes, ...lossReport(source, withoutFootnotes(body), { images: shortcodes.images }))
  return { body, notes, ids: [...shortcodes.ids, ...[...content.matchAll(/\bwp-image-(\d+)\b/g)].map(([, id]) => id ?? '')] }
}

/** The words of footnotes stand beside the source's HTML, not in it. */
const withoutFootnotes = (body: Body): Body => ({ type: 'doc', content: body.content.filter((node) => node.type !== 'footnote') })

/** Core blocks whose saved HTML says all there is. */
const plainBlocks = new Set(
  ('paragraph heading list list-item quote pullquote image gallery code preformatted verse table separator spacer columns column group buttons button cover media-text embed file audio video more nextpage ' +
    'freeform classic missing footnotes details row stack text-columns').split(' '),
)
const token = /<!--\s+(\/)?wp:([a-z][a-z0-9_-]*(?:\/[a-z][a-z0-9_-]*)?)\s+(\{(?:(?!-->)[\s\S])*?\}\s+)?(\/)?-->/g

type Token = { index: number; end: number; isClose: boolean; name: string; isEmpty: boolean }

function tokensOf(content: string): Token[] {
  return [...content.matchAll(token)].map((found) => ({
    index: found.index, end: found.index + found[0].length, isClose: found[1] === '/', name: found[2] ?? '', isEmpty: found[4] === '/',
  }))
}

/** Block comments taken away where the HTML between them speaks for itself; other blocks, whole, as placeholders for source. */
function readBlocks(content: string): { html: string; notes: Note[] } {
  const tokens = tokensOf(content)
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
    const last = start.isEmpty ? index : closingOf(tokens, index)
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
  const note: Note[] = names.length > 0 ? [{ code: 'blocks-kept-as-source', text: `Blocks that WordPress makes when the page is shown are kept as source: ${names.join(', ')}.`, values: { blocks: names.join(', ') } }] : []
  return { html, notes: note }
}

/** The token that closes a block; its own when it is never closed. */
function closingOf(tokens: readonly Token[], from: number): number {
  const name = tokens[from]?.name
  let depth = 0
  for (let index = from; index < tokens.length; index++) {
    const other = tokens[index]
    if (other?.name !== name || other?.isEmpty) continue
    depth += other?.isClose ? -1 : 1
    if (depth === 0) return index
  }
  return from
}

/** `<sup data-fn="…">` marks where a footnote is mentioned. */
const footnoteMark = /<sup\b[^<>]*\bdata-fn="([^"]*)"[^<>]*>[\s\S]{0,400}?<\/sup>/g
const readFootnoteMarks = (html: string): string => html.replace(footnoteMark, (_, id: string) => `<a data-footnote="${escapeAttribute(id)}"></a>`)

function footnotesOf(json: string, html: string): BodyNode[] {
  if (json === '' || json.length > 1_000_000) return []
  try {
    const list: unknown = JSON.parse(json)
    if (!Array.isArray(list)) return []
    return list.slice(0, 1000).flatMap((entry: unknown): BodyNode[] => {
      const { id, content } = (entry ?? {}) as { id?: unknown; content?: unknown } // tested below
      if (typeof id !== 'string' || typeof content !== 'string' || !html.includes(`data-footnote="${escapeAttribute(id)}"`)) return []
      const blocks = blocksOfClassic(content)
      return [{ type: 'footnote', attrs: { label: id }, content: blocks.length > 0 ? blocks : [{ type: 'paragraph' }] }]
    })
  } catch {
    return []
  }
}
