/**
 * The rows of the tables in a large JSON file, one by one, without holding the file in memory.
 *
 * Ghost exports look like `{"db":[{"meta":…,"data":{"posts":[…],"tags":[…]}}]}`; older ones begin at `data`. Everything else in
 * the file is only counted through.
 */
import { type SourceFile, UnreadableContainer } from './incoming.ts'

/** One row. `text` is its JSON, null when it is longer than {@link rowLengthMax}. */
export type Row = { table: string; text: string | null; line: number }

export const rowLengthMax = 16 * 1024 * 1024
const depthMax = 100

/** @throws UnreadableContainer broken-json, with the line. */
export async function* rowsOf(file: SourceFile, onProgress?: (share: number) => void): AsyncGenerator<Row> {
  const decoder = new TextDecoder('utf-8')
  const scanner = new Scanner(file.path)
  let read = 0
  for await (const bytes of file.open()) {
    read += bytes.byteLength
    yield* scanner.feed(decoder.decode(bytes, { stream: true }))
    onProgress?.(file.size === 0 ? 1 : read / file.size)
  }
  yield* scanner.feed(decoder.decode())
  scanner.end()
}

type Level = { isArray: boolean; key: string }

class Scanner {
  private readonly file: string
  private readonly levels: Level[] = []
  private line = 1
  private isText = false
  private isEscaped = false
  /** The next text of an object is a key. */
  private isKey = false
  private key = ''
  private row: { parts: string[]; length: number; line: number; depth: number } | null = null
  private isDone = false

  constructor(file: string) {
    this.file = file
  }

  *feed(text: string): Generator<Row> {
    let from = 0
    for (let index = 0; index < text.length; index++) {
      const sign = text.charCodeAt(index)
      if (sign === 10) this.line += 1
      if (this.isText) {
        this.inText(text, index, sign)
        continue
      }
      // Blanks, and the numbers and words between the signs that matter.
      if (sign !== 34 && sign !== 44 && sign !== 58 && sign !== 91 && sign !== 93 && sign !== 123 && sign !== 125)
        continue
      if (this.row && this.row.depth === this.levels.length && (sign === 44 || sign === 93)) {
        const row = this.endRow(text.slice(from, index))
        if (row) yield row
        from = index + 1
      }
      this.sign(sign)
      if (!this.row && this.table() !== null && (sign === 91 || sign === 44)) {
        this.row = { parts: [], length: 0, line: this.line, depth: this.levels.length }
        from = index + 1
      }
    }
    if (this.row) this.keep(text.slice(from))
  }

  end(): void {
    if (this.isText || this.levels.length > 0) this.refuse('The file ends in the middle.')
    if (!this.isDone) this.refuse('There is no JSON in it.')
  }

  private inText(text: string, index: number, sign: number): void {
    if (this.isEscaped) this.isEscaped = false
    else if (sign === 92) this.isEscaped = true
    else if (sign === 34) {
      this.isText = false
      return
    }
    if (this.isKey && this.key.length < 100) this.key += text[index]
  }

  private sign(sign: number): void {
    const level = this.levels.at(-1)
    if (this.isDone) this.refuse('Something follows the end of the JSON.')
    if (sign === 34) {
      this.isText = true
      if (this.isKey) this.key = ''
    } else if (sign === 58) this.isKey = false
    else if (sign === 44) this.isKey = level?.isArray === false
    else if (sign === 91 || sign === 123) {
      if (this.levels.length >= depthMax) this.refuse(`It is nested deeper than ${depthMax} levels.`)
      this.levels.push({ isArray: sign === 91, key: level?.isArray ? '' : this.key })
      this.isKey = sign === 123
      this.key = ''
    } else {
      if (!level || level.isArray !== (sign === 93)) this.refuse('A bracket closes what was never opened.')
      this.levels.pop()
      this.isKey = false
      if (this.levels.length === 0) this.isDone = true
    }
  }

  /** The table whose rows are being read: `db[0].data.<table>` or `data.<table>`. */
  private table(): string | null {
    const { levels } = this
    const last = levels.at(-1)
    if (!last?.isArray || levels.at(-2)?.key !== 'data' || levels.at(-2)?.isArray) return null
    const isNew = levels.length === 5 && levels[1]?.key === 'db' && levels[1].isArray
    return isNew || levels.length === 3 ? last.key : null
  }

  private keep(text: string): void {
    if (!this.row) return
    this.row.length += text.length
    if (this.row.length <= rowLengthMax) this.row.parts.push(text)
    else this.row.parts = []
  }

  private endRow(text: string): Row | null {
    this.keep(text)
    const { row } = this
    const table = this.table()
    this.row = null
    if (!row || table === null) return null
    if (row.length > rowLengthMax) return { table, text: null, line: row.line }
    const whole = row.parts.join('')
    return whole.trim() === '' ? null : { table, text: whole, line: row.line }
  }

  private refuse(reason: string): never {
    throw new UnreadableContainer('broken-json', this.file, this.line, reason)
  }
}

/** A row's fields. @throws UnreadableContainer broken-json when it is no JSON object. */
export function fieldsOf(row: Row, file: string): Record<string, unknown> {
  const text = row.text ?? '{}'
  const start = row.line + (/^\s*/.exec(text)?.[0].split('\n').length ?? 1) - 1
  const name = row.table.slice(0, 40)
  try {
    const value: unknown = JSON.parse(text)
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown> // just tested
  } catch (error) {
    const message = error instanceof Error ? error.message : ''
    const line = /\(line (\d+) column/.exec(message)?.[1]
    throw new UnreadableContainer(
      'broken-json',
      file,
      line ? row.line + Number(line) - 1 : start,
      `A row of "${name}" is no JSON: ${message.slice(0, 160)}`,
    )
  }
  throw new UnreadableContainer('broken-json', file, start, `A row of "${name}" is no object.`)
}
