/**
 * Text from office programs: Word, its online twin, Google Docs, LibreOffice. What it says stays (headings, lists, emphasis, links,
 * tables, footnotes, pictures); how it looked there, and what the program notes for itself, goes. Pure.
 */
import { blocksOf, isOnlyInline, type Picturing } from './blocks.ts'
import { withFootnotes } from './footnotes.ts'
import { inlineOf } from './inline.ts'
import { withLists } from './lists.ts'
import { withoutNoise, withoutWrapping } from './noise.ts'
import type { Piece } from './tree.ts'

/** Whether an office program wrote it. Our own text and the web's is read as it is. */
export const isFromOffice = (html: string): boolean =>
  /class="?Mso|\bmso-|urn:schemas-microsoft-com|id="docs-internal-guid|data-listid=|class="[^"]*\bTextRun\b|content="?(LibreOffice|OpenOffice)/i.test(
    html,
  )

export type Cleaning = {
  /** Labels of footnotes that the text has already. */
  taken: ReadonlySet<string>
  picture: Picturing
}

export function cleaned(pieces: readonly Piece[], { taken, picture }: Cleaning): Piece[] {
  const noted = withFootnotes(withoutNoise(pieces), taken)
  const text = withLists(withoutWrapping(noted))
  return isOnlyInline(text) && !hasImage(text) ? inlineOf(text) : blocksOf(text, picture)
}

const hasImage = (pieces: readonly Piece[]): boolean =>
  pieces.some((piece) => 'tag' in piece && (piece.tag === 'img' || hasImage(piece.children)))
