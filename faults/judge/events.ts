/** The audit log and the live series against the ledger: each fact is told once, in both, and nothing else is. */
import type { Follower } from '../load/follower.ts'
import type { RunState, Violation } from '../state.ts'
import { canonical, readAll } from './reading.ts'

type AuditEntry = { id: string; at: string; event: string; subject: string; data: Record<string, unknown> }

export async function judgeEvents(run: RunState, follower: Follower): Promise<Violation[]> {
  const { client, ledger } = run
  const audit = await readAll<AuditEntry>(client, '/api/v1/audit', 'identity')
  const counts = new Map<string, number>()
  const count = (name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1)
  const ids = new Set<string>()
  const violations: Violation[] = []
  for (const { id, event, data } of audit) {
    if (ids.has(id)) violations.push({ kind: 'duplicate', text: `event ${id} stands twice in the audit log` })
    ids.add(id)
    if (event === 'content.edition-saved') count(`saved ${String(data['editionId'])} ${String(data['revision'])}`)
    if (event === 'content.article-created') count(`created ${String(data['articleId'])}`)
    if (event === 'content.media-added') count(`media ${String(data['mediaId'])}`)
    if (event.startsWith('publishing.delivery-')) count(`${event} ${String(data['deliveryId'])}`)
  }
  const once = (name: string): void => {
    const told = counts.get(name) ?? 0
    if (told !== 1)
      violations.push({ kind: told === 0 ? 'lost' : 'duplicate', text: `audit log: ${name} ${told} times` })
  }
  for (const { state, answer } of ledger.of('create'))
    if (state === 'acknowledged' && answer) {
      once(`created ${answer.articleId}`)
      once(`saved ${answer.editionId} 1`)
    }
  const sent = new Set<string>()
  for (const { facts, state, answer } of ledger.of('save')) {
    sent.add(`saved ${facts.editionId} ${facts.basedOn + 1}`)
    if (state === 'acknowledged') once(`saved ${facts.editionId} ${answer?.revision}`)
  }
  for (const { state, answer } of ledger.of('upload')) if (state === 'acknowledged') once(`media ${answer?.mediaId}`)
  for (const { state, answer } of ledger.of('publish'))
    if (state === 'acknowledged') once(`publishing.delivery-planned ${answer?.deliveryId}`)
  for (const [name, told] of counts) {
    if (told > 1 && /^(saved|created|publishing\.delivery-published)/.test(name))
      violations.push({ kind: 'duplicate', text: `audit log: ${name} ${told} times` })
    if (name.startsWith('saved') && !name.endsWith(' 1') && !sent.has(name))
      violations.push({ kind: 'ghost', text: `audit log: ${name}` })
  }
  return [...violations, ...compareLive(audit, follower)]
}

/** Both are made of the same events by different listeners. */
function compareLive(audit: readonly AuditEntry[], follower: Follower): Violation[] {
  const nameOf = (event: string, at: string, data: unknown): string => `${event} ${at} ${canonical(data)}`
  const left = new Map<string, number>()
  for (const { name, at, data } of follower.heard())
    if (isCompared(name)) left.set(nameOf(name, at, data), (left.get(nameOf(name, at, data)) ?? 0) + 1)
  const violations: Violation[] = []
  for (const { event, at, data } of audit) {
    if (!isCompared(event)) continue
    const name = nameOf(event, at, data)
    const told = left.get(name) ?? 0
    if (told === 0) violations.push({ kind: 'lost', text: `live series: ${name}` })
    else left.set(name, told - 1)
  }
  for (const [name, told] of left)
    if (told > 0)
      violations.push({ kind: 'duplicate', text: `live series: ${name}, ${told} more than in the audit log` })
  return violations
}

const isCompared = (name: string): boolean =>
  /^(content|publishing)\./.test(name) && name !== 'content.import-progressed'
