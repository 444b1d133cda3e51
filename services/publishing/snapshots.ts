/**
 * Freezing: what a delivery carries, as canonical JSON (keys in the order of their UTF-16 units, no spaces; RFC 8785) with
 * its SHA-256. The bytes that were hashed are the bytes that are kept.
 */
import { createHash } from 'node:crypto'
import type { Frozen as Content } from './networks/network.ts'

export type Frozen = { hash: string; text: string; content: Content }

export function freeze(content: Content): Frozen {
  const text = canonicalJson(content)
  return { hash: hashOf(text), text, content }
}

/** The content behind a kept text, or null when it is no longer what was hashed. */
export function thaw(text: string, hash: string): Content | null {
  if (hashOf(text) !== hash) return null
  return JSON.parse(text) as Content // the very bytes that `freeze` wrote
}

const hashOf = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex')

/** @param value plain JSON; what `undefined` names is left out. Depth is bounded by the contract's own shapes. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).filter(([, field]) => field !== undefined)
    fields.sort(([one], [other]) => (one < other ? -1 : 1))
    return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${canonicalJson(field)}`).join(',')}}`
  }
  return JSON.stringify(value) ?? 'null'
}
