/** Which edition an item is: by the source's own id, so that importing twice finds what the first import made. */
import { createHash } from 'node:crypto'
import type { Body, BodyNode } from '@floowe/contracts/body'
import { ArticleId, EditionId, MediaId } from '@floowe/contracts/vocabulary'
import type { IncomingItem } from '../formats/index.ts'

export type SourceName = { system: string; id: string }

/** `wordpress:https://host/blog#123` → wordpress and the rest. */
export function sourceOf(sourceId: string): SourceName {
  const at = sourceId.indexOf(':')
  return at <= 0 ? { system: 'unknown', id: sourceId } : { system: sourceId.slice(0, at), id: sourceId.slice(at + 1) }
}

/** A file that was exported from here names its edition; null for any other. */
export function exportedFrom(sourceId: string): EditionId | null {
  const match = /floowe:([0-9a-f-]{36})$/.exec(sourceId)
  return match ? (EditionId.safeParse(match[1]).data ?? null) : null
}

/** The article that an exported file belongs to, by the key that joins translations. */
export function articleExportedFrom(groupId: string | null): ArticleId | null {
  const match = /floowe:([0-9a-f-]{36})$/.exec(groupId ?? '')
  return match ? (ArticleId.safeParse(match[1]).data ?? null) : null
}

/** The file of ours that an address in an exported text names, wherever the file itself went. */
export function mediaExportedAs(address: string): MediaId | null {
  const match = /(?:^|\/)media\/([0-9a-f-]{36})-[^/]*$/.exec(address)
  return match ? (MediaId.safeParse(match[1]).data ?? null) : null
}

/** Front matter that says what a file was exported of; it is no part of the text. */
export const revisionKeys = { edition: 'floowe-revision', article: 'floowe-article-revision' } as const
export function withoutRevisions(extra: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { [revisionKeys.edition]: _edition, [revisionKeys.article]: _article, ...rest } = extra
  return rest
}

/**
 * Of what the source says, in whatever order it says it. Ids of blocks are made new at each reading and do not count; of
 * files that travel along, the sizes count, unless their name says which file of ours they are.
 */
export function hashOf(item: IncomingItem, sizeOf: (location: string) => number | null): string {
  const { title, slug, lead, status, date, language, type, meta, permalinks } = item
  const names = (terms: readonly { name: string }[]): string[] => terms.map((term) => term.name)
  const strangers = item.attachments.filter(({ ref }) => mediaExportedAs(ref) === null)
  const files = strangers.map(({ ref, kind, location, alt, caption }) => ({
    ref,
    alt,
    caption,
    location,
    size: kind === 'local' ? sizeOf(location) : null,
  }))
  const content = {
    title,
    slug,
    lead,
    status,
    date,
    language,
    type,
    meta,
    permalinks,
    files,
    cover: item.cover,
    extra: withoutRevisions(item.extra),
    authors: names(item.authors),
    tags: names(item.tags),
    categories: names(item.categories),
    body: withoutIds(item.body),
  }
  return createHash('sha256')
    .update(JSON.stringify(ordered(content)))
    .digest('hex')
}

const withoutIds = (body: Body): unknown => body.content.map(stripped)
function stripped(node: BodyNode): unknown {
  const { id: _id, ...attrs } = node.attrs ?? {}
  return { ...node, attrs, content: node.content?.map(stripped) }
}

/** Keys in one order at every depth, so that equal values have equal texts. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, inner]) => [key, ordered(inner)]),
  )
}
