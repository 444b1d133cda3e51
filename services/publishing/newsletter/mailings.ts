/**
 * The ledger behind an issue: who gets it, who is on their way, what became of whom. What an answer means for the reader beside this
 * issue (an address that does not work gets no more) is written in the same transaction.
 */
import type { Clock, Database, RateLimits } from '@floowe/platform'
import type { Mailings } from '../networks/newsletter.ts'
import type { Settings } from '../settings.ts'
import { liveAddress } from '../store/deliveries.ts'
import * as rows from '../store/recipients.ts'
import { countSoftBounce, endSubscription } from '../store/subscribers.ts'
import { outcomeOf } from './outcomes.ts'

export type MailingParts = { db: Database; clock: Clock; rateLimits: RateLimits; settings: Settings }

/** Soft bounces in a row that end a subscription. */
export const softBouncesMax = 5
const paceTriesMax = 120

export function createMailings({ db, clock, rateLimits, settings }: MailingParts): Mailings {
  const rules = {
    attemptsMax: settings.attemptsMax,
    hoursMax: settings.retryHoursMax,
    pauseMs: settings.letterPauseMs,
  }
  return {
    begin: (of) =>
      db.transaction(async (tx) => {
        if (!(await rows.holdDelivery(tx, of))) return 'taken-over'
        if (await rows.wentOutBefore(tx, of)) return 'went-out-before'
        const viewUrl = await liveAddress(tx, of.workspaceId, of.editionId)
        if (await rows.beginMailing(tx, of, viewUrl, clock.instant())) await rows.addRecipients(tx, of)
        await rows.loseArmed(tx, of)
        await rows.reopenRefused(tx, of.workspaceId, of.deliveryId)
        return (await rows.tallyOf(tx, of.workspaceId, of.deliveryId)) ?? 'taken-over'
      }),
    take: (of) => rows.takeRecipient(db, of, clock.instant()),
    settle: async (of, taken, answer, messageId) => {
      const { bounce, isTrouble, ...settled } = outcomeOf(answer, taken, rules, clock.now(), messageId)
      await db.transaction(async (tx) => {
        if (!(await rows.settleRecipient(tx, of, taken, settled)) || bounce === null) return
        const { workspaceId, deliveryId, channelId } = of
        const bounced = { subscriberId: taken.id, deliveryId, channelId, wasBounced: false }
        const note = { code: settled.code ?? 'bounced', answer: answer.text }
        const isInARow = await rows.noteBounce(tx, workspaceId, bounced, note)
        if (isInARow !== null) await bounceReader(tx, workspaceId, taken.id, bounce, isInARow, clock.instant())
      })
      return { ...settled, bounce, isTrouble }
    },
    end: async (of) => {
      await rows.loseArmed(db, of)
      return rows.tallyOf(db, of.workspaceId, of.deliveryId)
    },
    pace: async (channelId, perSecond, signal) => {
      for (let turn = 0; turn < paceTriesMax && !signal.aborted; turn++) {
        const limit = { limit: perSecond, windowSeconds: 1 }
        const { allowed, resetSeconds } = await rateLimits.consume(`publishing:letters:${channelId}`, limit)
        if (allowed) return
        await pause(clock, resetSeconds * 1000, signal)
      }
    },
  }
}

/** Five soft bounces in a row are as good as a hard one. */
export async function bounceReader(
  tx: Parameters<typeof endSubscription>[0],
  workspaceId: string,
  subscriberId: string,
  bounce: 'hard' | 'soft',
  isInARow: boolean,
  at: string,
): Promise<void> {
  const isOver = bounce === 'hard' || (await countSoftBounce(tx, workspaceId, subscriberId, isInARow)) >= softBouncesMax
  if (isOver) await endSubscription(tx, workspaceId, subscriberId, 'bounced', at)
}

async function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const cancel = clock.at(clock.now() + ms, resolve)
  signal.addEventListener('abort', () => resolve(), { once: true })
  await promise
  cancel()
}
