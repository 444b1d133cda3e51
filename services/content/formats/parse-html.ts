/**
 * HTML source → hast, by the HTML standard's own algorithm (parse5).
 *
 * Attributes keep their HTML names, save `class`, which becomes the list `className`. Elements nested deeper than
 * {@link nestingMax} are left out and their text kept, so that no input can exhaust the stack of what walks the tree.
 */
import type { Element, ElementContent, Properties, Root, RootContent } from 'hast'
import type { DefaultTreeAdapterTypes } from 'parse5'
import { parseBounded } from './bounded-parse.ts'

export const nestingMax = 200

type Parsed = DefaultTreeAdapterTypes.ChildNode

/** @param withPlaces gives every node the offsets of its source, for cutting it out. */
export function parseHtml(html: string, withPlaces = false): Root {
  const fragment = parseBounded(html, { sourceCodeLocationInfo: withPlaces })
  return { type: 'root', children: converted(fragment.childNodes, 1) as RootContent[] } // every element content may stand in a root
}

function converted(nodes: readonly Parsed[], nesting: number): ElementContent[] {
  const content: ElementContent[] = []
  for (const node of nodes) {
    if (node.nodeName === '#text' && 'value' in node) content.push({ type: 'text', value: node.value, ...placed(node) })
    else if (node.nodeName === '#comment' && 'data' in node)
      content.push({ type: 'comment', value: node.data, ...placed(node) })
    else if ('tagName' in node) {
      if (nesting > nestingMax) content.push(...textOf(node))
      else content.push(element(node, nesting))
    }
  }
  return content
}

function element(node: DefaultTreeAdapterTypes.Element, nesting: number): Element {
  const properties: Properties = {}
  for (const { name, value } of node.attrs) {
    if (name === 'class') properties.className = value.split(/\s+/).filter(Boolean)
    else if (name !== '__proto__') properties[name] = value
  }
  return {
    type: 'element',
    tagName: node.tagName,
    properties,
    children: converted(node.childNodes, nesting + 1),
    ...placed(node),
  }
}

/** The words inside an element, however deep, without walking by recursion. */
function textOf(node: DefaultTreeAdapterTypes.Element): ElementContent[] {
  const waiting: Parsed[] = [node]
  let text = ''
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (next.nodeName === '#text' && 'value' in next) text += next.value
    else if ('childNodes' in next && next.nodeName !== 'script' && next.nodeName !== 'style')
      waiting.push(...next.childNodes.toReversed())
  }
  return text === '' ? [] : [{ type: 'text', value: text }]
}

function placed(node: Parsed): { position?: Element['position'] } {
  const place = node.sourceCodeLocation
  if (!place) return {}
  return {
    position: {
      start: { line: place.startLine, column: place.startCol, offset: place.startOffset },
      end: { line: place.endLine, column: place.endCol, offset: place.endOffset },
    },
  }
}

/** The words inside hast nodes. */
export function textIn(nodes: readonly (ElementContent | RootContent)[]): string {
  let text = ''
  for (const node of nodes) {
    if (node.type === 'text') text += node.value
    else if (node.type === 'element') text += textIn(node.children)
  }
  return text
}

/** An attribute as text; empty when missing. */
export function attributeOf(element: Element, name: string): string {
  const value = element.properties[name]
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

export const classesOf = (element: Element): readonly string[] =>
  Array.isArray(element.properties.className) ? element.properties.className.map(String) : []
