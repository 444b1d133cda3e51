/**
 * The audit log: what happened in a workspace, in order, each entry bound to the one before it.
 *
 * An entry is an event; it arrives through the inbox within a second of its fact. How it is bound stands in `audit-chain.ts`, so a
 * row that was changed, taken out, put in or moved is found at that row, newest ones that were cut off too, and whoever can write
 * to the database but does not have the installation's secret cannot mend the chain. A hash names its key: entries from under a
 * secret that was lost stay in the chain and are counted as not checkable. Unseen goes only an earlier state of the whole log that
 * was put back with its end, or a log that was taken away from its first entry on.
 */
import { noWorkspace } from '@floowe/contracts/identity'
import { events, type EventName } from '@floowe/contracts/index'
import type { EventEnvelope } from '@floowe/contracts/events'
import type { Call, Transaction } from '@floowe/platform'
import { actorNames } from './actors.ts'
import { type Chain, createChain } from './audit-chain.ts'
import type { Means } from './means.ts'
import { appendEntries, type AuditRow, countEntries, holdHead, newestEntries, writtenAlready } from './store/audit.ts'

/** Steps on the way to a fact, not facts a person would ask about. */
const isNoise = ({ name, data }: EventEnvelope<string, unknown>): boolean => {
  const facts = data as Record<string, unknown> // every event's data is an object by its contract
  // What people say to each other beside a text stays there, and may be deleted there.
  if (name === 'content.import-progressed' || name === 'content.person-mentioned') return true
  if (name === 'content.edition-saved') return facts['reason'] === 'autosaved'
  // Only a key's own end is told nowhere else; the rest follows from role, membership or sign-out.
  return name === 'identity.credential-revoked' && (facts['keyId'] === undefined || facts['userId'] !== undefined)
}

/** Events that are not even kept for the log: nothing but noise. */
const unheard: readonly EventName[] = [
  'analytics.article-visited',
  'identity.inbox-changed',
  'content.comments-changed',
]
export const auditedEvents = (Object.keys(events) as EventName[]).filter((name) => !unheard.includes(name))

/** Writes down every event but the noise. */
export function createAuditor(
  means: Pick<Means, 'sealer'>,
): (heard: readonly EventEnvelope[], tx: Transaction) => Promise<void> {
  const chain = createChain(means.sealer)
  return async (heard, tx) => {
    const facts = heard.filter((event) => event.workspaceId !== noWorkspace && !isNoise(event))
    // In one order, so that two processes never wait for each other's heads.
    for (const [workspaceId, own] of [...Map.groupBy(facts, (event) => event.workspaceId)].sort())
      await record(tx, chain, workspaceId, own)
  }
}

async function record(
  tx: Transaction,
  chain: Chain,
  workspaceId: string,
  facts: readonly EventEnvelope[],
): Promise<void> {
  const head = await holdHead(tx, workspaceId)
  if (!head) return
  const written = await writtenAlready(
    tx,
    workspaceId,
    facts.map((event) => event.id),
  )
  let { seq } = head
  // Behind an end that somebody else made nothing is bound to it, so that the place stays seen.
  let hash = chain.isHead(workspaceId, head) ? head.hash : `not ours: ${head.hash}`
  const rows: AuditRow[] = []
  for (const event of facts) {
    if (written.has(event.id)) continue
    written.add(event.id)
    seq += 1
    const entry = {
      seq,
      event_id: event.id,
      at: new Date(event.at),
      actor: event.actor,
      event: event.name,
      subject: event.key,
      data: event.data as Record<string, unknown>, // an object by its contract
    }
    hash = chain.link(workspaceId, hash, entry)
    rows.push({ ...entry, hash })
  }
  if (rows.length === 0) return
  const end = { seq, hash }
  await appendEntries(tx, workspaceId, rows, { ...end, seal: chain.sealHead(workspaceId, end) })
}

export async function listAudit({ db }: Means, { limit, offset }: { limit: number; offset: number }, call: Call) {
  const { workspaceId } = call
  const rows = await newestEntries(db, workspaceId, limit, offset)
  const total = await countEntries(db, workspaceId)
  const names = await actorNames(
    db,
    workspaceId,
    rows.map((row) => row.actor),
  )
  return {
    total,
    items: rows.map((row) => ({
      id: row.event_id,
      at: row.at.toISOString(),
      actor: row.actor,
      actorName: names.get(row.actor) ?? null,
      event: row.event,
      subject: row.subject,
      data: row.data,
    })),
  }
}
