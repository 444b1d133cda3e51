/**
 * Visits: never counted twice or without having been; and counted, but for those that a process had taken in the moment before
 * it was killed. A view is in memory for half a second, which `services/analytics` says.
 */
import type { RunState, Violation } from '../state.ts'

/** Half a second, the writing itself, and a busy machine. */
const memoryMs = 2_500

export async function judgeVisits({ client, ledger, workspaceId, risks }: RunState): Promise<Violation[]> {
  const day = 24 * 60 * 60 * 1000
  const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)
  const { total } = await client.until<{ total: { views: number } }>({
    path: `/api/v1/analytics/overview?from=${dayOf(Date.now() - 2 * day)}&to=${dayOf(Date.now() + day)}`,
    headers: { 'floowe-workspace': workspaceId },
    through: ['analytics'],
  })
  const visits = ledger.of('visit').filter(({ state }) => state !== 'refused')
  const isSafe = (settledMs: number): boolean =>
    risks.every(({ fromMs, untilMs }) => settledMs < fromMs - memoryMs || settledMs > untilMs)
  const safe = visits.filter(
    ({ state, settledMs }) => state === 'acknowledged' && settledMs !== null && isSafe(settledMs),
  )
  if (total.views > visits.length)
    return [{ kind: 'duplicate', text: `${total.views} views are counted, and ${visits.length} were sent` }]
  if (total.views < safe.length)
    return [{ kind: 'lost', text: `${total.views} views are counted, and ${safe.length} were taken in quiet times` }]
  return []
}
