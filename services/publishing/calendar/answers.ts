/** Rows of the calendar into the shapes of its contract. */
import type {
  CalendarImport,
  CalendarItem,
  CalendarLink,
  CalendarView,
  Campaign,
  ImportRow,
  Series,
} from '@floowe/contracts/calendar'
import { deliveryAnswer, type Names } from '../answers.ts'
import { problemText } from '../problems.ts'
import { refusalOrRowText } from './import-words.ts'
import type { RowVerdict } from './imports.ts'
import type { CalendarRow } from './projection.ts'
import type { CampaignRow } from './store/campaigns.ts'
import type { Importing } from './store/imports.ts'
import type { SeriesRow } from './store/series.ts'
import type { LinkRow, ViewRow } from './store/views.ts'

type Locale = 'pl' | 'en'
const iso = (at: Date | null): string | null => at?.toISOString() ?? null
/** Ids of rows are ids of their kind; the border checks what leaves. */
const shaped = <Shape>(row: { [Key in keyof Shape]: unknown }): Shape => row as Shape

export const itemAnswer = (row: CalendarRow, names: Names, locale: Locale): CalendarItem =>
  shaped<CalendarItem>({
    ...deliveryAnswer(row, names, locale),
    campaignIds: row.campaignIds,
    embargoUntil: iso(row.embargoUntil),
  })

export function seriesAnswer(row: SeriesRow, names: Names, locale: Locale): Series {
  const { id, state, articleId, editionId, title, language, channelId, channelName, network, plan, made } = row
  const { problemCode: code, problemDay: day, revision, createdBy } = row
  return shaped<Series>({
    ...plan,
    ...{ id, state, articleId, editionId, title, language, channelId, channelName, network, made, revision, createdBy },
    nextDueAt: iso(row.nextDueAt),
    problem: code === null || day === null ? null : { code, text: refusalOrRowText(code, locale, problemText), day },
    createdAt: row.createdAt.toISOString(),
    createdByName: names.get(createdBy) ?? null,
  })
}

export function campaignAnswer(row: CampaignRow): Campaign {
  const { id, name, firstDay, lastDay, colour, note, articles, revision, createdAt, createdBy } = row
  const fields = { id, name, firstDay, lastDay, colour, note, articles, revision, createdBy }
  return shaped<Campaign>({ ...fields, createdAt: createdAt.toISOString() })
}

export const viewAnswer = (row: ViewRow, names: Names, actor: string): CalendarView =>
  shaped<CalendarView>({ ...row, isMine: row.createdBy === actor, createdByName: names.get(row.createdBy) ?? null })

export const linkAnswer = (row: LinkRow, names: Names): CalendarLink =>
  shaped<CalendarLink>({
    ...row,
    expiresAt: iso(row.expiresAt),
    lastOpenedAt: iso(row.lastOpenedAt),
    createdAt: row.createdAt.toISOString(),
    createdByName: names.get(row.createdBy) ?? null,
  })

export const importAnswer = ({
  id,
  name,
  state,
  total,
  done,
  made,
  unchanged,
  refused,
  ...row
}: Importing): CalendarImport =>
  shaped<CalendarImport>({
    ...{ id, name, state, total, done },
    counts: { made, unchanged, refused },
    createdAt: row.createdAt.toISOString(),
    finishedAt: iso(row.finishedAt),
    createdBy: row.createdBy,
  })

export function importRowAnswer(row: RowVerdict, locale: Locale): ImportRow {
  const { line, wish, outcome, code, articleId, deliveryId } = row
  return shaped<ImportRow>({
    line,
    title: wish.title,
    channelName: wish.channel?.name ?? null,
    wallTime: wish.when?.wallTime ?? null,
    zone: wish.when?.zone ?? null,
    outcome: outcome ?? 'refused',
    isPlanned: deliveryId !== null || (outcome === 'made' && wish.when !== null && code === null),
    code,
    text: code === null ? null : refusalOrRowText(code, locale, problemText),
    articleId,
    deliveryId,
  })
}
