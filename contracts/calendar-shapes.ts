/** Shapes of the calendar: what it filters by, slots, series, campaigns, views, links, imports. */
import { z } from 'zod'
import { Delivery, DeliveryState } from './deliveries.ts'
import { Network, PostProblem } from './networks.ts'
import {
  ArticleId,
  CalendarImportId,
  CalendarLinkId,
  CalendarViewId,
  CampaignId,
  ChannelId,
  cleanText,
  Day,
  DeliveryId,
  EditionId,
  Instant,
  Language,
  line,
  SeriesId,
  UserId,
  WallTime,
  Zone,
} from './vocabulary.ts'

/** Several of a kind; in an address they stand behind each other, with commas. */
function severalOf<Item extends z.ZodType<string>>(item: Item, max: number) {
  const list = z.array(item).max(max)
  const written = z
    .string()
    .max(max * 40)
    .transform((text) => text.split(',').filter((one) => one !== ''))
    .pipe(list as z.ZodType<z.output<Item>[], string[]>) // what an item may be is only known when it is looked at
  return z.union([list, written]).default([])
}

/** What stays of the calendar. Of one kind one has to match, of all kinds each; an empty list asks nothing. */
export const CalendarFilters = z.object({
  channels: severalOf(ChannelId, 100),
  networks: severalOf(Network, 20),
  /** Left empty: all but `cancelled`. */
  states: severalOf(DeliveryState, 20),
  languages: severalOf(Language, 20),
  campaigns: severalOf(CampaignId, 20),
  /** Who planned it: a person. */
  authors: severalOf(UserId, 100),
  /** Words that all stand in its title, in any case. */
  text: cleanText(200).default(''),
})
export type CalendarFilters = z.infer<typeof CalendarFilters>

export const CalendarItem = Delivery.extend({
  campaignIds: z.array(CampaignId),
  /** The article goes out no earlier. */
  embargoUntil: Instant.nullable(),
})
export type CalendarItem = z.infer<typeof CalendarItem>

/** `2027-03-28T09:00` and its zone; `pick` where the reading comes twice or never. */
export const WallMoment = z.object({
  wallTime: WallTime,
  zone: Zone,
  pick: z.enum(['earlier', 'later']).nullable().default(null),
})
export type WallMoment = z.infer<typeof WallMoment>

/** A wall clock's hour and minute: `09:00`. */
export const TimeOfDay = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
  .describe('hour and minute of a wall clock')
export type TimeOfDay = z.infer<typeof TimeOfDay>

/** As ISO 8601 counts: 1 is Monday, 7 is Sunday. */
export const Weekday = z.number().int().min(1).max(7)
export type Weekday = z.infer<typeof Weekday>

/** What to do on a day on which the reading comes twice or never. `skip`: nothing goes out on that day. */
export const ClockPick = z.enum(['earlier', 'later', 'skip'])
export type ClockPick = z.infer<typeof ClockPick>

/** A day on which the clocks make a reading come twice or never: asked about before it is kept. */
export const UnclearTime = z.object({
  weekday: Weekday,
  time: TimeOfDay,
  exists: z.enum(['never', 'twice']),
  /** The first such day. */
  day: Day,
  earlier: Instant,
  later: Instant,
})
export type UnclearTime = z.infer<typeof UnclearTime>

/** Days that are left out: Polish public holidays, and Sundays on which shops are closed. */
export const SkippedDays = z.object({ holidays: z.boolean(), closedSundays: z.boolean() })
export type SkippedDays = z.infer<typeof SkippedDays>

export const Slot = z.object({ weekday: Weekday, time: TimeOfDay, pick: ClockPick.nullable().default(null) })
export type Slot = z.infer<typeof Slot>

export const ChannelSlots = z.object({
  channelId: ChannelId,
  /** Null: the workspace's. */
  ownZone: Zone.nullable(),
  zone: Zone,
  /** Monday first, early first. */
  slots: z.array(Slot),
  skip: SkippedDays,
  /** 0 before they were ever set. */
  revision: z.number().int(),
})
export type ChannelSlots = z.infer<typeof ChannelSlots>

/** `holiday`, `closed-sunday`: left out as the slots say. `no-such-time`: the clocks leave it out that day, and so do the slots. */
export const SlotReason = z.enum(['taken', 'holiday', 'closed-sunday', 'no-such-time', 'blackout'])
export type SlotReason = z.infer<typeof SlotReason>

export const SlotMoment = z.object({
  day: Day,
  wallTime: WallTime,
  zone: Zone,
  /** Where the clocks change: which of the two instants it is. */
  pick: z.enum(['earlier', 'later']).nullable(),
  /** Null: it does not come on that day. */
  dueAt: Instant.nullable(),
  isFree: z.boolean(),
  reason: SlotReason.nullable(),
  /** What has taken it. */
  deliveryId: DeliveryId.nullable(),
  holiday: z.object({ en: z.string(), pl: z.string() }).nullable(),
})
export type SlotMoment = z.infer<typeof SlotMoment>

/** On which days; the first of them is the first one that fits on or after `firstDay`. Weeks begin on Monday. */
export const Recurrence = z.discriminatedUnion('every', [
  z.object({ every: z.literal('days'), interval: z.number().int().min(1).max(365) }),
  z.object({
    every: z.literal('weeks'),
    interval: z.number().int().min(1).max(52),
    weekdays: z.array(Weekday).min(1).max(7),
  }),
  z.object({
    every: z.literal('months'),
    interval: z.number().int().min(1).max(24),
    on: z.union([
      /** -1: the last day. Months without such a day are left out. */
      z.object({ day: z.union([z.number().int().min(1).max(31), z.literal(-1)]) }),
      /** -1: the last one of the month. */
      z.object({ nth: z.union([z.number().int().min(1).max(4), z.literal(-1)]), weekday: Weekday }),
    ]),
  }),
])
export type Recurrence = z.infer<typeof Recurrence>

export const SeriesPlan = z.object({
  recurrence: Recurrence,
  firstDay: Day,
  time: TimeOfDay,
  zone: Zone,
  pick: ClockPick.nullable().default(null),
  end: z.union([z.object({ until: Day }), z.object({ count: z.number().int().min(1).max(366) })]),
  skip: SkippedDays.default({ holidays: false, closedSundays: false }),
  /** Of a day that is left out: nothing, or the next day from Monday to Friday that is no holiday. */
  instead: z.enum(['nothing', 'next-workday']).default('nothing'),
})
export type SeriesPlan = z.infer<typeof SeriesPlan>

/**
 * `no-such-day`: the month has no 31st. `no-such-time`: the clocks leave the hour out that day. `same-day`: what was put off fell onto
 * a day that has one already. `past`: before now.
 */
export const OccurrenceReason = z.enum([
  'holiday',
  'closed-sunday',
  'no-such-day',
  'no-such-time',
  'same-day',
  'past',
  'blackout',
  'embargo',
])
export type OccurrenceReason = z.infer<typeof OccurrenceReason>

export const Occurrence = z.object({
  /** As the recurrence says; what a moved one is known by. */
  day: Day,
  outcome: z.enum(['planned', 'moved', 'skipped']),
  /** Why it was moved or skipped. */
  reason: OccurrenceReason.nullable(),
  holiday: z.object({ en: z.string(), pl: z.string() }).nullable(),
  wallTime: WallTime.nullable(),
  pick: z.enum(['earlier', 'later']).nullable(),
  dueAt: Instant.nullable(),
})
export type Occurrence = z.infer<typeof Occurrence>

/** `repeats-text`: the network refuses or hides a text it had lately. */
export const SeriesWarning = z.enum(['repeats-text'])

export const Series = SeriesPlan.extend({
  id: SeriesId,
  state: z.enum(['active', 'ended']),
  articleId: ArticleId,
  editionId: EditionId,
  title: z.string(),
  language: Language,
  channelId: ChannelId,
  channelName: z.string(),
  network: Network,
  /** Deliveries it has made, and when the next one is due. */
  made: z.number().int(),
  nextDueAt: Instant.nullable(),
  /** Why the next delivery could not be made; tried again every hour. */
  problem: z.object({ code: z.string(), text: z.string(), day: Day }).nullable(),
  revision: z.number().int(),
  createdAt: Instant,
  createdBy: z.string(),
  createdByName: z.string().nullable(),
})
export type Series = z.infer<typeof Series>

export const CampaignColour = z.enum(['river', 'moss', 'amber', 'plum', 'clay'])
export type CampaignColour = z.infer<typeof CampaignColour>
export const Campaign = z.object({
  id: CampaignId,
  name: line(120),
  firstDay: Day,
  lastDay: Day,
  colour: CampaignColour,
  note: cleanText(2_000),
  articles: z.number().int(),
  revision: z.number().int(),
  createdAt: Instant,
  createdBy: z.string(),
})
export type Campaign = z.infer<typeof Campaign>

/** What planning knows of an article. */
export const ArticlePlanning = z.object({
  articleId: ArticleId,
  campaignIds: z.array(CampaignId),
  embargo: WallMoment.extend({ until: Instant }).nullable(),
})
export type ArticlePlanning = z.infer<typeof ArticlePlanning>

export const Blackout = z.object({
  name: line(120),
  /** Both ends included, on the wall clocks of the workspace's zone. */
  from: WallTime,
  until: WallTime,
})
export type Blackout = z.infer<typeof Blackout>
export const CalendarSettings = z.object({
  /** Two on one channel closer than this are warned about; 0: never. */
  spacingMinutes: z
    .number()
    .int()
    .min(0)
    .max(24 * 60),
  /** Spans of time in which nothing is planned. */
  blackouts: z.array(Blackout).max(50),
})
export type CalendarSettings = z.infer<typeof CalendarSettings>

/**
 * What stands against a time. `refused`: planning it is refused. `warning`: it can be planned, and something is likely to go wrong.
 * `note`: good to know.
 */
export const Conflict = z.object({
  code: z.enum([
    'past',
    'time-does-not-exist',
    'time-exists-twice',
    'embargoed',
    'blackout',
    'too-close',
    'needs-approval',
    'outside-approval',
    'post-does-not-fit',
    'nothing-to-publish',
    'in-trash',
    'channel-not-ready',
    'already-planned',
    'holiday',
    'closed-sunday',
  ]),
  weight: z.enum(['refused', 'warning', 'note']),
  /** Of `too-close` and `already-planned`. */
  deliveryId: DeliveryId.nullable(),
  /** Of `too-close`: how far apart they would be. */
  minutes: z.number().int().nullable(),
  /** Of `embargoed`, and the end of a `blackout`; the earlier instant of an unclear time. */
  at: Instant.nullable(),
  /** The other instant of an unclear time. */
  later: Instant.nullable(),
  /** Of a `holiday` in both languages, or of a `blackout` in both the same. */
  name: z.object({ en: z.string(), pl: z.string() }).nullable(),
  /** Of `post-does-not-fit`. */
  problems: z.array(PostProblem),
})
export type Conflict = z.infer<typeof Conflict>

export const CalendarLayout = z.enum(['month', 'week', 'day', 'list', 'board'])
export type CalendarLayout = z.infer<typeof CalendarLayout>
export const CalendarView = z.object({
  id: CalendarViewId,
  name: line(80),
  layout: CalendarLayout.nullable(),
  filters: CalendarFilters,
  /** Everybody in the workspace sees it; who made it changes it. */
  isShared: z.boolean(),
  isMine: z.boolean(),
  revision: z.number().int(),
  createdBy: z.string(),
  createdByName: z.string().nullable(),
})
export type CalendarView = z.infer<typeof CalendarView>

export const CalendarLink = z.object({
  id: CalendarLinkId,
  /** `page`: a page to read. `feed`: an iCal feed for calendar programs. */
  kind: z.enum(['page', 'feed']),
  name: line(80),
  filters: CalendarFilters,
  zone: Zone,
  /** Whether what is not out yet says its title. */
  showsTitles: z.boolean(),
  expiresAt: Instant.nullable(),
  lastOpenedAt: Instant.nullable(),
  createdAt: Instant,
  createdBy: z.string(),
  createdByName: z.string().nullable(),
})
export type CalendarLink = z.infer<typeof CalendarLink>

/** What a reader of a link sees of a delivery. */
export const SharedItem = z.object({
  id: DeliveryId,
  /** Null: it is not out yet, and the link does not tell. */
  title: z.string().nullable(),
  state: DeliveryState,
  channelName: z.string(),
  network: Network,
  language: Language,
  wallTime: WallTime.nullable(),
  zone: Zone.nullable(),
  dueAt: Instant,
  url: z.string().nullable(),
})
export type SharedItem = z.infer<typeof SharedItem>

/** An article that goes nowhere yet: the column beside the calendar. */
export const BacklogItem = z.object({
  articleId: ArticleId,
  editionId: EditionId,
  title: z.string(),
  language: Language,
  status: z.string(),
  updatedAt: Instant,
  campaignIds: z.array(CampaignId),
  embargoUntil: Instant.nullable(),
})
export type BacklogItem = z.infer<typeof BacklogItem>

/** What a column of a file can be. `key`: the file's own name of a row; two files with the same key mean the same article. */
export const ImportField = z.enum([
  'key',
  'title',
  'lead',
  'text',
  'language',
  'channel',
  'date',
  'time',
  'zone',
  'tags',
  'categories',
  'campaign',
  'status',
])
export type ImportField = z.infer<typeof ImportField>
/** Which column of the file is what, counted from 0. */
export const ImportMapping = z.partialRecord(ImportField, z.number().int().min(0).max(199))
export type ImportMapping = z.infer<typeof ImportMapping>
export const ImportRow = z.object({
  /** In the file, counted from 1; a row may go over several. */
  line: z.number().int(),
  title: z.string(),
  channelName: z.string().nullable(),
  wallTime: WallTime.nullable(),
  zone: Zone.nullable(),
  /** `made`: an idea, and a plan where a channel and a time are given. `unchanged`: an earlier file made it. */
  outcome: z.enum(['made', 'unchanged', 'refused']),
  isPlanned: z.boolean(),
  code: z.string().nullable(),
  text: z.string().nullable(),
  articleId: ArticleId.nullable(),
  deliveryId: DeliveryId.nullable(),
})
export type ImportRow = z.infer<typeof ImportRow>
export const ImportCounts = z.object({ made: z.number().int(), unchanged: z.number().int(), refused: z.number().int() })
export const CalendarImport = z.object({
  id: CalendarImportId,
  name: z.string(),
  state: z.enum(['waiting', 'running', 'done', 'failed', 'cancelled']),
  total: z.number().int(),
  done: z.number().int(),
  counts: ImportCounts,
  createdAt: Instant,
  finishedAt: Instant.nullable(),
  createdBy: z.string(),
})
export type CalendarImport = z.infer<typeof CalendarImport>

/** What several operations ask and refuse. */
export const basedOn = z.number().int().min(0)
export const stale = { 'stale-revision': { status: 409, data: z.object({ current: z.number().int() }) } } as const
export const tooMany = <Code extends string>(code: Code) =>
  ({ [code]: { status: 409, data: z.object({ max: z.number().int() }) } }) as Record<
    Code,
    { status: 409; data: z.ZodObject<{ max: z.ZodNumber }> }
  > // TypeScript makes the key of a computed property a string
export const unclear = {
  'times-unclear': { status: 409, data: z.object({ zone: Zone, times: z.array(UnclearTime).max(100) }) },
} as const
