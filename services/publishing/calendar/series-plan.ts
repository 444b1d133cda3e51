/** What a series plans for one of its days. */
import type { Sql } from '@floowe/platform'
import type { DeliveryRow } from '../store/deliveries.ts'
import type { Slot } from '../schedule.ts'
import { occurrencesOf } from './occurrences.ts'
import { getSeries } from './store/series.ts'

/** Whether a delivery goes out when its series says; true for what is of no series. */
export async function isAsPlanned(
  sql: Sql,
  workspaceId: string,
  { seriesId, seriesDay }: Pick<DeliveryRow, 'seriesId' | 'seriesDay'>,
  slot: Pick<Slot, 'dueAt'>,
): Promise<boolean> {
  if (seriesId === null) return true
  const series = await getSeries(sql, workspaceId, seriesId)
  return (
    series !== null && occurrencesOf(series.plan).some(({ day, dueAt }) => day === seriesDay && dueAt === slot.dueAt)
  )
}
