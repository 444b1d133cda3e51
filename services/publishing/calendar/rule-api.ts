/** Operations on what plans by rules: settings, slots, series, campaigns, embargoes. */
import type { Contracts } from '@floowe/contracts/index'
import { type Api, type Call, found, once, refuse } from '@floowe/platform'
import { namesFor } from '../answers.ts'
import { asOf, causeOf, tellCalendar } from '../news.ts'
import { getChannel, listChannels } from '../store/channels.ts'
import { campaignAnswer, seriesAnswer } from './answers.ts'
import * as campaigns from './campaigns.ts'
import { plusDays, unclearTimes } from './moments.ts'
import { occurrencesOf } from './occurrences.ts'
import * as series from './series.ts'
import type { MakingParts } from './series-making.ts'
import { getCampaign, listCampaigns } from './store/campaigns.ts'
import * as seriesRows from './store/series.ts'
import * as rows from './store/settings.ts'
import { momentsAfter, slotsOf } from './times.ts'
import { rangeOfDays, readingOf } from '../schedule.ts'
import { workspaceZone } from './zones.ts'

type PublishingApi = Api<Contracts['publishing']>
type Rules =
  | 'getCalendarSettings'
  | 'updateCalendarSettings'
  | 'listSlots'
  | 'setSlots'
  | 'nextSlots'
  | 'getArticlePlanning'
  | 'updateArticlePlanning'
  | 'listCampaigns'
  | 'createCampaign'
  | 'updateCampaign'
  | 'removeCampaign'
  | 'restoreCampaign'

/** The clocks are asked so far ahead whether an hour comes twice or never. */
const clearYears = 10
const nextShown = 20

export const ruleOperations = (parts: MakingParts): Pick<PublishingApi, Rules> => ({
  ...settingOperations(parts),
  ...slotOperations(parts),
  ...campaignOperations(parts),
})

const standard = { spacingMinutes: rows.spacingStandard, blackouts: [] }
const invalid = (path: string, problem: string): never => refuse('invalid-input', { issues: [{ path, problem }] })

type Settings = 'getCalendarSettings' | 'updateCalendarSettings' | 'getArticlePlanning' | 'updateArticlePlanning'
function settingOperations(parts: MakingParts): Pick<PublishingApi, Settings> {
  const { db } = parts
  const answer = async (call: Call) => {
    const { spacingMinutes, blackouts } = (await rows.readCalendarSettings(db, call.workspaceId)) ?? standard
    return { spacingMinutes, blackouts }
  }
  return {
    getCalendarSettings: (_, call) => answer(call),
    updateCalendarSettings: async (change, call) => {
      const zone = await workspaceZone(parts, call.workspaceId)
      for (const [at, { from, until }] of (change.blackouts ?? []).entries()) {
        readingOf(from, zone)
        readingOf(until, zone)
        if (until < from) invalid(`blackouts.${at}.until`, 'before it begins')
      }
      await db.transaction(async (tx) => {
        const known = (await rows.readCalendarSettings(tx, call.workspaceId)) ?? standard
        const { spacingMinutes = known.spacingMinutes, blackouts = known.blackouts } = change
        await rows.writeCalendarSettings(tx, call.workspaceId, { spacingMinutes, blackouts }, zone)
        await tellCalendar(tx, causeOf(call), { what: 'settings', id: call.workspaceId, change: 'changed' })
      })
      return answer(call)
    },
    getArticlePlanning: async ({ articleId }, call) => {
      await parts.call.content.getArticle({ id: articleId }, asOf(call))
      return campaigns.planningOf(parts, call.workspaceId, articleId)
    },
    updateArticlePlanning: async (change, call) => {
      await campaigns.changePlanning(parts, call, change)
      parts.wake()
      return campaigns.planningOf(parts, call.workspaceId, change.articleId)
    },
  }
}

type Slots = 'listSlots' | 'setSlots' | 'nextSlots'
function slotOperations(parts: MakingParts): Pick<PublishingApi, Slots> {
  const { db, clock } = parts
  const inOrder = <Timed extends { weekday: number; time: string }>(slots: readonly Timed[]): Timed[] => [
    ...new Map(
      [...slots]
        .sort((one, other) => one.weekday - other.weekday || (one.time < other.time ? -1 : 1))
        .map((slot) => [`${slot.weekday} ${slot.time}`, slot]),
    ).values(),
  ]
  return {
    listSlots: async (_, call) => {
      const zone = await workspaceZone(parts, call.workspaceId)
      const known = new Map((await rows.listSlots(db, call.workspaceId)).map((row) => [row.channelId, row]))
      return (await listChannels(db, call.workspaceId)).map(({ id }) => slotsOf(known.get(id) ?? null, id, zone))
    },
    setSlots: async ({ channelId, ownZone, slots: given, skip, basedOn }, call) => {
      found(await getChannel(db, call.workspaceId, channelId), 'channel')
      const zone = ownZone ?? (await workspaceZone(parts, call.workspaceId))
      const slots = inOrder(given)
      const unpicked = slots.filter(({ pick }) => pick === null)
      const times = unclearTimes(zone, unpicked, clock.now(), clearYears)
      if (times.length > 0) refuse('times-unclear', { zone, times })
      await db.transaction(async (tx) => {
        const row = { channelId, ownZone, slots, skip, basedOn, at: clock.instant(), by: call.caller.actor }
        if (!(await rows.writeSlots(tx, call.workspaceId, row)))
          refuse('stale-revision', { current: (await rows.readSlots(tx, call.workspaceId, channelId))?.revision ?? 0 })
        await tellCalendar(tx, causeOf(call), { what: 'slots', id: channelId, change: 'changed' })
      })
      return slotsOf(await rows.readSlots(db, call.workspaceId, channelId), channelId, zone)
    },
    nextSlots: async ({ channelId, from, limit }, call) => {
      found(await getChannel(db, call.workspaceId, channelId), 'channel')
      const zone = await workspaceZone(parts, call.workspaceId)
      const own = slotsOf(await rows.readSlots(db, call.workspaceId, channelId), channelId, zone)
      const begin = from === undefined ? null : rangeOfDays(from, from, own.zone).fromInstant
      // The first moment of the day itself is asked for too.
      const wanted = begin === null ? '' : new Date(Date.parse(begin) - 1).toISOString()
      const after = wanted > clock.instant() ? wanted : clock.instant()
      const moments = []
      for (const moment of await momentsAfter(db, { workspaceId: call.workspaceId, channelId, zone, after })) {
        moments.push(moment)
        if (moments.length >= limit) break
      }
      return moments
    },
  }
}

type Campaigns = 'listCampaigns' | 'createCampaign' | 'updateCampaign' | 'removeCampaign' | 'restoreCampaign'
function campaignOperations(parts: MakingParts): Pick<PublishingApi, Campaigns> {
  const { db, ids } = parts
  const answer = async (call: Call, id: string) =>
    campaignAnswer(found(await getCampaign(db, call.workspaceId, id), 'campaign'))
  return {
    listCampaigns: async (range, call) =>
      (await listCampaigns(db, call.workspaceId, range, campaigns.campaignsMax)).map(campaignAnswer),
    createCampaign: (input, call) => {
      const id = call.onceId ?? ids.next<string>()
      return once(
        call.onceId,
        async (made) => ((await getCampaign(db, call.workspaceId, made)) ? answer(call, made) : null),
        async () => {
          await campaigns.create(parts, call, id, input)
          return answer(call, id)
        },
      )
    },
    updateCampaign: async (input, call) => {
      await campaigns.update(parts, call, input)
      return answer(call, input.id)
    },
    removeCampaign: async ({ id }, call) => {
      await campaigns.remove(parts, call, id)
      return {}
    },
    restoreCampaign: async ({ id }, call) => {
      await campaigns.restore(parts, call, id)
      return answer(call, id)
    },
  }
}

type Series =
  | 'previewSeries'
  | 'createSeries'
  | 'listSeries'
  | 'getSeries'
  | 'updateSeries'
  | 'endSeries'
  | 'resumeSeries'
export function seriesOperations(parts: MakingParts): Pick<PublishingApi, Series> {
  const { db, ids, clock } = parts
  const answer = async (call: Call, id: string) => {
    const row = found(await seriesRows.getSeries(db, call.workspaceId, id), 'series')
    return seriesAnswer(row, await namesFor(parts, call, [row]), call.locale)
  }
  return {
    previewSeries: async (input, call) => {
      const { warnings, ...shown } = await series.preview(parts, call, input)
      return { ...shown, warnings: [...warnings] }
    },
    createSeries: (input, call) => {
      const id = call.onceId ?? ids.next<string>()
      return once(
        call.onceId,
        async (made) => ((await seriesRows.getSeries(db, call.workspaceId, made)) ? answer(call, made) : null),
        async () => {
          await series.create(parts, call, id, input)
          return answer(call, id)
        },
      )
    },
    listSeries: async ({ limit, offset, ...filter }, call) => {
      const { items, total } = await seriesRows.listSeries(db, call.workspaceId, filter, limit, offset)
      const names = await namesFor(parts, call, items)
      return { items: items.map((row) => seriesAnswer(row, names, call.locale)), total }
    },
    getSeries: async ({ id }, call) => {
      const row = found(await seriesRows.getSeries(db, call.workspaceId, id), 'series')
      const made = new Map((await seriesRows.madeDays(db, call.workspaceId, id)).map((one) => [one.day, one]))
      const today = plusDays(clock.instant().slice(0, 10), -1)
      const coming = occurrencesOf(row.plan).filter(({ day }) => row.state === 'active' && day >= today)
      const next = coming.slice(0, nextShown).map((occurrence) => {
        const { id: deliveryId = null, isDetached = false } = made.get(occurrence.day) ?? {}
        return { ...occurrence, deliveryId, isDetached }
      })
      return { ...(await answer(call, id)), next }
    },
    updateSeries: async (input, call) => {
      await series.update(parts, call, input)
      return answer(call, input.id)
    },
    endSeries: async ({ id }, call) => {
      await series.end(parts, call, id)
      return answer(call, id)
    },
    resumeSeries: async ({ id }, call) => {
      await series.resume(parts, call, id)
      return answer(call, id)
    },
  }
}
