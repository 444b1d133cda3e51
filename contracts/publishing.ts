/** What goes out: channels, plans, deliveries and their history. */
import { z } from 'zod'
import { innerOperation, operation } from './operation.ts'
import {
  ArticleId,
  ChannelId,
  Day,
  DeliveryId,
  EditionId,
  Instant,
  Language,
  line,
  pageOf,
  Paging,
  SnapshotId,
  VersionId,
  WallTime,
  WebAddress,
  Zone,
} from './vocabulary.ts'

export const Network = z.enum(['floowe-site', 'webhook'])
export type Network = z.infer<typeof Network>

export const Channel = z.object({
  id: ChannelId,
  network: Network,
  name: z.string(),
  /** `attention`: the far side refused us for good (a webhook answered 410); a person must act. */
  state: z.enum(['connected', 'paused', 'attention']),
  stateReason: z.string().nullable(),
  settings: z.object({ url: z.string().nullable() }),
  createdAt: Instant,
  lastDeliveryAt: Instant.nullable(),
})
export type Channel = z.infer<typeof Channel>

/**
 * planned → sending → published, or → retrying → …; failed (gave up, a person may retry), missed (was due while the machine
 * was off), on-hold (after a restore: a person releases it), cancelled. A published delivery becomes replaced when a newer one
 * of the same edition and channel is published, unpublished when it was taken down.
 */
export const DeliveryState = z.enum([
  'planned',
  'sending',
  'retrying',
  'published',
  'failed',
  'missed',
  'on-hold',
  'cancelled',
  'replaced',
  'unpublished',
])
export type DeliveryState = z.infer<typeof DeliveryState>
export const DeliveryKind = z.enum(['publish', 'update', 'unpublish'])

export const Attempt = z.object({
  number: z.number().int(),
  startedAt: Instant,
  finishedAt: Instant.nullable(),
  outcome: z.enum(['running', 'accepted', 'refused', 'failed', 'unknown']),
  /** Stable code of what happened, e.g. `receiver-error`, `timed-out`, `blocked-address`. */
  code: z.string().nullable(),
  text: z.string().nullable(),
  status: z.number().int().nullable().describe('HTTP status, where there was one'),
  answer: z.string().nullable().describe('the first 2,000 characters of the raw answer'),
  retryAt: Instant.nullable(),
})
export const Delivery = z.object({
  id: DeliveryId,
  kind: DeliveryKind,
  state: DeliveryState,
  articleId: ArticleId,
  editionId: EditionId,
  versionId: VersionId,
  snapshotId: SnapshotId.nullable(),
  snapshotHash: z.string().nullable(),
  title: z.string(),
  language: Language,
  channelId: ChannelId,
  channelName: z.string(),
  network: Network,
  /** The wall clock and zone it was planned in; null when it was sent at once. `dueAt` is derived from them. */
  wallTime: WallTime.nullable(),
  zone: Zone.nullable(),
  dueAt: Instant,
  publishedAt: Instant.nullable(),
  url: z.string().nullable(),
  attempts: z.number().int(),
  nextAttemptAt: Instant.nullable(),
  problem: z.object({ code: z.string(), text: z.string() }).nullable(),
  /** The text changed after this was frozen; what goes out is the frozen one. */
  isOutdated: z.boolean(),
  revision: z.number().int(),
  createdAt: Instant,
  createdBy: z.string(),
  createdByName: z.string().nullable(),
})
export type Delivery = z.infer<typeof Delivery>

/** Now, or at a wall-clock time in a zone. A time that exists twice needs `pick`; one that does not exist is moved only if `pick` says which way. */
export const When = z.union([
  z.object({ now: z.literal(true) }),
  z.object({ wallTime: WallTime, zone: Zone, pick: z.enum(['earlier', 'later']).optional() }),
])
export type When = z.infer<typeof When>

const tag = 'Publishing'
const timeRefusals = {
  'time-does-not-exist': { status: 409, data: z.object({ zone: Zone, earlier: Instant, later: Instant }) },
  'time-exists-twice': { status: 409, data: z.object({ zone: Zone, earlier: Instant, later: Instant }) },
  'time-in-past': { status: 409, data: z.object({ dueAt: Instant }) },
} as const
const stateRefusals = { 'wrong-state': { status: 409, data: z.object({ state: DeliveryState }) } } as const
const tooMany = { 'too-many-plans': { status: 409, data: z.object({ max: z.number().int() }) } } as const
const channelRefusals = { 'channel-not-ready': { status: 409, data: z.object({ state: z.string() }) } } as const
const delivery = z.object({ id: DeliveryId })
const channel = z.object({ id: ChannelId })
const blocked = { 'blocked-address': { status: 422, data: z.object({ reason: z.string() }) } } as const

export const publishing = {
  listChannels: operation(tag, 'publishing:read', {
    method: 'GET',
    path: '/channels',
    summary: 'Connected channels',
  }).output(z.array(Channel)),
  createChannel: operation(tag, 'publishing:channels', {
    method: 'POST',
    path: '/channels',
    summary: 'Connect a channel; a webhook answers its signing secret once',
    successStatus: 201,
  })
    .errors({
      ...blocked,
      'name-taken': { status: 409 },
      'too-many-channels': { status: 409, data: z.object({ max: z.number().int() }) },
    })
    .input(z.object({ network: z.literal('webhook'), name: line(80), url: WebAddress }))
    .output(Channel.extend({ secret: z.string().nullable() })),
  updateChannel: operation(tag, 'publishing:channels', {
    method: 'PATCH',
    path: '/channels/{id}',
    summary: 'Rename, pause, resume, change the address',
  })
    .errors({ ...blocked, 'name-taken': { status: 409 } })
    .input(channel.extend({ name: line(80).optional(), url: WebAddress.optional(), paused: z.boolean().optional() }))
    .output(Channel),
  rotateChannelSecret: operation(tag, 'publishing:channels', {
    method: 'POST',
    path: '/channels/{id}/secret',
    summary: 'A new signing secret; the old one signs too for 24 hours',
  })
    .errors({ 'no-secret': { status: 409 } })
    .input(channel)
    .output(z.object({ secret: z.string() })),
  testChannel: operation(tag, 'publishing:channels', {
    method: 'POST',
    path: '/channels/{id}/test',
    summary: 'Send a signed test message',
  })
    .input(channel)
    .output(
      z.object({
        ok: z.boolean(),
        status: z.number().nullable(),
        code: z.string().nullable(),
        text: z.string().nullable(),
      }),
    ),
  removeChannel: operation(tag, 'publishing:channels', {
    method: 'DELETE',
    path: '/channels/{id}',
    summary: 'Disconnect a channel; its open plans are cancelled',
  })
    .errors({ 'built-in': { status: 409 } })
    .input(channel)
    .output(z.object({})),

  planDelivery: operation(
    tag,
    'publishing:plan',
    {
      method: 'POST',
      path: '/deliveries',
      summary: 'Publish an edition to a channel, now or at a time',
      successStatus: 201,
    },
    { once: true },
  )
    .errors({
      ...timeRefusals,
      ...channelRefusals,
      ...tooMany,
      'in-trash': { status: 409 },
      'nothing-to-publish': { status: 409 },
      'already-planned': { status: 409, data: z.object({ deliveryId: DeliveryId }) },
      'already-published': { status: 409, data: z.object({ deliveryId: DeliveryId, url: z.string().nullable() }) },
    })
    .input(z.object({ editionId: EditionId, channelId: ChannelId, when: When, versionId: VersionId.optional() }))
    .output(Delivery),
  rescheduleDelivery: operation(tag, 'publishing:plan', {
    method: 'PATCH',
    path: '/deliveries/{id}',
    summary: 'Move a plan, or freeze the newest text into it',
  })
    .errors({
      ...timeRefusals,
      ...stateRefusals,
      'stale-revision': { status: 409, data: z.object({ current: z.number().int() }) },
      'in-trash': { status: 409 },
      'nothing-to-publish': { status: 409 },
    })
    .input(
      delivery.extend({
        when: When.optional(),
        refreeze: z.boolean().optional(),
        basedOn: z.number().int().optional(),
      }),
    )
    .output(Delivery),
  cancelDelivery: operation(
    tag,
    'publishing:plan',
    { method: 'DELETE', path: '/deliveries/{id}', summary: 'Cancel a plan' },
    { repeatable: true },
  )
    .errors(stateRefusals)
    .input(delivery)
    .output(Delivery),
  restoreDelivery: operation(tag, 'publishing:plan', {
    method: 'POST',
    path: '/deliveries/{id}/restore',
    summary: 'Undo a cancelled plan whose time has not passed',
  })
    .errors({
      ...stateRefusals,
      ...timeRefusals,
      ...tooMany,
      'already-planned': { status: 409, data: z.object({ deliveryId: DeliveryId }) },
    })
    .input(delivery)
    .output(Delivery),
  /** For failed, missed and on-hold deliveries, and for planned ones that should not wait. The frozen snapshot goes out. */
  sendDelivery: operation(tag, 'publishing:plan', {
    method: 'POST',
    path: '/deliveries/{id}/send',
    summary: 'Send now: retry, send late, or release from hold',
  })
    .errors({ ...stateRefusals, ...channelRefusals })
    .input(delivery)
    .output(Delivery),
  unpublish: operation(tag, 'publishing:plan', {
    method: 'POST',
    path: '/editions/{editionId}/unpublish',
    summary: 'Take an edition down from a channel; the site answers 410',
  })
    .errors({ 'not-published': { status: 409 }, ...channelRefusals })
    .input(z.object({ editionId: EditionId, channelId: ChannelId }))
    .output(Delivery),

  listDeliveries: operation(tag, 'publishing:read', {
    method: 'GET',
    path: '/deliveries',
    summary: 'Deliveries, latest due first',
  })
    .input(
      Paging.extend({
        state: DeliveryState.optional(),
        channel: ChannelId.optional(),
        edition: EditionId.optional(),
        article: ArticleId.optional(),
      }),
    )
    .output(pageOf(Delivery)),
  getDelivery: operation(tag, 'publishing:read', {
    method: 'GET',
    path: '/deliveries/{id}',
    summary: 'One delivery with every attempt',
  })
    .input(delivery)
    .output(Delivery.extend({ history: z.array(Attempt) })),
  /** Deliveries due from the first day to the last (inclusive, in `zone`), oldest first; at most 2,000, `isCut` says when there are more. */
  getCalendar: operation(tag, 'publishing:read', {
    method: 'GET',
    path: '/calendar',
    summary: 'What goes out between two days',
  })
    .input(z.object({ from: Day, to: Day, zone: Zone, channel: ChannelId.optional() }))
    .output(z.object({ items: z.array(Delivery), isCut: z.boolean() })),
  /** Where each article stands, for lists: per edition and channel the latest delivery that matters. */
  summariseArticles: operation(
    tag,
    'publishing:read',
    { method: 'POST', path: '/deliveries/summaries', summary: 'Delivery states of many articles' },
    { repeatable: true },
  )
    .input(z.object({ articleIds: z.array(ArticleId).max(100) }))
    .output(
      z.array(
        z.object({
          articleId: ArticleId,
          editionId: EditionId,
          channelId: ChannelId,
          channelName: z.string(),
          deliveryId: DeliveryId,
          state: DeliveryState,
          dueAt: Instant,
          publishedAt: Instant.nullable(),
          url: z.string().nullable(),
          isOutdated: z.boolean(),
        }),
      ),
    ),

  getPublishingSettings: operation(tag, 'publishing:read', {
    method: 'GET',
    path: '/publishing/settings',
    summary: 'What happens to what was due while the machine was off',
  }).output(z.object({ missed: z.enum(['hold', 'send-late']), lateMinutesMax: z.number().int() })),
  updatePublishingSettings: operation(tag, 'publishing:channels', {
    method: 'PATCH',
    path: '/publishing/settings',
    summary: 'Change it',
  })
    .input(
      z.object({
        missed: z.enum(['hold', 'send-late']).optional(),
        lateMinutesMax: z
          .number()
          .int()
          .min(1)
          .max(7 * 24 * 60)
          .optional(),
      }),
    )
    .output(z.object({ missed: z.enum(['hold', 'send-late']), lateMinutesMax: z.number().int() })),

  /** Channels that carry an article now; content asks before it trashes. */
  publishedChannels: innerOperation({ repeatable: true })
    .input(z.object({ articleId: ArticleId }))
    .output(z.array(z.object({ channelId: ChannelId, name: z.string() }))),
  /**
   * After a restore, in all workspaces: what was being sent, waits for another attempt, or has fallen due goes on hold until a
   * person releases it; what is planned for later stays planned. `since`: when the backup was made; a machine whose clock
   * lags behind it counts as due what fell due until then. `held`: how many are on hold now. Only a service may ask, in no
   * workspace's name.
   */
  holdOpen: innerOperation({ repeatable: true })
    .input(z.object({ since: Instant }))
    .output(z.object({ held: z.number().int() })),
}

const fact = z.object({
  deliveryId: DeliveryId,
  articleId: ArticleId,
  editionId: EditionId,
  channelId: ChannelId,
  network: Network,
  state: DeliveryState,
})
export const publishingEvents = {
  'publishing.delivery-planned': fact.extend({ dueAt: Instant }),
  'publishing.delivery-moved': fact.extend({ dueAt: Instant }),
  'publishing.delivery-cancelled': fact,
  'publishing.delivery-published': fact.extend({ url: z.string().nullable(), title: z.string(), language: Language }),
  'publishing.delivery-failed': fact.extend({ code: z.string() }),
  'publishing.delivery-missed': fact,
  'publishing.delivery-released': fact,
  'publishing.edition-unpublished': fact,
  'publishing.channel-changed': z.object({ channelId: ChannelId, state: z.string() }),
}
