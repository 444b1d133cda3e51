/** What `seeded-site.ts` says of itself. */
import type { Started } from '../floowe.ts'

const seedMsMax = 900_000
export type Seeded = { workspaceId: string; database: unknown; stale: number; reads: number }

/** Waits until it has said so. */
export async function seededFacts(floowe: Started): Promise<Seeded> {
  const untilMs = Date.now() + seedMsMax
  while (Date.now() < untilMs && floowe.child.exitCode === null) {
    const line = floowe.lines.join('').match(/seeded (\{.*\})/)?.[1]
    if (line) return JSON.parse(line) as Seeded // written by the host
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`not seeded:\n${floowe.lines.join('\n')}`)
}
