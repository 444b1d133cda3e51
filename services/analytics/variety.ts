/**
 * How many different things one day of one workspace may tell apart. Whoever invents addresses and campaigns fills no disk:
 * what comes above the bounds is counted under `other`.
 */
import type { Database } from '@floowe/platform'
import { type Dimensions, varietyOf } from './store.ts'

const other = 'other'
const max = { paths: 5_000, referrers: 500, campaigns: 300, rows: 20_000 } as const
const daysMax = 200

type Seen = {
  paths: Set<string>
  referrers: Set<string>
  campaigns: Set<string>
  rows: Set<string>
  rowsBefore: number
}

export function createVariety(db: Database) {
  // In the order of last use.
  const known = new Map<string, Promise<Seen>>()
  const load = async (workspaceId: string, day: string): Promise<Seen> => {
    const { paths, referrers, campaigns, rows } = await varietyOf(db, workspaceId, day, max)
    return {
      paths: new Set(paths),
      referrers: new Set(referrers),
      campaigns: new Set(campaigns),
      rows: new Set(),
      rowsBefore: rows,
    }
  }
  const seenOn = async (workspaceId: string, day: string): Promise<Seen> => {
    const name = `${workspaceId} ${day}`
    const found = known.get(name) ?? load(workspaceId, day)
    known.delete(name)
    known.set(name, found)
    for (const oldest of known.keys()) {
      if (known.size <= daysMax) break
      known.delete(oldest)
    }
    // A failure is not remembered.
    return found.catch((error: unknown) => {
      known.delete(name)
      throw error
    })
  }
  return {
    /** The same, or with `other` in place of what is one too many. */
    bounded: async (workspaceId: string, day: string, given: Dimensions): Promise<Dimensions> => {
      const seen = await seenOn(workspaceId, day)
      const path = admit(seen.paths, given.path, max.paths) ? given.path : other
      const referrer =
        given.referrer === '' || admit(seen.referrers, given.referrer, max.referrers) ? given.referrer : other
      const campaign = `${given.source}\n${given.medium}\n${given.campaign}`
      const isNamed = campaign === '\n\n' || admit(seen.campaigns, campaign, max.campaigns)
      const bounded = {
        ...given,
        path,
        referrer,
        ...(isNamed ? {} : { source: other, medium: other, campaign: other }),
      }
      if (admit(seen.rows, Object.values(bounded).join('\n'), max.rows - seen.rowsBefore)) return bounded
      return {
        ...bounded,
        path: other,
        referrer: bounded.referrer === '' ? '' : other,
        ...(campaign === '\n\n' ? {} : { source: other, medium: other, campaign: other }),
      }
    },
  }
}

/** Known, or there is room for one more. */
function admit(seen: Set<string>, value: string, most: number): boolean {
  if (seen.has(value)) return true
  if (seen.size >= most) return false
  seen.add(value)
  return true
}
