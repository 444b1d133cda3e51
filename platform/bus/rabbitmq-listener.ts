/**
 * One listener's queue: declared, bound and consumed, over and over, for as long as the service lives.
 *
 * Order. The queue has one active consumer; others of the same listener stand by. Messages are handed over in their order, in
 * batches, and acknowledged together after each. A batch that is not taken stays in hand and is offered again after a growing
 * pause: given back one by one, a quorum queue would put it behind the others. After `handBackAfterMs` the channel is closed,
 * which gives all back in order, and a process that stands by may have more luck.
 */
import { setTimeout as pauseUntil } from 'node:timers/promises'
import type { EventEnvelope } from '@floowe/contracts/events'
import type { AsyncMessage, Channel } from 'rabbitmq-client'
import type { Log } from '../log.ts'
import { createOutage } from '../outage.ts'
import { decodeEvent } from './message.ts'
import type { Link } from './rabbitmq-link.ts'
import { declareQueue, type Places } from './rabbitmq-queue.ts'
import { within } from './within.ts'

export type ListenerPlan = {
  link: Link
  places: Places
  listener: string
  names: readonly string[]
  /** Names that are no longer heard, as far as anyone knows. */
  forgotten: readonly string[]
  accept: (events: readonly EventEnvelope[]) => Promise<void>
  /** Standard 60,000. */
  handBackAfterMs?: number | undefined
  log: Log
}

export type Listener = {
  /** Resolves when the queue is there for the first time. */
  bound: Promise<void>
  /** How many messages lie in the queue, or here in hand. */
  waiting: () => Promise<number>
  /** Finishes the batch in hand, and leaves the rest to the broker. */
  end: () => Promise<void>
}

const batchMax = 200
/** One batch is handed over while the next one arrives. */
const prefetch = 2 * batchMax
const openWithinMs = 5_000
const declareWithinMs = 15_000
const acceptWithinMs = 30_000
const endWithinMs = 10_000
const handBackAfterMsStandard = 60_000
const pauseMsMax = 2_000
const pauseMsOf = (failures: number): number => Math.min(pauseMsMax, 50 * 2 ** Math.min(failures, 10))

export function startListener(plan: ListenerPlan): Listener {
  const { link, places, listener, log } = plan
  const queue = places.queueOf(listener)
  const bound = Promise.withResolvers<void>()
  const ending = new AbortController()
  const keep = keeper(plan, queue)
  const notListening = createOutage(log, {
    away: `${queue} cannot be listened to, will try again`,
    back: `${queue} is listened to again`,
  })
  let isFirst = true
  let failures = 0
  let hand: readonly AsyncMessage[] = []

  const session = async (): Promise<void> => {
    const channel = await link.open(openWithinMs, ending.signal)
    const ended = endOf(channel)
    try {
      await within(declareWithinMs, declareQueue(channel, places, listener, plan.names))
      // Only by a process that starts: at a mere reconnection an older version would take a newer one's names away.
      const forgotten = isFirst ? plan.forgotten : []
      const exchange = places.exchange
      for (const routingKey of forgotten) await channel.queueUnbind({ queue, exchange, routingKey })
      isFirst = false
      await channel.basicQos({ prefetchCount: prefetch })
      const consuming = await consume(channel, queue, AbortSignal.any([ended.signal, ending.signal]))
      hand = consuming.hand
      failures = 0
      notListening.over()
      bound.resolve()
      await consuming.run(keep)
      ended.check()
    } finally {
      hand = []
      await within(openWithinMs, channel.close()).catch(() => undefined)
    }
  }
  const run = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      try {
        await session()
      } catch (error) {
        failures += 1
        // That the broker is away, or that nothing can be kept, is said elsewhere.
        if (link.isUp() && !keep.isFailing()) notListening.began(error)
      }
      // Without a connection the next session waits for one by itself.
      const pauseMs = link.isUp() ? pauseMsOf(failures) : 50
      await pauseUntil(pauseMs, null, { signal: ending.signal }).catch(() => undefined)
    }
  }
  const running = run()
  return {
    bound: bound.promise,
    waiting: async () => (await lengthOf(link, queue)) + hand.length,
    end: async () => {
      ending.abort()
      // What hangs is left: the broker has not been told that it was taken.
      await within(endWithinMs, running).catch((error) => log.warn('a listener did not end in time', { error, queue }))
    },
  }
}

/** `signal` aborts when nothing more comes from this channel; `check` throws if that was not our doing. */
function endOf(channel: Channel): { signal: AbortSignal; check: () => void } {
  const over = new AbortController()
  let problem: unknown = null
  channel.on('error', (error: unknown) => void (problem = error))
  channel.once('close', () => over.abort())
  // Somebody deleted the queue.
  channel.once('basic.cancel', (_tag: string, error: unknown) => {
    problem = error
    over.abort()
  })
  return {
    signal: over.signal,
    check: () => {
      if (problem) throw problem
    },
  }
}

type Keep = {
  /** False when `over` came before the events were taken. Throws when it is time to let another process try. */
  events: (events: readonly EventEnvelope[], over: AbortSignal) => Promise<boolean>
  aside: (message: AsyncMessage) => void
  isFailing: () => boolean
}

async function consume(channel: Channel, queue: string, over: AbortSignal) {
  const hand: AsyncMessage[] = []
  let arrived = Promise.withResolvers<void>()
  over.addEventListener('abort', () => arrived.resolve())
  await channel.basicConsume({ queue }, (message) => {
    hand.push(message)
    arrived.resolve()
  })
  const run = async (keep: Keep): Promise<void> => {
    while (!over.aborted) {
      await arrived.promise
      arrived = Promise.withResolvers<void>()
      // The client hands on one by one what a packet brought.
      await new Promise(setImmediate)
      while (hand.length > 0 && !over.aborted) {
        const batch = hand.slice(0, batchMax)
        await handOver(channel, batch, keep, over)
        hand.splice(0, batch.length)
      }
    }
  }
  return { hand, run }
}

async function handOver(
  channel: Channel,
  batch: readonly AsyncMessage[],
  keep: Keep,
  over: AbortSignal,
): Promise<void> {
  const events: EventEnvelope[] = []
  let lastTag = 0
  for (const message of batch) {
    const event = decodeEvent(message.body)
    if (event) {
      events.push(event)
      lastTag = message.deliveryTag
    } else {
      keep.aside(message)
      channel.basicNack({ deliveryTag: message.deliveryTag, requeue: false })
    }
  }
  if (events.length > 0 && (await keep.events(events, over)) && channel.active)
    channel.basicAck({ deliveryTag: lastTag, multiple: true })
}

function keeper({ accept, places, handBackAfterMs = handBackAfterMsStandard, log }: ListenerPlan, queue: string): Keep {
  const outage = createOutage(log, {
    away: `events of ${queue} cannot be kept, they are offered again`,
    back: `events of ${queue} are kept again`,
  })
  return {
    isFailing: outage.isOn,
    aside: ({ messageId }) =>
      log.error('this is not an event: it was put aside', { queue, messageId, aside: places.dead }),
    events: async (events, over) => {
      const giveUpAtMs = performance.now() + handBackAfterMs
      for (let failures = 1; ; failures++) {
        try {
          await within(acceptWithinMs, accept(events))
          outage.over()
          return true
        } catch (error) {
          outage.began(error)
          if (performance.now() > giveUpAtMs) throw error
        }
        await pauseUntil(pauseMsOf(failures), null, { signal: over }).catch(() => undefined)
        if (over.aborted) return false
      }
    },
  }
}

async function lengthOf(link: Link, queue: string): Promise<number> {
  const channel = await link.open(openWithinMs)
  channel.on('error', () => undefined)
  try {
    const { messageCount } = await within(openWithinMs, channel.queueDeclare({ queue, passive: true }))
    return messageCount
  } finally {
    void channel.close()
  }
}
