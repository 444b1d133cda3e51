/**
 * Frames and players of other sites, before the allow-list takes them away: each becomes a link to what it shows, so that a
 * reader loses nothing and nothing is loaded before a click.
 */
import type { Element, ElementContent, Root } from 'hast'
import { embedOfFrame, providerNames } from '@floowe/contracts/embeds'
import { attributeOf } from './parse-html.ts'

/** The same tree, changed in place. Only http(s) addresses become links; anything else just goes. */
export function linksForFrames(tree: Root): Root {
  replaceIn(tree as { children: ElementContent[] }) // a fragment holds no doctype
  return tree
}

function replaceIn(parent: { children: ElementContent[] }): void {
  for (let index = 0; index < parent.children.length; index++) {
    const node = parent.children[index]
    if (node?.type !== 'element') continue
    const link = linkFor(node)
    if (link) parent.children[index] = link
    else replaceIn(node)
  }
}

function linkFor(node: Element): Element | null {
  if (!['iframe', 'video', 'audio', 'embed'].includes(node.tagName)) return null
  const address = addressOf(node)
  const shown = embedOfFrame(address)
  if (shown) {
    const words = attributeOf(node, 'title') || (providerNames[shown.provider] ?? shown.src)
    return element('figure', ['embed', `embed-${shown.provider}`], [link(shown.src, words)])
  }
  if (!/^https?:\/\/[^\s]+$/i.test(address)) return null
  // A span, not a paragraph: it may stand in the middle of a line.
  return element('span', [], [link(address, attributeOf(node, 'title') || address)])
}

function addressOf(node: Element): string {
  const own = attributeOf(node, 'src').trim() || attributeOf(node, 'data-src').trim()
  const source =
    own ||
    node.children
      .map((child) => (child.type === 'element' && child.tagName === 'source' ? attributeOf(child, 'src').trim() : ''))
      .find(Boolean) ||
    ''
  return source.startsWith('//') ? `https:${source}` : source
}

const element = (tagName: string, className: string[], children: ElementContent[]): Element => ({
  type: 'element',
  tagName,
  properties: className.length > 0 ? { className } : {},
  children,
})
const link = (href: string, words: string): Element => ({
  type: 'element',
  tagName: 'a',
  properties: { href },
  children: [
    {
      type: 'element',
      tagName: 'span',
      properties: { className: ['embed-title'] },
      children: [{ type: 'text', value: words }],
    },
  ],
})
