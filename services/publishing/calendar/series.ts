/** Series as people plan, change and end them. What they make is in series-making.ts. */
import type { Occurrence, SeriesPlan, UnclearTime } from '@floowe/contracts/calendar'
import { blackoutAt } from '@floowe/contracts/conflicts'
import type { Call, Transaction } from '@floowe/platform'
import { found, refuse } from '@floowe/platform'
import { withdrawOf } from '../approvals/requests.ts'
import { asOf, causeOf, tell, tellCalendar } from '../news.ts'
import { followSeries } from '../publications.ts'
import { getChannel } from '../store/channels.ts'
import * as deliveries from '../store/deliveries.ts'
import { unclearOn } from './moments.ts'
import { type Against, occurrencesOf } from './occurrences.ts'
import { makeNow, type MakingParts } from './series-making.ts'
import * as rows from './store/series.ts'
import { readCalendarSettings, readEmbargo } from './store/settings.ts'
import { spansOf } from './times.ts'

const seriesMax = 500
export type SeriesInput = SeriesPlan & { editionId: string; channelId: string }

const planOf = ({ recurrence, firstDay, time, zone, pick, end, skip, instead }: SeriesPlan): SeriesPlan => ({
  ...{ recurrence, firstDay, time, zone, pick, end, skip, instead },
})

/** Hours that the clocks leave out or repeat on one of its days, while nobody has said what then. */
function unclearOf(plan: SeriesPlan): UnclearTime[] {
  if (plan.pick !== null) return []
  const found = new Map<string, UnclearTime>()
  // As if it were said: then each day has its hour.
  for (const { wallTime } of occurrencesOf({ ...plan, pick: 'later' })) {
    const unclear = wallTime === null ? null : unclearOn(wallTime.slice(0, 10), plan.time, plan.zone)
    if (unclear && !found.has(unclear.exists)) found.set(unclear.exists, unclear)
  }
  return [...found.values()]
}

async function networkFor(parts: MakingParts, call: Call, channelId: string) {
  const channel = found(await getChannel(parts.db, call.workspaceId, channelId), 'channel')
  const network = parts.networks[channel.network]
  if (network.facts.repeats === 'none') refuse('not-repeatable')
  return { channel, network }
}

async function articleOf({ call: calls }: MakingParts, call: Call, editionId: string) {
  const [edition] = await calls.content.describeEditions({ ids: [editionId] }, asOf(call))
  return found(edition ?? null, 'edition')
}

export async function preview(parts: MakingParts, call: Call, input: SeriesInput & { limit: number }) {
  const { db, clock } = parts
  const { network } = await networkFor(parts, call, input.channelId)
  const { articleId } = await articleOf(parts, call, input.editionId)
  const plan = planOf(input)
  const embargo = await readEmbargo(db, call.workspaceId, articleId)
  const blackouts = spansOf(await readCalendarSettings(db, call.workspaceId))
  const against: Against = (dueAt) => {
    const dueMs = Date.parse(dueAt)
    if (dueMs <= clock.now()) return 'past'
    if (embargo && dueMs < embargo.until.getTime()) return 'embargo'
    return blackoutAt(blackouts, dueMs) ? 'blackout' : null
  }
  const all = occurrencesOf(plan, against)
  const goingOut = all.filter(({ outcome }) => outcome !== 'skipped')
  const shown = all.filter(({ reason }) => reason !== 'past')
  return {
    occurrences: shown.slice(0, input.limit),
    total: goingOut.length,
    lastDay: goingOut.at(-1)?.wallTime?.slice(0, 10) ?? null,
    unclear: unclearOf(plan),
    warnings: network.facts.repeats === 'refused' && goingOut.length > 1 ? (['repeats-text'] as const) : [],
  }
}

/** @throws Refusal times-unclear, no-occurrence */
function checked(plan: SeriesPlan, nowMs: number): SeriesPlan {
  const times = unclearOf(plan)
  if (times.length > 0) refuse('times-unclear', { zone: plan.zone, times })
  const isToCome = ({ dueAt }: Occurrence): boolean => dueAt !== null && Date.parse(dueAt) > nowMs
  if (!occurrencesOf(plan).some(isToCome)) refuse('no-occurrence')
  return plan
}

/** @throws Refusal not-found, not-repeatable, channel-not-ready, in-trash, nothing-to-publish, times-unclear, no-occurrence, too-many-series */
export async function create(parts: MakingParts, call: Call, id: string, input: SeriesInput): Promise<void> {
  const { db, clock, call: calls } = parts
  const { channel } = await networkFor(parts, call, input.channelId)
  if (channel.state !== 'connected') refuse('channel-not-ready', { state: channel.state })
  const { editionId } = input
  const plan = checked(planOf(input), clock.now())
  const { articleId, title, language } = await calls.content.renderSnapshot({ editionId }, asOf(call))
  await db.transaction(async (tx) => {
    if ((await rows.countActive(tx, call.workspaceId)) >= seriesMax) refuse('too-many-series', { max: seriesMax })
    const at = clock.instant()
    const series = { id, articleId, editionId, title, language, channelId: channel.id, plan }
    await rows.insertSeries(tx, call.workspaceId, { ...series, createdBy: call.caller.actor, at })
    await tellCalendar(tx, causeOf(call), { what: 'series', id, change: 'made' })
  })
  await makeNow(parts, call.workspaceId, id)
}

/**
 * What is planned follows: to its new hour, or away where there is no such day any more. What is armed, out, or was moved or cancelled
 * by a person stays.
 * @throws Refusal not-found, stale-revision, series-over, not-repeatable, channel-not-ready, times-unclear, no-occurrence
 */
export async function update(
  parts: MakingParts,
  call: Call,
  { id, basedOn, ...wish }: SeriesPlan & { id: string; basedOn: number },
): Promise<void> {
  const { db, clock } = parts
  const plan = checked(planOf(wish), clock.now())
  const seen = found(await rows.getSeries(db, call.workspaceId, id), 'series')
  const { channel } = await networkFor(parts, call, seen.channelId)
  if (channel.state !== 'connected') refuse('channel-not-ready', { state: channel.state })
  await db.transaction(async (tx) => {
    const series = await locked(tx, call, seen)
    if (series.state === 'ended') refuse('series-over')
    if (series.revision !== basedOn) refuse('stale-revision', { current: series.revision })
    await rows.replanSeries(tx, call.workspaceId, id, plan, clock.instant())
    const days = new Map(occurrencesOf(plan).map((occurrence) => [occurrence.day, occurrence]))
    for (const { id: deliveryId } of await rows.followingIds(tx, call.workspaceId, id)) {
      const row = await deliveries.lockDelivery(tx, call.workspaceId, deliveryId)
      if (row?.state !== 'planned') continue
      const { wallTime = null, dueAt = null, pick = null } = days.get(row.seriesDay ?? '') ?? {}
      if (wallTime === null || dueAt === null || Date.parse(dueAt) <= clock.now()) await give(tx, call, row)
      else await followSeries(tx, parts, call, row, { wallTime, zone: plan.zone, pick, dueAt })
    }
    await tellCalendar(tx, causeOf(call), { what: 'series', id, change: 'changed' })
  })
  await makeNow(parts, call.workspaceId, id)
}

/** After all that concerns its place, as everybody does. */
async function locked(
  tx: Transaction,
  call: Call,
  { id, editionId, channelId }: rows.SeriesRow,
): Promise<rows.SeriesRow> {
  await deliveries.lockPlace(tx, call.workspaceId, editionId, channelId)
  return found(await rows.lockSeries(tx, call.workspaceId, id), 'series')
}

async function give(tx: Transaction, call: Call, row: deliveries.DeliveryRow): Promise<void> {
  await deliveries.cancel(tx, call.workspaceId, row.id, 'series', null)
  await withdrawOf(tx, causeOf(call), row)
  await tell(tx, 'publishing.delivery-cancelled', causeOf(call), row, 'cancelled')
}

/** Repeating it changes nothing. @throws Refusal not-found */
export async function end({ db }: MakingParts, call: Call, id: string): Promise<void> {
  const seen = found(await rows.getSeries(db, call.workspaceId, id), 'series')
  await db.transaction(async (tx) => {
    await locked(tx, call, seen)
    if ((await rows.endSeries(tx, call.workspaceId, { id })).length === 0) return
    for (const { id: deliveryId } of await rows.followingIds(tx, call.workspaceId, id)) {
      const row = await deliveries.lockDelivery(tx, call.workspaceId, deliveryId)
      if (row?.state === 'planned') await give(tx, call, row)
    }
    await tellCalendar(tx, causeOf(call), { what: 'series', id, change: 'removed' })
  })
}

/** @throws Refusal not-found, channel-not-ready, in-trash, nothing-to-publish, no-occurrence, times-unclear, not-repeatable, too-many-series */
export async function resume(parts: MakingParts, call: Call, id: string): Promise<void> {
  const { db, clock, call: calls } = parts
  const seen = found(await rows.getSeries(db, call.workspaceId, id), 'series')
  if (seen.state === 'active') return
  const { channel } = await networkFor(parts, call, seen.channelId)
  if (channel.state !== 'connected') refuse('channel-not-ready', { state: channel.state })
  checked(seen.plan, clock.now())
  await calls.content.renderSnapshot({ editionId: seen.editionId }, asOf(call))
  await db.transaction(async (tx) => {
    const series = await locked(tx, call, seen)
    if (series.state === 'active') return
    if ((await rows.countActive(tx, call.workspaceId)) >= seriesMax) refuse('too-many-series', { max: seriesMax })
    await rows.replanSeries(tx, call.workspaceId, id, series.plan, clock.instant())
    await tellCalendar(tx, causeOf(call), { what: 'series', id, change: 'changed' })
  })
  await makeNow(parts, call.workspaceId, id)
}
