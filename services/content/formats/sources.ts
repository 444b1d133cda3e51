/**
 * Walking and rewriting a body without changing what it was made from.
 */
import { type Body, type BodyNode, nodeRules } from '@floowe/contracts/body'

/** Every address a body shows (`src`) or leads to (`href` of links and pictures), each once, in reading order. */
export function sourcesIn(body: Body): { src: string[]; href: string[] } {
  const src = new Set<string>()
  const href = new Set<string>()
  eachNode(body.content, (node) => {
    if ((node.type === 'image' || node.type === 'inlineImage') && typeof node.attrs?.src === 'string')
      src.add(node.attrs.src)
    if (node.type === 'embed' && typeof node.attrs?.still === 'string') src.add(node.attrs.still)
    if (node.type === 'image' && typeof node.attrs?.href === 'string') href.add(node.attrs.href)
    for (const mark of node.marks ?? []) if (mark.type === 'link') href.add(mark.attrs.href)
  })
  src.delete('')
  href.delete('')
  return { src: [...src], href: [...href] }
}

/**
 * A copy in which addresses are replaced: pictures and stills by `src`, links by `href`. Returning null or the same address
 * leaves it. Source blocks are left as they came.
 */
export function withSources(
  body: Body,
  replace: { src?: (address: string) => string | null; href?: (address: string) => string | null },
): Body {
  const change = (node: BodyNode): BodyNode => {
    const copy: BodyNode = { ...node }
    if (node.attrs) copy.attrs = changedAttributes(node, replace)
    if (node.marks && replace.href) {
      copy.marks = node.marks.map((mark) => {
        if (mark.type !== 'link') return mark
        return { ...mark, attrs: { ...mark.attrs, href: replace.href?.(mark.attrs.href) ?? mark.attrs.href } }
      })
    }
    if (node.content) copy.content = node.content.map(change)
    return copy
  }
  return { type: 'doc', content: body.content.map(change) }
}

function changedAttributes(
  node: BodyNode,
  replace: { src?: (address: string) => string | null; href?: (address: string) => string | null },
): Record<string, unknown> {
  const attrs = { ...node.attrs }
  const isPicture = node.type === 'image' || node.type === 'inlineImage'
  if (isPicture && typeof attrs.src === 'string') attrs.src = replace.src?.(attrs.src) ?? attrs.src
  if (node.type === 'embed' && typeof attrs.still === 'string') attrs.still = replace.src?.(attrs.still) ?? attrs.still
  if (node.type === 'image' && typeof attrs.href === 'string') attrs.href = replace.href?.(attrs.href) ?? attrs.href
  return attrs
}

/** A copy in which every block carries an id: its own where it has one that was not seen before, else a new one. */
export function withIds(body: Body, ids: () => string): Body {
  const seen = new Set<string>()
  const give = (node: BodyNode): BodyNode => {
    const copy: BodyNode = { ...node }
    if (nodeRules[node.type].group === 'block') {
      const own = node.attrs?.id
      const id = typeof own === 'string' && own !== '' && !seen.has(own) ? own : ids()
      seen.add(id)
      copy.attrs = { id, ...node.attrs, ...(own === id ? {} : { id }) }
    }
    if (node.content) copy.content = node.content.map(give)
    return copy
  }
  return { type: 'doc', content: body.content.map(give) }
}

/** A copy without ids, to compare what two bodies say. */
export function withoutIds(body: Body): Body {
  const strip = (node: BodyNode): BodyNode => {
    const copy: BodyNode = { ...node }
    if (node.attrs) {
      const { id: _, ...rest } = node.attrs
      const attrs = Object.fromEntries(
        Object.entries(rest).filter(([, value]) => value !== null && value !== undefined),
      )
      if (Object.keys(attrs).length > 0) copy.attrs = attrs
      else delete copy.attrs
    }
    if (node.content) copy.content = node.content.map(strip)
    return copy
  }
  return { type: 'doc', content: body.content.map(strip) }
}

export function eachNode(nodes: readonly BodyNode[], visit: (node: BodyNode) => void): void {
  for (const node of nodes) {
    visit(node)
    if (node.content) eachNode(node.content, visit)
  }
}
