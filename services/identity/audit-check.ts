/** Walks the audit log of a workspace and finds the first place that does not fit. Without a transaction: the log may be long. */
import type { Call } from '@floowe/platform'
import { createChain } from './audit-chain.ts'
import type { Means } from './means.ts'
import { type AuditRow, entriesAfter, findEnd, findEntry } from './store/audit.ts'

/**
 * `changed`: the entry is not as it was written, was put in, or stands behind another one than it did. `foreign`: it was written
 * under a secret that is not known here, behind entries of known ones. `missing`: there is no entry of this number. `head`: the
 * log went on behind this entry, or its end was moved. `extra`: this entry stands behind the end.
 */
export type Damage = { seq: number; problem: 'changed' | 'foreign' | 'missing' | 'head' | 'extra' }
export type Verdict = {
  /** How many entries were looked at, up to the damage. */
  checked: number
  /** Those of them that were written under a secret not known here, before any known one. */
  notCheckable: number
  damage: Damage | null
  /** The number behind which to go on; null when the end was reached, or damage. */
  next: number | null
}

const pageRows = 1000
const entriesAtOnce = 20_000
const entriesMax = 10_000_000

type Walk = { seq: number; before: string; hasKnown: boolean; checked: number; notCheckable: number }

/** @param span.after where an earlier walk ended without damage */
export async function verifyAudit(
  { db, sealer }: Pick<Means, 'db' | 'sealer'>,
  workspaceId: string,
  span: { after?: number; entriesMax?: number; signal?: AbortSignal } = {},
): Promise<Verdict> {
  const { after = 0 } = span
  const chain = createChain(sealer)
  // Read first: entries that arrive during the walk are past this end.
  const end = await findEnd(db, workspaceId)
  const start = after === 0 ? null : await findEntry(db, workspaceId, after)
  const walk: Walk = { seq: after, before: '', hasKnown: false, checked: 0, notCheckable: 0 }
  const said = (damage: Damage | null, next: number | null = null): Verdict => ({
    checked: walk.checked,
    notCheckable: walk.notCheckable,
    damage,
    next,
  })
  if (after > 0 && !start) return said({ seq: after, problem: 'missing' })
  if (start) Object.assign(walk, { before: start.hash, hasKnown: chain.isKnown(start.hash) })
  const last = Math.min(end.seq, after + (span.entriesMax ?? entriesMax))
  while (walk.seq < last) {
    span.signal?.throwIfAborted()
    const rows = await entriesAfter(db, workspaceId, walk.seq, Math.min(pageRows, last - walk.seq))
    for (const row of rows) {
      const problem = problemOf(chain, workspaceId, walk, row)
      if (problem) return said(problem)
    }
    if (rows.length === 0) return said({ seq: walk.seq + 1, problem: 'missing' })
  }
  if (last < end.seq) return said(null, last)
  if (walk.seq === end.seq && (walk.before !== end.hash || !chain.isHead(workspaceId, end)))
    return said({ seq: end.seq, problem: 'head' })
  return said(end.last > end.seq ? { seq: end.seq + 1, problem: 'extra' } : null)
}

/** What is wrong with the next entry; if nothing is, the walk goes on behind it. */
function problemOf(
  chain: ReturnType<typeof createChain>,
  workspaceId: string,
  walk: Walk,
  row: AuditRow,
): Damage | null {
  const seq = walk.seq + 1
  if (row.seq !== seq) return { seq, problem: 'missing' }
  const fits = chain.isLink(workspaceId, walk.before, row)
  if (fits === false) return { seq, problem: 'changed' }
  if (fits === null && walk.hasKnown) return { seq, problem: 'foreign' }
  walk.seq = seq
  walk.before = row.hash
  walk.checked += 1
  if (fits === null) walk.notCheckable += 1
  else walk.hasKnown = true
  return null
}

/** A part of the log at a time, as long as one call may take. */
export async function auditVerification(means: Means, { after }: { after: number }, call: Call) {
  const { workspaceId, signal } = call
  const { damage, ...verdict } = await verifyAudit(means, workspaceId, { after, entriesMax: entriesAtOnce, signal })
  const row = damage && (await findEntry(means.db, workspaceId, damage.seq))
  return {
    ...verdict,
    damage: damage && {
      ...damage,
      entry: row ? { id: row.event_id, at: row.at.toISOString(), event: row.event } : null,
    },
  }
}
