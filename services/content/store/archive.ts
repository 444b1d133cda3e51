/**
 * Texts as a backup holds them: a line of JSON for each article with its editions, for each version and each template, in the
 * words of this service and of no store, so that what one store wrote out the other takes in. The names in a line are in order,
 * so the same texts make the same lines wherever they lie: a checksum over them proves that all arrived.
 *
 * Articles go by workspace and id, each before its versions by edition and number; then templates by workspace and id.
 */
import type { ArticleId } from '@floowe/contracts/vocabulary'
import type { ArticleFields, EditionRecord, Ref, TemplateRecord, VersionText } from './port.ts'

export type ArchivedEdition = Omit<EditionRecord, 'articleId'> & {
  /** Of the newest version. */
  number: number
  versionAt: string
}
export type ArchivedArticle = ArticleFields & {
  kind: 'article'
  workspaceId: string
  id: ArticleId
  revision: number
  /** The one that articles are sorted by. */
  titleEditionId: string
  createdAt: string
  updatedAt: string
  trashedAt: string | null
  /** By id. */
  editions: ArchivedEdition[]
}
export type ArchivedVersion = VersionText & {
  kind: 'version'
  workspaceId: string
  articleId: ArticleId
  refs: Ref[]
  isFrozen: boolean
}
export type ArchivedTemplate = TemplateRecord & { kind: 'template'; workspaceId: string; refs: Ref[] }
export type Archived = ArchivedArticle | ArchivedVersion | ArchivedTemplate

export type StoreArchive = {
  /**
   * All texts, as lines in their order. What was there before the first line is asked for and is not changed until the last is in
   * it; of what changes meanwhile, an article comes with the versions that belong to it then. `pending` is given each event
   * (JSON of a `FormedEvent`) that the outbox had not taken when its article was read, in the order of its article.
   */
  lines: (pending: (event: string) => void) => AsyncGenerator<string>
  /** Takes in lines, all in their order by one call or many. What has the same ids gives way, or the caller's transaction is broken. */
  write: (lines: readonly string[]) => Promise<void>
  isEmpty: () => Promise<boolean>
}

/** Tables of the schema that hold texts where no other store does. In a backup their rows are lines, so they are no rows there. */
export const textTables: readonly string[] = ['articles', 'editions', 'versions', 'templates']

export const lineOf = (record: Archived): string => JSON.stringify(record, inOrder)

/** Lines were written from records, by either store. */
export const recordOf = (line: string): Archived => JSON.parse(line) as Archived

function inOrder(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  // By the numbers of their signs: the same everywhere.
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}

export const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : 1)

/** Lines of one call, by what they are. */
export function sorted(lines: readonly string[]) {
  const records = lines.map(recordOf)
  return {
    articles: records.filter((one) => one.kind === 'article'),
    versions: records.filter((one) => one.kind === 'version'),
    templates: records.filter((one) => one.kind === 'template'),
  }
}
