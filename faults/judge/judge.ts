/** Compares the ledger with what the system holds once it has come to rest. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Follower } from '../load/follower.ts'
import type { RunState, Violation } from '../state.ts'
import { judgeDeliveries } from './deliveries.ts'
import { judgeEvents } from './events.ts'
import { judgeFiles } from './files.ts'
import { judgeSearch } from './search.ts'
import { judgeTexts } from './texts.ts'
import { judgeVisits } from './visits.ts'

/** What is on its way at the end of the load has so long to arrive. */
const settleMsMax = 40_000
const lookEveryMs = 500

const judges: Readonly<Record<string, (run: RunState, follower: Follower) => Promise<Violation[]>>> = {
  texts: judgeTexts,
  deliveries: judgeDeliveries,
  events: judgeEvents,
  search: judgeSearch,
  files: judgeFiles,
  visits: judgeVisits,
}

/** Each judge has its turn until it finds nothing, or until nothing changes any more. */
export async function judge(run: RunState, follower: Follower): Promise<Violation[]> {
  const endMs = Date.now() + settleMsMax
  const found: Violation[] = []
  for (const [name, look] of Object.entries(judges)) {
    let violations = await look(run, follower)
    while (violations.length > 0 && Date.now() < endMs) {
      await pause(lookEveryMs)
      violations = await look(run, follower)
    }
    run.ledger.note({ judged: name, violations: violations.length })
    found.push(...violations)
  }
  return found
}
