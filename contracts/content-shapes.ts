/** The shapes of what is written: articles, editions, versions, terms, media, imports, snapshots. Their operations: content.ts. */
import { z } from 'zod'
import { Body } from './body.ts'
import {
  ArticleId,
  cleanText,
  EditionId,
  ImportId,
  Instant,
  Language,
  line,
  MediaId,
  PreviewLinkId,
  Slug,
  TemplateId,
  TermId,
  UserId,
  VersionId,
  WebAddress,
} from './vocabulary.ts'

/** Stored on the edition. Scheduled, published, failed … are computed from its deliveries (contracts/publishing.ts). */
export const EditorialStatus = z.enum([
  'idea',
  'draft',
  'in-review',
  'changes-requested',
  'approved',
  'on-hold',
  'archived',
])
export type EditorialStatus = z.infer<typeof EditorialStatus>

/** `page` is a fixed page of the site (About), outside the stream of articles. */
export const ArticleType = z.enum(['article', 'page'])
export type ArticleType = z.infer<typeof ArticleType>

/** Authors are terms too: a by-line need not be a member. */
export const TermKind = z.enum(['tag', 'category', 'author'])
export type TermKind = z.infer<typeof TermKind>
export const Term = z.object({
  id: TermId,
  kind: TermKind,
  name: z.string(),
  slug: Slug,
  description: z.string(),
  /** What readers of other languages see instead of the name. */
  names: z.record(Language, z.string()),
  /** The member behind an author, if there is one. */
  userId: UserId.nullable(),
  articles: z.number().int(),
})
export type Term = z.infer<typeof Term>
export const TermRef = Term.pick({ id: true, name: true, slug: true })
export type TermRef = z.infer<typeof TermRef>

/** What search engines and social cards show; empty means taken from title and lead. */
export const Meta = z.object({
  title: line(200, 0).default(''),
  description: cleanText(500).default(''),
  canonicalUrl: WebAddress.nullable().default(null),
  keyphrase: line(120, 0).default(''),
  isHidden: z.boolean().default(false).describe('asks search engines not to list it'),
})
export type Meta = z.infer<typeof Meta>

/** The article in one language. `revision` grows by one with every save; a save names the revision it is based on. */
export const Edition = z.object({
  id: EditionId,
  articleId: ArticleId,
  language: Language,
  slug: Slug,
  title: z.string(),
  lead: z.string(),
  body: Body,
  meta: Meta,
  status: EditorialStatus,
  revision: z.number().int(),
  versionId: VersionId,
  words: z.number().int(),
  createdAt: Instant,
  updatedAt: Instant,
  updatedBy: z.string(),
  updatedByName: z.string().nullable(),
})
export type Edition = z.infer<typeof Edition>
export const EditionSummary = Edition.omit({ body: true, meta: true })
export type EditionSummary = z.infer<typeof EditionSummary>

/** A picture's focal point, as shares of width and height from the top left. */
export const FocalPoint = z.object({ x: z.number().min(0).max(1), y: z.number().min(0).max(1) })
export const MediaVariant = z.object({
  width: z.number().int(),
  height: z.number().int(),
  url: z.string(),
  bytes: z.number().int(),
  type: z.string(),
})
export const Media = z.object({
  id: MediaId,
  name: z.string(),
  type: z.string(),
  bytes: z.number().int(),
  sha256: z.string(),
  width: z.number().int().nullable(),
  height: z.number().int().nullable(),
  alt: z.string(),
  caption: z.string(),
  credit: z.string(),
  focalPoint: FocalPoint.nullable(),
  /** `processing` until the variants are made; `failed` keeps the original. `fetching` while an import brings it. */
  state: z.enum(['fetching', 'processing', 'ready', 'failed']),
  /** Address of the original, or of its safe form (an SVG is shown as a picture made of it). */
  url: z.string(),
  variants: z.array(MediaVariant),
  createdAt: Instant,
  usedBy: z.number().int(),
})
export type Media = z.infer<typeof Media>

export const Article = z.object({
  id: ArticleId,
  type: ArticleType,
  tags: z.array(TermRef),
  categories: z.array(TermRef),
  authors: z.array(TermRef),
  cover: Media.nullable(),
  editions: z.array(EditionSummary),
  revision: z.number().int(),
  createdAt: Instant,
  updatedAt: Instant,
  trashedAt: Instant.nullable(),
  /** Where an imported article came from. */
  source: z
    .object({
      system: z.string(),
      id: z.string(),
      permalink: z.string().nullable(),
      status: z.string().nullable(),
      date: Instant.nullable(),
    })
    .nullable(),
})
export type Article = z.infer<typeof Article>

export const VersionReason = z.enum(['created', 'saved', 'autosaved', 'restored', 'imported', 'status'])
export const VersionSummary = z.object({
  id: VersionId,
  editionId: EditionId,
  number: z.number().int(),
  title: z.string(),
  words: z.number().int(),
  reason: VersionReason,
  note: z.string(),
  createdAt: Instant,
  createdBy: z.string(),
  createdByName: z.string().nullable(),
})
export const Version = VersionSummary.extend({ slug: Slug, lead: z.string(), body: Body, meta: Meta })
export type Version = z.infer<typeof Version>

export const Template = z.object({
  id: TemplateId,
  name: z.string(),
  description: z.string(),
  language: Language,
  title: z.string(),
  lead: z.string(),
  body: Body,
  createdAt: Instant,
})
export const PreviewLink = z.object({
  id: PreviewLinkId,
  editionId: EditionId,
  createdAt: Instant,
  expiresAt: Instant,
  lastOpenedAt: Instant.nullable(),
})

export const ImportFormat = z.enum(['markdown', 'wordpress', 'ghost'])
export const ImportState = z.enum(['waiting', 'reading', 'writing', 'fetching-media', 'done', 'failed', 'cancelled'])
export const Import = z.object({
  id: ImportId,
  format: ImportFormat,
  name: z.string(),
  state: ImportState,
  createdAt: Instant,
  finishedAt: Instant.nullable(),
  createdBy: z.string(),
  itemsTotal: z.number().int(),
  itemsDone: z.number().int(),
  counts: z.object({
    created: z.number(),
    updated: z.number(),
    unchanged: z.number(),
    kept: z.number(),
    skipped: z.number(),
  }),
  media: z.object({ total: z.number(), fetched: z.number(), failed: z.number() }),
  error: z
    .object({ code: z.string(), text: z.string(), file: z.string().nullable(), line: z.number().nullable() })
    .nullable(),
})
export type Import = z.infer<typeof Import>
/** One line of the kept report. `kept`: edited here since, so the import left it alone. */
export const ImportItem = z.object({
  position: z.number().int(),
  sourceId: z.string(),
  title: z.string(),
  outcome: z.enum(['created', 'updated', 'unchanged', 'kept', 'skipped', 'media-fetched', 'media-failed']),
  articleId: ArticleId.nullable(),
  editionId: EditionId.nullable(),
  /** `text` is English; `values` are what it names, for a sentence of another language (contracts/import-words.ts). */
  notes: z.array(
    z.object({
      code: z.string(),
      text: z.string(),
      values: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
    }),
  ),
})

export const SearchHit = z.object({
  articleId: ArticleId,
  editionId: EditionId,
  language: Language,
  title: z.string(),
  status: EditorialStatus,
  /** The best passage; matches stand between U+E000 and U+E001. */
  snippet: z.string(),
  score: z.number(),
})

/**
 * What publishing freezes and the site serves: everything a reader sees, free of ids that only the workspace knows.
 * `html` went through the allow-list.
 */
export const SnapshotContent = z.object({
  articleId: ArticleId,
  editionId: EditionId,
  versionId: VersionId,
  type: ArticleType,
  language: Language,
  slug: Slug,
  title: z.string(),
  lead: z.string(),
  html: z.string(),
  text: z.string(),
  words: z.number().int(),
  readingMinutes: z.number().int(),
  meta: Meta,
  authors: z.array(TermRef.extend({ description: z.string() })),
  tags: z.array(TermRef),
  categories: z.array(TermRef),
  cover: z
    .object({
      url: z.string(),
      alt: z.string(),
      caption: z.string(),
      credit: z.string(),
      width: z.number().nullable(),
      height: z.number().nullable(),
      // Without their bytes: a picture may be published while its sizes are still being made.
      variants: z.array(MediaVariant.omit({ bytes: true })),
      focalPoint: FocalPoint.nullable(),
    })
    .nullable(),
  firstPublishedAt: Instant.nullable()
    .default(null)
    .describe('when it was first published elsewhere, if it was imported; readers are shown this date'),
  permalinks: z.array(z.string()).describe('paths this article had elsewhere; they redirect here'),
})
export type SnapshotContent = z.infer<typeof SnapshotContent>
