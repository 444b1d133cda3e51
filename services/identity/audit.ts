/**
 * The audit log: what happened in a workspace, in order, each entry bound to the one before it.
 *
 * An entry is an event; it arrives through the inbox within a second of its fact. Its hash is a keyed SHA-256 over the hash
 * before it and its own fields, so a row that was changed, taken out, put in or moved is found at that row, and whoever can
 * write to the database but does not have the installation's secret cannot mend the chain. A hash names its key: entries from
 * before a change of the secret stay in the chain and are counted as not checkable. Cutting off the newest entries together
 * with the head goes unseen; an export taken before would show it.
 */
import { createHmac } from 'node:crypto'
import { noWorkspace } from '@floowe/contracts/identity'
import { events, type EventName } from '@floowe/contracts/index'
import type { EventEnvelope } from '@floowe/contracts/events'
import type { Call, Sql, Subscriptions, Transaction } from '@floowe/platform'
import type { Means } from './means.ts'
import {
  appendEntries,
  type AuditRow,
  entriesAfter,
  findHead,
  holdHead,
  newestEntries,
  writtenAlready,
} from './store/audit.ts'
import { keyNames } from './store/keys.ts'
import { namesOf } from './store/people.ts'

/** Steps on the way to a fact, not facts a person would ask about. */
const isNoise = ({ name, data }: EventEnvelope<string, unknown>): boolean => {
  const facts = data as Record<string, unknown> // every event's data is an object by its contract
  if (name === 'analytics.article-visited' || name === 'content.import-progressed') return true
  if (name === 'content.edition-saved') return facts['reason'] === 'autosaved'
  // Only a key's own end is told nowhere else; the rest follows from role, membership or sign-out.
  return name === 'identity.credential-revoked' && (facts['keyId'] === undefined || facts['userId'] !== undefined)
}

type ChainKey = { id: string; secret: Buffer }
const keyOf = ({ sealer }: Pick<Means, 'sealer'>): ChainKey => ({
  id: sealer.keyId,
  secret: sealer.deriveKey('audit chain'),
})

/** Every event of every service, but the noise. */
export function auditSubscriptions(means: Pick<Means, 'sealer'>): Subscriptions {
  const key = keyOf(means)
  const handler = {
    batch: async (heard: readonly EventEnvelope[], tx: Transaction): Promise<void> => {
      const facts = heard.filter((event) => event.workspaceId !== noWorkspace && !isNoise(event))
      // In one order, so that two processes never wait for each other's heads.
      for (const [workspaceId, own] of [...Map.groupBy(facts, (event) => event.workspaceId)].sort())
        await record(tx, key, workspaceId, own)
    },
  }
  const names = (Object.keys(events) as EventName[]).filter((name) => name !== 'analytics.article-visited')
  return Object.fromEntries(names.map((name) => [name, handler]))
}

async function record(
  tx: Transaction,
  key: ChainKey,
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
  let { seq, hash } = head
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
    hash = link(key, workspaceId, hash, entry)
    rows.push({ ...entry, hash })
  }
  if (rows.length > 0) await appendEntries(tx, workspaceId, rows, { seq, hash })
}

function link(key: ChainKey, workspaceId: string, before: string, row: Omit<AuditRow, 'hash'>): string {
  const fields = [workspaceId, row.seq, row.event_id, row.at.toISOString(), row.actor, row.event, row.subject, row.data]
  return `${key.id}.${createHmac('sha256', key.secret)
    .update(`${before}\n${JSON.stringify(sorted(fields))}`)
    .digest('hex')}`
}

/** The database keeps an object's fields in an order of its own. Depth is that of our own events. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, field]) => [name, sorted(field)]),
  )
}

export async function listAudit({ db }: Means, { limit, offset }: { limit: number; offset: number }, call: Call) {
  const { workspaceId } = call
  const rows = await newestEntries(db, workspaceId, limit, offset)
  const total = (await findHead(db, workspaceId))?.seq ?? 0
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

const uuidForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** As people and keys are called now; services speak for themselves. */
async function actorNames(db: Sql, workspaceId: string, actors: readonly string[]): Promise<Map<string, string>> {
  const ids = (prefix: string): string[] =>
    [...new Set(actors.filter((actor) => actor.startsWith(prefix)).map((actor) => actor.slice(prefix.length)))].filter(
      (id) => uuidForm.test(id),
    )
  const [people, keys] = await Promise.all([namesOf(db, ids('')), keyNames(db, workspaceId, ids('key:'))])
  return new Map([
    ...people.map(({ id, name }) => [id, name] as const),
    ...keys.map(({ id, name }) => [`key:${id}`, name] as const),
  ])
}

export type Damage = { seq: number; problem: 'changed' | 'missing' | 'head' }
const pageRows = 1000
const pagesMax = 10_000

export type Verdict = {
  /** The first place that does not fit. */
  damage: Damage | null
  /** Entries up to there that were written under another secret of the installation. */
  notCheckable: number
}

/** Walks a workspace's chain from its beginning. */
export async function verifyAudit({ db, sealer }: Pick<Means, 'db' | 'sealer'>, workspaceId: string): Promise<Verdict> {
  const key = keyOf({ sealer })
  // Read first: entries that arrive during the walk are past this end.
  const head = (await findHead(db, workspaceId)) ?? { seq: 0, hash: '' }
  let seq = 0
  let hash = ''
  let notCheckable = 0
  const found = (at: number, problem: Damage['problem']): Verdict => ({ damage: { seq: at, problem }, notCheckable })
  for (let page = 0; page < pagesMax && seq < head.seq; page++) {
    const rows = await entriesAfter(db, workspaceId, seq, pageRows)
    for (const row of rows) {
      if (row.seq !== seq + 1) return found(seq + 1, 'missing')
      const { hash: written, ...entry } = row
      if (!written.startsWith(`${key.id}.`)) notCheckable += 1
      else if (link(key, workspaceId, hash, entry) !== written) return found(row.seq, 'changed')
      if (row.seq === head.seq && written !== head.hash) return found(row.seq, 'head')
      seq = row.seq
      hash = written
    }
    if (rows.length === 0) return found(seq + 1, 'missing')
  }
  return { damage: null, notCheckable }
}
