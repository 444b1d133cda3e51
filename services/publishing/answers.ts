/** Rows into the shapes of the contract, with names of people and texts in the caller's language. */
import type { DeliveryApproval } from '@floowe/contracts/approvals'
import type { Post } from '@floowe/contracts/networks'
import type { Cache, Call, Calls } from '@floowe/platform'
import { approvalStateOf } from './approvals/gate.ts'
import { rateBudget } from './budgets.ts'
import type { Remote } from './networks/network.ts'
import { piecesOf } from './networks/posting.ts'
import type { Drafted } from './posts.ts'
import { problemText } from './problems.ts'
import type { ChannelRow } from './store/channels.ts'
import type { AttemptRow, DeliveryRow, ShownDelivery } from './store/deliveries.ts'
import type { AttemptOutcome } from './store/ledger.ts'
import type { VariantRow } from './store/variants.ts'

const nameKeptMs = 5 * 60_000
const namesMax = 200
const personId = /^[0-9a-f]{8}-[0-9a-f]{4}-/

const instant = (at: Date | null): string | null => at?.toISOString() ?? null

export const channelAnswer = (row: ChannelRow, locale: 'pl' | 'en') => ({
  id: row.id,
  network: row.network,
  name: row.name,
  state: row.state,
  stateReason: row.stateReason === null ? null : problemText(row.stateReason, null, locale),
  settings: { url: row.url },
  account: row.account['name'] ?? null,
  endsAt: row.account['endsMs'] === undefined ? null : new Date(Number(row.account['endsMs'])).toISOString(),
  createdAt: row.createdAt.toISOString(),
  lastDeliveryAt: instant(row.lastDeliveryAt),
})

export type Names = ReadonlyMap<string, string>

/** Names of the people behind these deliveries. Without identity the answer goes without names. */
export async function namesFor(
  parts: { call: Calls; cache: Cache },
  { workspaceId, requestId }: Call,
  rows: readonly { createdBy: string }[],
): Promise<Names> {
  const ids = [...new Set(rows.map((row) => row.createdBy))].filter((id) => personId.test(id)).slice(0, namesMax)
  const keyOf = (id: string): string => `publishing:name:${workspaceId}:${id}`
  const names = new Map<string, string>()
  const unknown: string[] = []
  for (const id of ids) {
    const name = await parts.cache.get<string>(keyOf(id))
    if (name === undefined) unknown.push(id)
    else names.set(id, name)
  }
  if (unknown.length === 0) return names
  const people = await parts.call.identity.describePeople({ ids: unknown }, { workspaceId, requestId }).catch(() => [])
  for (const { id, name } of people) {
    names.set(id, name)
    await parts.cache.set(keyOf(id), name, { ttlMs: nameKeptMs })
  }
  return names
}

export const deliveryAnswer = (row: ShownDelivery, names: Names, locale: 'pl' | 'en') => ({
  id: row.id,
  kind: row.kind,
  state: row.state,
  articleId: row.articleId,
  editionId: row.editionId,
  versionId: row.versionId,
  snapshotId: row.snapshotId,
  snapshotHash: row.snapshotHash,
  title: row.title,
  language: row.language,
  channelId: row.channelId,
  channelName: row.channelName,
  channelAccount: row.channelAccount,
  network: row.network,
  wallTime: row.wallTime,
  zone: row.zone,
  dueAt: row.dueAt.toISOString(),
  publishedAt: instant(row.publishedAt),
  url: row.url,
  attempts: row.attempts,
  nextAttemptAt: row.state === 'retrying' ? instant(row.wakeAt) : null,
  problem:
    row.problemCode === null
      ? null
      : { code: row.problemCode, text: problemText(row.problemCode, row.problemDetail, locale) },
  approval: approvalOf(row),
  verification: row.verification && { state: row.verification, at: instant(row.verifiedAt) },
  series:
    row.seriesId === null || row.seriesDay === null
      ? null
      : { id: row.seriesId, day: row.seriesDay, isDetached: row.seriesDetached },
  isOutdated: row.isOutdated,
  revision: row.revision,
  createdAt: row.createdAt.toISOString(),
  createdBy: row.createdBy,
  createdByName: names.get(row.createdBy) ?? null,
})

type Asked = Pick<DeliveryRow, 'id' | 'kind' | 'state' | 'payloadHash' | 'dueAt' | 'approvalMode' | 'approval'>

const notNeeded: DeliveryApproval = { state: 'not-needed', id: null, stepName: null, window: null }

export function approvalOf({ approvalMode, approval, dueAt, ...row }: Asked): DeliveryApproval {
  if (approvalMode === 'none' && approval === null) return notNeeded
  const isOver = ['published', 'replaced', 'unpublished'].includes(row.state)
  const ownState = approval?.deliveryId === row.id && approval.state !== 'withdrawn' ? approval.state : 'not-needed'
  const state = isOver ? ownState : approvalStateOf(approvalMode, { ...row, dueMs: dueAt.getTime() }, approval)
  const isAsked = state !== 'not-needed' && state !== 'needed'
  return {
    state,
    id: isAsked ? (approval?.id ?? null) : null,
    stepName: state === 'open' ? (approval?.stepName ?? null) : null,
    window: approval && (state === 'open' || state === 'approved') ? windowOf(approval) : null,
  }
}

const windowOf = ({ windowFrom, windowUntil }: NonNullable<DeliveryRow['approval']>) => ({
  from: new Date(windowFrom).toISOString(),
  until: new Date(windowUntil).toISOString(),
})

const attemptAnswer = (row: AttemptRow, locale: 'pl' | 'en') => ({
  number: row.number,
  startedAt: row.startedAt.toISOString(),
  finishedAt: row.finishedAt.toISOString(),
  outcome: row.outcome,
  code: row.code,
  text: row.code === null ? null : problemText(row.code, row.detail, locale),
  status: row.status,
  answer: row.answer,
  retryAt: instant(row.retryAt),
})
type AttemptAnswer = Omit<ReturnType<typeof attemptAnswer>, 'finishedAt' | 'outcome'> & {
  finishedAt: string | null
  outcome: AttemptOutcome | 'running' | 'waiting'
}

/** Every attempt, the one under way included, and the one that waits for the account to be let post again. */
export function historyAnswer(
  delivery: DeliveryRow,
  ended: readonly AttemptRow[],
  locale: 'pl' | 'en',
): AttemptAnswer[] {
  const { state, problemCode, armedAt, attempts } = delivery
  const history: AttemptAnswer[] = ended.map((row) => attemptAnswer(row, locale))
  const waits = state === 'retrying' && problemCode === rateBudget
  if (armedAt === null || (state !== 'sending' && !waits)) return history
  const last: AttemptAnswer = {
    number: waits ? (ended.at(-1)?.number ?? 0) + 1 : attempts,
    startedAt: armedAt.toISOString(),
    finishedAt: null,
    outcome: waits ? 'waiting' : 'running',
    code: waits ? rateBudget : null,
    text: waits ? problemText(rateBudget, null, locale) : null,
    status: null,
    answer: null,
    retryAt: waits ? instant(delivery.wakeAt) : null,
  }
  return [...history, last]
}

export const previewAnswer = ({ post, lengths, problems }: Drafted): Drafted => ({ post, lengths, problems })
export const variantAnswer = ({
  variant,
  ...drafted
}: Drafted & { variant: Pick<VariantRow, 'fields' | 'revision'> }) => ({
  ...previewAnswer(drafted),
  fields: variant.fields,
  revision: variant.revision,
})

/** Of each piece of a post: whether it is at the far side. */
export const partsAnswer = (post: Post | null, remote: Remote) =>
  (post ? piecesOf(post, remote) : []).map((piece) => {
    const state = piece?.id !== undefined ? ('there' as const) : piece ? ('maybe' as const) : ('waits' as const)
    return { state, url: piece?.url ?? null }
  })
