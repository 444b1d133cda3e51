/**
 * What stands against a time for a plan, as far as it follows from what is known without asking anybody. Pure: the server asks it before
 * it plans, the web app while a card is being dragged.
 */
import type { Conflict } from './calendar-shapes.ts'
import { holidayOn, isClosedSunday } from './polish-days.ts'

/** Enough of a delivery on the same channel. */
export type Neighbour = { id: string; channelId: string; state: string; dueAt: string }
export type Target = {
  /** The plan that moves, which is no conflict with itself. */
  deliveryId: string | null
  channelId: string
  /** As wall clocks of its zone show it. */
  day: string
  dueAt: string
}
export type Known = {
  now: string
  spacingMinutes: number
  /** Of this channel or any. */
  neighbours: readonly Neighbour[]
  embargoUntil: string | null
  /** As instants, both ends included. */
  blackouts: readonly { name: string; from: string; until: string }[]
  approval: { state: string; window: { from: string; until: string } | null } | null
  /** `connected`, or what it is instead; null: not known. */
  channelState: string | null
}

const over: ReadonlySet<string> = new Set(['cancelled', 'replaced', 'unpublished', 'failed', 'missed'])
const minuteMs = 60_000

const conflict = (code: Conflict['code'], weight: Conflict['weight'], more: Partial<Conflict> = {}): Conflict => ({
  ...{ code, weight, deliveryId: null, minutes: null, at: null, later: null, name: null, problems: [] },
  ...more,
})

/** Those that refuse first. */
export function conflictsOf(target: Target, known: Known): Conflict[] {
  const { dueAt, day } = target
  const dueMs = Date.parse(dueAt)
  const found: Conflict[] = []
  if (dueMs <= Date.parse(known.now)) found.push(conflict('past', 'refused'))
  if (known.channelState !== null && known.channelState !== 'connected')
    found.push(conflict('channel-not-ready', 'refused'))
  if (known.embargoUntil !== null && dueMs < Date.parse(known.embargoUntil))
    found.push(conflict('embargoed', 'refused', { at: known.embargoUntil as Conflict['at'] })) // an instant, as the contract says
  const blackout = blackoutAt(known.blackouts, dueMs)
  if (blackout)
    found.push(
      conflict('blackout', 'refused', {
        at: blackout.until as Conflict['at'], // an instant, as the contract says
        name: { en: blackout.name, pl: blackout.name },
      }),
    )
  const near = nearest(target, known)
  if (near)
    found.push(
      conflict('too-close', 'warning', {
        deliveryId: near.id as Conflict['deliveryId'], // it came with a delivery
        minutes: near.minutes,
      }),
    )
  found.push(...approvalConflicts(known.approval, dueMs))
  const holiday = holidayOn(day)
  if (holiday) found.push(conflict('holiday', 'note', { name: holiday }))
  else if (isClosedSunday(day)) found.push(conflict('closed-sunday', 'note'))
  return found
}

export const blackoutAt = <Span extends { from: string; until: string }>(
  spans: readonly Span[],
  dueMs: number,
): Span | null => spans.find(({ from, until }) => dueMs >= Date.parse(from) && dueMs <= Date.parse(until)) ?? null

function nearest(
  { deliveryId, channelId, dueAt }: Target,
  { neighbours, spacingMinutes }: Known,
): { id: string; minutes: number } | null {
  const dueMs = Date.parse(dueAt)
  let found: { id: string; apartMs: number } | null = null
  for (const near of neighbours) {
    if (near.channelId !== channelId || near.id === deliveryId || over.has(near.state)) continue
    const apartMs = Math.abs(Date.parse(near.dueAt) - dueMs)
    if (apartMs < spacingMinutes * minuteMs && (found === null || apartMs < found.apartMs))
      found = { id: near.id, apartMs }
  }
  return found && { id: found.id, minutes: Math.floor(found.apartMs / minuteMs) }
}

function approvalConflicts(approval: Known['approval'], dueMs: number): Conflict[] {
  if (approval === null || approval.state === 'not-needed') return []
  const { state, window } = approval
  if (state === 'approved' || state === 'open') {
    const isInside = window === null || (dueMs >= Date.parse(window.from) && dueMs <= Date.parse(window.until))
    if (!isInside) return [conflict('outside-approval', 'warning')]
    if (state === 'approved') return []
  }
  return [conflict('needs-approval', 'warning')]
}
