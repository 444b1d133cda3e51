/** Whether an article may go out at an instant, as far as embargo and blackouts say; and the next free slot of a channel. */
import type { ChannelSlots, SlotMoment } from '@floowe/contracts/calendar'
import { blackoutAt } from '@floowe/contracts/conflicts'
import type { ChannelId } from '@floowe/contracts/vocabulary'
import { refuse, type Sql } from '@floowe/platform'
import { rederived, type Slot } from '../schedule.ts'
import { nextFree, slotDaysMax, slotMoments, type Span } from './slots.ts'
import * as rows from './store/settings.ts'

const dayMs = 86_400_000

/** As instants: a blackout begins with the first of two readings, and ends with the last. */
export const spansOf = (settings: rows.SettingsRow | null): (Span & { fromWall: string; untilWall: string })[] =>
  (settings?.blackouts ?? []).map(({ name, from, until }) => ({
    name,
    fromWall: from,
    untilWall: until,
    from: rederived(from, settings?.zone ?? 'UTC', 'earlier'),
    until: rederived(until, settings?.zone ?? 'UTC', 'later'),
  }))

/**
 * Call it before anything of the article is locked: who sets an embargo waits until the plan is made, and then sees it.
 * @throws Refusal embargoed, blackout
 */
export async function mayGoOutAt(tx: Sql, workspaceId: string, articleId: string, dueAt: string): Promise<void> {
  await rows.lockEmbargo(tx, workspaceId, articleId, false)
  const { embargo, settings } = await rows.readLimits(tx, workspaceId, articleId)
  if (embargo && Date.parse(dueAt) < embargo.until.getTime()) {
    const { wallTime, zone, until } = embargo
    refuse('embargoed', { until: until.toISOString(), wallTime, zone })
  }
  const black = blackoutAt(spansOf(settings), Date.parse(dueAt))
  if (black) refuse('blackout', { name: black.name, from: black.fromWall, until: black.untilWall })
}

export const slotsOf = (row: rows.SlotsRow | null, channelId: string, workspaceZone: string): ChannelSlots => ({
  channelId: channelId as ChannelId, // of a row
  ownZone: row?.ownZone ?? null,
  zone: row?.ownZone ?? workspaceZone,
  slots: row?.slots ?? [],
  skip: row?.skip ?? { holidays: false, closedSundays: false },
  revision: row?.revision ?? 0,
})

export type Looking = { workspaceId: string; channelId: string; zone: string; after: string; exceptId?: string }

/** @param looking.zone the workspace's, for a channel that has none of its own */
export async function momentsAfter(sql: Sql, looking: Looking): Promise<Iterable<SlotMoment>> {
  const { workspaceId, channelId, zone, after, exceptId } = looking
  const slots = slotsOf(await rows.readSlots(sql, workspaceId, channelId), channelId, zone)
  const to = new Date(Date.parse(after) + (slotDaysMax + 2) * dayMs).toISOString()
  const taken = await rows.takenInstants(sql, workspaceId, channelId, { from: after, to }, exceptId ?? null)
  return slotMoments(slots, after, taken, spansOf(await rows.readCalendarSettings(sql, workspaceId)))
}

/** Nobody else takes it before the transaction ends. An embargoed article takes the first one behind its embargo. @throws Refusal no-free-slot */
export async function takeNextSlot(tx: Sql, looking: Looking & { articleId: string }): Promise<Slot> {
  const { workspaceId, channelId, articleId } = looking
  await rows.lockEmbargo(tx, workspaceId, articleId, false)
  await rows.lockSlots(tx, workspaceId, channelId)
  const embargo = await rows.readEmbargo(tx, workspaceId, articleId)
  // A slot at the very end of the embargo is allowed; moments come after the instant that is asked with.
  const openFrom = embargo ? new Date(embargo.until.getTime() - 1).toISOString() : looking.after
  const after = openFrom > looking.after ? openFrom : looking.after
  const free = nextFree(await momentsAfter(tx, { ...looking, after })) ?? refuse('no-free-slot')
  const { wallTime, zone, pick, dueAt } = free
  return { wallTime, zone, pick, dueAt: dueAt ?? refuse('no-free-slot') }
}
