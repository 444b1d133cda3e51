/** Series: an edition that goes out to a channel again and again, by a rule. */
import { z } from 'zod'
import {
  basedOn,
  Occurrence,
  Series,
  SeriesPlan,
  SeriesWarning,
  stale,
  tooMany,
  unclear,
  UnclearTime,
} from './calendar-shapes.ts'
import { operation } from './operation.ts'
import { ArticleId, ChannelId, Day, DeliveryId, EditionId, pageOf, Paging, SeriesId } from './vocabulary.ts'

const tag = 'Calendar'

const seriesInput = SeriesPlan.extend({ editionId: EditionId, channelId: ChannelId })
const seriesRefusals = {
  ...unclear,
  'no-occurrence': { status: 422 },
  'not-repeatable': { status: 409 },
  'channel-not-ready': { status: 409, data: z.object({ state: z.string() }) },
  'in-trash': { status: 409 },
  'nothing-to-publish': { status: 409 },
} as const
export const seriesOperations = {
  previewSeries: operation(
    tag,
    'publishing:read',
    { method: 'POST', path: '/calendar/series/preview', summary: 'The next days of a series; nothing is kept' },
    { repeatable: true },
  )
    .errors({ 'not-repeatable': seriesRefusals['not-repeatable'] })
    .input(seriesInput.extend({ limit: z.number().int().min(1).max(366).default(20) }))
    .output(
      z.object({
        occurrences: z.array(Occurrence),
        /** Of the whole series: how many go out, and the last day. */
        total: z.number().int(),
        lastDay: Day.nullable(),
        /** Must be picked before it can be kept. */
        unclear: z.array(UnclearTime),
        warnings: z.array(SeriesWarning),
      }),
    ),
  createSeries: operation(
    tag,
    'publishing:plan',
    {
      method: 'POST',
      path: '/calendar/series',
      summary: 'Publish an edition to a channel again and again',
      successStatus: 201,
    },
    { once: true },
  )
    .errors({ ...seriesRefusals, ...tooMany('too-many-series') })
    .input(seriesInput)
    .output(Series),
  listSeries: operation(tag, 'publishing:read', {
    method: 'GET',
    path: '/calendar/series',
    summary: 'Series, newest first',
  })
    .input(
      Paging.extend({
        state: z.enum(['active', 'ended']).optional(),
        channel: ChannelId.optional(),
        article: ArticleId.optional(),
      }),
    )
    .output(pageOf(Series)),
  getSeries: operation(tag, 'publishing:read', {
    method: 'GET',
    path: '/calendar/series/{id}',
    summary: 'One series with its next days',
  })
    .input(z.object({ id: SeriesId }))
    .output(
      Series.extend({
        next: z.array(Occurrence.extend({ deliveryId: DeliveryId.nullable(), isDetached: z.boolean() })),
      }),
    ),
  /** What is on its way or out stays, and so does what a person moved or cancelled alone. */
  updateSeries: operation(tag, 'publishing:plan', {
    method: 'PUT',
    path: '/calendar/series/{id}',
    summary: 'Change when a series goes out, from the next one on',
  })
    .errors({
      ...stale,
      ...unclear,
      'no-occurrence': { status: 422 },
      'not-repeatable': { status: 409 },
      'channel-not-ready': { status: 409, data: z.object({ state: z.string() }) },
      'series-over': { status: 409 },
    })
    .input(SeriesPlan.extend({ id: SeriesId, basedOn }))
    .output(Series),
  endSeries: operation(
    tag,
    'publishing:plan',
    { method: 'DELETE', path: '/calendar/series/{id}', summary: 'End a series; its plans are cancelled' },
    { repeatable: true },
  )
    .input(z.object({ id: SeriesId }))
    .output(Series),
  resumeSeries: operation(
    tag,
    'publishing:plan',
    { method: 'POST', path: '/calendar/series/{id}/resume', summary: 'Undo the end of a series' },
    { repeatable: true },
  )
    .errors({ ...seriesRefusals, ...tooMany('too-many-series') })
    .input(z.object({ id: SeriesId }))
    .output(Series),
}
