/** What goes over the connection of the shared texts: bytes as base64, messages as JSON that is looked at before it is believed. */
import type { WritingMessage } from '@floowe/contracts/writing'
import { fromBase64, toBase64 } from 'lib0/buffer'

export type Bytes = Uint8Array

export const encodeBytes = (bytes: Bytes): string => toBase64(bytes)
export const decodeBytes = (text: string): Bytes => fromBase64(text)

const kinds = new Set<WritingMessage['t']>(['opened', 'ack', 'update', 'saved', 'presence', 'refused', 'pong'])

/** @returns null for anything that is not one of our messages. */
export function readFrame(data: unknown): WritingMessage | null {
  if (typeof data !== 'string') return null
  try {
    const value: unknown = JSON.parse(data)
    if (typeof value !== 'object' || value === null || !('t' in value)) return null
    return kinds.has(value.t as WritingMessage['t']) ? (value as WritingMessage) : null // the server speaks by the contract
  } catch {
    return null
  }
}
