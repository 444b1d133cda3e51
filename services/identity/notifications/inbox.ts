/** A person's own notifications in one workspace: read, and marked as read. Nobody sees another's. */
import { type Call, refuse } from '@floowe/platform'
import { actorNames } from '../actors.ts'
import type { Means } from '../means.ts'
import { personOf, standingOf } from '../standing.ts'
import { tellInboxes } from './notify.ts'
import { countOf, listOf, markRead as mark, type NotificationRow } from './store.ts'

export type Place = { userId: string; workspaceId: string }

/** Refuses not-allowed for keys and services, and for whoever is in no workspace. */
export function placeOf(call: Call): Place {
  const userId = personOf(call)
  if (call.workspaceId === '') refuse('not-allowed', { needs: 'workspace' })
  return { userId, workspaceId: call.workspaceId }
}

/** The same for what writes: whoever has left within the minute of their token is refused, too. */
export async function memberPlaceOf({ db }: Means, call: Call): Promise<Place> {
  const place = placeOf(call)
  await standingOf(db, call)
  return place
}

type Wanted = { unread: boolean; limit: number; offset: number }

export async function listNotifications({ db, clock }: Means, wanted: Wanted, call: Call) {
  const { workspaceId, userId } = placeOf(call)
  // Read before the list: what comes in between is not counted as seen.
  const asOf = clock.instant()
  const [rows, { total, unread }] = await Promise.all([
    listOf(db, workspaceId, userId, wanted),
    countOf(db, workspaceId, userId),
  ])
  const names = await actorNames(
    db,
    workspaceId,
    rows.flatMap(({ data }) => byOf(data)),
  )
  return {
    items: rows.map((row) => shown(row, names)),
    total: wanted.unread ? unread : total,
    unread,
    asOf,
  }
}

const byOf = (data: Record<string, unknown>): string[] => (typeof data['by'] === 'string' ? [data['by']] : [])

/** Named as they are called now; an approver without an account keeps the name that came with the event. */
export const named = (row: NotificationRow, names: ReadonlyMap<string, string>): NotificationRow => {
  const [by] = byOf(row.data)
  const name = by === undefined ? undefined : names.get(by)
  return name === undefined ? row : { ...row, data: { ...row.data, byName: name } }
}

function shown(row: NotificationRow, names: ReadonlyMap<string, string>) {
  const { id, kind, at, read_at: readAt, data } = named(row, names)
  return {
    id,
    kind,
    at: at.toISOString(),
    readAt: readAt?.toISOString() ?? null,
    data,
  } as never // the data of this kind, as `keep` wrote it; the border checks it by the contract
}

export async function markRead({ db, clock }: Means, which: { ids: string[] } | { until: string }, call: Call) {
  const { workspaceId, userId } = placeOf(call)
  await db.transaction(async (tx) => {
    if (await mark(tx, workspaceId, userId, which, clock.instant())) await tellInboxes(tx, workspaceId, [userId])
  })
  return { unread: (await countOf(db, workspaceId, userId)).unread }
}
