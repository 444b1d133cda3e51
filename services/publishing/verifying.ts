/**
 * Whether what a network accepted is there. A network that can be asked is asked by the id it gave, a few seconds after it accepted:
 * verified. What it does not have is looked for again for some minutes, because lists and copies are late; then it is gone, and
 * people are told: it was taken down there, by somebody or by the network itself. Nothing is ever sent because of what is seen here.
 *
 * A network that does not answer is asked a few times, further and further apart; then nobody knows. One that charges for each
 * question is asked once, when what it says is final.
 */
import type { Clock, Database, Log, Sealer } from '@floowe/platform'
import { openAccount } from './accounts.ts'
import type { Failure, Network, Networks, Parcel } from './networks/network.ts'
import { ownCause, tellVerified } from './news.ts'
import { thaw } from './snapshots.ts'
import { readSnapshot } from './store/ledger.ts'
import { claimLooks, type Look, type Looked, nextLook, writeLook } from './store/verification.ts'
import { freshAccount } from './tokens.ts'
import { createWaking, type Waking } from './waking.ts'

export type VerifyingParts = { db: Database; clock: Clock; log: Log; sealer: Sealer; networks: Networks }

const firstMs = 5_000
const rowsMax = 8
const leaseMs = 120_000
const pollMs = 5_000
const turnsMax = 200
/** What is missing longer than that is gone. */
const goneAfterMs = 180_000
const againMs = 30_000
const triesMax = 6
/** The first look so long after it was accepted. */
export const firstLookMs = ({ isReadScarce = false }: Pick<Network, 'isReadScarce'>): number =>
  isReadScarce ? goneAfterMs : firstMs
const pauseMsMax = 6 * 60 * 60 * 1000
const timeoutMs = 60_000

export function createVerifying(parts: VerifyingParts): Waking & { abandon: () => void } {
  const { clock, log } = parts
  const cut = new AbortController()
  const waking = createWaking({
    name: 'looking for what was published',
    work: () => lookAtDue(parts, cut.signal),
    clock,
    log,
  })
  return {
    wake: waking.wake,
    stop: () => {
      cut.abort()
      return waking.stop()
    },
    abandon: () => {
      cut.abort()
      void waking.stop()
    },
  }
}

/** @returns when to look again */
async function lookAtDue(parts: VerifyingParts, signal: AbortSignal): Promise<number> {
  const { db, clock } = parts
  for (let turn = 0; turn < turnsMax && !signal.aborted; turn++) {
    const now = clock.instant()
    const due = await claimLooks(db, now, new Date(clock.now() + leaseMs).toISOString(), rowsMax)
    await Promise.all(due.map((row) => look(parts, row, signal)))
    if (due.length < rowsMax) break
  }
  const next = (await nextLook(db))?.getTime() ?? Number.POSITIVE_INFINITY
  const nowMs = clock.now()
  return Math.max(nowMs, Math.min(next, nowMs + pollMs))
}

async function look(parts: VerifyingParts, row: Looked, signal: AbortSignal): Promise<void> {
  const seen = await seenOf(parts, row, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]))
  if (signal.aborted) return
  const written = follows(row, seen, parts.clock.now(), parts.networks[row.network])
  await parts.db.transaction(async (tx) => {
    if (!(await writeLook(tx, row, written)) || written.verification === 'pending') return
    await tellVerified(tx, ownCause(row.workspaceId), row, written.verification)
  })
}

type Seen = 'there' | 'gone' | Failure

/** Never throws: what our own side breaks around the question is no answer either. */
async function seenOf(parts: VerifyingParts, row: Looked, signal: AbortSignal): Promise<Seen> {
  const network = parts.networks[row.network]
  try {
    const known = openAccount(parts, { ...row, id: row.channelId, name: row.channelName })
    if (!network.verify || !known) return { kind: 'permanent', code: 'secret-unreadable' }
    const account = await freshAccount(parts, network, known)
    if ('kind' in account) return account
    const [parcel, run] = [await parcelOf(parts, row), { signal, remote: row.remote }]
    const seen = await network.verify(parcel, account, run)
    if (typeof seen === 'string' || seen.code !== 'token-expired') return seen
    const renewed = await freshAccount(parts, network, account, true)
    return 'kind' in renewed ? renewed : await network.verify(parcel, renewed, run)
  } catch (error) {
    if (!signal.aborted) parts.log.warn('looking for a delivery failed', { error, deliveryId: row.id })
    return { kind: 'transient', code: 'internal' }
  }
}

async function parcelOf({ db }: VerifyingParts, row: Looked): Promise<Parcel> {
  const { id: deliveryId, workspaceId, kind, sequence, articleId, editionId, language, title, slug, snapshotId } = row
  const kept = snapshotId === null ? null : await readSnapshot(db, workspaceId, snapshotId)
  const content = kept && thaw(kept.content, kept.hash)
  return {
    ...{ deliveryId, workspaceId, kind, sequence, articleId, editionId, language, title, slug },
    at: row.firstArmedAt.toISOString(),
    snapshot: content && snapshotId ? { id: snapshotId, hash: kept.hash, content } : null,
    standing: null,
  }
}

/** What follows from what was seen. Pure. */
export function follows(
  { publishedAt, tries }: Pick<Looked, 'publishedAt' | 'tries'>,
  seen: Seen,
  nowMs: number,
  { isReadScarce = false }: Pick<Network, 'isReadScarce'> = {},
): Look {
  const at = (ms: number): string => new Date(ms).toISOString()
  if (seen === 'there') return { verification: 'verified', nextAt: null, seenAt: at(nowMs) }
  if (seen === 'gone') {
    if (nowMs - publishedAt.getTime() >= goneAfterMs) return { verification: 'gone', nextAt: null, seenAt: null }
    return { verification: 'pending', nextAt: at(nowMs + againMs), seenAt: null }
  }
  const isOver = isReadScarce || tries + 1 >= triesMax || seen.kind === 'permanent' || seen.kind === 'reconnect'
  if (isOver) return { verification: 'unknown', nextAt: null, seenAt: null }
  const pauseMs = Math.min(pauseMsMax, againMs * 3 ** tries)
  const orderedMs = seen.kind === 'rate-limited' ? (seen.retryAtMs ?? 0) : 0
  return { verification: 'pending', nextAt: at(Math.max(nowMs + pauseMs, orderedMs)), seenAt: null }
}
