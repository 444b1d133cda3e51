/**
 * What the cache does in Redis, each script in one step. Keys, below one beginning:
 *
 * - `v:<name>` a value: `e` the run and token it belongs to, `k` its kind, `d` its content, `t` its tags with their tokens
 * - `t:<tag>`, `m:<name>`, `all`: tokens. A token is a random word that lies there as long as somebody counts on it; deleting is
 *   taking the token away. A value counts only while the tokens of its tags and of everything lie there; what is being made is
 *   kept only if the tokens it began with lie there still. So a deletion needs to know nothing of values and makers, and what
 *   Redis throws away by itself (a flush, an eviction) makes values unknown, never old ones known again.
 * - `l:<name>` who makes the value now, and under which tokens
 * - `ends`, `sizes`, `bytes`: what is kept, for the bounds; what ends first leaves first
 *
 * `run` is the name of the server's own run: after its restart nothing counts that lay there before, because what it read
 * from its disk may be older than the last deletion. The scripts name keys they were not handed, so one Redis (with replicas
 * if need be) holds the cache, not a Redis Cluster.
 */
import { redisScript } from '../redis.ts'

const common = `
local base, run = ARGV[1], ARGV[2]
local ends, sizes, bytes, all = base .. 'ends', base .. 'sizes', base .. 'bytes', base .. 'all'
local function drop(name)
  redis.call('DEL', base .. 'v:' .. name)
  local size = redis.call('HGET', sizes, name)
  if not size then return end
  redis.call('HDEL', sizes, name)
  redis.call('ZREM', ends, name)
  redis.call('DECRBY', bytes, size)
end
local function current(tokens)
  for at = 1, #tokens, 2 do
    if redis.call('GET', base .. 't:' .. tokens[at]) ~= tokens[at + 1] then return false end
  end
  return true
end
local function hold(key, fresh, ms)
  redis.call('SET', key, fresh, 'NX', 'PX', ms)
  if redis.call('PTTL', key) < tonumber(ms) then redis.call('PEXPIRE', key, ms) end
  return redis.call('GET', key)
end
local function find(name)
  local value = redis.call('HMGET', base .. 'v:' .. name, 'e', 'k', 'd', 't')
  if not value[1] then return nil end
  if value[1] == run .. (redis.call('GET', all) or '?') and current(cjson.decode(value[4])) then return value end
  drop(name)
  return nil
end
local function put(name, kind, data, ttl, itemsMax, bytesMax, tokens)
  local time = redis.call('TIME')
  -- The first writing decides whether a full Redis refuses the rest; what follows a deletion it would take.
  redis.call('SET', all, name .. time[1] .. time[2], 'NX')
  drop(name)
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local size = 200 + 2 * #name + #data
  for at = 1, #tokens do size = size + 50 + #tokens[at] end
  local isFull
  for turn = 1, 500 do
    local first = redis.call('ZRANGE', ends, 0, 0, 'WITHSCORES')
    isFull = redis.call('ZCARD', ends) >= itemsMax or tonumber(redis.call('GET', bytes) or 0) + size > bytesMax
    if not first[1] or not (isFull or (turn < 3 and tonumber(first[2]) <= now)) then break end
    drop(first[1])
  end
  if isFull then return end
  local key = base .. 'v:' .. name
  redis.call('HSET', key, 'e', run .. redis.call('GET', all), 'k', kind, 'd', data, 't', cjson.encode(tokens))
  redis.call('PEXPIRE', key, ttl)
  redis.call('HSET', sizes, name, size)
  redis.call('ZADD', ends, now + ttl, name)
  redis.call('INCRBY', bytes, size)
  for at = 1, #tokens, 2 do
    local tag = base .. 't:' .. tokens[at]
    if redis.call('PTTL', tag) < ttl + 1000 then redis.call('PEXPIRE', tag, ttl + 1000) end
  end
end
`

/** ARGV: base, run, name. Answers kind and content, or nothing. */
export const getScript = redisScript(`${common}
local value = find(ARGV[3])
return value and { value[2], value[3] } or false
`)

/**
 * ARGV: base, run, name, fresh token, ms of the lock, ms of tokens, tags. Answers 1, kind, content; or 0, 1 if the caller
 * is the one to make it, the token of the making, and those of the tags.
 */
export const askScript = redisScript(`${common}
local name, fresh = ARGV[3], ARGV[4]
local value = find(name)
if value then return { 1, value[2], value[3] } end
redis.call('SET', all, fresh, 'NX')
local answer = { 0, 0, hold(base .. 'm:' .. name, fresh, ARGV[6]) .. redis.call('GET', all) }
for at = 7, #ARGV do answer[#answer + 1] = hold(base .. 't:' .. ARGV[at], fresh, ARGV[6]) end
-- Who makes it under tokens that were taken away since makes it for those who asked then.
local lock, under = base .. 'l:' .. name, table.concat(answer, ' ', 3)
local holder = redis.call('GET', lock)
if not holder or string.sub(holder, #fresh + 1) ~= under then
  redis.call('SET', lock, fresh .. under, 'PX', ARGV[5])
  answer[2] = 1
end
return answer
`)

/** ARGV: base, run, name, token of the maker, token of the making, kind ('' keeps nothing), content, ms, items, bytes, tags with tokens. */
export const keepScript = redisScript(`${common}
local name, tokens = ARGV[3], {}
for at = 11, #ARGV do tokens[#tokens + 1] = ARGV[at] end
local making = (redis.call('GET', base .. 'm:' .. name) or '') .. (redis.call('GET', all) or '')
if ARGV[6] ~= '' and making == ARGV[5] and current(tokens) then
  put(name, ARGV[6], ARGV[7], tonumber(ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[10]), tokens)
end
local holder = redis.call('GET', base .. 'l:' .. name)
if holder and string.sub(holder, 1, #ARGV[4]) == ARGV[4] then redis.call('DEL', base .. 'l:' .. name) end
return 1
`)

/**
 * ARGV: base, run, name, fresh token, ms of tokens, tags. Nothing lies there any more, and nobody's making counts but this.
 * Answers the token of the making and those of the tags. Writing takes two steps so that what Redis carries out late, after
 * its sender gave up and something was deleted, finds its tokens gone.
 */
export const beginScript = redisScript(`${common}
local name, fresh = ARGV[3], ARGV[4]
drop(name)
redis.call('DEL', base .. 'l:' .. name)
redis.call('SET', base .. 'm:' .. name, fresh, 'PX', ARGV[5])
redis.call('SET', all, fresh, 'NX')
local answer = { fresh .. redis.call('GET', all) }
for at = 6, #ARGV do answer[#answer + 1] = hold(base .. 't:' .. ARGV[at], fresh, ARGV[5]) end
return answer
`)

/** ARGV: base, run, then `v<name>`, `t<tag>` or, for everything, `a`. */
export const forgetScript = redisScript(`${common}
for at = 3, #ARGV do
  local what, name = string.sub(ARGV[at], 1, 1), string.sub(ARGV[at], 2)
  if what == 'v' then
    drop(name)
    redis.call('DEL', base .. 'm:' .. name, base .. 'l:' .. name)
  elseif what == 't' then
    redis.call('DEL', base .. 't:' .. name)
  else
    redis.call('DEL', all)
  end
end
return 1
`)
