/** Counts as people ask for them. */
import type { Figures } from '@floowe/contracts/analytics'
import { type Host, refuse } from '@floowe/platform'
import type { Collection } from './collection.ts'
import { dayCount, type Days, daysBetween } from './days.ts'
import type { Places } from './places.ts'
import * as store from './store.ts'

const daysMax = 400
const namesMax = 50
const articlesMax = 100

export type Asked = { from: string; to: string }

export function createFigures(host: Host, parts: { places: Places; collection: Collection; days: Days }) {
  const { db, clock, log } = host
  const { places, collection, days } = parts

  const figures = async (workspaceId: string, articleId: string | null, { from, to }: Asked): Promise<Figures> => {
    const count = dayCount(from, to)
    if (count < 1) refuse('invalid-input', { issues: [{ path: 'to', problem: 'before the first day' }] })
    if (count > daysMax) refuse('range-too-long')
    // What this process still holds belongs to the answer; when it cannot be written, older numbers are better than none.
    await collection.flush().catch((error) => log.debug('answered without the last views', { error }))
    const range = { from, to, articleId }
    const freshAt = clock.instant()
    const [byDay, referrers, campaigns, languages, first, zone] = await Promise.all([
      store.byDay(db, workspaceId, range),
      store.byReferrer(db, workspaceId, range, namesMax),
      store.byCampaign(db, workspaceId, range, namesMax),
      store.byLanguage(db, workspaceId, range, namesMax),
      store.firstDay(db, workspaceId, articleId),
      places.zoneOf(workspaceId),
    ])
    const counted = new Map(byDay.map((row) => [row.day, row]))
    const list = daysBetween(from, to).map((day) => ({
      day,
      views: counted.get(day)?.views ?? 0,
      visits: counted.get(day)?.visits ?? 0,
    }))
    return {
      total: {
        views: list.reduce((sum, row) => sum + row.views, 0),
        visits: list.reduce((sum, row) => sum + row.visits, 0),
      },
      days: list,
      referrers,
      campaigns,
      languages,
      countedSince: first === null ? null : days.startOf(first, zone ?? 'UTC'),
      freshAt,
    }
  }
  return {
    ofArticle: (workspaceId: string, articleId: string, asked: Asked): Promise<Figures> =>
      figures(workspaceId, articleId, asked),
    overview: async (workspaceId: string, asked: Asked) => {
      const whole = await figures(workspaceId, null, asked)
      return { ...whole, articles: await store.byArticle(db, workspaceId, { ...asked, articleId: null }, articlesMax) }
    },
  }
}
export type FiguresOf = ReturnType<typeof createFigures>
