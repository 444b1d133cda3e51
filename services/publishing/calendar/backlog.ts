/** Articles that go nowhere yet: content knows the articles, publishing what goes out. */
import type { BacklogItem } from '@floowe/contracts/calendar'
import type { Language } from '@floowe/contracts/vocabulary'
import { type Call, type Calls, type Database, refuse } from '@floowe/platform'
import { asOf } from '../news.ts'
import { goingEditions } from '../store/deliveries.ts'
import { campaignsOf } from './store/campaigns.ts'
import { embargoesOf } from './store/settings.ts'

type Parts = { db: Database; call: Calls }
export type Wanted = {
  limit: number
  after?: string | undefined
  language?: Language | undefined
  campaign?: string | undefined
  text: string
}
const pageMax = 100
/** Where nearly everything is out already, somebody asks on. */
const pagesMax = 20

/** `after` and `next` count the articles that were looked at. */
export async function backlog(
  { db, call: calls }: Parts,
  call: Call,
  { limit, after, language, campaign, text }: Wanted,
): Promise<{ items: BacklogItem[]; next: string | null }> {
  if (after !== undefined && !/^\d{1,6}$/.test(after))
    refuse('invalid-input', { issues: [{ path: 'after', problem: 'not a cursor' }] })
  let offset = Number(after ?? 0)
  const items: BacklogItem[] = []
  const search = { limit: pageMax, ...(text !== '' && { query: text }), ...(language && { language }) }
  for (let turn = 0; turn < pagesMax; turn++) {
    const page = await calls.content.listArticles({ ...search, offset, sort: 'updated' }, asOf(call))
    const articleIds = page.items.map(({ id }) => id)
    const going = await goingEditions(db, call.workspaceId, articleIds)
    const campaigns = await campaignsOf(db, call.workspaceId, articleIds)
    const embargoes = await embargoesOf(db, call.workspaceId, articleIds)
    for (const article of page.items) {
      if (items.length >= limit) return { items, next: String(offset) }
      offset += 1
      const campaignIds = (campaigns.get(article.id) ?? []) as BacklogItem['campaignIds'] // ids of rows
      if (campaign !== undefined && !campaignIds.some((id) => id === campaign)) continue
      const embargoUntil = embargoes.get(article.id) ?? null
      for (const edition of article.editions) {
        const { id: editionId, title, status, updatedAt } = edition
        if (going.has(editionId) || status === 'archived' || (language && edition.language !== language)) continue
        const { id: articleId } = article
        items.push({
          articleId,
          editionId,
          title,
          language: edition.language,
          status,
          updatedAt,
          campaignIds,
          embargoUntil,
        })
      }
    }
    if (page.items.length < pageMax) return { items, next: null }
  }
  return { items, next: String(offset) }
}
