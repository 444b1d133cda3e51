/** For adapters: what names and values may be, and how values are kept. */
import type { CacheWrite } from './port.ts'

/** Strings and bytes as they are; the rest as JSON, so that each reader gets a copy, as from any other store. */
export type Encoded = { kind: 'same'; value: string | Uint8Array } | { kind: 'json'; text: string }
export type Made = Encoded | { kind: 'odd'; value: unknown }

const ttlMsMax = 7 * 24 * 60 * 60 * 1000
/** A maker that hangs holds up its own callers only; after this long the next one starts afresh. */
export const makingMsMax = 30_000

/** Cannot be part of a key, so no prefix can imitate another. */
export const separator = '\u0001'

export function named(prefix: string, name: string): string {
  if (name.length < 1 || name.length > 512 || /\p{Cc}/u.test(name)) {
    throw new RangeError('keys and tags of a cache have 1 to 512 characters, no control characters among them')
  }
  return `${prefix}${name}`
}

export function checked(prefix: string, { ttlMs, tags = [] }: CacheWrite): CacheWrite {
  if (!(ttlMs >= 1 && ttlMs <= ttlMsMax)) throw new RangeError(`nothing is kept for ${ttlMs} ms; 1 ms to 7 days`)
  if (tags.length > 32) throw new RangeError('at most 32 tags')
  return { ttlMs, tags: tags.map((tag) => named(prefix, tag)) }
}

export function encode(value: unknown): Made {
  if (typeof value === 'string' || value instanceof Uint8Array) return { kind: 'same', value }
  const text: string | undefined = JSON.stringify(value)
  // Only `undefined` and functions have no JSON; the types forbid them, and nothing is kept of them.
  return text === undefined ? { kind: 'odd', value } : { kind: 'json', text }
}

export const decode = (kept: Made): unknown => (kept.kind === 'json' ? JSON.parse(kept.text) : kept.value)
