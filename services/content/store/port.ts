/**
 * Where articles, editions, versions and templates are kept, in the words of this service. Single-document atomicity is all
 * that an adapter promises: one call changes one article or edition together with its new version and its events, or
 * nothing. Every function takes the workspace first. Instants are ISO 8601; lists are bounded as written.
 */
import type { Body } from '@floowe/contracts/body'
import type { ArticleType, EditorialStatus, Meta, VersionReason } from '@floowe/contracts/content'
import type {
  ArticleId,
  EditionId,
  Language,
  MediaId,
  TemplateId,
  TermId,
  VersionId,
} from '@floowe/contracts/vocabulary'
import type { z } from 'zod'
import type { NewEvent } from '@floowe/platform'

export type Reason = z.infer<typeof VersionReason>
export type MetaFields = z.infer<typeof Meta>
/** What a text points to: `media:<id>`, `article:<id>`, `slug:<slug>`. */
export type Ref = string

/** Where an edition was imported from, and what it was then: an import tells by it whether it was changed here since. */
export type Imported = {
  system: string
  id: string
  /** Of the imported form. */
  hash: string
  importId: string
  outcome: 'created' | 'updated'
  /** Of the edition, as the import left it. */
  revision: number
  status: EditorialStatus
}
export type Source = {
  system: string
  id: string
  permalink: string | null
  status: string | null
  date: string | null
}

export type ArticleFields = {
  type: ArticleType
  tags: TermId[]
  categories: TermId[]
  authors: TermId[]
  coverId: MediaId | null
  source: Source | null
  /** Front matter without a field of ours; written out again on export. */
  extra: Record<string, unknown>
  /** The revision an import left it in; another one now means that it was changed here. */
  importedRevision: number | null
}
export type ArticleRecord = ArticleFields & {
  id: ArticleId
  revision: number
  createdAt: string
  updatedAt: string
  trashedAt: string | null
  /** Oldest first. */
  editions: EditionRecord[]
}
export type EditionRecord = {
  id: EditionId
  articleId: ArticleId
  language: Language
  slug: string
  title: string
  lead: string
  meta: MetaFields
  status: EditorialStatus
  revision: number
  versionId: VersionId
  words: number
  refs: Ref[]
  /** The slug was set by hand or is known to readers: a new title leaves it alone. */
  keepsSlug: boolean
  /** Paths it had elsewhere. */
  permalinks: string[]
  imported: Imported | null
  /** Of the newest version: whether an autosave may join it. */
  newest: { reason: Reason; by: string; at: string }
  createdAt: string
  updatedAt: string
  updatedBy: string
}
/** With what belongs to its article, for those who look at editions alone. */
export type FoundEdition = EditionRecord & {
  article: { type: ArticleType; revision: number; importedRevision: number | null; trashedAt: string | null }
}
export type EditionText = FoundEdition & { body: Body }

export type VersionRecord = {
  id: VersionId
  editionId: EditionId
  number: number
  title: string
  words: number
  reason: Reason
  note: string
  createdAt: string
  createdBy: string
}
export type VersionText = VersionRecord & { slug: string; lead: string; meta: MetaFields; body: Body }

/** The words of an edition, ready to be kept. */
export type Text = {
  title: string
  slug: string
  lead: string
  meta: MetaFields
  body: Body
  words: number
  refs: Ref[]
}
export type NewEdition = Text & {
  id: EditionId
  versionId: VersionId
  language: Language
  status: EditorialStatus
  keepsSlug: boolean
  permalinks: string[]
  imported: Imported | null
  reason: Reason
  note: string
}
export type Creation = {
  articleId: ArticleId
  /** Null: the article is there already and gets one more edition. */
  article: ArticleFields | null
  editions: NewEdition[]
  /** When it was made elsewhere. */
  madeAt?: string
  at: string
  by: string
}
export type Save = Text & {
  editionId: EditionId
  basedOn: number
  versionId: VersionId
  /** Left out: as it was, whoever has set it meanwhile. */
  keepsSlug?: true | undefined
  reason: Reason
  note: string
  /** The autosaved version that this one takes the place of, unless it was frozen meanwhile. */
  folds: VersionId | null
  /** Left out: as they were. */
  permalinks?: string[]
  imported?: Imported
  at: string
  by: string
}
export type Stale = { stale: { current: number; updatedAt: string; updatedBy: string } }
export type ArticleChange = Partial<ArticleFields> & { basedOn?: number; trashedAt?: string | null; at: string }

export type ArticleFilter = {
  /** By id or source also those in the trash; else only the ones outside it, or, if `trashed`, in it. */
  ids?: readonly ArticleId[]
  source?: { system: string; id: string }
  trashed?: boolean
  type?: ArticleType
  status?: EditorialStatus
  language?: Language
  /** Carries all of them. */
  terms?: readonly TermId[]
  /** Title holds the text, or the article is one of `ids`. */
  words?: { inTitle: string; ids: readonly ArticleId[] }
  sort?: 'updated' | 'created' | 'title'
  limit: number
  offset: number
}

/** At most 1,000 editions, of articles in the trash too. */
export type EditionQuery =
  | { ids: readonly EditionId[] }
  | { system: string; sourceIds: readonly string[] }
  | { language: Language; slugs: readonly string[] }
  /** Texts that point to it now; a picture also counts as an article's cover. */
  | { pointingTo: Ref }
  /** Some kept version points to it. */
  | { oncePointingTo: Ref }

export type ContentStore = {
  /** Makes an article with its first editions, or adds editions to one. */
  create: (
    workspaceId: string,
    creation: Creation,
    events: NewEvent[],
  ) => Promise<'created' | 'slug-taken' | 'language-taken' | 'source-taken'>
  /** Only when the edition still has the revision it is based on. Answers null when there is no such edition. */
  save: (workspaceId: string, save: Save, events: NewEvent[]) => Promise<EditionRecord | Stale | 'slug-taken' | null>
  /** Neither makes a version nor raises the revision. Answers null when there is no such edition, or it has another revision than `basedOn`. */
  mark: (
    workspaceId: string,
    editionId: EditionId,
    mark: { status?: EditorialStatus; keepsSlug?: true; basedOn?: number; at: string },
    events: NewEvent[],
  ) => Promise<EditionRecord | null>
  /** Raises the article's revision unless only the trash is meant. */
  changeArticle: (
    workspaceId: string,
    id: ArticleId,
    change: ArticleChange,
    events: NewEvent[],
  ) => Promise<'changed' | Stale | null>
  /** With editions and versions, for good. False when there was none. */
  deleteArticle: (workspaceId: string, id: ArticleId, events: NewEvent[]) => Promise<boolean>
  /** Takes a term off every article, or puts another in its place. */
  replaceTerm: (workspaceId: string, term: TermId, by: TermId | null, events: NewEvent[]) => Promise<void>
  listArticles: (workspaceId: string, filter: ArticleFilter) => Promise<{ items: ArticleRecord[]; total: number }>
  /** How many articles outside the trash carry each term, or show each file. Nothing is said of those with none. */
  countArticles: (
    workspaceId: string,
    by: { terms: readonly TermId[] } | { media: readonly MediaId[] },
  ) => Promise<Map<string, number>>
  getEdition: (workspaceId: string, id: EditionId) => Promise<EditionText | null>
  findEditions: (workspaceId: string, query: EditionQuery) => Promise<FoundEdition[]>
  /** `freeze`: this version is handed out and stays as it is from now on. */
  getVersion: (workspaceId: string, id: VersionId, options?: { freeze?: true }) => Promise<VersionText | null>
  /** Newest first. */
  listVersions: (
    workspaceId: string,
    editionId: EditionId,
    page: { limit: number; offset: number },
  ) => Promise<{ items: VersionRecord[]; total: number }>
}

export type TemplateRecord = {
  id: TemplateId
  name: string
  description: string
  language: Language
  title: string
  lead: string
  body: Body
  createdAt: string
}
export type TemplateStore = {
  /** At most 200, by name. */
  list: (workspaceId: string) => Promise<TemplateRecord[]>
  get: (workspaceId: string, id: TemplateId) => Promise<TemplateRecord | null>
  put: (workspaceId: string, template: TemplateRecord, refs: Ref[]) => Promise<void>
  delete: (workspaceId: string, id: TemplateId) => Promise<boolean>
  isUsing: (workspaceId: string, ref: Ref) => Promise<boolean>
}

/** Housekeeping over all workspaces, a bounded piece at a time. */
export type StoreUpkeep = {
  /** At most 100. */
  trashedBefore: (instant: string) => Promise<{ workspaceId: string; articleId: ArticleId }[]>
  /** Takes away autosaved versions from before the instant, but for the last of each day, the newest and frozen ones. At most 1,000; answers how many. */
  thinVersions: (instant: string) => Promise<number>
  /** Everything of a workspace. */
  removeWorkspace: (workspaceId: string) => Promise<void>
  /**
   * Does what killed processes left to do at least `waitedMs` ago, and what could not be done then: events that were not taken,
   * versions that were written for nothing. At most 200 things; answers how many. Left out where a change is one transaction
   * with all that follows from it.
   */
  finish?: (waitedMs: number) => Promise<number>
}

export type Store = { content: ContentStore; templates: TemplateStore; upkeep: StoreUpkeep }
