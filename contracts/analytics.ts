/** What it brought: visits counted by Floowe's own cookieless tracker. */
import { z } from 'zod'
import { innerOperation, operation } from './operation.ts'
import { ArticleId, Day, Instant } from './vocabulary.ts'

const Range = z.object({ from: Day, to: Day })
const Count = z.object({ views: z.number().int(), visits: z.number().int() })
export const DayCount = Count.extend({ day: Day })
export const NamedCount = Count.extend({ name: z.string() })

const tag = 'Analytics'
const figures = z.object({
  /** `views`: pages shown. `visits`: first page of a person that day, told apart by a salt thrown away daily. Days are of the workspace's zone. */
  total: Count,
  days: z.array(DayCount),
  referrers: z.array(NamedCount),
  campaigns: z.array(Count.extend({ source: z.string(), medium: z.string(), campaign: z.string() })),
  languages: z.array(NamedCount),
  countedSince: Instant.nullable(),
  freshAt: Instant,
})
export type Figures = z.infer<typeof figures>

export const analytics = {
  /** At most 400 days. Days without visits are present with 0. */
  getArticleFigures: operation(tag, 'analytics:read', {
    method: 'GET',
    path: '/analytics/articles/{articleId}',
    summary: 'Visits of one article by day, referrer and campaign',
  })
    .errors({ 'range-too-long': { status: 400 } })
    .input(Range.extend({ articleId: ArticleId }))
    .output(figures),
  getOverview: operation(tag, 'analytics:read', {
    method: 'GET',
    path: '/analytics/overview',
    summary: 'Visits of the whole site, and its most read articles',
  })
    .errors({ 'range-too-long': { status: 400 } })
    .input(Range)
    .output(
      figures.extend({
        articles: z.array(Count.extend({ articleId: ArticleId, title: z.string(), language: z.string() })),
      }),
    ),
  /** Numbers of the demo and of moved installations; never by a person. */
  addHistory: innerOperation()
    .input(
      z.object({
        rows: z
          .array(
            z.object({
              day: Day,
              path: z.string(),
              articleId: ArticleId,
              editionId: z.string(),
              language: z.string(),
              title: z.string(),
              referrer: z.string(),
              source: z.string(),
              medium: z.string(),
              campaign: z.string(),
              views: z.number().int(),
              visits: z.number().int(),
            }),
          )
          .max(2000),
      }),
    )
    .output(z.object({})),
}

export const analyticsEvents = {
  /** At most one per article and 2 seconds. */
  'analytics.article-visited': z.object({ articleId: ArticleId }),
}
