/**
 * The way of one process to Redis. Redis makes things quicker and is never the truth, so nobody waits for it: a command has
 * 250 ms, and after one that got no answer nobody asks until Redis answers this link's own small question again. Commands are
 * not kept for later and not repeated: whoever asks for them has moved on.
 */
import { createHash } from 'node:crypto'
import { Redis, ReplyError } from 'ioredis'

/** Redis is away, or does not answer in time. What was sent may still be carried out. */
export class RedisAway extends Error {
  constructor(cause?: unknown) {
    super('Redis does not answer', { cause })
  }
}

export type RedisLink = {
  /** The beginning of all keys and channels of this installation. */
  prefix: string
  /** Resolves when connected for the first time, or after 2 s without. Never throws. */
  opened: Promise<void>
  /**
   * Runs commands, at most 250 ms. Throws {@link RedisAway}, at once while Redis is away, or the error that Redis answered.
   * `server` names the run of the server that answers: it changes when Redis was started anew.
   */
  ask: <Answer>(commands: (client: Redis, server: string) => Promise<Answer>) => Promise<Answer>
  isAway: () => boolean
  /** Runs `work` each time that Redis is back, before anybody else asks; it asks through the client it is given. */
  whenBack: (work: (client: Redis, server: string) => Promise<void>) => () => void
  /** A further connection to the same server, for subscriptions. The caller ends it with `disconnect()`. */
  another: () => Redis
  close: () => Promise<void>
}

const answerMsMax = 250
/** Of what the connection itself asks when it is made, and of further connections. */
const commandMsMax = 2_000
const firstConnectionWithinMs = 2_000
const probeEveryMs = 100
/** So many unanswered questions in a row, and the connection may be dead without anybody having said so: a new one is made. */
const probesMax = 10

const connectionOptions = {
  commandTimeout: commandMsMax,
  connectTimeout: 2_000,
  maxRetriesPerRequest: 0,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  autoResubscribe: false,
  retryStrategy: (tries: number): number => Math.min(50 * tries, 1_000),
  // After a failover the old connection may lead to a replica.
  reconnectOnError: (error: Error): boolean => error.message.startsWith('READONLY'),
}

/**
 * @param options.url `redis[s]://[user:password@]host:port[/database]`
 * @param options.prefix the beginning of all keys and channels, one per installation; standard `floowe:`
 */
export function openRedis({ url, prefix = 'floowe:' }: { url: string; prefix?: string }): RedisLink {
  const client = new Redis(url, connectionOptions)
  const returns = new Set<(client: Redis, server: string) => Promise<void>>()
  const opened = Promise.withResolvers<void>()
  let server = ''
  let isAway = true
  let isLooking = false
  let isClosed = false
  let unanswered = 0
  let probe: NodeJS.Timeout | undefined
  let reason: unknown = new Error('not yet connected')

  const leave = (cause: unknown, lookAfterMs = 0): void => {
    reason = cause
    isAway = true
    if (!isLooking && !isClosed) probe ??= setTimeout(look, lookAfterMs)
  }
  const look = async (): Promise<void> => {
    clearTimeout(probe)
    probe = undefined
    if (isLooking || isClosed) return
    isLooking = true
    try {
      server = runOf(await inTime(client.info('server')))
      for (const work of returns) await work(client, server)
      isAway = false
      unanswered = 0
      opened.resolve()
    } catch (error) {
      reason = error
      unanswered += 1
      if (unanswered % probesMax === 0 && client.status === 'ready' && !isClosed) client.disconnect(true)
    } finally {
      isLooking = false
      if (isAway) leave(reason, probeEveryMs)
    }
  }
  client.on('error', (error) => leave(error, probeEveryMs))
  client.on('close', () => leave(new Error('the connection to Redis ended'), probeEveryMs))
  client.on('ready', look)
  const late = setTimeout(opened.resolve, firstConnectionWithinMs)
  void opened.promise.then(() => clearTimeout(late))

  return {
    prefix,
    opened: opened.promise,
    ask: async (commands) => {
      if (isAway) throw new RedisAway(reason)
      try {
        return await inTime(commands(client, server))
      } catch (error) {
        // What Redis itself says (it is full, the script is wrong) is an answer.
        if (error instanceof ReplyError) throw error
        leave(error)
        throw new RedisAway(error)
      }
    },
    isAway: () => isAway,
    whenBack: (work) => {
      returns.add(work)
      return () => void returns.delete(work)
    },
    another: () => new Redis(url, connectionOptions),
    close: async () => {
      isClosed = true
      isAway = true
      clearTimeout(probe)
      opened.resolve()
      client.disconnect()
    },
  }
}

/**
 * What is answered within 250 ms. When this process itself stood still for longer, the answer may lie unread beside it: so it
 * is read before the time is called up.
 */
async function inTime<Answer>(asked: Promise<Answer>): Promise<Answer> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => setImmediate(() => setImmediate(() => reject(new Error(`no answer within ${answerMsMax} ms`)))),
    answerMsMax,
  )
  try {
    return await Promise.race([asked, late])
  } finally {
    clearTimeout(timer)
    asked.catch(() => undefined)
  }
}

const runOf = (info: string): string => /^run_id:(\w+)/m.exec(info)?.[1] ?? ''

export type RedisScript = (client: Redis, keys: readonly string[], values: readonly RedisValue[]) => Promise<unknown>
type RedisValue = string | number | Buffer

/** A Lua script, sent by its hash and, to a server that does not know it, whole. Texts in the answer are bytes. */
export function redisScript(lua: string): RedisScript {
  const hash = createHash('sha1').update(lua).digest('hex')
  return async (client, keys, values) => {
    const rest = [keys.length, ...keys, ...values]
    try {
      return await client.callBuffer('EVALSHA', [hash, ...rest])
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error
      return client.callBuffer('EVAL', [lua, ...rest])
    }
  }
}
