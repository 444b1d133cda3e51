/** Rules of zones change by law. An embargo ends on a wall clock, so its instant follows. */
import type { Transaction } from '@floowe/platform'
import { rederived } from '../schedule.ts'
import { moveEmbargo, type ZonedEmbargo, zonedEmbargoes } from './store/settings.ts'

const batch = 500
const batchesMax = 2_000

export async function rederiveEmbargoes(tx: Transaction): Promise<void> {
  let last: ZonedEmbargo | null = null
  for (let turn = 0; turn < batchesMax; turn++) {
    const embargoes: ZonedEmbargo[] = await zonedEmbargoes(tx, last, batch)
    for (const embargo of embargoes) {
      last = embargo
      const { workspaceId, articleId, wallTime, zone, pick } = embargo
      const until = rederived(wallTime, zone, pick)
      if (until !== embargo.until.toISOString()) await moveEmbargo(tx, workspaceId, articleId, until)
    }
    if (embargoes.length < batch) return
  }
}
