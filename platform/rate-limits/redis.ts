/**
 * Rate limits of all processes of an installation, counted in Redis in one step each and by its clock. While Redis is away
 * each process counts alone: somebody may then do as much at each of them, and nobody is refused for want of Redis.
 */
import type { Log } from '../log.ts'
import { createOutage } from '../outage.ts'
import { type RedisLink, redisScript } from '../redis.ts'
import { createMemoryRateLimits } from './memory.ts'
import { checkLimit, type RateAnswer, type RateLimit, type RateLimits } from './port.ts'

export type RedisRateLimitsOptions = {
  redis: RedisLink
  log: Log
  /** Keys counted per window length; beyond it the oldest windows are forgotten early. Standard 200,000 (about 50 MB). */
  keysMax?: number
}

/**
 * ARGV: beginning of the keys, window in seconds, key, limit, cost, most keys. Answers 1 or 0, points used, ms left.
 *
 * A window is a hash of points used and its end; `ends` orders those of one length, and two that are over leave for one that
 * comes. The clock of the machine may be set back: a window that would last longer than a window begins anew.
 */
const consumeScript = redisScript(`
local windows, length, limit, cost = ARGV[1] .. ARGV[2] .. ':', ARGV[2] * 1000, tonumber(ARGV[4]), tonumber(ARGV[5])
local key, ends = windows .. ARGV[3], ARGV[1] .. 'ends:' .. ARGV[2]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local window = redis.call('HMGET', key, 'used', 'end')
local used, last = tonumber(window[1] or 0), tonumber(window[2] or 0)
if last <= now or last - now > length then
  used, last = 0, now + length
  for turn = 1, 2 do
    local first = redis.call('ZRANGE', ends, 0, 0, 'WITHSCORES')
    if not first[1] then break end
    local isOver = tonumber(first[2]) <= now
    if not isOver and redis.call('ZCARD', ends) < tonumber(ARGV[6]) then break end
    redis.call('ZREM', ends, first[1])
    redis.call('DEL', windows .. first[1])
  end
  redis.call('HSET', key, 'used', 0, 'end', last)
  redis.call('PEXPIREAT', key, last)
  redis.call('ZADD', ends, last, ARGV[3])
  redis.call('PEXPIREAT', ends, last + 1000)
end
local isAllowed = used + cost <= limit
if isAllowed and cost > 0 then used = redis.call('HINCRBY', key, 'used', cost) end
return { isAllowed and 1 or 0, used, last - now }
`)

export function createRedisRateLimits(options: RedisRateLimitsOptions): RateLimits {
  const { redis, log, keysMax = 200_000 } = options
  const base = `${redis.prefix}limits:`
  const alone = createMemoryRateLimits()
  const outage = createOutage(log, {
    away: 'rate limits: Redis is away; each process counts alone meanwhile',
    back: 'rate limits: Redis is back',
  })
  const consume = async (key: string, limit: RateLimit): Promise<RateAnswer> => {
    const values = [base, limit.windowSeconds, key, limit.limit, limit.cost ?? 1, keysMax]
    const answer = await redis.ask((client) => consumeScript(client, [], values))
    const [allowed, used, leftMs] = answer as [number, number, number] // what the script answers
    return {
      allowed: allowed === 1,
      limit: limit.limit,
      remaining: Math.max(0, limit.limit - used),
      resetSeconds: Math.max(1, Math.ceil(leftMs / 1000)),
    }
  }
  return {
    consume: async (key, limit) => {
      checkLimit(key, limit)
      try {
        const answer = await consume(key, limit)
        outage.over()
        return answer
      } catch (error) {
        outage.began(error)
        return alone.consume(key, limit)
      }
    },
    close: alone.close,
  }
}
