/**
 * A finite state automaton in the CFSA2 form, read in place from its bytes.
 *
 * Layout: `\fsa`, version 0xC6, two bytes of flags, the length of the label table, the table, the arcs. An arc is a
 * flag byte, a label byte unless the flag names an entry of the table, and the target as a v-int unless the target is
 * the very next node. Nodes and arcs are named by their byte offset; 0 means "none", as no arc can lie inside the
 * header.
 *
 * Every read is checked against the end of the bytes and every walk over a node ends after 256 arcs, so a damaged file
 * gives a `DictionaryError` and never an endless loop.
 */
export class Automaton {
  /** The node where every entry begins. */
  readonly root: number
  readonly #bytes: Uint8Array
  readonly #labels: Uint8Array
  readonly #base: number
  readonly #numbered: boolean
  /** The root has an arc for nearly every letter and each look-up passes it: found by label, not by search. */
  readonly #rootArcs = new Int32Array(256)

  /** @throws DictionaryError when the bytes are not a CFSA2 automaton */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    if (bytes.length < headerLength || magic.some((byte, index) => bytes[index] !== byte)) {
      throw new DictionaryError('not a dictionary: the file does not begin with "\\fsa"')
    }
    if (bytes[4] !== cfsa2) {
      throw new DictionaryError(`unknown dictionary format 0x${this.#byte(4).toString(16)}; expected CFSA2 (0xc6)`)
    }
    this.#numbered = (this.#byte(5) & 1) === 1
    const labelCount = this.#byte(7)
    this.#labels = bytes.subarray(headerLength, headerLength + labelCount)
    this.#base = headerLength + labelCount
    this.root = this.target(this.#base)
    if (this.root === 0) throw new DictionaryError('the dictionary is empty')
    for (let arc = this.firstArc(this.root), left = arcsMax; arc !== 0; arc = this.nextArc(arc)) {
      if (left-- === 0) throw this.#damaged(arc)
      this.#rootArcs[this.label(arc)] = arc
    }
  }

  /**
   * The arc that leaves `node` with this label; 0 when there is none. Written without calls: nearly all time is spent
   * here.
   */
  arc(node: number, label: number): number {
    if (node === this.root) return this.#rootArcs[label] ?? 0
    const bytes = this.#bytes
    let arc = this.firstArc(node)
    for (let left = arcsMax; left > 0; left--) {
      const flags = bytes[arc]
      if (flags === undefined) throw this.#damaged(arc)
      const index = flags & labelIndex
      if ((index === 0 ? bytes[arc + 1] : this.#labels[index]) === label) return arc
      if ((flags & lastArc) !== 0) return 0
      arc += index === 0 ? 2 : 1
      if ((flags & targetIsNext) === 0) arc = this.#afterNumber(arc)
    }
    throw this.#damaged(arc)
  }

  /** The node reached from `node` over `path[0..length)`; 0 when the automaton has no such path. */
  follow(node: number, path: Uint8Array, length: number): number {
    let at = node
    for (let index = 0; index < length && at !== 0; index++) {
      const arc = this.arc(at, path[index] ?? 0)
      at = arc === 0 ? 0 : this.target(arc)
    }
    return at
  }

  firstArc(node: number): number {
    return this.#numbered ? this.#afterNumber(node) : node
  }

  /** The arc that follows in the same node; 0 after the last. */
  nextArc(arc: number): number {
    return (this.#byte(arc) & lastArc) !== 0 ? 0 : this.#afterArc(arc)
  }

  label(arc: number): number {
    const index = this.#byte(arc) & labelIndex
    if (index === 0) return this.#byte(arc + 1)
    const label = this.#labels[index]
    if (label === undefined) throw this.#damaged(arc)
    return label
  }

  /** Whether an entry ends with this arc. */
  ends(arc: number): boolean {
    return (this.#byte(arc) & finalArc) !== 0
  }

  /** The node an arc leads to; 0 when nothing follows. */
  target(arc: number): number {
    const flags = this.#byte(arc)
    if ((flags & targetIsNext) !== 0) {
      let last = arc
      for (let next = this.nextArc(last), left = arcsMax; next !== 0; next = this.nextArc(last)) {
        if (left-- === 0) throw this.#damaged(arc)
        last = next
      }
      return this.#afterArc(last)
    }
    let at = arc + ((flags & labelIndex) === 0 ? 2 : 1)
    let offset = 0
    for (let shift = 0; ; shift += 7) {
      // Four groups reach 256 MB, a hundred times the dictionary.
      if (shift > 21) throw this.#damaged(arc)
      const byte = this.#byte(at++)
      offset |= (byte & 0x7f) << shift
      if (byte < 0x80) break
    }
    return offset === 0 ? 0 : this.#base + offset
  }

  #afterArc(arc: number): number {
    const flags = this.#byte(arc)
    const at = arc + ((flags & labelIndex) === 0 ? 2 : 1)
    return (flags & targetIsNext) !== 0 ? at : this.#afterNumber(at)
  }

  #afterNumber(at: number): number {
    for (let length = 1; length <= 5; length++) {
      if (this.#byte(at + length - 1) < 0x80) return at + length
    }
    throw this.#damaged(at)
  }

  #byte(at: number): number {
    const byte = this.#bytes[at]
    if (byte === undefined) throw this.#damaged(at)
    return byte
  }

  #damaged(at: number): DictionaryError {
    return new DictionaryError(`the dictionary is damaged or cut short (at byte ${at} of ${this.#bytes.length})`)
  }
}

/** The bytes are no dictionary, or a damaged one. The message says which and where. */
export class DictionaryError extends Error {
  override readonly name = 'DictionaryError'
}

const magic = [0x5c, 0x66, 0x73, 0x61]
const cfsa2 = 0xc6
const headerLength = 8
const targetIsNext = 0x80
const lastArc = 0x40
const finalArc = 0x20
const labelIndex = 0x1f
const arcsMax = 256
