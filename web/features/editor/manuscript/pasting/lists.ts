/**
 * Lists as office programs write them: Word as paragraphs that carry their level in a style and their bullet as text, Google and Word
 * online as lists beside one another that say how deep each item is. Both become lists within items.
 */
import { isChecked } from './noise.ts'
import { attribute, element, type Element, elementsIn, isElement, type Piece, styleOf, textOf } from './tree.ts'

type Kind = 'ul' | 'ol' | 'tasks'
type Item = {
  level: number
  kind: Kind
  start: number | null
  isChecked: boolean
  children: readonly Piece[]
  of: string
}

/** Anything but lists stays where it stands; what follows one another becomes one. */
export function withLists(pieces: readonly Piece[]): Piece[] {
  const made: Piece[] = []
  let items: Item[] = []
  const close = (): void => {
    made.push(...nested(items))
    items = []
  }
  for (const piece of pieces) {
    if (!isElement(piece)) {
      // what ends a line of the source between two items
      if (items.length > 0 && piece.text.trim() === '') continue
      close()
      made.push(piece)
      continue
    }
    const found = itemsOf(piece)
    const last = items.at(-1)
    if (found === null && last && isContinued(piece)) {
      items[items.length - 1] = { ...last, children: [...last.children, piece] }
    } else if (found === null) {
      close()
      made.push({ ...piece, children: holdsBlocks(piece) ? withLists(piece.children) : piece.children })
    } else {
      if (last && found[0] && found[0].of !== last.of && found[0].level === 1) close()
      items.push(...found)
    }
  }
  close()
  return made
}

const holdsBlocks = ({ children }: Element): boolean =>
  [...elementsIn(children)].some(({ tag }) => tag === 'p' || tag === 'ul' || tag === 'ol')
/** A second paragraph of an item. */
const isContinued = (piece: Element): boolean =>
  piece.tag === 'p' && /(^|\s)Mso(ListParagraph|ListContinue)/.test(attribute(piece, 'class'))

function itemsOf(piece: Element): Item[] | null {
  if (piece.tag === 'ul' || piece.tag === 'ol') return itemsOfList(piece, 1)
  // each of Word online's stands in a wrapping of its own
  const [only, ...more] = piece.children.filter((one) => isElement(one) || one.text.trim() !== '')
  if (piece.tag === 'div' && only && isElement(only) && more.length === 0 && /^[uo]l$/.test(only.tag))
    return itemsOfList(only, 1)
  return itemOfWord(piece)
}

function itemsOfList(list: Element, depth: number): Item[] {
  return list.children.flatMap((child): Item[] => {
    if (!isElement(child)) return []
    // Google's inner lists stand beside the items
    if (child.tag === 'ul' || child.tag === 'ol') return itemsOfList(child, depth + 1)
    const said = Number(attribute(child, 'aria-level') || attribute(child, 'data-aria-level'))
    const level = said >= 1 && said <= 9 ? said : depth
    const inner = child.children.filter((one) => isElement(one) && /^[uo]l$/.test(one.tag))
    const checked = isChecked(child)
    const item: Item = {
      level,
      kind: checked !== null ? 'tasks' : list.tag === 'ol' ? 'ol' : 'ul',
      start: Number(attribute(list, 'start')) || null,
      isChecked: checked === true,
      children: withLists(child.children.filter((one) => !inner.includes(one) && !isBox(one))),
      of: attribute(child, 'data-listid'),
    }
    return [item, ...inner.flatMap((one) => (isElement(one) ? itemsOfList(one, level + 1) : []))]
  })
}

/** The picture of a checkbox that Google puts beside it; its role is said in the language of whoever copied. */
export const isBox = (piece: Piece): boolean => attribute(piece, 'aria-roledescription') !== ''

function itemOfWord(piece: Element): Item[] | null {
  const found = /^l(\d+)\s+level([1-9])/.exec(styleOf(piece, 'mso-list'))
  if (!found || piece.tag !== 'p') return null
  const [, of = '', level = '1'] = found
  const bullet = bulletOf(piece).trim()
  return [
    {
      level: Number(level),
      kind: isNumber(bullet) ? 'ol' : 'ul',
      start: Number(/^\d+(?=[.)]?$)/.exec(bullet)?.[0]) || null,
      isChecked: false,
      children: [element('p', withoutBullet(piece.children))],
      of: `l${of}`,
    },
  ]
}

const isIgnored = (piece: Element): boolean => styleOf(piece, 'mso-list') === 'ignore'
const bulletOf = (piece: Element): string => textOf([...elementsIn(piece.children)].filter(isIgnored).slice(0, 1))
/** `1.`, `a)`, `iv.`, `2.1.`; a lone `o` is a bullet. */
const isNumber = (bullet: string): boolean =>
  /^\(?(\d+([.]\d+)*|[a-z]{1,2}|[ivxlcdm]+)([.)]|$)/i.test(bullet) && bullet !== 'o'

/** Also in headings that are numbered. */
export const withoutBullet = (pieces: readonly Piece[]): Piece[] =>
  pieces.flatMap((piece): Piece[] => {
    if (!isElement(piece)) return [piece]
    return isIgnored(piece) ? [] : [{ ...piece, children: withoutBullet(piece.children) }]
  })

/** From items with levels to lists within items. An item that is deeper than the one before by more than one stands one deeper. */
function nested(items: readonly Item[]): Element[] {
  const least = Math.min(...items.map(({ level }) => level))
  const made: Element[] = []
  for (let at = 0; at < items.length; ) {
    const first = items[at]
    if (!first) break
    const rows: Element[] = []
    while (items[at] && (items[at]?.level !== least || items[at]?.kind === first.kind || rows.length === 0)) {
      const item = items[at]
      if (!item) break
      let next = at + 1
      while ((items[next]?.level ?? 0) > least) next += 1
      const isDeeper = item.level > least
      const inner = nested(items.slice(isDeeper ? at : at + 1, next))
      rows.push(row(isDeeper ? { ...item, children: [] } : item, inner))
      at = next
    }
    made.push(listOf(first, rows))
  }
  return made
}

const row = (item: Item, inner: readonly Element[]): Element =>
  item.kind === 'tasks'
    ? element(
        'li',
        [
          element('input', [], { type: 'checkbox', ...(item.isChecked && { checked: '' }) }),
          ...item.children,
          ...inner,
        ],
        { 'data-type': 'taskItem' },
      )
    : element('li', [...item.children, ...inner])

const listOf = ({ kind, start }: Item, rows: readonly Element[]): Element =>
  kind === 'tasks'
    ? element('ul', rows, { 'data-type': 'taskList' })
    : element(kind, rows, kind === 'ol' && start !== null && start > 1 ? { start: String(start) } : {})
