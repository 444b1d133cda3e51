/** Many plans changed at once: each by itself, in the order they were named. */
import { refusalText } from '@floowe/contracts/refusal-words'
import { type Call, Refusal, refuse } from '@floowe/platform'
import { cancel, type PlanParts, reschedule, restore } from '../publications.ts'
import { type DeliveryRow, getDelivery } from '../store/deliveries.ts'
import { movedByDays } from './moments.ts'

export type Change =
  | { kind: 'move'; days: number; pick?: 'earlier' | 'later' | undefined }
  | { kind: 'cancel' }
  | { kind: 'restore' }
export type Changed = {
  id: string
  before: DeliveryRow | null
  refusal: { code: string; text: string } | null
}

export async function changeEach(
  parts: PlanParts,
  call: Call,
  ids: readonly string[],
  change: Change,
): Promise<Changed[]> {
  const changed: Changed[] = []
  for (const id of new Set(ids)) {
    const before = await getDelivery(parts.db, call.workspaceId, id)
    try {
      if (before === null) refuse('not-found', { what: 'delivery' })
      await changeOne(parts, call, before, change)
      changed.push({ id, before, refusal: null })
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      changed.push({
        id,
        before,
        refusal: { code: error.code, text: refusalText(error.code, call.locale, error.data) },
      })
    }
  }
  return changed
}

async function changeOne(parts: PlanParts, call: Call, row: DeliveryRow, change: Change): Promise<void> {
  if (change.kind === 'cancel') return cancel(parts, call, row.id)
  if (change.kind === 'restore') return restore(parts, call, row.id)
  const { wallTime, zone } = row
  // What goes out at once is on no wall clock.
  if (wallTime === null || zone === null) return refuse('wrong-state', { state: row.state })
  const when = { wallTime: movedByDays(wallTime, change.days), zone, ...(change.pick && { pick: change.pick }) }
  return reschedule(parts, call, { id: row.id, when })
}
