/** The judge finds what it is there for: a system that answers from a table, changed in one place for each kind of finding. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { Client } from '../client.ts'
import { openLedger } from '../ledger.ts'
import type { Follower } from '../load/follower.ts'
import { seeded } from '../random.ts'
import type { RunState, ViolationKind } from '../state.ts'
import { createWriter, type Text } from '../texts.ts'
import { judgeEvents } from './events.ts'
import { judgeTexts } from './texts.ts'
import { judgeVisits } from './visits.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

type Stored = { id: string; token: Text; number: number }
type AuditEntry = { id: string; at: string; event: string; subject: string; data: object }
type System = { versions: Stored[]; current: Text; articles: number; audit: AuditEntry[]; views: number }

/** One article, made and saved once, and two views; everything as it should be. */
function world() {
  const folder = mkdtempSync(path.join(tmpdir(), 'floowe-judge-'))
  folders.push(folder)
  const ledger = openLedger(path.join(folder, 'ledger.jsonl'))
  const writer = createWriter(1, 1, seeded(1))
  const [first, second] = [writer.next(), writer.next()]
  const made = ledger.send('create', { token: first.token, hash: first.hash, key: 'k' })
  ledger.settle(made, 'acknowledged', { articleId: 'a', editionId: 'e', versionId: 'v1' })
  const save = { articleId: 'a', editionId: 'e', basedOn: 1, token: second.token, hash: second.hash }
  ledger.settle(ledger.send('save', save), 'acknowledged', { revision: 2, versionId: 'v2' })
  for (let view = 0; view < 2; view++) ledger.settle(ledger.send('visit', {}), 'acknowledged', {})
  const event = (id: string, name: string, data: object): AuditEntry => ({
    id,
    at: '',
    event: name,
    subject: 'a',
    data,
  })
  const system: System = {
    versions: [
      { id: 'v2', token: second, number: 2 },
      { id: 'v1', token: first, number: 1 },
    ],
    current: second,
    articles: 1,
    audit: [
      event('1', 'content.article-created', { articleId: 'a' }),
      event('2', 'content.edition-saved', { editionId: 'e', revision: 1 }),
      event('3', 'content.edition-saved', { editionId: 'e', revision: 2 }),
    ],
    views: 2,
  }
  const page = (items: readonly object[]): object => ({ items, total: items.length })
  const answer = (target: string): object => {
    if (target.includes('/versions?')) return page(system.versions.map(({ id, token }) => ({ id, ...token })))
    if (target.startsWith('/api/v1/versions/'))
      return { ...system.versions.find(({ id }) => target.endsWith(id))?.token }
    if (target.startsWith('/api/v1/editions/')) return system.current
    if (target.startsWith('/api/v1/articles'))
      return page(Array.from({ length: system.articles }, () => ({ id: 'a', editions: [{ id: 'e', title: '' }] })))
    if (target.startsWith('/api/v1/audit')) return page(system.audit)
    return { total: { views: system.views } }
  }
  const client = { until: async ({ path: target }: { path: string }) => answer(target) } as unknown as Client // all that is asked here
  const run = { client, ledger, random: seeded(1), workspaceId: 'w', risks: [] } as unknown as RunState // all that is looked at here
  const heard = system.audit.map(({ event: name, at, data }, place) => ({ seq: place + 1, name, at, data }))
  const follower: Follower = { heard: () => heard, connections: () => 1, stop: async () => undefined }
  const kinds = async (): Promise<ViolationKind[]> => {
    const found = [await judgeTexts(run), await judgeEvents(run, follower), await judgeVisits(run)].flat()
    ledger.close()
    return [...new Set(found.map(({ kind }) => kind))].sort()
  }
  return { system, first, second, writer, heard, kinds }
}

test('nothing is found where nothing is wrong', async () => {
  expect(await world().kinds()).toEqual([])
})

test.each<[string, ViolationKind, (made: ReturnType<typeof world>) => void]>([
  ['a version that is gone', 'lost', ({ system }) => system.versions.splice(1, 1)],
  [
    'a version nobody sent',
    'ghost',
    ({ system, writer }) => system.versions.unshift({ id: 'v3', token: writer.next(), number: 3 }),
  ],
  ['an article made twice', 'duplicate', ({ system }) => void (system.articles = 2)],
  [
    'a text with the title of one save and the body of another',
    'torn',
    ({ system, first, second }) => void (system.current = { ...second, body: first.body }),
  ],
  ['an event that the audit log lacks', 'lost', ({ system }) => system.audit.pop()],
  [
    'a fact that is told twice',
    'duplicate',
    ({ system }) => system.audit.push({ ...system.audit[2], id: '4' } as never),
  ], // the entry exists
  ['an event of the live series that came twice', 'duplicate', ({ heard }) => heard.push({ ...heard[0] } as never)], // the event exists
  ['an event that the live series left out', 'lost', ({ heard }) => heard.shift()],
  ['a view that was lost', 'lost', ({ system }) => void (system.views = 1)],
  ['a view that was counted twice', 'duplicate', ({ system }) => void (system.views = 3)],
])('%s is found', async (_name, kind, spoil) => {
  const made = world()
  spoil(made)
  expect(await made.kinds()).toContain(kind)
})
