/**
 * Days of series become deliveries, sixty days ahead. A day is made once: its row is unique, whoever makes it and however often. A
 * worker that dies leaves a series that is looked at again when its claim ends; two at once find each other's rows.
 */
import { isLostDatabase, type Log, Refusal } from '@floowe/platform'
import { ownCall } from '../news.ts'
import { plan, type PlanParts } from '../publications.ts'
import { createWaking, type Waking } from '../waking.ts'
import { occurrencesOf } from './occurrences.ts'
import * as rows from './store/series.ts'

export type MakingParts = PlanParts & { log: Log; wake: () => void }

export const daysAhead = 60
const dayMs = 86_400_000
const claimMs = 5 * 60_000
const againAfterMs = 60 * 60_000
const pollMs = 60_000
const seriesMax = 500

const iso = (ms: number): string => new Date(ms).toISOString()

/** Looks at what is due, until nothing more is. */
export function startMaking(parts: MakingParts): Waking {
  const { db, clock, log } = parts
  return createWaking({
    name: 'the days of series',
    clock,
    log,
    work: async () => {
      for (let turn = 0; turn < seriesMax; turn++) {
        const claimed = await rows.claimSeries(db, clock.instant(), iso(clock.now() + claimMs))
        if (!claimed) break
        await makeDays(parts, claimed)
      }
      const next = await rows.nextLook(db)
      return Math.max(clock.now(), Math.min(next?.getTime() ?? Number.POSITIVE_INFINITY, clock.now() + pollMs))
    },
  })
}

/** At once, for a person who waits; the upkeep leaves it alone meanwhile. */
export async function makeNow(parts: MakingParts, workspaceId: string, id: string): Promise<void> {
  await rows.claimOne(parts.db, workspaceId, id, iso(parts.clock.now() + claimMs))
  await makeDays(parts, { workspaceId, id })
}

/** Those that come into the next sixty days and are not there yet; and when to look again. */
async function makeDays(parts: MakingParts, { workspaceId, id }: rows.Claimed): Promise<void> {
  const { db, clock } = parts
  const series = await rows.getSeries(db, workspaceId, id)
  if (series?.state !== 'active') return
  const made = new Set((await rows.madeDays(db, workspaceId, id)).map(({ day }) => day))
  const nowMs = clock.now()
  const untilMs = nowMs + daysAhead * dayMs
  let lookAtMs: number | null = null
  let problem: rows.Looked['problem'] = null
  for (const { day, dueAt, wallTime, pick } of occurrencesOf(series.plan)) {
    const dueMs = dueAt === null ? null : Date.parse(dueAt)
    if (dueMs === null || wallTime === null || dueMs <= nowMs || made.has(day)) continue
    if (dueMs > untilMs) {
      lookAtMs = Math.min(lookAtMs ?? Number.POSITIVE_INFINITY, dueMs - daysAhead * dayMs)
      continue
    }
    const trouble = await makeDay(parts, workspaceId, series, { day, wallTime, pick })
    if (!trouble) continue
    problem ??= { ...trouble, day }
    lookAtMs = nowMs + againAfterMs
  }
  const { revision } = series
  await rows.noteLook(db, workspaceId, id, { revision, lookAt: lookAtMs === null ? null : iso(lookAtMs), problem })
  parts.wake()
}

type Day = { day: string; wallTime: string; pick: 'earlier' | 'later' | null }

async function makeDay(
  parts: MakingParts,
  workspaceId: string,
  { id, editionId, channelId, createdBy, revision, plan: of }: rows.SeriesRow,
  { day, wallTime, pick }: Day,
): Promise<{ code: string; detail: string | null } | null> {
  const { ids, log } = parts
  const when = { wallTime, zone: of.zone, ...(pick && { pick }) }
  try {
    const call = ownCall(workspaceId, ids.next())
    await plan(parts, call, ids.next(), { editionId, channelId, when, createdBy, series: { id, day, revision } })
    return null
  } catch (error) {
    if (isLostDatabase(error)) throw error
    if (error instanceof Refusal) return error.code === 'time-in-past' ? null : { code: error.code, detail: null }
    log.warn('a day of a series could not be made', { error, seriesId: id, day })
    return { code: 'internal', detail: null }
  }
}
