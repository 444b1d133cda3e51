/** The operations of the calendar, as its contract names them: call the idea, shape the answer. */
import type { Contracts } from '@floowe/contracts/index'
import { type Api, type Call, found, isUniqueViolation, once, refuse } from '@floowe/platform'
import { deliveryAnswer, namesFor } from '../answers.ts'
import { causeOf, tellCalendar } from '../news.ts'
import * as deliveries from '../store/deliveries.ts'
import { itemAnswer, viewAnswer } from './answers.ts'
import { backlog } from './backlog.ts'
import { changeEach } from './changes.ts'
import { check } from './checking.ts'
import { fileOperations } from './file-api.ts'
import { linkOperations } from './link-api.ts'
import { projection } from './projection.ts'
import { ruleOperations, seriesOperations } from './rule-api.ts'
import type { MakingParts } from './series-making.ts'
import * as rows from './store/views.ts'

export type CalendarParts = MakingParts
type PublishingApi = Api<Contracts['publishing']>

const viewsMax = 100

export const createCalendarOperations = (parts: CalendarParts) => ({
  ...itemOperations(parts),
  ...ruleOperations(parts),
  ...seriesOperations(parts),
  ...viewOperations(parts),
  ...linkOperations(parts),
  ...fileOperations(parts),
})

type Items = 'getCalendar' | 'listBacklog' | 'checkPlan' | 'changeDeliveries'
function itemOperations(parts: CalendarParts): Pick<PublishingApi, Items> {
  const { db } = parts
  return {
    getCalendar: async ({ from, to, zone, after, limit, channel, ...filters }, call) => {
      const channels = channel === undefined ? filters.channels : [channel]
      const wanted = { from, to, zone, after, limit }
      const { rows: found, next } = await projection(db, call.workspaceId, wanted, { ...filters, channels })
      const names = await namesFor(parts, call, found)
      return { items: found.map((row) => itemAnswer(row, names, call.locale)), isCut: next !== null, next }
    },
    listBacklog: (input, call) => backlog(parts, call, input),
    checkPlan: async (input, call) => check(parts, call, input),
    changeDeliveries: async ({ ids, change }, call) => {
      const changed = await changeEach(parts, call, ids, change)
      parts.wake()
      const now = await deliveries.getDeliveries(
        db,
        call.workspaceId,
        changed.map(({ id }) => id),
      )
      const names = await namesFor(parts, call, now)
      const known = new Map(now.map((row) => [row.id, deliveryAnswer(row, names, call.locale)]))
      return changed.map(({ id, before, refusal }) => ({
        id,
        delivery: known.get(id) ?? null,
        before: before && { wallTime: before.wallTime, zone: before.zone, state: before.state },
        refusal,
      }))
    },
  }
}

type Views = 'listCalendarViews' | 'createCalendarView' | 'updateCalendarView' | 'removeCalendarView'
function viewOperations(parts: CalendarParts): Pick<PublishingApi, Views> {
  const { db, clock, ids } = parts
  const answer = async (call: Call, id: string) => {
    const row = found(await rows.getView(db, call.workspaceId, id), 'view')
    return viewAnswer(row, await namesFor(parts, call, [row]), call.caller.actor)
  }
  /** Others see what is shared, and change nothing. */
  const own = async (call: Call, id: string): Promise<rows.ViewRow> => {
    const row = await rows.getView(db, call.workspaceId, id)
    if (!row || (row.createdBy !== call.caller.actor && !row.isShared)) return refuse('not-found', { what: 'view' })
    return row.createdBy === call.caller.actor ? row : refuse('not-allowed')
  }
  return {
    listCalendarViews: async (_, call) => {
      const views = await rows.listViews(db, call.workspaceId, call.caller.actor)
      const names = await namesFor(parts, call, views)
      return views.map((row) => viewAnswer(row, names, call.caller.actor))
    },
    createCalendarView: (input, call) => {
      const id = call.onceId ?? ids.next<string>()
      return once(
        call.onceId,
        async (made) => ((await rows.getView(db, call.workspaceId, made)) ? answer(call, made) : null),
        async () => {
          await nameFree(() =>
            db.transaction(async (tx) => {
              if ((await rows.countViews(tx, call.workspaceId, call.caller.actor)) >= viewsMax)
                refuse('too-many-views', { max: viewsMax })
              const row = { ...input, id, createdBy: call.caller.actor, at: clock.instant() }
              await rows.insertView(tx, call.workspaceId, row)
              await tellCalendar(tx, causeOf(call), { what: 'view', id, change: 'made' })
            }),
          )
          return answer(call, id)
        },
      )
    },
    updateCalendarView: async ({ id, basedOn, ...change }, call) => {
      const known = await own(call, id)
      const row = {
        ...known,
        name: change.name ?? known.name,
        layout: change.layout === undefined ? known.layout : change.layout,
        filters: change.filters ?? known.filters,
        isShared: change.isShared ?? known.isShared,
      }
      await nameFree(() =>
        db.transaction(async (tx) => {
          if (!(await rows.writeView(tx, call.workspaceId, basedOn, row)))
            refuse('stale-revision', { current: found(await rows.getView(tx, call.workspaceId, id), 'view').revision })
          await tellCalendar(tx, causeOf(call), { what: 'view', id, change: 'changed' })
        }),
      )
      return answer(call, id)
    },
    removeCalendarView: async ({ id }, call) => {
      await own(call, id)
      await db.transaction(async (tx) => {
        await rows.removeView(tx, call.workspaceId, id)
        await tellCalendar(tx, causeOf(call), { what: 'view', id, change: 'removed' })
      })
      return {}
    },
  }
}

async function nameFree(work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (isUniqueViolation(error, 'calendar_views_name')) refuse('name-taken')
    throw error
  }
}
