/**
 * A new text over a document that holds more than its text says: suggestions, and places for the cursor. Blocks of the outermost
 * level that say the same before and after stay as they are in the document; the others become what the new text says.
 */
import type { Body, BodyNode } from '@floowe/contracts/body'
import { bodyOfJson, type EditorJson, editorJson } from '@floowe/contracts/body-json'

/** Blocks of the document that are one block of its text: as it is, or none, or several that a suggestion parted. */
type Unit = { json: EditorJson[]; says: string | null }
type Spoken = Unit & { says: string }

/** More pairs than that are not compared: the middle is then taken anew. */
const pairsMax = 4_000_000

/**
 * The document that says `after`, or null when it does already. A block without an id is the one that stood in its place.
 * @param after in the form that {@link bodyOfJson} makes
 */
export function keepingSuggestions(document: EditorJson, after: Body): EditorJson | null {
  const units = unitsOf(document)
  const wanted = after.content.map((node) => ({ node, says: keyOf(node) }))
  const spoken = units.filter((unit): unit is Spoken => unit.says !== null)
  const pairs = commonOf(
    spoken.map(({ says }) => says),
    wanted.map(({ says }) => says),
  )
  if (pairs.length === spoken.length && pairs.length === wanted.length) return null
  const kept = new Map(pairs.map(([place, other]) => [other, place]))
  const silent = silentBehind(units)
  const content = [...(silent.get(null) ?? [])]
  let next = 0
  for (const [place, { node }] of wanted.entries()) {
    const at = kept.get(place)
    const unit = at === undefined ? undefined : spoken[at]
    if (at !== undefined && unit) {
      content.push(...unit.json, ...(silent.get(unit) ?? []))
      next = at + 1
      continue
    }
    // One node makes one, and perhaps a place for the cursor behind it.
    const [made] = editorJson({ type: 'doc', content: [node] }).content ?? []
    if (!made) continue
    const former = spoken[next]
    if (former && !pairs.some(([taken]) => taken === next) && former.json[0]?.type === node.type) {
      next += 1
      made.attrs = { ...made.attrs, id: made.attrs?.['id'] ?? former.json[0].attrs?.['id'] }
    }
    content.push(made)
  }
  if (content.at(-1)?.type !== 'paragraph') content.push({ type: 'paragraph', attrs: { filled: true } })
  return { type: 'doc', content }
}

function unitsOf({ content = [] }: EditorJson): Unit[] {
  const units: Unit[] = []
  for (let at = 0; at < content.length; ) {
    // Two blocks that a suggestion parted are one in the text, which only shows when they are read together.
    let length = 1
    let said = readOf(content.slice(at, at + length))
    while (at + length < content.length && length < 50) {
      const next = content[at + length]
      const longer = readOf(content.slice(at, at + length + 1))
      if (!next || longer.length > said.length || readOf([next]).length === 0 || said.length === 0) break
      length += 1
      said = longer
    }
    const [first] = said
    units.push({ json: content.slice(at, at + length), says: first ? keyOf(first) : null })
    at += length
  }
  return units
}
const readOf = (content: EditorJson[]): BodyNode[] => bodyOfJson({ type: 'doc', content }).content

/** What is in the document and not in its text stays behind the block that it follows. */
function silentBehind(units: readonly Unit[]): Map<Unit | null, EditorJson[]> {
  const behind = new Map<Unit | null, EditorJson[]>()
  let last: Unit | null = null
  for (const unit of units) {
    if (unit.says !== null) last = unit
    else behind.set(last, [...(behind.get(last) ?? []), ...unit.json])
  }
  return behind
}

/** What a block says; whose it is (`id`) is nothing that it says. */
const keyOf = (node: BodyNode): string =>
  JSON.stringify(node, (key, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    const fields = Object.entries(value).filter(([name]) => key !== 'attrs' || name !== 'id')
    if (key === 'attrs' && fields.length === 0) return undefined
    return Object.fromEntries(fields.sort(([one], [other]) => (one < other ? -1 : 1)))
  })

/** Pairs of places where both lists say the same, in order, as many as there can be. */
function commonOf(one: readonly string[], other: readonly string[]): [number, number][] {
  const pairs: [number, number][] = []
  let start = 0
  while (start < one.length && start < other.length && one[start] === other[start]) {
    pairs.push([start, start])
    start += 1
  }
  let end = 0
  while (
    end < one.length - start &&
    end < other.length - start &&
    one[one.length - 1 - end] === other[other.length - 1 - end]
  )
    end += 1
  const [rows, columns] = [one.length - start - end, other.length - start - end]
  if (rows > 0 && columns > 0 && rows * columns <= pairsMax)
    pairs.push(...longest(one.slice(start, start + rows), other.slice(start, start + columns), start))
  for (let back = end; back > 0; back--) pairs.push([one.length - back, other.length - back])
  return pairs
}

function longest(one: readonly string[], other: readonly string[], offset: number): [number, number][] {
  const width = other.length + 1
  const lengths = new Uint32Array((one.length + 1) * width)
  const at = (row: number, column: number): number => lengths[row * width + column] ?? 0
  for (let row = one.length - 1; row >= 0; row--)
    for (let column = other.length - 1; column >= 0; column--)
      lengths[row * width + column] =
        one[row] === other[column] ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1))
  const pairs: [number, number][] = []
  let [row, column] = [0, 0]
  while (row < one.length && column < other.length) {
    if (one[row] === other[column]) {
      pairs.push([offset + row, offset + column])
      row += 1
      column += 1
    } else if (at(row + 1, column) >= at(row, column + 1)) row += 1
    else column += 1
  }
  return pairs
}
