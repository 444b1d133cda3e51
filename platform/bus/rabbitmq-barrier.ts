/**
 * For whoever must know that no event is on its way: a message without meaning goes to the end of each listener's queue. Queues
 * hand over in order and to one process, so when it lies in an inbox, so does all that was published before.
 */
import { type Link, openLink } from './rabbitmq-link.ts'
import { contentType, encodeEvent } from './message.ts'
import { placesOf } from './rabbitmq-queue.ts'
import { within } from './within.ts'

const withinMs = 10_000

/**
 * @param options.id of the message, as its inboxes keep it
 * @returns the listeners whose inboxes it will reach: those that have a queue
 * @throws when the broker is away, or does not confirm
 */
export async function sendBarrier(options: {
  url: string
  prefix?: string
  listeners: readonly string[]
  id: string
}): Promise<string[]> {
  const { queueOf } = placesOf(options.prefix ?? 'floowe')
  const link = openLink({
    url: options.url,
    name: 'barrier',
    onUp: () => undefined,
    onDown: () => undefined,
  })
  const barrier = encodeEvent({
    id: options.id,
    name: 'platform.barrier',
    workspaceId: '00000000-0000-0000-0000-000000000000',
    key: options.id,
    at: new Date().toISOString(),
    actor: 'service:platform',
    requestId: null,
    data: null,
  })
  try {
    const reached: string[] = []
    for (const listener of options.listeners) if (await send(link, queueOf(listener), barrier)) reached.push(listener)
    return reached
  } finally {
    await link.close()
  }
}

/** False when there is no such queue. */
async function send(link: Link, queue: string, content: Buffer): Promise<boolean> {
  const channel = await link.open(withinMs)
  // A queue that is not there ends the channel; what was asked of it throws.
  channel.on('error', () => undefined)
  try {
    const isThere = await within(withinMs, channel.queueDeclare({ queue, passive: true })).then(
      () => true,
      (error: unknown) => {
        if (error instanceof Error && 'code' in error && error.code === 'NOT_FOUND') return false
        throw error
      },
    )
    if (!isThere) return false
    await channel.confirmSelect()
    await within(
      withinMs,
      channel.basicPublish({ exchange: '', routingKey: queue, durable: true, contentType }, content),
    )
    return true
  } finally {
    await within(withinMs, channel.close()).catch(() => undefined)
  }
}
