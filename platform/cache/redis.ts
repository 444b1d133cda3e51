/**
 * The cache of all processes of an installation, in Redis. While Redis is away it is empty: everybody makes for himself, and
 * a read costs 250 ms once, then nothing. Deletions that could not be carried out are owed: this process uses the cache again
 * only when they are done. Processes that still reach Redis may read the old value until then, at most for its time.
 */
import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import type { Log } from '../log.ts'
import { createOutage } from '../outage.ts'
import type { RedisLink, RedisScript } from '../redis.ts'
import { checked, decode, encode, type Encoded, type Made, makingMsMax, named, separator } from './entries.ts'
import type { Cache, Cacheable, CacheWrite } from './port.ts'
import { askScript, beginScript, forgetScript, getScript, keepScript } from './redis-scripts.ts'

export type RedisCacheOptions = {
  redis: RedisLink
  log: Log
  /** Of all processes together. Standard 200,000. */
  itemsMax?: number
  /** Of names and values together, roughly. Standard 128 MB; one value may take a sixty-fourth (2 MB). */
  bytesMax?: number
}

/** How long others wait for the one who makes a value; then they make it themselves. */
const makerMsMax = 2_000
/** What is made for longer than this is not kept. */
const tokenMs = 120_000
const owedMax = 10_000
const owedPerStep = 500
const bytesOfOne = 1 / 64

export function createRedisCache(options: RedisCacheOptions): Cache {
  const { log } = options
  const outage = createOutage(log, {
    away: 'cache: Redis is away; everything is made anew meanwhile',
    back: 'cache: Redis is back',
  })
  const store = createStore(options, outage)
  const making = createMaking(store)
  const cache = (prefix: string): Cache => ({
    get: async <Value extends Cacheable>(key: string) => {
      const kept = await store.get(named(prefix, key))
      return kept === undefined ? undefined : (decode(kept) as Value) // the caller names what it had put there
    },
    set: async (key, value, write) => {
      const name = named(prefix, key)
      const encoded = encode(value)
      const fit = checked(prefix, write)
      making.disown(name)
      await store.set(name, encoded, fit)
    },
    getOrSet: async <Value extends Cacheable>(key: string, write: CacheWrite, maker: () => Promise<Value>) => {
      const name = named(prefix, key)
      return decode(await making.join(name, checked(prefix, write), maker)) as Value // as it was put there, or as its maker made it
    },
    delete: async (key) => {
      const name = named(prefix, key)
      making.disown(name)
      await store.forget(`v${name}`)
    },
    deleteByTag: async (tag) => {
      const name = named(prefix, tag)
      making.disownTag(name)
      await store.forget(`t${name}`)
    },
    within: (deeper) => cache(`${named(prefix, deeper)}${separator}`),
    close: async () => {
      making.clear()
      store.close()
    },
  })
  return cache('')
}

/** What Redis says about a name: its value, or under which tokens it may be made, and whether the asker is the one to make it. */
type Asked =
  | { value: Encoded }
  | { value: undefined; maker: string; isMaker: boolean; token: string; tagTokens: readonly string[] }
type Making = { value: Encoded | null; write: CacheWrite; maker: string; token: string; tagTokens: readonly string[] }
type Store = ReturnType<typeof createStore>
type Kind = 's' | 'b' | 'j'

function createStore(options: RedisCacheOptions, outage: ReturnType<typeof createOutage>) {
  const { redis, itemsMax = 200_000, bytesMax = 128_000_000 } = options
  const base = `${redis.prefix}cache:`
  const owed = createDebt(redis, base)
  /** Undefined when Redis is away, cannot do it, or is not to be asked yet. */
  const run = async (script: RedisScript, values: readonly (string | number | Buffer)[]): Promise<unknown> => {
    try {
      await owed.pay()
      const answer = await redis.ask((client, server) => script(client, [], [base, server, ...values]))
      outage.over()
      return answer
    } catch (error) {
      outage.began(error)
      return undefined
    }
  }
  return {
    get: async (name: string): Promise<Encoded | undefined> => {
      const found = await run(getScript, [name])
      return found ? unpacked(found as [Buffer, Buffer]) : undefined // what the script answers
    },
    ask: async (name: string, tags: readonly string[]): Promise<Asked | undefined> => {
      const maker = freshToken()
      const answer = await run(askScript, [name, maker, makerMsMax, tokenMs, ...tags])
      if (!answer) return undefined
      const [isValue, second, third, ...tokens] = answer as [number, number | Buffer, Buffer, ...Buffer[]] // what the script answers
      if (isValue === 1) return { value: unpacked([second as Buffer, third]) } // a kind where there is a value
      return { value: undefined, maker, isMaker: second === 1, token: String(third), tagTokens: tokens.map(String) }
    },
    keep,
    /** What was there is gone in any case; the value lies there unless it is too large or something was deleted meanwhile. */
    set: async (name: string, made: Made, write: CacheWrite): Promise<void> => {
      const maker = freshToken()
      const answer = await run(beginScript, [name, maker, tokenMs, ...(write.tags ?? [])])
      if (!answer) return owed.add(`v${name}`)
      const [token = '', ...tagTokens] = (answer as Buffer[]).map(String) // what the script answers
      await keep(name, { value: made.kind === 'odd' ? null : made, write, maker, token, tagTokens })
    },
    forget,
    close: owed.close,
  }
  /** Keeps it if nothing was deleted since its making began, and lets the next one make; with null only that. */
  async function keep(name: string, { value, write, maker, token, tagTokens }: Making): Promise<void> {
    const [kind, content] = value ? packed(value) : nothing
    const what = content.length <= bytesMax * bytesOfOne ? [kind, content] : nothing
    const tags = (write.tags ?? []).flatMap((tag, at) => [tag, tagTokens[at] ?? ''])
    await run(keepScript, [name, maker, token, ...what, Math.ceil(write.ttlMs), itemsMax, bytesMax, ...tags])
  }
  async function forget(what: string): Promise<void> {
    if ((await run(forgetScript, [what])) === undefined) owed.add(what)
  }
}

/** Deletions that Redis has yet to be told, bounded: too many become one deletion of everything. */
function createDebt(redis: RedisLink, base: string) {
  const owed = new Set<string>()
  let paying: Promise<void> | undefined
  const payAll = async (client: Redis, server: string): Promise<void> => {
    for (let step = 0; owed.size > 0 && step <= owedMax / owedPerStep; step += 1) {
      const some = [...owed].slice(0, owedPerStep)
      await forgetScript(client, [], [base, server, ...some])
      for (const one of some) owed.delete(one)
    }
  }
  const close = redis.whenBack(payAll)
  return {
    add: (what: string): void => {
      if (owed.has('a')) return
      if (owed.size < owedMax) owed.add(what)
      else {
        owed.clear()
        owed.add('a')
      }
    },
    pay: async (): Promise<void> => {
      if (owed.size === 0) return
      paying ??= redis.ask(payAll).finally(() => {
        paying = undefined
      })
      await paying
    },
    close,
  }
}

/** Values being made right now in this process, one maker per name and tokens. */
function createMaking(store: Store) {
  const makings = new Map<string, { result: Promise<Made>; tags: readonly string[]; beganAtMs: number }>()
  const without = (name: string): string => `${name}\n`

  const make = async (name: string, write: CacheWrite, asked: Asked | undefined, maker: () => Promise<Cacheable>) => {
    let known = asked
    const giveUpAtMs = performance.now() + makerMsMax
    for (let turn = 0; known && !known.value && !known.isMaker && performance.now() < giveUpAtMs; turn += 1) {
      await pause(Math.min(100, 10 * 2 ** Math.min(turn, 4)))
      known = await store.ask(name, write.tags ?? [])
    }
    if (known?.value) return known.value
    let made: Made | null = null
    try {
      made = encode(await maker())
      return made
    } finally {
      const value = made && made.kind !== 'odd' ? made : null
      if (known && !known.value) await store.keep(name, { ...known, value, write })
    }
  }
  return {
    /** What Redis holds, what is being made under the same tokens, or else what this maker makes. */
    join: async (name: string, write: CacheWrite, maker: () => Promise<Cacheable>): Promise<Made> => {
      const asked = await store.ask(name, write.tags ?? [])
      if (asked?.value) return asked.value
      // While Redis is away, only what this process itself deletes parts one making from the next.
      const key = asked ? `${name}\n${asked.token} ${asked.tagTokens.join(' ')}` : without(name)
      const running = makings.get(key)
      if (running && performance.now() - running.beganAtMs < makingMsMax) return running.result
      const result = make(name, write, asked, maker)
      const mine = { result, tags: write.tags ?? [], beganAtMs: performance.now() }
      makings.set(key, mine)
      const gone = (): void => void (makings.get(key) === mine && makings.delete(key))
      result.then(gone, gone)
      return result
    },
    disown: (name: string): void => void makings.delete(without(name)),
    disownTag: (tag: string): void => {
      for (const [key, { tags }] of makings) if (key.endsWith('\n') && tags.includes(tag)) makings.delete(key)
    },
    clear: (): void => makings.clear(),
  }
}

const nothing: readonly ['', Buffer] = ['', Buffer.alloc(0)]

const freshToken = (): string => randomBytes(12).toString('base64url')

function packed(value: Encoded): readonly [Kind, Buffer] {
  if (value.kind === 'json') return ['j', Buffer.from(value.text)]
  if (typeof value.value === 'string') return ['s', Buffer.from(value.value)]
  return ['b', Buffer.from(value.value.buffer, value.value.byteOffset, value.value.byteLength)]
}

function unpacked([kind, content]: readonly [Buffer, Buffer]): Encoded {
  const name = String(kind)
  if (name === 'j') return { kind: 'json', text: content.toString() }
  return { kind: 'same', value: name === 's' ? content.toString() : content }
}
