/**
 * The same content in the one form that Markdown can carry.
 *
 * An editor can hold differences that no reader sees and no Markdown can say: a bold space, an empty paragraph, a break at the
 * end of a line, two footnotes of one name. They are settled here, before writing, so that writing, reading and writing again
 * gives the same text. Nothing a reader sees is changed.
 */
import { type Body, type BodyNode, calloutKinds, type Mark } from '@floowe/contracts/body'
import { hasMark, joinTexts, withoutMarks } from './inline.ts'

type Footnotes = {
  /** Met so far; grows while it is walked, as notes may hold notes. */
  found: BodyNode[]
  /** Label in the body → label in Markdown's terms, one to one. */
  labels: Map<string, string>
  taken: Set<string>
  referred: Set<string>
}

/** @param body ids are left out of the answer. */
export function canonicalBody(body: Body): Body {
  const footnotes: Footnotes = { found: [], labels: new Map(), taken: new Set(), referred: new Set() }
  nameFootnotes(body.content, footnotes)
  const content = flow(body.content, footnotes).filter((node) => !isEmptyParagraph(node))
  return { type: 'doc', content: [...content, ...settledFootnotes(footnotes)] }
}

function nameFootnotes(nodes: readonly BodyNode[], footnotes: Footnotes): void {
  for (const node of nodes) {
    const label = String(node.attrs?.label ?? '')
    if (node.type === 'footnote' && !footnotes.labels.has(label))
      footnotes.labels.set(label, freeLabel(label, footnotes))
    if (node.content) nameFootnotes(node.content, footnotes)
  }
}

function freeLabel(wanted: string, footnotes: Footnotes): string {
  const plain = plainLabel(wanted)
  let label = plain
  for (let number = 2; footnotes.taken.has(label); number++) label = `${plain}-${number}`
  footnotes.taken.add(label)
  return label
}

/** A label as Markdown compares it: without blanks, brackets and escapes, lower case. */
function plainLabel(label: string): string {
  const plain = label
    .toLowerCase()
    .toUpperCase()
    .toLowerCase()
    .replace(/[\s\p{Cc}[\]\\|^`<>&]+/gu, '-')
    .replace(/^-+|-+$/g, '')
  return plain.slice(0, 100) || 'note'
}

/** Every footnote once, at the end; a reference without one gets an empty one, as Markdown reads no bare reference. */
function settledFootnotes(footnotes: Footnotes): BodyNode[] {
  const settled: BodyNode[] = []
  const written = new Set<string>()
  for (let index = 0; index < footnotes.found.length; index++) {
    const node = footnotes.found[index] as BodyNode // the loop's bound
    const own = String(node.attrs?.label ?? '')
    const label = written.has(own)
      ? freeLabel(own, footnotes)
      : (footnotes.labels.get(own) ?? freeLabel(own, footnotes))
    written.add(own)
    settled.push({
      type: 'footnote',
      attrs: { label },
      content: withoutBlankLines(orEmpty(flow(node.content ?? [], footnotes))),
    })
  }
  for (const label of footnotes.referred) {
    if (!settled.some((note) => note.attrs?.label === label))
      settled.push({ type: 'footnote', attrs: { label }, content: [{ type: 'paragraph' }] })
  }
  return settled
}

/** Blanks on an otherwise empty line of code: Markdown counts a footnote's own indentation to them. */
function withoutBlankLines(nodes: BodyNode[]): BodyNode[] {
  const emptied = (text: string) => text.replace(/^[ \t]+$/gm, '')
  return nodes.map((node) => {
    if (node.type === 'source')
      return { ...node, attrs: { ...node.attrs, value: emptied(String(node.attrs?.value ?? '')) } }
    if (node.type === 'codeBlock') {
      const text = emptied(node.content?.[0]?.text ?? '')
      const { content: _, ...rest } = node
      return text === '' ? rest : { ...rest, content: [{ type: 'text', text }] }
    }
    return node.content && !['paragraph', 'heading', 'table'].includes(node.type)
      ? { ...node, content: withoutBlankLines(node.content) }
      : node
  })
}

function flow(nodes: readonly BodyNode[], footnotes: Footnotes, isCell = false): BodyNode[] {
  return nodes
    .flatMap((node) =>
      isCell && node.type === 'paragraph'
        ? [made('paragraph', {}, line(node.content ?? [], footnotes, true))]
        : block(node, footnotes),
    )
    .filter((node, _, all) => all.length === 1 || !isEmptyParagraph(node))
}

const isEmptyParagraph = (node: BodyNode): boolean => node.type === 'paragraph' && (node.content ?? []).length === 0
const orEmpty = (nodes: BodyNode[]): BodyNode[] => (nodes.length > 0 ? nodes : [{ type: 'paragraph' }])
const made = (type: BodyNode['type'], attrs: Record<string, unknown>, content?: BodyNode[]): BodyNode => {
  const kept = Object.fromEntries(
    Object.entries(attrs).filter(([, value]) => value !== null && value !== undefined && value !== ''),
  )
  return {
    type,
    ...(Object.keys(kept).length > 0 ? { attrs: kept } : {}),
    ...(content && content.length > 0 ? { content } : {}),
  }
}

function block(node: BodyNode, footnotes: Footnotes): BodyNode[] {
  const attrs = node.attrs ?? {}
  const content = node.content ?? []
  switch (node.type) {
    case 'paragraph':
      return [alonePicture(made('paragraph', {}, line(content, footnotes)))]
    case 'heading':
      return [made('heading', { level: whole(attrs.level, 1, 6, 1) }, line(content, footnotes, true))]
    case 'blockquote':
      return [made('blockquote', {}, orEmpty(flow(content, footnotes)))]
    case 'callout':
      return [
        made(
          'callout',
          { kind: calloutKind(attrs.kind), title: oneLine(attrs.title) },
          orEmpty(flow(content, footnotes)),
        ),
      ]
    case 'bulletList':
    case 'orderedList':
    case 'taskList':
      return list(node, footnotes)
    case 'codeBlock':
      return [codeBlock(node)]
    case 'table':
      return table(node, footnotes)
    case 'footnote':
      footnotes.found.push(node)
      return []
    case 'image':
      return [
        {
          type: 'image',
          attrs: {
            src: address(attrs.src),
            ...made('image', {
              alt: oneLine(attrs.alt),
              title: oneLine(attrs.title),
              caption: oneLine(attrs.caption),
              width: size(attrs.width),
              height: size(attrs.height),
              href: address(attrs.href),
            }).attrs,
          },
        },
      ]
    case 'embed':
      return [
        made('embed', {
          src: address(attrs.src) || null,
          provider: oneLine(attrs.provider),
          title: oneLine(attrs.title),
          still: attrs.still ? address(attrs.still) : null,
        }),
      ]
    case 'source':
      return source(node)
    default:
      return [made(node.type, {})]
  }
}

/** A picture alone in its paragraph, perhaps inside a link, is a block: Markdown makes no difference. */
function alonePicture(paragraph: BodyNode): BodyNode {
  const [only, another] = paragraph.content ?? []
  if (only?.type !== 'inlineImage' || another) return paragraph
  const [link, more] = only.marks ?? []
  if (!link) return { type: 'image', attrs: only.attrs ?? {} }
  return link.type === 'link' && !more && !link.attrs.title && link.attrs.href
    ? { type: 'image', attrs: { ...only.attrs, href: link.attrs.href } }
    : paragraph
}

function source(node: BodyNode): BodyNode[] {
  const value = unixLines(String(node.attrs?.value ?? ''))
    .replace(/^(?:[ \t]*\n)+/, '')
    .trimEnd()
  return value === '' ? [] : [{ type: 'source', attrs: { format: sourceFormat(node.attrs?.format), value } }]
}

const sourceFormat = (format: unknown): string => (format === 'markdown' || format === 'shortcode' ? format : 'html')
const calloutKind = (kind: unknown): string =>
  calloutKinds.find((known) => known === String(kind).toLowerCase()) ?? 'note'

const unixLines = (text: string): string => printable(text.replace(/\r\n?/g, '\n'))

/** Without signs that nobody sees and that Markdown cannot say: controls and what Unicode calls noncharacters. */
export const printable = (text: string): string =>
  text.replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\uFEFF\p{Noncharacter_Code_Point}]/gu, '')

/** Text on one line, blanks single, none at the ends. */
const oneLine = (text: unknown): string =>
  typeof text === 'string'
    ? printable(text)
        .replace(/[ \t\r\n]+/g, ' ')
        .replace(/^ | $/g, '')
    : ''

/** Addresses hold no blanks at their ends, no line ends and no angles (as every browser encodes them). */
const address = (value: unknown): string =>
  typeof value === 'string'
    ? printable(value)
        .trim()
        .replace(/[\r\n\t]+/g, '')
        .replace(/[<>]/g, encodeURIComponent)
    : ''

/** Pixels, or nothing that makes sense. */
const size = (value: unknown): number | null =>
  typeof value === 'number' && value >= 1 && value <= 99_999 ? Math.trunc(value) : null

function whole(value: unknown, min: number, max: number, otherwise: number): number {
  const number = typeof value === 'number' && Number.isFinite(value) ? Math.trunc(value) : otherwise
  return Math.min(max, Math.max(min, number))
}

function codeBlock(node: BodyNode): BodyNode {
  const text = unixLines((node.content ?? []).map((child) => child.text ?? '').join(''))
  const meta = oneLine(node.attrs?.meta)
  const language = oneLine(node.attrs?.language) || (meta ? 'text' : '')
  return made('codeBlock', { language, meta }, text === '' ? [] : [{ type: 'text', text }])
}

function list(node: BodyNode, footnotes: Footnotes): BodyNode[] {
  const items = (node.content ?? []).map((item): BodyNode => {
    const content = orEmpty(flow(item.content ?? [], footnotes))
    if (item.type !== 'taskItem' || node.type !== 'taskList') return { type: 'listItem', content }
    // The box stands at the start of a paragraph.
    return {
      type: 'taskItem',
      attrs: { checked: item.attrs?.checked === true },
      content: content[0]?.type === 'paragraph' ? content : [{ type: 'paragraph' }, ...content],
    }
  })
  if (items.length === 0) return []
  const type = node.type === 'taskList' && !items.some((item) => item.type === 'taskItem') ? 'bulletList' : node.type
  const start = type === 'orderedList' ? whole(node.attrs?.start, 0, 999_999_999 - items.length, 1) : null
  const onlyLine = items.length === 1 && (items[0]?.content ?? []).length === 1
  const tight =
    onlyLine ||
    (node.attrs?.tight !== false &&
      items.every((item) =>
        (item.content ?? []).every((child, index, all) => index === 0 || mayTouch(all[index - 1], child)),
      ))
  return [{ type, attrs: { ...(start === null ? {} : { start }), tight }, content: items }]
}

/** Whether two blocks of a list item can follow each other without a blank line and still be two blocks. */
function mayTouch(before: BodyNode | undefined, after: BodyNode): boolean {
  const first = before?.type
  if (first === 'paragraph') {
    if (after.type === 'orderedList' || after.type === 'bulletList' || after.type === 'taskList')
      return mayInterrupt(after)
    return after.type === 'codeBlock' || after.type === 'heading' || after.type === 'horizontalRule'
  }
  if (first === 'codeBlock' || first === 'heading' || first === 'horizontalRule')
    return after.type !== 'source' && after.type !== 'embed'
  const isList = first === 'bulletList' || first === 'orderedList' || first === 'taskList'
  return isList && (after.type === 'codeBlock' || after.type === 'heading' || after.type === 'horizontalRule')
}

/** Whether a list right under a line of text is read as a list: it begins with 1 and with words, as does every list that begins it. */
function mayInterrupt(list: BodyNode): boolean {
  if (list.type === 'orderedList' && list.attrs?.start !== 1) return false
  const first = list.content?.[0]?.content?.[0]
  if (first?.type === 'orderedList' || first?.type === 'bulletList' || first?.type === 'taskList')
    return mayInterrupt(first)
  return (
    first !== undefined &&
    !isEmptyParagraph(first) &&
    ['paragraph', 'heading', 'codeBlock', 'blockquote'].includes(first.type)
  )
}

function table(node: BodyNode, footnotes: Footnotes): BodyNode[] {
  const rows = (node.content ?? []).map(
    (row): BodyNode => ({
      type: 'tableRow',
      content: (row.content ?? []).map((cell): BodyNode => {
        const attrs = cell.attrs ?? {}
        const span = (value: unknown, max: number) => (whole(value, 1, max, 1) === 1 ? null : whole(value, 1, max, 1))
        const align = attrs.align === 'left' || attrs.align === 'center' || attrs.align === 'right' ? attrs.align : null
        return {
          ...made(cell.type, { align, colspan: span(attrs.colspan, 1000), rowspan: span(attrs.rowspan, 65_534) }),
          content: orEmpty(flow(cell.content ?? [], footnotes, true)),
        }
      }),
    }),
  )
  const filled = rows.filter((row) => (row.content ?? []).length > 0)
  return filled.length > 0 ? [{ type: 'table', content: filled }] : []
}

/** Inline content of one paragraph, heading or cell. Where a line cannot be broken, Markdown writes a break as `<br>`. */
function line(nodes: readonly BodyNode[], footnotes: Footnotes, isOneLine = false): BodyNode[] {
  const isBreak = (node: BodyNode) =>
    isOneLine && node.type === 'sourceInline' && node.attrs?.format === 'html' && node.attrs.value === '<br>'
  const plain = nodes
    .flatMap((node) => inlineNode(node, footnotes))
    .map(
      (node): BodyNode => (isBreak(node) ? { type: 'hardBreak', ...(node.marks ? { marks: node.marks } : {}) } : node),
    )
  const hoisted = hoistBlanks(joinTexts(plain))
  return joinTexts(trimmed(joinTexts(hoisted)))
}

function inlineNode(node: BodyNode, footnotes: Footnotes): BodyNode[] {
  const attrs = node.attrs ?? {}
  const marks = (node.marks ?? []).map((mark): Mark => (mark.type === 'link' ? linkMark(mark) : { type: mark.type }))
  const withMarks = (made: BodyNode): BodyNode =>
    marks.length > 0
      ? { ...made, marks: made.type === 'text' ? marks : marks.filter((mark) => mark.type !== 'code') }
      : made
  switch (node.type) {
    case 'text': {
      const text = printable((node.text ?? '').replace(/[\r\n]+/g, ' '))
      return text === '' ? [] : [withMarks({ type: 'text', text })]
    }
    case 'inlineImage': {
      const [alt, title] = [oneLine(attrs.alt), oneLine(attrs.title)]
      return [
        withMarks({
          type: 'inlineImage',
          attrs: { src: address(attrs.src), ...(alt ? { alt } : {}), ...(title ? { title } : {}) },
        }),
      ]
    }
    case 'footnoteReference': {
      const own = String(attrs.label ?? '')
      const label = footnotes.labels.get(own) ?? freeLabel(own, footnotes)
      footnotes.labels.set(own, label)
      footnotes.referred.add(label)
      return [withMarks({ type: 'footnoteReference', attrs: { label } })]
    }
    case 'sourceInline': {
      const value = unixLines(String(attrs.value ?? ''))
      return value === ''
        ? []
        : [withMarks({ type: 'sourceInline', attrs: { format: sourceFormat(attrs.format), value } })]
    }
    default:
      return [withMarks(withoutMarks({ type: node.type }))]
  }
}

function linkMark(mark: Extract<Mark, { type: 'link' }>): Mark {
  const title = oneLine(mark.attrs.title)
  return { type: 'link', attrs: title ? { href: address(mark.attrs.href), title } : { href: address(mark.attrs.href) } }
}

const emphases = ['bold', 'italic', 'strike'] as const

/** Blanks and breaks at the ends of an emphasised stretch leave it: they look the same, and Markdown cannot say them. */
function hoistBlanks(nodes: readonly BodyNode[]): BodyNode[] {
  let current = [...nodes]
  for (const type of emphases) {
    const fromStart = joinTexts(hoist(current, type))
    current = joinTexts(hoist(fromStart.toReversed(), type, true).toReversed())
  }
  return current
}

function hoist(nodes: readonly BodyNode[], type: Mark['type'], isReversed = false): BodyNode[] {
  const answer: BodyNode[] = []
  let isInside = false
  for (const node of nodes) {
    if (isInside || !hasMark(node, type)) {
      isInside = hasMark(node, type)
      answer.push(node)
      continue
    }
    const without = (part: BodyNode): BodyNode => ({
      ...part,
      marks: (part.marks ?? []).filter((mark) => mark.type !== type),
    })
    if (node.type === 'hardBreak') {
      answer.push(without(node))
      continue
    }
    const isPlainText = node.type === 'text' && !hasMark(node, 'code')
    const text = node.text ?? ''
    const blanks = isPlainText ? ((isReversed ? /\s+$/u : /^\s+/u).exec(text)?.[0] ?? '') : ''
    if (blanks) answer.push({ ...without(node), text: blanks })
    if (blanks.length === text.length && isPlainText) continue
    const rest = isReversed ? text.slice(0, text.length - blanks.length) : text.slice(blanks.length)
    answer.push(isPlainText ? { ...node, text: rest } : node)
    isInside = true
  }
  return answer
}

/** No blanks at the ends of the lines, no break at the very end. */
function trimmed(nodes: readonly BodyNode[]): BodyNode[] {
  const kept = [...nodes]
  while (isBlankOrBreak(kept.at(-1))) kept.pop()
  const starts = trimmedStarts(kept, /^[ \t]+/)
  return trimmedStarts(starts.toReversed(), /[ \t]+$/).toReversed()
}

function trimmedStarts(nodes: readonly BodyNode[], blanks: RegExp): BodyNode[] {
  const answer: BodyNode[] = []
  let isStart = true
  for (const node of nodes) {
    const isText = node.type === 'text' && !hasMark(node, 'code')
    const text = isText && isStart ? (node.text ?? '').replace(blanks, '') : (node.text ?? '')
    if (isText && text === '') continue
    answer.push(isText ? { ...node, text } : node)
    isStart = node.type === 'hardBreak'
  }
  return answer
}

const isBlankOrBreak = (node: BodyNode | undefined): boolean =>
  node?.type === 'hardBreak' || (node?.type === 'text' && !hasMark(node, 'code') && /^[ \t]*$/.test(node.text ?? ''))
