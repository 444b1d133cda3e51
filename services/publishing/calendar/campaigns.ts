/** Campaigns, and what planning knows of an article: its campaigns and its embargo. */
import type { ArticlePlanning, CampaignColour } from '@floowe/contracts/calendar'
import type { ArticleId } from '@floowe/contracts/vocabulary'
import type { Call, Calls, Clock, Database, Transaction } from '@floowe/platform'
import { found, refuse } from '@floowe/platform'
import { withdrawOf } from '../approvals/requests.ts'
import { asOf, causeOf, tell, tellCalendar } from '../news.ts'
import { instantFor } from '../schedule.ts'
import * as deliveries from '../store/deliveries.ts'
import * as rows from './store/campaigns.ts'
import { lockEmbargo, plansBefore, readEmbargo, removeEmbargo, writeEmbargo } from './store/settings.ts'

export type CampaignParts = { db: Database; clock: Clock; call: Calls }

export const campaignsMax = 500
const earlierMax = 200
export type CampaignFields = {
  name: string
  firstDay: string
  lastDay: string
  colour: CampaignColour
  note: string
}

const invalid = (path: string, problem: string): never => refuse('invalid-input', { issues: [{ path, problem }] })
const checked = (fields: CampaignFields): CampaignFields =>
  fields.lastDay < fields.firstDay ? invalid('lastDay', 'before the first day') : fields

/** @throws Refusal invalid-input, too-many-campaigns */
export async function create(
  { db, clock }: CampaignParts,
  call: Call,
  id: string,
  fields: CampaignFields,
): Promise<void> {
  checked(fields)
  await db.transaction(async (tx) => {
    await roomFor(tx, call)
    await rows.insertCampaign(tx, call.workspaceId, { ...fields, id, at: clock.instant(), by: call.caller.actor })
    await tellCalendar(tx, causeOf(call), { what: 'campaign', id, change: 'made' })
  })
}
async function roomFor(tx: Transaction, { workspaceId }: Call): Promise<void> {
  if ((await rows.countCampaigns(tx, workspaceId)) >= campaignsMax) refuse('too-many-campaigns', { max: campaignsMax })
}

type Change = { [Key in keyof CampaignFields]?: CampaignFields[Key] | undefined } & { id: string; basedOn: number }
/** @throws Refusal not-found, stale-revision, invalid-input */
export async function update({ db }: CampaignParts, call: Call, { id, basedOn, ...change }: Change): Promise<void> {
  await db.transaction(async (tx) => {
    const known = await standing(tx, call, id)
    const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
    const fields = checked({ ...known, ...given })
    if (!(await rows.writeCampaign(tx, call.workspaceId, id, basedOn, fields)))
      refuse('stale-revision', { current: (await standing(tx, call, id)).revision })
    await tellCalendar(tx, causeOf(call), { what: 'campaign', id, change: 'changed' })
  })
}
async function standing(tx: Transaction, call: Call, id: string): Promise<rows.CampaignRow> {
  const row = found(await rows.getCampaign(tx, call.workspaceId, id), 'campaign')
  return row.removedAt === null ? row : refuse('not-found', { what: 'campaign' })
}

/** Repeating it changes nothing. @throws Refusal not-found */
export async function remove({ db, clock }: CampaignParts, call: Call, id: string): Promise<void> {
  await db.transaction(async (tx) => {
    found(await rows.getCampaign(tx, call.workspaceId, id), 'campaign')
    if (await rows.setRemoved(tx, call.workspaceId, id, clock.instant()))
      await tellCalendar(tx, causeOf(call), { what: 'campaign', id, change: 'removed' })
  })
}
/** @throws Refusal not-found, too-many-campaigns */
export async function restore({ db }: CampaignParts, call: Call, id: string): Promise<void> {
  await db.transaction(async (tx) => {
    const row = found(await rows.getCampaign(tx, call.workspaceId, id), 'campaign')
    if (row.removedAt === null) return
    await roomFor(tx, call)
    await rows.setRemoved(tx, call.workspaceId, id, null)
    await tellCalendar(tx, causeOf(call), { what: 'campaign', id, change: 'made' })
  })
}

export async function planningOf(
  { db }: Pick<CampaignParts, 'db'>,
  workspaceId: string,
  articleId: string,
): Promise<ArticlePlanning> {
  const embargo = await readEmbargo(db, workspaceId, articleId)
  const campaigns = await rows.campaignsOf(db, workspaceId, [articleId])
  return {
    articleId: articleId as ArticleId, // as it was asked for
    campaignIds: (campaigns.get(articleId) ?? []) as ArticlePlanning['campaignIds'], // ids of rows
    embargo: embargo && { ...embargo, until: embargo.until.toISOString() },
  }
}

export type PlanningChange = {
  articleId: string
  campaignIds?: string[] | undefined
  embargo?: { wallTime: string; zone: string; pick: 'earlier' | 'later' | null } | null | undefined
  earlierPlans: 'refuse' | 'cancel'
}

/** @throws Refusal not-found, time-does-not-exist, time-exists-twice, planned-before-embargo, invalid-input */
export async function changePlanning(parts: CampaignParts, call: Call, change: PlanningChange): Promise<void> {
  const { db, call: calls } = parts
  const { articleId, campaignIds, embargo } = change
  await calls.content.getArticle({ id: articleId }, asOf(call))
  const until = embargo ? instantFor(embargo) : null
  await db.transaction(async (tx) => {
    if (embargo !== undefined) await lockEmbargo(tx, call.workspaceId, articleId, true)
    if (campaignIds) {
      const wanted = [...new Set(campaignIds)]
      const known = await rows.knownCampaigns(tx, call.workspaceId, wanted)
      if (known.length < wanted.length) refuse('not-found', { what: 'campaign' })
      await rows.writeArticleCampaigns(tx, call.workspaceId, articleId, wanted)
    }
    if (embargo === null) await removeEmbargo(tx, call.workspaceId, articleId)
    else if (embargo && until !== null) await embargoed(tx, parts, call, { ...change, embargo, until })
    await tellCalendar(tx, causeOf(call), { what: 'planning', id: articleId, change: 'changed' })
  })
}

type Embargo = PlanningChange & { embargo: NonNullable<PlanningChange['embargo']>; until: string }

async function embargoed(
  tx: Transaction,
  { clock }: CampaignParts,
  call: Call,
  { articleId, embargo, until, earlierPlans }: Embargo,
): Promise<void> {
  const earlier = await plansBefore(tx, call.workspaceId, articleId, until, earlierMax)
  if (earlier.length > 0 && earlierPlans === 'refuse')
    refuse('planned-before-embargo', { deliveryIds: earlier.map(({ id }) => id) })
  for (const { id } of earlier) {
    const seen = found(await deliveries.getDelivery(tx, call.workspaceId, id), 'delivery')
    await deliveries.lockPlace(tx, call.workspaceId, seen.editionId, seen.channelId)
    const row = await deliveries.lockDelivery(tx, call.workspaceId, id)
    if (!row || !['planned', 'failed', 'missed', 'on-hold'].includes(row.state)) continue
    await deliveries.cancel(tx, call.workspaceId, id, 'person', null)
    await deliveries.detach(tx, call.workspaceId, id, true)
    await withdrawOf(tx, causeOf(call), row)
    await tell(tx, 'publishing.delivery-cancelled', causeOf(call), row, 'cancelled')
  }
  await writeEmbargo(tx, call.workspaceId, articleId, { ...embargo, until, at: clock.instant(), by: call.caller.actor })
}
