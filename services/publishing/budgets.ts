/**
 * How often an account may post. Each network names what it takes from one account in a span of time; before anything that makes or
 * changes a post leaves, the counter that all processes share is asked, so that a network rarely has to refuse. What finds no room
 * waits for the span to end, as if nothing had been tried. Taking something down never waits.
 *
 * The counter is a courtesy: while it is away, things go out, and the network's own refusals are obeyed as ever.
 */
import { createHash } from 'node:crypto'
import type { Clock, Log, RateLimits } from '@floowe/platform'
import type { Budget, Failure, Frozen, Networks } from './networks/network.ts'
import { piecesOf } from './networks/posting.ts'
import type { Armed } from './store/ledger.ts'

export type BudgetParts = { rateLimits: RateLimits; clock: Clock; log: Log; networks: Networks }
export type Leaving = Pick<Armed, 'id' | 'kind' | 'network' | 'channelId' | 'account' | 'remote'>
export type Budgets = {
  /** Takes room for what is about to leave. @returns null: there was some */
  wait: (leaving: Leaving, content: Frozen | null) => Promise<Failure | null>
}

/** Why a delivery waits. */
export const rateBudget = 'rate-budget'
const queuesMax = 10_000
/** Ends of one and the same span differ by so much at most, because they are told in whole seconds. */
const sameEndMs = 1_500

/** Those that wait for a span to end. So many at once would only be refused again, span after span. */
type Queue = { endMs: number; length: number }

export function createBudgets({ rateLimits, clock, log, networks }: BudgetParts): Budgets {
  const queues = new Map<string, Queue>()
  /** @returns Unix ms: the span in which there should be room for it */
  const queue = (key: string, { count, perMs }: Budget, endMs: number): number => {
    const known = queues.get(key)
    const isSame = known !== undefined && Math.abs(known.endMs - endMs) < sameEndMs
    const entry = isSame ? known : { endMs, length: 0 }
    const atMs = Math.max(endMs, entry.endMs + Math.floor(entry.length / count) * perMs)
    entry.length += 1
    queues.delete(key)
    queues.set(key, entry)
    const [oldest] = queues.keys()
    if (queues.size > queuesMax && oldest !== undefined) queues.delete(oldest)
    return atMs
  }
  return {
    wait: async (leaving, content) => {
      const budget = networks[leaving.network].budget ?? []
      if (leaving.kind === 'unpublish' || content === null) return null
      // What may be there is looked for first.
      const cost = piecesOf(content, leaving.remote).filter((piece) => piece === undefined).length
      if (cost === 0) return null
      try {
        // The shortest first: what a longer span then refuses has only spent room that is soon there again.
        for (const one of budget.toSorted((a, b) => a.perMs - b.perMs)) {
          const key = keyOf(leaving, one)
          const limit = { limit: one.count, windowSeconds: one.perMs / 1000, cost: Math.min(cost, one.count) }
          const { allowed, resetSeconds } = await rateLimits.consume(key, limit)
          if (allowed) continue
          const nextAtMs = queue(key, one, clock.now() + resetSeconds * 1000)
          return { kind: 'unfinished', code: rateBudget, nextAtMs }
        }
      } catch (error) {
        log.warn('a budget could not be asked for; it goes out without', { error, deliveryId: leaving.id })
      }
      return null
    },
  }
}

/** An account that several workspaces have connected is still one account. */
function keyOf({ network, account, channelId }: Leaving, { perMs }: Budget): string {
  const whose = JSON.stringify([network, account['id'] ?? channelId])
  return `publishing:budget:${createHash('sha256').update(whose).digest('base64url')}:${perMs}`
}

/** Switched off. */
export const noBudgets: Budgets = { wait: async () => null }
