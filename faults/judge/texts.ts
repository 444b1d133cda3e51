/** Articles and versions: every acknowledged write is there once and whole, and there is nothing else. */
import type { Body } from '@floowe/contracts/body'
import type { RunState, Violation } from '../state.ts'
import { hashOfRead } from '../texts.ts'
import { readAll } from './reading.ts'

type Article = { id: string; editions: { id: string; title: string }[] }
type Version = { id: string; title: string; number: number; lead: string; body: Body }
const tokenOf = (title: string): string => title.split(' ')[0] ?? ''
/** Bodies of older versions that are read whole; the newest always is. */
const versionsReadMax = 300

export async function judgeTexts(run: RunState): Promise<Violation[]> {
  const { client, ledger } = run
  const violations: Violation[] = []
  const hashes = new Map<string, string>()
  for (const { facts } of [...ledger.of('create'), ...ledger.of('save')]) hashes.set(facts.token, facts.hash)
  const imported = new Set<string>()
  for (const { facts } of ledger.of('import'))
    facts.tokens.forEach((token, place) => {
      hashes.set(token, facts.hashes[place] ?? '')
      imported.add(token)
    })
  const articles = await readAll<Article>(client, '/api/v1/articles?sort=created', 'content')
  const firstTokens = new Map<string, number>()
  const versionIds = new Set<string>()
  const older: { id: string; token: string }[] = []
  for (const { editions } of articles)
    for (const edition of editions) {
      const versions = await readAll<Version>(client, `/api/v1/editions/${edition.id}/versions`, 'content')
      const seen = new Set<string>()
      for (const { id, title } of versions) {
        const token = tokenOf(title)
        versionIds.add(id)
        if (!hashes.has(token)) violations.push({ kind: 'ghost', text: `version ${id} with the title ${title}` })
        if (seen.has(token)) violations.push({ kind: 'duplicate', text: `two versions of ${edition.id} are ${title}` })
        seen.add(token)
        older.push({ id, token })
      }
      const first = tokenOf(versions.at(-1)?.title ?? '')
      firstTokens.set(first, (firstTokens.get(first) ?? 0) + 1)
      const current = await client.until<Version>({ path: `/api/v1/editions/${edition.id}`, through: ['content'] })
      if (hashOfRead(current) !== hashes.get(tokenOf(current.title)))
        violations.push({ kind: 'torn', text: `edition ${edition.id} (${current.title}) is not what was sent` })
      if (tokenOf(versions[0]?.title ?? '') !== tokenOf(current.title))
        violations.push({ kind: 'torn', text: `edition ${edition.id}: its newest version has another text than it` })
    }
  for (const { facts, state, answer } of ledger.of('create')) {
    const count = firstTokens.get(facts.token) ?? 0
    if (count > 1) violations.push({ kind: 'duplicate', text: `${count} articles were made for the key ${facts.key}` })
    if (state === 'acknowledged' && count === 0) violations.push({ kind: 'lost', text: `article ${answer?.articleId}` })
    if (state === 'refused' && count > 0)
      violations.push({ kind: 'ghost', text: `article ${facts.token}, which was refused` })
  }
  for (const { facts, state, answer } of ledger.of('save'))
    if (state === 'acknowledged' && !versionIds.has(answer?.versionId ?? ''))
      violations.push({ kind: 'lost', text: `revision ${answer?.revision} of edition ${facts.editionId}` })
  for (const { facts, state } of ledger.of('import'))
    for (const token of facts.tokens) {
      const count = firstTokens.get(token) ?? 0
      if (count > 1) violations.push({ kind: 'duplicate', text: `${count} articles came of ${token}.md` })
      if (count === 0 && state === 'acknowledged')
        violations.push({ kind: 'lost', text: `${token}.md, whose import was taken` })
    }
  violations.push(...(await tornVersions(run, older, hashes)))
  return violations
}

async function tornVersions(
  { client, random }: RunState,
  older: readonly { id: string; token: string }[],
  hashes: ReadonlyMap<string, string>,
): Promise<Violation[]> {
  const chosen = random.fork('versions')
  const share = Math.min(1, versionsReadMax / Math.max(1, older.length))
  const violations: Violation[] = []
  for (const { id, token } of older) {
    if (chosen.next() > share) continue
    const version = await client.until<Version>({ path: `/api/v1/versions/${id}`, through: ['content'] })
    if (hashOfRead(version) !== hashes.get(token))
      violations.push({ kind: 'torn', text: `version ${id} (${version.title}) is not what was sent` })
  }
  return violations
}
