/** Words of a text as places of its document that move along with it. */
import { documentNames } from '@floowe/contracts/writing'
import * as Y from 'yjs'

export type Anchor = { from: Uint8Array; to: Uint8Array }

/** Texts of one document that are looked through. */
const textsMax = 20_000

/** Where the words first stand, in the named block or anywhere; without words the whole block. Null: nowhere. */
export function anchorOf(
  doc: Y.Doc,
  { blockId, quote }: { blockId: string | undefined; quote: string },
): Anchor | null {
  if (quote === '' && blockId === undefined) return null
  for (const { text, blocks } of textsIn(doc)) {
    if (blockId !== undefined && !blocks.includes(blockId)) continue
    const plain = plainOf(text)
    const from = quote === '' ? 0 : plain.indexOf(quote)
    if (from === -1 || (quote === '' && plain === '')) continue
    const to = quote === '' ? plain.length : from + quote.length
    return { from: positionIn(text, from, 0), to: positionIn(text, to, -1) }
  }
  return null
}

const positionIn = (text: Y.XmlText, index: number, side: number): Uint8Array =>
  Y.encodeRelativePosition(Y.createRelativePositionFromTypeIndex(text, index, side))

/** With the same length as the text has for Yjs: what is no letter counts as one. */
const plainOf = (text: Y.XmlText): string =>
  (text.toDelta() as { insert: unknown }[])
    .map(({ insert }) => (typeof insert === 'string' ? insert : '\uFFFC'))
    .join('')

function* textsIn(doc: Y.Doc): Iterable<{ text: Y.XmlText; blocks: string[] }> {
  const waiting: { node: Y.XmlFragment; blocks: string[] }[] = [
    { node: doc.getXmlFragment(documentNames.body), blocks: [] },
  ]
  for (let count = 0; count < textsMax; count++) {
    const next = waiting.shift()
    if (!next) return
    for (const child of next.node.toArray()) {
      if (child instanceof Y.XmlText) yield { text: child, blocks: next.blocks }
      else if (child instanceof Y.XmlElement) {
        const id: unknown = child.getAttribute('id')
        waiting.push({ node: child, blocks: typeof id === 'string' ? [...next.blocks, id] : next.blocks })
      }
    }
  }
}

/** Whether these bytes are a place at all. */
export function isPosition(bytes: Uint8Array): boolean {
  try {
    Y.decodeRelativePosition(bytes)
    return true
  } catch {
    return false
  }
}
