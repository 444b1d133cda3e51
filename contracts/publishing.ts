/** What goes out: plans, deliveries and their history. Channels are in channels.ts, approvals in approvals.ts, the calendar in calendar.ts. */
import { z } from 'zod'
import { approvalEvents, approvalOperations, DeliveryApproval } from './approvals.ts'
import { calendarEvents, calendarOperations, calendarRefusals, slotRefusals } from './calendar.ts'
import { channelOperations } from './channels.ts'
import { ChecklistItem } from './checklists.ts'
import { Attempt, Delivery, DeliveryState, When } from './deliveries.ts'
import { Network, Post, PostProblem, VariantFields } from './networks.ts'
import { newsletterOperations } from './newsletters.ts'
import { innerOperation, operation } from './operation.ts'
import {
  ArticleId,
  ChannelId,
  DeliveryId,
  EditionId,
  Instant,
  Language,
  pageOf,
  Paging,
  VersionId,
  WebAddress,
  Zone,
} from './vocabulary.ts'

export * from './deliveries.ts'

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

const place = z.object({ editionId: EditionId, channelId: ChannelId })
const postRefusals = { 'not-a-post': { status: 409 }, 'nothing-to-publish': { status: 409 } } as const
/** What the workspace wants of every text, and this one does not have. */
const checklistRefusals = {
  'checklist-open': {
    status: 409,
    data: z.object({ items: z.array(ChecklistItem.pick({ id: true, rule: true, text: true })) }),
  },
} as const
const problemRefusals = {
  'post-does-not-fit': { status: 422, data: z.object({ problems: z.array(PostProblem) }) },
} as const
const Preview = z.object({
  post: Post,
  /** Of each part, and of the first comment after them: how long it is as the network counts, and how long it may be. */
  lengths: z.array(z.object({ length: z.number().int(), max: z.number().int() })),
  problems: z.array(PostProblem),
})
const VariantAnswer = Preview.extend({ fields: VariantFields, revision: z.number().int() })

export const publishing = {
  ...channelOperations,
  ...approvalOperations,
  ...calendarOperations,
  ...newsletterOperations,

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
      ...calendarRefusals,
      ...slotRefusals,
      ...timeRefusals,
      ...channelRefusals,
      ...tooMany,
      'in-trash': { status: 409 },
      'nothing-to-publish': { status: 409 },
      'already-planned': { status: 409, data: z.object({ deliveryId: DeliveryId }) },
      ...problemRefusals,
      ...checklistRefusals,
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
      ...calendarRefusals,
      ...slotRefusals,
      ...timeRefusals,
      ...stateRefusals,
      'stale-revision': { status: 409, data: z.object({ current: z.number().int() }) },
      'in-trash': { status: 409 },
      'nothing-to-publish': { status: 409 },
      ...problemRefusals,
      ...checklistRefusals,
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
      ...calendarRefusals,
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
    .errors({
      ...calendarRefusals,
      ...stateRefusals,
      ...channelRefusals,
      'needs-approval': { status: 409, data: z.object({ state: DeliveryApproval.shape.state }) },
    })
    .input(delivery)
    .output(Delivery),
  /** Nobody can see from here whether it went out; a person has looked. */
  decideDelivery: operation(tag, 'publishing:plan', {
    method: 'POST',
    path: '/deliveries/{id}/decision',
    summary: 'Say what became of a delivery: it is there, or send it again',
  })
    .errors({ ...calendarRefusals, ...stateRefusals, ...channelRefusals })
    .input(
      delivery.extend({
        decision: z.discriminatedUnion('became', [
          z.object({ became: z.literal('posted'), url: WebAddress.nullable() }),
          z.object({ became: z.literal('not-posted') }),
        ]),
      }),
    )
    .output(Delivery),
  unpublish: operation(tag, 'publishing:plan', {
    method: 'POST',
    path: '/editions/{editionId}/unpublish',
    summary: 'Take an edition down from a channel; the site answers 410',
  })
    .errors({
      'not-published': { status: 409 },
      /** What stands there cannot be called back: its `NetworkFacts.removes` says so. */
      'cannot-take-down': { status: 409, data: z.object({ network: Network }) },
      ...channelRefusals,
    })
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
    .output(
      Delivery.extend({
        history: z.array(Attempt),
        /** What was frozen for a network of posts; null for whole texts and removals. */
        post: Post.nullable(),
        /**
         * Of each part of it, and of its first comment after them: whether it is there, and where. `maybe`: it was on its way, and
         * nobody has said what became of it.
         */
        parts: z.array(z.object({ state: z.enum(['waits', 'maybe', 'there']), url: z.string().nullable() })),
      }),
    ),
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
          approval: DeliveryApproval,
        }),
      ),
    ),

  getVariant: operation(tag, 'publishing:read', {
    method: 'GET',
    path: '/editions/{editionId}/variants/{channelId}',
    summary: 'How an edition looks on a channel: what was changed for it, and the post as it would go out now',
  })
    .errors(postRefusals)
    .input(place)
    .output(VariantAnswer),
  saveVariant: operation(tag, 'publishing:plan', {
    method: 'PUT',
    path: '/editions/{editionId}/variants/{channelId}',
    summary: 'Change an edition for one channel; no fields: as the edition says',
  })
    .errors({ ...postRefusals, 'stale-revision': { status: 409, data: z.object({ current: z.number().int() }) } })
    .input(place.extend({ fields: VariantFields, basedOn: z.number().int() }))
    .output(VariantAnswer),
  previewPost: operation(
    tag,
    'publishing:read',
    {
      method: 'POST',
      path: '/editions/{editionId}/variants/{channelId}/preview',
      summary: 'The post as it would go out with these changes; nothing is kept',
    },
    { repeatable: true },
  )
    .errors(postRefusals)
    .input(place.extend({ fields: VariantFields }))
    .output(Preview),

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
  title: z.string(),
  /** Who planned it: a UserId, `key:<KeyId>` or `service:<name>`. */
  createdBy: z.string(),
})
export const publishingEvents = {
  ...approvalEvents,
  ...calendarEvents,
  'publishing.delivery-planned': fact.extend({ dueAt: Instant }),
  'publishing.delivery-moved': fact.extend({ dueAt: Instant }),
  'publishing.delivery-cancelled': fact,
  'publishing.delivery-published': fact.extend({ url: z.string().nullable(), language: Language }),
  /** Whether the network has what it accepted: `gone` when it does not, `unknown` when it does not answer. */
  'publishing.delivery-verified': fact.extend({ verification: z.enum(['verified', 'gone', 'unknown']) }),
  /** `state`: `failed`, or `needs-human` when only a person can see whether it is there. */
  'publishing.delivery-failed': fact.extend({ code: z.string() }),
  'publishing.delivery-missed': fact,
  'publishing.delivery-released': fact,
  'publishing.edition-unpublished': fact,
  'publishing.channel-changed': z.object({
    channelId: ChannelId,
    name: z.string(),
    network: Network,
    state: z.enum(['connected', 'paused', 'attention', 'removed']),
  }),
  /** The network will let us in no longer from `endsAt`, unless a person connects the account again; told some days ahead. */
  'publishing.connection-expiring': z.object({
    channelId: ChannelId,
    name: z.string(),
    network: Network,
    endsAt: Instant,
  }),
}
