/**
 * Words that all services share: ids, instants, zones, languages, paging, refusals.
 * Nothing here knows a service.
 */
import { z } from 'zod'

/** UUID v7 in lower case. Each kind of id is its own type, so an ArticleId is never taken for an EditionId. */
const id = <Name extends string>(name: Name) =>
  z
    .uuid()
    .refine((value) => value === value.toLowerCase(), 'lower case')
    .brand<Name>()
    .describe(`${name} (UUID)`)

export const WorkspaceId = id('WorkspaceId')
export const UserId = id('UserId')
export const ArticleId = id('ArticleId')
export const EditionId = id('EditionId')
export const VersionId = id('VersionId')
export const MediaId = id('MediaId')
export const TermId = id('TermId')
export const TemplateId = id('TemplateId')
export const ImportId = id('ImportId')
export const ChannelId = id('ChannelId')
export const DeliveryId = id('DeliveryId')
export const SnapshotId = id('SnapshotId')
export const KeyId = id('KeyId')
export const InvitationId = id('InvitationId')
export const PreviewLinkId = id('PreviewLinkId')
export const JobId = id('JobId')
export const ApprovalId = id('ApprovalId')
export const ApproverId = id('ApproverId')
export const SeriesId = id('SeriesId')
export const CampaignId = id('CampaignId')
export const CalendarViewId = id('CalendarViewId')
export const CalendarLinkId = id('CalendarLinkId')
export const CalendarImportId = id('CalendarImportId')
export type WorkspaceId = z.infer<typeof WorkspaceId>
export type UserId = z.infer<typeof UserId>
export type ArticleId = z.infer<typeof ArticleId>
export type EditionId = z.infer<typeof EditionId>
export type VersionId = z.infer<typeof VersionId>
export type MediaId = z.infer<typeof MediaId>
export type TermId = z.infer<typeof TermId>
export type TemplateId = z.infer<typeof TemplateId>
export type ImportId = z.infer<typeof ImportId>
export type ChannelId = z.infer<typeof ChannelId>
export type DeliveryId = z.infer<typeof DeliveryId>
export type SnapshotId = z.infer<typeof SnapshotId>
export type KeyId = z.infer<typeof KeyId>
export type InvitationId = z.infer<typeof InvitationId>
export type PreviewLinkId = z.infer<typeof PreviewLinkId>
export type JobId = z.infer<typeof JobId>
export type ApprovalId = z.infer<typeof ApprovalId>
export type ApproverId = z.infer<typeof ApproverId>
export type SeriesId = z.infer<typeof SeriesId>
export type CampaignId = z.infer<typeof CampaignId>
export type CalendarViewId = z.infer<typeof CalendarViewId>
export type CalendarLinkId = z.infer<typeof CalendarLinkId>
export type CalendarImportId = z.infer<typeof CalendarImportId>

/** An instant in UTC, ISO 8601 with `Z` and milliseconds: `2027-03-28T07:00:00.000Z`. */
export const Instant = z.iso.datetime({ precision: 3 }).describe('instant, UTC')
export type Instant = z.infer<typeof Instant>

/** A reading of a clock on a wall, without zone: `2027-03-28T09:00`. Means nothing without a {@link Zone}. */
export const WallTime = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/)
  .describe('wall-clock time without zone')
export type WallTime = z.infer<typeof WallTime>

/** A calendar day: `2027-03-28`. */
export const Day = z.iso.date()
export type Day = z.infer<typeof Day>

/** Asking the runtime costs as much as a small query, and every delivery names its zone. There are some 600 names; spellings differ in case. */
const knownZones = new Set<string>()
const knownZonesMax = 2_000

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
  } catch {
    return false
  }
  if (!/^[A-Za-z]/.test(name)) return false
  if (knownZones.size < knownZonesMax) knownZones.add(name)
  return true
}

/** An IANA time zone this runtime knows, e.g. `Europe/Warsaw`. */
export const Zone = z
  .string()
  .min(1)
  .max(64)
  .refine((name) => knownZones.has(name) || isZone(name), 'unknown time zone')
export type Zone = z.infer<typeof Zone>

/** A content language: BCP 47, language with optional region, e.g. `pl`, `en`, `pt-BR`. */
export const Language = z
  .string()
  .regex(/^[a-z]{2,3}(-[A-Z]{2})?$/)
  .describe('BCP 47 language')
export type Language = z.infer<typeof Language>

/** The languages the product itself speaks. */
export const Locale = z.enum(['pl', 'en'])
export type Locale = z.infer<typeof Locale>

/**
 * Characters that change how neighbouring text reads or compare equal to nothing: C0/C1 controls (tab and line feeds are
 * allowed in running text), lone surrogates, bidirectional overrides and isolates, zero-width characters other than the joiners.
 */
const unprintable =
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u200B\u200E\u200F\u202A-\u202E\u2060\u2066-\u2069\uFEFF\uFFFE\uFFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/u
const lone = /[\uD800-\uDFFF]/u

/** Text free of invisible direction changes, zero-width and control characters and lone surrogates. Trimmed. `max` counts UTF-16 units. */
export const cleanText = (max: number, min = 0) =>
  z
    .string()
    .trim()
    .min(min)
    .max(max)
    .refine((text) => !unprintable.test(text) && !lone.test(text), 'invisible or broken characters')

/** One line of clean text: a title, a name. */
export const line = (max: number, min = 1) =>
  cleanText(max, min).refine((text) => !/[\r\n\t]/.test(text), 'one line only')

/** A piece of an address: lower-case ASCII letters, digits and single hyphens, 1–120 characters. */
export const Slug = z
  .string()
  .max(120)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
  .describe('slug')
export type Slug = z.infer<typeof Slug>

/** An absolute http(s) address, at most 2,048 characters. */
export const WebAddress = z.url({ protocol: /^https?$/, hostname: /./ }).max(2048)
export type WebAddress = z.infer<typeof WebAddress>

/** Page of a list: newest first unless the operation says otherwise. `limit` ≤ 100, `offset` ≤ 100,000. */
export const Paging = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(25),
  offset: z.coerce.number().int().min(0).max(100_000).default(0),
})
export type Paging = z.infer<typeof Paging>

/** A page and how many there are in all. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), total: z.number().int().min(0) })
export type PageOf<Item> = { items: Item[]; total: number }

/** What a person or key may do. `service:verb`. Roles are sets of these, see `contracts/identity.ts`. */
export const Permission = z.enum([
  'content:read',
  'content:write',
  'content:delete',
  'content:import',
  'media:write',
  'publishing:read',
  'publishing:plan',
  'publishing:approve',
  'publishing:channels',
  'site:settings',
  'analytics:read',
  'members:read',
  'members:manage',
  'keys:manage',
  'workspace:manage',
  'audit:read',
])
export type Permission = z.infer<typeof Permission>

/**
 * Refusals that any operation may give. A refusal is expected: a stable code, the HTTP status beside it, and `data` for
 * the text a person reads (`web/words` and `docs/failures.md` hold one entry per code).
 */
export const commonRefusals = {
  'invalid-input': {
    status: 400,
    data: z.object({ issues: z.array(z.object({ path: z.string(), problem: z.string() })).max(50) }),
  },
  'not-signed-in': { status: 401 },
  'not-allowed': { status: 403, data: z.object({ needs: z.string().optional() }).optional() },
  'not-found': { status: 404, data: z.object({ what: z.string().optional() }).optional() },
  'too-large': { status: 413, data: z.object({ limitBytes: z.number().optional() }).optional() },
  'too-many-requests': { status: 429, data: z.object({ retryAfterSeconds: z.number() }).optional() },
  unavailable: { status: 503 },
  /** Nothing of what was asked was kept. */
  'storage-full': { status: 507 },
  internal: { status: 500, data: z.object({ requestId: z.string().optional() }).optional() },
} as const
