import { Automaton, DictionaryError } from './automaton.ts'

/** One way to read a form: the word it belongs to, and what the form is of it (NKJP tags, e.g. `subst:sg:gen:m2`). */
export type Reading = { lemma: string; tags: string[] }

/**
 * A morphological dictionary, opened. Forms are looked up exactly as given: case and marks matter ("Łódź" is not
 * "łódź"). The recently asked lemmas are kept (at most 16,384 forms), nothing else grows.
 */
export type Dictionary = {
  /** All readings of a form, in dictionary order; empty when the form is unknown or longer than 64 bytes of UTF-8. */
  lookup(form: string): Reading[]
  /** Only the lemmas of a form, each once. Several times faster than `lookup`, and remembered. */
  lemmas(form: string): readonly string[]
  /**
   * Forms that become `plain` when Polish marks and an initial capital are taken off: `zolwie` → `żółwie`, `krakow` →
   * `Kraków`. `plain` is in lower case without marks, at most 64 letters. At most 16 forms, in lower case first, and at
   * most 20,000 steps of search.
   */
  spellings(plain: string): string[]
}

/**
 * Opens a CFSA2 dictionary whose entries are `form;code;tags`, the code being PREFIX-encoded (Morfologik). The bytes
 * are read in place, not copied, and must not change afterwards. Opening takes microseconds.
 *
 * @throws DictionaryError when the bytes are something else. A damaged file may open and fail, with the same error, at
 *   the look-up that meets the damage.
 */
export function openDictionary(bytes: Uint8Array): Dictionary {
  const automaton = new Automaton(bytes)
  // Working space, shared by all look-ups: none of them outlives its call.
  const form = new Uint8Array(formBytesMax)
  const entry = new Uint8Array(entryBytesMax)
  const remembered = recent<readonly string[]>(8192)

  /** Puts the form into the shared buffer and gives the node where its entries begin. */
  const entriesOf = (text: string): { node: number; length: number } => {
    if (text.length === 0 || text.length > formBytesMax) return { node: 0, length: 0 }
    const { read, written } = encoder.encodeInto(text, form)
    if (read < text.length) return { node: 0, length: 0 }
    const end = automaton.follow(automaton.root, form, written)
    const arc = end === 0 ? 0 : automaton.arc(end, separator)
    return { node: arc === 0 ? 0 : automaton.target(arc), length: written }
  }

  const findLemmas = (text: string): readonly string[] => {
    const { node, length } = entriesOf(text)
    if (node === 0) return none
    const found: string[] = []
    walkEntries(automaton, node, entry, true, (codeLength) => {
      const lemma = decodeLemma(form, length, entry, codeLength)
      if (!found.includes(lemma)) found.push(lemma)
    })
    return found
  }

  return {
    lookup(text) {
      const { node, length } = entriesOf(text)
      const readings: Reading[] = []
      if (node === 0) return readings
      walkEntries(automaton, node, entry, false, (entryLength) => {
        const parted = entry.subarray(0, entryLength).indexOf(separator)
        const codeEnd = parted === -1 ? entryLength : parted
        const tags = parted === -1 ? '' : decode(entry, parted + 1, entryLength)
        readings.push({ lemma: decodeLemma(form, length, entry, codeEnd), tags: tags === '' ? [] : tags.split('+') })
      })
      return readings
    },
    lemmas(text) {
      const known = remembered.get(text)
      if (known !== undefined) return known
      const found = findLemmas(text)
      // A longer text is no word and would only push words out.
      if (text.length <= formBytesMax) remembered.set(text, found)
      return found
    },
    spellings: (plain) => findSpellings(automaton, plain),
  }
}

/**
 * Puts every entry below `node` into `entry`, one after the other, and calls `visit` with its length. With `codesOnly`
 * the walk turns back at the separator, so that entries that differ only in their tags count once.
 */
function walkEntries(
  automaton: Automaton,
  node: number,
  entry: Uint8Array,
  codesOnly: boolean,
  visit: (length: number) => void,
): void {
  let stepsLeft = entryStepsMax
  const step = (from: number, depth: number): void => {
    if (depth >= entryBytesMax) throw new DictionaryError('the dictionary is damaged: an entry has no end')
    for (let arc = automaton.firstArc(from); arc !== 0; arc = automaton.nextArc(arc)) {
      if (stepsLeft-- === 0) throw new DictionaryError('the dictionary is damaged: a form has too many entries')
      const label = automaton.label(arc)
      if (codesOnly && label === separator) {
        visit(depth)
        continue
      }
      entry[depth] = label
      if (automaton.ends(arc)) visit(depth + 1)
      const next = automaton.target(arc)
      if (next !== 0) step(next, depth + 1)
    }
  }
  step(node, 0)
}

/**
 * PREFIX code, in bytes: how many to cut in front, how many to cut behind (both counted from 'A'), then what to append.
 * 255 means "all". Cuts may fall inside a letter, so the text is put together as bytes first.
 */
function decodeLemma(form: Uint8Array, formLength: number, code: Uint8Array, codeLength: number): string {
  if (codeLength < 2) throw new DictionaryError('the dictionary is damaged: an entry has no lemma')
  const front = ((code[0] ?? 0) - letterA) & 0xff
  const behind = ((code[1] ?? 0) - letterA) & 0xff
  const all = front === 255 || behind === 255
  const from = all ? formLength : front
  const to = all ? formLength : formLength - behind
  if (from > to) throw new DictionaryError('the dictionary is damaged: a lemma is cut out of nothing')
  const lemma = new Uint8Array(to - from + codeLength - 2)
  for (let index = from; index < to; index++) lemma[index - from] = form[index] ?? 0
  for (let index = 2; index < codeLength; index++) lemma[to - from + index - 2] = code[index] ?? 0
  return decode(lemma, 0, lemma.length)
}

/**
 * UTF-8 to text. Letters of one and two bytes, all that Polish needs, are read here: a TextDecoder costs more than the
 * look-up.
 */
function decode(bytes: Uint8Array, from: number, to: number): string {
  let text = ''
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0
    if (byte < 0x80) {
      text += String.fromCharCode(byte)
      continue
    }
    const tail = at + 1 < to ? (bytes[at + 1] ?? 0) : 0
    if (byte < 0xc2 || byte > 0xdf || (tail & 0xc0) !== 0x80) return decoder.decode(bytes.subarray(from, to))
    text += String.fromCharCode(((byte & 0x1f) << 6) | (tail & 0x3f))
    at++
  }
  return text
}

function findSpellings(automaton: Automaton, plain: string): string[] {
  const found: string[] = []
  if (plain.length > 64 || !/^[a-z]+$/.test(plain)) return found
  const path = new Uint8Array(plain.length * 2)
  let stepsLeft = spellingStepsMax
  const step = (node: number, index: number, length: number): void => {
    if (index === plain.length) {
      if (automaton.arc(node, separator) !== 0) found.push(decode(path, 0, length))
      return
    }
    const letter = plain.charAt(index)
    stepOver([letter.charCodeAt(0)], node, index, length)
    for (const bytes of marked[letter] ?? none) stepOver(bytes, node, index, length)
    if (index > 0) return
    stepOver([letter.charCodeAt(0) - 0x20], node, index, length)
    for (const bytes of markedCapitals[letter] ?? none) stepOver(bytes, node, index, length)
  }
  const stepOver = (bytes: readonly number[], from: number, index: number, length: number): void => {
    if (stepsLeft-- <= 0 || found.length === spellingsMax) return
    path.set(bytes, length)
    const node = automaton.follow(from, path.subarray(length), bytes.length)
    if (node !== 0) step(node, index + 1, length + bytes.length)
  }
  step(automaton.root, 0, 0)
  return found
}

/**
 * A bounded memory: two halves, the younger takes what is new or asked again; when it is full, the older is forgotten.
 * Keeps what is in use nearly as well as a strict order of use would, for the price of a map.
 */
function recent<Value>(halfMax: number) {
  let young = new Map<string, Value>()
  let old = new Map<string, Value>()
  const set = (key: string, value: Value): void => {
    if (young.size >= halfMax) {
      old = young
      young = new Map()
    }
    young.set(key, value)
  }
  const get = (key: string): Value | undefined => {
    const value = young.get(key)
    if (value !== undefined) return value
    const older = old.get(key)
    if (older !== undefined) set(key, older)
    return older
  }
  return { get, set }
}

/** The Polish letters behind a plain one, in the bytes UTF-8 gives them. */
const marked: Readonly<Record<string, readonly (readonly number[])[]>> = {
  a: [[0xc4, 0x85]],
  c: [[0xc4, 0x87]],
  e: [[0xc4, 0x99]],
  l: [[0xc5, 0x82]],
  n: [[0xc5, 0x84]],
  o: [[0xc3, 0xb3]],
  s: [[0xc5, 0x9b]],
  z: [
    [0xc5, 0xba],
    [0xc5, 0xbc],
  ],
}
const markedCapitals: typeof marked = {
  c: [[0xc4, 0x86]],
  l: [[0xc5, 0x81]],
  o: [[0xc3, 0x93]],
  s: [[0xc5, 0x9a]],
  z: [
    [0xc5, 0xb9],
    [0xc5, 0xbb],
  ],
}

const none: readonly never[] = Object.freeze([])
const encoder = new TextEncoder()
const decoder = new TextDecoder()
const separator = 0x3b
const letterA = 0x41
/** The longest form takes 45 bytes, the longest entry 1,110, and no form has entries of more than 1,110 arcs. */
const formBytesMax = 64
const entryBytesMax = 2048
const entryStepsMax = 20_000
const spellingStepsMax = 20_000
const spellingsMax = 16
