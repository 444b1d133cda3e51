/** A connection to RabbitMQ that comes back by itself, with pauses of at most {@link pauseMsMax}. */
import { type Channel, Connection } from 'rabbitmq-client'
import { within } from './within.ts'

export type Link = {
  /**
   * Resolves when there is a connection, and the broker takes what is sent. Throws when that is not so within `withinMs`, or
   * before `over`.
   */
  up: (withinMs: number, over?: AbortSignal) => Promise<void>
  /** A channel for one use; its errors end it and nothing else. Waits and throws as `up` does. */
  open: (withinMs: number, over?: AbortSignal) => Promise<Channel>
  isUp: () => boolean
  /** Lets go of everything at once, what waits to be sent too, and connects anew. */
  renew: () => void
  close: () => Promise<void>
}

const pauseMsMax = 2_000
const closeWithinMs = 2_000

export function openLink(options: {
  url: string
  /** Seen in the broker's lists. */
  name: string
  onUp: () => void
  onDown: (error: unknown) => void
}): Link {
  let isClosed = false
  let connection = begin()
  const waiting = new Set<() => void>()

  function begin(): Connection {
    const made = new Connection({
      url: options.url,
      connectionName: options.name,
      // A broker that is gone without a word is noticed within 20 s.
      heartbeat: 10,
      connectionTimeout: 5_000,
      acquireTimeout: 5_000,
      retryLow: 100,
      retryHigh: pauseMsMax,
      noDelay: true,
    })
    const up = (): void => {
      if (made !== connection || isClosed) return
      for (const go of waiting) go()
      options.onUp()
    }
    const down = (error: unknown): void => {
      if (made === connection && !isClosed) options.onDown(error)
    }
    made.on('connection', up)
    made.on('connection.unblocked', up)
    // It takes nothing because its memory or disk is full: for us that is the same as being away.
    made.on('connection.blocked', (reason) => down(new Error(`the broker takes nothing: ${reason}`)))
    made.on('error', down)
    return made
  }

  const isUp = (): boolean => !isClosed && connection.ready
  const up = async (withinMs: number, over?: AbortSignal): Promise<void> => {
    if (isUp()) return
    const { promise, resolve } = Promise.withResolvers<void>()
    waiting.add(resolve)
    over?.addEventListener('abort', () => resolve(), { once: true })
    await within(withinMs, promise)
      .catch(() => undefined)
      .finally(() => waiting.delete(resolve))
    if (!isUp()) throw new Error('the broker is away')
  }
  return {
    up,
    isUp,
    open: async (withinMs, over) => {
      await up(withinMs, over)
      return connection.acquire({ emitErrorsFromChannel: true })
    },
    renew: () => {
      const old = connection
      if (!isClosed) connection = begin()
      old.unsafeDestroy()
    },
    close: async () => {
      if (isClosed) return
      isClosed = true
      for (const go of waiting) go()
      // It waits for its channels to be closed, and for ever when the broker goes away meanwhile.
      await within(closeWithinMs, connection.close()).catch(() => connection.unsafeDestroy())
    },
  }
}
