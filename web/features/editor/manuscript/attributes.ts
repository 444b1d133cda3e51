/** Attributes of the editor's nodes, taken from the one table of what a body may hold. */
import { type NodeType, nodeRules } from '@floowe/contracts/body'
import { spanOf } from '@floowe/contracts/body-json'
import type { Attribute, Attributes } from '@tiptap/core'

type Kind = 'text' | 'number' | 'flag'

const read: Record<Kind, (text: string) => unknown> = {
  text: (text) => text,
  number: (text) => (Number.isFinite(Number(text)) ? Number(text) : null),
  flag: (text) => text === 'true',
}

/** Kept as `data-<name>` while a piece of text lies on the clipboard. */
const attribute = (name: string, kind: Kind, over: Partial<Attribute> = {}): Attribute => ({
  default: null,
  parseHTML: (element: HTMLElement) => {
    const text = element.getAttribute(`data-${name}`)
    return text === null ? null : read[kind](text)
  },
  renderHTML: (attributes: Record<string, unknown>) =>
    attributes[name] === null || attributes[name] === undefined ? {} : { [`data-${name}`]: String(attributes[name]) },
  ...over,
})

/** A span of cells: tables count with it, so it is never missing. */
const span = (name: 'colspan' | 'rowspan'): Attribute => ({
  default: 1,
  parseHTML: (element: HTMLElement) => spanOf(element.getAttribute(name), 100),
  renderHTML: (attributes: Record<string, unknown>) => (attributes[name] === 1 ? {} : { [name]: attributes[name] }),
})

/**
 * `filled` marks what was put in only so that the cursor has a place: it is not part of the body while it is empty. Nodes of
 * its own kind made by a split do not carry it on.
 */
const filled: Attribute = { default: null, keepOnSplit: false, rendered: false, parseHTML: () => null }
const canBeFilled = new Set<NodeType>(['paragraph', 'listItem', 'taskItem', 'tableRow', 'tableCell', 'tableHeader'])

/** Marks of a node that is no text, for the shared document; see worn-marks.ts. */
const worn: Attribute = { default: null, keepOnSplit: false, rendered: false, parseHTML: () => null }

export function attributesOf(type: NodeType): Attributes {
  const rule = nodeRules[type]
  const attributes: Attributes = { marks: worn }
  if (rule.group !== 'inline') attributes.id = attribute('id', 'text')
  if (canBeFilled.has(type)) attributes.filled = filled
  for (const [name, kind] of Object.entries(rule.attrs ?? {})) {
    attributes[name] = name === 'colspan' || name === 'rowspan' ? span(name) : attribute(name, kind)
  }
  return attributes
}
