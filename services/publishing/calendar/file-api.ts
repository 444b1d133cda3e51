/** Operations on files: the calendar as one, and what one makes of it. */
import type { Contracts } from '@floowe/contracts/index'
import { type Api, type Call, found, once } from '@floowe/platform'
import { Temporal } from 'temporal-polyfill'
import { namesFor } from '../answers.ts'
import { importAnswer, importRowAnswer } from './answers.ts'
import { campaignsMax } from './campaigns.ts'
import { csvHead, csvRow } from './csv-file.ts'
import * as imports from './imports.ts'
import { projection } from './projection.ts'
import { listCampaigns } from './store/campaigns.ts'
import * as rows from './store/imports.ts'

type PublishingApi = Api<Contracts['publishing']>
type Operations =
  | 'exportCalendar'
  | 'previewCalendarImport'
  | 'importCalendar'
  | 'listCalendarImports'
  | 'getCalendarImport'
  | 'cancelCalendarImport'
const exportRows = 5_000
const shownRows = 200

export function fileOperations(parts: imports.ImportParts): Pick<PublishingApi, Operations> {
  const { db, ids } = parts
  const answer = async (call: Call, id: string) =>
    importAnswer(found(await rows.getImport(db, call.workspaceId, id), 'import'))
  return {
    exportCalendar: async ({ from, to, zone, after, locale = 'en', ...filters }, call) => {
      const page = await projection(db, call.workspaceId, { from, to, zone, after, limit: exportRows }, filters)
      const campaigns = await listCampaigns(db, call.workspaceId, {}, campaignsMax)
      const csv = {
        locale,
        campaigns: new Map(campaigns.map(({ id, name }) => [id, name])),
        people: await namesFor(parts, call, page.rows),
        wallOf: wallIn(zone),
      }
      const lines = page.rows.map((row) => csvRow(row, csv))
      return { csv: (after === undefined ? csvHead(locale) : '') + lines.join(''), next: page.next }
    },
    previewCalendarImport: async (file, call) => {
      const read = await imports.readFile(parts, call, file)
      const verdicts = await imports.foretell(parts, call, read.rows)
      const count = (outcome: string): number => verdicts.filter((row) => row.outcome === outcome).length
      return {
        columns: read.sheet.columns,
        mapping: read.mapping,
        rows: verdicts.slice(0, shownRows).map((row) => importRowAnswer(row, call.locale)),
        total: verdicts.length,
        counts: { made: count('made'), unchanged: count('unchanged'), refused: count('refused') },
      }
    },
    importCalendar: (file, call) => {
      const id = call.onceId ?? ids.next<string>()
      return once(
        call.onceId,
        async (made) => ((await rows.getImport(db, call.workspaceId, made)) ? answer(call, made) : null),
        async () => {
          await imports.begin(parts, call, id, file)
          return answer(call, id)
        },
      )
    },
    listCalendarImports: async ({ limit, offset }, call) => {
      const { items, total } = await rows.listImports(db, call.workspaceId, limit, offset)
      return { items: items.map(importAnswer), total }
    },
    getCalendarImport: async ({ id, limit, offset, outcome }, call) => {
      const importing = await answer(call, id)
      const page = await rows.listRows(db, call.workspaceId, id, outcome ?? null, { limit, offset })
      return {
        ...importing,
        rows: { items: page.items.map((row) => importRowAnswer(row, call.locale)), total: page.total },
      }
    },
    cancelCalendarImport: async ({ id }, call) => {
      await imports.cancelImport(parts, call, id)
      return answer(call, id)
    },
  }
}

const wallIn = (zone: string) => (instant: string) => {
  const at = Temporal.Instant.from(instant)
    .toZonedDateTimeISO(zone)
    .toPlainDateTime()
    .toString({ smallestUnit: 'minute' })
  return { day: at.slice(0, 10), time: at.slice(11, 16), zone }
}
