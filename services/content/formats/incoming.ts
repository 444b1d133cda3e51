/**
 * What every reader of other systems hands over: one neutral shape, whatever the source was.
 *
 * A reader never throws for a bad item: it yields it as {@link SkippedItem} with the reason. Only a container that cannot be
 * read at all is refused, whole, by {@link UnreadableContainer}.
 */
import type { Body } from '@floowe/contracts/body'

/**
 * One finding for the kept report. `code` is stable and short (`embed-kept-as-source`); `text` is one English sentence;
 * `values` are what the sentence names, for a translated one.
 */
export type Note = { code: string; text: string; values?: Readonly<Record<string, string | number>> }

/** A tag, category or author as the source names it. `slug` is the source's own, if it has one. */
export type IncomingTerm = { name: string; slug: string | null; description: string; parentSlug: string | null }

/**
 * A file that the item shows or links to. `ref` is the exact string that stands in the body's `src` or `href`, in the
 * cover or in the lead, so that {@link withSources} can put `media:<id>` in its place.
 * `remote`: `location` is an absolute http(s) address. `local`: `location` is a path for {@link Container.file}.
 */
export type IncomingAttachment = {
  ref: string
  role: 'image' | 'cover' | 'link'
  kind: 'remote' | 'local'
  location: string
  alt: string
  title: string
  caption: string
}

/**
 * One edition. Texts are free of control characters, in NFC, and within the limits of the contract (title 300, lead 1,000).
 * Instants are UTC, ISO 8601 with milliseconds.
 */
export type IncomingItem = {
  kind: 'item'
  /** Identity in the source, stable over repeated exports: `wordpress:https://host/blog#123`, `ghost:<id>`, `markdown:<path or id>`. */
  sourceId: string
  /** Items with the same group are one article in several languages. Null: alone. */
  groupId: string | null
  type: 'article' | 'page'
  /** As the source says (`pl`, `en-GB`), else null: the caller's choice. */
  language: string | null
  title: string
  /** The source's own slug in the contract's form, or null when it has none that fits. */
  slug: string | null
  lead: string
  body: Body
  /** Where it stood in the source. `scheduled`: published with a date to come. `private`: published for few. */
  status: 'draft' | 'in-review' | 'scheduled' | 'published' | 'private'
  date: string | null
  updated: string | null
  authors: IncomingTerm[]
  tags: IncomingTerm[]
  categories: IncomingTerm[]
  cover: { ref: string; alt: string; caption: string } | null
  /** Paths (`/2024/05/title/`) the item had, for redirects. */
  permalinks: string[]
  meta: { title: string; description: string; canonicalUrl: string | null; isHidden: boolean }
  attachments: IncomingAttachment[]
  /** Front matter that Floowe has no field for; written out again on export. Plain JSON. */
  extra: Record<string, unknown>
  /** File and, where known, line in it. */
  place: { file: string; line: number | null }
  notes: Note[]
}

/** An entry that is not taken, with the reasons. */
export type SkippedItem = {
  kind: 'skipped'
  sourceId: string
  title: string
  place: { file: string; line: number | null }
  notes: Note[]
}

export type IncomingEntry = IncomingItem | SkippedItem
export type ContainerFormat = 'markdown' | 'wordpress' | 'ghost'

/** A file that can be read more than once, from any place, without holding it in memory. */
export type SourceFile = {
  /** Name, or path inside its folder with `/`. */
  path: string
  /** Bytes. */
  size: number
  /** Bytes `from` (inclusive, default 0) to `to` (exclusive, default the end). */
  open(from?: number, to?: number): AsyncIterable<Uint8Array>
}

/** A whole container that was checked from end to end and can be read. */
export type Container = {
  format: ContainerFormat
  /** How many entries {@link Container.entries} yields. */
  total: number
  /** What was found about the container itself, not about one item. */
  notes: Note[]
  /** Items in the source's order, one in memory at a time. May be called again. */
  entries(): AsyncGenerator<IncomingEntry, void, undefined>
  /** Files that the source keeps beside its items, whether or not one shows them. */
  attachments: readonly IncomingAttachment[]
  /** A file of the container by an attachment's `location`; null when there is none. */
  file(location: string): SourceFile | null
  /** Frees what was opened. May be repeated. */
  close(): Promise<void>
}

export type ReadOptions = {
  /** Gives a new id for every block of a body. */
  ids: () => string
  /** Tells `scheduled` from `published`. Milliseconds since 1970. */
  now: number
  /** Called while the container is checked, with the share read so far (0–1). */
  onProgress?: (share: number) => void
}

/** The container is refused whole. `reason` is one English sentence (of `unsupported-type`: the type); `code` is stable. */
export class UnreadableContainer extends Error {
  readonly code: string
  readonly file: string
  readonly line: number | null
  readonly reason: string
  constructor(code: string, file: string, line: number | null, reason: string) {
    super(`${file}${line === null ? '' : `:${line}`}: ${reason}`)
    this.name = 'UnreadableContainer'
    this.code = code
    this.file = file
    this.line = line
    this.reason = reason
  }
}

/** The bytes of a file, or null when it is larger than `bytesMax`. */
export async function bytesOf(file: SourceFile, bytesMax: number): Promise<Uint8Array | null> {
  if (file.size > bytesMax) return null
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of file.open()) {
    size += part.byteLength
    if (size > bytesMax) return null
    parts.push(part)
  }
  return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts, size)
}

/** A source file over bytes in memory. */
export function fileInMemory(path: string, bytes: Uint8Array): SourceFile {
  return {
    path,
    size: bytes.byteLength,
    async *open(from = 0, to = bytes.byteLength) {
      const step = 64 * 1024
      for (let at = from; at < Math.min(to, bytes.byteLength); at += step)
        yield bytes.subarray(at, Math.min(at + step, to))
    },
  }
}
