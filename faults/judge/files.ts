/** Files: the bytes that readers get are those that were sent. */
import type { RunState, Violation } from '../state.ts'
import { sha256 } from '../texts.ts'

export async function judgeFiles({ client, ledger }: RunState): Promise<Violation[]> {
  const violations: Violation[] = []
  const ids = new Map<string, string>()
  for (const { facts, state, answer } of ledger.of('upload')) {
    if (state !== 'acknowledged' || !answer) continue
    if (ids.has(facts.sha256) && ids.get(facts.sha256) !== answer.mediaId)
      violations.push({ kind: 'duplicate', text: `the bytes ${facts.sha256} are two files` })
    ids.set(facts.sha256, answer.mediaId)
    const { status, bytes } = await client.page(new URL(answer.url, client.url).href, ['content'])
    if (status !== 200) violations.push({ kind: 'lost', text: `file ${answer.mediaId} answers ${status}` })
    else if (sha256(bytes) !== facts.sha256)
      violations.push({ kind: 'torn', text: `file ${answer.mediaId}: ${bytes.length} of ${facts.bytes} bytes` })
  }
  return violations
}
