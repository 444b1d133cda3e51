/** The only way out to addresses that a person typed. */
import type { Log } from './log.ts'

export type OutboundCode =
  | 'bad-address'
  | 'blocked-address'
  | 'not-found'
  | 'unreachable'
  | 'tls-failed'
  | 'timed-out'
  | 'too-large'
  | 'too-many-redirects'
  | 'bad-answer'
  | 'reset-after-send'
  | 'cancelled'

export declare class OutboundError extends Error {
  readonly code: OutboundCode
  /** Whether any byte of the request may have reached the other side. False means: repeating is safe. */
  readonly sent: boolean
  constructor(code: OutboundCode, text: string, options: { sent: boolean; cause?: unknown })
}

export type OutboundRequest = {
  method?: string
  headers?: Readonly<Record<string, string>>
  body?: string | Uint8Array
  /** For everything together: name, connection, headers, body, redirects. Standard 15,000. */
  timeoutMs?: number
  /** Of the answer's body, after decompression. Standard 10 MB. */
  bytesMax?: number
  /** Standard 0: a redirect is an answer like any other. */
  redirectsMax?: number
  /** Words for the log: what the request is for. */
  context?: string
  signal?: AbortSignal
}
export type OutboundAnswer = {
  status: number
  /** Names in lower case; repeated ones joined by a comma (set-cookie by a line feed). */
  headers: Readonly<Record<string, string>>
  body: Buffer
  /** Of the last request, after redirects. */
  url: string
}
export type Outbound = {
  /** @throws OutboundError. Any status is an answer, not an error. */
  request: (url: string, request?: OutboundRequest) => Promise<OutboundAnswer>
  /** For the moment a user types it: refuses what can be seen without a connection (names are resolved). @throws OutboundError */
  checkAddress: (url: string) => Promise<void>
  /** Cancels what runs. */
  close: () => Promise<void>
}
/** All addresses of a name, IPv4 and IPv6, as text. */
export type Resolver = (name: string, signal: AbortSignal) => Promise<readonly string[]>
export type OutboundOptions = {
  /** `host:port` or CIDR that the operator lets through (FLOOWE_OUTBOUND_ALLOW). */
  allow: readonly string[]
  userAgent: string
  resolver?: Resolver
  log: Log
}
export declare function createOutbound(options: OutboundOptions): Outbound
