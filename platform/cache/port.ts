/** What may be forgotten at any moment. Never the truth: losing it costs time only. */

/** What can be kept: it comes back equal, but as a copy (bytes and strings are shared and must not be changed). */
export type Cacheable =
  | string
  | number
  | boolean
  | null
  | Uint8Array
  | { readonly [name: string]: unknown }
  | readonly unknown[]

/** Keys and tags are 1 to 512 characters. `ttlMs` counts from writing, 1 to 7 days. */
export type CacheWrite = { ttlMs: number; tags?: readonly string[] }

export type Cache = {
  /** Undefined when unknown, too old or too large to have been kept. */
  get: <Value extends Cacheable>(key: string) => Promise<Value | undefined>
  set: (key: string, value: Cacheable, write: CacheWrite) => Promise<void>
  /**
   * One `make` per key at a time; the others wait for it. What it throws reaches all who wait and is not kept. A value whose
   * making began before a delete of its key or tags is given to those who waited, and not kept.
   */
  getOrSet: <Value extends Cacheable>(key: string, write: CacheWrite, make: () => Promise<Value>) => Promise<Value>
  delete: (key: string) => Promise<void>
  deleteByTag: (tag: string) => Promise<void>
  /** The cache below a prefix of keys and tags. */
  within: (prefix: string) => Cache
  close: () => Promise<void>
}
