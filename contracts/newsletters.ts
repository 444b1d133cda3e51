/** Newsletters: who reads one, who got an issue of it, and how an issue looks as mail. The channel itself is in channels.ts. */
import { z } from 'zod'
import { Email } from './identity.ts'
import { operation } from './operation.ts'
import {
  ChannelId,
  cleanText,
  DeliveryId,
  EditionId,
  Instant,
  line,
  Locale,
  pageOf,
  Paging,
  UserId,
} from './vocabulary.ts'

export const SubscriberId = z.uuid().describe('SubscriberId (UUID)')
/** `pending`: the link in the confirmation letter was not opened yet. Only `confirmed` ones get issues. */
export const SubscriberState = z.enum(['pending', 'confirmed', 'unsubscribed', 'bounced', 'complained'])
export type SubscriberState = z.infer<typeof SubscriberState>

export const Subscriber = z.object({
  id: SubscriberId,
  email: z.string(),
  state: SubscriberState,
  /** Of the letters and pages around the issues. */
  locale: Locale,
  source: z.enum(['form', 'person', 'import']),
  askedAt: Instant,
  /** Who entered the address: a UserId, `key:<KeyId>`, or `reader`. */
  askedBy: z.union([UserId, z.string()]),
  /** What a person declared of their consent when they entered it as confirmed. */
  declaration: z.string().nullable(),
  confirmedAt: Instant.nullable(),
  endedAt: Instant.nullable(),
})
export type Subscriber = z.infer<typeof Subscriber>

const counts = <Name extends string>(names: readonly Name[]) => z.record(z.enum(names), z.number().int().min(0))

export const Newsletter = z.object({
  channelId: ChannelId,
  senderName: z.string(),
  sender: z.string(),
  replyTo: z.string().nullable(),
  language: Locale,
  /** Who sends it and where they are, at the foot of each letter. */
  imprint: z.string(),
  /** Letters that leave in a second, at most. */
  perSecond: z.number().int(),
  /** It has a mail server of its own; else the operator's is used. */
  hasOwnServer: z.boolean(),
  /** There is a server to send with. */
  isMailReady: z.boolean(),
  /** Bounces and complaints come back by themselves. */
  hearsBounces: z.boolean(),
  subscribers: counts(SubscriberState.options),
  /** Where people subscribe, and the form for a page of one's own. */
  formUrl: z.string(),
  formHtml: z.string(),
})
export type Newsletter = z.infer<typeof Newsletter>

/**
 * Of one person and one issue. `armed`: on its way right now. `deferred`: not taken yet, tried again. `unknown`: it went out and no
 * answer came; it is not sent again unless a person says so. `dropped`: it was not sent, because they left before or somebody
 * stopped the issue.
 */
export const RecipientState = z.enum(['waiting', 'armed', 'accepted', 'deferred', 'refused', 'unknown', 'dropped'])
export type RecipientState = z.infer<typeof RecipientState>

export const Recipient = z.object({
  subscriberId: SubscriberId,
  /** Null: it was erased. */
  email: z.string().nullable(),
  state: RecipientState,
  attempts: z.number().int(),
  armedAt: Instant.nullable(),
  nextAttemptAt: Instant.nullable(),
  messageId: z.string().nullable(),
  /** What became of it: a stable code, and words for it. */
  code: z.string().nullable(),
  text: z.string().nullable(),
  answer: z.string().nullable().describe('what the mail server said'),
})
export type Recipient = z.infer<typeof Recipient>

export const Mailing = z.object({
  begunAt: Instant,
  recipients: counts(RecipientState.options),
  /** Of the unknown ones, those that nobody has decided about. */
  undecided: z.number().int(),
  nextAttemptAt: Instant.nullable(),
})
export type Mailing = z.infer<typeof Mailing>

const tag = 'Newsletters'
const channel = z.object({ channelId: ChannelId })
const delivery = z.object({ id: DeliveryId })
const place = z.object({ editionId: EditionId, channelId: ChannelId })
const notOne = { 'not-a-newsletter': { status: 409 } } as const
const tooMany = { 'too-many-subscribers': { status: 409, data: z.object({ max: z.number().int() }) } } as const
const csvCharactersMax = 1_000_000
/** What a person says of addresses that they enter as confirmed: where and how these people agreed. */
const Declaration = cleanText(500, 10)

const settings = {
  getNewsletter: operation(tag, 'publishing:read', {
    method: 'GET',
    path: '/channels/{channelId}/newsletter',
    summary: 'A newsletter: its sender, how many read it, and the form to subscribe',
  })
    .errors(notOne)
    .input(channel)
    .output(Newsletter),
  updateNewsletter: operation(tag, 'publishing:channels', {
    method: 'PATCH',
    path: '/channels/{channelId}/newsletter',
    summary: 'Change its sender, its imprint, how fast it goes out, or its mail server',
  })
    .errors({
      ...notOne,
      'connection-refused': { status: 422, data: z.object({ code: z.string(), text: z.string() }) },
    })
    .input(
      channel.extend({
        senderName: line(80).optional(),
        sender: Email.optional(),
        replyTo: Email.nullable().optional(),
        language: Locale.optional(),
        imprint: line(300, 3).optional(),
        perSecond: z.number().int().min(1).max(500).optional(),
        /** `smtp://user:password@host:587`; null: the operator's. */
        server: z.string().trim().max(1_000).nullable().optional(),
      }),
    )
    .output(Newsletter),
}

const readers = {
  listSubscribers: operation(tag, 'publishing:channels', {
    method: 'GET',
    path: '/channels/{channelId}/subscribers',
    summary: 'Who reads a newsletter, the newest first',
  })
    .errors(notOne)
    .input(Paging.extend({ channelId: ChannelId, state: SubscriberState.optional(), search: line(100).optional() }))
    .output(pageOf(Subscriber)),
  addSubscriber: operation(tag, 'publishing:channels', {
    method: 'POST',
    path: '/channels/{channelId}/subscribers',
    summary: 'Enter one address: it gets a letter to confirm, or counts as confirmed by what you declare',
    successStatus: 201,
  })
    .errors({ ...notOne, ...tooMany, 'already-subscribed': { status: 409 }, 'has-left': { status: 409 } })
    .input(channel.extend({ email: Email, locale: Locale.optional(), declaration: Declaration.optional() }))
    .output(Subscriber),
  /** Addresses that left, bounced or were erased are skipped, however often they stand in a file. */
  importSubscribers: operation(tag, 'publishing:channels', {
    method: 'POST',
    path: '/channels/{channelId}/subscribers/import',
    summary:
      'Enter addresses from lines of CSV (address, language): each gets a letter to confirm, or counts as confirmed',
  })
    .errors({ ...notOne, ...tooMany })
    .input(
      channel.extend({
        csv: z.string().min(1).max(csvCharactersMax),
        locale: Locale.optional(),
        declaration: Declaration.optional(),
      }),
    )
    .output(
      z.object({
        added: z.number().int(),
        /** They read it already, or wait for their confirmation. */
        known: z.number().int(),
        /** They left, or their address did not work. */
        skipped: z.number().int(),
        invalid: z.number().int(),
        /** The first of those that are no addresses. */
        invalidLines: z.array(z.object({ line: z.number().int(), text: z.string() })).max(20),
      }),
    ),
  removeSubscriber: operation(
    tag,
    'publishing:channels',
    {
      method: 'DELETE',
      path: '/channels/{channelId}/subscribers/{subscriberId}',
      summary: 'Erase an address; a keyed hash stays, so that it is not imported again by mistake',
    },
    { repeatable: true },
  )
    .errors(notOne)
    .input(channel.extend({ subscriberId: SubscriberId }))
    .output(z.object({})),
  /** At most 10,000 a page; `next` is the `after` of the next page. */
  exportSubscribers: operation(tag, 'publishing:channels', {
    method: 'GET',
    path: '/channels/{channelId}/subscribers/export',
    summary: 'All subscribers as CSV, page by page',
  })
    .errors(notOne)
    .input(channel.extend({ after: SubscriberId.optional() }))
    .output(z.object({ csv: z.string(), next: SubscriberId.nullable() })),
}

const issues = {
  getMailing: operation(tag, 'publishing:read', {
    method: 'GET',
    path: '/deliveries/{id}/mailing',
    summary: 'How an issue of a newsletter is going out; null before its first letter',
  })
    .errors(notOne)
    .input(delivery)
    .output(Mailing.nullable()),
  listRecipients: operation(tag, 'publishing:channels', {
    method: 'GET',
    path: '/deliveries/{id}/recipients',
    summary: 'Who got an issue and who did not',
  })
    .errors(notOne)
    .input(Paging.extend({ id: DeliveryId, state: RecipientState.optional() }))
    .output(pageOf(Recipient)),
  /** For `unknown` ones: send it again, although they may have it; or leave it at that. */
  decideRecipient: operation(tag, 'publishing:plan', {
    method: 'POST',
    path: '/deliveries/{id}/recipients/{subscriberId}/decision',
    summary: 'Send an issue again to somebody of whom nobody knows whether they have it, or leave it',
  })
    .errors({
      ...notOne,
      'recipient-settled': { status: 409, data: z.object({ state: RecipientState }) },
      'channel-not-ready': { status: 409, data: z.object({ state: z.string() }) },
      'mail-refused': { status: 422, data: z.object({ text: z.string() }) },
    })
    .input(delivery.extend({ subscriberId: SubscriberId, decision: z.enum(['send-again', 'leave']) }))
    .output(Recipient),
  stopMailing: operation(
    tag,
    'publishing:plan',
    {
      method: 'POST',
      path: '/deliveries/{id}/mailing/stop',
      summary: 'Stop an issue: whoever does not have it yet does not get it',
    },
    { repeatable: true },
  )
    .errors(notOne)
    .input(delivery)
    .output(Mailing.nullable()),
  previewNewsletter: operation(tag, 'publishing:read', {
    method: 'GET',
    path: '/editions/{editionId}/newsletters/{channelId}',
    summary: 'An edition as the mail it would be now',
  })
    .errors({ ...notOne, 'nothing-to-publish': { status: 409 } })
    .input(place)
    .output(
      z.object({ from: z.string(), subject: z.string(), preheader: z.string(), html: z.string(), text: z.string() }),
    ),
  sendTestLetter: operation(tag, 'publishing:plan', {
    method: 'POST',
    path: '/editions/{editionId}/newsletters/{channelId}/test',
    summary: 'Send that mail to yourself',
  })
    .errors({
      ...notOne,
      'nothing-to-publish': { status: 409 },
      'mail-refused': { status: 422, data: z.object({ text: z.string() }) },
    })
    .input(place)
    .output(z.object({ to: z.string() })),
}

export const newsletterOperations = { ...settings, ...readers, ...issues }
