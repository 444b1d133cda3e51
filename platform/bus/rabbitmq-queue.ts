/** The installation's exchange and queues in the broker. */
import type { Channel } from 'rabbitmq-client'

export type Places = {
  /** Topic; the routing key is the event's name. */
  exchange: string
  /** Fanout, and the queue behind it: what was no event. */
  dead: string
  queueOf: (listener: string) => string
}

/** @param prefix tells installations that share a broker apart. */
export const placesOf = (prefix: string): Places => ({
  exchange: `${prefix}.events`,
  dead: `${prefix}.dead-events`,
  queueOf: (listener) => `${prefix}.events.${listener}`,
})

// A queue can never be declared with other arguments than the first time: change them only together with its name.
const queueArguments = (dead: string) => ({
  'x-queue-type': 'quorum' as const,
  'x-single-active-consumer': true,
  'x-dead-letter-exchange': dead,
  'x-dead-letter-strategy': 'at-least-once',
  'x-overflow': 'reject-publish' as const,
  // From version 4 on 20 is the standard, after which an event would count as dead: an hour without a database has more.
  'x-delivery-limit': 1_000_000,
})
const deadArguments = {
  'x-queue-type': 'quorum' as const,
  'x-max-length': 100_000,
  'x-overflow': 'reject-publish' as const,
}

/** All that a publisher needs. */
export const declareExchange = (channel: Channel, { exchange }: Places): Promise<void> =>
  channel.exchangeDeclare({ exchange, type: 'topic', durable: true })

/** All that a listener needs. May be repeated; what is there and the same is left alone. */
export async function declareQueue(
  channel: Channel,
  places: Places,
  listener: string,
  names: readonly string[],
): Promise<void> {
  const { exchange, dead } = places
  await declareExchange(channel, places)
  await channel.exchangeDeclare({ exchange: dead, type: 'fanout', durable: true })
  await channel.queueDeclare({ queue: dead, durable: true, arguments: deadArguments })
  await channel.queueBind({ queue: dead, exchange: dead })
  const queue = places.queueOf(listener)
  await channel.queueDeclare({ queue, durable: true, arguments: queueArguments(dead) })
  for (const routingKey of names) await channel.queueBind({ queue, exchange, routingKey })
}
