/** Addresses out of lines of CSV: the first column that holds an address, and a language if one stands beside it. Pure. */
import { Email } from '@floowe/contracts/identity'
import type { Entry } from './readers.ts'

export type Read = { entries: Entry[]; invalid: number; invalidLines: { line: number; text: string }[] }
const linesMax = 20_000
const shownMax = 20
const shownCharactersMax = 100

/** @returns null for more lines than one import takes */
export function readCsv(csv: string, standard: Entry['locale']): Read | null {
  const lines = csv.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/)
  if (lines.length > linesMax) return null
  const read: Read = { entries: [], invalid: 0, invalidLines: [] }
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue
    const cells = cellsOf(line)
    const email = cells.map((cell) => Email.safeParse(cell).data).find((one) => one !== undefined)
    if (email !== undefined) {
      const locale = cells.map((cell) => cell.trim().toLowerCase()).find((cell) => cell === 'pl' || cell === 'en')
      read.entries.push({ email, locale: locale === 'pl' || locale === 'en' ? locale : standard })
      continue
    }
    // The first line may name the columns.
    if (index === 0 && !line.includes('@')) continue
    read.invalid += 1
    if (read.invalidLines.length < shownMax)
      read.invalidLines.push({ line: index + 1, text: line.slice(0, shownCharactersMax).toWellFormed() })
  }
  return read
}

/** Commas, semicolons or tabs; quotes around cells, doubled within. */
function cellsOf(line: string): string[] {
  const separator = [';', '\t', ','].find((sign) => line.includes(sign)) ?? ','
  const cells: string[] = []
  let cell = ''
  let isQuoted = false
  for (let at = 0; at < line.length; at++) {
    const sign = line[at] ?? ''
    if (isQuoted && sign === '"' && line[at + 1] === '"') {
      cell += '"'
      at += 1
    } else if (sign === '"' && (isQuoted || cell.trim() === '')) isQuoted = !isQuoted
    else if (sign === separator && !isQuoted) {
      cells.push(cell)
      cell = ''
    } else cell += sign
  }
  return [...cells, cell]
}

/** A cell that a spreadsheet could take for a formula is led by an apostrophe. */
const cell = (text: string): string => `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`
export const csvLine = (cells: readonly string[]): string => `${cells.map(cell).join(',')}\r\n`
