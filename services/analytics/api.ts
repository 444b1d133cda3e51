/** What analytics answers. */
import type { Contracts } from '@floowe/contracts/index'
import { type Api, type Host, refuse } from '@floowe/platform'
import { rowKey } from './collection.ts'
import type { FiguresOf } from './figures.ts'
import { addCounts, type CountRow, learnEdition } from './store.ts'

export const createApi = (host: Host, figures: FiguresOf): Api<Contracts['analytics']> => ({
  getArticleFigures: ({ articleId, from, to }, call) => figures.ofArticle(call.workspaceId, articleId, { from, to }),
  getOverview: async ({ from, to }, call) => {
    const { articles, ...whole } = await figures.overview(call.workspaceId, { from, to })
    return { ...whole, articles: articles.map((article) => ({ ...article, articleId: article.articleId as never })) } // ids come back as they were given; the border checks them
  },
  addHistory: async ({ rows }, call) => {
    if (call.caller.kind !== 'service') refuse('not-allowed')
    const { workspaceId } = call
    const counts = new Map<string, CountRow>()
    await host.db.transaction(async (tx) => {
      for (const { title, views, visits, day, ...dimensions } of rows) {
        const key = rowKey(dimensions)
        const row = counts.get(`${day} ${key}`) ?? { workspaceId, day, key, ...dimensions, views: 0, visits: 0 }
        counts.set(`${day} ${key}`, { ...row, views: row.views + views, visits: row.visits + visits })
        if (title !== '' && isId(dimensions.editionId))
          await learnEdition(
            tx,
            workspaceId,
            { editionId: dimensions.editionId, articleId: dimensions.articleId, language: dimensions.language, title },
            host.clock.instant(),
          )
      }
      await addCounts(tx, [...counts.values()])
    })
    return {}
  },
})

const isId = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)
