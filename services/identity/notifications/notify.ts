/**
 * Keeps what people should know, each event once for each person, and starts it on its ways: the app hears of it at once, a letter
 * gathers, a webhook message is sent by a job. All in the transaction that notes the event as handled, so nothing is told twice or
 * not at all, whenever a process dies.
 */
import { noWorkspace } from '@floowe/contracts/identity'
import { notificationKinds, type NotificationKind, type NotificationWay } from '@floowe/contracts/notifications'
import type { EventEnvelope } from '@floowe/contracts/events'
import type { Transaction } from '@floowe/platform'
import { later, type Means, minuteMs } from '../means.ts'
import { newsOf, type Notice, sources, type TeamMember } from './sources.ts'
import {
  type Choice,
  choicesOf,
  holdLetters,
  insertNotifications,
  type NewNotification,
  openLetters,
  settle,
  teamOf,
} from './store.ts'
import { takers } from './webhook-store.ts'

export const webhookJobKind = 'identity.notification-webhook'

type Keeping = Pick<Means, 'clock' | 'ids' | 'mail' | 'log'>

/** A letter leaves this long after the last it tells of, and at the latest this long after the first. */
const quietMs = minuteMs
const openedMsMax = 5 * minuteMs

/** Hears events in their order. */
export async function hearForPeople(means: Keeping, heard: readonly EventEnvelope[], tx: Transaction): Promise<void> {
  const concerning = heard.filter((event) => event.workspaceId !== noWorkspace && Object.hasOwn(sources, event.name))
  if (concerning.length > 0) await holdLetters(tx)
  const teams = new Map<string, readonly TeamMember[]>()
  for (const event of concerning) {
    const team = teams.get(event.workspaceId) ?? (await teamOf(tx, event.workspaceId))
    teams.set(event.workspaceId, team)
    const news = newsOf(event, team)
    if (!news) {
      means.log.warn('nobody is notified of an event that does not say enough', { event: event.name, id: event.id })
      continue
    }
    const changed = news.settles ? await settle(tx, event.workspaceId, news.settles, means.clock.instant()) : []
    const told = news.notice ? await keep(means, tx, event.workspaceId, event, news.notice) : []
    await tellInboxes(tx, event.workspaceId, [...changed, ...told])
  }
}

/** @returns whose inboxes changed by it */
export async function keep(
  means: Keeping,
  tx: Transaction,
  workspaceId: string,
  event: { id: string; at: string },
  { kind, about, to, data }: Notice,
): Promise<string[]> {
  if (to.length === 0) return []
  const { clock, ids, mail } = means
  const isOn = waysOf(kind, await choicesOf(tx, workspaceId, to))
  const wanted = to.map(
    (userId): NewNotification => ({
      user_id: userId,
      id: ids.next(),
      event_id: event.id,
      kind,
      about,
      data,
      at: event.at,
      in_app: isOn(userId, 'app'),
      in_letter: mail.isOn && isOn(userId, 'mail'),
    }),
  )
  const sent = new Set((await takers(tx, workspaceId, to)).filter((userId) => isOn(userId, 'webhook')))
  const rows = wanted.filter((row) => row.in_app || row.in_letter || sent.has(row.user_id))
  const now = clock.instant()
  const made = await insertNotifications(tx, workspaceId, rows, now)
  const fresh = rows.filter(({ id }) => made.has(id))
  const mailed = fresh.filter((row) => row.in_letter).map((row) => row.user_id)
  if (mailed.length > 0)
    await openLetters(tx, workspaceId, mailed, { now, dueAt: later(clock.now(), quietMs), openedMsMax })
  for (const { user_id: userId, id } of fresh)
    if (sent.has(userId)) await tx.enqueue({ kind: webhookJobKind, workspaceId, input: { userId, id } })
  return fresh.filter((row) => row.in_app).map((row) => row.user_id)
}

/** What is on for each person: as they chose, else as the kind begins. */
export function waysOf(
  kind: NotificationKind,
  choices: readonly Choice[],
): (userId: string, way: NotificationWay) => boolean {
  const { on } = notificationKinds[kind]
  const chosen = new Map(
    choices
      .filter((choice) => choice.kind === kind)
      .map((choice) => [`${choice.user_id} ${choice.way}`, choice.is_on] as const),
  )
  return (userId, way) =>
    on === null ? way === 'app' : (chosen.get(`${userId} ${way}`) ?? (on as readonly NotificationWay[]).includes(way))
}

/** One event for each person; who it is for is all it says. */
export async function tellInboxes(tx: Transaction, workspaceId: string, userIds: readonly string[]): Promise<void> {
  for (const userId of new Set(userIds))
    await tx.emit({
      name: 'identity.inbox-changed',
      workspaceId,
      key: userId,
      actor: 'service:identity',
      data: { userId },
    })
}
