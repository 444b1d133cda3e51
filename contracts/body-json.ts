/**
 * Between a body and the editor's document, as JSON. A body is the editor's own JSON but for these things: missing attributes are
 * null in the editor, texts of equal marks are one, and every block that holds others holds at least one, so that the cursor has
 * a place. What was put in for that is marked `filled` and leaves again while it is empty. In a document that is written
 * together, elements have no marks of their own: an inline node that is no text carries them, as JSON text, in its attribute
 * `marks`, and so does a block that is suggested.
 *
 * Suggestions are marks: what is inserted by one is not in the body, what is deleted by one still is.
 */
import { type Body, bodyLimits, type BodyNode, type Mark, markTypes, type NodeType, nodeRules } from './body.ts'

export type EditorJson = {
  type: string
  attrs?: Record<string, unknown>
  content?: EditorJson[]
  marks?: EditorMark[]
  text?: string
}
export type EditorMark = { type: string; attrs?: Record<string, unknown> }

export const suggestionMarks = ['insertion', 'deletion', 'modification'] as const

/** @param body valid by the contract. @returns JSON that the editor's schema accepts as it is. */
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
  const worn = group === 'inline' ? marksOf(node) : {}
  const attrs = { ...node.attrs, ...(worn.marks ? { marks: JSON.stringify(worn.marks) } : {}) }
  const made: EditorJson = { type: node.type, ...(Object.keys(attrs).length > 0 ? { attrs } : {}), ...worn }
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
const sameMarks = (a: Pick<EditorJson, 'marks'>, b: Pick<EditorJson, 'marks'>): boolean => markKeys(a) === markKeys(b)
const markKeys = (node: Pick<EditorJson, 'marks'>): string =>
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

/** A whole number from 1 to `max`; anything odd is 1. */
export const spanOf = (value: unknown, max: number): number => {
  const number = Math.trunc(Number(value))
  return number >= 1 ? Math.min(number, max) : 1
}

/**
 * The body that a document says, in one canonical form: no null attributes, marks in the contract's order. Whatever the contract
 * does not know is left out, so the result is a valid body whatever the document is; only its bytes are not bounded here.
 */
export function bodyOfJson(doc: EditorJson): Body {
  const budget = { nodes: bodyLimits.nodesMax }
  return { type: 'doc', content: blocksIn(doc.content, (rule) => rule.group === 'block', 1, budget) }
}

type Rule = (typeof nodeRules)[NodeType]
type Budget = { nodes: number }

function mayStandIn(parent: NodeType): (rule: Rule, type: NodeType) => boolean {
  const { holds } = nodeRules[parent]
  if (holds === 'blocks') return (rule) => rule.group === 'block'
  if (holds === 'inline') return (rule) => rule.group === 'inline'
  if (holds === 'text') return (_rule, type) => type === 'text'
  return (_rule, type) => holds !== 'nothing' && holds.includes(type)
}

function blocksIn(
  children: unknown,
  may: (rule: Rule, type: NodeType) => boolean,
  depth: number,
  budget: Budget,
): BodyNode[] {
  if (!Array.isArray(children) || depth > bodyLimits.depthMax) return []
  const made: BodyNode[] = []
  for (const child of rejoined(children as EditorJson[])) {
    if (budget.nodes <= 0) break
    const node = toBody(child, may, depth, budget)
    if (!node) continue
    const last = made.at(-1)
    if (node.type === 'text' && last?.type === 'text' && sameMarks(last, node))
      last.text = `${last.text ?? ''}${node.text ?? ''}`
    else made.push(node)
  }
  return made
}

function toBody(
  given: EditorJson,
  may: (rule: Rule, type: NodeType) => boolean,
  depth: number,
  budget: Budget,
): BodyNode | null {
  if (typeof given !== 'object' || given === null || typeof given.type !== 'string') return null
  const node = withoutSuggestions(given)
  if (!node || !Object.hasOwn(nodeRules, node.type)) return null
  const type = node.type as NodeType // one of the table's own
  const rule = nodeRules[type]
  if (!may(rule, type)) return null
  budget.nodes -= 1
  if (type === 'text') {
    const text = sound(typeof node.text === 'string' ? node.text : '')
    return text === '' ? null : { type, text, ...bodyMarks(marksIn(node)) }
  }
  const content = rule.holds === 'nothing' ? [] : blocksIn(node.content, mayStandIn(type), depth + 1, budget)
  if (rule.holds === 'text') for (const text of content) delete text.marks
  if (node.attrs?.filled && content.length === 0) return null
  const attrs = bodyAttributes(rule, node.attrs)
  return {
    type,
    ...(Object.keys(attrs).length > 0 ? { attrs } : {}),
    ...(content.length > 0 ? { content: rule.holds === 'text' ? oneText(content) : content } : {}),
    ...(rule.group === 'inline' ? bodyMarks(marksIn(node)) : {}),
  }
}

const oneText = (content: readonly BodyNode[]): BodyNode[] => [
  { type: 'text', text: content.map(({ text }) => text ?? '').join('') },
]

function bodyAttributes(rule: Rule, given: unknown): Record<string, unknown> {
  const attrs: Record<string, unknown> = {}
  if (typeof given !== 'object' || given === null) return attrs
  for (const [name, value] of Object.entries(given)) {
    const kind =
      name === 'id' && rule.group !== 'inline'
        ? 'text'
        : rule.attrs && Object.hasOwn(rule.attrs, name)
          ? rule.attrs[name]
          : undefined
    if (kind === undefined) continue
    if ((name === 'colspan' || name === 'rowspan') && value === 1) continue
    if (kind === 'text' && typeof value === 'string') attrs[name] = sound(value)
    else if (kind === 'number' && typeof value === 'number' && Number.isFinite(value)) attrs[name] = value
    else if (kind === 'flag' && typeof value === 'boolean') attrs[name] = value
  }
  return attrs
}

/** What a node wears: its own marks, or those in its attribute. */
export function marksIn(node: EditorJson): EditorMark[] {
  const own = Array.isArray(node.marks) && node.marks.length > 0 ? node.marks : readMarks(node.attrs?.marks)
  return own.filter((mark) => typeof mark === 'object' && mark !== null && typeof mark.type === 'string')
}

function readMarks(worn: unknown): EditorMark[] {
  if (Array.isArray(worn)) return worn as EditorMark[] // looked at above
  if (typeof worn !== 'string' || worn.length > 10_000) return []
  try {
    const read: unknown = JSON.parse(worn)
    return Array.isArray(read) ? (read as EditorMark[]) : []
  } catch {
    return []
  }
}

function bodyMarks(given: readonly EditorMark[]): { marks?: Mark[] } {
  const marks = new Map<string, Mark>()
  for (const { type, attrs } of given) {
    if (marks.has(type) || !markTypes.includes(type as Mark['type'])) continue
    if (type !== 'link')
      marks.set(type, { type: type as 'bold' }) // any mark of the contract without attributes
    else if (typeof attrs?.href === 'string') {
      const { href, title } = attrs
      marks.set(type, {
        type: 'link',
        attrs: typeof title === 'string' ? { href: sound(href), title: sound(title) } : { href: sound(href) },
      })
    }
  }
  if (marks.size === 0) return {}
  return { marks: [...marks.values()].sort((a, b) => markTypes.indexOf(a.type) - markTypes.indexOf(b.type)) }
}

/** The node as it is without what is only suggested; null: it is itself a suggestion. */
function withoutSuggestions(node: EditorJson): EditorJson | null {
  const marks = marksIn(node)
  if (!marks.some(({ type }) => suggestionMarks.includes(type as 'insertion'))) return node
  if (marks.some(({ type }) => type === 'insertion')) return null
  let plain: EditorJson = { ...node, marks: marks.filter(({ type }) => !suggestionMarks.includes(type as 'insertion')) }
  if (plain.attrs) plain.attrs = { ...plain.attrs, marks: plain.marks }
  for (const { type, attrs } of marks) {
    // The sign that a deleted end of a block is marked by.
    if (type === 'deletion' && plain.type === 'text') plain.text = String(plain.text ?? '').replaceAll('\u200B', '')
    if (type === 'modification') plain = asItWas(plain, attrs ?? {})
  }
  return plain
}

function asItWas(node: EditorJson, change: Record<string, unknown>): EditorJson {
  const { type, attrName, previousValue, newValue } = change
  if (type === 'attr' && typeof attrName === 'string')
    return { ...node, attrs: { ...node.attrs, [attrName]: previousValue } }
  if (type === 'nodeType' && typeof previousValue === 'string') return { ...node, type: previousValue }
  if (type !== 'mark') return node
  const changed = markOf(newValue)
  const former = markOf(previousValue)
  const others = (node.marks ?? []).filter((mark) => mark.type !== changed?.type && mark.type !== former?.type)
  const marks = former ? [...others, former] : others
  return { ...node, marks, ...(node.attrs ? { attrs: { ...node.attrs, marks } } : {}) }
}

function markOf(value: unknown): EditorMark | null {
  const read = typeof value === 'string' ? readMarks(`[${value}]`)[0] : value
  return typeof read === 'object' && read !== null && typeof (read as EditorMark).type === 'string'
    ? (read as EditorMark)
    : null
}

/**
 * A suggested new line is a suggestion that goes on from the end of one block to the beginning of the next: without it the two
 * are one.
 */
function rejoined(children: readonly EditorJson[]): readonly EditorJson[] {
  const made: EditorJson[] = []
  for (const child of children) {
    const last = made.at(-1)
    const together = last && child ? joinedBySuggestion(last, child, 0) : null
    if (together) made[made.length - 1] = together
    else made.push(child)
  }
  return made
}

function joinedBySuggestion(before: EditorJson, after: EditorJson, depth: number): EditorJson | null {
  const first = Array.isArray(after.content) ? after.content[0] : undefined
  const last = Array.isArray(before.content) ? before.content.at(-1) : undefined
  if (!first || !last || !before.content || !after.content || depth > bodyLimits.depthMax) return null
  const wasSplit = insertionOf(last) !== null && insertionOf(last) === insertionOf(first)
  if (wasSplit && (last.type === 'text' || first.type === 'text'))
    return { ...before, content: [...before.content, ...after.content] }
  const inner = before.type === after.type ? joinedBySuggestion(last, first, depth + 1) : null
  return inner && { ...before, content: [...before.content.slice(0, -1), inner, ...after.content.slice(1)] }
}

function insertionOf(node: EditorJson): string | null {
  if (typeof node !== 'object' || node === null) return null
  const mark = marksIn(node).find(({ type }) => type === 'insertion')
  return mark ? JSON.stringify(mark.attrs?.id ?? null) : null
}

/** Half of a character may be left over by a deletion, and a paste may bring NUL; neither can be stored. */
const sound = (text: string): string => text.toWellFormed().replaceAll('\u0000', '')
