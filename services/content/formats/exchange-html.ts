/**
 * HTML for blocks that Markdown has no signs for: a picture with a caption, a table with blocks in its cells. It stands in the
 * Markdown as ordinary HTML that any reader shows, and reads back as the same block.
 *
 * Only HTML that is, sign for sign, what {@link writeExchangeHtml} writes becomes a block. A person's own HTML stays source.
 */
import { type BodyNode, bodyProblem } from '@floowe/contracts/body'
import { canonicalBody } from './canonical.ts'
import { blocksOfExchange } from './html.ts'
import { buildExchange } from './render.ts'
import { withoutIds } from './sources.ts'

const lengthMax = 500_000

/**
 * @param node in its canonical form.
 * @returns null when HTML cannot say the node exactly (raw HTML inside a cell); {@link writeExchangeJson} can.
 */
export function writeExchangeHtml(node: BodyNode): string | null {
  const html = buildExchange(node)
  const read = readBlock(html)
  return read && JSON.stringify(sorted(read)) === JSON.stringify(sorted(node)) ? html : null
}

/** The block that was written as this HTML, or null. */
export function readExchangeHtml(html: string): BodyNode | null {
  const node = readBlock(html)
  return node && buildExchange(node) === html ? node : null
}

function readBlock(html: string): BodyNode | null {
  if (!/^<(?:table|figure)[ >]/.test(html) || html.length > lengthMax || html.includes('\n')) return null
  const [node, another] = withoutIds({ type: 'doc', content: blocksOfExchange(html) }).content
  return node && !another && ['table', 'image', 'embed'].includes(node.type) ? node : null
}

/** Keys in one order, for comparison. */
const sorted = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(sorted)
    : value && typeof value === 'object'
      ? Object.fromEntries(
          Object.entries(value)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, inner]) => [key, sorted(inner)]),
        )
      : value

/** The block itself, for what no HTML says. */
export const writeExchangeJson = (node: BodyNode): string => JSON.stringify(node)

/** The block that was written so, or null when it is none: a person may have written anything. */
export function readExchangeJson(json: string): BodyNode | null {
  if (json.length > lengthMax) return null
  try {
    const content: unknown = [JSON.parse(json)]
    if (bodyProblem({ type: 'doc', content }) !== null) return null
    // Its footnotes, if any, follow it; they stand elsewhere in the document.
    return canonicalBody({ type: 'doc', content: content as BodyNode[] }).content[0] ?? null // just checked
  } catch {
    return null
  }
}
