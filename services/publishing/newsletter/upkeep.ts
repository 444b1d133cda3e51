/** Once a day: addresses that never confirmed are forgotten, and who got an issue long ago. */
import type { Clock, Database, Log } from '@floowe/platform'
import type { Settings } from '../settings.ts'
import { forgetOldRecipients } from '../store/recipients.ts'
import { forgetUnconfirmed } from '../store/subscribers.ts'

type Parts = { db: Database; clock: Clock; log: Log; settings: Pick<Settings, 'recipientsDays'> }
const dayMs = 24 * 60 * 60_000
const firstAfterMs = 15 * 60_000
const unconfirmedDays = 30
const batch = 500
const batchesMax = 1_000
const issuesPerBatch = 5

export function startUpkeep({ clock, log, ...parts }: Parts): { stop: () => Promise<void> } {
  let running: Promise<void> | null = null
  let isStopped = false
  const work = (): void => {
    if (isStopped) return
    running = forgetOld({ clock, ...parts })
      .catch((error: unknown) => log.warn('daily upkeep of newsletters failed', { error }))
      .finally(() => {
        running = null
      })
    cancel = clock.at(clock.now() + dayMs, work)
  }
  let cancel = clock.at(clock.now() + firstAfterMs, work)
  return {
    stop: async () => {
      isStopped = true
      cancel()
      await running
    },
  }
}

export async function forgetOld({ db, clock, settings }: Omit<Parts, 'log'>): Promise<void> {
  const before = (days: number): string => new Date(clock.now() - days * dayMs).toISOString()
  for (let turn = 0; turn < batchesMax; turn++)
    if ((await forgetUnconfirmed(db, before(unconfirmedDays), batch)) < batch) break
  for (let turn = 0; turn < batchesMax; turn++) {
    const forgotten = await db.transaction((tx) =>
      forgetOldRecipients(tx, before(settings.recipientsDays), issuesPerBatch),
    )
    if (forgotten < issuesPerBatch) break
  }
}
