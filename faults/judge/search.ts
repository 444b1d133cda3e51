/** The search index follows the texts: the newest text is found by its own word, the one before it no more. */
import type { RunState, Violation } from '../state.ts'

type Hit = { editionId: string }
const editionsMax = 60

export async function judgeSearch({ client, ledger, random }: RunState): Promise<Violation[]> {
  const editions = new Map<string, { newest: string; before: string | null }>()
  for (const { facts, state, answer } of ledger.of('create'))
    if (state === 'acknowledged' && answer) editions.set(answer.editionId, { newest: facts.token, before: null })
  for (const { facts, state } of ledger.of('save'))
    if (state === 'acknowledged')
      editions.set(facts.editionId, { newest: facts.token, before: editions.get(facts.editionId)?.newest ?? null })
  const chosen = random.fork('search')
  const share = Math.min(1, editionsMax / Math.max(1, editions.size))
  const violations: Violation[] = []
  const find = async (word: string): Promise<string[]> => {
    const { items } = await client.until<{ items: Hit[] }>({
      path: `/api/v1/search?query=${encodeURIComponent(word)}`,
      through: ['content'],
    })
    return items.map(({ editionId }) => editionId)
  }
  for (const [editionId, { newest, before }] of editions) {
    if (chosen.next() > share) continue
    const found = await find(newest)
    if (!found.includes(editionId))
      violations.push({ kind: 'lost', text: `search does not find ${editionId} by ${newest}` })
    if (found.some((id) => id !== editionId))
      violations.push({ kind: 'ghost', text: `search finds others than ${editionId} by ${newest}` })
    if (before !== null && (await find(before)).includes(editionId))
      violations.push({ kind: 'stale', text: `search still finds ${editionId} by ${before}` })
  }
  return violations
}
