/**
 * Mends what an allow-listed tree may still have wrong: ids that clash, pictures of other sites, empty headings, blocks inside
 * lines, uneven tables, addresses that are none. After it the HTML is valid.
 */
import type { Element, ElementContent, Root } from 'hast'
import { isPictureAddress } from './allow-list.ts'
import { headingSlug } from './build-html.ts'
import { attributeOf, textIn } from './parse-html.ts'

export type MendOptions = {
  idPrefix: string
  ownSources: ReadonlySet<string>
  isRemoteShown: boolean
  pictureWord: string
  text: ((text: string) => string) | null
  linkRel: string | null
}

type Parent = { children: ElementContent[] }
type State = MendOptions & { ids: Set<string>; localLinks: Element[] }

export function mend(tree: Root, options: MendOptions): void {
  const state: State = { ...options, ids: new Set(), localLinks: [] }
  mendChildren(tree as Parent, state, false) // allow-listed: no doctype
  for (const link of state.localLinks) link.properties.href = `#${localTarget(attributeOf(link, 'href').slice(1), state)}`
}

/** An address inside the text, by its id, by its id before the prefix, or by the words of a heading. */
function localTarget(target: string, state: State): string {
  let plain = target
  try {
    plain = decodeURIComponent(target)
  } catch {
    // Not percent-encoded: taken as it is.
  }
  const known = [target, state.idPrefix + plain, state.idPrefix + headingSlug(plain)].find((id) => state.ids.has(id))
  return known ?? target
}

function mendChildren(parent: Parent, state: State, isCode: boolean): void {
  const mended: ElementContent[] = []
  for (const node of parent.children) {
    if (node.type === 'text') {
      if (state.text && !isCode && node.value.trim() !== '') node.value = state.text(node.value)
      mended.push(node)
    } else if (node.type === 'element') mended.push(...mendElement(node, state, isCode))
  }
  parent.children = mended
}

const codeTags = new Set(['code', 'pre', 'kbd', 'samp', 'var'])
const phrasingOnly = new Set(['abbr', 'b', 'bdi', 'bdo', 'cite', 'code', 'data', 'dfn', 'em', 'i', 'kbd', 'mark', 'q', 's', 'samp', 'small', 'span', 'strong', 'sub', 'sup', 'time', 'u', 'var', 'p', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'pre', 'summary'])
const blocks = new Set([
  'address', 'article', 'aside', 'blockquote', 'details', 'div', 'dl', 'figure', 'footer', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'header', 'hr', 'ol', 'p', 'pre', 'section', 'table', 'ul', 'li', 'dt', 'dd',
  'figcaption', 'summary',
])
const headings = /^h[1-6]$/

function mendElement(node: Element, state: State, isCode: boolean): ElementContent[] {
  mendChildren(node, state, isCode || codeTags.has(node.tagName))
  // A line cannot hold a block: the block wins.
  if (phrasingOnly.has(node.tagName) && holdsBlock(node)) return node.children
  mendId(node, state)
  if (node.tagName === 'img') return mendPicture(node, state)
  if (node.tagName === 'a') return mendLink(node, state)
  if (headings.test(node.tagName) && isBlank(node)) return node.children
  if (node.tagName === 'ul' || node.tagName === 'ol') return mendList(node)
  if (node.tagName === 'table') return mendTable(node)
  if (node.tagName === 'figure' || node.tagName === 'details' || node.tagName === 'dl') return mendGroup(node)
  if (node.tagName === 'time' && !/^\d{4}(-\d{2}(-\d{2}([T ]\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:?\d{2})?)?)?)?$/.test(attributeOf(node, 'datetime'))) delete node.properties.datetime
  if (node.tagName === 'del' || node.tagName === 'ins') delete node.properties.datetime
  if (node.tagName === 'data' && node.properties.value === undefined) return node.children
  if ((node.tagName === 'bdo' && !node.properties.dir) || node.tagName === 'rt' || node.tagName === 'rp') return node.tagName === 'bdo' ? node.children : [node]
  mendWords(node)
  return [node]
}

const isBlank = (node: Element): boolean => textIn(node.children).trim() === '' && !holds(node, (inside) => inside.tagName === 'img')

function holds(node: Element, test: (inside: Element) => boolean): boolean {
  return node.children.some((child) => child.type === 'element' && (test(child) || holds(child, test)))
}
const holdsBlock = (node: Element): boolean => node.children.some((child) => child.type === 'element' && (blocks.has(child.tagName) || (!phrasingOnly.has(child.tagName) && holdsBlock(child))))

/** Attributes whose values the standard limits. */
function mendWords(node: Element): void {
  if (node.properties.cite !== undefined && !URL.canParse(attributeOf(node, 'cite'))) delete node.properties.cite
  if (node.properties.lang !== undefined && !/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(attributeOf(node, 'lang'))) delete node.properties.lang
}

function mendId(node: Element, state: State): void {
  mendWords(node)
  const own = attributeOf(node, 'id')
  if (node.properties.id === undefined) return
  delete node.properties.id
  if (own === '' || /\s/.test(own) || own.length > 200) return
  const id = own.startsWith(state.idPrefix) ? own : state.idPrefix + own
  if (state.ids.has(id)) return
  state.ids.add(id)
  node.properties.id = id
}

function mendPicture(node: Element, state: State): ElementContent[] {
  const src = attributeOf(node, 'src').trim()
  const isOwn = state.ownSources.has(src)
  if (!isOwn || !state.ownSources.has(attributeOf(node, 'srcset'))) {
    delete node.properties.srcset
    delete node.properties.sizes
  }
  const alt = attributeOf(node, 'alt')
  node.properties.alt = alt
  if (!isPictureAddress(src)) return alt ? [{ type: 'text', value: alt }] : []
  if (!isOwn && !state.isRemoteShown && /^(?:https?:)?[\\/]{2}/i.test(src)) return [linkTo(src, alt || state.pictureWord, state)]
  node.properties.src = mendedAddress(src)
  return [node]
}

function linkTo(href: string, words: string, state: State): Element {
  const link: Element = { type: 'element', tagName: 'a', properties: { href: mendedAddress(href) }, children: [{ type: 'text', value: words }] }
  if (state.linkRel) link.properties.rel = state.linkRel
  return link
}

function mendLink(node: Element, state: State): ElementContent[] {
  const { children } = node
  // A picture that became a link may not stand inside one: the outer link keeps its words.
  if (holds(node, (inside) => inside.tagName === 'a')) {
    node.children = children.flatMap((child) => withoutLinks(child))
  }
  const href = node.properties.href
  if (href === undefined) return node.properties.id === undefined ? node.children : [node]
  const address = mendedAddress(String(href))
  if (!URL.canParse(address, 'https://page.invalid/')) return node.children
  node.properties.href = address
  if (address.startsWith('#')) state.localLinks.push(node)
  else if (state.linkRel && /^(?:https?:)?[\\/]{2}/i.test(address)) node.properties.rel = state.linkRel
  return [node]
}

function withoutLinks(node: ElementContent): ElementContent[] {
  if (node.type !== 'element') return [node]
  const children = node.children.flatMap(withoutLinks)
  return node.tagName === 'a' ? children : [{ ...node, children }]
}

/** Signs that no address may hold, encoded. */
const mendedAddress = (address: string): string =>
  address
    .trim()
    .toWellFormed()
    .replace(/%(?![0-9A-Fa-f]{2})/g, '%25')
    .replace(/[^A-Za-z0-9!#$%&'()*+,\-./:;=?@_~[\]]/gu, (sign) => encodeURIComponent(sign))
    .replace(/[[\]]/g, (sign) => (/^https?:\/\/\[[0-9a-fA-F:.]+\]/.test(address) ? sign : encodeURIComponent(sign)))

/** Every child of a list is an item. */
function mendList(node: Element): ElementContent[] {
  node.children = node.children.flatMap((child): ElementContent[] => {
    if (child.type !== 'element') return child.type === 'text' && child.value.trim() !== '' ? [item([child])] : [child]
    return child.tagName === 'li' ? [child] : [item([child])]
  })
  mendWords(node)
  return [node]
}
const item = (children: ElementContent[]): Element => ({ type: 'element', tagName: 'li', properties: {}, children })

/** One caption and one summary in their places; a list of terms of nothing but terms. */
function mendGroup(node: Element): ElementContent[] {
  if (node.tagName === 'dl') {
    const isWhole = node.children.every((child) => (child.type === 'element' ? ['dt', 'dd', 'div'].includes(child.tagName) : child.type === 'text' && child.value.trim() === ''))
    const startsRight = node.children.find((child) => child.type === 'element')
    if (!isWhole || (startsRight as Element | undefined)?.tagName !== 'dt' || !holds(node, (inside) => inside.tagName === 'dd')) {
      return node.children.map((child) => (child.type === 'element' && (child.tagName === 'dt' || child.tagName === 'dd') ? { ...child, tagName: 'p' } : child)).flatMap((child) => (child.type === 'element' && child.tagName === 'p' && holdsBlock(child) ? child.children : [child]))
    }
    return [node]
  }
  const wanted = node.tagName === 'figure' ? 'figcaption' : 'summary'
  let seen = false
  const children = node.children.map((child): ElementContent => {
    if (child.type !== 'element' || child.tagName !== wanted) return child
    const isFirst = !seen
    seen = true
    return isFirst ? child : { ...child, tagName: 'div', properties: {} }
  })
  if (wanted === 'summary') {
    const summary = children.find((child) => child.type === 'element' && child.tagName === 'summary')
    if (!summary) return children
    node.children = [summary, ...children.filter((child) => child !== summary)]
  } else node.children = children
  return [node]
}

/** Rows of equal width, head before body, nothing between them. */
function mendTable(node: Element): ElementContent[] {
  const part = (name: string) => node.children.filter((child): child is Element => child.type === 'element' && child.tagName === name)
  const rows = [...part('thead'), ...part('tbody'), ...part('tfoot')].flatMap((section) => section.children.filter((child): child is Element => child.type === 'element' && child.tagName === 'tr'))
  if (rows.length === 0) return node.children.flatMap((child) => (child.type === 'element' && child.tagName === 'caption' ? child.children : []))
  const widths = rowWidths(rows)
  const width = Math.max(...widths)
  if (width === 0) return []
  for (const [index, row] of rows.entries()) {
    const missing = width - (widths[index] ?? width)
    for (let count = 0; count < Math.min(missing, 200); count++) row.children.push({ type: 'element', tagName: 'td', properties: {}, children: [] })
  }
  const newline: ElementContent = { type: 'text', value: '\n' }
  const parts = [...part('caption').slice(0, 1), ...part('colgroup').filter((group) => columnsOf(group) <= width), ...part('thead').slice(0, 1), ...part('thead').slice(1).map((late) => ({ ...late, tagName: 'tbody' })), ...part('tbody'), ...part('tfoot').slice(0, 1)]
  node.children = [newline, ...parts.flatMap((child) => [child, newline])]
  return [node]
}

const columnsOf = (group: Element): number => {
  const columns = group.children.filter((child): child is Element => child.type === 'element')
  return columns.length === 0 ? Number(attributeOf(group, 'span') || 1) : columns.reduce((sum, column) => sum + Number(attributeOf(column, 'span') || 1), 0)
}

/** How many columns each row fills, counting what reaches down from the rows above. Spans past the end are cut. */
function rowWidths(rows: readonly Element[]): number[] {
  const reaching: number[] = []
  return rows.map((row, index) => {
    let column = 0
    const free = () => {
      while ((reaching[column] ?? 0) > 0) column += 1
    }
    const reachingHere = reaching.map((left) => Math.max(0, left - 1))
    for (const cell of row.children) {
      if (cell.type !== 'element') continue
      free()
      const across = bounded(cell, 'colspan', 1000)
      const down = bounded(cell, 'rowspan', rows.length - index)
      for (let count = 0; count < across; count++) {
        // A cell that would overlap one from above keeps to its own column.
        if (count > 0 && (reaching[column] ?? 0) > 0) {
          cell.properties.colspan = String(count)
          break
        }
        reachingHere[column] = down - 1
        column += 1
      }
    }
    free()
    const width = Math.max(column, reaching.findLastIndex((left) => left > 0) + 1)
    for (let at = 0; at < Math.max(reachingHere.length, reaching.length); at++) reaching[at] = reachingHere[at] ?? 0
    return width
  })
}

function bounded(cell: Element, name: 'colspan' | 'rowspan', max: number): number {
  const number = Number(attributeOf(cell, name) || 1)
  const kept = Math.min(Math.max(1, Number.isInteger(number) ? number : 1), max)
  if (kept === 1) delete cell.properties[name]
  else cell.properties[name] = String(kept)
  return kept
}
