/**
 * The shape of written content: a tree of blocks, like the editor's own JSON, and pure functions on it.
 * It is the truth; HTML, Markdown and search terms are derived from it.
 *
 * Every block carries an `id` in its attributes that survives edits and moves. Whatever the editor cannot express is a
 * `source` block (or `sourceInline`): inert, exported exactly as it came, shown only through the allow-list.
 *
 * A line end inside running text is a blank; a break is a `hardBreak`. Readers put an empty paragraph where a container would
 * be empty, as an editor needs a place for its cursor; empty paragraphs are not shown.
 */
import { z } from 'zod'

export type Mark =
  | { type: 'bold' | 'italic' | 'strike' | 'code' | 'underline' | 'subscript' | 'superscript' | 'highlight' }
  | { type: 'link'; attrs: { href: string; title?: string | null } }

export type BodyNode = {
  type: NodeType
  attrs?: Record<string, unknown>
  content?: BodyNode[]
  text?: string
  marks?: Mark[]
}
export type Body = { type: 'doc'; content: BodyNode[] }

export type NodeType =
  | 'paragraph'
  | 'heading'
  | 'blockquote'
  | 'bulletList'
  | 'orderedList'
  | 'listItem'
  | 'taskList'
  | 'taskItem'
  | 'codeBlock'
  | 'horizontalRule'
  | 'image'
  | 'table'
  | 'tableRow'
  | 'tableHeader'
  | 'tableCell'
  | 'callout'
  | 'embed'
  | 'footnote'
  | 'source'
  | 'text'
  | 'hardBreak'
  | 'inlineImage'
  | 'footnoteReference'
  | 'sourceInline'

/** What a node may hold: blocks, inline nodes, nothing, or exactly the named nodes. */
type Holds = 'blocks' | 'inline' | 'text' | 'nothing' | readonly NodeType[]
type AttributeKind = 'text' | 'number' | 'flag'
type NodeRule = { group: 'block' | 'inline' | 'part'; holds: Holds; attrs?: Readonly<Record<string, AttributeKind>> }

/**
 * The one table of what may stand in a body. The editor's schema, the Markdown and HTML mappings and the check below follow it.
 * `id` is allowed on every block and part. Attributes may be null or missing.
 */
export const nodeRules: Readonly<Record<NodeType, NodeRule>> = {
  paragraph: { group: 'block', holds: 'inline' },
  heading: { group: 'block', holds: 'inline', attrs: { level: 'number' } },
  blockquote: { group: 'block', holds: 'blocks' },
  bulletList: { group: 'block', holds: ['listItem'], attrs: { tight: 'flag' } },
  orderedList: { group: 'block', holds: ['listItem'], attrs: { start: 'number', tight: 'flag' } },
  listItem: { group: 'part', holds: 'blocks' },
  taskList: { group: 'block', holds: ['taskItem', 'listItem'], attrs: { tight: 'flag' } },
  taskItem: { group: 'part', holds: 'blocks', attrs: { checked: 'flag' } },
  codeBlock: { group: 'block', holds: 'text', attrs: { language: 'text', meta: 'text' } },
  horizontalRule: { group: 'block', holds: 'nothing' },
  /** A picture on a line of its own. `src` is `media:<MediaId>` for the workspace's own files, else an address. */
  image: {
    group: 'block',
    holds: 'nothing',
    attrs: {
      src: 'text',
      alt: 'text',
      title: 'text',
      caption: 'text',
      width: 'number',
      height: 'number',
      href: 'text',
    },
  },
  table: { group: 'block', holds: ['tableRow'] },
  tableRow: { group: 'part', holds: ['tableHeader', 'tableCell'] },
  tableHeader: { group: 'part', holds: 'blocks', attrs: { align: 'text', colspan: 'number', rowspan: 'number' } },
  tableCell: { group: 'part', holds: 'blocks', attrs: { align: 'text', colspan: 'number', rowspan: 'number' } },
  /** `kind`: note, tip, important, warning, caution. */
  callout: { group: 'block', holds: 'blocks', attrs: { kind: 'text', title: 'text' } },
  /** A film, post or sound of another site; shown as a still with a link until the reader clicks. */
  embed: { group: 'block', holds: 'nothing', attrs: { src: 'text', provider: 'text', title: 'text', still: 'text' } },
  footnote: { group: 'block', holds: 'blocks', attrs: { label: 'text' } },
  /** `format`: html, markdown, shortcode. */
  source: { group: 'block', holds: 'nothing', attrs: { format: 'text', value: 'text' } },
  text: { group: 'inline', holds: 'nothing' },
  hardBreak: { group: 'inline', holds: 'nothing' },
  inlineImage: { group: 'inline', holds: 'nothing', attrs: { src: 'text', alt: 'text', title: 'text' } },
  footnoteReference: { group: 'inline', holds: 'nothing', attrs: { label: 'text' } },
  sourceInline: { group: 'inline', holds: 'nothing', attrs: { format: 'text', value: 'text' } },
}

export const markTypes = [
  'bold',
  'italic',
  'strike',
  'code',
  'underline',
  'subscript',
  'superscript',
  'highlight',
  'link',
] as const

/** What `kind` of a callout may be. An unknown one is shown as a note. */
export const calloutKinds = ['note', 'tip', 'important', 'warning', 'caution'] as const
/** What `format` of a source may be. Only HTML is ever shown, and only through the allow-list. */
export const sourceFormats = ['html', 'markdown', 'shortcode'] as const

/** Upper bounds of a body. Bytes are of its JSON in UTF-8. */
export const bodyLimits = { bytesMax: 2 * 1024 * 1024, depthMax: 40, nodesMax: 50_000 } as const

export const emptyBody = (): Body => ({ type: 'doc', content: [] })

/**
 * Checks an unknown value against {@link nodeRules}.
 * @returns null when it is a body, else one sentence naming the place (`content[3].content[0]: …`).
 */
export function bodyProblem(value: unknown): string | null {
  if (!isRecord(value) || value.type !== 'doc' || !Array.isArray(value.content))
    return 'a body is { type: "doc", content: [...] }'
  const budget = { nodes: 0 }
  return childrenProblem(value.content, 'blocks', 'content', 1, budget)
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function childrenProblem(
  children: unknown[],
  holds: Holds,
  at: string,
  depth: number,
  budget: { nodes: number },
): string | null {
  if (depth > bodyLimits.depthMax) return `${at}: deeper than ${bodyLimits.depthMax} levels`
  for (let index = 0; index < children.length; index++) {
    budget.nodes += 1
    if (budget.nodes > bodyLimits.nodesMax) return `more than ${bodyLimits.nodesMax} nodes`
    const problem = nodeProblem(children[index], holds, `${at}[${index}]`, depth, budget)
    if (problem) return problem
  }
  return null
}

function nodeProblem(
  node: unknown,
  allowed: Holds,
  at: string,
  depth: number,
  budget: { nodes: number },
): string | null {
  if (!isRecord(node) || typeof node.type !== 'string' || !Object.hasOwn(nodeRules, node.type))
    return `${at}: unknown node`
  const rule = nodeRules[node.type as NodeType]
  if (!mayStand(node.type as NodeType, rule, allowed)) return `${at}: ${node.type} may not stand here`
  for (const key of Object.keys(node)) {
    if (!['type', 'attrs', 'content', 'text', 'marks'].includes(key)) return `${at}: unknown key ${key.slice(0, 40)}`
  }
  if (node.type === 'text') {
    if (typeof node.text !== 'string' || node.text === '') return `${at}: a text node needs text`
    if (brokenText(node.text)) return `${at}: broken characters`
  } else if (node.text !== undefined) return `${at}: only text nodes have text`
  const problem = attributesProblem(node.attrs, rule, at) ?? marksProblem(node.marks, rule, at)
  if (problem) return problem
  if (node.content === undefined) return null
  if (!Array.isArray(node.content)) return `${at}: content is a list`
  return childrenProblem(node.content, rule.holds, `${at}.content`, depth + 1, budget)
}

function mayStand(type: NodeType, rule: NodeRule, allowed: Holds): boolean {
  if (allowed === 'blocks') return rule.group === 'block'
  if (allowed === 'inline') return rule.group === 'inline'
  if (allowed === 'text') return type === 'text'
  return allowed !== 'nothing' && allowed.includes(type)
}

function attributesProblem(attrs: unknown, rule: NodeRule, at: string): string | null {
  if (attrs === undefined || attrs === null) return null
  if (!isRecord(attrs)) return `${at}: attrs is an object`
  for (const [name, value] of Object.entries(attrs)) {
    const kind =
      name === 'id' && rule.group !== 'inline'
        ? 'text'
        : rule.attrs && Object.hasOwn(rule.attrs, name)
          ? rule.attrs[name]
          : undefined
    if (!kind) return `${at}: unknown attribute ${name.slice(0, 40)}`
    if (value === null || value === undefined) continue
    const fits =
      kind === 'text'
        ? typeof value === 'string' && !brokenText(value)
        : kind === 'number'
          ? Number.isFinite(value)
          : typeof value === 'boolean'
    if (!fits) return `${at}: attribute ${name} is not a ${kind}`
  }
  return null
}

function marksProblem(marks: unknown, rule: NodeRule, at: string): string | null {
  if (marks === undefined) return null
  if (rule.group !== 'inline' || !Array.isArray(marks) || marks.length > markTypes.length)
    return `${at}: marks do not fit`
  for (const mark of marks) {
    if (!isRecord(mark) || !markTypes.includes(mark.type as Mark['type'])) return `${at}: unknown mark`
    if (mark.type === 'link') {
      const attrs = mark.attrs
      if (!isRecord(attrs) || typeof attrs.href !== 'string' || brokenText(attrs.href))
        return `${at}: a link needs an address`
      const { title } = attrs
      if (title !== undefined && title !== null && (typeof title !== 'string' || brokenText(title)))
        return `${at}: a link's title is text`
    }
  }
  return null
}

/** NUL cannot be stored by PostgreSQL; a lone surrogate cannot be encoded in UTF-8. */
const brokenText = (text: string): boolean => text.includes('\u0000') || !text.isWellFormed()

/** Zod form of a body: {@link bodyProblem} and the limit in bytes. */
export const Body = z
  .custom<Body>((value) => value !== undefined)
  .superRefine((value, context) => {
    const problem = bodyProblem(value)
    if (problem) context.addIssue({ code: 'custom', message: problem })
  })

/** Walks every node in reading order; `visit` may return false to leave a node's children out. */
export function walkBody(body: Body, visit: (node: BodyNode, parents: readonly BodyNode[]) => boolean | void): void {
  const parents: BodyNode[] = []
  const step = (node: BodyNode): void => {
    if (visit(node, parents) === false || !node.content) return
    parents.push(node)
    for (const child of node.content) step(child)
    parents.pop()
  }
  for (const node of body.content) step(node)
}

/** The words of a body as plain text, blocks parted by a blank line. Code, captions and titles are included, source is not. */
export function plainText(body: Body): string {
  const blocks: string[] = []
  const textOf = (node: BodyNode): string => {
    if (node.type === 'text') return node.text ?? ''
    if (node.type === 'hardBreak') return '\n'
    if (node.type === 'inlineImage' || node.type === 'image') return String(node.attrs?.alt ?? '')
    return ''
  }
  walkBody(body, (node) => {
    const rule = nodeRules[node.type]
    if (rule.holds === 'inline' || rule.holds === 'text') {
      const text = (node.content ?? []).map(textOf).join('')
      if (text) blocks.push(text)
      return false
    }
    for (const name of shownAttributes[node.type] ?? []) if (node.attrs?.[name]) blocks.push(String(node.attrs[name]))
    return true
  })
  return blocks.join('\n\n')
}

/** Attributes that a reader sees as words. */
const shownAttributes: Partial<Record<NodeType, readonly string[]>> = {
  image: ['alt', 'caption'],
  callout: ['title'],
  embed: ['title'],
}

/** The ids of this workspace's media that a body shows (`media:<id>`), each once, in reading order. */
export function mediaIn(body: Body): string[] {
  const found = new Set<string>()
  walkBody(body, (node) => {
    for (const address of [node.attrs?.src, node.attrs?.still]) {
      if (typeof address === 'string' && address.startsWith('media:')) found.add(address.slice('media:'.length))
    }
  })
  return [...found]
}

/** Headings in reading order, for a table of contents and checks. */
export function headingsIn(body: Body): { level: number; text: string; id: string | null }[] {
  const found: { level: number; text: string; id: string | null }[] = []
  walkBody(body, (node) => {
    if (node.type !== 'heading') return
    const text = (node.content ?? []).map((child) => child.text ?? '').join('')
    found.push({ level: Number(node.attrs?.level ?? 1), text, id: (node.attrs?.id as string | undefined) ?? null })
  })
  return found
}
