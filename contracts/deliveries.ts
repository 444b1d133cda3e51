/** A delivery as everybody sees it: its life, its attempts, and when it goes out. */
import { z } from 'zod'
import { DeliveryApproval } from './approvals.ts'
import { Network } from './networks.ts'
import {
  ArticleId,
  ChannelId,
  Day,
  DeliveryId,
  EditionId,
  Instant,
  Language,
  SeriesId,
  SnapshotId,
  VersionId,
  WallTime,
  Zone,
} from './vocabulary.ts'

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
  'needs-human',
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
  /** `waiting`: nothing has left; it goes out when the network lets this account post again. */
  outcome: z.enum(['running', 'waiting', 'accepted', 'refused', 'failed', 'unknown']),
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
  /** As the network calls it: a handle, the name of a site or room; null for what is not an account. */
  channelAccount: z.string().nullable(),
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
  approval: DeliveryApproval,
  /** Whether the network was seen to have what it accepted, and when; null where it cannot be asked, or nothing is live. */
  verification: z
    .object({ state: z.enum(['pending', 'verified', 'gone', 'unknown']), at: Instant.nullable() })
    .nullable(),
  /** The series that made it, for which of its days; `isDetached`: a person moved or cancelled this one alone, and it stays so. */
  series: z.object({ id: SeriesId, day: Day, isDetached: z.boolean() }).nullable(),
  /** The text changed after this was frozen; what goes out is the frozen one. */
  isOutdated: z.boolean(),
  revision: z.number().int(),
  createdAt: Instant,
  createdBy: z.string(),
  createdByName: z.string().nullable(),
})
export type Delivery = z.infer<typeof Delivery>

/**
 * Now, or at a wall-clock time in a zone, or in the channel's next free slot. A time that exists twice needs `pick`; one that does not
 * exist is moved only if `pick` says which way.
 */
export const When = z.union([
  z.object({ now: z.literal(true) }),
  z.object({ slot: z.literal('next') }),
  z.object({ wallTime: WallTime, zone: Zone, pick: z.enum(['earlier', 'later']).optional() }),
])
export type When = z.infer<typeof When>
