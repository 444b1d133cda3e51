/**
 * What a network must be able to do, and what it declares of itself. One file per network beside this one; a network knows
 * nothing of deliveries, tables or retries: it sends one parcel once and says what came of it.
 */
import type { SnapshotContent } from '@floowe/contracts/content'
import type { Network as NetworkName, NetworkFacts, Post, PostMedia } from '@floowe/contracts/networks'
import type { Clock } from '@floowe/platform'
import type { Addresses, Clients, Settings } from '../settings.ts'
import type { Ask } from './asking.ts'

export type ParcelKind = 'publish' | 'update' | 'unpublish'
/** What was frozen: the whole text, or a post. */
export type Frozen = SnapshotContent | Post

/** For networks of whole texts. What was frozen for one kind of network is never sent to another. */
export function pageOf(content: Frozen): SnapshotContent {
  if ('form' in content) throw new Error('a post was frozen for a network of whole texts')
  return content
}

/**
 * What one delivery has at the far side, piece by piece: `part-0`, `part-1`, …, `comment`. Kept with the delivery. A piece is armed
 * before the request that makes it leaves; armed without an id, it may be there or not.
 */
export type Remote = Readonly<Record<string, RemotePiece>>
export type RemotePiece = {
  /** Under which key, and when it was armed, Unix ms; the same at every attempt until it is known to have failed. */
  key: string
  armedMs: number
  id?: string
  url?: string | null
  /** Whatever else the network needs to find or change it. */
  more?: Readonly<Record<string, string>>
}

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
  snapshot: { id: string; hash: string; content: Frozen } | null
  /** What stands there of the delivery that this one changes or takes down. */
  standing: Remote | null
}

/** The connected account, with its secrets open; the newest first. */
export type Account = {
  channelId: string
  workspaceId: string
  name: string
  url: string | null
  secrets: readonly string[]
  /** What was asked for at connecting, and what the far side said of the account. Secrets are among them. */
  credentials: Readonly<Record<string, string>>
}

/** One attempt, as the sending job sees it. */
export type Run = {
  signal: AbortSignal
  /** What earlier attempts have left there. */
  remote: Remote
  /** On the disk when it resolves. Rejects when the delivery is another's by now: then nothing more may be sent. */
  keep: (remote: Remote) => Promise<void>
  /** Grows with each attempt; for a network that keeps a ledger of its own. */
  fence?: number
}

export type Evidence = {
  status?: number
  answer?: string
  detail?: string
  /** Said by the sending job: a piece was armed, now or before, and may be there whatever this attempt says. */
  isOpen?: boolean
  /** From then on a list that lacks the piece means that it is not there, Unix ms: no need to look later than that. */
  lookAtMs?: number
}
/**
 * What came of one attempt:
 * - `accepted`: the far side has it.
 * - `transient`: it surely does not have it, and may take it later.
 * - `rate-limited`: the same, and it asked to wait, until `retryAtMs` if it said so.
 * - `ambiguous`: it may have it or not.
 * - `permanent`: it will never take this.
 * - `reconnect`: it takes nothing from this channel until a person has acted.
 * - `unfinished`: all is well, and the rest follows at `nextAtMs`; for what takes longer than one attempt may. It counts as none.
 */
export type Verdict = Evidence &
  (
    | { kind: 'accepted'; url: string | null }
    | { kind: 'transient' | 'ambiguous' | 'permanent' | 'reconnect'; code: string }
    | { kind: 'rate-limited'; code: string; retryAtMs: number | null }
    | { kind: 'unfinished'; code: string; nextAtMs: number }
  )
export type Failure = Exclude<Verdict, { kind: 'accepted' }>

/** Ends what a network is doing with this verdict. */
export class Ended extends Error {
  readonly verdict: Failure
  constructor(verdict: Failure) {
    super(verdict.code)
    this.verdict = verdict
  }
}

/** What the far side says of an account that is being connected. */
export type Connected = {
  /** Its id there; the same account is not connected twice. Null: there is nobody over there, each channel is one of its own. */
  accountId: string | null
  /** What people call it: a handle, the name of a site or room. */
  accountName: string
  url: string | null
  credentials: Readonly<Record<string, string>>
}

/** One of the accounts that a person may connect with what they granted. */
export type Granted = Connected & { accountId: string; kind: 'person' | 'page' | 'organisation' }
/** The channel that a place is made for. */
export type ForChannel = { workspaceId: string; channelId: string; name: string }

/** How an account is connected where the network asks the person on a page of its own (OAuth 2.0, authorization code). */
export type OAuth = {
  /** False: the operator has registered no client for this network. */
  isReady: boolean
  /** @returns the address of that page. `challenge` is PKCE's (S256); a network without PKCE leaves it out */
  authorize: (asked: { state: string; challenge: string; redirect: string }) => string
  /** What the person granted, account by account; none: they may post nowhere. */
  exchange: (answer: { code: string; verifier: string; redirect: string }) => Promise<readonly Granted[] | Failure>
}

/**
 * Names that credentials of OAuth networks share; times are Unix ms as texts, left out where no end is known. `expiresMs`: of the
 * token. `endsMs`: when a person has to connect the account again, whatever is renewed until then.
 */
export type Tokens = { token: string; refresh?: string; expiresMs?: string; endsMs?: string }

/** `count` requests that make or change something, in `perMs` from the first of them on. Whole seconds. */
export type Budget = { count: number; perMs: number }

export type Network = {
  facts: NetworkFacts
  /** How often one account may do so. Left out: the network names no number. */
  budget?: readonly Budget[]
  limits: {
    /** Of a frozen snapshot, as canonical JSON. */
    contentBytesMax: number
  }
  /** Pause before the second attempt. */
  firstPauseMs: number
  /** Sends once. Never throws for anything the far side or the way to it does. */
  send: (parcel: Parcel, account: Account, run: Run) => Promise<Verdict>
  /** Whether what was accepted is there for people to see, all of it. Left out: it cannot be asked. */
  verify?: (
    parcel: Parcel,
    account: Account,
    run: Pick<Run, 'signal' | 'remote'>,
  ) => Promise<'there' | 'gone' | Failure>
  /** Each question costs: it is asked once, when the answer is final. */
  isReadScarce?: boolean
  /** Looks whether the channel works, without anybody seeing anything of it; a webhook gets a message that means nothing. */
  test: (account: Account, messageId: string) => Promise<Verdict>
  /** Asks the far side who this is. Left out: the network is built in, or makes its own secret. */
  connect?: (fields: Readonly<Record<string, string>>) => Promise<Connected | Failure>
  /** Instead of `connect`, where a channel is a place that is made for it. Asked again it answers the same place. */
  open?: (channel: ForChannel) => Promise<Connected | Failure>
  oauth?: OAuth
  /**
   * New tokens for old ones; asked by one process at a time. Left out: a token lives as long as it lives, then a person connects
   * the account again.
   */
  refresh?: (credentials: Account['credentials']) => Promise<Account['credentials'] | Failure>
}

/** What a network is made of. */
export type NetworkParts = {
  ask: Ask
  clock: Clock
  /** Of the vendors' APIs, without a slash at the end. */
  addresses: Addresses
  firstPauseMs: number
  /** What the operator registered with the vendors; null: nothing. */
  clients: Clients
  versions: Settings['versions']
  linkedinPages: boolean
  /** Of this installation. */
  publicUrl: string
  /** The bytes of a picture that was frozen. @throws Refusal not-found */
  read: (picture: PostMedia, workspaceId: string) => Promise<Uint8Array<ArrayBuffer>>
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
