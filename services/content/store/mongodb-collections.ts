/** The collections, and the indexes: unique ones that hold what must be unique, others so that a true MongoDB finds things quickly. */
import type { Collection, Documents } from '@floowe/platform'
import type { ArticleDoc, TemplateDoc, VersionDoc } from './mongodb-documents.ts'

export type Collections = {
  articles: Collection<ArticleDoc>
  versions: Collection<VersionDoc>
  templates: Collection<TemplateDoc>
}

/** A version counts once it is settled. */
export const settled = { unsettledSince: { $exists: false } } as const

/** Makes the indexes that are not there yet; nothing may be written before. */
export async function openCollections(documents: Documents): Promise<Collections> {
  const articles = documents.collection<ArticleDoc>('articles')
  const versions = documents.collection<VersionDoc>('versions')
  const templates = documents.collection<TemplateDoc>('templates')
  const list = { workspaceId: 1, isDeleted: 1, trashedAt: 1 } as const
  await Promise.all([
    articles.createIndexes([
      { name: 'articles_source', key: { sourceKey: 1 }, unique: true },
      { name: 'editions_slug', key: { 'editions.slugKey': 1 }, unique: true },
      { name: 'editions_source', key: { 'editions.sourceKey': 1 }, unique: true },
      { name: 'editions_id', key: { 'editions.id': 1 } },
      { name: 'editions_refs', key: { workspaceId: 1, 'editions.refs': 1 } },
      { name: 'articles_cover', key: { workspaceId: 1, coverId: 1 } },
      { name: 'articles_terms', key: { workspaceId: 1, terms: 1 } },
      { name: 'articles_updated', key: { ...list, updatedAt: -1, id: -1 } },
      { name: 'articles_created', key: { ...list, createdAt: -1, id: -1 } },
      { name: 'articles_title', key: { ...list, titleKey: 1, id: 1 } },
      { name: 'articles_trashed', key: { trashedAt: 1 } },
      // Sparse: nearly no article has something pending.
      { name: 'articles_pending', key: { 'pending.since': 1 }, sparse: true },
    ]),
    versions.createIndexes([
      { name: 'versions_number', key: { workspaceId: 1, editionId: 1, number: -1 } },
      { name: 'versions_article', key: { workspaceId: 1, articleId: 1 } },
      { name: 'versions_refs', key: { workspaceId: 1, refs: 1 } },
      { name: 'versions_reason', key: { reason: 1, isFrozen: 1, createdAt: 1 } },
      { name: 'versions_unsettled', key: { unsettledSince: 1 }, sparse: true },
    ]),
    templates.createIndexes([{ name: 'templates_workspace', key: { workspaceId: 1 } }]),
  ])
  return { articles, versions, templates }
}
