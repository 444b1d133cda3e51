/**
 * The calendar: one projection of deliveries that all views share, and what plans by rules: slots, series, campaigns, embargoes, files.
 * Times are readings of a wall clock in a zone; instants are derived from them.
 */
import { z } from 'zod'
import {
  ArticlePlanning,
  basedOn,
  stale,
  tooMany,
  unclear,
  BacklogItem,
  CalendarFilters,
  CalendarImport,
  CalendarItem,
  CalendarLayout,
  CalendarLink,
  CalendarSettings,
  CalendarView,
  Campaign,
  CampaignColour,
  ChannelSlots,
  Conflict,
  ImportCounts,
  ImportMapping,
  ImportRow,
  SharedItem,
  SkippedDays,
  Slot,
  SlotMoment,
  WallMoment,
} from './calendar-shapes.ts'
import { Delivery, DeliveryState } from './deliveries.ts'
import { operation } from './operation.ts'
import { seriesOperations } from './series.ts'
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
  Locale,
  pageOf,
  Paging,
  WallTime,
  Zone,
} from './vocabulary.ts'

export * from './calendar-shapes.ts'

const tag = 'Calendar'
/** What refuses a time for a plan, wherever one is made or moved. */
export const calendarRefusals = {
  embargoed: { status: 409, data: z.object({ until: Instant, wallTime: WallTime, zone: Zone }) },
  blackout: { status: 409, data: z.object({ name: z.string(), from: WallTime, until: WallTime }) },
} as const
export const slotRefusals = { 'no-free-slot': { status: 409 } } as const

/** Whole days of a zone, both included; at most 400. */
const range = z.object({ from: Day, to: Day, zone: Zone })
const projection = range.extend(CalendarFilters.shape)
/** Where the page before ended, as it said. */
const after = z.string().max(100).optional()
const target = z.object({
  /** The plan that would move; else edition and channel of one that would be made. */
  deliveryId: DeliveryId.optional(),
  editionId: EditionId.optional(),
  channelId: ChannelId.optional(),
  when: z.object({ wallTime: WallTime, zone: Zone, pick: z.enum(['earlier', 'later']).optional() }),
})

const items = {
  /** One projection: what goes out between two days, oldest first. Whoever asks on with `next` is given each once, none twice. */
  getCalendar: operation(tag, 'publishing:read', {
    method: 'GET',
    path: '/calendar',
    summary: 'What goes out between two days',
  })
    .input(
      projection.extend({
        /** Only these; `channels` says the same for several. */
        channel: ChannelId.optional(),
        limit: z.coerce.number().int().min(1).max(2_000).default(2_000),
        after,
      }),
    )
    .output(z.object({ items: z.array(CalendarItem), isCut: z.boolean(), next: z.string().nullable() })),
  listBacklog: operation(tag, 'publishing:read', {
    method: 'GET',
    path: '/calendar/backlog',
    summary: 'Articles that go nowhere yet, last changed first',
  })
    .input(
      z.object({
        limit: z.coerce.number().int().min(1).max(100).default(50),
        after,
        language: Language.optional(),
        campaign: CampaignId.optional(),
        text: cleanText(200).default(''),
      }),
    )
    .output(z.object({ items: z.array(BacklogItem), next: z.string().nullable() })),
  checkPlan: operation(
    tag,
    'publishing:read',
    { method: 'POST', path: '/calendar/check', summary: 'What stands against a time; nothing is planned' },
    { repeatable: true },
  )
    .input(target)
    .output(z.object({ dueAt: Instant.nullable(), conflicts: z.array(Conflict) })),
  /** Each by itself, in this order; one that is refused stops none of the others. Moving keeps the wall clock. */
  changeDeliveries: operation(tag, 'publishing:plan', {
    method: 'POST',
    path: '/deliveries/changes',
    summary: 'Move, cancel or restore many plans',
  })
    .input(
      z.object({
        ids: z.array(DeliveryId).min(1).max(100),
        change: z.discriminatedUnion('kind', [
          z.object({
            kind: z.literal('move'),
            days: z.number().int().min(-366).max(366),
            pick: z.enum(['earlier', 'later']).optional(),
          }),
          z.object({ kind: z.literal('cancel') }),
          z.object({ kind: z.literal('restore') }),
        ]),
      }),
    )
    .output(
      z.array(
        z.object({
          id: DeliveryId,
          delivery: Delivery.nullable(),
          /** Where it stood before; what undoes a move. */
          before: z.object({ wallTime: WallTime.nullable(), zone: Zone.nullable(), state: DeliveryState }).nullable(),
          refusal: z.object({ code: z.string(), text: z.string() }).nullable(),
        }),
      ),
    ),
}

const rules = {
  getCalendarSettings: operation(tag, 'publishing:read', {
    method: 'GET',
    path: '/calendar/settings',
    summary: 'How far apart, and when nothing is planned',
  }).output(CalendarSettings),
  updateCalendarSettings: operation(tag, 'publishing:channels', {
    method: 'PATCH',
    path: '/calendar/settings',
    summary: 'Change it; plans that are made already stay',
  })
    .input(CalendarSettings.partial())
    .output(CalendarSettings),

  listSlots: operation(tag, 'publishing:read', {
    method: 'GET',
    path: '/calendar/slots',
    summary: 'Slots of every channel',
  }).output(z.array(ChannelSlots)),
  /** A time that falls into a change of the clocks within ten years needs its `pick`. */
  setSlots: operation(tag, 'publishing:plan', {
    method: 'PUT',
    path: '/channels/{channelId}/slots',
    summary: 'Set all slots of a channel',
  })
    .errors({ ...stale, ...unclear })
    .input(
      z.object({
        channelId: ChannelId,
        /** Null: the workspace's. */
        ownZone: Zone.nullable().default(null),
        slots: z.array(Slot).max(100),
        skip: SkippedDays.default({ holidays: false, closedSundays: false }),
        basedOn,
      }),
    )
    .output(ChannelSlots),
  /** From now on, or from the first moment of a day in the channel's zone. Those that are not free say why. */
  nextSlots: operation(tag, 'publishing:read', {
    method: 'GET',
    path: '/channels/{channelId}/slots/next',
    summary: 'The slots that come next',
  })
    .input(
      z.object({
        channelId: ChannelId,
        from: Day.optional(),
        limit: z.coerce.number().int().min(1).max(100).default(20),
      }),
    )
    .output(z.array(SlotMoment)),

  getArticlePlanning: operation(tag, 'publishing:read', {
    method: 'GET',
    path: '/articles/{articleId}/planning',
    summary: 'Campaigns and embargo of an article',
  })
    .input(z.object({ articleId: ArticleId }))
    .output(ArticlePlanning),
  updateArticlePlanning: operation(tag, 'publishing:plan', {
    method: 'PATCH',
    path: '/articles/{articleId}/planning',
    summary: 'Change the campaigns an article belongs to, or before when it must not go out',
  })
    .errors({
      'planned-before-embargo': { status: 409, data: z.object({ deliveryIds: z.array(DeliveryId) }) },
      'time-does-not-exist': { status: 409, data: z.object({ zone: Zone, earlier: Instant, later: Instant }) },
      'time-exists-twice': { status: 409, data: z.object({ zone: Zone, earlier: Instant, later: Instant }) },
    })
    .input(
      z.object({
        articleId: ArticleId,
        campaignIds: z.array(CampaignId).max(20).optional(),
        embargo: WallMoment.nullable().optional(),
        /** Plans that stand before the embargo: refuse because of them, or cancel them. */
        earlierPlans: z.enum(['refuse', 'cancel']).default('refuse'),
      }),
    )
    .output(ArticlePlanning),
}

const campaignFields = z.object({
  name: line(120),
  firstDay: Day,
  lastDay: Day,
  colour: CampaignColour,
  note: cleanText(2_000).default(''),
})
const campaigns = {
  listCampaigns: operation(tag, 'publishing:read', {
    method: 'GET',
    path: '/calendar/campaigns',
    summary: 'Campaigns, first day first; those that touch a range of days, or all',
  })
    .input(z.object({ from: Day.optional(), to: Day.optional() }))
    .output(z.array(Campaign)),
  createCampaign: operation(
    tag,
    'publishing:plan',
    { method: 'POST', path: '/calendar/campaigns', summary: 'Begin a campaign', successStatus: 201 },
    { once: true },
  )
    .errors(tooMany('too-many-campaigns'))
    .input(campaignFields)
    .output(Campaign),
  updateCampaign: operation(tag, 'publishing:plan', {
    method: 'PATCH',
    path: '/calendar/campaigns/{id}',
    summary: 'Change a campaign',
  })
    .errors(stale)
    .input(campaignFields.partial().extend({ id: CampaignId, note: cleanText(2_000).optional(), basedOn }))
    .output(Campaign),
  removeCampaign: operation(
    tag,
    'publishing:plan',
    { method: 'DELETE', path: '/calendar/campaigns/{id}', summary: 'Remove a campaign; its articles stay' },
    { repeatable: true },
  )
    .input(z.object({ id: CampaignId }))
    .output(z.object({})),
  restoreCampaign: operation(
    tag,
    'publishing:plan',
    { method: 'POST', path: '/calendar/campaigns/{id}/restore', summary: 'Undo the removal of a campaign' },
    { repeatable: true },
  )
    .errors(tooMany('too-many-campaigns'))
    .input(z.object({ id: CampaignId }))
    .output(Campaign),
}

const views = {
  listCalendarViews: operation(tag, 'publishing:read', {
    method: 'GET',
    path: '/calendar/views',
    summary: 'Saved views: one’s own, and those that are shared',
  }).output(z.array(CalendarView)),
  createCalendarView: operation(
    tag,
    'publishing:read',
    { method: 'POST', path: '/calendar/views', summary: 'Save a view', successStatus: 201 },
    { once: true },
  )
    .errors({ 'name-taken': { status: 409 }, ...tooMany('too-many-views') })
    .input(
      z.object({
        name: line(80),
        layout: CalendarLayout.nullable().default(null),
        filters: CalendarFilters,
        isShared: z.boolean().default(false),
      }),
    )
    .output(CalendarView),
  updateCalendarView: operation(tag, 'publishing:read', {
    method: 'PATCH',
    path: '/calendar/views/{id}',
    summary: 'Change one’s own view',
  })
    .errors({ ...stale, 'name-taken': { status: 409 } })
    .input(
      z.object({
        id: CalendarViewId,
        name: line(80).optional(),
        layout: CalendarLayout.nullable().optional(),
        filters: CalendarFilters.optional(),
        isShared: z.boolean().optional(),
        basedOn,
      }),
    )
    .output(CalendarView),
  removeCalendarView: operation(
    tag,
    'publishing:read',
    { method: 'DELETE', path: '/calendar/views/{id}', summary: 'Remove one’s own view' },
    { repeatable: true },
  )
    .input(z.object({ id: CalendarViewId }))
    .output(z.object({})),
}

const links = {
  listCalendarLinks: operation(tag, 'publishing:read', {
    method: 'GET',
    path: '/calendar/links',
    summary: 'Links that show the calendar to people without an account',
  }).output(z.array(CalendarLink)),
  /** The address is answered once, and never again. */
  createCalendarLink: operation(tag, 'publishing:plan', {
    method: 'POST',
    path: '/calendar/links',
    summary: 'Make a link to read, or an iCal feed',
    successStatus: 201,
  })
    .errors(tooMany('too-many-links'))
    .input(
      z.object({
        kind: z.enum(['page', 'feed']),
        name: line(80),
        filters: CalendarFilters,
        zone: Zone,
        showsTitles: z.boolean().default(false),
        expiresAt: Instant.nullable().default(null),
      }),
    )
    .output(CalendarLink.extend({ url: z.string() })),
  revokeCalendarLink: operation(
    tag,
    'publishing:plan',
    { method: 'DELETE', path: '/calendar/links/{id}', summary: 'The link opens nothing any more' },
    { repeatable: true },
  )
    .input(z.object({ id: CalendarLinkId }))
    .output(z.object({})),
  openCalendarLink: operation(tag, 'anyone', {
    method: 'GET',
    path: '/calendar-links/{token}',
    summary: 'What a link to read shows between two days of its zone',
  })
    .errors({ 'link-expired': { status: 410 } })
    .input(z.object({ token: z.string().min(20).max(200), from: Day, to: Day, after }))
    .output(
      z.object({
        workspaceName: z.string(),
        name: z.string(),
        zone: Zone,
        expiresAt: Instant.nullable(),
        items: z.array(SharedItem),
        next: z.string().nullable(),
        campaigns: z.array(Campaign.pick({ id: true, name: true, firstDay: true, lastDay: true, colour: true })),
      }),
    ),
}

const file = z.object({
  csv: z.string().max(2_000_000),
  /** Left out: guessed from the headings, in English or Polish. */
  mapping: ImportMapping.optional(),
  /** Of rows that name none. */
  zone: Zone,
  language: Language,
})
const fileRefusals = {
  'file-unreadable': { status: 422, data: z.object({ line: z.number().int().nullable() }) },
  'column-missing': { status: 422, data: z.object({ field: z.string() }) },
  'too-many-rows': { status: 422, data: z.object({ max: z.number().int() }) },
} as const
const files = {
  exportCalendar: operation(tag, 'publishing:read', {
    method: 'GET',
    path: '/calendar/csv',
    summary: 'The calendar as CSV, page by page',
    description:
      'With `;` and a byte order mark in Polish. Cells that a spreadsheet would take for a formula are defused.',
  })
    .input(projection.extend({ locale: Locale.optional(), after }))
    .output(z.object({ csv: z.string(), next: z.string().nullable() })),
  previewCalendarImport: operation(
    tag,
    'publishing:plan',
    { method: 'POST', path: '/calendar/imports/preview', summary: 'What a file would make, row by row' },
    { repeatable: true },
  )
    .errors(fileRefusals)
    .input(file)
    .output(
      z.object({
        columns: z.array(z.string()),
        mapping: ImportMapping,
        /** The first 200; all are counted. */
        rows: z.array(ImportRow),
        total: z.number().int(),
        counts: ImportCounts,
      }),
    ),
  /** Up to 200 rows are done when it answers; more go on behind it. The same file again makes nothing. */
  importCalendar: operation(
    tag,
    'publishing:plan',
    { method: 'POST', path: '/calendar/imports', summary: 'Make ideas and plans from a file', successStatus: 201 },
    { once: true },
  )
    .errors({ ...fileRefusals, ...tooMany('too-many-imports') })
    .input(file.extend({ name: line(200) }))
    .output(CalendarImport),
  listCalendarImports: operation(tag, 'publishing:read', {
    method: 'GET',
    path: '/calendar/imports',
    summary: 'Imports, newest first',
  })
    .input(Paging)
    .output(pageOf(CalendarImport)),
  getCalendarImport: operation(tag, 'publishing:read', {
    method: 'GET',
    path: '/calendar/imports/{id}',
    summary: 'One import, and what became of its rows',
  })
    .input(Paging.extend({ id: CalendarImportId, outcome: ImportRow.shape.outcome.optional() }))
    .output(CalendarImport.extend({ rows: pageOf(ImportRow) })),
  cancelCalendarImport: operation(
    tag,
    'publishing:plan',
    { method: 'DELETE', path: '/calendar/imports/{id}', summary: 'Stop an import; what it made stays' },
    { repeatable: true },
  )
    .input(z.object({ id: CalendarImportId }))
    .output(CalendarImport),
}

export const calendarOperations = {
  ...items,
  ...rules,
  ...seriesOperations,
  ...campaigns,
  ...views,
  ...links,
  ...files,
}

export const calendarEvents = {
  /** Of everything but deliveries, which say it themselves: what is shown of the calendar may be different now. */
  'publishing.calendar-changed': z.object({
    what: z.enum(['settings', 'slots', 'series', 'campaign', 'planning', 'view', 'link', 'import']),
    id: z.string(),
    change: z.enum(['made', 'changed', 'removed']),
  }),
}
