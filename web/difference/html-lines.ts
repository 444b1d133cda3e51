/**
 * A rendered text as the lines that one reads, for texts of which only the rendered form is kept. It reads what our own renderer
 * writes: well-formed tags, attributes in double quotes. Anything else gives lines that are less well cut, never an error. Pure.
 */
import type { Field, Line, LineKind, Piece } from './body-lines.ts'

const piece = /<!--[\s\S]*?-->|<(\/?)([a-z][a-z0-9]*)((?:[^>"]|"[^"]*")*)>|[^<]+|</gi

export function linesOfHtml(html: string): Line[] {
  const reader = createReader()
  for (const [whole, slash, name, attributes] of html.matchAll(piece)) {
    if (name === undefined) {
      if (!whole.startsWith('<!--')) reader.say(decoded(whole))
    } else if (slash === '/') reader.end(name.toLowerCase())
    else reader.begin(name.toLowerCase(), attributesOf(attributes ?? ''))
  }
  return reader.lines()
}

type Attributes = Readonly<Record<string, string>>
const attributesOf = (text: string): Attributes =>
  Object.fromEntries(
    [...text.matchAll(/([a-z][a-z0-9-]*)(?:="([^"]*)")?/gi)].map(([, name = '', value = '']) => [
      name.toLowerCase(),
      decoded(value),
    ]),
  )

const references: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00A0',
}
const decoded = (text: string): string =>
  text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]{2,6}));/gi, (whole, hex, decimal, name?: string) => {
    if (name !== undefined) return references[name.toLowerCase()] ?? whole
    const code = hex === undefined ? Number(decimal) : Number.parseInt(String(hex), 16)
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })

const markOf: Readonly<Record<string, string>> = {
  strong: 'bold',
  b: 'bold',
  em: 'italic',
  i: 'italic',
  cite: 'italic',
  del: 'strike',
  s: 'strike',
  u: 'underline',
  ins: 'underline',
  sub: 'subscript',
  sup: 'superscript',
  mark: 'highlight',
  code: 'code',
  kbd: 'code',
  samp: 'code',
}
/** Elements that say nothing of their own and break no line. */
const inline = /^(a|abbr|bdi|bdo|data|dfn|q|rp|rt|ruby|small|span|time|var)$/
const empty = /^(br|col|hr|img|input|wbr)$/

type Frame = {
  tag: string
  mark: string
  /** Of a list: what stands before its next item. */
  marker: (() => string) | null
  isQuoted: boolean
  isDeeper: boolean
  isSilent: boolean
  /** Of a row of a table: how many cells it has so far. */
  cells: number | null
  /** Of a callout: its kind. */
  callout: string | null
}
/** The line that words go to, and which of its fields. */
type Place = { line: Line; field: Field; isVerbatim: boolean }

function createReader() {
  const lines: Line[] = []
  const open: Frame[] = []
  let place: Place | null = null
  /** What the first line of an item has before it; null outside of one, and behind that line. */
  let marker: string | null = null
  const around = () => ({
    depth: open.filter(({ isDeeper }) => isDeeper).length,
    isQuoted: open.some(({ isQuoted }) => isQuoted),
  })
  const startLine = (kind: LineKind, field: Field = 'text', over: Partial<Line> = {}): Place => {
    const said = kind === 'paragraph' && marker !== null ? 'item' : kind
    const fresh: Line = { id: null, kind: said, level: 0, ...around(), marker: marker ?? '', src: '', fields: [] }
    const line = { ...fresh, ...over }
    marker = null
    lines.push(line)
    place = { line, field, isVerbatim: kind === 'code' }
    return place
  }
  const isIn = (test: (frame: Frame) => boolean): boolean => open.some(test)
  const say = (text: string): void => {
    const isBetween = place === null || open.at(-1)?.tag === 'tr'
    if (isIn(({ isSilent }) => isSilent) || (isBetween && text.trim() === '')) return
    const { line, field, isVerbatim } = place ?? startLine('paragraph')
    const marks = [...new Set(open.map(({ mark }) => mark))].filter(Boolean).sort().join(' ')
    put(line, field, isVerbatim ? text : text.replace(/[ \t\n\r]+/g, ' '), isVerbatim || field !== 'text' ? '' : marks)
  }
  const begin = (tag: string, attributes: Attributes): void => {
    if (empty.test(tag)) return beginEmpty(tag, attributes)
    const row = open.find(({ cells }) => cells !== null)
    open.push(frameOf(tag, attributes))
    if (markOf[tag] || inline.test(tag)) {
      if (tag === 'a' && place?.line.kind === 'embed') place.line.src = attributes.href ?? ''
      return
    }
    if (row && (tag === 'td' || tag === 'th')) return void (hasCell(row) && place && put(place.line, 'text', ' │ ', ''))
    // What stands in a cell belongs to its row.
    if (row) return
    place = null
    startBlock(tag, attributes)
  }
  const startBlock = (tag: string, attributes: Attributes): void => {
    const { class: sort = '' } = attributes
    if (/^h[1-6]$/.test(tag)) startLine('heading', 'text', { level: Number(tag[1]) })
    else if (tag === 'pre') startLine('code')
    else if (tag === 'tr') startLine('row')
    else if (tag === 'li') marker = open.at(-2)?.marker?.() ?? '•'
    else if (tag === 'figcaption' && lines.at(-1)?.kind === 'image') place = placeIn(lines.at(-1), 'caption')
    else if (tag === 'figure' && /\bembed\b/.test(sort)) startLine('embed', 'title')
    else if (tag === 'p' && sort === 'callout-title')
      startLine('callout', 'title', { marker: open.findLast(({ callout }) => callout !== null)?.callout ?? '' })
  }
  const beginEmpty = (tag: string, attributes: Attributes): void => {
    if (tag === 'br') return void (place && put(place.line, place.field, '\n', ''))
    if (tag === 'hr') return void (startLine('rule'), (place = null))
    if (tag !== 'img' || place?.line.kind === 'embed') return
    const { src = '', alt = '' } = attributes
    if (place) return put(place.line, place.field, `[${alt || src}]`, '')
    put(startLine('image', 'alt', { src }).line, 'alt', alt, '')
    place = null
  }
  const end = (tag: string): void => {
    const at = open.findLastIndex((frame) => frame.tag === tag)
    if (at === -1) return
    open.splice(at)
    if (!markOf[tag] && !inline.test(tag) && !isIn(({ cells }) => cells !== null)) place = null
    if (tag === 'li') marker = null
  }
  return { say, begin, end, lines: () => lines.map(trimmed).filter(isSeen) }
}

const placeIn = (line: Line | undefined, field: Field): Place | null =>
  line ? { line, field, isVerbatim: false } : null

function frameOf(tag: string, { class: sort = '', href, start }: Attributes): Frame {
  let next = Number(start ?? 1)
  const isList = tag === 'ul' || tag === 'ol'
  return {
    tag,
    mark: tag === 'a' && href && !href.startsWith('#') ? `link:${href}` : (markOf[tag] ?? ''),
    marker: isList ? () => (tag === 'ol' ? `${next++}.` : sort === 'task-list' ? '' : '•') : null,
    isQuoted: tag === 'blockquote',
    isDeeper: isList || tag === 'blockquote' || tag === 'aside',
    // The way back from a footnote says nothing.
    isSilent: sort === 'footnote-back',
    cells: tag === 'tr' ? 0 : null,
    callout: tag === 'aside' ? (/\bcallout-([a-z]+)/.exec(sort)?.[1] ?? null) : null,
  }
}

/** Counts the cell that begins. @returns whether one stands before it */
function hasCell(row: Frame): boolean {
  const before = row.cells ?? 0
  row.cells = before + 1
  return before > 0
}

function put(line: Line, name: Field, text: string, marks: string): void {
  if (text === '') return
  const field = line.fields.find((one) => one.name === name)
  if (!field) return void line.fields.push({ name, pieces: [{ text, marks }] })
  const last = field.pieces.at(-1)
  if (last?.marks === marks) last.text += text
  else field.pieces.push({ text, marks })
}

/** Without blanks at either end, and none beside a line's end. */
function trimmed(line: Line): Line {
  const trim = (pieces: readonly Piece[]): Piece[] =>
    pieces
      .map(({ text, marks }, index) => ({
        text: cut(text.replace(/ *\n */g, '\n'), index === 0, index === pieces.length - 1),
        marks,
      }))
      .filter(({ text }) => text !== '')
  const fields =
    line.kind === 'code'
      ? line.fields.map(({ name, pieces }) => ({
          name,
          pieces: pieces.map(({ text, marks }) => ({ text: text.replace(/\n$/, ''), marks })),
        }))
      : line.fields.map(({ name, pieces }) => ({ name, pieces: trim(pieces) }))
  return { ...line, fields: fields.filter(({ pieces }) => pieces.length > 0) }
}

const cut = (text: string, isFirst: boolean, isLast: boolean): string => {
  const begun = isFirst ? text.replace(/^[ \n]+/, '') : text
  return isLast ? begun.replace(/[ \n]+$/, '') : begun
}

const isSeen = ({ kind, fields, src }: Line): boolean => kind === 'rule' || src !== '' || fields.length > 0
