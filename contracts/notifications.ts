/**
 * What a person should know without looking for it: kept in the app, mailed, or sent to an address of their own. A kind is one entry
 * of {@link notificationKinds}, and has a source that makes it.
 */
import { z } from 'zod'
import { Network } from './networks.ts'
import { operation } from './operation.ts'
import {
  ApprovalId,
  ArticleId,
  ChannelId,
  DeliveryId,
  EditionId,
  Instant,
  Language,
  pageOf,
  Paging,
  UserId,
  WebAddress,
} from './vocabulary.ts'

export const NotificationId = z.uuid().brand<'NotificationId'>().describe('NotificationId (UUID)')
export type NotificationId = z.infer<typeof NotificationId>

export const NotificationWay = z.enum(['app', 'mail', 'webhook'])
export type NotificationWay = z.infer<typeof NotificationWay>

const delivery = z.object({
  deliveryId: DeliveryId,
  articleId: ArticleId,
  editionId: EditionId,
  channelId: ChannelId,
  network: Network,
  title: z.string(),
})
const approval = z.object({
  approvalId: ApprovalId,
  deliveryId: DeliveryId,
  articleId: ArticleId,
  editionId: EditionId,
  channelId: ChannelId,
  channelName: z.string(),
  title: z.string(),
  /** Who asked, or who decided: a UserId, `key:<KeyId>`, an approver without an account. */
  by: z.string(),
  byName: z.string().nullable(),
})

/** Why an address did not take a message. */
export const WebhookProblem = z.enum([
  'refused',
  'error',
  'busy',
  'gone',
  'redirected',
  'no-answer',
  'unreachable',
  'unknown-host',
  'tls-failed',
  'blocked-address',
  'secret-unreadable',
])
export type WebhookProblem = z.infer<typeof WebhookProblem>

/**
 * Each kind: what it carries, and the ways that are on until a person says otherwise. `on: null`: always in the app and nowhere
 * else, and nothing to choose. What was kept before a change of `data` must still fit it.
 */
export const notificationKinds = {
  'to-approve': {
    on: ['app', 'mail', 'webhook'],
    data: approval.extend({ stepName: z.string().nullable(), dueAt: Instant, message: z.string() }),
  },
  decided: {
    on: ['app', 'webhook'],
    /** `void`: what was asked about has changed since; nobody decided. */
    data: approval.extend({ outcome: z.enum(['approved', 'changes-requested', 'void']), comment: z.string() }),
  },
  failed: { on: ['app', 'mail', 'webhook'], data: delivery.extend({ code: z.string() }) },
  /** Only a person can see whether it is there. */
  'needs-human': { on: ['app', 'mail', 'webhook'], data: delivery.extend({ code: z.string() }) },
  missed: { on: ['app', 'mail', 'webhook'], data: delivery },
  /** The network accepted it, and does not have it any more. */
  gone: { on: ['app', 'mail', 'webhook'], data: delivery },
  connection: {
    on: ['app', 'mail', 'webhook'],
    data: z.object({
      channelId: ChannelId,
      name: z.string(),
      network: Network,
      problem: z.enum(['attention', 'expiring']),
      /** Of `expiring`: when the network lets us in no longer. */
      endsAt: Instant.nullable(),
    }),
  },
  /** Somebody named them in a comment on a text. */
  mentioned: {
    on: ['app', 'mail', 'webhook'],
    data: z.object({
      articleId: ArticleId,
      editionId: EditionId,
      threadId: z.string(),
      language: Language,
      title: z.string(),
      by: z.string(),
      byName: z.string().nullable(),
      text: z.string(),
    }),
  },
  /** The person's own address did not take messages for long; why not, the last time. */
  'webhook-off': { on: null, data: z.object({ problem: WebhookProblem }) },
} as const satisfies Readonly<Record<string, { on: readonly NotificationWay[] | null; data: z.ZodType }>>

type Kinds = typeof notificationKinds
export type NotificationKind = keyof Kinds
export type NotificationData<Kind extends NotificationKind> = z.input<Kinds[Kind]['data']>

/** Those with something to choose. */
export type ChosenKind = { [Kind in NotificationKind]: Kinds[Kind]['on'] extends null ? never : Kind }[NotificationKind]
const chosenKinds = (Object.keys(notificationKinds) as NotificationKind[]).filter(
  (kind): kind is ChosenKind => notificationKinds[kind].on !== null,
)
export const ChosenKind = z.enum(chosenKinds)

const common = {
  id: NotificationId,
  /** When it happened. */
  at: Instant,
  readAt: Instant.nullable(),
}
type Common = z.ZodObject<typeof common>
type AnyOf<Part extends 'input' | 'output'> = {
  [Kind in NotificationKind]: (Part extends 'input' ? z.input<Common> : z.output<Common>) & {
    kind: Kind
    data: Part extends 'input' ? z.input<Kinds[Kind]['data']> : z.output<Kinds[Kind]['data']>
  }
}[NotificationKind]
export type Notification = AnyOf<'output'>

/** One shape for each kind; told apart by `kind`. */
export const Notification = z.union(
  (Object.keys(notificationKinds) as NotificationKind[]).map((kind) =>
    z.object({ ...common, kind: z.literal(kind), data: notificationKinds[kind].data }),
  ),
) as unknown as z.ZodType<Notification, AnyOf<'input'>> // made from the table that the type is made from

export const NotificationWebhook = z.object({
  url: z.string(),
  /** Off: it did not take messages for long, and is left alone until it is set again. */
  isOn: z.boolean(),
  /** Since when it takes no messages, and why not; null while it does. */
  failingSince: Instant.nullable(),
  problem: WebhookProblem.nullable(),
  lastTakenAt: Instant.nullable(),
})

/** Of the caller, in this workspace. */
export const NotificationSettings = z.object({
  /** False: no mail server is set up, so nothing is mailed whatever is chosen. */
  hasMail: z.boolean(),
  kinds: z.array(z.object({ kind: ChosenKind, app: z.boolean(), mail: z.boolean(), webhook: z.boolean() })),
  webhook: NotificationWebhook.nullable(),
})
export type NotificationSettings = z.infer<typeof NotificationSettings>

const tag = 'Notifications'

export const notificationOperations = {
  listNotifications: operation(tag, 'signed-in', {
    method: 'GET',
    path: '/notifications',
    summary: 'What the caller should know, newest first',
  })
    .input(Paging.extend({ unread: z.stringbool().or(z.boolean()).default(false) }))
    .output(
      pageOf(Notification).extend({
        /** How many are unread in all, whatever was asked for. */
        unread: z.number().int(),
        /** When this was true; `markRead` until then leaves alone what comes later. */
        asOf: Instant,
      }),
    ),
  markRead: operation(
    tag,
    'signed-in',
    { method: 'POST', path: '/notifications/read', summary: 'Mark some as read, or all until an instant' },
    { repeatable: true },
  )
    .input(z.union([z.object({ ids: z.array(NotificationId).min(1).max(100) }), z.object({ until: Instant })]))
    .output(z.object({ unread: z.number().int() })),
  getNotificationSettings: operation(tag, 'signed-in', {
    method: 'GET',
    path: '/me/notification-settings',
    summary: 'Which kinds reach the caller in which way',
  }).output(NotificationSettings),
  updateNotificationSettings: operation(tag, 'signed-in', {
    method: 'PATCH',
    path: '/me/notification-settings',
    summary: 'Change it, for this workspace',
  })
    .input(
      z.object({
        choices: z
          .array(z.object({ kind: ChosenKind, way: NotificationWay, isOn: z.boolean() }))
          .min(1)
          .max(60),
      }),
    )
    .output(NotificationSettings),
  setNotificationWebhook: operation(tag, 'signed-in', {
    method: 'PUT',
    path: '/me/notification-webhook',
    summary: 'An address that is sent signed messages; a first one answers its signing secret once',
  })
    .errors({ 'blocked-address': { status: 422, data: z.object({ reason: z.string() }) } })
    .input(z.object({ url: WebAddress }))
    .output(z.object({ webhook: NotificationWebhook, secret: z.string().nullable() })),
  rotateNotificationSecret: operation(tag, 'signed-in', {
    method: 'POST',
    path: '/me/notification-webhook/secret',
    summary: 'A new signing secret; the old one signs too for 24 hours',
  }).output(z.object({ secret: z.string() })),
  testNotificationWebhook: operation(tag, 'signed-in', {
    method: 'POST',
    path: '/me/notification-webhook/test',
    summary: 'Send a signed test message',
  }).output(z.object({ ok: z.boolean(), status: z.number().nullable(), problem: WebhookProblem.nullable() })),
  removeNotificationWebhook: operation(
    tag,
    'signed-in',
    { method: 'DELETE', path: '/me/notification-webhook', summary: 'Forget the address and its secret' },
    { repeatable: true },
  ).output(z.object({})),
}

export const notificationEvents = {
  /** Something came or was read. The gateway passes it to this person alone, and it does not say what it is about. */
  'identity.inbox-changed': z.object({ userId: UserId }),
}
