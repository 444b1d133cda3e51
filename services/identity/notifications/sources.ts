/**
 * Which events become notifications, of which kind, and whom they concern. Pure: a new kind is an entry in `notificationKinds` of the
 * contract and one here.
 *
 * What went wrong concerns whoever planned it. Where that is a key or a service, or a person who has left, it concerns the owners
 * and admins: somebody must hear of it.
 */
import { permissionsOf, type Role } from '@floowe/contracts/identity'
import { type EventName, events, type Events } from '@floowe/contracts/index'
import type { EventEnvelope } from '@floowe/contracts/events'
import type { NotificationData, NotificationKind } from '@floowe/contracts/notifications'
import type { Permission } from '@floowe/contracts/vocabulary'
import type { z } from 'zod'

export type TeamMember = { user_id: string; role: Role }

type NoticeOf<Kind extends NotificationKind> = {
  kind: Kind
  /** Id of the delivery, approval or channel. */
  about: string
  to: readonly string[]
  data: NotificationData<Kind>
}
export type Notice = { [Kind in NotificationKind]: NoticeOf<Kind> }[NotificationKind]
/** What an event makes, and what it makes pointless: unread notices of this kind about the same thing. */
export type News = { notice?: Notice; settles?: { kind: NotificationKind; about: string } }

type Heard<Name extends EventName> = { actor: string; data: z.output<Events[Name]> }
type Source<Name extends EventName> = (event: Heard<Name>, team: readonly TeamMember[]) => News

const textMax = 500

export const sources: { [Name in EventName]?: Source<Name> } = {
  'publishing.delivery-failed': ({ actor, data }, team) => ({
    notice: {
      kind: data.state === 'needs-human' ? 'needs-human' : 'failed',
      about: data.deliveryId,
      to: others(answerable(team, data.createdBy), actor),
      data: { ...ofDelivery(data), code: data.code },
    },
  }),
  'publishing.delivery-missed': ({ actor, data }, team) => ({
    notice: {
      kind: 'missed',
      about: data.deliveryId,
      to: others(answerable(team, data.createdBy), actor),
      data: ofDelivery(data),
    },
  }),
  'publishing.delivery-verified': ({ actor, data }, team) =>
    data.verification === 'gone'
      ? {
          notice: {
            kind: 'gone',
            about: data.deliveryId,
            to: others(answerable(team, data.createdBy), actor),
            data: ofDelivery(data),
          },
        }
      : {},
  // Not whoever caused it: of a later step that is the one who agreed to the step before, and may be asked again.
  'publishing.approval-requested': ({ data }, team) => ({
    notice: {
      kind: 'to-approve',
      about: data.approvalId,
      to: others(deciding(team, data.deciders), data.requestedBy, ...data.except),
      data: {
        ...ofApproval(data),
        by: data.requestedBy,
        byName: null,
        stepName: data.stepName,
        dueAt: data.dueAt,
        message: data.message.slice(0, textMax),
      },
    },
  }),
  'publishing.approval-decided': ({ actor, data }, team) =>
    data.isFinal
      ? {
          notice: {
            kind: 'decided',
            about: data.approvalId,
            to: others(answerable(team, data.requestedBy), actor),
            data: {
              ...ofApproval(data),
              by: data.by,
              byName: data.byName,
              outcome: data.decision,
              comment: data.comment.slice(0, textMax),
            },
          },
          settles: asked(data.approvalId),
        }
      : {},
  'publishing.approval-voided': ({ actor, data }, team) => ({
    notice: {
      kind: 'decided',
      about: data.approvalId,
      to: others(answerable(team, data.requestedBy), actor),
      data: { ...ofApproval(data), by: actor, byName: null, outcome: 'void', comment: '' },
    },
    settles: asked(data.approvalId),
  }),
  'publishing.approval-withdrawn': ({ data }) => ({ settles: asked(data.approvalId) }),
  'content.person-mentioned': ({ actor, data }, team) => ({
    notice: {
      kind: 'mentioned',
      about: data.threadId,
      to: others(
        idsOf(team, (member) => data.userIds.some((userId) => userId === member.user_id)),
        actor,
      ),
      data: {
        articleId: data.articleId,
        editionId: data.editionId,
        threadId: data.threadId,
        language: data.language,
        title: data.title,
        by: actor,
        byName: null,
        text: data.text.slice(0, textMax),
      },
    },
  }),
  // A person who renames a channel that needs attention tells the same state again.
  'publishing.channel-changed': ({ actor, data }, team) =>
    data.state === 'attention' && actor.startsWith('service:')
      ? {
          notice: {
            kind: 'connection',
            about: data.channelId,
            to: allowed(team, 'publishing:channels'),
            data: { ...ofChannel(data), problem: 'attention', endsAt: null },
          },
        }
      : {},
  'publishing.connection-expiring': ({ actor, data }, team) => ({
    notice: {
      kind: 'connection',
      about: data.channelId,
      to: others(allowed(team, 'publishing:channels'), actor),
      data: { ...ofChannel(data), problem: 'expiring', endsAt: data.endsAt },
    },
  }),
}

/** Null for what has no source, and for an event written by an earlier version that does not say enough. */
export function newsOf(event: EventEnvelope, team: readonly TeamMember[]): News | null {
  const name = event.name as EventName
  const source = sources[name] as Source<EventName> | undefined
  const data = source && events[name].safeParse(event.data)
  return source && data?.success ? source({ actor: event.actor, data: data.data as never }, team) : null // parsed by the schema of this very name
}

const others = (userIds: readonly string[], ...without: readonly string[]): string[] =>
  userIds.filter((userId) => !without.includes(userId))

const idsOf = (team: readonly TeamMember[], fits: (member: TeamMember) => boolean): string[] =>
  team.filter(fits).map(({ user_id: userId }) => userId)

const allowed = (team: readonly TeamMember[], permission: Permission): string[] =>
  idsOf(team, ({ role }) => permissionsOf[role].includes(permission))

/** Whoever began it, if they are here still; else those who run the workspace. */
const answerable = (team: readonly TeamMember[], actor: string): string[] =>
  team.some(({ user_id: userId }) => userId === actor)
    ? [actor]
    : idsOf(team, ({ role }) => role === 'owner' || role === 'admin')

type Deciders = { roles: readonly Role[]; userIds: readonly string[] }
const deciding = (team: readonly TeamMember[], { roles, userIds }: Deciders): string[] =>
  roles.length === 0 && userIds.length === 0
    ? allowed(team, 'publishing:approve')
    : idsOf(team, (member) => roles.includes(member.role) || userIds.includes(member.user_id))

const asked = (approvalId: string): News['settles'] => ({ kind: 'to-approve', about: approvalId })

type Delivery = NotificationData<'missed'>
const ofDelivery = ({ deliveryId, articleId, editionId, channelId, network, title }: Delivery): Delivery => ({
  deliveryId,
  articleId,
  editionId,
  channelId,
  network,
  title,
})

type Approval = Omit<NotificationData<'decided'>, 'by' | 'byName' | 'outcome' | 'comment'>
const ofApproval = (data: Approval): Approval => ({
  approvalId: data.approvalId,
  deliveryId: data.deliveryId,
  articleId: data.articleId,
  editionId: data.editionId,
  channelId: data.channelId,
  channelName: data.channelName,
  title: data.title,
})

type Channel = Pick<NotificationData<'connection'>, 'channelId' | 'name' | 'network'>
const ofChannel = ({ channelId, name, network }: Channel): Channel => ({ channelId, name, network })
