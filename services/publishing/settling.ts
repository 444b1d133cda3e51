/** Writing down what became of an attempt, once, by the one who still holds it. */
import type { Transaction } from '@floowe/platform'
import { ownCause, tell, tellChannel, tellFailed, tellPublished } from './news.ts'
import type { Conclusion, SendingParts } from './sending.ts'
import { markAttention } from './store/channels.ts'
import { type Armed, endAttempt, hasOpenRemoval, lockArmed, retireLive, settle, type Settlement } from './store/ledger.ts'

const triesMax = 7
const pauseMs = 100

/**
 * The outcome is known only here, so a database that is away is asked again for some seconds, while the lease is renewed.
 * After that the row is left to the end of its lease, and goes out once more under the same id.
 * @param isGone true when nothing may be written any more
 */
export async function settleAttempt(parts: SendingParts, armed: Armed, conclusion: Conclusion, isGone: () => boolean): Promise<void> {
  const { db, clock, log } = parts
  for (let turn = 1; !isGone(); turn++) {
    try {
      const isOurs = await db.transaction((tx) => write(tx, armed, conclusion))
      if (!isOurs) log.warn('an answer came after another process had taken the delivery over; it was not written', { deliveryId: armed.id, fence: armed.fence })
      else if (conclusion.settlement.state === 'failed') log.warn('a delivery failed', { deliveryId: armed.id, code: conclusion.attempt.code })
      return
    } catch (error) {
      if (turn >= triesMax) throw error
      await new Promise<void>((resolve) => void clock.at(clock.now() + pauseMs * 2 ** (turn - 1), resolve))
    }
  }
}

async function write(tx: Transaction, armed: Armed, { settlement, attempt, needsPerson }: Conclusion): Promise<boolean> {
  const held = await lockArmed(tx, armed)
  if (!held) return false
  const isAccepted = settlement.state === 'published' || settlement.state === 'unpublished'
  const isOver = !isAccepted && (held.cancelledBy !== null || (armed.kind !== 'unpublish' && (await hasOpenRemoval(tx, armed))))
  const final: Settlement = isOver ? { ...settlement, state: 'cancelled', wakeAt: null } : settlement
  if (isAccepted) await retireLive(tx, armed, armed.kind === 'unpublish' ? 'unpublished' : 'replaced')
  await settle(tx, armed, final)
  await endAttempt(tx, armed, isOver ? { ...attempt, retryAt: null } : attempt)
  const cause = ownCause(armed.workspaceId)
  if (final.state === 'published') await tellPublished(tx, cause, armed, final.url)
  if (final.state === 'unpublished') await tell(tx, 'publishing.edition-unpublished', cause, armed, 'unpublished')
  if (final.state === 'failed') await tellFailed(tx, cause, armed, attempt.code ?? 'internal')
  if (final.state === 'cancelled') await tell(tx, 'publishing.delivery-cancelled', cause, armed, 'cancelled')
  if (needsPerson !== null && (await markAttention(tx, armed.workspaceId, armed.channelId, needsPerson))) await tellChannel(tx, cause, armed.channelId, 'attention')
  return true
}
