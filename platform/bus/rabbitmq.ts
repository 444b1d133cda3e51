/**
 * The bus of many processes: RabbitMQ. One durable topic exchange per installation, one quorum queue per listener.
 *
 * At least once: a batch is published when the broker has confirmed all of it, and taken when the listener's inbox has it on
 * disk. Order per key: a relay publishes in order on one channel, and a connection that breaks has brought over a beginning of
 * the batch; sent again whole, the inbox drops the repeat. Only when the broker itself refuses one message in the middle (a
 * queue without its majority at that moment) may it come after a later one.
 *
 * While the broker is away events wait in their outboxes. Nothing is kept in memory but the batch in hand.
 */
import type { EventEnvelope } from '@floowe/contracts/events'
import { events as declared } from '@floowe/contracts/index'
import type { Channel } from 'rabbitmq-client'
import type { Log } from '../log.ts'
import { createOutage } from '../outage.ts'
import { contentType, encodeEvent } from './message.ts'
import type { Bus } from './port.ts'
import { type Link, openLink } from './rabbitmq-link.ts'
import { type Listener, startListener } from './rabbitmq-listener.ts'
import { declareExchange, type Places, placesOf } from './rabbitmq-queue.ts'
import { TooLate, within } from './within.ts'

export type RabbitmqOptions = {
  /** `amqp://user:password@host:5672/vhost`, or `amqps:`. */
  url: string
  /** Several installations may share a broker. Standard `floowe`. */
  prefix?: string
  /** All names there are, so that bindings of those a listener hears no more are removed. Standard: the contracts' events. */
  knownNames?: readonly string[]
  /** How long the broker may take to confirm a batch. */
  confirmWithinMs?: number
  /** How long `subscribe` waits for a broker that is away. */
  startWithinMs?: number
  /** How long events that a listener cannot take are held, before another process of it may try. */
  handBackAfterMs?: number
  log: Log
}

/** How long a batch waits for a connection; the relay comes again anyway. */
const openWithinMs = 5_000
const publishingEndsWithinMs = 5_000

/** Does not wait for the broker: it may come later. */
export function rabbitmqBus(options: RabbitmqOptions): Bus {
  const { prefix = 'floowe', knownNames = Object.keys(declared), log } = options
  const places = placesOf(prefix)
  const listeners = new Map<string, Listener>()
  const outage = createOutage(log, {
    away: 'RabbitMQ is away: events wait in their outboxes',
    back: 'RabbitMQ is back: events travel again',
  })
  const hearers = new Set<() => void>()
  const isConnected = (): boolean => incoming.isUp() && outgoing.isUp()
  const back = (): void => {
    if (!isConnected()) return
    outage.over()
    for (const work of hearers) work()
  }
  const link = (direction: string): Link =>
    openLink({ url: options.url, name: `${prefix} ${direction}`, onUp: back, onDown: outage.began })
  // A broker that runs full stops reading from whoever publishes, acknowledgements too: they get a connection of their own.
  const incoming = link('listening')
  const outgoing = link('publishing')
  const publisher = createPublisher(outgoing, places, options.confirmWithinMs ?? 15_000)
  let closing: Promise<void> | null = null

  return {
    subscribe: async (name, names, accept) => {
      if (closing) throw new Error('this bus is closed')
      if (listeners.has(name)) throw new Error(`${name} listens already in this process`)
      const forgotten = knownNames.filter((known) => !names.includes(known))
      const { handBackAfterMs } = options
      const listener = startListener({
        link: incoming,
        places,
        listener: name,
        names,
        forgotten,
        accept,
        handBackAfterMs,
        log,
      })
      listeners.set(name, listener)
      await within(options.startWithinMs ?? 5_000, listener.bound).catch(() =>
        log.warn('started without its queue, which is listened to later', { queue: places.queueOf(name) }),
      )
      return {
        end: async () => {
          await listener.end()
          if (listeners.get(name) === listener) listeners.delete(name)
        },
      }
    },
    publish: async (events) => {
      if (events.length === 0) return
      if (closing) throw new Error('this bus is closed')
      // On a broker that is new a listener of this very process might else come too late.
      await within(openWithinMs, Promise.all([...listeners.values()].map(({ bound }) => bound))).catch(() => {
        throw new Error('the listeners of this process have no queue yet')
      })
      await publisher.publish(events)
    },
    restMs: 5,
    isConnected,
    whenBack: (work) => {
      hearers.add(work)
      return () => void hearers.delete(work)
    },
    waiting: async () =>
      new Map(await Promise.all([...listeners].map(async ([name, { waiting }]) => [name, await waiting()] as const))),
    close: () =>
      (closing ??= (async () => {
        await Promise.all([...listeners.values()].map((listener) => listener.end()))
        await publisher.end()
        await Promise.all([incoming.close(), outgoing.close()])
      })()),
  }
}

/** Publishes in order, on one channel that is made anew when it broke. */
function createPublisher(link: Link, places: Places, confirmWithinMs: number) {
  let current: Promise<Channel> | null = null
  const under = new Set<Promise<void>>()

  const open = (): Promise<Channel> => {
    const forget = (): void => {
      if (current === opening) current = null
    }
    const make = async (): Promise<Channel> => {
      const channel = await link.open(openWithinMs)
      // What went wrong is thrown by what was asked of it.
      channel.on('error', () => undefined)
      channel.once('close', forget)
      await declareExchange(channel, places)
      await channel.confirmSelect()
      return channel
    }
    const opening = make()
    opening.catch(forget)
    return opening
  }
  const send = async (events: readonly EventEnvelope[]): Promise<void> => {
    // A channel outlives the moment in which the broker takes nothing more; what is given to it then stays in memory.
    await link.up(openWithinMs)
    const channel = await (current ??= open())
    const sent = events.map((event) =>
      channel.basicPublish(
        { exchange: places.exchange, routingKey: event.name, durable: true, messageId: event.id, contentType },
        encodeEvent(event),
      ),
    )
    await Promise.all(sent)
  }
  return {
    publish: async (events: readonly EventEnvelope[]): Promise<void> => {
      const work = send(events)
      under.add(work)
      try {
        await within(openWithinMs + confirmWithinMs, work)
      } catch (error) {
        if (!(error instanceof TooLate)) throw error
        // What is not sent yet would pile up with every new attempt; a broker that is full says so, and gets none.
        if (link.isUp()) link.renew()
        throw new Error('the broker did not confirm in time: it is full, or one of its queues has no leader', {
          cause: error,
        })
      } finally {
        under.delete(work)
      }
    },
    end: async (): Promise<void> => {
      await within(publishingEndsWithinMs, Promise.allSettled(under)).catch(() => undefined)
      const channel = await current?.catch(() => null)
      if (channel) await within(publishingEndsWithinMs, channel.close()).catch(() => undefined)
    },
  }
}
