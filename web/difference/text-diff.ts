/** What differs between two texts, block by block and within a block word by word. Pure. */
import type { Body } from '@floowe/contracts/body'
import { diffArrays } from 'diff'
import { type Field, type Line, linesOf, type Piece } from './body-lines.ts'

export type PartState = 'same' | 'added' | 'removed' | 'restyled'
export type Part = { state: PartState; text: string; marks: string }
/** `moved-away` and `moved-here` say the same in two places. */
export type LineState = 'same' | 'added' | 'removed' | 'changed' | 'moved-away' | 'moved-here'
export type DiffLine = { state: LineState; line: Line; fields: { name: Field; parts: Part[] }[] }

/** Above so many steps from one to the other nobody reads a diff: then the one is removed and the other added. */
const editsMax = 1_000
/** Pairs of changed blocks that are compared with each other. */
const pairsMax = 20_000
/** From this share of common words two blocks count as one that was changed. */
const similarFrom = 0.45

export const diffBodies = (before: Body, after: Body): DiffLine[] => diffLines(linesOf(before), linesOf(after))

export function diffLines(old: readonly Line[], next: readonly Line[]): DiffLine[] {
  const result: DiffLine[] = []
  let [removed, added]: [Line[], Line[]] = [[], []]
  const flush = () => {
    result.push(...diffRegion(removed, added))
    ;[removed, added] = [[], []]
  }
  let [oldAt, nextAt] = [0, 0]
  for (const change of sequence(old.map(keyOf), next.map(keyOf))) {
    if (change.state === 'removed') removed.push(...old.slice(oldAt, (oldAt += change.count)))
    else if (change.state === 'added') added.push(...next.slice(nextAt, (nextAt += change.count)))
    else {
      flush()
      oldAt += change.count
      for (const line of next.slice(nextAt, (nextAt += change.count))) result.push(whole('same', line))
    }
  }
  flush()
  return withMoves(result)
}

type Change = { state: 'same' | 'added' | 'removed'; count: number }

/** @returns the way from one list to the other; all of it when it is too long. */
function sequence(old: string[], next: string[]): Change[] {
  const found = diffArrays(old, next, { maxEditLength: editsMax })
  if (!found)
    return [
      { state: 'removed', count: old.length },
      { state: 'added', count: next.length },
    ]
  return found.map(({ added, removed, value }) => ({
    state: added ? 'added' : removed ? 'removed' : 'same',
    count: value.length,
  }))
}

const keyOf = (line: Line): string => JSON.stringify({ ...line, id: undefined })
const wordsOf = (line: Line): string[] =>
  line.fields.flatMap(({ pieces }) => tokensOf(pieces)).flatMap(({ text }) => (text.trim() === '' ? [] : [text]))

const partsOf = (state: PartState, pieces: readonly Piece[]): Part[] => pieces.map((piece) => ({ state, ...piece }))
const whole = (state: Exclude<LineState, 'changed'>, line: Line): DiffLine => {
  const part: PartState = state === 'added' || state === 'moved-here' ? 'added' : state === 'same' ? 'same' : 'removed'
  return { state, line, fields: line.fields.map(({ name, pieces }) => ({ name, parts: partsOf(part, pieces) })) }
}

/** A stretch where nothing is equal: blocks that became others are laid side by side, in order, the rest is removed or added. */
function diffRegion(removed: readonly Line[], added: readonly Line[]): DiffLine[] {
  const result: DiffLine[] = []
  let [oldAt, nextAt] = [0, 0]
  for (const [oldIndex, nextIndex] of [...pairs(removed, added), [removed.length, added.length] as const]) {
    while (oldAt < oldIndex) result.push(whole('removed', removed[oldAt++] as Line)) // below the length
    while (nextAt < nextIndex) result.push(whole('added', added[nextAt++] as Line)) // below the length
    const [old, next] = [removed[oldIndex], added[nextIndex]]
    if (old && next) result.push(changed(old, next))
    oldAt = oldIndex + 1
    nextAt = nextIndex + 1
  }
  return result
}

/** The pairs of the highest total likeness that cross nowhere. */
function pairs(removed: readonly Line[], added: readonly Line[]): (readonly [number, number])[] {
  const [rows, columns] = [removed.length, added.length]
  if (rows === 0 || columns === 0 || rows * columns > pairsMax) return []
  const [oldWords, nextWords] = [removed.map(wordsOf), added.map(wordsOf)]
  const likeness = removed.map((old, row) =>
    added.map((next, column) => alike(old, next, oldWords[row] ?? [], nextWords[column] ?? [])),
  )
  const best = Array.from({ length: rows + 1 }, () => new Float64Array(columns + 1))
  const at = (row: number, column: number): number => best[row]?.[column] ?? 0
  for (let row = rows - 1; row >= 0; row--) {
    for (let column = columns - 1; column >= 0; column--) {
      const paired = likeness[row]?.[column] ?? 0
      const line = best[row]
      if (line)
        line[column] = Math.max(
          at(row + 1, column),
          at(row, column + 1),
          paired > 0 ? paired + at(row + 1, column + 1) : 0,
        )
    }
  }
  const found: [number, number][] = []
  let [row, column] = [0, 0]
  while (row < rows && column < columns) {
    const paired = likeness[row]?.[column] ?? 0
    if (paired > 0 && at(row, column) === paired + at(row + 1, column + 1)) found.push([row++, column++])
    else if (at(row + 1, column) >= at(row, column + 1)) row++
    else column++
  }
  return found
}

/** 0: two different blocks. Up to 2: the same block, more or less changed. */
function alike(old: Line, next: Line, oldWords: readonly string[], nextWords: readonly string[]): number {
  const isPicture = old.kind === 'image' || old.kind === 'embed'
  if (isPicture !== (next.kind === 'image' || next.kind === 'embed')) return 0
  if (isPicture) return old.kind === next.kind && old.src === next.src ? 2 : 0
  const common = shared(oldWords, nextWords)
  if (old.id !== null && old.id === next.id)
    return oldWords.length + nextWords.length === 0 ? 1 : common > 0.15 ? 1 + common : 0
  return common >= similarFrom && (old.kind === next.kind || common > 0.7) ? common : 0
}

/** Share of words that both have, 0 to 1. */
function shared(a: readonly string[], b: readonly string[]): number {
  if (a.length + b.length === 0) return 1
  const counts = new Map<string, number>()
  for (const word of a) counts.set(word, (counts.get(word) ?? 0) + 1)
  let common = 0
  for (const word of b) {
    const left = counts.get(word) ?? 0
    if (left > 0) common += 1
    counts.set(word, left - 1)
  }
  return (2 * common) / (a.length + b.length)
}

function changed(old: Line, next: Line): DiffLine {
  const names = [...new Set([...old.fields, ...next.fields].map(({ name }) => name))]
  const pieces = (line: Line, name: Field): Piece[] => line.fields.find((field) => field.name === name)?.pieces ?? []
  return {
    state: 'changed',
    line: next,
    fields: names.map((name) => ({ name, parts: diffPieces(pieces(old, name), pieces(next, name)) })),
  }
}

/** A block that went from one place to another unchanged is said to have moved, in both places. */
function withMoves(lines: readonly DiffLine[]): DiffLine[] {
  const going = new Map<string, number[]>()
  lines.forEach(({ state, line }, index) => {
    if (state !== 'removed' || wordsOf(line).length < 2) return
    const key = keyOf(line)
    going.set(key, [...(going.get(key) ?? []), index])
  })
  const result = [...lines]
  lines.forEach(({ state, line }, index) => {
    if (state !== 'added') return
    const from = going.get(keyOf(line))?.shift()
    if (from === undefined) return
    result[index] = whole('moved-here', line)
    result[from] = whole('moved-away', line)
  })
  return result
}

type Token = { text: string; marks: string }
const tokensOf = (pieces: readonly Piece[]): Token[] =>
  pieces.flatMap(({ text, marks }) =>
    (text.match(/[\p{L}\p{N}\p{M}]+(?:['’-][\p{L}\p{N}\p{M}]+)*|\s+|[^\p{L}\p{N}\p{M}\s]|\p{M}+/gu) ?? []).map(
      (token) => ({ text: token, marks }),
    ),
  )

/** Words of one line. The same words in other marks are `restyled`. */
export function diffPieces(before: readonly Piece[], after: readonly Piece[]): Part[] {
  const [old, next] = [tokensOf(before), tokensOf(after)]
  const parts: Part[] = []
  let [oldAt, nextAt] = [0, 0]
  for (const { state, count } of sequence(
    old.map(({ text }) => text),
    next.map(({ text }) => text),
  )) {
    if (state === 'removed') for (const token of old.slice(oldAt, (oldAt += count))) parts.push({ state, ...token })
    else if (state === 'added')
      for (const token of next.slice(nextAt, (nextAt += count))) parts.push({ state, ...token })
    else {
      for (let index = 0; index < count; index++) {
        const [was, is] = [old[oldAt++], next[nextAt++]]
        if (was && is) parts.push({ state: was.marks === is.marks ? 'same' : 'restyled', ...is })
      }
    }
  }
  return joined(readable(parts))
}

/** A lone blank between two changes belongs to them; and what goes is said before what comes. */
function readable(parts: readonly Part[]): Part[] {
  const result: Part[] = []
  let [removed, added]: [Part[], Part[]] = [[], []]
  const flush = () => {
    result.push(...removed, ...added)
    ;[removed, added] = [[], []]
  }
  parts.forEach((part, index) => {
    if (part.state === 'removed') removed.push(part)
    else if (part.state === 'added') added.push(part)
    else {
      const next = parts[index + 1]
      const isBridge =
        /^\s+$/.test(part.text) &&
        part.state === 'same' &&
        removed.length > 0 &&
        added.length > 0 &&
        (next?.state === 'removed' || next?.state === 'added')
      if (isBridge) {
        removed.push({ ...part, state: 'removed' })
        added.push({ ...part, state: 'added' })
        return
      }
      flush()
      result.push(part)
    }
  })
  flush()
  return result
}

function joined(parts: readonly Part[]): Part[] {
  const result: Part[] = []
  for (const part of parts) {
    const last = result.at(-1)
    if (last && last.state === part.state && last.marks === part.marks) last.text += part.text
    else result.push({ ...part })
  }
  return result
}

export const diffWords = (before: string, after: string): Part[] =>
  diffPieces(before === '' ? [] : [{ text: before, marks: '' }], after === '' ? [] : [{ text: after, marks: '' }])

/** How many words came and went, for a summary. */
export function countChanges(lines: readonly DiffLine[]): { added: number; removed: number } {
  const count = { added: 0, removed: 0 }
  for (const { state, fields } of lines) {
    if (state.startsWith('moved')) continue
    for (const part of fields.flatMap(({ parts }) => parts)) {
      const words = part.text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0
      if (part.state === 'added') count.added += words
      if (part.state === 'removed') count.removed += words
    }
  }
  return count
}
