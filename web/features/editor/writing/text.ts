/** The whole text of an edition as the editor holds it, and how two of them are compared. */
import type { Body, BodyNode } from '@floowe/contracts/body'
import type { Edition, Meta } from '@floowe/contracts/content'

export type EditionText = { title: string; lead: string; body: Body; meta: Meta }
/** With a slug only when the person chose one; else it follows the title until readers know it. */
export type Draft = EditionText & { slug?: string }

export const textOfEdition = ({ title, lead, body, meta }: Edition): EditionText => ({ title, lead, body, meta })

/** The same for two texts that say the same, whatever ids their blocks have. Not a secret, not for strangers' input. */
export function fingerprint(text: EditionText): string {
  const plain = JSON.stringify([
    text.title.trim(),
    text.lead.trim(),
    sorted(text.meta),
    text.body.content.map(withoutId),
  ])
  let [high, low] = [0xdeadbeef, 0x41c6ce57]
  for (let index = 0; index < plain.length; index++) {
    const code = plain.charCodeAt(index)
    high = Math.imul(high ^ code, 2654435761)
    low = Math.imul(low ^ code, 1597334677)
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909)
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909)
  return `${plain.length}-${(4294967296 * (2097151 & low) + (high >>> 0)).toString(36)}`
}

/** Entries by name; what is empty is left out, as it may be missing elsewhere. */
const sorted = (record: Record<string, unknown>): [string, unknown][] =>
  Object.entries(record)
    .filter(([, value]) => value !== null && value !== undefined && value !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1))

function withoutId(node: BodyNode): unknown {
  const { id: _, ...attrs } = node.attrs ?? {}
  const marks = (node.marks ?? []).map((mark) =>
    mark.type === 'link' ? [mark.type, mark.attrs.href, mark.attrs.title ?? ''] : [mark.type],
  )
  return [node.type, sorted(attrs), node.text ?? '', marks, (node.content ?? []).map(withoutId)]
}
