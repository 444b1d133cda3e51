/** From records to the shapes of the contract: ids become names, files become addresses. */
import type {
  Article,
  Edition,
  EditionSummary,
  Media,
  TermRef,
  VersionSummary,
  Version,
} from '@floowe/contracts/content'
import type { Body } from '@floowe/contracts/body'
import type { TermId } from '@floowe/contracts/vocabulary'
import type { z } from 'zod'
import type { MediaLibrary } from './media.ts'
import type { People } from './people.ts'
import type { ArticleRecord, EditionRecord, VersionRecord, VersionText } from './store/port.ts'
import type { Terms } from './terms.ts'

type Names = ReadonlyMap<string, string>
export type Shapes = ReturnType<typeof createShapes>

export function createShapes({ terms, media, people }: { terms: Terms; media: MediaLibrary; people: People }) {
  const articles = async (
    workspaceId: string,
    records: readonly ArticleRecord[],
  ): Promise<z.input<typeof Article>[]> => {
    const [known, covers, names] = await Promise.all([
      terms.describe(
        workspaceId,
        records.flatMap((record) => [...record.tags, ...record.categories, ...record.authors]),
      ),
      media.many(
        workspaceId,
        records.flatMap((record) => record.coverId ?? []),
      ),
      people.names(
        workspaceId,
        records.flatMap((record) => record.editions.map((edition) => edition.updatedBy)),
      ),
    ])
    const named = (ids: readonly TermId[]): TermRef[] =>
      ids.flatMap((id) => known.get(id) ?? []).map(({ id, name, slug }) => ({ id, name, slug }))
    return records.map((record) => ({
      id: record.id,
      type: record.type,
      tags: named(record.tags),
      categories: named(record.categories),
      authors: named(record.authors),
      cover: covers.find((cover: Media) => cover.id === record.coverId) ?? null,
      editions: record.editions.map((edition) => summaryOf(edition, names)),
      revision: record.revision,
      createdAt: record.createdAt,
      updatedAt: record.updatedAt,
      trashedAt: record.trashedAt,
      source: record.source,
    }))
  }
  return {
    articles,
    article: async (workspaceId: string, record: ArticleRecord): Promise<z.input<typeof Article>> => {
      const [shaped] = await articles(workspaceId, [record])
      return shaped as z.input<typeof Article> // one in, one out
    },
    edition: async (workspaceId: string, record: EditionRecord, body: Body): Promise<z.input<typeof Edition>> => {
      const names = await people.names(workspaceId, [record.updatedBy])
      return { ...summaryOf(record, names), body, meta: record.meta }
    },
    versions: async (
      workspaceId: string,
      records: readonly VersionRecord[],
    ): Promise<z.input<typeof VersionSummary>[]> => {
      const names = await people.names(
        workspaceId,
        records.map((record) => record.createdBy),
      )
      return records.map((record) => ({ ...record, createdByName: names.get(record.createdBy) ?? null }))
    },
    version: async (workspaceId: string, record: VersionText): Promise<z.input<typeof Version>> => {
      const names = await people.names(workspaceId, [record.createdBy])
      return { ...record, createdByName: names.get(record.createdBy) ?? null }
    },
    /** Who saved last, for refusals of stale saves. */
    nameOf: async (workspaceId: string, actor: string): Promise<string | null> =>
      (await people.names(workspaceId, [actor])).get(actor) ?? null,
  }
}

const summaryOf = (record: EditionRecord, names: Names): z.input<typeof EditionSummary> => ({
  id: record.id,
  articleId: record.articleId,
  language: record.language,
  slug: record.slug,
  title: record.title,
  lead: record.lead,
  status: record.status,
  revision: record.revision,
  versionId: record.versionId,
  words: record.words,
  createdAt: record.createdAt,
  updatedAt: record.updatedAt,
  updatedBy: record.updatedBy,
  updatedByName: names.get(record.updatedBy) ?? null,
})
