/**
 * What the schedule finds when it opens its eyes: plans that fell due while nothing was running, plans on channels that are
 * not connected, plans that nobody approved in time, connections that end soon, zone data that changed.
 *
 * "Nothing was running" is known from a pulse that every publishing process writes while it is awake. A pulse older than the
 * grace means that all of them were off, asleep, or cut off from the database; a new process among busy ones finds a fresh
 * pulse, and takes its share of what is late without calling it missed.
 */
import type { Clock, Database, Log, Transaction } from '@floowe/platform'
import { ownCause, tell, tellExpiring, tellMoved } from './news.ts'
import { rederiveEmbargoes } from './calendar/embargoes.ts'
import { rederived } from './schedule.ts'
import { markEnding, standardSettings } from './store/channels.ts'
import {
  type Changed,
  countOnHold,
  holdOpen,
  lockPulse,
  markMissed,
  markUnapproved,
  markUnsendable,
  moveDue,
  skipSequences,
  writePulse,
  zonedPlans,
} from './store/ledger.ts'
import { forgetProgress } from './store/recipients.ts'

/** So late, and a plan counts as missed if nothing was running; so long, and a plan waits for its paused channel. */
const graceMs = 60_000
const pulseEveryMs = 10_000
const batchMax = 500
const sequencesSkipped = 1_000_000
/** People are told so many days before a connection ends that only they can renew. */
const warnDays = [1, 7]
const warnEveryMs = 10 * 60_000
const batchesMax = 2_000

/** Answers the time (Unix ms) of the last look: this one, or an earlier one that is still fresh. */
export type Watch = { look: () => Promise<number> }
type Parts = { db: Database; clock: Clock; log: Log }

/** @param options.holdFirst at the first look, puts everything due or under way on hold: the start after a restore */
export function createWatch(parts: Parts, options: { holdFirst: boolean; zoneData: string }): Watch {
  const { db, clock, log } = parts
  let isFirst = true
  let lookedMs = Number.NEGATIVE_INFINITY
  let warnedMs = Number.NEGATIVE_INFINITY
  return {
    look: async () => {
      const nowMs = clock.now()
      if (!isFirst && Math.abs(nowMs - lookedMs) < pulseEveryMs) return lookedMs
      if (isFirst && options.holdFirst) {
        const held = await holdEverything(parts, clock.instant())
        log.info('deliveries that were due or under way are on hold, as FLOOWE_PUBLISHING_HOLD says', { held })
      }
      // First: what could not have been sent anyway says so, also when nothing was running.
      await inBatches(db, (tx) => setAside(tx, nowMs))
      await inBatches(db, (tx) => missUnapproved(tx, nowMs))
      await inBatches(db, (tx) => catchUp(tx, nowMs, options.zoneData))
      if (Math.abs(nowMs - warnedMs) >= warnEveryMs) {
        for (const days of warnDays) await inBatches(db, (tx) => warn(tx, nowMs, days))
        warnedMs = nowMs
      }
      isFirst = false
      lookedMs = nowMs
      return nowMs
    },
  }
}

/** Batches in transactions of their own, until one is not full. */
async function inBatches(db: Database, batch: (tx: Transaction) => Promise<number>): Promise<void> {
  for (let turn = 0; turn < batchesMax; turn++) if ((await db.transaction(batch)) < batchMax) return
}

/**
 * The schemas of a backup may stem from slightly different moments, so the site can know numbers that no delivery here bears
 * yet and would take for newer; numbers go on beyond all of them.
 * @returns how many deliveries wait on hold now, those from before included
 */
export async function holdEverything({ db, clock }: Pick<Parts, 'db' | 'clock'>, since: string): Promise<number> {
  const dueUntil = since > clock.instant() ? since : clock.instant()
  await db.transaction((tx) => skipSequences(tx, sequencesSkipped))
  await inBatches(db, (tx) => holdOpen(tx, clock.instant(), dueUntil, batchMax))
  await forgetProgress(db)
  return countOnHold(db)
}

/** The pulse is written by the batch that found nothing more, so a second process starting now waits until all is marked. */
async function catchUp(tx: Transaction, nowMs: number, zoneData: string): Promise<number> {
  const now = new Date(nowMs).toISOString()
  const pulse = await lockPulse(tx)
  const isGap = pulse !== null && nowMs - pulse.seenAt.getTime() > graceMs
  const missed = isGap
    ? await markMissed(tx, now, new Date(nowMs - graceMs).toISOString(), standardSettings.lateMinutesMax, batchMax)
    : []
  for (const row of missed) await tellMissed(tx, row)
  if (missed.length < batchMax) {
    if (pulse !== null && pulse.zoneData !== zoneData) {
      await rederivePlans(tx)
      await rederiveEmbargoes(tx)
    }
    await writePulse(tx, now, zoneData)
  }
  return missed.length
}

async function setAside(tx: Transaction, nowMs: number): Promise<number> {
  const rows = await markUnsendable(
    tx,
    new Date(nowMs).toISOString(),
    new Date(nowMs - graceMs).toISOString(),
    batchMax,
  )
  for (const row of rows) await tellMissed(tx, row)
  return rows.length
}

async function warn(tx: Transaction, nowMs: number, days: number): Promise<number> {
  const ending = await markEnding(tx, nowMs, days, batchMax)
  for (const channel of ending) await tellExpiring(tx, ownCause(channel.workspaceId), channel)
  return ending.length
}

async function missUnapproved(tx: Transaction, nowMs: number): Promise<number> {
  const rows = await markUnapproved(tx, new Date(nowMs - graceMs).toISOString(), batchMax)
  for (const row of rows) await tellMissed(tx, row)
  return rows.length
}

const tellMissed = (tx: Transaction, row: Changed): Promise<void> =>
  tell(tx, 'publishing.delivery-missed', ownCause(row.workspaceId), row, 'missed')

/** Rules of zones change by law. A plan is a promise about a wall clock, so its instant follows. */
async function rederivePlans(tx: Transaction): Promise<void> {
  let afterId = '00000000-0000-0000-0000-000000000000'
  for (let turn = 0; turn < batchesMax; turn++) {
    const plans = await zonedPlans(tx, afterId, batchMax)
    for (const plan of plans) {
      afterId = plan.id
      const dueAt = rederived(plan.wallTime, plan.zone, plan.pick)
      if (dueAt === plan.dueAt.toISOString()) continue
      await moveDue(tx, plan.workspaceId, plan.id, dueAt)
      await tellMoved(tx, ownCause(plan.workspaceId), plan, dueAt)
    }
    if (plans.length < batchMax) return
  }
}
