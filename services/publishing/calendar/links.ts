/** Links that show the calendar to people without an account: 256 bits, kept as their hash, with their filters in them. */
import type { CalendarFilters, SharedItem } from '@floowe/contracts/calendar'
import type { Call, Calls, Clock, Database, Ids } from '@floowe/platform'
import { found, hashToken, newToken, refuse, type Sql } from '@floowe/platform'
import { causeOf, tellCalendar } from '../news.ts'
import type { CalendarRow } from './projection.ts'
import * as rows from './store/views.ts'

export type LinkParts = { db: Database; clock: Clock; ids: Ids; call: Calls; publicUrl: string }
export const linksMax = 200
export const feedPrefix = '/calendar/ical'
const tokenPrefix = 'flc_'

export type LinkWish = {
  kind: 'page' | 'feed'
  name: string
  filters: CalendarFilters
  zone: string
  showsTitles: boolean
  expiresAt: string | null
}

/** @returns its id, and the address that is told this once @throws Refusal too-many-links, invalid-input */
export async function create(
  { db, clock, ids, publicUrl }: LinkParts,
  call: Call,
  wish: LinkWish,
): Promise<{ id: string; url: string }> {
  if (wish.expiresAt !== null && Date.parse(wish.expiresAt) <= clock.now())
    refuse('invalid-input', { issues: [{ path: 'expiresAt', problem: 'in the past' }] })
  const id = ids.next<string>()
  const token = newToken(tokenPrefix)
  await db.transaction(async (tx) => {
    if ((await rows.countLinks(tx, call.workspaceId)) >= linksMax) refuse('too-many-links', { max: linksMax })
    const made = { ...wish, id, tokenHash: hashToken(token), at: clock.instant(), createdBy: call.caller.actor }
    await rows.insertLink(tx, call.workspaceId, made)
    await tellCalendar(tx, causeOf(call), { what: 'link', id, change: 'made' })
  })
  const path = wish.kind === 'page' ? `/calendar/shared/${token}` : `${feedPrefix}/${token}.ics`
  return { id, url: `${publicUrl}${path}` }
}

/** Repeating it changes nothing. @throws Refusal not-found */
export async function revoke({ db, clock }: LinkParts, call: Call, id: string): Promise<void> {
  await db.transaction(async (tx) => {
    if (!(await rows.revokeLink(tx, call.workspaceId, id, clock.instant()))) refuse('not-found', { what: 'link' })
    await tellCalendar(tx, causeOf(call), { what: 'link', id, change: 'removed' })
  })
}

export type Opened = rows.LinkRow & { workspaceId: string }
/** @returns null for what is over, revoked, or was never there: nobody learns which */
export async function open(
  { db, clock }: Pick<LinkParts, 'db' | 'clock'>,
  token: string,
  kind: rows.LinkRow['kind'],
): Promise<Opened | null> {
  const link = await rows.openLink(db, hashToken(token), kind, clock.instant())
  if (link) await rows.noteOpened(db, link.workspaceId, link.id, clock.instant())
  return link
}

export const workspaceOf = async ({ call }: Pick<LinkParts, 'call'>, workspaceId: string) =>
  found(await call.identity.getWorkspace({ workspace: workspaceId }, { workspaceId }), 'workspace')

/** Whether anybody out there may know its title anyway. */
const isOut = (state: string): boolean => ['published', 'replaced', 'unpublished'].includes(state)
export const titleFor = ({ showsTitles }: Pick<rows.LinkRow, 'showsTitles'>, row: CalendarRow): string | null =>
  showsTitles || isOut(row.state) ? row.title : null

export const sharedItem = (link: rows.LinkRow, row: CalendarRow): SharedItem =>
  ({
    id: row.id,
    title: titleFor(link, row),
    state: row.state,
    channelName: row.channelName,
    network: row.network,
    language: row.language,
    wallTime: row.wallTime,
    zone: row.zone,
    dueAt: row.dueAt.toISOString(),
    url: isOut(row.state) ? row.url : null,
  }) as SharedItem // an id of a row

export const linkList = (sql: Sql, workspaceId: string): Promise<rows.LinkRow[]> =>
  rows.listLinks(sql, workspaceId, linksMax)
