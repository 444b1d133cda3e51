/**
 * Mends what an allow-listed tree may still have wrong: ids that clash, pictures of other sites, empty headings, blocks inside
 * lines, uneven tables, addresses that are none. After it the HTML is valid.
 */
import type { Element, ElementContent, Root } from 'hast'
import { isPictureAddress } from './allow-list.ts'
import { headingSlug } from './build-html.ts'
import { printable } from './canonical.ts'
import { attributeOf, textIn } from './parse-html.ts'

export type MendOptions = {
  idPrefix: string
  ownSources: ReadonlySet<string>
  isRemoteShown: boolean
  pictureWord: string
  text: ((text: string) => string) | null
  linkRel: string | null
  /** The level of the highest heading; levels below it follow without a gap. Null: as they are. */
  topHeading: number | null
}

type Parent = { children: ElementContent[] }
type State = MendOptions & { ids: Set<string>; localLinks: Element[] }

export function mend(tree: Root, options: MendOptions): void {
  const state: State = { ...options, ids: new Set(), localLinks: [] }
  mendChildren(tree as Parent, state, false) // allow-listed: no doctype
  if (options.topHeading !== null) numberHeadings(tree as Parent, options.topHeading, []) // as above
  for (const link of state.localLinks)
    link.properties.href = `#${localTarget(attributeOf(link, 'href').slice(1), state)}`
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

/** Where some elements may stand only; elsewhere their content stands for them, else reading the HTML again would change it. */
const placesOf: Readonly<Record<string, readonly string[]>> = {
  li: ['ul', 'ol'],
  dt: ['dl', 'div'],
  dd: ['dl', 'div'],
  figcaption: ['figure'],
  summary: ['details'],
  rt: ['ruby'],
  rp: ['ruby'],
  caption: ['table'],
  colgroup: ['table'],
  col: ['colgroup'],
  thead: ['table'],
  tbody: ['table'],
  tfoot: ['table'],
  tr: ['thead', 'tbody', 'tfoot'],
  td: ['tr'],
  th: ['tr'],
}

function mendChildren(parent: Parent & { tagName?: string }, state: State, isCode: boolean): void {
  const mended: ElementContent[] = []
  for (const node of parent.children) {
    if (node.type === 'text') {
      node.value = printable(node.value)
      if (state.text && !isCode && node.value.trim() !== '') node.value = state.text(node.value)
      mended.push(node)
    } else if (node.type === 'element') {
      const made = mendElement(node, state, isCode)
      const places = placesOf[node.tagName]
      mended.push(
        ...(places && !places.includes(parent.tagName ?? '')
          ? made.flatMap((each) => (each === node ? node.children : [each]))
          : made),
      )
    }
  }
  parent.children = mended
}

const codeTags = new Set(['code', 'pre', 'kbd', 'samp', 'var'])
const phrasingOnly = new Set([
  'abbr',
  'b',
  'bdi',
  'bdo',
  'cite',
  'code',
  'data',
  'del',
  'dfn',
  'em',
  'i',
  'ins',
  'kbd',
  'mark',
  'q',
  'ruby',
  's',
  'samp',
  'small',
  'span',
  'strong',
  'sub',
  'sup',
  'time',
  'u',
  'var',
  'p',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'pre',
  'summary',
])
const blocks = new Set([
  'aside',
  'blockquote',
  'details',
  'div',
  'dl',
  'figure',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'hr',
  'ol',
  'p',
  'pre',
  'section',
  'table',
  'ul',
  'li',
  'dt',
  'dd',
  'figcaption',
  'summary',
])
const headings = /^h[1-6]$/

function mendElement(node: Element, state: State, isCode: boolean): ElementContent[] {
  mendChildren(node, state, isCode || codeTags.has(node.tagName))
  // A line cannot hold a block: the block wins.
  if (phrasingOnly.has(node.tagName) && holdsBlock(node)) return node.children
  mendAttributes(node, state)
  if (headings.test(node.tagName)) return isBlank(node) ? node.children : [node]
  switch (node.tagName) {
    case 'img':
      return mendPicture(node, state)
    case 'a':
      return mendLink(node, state)
    case 'ul':
    case 'ol':
      return mendList(node)
    case 'table':
      return mendTable(node)
    case 'figure':
    case 'details':
    case 'dl':
      return mendGroup(node)
    case 'th':
    case 'dt':
      // Neither may hold headings and sections.
      node.children = node.children.flatMap((child) =>
        without(
          child,
          (inside) => headings.test(inside.tagName) || inside.tagName === 'section' || inside.tagName === 'aside',
        ),
      )
      return [node]
    case 'time':
      return /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:?\d{2})?)?$/.test(
        attributeOf(node, 'datetime'),
      )
        ? [node]
        : node.children
    case 'data':
      return node.properties.value === undefined ? node.children : [node]
    case 'bdo':
      return node.properties.dir === undefined ? node.children : [node]
    case 'ruby':
      return holds(node, (inside) => inside.tagName === 'rt') ? [node] : node.children
    default:
      return [node]
  }
}

/** Levels without a gap: what stood under a heading stands one level under it. */
function numberHeadings(parent: Parent, top: number, levels: number[]): void {
  for (const node of parent.children) {
    if (node.type !== 'element') continue
    if (headings.test(node.tagName)) {
      const level = Number(node.tagName.slice(1))
      while ((levels.at(-1) ?? 0) >= level) levels.pop()
      node.tagName = `h${Math.min(6, top + levels.length)}`
      levels.push(level)
    } else numberHeadings(node, top, levels)
  }
}

const isBlank = (node: Element): boolean =>
  textIn(node.children).trim() === '' && !holds(node, (inside) => inside.tagName === 'img')

function holds(node: Element, test: (inside: Element) => boolean): boolean {
  return node.children.some((child) => child.type === 'element' && (test(child) || holds(child, test)))
}
const holdsBlock = (node: Element): boolean =>
  node.children.some(
    (child) =>
      child.type === 'element' &&
      (blocks.has(child.tagName) || (!phrasingOnly.has(child.tagName) && holdsBlock(child))),
  )

/** Attributes whose values the standard limits. */
function mendAttributes(node: Element, state: State): void {
  const { properties } = node
  for (const [name, value] of Object.entries(properties))
    if (typeof value === 'string') properties[name] = printable(value)
  if (Array.isArray(properties.className) && properties.className.length === 0) delete properties.className
  if (properties.cite !== undefined && !URL.canParse(attributeOf(node, 'cite'))) delete properties.cite
  if (properties.lang !== undefined && !/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(attributeOf(node, 'lang')))
    delete properties.lang
  if (node.tagName === 'del' || node.tagName === 'ins') delete properties.datetime
  const own = attributeOf(node, 'id')
  if (properties.id === undefined) return
  delete properties.id
  if (own === '' || /\s/.test(own) || own.length > 200) return
  const id = own.startsWith(state.idPrefix) ? own : state.idPrefix + own
  if (state.ids.has(id)) return
  state.ids.add(id)
  properties.id = id
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
  if (!isOwn && !(isPictureAddress(src) && isAddress(mendedAddress(src))))
    return alt ? [{ type: 'text', value: alt }] : []
  if (!isOwn && !state.isRemoteShown && /^(?:https?:)?[\\/]{2}/i.test(src))
    return [linkTo(src, alt || state.pictureWord, state)]
  node.properties.src = mendedAddress(src)
  return [node]
}

function linkTo(href: string, words: string, state: State): Element {
  const link: Element = {
    type: 'element',
    tagName: 'a',
    properties: { href: mendedAddress(href) },
    children: [{ type: 'text', value: words }],
  }
  if (state.linkRel) link.properties.rel = state.linkRel.split(' ')
  return link
}

function mendLink(node: Element, state: State): ElementContent[] {
  const { children } = node
  // A picture that became a link may not stand inside one: the outer link keeps its words.
  if (holds(node, (inside) => inside.tagName === 'a'))
    node.children = children.flatMap((child) => without(child, (inside) => inside.tagName === 'a'))
  const href = node.properties.href
  if (href === undefined) return node.properties.id === undefined ? node.children : [node]
  const address = mendedAddress(String(href))
  if (!isAddress(address)) return node.children
  node.properties.href = address
  if (address.startsWith('#')) state.localLinks.push(node)
  else if (state.linkRel && /^(?:https?:)?[\\/]{2}/i.test(address)) node.properties.rel = state.linkRel.split(' ')
  return [node]
}

/** The same content without some elements, whose own content stays. */
function without(node: ElementContent, test: (element: Element) => boolean): ElementContent[] {
  if (node.type !== 'element') return [node]
  const children = node.children.flatMap((child) => without(child, test))
  return test(node) ? children : [{ ...node, children }]
}

/** Whether a browser could follow it. */
function isAddress(address: string): boolean {
  const url = URL.parse(address, 'https://page.invalid/')
  if (!url) return false
  return !/^https?:/i.test(address) || (/^https?:\/\/[^/]/i.test(address) && !/^\.|\.\./.test(url.hostname))
}

/** Signs that no address may hold, encoded. */
function mendedAddress(address: string): string {
  const encoded = address
    .trim()
    .toWellFormed()
    .replace(/%(?![0-9A-Fa-f]{2})/g, '%25')
    .replace(/[^A-Za-z0-9!#$%&'()*+,\-./:;=?@_~[\]]/gu, (sign) => encodeURIComponent(sign))
    .replace(/[[\]]/g, (sign) => (/^https?:\/\/\[[0-9a-fA-F:.]+\]/.test(address) ? sign : encodeURIComponent(sign)))
  const at = encoded.indexOf('#') + 1
  return at === 0 ? encoded : encoded.slice(0, at) + encoded.slice(at).replaceAll('#', '%23')
}

/** Every child of a list is an item. */
function mendList(node: Element): ElementContent[] {
  node.children = node.children.map((child): ElementContent => {
    if (child.type === 'text') return child.value.trim() === '' ? child : item([child])
    return child.type === 'element' && child.tagName !== 'li' ? item([child]) : child
  })
  return [node]
}
const item = (children: ElementContent[]): Element => ({ type: 'element', tagName: 'li', properties: {}, children })

/** One caption and one summary in their places; a list of terms of nothing but terms. */
function mendGroup(node: Element): ElementContent[] {
  if (node.tagName === 'dl') {
    const isWhole = node.children.every((child) =>
      child.type === 'element'
        ? ['dt', 'dd', 'div'].includes(child.tagName)
        : child.type === 'text' && child.value.trim() === '',
    )
    const startsRight = node.children.find((child) => child.type === 'element')
    if (
      !isWhole ||
      (startsRight as Element | undefined)?.tagName !== 'dt' ||
      !holds(node, (inside) => inside.tagName === 'dd')
    ) {
      return node.children
        .map((child) =>
          child.type === 'element' && (child.tagName === 'dt' || child.tagName === 'dd')
            ? { ...child, tagName: 'p' }
            : child,
        )
        .flatMap((child) =>
          child.type === 'element' && child.tagName === 'p' && holdsBlock(child) ? child.children : [child],
        )
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
  const part = (name: string) =>
    node.children.filter((child): child is Element => child.type === 'element' && child.tagName === name)
  for (const section of [...part('thead'), ...part('tbody'), ...part('tfoot')])
    section.children = section.children.filter(
      (row) => row.type !== 'element' || row.children.some((cell) => cell.type === 'element'),
    )
  const rows = [...part('thead'), ...part('tbody'), ...part('tfoot')].flatMap((section) =>
    section.children.filter((child): child is Element => child.type === 'element' && child.tagName === 'tr'),
  )
  if (rows.length === 0)
    return node.children.flatMap((child) =>
      child.type === 'element' && child.tagName === 'caption' ? child.children : [],
    )
  evenRows(rows)
  const newline: ElementContent = { type: 'text', value: '\n' }
  const filled = (name: string) =>
    part(name).filter((section) => section.children.some((child) => child.type === 'element'))
  const parts = [
    ...part('caption').slice(0, 1),
    ...part('colgroup'),
    ...filled('thead').slice(0, 1),
    ...filled('thead')
      .slice(1)
      .map((late) => ({ ...late, tagName: 'tbody' })),
    ...filled('tbody'),
    ...filled('tfoot')
      .slice(1)
      .map((late) => ({ ...late, tagName: 'tbody' })),
    ...filled('tfoot').slice(0, 1),
  ]
  node.children = [newline, ...parts.flatMap((child) => [child, newline])]
  return [node]
}

type Placed = { cell: Element; start: number; across: number }

const columnsMax = 1000
const cellsAddedMax = 5000

/** Every row as wide as the widest, no cell over another, and in every column some cell begins. */
function evenRows(rows: readonly Element[]): void {
  const placed: Placed[] = []
  const widths = rowWidths(rows, placed)
  const widest = widths.reduce((most, width) => Math.max(most, width), 0)
  const missing = widths.reduce((sum, width) => sum + widest - width, 0)
  const width = missing > cellsAddedMax || widest > columnsMax ? 0 : widest
  for (const [index, row] of rows.entries()) {
    for (let column = widths[index] ?? width; column < width; column++) {
      const cell: Element = { type: 'element', tagName: 'td', properties: {}, children: [] }
      row.children.push(cell)
      placed.push({ cell, start: column, across: 1 })
    }
  }
  const begun = new Set(placed.map(({ start }) => start))
  for (let column = width - 1; column > 0; column--) {
    if (begun.has(column)) continue
    for (const place of placed) if (place.start < column && place.start + place.across > column) place.across -= 1
  }
  for (const { cell, across } of placed) {
    if (across > 1) cell.properties.colspan = String(across)
    else delete cell.properties.colspan
  }
}

/** How many columns each row fills, counting what reaches down from the rows above; `placed` takes every cell. */
function rowWidths(rows: readonly Element[], placed: Placed[]): number[] {
  let reaching: number[] = []
  return rows.map((row, index) => {
    const below = reaching.map((left) => Math.max(0, left - 1))
    let column = 0
    for (const cell of row.children) {
      if (cell.type !== 'element') continue
      while ((reaching[column] ?? 0) > 0) column += 1
      const wanted = column > columnsMax ? 1 : bounded(cell, 'colspan', columnsMax)
      const down = bounded(cell, 'rowspan', rows.length - index)
      const start = column
      // A cell that would lie over one from above ends before it.
      while (column < start + wanted && !((reaching[column] ?? 0) > 0)) below[column++] = down - 1
      placed.push({ cell, start, across: column - start })
    }
    const width = Math.max(column, reaching.findLastIndex((left) => left > 0) + 1)
    reaching = Array.from(below, (left) => left ?? 0)
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
