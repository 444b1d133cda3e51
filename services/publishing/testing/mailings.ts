/** A newsletter alone, as `network.ts` beside this file drives it: a ledger in memory by the rules of the real one, a real mail client. */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { connect as connectTo } from 'node:net'
import type { RecipientState } from '@floowe/contracts/newsletters'
import { RecipientState as States } from '@floowe/contracts/newsletters'
import { createMail } from '@floowe/platform/ground'
import { createSealer } from '@floowe/platform/ground'
import type { Network, NetworkParts } from '../networks/network.ts'
import { type Mailings, newsletter } from '../networks/newsletter.ts'
import { outcomeOf } from '../newsletter/outcomes.ts'
import { createWriting } from '../newsletter/writing.ts'
import type { Taken, Tally } from '../store/recipients.ts'
import { timeoutMs } from './network.ts'

type Row = Taken & { state: RecipientState; nextMs: number }
const rules = { attemptsMax: 12, hoursMax: 24, pauseMs: 10_000 }

/** @param readers of every newsletter */
export function memoryMailings(clock: NetworkParts['clock'], readers: readonly string[]): Mailings {
  const ledger = new Map<string, Row[]>()
  const tally = (rows: readonly Row[]): Tally => {
    const waiting = rows.filter(({ state }) => state === 'waiting' || state === 'deferred')
    const nextMs = Math.min(...waiting.map((row) => row.nextMs))
    return {
      counts: Object.fromEntries(
        States.options.map((state) => [state, rows.filter((row) => row.state === state).length]),
      ) as Tally['counts'], // every state
      undecided: 0,
      nextAt: waiting.length === 0 || nextMs <= clock.now() ? null : new Date(nextMs),
      begunAt: new Date(clock.now()),
      viewUrl: null,
      datedAt: null,
    }
  }
  const rowsOf = (deliveryId: string): Row[] => ledger.get(deliveryId) ?? []
  return {
    begin: async ({ deliveryId }) => {
      if (!ledger.has(deliveryId))
        ledger.set(
          deliveryId,
          readers.map((email) => ({
            ...{ id: randomUUID(), email, locale: 'pl', state: 'waiting', attempts: 0, nextMs: 0 },
            firstArmedAt: new Date(clock.now()),
            bounceId: randomUUID(),
          })),
        )
      for (const row of rowsOf(deliveryId)) if (row.state === 'armed') row.state = 'unknown'
      return tally(rowsOf(deliveryId))
    },
    take: async ({ deliveryId }) => {
      const row = rowsOf(deliveryId).find(
        ({ state, nextMs }) => (state === 'waiting' || state === 'deferred') && nextMs <= clock.now(),
      )
      if (!row) return null
      row.state = 'armed'
      row.attempts += 1
      return { ...row }
    },
    settle: async ({ deliveryId }, taken, answer, messageId) => {
      const outcome = outcomeOf(answer, taken, rules, clock.now(), messageId)
      const row = rowsOf(deliveryId).find(({ id }) => id === taken.id)
      if (row) Object.assign(row, { state: outcome.state, nextMs: Date.parse(outcome.nextAt ?? '') || 0 })
      return outcome
    },
    end: async ({ deliveryId }) => tally(rowsOf(deliveryId)),
    pace: async () => undefined,
  }
}

/** With a mail client that reaches this machine only. */
export function newsletterFor({ clock, firstPauseMs, publicUrl }: NetworkParts, readers: readonly string[]): Network {
  const mail = createMail({ url: null, from: '' })
  const sealer = createSealer(Buffer.alloc(32, 7))
  return newsletter({
    clock,
    firstPauseMs,
    linesMax: 2,
    mailings: memoryMailings(clock, readers),
    write: createWriting({ sealer, publicUrl, bounceDomain: null }),
    open: ({ server }) =>
      mail.open(
        {
          url: server ?? '',
          connect: async ({ port }) => {
            const socket = connectTo({ host: '127.0.0.1', port })
            await once(socket, 'connect')
            return socket
          },
        },
        timeoutMs,
      ),
  })
}
