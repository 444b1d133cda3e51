/**
 * Hints over Redis. Hearers in this process hear at once and without Redis; the others through it. Redis keeps none: who was
 * not connected missed them, and is told so when it is connected again; who could not send tells the hearers of those topics
 * that they missed something, as soon as it can.
 */
import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import type { Log } from '../log.ts'
import { createOutage } from '../outage.ts'
import type { RedisLink } from '../redis.ts'
import { createHearers, type Entry } from './hearers.ts'
import { checkTopic, problemOfHint, type Signals } from './port.ts'

/** `isHearing` once subscribed; `isOwed` when its owner believes so and it is not. */
type Kept = Entry & { isHearing: boolean; isOwed: boolean }

const unsentTopicsMax = 1_000
const connectedWithinMs = 2_000
/** A connection can be dead without anybody having said so: two unanswered questions end it. */
const askEveryMs = 3_000

export function redisSignals({ redis, log }: { redis: RedisLink; log: Log }): Signals {
  const base = `${redis.prefix}signals:`
  const self = randomBytes(12).toString('base64url')
  const hearers = createHearers<Kept>(log)
  const sender = createSender(redis, base, self)
  const receiver = createReceiver(redis.another(), base, self, hearers, log)
  return {
    send: (topic, text) => {
      const problem = problemOfHint(topic, text)
      if (problem) return log.error('a hint was not sent', { error: problem })
      queueMicrotask(() => hearers.heard(topic, text))
      sender.send(topic, text)
    },
    hear: async (topic, hearer) => {
      checkTopic(topic)
      const entry: Kept = { topic, hearer, isHearing: false, isOwed: false }
      hearers.add(entry)
      await receiver.begin(entry)
      return () => {
        if (hearers.remove(entry)) receiver.leave(topic)
      }
    },
    isConnected: () => receiver.isConnected() && !redis.isAway(),
    close: async () => {
      sender.close()
      receiver.close()
      hearers.clear()
    },
  }
}

/** The channel of what was missed has a name that no topic has. */
const missedChannel = (base: string): string => `${base}!`

function createSender(redis: RedisLink, base: string, self: string) {
  let unsent = new Set<string>()
  const dropped = (topic: string): void => {
    // Too many to name: the empty one stands for all.
    if (unsent.size >= unsentTopicsMax) unsent = new Set([''])
    if (!unsent.has('')) unsent.add(topic)
  }
  const close = redis.whenBack(async (client) => {
    const topics = [...unsent]
    await Promise.all(topics.map((topic) => client.publish(missedChannel(base), `${self} ${topic}`)))
    for (const topic of topics) unsent.delete(topic)
  })
  return {
    send: (topic: string, text: string): void => {
      redis.ask((client) => client.publish(`${base}${topic}`, `${self} ${text}`)).catch(() => dropped(topic))
    },
    close,
  }
}

function createReceiver(
  connection: Redis,
  base: string,
  self: string,
  hearers: ReturnType<typeof createHearers<Kept>>,
  log: Log,
) {
  const outage = createOutage(log, {
    away: 'signals: Redis is away; hints of other processes are missed meanwhile',
    back: 'signals: Redis is back',
  })
  let isConnected = false
  let isClosed = false
  let unanswered = 0
  let next = Promise.withResolvers<void>()

  const subscribeAll = async (): Promise<void> => {
    try {
      await connection.subscribe(missedChannel(base), ...hearers.topics().map((topic) => `${base}${topic}`))
      // Those that came while the others were being subscribed.
      const rest = hearers.topics().filter((topic) => hearers.of(topic).some(({ isHearing }) => !isHearing))
      if (rest.length > 0) await connection.subscribe(...rest.map((topic) => `${base}${topic}`))
    } catch (error) {
      outage.began(error)
      if (!isClosed && connection.status === 'ready') connection.disconnect(true)
      return
    }
    isConnected = true
    outage.over()
    const all = hearers.topics().flatMap((topic) => hearers.of(topic))
    const misled = all.filter(({ isHearing, isOwed }) => isHearing || isOwed)
    for (const entry of all) Object.assign(entry, { isHearing: true, isOwed: false })
    hearers.missed(misled)
    next.resolve()
  }
  const lost = (reason: unknown): void => {
    if (isConnected) next = Promise.withResolvers()
    isConnected = false
    if (!isClosed) outage.began(reason)
  }
  connection.on('error', lost)
  connection.on('close', () => lost(new Error('the connection to Redis ended')))
  connection.on('ready', () => void subscribeAll())
  connection.on('message', (channel: string, message: string) => {
    const [from] = message.split(' ', 1)
    if (from === self) return
    const text = message.slice((from?.length ?? 0) + 1)
    if (channel !== missedChannel(base)) hearers.heard(channel.slice(base.length), text)
    else for (const topic of text === '' ? hearers.topics() : [text]) hearers.missed(hearers.of(topic))
  })
  const heartbeat = setInterval(() => {
    if (!isConnected) return
    connection.ping().then(
      () => {
        unanswered = 0
      },
      () => {
        unanswered += 1
        if (unanswered % 2 === 0 && isConnected && !isClosed) connection.disconnect(true)
      },
    )
  }, askEveryMs)

  /** Resolves when connected, or after 2 s without. */
  const connected = async (): Promise<void> => {
    const enough = new AbortController()
    await Promise.race([
      next.promise,
      pause(connectedWithinMs, undefined, { signal: enough.signal }).catch(() => undefined),
    ])
    enough.abort()
  }
  return {
    isConnected: () => isConnected,
    begin: async (entry: Kept): Promise<void> => {
      try {
        if (!isConnected) throw new Error('not connected')
        await connection.subscribe(`${base}${entry.topic}`)
        entry.isHearing = true
      } catch {
        await connected()
        entry.isOwed = !entry.isHearing
      }
    },
    leave: (topic: string): void => void connection.unsubscribe(`${base}${topic}`).catch(() => undefined),
    close: (): void => {
      isClosed = true
      isConnected = false
      clearInterval(heartbeat)
      connection.disconnect()
    },
  }
}
