/**
 * Between a body and the editor's document. A body is the editor's own JSON but for three things: missing attributes are null
 * in the editor, texts of equal marks are one, and every block that holds others holds at least one, so that the cursor has a
 * place. What was put in for that is marked `filled` and leaves again while it is empty.
 */
import { type Body, type BodyNode, type Mark, markTypes, type NodeType, nodeRules } from '@floowe/contracts/body'
import type { Node as DocumentNode } from '@tiptap/pm/model'
import { spanOf } from './attributes.ts'

export type EditorJson = {
  type: string
  attrs?: Record<string, unknown>
  content?: EditorJson[]
  marks?: { type: string; attrs?: Record<string, unknown> }[]
  text?: string
}

/** @param body valid by the contract. @returns JSON that the schema accepts as it is. */
export function editorJson(body: Body): EditorJson {
  const content = body.content.map(toEditor)
  // A place to go on writing after a picture, a table, a film.
  if (content.at(-1)?.type !== 'paragraph') content.push(filler('paragraph'))
  return { type: 'doc', content }
}

/** What stands in an empty holder. */
const firstIn: Partial<Record<NodeType, NodeType>> = {
  bulletList: 'listItem',
  orderedList: 'listItem',
  taskList: 'taskItem',
  table: 'tableRow',
  tableRow: 'tableCell',
}

function filler(type: NodeType): EditorJson {
  const inside = nodeRules[type].holds === 'blocks' ? 'paragraph' : firstIn[type]
  return { type, attrs: { filled: true }, ...(inside ? { content: [filler(inside)] } : {}) }
}

function toEditor(node: BodyNode): EditorJson {
  if (node.type === 'text') return { type: 'text', text: node.text ?? '', ...marksOf(node) }
  const { holds, group } = nodeRules[node.type]
  const made: EditorJson = {
    type: node.type,
    ...(node.attrs ? { attrs: { ...node.attrs } } : {}),
    ...(group === 'inline' ? marksOf(node) : {}),
  }
  const content = node.content ?? []
  if (holds === 'text') made.content = plainTexts(content)
  else if (holds === 'inline') made.content = joined(content.map(toEditor))
  else if (node.type === 'table') made.content = tableRows(content)
  else if (holds !== 'nothing') made.content = content.map(toEditor)
  if (made.content?.length === 0) {
    const inside = holds === 'blocks' ? 'paragraph' : firstIn[node.type]
    if (inside) made.content = [filler(inside)]
    else delete made.content
  }
  return made
}

function marksOf(node: BodyNode): Pick<EditorJson, 'marks'> {
  const marks = (node.marks ?? []).filter(
    (mark, index, all) => all.findIndex((other) => other.type === mark.type) === index,
  )
  return marks.length > 0
    ? {
        marks: marks.map((mark) =>
          mark.type === 'link' ? { type: 'link', attrs: { ...mark.attrs } } : { type: mark.type },
        ),
      }
    : {}
}

/** Code has no marks, in whatever came. */
function plainTexts(content: readonly BodyNode[]): EditorJson[] {
  const text = content.map((child) => child.text ?? '').join('')
  return text === '' ? [] : [{ type: 'text', text }]
}

function joined(nodes: readonly EditorJson[]): EditorJson[] {
  const result: EditorJson[] = []
  for (const node of nodes) {
    const last = result.at(-1)
    if (node.type === 'text' && last?.type === 'text' && sameMarks(last, node))
      last.text = `${last.text ?? ''}${node.text ?? ''}`
    else result.push(node)
  }
  return result
}
const sameMarks = (a: EditorJson, b: EditorJson): boolean => markKeys(a) === markKeys(b)
const markKeys = (node: EditorJson): string =>
  (node.marks ?? [])
    .map((mark) => `${mark.type} ${String(mark.attrs?.href ?? '')} ${String(mark.attrs?.title ?? '')}`)
    .sort()
    .join('|')

/** Spans that a table can have: no more columns than a hundred, no more rows than there are. */
function tableRows(rows: readonly BodyNode[]): EditorJson[] {
  return rows.map((row, index) => {
    const made = toEditor(row)
    for (const cell of made.content ?? []) {
      cell.attrs = {
        ...cell.attrs,
        colspan: spanOf(cell.attrs?.colspan, 100),
        rowspan: spanOf(cell.attrs?.rowspan, rows.length - index),
      }
    }
    return made
  })
}

/** The body that a document says, in one canonical form: no null attributes, marks in the contract's order. */
export function bodyOf(doc: DocumentNode): Body {
  return { type: 'doc', content: childrenOf(doc) }
}

function childrenOf(node: DocumentNode): BodyNode[] {
  const children: BodyNode[] = []
  node.forEach((child) => {
    const made = toBody(child)
    if (made) children.push(made)
  })
  return children
}

function toBody(node: DocumentNode): BodyNode | null {
  const type = node.type.name as NodeType // the schema has exactly the node types of the contract
  if (type === 'text') {
    const text = sound(node.text ?? '')
    return text === '' ? null : { type, text, ...bodyMarks(node) }
  }
  const content = childrenOf(node)
  if (node.attrs.filled && content.length === 0) return null
  const attrs = bodyAttributes(node)
  return {
    type,
    ...(Object.keys(attrs).length > 0 ? { attrs } : {}),
    ...(content.length > 0 ? { content } : {}),
    ...bodyMarks(node),
  }
}

function bodyAttributes(node: DocumentNode): Record<string, unknown> {
  const attrs: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(node.attrs)) {
    if (name === 'filled' || value === null || value === undefined) continue
    if ((name === 'colspan' || name === 'rowspan') && value === 1) continue
    attrs[name] = typeof value === 'string' ? sound(value) : value
  }
  return attrs
}

function bodyMarks(node: DocumentNode): { marks?: Mark[] } {
  if (node.marks.length === 0) return {}
  const marks = node.marks.map((mark): Mark => {
    if (mark.type.name !== 'link') return { type: mark.type.name as 'bold' } // any mark of the contract without attributes
    const { href, title } = mark.attrs
    return {
      type: 'link',
      attrs:
        typeof title === 'string' ? { href: sound(String(href)), title: sound(title) } : { href: sound(String(href)) },
    }
  })
  return { marks: marks.sort((a, b) => markTypes.indexOf(a.type) - markTypes.indexOf(b.type)) }
}

/** Half of a character may be left over by a deletion, and a paste may bring NUL; neither can be stored. */
const sound = (text: string): string => text.toWellFormed().replaceAll('\u0000', '')
