/**
 * What a network must be able to do, and what it declares of itself. One file per network beside this one; a network knows
 * nothing of deliveries, tables or retries: it sends one parcel once and says what came of it.
 */
import type { SnapshotContent } from '@floowe/contracts/content'
import type { Network as NetworkName } from '@floowe/contracts/publishing'

export type ParcelKind = 'publish' | 'update' | 'unpublish'

/** What one delivery carries. The same at each attempt, byte for byte. */
export type Parcel = {
  deliveryId: string
  workspaceId: string
  kind: ParcelKind
  /** Grows with each delivery of the channel. */
  sequence: number
  articleId: string
  editionId: string
  language: string
  title: string
  slug: string
  /** When it was first sent. */
  at: string
  /** Null only when something is taken down. */
  snapshot: { id: string; hash: string; content: SnapshotContent } | null
}

/** The connected account, with its secrets open; the newest first. */
export type Account = {
  channelId: string
  workspaceId: string
  name: string
  url: string | null
  secrets: readonly string[]
}

export type Evidence = { status?: number; answer?: string; detail?: string }
/**
 * What came of one attempt:
 * - `accepted`: the far side has it.
 * - `transient`: it surely does not have it, and may take it later.
 * - `rate-limited`: the same, and it asked to wait, until `retryAtMs` if it said so.
 * - `ambiguous`: it may have it or not.
 * - `permanent`: it will never take this.
 * - `reconnect`: it takes nothing from this channel until a person has acted.
 */
export type Verdict = Evidence &
  (
    | { kind: 'accepted'; url: string | null }
    | { kind: 'transient' | 'ambiguous' | 'permanent' | 'reconnect'; code: string }
    | { kind: 'rate-limited'; code: string; retryAtMs: number | null }
  )

export type Network = {
  limits: {
    /** Of a frozen snapshot, as canonical JSON. */
    contentBytesMax: number
  }
  /**
   * After an attempt with an open end: `repeat` when the far side drops a parcel it has already (by its delivery id), `ask`
   * when it would take it twice, so that only a person may decide.
   */
  afterLostAnswer: 'repeat' | 'ask'
  /** Pause before the second attempt. */
  firstPauseMs: number
  /** Sends once. Never throws for anything the far side or the way to it does. */
  send: (parcel: Parcel, account: Account, signal: AbortSignal) => Promise<Verdict>
  /** Sends a message that means nothing, to see whether the channel works. */
  test: (account: Account, messageId: string) => Promise<Verdict>
}

export type Networks = Readonly<Record<NetworkName, Network>>

/** Retry-After in its two forms, whole seconds or an HTTP date. @returns Unix ms; null for anything else and for the past */
export function retryAfter(header: string | undefined, nowMs: number): number | null {
  const text = header?.trim() ?? ''
  if (/^\d{1,9}$/.test(text)) return text === '0' ? null : nowMs + Number(text) * 1000
  const dateMs = /^[A-Z][a-z]{2,8},? .*\d{2}:\d{2}:\d{2}/.test(text)
    ? Date.parse(/GMT|UTC/.test(text) ? text : `${text} GMT`)
    : Number.NaN
  return Number.isNaN(dateMs) || dateMs <= nowMs ? null : dateMs
}
