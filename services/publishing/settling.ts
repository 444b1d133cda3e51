/**
 * Writing down what became of attempts, once, by the one who still holds them. What ends at about the same time is written
 * together: two writers take what has gathered while they were busy.
 */
import type { Transaction } from '@floowe/platform'
import { ownCause, tell, tellChannel, tellFailed, tellPublished } from './news.ts'
import type { Conclusion, SendingParts } from './sending.ts'
import { markAttention } from './store/channels.ts'
import {
  type Armed,
  type Ended,
  type Held,
  lockEnded,
  retireLive,
  type Settlement,
  writeEnded,
} from './store/ledger.ts'

const writersMax = 2
const batchMax = 40
const triesMax = 7
const pauseMs = 100

type Item = { armed: Armed; conclusion: Conclusion; resolve: () => void; reject: (error: unknown) => void }
export type Settler = {
  /**
   * Resolves when it is written, or when it turned out to be someone else's. The outcome is known only here, so a database
   * that is away is asked again for some seconds, while the lease is renewed. Rejects after that: the row is left to the end
   * of its lease, and goes out once more under the same id.
   */
  settle: (armed: Armed, conclusion: Conclusion) => Promise<void>
}

/**
 * @param isGone true when nothing may be written any more
 * @param quiet resolves when nothing else is on its way out: what is due at the same moment leaves first
 */
export function createSettler(parts: SendingParts, isGone: () => boolean, quiet: () => Promise<void>): Settler {
  const queue: Item[] = []
  let writers = 0
  const write = async (): Promise<void> => {
    await quiet()
    for (let items = queue.splice(0, batchMax); items.length > 0; items = queue.splice(0, batchMax)) {
      try {
        await settleTogether(parts, items, isGone)
        for (const item of items) item.resolve()
      } catch (error) {
        for (const item of items) item.reject(error)
      }
    }
    writers -= 1
  }
  return {
    settle: (armed, conclusion) =>
      new Promise<void>((resolve, reject) => {
        queue.push({ armed, conclusion, resolve, reject })
        if (writers >= writersMax) return
        writers += 1
        void write()
      }),
  }
}

async function settleTogether(
  { db, clock, log }: SendingParts,
  items: readonly Item[],
  isGone: () => boolean,
): Promise<void> {
  for (let turn = 1; !isGone(); turn++) {
    try {
      const ours = await db.transaction((tx) => writeTogether(tx, items))
      for (const { armed, conclusion } of items) {
        if (!ours.has(armed.id))
          log.warn('an answer came after another process had taken the delivery over; it was not written', {
            deliveryId: armed.id,
            fence: armed.fence,
          })
        else if (conclusion.settlement.state === 'failed')
          log.warn('a delivery failed', { deliveryId: armed.id, code: conclusion.attempt.code })
      }
      return
    } catch (error) {
      if (turn >= triesMax) throw error
      await new Promise<void>((resolve) => void clock.at(clock.now() + pauseMs * 2 ** (turn - 1), resolve))
    }
  }
}

async function writeTogether(tx: Transaction, items: readonly Item[]): Promise<ReadonlySet<string>> {
  const asked = items.map(({ armed, conclusion }) => ({ armed, ...conclusion }))
  const held = new Map((await lockEnded(tx, asked)).map((row) => [row.id, row]))
  const ended: (Ended & Pick<Conclusion, 'needsPerson'>)[] = []
  for (const item of asked) {
    const row = held.get(item.armed.id)
    if (row) ended.push({ ...item, ...unlessOver(item, row) })
  }
  if (ended.length === 0) return new Set()
  const accepted = ended.filter(({ settlement: { state } }) => state === 'published' || state === 'unpublished')
  if (accepted.length > 0) await retireLive(tx, accepted)
  await writeEnded(tx, ended)
  for (const item of ended) await tellEnded(tx, item)
  return new Set(held.keys())
}

/** Nothing follows for what was meant to be cancelled while it was being sent, or stands before a removal. */
function unlessOver(
  { armed, settlement, attempt }: Ended,
  { cancelledBy, hasOpenRemoval }: Held,
): Pick<Ended, 'settlement' | 'attempt'> {
  const isAccepted = settlement.state === 'published' || settlement.state === 'unpublished'
  const isOver = cancelledBy !== null || (armed.kind !== 'unpublish' && hasOpenRemoval)
  if (isAccepted || !isOver) return { settlement, attempt }
  const cancelled: Settlement = { ...settlement, state: 'cancelled', wakeAt: null }
  return { settlement: cancelled, attempt: { ...attempt, retryAt: null } }
}

async function tellEnded(
  tx: Transaction,
  { armed, settlement, attempt, needsPerson }: Ended & Pick<Conclusion, 'needsPerson'>,
): Promise<void> {
  const cause = ownCause(armed.workspaceId)
  if (settlement.state === 'published') await tellPublished(tx, cause, armed, settlement.url)
  if (settlement.state === 'unpublished') await tell(tx, 'publishing.edition-unpublished', cause, armed, 'unpublished')
  if (settlement.state === 'failed' || settlement.state === 'needs-human')
    await tellFailed(tx, cause, armed, settlement.state, attempt.code ?? 'internal')
  if (settlement.state === 'cancelled') await tell(tx, 'publishing.delivery-cancelled', cause, armed, 'cancelled')
  if (needsPerson !== null && (await markAttention(tx, armed.workspaceId, armed.channelId, needsPerson)))
    await tellChannel(tx, cause, { id: armed.channelId, name: armed.channelName, network: armed.network }, 'attention')
}
