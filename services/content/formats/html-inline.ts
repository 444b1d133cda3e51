/** Inline HTML → inline content. */
import type { BodyNode, Mark } from '@floowe/contracts/body'
import type { Element, ElementContent } from 'hast'
import { toHtml } from 'hast-util-to-html'
import { escapeAttribute } from './escape.ts'
import { joinTexts, sameMark } from './inline.ts'
import { attributeOf, classesOf } from './parse-html.ts'

/** What reading HTML gathers beside the blocks. */
export type HtmlContext = {
  /** The source that the tree's offsets point into. */
  html: string
  /** Reading what we wrote ourselves: exactly, without a guess. */
  isExchange: boolean
  /** A line end is a break, as in WordPress's classic editor. */
  isClassic: boolean
  /** Kinds of elements kept as source, and how often. */
  kept: Map<string, number>
  /** Other changes, by code, and how often. */
  changed: Map<string, number>
}

export const count = (counts: Map<string, number>, what: string): void =>
  void counts.set(what, (counts.get(what) ?? 0) + 1)

const markOfTag: Readonly<Record<string, Mark['type']>> = {
  b: 'bold',
  strong: 'bold',
  i: 'italic',
  em: 'italic',
  cite: 'italic',
  s: 'strike',
  strike: 'strike',
  del: 'strike',
  u: 'underline',
  sub: 'subscript',
  sup: 'superscript',
  mark: 'highlight',
  code: 'code',
  tt: 'code',
}
/** Elements that say something the editor has no mark for: their tags are kept around the words. */
const keptTags = new Set([
  'abbr',
  'acronym',
  'bdi',
  'bdo',
  'data',
  'dfn',
  'ins',
  'kbd',
  'q',
  'ruby',
  'rb',
  'rp',
  'rt',
  'samp',
  'small',
  'time',
  'var',
])
/** Elements without meaning of their own. */
const plainTags = new Set(['span', 'font', 'big', 'nobr', 'label', 'blink', 'center'])

const blockTags = new Set([
  'p',
  'div',
  'section',
  'article',
  'figcaption',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'li',
  'ul',
  'ol',
  'dl',
  'dt',
  'dd',
  'address',
  'blockquote',
  'header',
  'footer',
])

export const isInlineElement = (node: Element): boolean =>
  Object.hasOwn(markOfTag, node.tagName) ||
  keptTags.has(node.tagName) ||
  plainTags.has(node.tagName) ||
  ['a', 'br', 'img', 'wbr', 'input', 'svg', 'math', 'button', 'select'].includes(node.tagName)

/** @param marks that hold for all of the nodes. */
export function inlineOf(
  nodes: readonly ElementContent[],
  context: HtmlContext,
  marks: readonly Mark[] = [],
): BodyNode[] {
  const content: BodyNode[] = []
  for (const node of nodes) readInline(content, node, marks, context)
  return content
}

function readInline(content: BodyNode[], node: ElementContent, marks: readonly Mark[], context: HtmlContext): void {
  if (node.type === 'text') {
    readText(content, node.value.replaceAll('\u0000', ''), marks, context)
  }
  if (node.type !== 'element') return
  const mark = markOfTag[node.tagName]
  if (node.tagName === 'br')
    content.push(
      withMarks(
        { type: 'hardBreak' },
        marks.filter((other) => other.type !== 'code'),
      ),
    )
  else if (node.tagName === 'img') content.push(imageOf(node, marks))
  else if (node.tagName === 'a') readLink(content, node, marks, context)
  else if (mark)
    content.push(...inlineOf(node.children, context, plus(marks, { type: mark } as Mark))) // a link is not in the table
  else if (node.properties['data-source'] !== undefined) content.push(withMarks(sourceOf(node, 'sourceInline'), marks))
  else if (plainTags.has(node.tagName)) content.push(...inlineOf(node.children, context, styled(node, marks)))
  else if (keptTags.has(node.tagName)) readKept(content, node, marks, context)
  else if (blockTags.has(node.tagName)) {
    // Paragraphs where only a line can stand (a caption): each begins a line.
    if (content.length > 0) content.push(withMarks({ type: 'hardBreak' }, marks))
    content.push(...inlineOf(node.children, context, marks))
  } else if (node.tagName === 'wbr') content.push(withMarks({ type: 'text', text: '\u200B' }, marks))
  else {
    count(context.kept, node.tagName)
    content.push(
      withMarks(
        { type: 'sourceInline', attrs: { format: 'html', value: sourceText(node, context).replace(/\s*\n\s*/g, ' ') } },
        marks,
      ),
    )
  }
}

function readText(content: BodyNode[], text: string, marks: readonly Mark[], context: HtmlContext): void {
  const lines = context.isClassic && !marks.some((mark) => mark.type === 'code') ? text.split('\n') : [text]
  for (const [index, line] of lines.entries()) {
    // A break that the author wrote as a tag is not doubled by the line end after it.
    if (index > 0 && content.at(-1)?.type !== 'hardBreak') content.push(withMarks({ type: 'hardBreak' }, marks))
    if (line !== '') content.push(withMarks({ type: 'text', text: line }, marks))
  }
}

function readLink(content: BodyNode[], node: Element, marks: readonly Mark[], context: HtmlContext): void {
  const footnote = attributeOf(node, 'data-footnote')
  if (footnote) return void content.push(withMarks({ type: 'footnoteReference', attrs: { label: footnote } }, marks))
  const href = attributeOf(node, 'href').trim()
  const title = attributeOf(node, 'title').trim()
  const link: Mark = { type: 'link', attrs: title ? { href, title } : { href } }
  const inside = inlineOf(
    node.children,
    context,
    href
      ? plus(
          marks.filter((mark) => mark.type !== 'link'),
          link,
        )
      : marks,
  )
  const target = attributeOf(node, 'id') || attributeOf(node, 'name')
  const hasWords = inside.some((child) => child.type !== 'text' || (child.text ?? '').trim() !== '')
  if (!hasWords && href)
    content.push(
      withMarks(
        { type: 'sourceInline', attrs: { format: 'html', value: `<a href="${escapeAttribute(href)}"></a>` } },
        marks,
      ),
    )
  else if (!href && target)
    content.push(
      withMarks(
        { type: 'sourceInline', attrs: { format: 'html', value: `<a id="${escapeAttribute(target)}"></a>` } },
        marks,
      ),
    )
  content.push(...inside)
}

/** `<abbr title="…">` and `</abbr>` around words that stay editable. */
function readKept(content: BodyNode[], node: Element, marks: readonly Mark[], context: HtmlContext): void {
  count(context.kept, node.tagName)
  const [open, close] = tagsOf(node)
  content.push(withMarks({ type: 'sourceInline', attrs: { format: 'html', value: open } }, marks))
  content.push(...inlineOf(node.children, context, marks))
  content.push(withMarks({ type: 'sourceInline', attrs: { format: 'html', value: close } }, marks))
}

function tagsOf(node: Element): [string, string] {
  const empty = toHtml({ ...node, children: [] }, { characterReferences: { useNamedReferences: true } }).replace(
    /\s*\n\s*/g,
    ' ',
  )
  const close = `</${node.tagName}>`
  return [empty.endsWith(close) ? empty.slice(0, -close.length) : empty, close]
}

/** Marks that a style says: older editors wrote underlining so. */
function styled(node: Element, marks: readonly Mark[]): Mark[] {
  const style = attributeOf(node, 'style').toLowerCase()
  let answer = [...marks]
  if (/font-weight:\s*(?:bold|[6-9]00)/.test(style)) answer = plus(answer, { type: 'bold' })
  if (/font-style:\s*italic/.test(style)) answer = plus(answer, { type: 'italic' })
  if (/text-decoration(?:-line)?:[^;]*underline/.test(style)) answer = plus(answer, { type: 'underline' })
  if (/text-decoration(?:-line)?:[^;]*line-through/.test(style)) answer = plus(answer, { type: 'strike' })
  return answer
}

function imageOf(node: Element, marks: readonly Mark[]): BodyNode {
  const alt = attributeOf(node, 'alt').replace(/\s+/g, ' ').trim()
  // WordPress drew its emoji as pictures.
  if (classesOf(node).some((name) => name === 'wp-smiley' || name === 'emoji') && alt)
    return withMarks({ type: 'text', text: alt }, marks)
  return withMarks(
    { type: 'inlineImage', attrs: pictureAttributes(node) },
    marks.filter((mark) => mark.type !== 'code'),
  )
}

/** Address, words and title of an `img`. Lazily loaded pictures have their address beside. */
export function pictureAttributes(node: Element): Record<string, unknown> {
  const own = attributeOf(node, 'src').trim()
  const lazy = ['data-src', 'data-lazy-src', 'data-orig-file', 'data-original']
    .map((name) => attributeOf(node, name).trim())
    .find(Boolean)
  const src = own && !(lazy && own.startsWith('data:')) ? own : (lazy ?? own)
  const alt = attributeOf(node, 'alt').replace(/\s+/g, ' ').trim()
  const title = attributeOf(node, 'title').replace(/\s+/g, ' ').trim()
  return { src, ...(alt ? { alt } : {}), ...(title ? { title } : {}) }
}

/** A placeholder that carries another system's text whole. */
export function sourceOf(node: Element, type: 'source' | 'sourceInline'): BodyNode {
  return { type, attrs: { format: attributeOf(node, 'data-source'), value: attributeOf(node, 'data-value') } }
}

/** The element's source as it came, where it is closed; else written anew. */
export function sourceText(node: Element, context: HtmlContext): string {
  const raw = node.position ? context.html.slice(node.position.start.offset, node.position.end.offset) : ''
  const isClosed =
    raw.toLowerCase().startsWith(`<${node.tagName}`) &&
    (raw.toLowerCase().trimEnd().endsWith(`</${node.tagName}>`) ||
      (node.children.length === 0 && /^<[^<>]*>$/.test(raw)))
  return isClosed ? raw : toHtml(node, { characterReferences: { useNamedReferences: true } })
}

const plus = (marks: readonly Mark[], mark: Mark): Mark[] =>
  marks.some((other) => sameMark(other, mark)) ? [...marks] : [...marks, mark]
const withMarks = (node: BodyNode, marks: readonly Mark[]): BodyNode =>
  marks.length > 0 ? { ...node, marks: [...marks] } : node

const isCode = (node: BodyNode): boolean => node.marks?.some((mark) => mark.type === 'code') === true

/** Blanks as a browser shows them: runs are one, none at the ends and beside breaks. Not in code. */
export function shownBlanks(nodes: readonly BodyNode[]): BodyNode[] {
  let isAfterBlank = true
  const collapsed: BodyNode[] = []
  for (const node of nodes) {
    if (node.type !== 'text' || isCode(node)) {
      if (node.type === 'hardBreak') dropLastBlank(collapsed)
      isAfterBlank = node.type === 'hardBreak'
      collapsed.push(node.type === 'text' ? { ...node, text: (node.text ?? '').replace(/[\r\n]+/g, ' ') } : node)
      continue
    }
    let text = (node.text ?? '').replace(/[ \t\r\n\f]+/g, ' ')
    if (isAfterBlank && text.startsWith(' ')) text = text.slice(1)
    if (text === '') continue
    isAfterBlank = text.endsWith(' ')
    collapsed.push({ ...node, text })
  }
  while (collapsed[0]?.type === 'hardBreak') collapsed.shift()
  while (collapsed.at(-1)?.type === 'hardBreak' || dropLastBlank(collapsed))
    if (collapsed.at(-1)?.type === 'hardBreak') collapsed.pop()
  return joinTexts(collapsed)
}

/** Takes a blank from the end; true when something was taken. */
function dropLastBlank(nodes: BodyNode[]): boolean {
  const last = nodes.at(-1)
  if (last?.type !== 'text' || isCode(last) || !last.text?.endsWith(' ')) return false
  const text = last.text.replace(/ +$/, '')
  nodes.pop()
  if (text !== '') nodes.push({ ...last, text })
  return true
}
