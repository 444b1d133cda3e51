import { emptyBody } from '@floowe/contracts/body'
import type { Contracts } from '@floowe/contracts/index'
import type { Api } from '@floowe/platform'
import { by, type Ideas, question } from './ideas.ts'
import { linksOf } from '../links.ts'
import type { ArticleFilter } from '../store/port.ts'

type Operations = Pick<
  Api<Contracts['content']>,
  | 'listArticles'
  | 'createArticle'
  | 'makeIdea'
  | 'getArticle'
  | 'updateArticle'
  | 'duplicateArticle'
  | 'trashArticle'
  | 'restoreArticle'
  | 'deleteArticle'
  | 'getReferences'
  | 'search'
>

export const articleOperations = ({ store, articles, editions, templates, search, shapes }: Ideas): Operations => ({
  listArticles: async (
    { limit, offset, query, type, status, language, tag, category, author, trashed, sort },
    { workspaceId },
  ) => {
    const filter: ArticleFilter = {
      type,
      status,
      language,
      trashed,
      sort,
      limit,
      offset,
      terms: [tag, category, author].filter((id) => id !== undefined),
    }
    const words = question(query)
    if (words !== '') filter.words = { inTitle: words, ids: await search.articles(workspaceId, words, trashed) }
    const { items, total } = await store.content.listArticles(workspaceId, filter)
    return { items: await shapes.articles(workspaceId, items), total }
  },

  createArticle: async ({ templateId, ...input }, call) => {
    const { workspaceId } = call
    const template = templateId ? await templates.get(workspaceId, templateId) : null
    const made = await articles.create(
      workspaceId,
      {
        ...input,
        title: input.title || (template?.title ?? ''),
        lead: input.lead || (template?.lead ?? ''),
        body: input.body ?? template?.body ?? emptyBody(),
      },
      by(call),
      call.onceId,
    )
    const edition = await editions.get(workspaceId, made.editionId)
    return {
      article: await shapes.article(workspaceId, await articles.get(workspaceId, made.articleId)),
      edition: await shapes.edition(workspaceId, edition, edition.body),
    }
  },

  makeIdea: ({ articleId, by: actor, text, ...idea }, { workspaceId, requestId }) => {
    const lines = text.split(/\s*\n\s*/).filter((line) => line !== '')
    const content = lines.map((line) => ({
      type: 'paragraph' as const,
      content: [{ type: 'text' as const, text: line }],
    }))
    const body = { ...emptyBody(), content }
    return articles.create(workspaceId, { ...idea, type: 'article', body }, { actor, requestId }, articleId)
  },

  getArticle: async ({ id }, { workspaceId }) => shapes.article(workspaceId, await articles.get(workspaceId, id)),
  updateArticle: async ({ id, basedOn, ...patch }, call) =>
    shapes.article(call.workspaceId, await articles.update(call.workspaceId, id, basedOn, patch, by(call))),
  duplicateArticle: async ({ id }, call) =>
    shapes.article(call.workspaceId, await articles.duplicate(call.workspaceId, id, by(call), call.onceId)),
  trashArticle: async ({ id }, call) =>
    shapes.article(call.workspaceId, await articles.trash(call.workspaceId, id, by(call))),
  restoreArticle: async ({ id }, call) =>
    shapes.article(call.workspaceId, await articles.restore(call.workspaceId, id, by(call))),
  deleteArticle: async ({ id }, call) => {
    await articles.delete(call.workspaceId, id, by(call))
    return {}
  },
  getReferences: async ({ id }, { workspaceId }) =>
    linksOf(store.content, workspaceId, await articles.get(workspaceId, id)),
  search: async ({ query, language, limit, offset }, { workspaceId }) =>
    search.find(workspaceId, question(query), language ?? null, { limit, offset }),
})
