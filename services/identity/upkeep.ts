/** Once a day: what time has ended is deleted, also what is beyond the number kept, and every audit chain is walked. */
import { attemptsKeptMs } from './attempts.ts'
import { verifyAudit } from './audit-check.ts'
import { dayMs, later, type Means, minuteMs } from './means.ts'
import { sweepNotifications } from './notifications/store.ts'
import { sweepInvitations } from './store/invitations.ts'
import { sweepPeople } from './store/people.ts'
import { workspaceIds } from './store/workspaces.ts'

const firstAfterMs = 10 * minuteMs
const workspacesPerPage = 100
const pagesMax = 10_000
/** Of each person in each workspace. */
const notificationsKept = { days: 180, max: 1000 }

export type Upkeep = { stop: () => Promise<void> }

export function startUpkeep(means: Means): Upkeep {
  const { clock, log } = means
  let running: Promise<void> | null = null
  let stopped = false
  const work = (): void => {
    if (stopped) return
    running = keep(means, () => stopped)
      .catch((error: unknown) => log.warn('daily upkeep failed', { error }))
      .finally(() => {
        running = null
      })
    cancel = clock.at(clock.now() + dayMs, work)
  }
  let cancel = clock.at(clock.now() + firstAfterMs, work)
  return {
    stop: async () => {
      stopped = true
      cancel()
      await running
    },
  }
}

/** @param isStopped asked between workspaces */
async function keep(means: Means, isStopped: () => boolean): Promise<void> {
  const { db, clock, log } = means
  await sweepPeople(db, clock.instant(), later(clock.now(), -attemptsKeptMs))
  await sweepInvitations(db, clock.instant())
  let after: string | null = null
  for (let page = 0; page < pagesMax && !isStopped(); page++) {
    const ids: string[] = await workspaceIds(db, after, workspacesPerPage)
    for (const workspaceId of ids) {
      if (isStopped()) return
      await sweepNotifications(db, workspaceId, {
        before: later(clock.now(), -notificationsKept.days * dayMs),
        keptMax: notificationsKept.max,
      })
      const { damage, notCheckable } = await verifyAudit(means, workspaceId)
      if (notCheckable > 0)
        log.warn('the audit log has entries from another secret of this installation, which cannot be checked', {
          workspaceId,
          notCheckable,
        })
      if (damage)
        log.error('the audit log of a workspace does not fit together: rows were changed outside of Floowe', {
          workspaceId,
          ...damage,
        })
    }
    after = ids.at(-1) ?? null
    if (ids.length < workspacesPerPage) return
  }
}
