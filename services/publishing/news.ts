/** What publishing tells the others. Events of one edition arrive in the order they were written. */
import type { Network } from '@floowe/contracts/networks'
import type { DeliveryState } from '@floowe/contracts/publishing'
import type { As, Call, NewEvent, Transaction } from '@floowe/platform'

/** In whose name something happened. */
export type Cause = { workspaceId: string; actor: string; requestId: string | null }
export type Subject = {
  id: string
  articleId: string
  editionId: string
  channelId: string
  network: Network
  title: string
  createdBy: string
}

export const causeOf = (call: Call): Cause => ({
  workspaceId: call.workspaceId,
  actor: call.caller.actor,
  requestId: call.requestId,
})
/** What the schedule does by itself. */
export const ownCause = (workspaceId: string): Cause => ({ workspaceId, actor: 'service:publishing', requestId: null })

/** A call that nobody made: what publishing does by itself, as an operation would do it. */
export const ownCall = (workspaceId: string, requestId: string): Call => ({
  caller: {
    kind: 'service',
    id: 'publishing',
    workspaceId,
    permissions: new Set(['service']),
    token: null,
    actor: 'service:publishing',
  },
  workspaceId,
  requestId,
  signal: AbortSignal.timeout(ownCallMsMax),
  locale: 'en',
  userAgent: null,
  clientAddress: null,
  onceId: null,
  credential: null,
  setSession: () => undefined,
})
const ownCallMsMax = 120_000

/** In whose name another service is asked: the caller's, or for what nobody asked for, our own. */
export const asOf = ({ caller, workspaceId, requestId }: Call): As =>
  caller.kind === 'service' && caller.token === null ? { workspaceId, requestId } : { caller, requestId }

type Fact = {
  deliveryId: string
  articleId: string
  editionId: string
  channelId: string
  network: Network
  state: DeliveryState
  title: string
  createdBy: string
}
const fact = (subject: Subject, state: DeliveryState): Fact => ({
  deliveryId: subject.id,
  articleId: subject.articleId,
  editionId: subject.editionId,
  channelId: subject.channelId,
  network: subject.network,
  state,
  title: subject.title,
  createdBy: subject.createdBy,
})
const envelope = ({ workspaceId, actor, requestId }: Cause, key: string) => ({ workspaceId, key, actor, requestId })

export const tellPlanned = (tx: Transaction, cause: Cause, subject: Subject, dueAt: string): Promise<void> =>
  tx.emit({
    ...envelope(cause, subject.editionId),
    name: 'publishing.delivery-planned',
    data: { ...fact(subject, 'planned'), dueAt },
  })

export const tellMoved = (tx: Transaction, cause: Cause, subject: Subject, dueAt: string): Promise<void> =>
  tx.emit({
    ...envelope(cause, subject.editionId),
    name: 'publishing.delivery-moved',
    data: { ...fact(subject, 'planned'), dueAt },
  })

type Simple = Extract<
  NewEvent['name'],
  | 'publishing.delivery-cancelled'
  | 'publishing.delivery-missed'
  | 'publishing.delivery-released'
  | 'publishing.edition-unpublished'
>
/** Facts that need no more than their subject and its state. */
export const tell = (
  tx: Transaction,
  name: Simple,
  cause: Cause,
  subject: Subject,
  state: DeliveryState,
): Promise<void> => tx.emit({ ...envelope(cause, subject.editionId), name, data: fact(subject, state) })

export const tellPublished = (
  tx: Transaction,
  cause: Cause,
  subject: Subject & { language: string },
  url: string | null,
): Promise<void> =>
  tx.emit({
    ...envelope(cause, subject.editionId),
    name: 'publishing.delivery-published',
    data: { ...fact(subject, 'published'), url, language: subject.language },
  })

export const tellVerified = (
  tx: Transaction,
  cause: Cause,
  subject: Subject,
  verification: 'verified' | 'gone' | 'unknown',
): Promise<void> =>
  tx.emit({
    ...envelope(cause, subject.editionId),
    name: 'publishing.delivery-verified',
    data: { ...fact(subject, 'published'), verification },
  })

export const tellFailed = (
  tx: Transaction,
  cause: Cause,
  subject: Subject,
  state: 'failed' | 'needs-human',
  code: string,
): Promise<void> =>
  tx.emit({
    ...envelope(cause, subject.editionId),
    name: 'publishing.delivery-failed',
    data: { ...fact(subject, state), code },
  })

type Changed = Extract<NewEvent, { name: 'publishing.calendar-changed' }>['data']
export const tellCalendar = (tx: Transaction, cause: Cause, data: Changed): Promise<void> =>
  tx.emit({ ...envelope(cause, data.id), name: 'publishing.calendar-changed', data })

type ChannelState = 'connected' | 'paused' | 'attention' | 'removed'
export const tellChannel = (
  tx: Transaction,
  cause: Cause,
  { id, name, network }: { id: string; name: string; network: Network },
  state: ChannelState,
): Promise<void> =>
  tx.emit({
    ...envelope(cause, id),
    name: 'publishing.channel-changed',
    data: { channelId: id, name, network, state },
  })

export const tellExpiring = (
  tx: Transaction,
  cause: Cause,
  { id, name, network, endsAt }: { id: string; name: string; network: Network; endsAt: string },
): Promise<void> =>
  tx.emit({
    ...envelope(cause, id),
    name: 'publishing.connection-expiring',
    data: { channelId: id, name, network, endsAt },
  })
