/** Operations on links that show the calendar to people without an account. */
import type { Contracts } from '@floowe/contracts/index'
import { type Api, type Cache, found, refuse } from '@floowe/platform'
import { namesFor } from '../answers.ts'
import { campaignAnswer, linkAnswer } from './answers.ts'
import { campaignsMax } from './campaigns.ts'
import * as links from './links.ts'
import { projection } from './projection.ts'
import { listCampaigns } from './store/campaigns.ts'

type PublishingApi = Api<Contracts['publishing']>
type Operations = 'listCalendarLinks' | 'createCalendarLink' | 'revokeCalendarLink' | 'openCalendarLink'
const pageRows = 1_000

export function linkOperations(parts: links.LinkParts & { cache: Cache }): Pick<PublishingApi, Operations> {
  const { db } = parts
  return {
    listCalendarLinks: async (_, call) => {
      const found = await links.linkList(db, call.workspaceId)
      const names = await namesFor(parts, call, found)
      return found.map((row) => linkAnswer(row, names))
    },
    createCalendarLink: async (wish, call) => {
      const { id, url } = await links.create(parts, call, wish)
      const made = (await links.linkList(db, call.workspaceId)).find((row) => row.id === id) ?? null
      const row = found(made, 'link')
      return { ...linkAnswer(row, await namesFor(parts, call, [row])), url }
    },
    revokeCalendarLink: async ({ id }, call) => {
      await links.revoke(parts, call, id)
      return {}
    },
    openCalendarLink: async ({ token, from, to, after }) => {
      const link = (await links.open(parts, token, 'page')) ?? refuse('link-expired')
      const { workspaceId, zone, name, filters } = link
      const workspace = await links.workspaceOf(parts, workspaceId)
      const { rows, next } = await projection(db, workspaceId, { from, to, zone, after, limit: pageRows }, filters)
      const campaigns = await listCampaigns(db, workspaceId, { from, to }, campaignsMax)
      // Only what goes out for the reader to see; a name alone can say what is not told yet.
      const shown = new Set(rows.flatMap(({ campaignIds }) => campaignIds))
      return {
        ...{ workspaceName: workspace.name, name, zone, next },
        expiresAt: link.expiresAt?.toISOString() ?? null,
        items: rows.map((row) => links.sharedItem(link, row)),
        campaigns: campaigns.filter(({ id }) => link.showsTitles && shown.has(id)).map(campaignAnswer),
      }
    },
  }
}
