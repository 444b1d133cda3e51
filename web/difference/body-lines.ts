/** A body as the lines that one reads: each paragraph, item, row of a table, picture, with what it is and what it says. */
import type { Body, BodyNode, Mark } from '@floowe/contracts/body'

/** A stretch of equal marks. `marks` is their names, sorted; a link carries its address. */
export type Piece = { text: string; marks: string }
export type LineKind =
  | 'paragraph'
  | 'heading'
  | 'item'
  | 'code'
  | 'rule'
  | 'image'
  | 'row'
  | 'callout'
  | 'embed'
  | 'footnote'
  | 'source'
export type Field = 'text' | 'alt' | 'caption' | 'title' | 'href' | 'language'
export type Line = {
  id: string | null
  kind: LineKind
  /** Heading level; 0 elsewhere. */
  level: number
  /** How deep in lists, quotes and callouts. */
  depth: number
  isQuoted: boolean
  /** What stands before it: •, 3., ☑, [1], or the kind of a callout. */
  marker: string
  /** Of a picture or embed. */
  src: string
  fields: { name: Field; pieces: Piece[] }[]
}

type Around = { depth: number; isQuoted: boolean; marker: string }

export function linesOf(body: Body): Line[] {
  const lines: Line[] = []
  for (const node of body.content) add(node, { depth: 0, isQuoted: false, marker: '' }, lines)
  return lines
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const plain = (value: unknown): Piece[] => (text(value) === '' ? [] : [{ text: text(value), marks: '' }])

function line(node: BodyNode, kind: LineKind, around: Around, fields: Line['fields'], over: Partial<Line> = {}): Line {
  const id = text(node.attrs?.id) || null
  return {
    id,
    kind,
    level: 0,
    depth: around.depth,
    isQuoted: around.isQuoted,
    marker: around.marker,
    src: '',
    fields: fields.filter(({ pieces }) => pieces.length > 0),
    ...over,
  }
}

function add(node: BodyNode, around: Around, lines: Line[]): void {
  const attrs = node.attrs ?? {}
  const words: Line['fields'] = [{ name: 'text', pieces: piecesOf(node.content ?? []) }]
  switch (node.type) {
    case 'paragraph':
      lines.push(line(node, around.marker ? 'item' : 'paragraph', around, words))
      return
    case 'heading':
      lines.push(line(node, 'heading', around, words, { level: Number(attrs.level) || 1 }))
      return
    case 'codeBlock':
      lines.push(line(node, 'code', around, [...words, { name: 'language', pieces: plain(attrs.language) }]))
      return
    case 'horizontalRule':
      lines.push(line(node, 'rule', around, []))
      return
    case 'image':
      lines.push(
        line(
          node,
          'image',
          around,
          (['alt', 'caption', 'title', 'href'] as const).map((name) => ({ name, pieces: plain(attrs[name]) })),
          { src: text(attrs.src) },
        ),
      )
      return
    case 'embed':
      lines.push(line(node, 'embed', around, [{ name: 'title', pieces: plain(attrs.title) }], { src: text(attrs.src) }))
      return
    case 'source':
      lines.push(line(node, 'source', around, [{ name: 'text', pieces: plain(attrs.value) }]))
      return
    default:
      addHolder(node, around, lines)
  }
}

function addHolder(node: BodyNode, around: Around, lines: Line[]): void {
  const content = node.content ?? []
  if (node.type === 'table') {
    for (const row of content) lines.push(line(row, 'row', around, [{ name: 'text', pieces: cellsOf(row) }]))
  } else if (node.type === 'callout') {
    lines.push(
      line(node, 'callout', around, [{ name: 'title', pieces: plain(node.attrs?.title) }], {
        marker: text(node.attrs?.kind) || 'note',
      }),
    )
    for (const child of content) add(child, { ...around, depth: around.depth + 1, marker: '' }, lines)
  } else if (node.type === 'footnote') {
    content.forEach((child, index) =>
      add(
        child,
        { ...around, depth: around.depth + 1, marker: index === 0 ? `[${text(node.attrs?.label)}]` : '' },
        lines,
      ),
    )
  } else if (node.type === 'blockquote') {
    for (const child of content) add(child, { ...around, depth: around.depth + 1, isQuoted: true, marker: '' }, lines)
  } else {
    content.forEach((item, index) => {
      const marker = markerOf(node, item, index)
      item.content?.forEach((child, place) =>
        add(child, { ...around, depth: around.depth + 1, marker: place === 0 ? marker : '' }, lines),
      )
    })
  }
}

function markerOf(list: BodyNode, item: BodyNode, index: number): string {
  if (item.type === 'taskItem') return item.attrs?.checked === true ? '☑' : '☐'
  return list.type === 'orderedList' ? `${Number(list.attrs?.start ?? 1) + index}.` : '•'
}

function cellsOf(row: BodyNode): Piece[] {
  return (row.content ?? []).flatMap((cell, index) => {
    const inside = (cell.content ?? []).flatMap((block) => piecesOf(block.content ?? []))
    return index === 0 ? inside : [{ text: ' │ ', marks: '' }, ...inside]
  })
}

const nameOf = (mark: Mark): string => (mark.type === 'link' ? `link:${mark.attrs.href}` : mark.type)

function piecesOf(nodes: readonly BodyNode[]): Piece[] {
  const pieces: Piece[] = []
  for (const node of nodes) {
    const said = wordsOf(node)
    if (said === '') continue
    const marks = (node.marks ?? []).map(nameOf).sort().join(' ')
    const last = pieces.at(-1)
    if (last?.marks === marks) last.text += said
    else pieces.push({ text: said, marks })
  }
  return pieces
}

function wordsOf(node: BodyNode): string {
  if (node.type === 'text') return node.text ?? ''
  if (node.type === 'hardBreak') return '\n'
  if (node.type === 'inlineImage') return `[${text(node.attrs?.alt) || text(node.attrs?.src)}]`
  if (node.type === 'footnoteReference') return `[${text(node.attrs?.label)}]`
  if (node.type === 'sourceInline') return text(node.attrs?.value)
  // a block where words were looked for (a list inside a cell)
  return (node.content ?? []).map(wordsOf).join('')
}
