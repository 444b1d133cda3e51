/** One parcel, once: open the account, verify what was frozen, hand it to its network, and say what follows from the verdict. */
import type { Clock, Database, Log, Sealer } from '@floowe/platform'
import { openAccount } from './accounts.ts'
import { refusedWithout } from './approvals/gate.ts'
import { rateBudget } from './budgets.ts'
import {
  type Account,
  Ended,
  type Frozen,
  type Network,
  type Networks,
  type Parcel,
  type Remote,
  type Verdict,
} from './networks/network.ts'
import { nextAttempt, type RetryRules } from './retries.ts'
import { thaw } from './snapshots.ts'
import { freshAccount } from './tokens.ts'
import { firstLookMs } from './verifying.ts'
import { type Armed, type AttemptEnd, keepRemote, readSnapshot, type Settlement } from './store/ledger.ts'

export type SendingParts = { db: Database; clock: Clock; log: Log; sealer: Sealer; networks: Networks }

const answerCharactersMax = 2_000

/** What was frozen, or null when it no longer is what was hashed. */
export async function loadContent({ db }: Pick<SendingParts, 'db'>, armed: Armed): Promise<Frozen | null> {
  if (armed.snapshotId === null || armed.snapshotHash === null) return null
  const kept = await readSnapshot(db, armed.workspaceId, armed.snapshotId)
  return kept && kept.hash === armed.snapshotHash ? thaw(kept.content, kept.hash) : null
}

/** All that can be done before the moment comes: a parcel and an open account, or the verdict that there can be none. */
export function prepare(
  parts: SendingParts,
  armed: Armed,
  content: Frozen | null,
): { parcel: Parcel; account: Account } | Verdict {
  if (armed.kind !== 'unpublish' && !content) return { kind: 'permanent', code: 'snapshot-damaged' }
  const { approvalMode: mode, roundAt, firstArmedAt } = armed
  // A round is armed a moment before it is due.
  const dueMs = Math.max(roundAt.getTime(), firstArmedAt.getTime())
  const refused = refusedWithout(parts.sealer, { ...armed, mode, dueMs }, content)
  if (refused) return refused
  const account = openAccount(parts, { ...armed, id: armed.channelId, name: armed.channelName })
  return account ? { parcel: parcelOf(armed, content), account } : { kind: 'reconnect', code: 'secret-unreadable' }
}

/** Never throws: what our own side breaks around the request is a verdict too. */
export async function sendOnce(
  parts: SendingParts,
  armed: Armed,
  prepared: ReturnType<typeof prepare>,
  signal: AbortSignal,
): Promise<Verdict> {
  if ('kind' in prepared) return prepared
  let kept = armed.remote
  const attempt = async (): Promise<Verdict> => {
    const keep = async (remote: Remote): Promise<void> => {
      if (!(await keepRemote(parts.db, armed, remote))) throw new Ended({ kind: 'ambiguous', code: 'interrupted' })
      kept = remote
    }
    const run = { signal, remote: armed.remote, keep, fence: armed.fence }
    const network = parts.networks[armed.network]
    const account = await freshAccount(parts, network, prepared.account)
    if ('kind' in account) return account
    const verdict = await network.send(prepared.parcel, account, run)
    if (verdict.kind !== 'transient' || verdict.code !== 'token-expired') return verdict
    const renewed = await freshAccount(parts, network, account, true)
    if ('kind' in renewed) return renewed
    return network.send(prepared.parcel, renewed, { ...run, remote: kept })
  }
  try {
    const verdict = await attempt()
    return verdict.kind !== 'accepted' && hasOpenPiece(kept) ? { ...verdict, isOpen: true } : verdict
  } catch (error) {
    parts.log.error('a network failed in a way it does not know', {
      error,
      deliveryId: armed.id,
      network: armed.network,
    })
    return { kind: 'ambiguous', code: 'internal' }
  }
}

/** One that may be there: it was armed, and nobody has said what became of it. */
const hasOpenPiece = (remote: Remote): boolean => Object.values(remote).some(({ id }) => id === undefined)

function parcelOf(armed: Armed, content: Frozen | null): Parcel {
  const { workspaceId, kind, sequence, articleId, editionId, language, title, slug, snapshotId, snapshotHash } = armed
  const snapshot = content && snapshotId && snapshotHash ? { id: snapshotId, hash: snapshotHash, content } : null
  return {
    deliveryId: armed.id,
    workspaceId,
    kind,
    sequence,
    articleId,
    editionId,
    language,
    title,
    slug,
    at: armed.firstArmedAt.toISOString(),
    snapshot,
    standing: armed.standing,
  }
}

export type Conclusion = { settlement: Settlement; attempt: AttemptEnd; needsPerson: string | null }

const outcomes = {
  accepted: 'accepted',
  unfinished: 'accepted',
  transient: 'failed',
  'rate-limited': 'refused',
  ambiguous: 'unknown',
  permanent: 'refused',
  reconnect: 'refused',
} as const
const nothing: Omit<Settlement, 'state'> = {
  wakeAt: null,
  publishedAt: null,
  url: null,
  maybeOut: false,
  problem: null,
  verifyAt: null,
}

/**
 * What becomes of a delivery after an attempt. Pure.
 * @param times.leftMs when the attempt began; `nowMs` when it ended
 */
export function conclude(
  armed: Armed,
  verdict: Verdict,
  network: Pick<Network, 'firstPauseMs' | 'verify' | 'isReadScarce'> & {
    facts: Pick<Network['facts'], 'afterLostAnswer'>
  },
  rules: RetryRules,
  times: { leftMs: number; nowMs: number; random?: number },
): Conclusion {
  const attempt = attemptEnd(armed, verdict, times)
  if (verdict.kind === 'accepted') {
    const state = armed.kind === 'unpublish' ? 'unpublished' : 'published'
    const canBeSeen = network.verify !== undefined && state === 'published'
    const verifyAt = canBeSeen ? new Date(times.nowMs + firstLookMs(network)).toISOString() : null
    return {
      settlement: { ...nothing, state, publishedAt: attempt.finishedAt, url: verdict.url, verifyAt },
      attempt,
      needsPerson: null,
    }
  }
  const { code, detail = null } = verdict
  if (verdict.kind === 'unfinished') {
    const wakeAt = new Date(verdict.nextAtMs).toISOString()
    const isUntried = code === rateBudget && armed.tries <= 1
    const step = { ...nothing, state: 'retrying', wakeAt, problem: { code, detail }, isStep: true, isUntried } as const
    return { settlement: step, attempt, needsPerson: null }
  }
  const maybeOut = verdict.kind === 'ambiguous' || verdict.isOpen === true
  const { afterLostAnswer } = network.facts
  if (verdict.kind === 'ambiguous' && (afterLostAnswer === 'ask' || code === 'outcome-unknown')) {
    return {
      settlement: { ...nothing, state: 'needs-human', maybeOut, problem: { code: 'outcome-unknown', detail } },
      attempt,
      needsPerson: null,
    }
  }
  const isOver = verdict.kind === 'permanent' || verdict.kind === 'reconnect'
  const orderedAtMs = verdict.kind === 'rate-limited' ? verdict.retryAtMs : null
  const round = { tries: armed.tries, beganMs: armed.roundAt.getTime() }
  const nextMs = isOver ? null : nextAttempt(rules, round, network.firstPauseMs, times.nowMs, orderedAtMs, times.random)
  const problem = { code, detail }
  if (nextMs === null)
    return {
      // It was looked for to the end, and nobody can say whether it is there.
      settlement: {
        ...nothing,
        state: !isOver && (verdict.isOpen || (maybeOut && afterLostAnswer === 'find')) ? 'needs-human' : 'failed',
        maybeOut,
        problem,
      },
      attempt,
      needsPerson: verdict.kind === 'reconnect' ? code : null,
    }
  const soonestMs = times.nowMs + network.firstPauseMs
  const { lookAtMs = nextMs } = verdict
  const wakeAt = new Date(Math.min(nextMs, Math.max(lookAtMs, soonestMs))).toISOString()
  return {
    settlement: { ...nothing, state: 'retrying', wakeAt, maybeOut, problem },
    attempt: { ...attempt, retryAt: wakeAt },
    needsPerson: null,
  }
}

const attemptEnd = (
  armed: Armed,
  verdict: Verdict,
  { leftMs, nowMs }: { leftMs: number; nowMs: number },
): AttemptEnd => ({
  number: armed.attempts,
  startedAt: new Date(leftMs).toISOString(),
  finishedAt: new Date(nowMs).toISOString(),
  outcome: outcomes[verdict.kind],
  code: verdict.kind === 'accepted' ? null : verdict.code,
  detail: verdict.detail ?? null,
  status: verdict.status ?? null,
  answer: verdict.answer === undefined ? null : presentable(verdict.answer),
  retryAt: null,
})

/** Printable, without what looks like a signing secret, and short enough to keep. PostgreSQL takes no NUL in text. */
const presentable = (answer: string): string =>
  answer
    .slice(0, answerCharactersMax)
    .replace(/whsec_[\w+/=-]+/g, 'whsec_…')
    .replace(/\p{Cc}/gu, (control) => (/\s/.test(control) ? control : '\uFFFD'))
    .toWellFormed()
